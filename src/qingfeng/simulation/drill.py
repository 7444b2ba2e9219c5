"""演练 Drills: the wrong that a risk names is tried, in a throw-away agency, through the door that officers use.

It begins from an honest story and differs only in the corrupt act, which is never forced: it is refused, or it passes
and is found, or it is missed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from qingfeng.casework.office import Office
from qingfeng.catalogue.checks_stories import WAIT
from qingfeng.catalogue.drills import targets, window
from qingfeng.catalogue.power import Drill, PowerVersion, Ring
from qingfeng.terms.text import Text

from .drill_course import Course, course_of, story_of
from .drill_desk import PASSED, Desk, Loosened, entered_on
from .drill_watch import (
    LATENESS,
    Finder,
    Sampling,
    Signature,
    Watch,
    Watched,
    enough,
    honest_signatures,
    watch,
    watch_draws,
)
from .script import Result, Stop


class Agencies(Protocol):
    """Opens a fresh throw-away agency: no drill may be stopped by what another left behind.

    What all drills from one place of a story have in common, its honest rows, is played once and kept.
    """

    memory: dict[Hashable, Any]

    def __call__(self, image: Path | None = None) -> AbstractContextManager[Office]:
        """Open a fresh agency, or a copy of one that was kept."""

    def kept(self, play: Callable[[Office], Begun], image: Path | None = None) -> tuple[Path, Begun]:
        """Play something in a fresh agency, or one that was kept, and keep it as it then is."""


@dataclass(frozen=True, slots=True)
class Begun:
    """How far a case has come before the attempt; broken: the honest row that did not go as the story says."""

    case: str | None
    last: datetime | None
    broken: Result | None = None


NONE: frozenset[str] = frozenset()


class Outcome(StrEnum):
    """What became of an attempt.  BROKEN: it never came to it, because an honest row did not go through."""

    REFUSED = "refused"
    FOUND = "found"
    MISSED = "missed"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One drill as it went.  by: what really stopped it; after: days; probability: of being stopped, over the seeds.

    problem: why it does not bear out what the drill states; None if it does.  stops: what was said to who was refused.
    """

    drill: Drill
    outcome: Outcome
    by: frozenset[str] = NONE
    after: int | None = None
    probability: float = 0.0
    problem: Text | None = None
    stops: tuple[Stop, ...] = ()

    @property
    def stopped(self) -> bool:
        """True if it was stopped, and just as the drill states."""
        return self.problem is None


def run_drill(
    agencies: Agencies,
    version: PowerVersion,
    drill: Drill,
    *,
    hits: Finder,
    sampling: Sampling | None = None,
    without: Collection[str] = NONE,
    only_done: bool = False,
) -> Tried:
    """Run one drill.  without: rules that are off; only_done: leave out honest rows that the story itself has refused."""
    course = course_of(version, drill, only_done=only_done)
    off = frozenset(without)
    image, begun = _begun(agencies, version, drill, course, only_done)
    if begun.broken is not None:
        return _broken(
            drill, begun.broken, Text(zh="诚实的前段没有照实例走通", en="the honest rows did not go as the story says")
        )
    with agencies(image) as plain:
        desk = Desk(Loosened(plain, off) if off else plain, version.power, case=begun.case, last=begun.last)
        last = _the_attempt(desk, drill, course)
        if isinstance(last, Tried):
            return last
        if last.outcome == "refused":
            return _refused(drill, last, off)
        if drill.ring is not Ring.FOUND:
            return _missed(drill, Text(zh="没有人拦：这一行办成了。", en="Nobody stopped it: the row went through."))

        def honest() -> frozenset[Signature]:
            key = ("honest", version.power, drill.story)
            if key not in agencies.memory:
                with agencies() as other:
                    agencies.memory[key] = honest_signatures(other, version.power, story_of(version, drill), hits)
            found: frozenset[Signature] = agencies.memory[key]
            return found

        plan = _plan(version, drill, course, last, hits, honest, off)
        if drill.probability is None:
            return _found(drill, plan, watch(desk, course.after, plan))
        if sampling is None:
            return _missed(
                drill,
                Text(
                    zh="没有抽查的职责在运行，无从抽到。", en="No duty that samples is at work: nothing can be drawn."
                ),
            )
        return _found(drill, plan, watch_draws(desk, course.after, plan, sampling))


def run_drills(
    agencies: Agencies,
    version: PowerVersion,
    *,
    hits: Finder,
    sampling: Sampling | None = None,
    risk: str | None = None,
) -> Iterator[Tried]:
    """Run the drills of a version in the order of its map; of one risk (step.r1) only if it is named."""
    for target in targets(version):
        for drill in version.drills:
            if target.tried_by(drill) and risk in (None, drill.risk):
                yield run_drill(agencies, version, drill, hits=hits, sampling=sampling)


