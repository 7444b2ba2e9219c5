"""Backups in the hands of an insider: what was changed in one is named when it is put back, with its place."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from qingfeng.cli import agency as edge
from qingfeng.ledger.checkpoint import Checkpoint, signed_checkpoint
from qingfeng.ledger.note import Ed25519Signer
from qingfeng.notary.keys import log_signer
from qingfeng.terms.instants import LOCAL
from tests.cli.log_kit import Desk, copied, found


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edge, "read_clock", lambda: datetime(2026, 3, 3, 10, tzinfo=LOCAL))


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An agency with two backups, an old one and a new one, beside it."""
    root = tmp_path_factory.mktemp("games")
    (root / "home").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(edge, "read_clock", lambda: datetime(2026, 3, 3, 9, tzinfo=LOCAL))
        found(root / "home")
        desk = Desk(root / "home")
        desk.open_case(1)
        desk.log()
        desk.run("backup", str(root / "old"))
        desk.open_case(2)
        desk.log()
        desk.run("backup", str(root / "new"))
    return root


@pytest.fixture
def root(master: Path, tmp_path: Path) -> Path:
    shutil.copytree(master, tmp_path / "r")
    return tmp_path / "r"


def listed(backup: Path, **said: Any) -> None:
    """Make the list fit what lies in the backup now, as an insider would."""
    plain = json.loads((backup / "backup.json").read_text("utf-8"))
    plain["files"] = {
        name: sha256((backup / name).read_bytes()).hexdigest() for name in plain["files"] if (backup / name).exists()
    }
    (backup / "backup.json").write_text(json.dumps({**plain, **said}), encoding="utf-8")


def edited(backup: Path, *statements: str) -> None:
    with closing(sqlite3.connect(backup / "agency.db")) as database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            database.execute(statement)
        database.commit()


def row_changed(root: Path) -> None:
    edited(
        root / "new",
        "UPDATE events SET opening = replace(CAST(opening AS TEXT), 'report', 'rumour') WHERE stream LIKE 'case/%/00001'",
    )


def row_changed_and_listed(root: Path) -> None:
    row_changed(root)
    listed(root / "new")


def row_removed(root: Path) -> None:
    where = "(SELECT position FROM events WHERE stream LIKE 'case/%/00001')"
    edited(root / "new", f"DELETE FROM private WHERE position IN {where}", f"DELETE FROM logged WHERE position IN {where}",
           f"DELETE FROM events WHERE position IN {where}")  # fmt: skip
    listed(root / "new")


def database_off_the_list(root: Path) -> None:
    row_changed(root)
    plain = json.loads((root / "new" / "backup.json").read_text("utf-8"))
    del plain["files"]["agency.db"]
    (root / "new" / "backup.json").write_text(json.dumps(plain), encoding="utf-8")


def head_of_own_key(root: Path) -> None:
    name, size = (root / "new" / "checkpoint").read_text("utf-8").split("\n")[:2]
    text = signed_checkpoint(Checkpoint(name, int(size), b"\x01" * 32), [Ed25519Signer(name, b"x" * 32)]).whole
    (root / "new" / "checkpoint").write_text(text, encoding="utf-8")
    listed(root / "new")


def head_of_a_fork(root: Path) -> None:
    name, size = (root / "new" / "checkpoint").read_text("utf-8").split("\n")[:2]
    key = log_signer(root / "home" / "notary-key" / "log.key")
    (root / "new" / "checkpoint").write_text(
        signed_checkpoint(Checkpoint(name, int(size), b"\x01" * 32), [key]).whole, encoding="utf-8"
    )
    listed(root / "new")


def larger_head(root: Path) -> None:
    name, size = (root / "new" / "checkpoint").read_text("utf-8").split("\n")[:2]
    key = log_signer(root / "home" / "notary-key" / "log.key")
    text = signed_checkpoint(Checkpoint(name, int(size) + 9, b"\x01" * 32), [key]).whole
    (root / "new" / "checkpoint").write_text(text, encoding="utf-8")
    listed(root / "new", log_size=int(size) + 9)


