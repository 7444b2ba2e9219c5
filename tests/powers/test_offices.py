"""Offices that go wrong, or right, beyond the stories: what is decided is left lying, words say something else, a day lies ahead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from qingfeng import wiring
from qingfeng.casework.findings import sweep
from qingfeng.catalogue.power import Power
from qingfeng.simulation import script
from qingfeng.terms.instants import parse_instant

WORDS = wiring.vocabulary()
LAST = "2027-12-20"
PATHS = {f"{p.parent.name}/{p.stem}": p for p in wiring.power_paths([wiring.data_folder("powers")])}


def power_of(name: str) -> Power:
    found = wiring.read_power(PATHS[name], WORDS).loaded.power
    assert found is not None
    return found


def story(power: Power, name: str) -> list[script.Row]:
    """The rows of a story that it has accepted, without what they expect."""
    told = next(s for version in power.versions for s in version.stories if s.id == name)
    rows = [script.row_from_story(row) for row in told.rows]
    return [replace(row, then=None) for row in rows if not (row.then or "").startswith(("refused", "demand"))]


def said(rows: Iterable[script.Row], act: str, nth: int = 1, **fields: Any) -> list[script.Row]:
    """The rows, one act of which says something else."""
    out, seen = [], 0
    for row in rows:
        seen += row.does == act
        out.append(replace(row, data={**row.data, **fields}) if row.does == act and seen == nth else row)
    assert seen >= nth, act
    return out


def play(power: Power, rows: Iterable[script.Row]) -> tuple[list[tuple[str, tuple[str, ...]]], set[str]]:
    """What was not accepted (act, by which rules), and the rules that found something afterwards."""
    with wiring.throwaway([power]) as office:
        results = list(script.run(office, rows, power=power.id))
        stopped = [(r.row.does, tuple(s.by for s in r.stops)) for r in results if r.outcome not in ("accepted", "clock")]
        return stopped, {one.found.rule for one in sweep(office, now=max(r.at for r in results)) if one.found.case}


LYING: Mapping[tuple[str, str, str], str] = {
    ("a000/award", "full_course", "submit_assessment"): "evaluation",
    ("a000/award", "full_course", "publish_decision"): "conferring",
    ("a000/award", "suspended", "suspend_case"): "suspended",
    ("a000/award", "revoked", "revoke_award"): "recover_60",
    ("a001/licence", "deemed_renewed", "propose_revocation"): "decide_revocation",
    ("a001/licence", "deemed_renewed", "decide_on_revocation"): "carry_out",
    ("a001/licence", "deemed_renewed", "order_refund"): "refund_30",
    ("a001/licence", "hearing_and_extension", "approve_withholding"): "wind_up",
    ("a001/other_power", "late_then_revoked", "decide_on_revocation"): "carry_out",
    ("a002/acceptance", "enquiry_only", "take_ticket"): "contact_answered",
    ("a002/announcement_three", "full_course", "make_plan"): "plan_decided",
    ("a002/announcement_six", "full_course", "make_plan"): "plan_decided",
    ("a002/budget", "full_course", "submit_first_draft"): "control_figures",
    ("a002/disciplinary_sanction", "review_and_appeal", "revoke_decision"): "refund_30",
}


@pytest.mark.parametrize(("place", "limit"), LYING.items(), ids=lambda one: "-".join(one) if isinstance(one, tuple) else one)
def test_what_is_begun_and_left_lying_is_found(place: tuple[str, str, str], limit: str) -> None:
    """The office stops right after an act and nobody ever goes on: the limit runs out, and that is a finding."""
    name, told, act = place
    power = power_of(name)
    rows = story(power, told)
    end = next(n for n, row in enumerate(rows) if row.does == act) + 1
    rows = [*rows[:end], script.row_from({"day": LAST, "who": "clock", "does": "wait"})]
    with wiring.throwaway([power]) as office:
        results = list(script.run(office, rows, power=power.id))
        assert [r.row.does for r in results if r.outcome not in ("accepted", "clock")] == []
        marks = {mark for r in results for mark in r.fired}
        found = {one.found.rule for one in sweep(office, now=parse_instant(LAST)) if one.found.case}
    assert f"red {limit}" in marks
    assert "time_limit" in found


BASIS = {"legal_basis": "《行政机关公务员处分条例》第四十条"}
CROOKED: Mapping[str, tuple[str, str, str, int, dict[str, Any], str]] = {
    "the decision cites another article than the one coded": (
        "a002/disciplinary_sanction", "full_course", "decide_sanction", 1, BASIS, "basis_in_text"),
    "the person is told of another article than the report found": (
        "a002/disciplinary_sanction", "full_course", "tell_and_hear", 1, BASIS, "basis_in_text"),
    "the misconduct is to happen tomorrow": (
        "a002/disciplinary_sanction", "full_course", "decide_sanction", 1, {"occurred_on": "2026-05-11"}, "shape"),
    "the county's revocation has no paper": (
        "a000/award", "revoked", "decide_on_revocation", 1, {"document_no": None}, "higher_decision"),
}  # fmt: skip


@pytest.mark.parametrize("what", CROOKED)
def test_what_a_crooked_office_writes_is_refused(what: str) -> None:
    name, told, act, nth, fields, by = CROOKED[what]
    power = power_of(name)
    rows = said(story(power, told), act, nth, **fields)
    rows = [replace(row, data={k: v for k, v in row.data.items() if v is not None}) for row in rows]
    stopped, _ = play(power, rows)
    assert stopped[0][0] == act
    assert by in stopped[0][1]


def test_a_statement_of_the_person_comes_from_a_talk_with_him() -> None:
    """Two talks with the same friendly witness; the statement of the person under inquiry is made up at the desk."""
    power = power_of("a002/disciplinary_sanction")
    rows = said(story(power, "full_course"), "interview", 2, person="同席人员周敏")
    stopped, _ = play(power, rows)
    assert stopped[0] == ("register_evidence", ("talk_names_person",))


def test_an_award_is_not_evaluated_after_its_programme_has_ended() -> None:
    power = power_of("a000/award")
    rows = said(story(power, "full_course"), "authorise_programme", until="2026-03-31")
    stopped, _ = play(power, said(rows, "confirm_record", until="2026-03-31"))
    assert stopped[0] == ("evaluate_preliminarily", ("award_authorised",))


HONEST: Mapping[str, tuple[str, str, str, dict[str, Any]]] = {
    "general and coded articles together": (
        "a002/disciplinary_sanction", "full_course", "decide_sanction",
        {"legal_basis": "根据《中华人民共和国公务员法》第六十二条和《行政机关公务员处分条例》第六条、第二十三条的规定"}),
    "the basis of the law, told in words": (
        "a002/disciplinary_sanction", "full_course", "tell_and_hear", {"legal_basis": "《行政机关公务员处分条例》第二十三条"}),
}  # fmt: skip


@pytest.mark.parametrize("what", HONEST)
def test_an_honest_office_is_let_be(what: str) -> None:
    name, told, act, fields = HONEST[what]
    power = power_of(name)
    assert play(power, said(story(power, told), act, **fields)) == ([], set())
