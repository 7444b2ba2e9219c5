"""The small evaluator of rules: one log, in plain Python.  What a query engine computes must equal it.

Functions of the language (`Op`): and or not; == != > >= < <= (false with something missing on either side); + - * (missing if
an argument is); missing (absent, empty text, list or map), or_else; in, size, total (of the numbers in a map), without, get over
lists and maps; day (ISO date to number), working_days, workday (the day itself or the next that is one), years (the day n years on),
year (of a day), moment (ISO instant to seconds); length (of a text); previous (the number before a numbered text); plain (a name's
letters and digits); spelling (a number in capitals without blanks); joined (two lists as one); unmarked (a title
without the mark of a draft); mentions (one of some words stands in a text); sums (of money in a text, in fen);
figures (a number, or the numbers of a map and their sum, so many times);
tied, named (he is who is written), ours (an officer is), licensed, away, holds (one of some posts), staff (who has the first seats of
posts), present (who of those is not away) and kin (who is tied to somebody) over the companion tables of people.
"""

from __future__ import annotations

import operator
import re
from calendar import isleap
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any, Protocol

from qingfeng.catalogue.power import PowerVersion
from qingfeng.facts.rows import ActRow, Outcome
from qingfeng.facts.rule import AnyOf, Expr, GateRule, Gather, LateRule, Op, R, Rule, Span, T, Table, Take, Today
from qingfeng.terms.calendar import WorkCalendar
from qingfeng.terms.cited import strays
from qingfeng.terms.instants import day_if_instant, local_day, parse_instant
from qingfeng.terms.names import key_of, plain_name, unmarked
from qingfeng.terms.people import NOBODY, People
from qingfeng.terms.sharing import derived
from qingfeng.terms.spelling import one_spelling
from qingfeng.terms.sums import sums_in

from .late import late_ends, lying_runs
from .written import WRITTEN


@dataclass(frozen=True, slots=True)
class World:
    """What a log does not say of itself: working days, the people as of every day, the day of reading."""

    calendar: WorkCalendar
    people: People = NOBODY
    today: date = date.max


@dataclass(frozen=True, slots=True)
class Hit:
    """Where a rule is violated: the act (its number in the case; 0 if the log gives none) and, of a list or map, the element."""

    case: str
    seq: int
    key: str | None = None


class Sharing(Protocol):
    """A log that can be asked for the rows of all cases that say a value."""

    def sharing(self, name: str, value: object) -> Sequence[ActRow]:
        """Return the rows of all cases that say this value in an indexed field, in order of the whole log."""


class Log:
    """The acts of one or more cases, each case in order."""

    def __init__(self, rows: Sequence[ActRow]) -> None:
        self.cases: dict[str, list[ActRow]] = {}
        for row in rows:
            self.cases.setdefault(row.case, []).append(row)
        self._shared: dict[str, dict[Any, list[ActRow]]] = {}

    def sharing(self, name: str, value: object) -> Sequence[ActRow]:
        """Return the rows of all cases that say this value in a field, in order of the whole log; `_case`: the acts of that case."""
        if name == "_case":
            return self.cases.get(str(value), ())
        known = self._shared.get(name)
        if known is None:
            known = self._shared[name] = {}
            for row in sorted((r for rows in self.cases.values() for r in rows), key=lambda r: r.position):
                found = (row.data or {}).get(name)
                for one in found if isinstance(found, list | tuple | Mapping) else (found,):
                    if one is not None:
                        known.setdefault(key_of(name, day_if_instant(one)) if isinstance(one, str) else one, []).append(row)
                for of, key in derived(row.power, row.act, local_day(row.at).toordinal(), row.data or {}):
                    if of == name:
                        known.setdefault(key, []).append(row)
        return known.get(key_of(name, value) if isinstance(value, str) else value, ())


Value = Any
_TWO: Mapping[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}
_SUMS: Mapping[str, Callable[[Any, Any], Any]] = {"-": operator.sub, "*": operator.mul}


@dataclass(slots=True)
class _Scene:
    """One act being judged: its row, where it stands, the element of it, and a row being gathered with its element."""

    world: World
    log: Sharing
    rows: Sequence[ActRow]
    place: int
    part: tuple[Value, Value] = (None, None)
    other: ActRow | None = None
    other_part: tuple[Value, Value] = (None, None)
    row: ActRow = field(init=False)

    def __post_init__(self) -> None:
        self.row = self.rows[self.place]


