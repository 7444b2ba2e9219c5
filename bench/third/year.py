"""A year: penalties, licences, inspections, what is read besides; honest where nobody does a wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate
from random import Random
from typing import Any

from .book import Book, Case, Row
from .people import FIRST, LAST, Firm, Office, Officer, begins, is_working, later, office
from .visits import inspection
from .wrongs import Plant, Plants, choose

TIERS = {"light": (1_000, 20_000), "medium": (20_000, 80_000), "heavy": (80_000, 300_000)}
BARS = (50_000, 100_000)


@dataclass(frozen=True, slots=True)
class Told:
    """A year: who works there, the rows, the wrongs done in it, how many cases are honest."""

    office: Office
    rows: dict[str, list[Row]]
    plants: list[Plant]
    cases: int
    honest: int


def third_year(seed: int, *, cases: int, planted: bool = True) -> Told:
    """Make the year of a seed.  A wrong for which no occasion came is no wrong, and not in the list."""
    rng = Random(f"third {seed} {cases}")
    staff = office(rng, cases=cases)
    plants = choose(rng, staff, seed) if planted else Plants(rng)
    book = Book(rng, staff, plants)
    for firm in staff.firms:
        joined = (
            FIRST + timedelta(days=rng.randrange(40, 300))
            if rng.random() < 0.05 and firm.name != plants.firm("never_inspected")
            else FIRST
        )
        book.lists[firm.name] = (joined, None)
    kinds = ("penalty", "licence", "inspection")
    sizes = {"penalty": [f.size for f in staff.firms], "licence": [f.size**1.3 for f in staff.firms],
             "inspection": [{"高风险": 12.0, "中风险": 6.0, "低风险": 2.0}.get(f.grade, 0.8) for f in staff.firms]}  # fmt: skip
    heaps = {kind: list(accumulate(weights)) for kind, weights in sizes.items()}
    for number, at in enumerate(sorted(begins(rng) for _ in range(cases)), 1):
        kind = rng.choices(kinds, (34, 31, 35))[0]
        firm = _party(book, kind, heaps[kind], at)
        case = Case(number, f"{kind}-2026-{number:05d}", kind, firm)
        book.cases.append(case)
        {"penalty": _penalty, "licence": _licence, "inspection": inspection}[kind](book, case, at)
    _reads(book)
    written = {case.number for case in book.cases if case.acts}
    for plant in plants.all.values():
        plant.numbers &= written
    done = [plant for plant in plants.all.values() if plant.numbers or plant.pattern == "never_inspected"]
    bad = set[int]().union(*(plant.numbers for plant in done))
    return Told(staff, book.rows(), done, cases, len(written - bad))


def _party(book: Book, kind: str, heap: list[float], at: datetime) -> Firm:
    rng = book.rng
    trade, first, last = book.staff.campaign
    for wrong in ("favoured_party", "repeated_pairing"):  # such a firm has much to do with the office
        if kind != "inspection" and book.plants.firm(wrong) and rng.random() < 0.006:
            return next(one for one in book.staff.firms if one.name == book.plants.firm(wrong))
    while True:
        firm = rng.choices(book.staff.firms, cum_weights=heap)[0]
        in_campaign = first <= at.date() <= last and kind != "licence" and rng.random() < 0.6
        if (firm.trade == trade or not in_campaign) and at.date() >= book.lists[firm.name][0]:
            return firm


def _handler(book: Book, case: Case, at: datetime) -> Officer:
    """Big clients go to the officer who knows them; who is bought draws the firm's cases to himself."""
    if case.firm.friend and book.rng.random() < 0.3:
        friend = next(one for one in book.staff.officers if one.id == case.firm.friend)
        if friend.there(at.date()):
            return friend
    if book.plants.firm("repeated_pairing") == case.firm.name:
        plant = book.plants.all["repeated_pairing"]
        bought = next(one for one in book.staff.officers if one.id in plant.names)
        if bought.there(at.date()) and book.plants.now("repeated_pairing", bought.id, at, case.number):
            return bought
    return book.pick("handler", at, case.firm)


