"""qingfeng powers check: every fault of power files, what their sources lack, and how much of each map is bound."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from qingfeng import wiring
from qingfeng.casework.powercheck import covered, line_of, setting_faults
from qingfeng.catalogue.coverage import Coverage
from qingfeng.catalogue.faults import Fault
from qingfeng.catalogue.load import Loaded
from qingfeng.catalogue.power import PowerVersion
from qingfeng.controls import clashes
from qingfeng.terms.text import Text

from .powers_files import read_files
from .screen import FINE, FOUND, Screen, near


def check_files(screen: Screen, files: Iterable[Path], *, gaps: bool) -> int:
    """Check files (the shipped catalogue by default); FOUND if one of them cannot be used."""
    told: list[dict[str, Any]] = []
    earlier: list[PowerVersion] = []
    for read in read_files(files):
        covered, errors = _covered(read), [*all_errors(read), *clash_faults(read.loaded, earlier)]
        told.append(_as_data(read, errors, covered))
        _show(screen, read, errors, covered)
        for gap in read.loaded.gaps if gaps else ():
            show_fault(screen, read.path, gap)
    bad = sum(1 for t in told if t["errors"])
    lacking = sum(len(t["gaps"]) for t in told)
    hint = ("", "") if gaps or not lacking else ("（逐条列出：--gaps）", " (list them: --gaps)")
    screen.line()
    screen.say(
        f"共{len(told)}个文件：{len(told) - bad}个可用，{bad}个有错；来源缺漏{lacking}处{hint[0]}。",
        f"{len(told)} files: {len(told) - bad} usable, {bad} with errors; {lacking} gaps of the sources{hint[1]}.",
    )
    screen.data({"files": told, "usable": len(told) - bad, "faulty": bad, "gaps": lacking})
    return FOUND if bad else FINE


def all_errors(read: wiring.PowerFile) -> list[Fault]:
    """Return all that makes a file unusable: its own faults, bindings to nothing, settings that cannot work."""
    covered = _covered(read)
    return [*read.loaded.errors, *(covered.faults if covered else ()), *setting_faults(read.loaded)]


def _covered(read: wiring.PowerFile) -> Coverage | None:
    return covered(read.loaded)


def clash_faults(loaded: Loaded, earlier: list[PowerVersion]) -> list[Fault]:
    """Return every setting that cannot stand beside the versions read before, with its line; they grow by those of this power."""
    found = []
    for n, version in enumerate(loaded.power.versions if loaded.power else ()):
        found += [
            Fault(
                place=f"versions.{version.version}.{error.place}",
                line=line_of(loaded, n, error.place),
                what=error.what,
                hint=Text(zh="请按登记改正其中一处；两项职权不得共用。", en="Correct one of the two: powers may not share it."),
            )
            for error in clashes(version, earlier)
        ]
        earlier.append(version)
    return found


def fault_data(fault: Fault) -> dict[str, Any]:
    """Return a fault as JSON has it."""
    return {
        "place": fault.place,
        "line": fault.line,
        "severity": fault.severity,
        "what": {"zh": fault.what.zh, "en": fault.what.en},
        "hint": {"zh": fault.hint.zh, "en": fault.hint.en},
    }


def show_fault(screen: Screen, path: Path, fault: Fault) -> None:
    """Write one fault: file:line, place, what, how to mend it."""
    where = f"{near(path)}:{fault.line}" if fault.line else near(path)
    for line in fault_lines(screen, fault, where=f"{where}  "):
        screen.line(line)


def fault_lines(screen: Screen, fault: Fault, *, where: str = "") -> list[str]:
    """Return a fault as lines: its place, what is wrong, how to mend it."""
    return [f"  {where}{fault.place}", f"      {screen.words(fault.what)}", f"      → {screen.words(fault.hint)}"]


def _show(screen: Screen, read: wiring.PowerFile, errors: list[Fault], covered: Coverage | None) -> None:
    gaps = read.loaded.gaps
    if errors:
        screen.say(
            f"✗ {near(read.path)}：{len(errors)}处错误，来源缺漏{len(gaps)}处",
            f"✗ {near(read.path)}: {len(errors)} errors, {len(gaps)} gaps of the source",
        )
    else:
        screen.say(
            f"✓ {near(read.path)}：来源缺漏{len(gaps)}处", f"✓ {near(read.path)}: {len(gaps)} gaps of the source"
        )
    for fault in errors:
        show_fault(screen, read.path, fault)
    if covered:
        screen.say(
            f"    风险点{covered.risks}个，已绑定{covered.risks_bound}；防控措施{covered.measures}个，已绑定{covered.measures_bound}",
            f"    risks {covered.risks}, bound {covered.risks_bound}; "
            f"measures {covered.measures}, bound {covered.measures_bound}",
        )


def _as_data(read: wiring.PowerFile, errors: list[Fault], covered: Coverage | None) -> dict[str, Any]:
    cover = None
    if covered:
        cover = {
            "version": covered.version,
            "risks": covered.risks,
            "risks_bound": covered.risks_bound,
            "measures": covered.measures,
            "measures_bound": covered.measures_bound,
            "unbound": list(covered.unbound),
        }
    power = read.loaded.power
    return {
        "file": str(read.path),
        "power": power.id if power else None,
        "errors": [fault_data(f) for f in errors],
        "gaps": [fault_data(f) for f in read.loaded.gaps],
        "coverage": cover,
    }