def outcome(rule: Rule, rows: Sequence[ActRow], version: PowerVersion, calendar: WorkCalendar, *, people: People = NOBODY,
            log: Sharing | None = None, today: date = date.max) -> Outcome:  # fmt: skip
    """Return what a rule says of one case, whose acts are given in order; `log`: the cases beside it, if the rule asks of them."""
    said, _ = judge(rule, rows, version, World(calendar, people, today), log=log)
    return said


def judge(
    rule: Rule, rows: Sequence[ActRow], version: PowerVersion, world: World, *, log: Sharing | None = None
) -> tuple[Outcome, list[Hit]]:
    """Return what a rule says of one case and at which acts it is violated."""
    if isinstance(rule, LateRule):
        read = partial(lying_runs, today=world.today) if rule.lying else late_ends
        ends = read(rows, version, world.calendar)
        hits = [Hit(rows[n].case, rows[n].seq) for n, late in ends if late]
        return _said(hits, bool(ends)), hits
    if isinstance(rule, AnyOf):
        told = [judge(one, rows, version, world, log=log) for one in rule.rules]
        outcomes = {said for said, _ in told}
        order = (Outcome.VIOLATED, Outcome.NOT_EVALUABLE, Outcome.SATISFIED, Outcome.NOT_APPLICABLE)
        return next((o for o in order if o in outcomes), Outcome.NOT_APPLICABLE), [
            hit for _, hits in told for hit in hits
        ]
    return _gate(rule, rows, world, log or Log(rows))


def _gate(rule: GateRule, rows: Sequence[ActRow], world: World, log: Sharing) -> tuple[Outcome, list[Hit]]:
    if rule.needs:
        concerned = None if rule.on is None else rule.on | gathered(rule.violated) | gathered(rule.applies)
        if any(_lacks(row, rule.needs) for row in rows if concerned is None or row.act in concerned):
            return Outcome.NOT_EVALUABLE, []
    hits: list[Hit] = []
    applied = False
    for place, row in enumerate(rows):
        if rule.on is not None and row.act not in rule.on:
            continue
        for part in _parts(row, rule.each):
            scene = _Scene(world, log, rows, place, part)
            if not value(rule.applies, scene):
                continue
            applied = True
            if value(rule.violated, scene):
                hits.append(Hit(row.case, row.seq, None if rule.each is None else str(part[0])))
    return _said(hits, applied), hits


def _said(hits: Sequence[Hit], applied: bool) -> Outcome:
    return Outcome.VIOLATED if hits else Outcome.SATISFIED if applied else Outcome.NOT_APPLICABLE


def _lacks(row: ActRow, columns: frozenset[str]) -> bool:
    return any(_column(row, name, (None, None)) is None for name in columns)


def gathered(expr: Expr) -> frozenset[str]:
    """Return the acts that an expression gathers by name."""
    if isinstance(expr, Op):
        return frozenset().union(*(gathered(arg) for arg in expr.args))
    if isinstance(expr, Gather):
        return (expr.acts or frozenset()) | gathered(expr.where) | gathered(expr.value)
    return frozenset()


def _parts(row: ActRow, each: str | None) -> Iterator[tuple[Value, Value]]:
    if each is None:
        yield None, None
        return
    found = (row.data or {}).get(each)
    if isinstance(found, Mapping):
        yield from found.items()
    elif isinstance(found, list | tuple):
        yield from ((one, 1) for one in found)


def value(expr: Expr, scene: _Scene) -> Value:
    """Return the value of an expression for the act judged (truth as True and False)."""
    match expr:
        case Op(op, args):
            return _apply(op, args, scene)
        case T(name):
            return _column(scene.row, name, scene.part)
        case R(name):
            assert scene.other is not None, f"R({name}) stands outside a Gather"
            return _column(scene.other, name, scene.other_part)
        case Gather():
            return _gather(expr, scene)
        case Today():
            return scene.world.today.toordinal()
        case Table(rows):
            return dict(rows)
        case _:
            return expr