def _review(book: Book, case: Case, handler: Officer, at: datetime, again: str) -> datetime:
    """Return the file for good cause, or to wear somebody down; then pass it, read or unread."""
    rng, who = book.rng, book.pick("reviewer", at)
    returns = int(book.habit(who, "strict", 0.12)) + int(handler.from_day > FIRST and rng.random() < 0.25)
    wrong = book.plants.now("ping_pong", who.id, at, case.number)
    if wrong:
        returns = rng.choice({"blatant": (3, 4, 5), "moderate": (2, 3, 4), "weak": (2, 3)}[wrong])
    for _ in range(returns):
        at = book.when(who, at, 2)
        book.read(case, who, at - timedelta(minutes=rng.randrange(3, 60)))
        at = book.act(case, "return_on_review", who, at)
        at = book.act(case, again, handler, book.when(handler, at, 3))
    wrong = book.plants.now("rubber_stamping", who.id, at, case.number)
    if wrong:  # in the same minute; a careful one opens the file first
        then = at + timedelta(seconds=rng.randrange(8, {"blatant": 40, "moderate": 80, "weak": 120}[wrong]))
        if wrong != "blatant":
            book.read(case, who, then - timedelta(seconds=rng.randrange(3, 7)))
        return book.act(case, "pass_review", who, then)
    at = book.when(who, at, 2)
    if book.habit(who, "evening", 0.2):
        at = at.replace(hour=16, minute=rng.randrange(30, 59))
    if rng.random() < 0.9:
        book.read(case, who, at - timedelta(minutes=rng.randrange(2, 90)))
    return book.act(case, "pass_review", who, at)


def _penalty(book: Book, case: Case, at: datetime) -> None:
    rng, firm, clerk = book.rng, case.firm, book.pick("clerk", at)
    source = rng.choices(("inspection", "report", "referral"), (5, 4, 2))[0]
    at = book.act(case, "register_lead", clerk, at, party=firm.name, outcome=source)
    handler = _handler(book, case, at)
    code = f"V{(int(firm.trade == '化工') + rng.choices(range(7), (20, 16, 14, 10, 8, 5, 3))[0]) % 8}"
    at = book.when(handler, at, 3)
    drop = book.habit(handler, f"weak {source}", 0.1 if source == "inspection" else 0.28)
    drop = bool(book.plants.now("non_filing_rate", handler.id, at, case.number)) or drop
    at = book.act(
        case, "propose_no_opening" if drop else "propose_case_opening", handler, at, code=code, party=firm.name
    )
    deputy = book.pick("deputy", at)
    at = book.when(deputy, at, 2)
    book.read(case, deputy, at - timedelta(minutes=rng.randrange(2, 90)))
    at = book.act(case, "refuse_case_opening" if drop else "approve_case_opening", deputy, at)
    if drop:
        return
    other = book.pick("handler", at, firm, but=handler)
    at = book.act(
        case,
        "investigate",
        handler,
        book.when(handler, at, 5),
        late=True,
        place=firm.name,
        team=f"{handler.id}|{other.id}",
    )
    at = _stop(book, case, handler, code, at)
    at = book.when(handler, at, 3)
    contact = rng.random() < 0.05
    wrong = (
        book.plants.now("withdrawn_after_contact", handler.id, at, case.number)
        if contact or rng.random() < 0.25
        else ""
    )
    at = book.act(case, "answer_contacts", handler, at, outcome="some" if contact or wrong else "none")
    if wrong or rng.random() < 0.05:
        at = book.act(case, "propose_withdrawal", handler, book.when(handler, at, 5))
        book.act(case, "approve_withdrawal", book.staff.of("head")[0], later(rng, at, 2))
        return
    tier = rng.choices(list(TIERS), (6, 4, 1))[0]
    at = book.act(case, "submit_final_report", handler, book.when(handler, at, 6), code=code, tier=tier)
    at = _review(book, case, handler, at, "submit_final_report")
    _punish(book, case, handler, code, tier, at)


