"""The two store rooms across cases: items of evidence with their holder, and seized goods: in the book, in store, given out, counted.

What the book says follows from the acts that a power's own controls name (`evidence_custody`, `inventory_balance`), so that list
and rule cannot differ.  Looked at are the cases that spoke of goods or evidence last, a bounded number of each power.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from qingfeng.catalogue.codes import word
from qingfeng.engine.case import Case
from qingfeng.engine.clock import clocks
from qingfeng.engine.control import Control
from qingfeng.engine.event import ACT, Event
from qingfeng.terms.instants import LOCAL, local_day
from qingfeng.terms.text import Text

from ..office import Office, Registry, load_cases
from ..ports import ReadTx
from ..projection import EVIDENCE, GOODS
from ..words import last_moment, remaining
from .access import Viewer, in_the_know
from .books import Asked, Older, found, page_of
from .casepage import YELLOW_DAYS, title_in
from .rules import rule_in
from .said import lines_of, plain


@dataclass(frozen=True, slots=True)
class Move:
    """A thing that went in or out: what, by whose hand, with whom beside him, when."""

    name: Text
    who: str
    second: str  # the other of the two who are needed: who handed over or received
    at: datetime
    seq: int


@dataclass(frozen=True, slots=True)
class Item:
    """An item of evidence.  state: registered | held | offered | out."""

    case: str
    title: str
    number: str
    kind: Text
    state: str
    word: Text
    holder: str
    since: datetime
    moves: tuple[Move, ...]
    alone: bool  # one person did both sides of a move
    swapped: bool
    acts: tuple[tuple[str, Text], ...]


@dataclass(frozen=True, slots=True)
class Lot:
    """A kind of goods of a case.  book = taken − given; store = received − given; counted: as last counted, None if never."""

    case: str
    power_title: Text
    title: str
    code: str
    mark: str
    state: tuple[Text, ...]  # class of store and state, as last said
    taken: int
    received: int
    given: int
    counted: int | None
    counted_on: date | None
    keepers: tuple[str, ...]
    due: Text | None
    due_on: Text | None
    tone: str
    extended: bool
    acts: tuple[tuple[str, Text], ...]

    @property
    def book(self) -> int:
        """What must be there, wherever it is."""
        return self.taken - self.given

    @property
    def unstored(self) -> int:
        """What was taken and has not come to the store."""
        return max(0, self.taken - self.received)

    @property
    def differs(self) -> bool:
        """True if a count found another number than the book has."""
        return self.counted is not None and self.counted != self.book


@dataclass(frozen=True, slots=True)
class StorePage:
    """A store room.  older: powers with older cases that are not on this page."""

    items: tuple[Item, ...]
    lots: tuple[Lot, ...]
    older: tuple[Older, ...]

    @property
    def held(self) -> int:
        """Items of evidence in somebody's hands."""
        return sum(one.state in ("held", "offered") for one in self.items)

    @property
    def pieces(self) -> int:
        """Pieces of goods in the book."""
        return sum(one.book for one in self.lots)

    @property
    def differences(self) -> int:
        """Lots and items that are not as they should be."""
        return sum(one.differs or one.unstored > 0 for one in self.lots) + sum(
            one.swapped or one.alone for one in self.items
        )

    @property
    def late(self) -> int:
        """Lots kept longer than the limit."""
        return sum(one.tone == "red" for one in self.lots)


