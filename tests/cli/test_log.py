"""The log at the command line: promised, taken in, proved to the party, carried by hand; backups, and the gap that an old one leaves."""

from __future__ import annotations

import json
import shutil
import sqlite3
import stat
import subprocess
import sys
import time
from contextlib import closing
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from qingfeng.cli import agency as edge
from qingfeng.cli.main import cli
from qingfeng.terms.instants import LOCAL
from tests.cli.log_kit import SECURITY, SYSTEM, Desk, Office, copied, found, found_without_log
from tests.cli.test_process import heeding

SCRIPT = Path(__file__).parents[2] / "scripts" / "verify_receipt.py"


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edge, "read_clock", lambda: datetime(2026, 3, 3, 10, tzinfo=LOCAL))
    monkeypatch.setattr("qingfeng.notary.witness_house.time", SimpleNamespace(time=lambda: edge.read_clock().timestamp()))


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("log") / "home"
    home.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(edge, "read_clock", lambda: datetime(2026, 3, 3, 9, tzinfo=LOCAL))
        found(home)
    return home


@pytest.fixture
def desk(master: Path, tmp_path: Path) -> Desk:
    return copied(master, tmp_path / "home")


def check_receipt(text: str, policy: Path, folder: Path, *earlier: str) -> subprocess.CompletedProcess[str]:
    (folder / "receipt").write_text(text, encoding="utf-8")
    return subprocess.run([sys.executable, str(SCRIPT), str(folder / "receipt"), str(policy), *earlier], capture_output=True, text=True,
                          check=False)  # fmt: skip


def test_a_log_is_begun_once_and_its_key_is_for_its_owner_alone(desk: Desk, tmp_path: Path) -> None:
    key = desk.home / "notary-key" / "log.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    before = key.read_bytes()
    assert "已经建立" in desk.run("notary", "begin", code=3).stderr
    assert desk.told("notary", "begin", "--if-none")["origin"] == "log.example/agency"
    assert key.read_bytes() == before
    key.chmod(0o644)
    desk.open_case(1)
    assert "别人也能读" in desk.run("notary", "run", "--once", code=3).stderr
    other = Desk(tmp_path / "none")
    other.home.mkdir()
    shutil.copy(desk.home / "agency.db", other.home)
    assert "不要另建" in other.run("notary", "begin", code=3).stderr, "the records know a log"


def test_each_answer_carries_a_promise_until_the_record_is_in_the_log(desk: Desk, tmp_path: Path) -> None:
    answer = desk.open_case(1)
    promise = tmp_path / "promise"
    promise.write_text(answer["promise"], encoding="utf-8")
    assert answer["promise"].startswith("qingfeng.promise/1\nlog.example/agency\ncase/a000/penalty/2026/00001\n1\n")
    assert desk.verify("--promise", str(promise))["promises"] == 1, "pending: it will be kept"
    assert desk.log()["logged"] > 100
    assert desk.verify("--promise", str(promise))["ok"]
    lead = ("lead_source=report", "lead_no=示线〔2026〕002号", "summary=群众举报", "allegations=A3", "--key", "k")
    again = [desk.told("case", "open", "a000/penalty", "--who", "intake_officer", *lead)]
    desk.log()
    again.append(desk.told("case", "open", "a000/penalty", "--who", "intake_officer", *lead))
    assert [bool(one["promise"]) for one in again] == [True, False], "once it is in the log there is a receipt"
    promise.write_text(answer["promise"].replace("/00001", "/00002"), encoding="utf-8")
    assert "不是本日志签的承诺" in desk.run("verify", "--promise", str(promise), code=2).stderr


def test_a_broken_promise_is_named(desk: Desk, tmp_path: Path) -> None:
    """A record taken away between the act and the batch leaves no trace in the store: what the officer holds proves it."""
    desk.log()
    (tmp_path / "promise").write_text(desk.open_case(1)["promise"], encoding="utf-8")
    with closing(sqlite3.connect(desk.home / "agency.db")) as database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {name}")
        for statement in ("DELETE FROM private WHERE position >= (SELECT min(position) FROM outbox)",
                          "DELETE FROM events WHERE position >= (SELECT min(position) FROM outbox)", "DELETE FROM outbox"):  # fmt: skip
            database.execute(statement)
        database.commit()
    assert desk.verify()["ok"], "without the promise nothing shows"
    found_ = desk.verify("--promise", str(tmp_path / "promise"), code=1)
    assert [(one["kind"], one["where"]) for one in found_["wrong"]] == [("promise", "case/a000/penalty/2026/00001#1 [promise]")]