def _column(row: ActRow, name: str, part: tuple[Value, Value]) -> Value:
    if not name.startswith("_"):
        return (row.data or {}).get(name)
    known = _COLUMNS.get(name)
    if known is not None:
        return known(row)
    return part[0] if name == "_key" else part[1] if name == "_value" else _unknown(name)


def _unknown(name: str) -> Value:
    raise AssertionError(f"no column {name}")


_COLUMNS: Mapping[str, Callable[[ActRow], Value]] = {
    "_act": lambda row: row.act,
    "_actor": lambda row: row.actor,
    "_post": lambda row: row.post,
    "_case": lambda row: row.case,
    "_power": lambda row: row.power,
    "_seq": lambda row: row.seq,
    "_at": lambda row: int(row.at.timestamp()),
    "_on": lambda row: local_day(row.at).toordinal(),
    "_day": lambda row: date.fromisoformat(row.effective).toordinal(),
    "_entered": lambda row: local_day(row.entered).toordinal(),
    "_lag": lambda row: row.lag,
    "_reason": lambda row: row.reason,
    "_position": lambda row: row.position,
}


def _gather(expr: Gather, scene: _Scene) -> Value:
    found: list[Value] = []
    for row in _candidates(expr, scene):
        if expr.acts is not None and row.act not in expr.acts:
            continue
        for part in _parts(row, expr.each):
            seen = _Scene(scene.world, scene.log, scene.rows, scene.place, scene.part, row, part)
            if value(expr.where, seen):
                found.append(value(expr.value, seen))
    if expr.take is Take.COUNT:
        return len(found)
    there = [one for one in found if one is not None]
    return _TAKES[expr.take](there)


_TAKES: Mapping[Take, Callable[[list[Value]], Value]] = {
    Take.DISTINCT: lambda there: len(set(there)),
    Take.SUM: sum,
    Take.MIN: lambda there: min(there, default=None),
    Take.MAX: lambda there: max(there, default=None),
    Take.FIRST: lambda there: there[0] if there else None,
    Take.LAST: lambda there: there[-1] if there else None,
    Take.SET: lambda there: tuple(dict.fromkeys(there)),
}


def _candidates(expr: Gather, scene: _Scene) -> Iterator[ActRow]:
    if expr.same is not None:
        shared = (scene.row.data or {}).get(expr.same) if expr.equals is None else value(expr.equals, scene)
        here = scene.row
        shared = day_if_instant(shared) if isinstance(shared, str) else shared
        for row in scene.log.sharing(expr.same, shared) if isinstance(shared, str | int) else ():
            there = row.position < here.position if expr.span is Span.BEFORE else row.position > here.position
            if row.case != here.case and (there or expr.span is Span.ALL):
                yield row
        return
    first = 0
    if expr.since:
        earlier = (n for n in range(scene.place - 1, -1, -1) if scene.rows[n].act in expr.since)
        first = next(earlier, -1) + 1
    last = scene.place if expr.span is Span.BEFORE else len(scene.rows)
    yield from scene.rows[scene.place + 1 if expr.span is Span.AFTER else first : last]


def _apply(op: str, args: tuple[Expr, ...], scene: _Scene) -> Value:
    if op == "and":
        return all(value(arg, scene) for arg in args)
    if op == "or":
        return any(value(arg, scene) for arg in args)
    values = [value(arg, scene) for arg in args]
    if op in _TWO:
        a, b = values
        return a is not None and b is not None and _TWO[op](a, b)
    if op in ("+", *_SUMS):
        if any(one is None for one in values):
            return None
        return sum(values) if op == "+" else _SUMS[op](*values)
    return FUNCTIONS[op](scene.world, *values)


def previous(number: str | None) -> str | None:
    """Return the number before one such as 示罚000133 (same prefix, same width); None if there is none."""
    found = re.fullmatch(r"(.*?)([0-9]+)", number or "")
    if found is None or int(found[2]) == 0:
        return None
    return f"{found[1]}{int(found[2]) - 1:0{len(found[2])}d}"


def _working_days(world: World, a: Value, b: Value) -> Value:
    if a is None or b is None:
        return None
    return world.calendar.working_days_between(date.fromordinal(a), date.fromordinal(b)) if b > a else 0