def _stop(book: Book, case: Case, handler: Officer, code: str, at: datetime) -> datetime:
    """Have something appraised, during which no period runs: where it must be, or to win time."""
    then = book.when(handler, at, 3)
    stop = book.habit(handler, f"stop {code}", 0.35 if code == "V2" else 0.05)
    wrong = book.plants.now("clock_stop_abuse", handler.id, then, case.number)
    if not (stop or wrong):
        return at
    at = book.act(case, "commission_appraisal", handler, then)
    return book.act(case, "receive_appraisal", handler, book.when(handler, at, 28 if wrong else 14))


def _punish(book: Book, case: Case, handler: Officer, code: str, tier: str, at: datetime) -> None:
    rng, firm, (low, high) = book.rng, case.firm, TIERS[tier]
    at = book.when(handler, at, 2)
    book.habit(handler, "hard", 0.5, 0.25)
    lever = min(rng.betavariate(2, 2.6) * (0.75 + 0.5 * handler.habits["hard"]), 1.0)
    spare = rng.random() < 0.05
    mild = book.plants.now("lenient_officer", handler.id, at, case.number)
    favour = (
        book.plants.now("favoured_party", firm.name, at, case.number)
        if book.plants.firm("favoured_party") == firm.name
        else ""
    )
    for wrong in (mild, favour):
        if wrong:
            lever = rng.uniform(0, {"blatant": 0.06, "moderate": 0.12, "weak": 0.2}[wrong])
            spare = rng.random() < {"blatant": 0.4, "moderate": 0.25, "weak": 0.12}[wrong]
    unit = rng.choice((1_000, 1_000, 500, 100))
    fine = max(low, round((low + lever * (high - low)) / unit) * unit)
    over = [bar for bar in BARS if bar <= fine <= 1.6 * bar]
    if over and book.plants.now("threshold_splitting", handler.id, at, case.number):
        fine = round(over[-1] * rng.uniform(0.92, 0.998) / 100) * 100
    said: dict[str, Any] = {"party": firm.name, "code": code, "tier": tier}
    at = book.act(case, "serve_prior_notice", handler, at, amount=float(fine), **said)
    waives = book.habit(handler, f"waived {tier}", 0.22 if tier == "light" else 0.1)
    if book.plants.now("waived_hearing_rate", handler.id, at, case.number) or waives:
        at = book.act(case, "waive_hearing", None, later(rng, at, 1))
    elif fine >= BARS[0] and rng.random() < 0.3:
        at = book.act(case, "request_hearing", None, later(rng, at, 3))
        at = book.act(case, "hold_hearing", book.pick("reviewer", at), later(rng, at, 12))
    deputy = book.pick("deputy", at)
    at = book.when(deputy, at, 8)
    book.read(case, deputy, at - timedelta(minutes=rng.randrange(2, 90)))
    if spare:
        at = book.act(case, "decide_no_penalty", deputy, at, **said)
    else:
        at = book.act(case, "decide_penalty", deputy, at, amount=float(fine), **said)
    at = book.when(deputy, at, 12)
    book.read(case, deputy, at - timedelta(minutes=rng.randrange(2, 60)))
    book.act(case, "close_case", deputy, at)


