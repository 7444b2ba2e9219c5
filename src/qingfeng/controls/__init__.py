"""Every module here is one control; adding a file adds the control.  See CONTRIBUTING for the recipe."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import BadSetting, faults_in, pinned, typed
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


def configure(version: PowerVersion) -> ControlSet:
    """Return the controls of a power in catalogue order, set as it says.  Raises BadSetting."""
    for fault in faults(version):
        raise fault
    known, wanted = discover(), {**ALWAYS, **version.controls}
    return _asked(version, [typed(known[name], wanted[name], place=f"controls.{name}") for name in sorted(wanted)])


def left_out(version: PowerVersion, controls: Iterable[Control], names: Collection[str]) -> ControlSet:
    """Return the configured controls of a power without some, to show in a drill that it is they who stop it.

    An agency at work leaves out none.
    """
    return _asked(version, [control for control in controls if control.name not in names])


def _asked(version: PowerVersion, controls: Sequence[Control]) -> ControlSet:
    return ControlSet.of(controls, [_concerns(control.detect(version)) for control in controls])


def faults(version: PowerVersion) -> list[BadSetting]:
    """Return everything that is wrong with the settings of a power's controls, each at its own place."""
    known, found = discover(), []
    for name, settings in sorted({**ALWAYS, **version.controls}.items()):
        place = f"controls.{name}"
        if name not in known:
            found.append(BadSetting(place, f"没有这个防控措施；现有：{'、'.join(known)}", f"no such control; there are: {', '.join(known)}"))
            continue
        wrong = faults_in(known[name], settings, place=place)
        problem = None if wrong else typed(known[name], settings, place=place).problem(version)
        found += wrong if problem is None else [pinned(place, problem, settings)]
    return found


def registers(controls: Collection[str]) -> list[str]:
    """Return the controls among these whose settings are a register of the whole agency: none of it may stand in two powers."""
    return [name for name in sorted(controls) if hasattr(discover().get(name), "clash")]


def clashes(version: PowerVersion, others: Iterable[PowerVersion]) -> list[BadSetting]:
    """Return every setting of a power that cannot stand beside other powers and versions of its agency, which it names.

    A control tells it by `clash(other, same=…) -> (place, why)`; same: the other is a version of this power.
    """
    known, found = discover(), []
    for other in others:
        for name in registers(version.controls):
            settings, theirs = version.controls[name], other.controls.get(name)
            if theirs is None or any(faults_in(known[name], one, place=name) for one in (settings, theirs)):
                continue
            mine, same = typed(known[name], settings, place=name), other.power == version.power
            for place, why in mine.clash(typed(known[name], theirs, place=name), same=same):
                zh, en = f"职权{other.power}（{other.title.zh}）{other.version}版", f"power {other.power} ({other.title.en}) of {other.version}"
                found.append(BadSetting(f"controls.{name}.{place}", f"{zh}：{why.zh}", f"{en}: {why.en}"))
    return found


def _concerns(rule: Rule) -> frozenset[str] | None:
    """Return the acts that a rule judges; None: any."""
    if isinstance(rule, LateRule):
        return None
    parts = rule.rules if isinstance(rule, AnyOf) else (rule,)
    sets = [part.on for part in parts]
    return None if None in sets else frozenset().union(*(on for on in sets if on is not None))
