"""Power files for commands that need them whole: read, and every fault told when one cannot be used."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from qingfeng import wiring
from qingfeng.catalogue.faults import Fault
from qingfeng.catalogue.power import Power, PowerVersion
from qingfeng.terms.text import Text

from .screen import FOUND, CommandFailed, near

SHOWN = 20
"""Faults of one refusal that are told; `powers check` tells all."""


def read_files(where: Iterable[Path]) -> list[wiring.PowerFile]:
    """Read power files (the shipped catalogue if none is named).  Raises OSError, CommandFailed if there is none."""
    where = list(where)
    files = wiring.read_powers(where)
    if not files:
        named = "、".join(map(str, where))[:200]
        raise CommandFailed(
            Text(zh=f"{named}中没有职权文件（.yaml）。", en=f"There is no power file (.yaml) in {named}.")
        )
    return files


def usable(where: Iterable[Path], *, beside: Iterable[PowerVersion] = ()) -> list[Power]:
    """Return the powers in files and folders (the shipped catalogue if there are none), fit to stand beside those of an agency.

    Raises CommandFailed with the faults of every file that cannot be used.
    """
    from .powers_check import all_errors, clash_faults

    files, earlier = read_files(where), list(beside)
    faults = [(read.path, fault) for read in files for fault in (*all_errors(read), *clash_faults(read.loaded, earlier))]
    wrong = [told(path, fault) for path, fault in faults]
    if wrong:
        more = len(wrong) - SHOWN
        rest = (
            [
                Text(
                    zh=f"……另有{more}处；全部见 qingfeng powers check",
                    en=f"… and {more} more; see qingfeng powers check",
                )
            ]
            if more > 0
            else []
        )
        raise CommandFailed(*wrong[:SHOWN], *rest, code=FOUND)
    return [read.loaded.power for read in files if read.loaded.power is not None]


def one_power(name: str) -> Power:
    """Return the power in a file, or the shipped one of that id.  Raises CommandFailed, OSError."""
    path = Path(name)
    if path.suffix in (".yaml", ".yml") or path.is_file():
        return usable([path])[0]
    shipped = wiring.power_paths([wiring.data_folder("powers")])
    found = [p for p in shipped if f"{p.parent.name}/{p.stem}" == name]
    if not found:
        known = [f"{p.parent.name}/{p.stem}" for p in shipped]
        raise CommandFailed(
            Text(
                zh=f"没有职权“{name[:100]}”；现有：{'、'.join(known)}。",
                en=f"There is no power {name[:100]!r}; there are: {', '.join(known)}.",
            )
        )
    return usable(found)[0]


def told(path: Path, fault: Fault) -> Text:
    """Return a fault in one sentence: file:line, place, what, how to mend it."""
    where = f"{near(path)}:{fault.line}" if fault.line else near(path)
    return Text(
        zh=f"{where}  {fault.place}：{fault.what.zh} → {fault.hint.zh}",
        en=f"{where}  {fault.place}: {fault.what.en} → {fault.hint.en}",
    )
