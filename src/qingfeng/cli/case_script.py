"""qingfeng case … --script: a whole story or attack, row by row, in a drill or in the agency itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from qingfeng import wiring
from qingfeng.casework import clockwork
from qingfeng.casework.findings import sweep
from qingfeng.casework.office import Office
from qingfeng.casework.registry import By, register
from qingfeng.catalogue.power import READ_FILE, Power
from qingfeng.simulation import script
from qingfeng.terms.instants import format_instant, parse_instant
from qingfeng.terms.text import Text

from .agency import now, opened
from .findings import found_data, show_found
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
        found = [] if live else _found(office, results)
        if found:
            screen.line()
            screen.say(f"事后发现{len(found)}条：", f"Found afterwards: {len(found)}")
            show_found(screen, found)
    strange = not live and told.findings is not None and {one["rule"] for one in found} != told.findings
    missed = [r for r in results if not r.as_expected]
    expecting = sum(r.row.then is not None for r in results)
    screen.line()
    screen.say(
        f"共{len(results)}行；写明预期{expecting}行，不符{len(missed)}行。",
        f"{len(results)} rows; {expecting} with an expectation, {len(missed)} not as expected.",
    )
    if strange:
        wanted = sorted(told.findings or ())
        screen.say(
            f"≠ 预期的事后发现：{'、'.join(wanted) or '没有'}；实际：{'、'.join(sorted({o['rule'] for o in found})) or '没有'}",
            f"≠ expected findings: {', '.join(wanted) or 'none'}; got: {', '.join(sorted({o['rule'] for o in found})) or 'none'}",
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
            "findings": None if live else found,
            "findings_as_expected": not strange,
            "ok": not missed and not strange,
        }
    )
    return FOUND if missed or strange else FINE


def _found(office: Office, results: Sequence[script.Result]) -> list[dict[str, Any]]:
    """Read the whole record once all rows are done, as `qingfeng detect` does, at the time of the last row.

    What nobody did for the agency's recurring duties is left out: a script tells cases, and its agency has no everyday life.
    """
    times = [result.at for result in results]
    times += [parse_instant(r.row.entered) for r in results if r.row.entered is not None and r.outcome != "error"]
    if not times:
        return []
    names = {result.case: result.row.case for result in results if result.case}
    done = [result for result in results if result.outcome == "accepted" and result.seq]
    lines = {(r.case, -r.seq if r.row.does == READ_FILE else r.seq): r.row.line for r in done if r.seq}
    told = found_data(office, [one for one in sweep(office, now=max(times)) if one.found.case])
    return [
        {**one, "script_case": names.get(one["case"]), "line": lines.get((one["case"], one["seq"]))} for one in told
    ]


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
