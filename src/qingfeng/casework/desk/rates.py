"""How far the measures of the maps are carried out: of the cases judged by what carries a measure, the share without a finding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from qingfeng.catalogue.power import Measure, PowerVersion, Step
from qingfeng.terms.text import Text

from ..words import rule_name
from .watch import Look

FULL, GOOD = 100, 90
"""Per cent: all, and what is shown without a warning sign."""


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many; nothing was judged where `all` is 0."""

    good: int
    all: int

    @property
    def percent(self) -> int | None:
        """Rounded down, so that 100 means every one."""
        return self.good * FULL // self.all if self.all else None

    @property
    def tone(self) -> str:
        """grn | amb | red | gry."""
        percent = self.percent
        return "gry" if percent is None else "grn" if percent == FULL else "amb" if percent >= GOOD else "red"

    def __add__(self, other: Share) -> Share:
        return Share(self.good + other.good, self.all + other.all)


@dataclass(frozen=True, slots=True)
class MeasureRate:
    """A measure with its share and, by name, what carries it."""

    id: str
    text: str
    share: Share
    carriers: tuple[Text, ...]


class Rates:
    """The shares of one look."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self._judged = look.judged()
        self._hit: dict[tuple[str, str], set[str]] = {}
        for one in look.findings:
            if one.outcome not in ("false_alarm", "not_upheld") and one.finding.found.case:
                self._hit.setdefault((one.finding.power, one.finding.found.rule), set()).add(one.finding.found.case)
        self._duties = {(one.power, one.duty.name): Share(len(one.done), len(one.done) + len(one.missed)) for one in look.duties}

    def of(self, power: str, measure: Measure) -> MeasureRate:
        """Return the share of a measure over all that carries it, with their names."""
        carriers = tuple(_carrier(self._look, power, name) for name in measure.carried_by)
        return MeasureRate(measure.id, measure.text, self.share(power, measure), carriers)

    def share(self, power: str, measure: Measure) -> Share:
        """Return the share of a measure over all that carries it."""
        version = self._look.versions[power]
        share = Share(0, 0)
        for name in measure.carried_by:
            if name in version.controls or name == "time_limit":
                all_ = self._judged[power]
                share += Share(all_ - len(self._hit.get((power, name), ())), all_)
            elif (power, name) in self._duties:
                share += self._duties[power, name]
        return share

    def of_power(self, power: str) -> Share:
        """Return the share over all measures of a power."""
        boxes: Sequence[Sequence[Measure]] = [step.measures for step in self._steps(power)]
        whole = self._look.versions[power].whole_process.measures
        return sum((self.share(power, m) for box in (*boxes, whole) for m in box), Share(0, 0))

    def total(self) -> Share:
        """Return the share over all powers."""
        return sum((self.of_power(power) for power in self._look.versions), Share(0, 0))

    def _steps(self, power: str) -> Sequence[Step]:
        return self._look.versions[power].steps


def _carrier(look: Look, power: str, name: str) -> Text:
    version = look.versions[power]
    kind, _, bare = name.rpartition(":")
    if kind == "limit" and bare in version.procedure.limits:
        return version.procedure.limits[bare].name
    return _words(version).get(bare) or rule_name(f"duty:{bare}" if bare in version.duties else bare)


@lru_cache(maxsize=256)
def _words(version: PowerVersion) -> Mapping[str, Text]:
    return {row.act: row.word.name for row in version.procedure.rows}
