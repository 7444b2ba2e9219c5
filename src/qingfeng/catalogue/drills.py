"""What a drill speaks of: the risk (or part of it) that it tries, the row of a story that it names, the days it may take."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from qingfeng.catalogue.power import Drill, PowerVersion, Risk, RiskPart

WHOLE_PROCESS = "whole_process"
WINDOW_HIGH, WINDOW = 30, 90
"""Days within which a risk of the highest level, or any other, must be found (the agency's promise to itself)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What one drill can try: a risk without parts, or one part of a risk, in its box."""

    step: str
    level: str | None
    risk: Risk
    part: RiskPart | None

    @property
    def place(self) -> str:
        """Where it stands: step.r1, or step.r1.p2."""
        return f"{self.step}.{self.risk.id}" + (f".{self.part.id}" if self.part else "")

    @property
    def text(self) -> str:
        """The words of the wrong, verbatim."""
        return self.part.text if self.part else self.risk.text

    @property
    def stopped_by(self) -> tuple[str, ...]:
        """What is said to stop it."""
        return self.part.stopped_by if self.part else self.risk.stopped_by

    def tried_by(self, drill: Drill) -> bool:
        """True if the drill tries this very wrong."""
        return drill.risk == f"{self.step}.{self.risk.id}" and drill.part == (self.part.id if self.part else None)


def targets(version: PowerVersion) -> Iterator[Target]:
    """Yield all that must be tried, in the order of the map."""
    boxes = [(step.id, step.level, step.risks) for step in version.steps]
    for name, level, risks in [*boxes, (WHOLE_PROCESS, None, version.whole_process.risks)]:
        for risk in risks:
            for part in risk.parts or (None,):
                yield Target(step=name, level=level, risk=risk, part=part)


def by_risk(version: PowerVersion) -> Iterator[tuple[str, list[Target]]]:
    """Yield every risk of the map (step.r1) with what must be tried of it."""
    for place, found in groupby(targets(version), key=lambda one: f"{one.step}.{one.risk.id}"):
        yield place, list(found)


def window(level: str | None, scheme: Sequence[str]) -> int:
    """Return the days in which a wrong must be found: fewer for the highest level of the scheme."""
    return WINDOW_HIGH if level is not None and level == scheme[-1] else WINDOW


def row_of(acts: Sequence[str], anchor: str) -> int | None:
    """Return which row an anchor (`act`, `act#2`) names among rows that do these acts; None if there is none."""
    act, _, number = anchor.partition("#")
    places = [place for place, does in enumerate(acts) if does == act]
    nth = int(number or 1) - 1
    return places[nth] if nth < len(places) else None
