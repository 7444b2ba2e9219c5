"""Files of a draw: plans, links, records; read strictly, written whole or not at all, never over another."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from qingfeng.draw.fault import Fault
from qingfeng.draw.parse import parse_plan
from qingfeng.draw.plan import DrawPlan
from qingfeng.draw.run import Record, read_record
from qingfeng.draw.transcript import DrawTranscript
from qingfeng.terms.text import Text

from .fields import read_text
from .screen import FOUND, CommandFailed, near

MAX_RECORD_BYTES = 20_000_000
"""Bytes of a plan, links or record in JSON: the largest pool with all its tickets has some four million."""
SHOWN = 20
"""Faults that are told at once."""


def read_plan_file(path: Path, *, frozen: str, fill: Callable[[dict[str, Any]], None] | None = None) -> DrawPlan:
    """Read a plan from YAML or JSON; a plan that is not frozen yet is frozen at the given instant.  fill: puts in what stands elsewhere.

    Raises OSError, CommandFailed with every fault and its line.
    """
    lines: Mapping[tuple[str | int, ...], int] = {}
    if path.suffix.lower() == ".json":
        plain = read_value(path)
    else:
        from qingfeng.catalogue.located import read_yaml
        from qingfeng.terms.limits import MAX_YAML_BYTES

        located = read_yaml(read_text(path, MAX_YAML_BYTES), name=str(path))
        if located.faults:
            raise CommandFailed(
                *(
                    Text(
                        zh=f"{near(path)}:{f.line or '?'}  {f.what.zh} → {f.hint.zh}",
                        en=f"{near(path)}:{f.line or '?'}  {f.what.en} → {f.hint.en}",
                    )
                    for f in located.faults[:SHOWN]
                )
            )
        plain, lines = located.data, located.lines
    if fill is not None and isinstance(plain, dict):
        fill(plain)
    days = plain.get("deadlines") if isinstance(plain, dict) else None
    if isinstance(days, dict):
        days.setdefault("frozen", frozen)
    plan = parse_plan(plain)
    if isinstance(plan, tuple):
        raise faulty(path, plan, lines=lines, plain=plain)
    return plan


def read_frozen(path: Path) -> DrawPlan:
    """Read a frozen plan.  Raises OSError, CommandFailed; what is not canonical is no frozen plan."""
    plain = read_value(path)
    plan = parse_plan(plain)
    if isinstance(plan, tuple):
        raise faulty(path, plan, plain=plain)
    if plan.plain() != plain:
        raise CommandFailed(
            Text(
                zh=f"{near(path)}不是冻结的方案；请用 qingfeng draw plan 文件 --out 生成。",
                en=f"{near(path)} is no frozen plan; make one with qingfeng draw plan FILE --out.",
            ),
            code=FOUND,
        )
    return plan


def read_result(path: Path) -> Record:
    """Read a transcript or void that holds in every part.  Raises OSError, CommandFailed with every difference."""
    plain = read_value(path)
    record = read_record(plain)
    if isinstance(record, tuple):
        raise faulty(path, record, plain=plain)
    return record


def read_transcript(path: Path) -> DrawTranscript:
    """Read a transcript; a void is a CommandFailed."""
    record = read_result(path)
    if not isinstance(record, DrawTranscript):
        raise CommandFailed(
            Text(
                zh=f"{near(path)}是作废记录，没有结果：{record.words.zh}。",
                en=f"{near(path)} is void: {record.words.en}.",
            ),
            code=FOUND,
        )
    return record


def read_value(path: Path) -> Any:
    """Read one JSON value; a key that stands twice is refused: two readers would see two records.  Raises CommandFailed."""
    text = read_text(path, MAX_RECORD_BYTES)
    try:
        return json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise CommandFailed(
            Text(zh=f"{near(path)}不是有效的JSON：{error}。", en=f"{near(path)} is no valid JSON: {error}.")
        ) from error


def read_links(path: Path) -> dict[str, Any]:
    """Read the parties' links: {party: link or null}.  Raises OSError, CommandFailed."""
    value = read_value(path)
    if not isinstance(value, dict):
        raise CommandFailed(
            Text(zh=f"{near(path)}应为 {{参与方: 链环或 null}}。", en=f"{near(path)} must be {{party: link or null}}.")
        )
    return value


def faulty(
    path: Path, faults: Iterable[Fault], *, lines: Mapping[tuple[str | int, ...], int] | None = None, plain: Any = None
) -> CommandFailed:
    """Return the faults of a file as sentences with their places."""
    said = []
    told = list(faults)
    for fault in told[:SHOWN]:
        line = _line(fault.path, lines or {}, plain)
        where = f"{near(path)}:{line}" if line else near(path)
        place, place_en = (f"{fault.place}：", f"{fault.place}: ") if fault.path else ("", "")
        said.append(
            Text(
                zh=f"{where}  {place}{fault.what.zh} → {fault.hint.zh}",
                en=f"{where}  {place_en}{fault.what.en} → {fault.hint.en}",
            )
        )
    if len(told) > SHOWN:
        more = len(told) - SHOWN
        said.append(Text(zh=f"……另有{more}处", en=f"… and {more} more"))
    return CommandFailed(*said, code=FOUND)


def write_new(path: Path, content: bytes) -> None:
    """Write a file that does not exist yet, whole or not at all.  Raises OSError (FileExistsError if it does)."""
    name = ""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:50]}.")
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o644)
        os.link(name, path)  # unlike a rename it never replaces a result that is already there
    except OSError as error:
        error.filename, error.filename2 = str(path), None
        raise
    finally:
        if name:
            os.unlink(name)


def record_bytes(value: Any) -> bytes:
    """Return JSON for publication: readable, one line feed at the end."""
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        twice = next(name for name, _ in pairs if sum(other == name for other, _ in pairs) > 1)
        raise ValueError(f"the key {twice[:50]!r} stands twice")
    return found


def _line(path: tuple[str | int, ...], lines: Mapping[tuple[str | int, ...], int], plain: Any) -> int | None:
    """Find the line of a place; the members of lists are known by their ids after sorting."""
    real: tuple[str | int, ...] = ()
    here = plain
    for step in path:
        part = step
        if isinstance(here, list) and isinstance(step, str):
            found = [n for n, item in enumerate(here) if isinstance(item, dict) and item.get("id") == step]
            if not found:
                break
            part = found[-1]
        real = (*real, part)
        inside = isinstance(here, dict) or (isinstance(here, list) and isinstance(part, int) and part < len(here))
        here = (here.get(part) if isinstance(here, dict) else here[part]) if inside else None
    for length in range(len(real), -1, -1):
        if real[:length] in lines:
            return lines[real[:length]]
    return None
