"""The demonstration month: an autumn with two holidays, honest cases of every power, some late, some returned."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from random import Random

from qingfeng.casework.office import Office
from qingfeng.terms.instants import LOCAL
from qingfeng.terms.text import Text

from .agency import Period, work
from .demo_report import DemoReport, PowerLine, report
from .demo_table import table
from .officers import Habits

__all__ = ["FIRST", "FOUNDED", "LAST", "DemoReport", "PowerLine", "run_month", "table"]

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
