"""What a duty is: an obligation that comes back, with its own limit; done with content, not with a tick; found when not done.

What a duty brings to light (a count that differs, a party that says otherwise) is a finding: it is recorded beside the report
in the same transaction, names its case and accuses nobody.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, ClassVar, Protocol

from qingfeng.catalogue import codes
from qingfeng.catalogue.power import PARTY, SYSTEM, PowerVersion
from qingfeng.engine.event import Event
from qingfeng.terms.calendar import CalendarMissing, WorkCalendar
from qingfeng.terms.instants import LOCAL, end_of_day, local_day
from qingfeng.terms.people import People
from qingfeng.terms.text import Text
from qingfeng.terms.timelimit import Due, LimitKind, Rolls, TimeLimit, Unit, due

WEEK = "week"
QUARTER_MONTHS = 3
YEAR_MONTHS = 12
MONTHS = {"month": 1, "quarter": QUARTER_MONTHS, "year": YEAR_MONTHS}
EVERY = (WEEK, *MONTHS)
LONGEST_HOLIDAYS = 14
"""Days that all holidays of a month take at the most: two working days in a row are never farther apart than that."""
WITHIN_UNITS, MOST_WITHIN = ("working_day", "calendar_day"), 31
NAMING = ("officers", "members", "leader", "custodian")
"""Fields in which an act names officers who take part beside the one who enters it."""


@dataclass(frozen=True, slots=True)
class Within:
    """How long after the end of a period the duty may take."""

    n: int
    unit: str


@dataclass(frozen=True, slots=True)
class Period:
    """A week, month, quarter or year: its name (2026-W41, 2026-10, 2026-Q4, 2026), first and last day."""

    name: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class CaseFile:
    """One case as a duty sees it: its acts, in order."""

    case: str
    acts: tuple[Event, ...]

    def until(self, period: Period) -> list[Event]:
        """Return the acts recorded by the end of a period: what is entered later, as of whichever day, changes no sample."""
        return [act for act in self.acts if local_day(act.entered) <= period.last]

    def did(self, acts: Collection[str], period: Period) -> bool:
        """True if one of the acts was recorded within the period."""
        return any(act.act in acts and local_day(act.entered) >= period.first for act in self.until(period))

    @property
    def officers(self) -> frozenset[str]:
        """All who took part: who did an act, and whom an act names as taking part."""
        named = {name for act in self.acts for key in NAMING for name in _listed(act.data.get(key))}
        return frozenset(named | {act.actor for act in self.acts if act.actor is not None}) - {SYSTEM, PARTY}


@dataclass(frozen=True, slots=True)
class Register:
    """What the agency's own register says of one power at the moment of a check: handed in, never asked for.

    opened: cases begun in the period; still: open cases -> day of their last movement; files: all cases with their acts, for a
    duty that reads them; known: those of the numbers it looks up (`mentions`) that some case of the agency bears.
    """

    opened: int
    still: Mapping[str, date]
    files: Mapping[str, CaseFile] = field(default_factory=dict)
    known: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """Who reports on which day for which period, and what is known of people and days."""

    power: str
    period: Period
    actor: str
    on: date
    calendar: WorkCalendar
    people: People
    version: PowerVersion | None = None

    def told(self, items: Iterable[str]) -> Text:
        """Return codes of items, one or several, in the words of the power; as they are where its version is not at hand."""
        named = [items] if isinstance(items, str) else list(items)
        return codes.listed(self.version, named) if self.version else Text(zh="、".join(named) or "无", en=", ".join(named) or "none")


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyFinding:
    """What a duty brought to light.  case: "" if it concerns none; key: the item; evidence: what shows it, as places in the log
    (case#event) and in the report."""

    case: str
    key: str
    what: Text
    evidence: tuple[str, ...] = ()


class Duty(Protocol):
    """One recurring obligation of a power.  Implementations are frozen dataclasses; their fields are its settings."""

    name: ClassVar[str]
    title: ClassVar[Text]
    reads_files: ClassVar[bool]
    """Whether it needs the acts of the cases: reading them all takes time."""
    looks_back: ClassVar[str | None]
    """The part of its report, by cases, from which it goes on: such a duty asks for more than the period (what is in the store)."""
    looks_up: ClassVar[str | None]
    """The indexed field in which `mentions` are looked up."""
    private: ClassVar[frozenset[str]]
    """Parts of its report that hold free words, and can be erased."""

    @property
    def by(self) -> str:
        """The post that has to do it."""

    @property
    def every(self) -> str:
        """week, month, quarter or year."""

    @property
    def within(self) -> Within:
        """The limit after the end of the period."""

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""

    def mentions(self, report: Mapping[str, Any]) -> Sequence[str]:
        """Return the numbers of a report that are to be looked up, whatever its shape."""

    def sheet(self, report: Mapping[str, Any], register: Register, occasion: Occasion) -> Mapping[str, Sequence[str]]:
        """Return the cases that the report must speak of -> the items it must answer; empty while the draw is not made."""

    def lacks(self, report: Mapping[str, Any], register: Register, occasion: Occasion) -> Sequence[Text]:
        """Return what a report lacks to count as done; empty when it does."""

    def finds(self, report: Mapping[str, Any], register: Register, occasion: Occasion) -> Sequence[DutyFinding]:
        """Return what a report that counts as done brings to light."""


def period_of(day: date, every: str) -> Period:
    """Return the period that holds a day; weeks begin on Monday and are counted as ISO 8601 does."""
    if every == WEEK:
        year, week, weekday = day.isocalendar()
        monday = day - timedelta(days=weekday - 1)
        return Period(f"{year}-W{week:02}", monday, monday + timedelta(days=6))
    months = MONTHS[every]
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
    """Return until when the duty of a period is to be done; provisionally, and rather late, while the calendar of the year after the
    period is not published: that of a year comes out in the November before, and a yearly duty begins in January."""
    limit = TimeLimit(n=duty.within.n, unit=Unit(duty.within.unit), kind=LimitKind.SETTING, rolls=Rolls.AGENCY)
    start = datetime(period.last.year, period.last.month, period.last.day, 23, 59, tzinfo=LOCAL)
    try:
        return due(limit, start=start, calendar=calendar)
    except CalendarMissing:
        late = end_of_day(period.last + timedelta(days=2 * duty.within.n + LONGEST_HOLIDAYS))
        return Due(late, late, provisional=True)


def rhythm_problem(every: str, by: str, within: Within, version: PowerVersion) -> Text | None:
    """Return why a period, a post or a limit cannot be that of a duty, or None."""
    if every not in EVERY:
        return Text(zh=f"every应为{'、'.join(EVERY)}之一", en=f"every must be one of {', '.join(EVERY)}")
    if by not in version.posts:
        return Text(zh=f"本职权没有岗位“{by}”", en=f"the power has no post {by!r}")
    if within.unit not in WITHIN_UNITS or not 1 <= within.n <= MOST_WITHIN:
        return Text(
            zh="within应为1至31个working_day或calendar_day", en="within must be 1 to 31 working_day or calendar_day"
        )
    return None


def _listed(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [one for one in value if isinstance(one, str)] if isinstance(value, Sequence) else []
