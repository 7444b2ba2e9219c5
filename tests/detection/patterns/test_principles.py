"""What tells the guilty from the honest who look like them: rounds of a market, weekly typing, reading for work, the company of others."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.detection.patterns.kit import Book, day
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
