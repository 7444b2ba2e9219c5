"""What a statute gives at least, and takes at most: a power file may not cite an article and set less, or more.

Only verified articles whose number of days is fixed stand here; an article that is not here is not judged.  A paragraph, if named,
is judged by its own line; an article cited whole, by the shortest (longest) period that it has.

Beside the numbers: the acts that a control owes to a statute (`OWED`), so that no file keeps the control and empties it, and sums from
which a right begins (`FROM`), which the law leaves to local standards: one above every fine of the file's own catalogue begins never.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
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


@dataclass(frozen=True, slots=True)
class Owed:
    """In powers of a kind, these acts (those that the procedure has) stand in this setting of this control, by this article."""

    kind: str
    control: str
    setting: str
    acts: tuple[str, ...]
    instrument: str
    article: str

    def lacking(self, controls: Mapping[str, Any], rows: Collection[str]) -> list[str]:
        """Return the acts that the procedure has and the setting has not; all of them if the control is not set."""
        said = controls.get(self.control)
        named = said.get(self.setting) if isinstance(said, Mapping) else ()
        if said is not None and named is None:
            return []  # as the control has it by default
        return [act for act in self.acts if act in rows and act not in (named if isinstance(named, list | tuple) else ())]


_SEEN = ("investigate", "interview", "preserve_evidence", "check_on_the_spot")
OWED: tuple[Owed, ...] = (
    Owed("penalty", "two_officers", "acts", _SEEN, "行政处罚法", "42"),
    Owed("penalty", "recusal", "acts", ("investigate", "interview", "decide_penalty"), "行政处罚法", "43"),
    Owed("penalty", "defence_heard", "decisions", ("decide_penalty",), "行政处罚法", "45"),
    Owed("penalty", "collective_deliberation", "decides", ("decide_penalty",), "行政处罚法", "57(2)"),
    Owed("penalty", "legality_review", "decides", ("decide_penalty",), "行政处罚法", "58"),
    Owed("penalty", "hearing_right", "decisions", ("decide_penalty",), "行政处罚法", "63"),
    Owed("penalty", "hearing_conduct", "decisions", ("decide_penalty",), "行政处罚法", "64"),
    Owed("compulsory_measure", "two_officers", "acts", ("carry_out_measure", "take_urgent_measure"), "行政强制法", "18"),
    Owed("licence", "two_officers", "acts", ("examine_on_site",), "行政许可法", "34(3)"),
)

FROM: tuple[tuple[str, str], ...] = (
    ("hearing_right", "from_yuan"),
    ("hearing_right", "person_yuan"),
    ("collective_deliberation", "amount"),
    ("major_case_test", "person"),
    ("major_case_test", "organisation"),
)
"""Sums in yuan from which a hearing, a legality review or a deliberation is due."""


def never_reached(controls: Mapping[str, Any]) -> Iterator[tuple[tuple[str | int, ...], int, int]]:
    """Yield (place, sum, highest fine) of each sum that no fine of the file's own catalogue of violations can reach, and of each
    level of approval (`up_to`) that none goes beyond; nothing where a fine of the catalogue has no upper end in yuan (a percentage)."""
    entries = (controls.get("violation_catalogue") or {}).get("entries") or ()
    fines = [one for one in entries if isinstance(one, Mapping) and "fine" in (one.get("kinds") or ())]
    tops = [one["fine_max"] for one in fines if isinstance(one.get("fine_max"), int) and not one.get("percent")]
    if not tops or len(tops) < len(fines):
        return
    top: int = max(tops)
    for control, setting in FROM:
        n = (controls.get(control) or {}).get(setting)
        if isinstance(n, int) and n > top:
            yield (control, setting), n, top
    for index, tier in enumerate((controls.get("tiered_approval") or {}).get("levels") or ()):
        n = tier.get("up_to") if isinstance(tier, Mapping) else None
        if isinstance(n, int) and n >= top:
            yield ("tiered_approval", "levels", index, "up_to"), n, top


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
