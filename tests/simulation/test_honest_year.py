"""An honest year of the agency: no refusal that the law does not demand, nobody asked, no finding of any control or watch."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from qingfeng.catalogue.power import Power
from qingfeng.simulation.year import FOUNDED, HABITS, YearReport, honest_year, staff_for, with_thick_books
from qingfeng.wiring import furnish, office_over, open_store

from .conftest import PATHS, power_of

SMALL, LARGE = 200, 10_000


def agency_powers() -> list[Power]:
    """Return all powers, with all of their rules."""
    return [with_thick_books(power_of(path)) for path in PATHS]


def year(folder: Path, cases: int, *, carelessness: float = 0.0, only: str = "") -> YearReport:
    """Let an agency work for a year."""
    powers = [power for power in agency_powers() if only in power.id]
    store = open_store(str(folder / "agency.db"), create=True)
    try:
        office = office_over(store)
        staff = staff_for(powers, cases)
        furnish(office, powers, name="示例县（虚构）", demo_people=True, at=FOUNDED, staff=staff)
        return honest_year(
            office, [power.id for power in powers], cases=cases, habits=replace(HABITS, carelessness=carelessness)
        )
    finally:
        store.close()


def check(report: YearReport, cases: int) -> None:
    """Nothing is refused, asked or found, and it was a real year."""
    assert [(s.case, s.acts, [(r.by, r.reason.zh) for r in s.refusals]) for s in report.stuck] == []
    assert report.asked == ()
    assert report.found == ()
    assert report.waiting == ()
    assert report.cases >= cases
    assert report.closed > cases * 0.6
    assert report.acts > cases * 15
    assert [r.day for r in report.readings][-1] == date(2026, 12, 31)
    assert len(report.readings) == 12
    assert [r.cases for r in report.readings] == sorted(r.cases for r in report.readings)
    assert report.readings[-1].cases == report.cases


def test_two_hundred_honest_cases(tmp_path: Path) -> None:
    report = year(tmp_path, SMALL)
    check(report, SMALL)
    assert report.stories > 20


def test_a_careless_year_is_told_from_an_honest_one(tmp_path: Path) -> None:
    report = year(tmp_path, 12, carelessness=0.3, only="a000/compulsory_measure")
    assert report.asked
    assert {found.rule for found in report.found} >= {"time_limit", "prompt_registration"}
    assert not report.honest


@pytest.mark.slow
def test_ten_thousand_honest_cases(tmp_path: Path) -> None:
    check(year(tmp_path, LARGE), LARGE)
