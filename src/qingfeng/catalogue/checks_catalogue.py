"""What must hold between the files of a catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from qingfeng.catalogue.faults import Fault
from qingfeng.catalogue.power import CLOSED, STAY, Power, PowerVersion, Step, WholeProcess
from qingfeng.terms.text import Text

Form = Any
"""A procedure or a map as nested tuples without names."""


def check_catalogue(powers: Iterable[Power]) -> tuple[Fault, ...]:
    """Faults across files: one id or diagram twice, one procedure under two maps, diagrams in no file."""
    found: list[Fault] = []
    ids: dict[str, Power] = {}
    diagrams: dict[tuple[str, int], Power] = {}
    forms: dict[Form, list[Power]] = {}
    for power in powers:
        if power.id in ids:
            found.append(_twice(power, Text(zh=f"id“{power.id}”已被使用。", en=f'The id "{power.id}" is taken.')))
        ids.setdefault(power.id, power)
        source = (power.document, power.diagram)
        if source in diagrams:
            other = diagrams[source].id
            found.append(
                _twice(
                    power,
                    Text(
                        zh=f"{power.document}第{power.diagram}图已由 {other} 录入。",
                        en=f"Diagram {power.diagram} of {power.document} is already {other}.",
                    ),
                )
            )
        diagrams.setdefault(source, power)
        latest = power.versions[-1]
        same = forms.setdefault(procedure_form(latest), [])
        found += [_same(power, other) for other in same if map_texts(other.versions[-1]) != map_texts(latest)]
        same.append(power)
    return (*found, *_missing(diagrams))


def procedure_form(version: PowerVersion) -> Form:
    """The procedure with every id of its own replaced by its place: equal for two that differ in names only.

    Acts and posts go by the order in which the rows first name them, steps, pending matters and limits by their place.
    """
    acts: dict[str, int] = {}
    posts: dict[str, int] = {}
    fields: dict[str, int] = {}
    steps: dict[str, int | str] = {**version.step_order, STAY: STAY, CLOSED: CLOSED}
    pending = {name: place for place, name in enumerate(version.procedure.pending)}
    limits = {name: place for place, name in enumerate(version.procedure.limits)}
    for row in version.procedure.rows:
        acts.setdefault(row.act, len(acts))
        for post in row.by:
            posts.setdefault(post, len(posts))
        for field in row.word.fields:
            fields.setdefault(field.id, len(fields))

    def places(names: Iterable[str], table: Mapping[str, Any]) -> Form:
        return tuple(sorted((table.get(name, name) for name in names), key=str))

    def consequence(value: Any, table: Mapping[str, Any]) -> Form:
        if value is None or isinstance(value, str):
            return table.get(value, value) if value is not None else None
        return tuple(sorted(str(table.get(target, target)) for target in value.cases.values()))

    rows = tuple(
        (
            acts[row.act],
            places(row.at, steps),
            places(row.by, posts),
            consequence(row.to, steps),
            tuple(sorted((places(one, acts) for one in row.after), key=str)),
            consequence(row.opens, pending),
            pending.get(row.closes) if row.closes is not None else None,
            places(row.during, pending),
            places(row.waits, limits),
            (row.once, row.credential, row.no_delegation),
        )
        for row in version.procedure.rows
    )
    blocks = tuple(
        places(one.blocks, acts) if one.blocks is not None else None for one in version.procedure.pending.values()
    )
    times = tuple(
        (
            places(limit.starts, acts),
            places(limit.ends, acts),
            limit.length,
            limit.until is not None,
            limit.holder,
            tuple((acts.get(stop.from_act), acts.get(stop.to_act)) for stop in limit.stops),
            tuple((acts.get(one.by), one.times, one.n, one.unit) for one in limit.extend),
        )
        for limit in version.procedure.limits.values()
    )
    return steps.get(version.procedure.start), rows, blocks, times


def map_texts(version: PowerVersion) -> Form:
    """The risks and measures of a map in their order, verbatim."""
    boxes: list[Step | WholeProcess] = [*version.steps, version.whole_process]
    return tuple((tuple(risk.text for risk in box.risks), tuple(one.text for one in box.measures)) for box in boxes)


def _same(power: Power, other: Power) -> Fault:
    return Fault(
        place=power.id,
        line=None,
        what=Text(
            zh=f"流程与 {other.id} 除名称外完全相同，而两张防控图不同。",
            en=f"The procedure equals that of {other.id} but for names, while their maps differ.",
        ),
        hint=Text(
            zh="不同的职权有各自的法定程序；请按其法律写出差别。",
            en="Different powers have procedures of their own; write what their law says.",
        ),
    )


def _twice(power: Power, what: Text) -> Fault:
    return Fault(
        place=power.id,
        line=None,
        what=what,
        hint=Text(zh="请改正，或删去其中一个文件。", en="Correct it, or remove one of the files."),
    )


def _missing(diagrams: Mapping[tuple[str, int], Power]) -> Iterable[Fault]:
    """Gaps in the numbers of a document's diagrams."""
    last: dict[str, int] = {}
    for document, diagram in diagrams:
        last[document] = max(diagram, last.get(document, 0))
    for document, highest in last.items():
        for diagram in range(1, highest):
            if (document, diagram) not in diagrams:
                yield Fault(
                    place=document,
                    line=None,
                    what=Text(
                        zh=f"{document}第{diagram}图没有录入。", en=f"Diagram {diagram} of {document} is in no file."
                    ),
                    hint=Text(zh="请录入，或核对 source.diagram。", en="Enter it, or check source.diagram."),
                    severity="gap",
                )
