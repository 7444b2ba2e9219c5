"""The drills of the maps as a board: one line for every risk point, green when every attempt at it was stopped as stated."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qingfeng.catalogue.drills import WHOLE_PROCESS, by_risk
from qingfeng.catalogue.power import SUPERVISION, PowerVersion
from qingfeng.terms.text import Text

from ..words import rule_name, step_name
from .watch import title_among

WHOLE = Text(zh="全过程", en="whole process")


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt as it went.  how: refused | found; after: days."""

    what: Text
    ok: bool
    how: Text
    by: tuple[Text, ...]
    problem: Text | None


@dataclass(frozen=True, slots=True)
class RiskLine:
    """One risk point.  state: waiting | partly | green | red | none."""

    place: str
    step: Text
    text: str
    level: str | None
    state: str
    tried: int
    wanted: int
    attempts: tuple[Attempt, ...]


@dataclass(frozen=True, slots=True)
class PowerBoard:
    """The risk points of a power."""

    power: str
    title: Text
    lines: tuple[RiskLine, ...]
    builtin: bool = False  # the map is ours: supervision of the agency itself

    @property
    def green(self) -> int:
        """How many risks were stopped in all their parts."""
        return sum(one.state == "green" for one in self.lines)


@dataclass(frozen=True, slots=True)
class Board:
    """All powers.  What is counted is the agencies' maps; the built-in powers are counted apart (`ours`), unless there is nothing else."""

    powers: tuple[PowerBoard, ...]

    @property
    def ours(self) -> Board | None:
        """The built-in powers, None where there are none beside maps."""
        own = tuple(one for one in self.powers if one.builtin)
        return Board(own) if own and len(own) < len(self.powers) else None

    @property
    def _counted(self) -> tuple[PowerBoard, ...]:
        return tuple(one for one in self.powers if not one.builtin) or self.powers

    def count(self, state: str) -> int:
        """Return how many risk points are in a state."""
        return sum(line.state == state for one in self._counted for line in one.lines)

    @property
    def risks(self) -> int:
        """How many risk points there are."""
        return sum(len(one.lines) for one in self._counted)

    @property
    def green(self) -> int:
        """How many were stopped."""
        return self.count("green")

    @property
    def red(self) -> int:
        """How many were not."""
        return self.count("red")

    @property
    def percent(self) -> int:
        """How many of hundred were stopped."""
        return 100 * self.green // self.risks if self.risks else 0


def board(versions: Mapping[str, PowerVersion], told: Sequence[Mapping[str, Any]], wanted: Collection[str], *, running: bool) -> Board:
    """Return the board.  told: what a run has written so far; wanted: the powers that it tries."""
    by_place: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for line in told:
        by_place.setdefault((str(line.get("power")), str(line.get("risk"))), []).append(line)
    titles = {power: title_among(versions, power) for power in versions}
    return Board(tuple(_power(version, titles[power], by_place, power in wanted and running) for power, version in versions.items()))


def _power(
    version: PowerVersion, title: Text, by_place: Mapping[tuple[str, str], Sequence[Mapping[str, Any]]], running: bool
) -> PowerBoard:
    many: dict[str, int] = {}
    for drill in version.drills:
        many[drill.risk] = many.get(drill.risk, 0) + 1
    lines = []
    for place, targets in by_risk(version):
        went = by_place.get((version.power, place), ())
        step = targets[0].step
        name = WHOLE if step == WHOLE_PROCESS else step_name(version, step)
        lines.append(
            RiskLine(
                place,
                name,
                targets[0].risk.text,
                targets[0].level,
                _state(went, many.get(place, 0), running),
                len(went),
                many.get(place, 0),
                tuple(_attempt(one) for one in went),
            )
        )
    return PowerBoard(version.power, title, tuple(lines), version.kind == SUPERVISION)


def _state(went: Sequence[Mapping[str, Any]], wanted: int, running: bool) -> str:
    if any(not one.get("ok") for one in went):
        return "red"
    if not wanted:
        return "none"
    if len(went) >= wanted:
        return "green"
    return "partly" if went else "waiting" if running else "none"


def _attempt(line: Mapping[str, Any]) -> Attempt:
    after = line.get("after")
    if line.get("outcome") == "refused":
        how = Text(zh="当场拦下", en="refused")
    elif line.get("outcome") == "found":
        how = Text(zh="当天发现", en="found the same day") if not after else Text(zh=f"{after}天后发现", en=f"found after {after} days")
    else:
        how = Text(zh="没有拦下", en="not stopped")
    problem = Text.of(line["problem"]) if line.get("problem") else None
    return Attempt(
        Text.of(line["attempt"]), bool(line.get("ok")), how, tuple(rule_name(str(one)) for one in line.get("by") or ()), problem
    )
