"""What a statute gives at least, and takes at most: a power file may not cite an article and set less, or more.

Only verified articles whose number of days is fixed stand here; an article that is not here is not judged.  A paragraph, if named,
is judged by its own line; an article cited whole, by the shortest (longest) period that it has.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from qingfeng.terms.text import Text
from qingfeng.terms.timelimit import Unit

_UNITS = {
    Unit.WORKING_DAY: Text(zh="个工作日", en="working days"),
    Unit.CALENDAR_DAY: Text(zh="日", en="days"),
    Unit.MONTH: Text(zh="个月", en="months"),
    Unit.HOUR: Text(zh="小时", en="hours"),
}


@dataclass(frozen=True, slots=True)
class Bound:
    """A number of units that an article fixes; least: the party's time (never less), else the agency's (never more)."""

    n: int
    unit: Unit
    least: bool

    def broken_by(self, n: int, unit: str) -> bool:
        """True if a limit of n units goes below the least or beyond the most."""
        return unit == self.unit and (n < self.n if self.least else n > self.n)

    @property
    def said(self) -> Text:
        """The bound in words."""
        unit = _UNITS[self.unit]
        zh, en = ("不少于", "no less than") if self.least else ("不超过", "no more than")
        return Text(zh=f"{zh}{self.n}{unit.zh}", en=f"{en} {self.n} {unit.en}")


def _party(n: int, unit: Unit = Unit.WORKING_DAY) -> Bound:
    return Bound(n, unit, least=True)


def _agency(n: int, unit: Unit = Unit.WORKING_DAY) -> Bound:
    return Bound(n, unit, least=False)


BOUNDS: Mapping[tuple[str, str], Bound] = {
    ("行政处罚法", "48"): _agency(3),
    ("行政处罚法", "56"): _agency(7),
    ("行政处罚法", "60"): _agency(90, Unit.CALENDAR_DAY),
    ("行政处罚法", "61"): _agency(7),
    ("行政处罚法", "64"): _party(5),
    ("行政处罚法", "64(1)"): _party(5),
    ("行政处罚法", "64(2)"): _party(7),
    ("行政处罚法", "67"): _party(15, Unit.CALENDAR_DAY),
    ("行政强制法", "19"): _agency(24, Unit.HOUR),
    ("行政强制法", "25"): _agency(30, Unit.CALENDAR_DAY),
    ("行政强制法", "54"): _party(10),
    ("行政许可法", "32"): _agency(5),
    ("行政许可法", "42"): _agency(20),
    ("行政许可法", "44"): _agency(10),
    ("行政许可法", "48"): _party(7),
    ("行政复议法", "48"): _agency(10),
    ("行政诉讼法", "45"): _party(15, Unit.CALENDAR_DAY),
    ("行政诉讼法", "46"): _party(6, Unit.MONTH),
    ("行政诉讼法", "67"): _agency(15, Unit.CALENDAR_DAY),
    ("政府信息公开条例", "26"): _agency(20),
}

SETTINGS: Mapping[tuple[str, str], Bound] = {
    ("hearing_right", "window"): _party(5),
    ("hearing_conduct", "ahead"): _party(7),
}
"""Settings of controls that are such a period, where the control cites the statute (行政处罚法 64, 行政许可法 47, 48)."""


def bound_of(instrument: str, article: str) -> Bound | None:
    """Return the bound of an article as cited: of its paragraph if that is known, else of the article."""
    short = instrument.removeprefix("中华人民共和国")
    return BOUNDS.get((short, article)) or BOUNDS.get((short, article.partition("(")[0]))


def settings_below(controls: Mapping[str, Any]) -> Iterator[tuple[str, str, int, Bound]]:
    """Yield (control, setting, number, bound) where a control that cites the statute gives the party less than it does."""
    for (control, setting), bound in SETTINGS.items():
        said = controls.get(control)
        if (
            isinstance(said, Mapping)
            and said.get("statute")
            and isinstance(n := said.get(setting, bound.n), int)
            and n < bound.n
        ):
            yield control, setting, n, bound
