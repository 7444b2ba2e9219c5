"""The demonstration month: every power at work, honest, and a table that stays straight in a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from qingfeng import wiring
from qingfeng.simulation.demo import (
    ARRIVALS,
    LAST,
    DemoReport,
    founded_before,
    run_month,
    run_weeks,
    table,
    weeks_before,
)
from qingfeng.simulation.demo_table import broken
from qingfeng.terms.text import Text

from .conftest import MAPS, PATHS, agency_of, power_of

CLOSERS = "，。；：、）》”！？"


@pytest.fixture(scope="module")
def month() -> Iterator[tuple[DemoReport, list[tuple[str, float]]]]:
    """A month of all powers, and what progress said."""
    said: list[tuple[str, float]] = []
    with agency_of() as office:
        named = {"a001/licence": Text(zh="示例机关", en="Sample agency")}
        yield run_month(office, seed=2, agencies=named, progress=lambda what, share: said.append((what, share))), said


def test_every_power_has_its_cases_and_nobody_lawful_is_refused(
    month: tuple[DemoReport, list[tuple[str, float]]],
) -> None:
    report, _ = month
    assert len(report.lines) == len(MAPS)
    assert {line.opened for line in report.lines} == {ARRIVALS}
    assert all(line.closed + line.still == line.opened for line in report.lines)
    assert report.unmeant == ()
    assert report.stuck == ()


def test_the_month_shows_what_a_month_shows(month: tuple[DemoReport, list[tuple[str, float]]]) -> None:
    report, _ = month
    sums = {
        name: sum(getattr(line, name) for line in report.lines)
        for name in ("closed", "returned", "yellow", "red", "late", "stopped")
    }
    assert min(sums.values()) > 0, sums
    branches = {name for line in report.lines for name in line.branches}
    assert {
        "hearing",
        "return_on_review",
        "supplementation",
    } <= branches  # acceptance is deemed only where somebody neglected his duty
    assert 3 <= len(report.told) <= 6
    assert len({text.zh.partition("：")[0] for text in report.told}) == len(report.told)


def test_the_heading_names_the_weeks_that_were_run(month: tuple[DemoReport, list[tuple[str, float]]]) -> None:
    report, _ = month
    for first, weeks in ((date(2026, 8, 31), 12), (date(2026, 11, 9), 2)):
        out = StringIO()
        Console(width=100, file=out).print(table(replace(report, first=first, last=date(2026, 11, 22)), "zh"))
        assert f"这{weeks}周里发生了什么" in out.getvalue()


def test_progress_goes_from_the_first_day_to_the_end(month: tuple[DemoReport, list[tuple[str, float]]]) -> None:
    _, said = month
    shares = [share for _, share in said]
    assert shares == sorted(shares)
    assert said[0][0] == "2026-09-21"
    assert said[-1] == ("2026-10-31", 1.0)
    assert all(date.fromisoformat(day) for day, _ in said)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("width", [80, 100, 132])
def test_the_table_fits_and_its_columns_stand_in_line(
    month: tuple[DemoReport, list[tuple[str, float]]], width: int, lang: str
) -> None:
    report, _ = month
    out = StringIO()
    Console(width=width, file=out).print(table(report, lang))
    rows = out.getvalue().splitlines()
    assert max(cell_len(row) for row in rows) <= width
    assert not [row for row in rows if row.strip()[:1] in CLOSERS and row.strip()]
    total = next(row for row in rows if row.split()[:1] == [{"zh": "合计", "en": "Total"}[lang]])
    opened = str(sum(line.opened for line in report.lines))
    edge = cell_len(total[: total.index(opened) + len(opened)])
    powers = [row for row in rows if f" {ARRIVALS} " in row and row.startswith("   ")]
    assert len(powers) == len(report.lines)
    assert all(_cell(row, edge) == str(ARRIVALS) for row in powers)


def _cell(row: str, column: int) -> str:
    """Return the character that ends at a column of the terminal."""
    at = 0
    for character in row:
        at += cell_len(character)
        if at == column:
            return character
    return ""


@given(st.text(alphabet="收案（《》）“”，。；12345abc -", max_size=200), st.integers(12, 60))
def test_breaking_keeps_every_word_and_the_width(text: str, width: int) -> None:
    rows = broken(text, width)
    assert "".join("".join(rows).split()) == "".join(text.split())
    assert all(cell_len(row) <= width or " " not in row.strip() for row in rows)


def test_numbers_and_closing_marks_are_not_torn_off() -> None:
    assert broken("三月23日，办结。", 8) == ["三月23", "日，办", "结。"]
    assert broken("at 2026-10-31 it ended", 12) == ["at", "2026-10-31", "it ended"]


def test_every_duty_whose_period_is_over_is_done(month: tuple[DemoReport, list[tuple[str, float]]]) -> None:
    report, _ = month
    powers = [file.loaded.power for file in wiring.read_powers()]
    every = [duty["every"] for power in powers if power for duty in power.versions[-1].duties.values()]
    assert report.kept >= every.count("month") + 3 * every.count("week") > 0
    assert report.first < datetime(2026, 10, 1).date() < report.last


def test_a_longer_life_ends_yesterday_and_its_cases_are_those_of_today(tmp_path: Path) -> None:
    first, last = weeks_before(date(2026, 11, 20), 3, {2025, 2026, 2027})
    assert (first.weekday(), last) == (0, date(2026, 11, 19))
    assert weeks_before(date(2031, 5, 5), 3, {2025, 2026, 2027})[1] == LAST  # no calendar reaches so far
    store = wiring.open_store(str(tmp_path / "agency.db"), create=True)
    office = wiring.office_over(store)
    wiring.furnish(office, [power_of(path) for path in PATHS], name="示例县（虚构）", demo_people=True, at=founded_before(first))
    told = run_weeks(office, first=first, last=last, seed=3)
    with store.read() as tx:
        rows = tx.case_rows(limit=1_000)
    store.close()
    assert told.unmeant == ()
    assert told.stuck == ()
    assert len(rows) >= 2 * len(MAPS) - len(MAPS) // 2
    assert any(row.status == "open" and row.last_at[:10] >= "2026-11-16" for row in rows)
