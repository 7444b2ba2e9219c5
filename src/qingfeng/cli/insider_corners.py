"""What an insider does where nobody looks: places before the first, numbers given twice, openings that say two things, other keys."""

from __future__ import annotations

import json
import secrets
import sqlite3
from contextlib import closing

from qingfeng.casework.office import Office
from qingfeng.casework.twofold import CONFIRMED, PROPOSED, record
from qingfeng.notary.erasure import ERASE
from qingfeng.notary.gap import STREAM
from qingfeng.notary.keys import new_log_key
from qingfeng.notary.place import write_whole
from qingfeng.store.sqlite import SqliteStore
from qingfeng.terms.text import Text

from .insider import BEGUN, SIGNER, Insider, voted
from .insider_records import Tampering


def _insert(hands: Insider, position: int, seq: int = 1, stream: str = "case/z") -> None:
    new = voted(stream, seq, "for")
    with closing(sqlite3.connect(hands.root / "agency.db")) as database:
        database.execute(
            "INSERT INTO events VALUES (?, ?, ?, ?, ?)", (position, new.stream, new.seq, new.entry, new.opening)
        )
        database.execute("INSERT INTO private VALUES (?, ?)", (position, new.private))
        database.commit()


def _before_the_first(hands: Insider) -> None:
    """A record at a place before the first, where nobody counts."""
    hands.sql()
    _insert(hands, -5)


def _noted_before_the_first(hands: Insider) -> None:
    """A record that is said to stand in the log, at a place before its first."""
    hands.sql()
    _insert(hands, 90_001)
    hands.sql("PRAGMA ignore_check_constraints = ON", "INSERT INTO logged VALUES (-1, 90001)")


def _second_of_one_number(hands: Insider) -> None:
    """The table without its rules, and a second record of the same number, among what waits."""
    hands.sql("PRAGMA foreign_keys = OFF", "PRAGMA legacy_alter_table = ON", "ALTER TABLE events RENAME TO before",
              "CREATE TABLE events (position INTEGER PRIMARY KEY, stream TEXT, seq INTEGER, entry BLOB, opening BLOB)",
              "INSERT INTO events SELECT * FROM before", "DROP TABLE before")  # fmt: skip
    _insert(hands, 90_001, 7, "case/a")
    hands.sql("INSERT INTO outbox VALUES (90001)")


def _twice_in_an_opening(hands: Insider) -> None:
    """A field stands twice in what opens a record: who reads the first sees another vote than who reads the last."""
    raw = hands.one("opening", 7)
    false = json.dumps(["AAAAAAAAAAAAAAAAAAAAAA", "abstain"]).encode()
    hands.sql(
        "UPDATE events SET opening = ? WHERE stream = 'case/a' AND seq = 7",
        values=(b'{"data.vote":' + false + b"," + raw[1:],),
    )


def _private_for_an_open_record(hands: Insider) -> None:
    """A record that has no personal contents gets some."""
    where = f"(SELECT position FROM events WHERE stream = '{STREAM}' AND seq = 1)"
    hands.sql(f"INSERT INTO private VALUES ({where}, ?)", values=(b'{"data.remark":["AAAAAAAAAAAAAAAAAAAAAA","x"]}',))


def _open_for_private(hands: Insider) -> None:
    """An opinion is published: what is personal moves into what everybody may read."""
    opening, private = json.loads(hands.one("opening", 7)), json.loads(hands.one("p.opening", 7))
    text = json.dumps({**opening, **private}, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    hands.sql("UPDATE events SET opening = ? WHERE stream = 'case/a' AND seq = 7", values=(text,))


def _approved_by_one(hands: Insider) -> None:
    """One administrator says in the log that an opinion may be emptied, and confirms it himself."""
    with closing(SqliteStore.open(hands.root / "agency.db", create=False)) as store:
        office = Office(store, salts=secrets.token_bytes)
        with store.write() as tx:
            tx.lock(STREAM)
            data = {"name": "erase-1", "stream": "case/a", "seq": 7, "files": []}
            number = record(office, tx, STREAM, PROPOSED, ERASE, data, by="u1", at=BEGUN, reason="期满")
            record(office, tx, STREAM, CONFIRMED, "change", {"number": number}, by="u1", at=BEGUN)
            tx.erase("case/a", 7)


def _own_key_file(hands: Insider) -> None:
    """The settings point to a key of his own, with which the next batch would be signed."""
    new_log_key(hands.root / "own.key", SIGNER.name, "sha256")
    path = hands.root / "notary" / "notary.json"
    write_whole(path, json.dumps({**json.loads(path.read_text("utf-8")), "key": "../own.key"}))


IN_CORNERS = (
    Tampering(
        Text(zh="在第一条以前塞一条记录", en="a record is put before the first"),
        _before_the_first,
        {"kept_out"},
        "case/z#1",
    ),
    Tampering(
        Text(zh="塞一条记录，登记在日志第一条以前", en="a record is noted at a place before the log's first"),
        _noted_before_the_first,
        {"place"},
        "case/z#1",
    ),
    Tampering(
        Text(zh="拆掉表的约束，同一编号再放一条待入的", en="a second record of one number waits for the log"),
        _second_of_one_number,
        {"hole"},
        "case/a",
    ),
    Tampering(
        Text(zh="一票写两遍，先读后读不一样", en="a vote is written twice in what opens a record"),
        _twice_in_an_opening,
        {"fields"},
        "case/a#7",
    ),
    Tampering(
        Text(zh="给没有个人信息的记录添附表", en="a record without personal contents gets some"),
        _private_for_an_open_record,
        {"fields"},
        "notary#1",
    ),
    Tampering(
        Text(zh="把不公开的意见挪到公开部分", en="a personal opinion moves into the open part"),
        _open_for_private,
        {"fields"},
        "case/a#7",
    ),
    Tampering(
        Text(zh="一名管理员自己提出、自己确认清空", en="one administrator approves an erasure by himself"),
        _approved_by_one,
        {"erased"},
        "case/a#7",
    ),
    Tampering(
        Text(zh="设置改指自己的密钥文件", en="the settings point to a key file of his own"),
        _own_key_file,
        {"key"},
        "notary",
    ),
)
