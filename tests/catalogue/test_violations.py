"""The catalogue of violations: what it says is read strictly, and what no lawful entry can be is refused with its reason."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from qingfeng.catalogue.settings import BadSetting, typed
from qingfeng.catalogue.violations import Entry, catalogue_of, fault_in, sample, sampled, unknown_evidence, unusable
from tests.sample import free_version


def entry(code: str = "V1", **more: Any) -> Entry:
    """Return a sample entry, read."""
    return typed(Entry, sample(code, **more), place="entry")


def test_the_entries_of_a_power_are_read_in_the_order_of_the_file() -> None:
    version = free_version(**sampled(sample("B2"), sample("A1", serious=True)))
    known = catalogue_of(version)
    assert list(known) == ["B2", "A1"]
    assert known["A1"].years == 5
    assert known["B2"].years == 2
    assert known["B2"].breached.say("zh") == "《示例条例》第八条"


@pytest.mark.parametrize(
    "wrong",
    [
        {"fine_min": 6000},
        {"fine_min": -1},
        {"kinds": []},
        {"kinds": ["warning"]},
        {"kinds": ["fine"], "fine_max": 0},
        {"in_force_from": "2026-02-30"},
        {"in_force_until": "2019-12-31"},
        {"limitation_years": 3},
        {"crime_from": 0},
        {"factors": [{"code": "harm", "options": [{"code": "no", "points": 0}]}]},
        {"benchmark": True, "fine_max": 300},
    ],
)
def test_what_no_lawful_entry_can_be_is_refused(wrong: dict[str, Any]) -> None:
    if wrong.get("benchmark"):
        raw = {**sample("V1", benchmark=True), "fine_max": wrong["fine_max"]}
    else:
        raw = sample("V1", **wrong)
    fault = fault_in([typed(Entry, raw, place="entry")])
    assert fault is not None
    assert fault.zh.startswith("案由V1：")
    assert fault_in([entry()]) is None
    assert fault_in([entry(benchmark=True)]) is None


def test_two_wordings_of_one_provision_are_never_law_together_and_count_in_one_unit() -> None:
    old, new = entry("A1", family="a", in_force_until="2026-03-10"), entry("A2", family="a", in_force_from="2026-03-11")
    assert fault_in([old, new]) is None
    assert fault_in([old, entry("A2", family="a", in_force_from="2026-03-10")]) is not None
    assert fault_in([old, entry("A2", family="a", in_force_from="2026-03-11", percent=True)]) is not None
    assert fault_in([old, old]) is not None
    assert fault_in([]) is not None


def test_the_lighter_wording_is_milder_in_its_fine_and_no_harsher_in_its_kinds() -> None:
    old = entry("A1", fine_min=100)
    assert entry("A2", fine_max=4000).lighter(old)
    assert entry("A2").lighter(old)
    assert not old.lighter(entry("A2"))
    assert not old.lighter(old)
    assert not entry("A2", fine_max=4000, kinds=["fine", "suspension"]).lighter(old)
    assert entry("A2", fine_max=0, kinds=["criticism"]).lighter(old)


@pytest.mark.parametrize(
    ("done", "last"),
    [
        ("2024-02-29", "2026-02-28"),
        ("2024-03-01", "2026-03-01"),
        ("2022-02-28", "2024-02-28"),
        ("2023-12-31", "2025-12-31"),
    ],
)
def test_two_years_end_on_the_same_date_or_with_february(done: str, last: str) -> None:
    assert entry().barred_after(date.fromisoformat(done)) == date.fromisoformat(last)


def test_a_bound_is_in_yuan_or_a_share_of_an_amount_that_must_be_known() -> None:
    assert entry().most(None) == 5000 * 100 * 100
    assert entry(percent=True, fine_max=300).most(70_000) == 300 * 70_000
    assert entry(percent=True, fine_max=300).most(None) is None
    assert entry(kinds=["warning"], fine_max=0).most(None) == 0
    assert entry(kinds=["suspension"], fine_max=0).most(None) is None


def test_the_factors_give_the_tier_and_the_tier_the_band() -> None:
    one = entry(benchmark=True)
    assert one.misanswered({"harm": "no", "luck": "no"}) == ["again", "luck"]
    assert one.misanswered({"harm": "maybe", "again": "no"}) == ["harm"]
    tier, score = one.tier_of({"harm": "yes", "again": "no"})
    assert (tier.code, score) == ("heavy", 2)
    assert one.tier_of({"harm": "no", "again": "yes"})[0].code == "light"
    assert [one.within(tier, fen, None) for fen in (24_999, 25_000, 40_000, 40_001, None)] == [
        False,
        True,
        True,
        False,
        True,
    ]


def test_evidence_counts_by_the_number_under_which_it_was_registered() -> None:
    class Registered:
        data = {"evidence_no": "E1"}  # noqa: RUF012

    assert unknown_evidence(["E1", "E3", "E2"], [Registered()]) == ["E2", "E3"]
    assert unknown_evidence(None, []) == []


def test_a_control_without_the_catalogue_or_with_foreign_acts_is_refused() -> None:
    version = free_version(**sampled(sample("V1")))
    assert unusable(version, ["approve"]) is None
    assert unusable(version, ["fly"]) is not None
    assert unusable(version, []) is not None
    assert unusable(version, ["approve"], beside="statutory_range") is not None
    assert unusable(free_version(), ["approve"]) is not None


def test_an_entry_that_is_faulty_or_cites_no_article_is_refused_with_its_place() -> None:
    for wrong in ({"fine_min": 6000}, {"breached": {"instrument": "示例条例", "article": "8-9"}}, {"no_such": 1}):
        with pytest.raises(BadSetting) as caught:
            catalogue_of(free_version(**sampled({**sample("V1"), **wrong})))
        assert caught.value.place.startswith("controls.violation_catalogue")
