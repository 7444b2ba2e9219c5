"""One case as people see it: the live diagram of risk points, steps and measures, what may be done now, and what was done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from qingfeng.catalogue.power import PARTY, SYSTEM, ActRule, ByField, Measure, PowerVersion, Risk, Step
from qingfeng.engine.case import Case, evolve, new_case
from qingfeng.engine.clock import Clock, clocks
from qingfeng.engine.event import ACT, MARK, OVERRIDE, REFUSED, Event
from qingfeng.engine.order import possible
from qingfeng.terms.instants import LOCAL, local_day
from qingfeng.terms.people import People
from qingfeng.terms.text import Text

from ..findings import kept
from ..history import act_name, came_in_time, reason_is_for
from ..office import REFUSALS, Office, event_of, load_case
from ..ports import CaseRow, ReadTx
from ..words import STATUS, last_moment, post_name, remaining, rule_name, step_name
from .access import Viewer, sees_suspicion
from .forecast import Check, Forecast, Outlook
from .said import Said, lines_of, plain

YELLOW_DAYS = 3
"""A limit without a yellow mark of its own is shown yellow from so many days before its end."""


@dataclass(frozen=True, slots=True)
class RiskView:
    """A risk point on the diagram; hits: what was found or stopped on this case that concerns it."""

    id: str
    text: str
    hits: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class MeasureView:
    """A measure on the diagram.  state: done | running | stopped | waiting."""

    id: str
    text: str
    state: str
    note: Text


@dataclass(frozen=True, slots=True)
class StepView:
    """A box of the work flow.  state: done | now | todo; shape: start | decision | box | end."""

    id: str
    number: int
    name: Text
    level: str | None
    shape: str
    state: str
    note: Text
    owner: str
    risks: tuple[RiskView, ...]
    measures: tuple[MeasureView, ...]


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
        return tuple(c for c in self.forecast.stops if c.rule in ("lawful_order", "time_limit", "authority_scope", "event_time"))


@dataclass(frozen=True, slots=True)
class OthersAct:
    """An act that somebody else may do now."""

    name: Text
    posts: tuple[Text, ...]
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log.  tone: plain | red | amb; late: entered on another day than it happened."""

    kind: str
    seq: int
    at: datetime
    entered: datetime
    name: Text
    who: Text
    lines: tuple[Said, ...]
    reason: tuple[Text, str] | None
    stops: tuple[tuple[Text, str], ...]
    tone: str
    note: Text | None = None

    @property
    def late(self) -> bool:
        """True if it was entered on a later day than it happened."""
        return local_day(self.at) != local_day(self.entered)

    @property
    def entered_text(self) -> str:
        """When it was entered."""
        return f"{self.entered:%Y-%m-%d %H:%M}"


@dataclass(frozen=True, slots=True)
class Paper:
    """A file that an act names by its hash: evidence, a record, a picture."""

    name: Text
    act: Text
    who: str
    at: datetime
    digest: str
    seq: int


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
    steps: tuple[StepView, ...]
    limits: tuple[LimitView, ...]
    facts: tuple[Said, ...]
    acts: tuple[ActView, ...]
    others: tuple[OthersAct, ...]
    log: tuple[Entry, ...]  # latest first
    papers: tuple[Paper, ...]
    matters: tuple[Text, ...]
    seq: int
    found: int
    outline: bool  # the viewer may act on the case but not read its file

    @property
    def nearest(self) -> LimitView | None:
        """The limit that ends first."""
        return self.limits[0] if self.limits else None

    @property
    def now(self) -> StepView | None:
        """The step at which the case stands."""
        return next((step for step in self.steps if step.state == "now"), None)


@dataclass(frozen=True, slots=True)
class _Story:
    """A case retold: at which step each event happened."""

    case: Case
    at: Mapping[int, str]  # number of an event -> step in which it was done


def _retold(case: Case) -> _Story:
    running, at = new_case(case.id, case.version), {}
    for event in case.events:
        at[event.seq] = running.step
        running = evolve(running, event)
    return _Story(case, at)


def case_page(office: Office, tx: ReadTx, case_id: str, viewer: Viewer, *, now: datetime, outline: bool = False) -> CasePage:
    """Return the page of a case for a viewer.  Raises UnknownThing, CalendarMissing.

    outline: without what is in the file: where the case stands and what the viewer may do, no log, no papers, no facts.
    """
    registry = office.registry(tx)
    case, controls = load_case(office, tx, registry, case_id)
    version, people = case.version, registry.people
    running = clocks(case, registry.calendar)
    refused = [event_of(row) for row in tx.events(REFUSALS + case_id)]
    found = _found(tx, case_id, viewer)
    story = _retold(case)
    row = tx.case_row(case_id)
    state = row.status if row is not None else "open"
    outlook = Outlook(tx, registry, case, controls, running, {c.name: c.title for c in controls})
    mine, others = _acts(outlook, viewer, people, now)
    log = _log(case, refused, people, viewer)
    return CasePage(
        id=case_id, power=version.power, power_title=version.title, version=version.version,
        title=title_in(row, version), status=STATUS[state], state=state, step=step_name(version, case.step),
        steps=tuple(_steps(story, refused, found, people)), limits=tuple(_limits(running.values(), now)) if state != "closed" else (),
        facts=() if outline else _facts(case, people), acts=mine, others=others, log=() if outline else log,
        papers=() if outline else _papers(case, people), outline=outline,
        matters=tuple(version.procedure.pending[m].name for m in case.pending), seq=case.seq, found=len(found))  # fmt: skip


