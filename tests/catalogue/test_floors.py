"""A power file may not cite an article and give the party less, or the agency more, than it says."""

from __future__ import annotations

import pytest

from qingfeng.catalogue.floors import BOUNDS, SETTINGS, bound_of, settings_below
from qingfeng.catalogue.statutes import wrong_unit

CITED = {"instrument": "行政处罚法", "article": "64"}


@pytest.mark.parametrize(
    ("instrument", "article", "n", "unit", "broken"),
    [
        ("行政处罚法", "64(1)", 5, "working_day", False),
        ("行政处罚法", "64(1)", 4, "working_day", True),
        ("中华人民共和国行政处罚法", "64(2)", 6, "working_day", True),
        ("行政处罚法", "64", 6, "working_day", False),
        ("行政处罚法", "60", 91, "calendar_day", True),
        ("行政处罚法", "60", 60, "calendar_day", False),
        ("行政许可法", "42(1)", 21, "working_day", True),
        ("行政诉讼法", "46", 5, "month", True),
    ],
)
def test_what_an_article_gives_is_the_least_for_the_party_and_the_most_for_the_agency(
    instrument: str, article: str, n: int, unit: str, broken: bool
) -> None:
    bound = bound_of(instrument, article)
    assert bound is not None
    assert bound.broken_by(n, unit) is broken
    assert str(bound.n) in bound.said.zh
    assert str(bound.n) in bound.said.en


def test_an_article_that_is_not_known_is_not_judged() -> None:
    assert bound_of("行政处罚法", "45") is None
    assert bound_of("某省条例", "64") is None


def test_every_bound_is_counted_as_its_statute_counts() -> None:
    for (instrument, article), bound in BOUNDS.items():
        assert wrong_unit(instrument, article, bound.n, bound.unit) is None, (instrument, article)


def test_a_setting_is_judged_only_where_it_rests_on_the_statute() -> None:
    short = {"hearing_right": {"window": 1, "statute": CITED}, "hearing_conduct": {"ahead": 3, "statute": CITED}}
    assert [(control, setting, n) for control, setting, n, _ in settings_below(short)] == [
        ("hearing_right", "window", 1),
        ("hearing_conduct", "ahead", 3),
    ]
    assert not list(settings_below({"hearing_right": {"window": 1}, "hearing_conduct": {"statute": CITED}}))
    assert set(SETTINGS) == {("hearing_right", "window"), ("hearing_conduct", "ahead")}