def store_page(office: Office, tx: ReadTx, viewer: Viewer, *, room: str, asked: Asked, now: datetime) -> StorePage:
    """Return a store room (room: evidence | goods); asked.all_: with what has gone out again."""
    registry = office.registry(tx)
    items: list[Item] = []
    lots: list[Lot] = []
    older: list[Older] = []
    sought = found(tx, asked.q) if asked.q else None
    for one in registry.powers() if asked.power is None else [asked.power]:
        cases, before = page_of(tx, EVIDENCE if room == "evidence" else GOODS, one, asked, sought)
        rows = tx.cases_by_ids(cases)
        for case, controls in load_cases(office, tx, registry, cases).values():
            row = rows.get(case.id)
            if not in_the_know(viewer, case, controls, row.posts if row is not None else ()):
                continue
            title = title_in(row, case.version)
            if room == "evidence":
                items += _items(case, controls, registry, viewer, title, now)
            else:
                lots += _lots(case, controls, registry, viewer, title, now)
        if before is not None:
            older.append(Older(one, Text.of(registry.versions[one, registry.version_on(one, local_day(now))]["power"]["title"]), before))
    if not asked.all_ and sought is None:
        items = [one for one in items if one.state != "out"]
        lots = [one for one in lots if one.book or one.differs]
    urgency = {"red": 0, "amb": 1, "gry": 2}
    return StorePage(tuple(items), tuple(sorted(lots, key=lambda lot: (not lot.differs, urgency[lot.tone]))), tuple(older))


_WORDS = {"registered": Text(zh="已登记，未入库", en="registered, not in store"), "held": Text(zh="在库", en="held"),
          "offered": Text(zh="移交中，待签收", en="handed over, not received yet"), "out": Text(zh="已出库", en="out")}  # fmt: skip


def _items(
    case: Case, controls: Sequence[Control], registry: Registry, viewer: Viewer, title: str, now: datetime
) -> Iterator[Item]:
    rule = rule_in(controls, "evidence_custody")
    if rule is None:
        return
    acts = [e for e in case.events if e.kind == ACT and e.data.get("evidence_no")]
    people = registry.people
    for number in dict.fromkeys(str(e.data["evidence_no"]) for e in acts):
        chain = [e for e in acts if str(e.data["evidence_no"]) == number]
        moves = [e for e in chain if e.act in (*rule.takes, *rule.hands, *rule.accepts, *rule.returns)]
        last = moves[-1] if moves else None
        state = (
            "registered"
            if last is None
            else "out"
            if last.act in rule.returns
            else "offered"
            if last.act in rule.hands
            else "held"
        )
        first = chain[0]
        hash_ = first.data.get("evidence_hash")
        swapped = any(hash_ and e.data.get("evidence_hash") not in (None, hash_) for e in chain)
        told, alone = [], False
        for n, event in enumerate(moves):
            second = _second(rule, moves, n, first)
            alone |= second is not None and second == event.actor
            told.append(
                Move(
                    _act(case, event),
                    people.name(str(event.actor)),
                    people.name(second) if second else "",
                    event.at,
                    event.seq,
                )
            )
        kind = next(
            (s.value for s in lines_of(case.version, first.act, first.data, people) if s.field == "evidence_kind"),
            plain(""),
        )
        wanted = {
            "registered": rule.takes,
            "held": (*rule.hands, *rule.shows, *rule.returns),
            "offered": rule.accepts,
        }.get(state, ())
        yield Item(
            case.id,
            title or case.version.title.zh,
            number,
            kind,
            state,
            _WORDS[state],
            people.name(str(last.actor)) if last is not None and state != "out" else "",
            (last or first).at,
            tuple(told),
            alone,
            swapped,
            _may(case, registry, viewer, wanted, now),
        )


def _second(rule: object, moves: Sequence[Event], n: int, first: Event) -> str | None:
    """Return the other of the two people of a move: who brought the item, or to whom it goes, or from whom it comes."""
    event = moves[n]
    if event.act in rule.takes:  # type: ignore[attr-defined]
        return str(first.actor)
    if event.act in rule.hands:  # type: ignore[attr-defined]
        return str(event.data.get("custodian") or "") or None
    if event.act in rule.accepts and n:  # type: ignore[attr-defined]
        return str(moves[n - 1].actor)
    return None


