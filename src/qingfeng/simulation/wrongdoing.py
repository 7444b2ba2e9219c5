"""Courses of cases for simulated logs: honest ones from the stories of a power, corrupt ones from its drills, each really played.

Corrupt ones are played where nothing stops them: an agency without its rules and without its order, as another system may be.  What an
agency without rules records is what the rules then have to find.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from qingfeng.casework.logbook import found_within
from qingfeng.casework.office import Office, load_case
from qingfeng.catalogue.drills import targets
from qingfeng.catalogue.power import CLOSED, Drill, Power, PowerVersion, Ring
from qingfeng.engine.event import ACT, Event

from .drill import Agencies
from .drill_course import course_of
from .drill_desk import PASSED, Desk, Loosened
from .drill_loose import loosened
from .planted import plain_text
from .script import row_from_story
from .shifting import moved, shifted

WEEKS = (-6, -4, -3, -2, -1, 1, 2, 3, 4, 6, 8, 10)
"""By how many weeks a course may be moved: within the years that have a calendar."""


class Opens(Protocol):
    """Opens agencies over a power, all alike."""

    def __call__(self, power: Power, /) -> Agencies:
        """Return what opens fresh agencies with this power."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """One course of a case.  wrong: the drill that it commits, None if it is honest; text: of the risk, as the map tells it;
    days: by how much it was moved."""

    name: str
    events: tuple[Event, ...]
    wrong: Drill | None = None
    text: str = ""
    days: int = 0


@dataclass(frozen=True, slots=True)
class Courses:
    """All courses of a power.  untold: drills of which no act of the case tells (people registered, files read, something left undone
    elsewhere), or which cannot be played out of their order."""

    honest: tuple[Played, ...]
    wrong: tuple[Played, ...]
    untold: tuple[Drill, ...]


def courses(
    agencies: Agencies, loose: Agencies, version: PowerVersion, names: Collection[str], *, moves: int = 2, only: Collection[str] = (),
    progress: Callable[[int], None] = lambda n: None,
) -> Courses:  # fmt: skip
    """Play the closed honest stories and the drills of a version (or those of the risks in `only`, as step.r1).

    loose: agencies over `without_guards(power)`; names: of all controls; moves: on how many other days each is repeated, where an
    honest one would go the same way.  Raises StoreError.
    """
    honest: list[Played] = []
    weeks: dict[str, tuple[int, ...]] = {}
    for story in version.stories:
        with agencies() as office:
            found = list(_moved(office, version, story.id, [row_from_story(row) for row in story.rows], moves))
        weeks[story.id] = tuple(one.days for one in found if one.days)
        honest += found
        progress(len(honest))
    wrong, untold = [], []
    texts = {(target.step, target.risk.id): target.risk.text for target in targets(version)}
    for drill in version.drills:
        if only and drill.risk not in only:
            continue
        with loose() as plain:
            events = _attempted(Loosened(plain, names), version, drill)
        step, _, risk = drill.risk.rpartition(".")
        if events is None or drill.probability is not None:
            untold.append(drill)
            continue
        for days in (0, *weeks.get(drill.story, ())):
            later = tuple(shifted(version, event, timedelta(days=days)) for event in events)
            wrong.append(
                Played(name=drill.id, events=later, wrong=drill, text=plain_text(texts[step, risk]), days=days)
            )
        progress(len(honest) + len(wrong))
    return Courses(tuple(honest), tuple(wrong), tuple(untold))


def without_guards(power: Power) -> Power:
    """Return a power whose order and shape are not guarded: for throw-away agencies only."""
    return Power(**{**{name: getattr(power, name) for name in Power.__slots__},
                    "versions": tuple(loosened(loosened(one, Ring.ORDER), Ring.SHAPE) for one in power.versions)})  # fmt: skip


def _moved(office: Office, version: PowerVersion, name: str, rows: Sequence[object], moves: int) -> Iterator[Played]:
    """Yield a story as it was played if it ends, and on other days."""
    desk = Desk(office, version.power)
    for row in rows:
        desk.do(row)  # type: ignore[arg-type]
    if desk.case is None:
        return
    with office.store.read() as tx:
        registry = office.registry(tx)
        case, controls = load_case(office, tx, registry, desk.case)
        end = date(registry.calendar.years[-1], 12, 31)
        if case.step != CLOSED or found_within(office, tx, registry, desk.case, end):
            return  # what lies open grows late by that alone; some stories tell of a lateness with its reason, which is found all the same
        yield Played(name=name, events=_acts(case.events))
        done = 0
        for week in WEEKS:
            again = moved(case, 7 * week, registry=registry, controls=controls) if done < moves else None
            if again is not None:
                done += 1
                yield Played(name=name, events=_acts(again.events), days=7 * week)


def _attempted(office: Office, version: PowerVersion, drill: Drill) -> tuple[Event, ...] | None:
    """Return the acts of the case in which a drill was committed, None if it did not come to that or no act tells of it."""
    course = course_of(version, drill, only_done=True)
    desk = Desk(office, version.power)
    for row in course.before:
        if desk.do(row, explain=True).outcome not in PASSED:
            return None
    before = len(desk.events())
    for row in course.attempt:
        if desk.do(row, explain=True).outcome not in PASSED:
            return None
    if len(desk.events()) == before:
        return None
    for row in course.after:
        desk.do(row, explain=True)
    return _acts(desk.events())


def _acts(events: Sequence[Event]) -> tuple[Event, ...]:
    return tuple(event for event in events if event.kind == ACT)
