"""The money of cases: what was decided, received, lies at the bank, went to the treasury, was given back; and the books of receipts.

Double entry: every sum leaves one account and enters another, so that over all accounts of a case nothing is left or missing.
Accounts and acts follow from the power's own controls (`fines_balance`, `handed_to_treasury`, `fine_receipts`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from qingfeng.controls.fines_balance import GONE, OUTCOMES
from qingfeng.controls.handed_to_treasury import FLOWS, TREASURY
from qingfeng.engine.case import Case
from qingfeng.engine.control import Control
from qingfeng.engine.event import ACT, Event
from qingfeng.terms.instants import local_day
from qingfeng.terms.money import format_yuan
from qingfeng.terms.people import People
from qingfeng.terms.text import Text

from ..office import Office, load_cases
from ..ports import ReadTx
from ..projection import MONEY
from .access import Viewer, in_the_know
from .books import Asked, Older, found, page_of
from .casepage import title_in
from .rules import rule_in
from .said import plain

MOST_RECEIPTS = 400
LAST = "\U0010ffff"
"""Behind every value said."""
FINANCE = frozenset({"finance_officer"})
"""Posts that keep the books of every power."""
ACCOUNTS: Mapping[str, Text] = {
    "party": Text(zh="当事人", en="the party"),
    "officer": Text(zh="执法人员手中", en="in an officer's hand"),
    "agency": Text(zh="本机关", en="at the agency"),
    "bank": Text(zh="代收银行", en="at the bank"),
    "buyer": Text(zh="拍卖买受人", en="buyers of goods"),
    "treasury": Text(zh="国库", en="the treasury"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One sum moved.  fen."""

    seq: int
    act: Text
    who: str
    at: datetime
    source: str
    goal: str
    fen: int
    receipt: str

    @property
    def yuan(self) -> str:
        """The sum in yuan."""
        return format_yuan(self.fen)


@dataclass(frozen=True, slots=True)
class Account:
    """The money of one case, in fen.  fault: what is not as it should be, in words."""

    case: str
    power_title: Text
    title: str
    closed: bool
    due: int
    received: int
    refunded: int
    held: Mapping[str, int]
    entries: tuple[Entry, ...]
    fault: Text | None
    tone: str

    @property
    def owed(self) -> int:
        """What is due and not received."""
        return self.due - self.received + self.refunded

    @property
    def treasury(self) -> int:
        """What the treasury has."""
        return self.held.get("treasury", 0)

    @property
    def on_the_way(self) -> int:
        """What lies in a hand, at the agency or at the bank."""
        return sum(self.held.get(name, 0) for name in ("officer", "agency", "bank"))

    @property
    def lost(self) -> int:
        """What was received and neither given back nor lies anywhere; proceeds of goods come in without being received."""
        return self.received - self.refunded - self.on_the_way - self.treasury - self.held.get("buyer", 0)

    @property
    def shown(self) -> dict[str, str]:
        """All sums in yuan."""
        told = {"due": self.due, "received": self.received, "owed": self.owed, "refunded": self.refunded, "treasury": self.treasury,
                "bank": self.held.get("bank", 0), "hands": self.held.get("officer", 0) + self.held.get("agency", 0)}  # fmt: skip
        return {name: format_yuan(fen) for name, fen in told.items()}


@dataclass(frozen=True, slots=True)
class Receipt:
    """A numbered receipt, or a gap.  state: used | void | gap."""

    number: str
    state: str
    case: str
    name: Text


@dataclass(frozen=True, slots=True)
class Book:
    """A book of receipts as far as it was used."""

    power: str
    power_title: Text
    prefix: str
    last: str
    receipts: tuple[Receipt, ...]
    used: int
    void: int
    gaps: int
    more: bool


@dataclass(frozen=True, slots=True)
class MoneyPage:
    """The money of all cases looked at; sums in yuan."""

    accounts: tuple[Account, ...]
    total: Mapping[str, str]
    balanced: bool
    faults: int
    books: tuple[Book, ...]
    older: tuple[Older, ...]

    @property
    def gaps(self) -> int:
        """How many receipts are missing between two that were used."""
        return sum(book.gaps for book in self.books)