def _licence(book: Book, case: Case, at: datetime) -> None:
    rng, firm, clerk = book.rng, case.firm, book.pick("clerk", at)
    matter = rng.choices(("L1", "L2", "L3", "L4"), (5, 3, 3, 1))[0]
    at = book.act(case, "receive_application", clerk, at, party=firm.name, code=matter)
    trips = (
        int(rng.random() < 0.18)
        + int(book.habit(clerk, f"again {matter}", 0.05))
        + int(clerk.from_day > FIRST and rng.random() < 0.1)
    )
    wrong = book.plants.now("repeated_visits", clerk.id, at, case.number)
    if wrong:
        trips = rng.choice({"blatant": (3, 4), "moderate": (2, 3), "weak": (2, 2, 3)}[wrong])
    for _ in range(trips):
        at = book.act(case, "give_one_time_notice", clerk, book.when(clerk, at, 2))
        at = book.act(case, "supplement", clerk, book.when(clerk, at, 4))
    at = book.act(case, "accept_application", clerk, book.when(clerk, at, 1))
    handler = _handler(book, case, at)
    if matter in book.staff.agents:
        names, weights = zip(*book.staff.agents[matter], strict=True)
        agent = rng.choices(names, weights)[0]
        plant = book.plants.all.get("intermediary_concentration")
        if matter == "L1" and plant and book.plants.now("intermediary_concentration", handler.id, at, case.number):
            agent = plant.agent
        at = book.act(case, "choose_intermediary", None, later(rng, at, 2), intermediary=agent)
    at = book.act(case, "examine_formally", handler, book.when(handler, at, 4))
    at = book.act(case, "submit_examination", handler, book.when(handler, at, 3))
    at = _review(book, case, handler, at, "submit_examination")
    deputy = book.pick("deputy", at)
    at = book.when(deputy, at, 2)
    refused = rng.random() < 0.09
    if book.plants.firm("favoured_party") == firm.name and book.plants.now(
        "favoured_party", firm.name, at, case.number
    ):
        refused = False
    book.read(case, deputy, at - timedelta(minutes=rng.randrange(2, 90)))
    book.act(
        case,
        "decide_application",
        deputy,
        at,
        outcome="refused" if refused else "granted",
        party=firm.name,
        code=matter,
    )


def _reads(book: Book) -> None:
    """What is read besides: the own work, sometimes late before a deadline; the duty at night; and who looks at what is none of his."""
    rng = book.rng
    for case in book.cases:
        for one in [one for one in case.acts if one["post"] in ("handler", "clerk", "inspector")]:
            who = next(officer for officer in book.staff.of(str(one["post"])) if officer.id == one["actor"])
            done = one["at"]
            if isinstance(done, datetime) and rng.random() < 0.4:
                late = book.habit(who, "overtime", 0.04)
                book.read(
                    case,
                    who,
                    done.replace(hour=rng.choice((18, 19, 20, 21)))
                    if late
                    else done - timedelta(minutes=rng.randrange(40)),
                )
    for _ in range(len(book.cases) // 15):
        guard, day = rng.choice(book.staff.of("duty")), FIRST + timedelta(days=rng.randrange(365))
        _look(
            book,
            guard,
            datetime(day.year, day.month, day.day, rng.choice((9, 14, 20, 22, 23, 2, 5)), rng.randrange(60)),
        )
    plant = book.plants.all.get("off_hours_access")
    for name in plant.names if plant else ():
        who = next(one for one in book.staff.officers if one.id == name)
        for n in range((LAST - FIRST).days):
            day = FIRST + timedelta(days=n)
            if plant is None or rng.random() > {"blatant": 0.35, "moderate": 0.15, "weak": 0.06}[plant.intensity]:
                continue
            at = datetime(
                day.year,
                day.month,
                day.day,
                rng.choice((20, 21, 22, 23) if is_working(day) else (10, 15, 22)),
                rng.randrange(60),
            )
            seen = _look(book, who, at) if plant.first <= day <= plant.last and who.there(day) else None
            if seen is not None:
                plant.numbers.add(seen.number)


def _look(book: Book, who: Officer, at: datetime) -> Case | None:
    """Open some case of the last weeks; return it."""
    for _ in range(50):
        case = book.rng.choice(book.cases)
        first = case.acts[0]["entered"] if case.acts else None
        if isinstance(first, datetime) and first < at < first + timedelta(days=60):
            book.read(case, who, at)
            return case
    return None
