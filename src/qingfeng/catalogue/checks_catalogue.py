"""What must hold between the files of a catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from qingfeng.catalogue.faults import Fault
from qingfeng.catalogue.power import (
    CLOSED,
    STAY,
    ActRule,
    ByField,
    Limit,
    Power,
    PowerVersion,
    Step,
    WholeProcess,
)
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
        if source in diagrams and not power.builtin:
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
        if not power.builtin:
            diagrams.setdefault(source, power)
        latest = power.versions[-1]
        same = forms.setdefault(procedure_form(latest), [])
        found += [_same(power, other) for other in same if map_texts(other.versions[-1]) != map_texts(latest)]
        same.append(power)
    return (*found, *_missing(diagrams))


def procedure_form(version: PowerVersion) -> Form:
    """The procedure with every id of its own replaced by its place: equal for two that differ in names only."""
    table = _Places(version)
    procedure = version.procedure
    return (
        table.steps.get(procedure.start),
        tuple(table.row(row) for row in procedure.rows),
        tuple(table.places(one.blocks, table.acts) for one in procedure.pending.values()),
        tuple(table.limit(limit) for limit in procedure.limits.values()),
    )


class _Places:
    """A number for every id: acts and posts in the order in which rows first name them, the rest by place."""

    def __init__(self, version: PowerVersion) -> None:
        self.acts: dict[str, Any] = {}
        self.posts: dict[str, Any] = {}
        self.steps: dict[str, Any] = {**version.step_order, STAY: STAY, CLOSED: CLOSED}
        self.pending: dict[str, Any] = {name: place for place, name in enumerate(version.procedure.pending)}
        self.limits: dict[str, Any] = {name: place for place, name in enumerate(version.procedure.limits)}
        for row in version.procedure.rows:
            self.acts.setdefault(row.act, len(self.acts))
            for post in row.by:
                self.posts.setdefault(post, len(self.posts))

    @staticmethod
    def places(names: Iterable[str] | None, table: Mapping[str, Any]) -> Form:
        """The numbers of some ids, in no order of their own."""
        return None if names is None else tuple(sorted((table.get(name, name) for name in names), key=str))

    def consequence(self, value: str | ByField | None, table: Mapping[str, Any]) -> Form:
        """Where a row leads or what it opens."""
        if isinstance(value, ByField):
            return self.places(value.cases.values(), table)
        return None if value is None else table.get(value, value)

    def row(self, row: ActRule) -> Form:
        """One act row."""
        return (
            self.acts[row.act],
            self.places(row.at, self.steps),
            self.places(row.by, self.posts),
            self.consequence(row.to, self.steps),
            tuple(sorted((self.places(one, self.acts) for one in row.after), key=str)),
            self.consequence(row.opens, self.pending),
            None if row.closes is None else self.pending.get(row.closes),
            self.places(row.during, self.pending),
            self.places(row.waits, self.limits),
            (row.once, row.credential, row.no_delegation, row.opens_case),
        )

    def limit(self, limit: Limit) -> Form:
        """One time limit."""
        return (
            self.places(limit.starts, self.acts),
            self.places(limit.ends, self.acts),
            limit.length,
            limit.until is not None,
            limit.holder,
            tuple((self.acts.get(stop.from_act), self.acts.get(stop.to_act)) for stop in limit.stops),
            tuple((self.acts.get(one.by), one.times, one.n, one.unit) for one in limit.extend),
        )


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