def money_page(office: Office, tx: ReadTx, viewer: Viewer, *, asked: Asked, now: datetime) -> MoneyPage:
    """Return the money of the cases that spoke of money last; asked.all_: settled ones too."""
    registry = office.registry(tx)
    accounts: list[Account] = []
    books: list[Book] = []
    older: list[Older] = []
    sought = found(tx, asked.q) if asked.q else None
    for one in registry.powers() if asked.power is None else [asked.power]:
        if all(v > local_day(now).isoformat() for p, v in registry.versions if p == one):
            continue  # published, not in force yet
        version, controls = office.version(registry, one, registry.version_on(one, local_day(now)))
        if rule_in(controls, "fines_balance") is None and rule_in(controls, "handed_to_treasury") is None:
            continue
        cases, before = page_of(tx, MONEY, one, asked, sought)
        older += [Older(one, version.title, before)] if before is not None else []
        rows = tx.cases_by_ids(cases)
        for case, own in load_cases(office, tx, registry, cases).values():
            row = rows.get(case.id)
            if not (FINANCE & {*viewer.posts} or in_the_know(viewer, case, own, row.posts if row is not None else ())):
                continue
            account = account_of(case, own, registry.people, title_in(row, case.version), today=local_day(now))
            if account.entries or account.due:
                accounts.append(account)
        books += _books(tx, one, version.title, controls)
    every = asked.all_ or sought is not None
    shown = accounts if every else [a for a in accounts if a.fault is not None or a.owed or a.on_the_way or not a.closed]
    return MoneyPage(tuple(sorted(shown, key=lambda a: (a.fault is None, -a.owed))), _totals(accounts), _balanced(accounts),
                     sum(a.fault is not None for a in accounts), tuple(books), tuple(older))  # fmt: skip


def _totals(accounts: Sequence[Account]) -> dict[str, str]:
    names = ("due", "received", "owed", "refunded", "treasury")
    sums = {name: sum(getattr(a, name) for a in accounts) for name in names}
    sums["bank"] = sum(a.held.get("bank", 0) for a in accounts)
    sums["hands"] = sum(a.held.get("officer", 0) + a.held.get("agency", 0) for a in accounts)
    return {name: format_yuan(fen) for name, fen in sums.items()}


def _balanced(accounts: Sequence[Account]) -> bool:
    """True if what was received, less what was given back, is what lies somewhere: the two tellings agree in every case."""
    return all(not a.lost for a in accounts)


def account_of(case: Case, controls: Sequence[Control], people: People, title: str, *, today: date) -> Account:
    """Return the money of a case."""
    balance, way = rule_in(controls, "fines_balance"), rule_in(controls, "handed_to_treasury")
    acts = [e for e in case.events if e.kind == ACT]
    entries = [entry for e in acts for entry in _moves(case, way or balance, e, people)]
    held: Counter[str] = Counter()
    for entry in entries:
        held[entry.source] -= entry.fen
        held[entry.goal] += entry.fen
    due = _due(balance, acts) if balance is not None else 0
    paid = tuple(
        dict.fromkeys(
            (
                *(balance.pays if balance is not None else ()),
                *(getattr(way, "pays", ())),
                *(getattr(way, "collects", ())),
            )
        )
    )
    refunds = balance.refunds if balance is not None else way.refunds if way is not None else ()
    received = sum(_sum(e.data) for e in acts if e.act in paid)
    refunded = sum(_sum(e.data) for e in acts if e.act in refunds)
    account = Account(
        case.id,
        case.version.title,
        title,
        case.closed,
        due,
        received,
        refunded,
        dict(held),
        tuple(entries),
        None,
        "gry",
    )
    fault = _fault(account, way, acts, today)
    return Account(case.id, case.version.title, title, case.closed, due, received, refunded, dict(held), tuple(entries), fault,
                   "red" if fault is not None else "amb" if account.owed or account.on_the_way else "gry")  # fmt: skip