def _begun(agencies: Agencies, version: PowerVersion, drill: Drill, course: Course, only_done: bool) -> tuple[Path, Begun]:
    """Play the honest rows before the attempt, from the last place to which they have been played for another drill."""
    known: dict[int, tuple[Path, Begun]] = agencies.memory.setdefault(("before", version.power, drill.story, only_done), {})
    if len(course.before) in known:
        return known[len(course.before)]
    earlier = max((n for n, (_, begun) in known.items() if n < len(course.before) and begun.broken is None), default=0)
    image, since = known.get(earlier, (None, Begun(None, None)))

    def play(office: Office) -> Begun:
        desk = Desk(office, version.power, case=since.case, last=since.last)
        for row in course.before[earlier:]:
            result = desk.do(row)
            if not result.as_expected:
                return Begun(desk.case, desk.last, result)
        return Begun(desk.case, desk.last)

    known[len(course.before)] = agencies.kept(play, image)
    return known[len(course.before)]


def _the_attempt(desk: Desk, drill: Drill, course: Course) -> Result | Tried:
    """Play the rows up to the last of the attempt; return how that one went, or why it was never reached."""
    *first, last = course.attempt
    for row in first:
        result = desk.do(row, explain=True)
        if result.outcome not in PASSED:
            return _broken(drill, result, Text(zh="还没走到所企图的一行", en="it never came to the attempt"))
    result = desk.do(last, explain=True)
    if result.outcome != "refused" and result.outcome not in PASSED:
        return _broken(drill, result, Text(zh="所企图的一行没有得到答复", en="the attempt got no answer"))
    return result


def _plan(
    version: PowerVersion,
    drill: Drill,
    course: Course,
    last: Result,
    hits: Finder,
    honest: Callable[[], frozenset[Signature]],
    without: frozenset[str],
) -> Watch:
    kept: list[frozenset[Signature]] = []

    def once() -> frozenset[Signature]:
        if not kept:
            kept.append(honest())
        return kept[0]

    level = next(one.level for one in targets(version) if one.tried_by(drill))
    # A case that the drill leaves lying grows late by that alone, unless lying still is what it tries.
    idle = bool(course.after) or course.attempt[-1].does == WAIT or LATENESS in drill.by
    return Watch(
        wanted=drill.by - without,
        days=window(level, version.level_scheme),
        since=entered_on(last.row, last.at),
        hits=hits,
        honest=once,
        without=without,
        idle_counts=idle,
    )


def _refused(drill: Drill, last: Result, without: frozenset[str]) -> Tried:
    by = frozenset(stop.by for stop in last.stops)
    ring, wanted = last.stops[0].ring, drill.by - without
    problem = None
    if ring != drill.ring:
        problem = Text(zh=f"写的是 ring: {drill.ring}，实际在 {ring} 关被{_zh(by)}拦下。",
                       en=f"Said to be stopped in ring {drill.ring}, was refused in ring {ring} by {_en(by)}.")  # fmt: skip
    elif by != wanted:
        problem = _otherwise(wanted, by)
    return Tried(drill=drill, outcome=Outcome.REFUSED, by=by, after=0, probability=1.0, problem=problem, stops=last.stops)


def _found(drill: Drill, plan: Watch, watched: Watched) -> Tried:
    if watched.broken is not None:
        return _broken(
            drill, watched.broken, Text(zh="其后的诚实行没有走通", en="the honest rows after it did not go through")
        )
    by = frozenset(watched.found)
    if not by:
        return _missed(
            drill, Text(zh=f"{plan.days}日内没有任何规则发现它。", en=f"No rule found it within {plan.days} days.")
        )
    problem = None if by == plan.wanted else _otherwise(plan.wanted, by)
    if problem is None and drill.probability is not None and not enough(watched.share, drill.probability):
        problem = Text(zh=f"写的发现概率是{drill.probability:g}，抽查中只发现了{watched.share:.2f}。",
                       en=f"Said to be found with probability {drill.probability:g}, was drawn in {watched.share:.2f} only.")  # fmt: skip
    return Tried(
        drill=drill, outcome=Outcome.FOUND, by=by, after=watched.after, probability=watched.share, problem=problem
    )


def _missed(drill: Drill, why: Text) -> Tried:
    return Tried(drill=drill, outcome=Outcome.MISSED, problem=why)


def _broken(drill: Drill, at: Result, where: Text) -> Tried:
    said = "；".join(stop.reason.zh for stop in at.stops), "; ".join(stop.reason.en for stop in at.stops)
    row = f"{at.row.day} {at.row.who} {at.row.does}"
    return Tried(drill=drill, outcome=Outcome.BROKEN, problem=Text(
        zh=f"演练没有成立：{where.zh}（第{at.row.line}行 {row} → {at.happened}）{'：' + said[0] if said[0] else '。'}",
        en=f"The drill is broken: {where.en} (line {at.row.line}, {row} → {at.happened}){': ' + said[1] if said[1] else '.'}"))  # fmt: skip


def _otherwise(wanted: Collection[str], by: Collection[str]) -> Text:
    return Text(
        zh=f"写的是由{_zh(wanted)}拦下或发现，实际是{_zh(by)}。",
        en=f"Said to be stopped by {_en(wanted)}, was stopped by {_en(by)}.",
    )


def _zh(names: Collection[str]) -> str:
    return "、".join(sorted(names)) or "（无）"


def _en(names: Collection[str]) -> str:
    return ", ".join(sorted(names)) or "nothing"
