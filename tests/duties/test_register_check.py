"""The register of a power is checked after every period, with content; a period without is found, once."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from qingfeng.casework import clockwork, dutywork
from qingfeng.casework.office import Office, UnknownThing, event_of
from qingfeng.casework.registry import publish
from qingfeng.catalogue.build import version_from_document
from qingfeng.catalogue.settings import BadSetting
from qingfeng.duties import configure
from qingfeng.duties.duty import period_after, period_of
from qingfeng.store.sqlite import SqliteStore
from qingfeng.terms.instants import parse_instant
from tests.casework.agency import FOUNDED, begin, furnished
from tests.duties.power import POWER, plain

STREAM = f"duty/{POWER}/register_check"
CHECK = {"every": "month", "by": "head", "within": {"n": 5, "unit": "working_day"}}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An agency founded on 1 December 2025 with a power whose register is checked monthly, within five working days."""
    store = SqliteStore.open(tmp_path / "agency.db", create=True)
    office = furnished(Office(store, salts=secrets.token_bytes))
    with store.write() as tx:
        publish(office, tx, plain({"register_check": CHECK}), by=FOUNDED)
    yield office
    store.close()


def at(text: str) -> datetime:
    return parse_instant(text)


def open_case(office: Office, when: str) -> str:
    return begin(office, at(when), power=POWER)


def report(office: Office, when: str, who: str = "carl", **content: object) -> tuple[str | None, str]:
    period, refusals = dutywork.report(office, STREAM, content, actor=who, at=at(when))
    return (period.name if period else None), "；".join(r.reason.zh for r in refusals)


def kinds(office: Office) -> list[str]:
    with office.store.read() as tx:
        return [event_of(row).kind for row in tx.events(STREAM)]


def test_a_report_with_the_right_number_counts(office: Office) -> None:
    open_case(office, "2025-12-10")
    assert report(office, "2026-01-05", opened=1) == ("2025-12", "")
    assert kinds(office) == ["duty_begun", "duty_done"]


def test_another_number_counts_only_with_the_difference_stated(office: Office) -> None:
    open_case(office, "2025-12-10")
    period, why = report(office, "2026-01-05", opened=3)
    assert period is None
    assert "核对到3件，系统台账为1件" in why
    assert report(office, "2026-01-05", opened=3, difference="两件纸质登记尚未录入，已责令补录") == ("2025-12", "")


def test_every_case_that_lies_still_needs_a_remark_of_its_own(office: Office) -> None:
    case = open_case(office, "2025-12-01 10:00")
    period, why = report(office, "2026-01-05", opened=1)
    assert period is None
    assert case in why
    assert report(office, "2026-01-05", opened=1, remarks={case: "无"})[0] is None
    assert report(office, "2026-01-05", opened=1, remarks={case: "举报人补充材料中，已催办"}) == ("2025-12", "")


def test_a_tick_is_no_report(office: Office) -> None:
    assert report(office, "2026-01-05")[0] is None
    assert report(office, "2026-01-05", opened=True)[0] is None
    assert report(office, "2026-01-05", opened=0, remarks={"s900/duties/2025/00009": "没有这个案件"})[0] is None
    assert kinds(office) == ["duty_begun"]


def test_neither_too_early_nor_by_somebody_else(office: Office) -> None:
    assert "尚未结束" in report(office, "2025-12-31", opened=0)[1]
    assert "没有该岗位" in report(office, "2026-01-05", who="bob", opened=0)[1]


def test_a_missed_period_is_found_once_and_the_next_begins(office: Office) -> None:
    # December's check was due within five working days of the new year: 1–3 January off, 4 January worked.
    clockwork.run(office, now=at("2026-01-08 23:00"))
    assert kinds(office) == ["duty_begun"]
    ticked = clockwork.run(office, now=at("2026-01-09 00:00"))
    assert [(f.limit, f.mark) for f in ticked.fired if f.case == STREAM] == [("2025-12", "red")]
    assert clockwork.run(office, now=at("2026-01-20")).fired == ()
    assert kinds(office) == ["duty_begun", "duty_missed"]
    assert "须说明理由" in report(office, "2026-01-20", opened=0)[1]
    assert "须说明理由" in report(office, "2026-01-20", opened=0, late_reason="……")[1]
    assert report(office, "2026-01-20", opened=0, late_reason="年初集中执法，延误") == ("2025-12", "")
    assert kinds(office) == ["duty_begun", "duty_missed", "duty_done"], "that it was missed stays"
    assert "尚未结束" in report(office, "2026-01-21", opened=0)[1]
    assert report(office, "2026-02-02", opened=0) == ("2026-01", "")


def test_settings_that_cannot_work_are_refused() -> None:
    wrong: list[dict[str, object]] = [
        {"every": "day", "by": "head", "within": {"n": 5, "unit": "working_day"}},
        {"every": "month", "by": "nobody", "within": {"n": 5, "unit": "working_day"}},
        {"every": "month", "by": "head", "within": {"n": 0, "unit": "working_day"}},
        {"every": "month", "by": "head", "within": {"n": 5, "unit": "month"}},
        {"every": "month", "by": "head"},
        {"every": "month", "by": "head", "within": {"n": 5, "unit": "working_day"}, "more": 1},
    ]
    for settings in wrong:
        with pytest.raises(BadSetting):
            configure(version_from_document(plain({"register_check": settings})))
    with pytest.raises(BadSetting):
        configure(version_from_document(plain({"no_such_duty": {}})))


def test_an_unknown_duty_is_named(office: Office) -> None:
    with pytest.raises(UnknownThing) as caught:
        dutywork.report(office, f"duty/{POWER}/nothing", {}, actor="carl", at=at("2026-01-05"))
    assert "nothing" in caught.value.message.zh


@pytest.mark.parametrize(
    ("day", "every", "name", "following"),
    [("2026-02-14", "month", "2026-02", "2026-03"), ("2026-12-31", "month", "2026-12", "2027-01"),
     ("2026-03-31", "quarter", "2026-Q1", "2026-Q2"), ("2026-10-01", "quarter", "2026-Q4", "2027-Q1"),
     ("2026-07-01", "year", "2026", "2027")],
)  # fmt: skip
def test_periods(day: str, every: str, name: str, following: str) -> None:
    period = period_of(at(day).date(), every)
    assert (period.name, period_after(period, every).name) == (name, following)
    assert period.first <= at(day).date() <= period.last
