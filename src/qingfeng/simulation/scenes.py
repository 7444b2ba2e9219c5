"""Cases that stand at a chosen place of a story on the last day: the demonstration shows meetings and hearings in every state.

Chance leaves most cases elsewhere; whoever opens the site for the first time is to find a hearing that is announced, one that was held,
a meeting that is called, one that is voting.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from qingfeng.catalogue.power import PowerVersion
from qingfeng.terms.calendar import CalendarMissing, WorkCalendar

from .rehearse import Course, Stage, rehearse
from .tale import Tale, tales

TRIES = 15
"""Working days by which a case may begin earlier than its story tells, where a waiting time or a holiday puts it off."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A case of a power that goes as a story tells, up to the n-th time that an act is done in it.  ago: working days before the end."""

    power: str
    story: str
    act: str
    n: int = 1
    ago: int = 0


SHOWN = (
    Shown("a000/penalty", "hearing", "notify_hearing"),
    Shown("a000/penalty", "hearing", "hold_hearing"),
    Shown("a000/penalty", "hearing", "cast_vote", 2),
    Shown("a000/penalty", "hearing", "deliberate", ago=1),
    Shown("a000/penalty", "party_corrected_then_withdrawn", "call_deliberation"),
    Shown("a001/licence", "hearing_and_extension", "submit_hearing_report", ago=1),
)
"""What the demonstration shows: a hearing notified, one held, meetings called, voting and done."""


def tale_of(shown: Shown, version: PowerVersion) -> tuple[Tale, int] | None:
    """Return the tale of a scene and how many of its lines are played; None where the version has no such story."""
    for tale in tales(version):
        places = [place for place, line in enumerate(tale.lines) if line.does == shown.act]
        if tale.story == shown.story and len(places) >= shown.n:
            return tale, places[shown.n - 1] + 1
    return None


def course_until(
    tale: Tale, lines: int, stage: Stage, until: date, *, ago: int = 0, fits: Callable[[Course], bool] = lambda _: True
) -> Course | None:
    """Return the latest course of a tale whose first `lines` lines are done by the last day (ago: so many working days before it)."""
    calendar = stage.calendar
    last = _back(calendar, until, ago)
    length = calendar.working_days_between(tale.lines[0].day, tale.lines[lines - 1].day)
    for more in range(TRIES):
        try:
            went = rehearse(tale, _back(calendar, last, length + more), stage)
        except CalendarMissing:
            return None
        if isinstance(went, Course) and went.moments[lines - 1][1].date() <= last and fits(went):
            return went
    return None


def _back(calendar: WorkCalendar, day: date, working: int) -> date:
    while not calendar.is_working(day):
        day -= timedelta(days=1)
    return calendar.subtract_working(day, working) if working else day
