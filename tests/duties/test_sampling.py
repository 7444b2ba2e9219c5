"""The population is fixed when the period ends, the seed by the power in advance: nobody can pick."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingfeng.catalogue.settings import BadSetting
from qingfeng.draw.chain import anchor, link
from qingfeng.draw.select import seed_of, tickets
from qingfeng.duties.chances import Round, found_after
from qingfeng.duties.duty import period_of
from qingfeng.duties.file_sampling import GATES
from qingfeng.duties.sampling import Samples, drawn, sample
from qingfeng.terms.text import Text
from tests.duties.power import BEACON, DECEMBER, POWER, SOURCE, duty, file, finds, lacks, occasion, register

IDS = st.sets(st.text("abc/0123456789", min_size=1, max_size=8), max_size=40)


@given(ids=IDS, seed=st.binary(min_size=32, max_size=32), share=st.integers(1, 100), at_least=st.integers(1, 5))
def test_a_share_rounded_up_and_at_least_so_many_are_drawn_whatever_the_order(
    ids: set[str], seed: bytes, share: int, at_least: int
) -> None:
    won = drawn(sorted(ids), seed, share, at_least)
    assert won <= ids
    assert len(won) == min(len(ids), max(at_least, -(-len(ids) * share // 100)))
    assert won == drawn(sorted(ids, reverse=True), seed, share, at_least)
    drawn_for = tickets(seed, ids)
    assert all(drawn_for[a] <= drawn_for[b] for a in won for b in ids - won)


def test_every_case_is_drawn_about_as_often_as_any_other() -> None:
    ids = [f"c{n}" for n in range(20)]
    times = dict.fromkeys(ids, 0)
    for number in range(1_000):
        for one in drawn(ids, seed_of("x", [None], str(number)), 30):
            times[one] += 1
    assert sum(times.values()) == 6_000
    assert min(times.values()) > 230  # five standard deviations (14.5 each) below 300
    assert max(times.values()) < 370


def closed(case: str, day: str = "10") -> Any:
    return file(case, f"note ann {day}", f"close ann {day}")


BOOK = register(*(closed(f"c{n:02}") for n in range(10)))
FILES = duty("file_sampling")
assert isinstance(FILES, Samples)
GOOD = {"gates": dict.fromkeys(GATES, "pass"), "cover": 18, "content": 75}


def drawn_now(**beacon: str) -> Any:
    return sample(FILES, {"beacon": {**BEACON, **beacon}}, BOOK, occasion())  # type: ignore[arg-type]


def test_the_report_speaks_of_exactly_the_cases_drawn() -> None:
    cases = drawn_now()
    seed = seed_of(f"duty/{POWER}/file_sampling/2025-12", [None], BEACON["value"])
    assert cases == drawn(sorted(BOOK.files), seed, 20)
    assert len(cases) == 2
    full = {"beacon": BEACON, "files": dict.fromkeys(cases, GOOD)}
    assert finds(FILES, full, BOOK) == []
    one = sorted(cases)[0]
    other = sorted(set(BOOK.files) - cases)[0]
    assert f"缺少1件：{one}" in lacks(FILES, {**full, "files": {c: GOOD for c in cases if c != one}}, BOOK)
    assert f"不应在内的：{other}" in lacks(FILES, {**full, "files": dict.fromkeys([*cases, other], GOOD)}, BOOK)
    swapped = {c: GOOD for c in cases if c != one} | {other: GOOD}
    assert "不得自行挑选" in lacks(FILES, {**full, "files": swapped}, BOOK)
    assert "须填写files" in lacks(FILES, {"beacon": BEACON}, BOOK)


def test_what_is_entered_after_the_period_changes_no_sample() -> None:
    later = register(*BOOK.files.values(), file("c99", "note ann 10", "close ann 12/36"), file("c98", "close ann 33"))
    assert isinstance(FILES, Samples)
    assert FILES.pool(later, DECEMBER) == FILES.pool(BOOK, DECEMBER)
    before = register(file("c97", "close ann 0"))  # 30 November
    assert not FILES.pool(before, DECEMBER).chance


def test_the_value_that_counts_is_named_in_advance() -> None:
    assert isinstance(drawn_now(), frozenset)
    tuesday = drawn_now(on="2026-01-06")
    assert isinstance(tuesday, Text)
    assert "2026-01-01的一期" in tuesday.zh
    assert isinstance(drawn_now(on="2025-12-30"), Text), "before the period was over"
    assert isinstance(drawn_now(on="2025-12-30", moved="本期停开一次"), Text)
    assert isinstance(drawn_now(value="3,11,24"), Text), "one event has one way to be written"
    assert isinstance(drawn_now(round=""), Text)
    assert "尚未开出" in str(sample(FILES, {"beacon": BEACON}, BOOK, occasion(on="2025-12-31")))  # type: ignore[arg-type]
    assert "须填写公开随机值" in lacks(FILES, {}, BOOK)
    assert "须填写公开随机值" in lacks(FILES, {"beacon": "03 11"}, BOOK)


def test_another_days_value_needs_a_reason_and_is_found() -> None:
    moved = {**BEACON, "on": "2026-01-04", "moved": "元旦休市，1日停开"}
    cases = sample(FILES, {"beacon": moved}, BOOK, occasion())  # type: ignore[arg-type]
    assert isinstance(cases, frozenset)
    report = {"beacon": moved, "files": dict.fromkeys(cases, GOOD)}
    assert finds(FILES, report, BOOK) == [("", "beacon")]


def test_nothing_to_draw_from_needs_no_draw_but_still_a_report() -> None:
    empty = register(file("c1", "note ann 10"))
    assert lacks(FILES, {}, empty)
    assert finds(FILES, {"files": {}}, empty) == []
    assert "不应在内" in lacks(FILES, {"files": {"c1": GOOD}}, empty)


SECRET = b"x" * 32


def test_a_published_chain_binds_the_reporter_to_the_link_of_the_period() -> None:
    source = {**SOURCE, "anchor": anchor(SECRET, length=24), "since": "2025-11-15"}
    chained = duty("file_sampling", seed_source=source)
    links = [link(SECRET, length=24, number=n) for n in range(4)]
    assert isinstance(chained, Samples)
    assert isinstance(sample(chained, {"beacon": BEACON, "link": links[2]}, BOOK, occasion()), frozenset)
    for wrong in (links[1], links[3], links[0], None, 7, "00"):
        trouble = sample(chained, {"beacon": BEACON, "link": wrong}, BOOK, occasion())
        assert isinstance(trouble, Text)
        assert "第2环" in trouble.zh
    early = duty("file_sampling", seed_source={**source, "since": "2026-02-01"})
    assert isinstance(early, Samples)
    assert isinstance(sample(early, {"beacon": BEACON, "link": links[1]}, BOOK, occasion()), Text)


def test_the_day_of_the_value_is_the_first_such_weekday_after_the_period() -> None:
    assert isinstance(FILES, Samples)
    assert FILES.seed_source.day(DECEMBER) == date(2026, 1, 1)
    assert FILES.seed_source.day(period_of(date(2026, 1, 1), "month")) == date(2026, 2, 1)
    assert FILES.seed_source.day(period_of(date(2026, 1, 1), "week")) == date(2026, 1, 6)


@pytest.mark.parametrize(
    "changes",
    [
        {"share": 0}, {"share": 101}, {"at_least": 0}, {"share": "30"},
        {"seed_source": {**SOURCE, "kind": "dice"}}, {"seed_source": {**SOURCE, "source": " "}},
        {"seed_source": {**SOURCE, "weekdays": []}}, {"seed_source": {**SOURCE, "weekdays": [0]}},
        {"seed_source": {**SOURCE, "weekdays": [2, 2]}}, {"seed_source": {**SOURCE, "anchor": "0" * 64}},
        {"seed_source": {**SOURCE, "since": "2026-01-01"}}, {"seed_source": {**SOURCE, "anchor": "0", "since": "2026-01-01"}},
        {"closes": []}, {"closes": ["no_such_act"]}, {"every": "day"}, {"by": "nobody"}, {"within": {"n": 0, "unit": "working_day"}},
    ],
)  # fmt: skip
def test_settings_that_cannot_draw_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(BadSetting) as caught:
        duty("file_sampling", **changes)
    assert caught.value.text.zh
    assert caught.value.text.en


HONEST = [f"h{n}" for n in range(100)]


def test_over_many_seeds_the_guilty_case_is_found_as_often_as_the_share_says() -> None:
    once = [Round("2025-12", date(2026, 1, 15))]
    probability, after = found_after(HONEST, "guilty", once, range(200), 30, since=date(2025, 12, 20))
    assert abs(probability - 31 / 101) < 3 * (0.307 * 0.693 / 200) ** 0.5
    assert after == 26
    twice = [*once, Round("2026-01", date(2026, 2, 13))]
    more, _ = found_after(HONEST, "guilty", twice, range(200), 30, since=date(2025, 12, 20))
    assert probability < more < 0.65  # 1 - (70/101)²: 0.52
    assert found_after(HONEST, "guilty", [], range(200), 30, since=date(2025, 12, 20)) == (0.0, None)
    sure = [Round("2025-12", date(2026, 1, 15), sure=True)]
    assert found_after(HONEST, "guilty", sure, range(200), 30, since=date(2026, 1, 10)) == (1.0, 5)
    assert found_after(HONEST, "guilty", once, range(20), 100, since=date(2026, 1, 10)) == (1.0, 5)