def test_an_act_on_an_agency_whose_log_is_gone_is_refused(desk: Desk) -> None:
    (desk.home / "notary").rename(desk.home / "elsewhere")
    refused = desk.open_case(1, code=3)
    assert "找不到日志文件夹" in refused["error"][0]["zh"]
    assert "找不到日志文件夹" in desk.run("work", "--once", code=3).stderr
    (desk.home / "elsewhere").rename(desk.home / "notary")
    assert desk.open_case(1)["outcome"] == "accepted"


def test_a_party_checks_its_receipt_offline(desk: Desk, tmp_path: Path) -> None:
    case = desk.application()
    assert desk.told("receipt", case, "--as", "counter_clerk", code=1)["receipts"][0]["text"] is None, "not in the log yet"
    desk.log()
    made = desk.told("receipt", case, "--as", "counter_clerk", "--out", str(tmp_path / "out"))["receipts"]
    assert [one["seq"] for one in made] == [2, 4], "the number drawn, the papers received; not what only the office did"
    one = made[1]
    assert (one["final"], one["witnesses"]) == (False, [])
    assert len(one["text"].encode()) <= 2_500
    assert [Path(name).suffix for name in one["files"]] == [".receipt", ".svg"]
    assert Path(one["files"][0]).read_text("utf-8") == one["text"]
    assert "<svg" in Path(one["files"][1]).read_text("utf-8")
    policy = desk.home / "notary" / "policy"
    checked = check_receipt(one["text"], policy, tmp_path, "--earlier", made[0]["files"][0])
    assert checked.returncode == 3, checked.stdout + checked.stderr
    assert "申请书" in checked.stdout
    assert "甲公司" not in checked.stdout, "only what is shown to the party"
    assert check_receipt(one["text"].replace("index ", "index 1"), policy, tmp_path).returncode == 1
    assert "没有回执" in desk.run("receipt", case, "--as", "counter_clerk", "--seq", "1", code=2).stderr


def test_a_witness_without_a_line_is_reached_by_files(desk: Desk, tmp_path: Path) -> None:
    case = desk.application()
    desk.log()
    office = Office.begun(tmp_path / "w", "discipline.example", desk.told("notary", "state")["key"])
    said = ("notary", "witness", "discipline", office.key, "--reason", "协议1号", "--who")
    assert "须由系统管理员办理" in desk.run(*said, "case_handler", code=1).stderr
    desk.run(*said, SYSTEM)
    request, answer = tmp_path / "request", tmp_path / "answer"
    desk.run("notary", "carry", "out", "discipline", str(request))
    take = ["witness", "take", str(request), str(answer), "--folder", str(office.folder), "--qr", str(tmp_path / "qr.svg")]
    assert CliRunner().invoke(cli, take).exit_code == 0
    assert "<svg" in (tmp_path / "qr.svg").read_text("utf-8")
    desk.open_case(3)
    desk.log()  # the log goes on while the answer travels
    assert desk.told("notary", "carry", "in", str(answer))["final"]
    (one,) = desk.told("receipt", case, "--as", "counter_clerk", "--seq", "4")["receipts"]
    assert (one["final"], one["witnesses"]) == (True, ["discipline"])
    assert check_receipt(one["text"], desk.home / "notary" / "policy", tmp_path).returncode == 0
    assert desk.verify("--offline")["witnesses"] == ["discipline"]
    answer.write_text(answer.read_text("utf-8").replace("\n2", "\n3"), encoding="utf-8")
    assert "不能收入" in desk.run("notary", "carry", "in", str(answer), code=3).stderr
    assert "没有见证机构" in desk.run("notary", "carry", "out", "nobody", str(tmp_path / "x"), code=2).stderr
    again = CliRunner().invoke(cli, [*take[:3], str(tmp_path / "again"), *take[4:]])
    assert again.exit_code == 1, "an old head is not cosigned twice"
    assert "409" in again.output


def test_a_policy_that_was_changed_without_leave_is_named(desk: Desk, tmp_path: Path) -> None:
    key = desk.told("notary", "state")["key"]
    made = [Office.begun(tmp_path / name, f"{name}.example", key) for name in ("one", "two")]
    for office in made:
        desk.run("notary", "witness", office.folder.name, office.key, "--reason", "协议1号", "--who", SYSTEM)
    desk.log()
    assert desk.verify()["ok"]
    policy = desk.home / "notary" / "policy"
    good = policy.read_text("utf-8")
    for bent in (good.replace("enough 2", "enough 1"), good.replace("witness two", "# ").replace("2 one two", "1 one")):
        policy.write_text(bent, encoding="utf-8")
        assert [one["kind"] for one in desk.verify(code=1)["wrong"]] == ["policy"]
    policy.write_text(good, encoding="utf-8")
    desk.run("notary", "witness", "two", made[1].key, "--remove", "--reason", "协议到期", "--who", SYSTEM)
    assert desk.verify()["ok"]
    assert [one["name"] for one in desk.told("notary", "state")["witnesses"]] == ["one"]


