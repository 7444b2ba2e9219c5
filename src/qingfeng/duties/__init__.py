"""Every module here is one recurring obligation, but for what they share (SHARED); adding a file adds the duty."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import BadSetting, typed

from .duty import Duty

SHARED = frozenset({"answers", "chances", "duty", "sampling"})


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
    known = discover()
    duties: dict[str, Duty] = {}
    for name, settings in version.duties.items():
        place = f"duties.{name}"
        if name not in known:
            raise BadSetting(
                place, f"没有这个定期职责；现有：{'、'.join(known)}", f"no such duty; there are: {', '.join(known)}"
            )
        duty: Duty = typed(known[name], settings, place=place)
        problem = duty.problem(version)
        if problem is not None:
            raise BadSetting(place, problem.zh, problem.en)
        duties[name] = duty
    return duties