def title_in(row: CaseRow | None, version: PowerVersion) -> str:
    """Return what a case is about, in the words of its acts; empty when they say no more than the name of the power."""
    return "" if row is None or row.title == version.title.zh else row.title


def _found(tx: ReadTx, case_id: str, viewer: Viewer) -> list[str]:
    """Return the rules that found something on the case, as far as the viewer may know: discipline all, others procedural ones."""
    if not sees_suspicion(viewer):
        return []
    return [one.found.rule for one in kept(tx) if one.found.case == case_id]


def _steps(story: _Story, refused: Sequence[Event], found: Iterable[str], people: People) -> Iterable[StepView]:
    case, version = story.case, story.case.version
    order = version.step_order
    here = order[case.step]
    hits = [*found, *(str(by) for event in refused for by in event.facts.get("by", ()))]
    passed = {order[step] for step in story.at.values()}
    for place, step in enumerate(version.steps):
        done = [event for event in case.events if event.kind == ACT and story.at[event.seq] == step.id]
        state = "now" if place == here else "done" if place < here and (place in passed or done) else "todo"
        if place < here and state == "todo":
            state = "skipped"
        yield StepView(
            id=step.id, number=place + 1, name=step.name, level=step.level, shape=_shape(version, step, place), state=state,
            note=_step_note(version, step, state, done, people), owner=step.owner.source if step.owner is not None else "",
            risks=tuple(RiskView(r.id, r.text, _hits(r, hits)) for r in step.risks),
            measures=tuple(_measure(m, case, refused, state) for m in step.measures))  # fmt: skip


def _shape(version: PowerVersion, step: Step, place: int) -> str:
    if place == 0:
        return "start"
    if place == len(version.steps) - 1:
        return "end"
    ways = {to for row in version.procedure.rows if step.id in row.at
            for to in (row.to.cases.values() if isinstance(row.to, ByField) else (row.to,))}  # fmt: skip
    order = version.step_order
    forks = any(isinstance(row.to, ByField) for row in version.procedure.rows if step.id in row.at)
    return "decision" if forks or len({to for to in ways if to in order and order[to] > place}) > 1 else "box"


def _step_note(version: PowerVersion, step: Step, state: str, done: Sequence[Event], people: People) -> Text:
    if not done:
        return {
            "now": Text(zh="办理中", en="in progress"),
            "skipped": Text(zh="未经此环节", en="not passed through"),
        }.get(state, Text(zh="未开始", en="not begun"))
    first, last = local_day(done[0].at), local_day(done[-1].at)
    who = next((people.name(e.actor) for e in reversed(done) if e.actor not in (None, SYSTEM, PARTY)), "")
    days = f"{first:%m-%d}" if first == last else f"{first:%m-%d} — {last:%m-%d}"
    return plain(f"{days} · {who}" if who else days)


def _hits(risk: Risk, hits: Sequence[str]) -> tuple[Text, ...]:
    stops = {*risk.stopped_by, *(by for part in risk.parts for by in part.stopped_by)}
    return tuple(rule_name(by) for by in dict.fromkeys(hits) if by in stops)


_MEASURES = {
    "done": Text(zh="已落实", en="carried out"),
    "running": Text(zh="进行中", en="at work"),
    "stopped": Text(zh="已拦截", en="stopped an act"),
    "waiting": Text(zh="未启动", en="not yet"),
    "skipped": Text(zh="本案未用", en="not used here"),
}


def _measure(measure: Measure, case: Case, refused: Sequence[Event], step: str) -> MeasureView:
    carriers = set(measure.carried_by)
    acts = {event.act for event in case.events if event.kind == ACT}
    asked = {str(name) for event in case.events for name in event.facts.get("asked", ())}
    stopped = {str(by) for event in refused if step == "now" for by in event.facts.get("by", ())}
    did = bool(carriers & (acts | asked))
    state = "stopped" if carriers & stopped else "done" if did and step != "todo" else \
        {"now": "running", "todo": "waiting"}.get(step, "skipped")  # fmt: skip
    return MeasureView(measure.id, measure.text, state, _MEASURES[state])


