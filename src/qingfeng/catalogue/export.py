"""The catalogue as plain data for other programs: what each map says, verbatim, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from qingfeng.catalogue.faults import Fault
from qingfeng.catalogue.power import Measure, Power, Risk, Step


def export_catalogue(powers: Iterable[tuple[Power, Sequence[Fault]]]) -> dict[str, Any]:
    """All powers with the faults of their files, in the order of the maps in their sources; of each the latest version.

    `builtin` is there only where there are some: those maps are ours and stand in no source.
    """
    ordered = sorted(powers, key=lambda one: (one[0].document, one[0].diagram, one[0].id))
    copied = [export_power(power, faults) for power, faults in ordered if not power.builtin]
    ours = [export_power(power, faults) for power, faults in ordered if power.builtin]
    return {"powers": copied, **({"builtin": ours} if ours else {})}


def export_power(power: Power, faults: Sequence[Fault]) -> dict[str, Any]:
    """One power; texts in Chinese, null where the source is silent."""
    version = power.versions[-1]
    return {
        "id": power.id,
        "title": version.title.zh,
        "agency": power.agency.zh if power.agency is not None else None,
        "kind": power.kind,
        "source": {"builtin": True} if power.builtin else {"document": power.document, "diagram": power.diagram},
        "steps": [_step(step) for step in version.steps],
        "whole_process": {
            "risks": _risks(version.whole_process.risks),
            "measures": _measures(version.whole_process.measures),
        },
        "faults": [_fault(fault) for fault in faults],
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "id": step.id,
        "name": step.name.zh,
        "level": step.level,
        "owner": step.owner.source if step.owner is not None else None,
        "doubt": step.doubt.zh if step.doubt is not None else None,
        "risks": _risks(step.risks),
        "measures": _measures(step.measures),
    }


def _risks(risks: Sequence[Risk]) -> list[dict[str, Any]]:
    return [_risk(risk) for risk in risks]


def _risk(risk: Risk) -> dict[str, Any]:
    """A risk; `parts` is there only where it has some."""
    plain = {"id": risk.id, "text": risk.text, "reads_as": risk.reads_as, "stopped_by": list(risk.stopped_by)}
    parts = [{"id": part.id, "text": part.text, "stopped_by": list(part.stopped_by)} for part in risk.parts]
    return {**plain, "parts": parts} if parts else plain


def _measures(measures: Sequence[Measure]) -> list[dict[str, Any]]:
    return [
        {"id": one.id, "text": one.text, "reads_as": one.reads_as, "carried_by": list(one.carried_by)}
        for one in measures
    ]


def _fault(fault: Fault) -> dict[str, Any]:
    return {
        "place": fault.place,
        "line": fault.line,
        "what": fault.what.zh,
        "hint": fault.hint.zh,
        "severity": fault.severity,
    }
