"""`qingfeng draw`: a plan is frozen, drawn, opened and checked; bad input is told, and no file is half-written or replaced."""

from __future__ import annotations

import hashlib
import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cli.conftest import Run, Told, Until
from tests.draw.sample import BEACON, SECRETS, links, plan, sample

HAN = re.compile("[\u4e00-\u9fff]+")


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder with a plan that is not frozen yet, the links, and the parties' secrets.  It is 3 March, 10 o'clock."""
    unfrozen = sample()
    del unfrozen["deadlines"]["frozen"]
    (tmp_path / "plan.yaml").write_text(yaml.safe_dump(unfrozen, allow_unicode=True, sort_keys=False), encoding="utf-8")
    (tmp_path / "links.json").write_text(json.dumps(links()), encoding="utf-8")
    for name, secret in SECRETS.items():
        (tmp_path / name).write_bytes(secret)
    return tmp_path


@pytest.fixture
def drawn(files: Path, told: Told, until: Until) -> Path:
    """The folder after the draw."""
    told("draw", "plan", str(files / "plan.yaml"), "--out", str(files / "plan.json"))
    until(2026, 3, 6, 9)
    told(
        "draw",
        "run",
        str(files / "plan.json"),
        "--links",
        str(files / "links.json"),
        "--beacon",
        BEACON,
        "--out",
        str(files / "t.json"),
    )
    return files


def left(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {*SECRETS, "plan.yaml", "links.json", "agency.db"}


def test_freezing_writes_the_bytes_whose_hash_is_the_plan_id(files: Path, told: Told) -> None:
    value = told("draw", "plan", str(files / "plan.yaml"), "--out", str(files / "plan.json"))
    assert value["plan_id"] == hashlib.sha256((files / "plan.json").read_bytes()).hexdigest()
    assert value["deadlines"]["frozen"] == "2026-03-03T10:00:00+08:00"
    assert value["parties"][0].keys() == {"id", "name", "anchor", "position"}
    again = told("draw", "plan", str(files / "plan.json"))
    assert again["plan_id"] == value["plan_id"]


def test_a_check_alone_writes_nothing(files: Path, run: Run) -> None:
    assert "尚未冻结" in run("draw", "plan", str(files / "plan.yaml")).stdout
    assert not left(files)


def test_every_fault_of_a_plan_has_its_line(files: Path, run: Run) -> None:
    path = files / "plan.yaml"
    text = path.read_text(encoding="utf-8").replace("size: 2", "size: 1").replace("D: 3", "D: 9")
    path.write_text(text, encoding="utf-8")
    result = run("draw", "plan", str(path), "--out", str(files / "plan.json"), code=1)
    lines = {n for n, line in enumerate(text.split("\n"), 1) if line.strip() in ("size: 1", "D: 9")}
    assert {int(n) for n in re.findall(r"plan\.yaml:(\d+)", result.stderr)} >= lines
    assert not left(files)


def test_a_beacon_that_is_out_cannot_be_named(files: Path, run: Run, until: Until) -> None:
    until(2026, 3, 5, 21, 15)
    run("draw", "plan", str(files / "plan.yaml"), "--out", str(files / "plan.json"), code=1)
    backdated = plan().plan_bytes()  # frozen on 2 March, it says
    (files / "old.json").write_bytes(backdated)
    assert "不能冻结" in run("draw", "plan", str(files / "old.json"), "--out", str(files / "plan.json"), code=1).stderr
    run("draw", "plan", str(files / "old.json"))
    assert left(files) == {"old.json"}


def test_a_freeze_in_the_future_is_refused(files: Path, run: Run) -> None:
    plain = sample()
    plain["deadlines"]["frozen"] = "2026-03-04T09:00:00+08:00"
    (files / "soon.json").write_text(json.dumps(plain))
    run("draw", "plan", str(files / "soon.json"), "--out", str(files / "plan.json"), code=1)
    assert left(files) == {"soon.json"}


def test_a_party_makes_its_anchor_and_its_link(files: Path, told: Told, run: Run) -> None:
    for party in plan().parties:
        secret = ("--secret-file", str(files / party.id))
        assert told("draw", "chain", *secret, "--length", "366") == {"anchor": party.anchor, "length": 366}
        value = told("draw", "link", *secret, "--number", "3")
        assert value == {"link": links()[party.id], "number": 3, "anchor": party.anchor}
        assert SECRETS[party.id].hex() not in run("draw", "chain", *secret).output
    (files / "weak").write_bytes(b"123456")
    result = run("draw", "chain", "--secret-file", str(files / "weak"), code=2)
    assert "太短" in result.stderr
    assert "123456" not in result.output
    run("draw", "chain", "--secret-file", str(files / "none"), code=2)
    run("draw", "link", "--secret-file", str(files / "weak"), "--number", "0", code=2)
    run("draw", "link", "--secret-file", str(files / "justice"), "--length", "5", "--number", "6", code=2)


def test_links_are_checked_and_have_an_id_to_log_before_the_beacon(files: Path, told: Told, until: Until) -> None:
    told("draw", "plan", str(files / "plan.yaml"), "--out", str(files / "plan.json"))
    value = told("draw", "links", str(files / "plan.json"), str(files / "links.json"))
    assert (value["valid"], value["needed"]) == (3, 2)
    (files / "links.json").write_text(json.dumps({"market": links()["market"], "justice": "ab" * 32}))
    few = told("draw", "links", str(files / "plan.json"), str(files / "links.json"), code=1)
    assert [each["state"] for each in few["links"]] == ["missing", "false", "given"]
    assert few["links_id"] != value["links_id"]


def test_the_whole_way_from_plan_to_check(drawn: Path, run: Run, told: Told) -> None:
    record = json.loads((drawn / "t.json").read_text(encoding="utf-8"))
    result = told("draw", "verify", str(drawn / "t.json"))
    assert result["outcome"] == "drawn"
    assert result["root"] == record["root"]
    assert result["teams"] == record["teams"]
    logged = ("--root", record["root"], "--plan-id", record["plan_id"], "--links-id", record["links_id"])
    said = run("draw", "verify", str(drawn / "t.json"), *logged).stdout
    assert "一致" in said
    assert "请再与日志核对" not in said
    for team in record["teams"]:
        assert team["firm"] in said
    for option in ("--root", "--plan-id", "--links-id"):
        run("draw", "verify", str(drawn / "t.json"), option, "ab" * 32, code=1)
    assert left(drawn) == {"plan.json", "t.json"}


def test_a_team_is_opened_and_checked_alone(drawn: Path, run: Run, told: Told) -> None:
    value = told("draw", "open", str(drawn / "t.json"), "--team", "2", "--out", str(drawn / "o.json"))
    assert json.loads((drawn / "o.json").read_text(encoding="utf-8")) == value
    assert told("draw", "verify", str(drawn / "o.json"), "--root", value["root"])["team"] == value["team"]
    run("draw", "verify", str(drawn / "o.json"), "--root", "ab" * 32, code=1)
    run("draw", "verify", str(drawn / "o.json"), "--plan-id", "ab" * 32, code=1)
    value["team"]["officers"].reverse()
    (drawn / "o.json").write_text(json.dumps(value))
    assert "承诺" in run("draw", "verify", str(drawn / "o.json"), code=1).stderr
    run("draw", "open", str(drawn / "t.json"), "--team", "99", code=2)


def test_a_changed_transcript_is_refused_with_the_place(drawn: Path, run: Run) -> None:
    record = json.loads((drawn / "t.json").read_text(encoding="utf-8"))
    record["teams"][0]["officers"][0] = "officer_99"
    (drawn / "t.json").write_text(json.dumps(record))
    assert "teams.1.officers.1" in run("draw", "verify", str(drawn / "t.json"), code=1).stderr
    run("draw", "open", str(drawn / "t.json"), "--team", "1", code=1)


def test_a_result_is_never_replaced(drawn: Path, run: Run) -> None:
    before = {name: (drawn / name).read_bytes() for name in ("plan.json", "t.json")}
    run("draw", "run", str(drawn / "plan.json"), "--links", str(drawn / "links.json"), "--beacon", "01 02",
        "--out", str(drawn / "t.json"), code=2)  # fmt: skip
    for name, content in before.items():
        run("draw", "void", str(drawn / "plan.json"), "--reason", "x", "--who", "a", "--approved-by", "b",
            "--out", str(drawn / name), code=2)  # fmt: skip
        assert (drawn / name).read_bytes() == content
    assert left(drawn) == {"plan.json", "t.json"}


def test_nothing_is_half_written(drawn: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    args = ("draw", "run", str(drawn / "plan.json"), "--links", str(drawn / "links.json"), "--beacon", BEACON)
    assert "磁盘已满" in run(*args, "--out", str(drawn / "again.json"), code=3).stderr
    assert left(drawn) == {"plan.json", "t.json"}
    run(*args, "--out", str(drawn / "no" / "folder.json"), code=2)


def test_too_few_links_are_a_void_on_file(drawn: Path, told: Told, run: Run) -> None:
    (drawn / "few.json").write_text(json.dumps({"justice": links()["justice"]}))
    value = told("draw", "run", str(drawn / "plan.json"), "--links", str(drawn / "few.json"), "--beacon", BEACON,
                 "--out", str(drawn / "v.json"), code=1)  # fmt: skip
    assert (value["outcome"], value["why"]) == ("void", "links")
    assert told("draw", "verify", str(drawn / "v.json"))["root"] == value["root"]
    assert "作废" in run("draw", "open", str(drawn / "v.json"), "--team", "1", code=1).stderr
    found = told("draw", "sequence", str(drawn / "t.json"), str(drawn / "v.json"), code=1)["findings"]
    assert [each["kind"] for each in found] == ["double"]


def test_the_series_of_records(drawn: Path, told: Told, run: Run) -> None:
    assert told("draw", "sequence", str(drawn / "t.json")) == {"files": 1, "findings": []}
    assert told("draw", "sequence", str(drawn / "plan.json"), code=1)["findings"][0]["kind"] == "open"
    run("draw", "void", str(drawn / "plan.json"), "--reason", "结果不合适", "--who", "a", "--approved-by", "a",
        "--out", str(drawn / "v.json"), code=1)  # fmt: skip
    run("draw", "void", str(drawn / "plan.json"), "--reason", "结果不合适", "--who", "a", "--approved-by", "b",
        "--out", str(drawn / "v.json"))  # fmt: skip
    assert told("draw", "sequence", str(drawn / "v.json"), code=1)["findings"][0]["kind"] == "withdrawn_late"


def test_before_the_beacon_nothing_is_drawn(files: Path, run: Run) -> None:
    run("draw", "plan", str(files / "plan.yaml"), "--out", str(files / "plan.json"))
    run("draw", "run", str(files / "plan.json"), "--links", str(files / "links.json"), "--beacon", BEACON,
        "--out", str(files / "t.json"), code=1)  # fmt: skip
    assert left(files) == {"plan.json"}


STRANGE: dict[str, Any] = {
    "empty": "", "a word": "hello", "a list": "[]", "a number": "7", "null": "null", "deep": "[" * 100_000,
    "a repeated key": '{"plan": 1, "plan": 2}', "not a number": '{"plan": NaN}', "a surrogate": '{"plan_id": "\\ud800", "plan": {}}',
    "leaves": '{"leaves": 1}', "a plan of junk": '{"plan": {"v": 1e999}}', "turning": '{"plan": "\u202e"}',
}  # fmt: skip


@pytest.mark.parametrize("name", STRANGE)
def test_strange_files_are_told(drawn: Path, run: Run, name: str) -> None:
    path = drawn / "strange.json"
    path.write_text(STRANGE[name], encoding="utf-8")
    other = str(drawn / "plan.json")
    for args in (
        ("plan", str(path)),
        ("links", str(path), str(drawn / "links.json")),
        ("links", other, str(path)),
        ("run", other, "--links", str(path), "--beacon", BEACON, "--out", str(drawn / "x.json")),
        ("run", str(path), "--links", str(drawn / "links.json"), "--beacon", BEACON, "--out", str(drawn / "x.json")),
        ("verify", str(path)),
        ("open", str(path), "--team", "1"),
        ("sequence", str(path)),
    ):
        result = run("draw", *args, code=None)
        assert result.exit_code in (1, 2), (args, result.output)
        assert "程序内部错误" not in result.output, args
        assert "\u202e" not in result.output
    assert left(drawn) == {"plan.json", "t.json", "strange.json"}
    path.write_bytes(b"\xff\xfe")
    assert "UTF-8" in run("draw", "verify", str(path), code=2).stderr


def test_a_beacon_of_junk_is_told(drawn: Path, run: Run) -> None:
    for value in ("", "\u202e1", "x" * 5_000, "-", "01, 02"):
        run("draw", "run", str(drawn / "plan.json"), "--links", str(drawn / "links.json"), f"--beacon={value}",
            "--out", str(drawn / "x.json"), code=1)  # fmt: skip
    assert left(drawn) == {"plan.json", "t.json"}


def test_draws_speak_english(drawn: Path, run: Run) -> None:
    names = {firm.name for firm in plan().pool} | {party.name for party in plan().parties} | {"双色球", "已停业"}
    said = ""
    for args in (
        ("plan", str(drawn / "plan.json")),
        ("links", str(drawn / "plan.json"), str(drawn / "links.json")),
        ("verify", str(drawn / "t.json")),
        ("open", str(drawn / "t.json"), "--team", "1"),
        ("sequence", str(drawn / "t.json")),
        ("chain", "--secret-file", str(drawn / "justice")),
        ("link", "--secret-file", str(drawn / "justice"), "--number", "3"),
        ("verify", str(drawn / "t.json"), "--root", "ab"),
        ("verify", str(drawn / "plan.json")),
    ):
        said += run("--lang", "en", "draw", *args, code=None).output
    for name in names:
        said = said.replace(name, "")
    assert len(re.findall(r"(?m)^  ：\S+；\S+$", said)) == 8, "the teams as they are registered: a value of a field, not prose"
    said = re.sub(r"(?m)^  ：\S+；\S+$", "", said)
    assert not HAN.findall(said)
    assert not re.search("[，。；：、（）]", said)


def test_both_languages_say_the_same_numbers(drawn: Path, run: Run) -> None:
    for args in (("plan", str(drawn / "plan.json")), ("verify", str(drawn / "t.json"))):
        numbers = [re.findall("[0-9a-f]{64}", run("--lang", lang, "draw", *args).stdout) for lang in ("zh", "en")]
        assert numbers[0] == numbers[1] != []
