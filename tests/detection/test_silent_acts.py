"""Acts that say too little: what the others prove stands, whatever the silent ones would have said; nothing else is concluded."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qingfeng import wiring
from qingfeng.catalogue.power import PowerVersion
from qingfeng.controls import configure
from qingfeng.detection.evaluate import World
from qingfeng.detection.foreign import Part, judge_case, parts_of, stands_without
from qingfeng.facts.rows import ActRow, Outcome
from qingfeng.terms.calendar import WorkCalendar
from qingfeng.terms.instants import LOCAL

WORLD = World(WorkCalendar(wiring.calendars()), today=date(2026, 12, 1))
START = datetime(2026, 3, 2, 9, tzinfo=LOCAL)
PEOPLE = ("甲", "乙", "丙")


@cache
def parts() -> dict[str, Part]:
    """The rules of the penalty that read who acted and no register."""
    loaded = wiring.read_power(wiring.data_folder("powers") / "a000" / "penalty.yaml", wiring.vocabulary()).loaded.power
    assert loaded is not None
    version: PowerVersion = loaded.versions[-1]
    told = parts_of(configure(version), version)
    return {one.name: one for one in told if one.control in ("separate_duties", "independent_recheck") and not one.shares}


def rows(*told: tuple[str, str | None]) -> list[ActRow]:
    made = []
    for n, (act, who) in enumerate(told, 1):
        at = START + timedelta(hours=n)
        made.append(ActRow(case="c", act=act, actor=who, at=at, entered=at, effective=str(at.date()), lag=0, seq=n, position=n))
    return made


def said(part: Part, held: list[ActRow]) -> Outcome:
    return judge_case(part, held, [False] * len(held), WORLD, row_order=False).outcome


@pytest.mark.parametrize("silent", ["propose_case_opening", "register_lead", "approve_case_opening"])
def test_who_registers_and_approves_is_found_though_somebody_else_is_not_named(silent: str) -> None:
    (part,) = (one for one in parts().values() if one.on == {"approve_case_opening", "refuse_case_opening"} and one.asks)
    told = [("register_lead", "甲"), ("propose_case_opening", "甲"), ("approve_case_opening", "甲")]
    outcome = said(part, rows(*((act, None if act == silent else who) for act, who in told)))
    assert outcome is (Outcome.NOT_EVALUABLE if silent == "approve_case_opening" else Outcome.VIOLATED)
    told[2] = ("approve_case_opening", "乙")
    assert said(part, rows(*((act, None if act == silent else who) for act, who in told))) is Outcome.NOT_EVALUABLE


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_what_is_found_despite_silence_is_found_whoever_it_was(data: st.DataObject) -> None:
    part = data.draw(st.sampled_from(sorted(parts().values(), key=lambda one: one.name)))
    acts = sorted(part.concerned or ())
    held = rows(*data.draw(st.lists(st.tuples(st.sampled_from(acts), st.sampled_from((*PEOPLE, None))), min_size=2, max_size=7)))
    found = said(part, held)
    for _ in range(4):
        filled = [one if one.actor else replace(one, actor=data.draw(st.sampled_from(PEOPLE))) for one in held]
        if found is Outcome.VIOLATED:
            assert said(part, filled) is Outcome.VIOLATED
        elif found is Outcome.SATISFIED:
            assert said(part, filled) is Outcome.SATISFIED


def test_a_rule_that_asks_for_what_is_missing_concludes_nothing_from_silence() -> None:
    assert any(stands_without(part, part.concerned or ()) for part in parts().values())
    loaded = wiring.read_power(wiring.data_folder("powers") / "a000" / "penalty.yaml", wiring.vocabulary()).loaded.power
    assert loaded is not None
    told = parts_of(configure(loaded.versions[-1]), loaded.versions[-1])
    late = next(one for one in told if one.control == "time_limit")
    assert not stands_without(late, ())
    asking = next(one for one in told if any(not more for _, more in one.asks) and not one.any_act and one.control != "time_limit")
    assert not stands_without(asking, next(acts for acts, more in asking.asks if not more))
