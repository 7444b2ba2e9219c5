"""Letting an act pass a rule is always found; doing it again escalates; nobody lets a statute pass."""

from __future__ import annotations

from datetime import date

from qingfeng.casework.handle import Done, Stopped
from qingfeng.casework.logbook import hits
from qingfeng.casework.office import Office
from tests.casework.agency import begin, do
from tests.sample import at

LET = {"act": "review", "controls": ["separate_duties"]}


def overrides(office: Office, case: str) -> list[str]:
    """What is found of overrides, by rule."""
    return sorted(rule for rule, _ in hits(office, case, date(2026, 3, 10)) if rule.startswith("override"))


def walked(office: Office) -> str:
    """A case on which bob has inspected: the rule of separate duties stands between him and the review."""
    case = begin(office)
    for act, who, day in (
        ("accept", "ann", "2026-03-03"),
        ("inspect", "bob", "2026-03-04"),
        ("send_up", "ann", "2026-03-05"),
    ):
        assert isinstance(do(office, case, act, who, day), Done)
    return case


def test_an_override_is_found_though_everybody_agreed(office: Office) -> None:
    case = walked(office)
    assert isinstance(do(office, case, "override", "eve", "2026-03-06", data=LET, reason="无其他人员"), Done)
    assert overrides(office, case) == ["override"]


def test_a_second_override_on_the_case_goes_one_level_up(office: Office) -> None:
    case = walked(office)
    for day in ("2026-03-06", "2026-03-09"):
        assert isinstance(do(office, case, "override", "eve", day, data=LET, reason="无其他人员"), Done)
    assert overrides(office, case) == ["override", "override", "override_chain"]


def test_without_a_reason_or_from_below_there_is_none(office: Office) -> None:
    case = walked(office)
    assert isinstance(do(office, case, "override", "eve", "2026-03-06", data=LET), Stopped)
    assert isinstance(do(office, case, "override", "carl", "2026-03-06", data=LET, reason="我批准"), Stopped)
    assert isinstance(
        do(office, case, "override", "eve", at("2026-03-06"), data={**LET, "controls": ["lawful_order"]}, reason="急"),
        Stopped,
    )
    assert overrides(office, case) == []
