"""Every module here is one control; adding a file adds the control.  See CONTRIBUTING for the recipe."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import BadSetting, typed
from qingfeng.engine.control import Control, ControlSet
from qingfeng.facts.rule import AnyOf, LateRule, Rule

ALWAYS: Mapping[str, Mapping[str, Any]] = {"time_limit": {}, "prompt_registration": {}}
"""Controls that every power has, with their default settings; a power file may set them otherwise."""


@lru_cache(maxsize=1)
def discover() -> Mapping[str, type[Any]]:
    """Return every control by name: the one class of each module whose `name` is the module's."""
    found: dict[str, type[Any]] = {}
    for module in iter_modules(__path__):
        members = vars(import_module(f"{__name__}.{module.name}")).values()
        classes = [c for c in members if isinstance(c, type) and getattr(c, "name", None) == module.name]
        assert len(classes) == 1, f"controls/{module.name}.py must define exactly one control of that name"
        found[module.name] = classes[0]
    return found


def configure(version: PowerVersion, *, without: Collection[str] = ()) -> ControlSet:
    """Return the controls of a power in catalogue order, set as it says.  Raises BadSetting.

    without: names left out, to show in a drill that it is they who stop it; an agency at work leaves out none.
    """
    known = discover()
    wanted = {**ALWAYS, **version.controls}
    for name in wanted:
        if name not in known:
            raise BadSetting(
                f"controls.{name}",
                f"没有这个防控措施；现有：{'、'.join(known)}",
                f"no such control; there are: {', '.join(known)}",
            )
    controls: list[Control] = []
    for name in sorted(wanted):
        control = typed(known[name], wanted[name], place=f"controls.{name}")
        problem = control.problem(version)
        if problem is not None:
            raise BadSetting(f"controls.{name}", problem.zh, problem.en)
        if name not in without:
            controls.append(control)
    return ControlSet.of(controls, [_concerns(control.detect(version)) for control in controls])


def _concerns(rule: Rule) -> frozenset[str] | None:
    """Return the acts that a rule judges; None: any."""
    if isinstance(rule, LateRule):
        return None
    parts = rule.rules if isinstance(rule, AnyOf) else (rule,)
    sets = [part.on for part in parts]
    return None if None in sets else frozenset().union(*(on for on in sets if on is not None))
