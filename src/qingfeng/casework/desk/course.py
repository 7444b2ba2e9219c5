"""The usual course of the step at which a case stands: what is done, what comes next and by whom, as an honest course tells it.

Which acts are lawful the procedure says; in which order people go about them only the stories of the power do.  A help, not a rule.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from qingfeng.catalogue.power import CLOSED, PARTY, STAY, PowerVersion, Story
from qingfeng.controls.reporter_answered import ReporterAnswered
from qingfeng.engine.case import Case, consequence
from qingfeng.engine.control import Control
from qingfeng.engine.event import ACT
from qingfeng.terms.text import Text

from ..words import post_name
from .practice import honest

DONE, MINE, OTHERS, LATER = "done", "mine", "others", "later"
MOST = 3
"""So many people of a post are named."""
Leg = tuple[str, str]
"""An act and the post that does it."""


@dataclass(frozen=True, slots=True)
class CourseItem:
    """One act of the usual course.  state: done | mine (the viewer may do it now) | others | later; by: the id of the post."""

    act: str
    name: Text
    post: Text
    people: tuple[str, ...]
    state: str
    by: str = ""


def course_of(
    case: Case, mine: Mapping[str, str], others: Collection[str], *, holders: Callable[[str], Sequence[str]],
    controls: Sequence[Control] = (),
) -> tuple[CourseItem, ...]:  # fmt: skip
    """Return the usual course of the case's step.  mine: acts that the viewer may do now, each with the post in which he does it;
    others: acts of others; holders: of a post, by name; controls: of the case, by which some of it falls away."""
    story = _nearest(case)
    if story is None or not case.seq:
        return ()
    did = {(e.act, e.post or "") for e in case.events if e.kind == ACT and e.act in case.done}
    legs, told = legs_of(case.version, story.id).get(case.step, ()), []
    passed = _passed(case, [act for act, _ in legs]) | _not_owed(case, controls)
    posts = Counter(act for act, _ in legs)
    for act, post in legs:
        if act in passed:
            continue
        if (act, post) in did or (
            act in case.done and (post == PARTY or posts[act] == 1)
        ):  # another of its posts may have done it
            state = DONE
        elif mine.get(act) == post:
            state = MINE
        else:
            state = OTHERS if act in others or act in mine else LATER
        name = case.version.words[act].name
        told.append(CourseItem(act, name, post_name(case.version, post),
                               tuple(holders(post))[:MOST] if state == OTHERS else (), state, post))  # fmt: skip
    return tuple(told)


def _nearest(case: Case) -> Story | None:
    """Return the story that the case follows so far: the one that knows most of what led on in it, of several the one told first."""
    did = {e.act for e in case.events if e.kind == ACT}
    led = did & _leading(case.version)
    known = [acts_of(case.version, story.id) for story in case.version.stories]
    told = [(len(led & acts), bool(did & acts), -n) for n, acts in enumerate(known)]
    return case.version.stories[-max(told)[2]] if told and max(told)[1] else None


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
