"""A simulated year of habits for patterns: written by `qingfeng simulate --habits`, judged by `qingfeng evaluate`."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from .frame import screen_of
from .screen import FINE, FOUND

UNTIL = date(2027, 1, 15)
"""The day of reading: the year is over, and what began in it is done."""


def write(out: Path, *, cases: int, seed: int, honest: bool) -> int:
    """Write the logs of a year in which, unless it is honest, one subject for each pattern does wrong."""
    from qingfeng.importing.logs.habits import write_habits
    from qingfeng.simulation.worldcases import write_year
    from qingfeng.simulation.worldlog import found_world
    from qingfeng.simulation.wrongs import WRONGS, plant

    screen = screen_of()
    world = found_world(seed=seed, size=cases)
    if not honest:
        plant(world, WRONGS)
    log = write_year(world)
    said = write_habits(out, log.rows, log.planted, until=UNTIL, cases=cases)
    for kind, one in said["logs"].items():
        screen.say(
            f"{kind}（{one['power']}）：{one['cases']}案{one['events']}条记录",
            f"{kind} ({one['power']}): {one['events']} events, {one['cases']} cases",
        )
    screen.say(f"植入{len(said['planted'])}条规律的对象，见 {out / 'planted.json'}。",
               f"A subject is planted for {len(said['planted'])} patterns, see {out / 'planted.json'}.")  # fmt: skip
    screen.data({"out": str(out), "seed": seed, **said})
    return FINE


def judge(folder: Path) -> int:
    """Hold every pattern against what was planted; show it."""
    from qingfeng import wiring
    from qingfeng.importing.logs.habits import POWERS, evaluate_habits
    from qingfeng.terms.calendar import WorkCalendar

    from .powers_files import one_power
    from .table import show_table

    screen = screen_of()
    told = evaluate_habits(
        folder, {power: one_power(power) for power in POWERS.values()}, WorkCalendar(wiring.calendars())
    )
    heads = [
        screen.pick(zh, en)
        for zh, en in (
            ("规律", "pattern"),
            ("植入", "planted"),
            ("查出", "found"),
            ("误报", "false"),
            ("可判断", "judged"),
        )
    ]
    show_table(screen, heads, [_row(name, one) for name, one in told["patterns"].items()])
    recall = "—" if told["recall"] is None else f"{told['recall']:.1%}"
    rate = f"{told['false_per_1000']:.3f}"
    screen.say(
        f"植入{told['planted']}，查出{told['found']}（{recall}）；误报{told['false']}，每千案{rate}。",
        f"{told['planted']} planted, {told['found']} found ({recall}); {told['false']} false, {rate} per 1,000 cases.",
    )
    screen.data(told)
    return FINE if told["found"] == told["planted"] and not told["false"] else FOUND


def _row(name: str, one: dict[str, Any]) -> tuple[str, ...]:
    found = "" if one["subject"] is None else "✓" if one["found"] else "—"
    return name, one["subject"] or "", found, str(one["false"]), str(one["judged"])
