"""One case as people see it: the live diagram of risk points, steps and measures, what may be done now, and what was done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import zip_longest
from typing import Any

from qingfeng.catalogue.power import PARTY, SYSTEM, ActRule, PowerVersion
from qingfeng.controls.numbers_in_sequence import NumbersInSequence
from qingfeng.engine.case import Case
from qingfeng.engine.clock import Clock, clocks
from qingfeng.engine.control import Control
from qingfeng.engine.event import ACT
from qingfeng.engine.order import possible
from qingfeng.terms.instants import LOCAL, local_day
from qingfeng.terms.people import People
from qingfeng.terms.text import Text

from ..followup import standing
from ..mirrored import POWER
from ..office import REFUSALS, Office, event_of, load_case
from ..ports import CaseRow, ReadTx
from ..words import STATUS, last_moment, left_for, listed, post_name, step_name
from .access import Viewer, reads_handled, sees_suspicion
from .board import findings_told
from .caselog import Entry, Paper, log_of, papers_of
from .course import MINE, WAITS, CourseItem, course_of
from .diagram import Diagram, diagram
from .forecast import Check, Forecast, Outlook
from .practice import practice_of
from .rules import Place, places_of
from .said import Said, lines_of

Loaded = tuple[Case, tuple[Control, ...]]
YELLOW_DAYS = 3
"""A limit without a yellow mark of its own is shown yellow from so many days before its end."""
RECENT = 12
"""So many entries of the log stand beside the diagram; the page of the log has all."""


@dataclass(frozen=True, slots=True)
class LimitView:
    """A running limit.  tone: red | amb | gry; remaining in words, so that nothing hangs on colour."""

    id: str
    name: Text
    remaining: Text
    ends: Text
    tone: str
    provisional: bool
    holder: str


@dataclass(frozen=True, slots=True)
class ActView:
    """An act that the viewer may do now, in a post; wants: what its rules would say to an empty form."""

    act: str
    name: Text
    post: str
    post_name: Text
    rule: ActRule
    forecast: Forecast
    waits: tuple[Text, ...]

    @property
    def blocked(self) -> tuple[Check, ...]:
        """What stops it whatever is filled in."""
        return tuple(
            c for c in self.forecast.stops if c.rule in ("lawful_order", "time_limit", "authority_scope", "event_time")
        )


@dataclass(frozen=True, slots=True)
class OthersAct:
    """An act that somebody else may do now."""

    name: Text
    posts: tuple[Text, ...]
    people: tuple[str, ...]
    act: str
    of_party: bool = False


@dataclass(frozen=True, slots=True)
class CasePage:
    """Everything on the page of one case."""

    id: str
    power: str
    power_title: Text
    version: str
    title: str
    status: Text
    state: str  # open | suspended | closed
    step: Text
    picture: Diagram
    limits: tuple[LimitView, ...]
    facts: tuple[Said, ...]
    acts: tuple[ActView, ...]
    others: tuple[OthersAct, ...]
    recent: tuple[Entry, ...]  # the end of the log, latest first
    entries: int  # of the whole log
    papers: tuple[Paper, ...]
    matters: tuple[Text, ...]
    seq: int
    found: int
    outline: bool  # the viewer may act on the case but not read its file
    places: tuple[Place, ...]  # further pages of the case that its power has
    course: tuple[CourseItem, ...] = ()  # the usual course of the step
    finding: int | None = None  # of the case of a finding: its number
    namers: tuple[OthersAct, ...] = ()  # acts of others that may name the viewer on the case

    @property
    def of_party(self) -> tuple[OthersAct, ...]:
        """What the party may do now, on the public site with a receipt for its case."""
        return tuple(one for one in self.others if one.of_party)

    @property
    def nearest(self) -> LimitView | None:
        """The limit that ends first."""
        return self.limits[0] if self.limits else None


def case_page(office: Office, tx: ReadTx, case_id: str, viewer: Viewer, *, now: datetime, outline: bool = False,
              acts_alone: bool = False, only: str | None = None, loaded: Loaded | None = None) -> CasePage:  # fmt: skip
    """Return the page of a case for a viewer.  Raises UnknownThing, CalendarMissing.

    outline: without what is in the file: where the case stands and what the viewer may do, no log, no papers, no facts.
    acts_alone: for a fragment that shows what may be done and nothing else: no diagram either.
    only: an act; if the viewer may do it now, the rules are asked about no other.
    loaded: the case and its controls, if they are at hand.
    """
    registry = office.registry(tx)
    case, controls = loaded or load_case(office, tx, registry, case_id)
    version, people = case.version, registry.people
    running = clocks(case, registry.calendar)
    refused = [event_of(row) for row in tx.events(REFUSALS + case_id)]
    outline = outline or acts_alone
    found = [] if acts_alone else _found(office, tx, case_id, viewer)
    row = tx.case_row(case_id)
    state = row.status if row is not None else "open"
    outlook = Outlook(tx, registry, case, controls, running, {c.name: c.title for c in controls})
    mine, others = _acts(outlook, viewer, people, now, only)
    chosen = acts_alone and only is not None and bool(mine)  # its form stands in the place of the course
    if only is not None and not mine:
        mine, others = _acts(outlook, viewer, people, now)
    course = () if chosen else course_of(
        case, {one.act: one.post for one in mine}, {one.act for one in others}, controls=controls, running=running, now=now,
        holders=lambda post: [people.name(who) for who in people.holders(post, local_day(now))])  # fmt: skip
    about = findings_told(office, tx, registry, viewer, {case_id}).get(case_id) if version.power == POWER and not acts_alone else None
    return CasePage(
        id=case_id, power=version.power, power_title=version.title, version=version.version,
        title=about[1] if about else title_in(row, version), finding=about[0] if about else None,
        status=STATUS[state], state=state, step=step_name(version, case.step),
        picture=Diagram((), None) if acts_alone else diagram(case, refused, found, people),
        limits=tuple(_limits(running.values(), now)) if state != "closed" else (),
        facts=() if outline else _facts(case, people), acts=mine, others=others,
        recent=() if outline else log_of(case, refused, people, most=RECENT), entries=len(case.events) + len(refused),
        papers=() if outline else papers_of(case, people), outline=outline,
        places=places_of(case, controls, handled=reads_handled(viewer, controls)) if outline else places_of(case, controls),
        matters=tuple(version.procedure.pending[m].name for m in case.pending), seq=case.seq, found=len(found),
        course=_with_stops(mine, course),
        namers=_namers(case, controls, others) if outline else ())  # fmt: skip


def _with_stops(mine: Iterable[ActView], course: Iterable[CourseItem]) -> tuple[CourseItem, ...]:
    """Return the course with what the viewer may not do yet, because something else has to be done first, as what comes later."""
    first = {one.act: one.forecast.first for one in mine if one.forecast.first}
    told = []
    for item in course:
        stops = listed([check.title for check in first.get(item.act, ())])
        later = replace(item, state=WAITS, until=Text(zh=f"须先办：{stops.zh}", en=f"first: {stops.en}"))
        told.append(later if item.state == MINE and item.act in first else item)
    return tuple(told)


def _namers(case: Case, controls: Iterable[Control], others: Iterable[OthersAct]) -> tuple[OthersAct, ...]:
    """Return the acts by which somebody may be given the case: they name officers, and not to keep them away from it."""
    rule: Any = next((one for one in controls if one.name == "need_to_know"), None)
    kept = {*rule.recuses, *rule.aside} if rule is not None else set()
    named = {(act, f) for act, f in practice_of(case.version).posts if f in practice_of(case.version).of(act).said}
    return tuple(o for o in others if o.act not in kept and any(act == o.act for act, _ in named))


def title_in(row: CaseRow | None, version: PowerVersion) -> str:
    """Return what a case is about, in the words of its acts; empty when they say no more than the name of the power."""
    return "" if row is None or row.title == version.title.zh else row.title


def _found(office: Office, tx: ReadTx, case_id: str, viewer: Viewer) -> list[str]:
    """Return the rules that found something on the case, as far as the viewer may know: discipline all, others procedural ones."""
    if not sees_suspicion(viewer):
        return []
    return [one.finding.found.rule for one in standing(office, tx).found.values() if one.finding.found.case == case_id]


def _limits(running: Iterable[Clock], now: datetime) -> list[LimitView]:
    alive = [c for c in running if c.running]
    told = []
    for clock in sorted(alive, key=lambda c: (c.due is None, c.due.raw if c.due else now)):
        if clock.due is None:
            since = clock.stopped_since or "?"
            told.append(LimitView(clock.limit.id, clock.limit.name, Text(zh="中止计算", en="stopped"),
                                  Text(zh=f"自{since}", en=f"since {since}"), "gry", False, clock.limit.holder))  # fmt: skip
            continue
        left = left_for(clock.due.raw, now, holder=clock.limit.holder)
        days = (clock.due.raw.astimezone(LOCAL) - now).total_seconds() / 86_400
        tone = "red" if days <= 0 and clock.limit.holder == "agency" else "amb" if days <= YELLOW_DAYS else "gry"
        told.append(LimitView(clock.limit.id, clock.limit.name, left, last_moment(clock.due), tone, clock.due.provisional,
                              clock.limit.holder))  # fmt: skip
    return sorted(told, key=lambda one: one.holder != "agency")


_FACTS = ("party", "subject", "applicant", "violation_code", "document_no", "receipt_no", "decision", "amount")


def _facts(case: Case, people: People) -> tuple[Said, ...]:
    """Return what identifies a case at a glance: whom it concerns, what was decided, as last said."""
    last: dict[str, Said] = {}
    numbered = case.version.controls.get(NumbersInSequence.name, {}).get("acts")  # a number may be of another paper: a slip of the treasury
    for event in case.events:
        others = {"document_no"} if numbered is not None and event.act not in numbered else set()
        if event.kind == ACT and (told := {k: v for k, v in event.data.items() if k in _FACTS and k not in others}):
            last |= {said.field: said for said in lines_of(case.version, event.act, told, people)}
    return tuple(last[name] for name in _FACTS if name in last)


def _acts(
    outlook: Outlook, viewer: Viewer, people: People, now: datetime, only: str | None = None
) -> tuple[tuple[ActView, ...], tuple[OthersAct, ...]]:
    version, day = outlook.case.version, local_day(now)
    mine, others = [], []
    names: dict[str, list[str]] = {}  # post -> who holds it
    for rule in possible(outlook.case):
        if rule.by == (SYSTEM,) or only not in (None, rule.act):
            continue
        held = people.authorities(viewer.officer, rule.by, day, act=rule.act, may_delegate=not rule.no_delegation) \
            if viewer.officer else []  # fmt: skip
        if held:
            post = held[0].post
            forecast = outlook.before_filling(rule, actor=viewer.officer or "", post=post, at=now)
            waits = tuple(version.procedure.limits[name].name for name in rule.waits)
            mine.append(ActView(rule.act, rule.word.name, post, post_name(version, post), rule, forecast, waits))
        else:
            for post in rule.by:
                if post not in names:
                    names[post] = [people.name(one) for one in people.holders(post, day)]
            holders = dict.fromkeys(
                name for turn in zip_longest(*(names[post] for post in rule.by)) for name in turn if name
            )
            others.append(OthersAct(rule.word.name, tuple(post_name(version, p) for p in rule.by), tuple(holders)[:3], rule.act,
                                    PARTY in rule.by))  # fmt: skip
    return tuple(mine), tuple(others)
