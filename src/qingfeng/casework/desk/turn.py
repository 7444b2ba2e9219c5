"""Whose turn it is on a case and with which act, and which limit presses: what a row of the inbox says beside its number.

As with the usual course of a case page this is a help told from the stories of the power; what may be done the procedure says.  A case
is read once after each of its acts, and what came of it is remembered.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from weakref import WeakKeyDictionary

from qingfeng.catalogue.power import PARTY, STAY, SYSTEM, PowerVersion
from qingfeng.engine.case import Case
from qingfeng.engine.clock import clocks
from qingfeng.engine.control import Control
from qingfeng.engine.order import possible
from qingfeng.terms.calendar import WorkCalendar
from qingfeng.terms.text import Text

from ..office import Office, Registry, load_cases
from ..ports import CaseRow, ReadTx
from ..projection import owed_on
from ..words import listed, post_name
from .course import OFTEN, OTHERS, course_of, usual_at, wait_told, waits_for

KEPT = 20_000
"""So many cases are remembered by a process: a few words each."""
SHOWN = 2
"""So many acts are named in a row."""
_KNOWN: WeakKeyDictionary[Office, OrderedDict[str, tuple[int, Turn]]] = WeakKeyDictionary()
_LOCK = threading.Lock()


@dataclass(frozen=True, slots=True)
class Leg:
    """An act in a turn: its name, the post that does it, the name of the post, and for which limit it has to wait, till when."""

    name: Text
    by: str
    post: Text
    wait: tuple[Text, datetime] | None


@dataclass(frozen=True, slots=True)
class Turn:
    """legs: what is to be done, in the usual order; limit: the name of the limit that ends first."""

    legs: tuple[Leg, ...]
    limit: Text | None

    def first(self, now: datetime) -> Leg | None:
        """Return what is to be done first: of what need not wait, else of what waits; None where nobody acts."""
        return next(iter(self._ready(now)), self.legs[0] if self.legs else None)

    def _ready(self, now: datetime) -> list[Leg]:
        return [leg for leg in self.legs if leg.wait is None or now >= leg.wait[1]]

    def told(self, posts: Sequence[str], now: datetime) -> Text | None:
        """Return whose turn it is, in words, to somebody who holds these posts; None where nobody acts."""
        first = self.first(now)
        if first is None:
            return None
        ready = self._ready(now)
        mine = [leg.name for leg in (ready or self.legs) if leg.by in posts][:SHOWN]
        own, theirs = listed(mine), Text(zh=f"轮到{first.post.zh}：{first.name.zh}", en=f"turn of {first.post.en}: {first.name.en}")
        if mine and first.by in posts:
            said = Text(zh=f"轮到您：{own.zh}", en=f"your turn: {own.en}")
        elif mine:
            said = Text(zh=f"{theirs.zh}；您可以：{own.zh}", en=f"{theirs.en}; you may: {own.en}")
        else:
            said = theirs
        if ready or first.wait is None:
            return said
        wait = wait_told(*first.wait)
        return Text(zh=f"{wait.zh}，然后{said.zh}", en=f"{wait.en}, then {said.en}")


def turns_of(office: Office, tx: ReadTx, registry: Registry, rows: Sequence[CaseRow]) -> Mapping[str, Turn]:
    """Return whose turn it is on some dozens of cases; those not yet known are read at one go."""
    with _LOCK:
        known = _KNOWN.setdefault(office, OrderedDict())
        told = {row.case: known[row.case][1] for row in rows if row.case in known and known[row.case][0] == row.seq}
    missing = [row.case for row in rows if row.case not in told]
    if missing:
        loaded = load_cases(office, tx, registry, missing)
        read = {one: (case.seq, turn_of(case, registry.calendar, controls)) for one, (case, controls) in loaded.items()}
        told |= {one: turn for one, (_, turn) in read.items()}
        with _LOCK:
            known.update(read)
            while len(known) > KEPT:
                known.popitem(last=False)
    return told


def _owner(version: PowerVersion, step: str) -> str | None:
    """Return the post to which the map gives a step; None where it names none."""
    return next((one.owner.post for one in version.steps if one.id == step and one.owner is not None), None)


def turn_of(case: Case, calendar: WorkCalendar, controls: Sequence[Control] = ()) -> Turn:
    """Return whose turn it is on one case; of a closed one only who still owes an act on it."""
    running = clocks(case, calendar)
    ending, owed = owed_on(case, running.values())
    rules = {rule.act: rule for rule in possible(case) if rule.by != (SYSTEM,) and (not case.closed or not owed or rule.act in owed)}
    course = course_of(case, {}, rules.keys(), holders=lambda _post: (), controls=controls)
    often, needed = (
        usual_at(case.version, case.step),
        frozenset[str]().union(*(n for row in case.version.procedure.rows for n in row.after)),
    )
    leading = {
        act
        for act, rule in rules.items()
        if rule.to != STAY or rule.closes is not None or rule.opens is not None or act in needed or act in owed
    }
    others = [one for one in course if one.state == OTHERS and (one.owed or often.get(one.act, 0) >= OFTEN)]
    first = next((n for n, one in enumerate(others) if one.act in leading), 0)
    owner = _owner(
        case.version, case.step
    )  # what he does before another leads on is his turn, though nothing hangs on it
    handed = [one for one in others[:first] if one.by == owner != others[first].by]
    usual = [(one.act, one.by) for one in (*handed, *(o for o in others if o.act in leading))]
    if not usual:  # a turn that no story takes: what leads on from here, the most usual first
        chosen = sorted(leading, key=lambda act: (-often.get(act, 0), act))[:SHOWN]
        usual = [(act, post) for act in chosen for post in rules[act].by[:1]]
    legs = [
        Leg(case.version.words[act].name, by, post_name(case.version, by), waits_for(case, act, running))
        for act, by in [one for one in usual if one[1] != PARTY] or usual
    ]
    nearest = min(ending, key=lambda c: c.due.raw if c.due else case.opened_at, default=None)  # type: ignore[arg-type,return-value]
    return Turn(tuple(dict.fromkeys(legs)), nearest.limit.name if nearest is not None else None)
