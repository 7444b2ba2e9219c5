"""Office hours: when officers sit at their desks."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random

from qingfeng.terms.calendar import WorkCalendar
from qingfeng.terms.instants import LOCAL, local_day

OPENS, LUNCH, RESUMES, SHUTS = time(8, 30), time(12), time(13, 30), time(17, 30)


def moment(day: date, at: time) -> datetime:
    """Return a time of day of a day, as a clock on the wall here shows it."""
    return datetime.combine(day, at, LOCAL)


def office_hours(at: datetime, calendar: WorkCalendar) -> datetime:
    """Return the first moment of office hours from `at` on."""
    at = at.astimezone(LOCAL)
    day, clock = at.date(), at.time()
    if not calendar.is_working(day) or clock >= SHUTS:
        return moment(calendar.next_working(day + timedelta(days=1)), OPENS) + timedelta(minutes=at.minute, seconds=at.second)
    if clock < OPENS:
        return moment(day, OPENS) + timedelta(minutes=at.minute)
    if LUNCH <= clock < RESUMES:
        return moment(day, RESUMES) + timedelta(minutes=at.minute)
    return at


def days_later(now: datetime, days: int, calendar: WorkCalendar, rng: Random) -> datetime:
    """Return a moment so many working days later (0: today, later)."""
    if days == 0:
        return office_hours(now + timedelta(minutes=rng.randint(10, 60)), calendar)
    day = calendar.add_working(local_day(now), days)
    return office_hours(moment(day, OPENS) + timedelta(minutes=rng.randint(0, 500)), calendar)
