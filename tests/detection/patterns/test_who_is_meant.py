"""Patterns count what their title says, of whom it says: who only signs refusals is at no desk, no day before the log counts."""

from __future__ import annotations

from datetime import datetime, timedelta

from qingfeng.detection.patterns import discover
from qingfeng.detection.survey import survey
from qingfeng.store.analytics import Analytics

from .kit import BEGIN, TODAY, Book, day

CLERKS, MANY = [f"c{n}" for n in range(6)], 60


def counter(*, refusing: str) -> Book:
    """Six clerks at a counter; now and then an application that was not completed is refused, by whoever signs refusals."""
    book = Book()
    for who in CLERKS:
        for n in range(MANY):
            case = f"{who}/{n}"
            book.act(case, "receive_application", who, day(n), party=f"a{who}{n}", code="M")
            if n % 3 == 0:
                book.act(case, "give_one_time_notice", who, day(n) + timedelta(minutes=9))
            if n % 12 == 0:
                book.act(case, "refuse_acceptance", refusing or who, day(n + 8))
            else:
                book.act(case, "accept_application", who, day(n + 5))
    return book


def test_who_signs_refusals_and_sits_at_no_counter_sends_nobody_home() -> None:
    verdict = counter(refusing="head").verdict("repeated_visits")
    assert "head" not in {one.subject for one in verdict.found}, "all of his acts are refusals, and each follows a notice: that is his post"
    assert "head" not in verdict.subjects
    assert set(verdict.subjects) == set(CLERKS)


def test_days_before_the_log_begins_are_no_days_without_an_inspection() -> None:
    """A firm listed years ago and one listed on the log's first day had the same days on which a visit could be on record."""
    book = Book()
    for f in range(10):
        first = datetime(2019, 5, 6) if f % 2 else BEGIN
        book.rows["subjects"].append((f"f{f}", "town", first.date(), None))
        for n in range(3):
            book.act(f"{f}/{n}", "inspect_site", "inspector", day(60 * n + f), party=f"f{f}", outcome="normal")
    session = Analytics(book.rows, threads=1)
    survey(session.ask, today=TODAY, only=[])
    trials = {row["trials"] for row in session.ask(discover()["never_inspected"].sql) if "#" not in row["subject"]}
    session.close()
    assert trials == {(TODAY - BEGIN.date()).days}