def _workday(world: World, a: Value) -> Value:
    return None if a is None else world.calendar.next_working(date.fromordinal(a)).toordinal()


def _years(_: World, day: Value, n: Value) -> Value:
    if day is None or n is None:
        return None
    one = date.fromordinal(day)
    leap = (one.month, one.day) == (2, 29) and not isleap(one.year + n)
    return one.replace(year=one.year + n, day=28 if leap else one.day).toordinal()


def _tied(world: World, officer: Value, subject: Value, on: Value) -> bool:
    said = officer is not None and subject is not None and on is not None
    return said and world.people.tied(str(officer), str(subject), date.fromordinal(on))


def _staff(world: World, seats: Value, on: Value) -> Value:
    if on is None:
        return ()
    held = (who for post, n in seats.items() for who in world.people.holders(post, date.fromordinal(on))[:n])
    return tuple(dict.fromkeys(held))


def _kin(world: World, subject: Value, on: Value) -> Value:
    return tuple(dict.fromkeys(i.officer for i in world.people.interests if _tied(world, i.officer, subject, on)))


def _figures(_: World, a: Value, times: Value) -> Value:
    numbers = (*a.values(), sum(a.values())) if isinstance(a, Mapping) else () if a is None else (a,)
    return tuple(dict.fromkeys(one * times for one in numbers))


FUNCTIONS: Mapping[str, Callable[..., Value]] = {
    **WRITTEN,
    "not": lambda _, a: not a,
    "missing": lambda _, a: a is None or a in ("", [], (), {}),
    "or_else": lambda _, a, b: b if a is None else a,
    "in": lambda _, a, many: a is not None and many is not None and a in many,
    "total": lambda _, a: sum(a.values()) if isinstance(a, Mapping) else 0,
    "size": lambda _, a: len(a) if a is not None else 0,
    "without": lambda _, a, b: len(set(a or ()) - set(b or ())),
    "get": lambda _, table, key: table.get(key) if isinstance(table, Mapping) else None,
    "day": lambda _, text: None if text is None else date.fromisoformat(str(text)[:10]).toordinal(),
    "working_days": _working_days,
    "workday": _workday,
    "years": _years,
    "year": lambda _, number: None if number is None else date.fromordinal(number).year,
    "moment": lambda _, text: None if text is None else int(parse_instant(str(text)).timestamp()),
    "length": lambda _, text: len(str(text)) if text is not None else 0,
    "previous": lambda _, number: previous(number),
    "plain": lambda _, name: None if name is None else plain_name(str(name)),
    "spelling": lambda _, number: None if number is None else one_spelling(str(number)),
    "tied": _tied,
    "named": lambda world, officer, text: officer is not None and text is not None and world.people.named(str(officer), str(text)),
    "ours": lambda world, text: text is not None and any(world.people.named(who, str(text)) for who in world.people.names),
    "licensed": lambda world, officer, on: (
        on is not None and world.people.has_credential(officer, date.fromordinal(on))
    ),
    "away": lambda world, officer, on: on is not None and world.people.away(officer, date.fromordinal(on)),
    "unmarked": lambda _, title: None if title is None else unmarked(str(title)),
    "mentions": lambda _, text, words: text is not None and any(word in str(text) for word in words),
    "joined": lambda _, a, b: tuple(dict.fromkeys([*(a or ()), *(b or ())])),
    "sums": lambda _, text, prose: sums_in(text, prose=bool(prose)),
    "strays": lambda _, text, general, *coded: bool(strays(text, coded, general)),
    "figures": _figures,
    "staff": _staff,
    "present": lambda world, seats, on: tuple(
        who for who in _staff(world, seats, on) if not world.people.away(who, date.fromordinal(on))
    ),
    "kin": _kin,
    "holds": lambda world, officer, posts, on: (
        on is not None and any(world.people.holds(officer, post, date.fromordinal(on)) for post in posts)
    ),
}


def lag_between(at: Any, entered: Any, calendar: WorkCalendar) -> int:
    """Return the working days from an act to its entry."""
    first, last = local_day(at), local_day(entered)
    return calendar.working_days_between(first, last) if last > first else 0
