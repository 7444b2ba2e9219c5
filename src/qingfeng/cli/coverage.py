"""qingfeng coverage: every risk against what stops it and the drills that try it, every measure against what carries it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from qingfeng.terms.text import Text

from .frame import Told, screen_of
from .screen import FINE, FOUND, CommandFailed, Screen, near

if TYPE_CHECKING:
    from qingfeng.catalogue.coverage_proof import Known, Proof
    from qingfeng.catalogue.power import Power


@click.command(cls=Told)
@click.option("--power", metavar="ID|FILE", help="只看这项职权。 This power only: an id or a file.")
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="FILE.xlsx", help="另存为电子表格。 Write a spreadsheet too."
)
def coverage(power: str | None, out: Path | None) -> int:
    """风险点×规则×演练；全部防住、全部落实才算通过。 Risk × rule × drill; ends with 0 only if nothing is missing."""
    from qingfeng.catalogue.coverage_proof import prove

    from .powers_files import one_power, usable

    screen = screen_of()
    if out is not None and out.suffix != ".xlsx":
        raise CommandFailed(Text(zh=f"{out}：文件名须以 .xlsx 结尾。", en=f"{out}: the file name must end in .xlsx."))
    every = usable(())
    powers = every if power is None else [one_power(power)]
    ids = {one.id for one in powers}
    proof = prove(powers, known_names(), catalogue=[*(one for one in every if one.id not in ids), *powers])
    if not screen.as_json:
        _show(screen, powers, proof)
    if out is not None:
        from .coverage_sheet import write_sheet

        write_sheet(screen, proof, out)
        screen.say(f"已写入 {near(out.absolute())}", f"Written: {near(out.absolute())}")
    screen.data(_as_data(powers, proof))
    return FINE if proof.complete else FOUND


def known_names() -> Known:
    """Return the names of all rules that there are, and of those that every power has."""
    from qingfeng.casework.words import guards
    from qingfeng.catalogue.coverage_proof import Known
    from qingfeng.controls import ALWAYS
    from qingfeng.controls import discover as controls
    from qingfeng.duties import discover as duties

    return Known(controls=frozenset(controls()), duties=frozenset(duties()), always=guards() | ALWAYS.keys())


def _show(screen: Screen, powers: Sequence[Power], proof: Proof) -> None:
    from .powers_check import fault_lines
    from .table import show_table

    for power in powers:
        screen.line(f"{power.id}  {screen.words(power.title)}")
        rows = [
            [
                f"{line.target.place} {line.target.text}",
                "\n".join(line.target.stopped_by) or "—",
                "\n".join(f"{drill.id} [{drill.ring}] {' '.join(sorted(drill.by))}" for drill in line.drills) or "—",
            ]
            for line in proof.risks
            if line.power == power.id
        ]
        show_table(
            screen,
            [screen.pick("风险点", "Risk"), screen.pick("由何拦下或发现", "Stopped by"), screen.pick("演练", "Drills")],
            rows,
        )
        screen.line()
        carried = [
            [f"{line.step}.{line.measure.id} {line.measure.text}", "\n".join(line.measure.carried_by) or "—"]
            for line in proof.measures
            if line.power == power.id
        ]
        show_table(screen, [screen.pick("防控措施", "Measure"), screen.pick("由何落实", "Carried by")], carried)
        screen.line()
    for fault in proof.faults:
        for text in fault_lines(screen, fault):
            screen.line(text)
    lines = len(proof.risks)
    tried = sum(bool(line.drills) for line in proof.risks)
    carried_by = sum(bool(line.measure.carried_by) for line in proof.measures)
    screen.say(
        f"风险点及其部分{lines}处，有演练的{tried}处；防控措施{len(proof.measures)}条，有落实的{carried_by}条；问题{len(proof.faults)}处。",
        f"{lines} risks and parts, {tried} with a drill; {len(proof.measures)} measures, {carried_by} carried; {len(proof.faults)} faults.",
    )


def _as_data(powers: Sequence[Power], proof: Proof) -> dict[str, Any]:
    from .powers_check import fault_data

    return {
        "powers": [
            {
                "power": power.id,
                "risks": [
                    {
                        "step": line.target.step,
                        "risk": line.target.risk.id,
                        "part": line.target.part.id if line.target.part else None,
                        "text": line.target.text,
                        "stopped_by": list(line.target.stopped_by),
                        "drills": [{"id": d.id, "ring": d.ring.value, "by": sorted(d.by)} for d in line.drills],
                    }
                    for line in proof.risks
                    if line.power == power.id
                ],
                "measures": [
                    {
                        "step": line.step,
                        "measure": line.measure.id,
                        "text": line.measure.text,
                        "carried_by": list(line.measure.carried_by),
                    }
                    for line in proof.measures
                    if line.power == power.id
                ],
            }
            for power in powers
        ],
        "errors": [fault_data(fault) for fault in proof.faults],
        "complete": proof.complete,
    }