def _limits(running: Iterable[Clock], now: datetime) -> list[LimitView]:
    alive = [c for c in running if c.running]
    told = []
    for clock in sorted(alive, key=lambda c: (c.due is None, c.due.raw if c.due else now)):
        if clock.due is None:
            since = clock.stopped_since or "?"
            told.append(LimitView(clock.limit.id, clock.limit.name, Text(zh="中止计算", en="stopped"),
                                  Text(zh=f"自{since}", en=f"since {since}"), "gry", False, clock.limit.holder))  # fmt: skip
            continue
        left = remaining(clock.due.raw, now)
        days = (clock.due.raw.astimezone(LOCAL) - now).total_seconds() / 86_400
        tone = "red" if days <= 0 and clock.limit.holder == "agency" else "amb" if days <= YELLOW_DAYS else "gry"
        told.append(LimitView(clock.limit.id, clock.limit.name, left, last_moment(clock.due), tone, clock.due.provisional,
                              clock.limit.holder))  # fmt: skip
    return sorted(told, key=lambda one: one.holder != "agency")


_FACTS = ("party", "subject", "applicant", "violation_code", "document_no", "receipt_no", "decision", "amount")


def _facts(case: Case, people: People) -> tuple[Said, ...]:
    """Return what identifies a case at a glance: whom it concerns, what was decided, as last said."""
    last: dict[str, Said] = {}
    for event in case.events:
        if event.kind == ACT:
            for said in lines_of(case.version, event.act, {k: v for k, v in event.data.items() if k in _FACTS}, people):
                last[said.field] = said
    return tuple(last[name] for name in _FACTS if name in last)


def _acts(
    outlook: Outlook, viewer: Viewer, people: People, now: datetime
) -> tuple[tuple[ActView, ...], tuple[OthersAct, ...]]:
    version, day = outlook.case.version, local_day(now)
    mine, others = [], []
    for rule in possible(outlook.case):
        if rule.by == (SYSTEM,):
            continue
        held = people.authorities(viewer.officer, rule.by, day, act=rule.act, may_delegate=not rule.no_delegation) \
            if viewer.officer else []  # fmt: skip
        if held:
            post = held[0].post
            forecast = outlook.before_filling(rule, actor=viewer.officer or "", post=post, at=now)
            waits = tuple(version.procedure.limits[name].name for name in rule.waits)
            mine.append(ActView(rule.act, rule.word.name, post, post_name(version, post), rule, forecast, waits))
        else:
            holders = dict.fromkeys(people.name(o) for p in rule.by for o in people.holders(p, day))
            others.append(OthersAct(rule.word.name, tuple(post_name(version, p) for p in rule.by), tuple(holders)[:3]))
    return tuple(mine), tuple(others)


def _log(case: Case, refused: Sequence[Event], people: People, viewer: Viewer) -> tuple[Entry, ...]:
    told = sorted([*case.events, *refused], key=lambda e: (e.entered, e.kind == REFUSED, e.seq), reverse=True)
    return tuple(_entry(case, event, people) for event in told)


def _entry(case: Case, event: Event, people: People) -> Entry:
    who = Text(zh="系统", en="system")
    if event.actor and event.kind != MARK and event.actor != SYSTEM:
        post = post_name(case.version, event.post) if event.post else None
        name = post.zh if event.actor == PARTY and post else people.name(event.actor)
        who = plain(name) if post is None or event.actor == PARTY else Text(zh=f"{name}（{post.zh}）", en=f"{name} ({post.en})")
    reason = event.facts.get("reason")
    ended = came_in_time(case, event)
    note = None
    if ended is not None:
        did = act_name(case, ended)
        note = Text(zh=f"其后补录：“{did.zh}”实际在{ended.effective_day}，届满以前",
                    en=f"entered later: “{did.en}” was done on {ended.effective_day}, before the time was up")  # fmt: skip
    bad = event.kind == REFUSED or (event.kind == MARK and event.facts["mark"] == "red" and ended is None)
    tone = "red" if bad else "amb" if event.kind in (MARK, OVERRIDE) else "plain"
    stops = tuple(zip((rule_name(str(b)) for b in event.facts.get("by", ())), map(str, event.facts.get("reasons", ())), strict=False))
    name_ = act_name(case, event)
    if event.kind == REFUSED:
        name_ = Text(zh=f"已拦截：{name_.zh}", en=f"Stopped: {name_.en}")
    lines = lines_of(case.version, event.act, event.data, people, event.erased) if event.kind == ACT else ()
    return Entry(event.kind, event.seq, event.at, event.entered, name_, who, lines,
                 (reason_is_for(event), str(reason)) if reason else None, stops if event.kind == REFUSED else (), tone, note)  # fmt: skip


def _papers(case: Case, people: People) -> tuple[Paper, ...]:
    told = []
    for event in reversed(case.events):
        if event.kind != ACT:
            continue
        for said in lines_of(case.version, event.act, event.data, people):
            if said.file is not None:
                who = people.name(event.actor) if event.actor and event.actor not in (SYSTEM, PARTY) else ""
                told.append(Paper(said.name, act_name(case, event), who, event.at, said.file, event.seq))
    return tuple(told)


