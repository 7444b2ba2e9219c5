"""The live diagram of a case: risk points, the course, and the measures that hold them, step by step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from qingfeng.catalogue.power import CLOSED, PARTY, STAY, SYSTEM, ActRule, ByField, Measure, PowerVersion, Risk, Step
from qingfeng.engine.case import Case, evolve, new_case
from qingfeng.engine.event import ACT, Event
from qingfeng.terms.instants import local_day
from qingfeng.terms.people import People
from qingfeng.terms.text import Text

from ..words import rule_name
from .said import plain

FEW = 2
"""An act that leads away from more steps than this belongs to none of them (withdrawal, referral, an outcome at court)."""


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
    tone: str  # hi | mi | lo: the level on the scheme of the map
    risks: tuple[RiskView, ...]
    measures: tuple[MeasureView, ...]


@dataclass(frozen=True, slots=True)
class Diagram:
    """The whole picture.  whole: boxes of the map that belong to every step; None when it has none."""

    steps: tuple[StepView, ...]
    whole: StepView | None

    @property
    def boxes(self) -> tuple[StepView, ...]:
        """All of them, those of the whole process first."""
        return self.steps if self.whole is None else (self.whole, *self.steps)

    @property
    def risks(self) -> int:
        """How many risk points the map shows."""
        return sum(len(box.risks) for box in self.boxes)

    @property
    def touched(self) -> int:
        """How many of them this case touched."""
        return sum(bool(risk.hits) for box in self.boxes for risk in box.risks)

    @property
    def place(self) -> int:
        """The number of the step where the case stands, 0 when it is closed."""
        return next((box.number for box in self.steps if box.state == "now"), 0)

    def measures(self, state: str) -> int:
        """How many measures are in a state."""
        return sum(measure.state == state for box in self.boxes for measure in box.measures)

    @property
    def carried(self) -> int:
        """How many measures were carried out."""
        return self.measures("done")

    @property
    def stopped(self) -> int:
        """How many measures stopped an act."""
        return self.measures("stopped")


@dataclass(frozen=True, slots=True)
class _Story:
    """A case retold: at which step each event happened."""

    case: Case
    at: Mapping[int, str]  # number of an event -> step in which it was done


def retold(case: Case) -> Mapping[int, str]:
    """Return at which step each event of a case happened."""
    running, at = new_case(case.id, case.version), {}
    for event in case.events:
        at[event.seq] = running.step
        running = evolve(running, event)
    return at


def diagram(case: Case, refused: Sequence[Event], found: Iterable[str], people: People) -> Diagram:
    """Return the picture of a case; refused: what was stopped on it, found: rules that found something."""
    story = _Story(case, retold(case))
    hits = [*found, *(str(by) for event in refused for by in event.facts.get("by", ()))]
    work = _work(case, refused)
    return Diagram(tuple(_steps(story, work, hits, people)), _whole(case, work, hits))


def _whole(case: Case, work: _Work, hits: Sequence[str]) -> StepView | None:
    whole = case.version.whole_process
    if not whole.risks and not whole.measures:
        return None
    return StepView(
        id="whole_process", number=0, name=Text(zh="全过程", en="Whole process"), level=None, shape="whole", state="whole",
        note=Text(zh="贯穿各环节", en="at every step"), owner=whole.owner.source if whole.owner is not None else "", tone="lo",
        risks=tuple(RiskView(r.id, r.text, _hits(r, hits)) for r in whole.risks),
        measures=tuple(_measure(m, work, "now") for m in whole.measures))  # fmt: skip


def _steps(story: _Story, work: _Work, hits: Sequence[str], people: People) -> Iterable[StepView]:
    case, version = story.case, story.case.version
    order = version.step_order
    here = order[case.step]
    passed = {order[step] for step in story.at.values()}
    for place, step in enumerate(version.steps):
        done = [event for event in case.events if event.kind == ACT and story.at[event.seq] == step.id]
        state = "now" if place == here else "done" if place < here and (place in passed or done) else "todo"
        if place < here and state == "todo":
            state = "skipped"
        yield StepView(
            id=step.id, number=place + 1, name=step.name, level=step.level, shape=shape(version, step, place), state=state,
            note=_step_note(version, step, state, done, people), owner=step.owner.source if step.owner is not None else "",
            tone=tone(version, step.level), risks=tuple(RiskView(r.id, r.text, _hits(r, hits)) for r in step.risks),
            measures=tuple(_measure(m, work, state) for m in step.measures))  # fmt: skip


def tone(version: PowerVersion, level: str | None) -> str:
    """Return how strongly a level is shown: the highest of its scheme hi, the lowest lo, what lies between mi."""
    scheme = version.level_scheme
    if level not in scheme or level == scheme[0]:
        return "lo"
    return "hi" if level == scheme[-1] else "mi"


_SHAPES: dict[tuple[str, str, str], tuple[PowerVersion, str]] = {}
_MOST_SHAPES = 5_000


def shape(version: PowerVersion, step: Step, place: int) -> str:
    """Return the shape of a box.  A diamond is where one post may send the case on, or back, or end it there."""
    key = (version.power, version.version, step.id)
    known = _SHAPES.get(key)
    if known is None or known[0] is not version:
        if len(_SHAPES) > _MOST_SHAPES:
            _SHAPES.clear()
        known = _SHAPES[key] = (version, _shape(version, step, place))
    return known[1]


def _shape(version: PowerVersion, step: Step, place: int) -> str:
    if place == 0:
        return "start"
    if place == len(version.steps) - 1:
        return "end"
    ways = [(row, to) for row in version.procedure.rows if _belongs(version, row, step) for to in _ends(row)]
    order = version.step_order
    ahead = {post for row, to in ways if to in order and order[to] > place for post in row.by}
    away = {post for row, to in ways if to == CLOSED or (to in order and order[to] < place) for post in row.by}
    return "decision" if ahead & away else "box"


def _ends(row: ActRule) -> tuple[str, ...]:
    return tuple(row.to.cases.values()) if isinstance(row.to, ByField) else (row.to,)


def _belongs(version: PowerVersion, row: ActRule, step: Step) -> bool:
    """True if an act that leads away is at home in a step: the last of the few from which it does."""
    if step.id not in row.at or _ends(row) == (STAY,):
        return False
    homes = {at for other in version.procedure.rows if other.act == row.act and _ends(other) != (STAY,) for at in other.at}
    order = version.step_order
    return len(homes) <= FEW and step.id == max((at for at in homes if at in order), key=lambda at: order[at], default="")


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

@dataclass(frozen=True, slots=True)
class _Work:
    """What was at work on a case: acts done, rules asked, limits that ran; and rules that stopped something."""

    did: frozenset[str]
    stopped: frozenset[str]


def _work(case: Case, refused: Sequence[Event]) -> _Work:
    acts = {event.act for event in case.events if event.kind == ACT}
    asked = {str(name) for event in case.events for name in event.facts.get("asked", ())}
    limits = {f"limit:{one.id}" for one in case.version.procedure.limits.values() if one.starts & acts}
    return _Work(frozenset(acts | asked | limits), frozenset(str(by) for event in refused for by in event.facts.get("by", ())))


def _measure(measure: Measure, work: _Work, step: str) -> MeasureView:
    carriers = {name.removeprefix("act:") for name in measure.carried_by}
    did = bool(carriers & work.did)
    state = "stopped" if step == "now" and carriers & work.stopped else "done" if did and step != "todo" else \
        {"now": "running", "todo": "waiting"}.get(step, "skipped")  # fmt: skip
    return MeasureView(measure.id, measure.text, state, _MEASURES[state])
