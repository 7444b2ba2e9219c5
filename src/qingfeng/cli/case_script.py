"""qingfeng case … --script: a whole story or attack, row by row, in a drill or in the agency itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from qingfeng import wiring
from qingfeng.casework import clockwork
from qingfeng.casework.office import Office
from qingfeng.casework.registry import By, register
from qingfeng.catalogue.power import Power
from qingfeng.simulation import script
from qingfeng.terms.instants import format_instant
from qingfeng.terms.text import Text

from .agency import now, opened
from .powers_files import usable
from .results import result_data, show_result
from .screen import FINE, FOUND, CommandFailed, Screen
from .script_file import Script, read_script


def run_script(screen: Screen, path: Path, *, powers: Iterable[Path], live: bool) -> int:
    """Run a script; FOUND if a row that says what ought to happen met something else."""
    told = read_script(path)
    _power_named(told, path)
    with ExitStack() as stack:
        if live:
            office = stack.enter_context(opened(screen))
            rows, known = _live(office, told)
        else:
            office = stack.enter_context(wiring.throwaway(_powers_for(told, powers)))
            rows, known = told.rows, {}
        _register(office, told, live=live)
        if told.title:
            screen.line(told.title)
        results = list(_shown(screen, script.run(office, rows, power=told.power, known=known)))
    missed = [r for r in results if not r.as_expected]
    expecting = sum(r.row.then is not None for r in results)
    screen.line()
    screen.say(
        f"共{len(results)}行；写明预期{expecting}行，不符{len(missed)}行。",
        f"{len(results)} rows; {expecting} with an expectation, {len(missed)} not as expected.",
    )
    screen.data(
        {
            "script": str(path),
            "title": told.title,
            "power": told.power,
            "live": live,
            "rows": [result_data(r) for r in results],
            "expected": expecting,
            "failed": len(missed),
            "ok": not missed,
        }
    )
    return FOUND if missed else FINE


def _shown(screen: Screen, results: Iterator[script.Result]) -> Iterator[script.Result]:
    for result in results:
        show_result(screen, result)
        yield result


def _power_named(told: Script, path: Path) -> None:
    if told.power is None and not any(row.power for row in told.rows) and not any("/" in row.case for row in told.rows):
        raise CommandFailed(
            Text(
                zh=f"{path}没有写明职权：请在文件头或行中写 power: 职权编号。",
                en=f"{path} names no power: write power: in its head or in a row.",
            )
        )


def _powers_for(told: Script, extra: Iterable[Path]) -> list[Power]:
    """Return the powers that the script names and all of the extra files, which go before shipped ones of one id."""
    given = {power.id: power for power in usable(extra)} if (extra := list(extra)) else {}
    wanted = {told.power, *(row.power for row in told.rows)} - given.keys() - {None}
    shipped = set(wiring.power_paths([wiring.data_folder("powers")]))
    named = [p for p in sorted(shipped) if f"{p.parent.name}/{p.stem}" in wanted]
    return [*given.values(), *(usable(named) if named else [])]


def _register(office: Office, told: Script, *, live: bool) -> None:
    at = now() if live else wiring.FOUNDING
    with office.store.write() as tx:
        for entry in told.people:
            data = {k: v for k, v in entry.items() if k != "act"}
            register(office, tx, str(entry["act"]), data, by=By(actor=wiring.ADMIN, entered=at))


def _live(office: Office, told: Script) -> tuple[Sequence[script.Row], dict[str, str]]:
    """In the agency itself the time of entry is now, whatever a file says; a case may be named by its number."""
    at = now()
    forged = [str(row.line) for row in told.rows if row.entered is not None]
    if forged:
        listed = "、".join(forged[:10])
        raise CommandFailed(
            Text(
                zh=f"--live 时录入时间就是现在，不能写 entered（第{listed}行）。",
                en=f"With --live the time of entry is now: no entered (line {listed}).",
            )
        )
    clockwork.run(office, now=at)
    with office.store.read() as tx:
        known = {row.case: row.case for row in told.rows if "/" in row.case and tx.case_row(row.case) is not None}
    return [replace(row, entered=format_instant(at)) for row in told.rows], known
