"""Random histories for a control: its own stories, changed here and there, or acts picked at random."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import Any

from qingfeng.catalogue.power import PARTY, SYSTEM
from qingfeng.controls import discover
from qingfeng.engine.event import Event
from tests.controls.tellings import acts_of, fields_of, happened, happenings, lines_of
from tests.sample import MONDAY, at

ACTORS = ("ann", "ann", "ann", "bob", "bob", "carl", PARTY, SYSTEM)


def history(chance: Random, *, name: str, length: int = 11) -> list[Event]:
    """Return a random history: more often than not a story of the control, changed here and there; else acts picked at random."""
    kind = discover()[name]
    if chance.random() < 0.7:
        lines = chance.choice(chance.choice((kind.allowed, kind.allowed, kind.refused)))
        return _bent(chance, name, [event for _, event in happenings(lines)])
    return wild(chance, name=name, length=length)


def wild(chance: Random, *, name: str, length: int = 11, acts: Sequence[str] = ()) -> list[Event]:
    """Return acts picked at random, in order of time, some entered late."""
    several = any(":" in line.split()[0] for line in lines_of(discover()[name]))
    when, events = at(MONDAY), []
    for _ in range(chance.randint(2, chance.randint(2, length))):
        when += timedelta(days=chance.choice((0, 0, 1, 1, 3, 5, 9, 9)), minutes=chance.randint(1, 400))
        entered = when + timedelta(days=chance.choice((0,) * 20 + (1, 3, 4, 5, 6, 9)))
        act = chance.choice(acts or acts_of(name))
        case = chance.choice(("c1", "c2")) if several else "c1"
        actor = chance.choice((*ACTORS, *_actors_of(name)))
        reason = chance.choice((None, None, "说明"))
        events.append(happened(0, act, actor, when, entered, case=case, post=chance.choice(_posts_of(name)), reason=reason,
                               **_data(chance, name, act)))  # fmt: skip
    return _numbered(events)


@cache
def _actors_of(name: str) -> tuple[str, ...]:
    return tuple(line.split()[1] for line in lines_of(discover()[name]))


@cache
def _posts_of(name: str) -> tuple[str, ...]:
    return tuple(str(event.post) for _, event in happenings(lines_of(discover()[name])))


def _data(chance: Random, name: str, act: str) -> dict[str, Any]:
    data = {
        field: chance.choice(values) for field, values in fields_of(name).get(act, {}).items() if chance.random() < 0.9
    }
    if act.endswith("_day"):
        data["due_on"] = (date(2026, 3, 4) + timedelta(days=chance.randint(0, 20))).isoformat()
    return data


def _bent(chance: Random, name: str, events: list[Event]) -> list[Event]:
    for _ in range(chance.choice((0, 0, 1, 1, 2, 3))):
        if not events:
            break
        n = chance.randrange(len(events))
        match chance.randrange(6):
            case 0:
                events.pop(n)
            case 1:
                events.insert(chance.randrange(len(events) + 1), events[n])
            case 2:
                events[n] = replace(events[n], actor=chance.choice((*ACTORS, *_actors_of(name))))
            case 3:
                events[n] = replace(events[n], data={**events[n].data, **_data(chance, name, events[n].act)})
            case 4 if events[n].data:
                gone = chance.choice(sorted(events[n].data))
                events[n] = replace(events[n], data={k: v for k, v in events[n].data.items() if k != gone})
            case _:
                other = chance.randrange(len(events))
                events[n], events[other] = events[other], events[n]
    times = sorted(event.at for event in events)
    lags = [event.entered - event.at for event in events]
    return _numbered([replace(e, at=t, entered=t + lag) for e, t, lag in zip(events, times, lags, strict=True)])


def _numbered(events: Sequence[Event]) -> list[Event]:
    seqs: dict[str, int] = {}
    numbered = []
    for event in events:
        seqs[event.stream] = seqs.get(event.stream, 0) + 1
        numbered.append(replace(event, seq=seqs[event.stream]))
    return numbered
