"""The demonstration month: an autumn with two holidays, honest cases of every power, some late, some returned."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime, time, timedelta
from random import Random

from qingfeng.casework.office import Office
from qingfeng.terms.instants import LOCAL
from qingfeng.terms.text import Text

from .agency import Period, work
from .demo_report import DemoReport, PowerLine, report
from .demo_table import table
from .officers import Habits
from .scenes import SHOWN

__all__ = ["FIRST", "FOUNDED", "LAST", "DemoReport", "PowerLine", "founded_before", "run_month", "run_weeks", "table", "weeks_before"]

FIRST, LAST = date(2026, 9, 21), date(2026, 10, 31)
"""Mid-Autumn Festival, the National Day holiday and its worked Saturday lie within (notice of the State Council for 2026)."""
FOUNDED = datetime(2026, 9, 18, 9, tzinfo=LOCAL)
"""The demonstration agency begins the working day before, so that nothing of its own is overdue on the first day."""
LAST_ARRIVAL = date(2026, 10, 14)
ARRIVALS = 7
"""Cases of each power: enough for branches to show, few enough to be done in seconds."""
HABITS = Habits(
    carelessness=0.05, branching=0.5, side=0.05, back=0.03, haste=0.7,
    weights={"deemed_acceptance": 12, "hearing": 9, "supplementation": 8, "return_on_review": 8, "extension": 4, "suspension": 2,
             "no_case_opening": 3, "refusal_to_accept": 2, "withdrawal": 2, "referral": 2, "reconsideration": 2, "correction": 1,
             "refund": 1, "litigation": 0, "redo": 0, "revocation": 0},
)  # fmt: skip
"""As a county sees them: material is missing and files come back often, decisions are revoked hardly ever."""


WEEKLY = 0.5
"""Cases of each power a week in a longer life: fewer than in the month, so that a quarter of a year takes no longer than it."""
QUIET = timedelta(days=2)
"""So long before the end the last cases come in: they stand in the inboxes on the first morning."""


def weeks_before(today: date, weeks: int, years: Collection[int]) -> tuple[date, date]:
    """Return first and last day of a life of so many weeks that ends yesterday, or with the month where no calendar reaches so far."""
    last = today - timedelta(days=1)
    first = last - timedelta(weeks=weeks) + timedelta(days=1)
    if (first - timedelta(days=3)).year not in years or (last + timedelta(days=31)).year not in years:
        last = LAST
        first = last - timedelta(weeks=weeks) + timedelta(days=1)
    return first - timedelta(days=first.weekday()), last


def founded_before(first: date) -> datetime:
    """Return when an agency is founded that begins to work on a Monday: the Friday before."""
    return datetime.combine(first - timedelta(days=3), time(9), tzinfo=LOCAL)


def run_weeks(
    office: Office, *, first: date, last: date, seed: int = 2, agencies: Mapping[str, Text] | None = None,
    progress: Callable[[str, float], None] = lambda _, __: None,
) -> DemoReport:  # fmt: skip
    """Let the agency work from first to last day, with few cases a week; the other arguments as for run_month."""
    weeks = max(1, ((last - first).days + 1) // 7)
    period = Period.of(first, last - QUIET, last)
    told = work(office, rng=Random(seed), period=period, arrivals=max(2, round(weeks * WEEKLY)), habits=HABITS, progress=progress,
                scenes=SHOWN)  # fmt: skip
    return report(office, told, first=first, last=last, agencies=agencies or {})


def run_month(
    office: Office, *, seed: int = 2, agencies: Mapping[str, Text] | None = None,
    progress: Callable[[str, float], None] = lambda _, __: None,
) -> DemoReport:  # fmt: skip
    """Let an agency with all its powers and people work for a month; return what happened.

    agencies: power -> agency as its source names it (a published power does not carry it), for the table only;
    progress gets the day and how much of the month is over (0 to 1).  Raises StoreError, CalendarMissing.
    """
    period = Period.of(FIRST, LAST_ARRIVAL, LAST)
    told = work(office, rng=Random(seed), period=period, arrivals=ARRIVALS, habits=HABITS, progress=progress)
    return report(office, told, first=FIRST, last=LAST, agencies=agencies or {})
