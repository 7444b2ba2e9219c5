"""One document from its bytes to its drafts: read, taken apart into maps, each drafted as a power."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from qingfeng.importing.draft import Draft, draft_of, file_name, source_name
from qingfeng.importing.maps import Reading, read_maps
from qingfeng.importing.proposals import Library
from qingfeng.importing.read import read_document
from qingfeng.importing.readmap import ReadMap


@dataclass(slots=True)
class Imported:
    """A document as read, its name as a power file cites it, and the draft of each map once they are written."""

    reading: Reading
    document: str
    original: str
    drafts: list[Draft] = field(default_factory=list)


def read_file(data: bytes, name: str) -> Imported:
    """Read a document.  Raises ImportFailed."""
    return Imported(read_maps(read_document(data, name)), source_name(name, data), name)


def write_drafts(
    imported: Imported, *, library: Library, folder: str, day: str, taken: set[str], bind: bool = False
) -> None:
    """Draft every map.  taken: names already given in this folder; grows."""
    for read in imported.reading.maps:
        name = file_name(read, taken)
        taken.add(name)
        imported.drafts.append(
            draft_of(
                read,
                folder=folder,
                name=name,
                document=imported.document,
                original=imported.original,
                day=day,
                library=library,
                bind=bind,
            )
        )


def map_data(read: ReadMap, draft: Draft | None) -> dict[str, Any]:
    """A map as JSON has it."""
    return {
        "number": read.number,
        "title": read.title,
        "agency": read.agency,
        "power": read.power,
        "kind": read.kind,
        "level_scheme": read.scheme,
        "phones": read.phones,
        "steps": [
            {
                "name": step.name,
                "label": step.label,
                "whole_process": step.index is None,
                "level": step.level,
                "owner": step.owner,
                "risks": [item.text for item in step.risks],
                "measures": [item.text for item in step.measures],
            }
            for step in read.filled()
        ],
        "boxes": [
            {
                "id": box.id,
                "kind": box.kind,
                "step": None if box.step is None else read.steps[box.step].name,
                "how": box.how,
                "confidence": round(box.confidence, 2),
                "level": box.level,
                "owner": box.owner,
                "alternatives": [None if n is None else read.steps[n].name for n in box.alternatives],
                "texts": [item.text for item in box.items],
            }
            for box in read.boxes
        ],
        "draft": draft.id if draft else None,
        "doubts": [doubt.data() for doubt in (draft.doubts if draft else read.doubts)],
    }
