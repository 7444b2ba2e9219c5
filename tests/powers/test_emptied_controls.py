"""A shipped power whose control is kept and emptied, or set so high that it never applies, can no longer be used."""

from __future__ import annotations

import pytest

from qingfeng import wiring
from qingfeng.casework.powercheck import covered
from qingfeng.catalogue.load import Loaded, load_power

WORDS = wiring.vocabulary()
PENALTY = "a000/penalty.yaml"


def loaded(name: str, was: str, now: str) -> Loaded:
    path = next(p for p in wiring.power_paths([wiring.data_folder("powers")]) if str(p).endswith(name))
    text = path.read_text(encoding="utf-8")
    assert text.count(was) == 1, was
    return load_power(text.replace(was, now), name=name, vocabulary=WORDS)


@pytest.mark.parametrize(
    ("name", "was", "now", "place", "article"),
    [
        (PENALTY, "two_officers: {acts: [investigate, interview, preserve_evidence,", "two_officers: {acts: [preserve_evidence,",
         "two_officers.acts", "42"),
        (PENALTY, "legality_review: {decides: [decide_penalty]", "legality_review: {decides: [decide_no_penalty]",
         "legality_review.decides", "58"),
        (PENALTY, "      hearing_conduct: {decisions: [decide_penalty]", "      hearing_conduct: {decisions: [decide_no_penalty]",
         "hearing_conduct.decisions", "64"),
        ("a000/compulsory_measure.yaml", "report_anew, take_urgent_measure, carry_out_measure], statute:", "report_anew], statute:",
         "two_officers.acts", "18"),
        ("a001/licence.yaml", "two_officers: {acts: [examine_on_site, certify_on_site]", "two_officers: {acts: [certify_on_site]",
         "two_officers.acts", "34"),
    ],
)  # fmt: skip
def test_a_control_may_not_leave_out_what_its_statute_asks(
    name: str, was: str, now: str, place: str, article: str
) -> None:
    faults = [fault for fault in loaded(name, was, now).errors if fault.place.endswith(f"controls.{place}")]
    assert faults, "the control is emptied and nothing is said"
    assert f"第{article}" in faults[0].what.zh
    assert article in faults[0].what.en


@pytest.mark.parametrize(
    ("was", "now", "place"),
    [
        ("from_yuan: 50000,", "from_yuan: 500000000,", "hearing_right.from_yuan"),
        ("person_yuan: 5000,", "person_yuan: 200001,", "hearing_right.person_yuan"),
        ("posts: [deputy_in_charge], up_to: 60000}", "posts: [deputy_in_charge], up_to: 60000000}", "tiered_approval.levels.1.up_to"),
        ("person: 5000, organisation: 100000,", "person: 5000, organisation: 100000000,", "major_case_test.organisation"),
        ("occasions: [hold_hearing], amount: 100000,", "occasions: [hold_hearing], amount: 900000000,", "collective_deliberation.amount"),
    ],
)  # fmt: skip
def test_a_sum_that_no_fine_of_the_catalogue_can_reach_is_refused(was: str, now: str, place: str) -> None:
    faults = [fault for fault in loaded(PENALTY, was, now).errors if place.split(".", maxsplit=1)[0] in fault.place]
    assert [fault.place.endswith(f"controls.{place}") for fault in faults] == [True], [f.place for f in faults]
    assert "200000" in faults[0].what.zh


def test_a_risk_bound_to_a_control_that_is_not_set_is_told() -> None:
    told = loaded(
        "a000/inspection.yaml",
        "      inspector_pool: {pools: [draw_up_pool]",
        "      # inspector_pool: {pools: [draw_up_pool]",
    )
    bound = covered(told)
    assert bound is not None
    assert [fault.what.zh for fault in bound.faults if "inspector_pool" in fault.what.zh]
    assert "plan.r1.p3" in " ".join(fault.place for fault in bound.faults)
