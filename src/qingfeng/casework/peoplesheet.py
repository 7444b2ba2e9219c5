"""People brought in from a workbook: rows of sheets become registrations, all of them or none, each refused row with its reason."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from qingfeng.terms.text import Text, clean

from .office import Office
from .peoplechanges import enter
from .ports import WriteTx
from .registry import PERSON_ACTS, BadRegistration, By, register
from .tryout import tried

HEADINGS: Mapping[str, Text] = {
    "officer": Text(zh="人员编号", en="officer id"),
    "name": Text(zh="姓名", en="name"),
    "post": Text(zh="岗位", en="post"),
    "from": Text(zh="起始日", en="from"),
    "until": Text(zh="截止日", en="until"),
    "last_day": Text(zh="最后一日", en="last day"),
    "on": Text(zh="离任日", en="left on"),
    "number": Text(zh="证件号", en="number"),
    "deputy": Text(zh="顶岗人编号", en="deputy id"),
    "to": Text(zh="受托人编号", en="delegate id"),
    "acts": Text(zh="委托的动作（分号隔开，空为全部）", en="acts delegated (semicolons; empty: all)"),
    "reason": Text(zh="理由", en="reason"),
    "other": Text(zh="利害关系人", en="other party"),
    "relation": Text(zh="关系", en="relation"),
}
ACT_NAMES: Mapping[str, Text] = {
    "officer_added": Text(zh="人员", en="officers"),
    "appointed": Text(zh="任职", en="appointments"),
    "appointment_ended": Text(zh="免去岗位", en="appointments ended"),
    "dismissed": Text(zh="离任", en="dismissals"),
    "credential_granted": Text(zh="执法证件", en="credentials"),
    "credential_withdrawn": Text(zh="收回证件", en="credentials withdrawn"),
    "absent": Text(zh="缺勤", en="absences"),
    "stand_in_named": Text(zh="顶岗", en="stand-ins"),
    "delegated": Text(zh="委托", en="delegations"),
    "interest_declared": Text(zh="利害关系", en="interests"),
}
"""What is registered, as it is called on pages and as sheets of a workbook; in the order in which they are taken in."""
NOTES = "说明"
DAYS = frozenset({"from", "until", "on", "last_day"})
MAX_ROWS = 2_000
_ORDER = ("officer", "name", "post", "deputy", "to", "other", "relation", "from", "until", "last_day", "on", "number", "acts", "reason")
_SLASHED = re.compile(r"([0-9]{4})[/.年-]([0-9]{1,2})[/.月-]([0-9]{1,2})日?")
_SERIAL_ZERO = date(1899, 12, 30)


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that cannot be taken in: its sheet, its number as the workbook counts, the cell if one is to blame, and why."""

    sheet: str
    row: int
    cell: str
    reason: Text


@dataclass(frozen=True, slots=True)
class Cell:
    """One filled cell.  value: text, whole number or fraction; formula: it holds one."""

    name: str  # such as B7
    value: str | int | float
    formula: bool = False


Sheet = Sequence[tuple[int, Mapping[int, Cell]]]
"""Rows by number, each with its filled cells by column from 0."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a workbook: how many rows, and the number of the proposal if they wait for the second administrator."""

    rows: int
    proposal: int | None


class Rejected(Exception):
    """Nothing was taken in; says which rows cannot be, and how many could."""

    def __init__(self, refused: Sequence[Refused], fine: int) -> None:
        super().__init__(f"{len(refused)} rows refused")
        self.refused, self.fine = tuple(refused), fine


def columns(act: str) -> tuple[str, ...]:
    """Return the fields of a sheet in order, those that may be empty among them."""
    required, optional = PERSON_ACTS[act]
    return tuple(name for name in _ORDER if name in required | optional)


def missing(act: str, data: Mapping[str, Any]) -> Text | None:
    """Return what a registration lacks, in the words of the form; None if it has all."""
    lacks = [HEADINGS[name] for name in columns(act) if name in PERSON_ACTS[act][0] and not data.get(name)]
    if not lacks:
        return None
    return Text(zh=f"缺少{'、'.join(t.zh for t in lacks)}", en=f"missing: {', '.join(t.en for t in lacks)}")


