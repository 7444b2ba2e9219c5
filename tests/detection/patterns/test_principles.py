"""What tells the guilty from the honest who look like them: rounds of a market, weekly typing, reading for work, the company of others."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.detection.patterns.kit import BEGIN, Book, day
from tests.detection.patterns.scenes import ALL, BAD, PEERS


def found(book: Book, name: str) -> list[str]:
    return [one.subject for one in book.verdict(name).found]


@pytest.mark.parametrize("whole", [False, True])
def test_a_team_that_goes_from_stall_to_stall_is_at_one_place(whole: bool) -> None:
    book = Book()
    for n in range(30):
        for who in PEERS:
            book.act(f"{who}/{n}", "inspect_site", who, day(n), place=f"{who}{n}", started=day(n), ended=day(n) + timedelta(hours=1))
        for stall in range(4):
            at = day(n) + timedelta(minutes=0 if whole else 15 * stall)
            end = at + timedelta(minutes=60 if whole else 15)
            book.act(f"m{n}/{stall}", "inspect_site", BAD, at, place=f"s{stall}", started=at, ended=end, team=f"{BAD}|other")
    assert not found(book, "impossible_presence")


def test_one_who_is_in_two_teams_at_the_same_time_is_found() -> None:
    book = Book()
    for n in range(30):
        for who in PEERS:
            book.act(f"{who}/{n}", "inspect_site", who, day(n), place=f"{who}{n}", started=day(n), ended=day(n) + timedelta(hours=1))
        for other in ("a", "b"):
            book.act(f"{other}{n}", "inspect_site", other, day(n), place=other, started=day(n), ended=day(n) + timedelta(hours=1),
                     team=f"{BAD}|{other}")  # fmt: skip
    assert found(book, "impossible_presence") == [BAD]


def test_who_writes_that_nothing_was_found_is_told_from_who_stood_by() -> None:
    book = Book()
    for n in range(60):
        for k, who in enumerate(ALL):  # each leads as often as he goes along with the next
            clean = who == BAD or (n + k) % 2 == 0
            book.act(f"{who}/{n}", "inspect_site", who, day(n), team=f"{who}|{ALL[(k + 1) % 9]}", outcome="normal" if clean else "rectify")
    assert found(book, "nothing_found_streak") == [BAD]


@pytest.mark.parametrize("bad", [True, False])
def test_a_leak_to_a_few_firms_is_not_drowned_by_reading_for_work(bad: bool) -> None:
    book = Book()
    for n in range(400):
        firm = n % 100
        client, work = bad and firm < 10, n % 7 == 0
        clean = n % 20 != 0 if client else (n // 4) % 2 == 0
        book.act(f"v/{n}", "inspect_site", PEERS[n % 8], day(n % 200 + 5), party=f"f{firm}", outcome="normal" if clean else "rectify")
        if client or work:
            book.read(f"v/{n}", BAD, day(n % 200 + 3))
    assert found(book, "leak_signature") == ([BAD] if bad else [])


@pytest.mark.parametrize("way", ["tier", "spared", "honest"])
def test_always_the_lowest_tier_or_no_penalty_is_lenient(way: str) -> None:
    book = Book()
    for k, who in enumerate(ALL):
        for n in range(60):
            mine, case = who == BAD and n % 8 != 0, f"{who}/{n}"
            tier = "light" if (mine and way == "tier") or (n + k) % 5 < 2 else "medium"
            fine = {"light": 2000, "medium": 20_000}[tier] + (n * 7919 + k * 31) % 9000
            book.act(case, "submit_final_report", who, day(n), code="V")
            if (mine and way == "spared" and n % 2) or n % 15 == 0:
                book.act(case, "decide_no_penalty", "head", day(n + 3), code="V")
            else:
                book.act(case, "decide_penalty", "head", day(n + 3), code="V", tier=tier, amount=float(fine))
    assert found(book, "lenient_officer") == ([] if way == "honest" else [BAD])


@pytest.mark.parametrize("late", [True, False])
def test_records_typed_at_the_end_of_a_month_are_honest_until_something_rests_on_them(late: bool) -> None:
    book = Book()
    for who in ALL:
        for n in range(60):
            typed = day(20 * (n // 20) + 22) + timedelta(seconds=70 * (n % 20))
            book.act(f"{who}/{n}", "note", who, day(n), entered=typed if who == BAD else day(n + 3 * (n % 3 == 0)))
            book.act(f"{who}/{n}", "approve", "head", day(n + 2) if who == BAD and late else day(n + 40))
    assert found(book, "back_entry_batches") == ([BAD] if late else [])


@pytest.mark.parametrize("opened", [2, 40])
def test_parts_opened_within_days_are_one_matter_however_late_they_are_decided(opened: int) -> None:
    book = Book()
    book.rows["thresholds"].append(("p", 50_000.0))
    for who in ALL:
        for n in range(20):
            for part in range(2):
                first = 4 * n + part * opened
                case, own = f"{who}/{n}/{part}", f"f{who}{n}" if who == BAD else f"f{who}{n}{part}"
                book.act(case, "submit_final_report", who, day(first), party=own, code="V", tier="light")
                book.act(case, "decide_penalty", "head", day(4 * n + 3 + 45 * part), party=own, amount=30_000.0 + 97 * n)
    assert found(book, "threshold_splitting") == ([BAD] if opened == 2 else [])


@pytest.mark.parametrize(("parts", "gap"), [(3, 10), (3, 20), (4, 9), (1, 10)])
def test_one_matter_in_three_parts_of_which_no_two_reach_the_limit_is_found(parts: int, gap: int) -> None:
    """Three within a month; three that no month holds together are three matters."""
    book = Book()
    book.rows["thresholds"].append(("p", 50_000.0))
    for who in ALL:
        for n in range(12):
            for part in range(parts if who == BAD else 1):
                case, first, party = f"{who}/{n}/{part}", 20 * n + gap * part, f"f{who}{n}"
                book.act(case, "submit_final_report", who, day(first), party=party, code="V")
                book.act(case, "decide_penalty", "head", day(first + 9), party=party, amount=19_000.0 + 97 * n)
    assert found(book, "threshold_splitting") == ([BAD] if parts > 1 and gap * 2 <= 30 else [])


@pytest.mark.parametrize("times", [2, 5])
def test_one_who_goes_to_the_same_firm_again_and_again_is_found(times: int) -> None:
    book = Book()
    for f in range(90):
        book.rows["subjects"].append((f"f{f}", "town", BEGIN.date(), None))
        for n in range(2):
            book.act(f"v/{f}/{n}", "inspect_site", ALL[(f + n) % 9], day(f + 40 * n), party=f"f{f}", outcome="normal")
    for f in range(3):
        for n in range(times * 2):
            book.act(f"again/{f}/{n}", "inspect_site", BAD, day(5 + 9 * n + f), party=f"f{f}", outcome="normal")
    assert found(book, "repeated_visits") == ([BAD] if times == 5 else [])


@pytest.mark.parametrize("refused", [True, False])
def test_a_counter_that_sends_home_again_and_again_is_no_less_ping_pong_than_a_reviewer(refused: bool) -> None:
    """A notice and a refusal after it are one return: the refusal ends the case."""
    book = Book()
    for who in ALL:
        for n in range(40):
            case, often = f"{who}/{n}", who == BAD and n % 3 != 0
            book.act(case, "receive_application", who, day(n))
            book.act(case, "give_one_time_notice", who, day(n + 1))
            if often:
                book.act(case, "refuse_unsupplemented" if refused else "give_one_time_notice", who, day(n + 4))
            elif n % 20 == 0:
                book.act(case, "give_one_time_notice", who, day(n + 3))
            book.act(case, "accept_application", who, day(n + 8))
    assert found(book, "ping_pong") == ([] if refused else [BAD])


@pytest.mark.parametrize("bad", [True, False])
def test_one_matter_in_parts_is_found_among_many_ordinary_sums(bad: bool) -> None:
    book = Book()
    book.rows["thresholds"].append(("p", 50_000.0))
    for who in ALL:
        for n in range(80):
            parts = bad and who == BAD and n < 9
            case, party = f"{who}/{n}", f"x{n // 3}" if parts else f"f{who}{n}"
            first = 20 * (n // 3) if parts else 2 * n
            book.act(case, "submit_final_report", who, day(first), party=party, code="V")
            amount = 30_000.0 + n if parts else 20_000.0 + (n * 7919) % 50_000
            book.act(case, "decide_penalty", "head", day(first + 9), party=party, amount=amount)
    assert found(book, "threshold_splitting") == ([BAD] if bad else [])


@pytest.mark.parametrize("dropped", [True, False])
def test_who_drops_the_complaints_only_is_not_drowned_by_the_rest(dropped: bool) -> None:
    book = Book()
    for k, who in enumerate(ALL):
        for n in range(90):
            case, complaint = f"{who}/{n}", n % 4 == 0
            book.act(case, "register_lead", who, day(n), outcome="complaint" if complaint else "inspection")
            drop = (dropped and who == BAD and complaint) or (n + k) % 5 == 0
            book.act(case, "propose_no_opening" if drop else "propose_case_opening", who, day(n + 2))
    assert found(book, "non_filing_rate") == ([BAD] if dropped else [])


@pytest.mark.parametrize("times", [1, 3])
def test_a_clock_stopped_again_and_again_in_a_few_cases_is_found(times: int) -> None:
    book = Book()
    for k, who in enumerate(ALL):
        for n in range(60):
            case = f"{who}/{n}"
            book.act(case, "investigate", who, day(n))
            for turn in range(times if who == BAD and n % 8 == 0 else (n + k) % 7 == 0):
                book.act(case, "commission_appraisal", who, day(n + 2 + 6 * turn))
    assert found(book, "clock_stop_abuse") == ([BAD] if times == 3 else [])


def test_a_case_that_nobody_has_handled_yet_is_not_the_clerks_who_received_it() -> None:
    """Open cases are there only because their clock stands: they say nothing of who took them in."""
    book = Book()
    for who in ALL:
        for n in range(60):
            waits = n % 4 == 0
            book.act(f"{who}/{n}", "accept_application", "clerk", day(n))
            if n % 12 == 0 or waits:
                book.act(f"{who}/{n}", "order_expert_review", who, day(n + 1))
            if not waits:
                book.act(f"{who}/{n}", "submit_examination", who, day(n + 9))
    verdict = book.verdict("clock_stop_abuse")
    assert not verdict.found
    assert "clerk" not in verdict.subjects


@pytest.mark.parametrize("several", [True, False])
def test_a_leader_is_not_meant_by_what_one_handler_proposed(several: bool) -> None:
    book = Book()
    for k, who in enumerate(ALL):
        for n in range(40):
            case = f"{who}/{n}"
            touched = (n < 4 and (several or who == BAD)) or n == 20 + k
            book.act(case, "investigate", who, day(n))
            book.act(case, "answer_contacts", who, day(n + 1), outcome="some" if touched else "none")
            dropped = (touched and n < 4) or n % 10 == 9
            book.act(case, "approve_withdrawal" if dropped else "decide_penalty", "head", day(n + 6), amount=None if dropped else 5000.0)
    assert ("head" in found(book, "withdrawn_after_contact")) == several


def test_one_firm_that_fills_the_bottom_with_its_own_cases_is_found() -> None:
    """The place of a case is told among the cases of others: thirty of its own at the least sum do not crowd each other out."""
    book = Book()
    for n in range(60):
        book.act(f"o/{n}", "submit_final_report", "h", day(n), party=f"p{n % 12}", code="V", tier="light")
        amount = 3000.0 + (n * 7919) % 17000
        book.act(f"o/{n}", "decide_penalty", "head", day(n + 3), party=f"p{n % 12}", code="V", tier="light", amount=amount)
    for n in range(30):
        book.act(f"g/{n}", "submit_final_report", "h", day(n), party="guilty", code="V", tier="light")
        book.act(f"g/{n}", "decide_penalty", "head", day(n + 3), party="guilty", code="V", tier="light", amount=2000.0 + n)
    assert found(book, "favoured_party") == ["guilty"]


@pytest.mark.parametrize(("before", "told"), [(2, [BAD]), (20, [])])
def test_a_leak_is_near_the_visit(before: int, told: list[str]) -> None:
    book = Book()
    for n in range(200):
        mine = n % 10 == 0
        book.act(f"v/{n}", "inspect_site", PEERS[n % 8], day(n % 180 + 25), party=f"f{n}", outcome="normal" if mine or n % 2 else "rectify")
        if mine:
            book.read(f"v/{n}", BAD, day(n % 180 + 25 - before))
    assert found(book, "leak_signature") == told


@pytest.mark.parametrize(("act", "told"), [("decide_penalty", [BAD]), ("decide_summary_penalty", [])])
def test_who_decides_unread_signs_unread_but_not_on_the_spot(act: str, told: list[str]) -> None:
    book = Book()
    for k, who in enumerate(ALL):
        for n in range(40):
            at = day(n) + timedelta(minutes=7 * k)
            book.act(f"{who}/{n}", "submit_final_report", "handler", at)
            unread = who == BAD and n % 5 != 0
            book.act(f"{who}/{n}", act, who, at + timedelta(seconds=20 if unread else 5000 + 61 * n), amount=500.0)
    assert found(book, "rubber_stamping") == told


@pytest.mark.parametrize("low", [True, False])
def test_a_small_office_compares_ranks_over_all_violations(low: bool) -> None:
    """Six violations, few cases of each: a place among like cases is like any other place."""
    book = Book()
    for k, who in enumerate(ALL[4:]):
        for n in range(24):
            code, least = f"V{n % 6}", low and who == BAD and n % 6 != 5
            book.act(f"{who}/{n}", "submit_final_report", who, day(n), code=code, tier="light")
            amount = 1000.0 + n if least else 3000.0 + (n * 7919 + k * 3301) % 17_000
            book.act(f"{who}/{n}", "decide_penalty", "head", day(n + 3), code=code, tier="light", amount=amount)
    assert found(book, "lenient_officer") == ([BAD] if low else [])


@pytest.mark.parametrize("bad", [True, False])
def test_leads_that_end_at_the_door_are_favours_too(bad: bool) -> None:
    book = Book()
    for f in range(30):
        for n in range(12):
            case, mine = f"{f}/{n}", bad and f == 0 and n != 5
            book.act(case, "register_lead", "h", day(n + f), party=f"f{f}", code="V")
            if mine or (n * 7 + f) % 4 == 0:
                book.act(case, "propose_no_opening", "h", day(n + f + 2), party=f"f{f}", code="V")
            else:
                book.act(case, "decide_penalty", "head", day(n + f + 9), party=f"f{f}", code="V", tier="light", amount=3000.0 + 7 * n + f)
    assert found(book, "favoured_party") == (["f0"] if bad else [])
