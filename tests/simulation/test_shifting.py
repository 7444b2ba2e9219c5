"""A course moved to other days stays within what was in force then."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from qingfeng import wiring
from qingfeng.casework.logbook import row_of
from qingfeng.controls import discover
from qingfeng.detection.evaluate import World
from qingfeng.detection.run import found_in
from qingfeng.simulation.wrongdoing import courses, without_guards
from qingfeng.terms.instants import local_day


def test_no_course_is_moved_before_the_power_came_into_force() -> None:
    loaded = wiring.read_power(wiring.data_folder("powers") / "supervision" / "map_review.yaml", wiring.vocabulary()).loaded
    assert loaded.power is not None
    version = loaded.power.versions[-1]
    with wiring.throwaways([loaded.power]) as agencies, wiring.throwaways([without_guards(loaded.power)]) as loose:
        found = courses(agencies, loose, version, frozenset(discover()), only=("-",))
    assert found.honest
    assert all(local_day(one.events[0].at) >= loaded.power.versions[0].in_force_from for one in found.honest)


def test_what_another_holiday_makes_late_is_no_honest_course() -> None:
    """Progress is due every ten working days: nine lie between two reports over the May holiday, eleven in another month."""
    loaded = wiring.read_power(wiring.data_folder("powers") / "a002" / "inspection.yaml", wiring.vocabulary()).loaded
    assert loaded.power is not None
    version = loaded.power.versions[-1]
    story = next(one for one in version.stories if one.id == "suspended_extended_ended")
    told = replace(version, stories=(story,), drills=())
    with wiring.throwaways([loaded.power]) as agencies:
        found = courses(agencies, agencies, told, frozenset(discover()), moves=12)
        with agencies() as office, office.store.read() as tx:
            registry = office.registry(tx)
            _, controls = office.version(registry, version.power, version.version)
    assert any(not one.days for one in found.honest)
    world = World(registry.calendar, registry.people, date(registry.calendar.years[-1], 12, 31))
    for one in found.honest:
        rows = [row_of(event, n, registry.calendar) for n, event in enumerate(one.events, 1)]
        assert not found_in(rows, one.events, version, controls, world), one.days