def bring_in(
    office: Office, book: Mapping[str, Sheet], posts: Mapping[str, str], *, paper: str, by: By, since_1904: bool = False
) -> Taken:
    """Take in a workbook.  posts: name of a post in Chinese -> its id; paper: that of the appointments, where they take two.

    Raises Rejected, BadChange, StoreError.
    """
    known = {text.zh: act for act, text in ACT_NAMES.items()}
    refused = [Refused(name, 0, "", Text(zh=f"没有名为“{name[:50]}”的表；可用：{'、'.join(known)}", en=f"no such sheet; known: {', '.join(known)}"))
               for name in book if name not in known and name != NOTES and book[name]]  # fmt: skip
    many = sum(max(0, len(rows) - 1) for name, rows in book.items() if name in known)
    if many > MAX_ROWS:
        raise Rejected([Refused("", 0, "", Text(zh=f"共{many}行，一次最多{MAX_ROWS}行，请分开导入", en=f"{many} rows; {MAX_ROWS} at most in one go"))], 0)
    given: list[tuple[str, int, str, dict[str, Any]]] = []
    for name, act in known.items():
        rows, bad = _rows(act, name, book.get(name, ()), posts, since_1904=since_1904)
        given += rows
        refused += bad
    _try_rows(office, given, refused, by)
    return Taken(len(given), enter(office, [(act, data) for _, _, act, data in given], paper=paper, by=by))


def _try_rows(office: Office, given: Sequence[tuple[str, int, str, dict[str, Any]]], refused: list[Refused], by: By) -> None:
    """Raise Rejected unless every row could be registered; nothing is."""
    fine = tried(office, lambda tx: _registered(office, tx, given, refused, by))
    if refused or not fine:
        none = Text(zh="没有可以导入的行", en="there is no row to take in")
        raise Rejected(sorted(refused, key=lambda one: (one.sheet, one.row)) or [Refused("", 0, "", none)], fine)


def _registered(
    office: Office, tx: WriteTx, given: Sequence[tuple[str, int, str, dict[str, Any]]], refused: list[Refused], by: By
) -> int:
    """Register the rows that can be, note the others; return how many could."""
    fine = 0
    for name, row, act, data in given:
        try:
            register(office, tx, act, data, by=by)
            fine += 1
        except BadRegistration as error:
            refused.append(Refused(name, row, "", error.message))
    return fine


def _rows(
    act: str, sheet: str, rows: Sheet, posts: Mapping[str, str], *, since_1904: bool
) -> tuple[list[tuple[str, int, str, dict[str, Any]]], list[Refused]]:
    if not rows:
        return [], []
    number, heads = rows[0]
    wanted = {HEADINGS[name].zh: name for name in columns(act)}
    fields = {column: wanted.get(str(cell.value).strip()) for column, cell in heads.items()}
    refused = [Refused(sheet, number, heads[column].name, Text(zh=f"没有名为“{str(heads[column].value)[:50]}”的列；可用：{'、'.join(wanted)}",
                                                               en=f"no such column; known: {', '.join(wanted)}"))
               for column, name in fields.items() if name is None]  # fmt: skip
    told = []
    for row, cells in rows[1:]:
        data, bad = _row(sheet, row, cells, fields, posts, since_1904=since_1904)
        refused += bad
        lacks = missing(act, data) if data and not bad else None
        if lacks is not None:
            refused.append(Refused(sheet, row, "", lacks))
        elif data and not bad:
            told.append((sheet, row, act, data))
    return told, refused


def _row(
    sheet: str, row: int, cells: Mapping[int, Cell], fields: Mapping[int, str | None], posts: Mapping[str, str], *, since_1904: bool
) -> tuple[dict[str, Any], list[Refused]]:
    data: dict[str, Any] = {}
    bad: list[Refused] = []
    for column, cell in cells.items():
        name = fields.get(column)
        if cell.formula:
            bad.append(Refused(sheet, row, cell.name, Text(zh="单元格是公式，请改为值", en="the cell holds a formula: put its value")))
        elif name is None and column not in fields:
            bad.append(Refused(sheet, row, cell.name, Text(zh="此列没有表头", en="the column has no heading")))
        elif name is not None:
            value = _value(name, cell.value, posts, since_1904=since_1904)
            if isinstance(value, Text):
                bad.append(Refused(sheet, row, cell.name, value))
            elif value:
                data[name] = value
    return data, bad


def _value(name: str, value: str | int | float, posts: Mapping[str, str], *, since_1904: bool) -> Any:
    if name in DAYS:
        return _day(value, since_1904=since_1904)
    text = str(int(value)) if isinstance(value, float) and value == int(value) else clean(str(value)).strip()
    if name == "post":
        return posts.get(text, text)
    if name == "acts":
        return [part.strip() for part in re.split(r"[;；\n]", text) if part.strip()]
    return text


def _day(value: str | int | float, *, since_1904: bool) -> str | Text:
    wrong = Text(zh=f"“{str(value)[:30]}”不是日期，应如2026-03-02", en=f"{str(value)[:30]!r} is no date such as 2026-03-02")
    if isinstance(value, int | float):
        if not 1 <= value < 110_000:
            return wrong
        return (_SERIAL_ZERO + timedelta(days=int(value) + (1462 if since_1904 else 0))).isoformat()
    text = value.strip()
    found = _SLASHED.fullmatch(text)
    if not text or found is None:
        return wrong if text else ""
    try:
        return date(*map(int, found.groups())).isoformat()
    except ValueError:
        return wrong
