"""Planted wrongs about visits, readings and typing in.  Two styles each."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from .clock import any_day, is_working, later, month_end
from .office import Firm
from .plant import Plant, Visit, Year
from .stories import Story, observed


def copied_inspection_text(year: Year, style: int) -> Plant | None:
    """0: an officer uses the text of one visit for many firms; 1: two or three texts in turn, a word or number changed."""
    who = year.officer("enforcement_officer")
    if who is None:
        return None
    cases = year.some([one for one in year.all(Visit) if one.handler is who], year.rng.uniform(0.5, 0.8))
    texts = [observed(year.rng) for _ in range(year.rng.randint(2, 3) if style else 1)]
    for one in cases:
        text = year.rng.choice(texts)
        one.text = text.replace("经查", year.rng.choice(("经查", "经检查", "现查明"))) if style else text
    return year.plant("copied_inspection_text", style, [who.id], cases)


def nothing_found_streak(year: Year, style: int) -> Plant | None:
    """0: an officer finds next to nothing all year; 1: from a day on he finds nothing at all."""
    who = year.officer("enforcement_officer")
    if who is None:
        return None
    cases = [one for one in year.all(Visit) if one.handler is who]
    since = any_day(year.rng).replace(month=year.rng.randint(3, 6), day=1)
    cases = [one for one in cases if one.day >= since] if style else year.some(cases, year.rng.uniform(0.88, 0.97))
    for one in cases:
        one.found = "normal"
    return year.plant("nothing_found_streak", style, [who.id], cases)


def never_inspected(year: Year, style: int) -> Plant | None:
    """0: a firm of high risk is never visited; 1: three of one district are not."""
    first = year.firm(risk="高")
    beside = [one for one in year.office.firms if one.risk == "高" and one.district == first.district and one is not first]
    beside = [one for one in beside if one.name not in year.taken]
    firms = [first, *beside[:2]] if style else [first]
    others = [one for one in year.office.firms if one.risk == "高" and one not in firms and one.name not in year.taken]
    for case in year.stories:
        if isinstance(case, Visit) and case.firm in firms:
            case.firm = year.rng.choice(others)
            case.place = case.firm.district + case.firm.name
    return year.plant("never_inspected", style, [one.name for one in firms], [])


def impossible_presence(year: Year, style: int) -> Plant | None:
    """0: an officer signs as second man of visits made while he was elsewhere; 1: his own visits overlap at distant places."""
    who = year.officer("enforcement_officer")
    if who is None:
        return None
    own = [one for one in year.all(Visit) if one.handler is who]
    own = year.rng.sample(own, min(len(own), year.rng.randint(6, 14)))
    cases: list[Story] = list(own)
    for mine in own:
        busy, day = year.busy(), mine.begin.date()
        pool = [one for one in year.all(Visit) if who.id not in one.team and one not in cases and one.firm.district != mine.firm.district]
        pool = [one for one in pool if not {(one.handler.id, day), (one.partner.id, day)} & busy]  # the others are where they say
        if not pool:
            continue
        other = year.rng.choice(pool)
        if style:
            other.handler = who
        else:
            other.partner = who
        other.team = (other.handler.id, other.partner.id)
        other.day, other.begin = mine.day, mine.begin + timedelta(minutes=year.rng.randint(0, max(1, mine.minutes - 15)))
        cases.append(other)
    return year.plant("impossible_presence", style, [who.id], cases)


def repeated_visits(year: Year, style: int) -> Plant | None:
    """0: an officer visits one firm again and again; 1: three to five firms that he squeezes, less often each."""
    who = year.officer("enforcement_officer")
    if who is None:
        return None
    firms = [year.firm(risk="中") for _ in range(year.rng.randint(3, 5) if style else 1)]
    cases: list[Story] = []
    for firm in firms:
        pool = [one for one in year.all(Visit) if one not in cases]
        count = year.rng.randint(5, 9) if style else year.rng.randint(8, 16)
        cases += year.give(pool, count, to=who, firm=firm)
    return year.plant("repeated_visits", style, [who.id, *(firm.name for firm in firms)], cases)


def back_entry_batches(year: Year, style: int) -> Plant | None:
    """0: an officer types in two or three weeks at one sitting, always; 1: he writes a quarter's files the evening before their review."""
    who = year.officer("enforcement_officer")
    if who is None:
        return None
    cases = year.some([one for one in year.stories if one.handler is who and not one.planted], year.rng.uniform(0.5, 0.9))
    for one in cases:
        if style:
            end = month_end(datetime(2026, (one.day.month - 1) // 3 * 3 + 3, 1).date())
            one.batch = datetime.combine(end, time(18))
        else:
            weeks = (one.day.timetuple().tm_yday // 18 + 1) * 18
            one.batch = datetime.combine(later(datetime(2026, 1, 1).date() + timedelta(weeks), 0), time(15))
    return year.plant("back_entry_batches", style, [who.id], cases)


def leak_signature(year: Year, style: int) -> Plant | None:
    """0: somebody outside the team opens plans days before the visits, and those find nothing; 1: only those of a few firms."""
    who = year.officer("enforcement_officer", "counter_officer")
    if who is None:
        return None
    firms: list[Firm] = []
    pool = [one for one in year.all(Visit) if who.id not in one.team]
    cases = year.rng.sample(pool, min(len(pool), year.rng.randint(12, 24)))
    if style:
        firms = [year.firm() for _ in range(year.rng.randint(2, 4))]
        for one in cases:
            year.give([one], 1, firm=year.rng.choice(firms))
    for one in cases:
        before = timedelta(hours=year.rng.uniform(2, 60))
        one.readers.append((who.id, who.post, one.begin - before, "draft"))
        if year.rng.random() < 0.93:
            one.found = "normal"
    return year.plant("leak_signature", style, [who.id, *(firm.name for firm in firms)], cases)


def off_hours_access(year: Year, style: int) -> Plant | None:
    """0: somebody opens files late at night, a few times a week for months; 1: in the small hours and on days off."""
    who = year.officer("enforcement_officer", "counter_officer", "examiner", "section_head")
    if who is None:
        return None
    for _ in range(year.rng.randint(20, 70)):
        day = any_day(year.rng)
        if style:
            while is_working(day):
                day += timedelta(1)
        hour = year.rng.choice((0, 1, 2, 5, 13, 23)) if style else year.rng.choice((22, 23, 23, 0, 1))
        at = datetime.combine(day, time(hour)) + timedelta(minutes=year.rng.randrange(60), seconds=year.rng.randrange(60))
        year.night.append((who, at))
    return year.plant("off_hours_access", style, [who.id], [])