def _lots(
    case: Case, controls: Sequence[Control], registry: Registry, viewer: Viewer, title: str, now: datetime
) -> Iterator[Lot]:
    rule = rule_in(controls, "inventory_balance")
    if rule is None:
        return
    acts = [e for e in case.events if e.kind == ACT]
    taken, kept, given = (_total(acts, way) for way in (rule.takes, rule.keeps, rule.gives))
    counts = [e for e in acts if e.act in rule.counts]
    keepers = tuple(
        dict.fromkeys(
            registry.people.name(str(e.data.get("custodian") or e.actor)) for e in acts if e.act in rule.keeps
        )
    )
    due, due_on, tone, extended = _until(case, controls, registry, now)
    for code in taken:
        counted = next((e for e in reversed(counts) if code in (e.data.get("goods") or {})), None)
        if counted is None:
            counted = counts[-1] if counts and counts[-1].data.get("goods") else None
        number = int((counted.data.get("goods") or {}).get(code, 0)) if counted is not None else None
        if counted is not None:  # what was given out after the count is no difference
            number = (number or 0) - sum(
                int((e.data.get("goods") or {}).get(code, 0))
                for e in acts
                if e.act in rule.gives and e.seq > counted.seq
            )
            number += sum(
                int((e.data.get("goods") or {}).get(code, 0))
                for e in acts
                if e.act in rule.takes and e.seq > counted.seq
            )
        left = taken[code] - given[code]
        yield Lot(
            case.id, case.version.title, title, code, _last(acts, "marks", code),
            tuple(word(case.version, said) for said in (_last(acts, "store_class", code), _last(acts, "condition", code)) if said),
            taken[code], kept[code], given[code], number, local_day(counted.at) if counted is not None else None, keepers,
            due if left else None, due_on if left else None, tone if left else "gry", extended,
            _may(case, registry, viewer, (*rule.keeps, *rule.counts, *rule.gives, *_extends(controls)), now) if left else ())  # fmt: skip


def _total(acts: Sequence[Event], way: Sequence[str]) -> Counter[str]:
    total: Counter[str] = Counter()
    for event in acts:
        if event.act in way:
            total.update({code: int(many) for code, many in (event.data.get("goods") or {}).items()})
    return total


def _last(acts: Sequence[Event], field: str, code: str) -> str:
    for event in reversed(acts):
        said = event.data.get(field)
        if isinstance(said, dict) and code in said:
            return str(said[code])
    return ""


def _extends(controls: Sequence[Control]) -> tuple[str, ...]:
    rule = rule_in(controls, "seizure_limit")
    return tuple(rule.extends) if rule is not None else ()


def _until(
    case: Case, controls: Sequence[Control], registry: Registry, now: datetime
) -> tuple[Text | None, Text | None, str, bool]:
    """Return until when goods may be kept: the limit that begins with taking them."""
    rule, balance = rule_in(controls, "seizure_limit"), rule_in(controls, "inventory_balance")
    starts = set(rule.starts if rule is not None else balance.takes if balance is not None else ())
    extended = rule is not None and any(e.kind == ACT and e.act in rule.extends for e in case.events)
    alive = [
        c
        for c in clocks(case, registry.calendar).values()
        if c.running and c.due is not None and c.limit.starts & starts
    ]
    if not alive:
        return None, None, "gry", extended
    clock = min(alive, key=lambda c: c.due.raw if c.due is not None else now)
    assert clock.due is not None
    days = (clock.due.raw.astimezone(LOCAL) - now).total_seconds() / 86_400
    return (
        remaining(clock.due.raw, now),
        last_moment(clock.due),
        "red" if days <= 0 else "amb" if days <= YELLOW_DAYS else "gry",
        extended,
    )


def _act(case: Case, event: Event) -> Text:
    return next((row.word.name for row in case.version.procedure.rows if row.act == event.act), plain(event.act))


def _may(
    case: Case, registry: Registry, viewer: Viewer, wanted: Sequence[str], now: datetime
) -> tuple[tuple[str, Text], ...]:
    day, told = local_day(now), []
    for act in dict.fromkeys(wanted):
        row = case.version.rules.get((case.step, act))
        if (
            row is not None
            and viewer.officer
            and registry.people.authorities(viewer.officer, row.by, day, act=act, may_delegate=not row.no_delegation)
        ):
            told.append((act, row.word.name))
    return tuple(told)
