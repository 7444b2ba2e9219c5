"""How much of a map is bound to something that stops its risks and carries out its measures.

The names of controls and duties are arguments: the catalogue stands below them and imports none.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from qingfeng.catalogue.faults import Fault, nearest
from qingfeng.catalogue.power import Measure, Power, PowerVersion, Risk, Step, WholeProcess
from qingfeng.terms.text import Text

_KINDS = {
    "control": Text(zh="防控措施", en="control"),
    "duty": Text(zh="定期职责", en="duty"),
    "limit": Text(zh="期限", en="limit"),
    "act": Text(zh="办理动作", en="act"),
}
_OF_RISKS = frozenset({"control", "duty"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Counts for one version: all risks and measures, those bound to what exists, the rest, wrong bindings."""

    power: str
    version: str
    risks: int
    risks_bound: int
    measures: int
    measures_bound: int
    unbound: tuple[str, ...]  # step.r1, whole_process.m2 …
    faults: tuple[Fault, ...]


def coverage(
    power: Power,
    *,
    controls: Collection[str],
    duties: Collection[str],
    guards: Collection[str] = (),
    version: PowerVersion | None = None,
) -> Coverage:
    """Coverage of a version (the latest by default).  A binding to nothing is an error and counts for nothing.

    guards: names that stop like controls but take no settings: those of the engine's own rings.
    """
    version = version if version is not None else power.versions[-1]
    names: Mapping[str, Collection[str]] = {
        "control": {*controls, *guards},
        "duty": duties,
        "limit": version.procedure.limits,
        "act": {row.act for row in version.procedure.rows},
    }
    faults = [*_settings(version, "controls", version.controls, controls)]
    faults += _settings(version, "duties", version.duties, duties)
    unbound: list[str] = []
    counts: dict[type[Risk] | type[Measure], list[int]] = {Risk: [0, 0], Measure: [0, 0]}
    for step, item in _items(version):
        open_places = []
        for place, bindings in _bindings(step, item):
            wrong = list(_wrong(version, place, isinstance(item, Risk), bindings, names, guards))
            faults += wrong
            if len(bindings) <= len(wrong):
                open_places.append(place)
        counts[type(item)][0] += 1
        counts[type(item)][1] += not open_places
        unbound += open_places
    return Coverage(
        power=power.id,
        version=version.version,
        risks=counts[Risk][0],
        risks_bound=counts[Risk][1],
        measures=counts[Measure][0],
        measures_bound=counts[Measure][1],
        unbound=tuple(unbound),
        faults=tuple(faults),
    )


def _items(version: PowerVersion) -> Iterator[tuple[str, Risk | Measure]]:
    boxes: list[tuple[str, Step | WholeProcess]] = [(step.id, step) for step in version.steps]
    boxes.append(("whole_process", version.whole_process))
    for name, box in boxes:
        for risk in box.risks:
            yield name, risk
        for measure in box.measures:
            yield name, measure


def _bindings(step: str, item: Risk | Measure) -> list[tuple[str, tuple[str, ...]]]:
    """What must be bound, each with its place: the item, or every part of it."""
    place = f"{step}.{item.id}"
    if isinstance(item, Measure):
        return [(place, item.carried_by)]
    return [(f"{place}.{part.id}", part.stopped_by) for part in item.parts] or [(place, item.stopped_by)]


def _wrong(
    version: PowerVersion,
    item: str,
    of_risk: bool,
    bindings: tuple[str, ...],
    names: Mapping[str, Collection[str]],
    guards: Collection[str],
) -> Iterator[Fault]:
    for binding in bindings:
        prefix, colon, rest = binding.partition(":")
        kind, name = (prefix, rest) if colon else ("control", binding)
        place = f"{version.power}.versions.{version.version}.{item}"
        if of_risk and kind not in _OF_RISKS:
            yield Fault(
                place=place,
                line=None,
                what=Text(zh=f"风险点不能由“{binding}”防控。", en=f'A risk is not stopped by "{binding}".'),
                hint=Text(zh="stopped_by 只写防控措施或 duty:定期职责 的名称。", en="`stopped_by` names controls, or duties as duty:<name>."),
            )
        elif kind not in names or name not in names[kind]:
            called = _KINDS.get(kind, Text(zh=f"“{kind}”类名称", en=f'"{kind}" name'))
            yield _unknown(place, called, name, names.get(kind, ()))
        elif kind == "control" and name not in version.controls and name not in guards:
            yield Fault(
                place=place,
                line=None,
                what=Text(
                    zh=f"防控措施“{name}”在本文件 controls 中没有设置，拦不住这一风险。",
                    en=f'The control "{name}" is not set under `controls` of this file and stops nothing.',
                ),
                hint=Text(zh="请在 controls 中设置，或者改写所依靠的措施。", en="Set it under `controls`, or name what is set."),
            )
        elif kind == "duty" and name not in version.duties:
            yield Fault(
                place=place,
                line=None,
                what=Text(
                    zh=f"定期职责“{name}”在本文件 duties 中没有设置，不会运行。",
                    en=f'The duty "{name}" is not set under `duties` of this file and would never run.',
                ),
                hint=Text(zh="请在 duties 中设置。", en="Set it under `duties`."),
            )


def _settings(
    version: PowerVersion, key: str, settings: Mapping[str, object], known: Collection[str]
) -> Iterator[Fault]:
    kind = _KINDS["control" if key == "controls" else "duty"]
    for name in settings:
        if name not in known:
            yield _unknown(f"{version.power}.versions.{version.version}.{key}.{name}", kind, name, known)


def _unknown(place: str, kind: Text, name: str, known: Collection[str]) -> Fault:
    return Fault(
        place=place,
        line=None,
        what=Text(zh=f"没有名为“{name}”的{kind.zh}。", en=f'There is no {kind.en} named "{name}".'),
        hint=nearest(name, known),
    )