def _fault(account: Account, way: Any, acts: Sequence[Event], today: date) -> Text | None:
    if account.lost:
        much = format_yuan(abs(account.lost))
        return Text(zh=f"收款登记与去向相差{much}元", en=f"what was received and where it lies differ by {much} yuan")
    if account.owed < 0:
        much = format_yuan(-account.owed)
        return Text(zh=f"多收{much}元，尚未退还", en=f"{much} yuan too much, not refunded")
    for name in ("officer", "agency", "bank"):
        if account.held.get(name, 0) < 0:
            return Text(
                zh=f"{ACCOUNTS[name].zh}支出多于收入{format_yuan(-account.held[name])}元",
                en=f"more went out {ACCOUNTS[name].en} than came in",
            )
    if account.closed and account.on_the_way:
        much = format_yuan(account.on_the_way)
        return Text(zh=f"已结案，还有{much}元没有入库", en=f"closed, but {much} yuan never reached the treasury")
    days = getattr(way, "within", None)
    came = [e for e in acts if way is not None and e.act in (*way.pays, *way.deposits, *way.sales)]
    if (
        days is not None
        and account.held.get("bank", 0) > 0
        and came
        and (today - local_day(came[-1].at)).days > days * 2
    ):
        much = format_yuan(account.held["bank"])
        return Text(
            zh=f"{much}元缴入银行已{(today - local_day(came[-1].at)).days}天，未缴国库",
            en=f"{much} yuan at the bank too long",
        )
    return None


def _due(rule: Any, acts: Sequence[Event]) -> int:
    """What is due: as `fines_balance` counts it."""
    decided = extra = 0
    for event in acts:
        money = _sum(event.data)
        if event.act in rule.annuls or (
            event.act in rule.outcomes and any(event.data.get(f) in GONE for f in OUTCOMES)
        ):
            decided = extra = 0
        decided = money if event.act in rule.decides else decided
        extra += money * ((event.act in rule.surcharges) - (event.act in rule.remits))
    return decided + extra


def _moves(case: Case, rule: Any, event: Event, people: People) -> list[Entry]:
    fen = _sum(event.data)
    ways = [FLOWS[name] for name in FLOWS if event.act in getattr(rule, name, ())]
    if not ways and event.act in getattr(rule, "pays", ()):
        ways = [("party", "bank")]
    if event.act in getattr(rule, "refunds", ()):
        ways.append((TREASURY if event.data.get("refund_source") == TREASURY else "bank", "party"))
    name = next((row.word.name for row in case.version.procedure.rows if row.act == event.act), plain(event.act))
    who = people.name(str(event.actor)) if event.actor else ""
    return [
        Entry(event.seq, name, who, event.at, source, goal, fen, str(event.data.get("receipt_no") or ""))
        for source, goal in ways
        if fen
    ]


def _sum(data: Mapping[str, Any]) -> int:
    return (data.get("amount") or 0) + (data.get("confiscated") or 0)


_USED, _VOID, _GAP = Text(zh="已用", en="used"), Text(zh="作废", en="void"), Text(zh="缺号", en="missing")


def _books(tx: ReadTx, power: str, title: Text, controls: Sequence[Control]) -> list[Book]:
    rule = rule_in(controls, "fine_receipts")
    told = []
    voided = {(case, seq) for _, case, seq in tx.uses_between("receipt_book", "", LAST)} if rule is not None else set()
    for book in rule.books if rule is not None else ():
        first, last = book.prefix + book.first, book.prefix + book.last
        said: dict[str, list[tuple[str, int]]] = {}
        for number, case, seq in tx.uses_between("receipt_no", first, last):
            said.setdefault(number, []).append((case, seq))
        numbers = {n: number for number in said if (n := book.number(number)) is not None}
        if not numbers:
            continue
        top, low = max(n for n in numbers if n is not None), int(book.first)
        receipts, width = [], len(book.first)
        for n in range(max(low, top - MOST_RECEIPTS + 1), top + 1):
            number = f"{book.prefix}{n:0{width}d}"
            if n not in numbers:
                receipts.append(Receipt(number, "gap", "", _GAP))
                continue
            uses = said.get(number, [])
            void = not voided.isdisjoint(uses)
            latest = max(uses)[0] if uses else ""
            receipts.append(Receipt(number, "void" if void else "used", latest, _VOID if void else _USED))
        states = Counter(one.state for one in receipts)
        told.append(
            Book(
                power,
                title,
                book.prefix,
                f"{book.prefix}{top:0{width}d}",
                tuple(receipts),
                states["used"],
                states["void"],
                states["gap"],
                top - low + 1 > MOST_RECEIPTS,
            )
        )
    return told
