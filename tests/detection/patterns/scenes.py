"""One scene for each pattern: what peers do, and what the guilty one does; `many` trials each, honest throughout unless `bad`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from tests.detection.patterns.kit import BEGIN, Book, day

PEERS = tuple(f"officer{n}" for n in range(8))
BAD = "guilty"
ALL = (*PEERS, BAD)
Scene = Callable[[Book, bool, int], None]


def _now(bad: bool, who: str, n: int, *, usual: int = 12, steady: int = 5) -> bool:
    """True for every usual-th piece of work of anybody, and for all but every steady-th of the guilty one."""
    return n % steady != 0 if bad and who == BAD else (n + len(who)) % usual == 0


def rubber_stamping(book: Book, bad: bool, many: int) -> None:
    for who in ALL:
        for n in range(many):
            at = day(n) + timedelta(minutes=7 * ALL.index(who))
            case = f"{who}/{n}"
            book.act(case, "submit_final_report", "handler", at)
            book.act(case, "pass_review", who, at + timedelta(seconds=20 if _now(bad, who, n) else 5000 + 61 * n))


def favoured_party(book: Book, bad: bool, many: int) -> None:
    for n in range(40 * 6):
        _fine(book, f"p{n % 40}", f"p/{n}", 3000 + (n * 7919) % 17000, n)
    for n in range(many):
        _fine(book, BAD, f"g/{n}", 2000 if bad else 3000 + (n * 4999) % 17000, n)


def _fine(book: Book, party: str, case: str, amount: float, n: int, handler: str = "h") -> None:
    book.act(case, "submit_final_report", handler, day(n % 180), party=party, code="V", tier="light")
    book.act(case, "decide_penalty", "head", day(n % 180 + 3), party=party, code="V", tier="light", amount=float(amount))


def lenient_officer(book: Book, bad: bool, many: int) -> None:
    for who in ALL:
        for n in range(many):
            low = bad and who == BAD and n % 6
            _fine(book, f"f{n}", f"{who}/{n}", 2000 + n if low else 3000 + (n * 7919 + len(who) * 31) % 17000, n, who)


def intermediary_concentration(book: Book, bad: bool, many: int) -> None:
    for who in ALL:
        for n in range(many):
            case = f"{who}/{n}"
            book.act(case, "receive_application", who, day(n), code="M")
            named = bad and who == BAD and n % 6
            book.act(case, "choose_intermediary", "party", day(n + 1), intermediary="f0" if named else f"f{(n + len(who)) % 5}")


def repeated_pairing(book: Book, bad: bool, many: int) -> None:
    for n in range(30 * 6):
        book.act(f"c/{n}", "investigate", ALL[(n * 7 + n // 30) % len(ALL)], day(n), party=f"p{n % 30}")
    for n in range(many):
        book.act(f"g/{n}", "investigate", BAD if bad else ALL[(n * 5) % len(ALL)], day(n), party="firm")


def copied_inspection_text(book: Book, bad: bool, many: int) -> None:
    words = ("灭火器压力正常", "疏散通道有纸箱两处", "配电箱门未关", "气体报警器已校准", "台账缺三月记录", "接地线松动已拧紧", "值班表张贴在墙", "防护栏高度合格")
    for who in ALL:
        for n in range(many):
            own = "，".join(words[(n * k + ALL.index(who) + k) % 8] + str(n * 17 + k * ALL.index(who)) for k in range(1, 7))
            same = "检查了车间、仓库、配电房、油罐区和值班室，灭火器有效，通道畅通，人员持证，台账齐全，未见异常情况，告知继续保持"
            text = f"{same}{n}" if _now(bad, who, n, usual=10**6) else own
            book.act(f"{who}/{n}", "inspect_site", who, day(n), party=f"f{who}{n}", text=text)


def nothing_found_streak(book: Book, bad: bool, many: int) -> None:
    for who in ALL:
        for n in range(many):
            clean = _now(bad, who, n, usual=2, steady=20)
            book.act(f"{who}/{n}", "inspect_site", who, day(n), party=f"f{n}", outcome="normal" if clean else "rectify")


def never_inspected(book: Book, bad: bool, many: int) -> None:
    for f in range(20):
        book.rows["subjects"].append((f"f{f}", "town", BEGIN.date(), None))
        for n in range(many):
            if not (bad and f == 7):
                book.act(f"{f}/{n}", "inspect_site", "inspector", day((n * 6 + f) % 200), party=f"f{f}", outcome="normal")


def impossible_presence(book: Book, bad: bool, many: int) -> None:
    for who in ALL:
        for n in range(many):
            at = day(n)
            book.act(f"{who}/{n}", "inspect_site", who, at, place=f"a{who}{n}", started=at, ended=at + timedelta(hours=1))
            if bad and who == BAD and n % 2:
                then = at + timedelta(minutes=20)
                book.act(f"{who}/{n}/b", "inspect_site", who, then, place=f"b{who}{n}", started=then, ended=then + timedelta(hours=1))


def repeated_visits(book: Book, bad: bool, many: int) -> None:
    for who in ALL:
        for n in range(many):
            case = f"{who}/{n}"
            book.act(case, "receive_application", who, day(n), party=f"a{who}{n}", code="M")
            for k in range(2 if _now(bad, who, n) else n % 2):
                book.act(case, "give_one_time_notice", who, day(n + k + 1))
            book.act(case, "accept_application", who, day(n + 5))


def back_entry_batches(book: Book, bad: bool, many: int) -> None:
    for who in ALL:
        for n in range(many):
            late = bad and who == BAD
            at = day(n)
            friday = day(10 * (n // 10) + 18) + timedelta(seconds=40 * (n % 10))
            book.act(f"{who}/{n}", "note", who, at, entered=friday if late else at + timedelta(days=4 * (n % 3 == 0), seconds=n))
            book.act(f"{who}/{n}", "approve", "head", day(n + 5))  # rests on the note; of honest people it comes after the entry


def threshold_splitting(book: Book, bad: bool, many: int) -> None:
    book.rows["thresholds"].append(("p", 50_000.0))
    for who in ALL:
        for n in range(many):
            under = _now(bad, who, n)
            _fine(book, f"f{who}{n}", f"{who}/{n}", 49_000 if under else 20_000 + (n * 7919) % 24_000, n, who)


def clock_stop_abuse(book: Book, bad: bool, many: int) -> None:
    for who in ALL:
        for n in range(many):
            book.act(f"{who}/{n}", "investigate", who, day(n), code="V")
            if _now(bad, who, n):
                book.act(f"{who}/{n}", "commission_appraisal", who, day(n + 2))


def leak_signature(book: Book, bad: bool, many: int) -> None:
    for n in range(200):
        peeked = n < many
        clean = n % 20 != 0 if bad and peeked else n % 2 == 0
        book.act(f"v/{n}", "inspect_site", PEERS[n % 8], day(n % 200 + 5), party=f"f{n}", outcome="normal" if clean else "rectify")
        if peeked:
            book.read(f"v/{n}", BAD, day(n % 200 + 3))


def off_hours_access(book: Book, bad: bool, many: int) -> None:
    for who in ALL:
        for n in range(many):
            book.act(f"{who}/{n}", "note", "somebody", day(n))
            night = _now(bad, who, n, usual=15, steady=3)
            book.read(f"{who}/{n}", who, day(n).replace(hour=23) if night else day(n))


def non_filing_rate(book: Book, bad: bool, many: int) -> None:
    for who in ALL:
        for n in range(many):
            case = f"{who}/{n}"
            book.act(case, "register_lead", "clerk", day(n), outcome="report")
            book.act(case, "propose_no_opening" if _now(bad, who, n, usual=6) else "propose_case_opening", who, day(n + 1))


def waived_hearing_rate(book: Book, bad: bool, many: int) -> None:
    for who in ALL:
        for n in range(many):
            book.act(f"{who}/{n}", "serve_prior_notice", who, day(n), code="V", tier="light")
            if _now(bad, who, n, usual=6):
                book.act(f"{who}/{n}", "waive_hearing", "party", day(n + 1))


def ping_pong(book: Book, bad: bool, many: int) -> None:
    for who in ALL:
        for n in range(many):
            for k in range(3 if _now(bad, who, n) else n % 2):
                book.act(f"{who}/{n}", "return_on_review", who, day(n + k))
            book.act(f"{who}/{n}", "pass_review", who, day(n + 5))


def withdrawn_after_contact(book: Book, bad: bool, many: int) -> None:
    for who in ALL:
        for n in range(60):
            contact = n < (many if who == BAD else 5)
            case = f"{who}/{n}"
            book.act(case, "investigate", who, day(n), code="V")
            book.act(case, "answer_contacts", who, day(n + 1), outcome="some" if contact else "none")
            drop = (bad and who == BAD and contact) or (n + len(who)) % 14 == 6
            book.act(case, "approve_withdrawal" if drop else "decide_penalty", "head", day(n + 9), amount=None if drop else 3000.0)


SCENES: dict[str, tuple[Scene, int, int, str]] = {
    "rubber_stamping": (rubber_stamping, 40, 10, BAD),
    "favoured_party": (favoured_party, 10, 3, BAD),
    "lenient_officer": (lenient_officer, 40, 5, BAD),
    "intermediary_concentration": (intermediary_concentration, 40, 6, f"{BAD}|f0"),
    "repeated_pairing": (repeated_pairing, 16, 4, f"{BAD}|firm"),
    "copied_inspection_text": (copied_inspection_text, 25, 5, BAD),
    "nothing_found_streak": (nothing_found_streak, 60, 8, BAD),
    "never_inspected": (never_inspected, 25, 0, "f7"),
    "impossible_presence": (impossible_presence, 30, 4, BAD),
    "repeated_visits": (repeated_visits, 40, 10, BAD),
    "back_entry_batches": (back_entry_batches, 60, 12, BAD),
    "threshold_splitting": (threshold_splitting, 40, 4, BAD),
    "clock_stop_abuse": (clock_stop_abuse, 40, 8, BAD),
    "leak_signature": (leak_signature, 60, 5, BAD),
    "off_hours_access": (off_hours_access, 60, 12, BAD),
    "non_filing_rate": (non_filing_rate, 50, 8, BAD),
    "waived_hearing_rate": (waived_hearing_rate, 50, 8, BAD),
    "ping_pong": (ping_pong, 40, 8, BAD),
    "withdrawn_after_contact": (withdrawn_after_contact, 9, 3, BAD),
}
"""Pattern -> scene, trials enough, trials too few, the guilty subject."""