def head_off_the_list(root: Path) -> None:
    plain = json.loads((root / "new" / "backup.json").read_text("utf-8"))
    del plain["files"]["checkpoint"]
    (root / "new" / "backup.json").write_text(json.dumps(plain), encoding="utf-8")


def of_another_log(root: Path) -> None:
    listed(root / "new", origin="log.example/other")


def size_edited(root: Path) -> None:
    listed(root / "new", log_size=7)


def old_said_to_be_new(root: Path) -> None:
    size = json.loads((root / "new" / "backup.json").read_text("utf-8"))["log_size"]
    shutil.rmtree(root / "new")
    shutil.copytree(root / "old", root / "new")
    listed(root / "new", at="2026-03-03T09:59:00+08:00", log_size=size)


def old_with_the_new_head(root: Path) -> None:
    shutil.copy(root / "old" / "agency.db", root / "new" / "agency.db")
    listed(root / "new")


def old_with_a_new_time(root: Path) -> None:
    shutil.rmtree(root / "new")
    shutil.copytree(root / "old", root / "new")
    listed(root / "new", at="2026-03-03T09:59:00+08:00")


REFUSED: tuple[tuple[Callable[[Path], None], str], ...] = (
    (row_changed, "agency.db"), (database_off_the_list, "backup.json"), (head_of_own_key, "checkpoint"), (head_of_a_fork, "checkpoint"),
    (larger_head, "checkpoint"), (head_off_the_list, "backup.json"), (of_another_log, "log.example/other"), (size_edited, "checkpoint"),
    (old_said_to_be_new, "checkpoint"))  # fmt: skip
NAMED: tuple[tuple[Callable[[Path], None], str, str], ...] = (
    (row_changed_and_listed, "fields", "/00001#1"), (row_removed, "missing", "/00001#1"), (old_with_the_new_head, "missing", "/00002#1"),
    (old_with_a_new_time, "missing", "/00002#1"))  # fmt: skip


def test_an_honest_backup_comes_back_with_nothing_to_say(root: Path) -> None:
    told = Desk(root / "home").told("restore", str(root / "new"), "--replace")
    assert (told["fits"], told["wrong"], told["more"]) == (True, [], 0)


@pytest.mark.parametrize(("game", "where"), REFUSED, ids=[game.__name__ for game, _ in REFUSED])
def test_what_does_not_fit_its_list_or_the_log_is_not_put_back(
    root: Path, game: Callable[[Path], None], where: str
) -> None:
    game(root)
    before = sha256((root / "home" / "agency.db").read_bytes()).digest()
    assert where in Desk(root / "home").run("restore", str(root / "new"), "--replace", code=2).stderr
    assert sha256((root / "home" / "agency.db").read_bytes()).digest() == before, "nothing was restored"


@pytest.mark.parametrize(("game", "kind", "where"), NAMED, ids=[game.__name__ for game, _, _ in NAMED])
def test_what_only_the_log_can_tell_is_named_when_it_is_back(
    root: Path, game: Callable[[Path], None], kind: str, where: str
) -> None:
    game(root)
    told = Desk(root / "home").told("restore", str(root / "new"), "--replace", code=1)
    assert any(one["kind"] == kind and where in one["where"] for one in told["wrong"]), told["wrong"]
    assert told["aside"], "what was there before is kept"


def test_on_a_new_machine_the_list_and_the_tiles_of_the_backup_are_held_against_each_other(root: Path) -> None:
    row_changed_and_listed(root)
    new = copied(root / "home", root / "machine")
    shutil.rmtree(new.home)
    new.home.mkdir()
    told = new.told("restore", str(root / "new"), "--new-machine", code=1)
    assert [one["kind"] for one in told["wrong"]] == ["fields"]
    size_edited(root)
    shutil.rmtree(new.home)
    new.home.mkdir()
    assert "checkpoint" in new.run("restore", str(root / "new"), "--new-machine", code=2).stderr
