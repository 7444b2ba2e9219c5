"""What an insider does to backups: to what lies in one, to its list, to its head; and passing one off for another."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from qingfeng.ledger.checkpoint import Checkpoint, signed_checkpoint
from qingfeng.ledger.note import Ed25519Signer
from qingfeng.notary.copies import copy_log, damaged, digest_of_file, doubts_of, read_list, write_list
from qingfeng.notary.place import place_in
from qingfeng.store.copies import copy_sqlite
from qingfeng.terms.text import Text

from .backup import CHECKPOINT, DATABASE
from .insider import SAID, SIGNER, SIZE, Insider
from .insider_log import OWN
from .insider_records import Tampering

_AT = "2026-03-02T09:00:00+08:00"


def _backed_up(hands: Insider, database: str = "agency.db") -> Path:
    """Make a backup as `qingfeng backup` does, of the database that is named."""
    place, folder = place_in(hands.root), hands.root / "backup"
    assert place is not None
    folder.mkdir()
    copy_sqlite(hands.root / database, folder / DATABASE)
    files = copy_log(place, folder, SIZE)
    shutil.copy(hands.root / "head" / "checkpoint", folder / CHECKPOINT)
    _list(folder, {**files, DATABASE: "", CHECKPOINT: ""})
    return folder


def _list(folder: Path, files: dict[str, str], **said: object) -> None:
    write_list(folder, {"v": 1, "at": _AT, "log_size": SIZE, "origin": SIGNER.name, **said},
               {name: digest_of_file(folder / name) for name in files})  # fmt: skip


def _listed(folder: Path, *without: str, **said: object) -> None:
    """Make the list fit what lies in the backup now."""
    _list(folder, {name: "" for name in read_list(folder).files if name not in without}, **said)


def _put_back(hands: Insider, folder: Path) -> None:
    """Put a backup back as `qingfeng restore` does: not if it says something; what is said is kept for who looks."""
    copied = read_list(folder)
    said = [Text(zh=f"备份里的 {name} 缺失或已损坏", en=f"{name} of the backup is missing or damaged") for name in damaged(folder, copied)]
    said += doubts_of(folder, copied, place_in(hands.root), (DATABASE,), CHECKPOINT)
    if said:
        (hands.root / SAID).write_text(json.dumps([[one.zh, one.en] for one in said]), encoding="utf-8")
        return
    for name in ("agency.db-wal", "agency.db-shm"):
        (hands.root / name).unlink(missing_ok=True)
    shutil.copy(folder / DATABASE, hands.root / "agency.db")


def _edited(folder: Path) -> None:
    with closing(sqlite3.connect(folder / DATABASE)) as database:
        for (trigger,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {trigger}")
        which = "WHERE stream = 'case/a' AND seq = 7"
        database.execute(f"UPDATE events SET opening = replace(CAST(opening AS TEXT), '\"for\"', '\"against\"') {which}")
        database.commit()


def _row(*, listed: bool, without: str = "") -> Callable[[Insider], None]:
    def act(hands: Insider) -> None:
        folder = _backed_up(hands)
        _edited(folder)
        if listed:
            _listed(folder, without)
        _put_back(hands, folder)

    return act


def _head(signer: Ed25519Signer, root: bytes = b"\x01" * 32, size: int = SIZE) -> Callable[[Insider], None]:
    def act(hands: Insider) -> None:
        folder = _backed_up(hands)
        (folder / CHECKPOINT).write_text(signed_checkpoint(Checkpoint(signer.name, size, root), [signer]).whole, encoding="utf-8")
        _listed(folder, log_size=size)
        _put_back(hands, folder)

    return act


def _of_another_log(hands: Insider) -> None:
    folder = _backed_up(hands)
    _listed(folder, origin="log.example/other")
    _put_back(hands, folder)


def _old_head(hands: Insider) -> None:
    """An old backup, and its list says that it is of today."""
    folder = _backed_up(hands, "old.db")
    shutil.copy(hands.root / "old-head", folder / CHECKPOINT)
    _listed(folder)
    _put_back(hands, folder)


def _old_database(hands: Insider) -> None:
    """The database of an old backup in a new one, list and all made to fit."""
    _put_back(hands, _backed_up(hands, "old.db"))


_OLD = {"missing", "kept_out", "place", "hole", "promise"}
ON_BACKUPS = (
    Tampering(Text(zh="改备份里的一票", en="a vote is changed in a backup"), _row(listed=False), {"backup"}, "agency.db"),
    Tampering(Text(zh="改备份里的一票，清单一并改", en="a vote is changed in a backup, and its list made to fit"),
              _row(listed=True), {"fields", "hole", "promise"}, "case/a#7"),
    Tampering(Text(zh="改备份里的一票，数据库从清单上划掉", en="a vote is changed in a backup, and the database struck off its list"),
              _row(listed=True, without=DATABASE), {"backup"}, "backup.json"),
    Tampering(Text(zh="备份的日志头换成自己密钥签的", en="the head in a backup is one of his own key"), _head(OWN), {"backup"}, "checkpoint"),
    Tampering(Text(zh="备份的日志头换成另一份日志的，用真密钥签", en="the head in a backup is of another log, signed with the true key"),
              _head(SIGNER), {"backup"}, "checkpoint"),
    Tampering(Text(zh="备份的日志头比日志还大", en="the head in a backup is larger than the log"), _head(SIGNER, size=SIZE + 9), {"backup"}, "309"),
    Tampering(Text(zh="拿另一份日志的备份来恢复", en="a backup of another log is put back"), _of_another_log, {"backup"}, "log.example/other"),
    Tampering(Text(zh="旧备份冒充新的，改清单", en="an old backup is passed off as new by its list"), _old_head, {"backup"}, "checkpoint"),
    Tampering(Text(zh="新备份里换上旧数据库，清单一并改", en="an old database in a new backup, and its list made to fit"),
              _old_database, _OLD, "entry 299"),
)
