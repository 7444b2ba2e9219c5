"""Wrongs planted among honest cases are stopped by what their drills name, and the honest cases beside them by nothing."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from qingfeng.simulation.planted import PlantedYear, one_of_each, plain_text, planted_year, wrongs_of
from qingfeng.simulation.registers import Registers
from qingfeng.simulation.retell import as_far
from qingfeng.simulation.year import FOUNDED, staff_for, with_thick_books
from qingfeng.wiring import furnish, office_over, open_store

from .conftest import MAPS, power_of

TWO = ("a001/licence", "a000/compulsory_measure")


def year(path: str) -> PlantedYear:
    """Let an agency with two powers work for a year."""
    powers = [with_thick_books(power_of(one)) for one in MAPS if str(one).removesuffix(".yaml").endswith(TWO)]
    wrongs = one_of_each([power.versions[-1] for power in powers], Random(3))
    store = open_store(path, create=True)
    try:
        office = office_over(store)
        furnish(office, powers, name="示例县（虚构）", demo_people=True, at=FOUNDED, staff=staff_for(powers, 60))
        return planted_year(office, [power.id for power in powers], wrongs, cases=12, seed=3)
    finally:
        store.close()


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> PlantedYear:
    """Return how one year went."""
    return year(str(tmp_path_factory.mktemp("planted") / "agency.db"))


def test_every_wrong_is_stopped_by_what_its_drill_names(report: PlantedYear) -> None:
    assert len(report.fates) + report.waiting == len({fate.wrong.text for fate in report.fates}) + report.waiting >= 20
    assert report.waiting <= 1
    unstopped = [(f.wrong.power, f.wrong.drill.id, f.outcome, f.other, f.said) for f in report.fates if f.outcome in ("missed", "broken")]
    assert unstopped == []
    assert {fate.outcome for fate in report.fates} == {"refused", "found"}
    assert all(fate.by <= fate.wrong.drill.by for fate in report.fates)
    assert sum(not fate.by for fate in report.fates) <= 1, "on other days another rule may come first, now and then"


def test_nothing_is_said_of_the_honest_cases_beside_them(report: PlantedYear) -> None:
    assert report.cases >= 12 + report.count("found")
    assert [(s.case, s.acts, [r.reason.zh for r in s.refusals]) for s in report.stuck] == []
    assert report.asked == ()
    assert report.found == ()


def test_a_wrong_is_no_longer_told_as_stopped_where_its_rule_is_not_named(report: PlantedYear) -> None:
    """The check can fail: had the drills named other rules, what happened would not count."""
    from qingfeng.simulation.chronicle import Attempted
    from qingfeng.simulation.planted import _fate

    for fate in report.fates:
        other = replace(fate.wrong, drill=replace(fate.wrong.drill, by=frozenset({"nothing_of_the_kind"})))
        told = _fate(Attempted(departure=other.departure, case="x", line=other.departure.last), other, {"something_else"})
        assert told.outcome == "missed"


def test_one_wrong_for_each_text_of_the_maps() -> None:
    versions = [power_of(path).versions[-1] for path in MAPS]
    chosen = one_of_each(versions, Random(1))
    texts = {plain_text(risk.text) for v in versions for risk in [*v.whole_process.risks, *(r for s in v.steps for r in s.risks)]}
    assert {wrong.text for wrong in chosen} <= texts
    assert len(chosen) >= len(texts) - 7, "few wrongs of the maps are found by lot alone"
    assert len({wrong.text for wrong in chosen}) == len(chosen)
    assert one_of_each(versions, Random(1)) != one_of_each(versions, Random(2))
    assert all(wrong.drill.probability is None for version in versions for wrong in wrongs_of(version))


def test_what_is_amiss_with_a_number_stays_amiss() -> None:
    assert as_far("甲〔2026〕9号", "甲〔2026〕7号", "甲〔2026〕31号") == "甲〔2026〕33号"
    assert as_far("乙〔2026〕9号", "甲〔2026〕7号", "甲〔2026〕31号") == "乙〔2026〕9号", "another series is left as told"
    assert as_far("A0001", "A0007", "A0003") == "A0000"


def test_a_receipt_that_was_refused_is_the_next_one() -> None:
    registers = Registers(Random(1), lambda _field, _value: False)
    books = ({"prefix": "A", "first": "08", "last": "20"},)
    assert [registers.receipt("A08", books) for _ in range(2)] == ["A08", "A09"]
    registers.give_back_receipt("A08", books)
    assert registers.receipt("A08", books) == "A10", "one after it was used"
    registers.give_back_receipt("A10", books)
    assert registers.receipt("A08", books) == "A10"
