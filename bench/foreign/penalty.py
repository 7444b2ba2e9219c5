"""Leads and penalties: what is filed, how long it takes, what is fined, who waived what, what was dropped; and goods sealed or seized."""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta

from .agency import SOURCES, VIOLATIONS, Firm, Officer, Violation
from .book import Book, Wrong, logit

TIERS = (("light", 0.42), ("medium", 0.46), ("heavy", 0.12))
WHERE = {"light": (0.0, 0.3), "medium": (0.3, 0.7), "heavy": (0.7, 1.0)}


def penalties(book: Book, count: int) -> None:
    """Write so many leads and what became of each within the year."""
    rng, firms = book.rng, book.agency.firms
    for _ in range(count):
        violation = rng.choices(VIOLATIONS, [one.share for one in VIOLATIONS])[0]
        fit = [one for one in (book.agency.some_firm() for _ in range(12)) if one.kind in violation.kinds]
        firm = fit[0] if fit else rng.choice(firms)
        lead(book, firm, violation, book.start_day())
    _serial(book, max(2, count // 400))
    for (pattern, name), wrong in list(book.wrongs.items()):
        if pattern == "threshold_splitting" and wrong.style == "one_matter_in_parts":
            _in_parts(book, name, wrong)


def _serial(book: Book, count: int) -> None:
    """Firms that break rules again and again: some honest agencies deal with, and those that somebody protects or keeps to himself."""
    rng = book.rng
    again = rng.sample(book.agency.firms, count)
    kept = {
        one
        for (p, _), w in book.wrongs.items()
        for one in (w.clients if p == "repeated_pairing" and w.style == "penalties" else ())
    }
    kept |= {w.subject[0] for (p, _), w in book.wrongs.items() if p == "favoured_party" and w.style == "spared"}
    for firm in [*again, *(one for one in book.agency.firms if one.name in kept)]:
        own = [one for one in VIOLATIONS if firm.kind in one.kinds]
        for _ in range(rng.randint(7, 18)):
            lead(book, firm, rng.choice(own), book.start_day())


def handler_of(book: Book, firm: Firm) -> Officer:
    """The town's own mostly; or whoever has taken the firm as his."""
    staff = book.agency.people["case_handler"]
    for (pattern, name), wrong in book.wrongs.items():
        mine = pattern == "repeated_pairing" and wrong.style == "penalties" and firm.name in wrong.clients
        if mine and book.rng.random() < wrong.strength:
            wrong.cases.append(firm.name)
            return next(one for one in staff if one.name == name)
    local = [one for one in staff if one.town == firm.town] if book.rng.random() < 0.6 else staff
    local = local or staff
    return book.rng.choices(local, [one.weight for one in local])[0]


def lead(
    book: Book, firm: Firm, violation: Violation, day: date, handler: Officer | None = None, sum_: float | None = None
) -> None:
    """Write a lead, and its case if one is opened."""
    rng, agency = book.rng, book.agency
    case = book.new("处罚", firm, violation.code)
    handler = handler or handler_of(book, firm)
    source = rng.choices([name for name, _ in SOURCES], [share for _, share in SOURCES])[0]
    intake = agency.one("intake_officer")
    at = book.add(case, "register_lead", intake, book.moment(intake, day), says=True, outcome=source)
    book.read(case, handler, book.moment(handler, book.day_after(at.date(), 0), after=at))
    at = book.moment(handler, book.day_after(at.date(), 1 + rng.expovariate(0.4) * handler.pace), after=at)
    holds = rng.random() < logit(
        violation.holds,
        handler.strict + (0.7 if source == "inspection" else -0.15) + (0.4 if source == "transferred" else 0),
    )
    holds = holds or sum_ is not None
    if holds:
        buried = book.bent("non_filing_rate", handler.name, at.date())
        if buried is not None and (buried.style != "of_clients" or firm.town in buried.more["towns"]):
            buried.cases.append(case)
            holds = False
        if _spared(book, case, firm, at.date()):
            holds = rng.random() < 0.35
    deputy = agency.one("deputy_in_charge")
    if not holds:
        at = book.add(case, "propose_no_opening", handler, at, says=True)
        book.add(case, "refuse_case_opening", deputy, book.sitting(deputy, case, at))
        return
    at = book.add(case, "propose_case_opening", handler, at, says=True)
    if rng.random() < 0.015:
        book.add(case, "refuse_case_opening", deputy, book.sitting(deputy, case, at))
        return
    at = book.add(case, "approve_case_opening", deputy, book.sitting(deputy, case, at))
    _investigate(book, case, firm, violation, handler, at, sum_)


def _spared(book: Book, case: str, firm: Firm, day: date) -> Wrong | None:
    wrong = book.wrongs.get(("favoured_party", firm.name))
    if wrong is None or wrong.style != "spared" or day < wrong.since or book.rng.random() > wrong.strength:
        return None
    wrong.cases.append(case)
    return wrong


def _investigate(
    book: Book, case: str, firm: Firm, violation: Violation, handler: Officer, at: datetime, sum_: float | None
) -> None:
    rng, agency = book.rng, book.agency
    head = agency.one("section_head")
    book.add(case, "declare_no_interest", handler, book.moment(handler, book.day_after(at.date(), 1)))
    plan = book.add(
        case, "draw_up_investigation_plan", handler, book.moment(handler, book.day_after(at.date(), 1), after=at)
    )
    at = book.add(case, "approve_investigation_plan", head, book.sitting(head, case, plan, lag=0.6))
    for _ in range(rng.choice((1, 1, 2, 3))):
        at = book.moment(handler, book.day_after(at.date(), 1 + rng.expovariate(0.3) * handler.pace), after=at)
        book.read(case, handler, at - timedelta(minutes=rng.uniform(2, 40)))
        book.add(
            case, "investigate", handler, at, entered=book.typed(handler, at, case) if rng.random() < 0.5 else None
        )
    contact = _contacts(book, case, handler, at)
    stopped = book.bent("clock_stop_abuse", handler.name, at.date(), case)
    if rng.random() < violation.appraised or stopped is not None:
        stop = "commission_appraisal" if stopped is None or stopped.style != "suspends" else "suspend_case"
        for _ in range(1 if stopped is None or stopped.style != "again_and_again" else rng.randint(2, 4)):
            at = book.add(
                case, stop, handler, book.moment(handler, book.day_after(at.date(), rng.randint(0, 3)), after=at)
            )
            back = "receive_appraisal" if stop == "commission_appraisal" else "resume_case"
            at = book.add(
                case, back, handler, book.moment(handler, book.day_after(at.date(), rng.randint(8, 35)), after=at)
            )
    if _dropped(book, case, handler, contact, at):
        return
    at = book.moment(handler, book.day_after(at.date(), 1 + rng.expovariate(0.25) * handler.pace), after=at)
    at = book.add(case, "submit_final_report", handler, at, says=True)
    reviewer = agency.one("legal_reviewer")
    tier, amount = _fine(book, case, firm, violation, handler, at.date(), sum_)
    for _ in range(_returns(book, case, reviewer, handler, at.date())):
        sent_back = book.add(case, "return_on_review", reviewer, book.sitting(reviewer, case, at))
        at = book.add(
            case,
            "submit_final_report",
            handler,
            book.moment(handler, book.day_after(sent_back.date(), rng.randint(1, 4)), after=sent_back),
        )
    at = book.add(case, "pass_review", reviewer, book.sitting(reviewer, case, at), amount=amount, tier=tier)
    _notice(book, case, violation, handler, at, tier, amount)


def _returns(book: Book, case: str, reviewer: Officer, handler: Officer, day: date) -> int:
    mean = (0.45 if handler.junior else 0.14) * math.exp(reviewer.strict)
    count = 0
    while count < 4 and book.rng.random() < mean / (1 + mean):
        count += 1
    made = book.wrongs.get(("ping_pong", reviewer.name))
    if made is not None and made.style == "reviewer" and book.bent("ping_pong", reviewer.name, day, case):
        count = max(count, book.rng.randint(2, 5))
    return count


def _contacts(book: Book, case: str, handler: Officer, at: datetime) -> bool:
    rng = book.rng
    wrong = book.wrongs.get(("withdrawn_after_contact", handler.name))
    some = rng.random() < (0.05 if wrong is None else max(0.05, wrong.more["asked"]))
    when = book.moment(handler, book.day_after(at.date(), 0), after=at)
    if some:
        act, outcome = ("record_interference", "recorded") if rng.random() < 0.3 else ("answer_contacts", "some")
        book.add(case, act, handler, when, outcome=outcome)
    elif rng.random() < 0.8:
        book.add(case, "answer_contacts", handler, when, outcome="none")
    return some


def _dropped(book: Book, case: str, handler: Officer, contact: bool, at: datetime) -> bool:
    rng, head = book.rng, book.agency.people["agency_head"][0]
    drop = rng.random() < (0.075 if contact else 0.045)
    if contact and book.bent("withdrawn_after_contact", handler.name, at.date(), case) is not None:
        drop = True
    if not drop:
        return False
    at = book.moment(handler, book.day_after(at.date(), rng.randint(2, 15)), after=at)
    wrong = book.wrongs.get(("withdrawn_after_contact", handler.name))
    if wrong is not None and wrong.style == "no_penalty":
        sent = book.add(case, "submit_final_report", handler, at, says=True)
        book.add(case, "decide_no_penalty", head, book.sitting(head, case, sent), says=True)
        return True
    sent = book.add(case, "propose_withdrawal", handler, at, says=True)
    book.add(case, "approve_withdrawal", head, book.sitting(head, case, sent), says=True)
    return True


def _fine(
    book: Book, case: str, firm: Firm, violation: Violation, handler: Officer, day: date, sum_: float | None
) -> tuple[str | None, float | None]:
    """Return tier and sum as the handler proposes; no sum: no penalty for a slight first offence."""
    rng = book.rng
    if sum_ is not None:
        return "medium", sum_
    soft = book.bent("lenient_officer", handler.name, day, case)
    tier = rng.choices([t for t, _ in TIERS], [s * (1.25 if t == "light" and firm.size < 1 else 1) for t, s in TIERS])[
        0
    ]
    if soft is not None and soft.style == "lower_tier":
        tier = "light"
    low, high = WHERE[tier]
    at = low + (high - low) * rng.betavariate(1.3, 2.2 - min(0.8, max(-0.8, handler.strict)))
    if rng.random() < 0.06 or (soft is not None and soft.style == "no_penalty"):
        return None, None
    if rng.random() < 0.22 and tier == "light":
        at = 0.0
    amount = violation.floor + (violation.ceiling - violation.floor) * at * (
        0.35 if firm.size < 2 else 0.7 if firm.size < 8 else 1.0
    )
    if soft is not None and soft.style == "lower_sum":
        amount = violation.floor + (amount - violation.floor) * rng.uniform(0.0, 0.25)
    if rng.random() < 0.10:  # 减轻处罚：主动消除后果、配合调查
        amount *= rng.choice((0.5, 0.8))
    step = 100 if amount < 5_000 else 500 if amount < 30_000 and rng.random() < 0.6 else 1_000
    amount = max(200.0, round(amount / step) * step)
    return tier, _under(book, case, handler, amount, day)


def _under(book: Book, case: str, handler: Officer, amount: float, day: date) -> float:
    """Return the sum, brought under a limit where somebody keeps cases from those above."""
    for line in (10_000.0, 50_000.0, 100_000.0):
        if line <= amount < line * 2.2:
            wrong = book.wrongs.get(("threshold_splitting", handler.name))
            if (
                wrong is not None
                and wrong.style.startswith("just_under")
                and book.bent("threshold_splitting", handler.name, day, case)
            ):
                gap = 0.005 if wrong.style == "just_under" else book.rng.uniform(0.01, 0.09)
                return round(line * (1 - gap) / 10) * 10.0
    return amount


def _in_parts(book: Book, name: str, wrong: Wrong) -> None:
    """One firm's matter as several cases within days, each under the limit."""
    rng = book.rng
    handler = next(one for one in book.agency.people["case_handler"] if one.name == name)
    big = [one for one in VIOLATIONS if one.ceiling >= 80_000]
    for _ in range(round(3 + 6 * wrong.strength)):
        violation, firm, day = rng.choice(big), book.agency.some_firm(), book.start_day()
        if day < wrong.since or day.month > 8:
            continue
        line = rng.choice((50_000.0, 100_000.0))
        for _ in range(rng.randint(2, 4)):
            before = book.numbers["处罚"]
            lead(
                book,
                firm,
                violation,
                book.day_after(day, rng.randint(0, 6)),
                handler,
                round(line * rng.uniform(0.82, 0.99) / 100) * 100.0,
            )
            wrong.cases.append(f"处罚-2026-{before + 1:05d}")


def _notice(
    book: Book, case: str, violation: Violation, handler: Officer, at: datetime, tier: str | None, amount: float | None
) -> None:
    rng, agency = book.rng, book.agency
    at = book.add(
        case,
        "serve_prior_notice",
        handler,
        book.moment(handler, book.day_after(at.date(), rng.randint(1, 4)), after=at),
        says=True,
        amount=amount,
    )
    large = amount is not None and amount >= 10_000
    p = logit(0.30 if large else 0.55, 0.5 * handler.strict)
    talked = book.bent("waived_hearing_rate", handler.name, at.date(), case)
    later = (
        at + timedelta(minutes=rng.uniform(15, 60))
        if talked is not None and talked.style == "on_the_spot"
        else book.moment("party", book.day_after(at.date(), rng.randint(0, 4)), after=at)
    )
    if rng.random() < p or talked is not None:
        book.add(case, "waive_hearing", "party", later)
        at = later if rng.random() < 0.2 else at
        if rng.random() < 0.7:
            book.add(case, "waive_defence", "party", later + timedelta(minutes=2))
    elif rng.random() < 0.35:
        said = book.moment(handler, book.day_after(at.date(), rng.randint(1, 5)), after=at)
        at = book.add(case, "record_defence", handler, said)
        if large and rng.random() < 0.2:
            judge = agency.one("legal_reviewer")
            at = book.add(case, "hold_hearing", judge, book.moment(judge, book.day_after(at.date(), 9)))
    else:
        at = book.add(case, "record_no_response", handler, book.moment(handler, book.day_after(at.date(), 6), after=at))
    at = max(at, later) if later > at else at
    decider = agency.people["agency_head"][0] if large else agency.one("deputy_in_charge")
    ready = book.add(
        case, "forward_for_decision", handler, book.moment(handler, book.day_after(at.date(), 1), after=at)
    )
    if amount is not None and amount >= 50_000:
        lawyer = agency.one("legal_reviewer")
        ready = book.add(case, "pass_legality_review", lawyer, book.sitting(lawyer, case, ready))
    when = book.sitting(decider, case, ready, lag=2.0)
    if amount is None:
        book.add(case, "decide_no_penalty", decider, when, says=True)
    else:
        book.add(case, "decide_penalty", decider, when, says=True, amount=amount, tier=tier)
    served = book.add(
        case,
        "serve_decision",
        handler,
        book.moment(handler, book.day_after(when.date(), rng.randint(1, 5)), after=when),
    )
    head = agency.one("section_head")
    clerk = book.add(
        case, "record_payment", "system", served + timedelta(days=rng.randint(1, 15), minutes=rng.randint(0, 300))
    )
    paper = book.moment(handler, book.day_after(clerk.date(), rng.randint(2, 15)), after=clerk)
    book.add(case, "propose_closure", handler, paper)
    book.add(case, "close_case", head, book.sitting(head, case, paper))


def measures(book: Book, count: int) -> None:
    """Write goods sealed or seized: proposed, approved, carried out, extended now and then, lifted."""
    rng, agency = book.rng, book.agency
    for _ in range(count):
        firm = agency.some_firm()
        case, handler = book.new("强制", firm, rng.choice(("查封", "扣押"))), handler_of(book, firm)
        head = agency.people["agency_head"][0]
        at = book.add(case, "propose_seizure", handler, book.moment(handler, book.start_day()), says=True)
        at = book.add(case, "approve_measure", head, book.sitting(head, case, at, lag=0.1))
        done = book.moment(handler, book.day_after(at.date(), rng.choice((0, 1))), after=at)
        book.add(case, "carry_out_measure", handler, done, entered=book.typed(handler, done, case))
        end = done + timedelta(days=rng.randint(6, 29))
        if rng.random() < 0.18:
            book.add(case, "extend_measure", head, book.sitting(head, case, done + timedelta(days=24)))
            end = done + timedelta(days=rng.randint(31, 58))
        book.add(case, "lift_measure", head, book.sitting(head, case, end))
