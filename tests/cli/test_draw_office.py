"""The drawing office: lists of firms and people as Excel saves them, links taken one by one, the result in one folder for everybody."""

from __future__ import annotations

import csv
import hashlib
import json
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
import yaml

from qingfeng.documents.workbook import written
from tests.cli.conftest import Run, Told, Until
from tests.draw.sample import BEACON, links, sample


def table(rows: list[list[str]]) -> str:
    out = StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A folder with a plan without lists, and the two lists."""
    whole = sample()
    firms = [[f["id"], f["name"], f["class"], "；".join(f["needs"])] for f in whole["pool"]] + [["A099", "虚构停业饭店", "A", ""]]
    barred = {one["officer"]: one["firm"] for one in whole["conflicts"]}
    people = [[o["id"], ";".join(o["skills"]), barred.get(o["id"], "")] for o in whole["officers"]]
    for name in ("pool", "officers", "conflicts"):
        del whole[name]
    del whole["deadlines"]["frozen"], whole["library"]["sha256"], whole["library"]["count"]
    (tmp_path / "plan.yaml").write_text(yaml.safe_dump(whole, allow_unicode=True, sort_keys=False), encoding="utf-8")
    (tmp_path / "firms.csv").write_bytes(table([["编号", "名称", "类别", "所需专业"], *firms]).encode("gb18030"))
    (tmp_path / "people.csv").write_text("\ufeff" + table([["id", "skills", "conflicts"], *people]), encoding="utf-8")
    return tmp_path


def freeze(folder: Path) -> list[str]:
    return ["draw", "freeze", str(folder / "plan.yaml"), "--pool", str(folder / "firms.csv"), "--officers", str(folder / "people.csv"),
            "--out", str(folder / "plan.json")]  # fmt: skip


def test_the_lists_go_into_the_plan_with_their_hash(office: Path, told: Told) -> None:
    value = told(*freeze(office))
    plan = json.loads((office / "plan.json").read_text("utf-8"))
    assert value["plan_id"] == hashlib.sha256((office / "plan.json").read_bytes()).hexdigest()
    assert (len(plan["pool"]), len(plan["officers"]), len(plan["conflicts"])) == (18, 10, 2)
    digest = hashlib.sha256((office / "firms.csv").read_bytes()).hexdigest()
    assert plan["library"] == {"published": "2026-02-20", "sha256": digest, "count": 19}
    expected = sample()
    assert plan["pool"] == sorted(expected["pool"], key=lambda one: one["id"])


def in_excel(folder: Path, name: str, heads: list[str], rows: list[list[str]], *more: tuple[str, list[str], list[list[str]]]) -> Path:
    path = folder / name
    path.write_bytes(written([("说明", ["怎样填"], [["一行一家"]]), ("名单", heads, rows), *more]))
    return path


def rows_of(path: Path, encoding: str) -> list[list[str]]:
    return list(csv.reader(StringIO(path.read_text(encoding))))


def test_workbooks_give_the_same_plan_as_csv(office: Path, told: Told) -> None:
    told(*freeze(office))
    (heads, *firms), (names, *people) = rows_of(office / "firms.csv", "gb18030"), rows_of(office / "people.csv", "utf-8-sig")
    pool, officers = in_excel(office, "firms.xlsx", heads, firms), in_excel(office, "people.xlsx", names, people)
    told("draw", "freeze", str(office / "plan.yaml"), "--pool", str(pool), "--officers", str(officers), "--out", str(office / "two.json"))
    one, two = (json.loads((office / name).read_text("utf-8")) for name in ("plan.json", "two.json"))
    assert two["library"].pop("sha256") == hashlib.sha256(pool.read_bytes()).hexdigest() != one["library"].pop("sha256")
    for plan in (one, two):
        del plan["deadlines"]["frozen"]
    assert one == two


def test_a_workbook_with_two_lists_or_formulas_or_rounded_numbers_is_refused(office: Path, run: Run) -> None:
    import xlsxwriter

    twice = in_excel(office, "twice.xlsx", ["编号"], [["F1"]], ("名单二", ["编号"], [["F2"]]))
    for name, cell, said in (("sum.xlsx", "=1+1", "公式"), ("long.xlsx", 913300012345678901, "15位")):
        with xlsxwriter.Workbook(office / name) as book:
            page = book.add_worksheet()
            page.write(0, 0, "编号")
            page.write(1, 0, cell)
        answer = run("draw", "freeze", str(office / "plan.yaml"), "--pool", str(office / name), "--officers", str(office / "people.csv"),
                     "--out", str(office / "no.json"), code=None)  # fmt: skip
        assert answer.exit_code == 1
        assert said in answer.output, answer.output
        assert "A2" in answer.output, answer.output
    answer = run("draw", "freeze", str(office / "plan.yaml"), "--pool", str(twice), "--officers", str(office / "people.csv"),
                 "--out", str(office / "no.json"), code=None)  # fmt: skip
    assert answer.exit_code == 1
    assert "名单二" in answer.output
    assert not (office / "no.json").exists()


@pytest.mark.parametrize(("name", "content"), [
    ("firms.csv", b""), ("firms.csv", b"\xff\xfe\x00"), ("people.csv", "姓名\n张三\n".encode()), ("firms.csv", b"PK\x03\x04 a workbook"),
    ("people.csv", b"id,skills\nofficer_1,\n"),
])  # fmt: skip
def test_what_is_no_list_is_said_and_nothing_is_frozen(office: Path, run: Run, name: str, content: bytes) -> None:
    (office / name).write_bytes(content)
    result = run(*freeze(office), code=None)
    assert result.exit_code == 1
    assert not (office / "plan.json").exists()
    assert "Traceback" not in result.output


def test_links_come_one_by_one_and_none_is_exchanged_or_late(office: Path, told: Told, run: Run, until: Until) -> None:
    told(*freeze(office))
    plan, held, given = str(office / "plan.json"), str(office / "links.json"), links()
    take = ["draw", "reveal", plan, held]
    assert told(*take, "--party", "discipline", "--link", str(given["discipline"]))["given"] == 1
    assert "不得更换" in run(*take, "--party", "discipline", "--link", str(given["discipline"]), code=1).output
    assert "不符" in run(*take, "--party", "justice", "--link", str(given["market"]), code=1).output
    assert "没有" in run(*take, "--party", "nobody", "--link", str(given["market"]), code=1).output
    assert told(*take, "--party", "justice", "--link", str(given["justice"]))["given"] == 2
    until(2026, 3, 4, 18)
    assert "期限已过" in run(*take, "--party", "market", "--link", str(given["market"]), code=1).output
    assert json.loads(Path(held).read_text("utf-8")) == {name: given[name] for name in ("discipline", "justice")}


def test_what_is_published_can_be_redone_by_anybody(office: Path, told: Told, run: Run, until: Until) -> None:
    told(*freeze(office))
    (office / "links.json").write_text(json.dumps(links()), encoding="utf-8")
    until(2026, 3, 6, 9)
    links_file, out = str(office / "links.json"), str(office / "t.json")
    told("draw", "run", str(office / "plan.json"), "--links", links_file, "--beacon", BEACON, "--out", out)
    value = told("draw", "publish", str(office / "t.json"), "--out", str(office / "public"))
    command = [sys.executable, "-I", "verify_draw.py", "transcript.json", value["root"]]
    done = subprocess.run(command, cwd=office / "public", capture_output=True, text=True, check=False)
    assert (done.returncode, value["plan_id"] in done.stdout) == (0, True), done.stdout + done.stderr
    assert run("draw", "publish", str(office / "t.json"), "--out", str(office / "public"), code=None).exit_code != 0, "never over another"
