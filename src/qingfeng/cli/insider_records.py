"""What an insider does to records: in the database, with everything that hangs on them."""

from __future__ import annotations

import json
from collections.abc import Callable, Set
from dataclasses import dataclass

from qingfeng.ledger.entry import Sealed
from qingfeng.terms.text import Text

from .insider import SIZE, Insider, voted


@dataclass(frozen=True, slots=True)
class Tampering:
    """One thing that an insider may do.  kinds: as what it may be named; named: what the naming says, at least once."""

    what: Text
    act: Callable[[Insider], None]
    kinds: Set[str]
    named: str


def _other(raw: bytes, name: str, value: str) -> bytes:
    said = json.loads(raw)
    said[name][1] = value
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _reseal(hands: Insider, seq: int) -> Sealed:
    """Write a record anew with another vote, its commitments all in order."""
    new = voted("case/a", seq, "abstain")
    place = "WHERE stream = 'case/a' AND seq = ?"
    hands.sql(f"UPDATE events SET entry = ?, opening = ? {place}", values=(new.entry, new.opening, seq))
    hands.sql(
        f"UPDATE private SET opening = ? WHERE position = (SELECT position FROM events {place})",
        values=(new.private, seq),
    )
    return new


def _reseal_one(hands: Insider) -> None:
    _reseal(hands, 7)


def _tamper_entry(hands: Insider) -> None:
    hands.sql(
        "UPDATE events SET entry = replace(CAST(entry AS TEXT), '09:00', '08:00') WHERE stream = 'case/a' AND seq = 7"
    )


def _tamper_type(hands: Insider) -> None:
    hands.sql("UPDATE events SET entry = 5 WHERE stream = 'case/a' AND seq = 7")


def _tamper_vote(hands: Insider) -> None:
    hands.sql(
        "UPDATE events SET opening = ? WHERE stream = 'case/a' AND seq = 7",
        values=(_other(hands.one("opening", 7), "data.vote", "abstain"),),
    )


def _tamper_opinion(hands: Insider) -> None:
    hands.sql("UPDATE private SET opening = ? WHERE position = (SELECT position FROM events WHERE stream = 'case/a' AND seq = 7)",
              values=(_other(hands.one("p.opening", 7), "data.opinion", "同意"),))  # fmt: skip


def _swap_votes(hands: Insider) -> None:
    one, two = hands.one("opening", 3), hands.one("opening", 4)
    hands.sql("UPDATE events SET opening = ? WHERE stream = 'case/a' AND seq = 3", values=(two,))
    hands.sql("UPDATE events SET opening = ? WHERE stream = 'case/a' AND seq = 4", values=(one,))


def _swap_records(hands: Insider) -> None:
    hands.sql(
        "UPDATE events SET seq = 9999 WHERE stream = 'case/a' AND seq = 3",
        "UPDATE events SET seq = 3 WHERE stream = 'case/a' AND seq = 4",
        "UPDATE events SET seq = 4 WHERE stream = 'case/a' AND seq = 9999",
    )


def _delete_record(seq: int, *, traces: bool) -> Callable[[Insider], None]:
    def act(hands: Insider) -> None:
        place = f"(SELECT position FROM events WHERE stream = 'case/a' AND seq = {seq})"
        cleaned = (
            [f"DELETE FROM private WHERE position = {place}", f"DELETE FROM logged WHERE position = {place}"]
            if traces
            else []
        )
        hands.sql("PRAGMA foreign_keys = OFF", *cleaned, f"DELETE FROM events WHERE stream = 'case/a' AND seq = {seq}")

    return act


