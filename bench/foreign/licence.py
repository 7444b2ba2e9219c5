"""Licences, record filings and complaints: what was lacking, who examined, which intermediary was chosen, how long it took."""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta

from .agency import KINDS, MATTERS, Firm, Matter, Officer
from .book import Book, Wrong, logit
from .inspection import arrive, on_site


def licences(book: Book, count: int) -> None:
    """Write so many applications."""
    rng = book.rng
    busy = [book.agency.some_firm() for _ in range(count)]
    busy += [
        firm for firm in rng.sample(book.agency.firms, max(1, count // 900)) for _ in range(rng.randint(8, 25))
    ]  # 连锁、开发商
    kept = {
        one
        for (p, _), w in book.wrongs.items()
        for one in (w.clients if p == "repeated_pairing" and w.style == "licences" else ())
    }
    kept |= {w.subject[0] for (p, _), w in book.wrongs.items() if p == "favoured_party" and w.style != "spared"}
    busy += [firm for firm in book.agency.firms if firm.name in kept for _ in range(rng.randint(8, 25))]
    for firm in busy:
        matter = rng.choices(MATTERS, [one.share for one in MATTERS])[0]
        application(book, firm, matter, book.start_day())


def _favour(book: Book, firm: Firm, day: date) -> Wrong | None:
    wrong = book.wrongs.get(("favoured_party", firm.name))
    return (
        wrong
        if wrong is not None
        and wrong.style in ("fast", "lenient")
        and day >= wrong.since
        and book.rng.random() < wrong.strength
        else None
    )


def _examiner(book: Book, firm: Firm, matter: Matter) -> Officer:
    staff = book.agency.people["examiner"]
    for (pattern, name), wrong in book.wrongs.items():
        mine = pattern == "repeated_pairing" and wrong.style == "licences" and firm.name in wrong.clients
        if mine and book.rng.random() < wrong.strength:
            wrong.cases.append(firm.name)
            return next(one for one in staff if one.name == name)
    hard = MATTERS.index(matter) in (1, 2, 4)
    fit = [one for one in staff if one.skill == hard] if book.rng.random() < 0.75 else staff
    return book.rng.choices(fit or staff, [one.weight for one in fit or staff])[0]


def application(book: Book, firm: Firm, matter: Matter, day: date) -> None:
    """Write one application from the counter to the licence."""
    rng, agency = book.rng, book.agency
    case, favour = book.new("许可", firm, matter.code), _favour(book, firm, day)
    clerk, examiner = agency.one("counter_clerk"), _examiner(book, firm, matter)
    if favour is not None:
        favour.cases.append(case)
        examiner = next((one for one in agency.people["examiner"] if one.name in favour.accomplices), examiner)
    at = book.add(case, "receive_application", clerk, book.moment(clerk, day), says=True)
    made = book.wrongs.get(("repeated_visits", clerk.name))
    sent_home = 0
    if favour is None and rng.random() < logit(matter.incomplete, clerk.strict - 0.15 * math.log(firm.size + 0.2)):
        sent_home = 1 + (rng.random() < 0.12)
    if made is not None and made.style == "counter" and book.bent("repeated_visits", clerk.name, day, case):
        sent_home = max(sent_home, rng.randint(2, 4))
    for nth in range(sent_home):
        act = "give_one_time_notice" if nth == 0 else "return_material"
        at = book.add(
            case,
            act,
            clerk,
            at + timedelta(minutes=rng.uniform(5, 30)) if nth == 0 else book.moment(clerk, at.date(), after=at),
        )
        at = book.add(
            case, "supplement", clerk, book.moment(clerk, book.day_after(at.date(), rng.randint(1, 12)), after=at)
        )
    if sent_home and rng.random() < 0.05:
        head = agency.one("section_head")
        book.add(case, "refuse_acceptance", head, book.sitting(head, case, at))
        return
    at = book.add(
        case,
        "accept_application",
        clerk,
        book.moment(clerk, at.date(), after=at) if rng.random() < 0.3 else at + timedelta(minutes=rng.uniform(4, 25)),
    )
    if rng.random() < matter.report:
        at = _report(book, case, firm, matter, examiner, at)
    _examine(book, case, firm, matter, examiner, at, favour)


def _report(book: Book, case: str, firm: Firm, matter: Matter, examiner: Officer, at: datetime) -> datetime:
    """The applicant chooses who writes the report; the examiner enters it.  Firms keep to theirs, towns to those nearby."""
    rng, known = book.rng, book.agency.intermediaries[matter.code]
    weights = [share * (3.0 if home == firm.town else 0.15 if home >= 0 else 1.0)
               * (4.0 if firm.agent % len(known) == n and firm.size > 2 else 1.0)
               for n, (_, share, home) in enumerate(known)]  # fmt: skip
    chosen = rng.choices(known, weights)[0][0]
    steered = book.bent("intermediary_concentration", examiner.name, at.date(), case)
    if steered is not None and steered.more["code"] in (None, matter.code):
        pool = steered.more["of"][matter.code]
        chosen = rng.choice(pool[:2]) if steered.style == "two_in_turn" else pool[0]
    at = book.add(
        case,
        "choose_intermediary",
        examiner,
        book.moment(examiner, book.day_after(at.date(), 1), after=at),
        says=True,
        intermediary=chosen,
    )
    ready = book.day_after(at.date(), rng.randint(3, 12))
    return book.add(
        case, "receive_service_report", examiner, book.moment(examiner, ready, after=at), intermediary=chosen
    )


def _examine(
    book: Book, case: str, firm: Firm, matter: Matter, examiner: Officer, at: datetime, favour: Wrong | None
) -> None:
    rng, agency = book.rng, book.agency
    fast = favour is not None and favour.style == "fast"
    days = 0.0 if fast else matter.days * examiner.pace * math.exp(rng.gauss(-0.2, 0.45))
    first = book.moment(examiner, book.day_after(at.date(), 0 if fast else min(days * 0.4, 12)), after=at)
    book.read(case, examiner, first - timedelta(minutes=rng.uniform(3, 45)))
    at = book.add(case, "examine_formally", examiner, first)
    stopped = book.bent("clock_stop_abuse", examiner.name, at.date(), case)
    if stopped is not None or rng.random() < matter.expert:
        at = _stop(book, case, examiner, at, stopped)
    if rng.random() < matter.visited and not fast:
        handlers = agency.people["case_handler"]
        team = (examiner, rng.choice(handlers))
        start, end = arrive(book, team, book.day_after(at.date(), 1 + rng.randint(0, 4)))
        on_site(book, case, firm, team, start, end, rng.random() < 0.85, "examine_on_site")
        at = end
    at = book.moment(examiner, book.day_after(at.date(), 0 if fast else min(days * 0.4, 12)), after=at)
    at = book.add(case, "submit_examination", examiner, at, says=True)
    head = agency.one("section_head")
    for _ in range(_returns(book, case, head, examiner, at.date())):
        back = book.add(case, "return_to_examination", head, book.sitting(head, case, at))
        at = book.add(
            case,
            "submit_examination",
            examiner,
            book.moment(examiner, book.day_after(back.date(), rng.randint(1, 3)), after=back),
        )
    at = book.add(case, "pass_review", head, book.sitting(head, case, at, lag=0.1 if fast else 1.0))
    if rng.random() < (0.0 if fast else 0.05):
        boss = agency.people["agency_head"][0]
        at = book.add(case, "approve_extension", boss, book.sitting(boss, case, at))
        at = book.moment(examiner, book.day_after(at.date(), rng.randint(3, 8)), after=at)
    decider = agency.one("deputy_in_charge")
    refused = favour is None and rng.random() < logit(
        matter.refused, examiner.strict - firm.careful * 0.5 - 0.2 * math.log(firm.size + 0.2)
    )
    at = book.add(case, "decide_application", decider, book.sitting(decider, case, at, lag=0.1 if fast else 1.0), says=True,
                  outcome="refused" if refused else "granted")  # fmt: skip
    clerk = agency.one("counter_clerk")
    book.add(
        case,
        "serve_decision" if refused else "issue_licence",
        clerk,
        book.moment(clerk, book.day_after(at.date(), rng.randint(0, 4)), after=at),
    )


def _returns(book: Book, case: str, head: Officer, examiner: Officer, day: date) -> int:
    mean = (0.3 if examiner.junior else 0.08) * math.exp(head.strict)
    count = int(book.rng.random() < mean) + int(book.rng.random() < mean * 0.2)
    made = book.wrongs.get(("ping_pong", head.name))
    if made is not None and made.style == "reviewer" and book.bent("ping_pong", head.name, day, case):
        count = max(count, book.rng.randint(2, 5))
    return count


def _stop(book: Book, case: str, examiner: Officer, at: datetime, stopped: Wrong | None) -> datetime:
    rng = book.rng
    rounds = rng.randint(2, 3) if stopped is not None and stopped.style == "again_and_again" else 1
    for _ in range(rounds):
        wait = rng.randint(7, 12) if stopped is not None and stopped.style == "before_the_limit" else rng.randint(0, 3)
        act = "suspend_case" if stopped is not None and stopped.style == "suspends" else "order_expert_review"
        at = book.add(case, act, examiner, book.moment(examiner, book.day_after(at.date(), wait), after=at))
        back = "resume_case" if act == "suspend_case" else "receive_expert_review"
        at = book.add(
            case, back, examiner, book.moment(examiner, book.day_after(at.date(), rng.randint(5, 22)), after=at)
        )
    return at


def filings(book: Book, count: int) -> None:
    """Write record filings: in at the counter, looked at, noted; a third over the counter at once."""
    rng, agency = book.rng, book.agency
    for _ in range(count):
        firm = agency.some_firm()
        case, clerk = book.new("备案", firm, rng.choice(("从业人员", "应急预案", "设备"))), agency.one("counter_clerk")
        at = book.add(case, "receive_application", clerk, book.moment(clerk, book.start_day()), says=True)
        made = book.wrongs.get(("repeated_visits", clerk.name))
        again = int(rng.random() < logit(0.12, clerk.strict))
        if made is not None and made.style == "counter" and book.bent("repeated_visits", clerk.name, at.date(), case):
            again = max(again, rng.randint(2, 3))
        for _ in range(again):
            at = book.add(case, "return_material", clerk, at + timedelta(minutes=rng.uniform(3, 20)))
            at = book.add(
                case, "supplement", clerk, book.moment(clerk, book.day_after(at.date(), rng.randint(1, 8)), after=at)
            )
        at = book.add(case, "accept_application", clerk, at + timedelta(minutes=rng.uniform(2, 15)))
        head = agency.one("section_head")
        book.add(case, "close_case", head, book.sitting(head, case, at, lag=0.5))


def complaints(book: Book, count: int) -> None:
    """Write complaints that end in an answer, not in a case."""
    rng, agency = book.rng, book.agency
    for _ in range(count):
        firm = agency.some_firm()
        case, intake = book.new("投诉", firm, KINDS[firm.kind]), agency.one("intake_officer")
        at = book.add(
            case, "receive_petition", intake, book.moment(intake, book.start_day()), says=True, outcome="complaint"
        )
        handler = agency.one("case_handler")
        at = book.add(
            case,
            "report_petition",
            handler,
            book.moment(handler, book.day_after(at.date(), rng.randint(2, 14)), after=at),
        )
        head = agency.one("section_head")
        book.add(case, "answer_petition", head, book.sitting(head, case, at))
