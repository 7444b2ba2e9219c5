"""What lists, inboxes and the clock need to know of a case: derived from its events, rebuildable at any time."""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import fields

from qingfeng.catalogue.codes import word
from qingfeng.catalogue.power import PARTY, SYSTEM, PowerVersion
from qingfeng.controls.service_rating import ServiceRating
from qingfeng.engine.case import Case, evolve, new_case
from qingfeng.engine.clock import Clock, clocks, marks
from qingfeng.engine.event import ACT, MARK, Event
from qingfeng.engine.order import possible
from qingfeng.terms.calendar import WorkCalendar
from qingfeng.terms.instants import day_if_instant, format_instant, local_day
from qingfeng.terms.names import key_of
from qingfeng.terms.sharing import derived

from .ports import CaseRow, DeadlineRow, ReadTx, Use, WriteTx

_BY_CODE = "violation_code"
_TITLES = ("matter", "violation", _BY_CODE)  # never what can be erased
TITLE_LENGTH = 40
_OUTSIDE = {PARTY, SYSTEM}
_RATING = {f.name: f.default for f in fields(ServiceRating)}


def project(case: Case, calendar: WorkCalendar) -> tuple[CaseRow, list[DeadlineRow]]:
    """Return the row of a case with at least one event, and its armed deadlines."""
    running = clocks(case, calendar)
    owing, acts = owed_on(case, running.values())
    nearest = min((c.due for c in owing if c.due is not None), key=lambda d: d.raw, default=None)
    rules = possible(case)
    posts, owed = ({p for rule in some for p in rule.by} - _OUTSIDE for some in (rules, [r for r in rules if r.act in acts]))
    suspended = any(case.version.procedure.pending[p].blocks is None for p in case.pending)
    assert case.opened_at is not None
    row = CaseRow(
        case=case.id,
        power=case.version.power,
        version=case.version.version,
        step=case.step,
        status="closed" if case.closed else "suspended" if suspended else "open",
        title=_title(case),
        opened_at=format_instant(case.opened_at),
        last_at=format_instant(case.events[-1].at),
        seq=case.seq,
        posts=tuple(sorted(posts)),
        next_due=format_instant(nearest.raw) if nearest is not None else None,
        provisional=nearest is not None and nearest.provisional,
        owed=tuple(sorted(owed)),
    )
    armed = [
        DeadlineRow(case=case.id, limit=m.limit, run=m.run, mark=m.mark, at=m.at, provisional=m.provisional)
        for m in marks(case, running, calendar)
    ]
    return row, armed


def owed_on(case: Case, running: Iterable[Clock]) -> tuple[list[Clock], Set[str]]:
    """Return the limits that press the agency, and of a closed case the acts that it still owes: those that end such a limit
    (archiving), settle an open matter (a refund) or answer a bad rating.  A limit that nobody can end any more presses nobody."""
    owing = [c for c in running if c.running and c.due is not None and c.limit.holder == "agency"]
    if not case.closed:
        return owing, frozenset()
    rules = [rule for rule in possible(case) if set(rule.by) - _OUTSIDE]
    may = {rule.act for rule in rules}
    owing = [c for c in owing if c.limit.ends & may]
    settling = {rule.act for rule in rules if rule.closes in case.pending}
    return owing, settling.union(*(c.limit.ends & may for c in owing), may & _unanswered(case))


def _unanswered(case: Case) -> Set[str]:
    """Return the acts that answer a bad rating, if the case has one without an answer."""
    settings = case.version.controls.get(ServiceRating.name)
    if settings is None:
        return frozenset()
    rates, replies, bad = (settings.get(name, _RATING[name]) for name in ("rates", "replies", "bad"))
    acts = [e for e in case.events if e.kind == ACT]
    poor = {e.data.get("rating_no") for e in acts if e.act in rates and e.data.get("rating") in bad}
    return frozenset(replies) if poor - {e.data.get("rating_no") for e in acts if e.act in replies} else frozenset()


