"""A course moved to other days stays within what was in force then."""

from __future__ import annotations

from qingfeng import wiring
from qingfeng.controls import discover
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
