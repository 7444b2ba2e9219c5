"""Planted wrongs about decisions and files: how somebody approves, fines, favours, returns, stops.  Two styles each."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from .clock import any_day, later
from .plant import Application, Penalty, Plant, Visit, Year
from .stories import BARS, TIERS, Story


def rubber_stamping(year: Year, style: int) -> Plant | None:
    """0: a leader signs within a minute or three, unopened; 1: once a week he signs the pile in one go."""
    who = year.officer("deputy_in_charge", "section_head")
    if who is None:
        return None
    mine = year.some([one for one in year.stories if one.approval.by is who], year.rng.uniform(0.7, 0.95))
    for one in mine:
        one.approval.opened = False
        one.approval.minutes = year.rng.uniform(0.3, 2.5)
        if style:
            friday = later(one.day + timedelta(45 + (4 - one.day.weekday()) % 7), 0)
            one.approval.at = datetime.combine(friday, time(17)) + timedelta(seconds=year.rng.randrange(900))
    return year.plant("rubber_stamping", style, [who.id], mine)


def favoured_party(year: Year, style: int) -> Plant | None:
    """0: a firm fined again and again gets the bottom of the lightest tier; 1: most of its cases end without a fine."""
    firm, count = year.firm(), year.rng.randint(8, 18)
    cases = year.give([one for one in year.all(Penalty) if one.fate == "penalised"], count, firm=firm)
    for one in year.some(cases, year.rng.uniform(0.75, 1.0)):
        if style:
            one.fate = year.rng.choice(("spared", "spared", "withdrawn", "not_filed"))
        else:
            one.tier = "从轻"
            one.fine = TIERS["从轻"][0] + year.rng.choice((0, 0, 500))
    return year.plant("favoured_party", style, [firm.name], cases)


def lenient_officer(year: Year, style: int) -> Plant | None:
    """0: all of an officer's fines lie at 35-60 % of the usual; 1: two in three take the least of their tier."""
    who = year.officer("enforcement_officer")
    if who is None:
        return None
    cases = [one for one in year.all(Penalty) if one.handler is who and one.fate == "penalised"]
    factor = year.rng.uniform(0.35, 0.6)
    for one in cases if style == 0 else year.some(cases, year.rng.uniform(0.55, 0.75)):
        low = float(TIERS[one.tier][0])
        one.fine = low if style else max(500.0, round(one.fine * factor / 500) * 500.0)
    return year.plant("lenient_officer", style, [who.id], cases)


def intermediary_concentration(year: Year, style: int) -> Plant | None:
    """0: an examiner's applicants choose one firm; 1: an investigator orders all appraisals from one."""
    who = year.officer("enforcement_officer") if style else year.officer("examiner") or year.officer("enforcement_officer")
    if who is None:
        return None
    matter = year.rng.choice(list(year.office.agents)[:3])
    agent = year.office.agents[matter][-1][0]
    if style:
        names = [one for one, _ in year.office.agents[matter]]
        everyone = [one for one in year.all(Penalty) if year.rng.random() < 0.35]
        for one in everyone:
            one.agent = agent if one.handler is who and year.rng.random() < 0.85 else year.rng.choice(names)
        return year.plant("intermediary_concentration", 1, [who.id, agent], [one for one in everyone if one.handler is who])
    pull, cases = year.rng.uniform(0.7, 0.95), []
    for case in year.all(Application):
        if case.handler is who and case.matter == matter and case.agent and year.rng.random() < pull:
            case.agent = agent
            cases.append(case)
    return year.plant("intermediary_concentration", 0, [who.id, agent], cases)


def repeated_pairing(year: Year, style: int) -> Plant | None:
    """0: a firm's penalties always come to one officer; 1: its inspections do."""
    who, firm = year.officer("enforcement_officer"), year.firm()
    if who is None:
        return None
    count, cases = year.rng.randint(7, 14), list[Story]()
    if style:
        cases += year.give(year.all(Visit), count, to=who, firm=firm)
    else:
        cases += year.give(year.all(Penalty), count, to=who, firm=firm)
    return year.plant("repeated_pairing", style, [who.id, firm.name], cases)


