"""qingfeng drill: every risk of the maps is tried, and it is shown what refused it, what found it, or that nothing did."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from qingfeng.terms.text import Text

from .frame import Told, screen_of
from .screen import FINE, FOUND, CommandFailed

if TYPE_CHECKING:
    from qingfeng.catalogue.power import Power

    from .drill_map import Played


@click.command(cls=Told)
@click.option("--power", metavar="ID|FILE", help="只演练这项职权。 This power only: an id or a file.")
@click.option("--risk", metavar="STEP.rN", help="只演练这个风险点，如 open_case.r1。 This risk only.")
def drill(power: str | None, risk: str | None) -> int:
    """逐个风险点演练，全部拦下或发现才算通过。 Try every risk; ends with 0 only if all are stopped."""
    from .drill_map import show_map, show_totals
    from .drill_play import played_powers
    from .powers_files import one_power, usable

    screen = screen_of()
    powers = usable(()) if power is None else [one_power(power)]
    if risk is not None:
        powers = _with_risk(powers, risk)
    played: list[Played] = []
    for one in played_powers(screen, powers, risk=risk):
        played.append(one)
        if not screen.as_json:
            show_map(screen, one)
    show_totals(screen, played)
    maps, ours = [one for one in played if not one.builtin], [one for one in played if one.builtin]
    screen.data(_told(maps) | ({"builtin": _told(ours)} if ours else {}))  # the agencies' maps; what is built in stands apart
    if screen.as_json:
        screen.complain(text for one in played for text in one.complaints())
    return FINE if all(one.all_stopped for one in played) else FOUND


def _told(played: Sequence[Played]) -> dict[str, Any]:
    return {
        "drills": [line for one in played for line in one.as_data()],
        "risks": sum(one.risks_tried for one in played),
        "stopped": sum(one.risks_stopped for one in played),
    }


def _with_risk(powers: Sequence[Power], risk: str) -> list[Power]:
    """Return the powers whose map has the risk.  Raises CommandFailed if none has."""
    from qingfeng.catalogue.drills import by_risk
    from qingfeng.catalogue.faults import nearest

    known: dict[str, Any] = {}
    for power in powers:
        for place, _ in by_risk(power.versions[-1]):
            known.setdefault(place, []).append(power)
    if risk not in known:
        hint = nearest(risk[:100], known)
        raise CommandFailed(
            Text(
                zh=f"没有风险点“{risk[:100]}”；写作 环节.风险点，如 open_case.r1。{hint.zh}",
                en=f"There is no risk {risk[:100]!r}; write step.risk such as open_case.r1. {hint.en}",
            )
        )
    found: list[Power] = known[risk]
    return found
