"""The usual course of the step at which a case stands: what is done, what comes next and by whom, as an honest course tells it.

Which acts are lawful the procedure says; in which order people go about them only the stories of the power do.  A help, not a rule.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from types import MappingProxyType

from qingfeng.catalogue.power import CLOSED, PARTY, STAY, PowerVersion, Story
from qingfeng.controls.reporter_answered import ReporterAnswered
from qingfeng.engine.case import Case, consequence
from qingfeng.engine.clock import Clock
from qingfeng.engine.control import Control
from qingfeng.engine.event import ACT
from qingfeng.terms.instants import local_day
from qingfeng.terms.text import Text

from ..words import post_name
from .practice import honest

DONE, MINE, OTHERS, LATER, WAITS = "done", "mine", "others", "later", "waits"
MOST = 3
"""So many people of a post are named."""
OFTEN = 0.3
"""What fewer of the stories do at a step (a recusal asked for) belongs to no usual course, though it may be done."""
MOSTLY = 0.5
SECOND = timedelta(seconds=1)
NO_CLOCKS: Mapping[str, Clock] = MappingProxyType({})
Leg = tuple[str, str]
"""An act and the post that does it."""


@dataclass(frozen=True, slots=True)
class CourseItem:
    """One act of the usual course.  state: done | mine (the viewer may do it now) | others | later | waits (until: for what, till when);
    by: the id of the post; owed: by it an open matter is settled."""

    act: str
    name: Text
    post: Text
    people: tuple[str, ...]
    state: str
    by: str = ""
    owed: bool = False
    until: Text | None = None


def course_of(
    case: Case, mine: Mapping[str, str], others: Collection[str], *, holders: Callable[[str], Sequence[str]],
    controls: Sequence[Control] = (), running: Mapping[str, Clock] = NO_CLOCKS, now: datetime | None = None,
) -> tuple[CourseItem, ...]:  # fmt: skip
    """Return the usual course of the case's step.  mine: acts that the viewer may do now, each with the post in which he does it;
    others: acts of others; holders: of a post, by name; controls: of the case, by which some of it falls away; running, now: by which
    some of it has to wait."""
    story = _nearest(case)
    if story is None or not case.seq:
        return ()
    acts = [e for e in case.events if e.kind == ACT and e.act in case.done]
    did = {(e.act, e.post or "") for e in acts}
    here = {e.act for e in acts if case.since is None or e.at >= case.since}
    owes = {act for one in controls if isinstance(one, ReporterAnswered) for act in one.replies}
    legs = _usual(case, legs_of(case.version, story.id).get(case.step, ()), here | owes)
    passed = _passed(case, [act for act, _ in legs]) | _not_owed(case, controls)
    posts = Counter(act for act, _ in legs)

    def item(act: str, post: str, *, owed: bool = False) -> CourseItem:
        done = (act, post) in did or (act in here and (post == PARTY or posts[act] == 1))  # another of its posts may have done it
        state = DONE if done and not owed else MINE if mine.get(act) == post else OTHERS if act in others or act in mine else LATER
        until = _until(case, act, running, now) if state in (MINE, OTHERS) else None
        state = state if until is None else WAITS
        people = tuple(holders(post))[:MOST] if state == OTHERS else ()
        return CourseItem(act, case.version.words[act].name, post_name(case.version, post), people, state, post, owed, until)

    told = [item(act, post) for act, post in legs if act not in passed]
    owed = [item(act, post, owed=True) for act, post in _settling(case, {*mine, *others}, told)]
    place = next((n for n, one in enumerate(told) if one.state != DONE), len(told))
    return (*told[:place], *owed, *told[place:])


def _settling(case: Case, able: Collection[str], told: Sequence[CourseItem]) -> Iterator[Leg]:
    """Yield for each open matter that nothing in the course settles the act that does, the most usual, and its post."""
    ready = {one.act for one in told if one.state != DONE}
    often = Counter(act for story in case.version.stories for act in acts_of(case.version, story.id))
    for matter in case.pending:
        closing = [row for act in able if (row := case.version.rules.get((case.step, act))) is not None and row.closes == matter]
        if closing and ready.isdisjoint(row.act for row in closing):
            best = max(closing, key=lambda row: (often[row.act], row.act))
            yield best.act, best.by[0]


def waits_for(case: Case, act: str, running: Mapping[str, Clock]) -> tuple[Text, datetime] | None:
    """Return the name of the limit that an act waits for to end, the last of several, and till when it does."""
    rule = case.version.rules.get((case.step, act))
    clocks = [running[name] for name in (rule.waits if rule is not None else ()) if name in running]
    ends = [(clock.waits_until, clock.limit.name) for clock in clocks if clock.running and clock.waits_until is not None]
    if not ends:
        return None
    till, limit = max(ends, key=lambda end: end[0])
    return limit, till


def wait_told(limit: Text, till: datetime) -> Text:
    """Return in words for which limit one has to wait, and the day to the end of which."""
    day = local_day(till - SECOND)
    return Text(zh=f"等“{limit.zh}”届满（至{day}）", en=f"waits for “{limit.en}” to end (till {day})")


def _until(case: Case, act: str, running: Mapping[str, Clock], now: datetime | None) -> Text | None:
    """Return for which limit an act has to wait; None if it has not to."""
    found = waits_for(case, act, running)
    return wait_told(*found) if found is not None and now is not None and now < found[1] else None


def _usual(case: Case, legs: Sequence[Leg], certain: Collection[str]) -> list[Leg]:
    """Return the legs without what only this one of the stories knows and the case gives no occasion for: a lawsuit, an inspection by
    discipline.  What few stories do is kept while a matter is open, or if it leads on."""
    version, often, opened = case.version, usual_at(case.version, case.step), set(case.pending)
    rare_besides, kept = any_time(version), []
    for act, post in legs:
        rule = version.rules.get((case.step, act))
        usual = often.get(act, 0) >= OFTEN or act in certain
        closes = rule is not None and rule.closes in opened
        if usual or closes or (act not in rare_besides and (opened or (rule is not None and rule.to != STAY))):
            kept.append((act, post))
            if rule is not None and closes:  # one thing follows from the other
                opened = (opened - {rule.closes}) | ({rule.opens} if isinstance(rule.opens, str) else set())
    return kept


@lru_cache(maxsize=512)
def usual_at(version: PowerVersion, step: str) -> Mapping[str, float]:
    """Return how large a share of the stories that come to a step do each act there."""
    told = [{act for act, _ in legs[step]} for story in version.stories if step in (legs := legs_of(version, story.id))]
    many = Counter(act for acts in told for act in acts)
    return {act: n / len(told) for act, n in many.items()}


@lru_cache(maxsize=128)
def any_time(version: PowerVersion) -> frozenset[str]:
    """Return the acts that may be done at every step after the first, and do not lead on: they say nothing of where a case stands."""
    steps = {step.id for step in version.steps if step.id != version.procedure.start}
    at: dict[str, set[str]] = defaultdict(set)
    for row in version.procedure.rows:
        at[row.act].update(row.at)
    return frozenset(act for act, where in at.items() if steps <= where and CLOSED in where) - _leading(version)


def _nearest(case: Case) -> Story | None:
    """Return the story that the case follows so far: the one that knows most of what led on in it, of several the one that settles
    most of what is open, of these the one that knows most of what else was done, then the one that goes on from here as most do, then
    the one told first."""
    did = {e.act for e in case.events if e.kind == ACT}
    led = did & _leading(case.version)
    known = [acts_of(case.version, story.id) for story in case.version.stories]
    own = did - any_time(case.version)
    settling = {row.act: row.closes for row in case.version.procedure.rows if row.closes in case.pending}
    told = [(len(led & acts), len({settling[act] for act in settling.keys() & acts}), len(own & acts),
             -_unusual(case.version, case.version.stories[n].id, case.step, did), -n) for n, acts in enumerate(known)]  # fmt: skip
    return case.version.stories[-max(told)[4]] if told and any(max(told)[:3]) else None


def _unusual(version: PowerVersion, story: str, step: str, did: Collection[str]) -> int:
    """Return how many acts a story still does at a step that most stories do not do there."""
    often = usual_at(version, step)
    left = {act for act, _ in legs_of(version, story).get(step, ()) if act not in did}
    return sum(often.get(act, 0) < MOSTLY for act in left)


def _passed(case: Case, acts: Sequence[str]) -> set[str]:
    """Return the acts that this case does without: the matter that they close was opened and closed otherwise, or they follow such."""
    passed: set[str] = set()
    for act in acts:
        rule = case.version.rules.get((case.step, act))
        if rule is None or act in case.done:
            continue
        settled = rule.closes is not None and rule.closes not in case.pending and _opened(case, rule.closes)
        if settled or any(needed <= passed for needed in rule.after):
            passed.add(act)
    return passed


def _not_owed(case: Case, controls: Sequence[Control]) -> set[str]:
    """Return the answers to a reporter where nobody reported in his own name."""
    return {
        act
        for one in controls
        if isinstance(one, ReporterAnswered) and not one.owed(case.events)
        for act in one.replies
    }


def _opened(case: Case, matter: str) -> bool:
    return any(consequence(row.opens, {}) == matter for row in case.version.procedure.rows if row.act in case.done)


@lru_cache(maxsize=128)
def _leading(version: PowerVersion) -> frozenset[str]:
    """Return the acts that lead to another step or open a matter: by them, and not by what may be done besides, courses differ."""
    return frozenset(row.act for row in version.procedure.rows if row.to != STAY or row.opens is not None)


@lru_cache(maxsize=1024)
def acts_of(version: PowerVersion, story_id: str) -> frozenset[str]:
    """Return the acts done in a story."""
    return frozenset(row.does for row in honest(_story(version, story_id)))


@lru_cache(maxsize=1024)
def legs_of(version: PowerVersion, story_id: str) -> Mapping[str, tuple[Leg, ...]]:
    """Return for each step what a story does at it, in its order, each act of a post once."""
    at, legs = version.procedure.start, dict[str, dict[Leg, None]]()
    for row in honest(_story(version, story_id)):
        if row.does in version.words:
            legs.setdefault(at, {})[row.does, row.who.split("/")[0]] = None
        at = row.then if row.then in version.step_order or row.then == CLOSED else at
    return {step: tuple(one) for step, one in legs.items()}


def _story(version: PowerVersion, story_id: str) -> Story:
    return next(one for one in version.stories if one.id == story_id)
