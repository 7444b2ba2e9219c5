"""A script file, read: YAML (a list of rows, or a head with `rows:`) or JSON Lines (one row a line)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qingfeng.catalogue.faults import Fault
from qingfeng.catalogue.located import read_yaml
from qingfeng.simulation.script import BadRow, Row, row_from
from qingfeng.terms.limits import MAX_YAML_BYTES
from qingfeng.terms.text import Text

from .fields import read_text
from .screen import CommandFailed

HEAD = {"power", "title", "people", "rows", "findings"}
_TEXTS = ("day", "who", "does", "then", "entered", "reason", "post", "key", "case", "power")


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """What a script file says.  people: registrations (act and its fields) made before the first row.

    findings: the rules that must have found something at the end, and no others; None: the script does not say.
    """

    power: str | None
    title: str
    people: tuple[Mapping[str, Any], ...]
    rows: tuple[Row, ...]
    findings: frozenset[str] | None = None


def read_script(path: Path) -> Script:
    """Read a script.  Raises OSError, and CommandFailed with every fault and its line."""
    text = read_text(path, MAX_YAML_BYTES)
    if path.suffix.lower() in (".jsonl", ".ndjson"):
        lines = _json_lines(text)
        return _built({"rows": [row for _, row in lines]}, [number for number, _ in lines], path)
    located = read_yaml(text, name=str(path))
    if located.faults:
        raise CommandFailed(*(_told(path, fault) for fault in located.faults[:20]))
    data = located.data
    listed = isinstance(data, list)
    rows = data if listed else data.get("rows") if isinstance(data, Mapping) else None
    count = len(rows) if isinstance(rows, list) else 0
    places = [located.lines.get((n,) if listed else ("rows", n), 0) for n in range(count)]
    return _built({"rows": data} if listed else data, places, path)


def _json_lines(text: str) -> list[tuple[int, Any]]:
    rows: list[tuple[int, Any]] = []
    wrong: list[Text] = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            rows.append((number, json.loads(line)))
        except (ValueError, RecursionError) as error:
            wrong.append(Text(zh=f"第{number}行不是有效的JSON：{error}", en=f"line {number} is no valid JSON: {error}"))
    if wrong:
        raise CommandFailed(*wrong[:20])
    return rows


def _built(data: Any, lines: Sequence[int], path: Path) -> Script:
    if not isinstance(data, Mapping) or not isinstance(data.get("rows"), list):
        raise CommandFailed(
            Text(
                zh=f"{path}：脚本应为行的列表，或含 rows: 的映射；见 docs/scripts.md。",
                en=f"{path}: a script is a list of rows, or a mapping with rows:; see docs/scripts.md.",
            )
        )
    wrong: list[Text] = []
    unknown = sorted(str(k) for k in data.keys() - HEAD)
    if unknown:
        wrong.append(
            Text(
                zh=f"{path}：不认识的项：{'、'.join(unknown)[:200]}",
                en=f"{path}: unknown keys: {', '.join(unknown)[:200]}",
            )
        )
    for name in ("power", "title"):
        if data.get(name) is not None and not isinstance(data[name], str):
            wrong.append(Text(zh=f"{path}：{name}应为文字", en=f"{path}: {name} must be text"))
    people = data.get("people") or []
    if not isinstance(people, list) or not all(
        isinstance(p, Mapping) and isinstance(p.get("act"), str) for p in people
    ):
        wrong.append(
            Text(
                zh=f"{path}：people应为登记的列表，每项含act",
                en=f"{path}: people must be a list of registrations, each with an act",
            )
        )
    findings = data.get("findings")
    if findings is not None and not (isinstance(findings, list) and all(isinstance(f, str) for f in findings)):
        wrong.append(Text(zh=f"{path}：findings应为规则名的列表，没有发现写 []",
                          en=f"{path}: findings must be a list of rules, [] for none"))  # fmt: skip
    rows = [
        row for plain, line in zip(data["rows"], lines, strict=True) if (row := _row(plain, line, wrong)) is not None
    ]
    if wrong:
        raise CommandFailed(*wrong[:20])
    return Script(power=data.get("power"), title=data.get("title") or "", people=tuple(people), rows=tuple(rows),
                  findings=None if findings is None else frozenset(findings))  # fmt: skip


def _row(plain: Any, line: int, wrong: list[Text]) -> Row | None:
    if not isinstance(plain, Mapping):
        wrong.append(
            Text(
                zh=f"第{line}行：一行应为映射，如 {{day: …, who: …, does: …}}",
                en=f"line {line}: a row is a mapping such as {{day: …, who: …, does: …}}",
            )
        )
        return None
    strange = [
        k
        for k in _TEXTS
        if plain.get(k) is not None and (isinstance(plain[k], bool) or not isinstance(plain[k], str | int))
    ]
    if plain.get("seen") is not None and type(plain["seen"]) is not int:
        strange.append("seen")
    if strange:
        wrong.append(
            Text(zh=f"第{line}行：{'、'.join(strange)}的值不对", en=f"line {line}: wrong value of {', '.join(strange)}")
        )
        return None
    try:
        return row_from({k: str(v) if k in _TEXTS and v is not None else v for k, v in plain.items()}, line=line)
    except BadRow as error:
        wrong.append(error.message)
        return None


def _told(path: Path, fault: Fault) -> Text:
    return Text(
        zh=f"{path}:{fault.line or '?'}：{fault.what.zh}{fault.hint.zh}",
        en=f"{path}:{fault.line or '?'}: {fault.what.en} {fault.hint.en}",
    )
