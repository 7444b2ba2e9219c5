"""What must come back when a map goes out as a document and in again: told as plain differences, by identity and not by counts."""

from __future__ import annotations

from qingfeng.drawing.formats import FORMATS
from qingfeng.drawing.sheet import Sheet
from qingfeng.importing.importer import read_file
from qingfeng.importing.readmap import FilledStep, ReadMap


def written(sheet: Sheet) -> bytes:
    """Return the map as an editable Word file, as `draw-map --docx` writes it."""
    form = FORMATS["docx"]
    assert form.paper is not None
    (data,) = form.make(sheet, form.paper)
    return data


def read_back(data: bytes, name: str) -> ReadMap:
    """Return the one map in a document."""
    reading = read_file(data, name).reading
    assert len(reading.maps) == 1, [one.title for one in reading.maps]
    return reading.maps[0]


def differences(sheet: Sheet, read: ReadMap) -> list[str]:
    """Return what is not the same: names and order of steps, levels, owners, every text at its step, title, agency, phones."""
    found = [
        f"{what}: {there!r} became {back!r}"
        for what, there, back in (
            ("power", sheet.title, read.power),
            ("agency", sheet.agency, read.agency),
            ("supervision phone", sheet.supervision_phone, read.phones["supervision"]),
            ("service phone", sheet.service_phone, read.phones["service"]),
            ("steps", [bare(block.name) for block in sheet.steps], [bare(step.name) for step in read.steps]),
        )
        if there != back
    ]
    filled = read.filled()
    back = {step.index: step for step in filled}
    for block in sheet.blocks:
        here = back.get(None if block.whole else block.number - 1)
        if here is None:
            found.append(f"{block.name} is missing")
        else:
            found += [f"{block.name}, {what}: {there!r} became {came!r}" for what, there, came in (
                ("level", block.level, here.level), ("owner", block.owner, here.owner),
                ("risks", [item.text for item in block.risks], texts(here, "risks")),
                ("measures", [item.text for item in block.measures], texts(here, "measures"))) if there != came]  # fmt: skip
    if not any(block.whole for block in sheet.blocks) and None in back:
        found.append("boxes of the whole process appeared")
    return found


def texts(step: FilledStep, side: str) -> list[str]:
    """Return the risks or the measures of a step."""
    return [item.text for item in (step.risks if side == "risks" else step.measures)]


def bare(name: str) -> str:
    """Return a name without blanks and line feeds."""
    return "".join(name.split())
