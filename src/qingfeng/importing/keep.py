"""A reading kept as JSON: the maps as read, the drawing that they were read from, and both again from that text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from qingfeng.importing.boxes import Document
from qingfeng.importing.cues import Item
from qingfeng.importing.doubts import Doubt
from qingfeng.importing.maps import Reading
from qingfeng.importing.readmap import FlowStep, MapBox, ReadMap
from qingfeng.terms.text import Text

FORM = 1
"""Number of this form of JSON; a later one reads earlier ones."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A box of the original.  rect: x, y, width, height in points, None where the file has no places."""

    seq: int
    text: str
    rect: tuple[float, float, float, float] | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page of the original.  lines: number, x1, y1, x2, y2 in points; tables: each as rows of cells."""

    number: int
    height: float
    shapes: tuple[Shape, ...]
    lines: tuple[tuple[int, float, float, float, float], ...]
    words: tuple[str, ...]
    tables: tuple[tuple[tuple[str, ...], ...], ...]


@dataclass(slots=True)
class Kept:
    """A document as it was read.  document: its name as a power file cites it; original: the name of the file."""

    document: str
    original: str
    format: str
    notes: list[Text] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    maps: list[ReadMap] = field(default_factory=list)
    sheets: list[Sheet] = field(default_factory=list)


def kept_text(reading: Reading, document: Document, *, cited: str) -> str:
    """A reading and its original as JSON.  cited: the document's name in power files."""
    whole = {
        "form": FORM,
        "document": cited,
        "original": reading.name,
        "format": reading.format,
        "notes": [asdict(note) for note in reading.notes],
        "doubts": [asdict(doubt) for doubt in reading.doubts],
        "maps": [asdict(read) for read in reading.maps],
        "sheets": [asdict(_sheet(page)) for page in document.pages],
    }
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":"))


def _sheet(page: Any) -> Sheet:
    return Sheet(
        number=page.number,
        height=page.height,
        shapes=tuple(Shape(b.seq, "\n".join(b.paragraphs), _rect(b.rect)) for b in page.boxes),
        lines=tuple((c.seq, round(c.x1, 1), round(c.y1, 1), round(c.x2, 1), round(c.y2, 1)) for c in page.connectors),
        words=tuple(line.text for line in page.lines),
        tables=tuple(_rows(table.cells) for table in page.tables),
    )


def _rect(rect: Any) -> tuple[float, float, float, float] | None:
    return None if rect is None else (round(rect.x, 1), round(rect.y, 1), round(rect.w, 1), round(rect.h, 1))


def _rows(cells: Any) -> tuple[tuple[str, ...], ...]:
    rows: dict[int, list[tuple[int, str]]] = {}
    for cell in cells:
        rows.setdefault(cell.row, []).append((cell.column, "\n".join(cell.paragraphs)))
    return tuple(tuple(text for _, text in sorted(row)) for _, row in sorted(rows.items()))


def kept_from(text: str) -> Kept:
    """Read again what `kept_text` wrote.  Raises ValueError, KeyError, TypeError for what it did not write."""
    data = json.loads(text)
    if data["form"] != FORM:
        raise ValueError(f"form {data['form']!r}")
    return Kept(
        document=data["document"],
        original=data["original"],
        format=data["format"],
        notes=[Text(**one) for one in data["notes"]],
        doubts=[_doubt(one) for one in data["doubts"]],
        maps=[_map(one) for one in data["maps"]],
        sheets=[_sheet_from(one) for one in data["sheets"]],
    )


def _doubt(data: Mapping[str, Any]) -> Doubt:
    words = {name: Text(**data[name]) for name in ("place", "what", "settle")}
    return Doubt(**{**data, **words, "alternatives": tuple(data["alternatives"])})


def _map(data: Mapping[str, Any]) -> ReadMap:
    return ReadMap(
        **{
            **data,
            "steps": [FlowStep(**one) for one in data["steps"]],
            "boxes": [_box(one) for one in data["boxes"]],
            "doubts": [_doubt(one) for one in data["doubts"]],
            "counts": [(text, step) for text, step in data["counts"]],
        }
    )


def _box(data: Mapping[str, Any]) -> MapBox:
    items = tuple(
        Item(**{**one, "names": None if one["names"] is None else tuple(one["names"])}) for one in data["items"]
    )
    return MapBox(**{**data, "items": items, "alternatives": tuple(data["alternatives"])})


def _sheet_from(data: Mapping[str, Any]) -> Sheet:
    return Sheet(
        number=data["number"],
        height=data["height"],
        shapes=tuple(
            Shape(s["seq"], s["text"], None if s["rect"] is None else tuple(s["rect"])) for s in data["shapes"]
        ),
        lines=tuple((seq, a, b, c, d) for seq, a, b, c, d in data["lines"]),
        words=tuple(data["words"]),
        tables=tuple(tuple(tuple(row) for row in table) for table in data["tables"]),
    )
