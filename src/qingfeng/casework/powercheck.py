"""Everything that makes a power file unusable, each fault with its line: settings that cannot work, and those that clash with others."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from qingfeng.catalogue.coverage import Coverage, coverage
from qingfeng.catalogue.faults import Fault
from qingfeng.catalogue.load import Loaded
from qingfeng.catalogue.power import PowerVersion
from qingfeng.controls import ALWAYS, clashes, discover
from qingfeng.controls import faults as control_faults
from qingfeng.duties import discover as discover_duties
from qingfeng.duties import faults as duty_faults
from qingfeng.terms.text import Text

from .office import Registry
from .registry import published_beside, unstaffed
from .words import guards

_MEND = Text(zh="请改正该设置。", en="Correct this setting.")


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of checking a draft: the version if it can be published, every error, every gap of the source."""

    version: PowerVersion | None  # also when it has errors of the second kind: it can be looked at, not published
    errors: tuple[Fault, ...]
    gaps: tuple[Fault, ...]
    covered: Coverage | None

    @property
    def fine(self) -> bool:
        """True if it can be published."""
        return self.version is not None and not self.errors


def covered(loaded: Loaded) -> Coverage | None:
    """Return how much of a map is bound, None if it cannot be used."""
    power = loaded.power
    return (
        coverage(power, controls=sorted(discover()), duties=sorted(discover_duties()), guards=guards() | ALWAYS.keys())
        if power
        else None
    )


def setting_faults(loaded: Loaded) -> Iterator[Fault]:
    """Yield everything that is wrong with the settings of a power's controls and duties, each with its line."""
    for n, version in enumerate(loaded.power.versions if loaded.power else ()):
        for error in (*control_faults(version), *duty_faults(version)):
            yield Fault(
                place=f"versions.{version.version}.{error.place}",
                line=line_of(loaded, n, error.place),
                what=error.what,
                hint=_MEND,
            )


def line_of(loaded: Loaded, version: int, place: str) -> int | None:
    """Return the line of a place such as controls.fine_receipts.books[2].first in a version, or of what stands around it."""
    parts = re.findall(r"[^.\[\]]+|\[\d+\]", place)
    path = ("versions", version, *(int(p[1:-1]) - 1 if p.startswith("[") else p for p in parts))
    known = (loaded.lines.get(path[:length]) for length in range(len(path), 0, -1))
    return next((line for line in known if line is not None), None)


def checked(loaded: Loaded, registry: Registry, *, power: str, day: date, has_cases: bool) -> Checked:
    """Return what stands against publishing the last version of a file in an agency."""
    if loaded.power is None:
        return Checked(None, loaded.errors, loaded.gaps, None)
    version, bound = loaded.power.versions[-1], covered(loaded)
    errors = [*loaded.errors, *(bound.faults if bound else ()), *setting_faults(loaded)]
    errors += _against(loaded, version, registry, power=power, day=day, has_cases=has_cases)
    return Checked(version, tuple(errors), loaded.gaps, bound)


def _against(
    loaded: Loaded, version: PowerVersion, registry: Registry, *, power: str, day: date, has_cases: bool
) -> Iterable[Fault]:
    last = len(loaded.power.versions) - 1 if loaded.power else 0

    def fault(place: str, what: Text, hint: Text) -> Fault:
        return Fault(place=place, line=line_of(loaded, last, place), what=what, hint=hint)

    if version.power != power:
        yield fault("id", Text(zh=f"这份草稿是{power}的，不能改成{version.power}。", en=f"This is a draft of {power}, not of {version.power}."),
                    Text(zh="请恢复 id。", en="Put the id back."))  # fmt: skip
    if (version.power, version.version) in registry.versions:
        yield fault(
            "in_force_from",
            Text(
                zh=f"{version.version}版已经发布，不能改写。",
                en=f"{version.version} is published and cannot be rewritten.",
            ),
            Text(zh="请另定施行日期。", en="Set another day of force."),
        )
    elif has_cases and version.in_force_from <= day:
        yield fault("in_force_from", Text(zh=f"本职权已有案件，施行日期{version.version}必须晚于今天，不得追溯。",
                                          en=f"There are cases: the day of force {version.version} must be after today."),
                    Text(zh="请改为今天以后的日期。", en="Set a day after today."))  # fmt: skip
    for clash in clashes(version, published_beside(registry, version)):
        yield fault(
            clash.place,
            clash.what,
            Text(zh="请按登记改正；两项职权不得共用。", en="Correct it: powers may not share it."),
        )
    empty = unstaffed(registry, version, day)
    if empty is not None:
        yield fault(
            "procedure",
            empty,
            Text(zh="请先由系统管理员登记任职。", en="Have the system administrator register the appointments first."),
        )