def threshold_splitting(year: Year, style: int) -> Plant | None:
    """0: an officer's sums that would bring a hearing stop just under it; 1: a firm's one matter becomes three or four sums below."""
    who = year.officer("enforcement_officer")
    if who is None:
        return None
    mine = [one for one in year.all(Penalty) if one.handler is who and one.fate == "penalised"]
    if style == 0:
        high = [one for one in mine if one.fine >= BARS[0] * 0.6]
        cases = year.some(high, year.rng.uniform(0.5, 0.85))
        for one in cases:
            bar = BARS[1] if one.fine > 30_000 else BARS[0]
            one.fine = round(bar * year.rng.uniform(0.955, 0.998) / 10) * 10.0
        return year.plant("threshold_splitting", 0, [who.id], cases)
    cases, names = [], [who.id]
    for _ in range(year.rng.randint(2, 4)):
        firm, day, code = year.firm(), any_day(year.rng), year.rng.choice(("101", "203", "602"))
        pool = [one for one in year.all(Penalty) if one.fate == "penalised" and one not in cases]
        parts = year.give(pool, year.rng.randint(3, 4), to=who, firm=firm)
        for one in parts:
            one.day, one.code, one.tier = later(day, year.rng.randint(0, 8)), code, "一般"
            one.fine = round(BARS[0] * year.rng.uniform(0.93, 0.995) / 10) * 10.0
        names.append(firm.name)
        cases += parts
    return year.plant("threshold_splitting", 1, names, cases)


def clock_stop_abuse(year: Year, style: int) -> Plant | None:
    """0: an officer stops the clock in half of his cases; 1: in fewer, but two or three times each."""
    who = year.officer("enforcement_officer", "examiner")
    if who is None:
        return None
    mine = [one for one in year.stories if not isinstance(one, Visit) and one.handler is who and not one.planted]
    cases = year.some(mine, year.rng.uniform(0.25, 0.35) if style else year.rng.uniform(0.4, 0.6))
    for one in cases:
        one.stops = [year.rng.randint(6, 25) for _ in range(year.rng.randint(2, 3) if style else 1)]
    return year.plant("clock_stop_abuse", style, [who.id], cases)


def non_filing_rate(year: Year, style: int) -> Plant | None:
    """0: an officer drops most leads; 1: he drops the complaints and works on the rest."""
    who = year.officer("enforcement_officer")
    if who is None:
        return None
    mine = [one for one in year.all(Penalty) if one.handler is who and (one.complaint or not style)]
    cases = year.some(mine, year.rng.uniform(0.85, 1.0) if style else year.rng.uniform(0.6, 0.85))
    for one in cases:
        one.fate = "not_filed"
    return year.plant("non_filing_rate", style, [who.id], cases)


def waived_hearing_rate(year: Year, style: int) -> Plant | None:
    """0: an officer's parties all sign that they waive; 1: four in five do."""
    who = year.officer("enforcement_officer")
    if who is None:
        return None
    cases = [one for one in year.all(Penalty) if one.handler is who and one.fate == "penalised"]
    for one in cases:
        one.waived = year.rng.random() < (0.8 if style else 0.97)
    return year.plant("waived_hearing_rate", style, [who.id], cases)


def ping_pong(year: Year, style: int) -> Plant | None:
    """0: a counter sends people home again and again; 1: a reviewer returns the files of some, three to five times."""
    who = year.officer("legal_reviewer") if style else year.officer("counter_officer")
    if who is None:
        return None
    cases: list[Story] = []
    if style:
        cases += year.some([p for p in year.all(Penalty) if p.reviewer is who and p.fate in ("penalised", "spared")], 0.25)
        for one in cases:
            one.returned = year.rng.randint(3, 5)
    else:
        sent = year.some([a for a in year.all(Application) if a.counter is who], year.rng.uniform(0.3, 0.5))
        for case in sent:
            case.home = year.rng.randint(3, 5)
        cases += sent
    return year.plant("ping_pong", style, [who.id], cases)


def withdrawn_after_contact(year: Year, style: int) -> Plant | None:
    """0: an officer notes a contact, and the case ends without a fine; 1: a leader was spoken to, and does not let the case be opened."""
    who = year.officer("deputy_in_charge") if style else year.officer("enforcement_officer")
    if who is None:
        return None
    mine = [one for one in year.all(Penalty) if (one.approval.by if style else one.handler) is who]
    cases = year.rng.sample(mine, min(len(mine), year.rng.randint(6, 14)))
    for one in cases:
        one.contact, one.contact_days = ("recorded" if style else "some"), year.rng.randint(1, 8)
        one.fate = "not_opened" if style else year.rng.choice(("withdrawn", "spared"))
    return year.plant("withdrawn_after_contact", style, [who.id], cases)