def _backdated_insert(hands: Insider) -> None:
    new = voted("case/a", SIZE // 2 + 1, "for")
    hands.sql(
        "INSERT INTO events (stream, seq, entry, opening) VALUES (?, ?, ?, ?)",
        values=(new.stream, new.seq, new.entry, new.opening),
    )


def _out_of_the_outbox(hands: Insider) -> None:
    hands.sql("DELETE FROM outbox WHERE position = (SELECT position FROM events WHERE stream = 'case/c' AND seq = 2)")


def _delete_pending(hands: Insider) -> None:
    place = "(SELECT position FROM events WHERE stream = 'case/c' AND seq = 2)"
    hands.sql(
        "PRAGMA foreign_keys = OFF",
        f"DELETE FROM outbox WHERE position = {place}",
        "DELETE FROM events WHERE stream = 'case/c' AND seq = 2",
    )


def _alter_pending(hands: Insider) -> None:
    hands.sql(
        "UPDATE events SET opening = replace(CAST(opening AS TEXT), '\"for\"', '\"against\"') WHERE stream = 'case/c' AND seq = 2"
    )


def _forget_a_place(hands: Insider) -> None:
    hands.sql("DELETE FROM logged WHERE idx = 20")


def _swap_places(hands: Insider) -> None:
    hands.sql(
        "UPDATE logged SET position = -1 WHERE idx = 20",
        "UPDATE logged SET position = (SELECT position FROM logged WHERE idx = 21) * -1 - 7 WHERE idx = 21",
        "UPDATE logged SET position = 21 WHERE idx = 20",
        "UPDATE logged SET position = 22 WHERE idx = 21",
        "UPDATE logged SET position = 10021 WHERE idx = 20",
        "UPDATE logged SET position = 21 WHERE idx = 21",
        "UPDATE logged SET position = 22 WHERE idx = 20",
    )


def _beyond_the_end(hands: Insider) -> None:
    hands.sql("INSERT INTO logged SELECT 300, position FROM events WHERE stream = 'case/c' AND seq = 1")


def _drop_a_field(hands: Insider) -> None:
    said = json.loads(hands.one("opening", 7))
    del said["actor"]
    hands.sql("UPDATE events SET opening = ? WHERE stream = 'case/a' AND seq = 7", values=(json.dumps(said).encode(),))


def _ruin_a_field(hands: Insider) -> None:
    hands.sql("UPDATE events SET opening = ? WHERE stream = 'case/a' AND seq = 7", values=(b"{",))


def _add_a_field(hands: Insider) -> None:
    said = json.loads(hands.one("opening", 7))
    said["data.amount"] = ["AAAAAAAAAAAAAAAAAAAAAA", 5]
    hands.sql("UPDATE events SET opening = ? WHERE stream = 'case/a' AND seq = 7", values=(json.dumps(said).encode(),))


ON_RECORDS = (
    Tampering(Text(zh="改条目的时间", en="the time in an entry is changed"), _tamper_entry, {"altered"}, "case/a#7"),
    Tampering(Text(zh="把条目换成一个数", en="an entry is replaced by a number"), _tamper_type, {"altered"}, "case/a#7"),
    Tampering(Text(zh="改一票", en="a vote is changed"), _tamper_vote, {"fields"}, "data.vote"),
    Tampering(Text(zh="改一人的意见", en="an opinion is changed"), _tamper_opinion, {"fields"}, "data.opinion"),
    Tampering(Text(zh="对调两票的内容", en="two votes are swapped"), _swap_votes, {"fields"}, "case/a#3"),
    Tampering(Text(zh="对调两条记录的编号", en="two records change numbers"), _swap_records, {"moved"}, "case/a#3"),
    Tampering(Text(zh="整条重做，承诺全部重算", en="a record is made anew, commitments and all"),
              _reseal_one, {"altered"}, "case/a#7"),
    Tampering(Text(zh="删去最新一条，痕迹也删", en="the newest record is deleted with its traces"),
              _delete_record(150, traces=True), {"missing"}, "case/a#150"),
    Tampering(Text(zh="删去中间一条，痕迹也删", en="a record is deleted with its traces"),
              _delete_record(40, traces=True), {"missing", "hole"}, "case/a#40"),
    Tampering(Text(zh="删去中间一条", en="a record is deleted"),
              _delete_record(40, traces=False), {"missing", "hole"}, "case/a#40"),
    Tampering(Text(zh="倒填日期补一条", en="a back-dated record is inserted"), _backdated_insert, {"kept_out", "erased"}, "case/a#151"),
    Tampering(Text(zh="把一条从待入日志之列拿掉", en="a record is taken out of what waits for the log"),
              _out_of_the_outbox, {"kept_out"}, "case/c#2"),
    Tampering(Text(zh="删去一条待入的", en="a pending record is deleted"), _delete_pending, {"hole"}, "case/c"),
    Tampering(Text(zh="改一条待入的", en="a pending record is changed"), _alter_pending, {"fields"}, "case/c#2"),
    Tampering(Text(zh="删去一条的日志位置", en="the place of a record is deleted"),
              _forget_a_place, {"place", "kept_out"}, "entry 20"),
    Tampering(Text(zh="对调两条的日志位置", en="two places are swapped"), _swap_places, {"altered"}, "entry 20"),
    Tampering(Text(zh="登记一个日志以外的位置", en="a place beyond the log is noted"), _beyond_the_end, {"place"}, "301"),
    Tampering(Text(zh="抽掉经办人", en="the officer is taken out of a record"), _drop_a_field, {"fields"}, "actor"),
    Tampering(Text(zh="把内容弄坏", en="the contents of a record are ruined"), _ruin_a_field, {"fields"}, "case/a#7"),
    Tampering(Text(zh="添一项金额", en="a sum is added to a record"), _add_a_field, {"fields"}, "data.amount"),
)