def uses_of(version: PowerVersion, event: Event) -> list[Use]:
    """Return what an event says in indexed fields: every value of a list, every key of a map, the day of an instant; and what follows."""
    word = (
        next((row.word for row in version.procedure.rows if row.act == event.act), None) if event.kind == ACT else None
    )
    found: list[Use] = []
    for field in word.fields if word is not None else ():
        value = event.data.get(field.id) if field.index else None
        many = [day_if_instant(value)] if isinstance(value, str) else list(value or ())
        found += [(field.id, key_of(field.id, one), event.seq) for one in dict.fromkeys(many) if one]
    if word is not None:
        day = local_day(event.at).toordinal()
        found += [(name, key, event.seq) for name, key in derived(version.power, event.act, day, event.data)]
    return found


OPENED, ENDED, YELLOW, RED, PUBLISHED = "_opened", "_ended", "_yellow", "_red", "_published"
"""What lists count by day: noted like a value said, as "day power"."""
_MARKS = {"yellow": YELLOW, "red": RED}


RATED = "_rated"
"""The rating of a service, noted as "day power rating", whatever act of a power the party rates with, or with a receipt alone."""


def day_notes(before: Case, event: Event, after: Case) -> list[Use]:
    """Return what an event adds to the counts of its day: a case opened, ended, a limit near or run out, something published;
    nothing once erased."""
    if event.erased:
        return []
    value = f"{local_day(event.at)} {after.version.power}"
    names = [OPENED] if event.seq == 1 else []
    names += [ENDED] if after.closed and not before.closed else []
    names += [_MARKS[str(event.facts["mark"])]] if event.kind == MARK and event.facts["mark"] in _MARKS else []
    names += [PUBLISHED] if event.kind == ACT and "published_fields" in event.data else []
    by_party = event.kind == ACT and event.actor == PARTY and "rating" in event.data
    rated = rated_notes(after.version.power, event) if by_party else []
    return [*((name, value, event.seq) for name in names), *rated]


def rated_notes(power: str, event: Event) -> list[Use]:
    """Return what a rating adds to the counts of its day; nothing once erased."""
    return [] if event.erased else [(RATED, f"{local_day(event.at)} {power} {event.data['rating']}", event.seq)]


GOODS, EVIDENCE, MONEY = "_goods", "_evidence", "_money"
"""What the store rooms and the money page look for: noted of every act that says it, under the id of the power."""
_KEPT = {GOODS: ("goods",), EVIDENCE: ("evidence_no",), MONEY: ("amount", "confiscated", "receipt_no")}


def kept_notes(power: str, event: Event) -> list[Use]:
    """Return that an event speaks of goods, an item of evidence or money; nothing once erased."""
    if event.kind != ACT or event.erased:
        return []
    return [(name, power, event.seq) for name, fields in _KEPT.items() if any(event.data.get(field) for field in fields)]


def notes_of(case: Case) -> list[Use]:
    """Return all that is noted of a case."""
    found: list[Use] = []
    before = new_case(case.id, case.version)
    for event in case.events:
        after = evolve(before, event)
        found += [*uses_of(case.version, event), *kept_notes(case.version.power, event), *day_notes(before, event, after)]
        before = after
    return found


def _title(case: Case) -> str:
    for event in case.events:
        for name in _TITLES:
            text = event.data.get(name)
            if isinstance(text, str) and text:
                return (word(case.version, text).zh if name == _BY_CODE else text)[:TITLE_LENGTH]
    return case.version.title.zh


VERSION = 4
"""Of what the projections hold: raised with every change of it, so that a store written by an earlier program is noticed.
2: ratings given with a receipt are counted; numbers are found by their series in every year, and with the year joined to them.
3: parties are found by their names without legal form.
4: a closed case stands in the inbox of who still owes an act on it; a case that began with its violation is named by it."""
_KEY = "\x01projections/"
"""Under it, in the table of answers to commands, stands that this version was written; no command's key holds a control character."""


def outdated(tx: ReadTx) -> bool:
    """True if a store with cases was written by a program whose lists held less: it wants `rebuild.rebuild`."""
    return tx.answer(f"{_KEY}{VERSION}") is None and bool(tx.case_rows(limit=1))


def note_version(tx: WriteTx) -> None:
    """Keep that all projections are of this version: of a store just founded, or just written anew."""
    if tx.answer(f"{_KEY}{VERSION}") is None:
        tx.keep_answer(f"{_KEY}{VERSION}", b"", b"{}")
