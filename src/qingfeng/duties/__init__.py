"""Every module here is one recurring obligation, but for what they share (SHARED); adding a file adds the duty."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import BadSetting, faults_in, pinned, typed

from .duty import Duty

SHARED = frozenset({"answers", "case_by_case", "chances", "duty", "sampling"})


@lru_cache(maxsize=1)
def discover() -> Mapping[str, type[Any]]:
    """Return every duty by name: the one class of each module whose `name` is the module's."""
    found: dict[str, type[Any]] = {}
    for module in iter_modules(__path__):
        if module.name in SHARED:
            continue
        members = vars(import_module(f"{__name__}.{module.name}")).values()
        classes = [c for c in members if isinstance(c, type) and getattr(c, "name", None) == module.name]
        assert len(classes) == 1, f"duties/{module.name}.py must define exactly one duty of that name"
        found[module.name] = classes[0]
    return found


@lru_cache(maxsize=64)  # a version is itself and no other: nothing in it changes
def configure(version: PowerVersion) -> Mapping[str, Duty]:
    """Return the duties of a power by name, set as it says.  Raises BadSetting."""
    for fault in faults(version):
        raise fault
    known = discover()
    return {name: typed(known[name], settings, place=f"duties.{name}") for name, settings in version.duties.items()}


def faults(version: PowerVersion) -> list[BadSetting]:
    """Return everything that is wrong with the settings of a power's duties, each at its own place."""
    known, found = discover(), []
    for name, settings in version.duties.items():
        place = f"duties.{name}"
        if name not in known:
            found.append(BadSetting(place, f"没有这个定期职责；现有：{'、'.join(known)}", f"no such duty; there are: {', '.join(known)}"))
            continue
        wrong = faults_in(known[name], settings, place=place)
        problem = None if wrong else typed(known[name], settings, place=place).problem(version)
        found += wrong if problem is None else [pinned(place, problem, settings)]
    return found
