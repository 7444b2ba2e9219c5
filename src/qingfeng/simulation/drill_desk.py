"""The desk at which a drill is played: one case, row by row, through the door that officers use; and no other door."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from qingfeng.casework import clockwork
from qingfeng.casework.office import Office, Registry, load_case
from qingfeng.catalogue.power import PowerVersion
from qingfeng.controls import left_out
from qingfeng.engine.control import Control
from qingfeng.engine.event import Event
from qingfeng.terms.instants import end_of_day, format_instant, local_day, parse_instant

from .script import MAIN, Result, Row, run

EXCUSE = "工作繁忙，未及时办理"
"""What somebody answers who is asked for a reason and means to go on."""
PASSED = frozenset({"accepted", "clock"})


class Loosened(Office):
    """The same agency with some of its rules off: to show in a drill that it is they who stop it."""

    def __init__(self, office: Office, without: Collection[str]) -> None:
        super().__init__(office.store, salts=office.salts, built=office._built, known=office._registry)
        self._without = frozenset(without)
        self._kept: dict[tuple[str, str], tuple[PowerVersion, tuple[Control, ...]]] = {}

    def version(self, registry: Registry, power: str, version: str) -> tuple[PowerVersion, tuple[Control, ...]]:
        """Return a published version and those of its controls that are on.  Raises UnknownThing."""
        if (power, version) not in self._kept:
            built, controls = super().version(registry, power, version)
            self._kept[power, version] = (built, left_out(built, controls, self._without))
        return self._kept[power, version]


class Desk:
    """Plays rows of one case, each at its own time."""

    def __init__(self, office: Office, power: str, *, case: str | None = None, last: datetime | None = None) -> None:
        """case, last: a case that is there already, and when the last row on it was done."""
        self.office = office
        self.case = case
        self.last = last
        self._waiting: deque[Row] = deque()
        self._results = run(office, self._rows(), power=power, known={MAIN: case} if case else None, last=last)

    def do(self, row: Row, *, explain: bool = False) -> Result:
        """Play one row.  explain: where a reason is demanded, give one and go on, as whoever means it would."""
        result = self._play(row)
        if explain and result.outcome == "demand" and row.reason is None:
            result = self._play(replace(row, day=format_instant(result.at), reason=EXCUSE))
        return result

    def let_pass(self, day: date) -> None:
        """Let the clock do what is due by the end of a day."""
        clockwork.run(self.office, now=end_of_day(day) - timedelta(minutes=1), confirm_clock=True)

    def events(self) -> tuple[Event, ...]:
        """Return what has happened on the case so far."""
        if self.case is None:
            return ()
        with self.office.store.read() as tx:
            case, _ = load_case(self.office, tx, self.office.registry(tx), self.case)
        return case.events

    def _play(self, row: Row) -> Result:
        self._waiting.append(row)
        result = next(self._results)
        self.last = result.at if row.entered is None else self.last
        self.case = result.case or self.case
        return result

    def _rows(self) -> Iterator[Row]:
        while self._waiting:
            yield self._waiting.popleft()


def entered_on(row: Row, at: datetime) -> date:
    """Return the day on which a row that happened at an instant is recorded."""
    return local_day(parse_instant(row.entered)) if row.entered else local_day(at)


def day_of(row: Row) -> date:
    """Return the day on which a row of a checked file is to be played."""
    return local_day(parse_instant(row.entered or row.day))
