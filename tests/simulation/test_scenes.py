"""The demonstration holds meetings and hearings in every state: notified, held, called, voting, done; each stands there on the last day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

import pytest

from qingfeng.casework.office import Office, load_case
from qingfeng.engine.event import ACT
from qingfeng.simulation.agency import Chronicle, Period, work
from qingfeng.simulation.demo import HABITS, QUIET
from qingfeng.simulation.scenes import SHOWN

from .conftest import agency_of

FIRST, LAST = date(2026, 8, 24), date(2026, 11, 21)


@pytest.fixture(scope="module")
def shown() -> Iterator[tuple[Office, Chronicle]]:
    """An agency in which nothing happens but the scenes."""
    with agency_of() as office:
        yield office, work(office, rng=Random(2), period=Period.of(FIRST, LAST - QUIET, LAST), arrivals=0, habits=HABITS, scenes=SHOWN)


def test_every_scene_stands_where_it_is_to_stand_and_nobody_was_refused(shown: tuple[Office, Chronicle]) -> None:
    office, told = shown
    assert told.stuck == []
    assert not [turn for turn in told.turns if turn.outcome == "refused"]
    assert sorted(told.open) == sorted(told.cases)
    with office.store.read() as tx:
        registry = office.registry(tx)
        acts = {one: [e for e in load_case(office, tx, registry, one)[0].events if e.kind == ACT] for one in told.cases}
    ends = sorted((one.rpartition("/2026/")[0], done[-1].act, sum(e.act == done[-1].act for e in done)) for one, done in acts.items())
    assert ends == sorted((one.power, one.act, one.n) for one in SHOWN)
    assert all(LAST - timedelta(days=7) <= done[-1].at.date() <= LAST for done in acts.values())


def test_who_is_shown_on_the_sign_in_page_takes_part(shown: tuple[Office, Chronicle]) -> None:
    """The first holder of a post has an account that visitors are told of: they shall see these pages from inside."""
    office, told = shown
    with office.store.read() as tx:
        registry = office.registry(tx)
        actors = {e.actor for one in told.cases for e in load_case(office, tx, registry, one)[0].events}
    assert {"case_handler", "hearing_officer", "legal_reviewer"} <= actors