def test_a_backup_is_whole_and_says_when_it_is_not(desk: Desk, tmp_path: Path) -> None:
    desk.open_case(1)
    desk.log()
    (desk.home / "files" / "ab").mkdir(parents=True)
    name = "ab" + "0" * 62
    (desk.home / "files" / "ab" / name).write_bytes(b"scan")
    assert desk.verify(code=1)["wrong"][0]["where"] == f"files/ab/{name}", "a file that is not what its name says"
    (desk.home / "files" / "ab" / name).unlink()
    folder, keys = tmp_path / "backup", tmp_path / "keys"
    assert "密钥不能放在备份里面" in desk.run("backup", str(folder), "--keys", str(folder / "keys"), code=2).stderr
    told = desk.told("backup", str(folder), "--keys", str(keys))
    assert (told["keys"], told["log_size"]) == (["notary-key/log.key"], desk.told("notary", "state")["size"])
    assert not list(folder.rglob("*.key"))
    assert stat.S_IMODE((keys / "notary-key" / "log.key").stat().st_mode) == 0o600
    assert "不是空的" in desk.run("backup", str(folder), code=2).stderr
    new = Desk(tmp_path / "new")
    new.home.mkdir()
    tile = next(one for one in (folder / "notary" / "log").rglob("*") if one.is_file())
    good = tile.read_bytes()
    tile.write_bytes(good[:-1] + b"!")
    assert "缺失或已损坏" in new.run("restore", str(folder), "--new-machine", code=2).stderr
    tile.write_bytes(good)
    assert "--new-machine" in new.run("restore", str(folder), code=2).stderr
    assert new.told("restore", str(folder), "--new-machine", "--keys", str(keys))["fits"]
    assert new.verify()["ok"]
    assert new.open_case(2)["promise"]
    assert new.log()["logged"] == 1
    assert new.verify()["ok"]


def test_an_old_backup_stops_everything_until_two_administrators_explain_the_gap(desk: Desk, tmp_path: Path) -> None:
    desk.open_case(1)
    desk.log()
    desk.open_case(2)  # pending when the backup is made
    desk.run("backup", str(tmp_path / "backup"))
    desk.open_case(3)
    size = desk.log() and desk.told("notary", "state")["size"]
    assert "--replace" in desk.run("restore", str(tmp_path / "backup"), code=2).stderr
    assert not desk.told("restore", str(tmp_path / "backup"), "--replace", code=1)["fits"]
    assert "恢复过旧备份" in desk.open_case(4, code=3)["error"][0]["zh"]
    for command in (("work", "--once"), ("serve", "--bind", "127.0.0.1:8219"), ("notary", "run", "--once")):
        assert "恢复过旧备份" in desk.run(*command, code=3).stderr, command
    assert {"missing", "place"} == {one["kind"] for one in desk.verify(code=1)["wrong"]}
    explain = ("notary", "explain", "--who")
    assert "须由系统管理员办理" in desk.run(*explain, SECURITY, "--reason", "磁盘损坏", code=1).stderr
    number = desk.told(*explain, SYSTEM, "--reason", "3月3日磁盘损坏，恢复前一份备份，示办〔2026〕7号")["number"]
    assert "恢复过旧备份" in desk.open_case(4, code=3)["error"][0]["zh"], "one administrator is not enough"
    assert "须由安全管理员办理" in desk.run(*explain, SYSTEM, "--confirm", str(number), code=1).stderr
    assert desk.told(*explain, SECURITY, "--confirm", str(number))["confirmed"]
    assert "没有缺口" in desk.run(*explain, SYSTEM, "--reason", "再说明", code=1).stderr
    assert desk.open_case(3)["outcome"] == "accepted"
    while desk.log()["logged"]:
        pass
    state = desk.told("notary", "state")
    assert state["size"] == size + 3, "what was lost stays lost: two explanations and a new act are added"
    assert (state["pending"], state["trouble"]) == (0, None)
    checked = desk.verify()
    assert checked["ok"]
    assert [(gap["by"], gap["confirmed_by"]) for gap in checked["gaps"]] == [(SYSTEM, SECURITY)]
    assert "缺" in desk.run("verify").stdout


