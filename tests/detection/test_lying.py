"""What still lies there after its limit: in the log of another system no clock marks it, so the log is asked on the day of reading."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache

import pytest

from qingfeng import wiring
from qingfeng.casework.logbook import row_of
from qingfeng.casework.office import load_case
from qingfeng.catalogue.power import Power
from qingfeng.controls import configure
from qingfeng.detection.evaluate import World
from qingfeng.detection.foreign import Feed, Part, blind, judge_case, parts_of
from qingfeng.detection.late import asks, lies, lying_runs
from qingfeng.engine.case import fold
from qingfeng.engine.clock import clocks, marks
from qingfeng.engine.event import ACT
from qingfeng.facts.rows import ActRow, Outcome
from qingfeng.simulation.drill_desk import Desk
from qingfeng.simulation.script import row_from_story
from qingfeng.terms.calendar import WorkCalendar
from qingfeng.terms.instants import LOCAL, local_day

CALENDAR = WorkCalendar(wiring.calendars())
FILED = {"archive"}
"""Some stories are not told that far."""
BEGUN = datetime(2026, 3, 2, 9, tzinfo=LOCAL)


@cache
def power(name: str) -> Power:
    loaded = wiring.read_power(wiring.data_folder("powers") / f"{name}.yaml", wiring.vocabulary()).loaded.power
    assert loaded is not None
    return loaded


def part() -> Part:
    version = power("a000/penalty").versions[-1]
    return next(one for one in parts_of(configure(version), version) if one.name == "time_limit#filing/lying")


def rows(*told: tuple[str, int]) -> list[ActRow]:
    made = []
    for n, (act, days) in enumerate(told, 1):
        at = BEGUN + timedelta(days=days)
        made.append(ActRow(case="c", act=act, actor="甲", at=at, entered=at, effective=str(at.date()), lag=0, seq=n, position=n))
    return made


@pytest.mark.parametrize("name", ["a000/penalty", "a001/penalty", "a000/compulsory_measure", "a002/inspection"])
def test_what_lies_in_a_log_is_what_the_clock_of_the_engine_would_mark(name: str) -> None:
    """Every honest story, cut after each of its acts and read some time later: two tellings that share no code say the same."""
    found = asked = 0
    with wiring.throwaways([power(name)]) as agencies:
        version = power(name).versions[-1]
        for story in version.stories:
            with agencies() as office:
                desk = Desk(office, version.power)
                for row in story.rows:
                    desk.do(row_from_story(row))
                if desk.case is None:
                    continue
                with office.store.read() as tx:
                    registry = office.registry(tx)
                    whole, _ = load_case(office, tx, registry, desk.case)
            acts = [event for event in whole.events if event.kind == ACT]
            for cut in range(1, len(acts) + 1):
                case = fold(whole.id, whole.version, [event for event in whole.events if event.seq <= acts[cut - 1].seq])
                held = [row_of(event, n, registry.calendar) for n, event in enumerate(acts[:cut], 1)]
                running = clocks(case, registry.calendar)
                bare = replace(case, events=tuple(event for event in case.events if event.kind == ACT))
                ends = {m.limit: m.at for m in marks(bare, running, registry.calendar) if m.mark == "red"}
                for days in (0, 9, 40, 200):
                    today = local_day(acts[cut - 1].entered) + timedelta(days=days)
                    late = {limit for limit, at in ends.items() if asks(version.procedure.limits[limit])
                            and local_day(at - timedelta(microseconds=1)) < today}  # fmt: skip
                    for limit in version.procedure.limits.values():
                        if asks(limit) and lies(limit):
                            alone = replace(version, procedure=replace(version.procedure, limits={limit.id: limit}))
                            told = lying_runs(held, alone, registry.calendar, today=today)
                            assert any(is_late for _, is_late in told) is (limit.id in late), (story.id, cut, limit.id, today)
                            found, asked = found + (limit.id in late), asked + 1
            if whole.closed:
                lasting = {limit for limit in ends if asks(version.procedure.limits[limit])} - FILED
                assert not lasting, (story.id, "closed, and a limit would still grow red")
    assert found > 50
    assert asked > 4 * found


def test_a_limit_that_nobody_ended_is_found_the_day_after_it_ran_out() -> None:
    """A lead is decided upon within seven working days: by 11 March."""
    lying, held = part(), rows(("register_lead", 0))
    for today, outcome in ((date(2026, 3, 11), Outcome.SATISFIED), (date(2026, 3, 12), Outcome.VIOLATED)):
        said = judge_case(lying, held, [False], World(CALENDAR, today=today), row_order=True)
        assert said.outcome is outcome, today
        assert [hit.seq for hit in said.hits] == ([1] if outcome is Outcome.VIOLATED else [])
    ended = rows(("register_lead", 0), ("approve_case_opening", 40))
    said = judge_case(lying, ended, [False, False], World(CALENDAR, today=date(2026, 12, 31)), row_order=True)
    assert said.outcome is Outcome.SATISFIED, "late, as the other rule says, but it does not lie there any more"


def test_what_a_log_does_not_record_may_have_ended_it() -> None:
    lying = part()
    acts = frozenset(lying.version.words)
    assert blind(lying, Feed(acts=acts, fields=frozenset(), entered=True)) is None
    for gone in (min(lying.version.procedure.limits["filing"].ends), "close_case"):
        assert blind(lying, Feed(acts=acts - {gone}, fields=frozenset())) is not None
        assert blind(lying, Feed(acts=acts - {gone}, fields=frozenset(), never_done=frozenset({gone}))) is None
