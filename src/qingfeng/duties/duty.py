"""What a duty is: an obligation that comes back, with its own limit; done with content, not with a tick; found when not done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, ClassVar, Protocol

from qingfeng.catalogue.power import PowerVersion
from qingfeng.terms.calendar import WorkCalendar
from qingfeng.terms.instants import LOCAL
from qingfeng.terms.text import Text
from qingfeng.terms.timelimit import Due, LimitKind, Rolls, TimeLimit, Unit, due

QUARTER_MONTHS = 3
YEAR_MONTHS = 12
EVERY = {"month": 1, "quarter": QUARTER_MONTHS, "year": YEAR_MONTHS}


@dataclass(frozen=True, slots=True)
class Within:
    """How long after the end of a period the duty may take."""

    n: int
    unit: str


@dataclass(frozen=True, slots=True)
class Period:
    """A month, quarter or year: its name (2026-10, 2026-Q4, 2026), first and last day."""

    name: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Register:
    """What the agency's own register says of one power at the moment of a check: handed in, never asked for.

    opened: cases begun in the period; still: open cases -> day of their last movement.
    """

    opened: int
    still: Mapping[str, date]


class Duty(Protocol):
    """One recurring obligation of a power.  Implementations are frozen dataclasses; their fields are its settings."""

    name: ClassVar[str]
    title: ClassVar[Text]

    @property
    def by(self) -> str:
        """The post that has to do it."""

    @property
    def every(self) -> str:
        """month, quarter or year."""

    @property
    def within(self) -> Within:
        """The limit after the end of the period."""

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""

    def lacks(
        self, report: Mapping[str, Any], register: Register, *, on: date, calendar: WorkCalendar
    ) -> Sequence[Text]:
        """Return what a report lacks to count as done; empty when it does."""


def period_of(day: date, every: str) -> Period:
    """Return the period that holds a day."""
    months = EVERY[every]
    first_month = (day.month - 1) // months * months + 1
    first = date(day.year, first_month, 1)
    beyond = first_month + months
    after = date(day.year + 1, 1, 1) if beyond > YEAR_MONTHS else date(day.year, beyond, 1)
    name = {
        1: f"{day:%Y-%m}",
        QUARTER_MONTHS: f"{day.year}-Q{(day.month - 1) // QUARTER_MONTHS + 1}",
        YEAR_MONTHS: str(day.year),
    }[months]
    return Period(name, first, after - timedelta(days=1))


def period_after(period: Period, every: str) -> Period:
    """Return the period that follows."""
    return period_of(period.last + timedelta(days=1), every)


def period_due(duty: Duty, period: Period, calendar: WorkCalendar) -> Due:
    """Return until when the duty of a period is to be done."""
    limit = TimeLimit(n=duty.within.n, unit=Unit(duty.within.unit), kind=LimitKind.SETTING, rolls=Rolls.AGENCY)
    start = datetime(period.last.year, period.last.month, period.last.day, 23, 59, tzinfo=LOCAL)
    return due(limit, start=start, calendar=calendar)