def test_a_restore_waits_until_nobody_uses_the_database(desk: Desk, tmp_path: Path) -> None:
    desk.log()
    desk.run("backup", str(tmp_path / "backup"))
    before = (desk.home / "agency.db").stat().st_ino
    store = edge.wiring.open_store(str(desk.home / "agency.db"))
    try:
        assert "正在使用" in desk.run("restore", str(tmp_path / "backup"), "--replace", code=3).stderr
    finally:
        store.close()
    assert (desk.home / "agency.db").stat().st_ino == before
    assert desk.told("restore", str(tmp_path / "backup"), "--replace")["fits"]
    assert list(desk.home.glob("agency.db.before-*"))


def test_the_same_with_sm3_and_sm2(desk: Desk, tmp_path: Path) -> None:
    """Our own profile: another hash, other keys, the same commands; skipped by nobody, for the system's OpenSSL has both."""
    other = Desk(tmp_path / "sm")
    other.home.mkdir()
    found_without_log(other.home)
    key = other.told("notary", "begin", "--origin", "log.example/sm", "--suite", "sm3")["key"]
    case = other.application()
    other.log()
    made = CliRunner().invoke(cli, ["witness", "begin", "w.example", "--suite", "sm3", "--folder", str(tmp_path / "w"), "--json"])
    vkey = json.loads(made.stdout)["key"]
    assert CliRunner().invoke(cli, ["witness", "watch", key, "--folder", str(tmp_path / "w")]).exit_code == 0
    other.run("notary", "witness", "w", vkey, "--reason", "协议1号", "--who", SYSTEM)
    other.log()
    other.run("notary", "carry", "out", "w", str(tmp_path / "request"), "--qr", str(tmp_path / "request.svg"))
    take = ["witness", "take", str(tmp_path / "request"), str(tmp_path / "answer"), "--folder", str(tmp_path / "w")]
    assert CliRunner().invoke(cli, take).exit_code == 0
    assert other.told("notary", "carry", "in", str(tmp_path / "answer"))["final"]
    assert other.told("receipt", case, "--as", "counter_clerk", "--seq", "4")["receipts"][0]["final"]
    assert other.verify()["ok"]


def test_a_worker_takes_in_by_itself_and_ends_when_told(desk: Desk) -> None:
    command = [sys.executable, "-m", "qingfeng", "work", "--confirm-clock"]
    with heeding(), subprocess.Popen(command, env=desk.env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as worker:
        for _ in range(300):
            if desk.told("notary", "state")["pending"] == 0:
                break
            time.sleep(0.2)
        worker.terminate()
        said = worker.communicate(timeout=60)[1].decode()
    assert worker.returncode == 0, said
    assert desk.told("notary", "state")["size"] > 100
    assert desk.verify()["ok"], said


def test_the_key_is_replaced_and_an_old_policy_and_receipt_still_hold(desk: Desk, tmp_path: Path) -> None:
    desk.open_case(1)
    first = tmp_path / "policy-first"
    shutil.copy(desk.home / "notary" / "policy", first)
    promise = tmp_path / "promise"
    promise.write_text(desk.open_case(2)["promise"], encoding="utf-8")
    desk.log()
    said = desk.told("notary", "rotate", "--reason", "年度更换", "--who", SYSTEM)
    assert said["key"] != read_key(first)
    desk.open_case(3)
    desk.log()
    assert desk.verify("--offline", "--promise", str(promise))["ok"]
    assert desk.verify("--offline", "--policy", str(first))["ok"], "who knows the first key follows the note"
    backup, keys = tmp_path / "backup", tmp_path / "keys"
    desk.run("backup", str(backup), "--keys", str(keys))
    assert (keys / "notary-key" / "log-2.key").exists()
    assert (backup / "notary" / "succession-1.note").exists()
    number = desk.told("notary", "lost", "--reason", "钥匙盘遗失", "--who", SYSTEM)["number"]
    desk.run("notary", "lost", "--confirm", str(number), "--who", SYSTEM, code=1)
    desk.told("notary", "lost", "--confirm", str(number), "--who", SECURITY)
    desk.log()
    assert desk.verify("--offline")["ok"]
    assert "succession-2.note" in desk.run("verify", "--offline", "--policy", str(first), code=3).output
    (desk.home / "notary" / "succession-1.note").unlink()
    assert [one["kind"] for one in desk.verify("--offline", code=1)["wrong"]] == ["key"]


def read_key(policy: Path) -> str:
    return next(line.split()[1] for line in policy.read_text("utf-8").split("\n") if line.startswith("log "))
