"""From a document to its maps: find them, read each, and say of every guess where it was made and what else it could be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from qingfeng.importing.boxes import Document, Page
from qingfeng.importing.checks import remarks
from qingfeng.importing.classify import Part, classify
from qingfeng.importing.doubts import Doubt
from qingfeng.importing.grouping import Region, page_regions
from qingfeng.importing.levels import mixed, scheme_of
from qingfeng.importing.mapdoubts import FILE, direction, levels_differ, no_flow, no_scheme, none, too_many
from qingfeng.importing.plain import as_typed
from qingfeng.importing.readmap import ReadMap
from qingfeng.importing.readregion import from_drawing, from_words
from qingfeng.importing.regiondoubts import BORDER, head_doubts
from qingfeng.importing.segment import Border, cut
from qingfeng.importing.tables import TableMap, maps_in, mark_of, marked_boxes, phones_in
from qingfeng.importing.titles import Title, agency_of, kind_of_power, parse_title, titles_among
from qingfeng.terms.limits import MAX_IMPORT_MAPS
from qingfeng.terms.text import Text

_DEFAULT_SCHEME = ["低", "中", "高"]


@dataclass(slots=True)
class Reading:
    """All maps of one document, what is doubtful of the document as a whole, and what was met and left alone."""

    name: str
    format: str
    maps: list[ReadMap] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    notes: list[Text] = field(default_factory=list)


def read_maps(document: Document) -> Reading:
    """The maps of a document; none, with the reason among its doubts, if it holds none."""
    reading = _read(document)
    if not reading.maps and document.format != "txt" and not any(page.boxes for page in document.pages):
        typed = _read(as_typed(document))
        return typed if typed.maps else reading
    return reading


def _read(document: Document) -> Reading:
    reading = Reading(document.name, document.format, notes=list(document.notes))
    boxes = [box for page in document.pages for box in page.boxes]
    placed = sum(1 for box in boxes if box.rect is not None)
    regions = page_regions(document) if not boxes or placed >= 0.7 * len(boxes) else _story(document, reading)
    phones = phones_in([text for page in document.pages for text in _texts(page)])
    for region in regions:
        for read in _region(region, reading):
            if len(reading.maps) >= MAX_IMPORT_MAPS:
                reading.doubts.append(too_many())
                break
            read.number = len(reading.maps) + 1
            reading.maps.append(read)
    _agencies(document, reading.maps)
    _phones(reading, phones)
    _schemes(document, reading)
    for read in reading.maps:
        read.doubts += remarks(read)
    reading.doubts += _equal(reading.maps)
    if not reading.maps:
        reading.doubts.append(none(document))
    return reading


def _texts(page: Page) -> Iterator[str]:
    yield from (line.text for line in page.lines)
    yield from (cell.text for table in page.tables for cell in table.cells)


def _story(document: Document, reading: Reading) -> list[Region]:
    """Regions of a document without geometry: cut by the titles that stand between the boxes, or by the usual course."""
    lines = [(line.seq, line.text, line.y) for page in document.pages for line in page.lines]
    parts = [classify(box) for page in document.pages for box in page.boxes]
    tables = [table for page in document.pages for table in page.tables]
    titles = titles_among(lines)
    for part in parts:
        if part.kind == "title":
            titles.append(Title(part.seq, part.box.text, *parse_title(part.box.text)))
    parts = [part for part in parts if part.kind != "title"]
    titles.sort(key=lambda title: title.seq)
    own = [_Own(title, [p for p in parts if title.seq < p.seq < after]) for title, after in _spans(titles)]
    if len(titles) <= 1 or all(any(part.kind == "step" for part in one.parts) for one in own):
        early = [p for p in parts if not titles or p.seq < titles[0].seq]
        regions = [Region(one.title, one.parts) for one in own] or [Region(None)]
        regions[0].parts = early + regions[0].parts
    else:
        starts = cut(parts, [(kind_of_power(title.power) or "other_power", title.power) for title in titles])
        if not starts:
            regions = [Region(titles[0], parts)]
        else:
            ends = [*(border.start for border in starts[1:]), len(parts)]
            regions = [
                Region(title, parts[border.start : end])
                for title, border, end in zip(titles, starts, ends, strict=True)
            ]
            _mark_borders(parts, starts, titles)
            reading.doubts.append(_cuts(regions))
    for region in regions:
        region.ordered = document.reading_order
    for table in tables:
        spot = max((n for n, title in enumerate(titles) if title.seq <= table.seq), default=0)
        regions[spot].tables.append(table)
    return regions


def _mark_borders(parts: list[Part], borders: list[Border], titles: list[Title]) -> None:
    """Boxes in a stretch where the border could lie elsewhere may belong to the map on the other side of it."""
    for n, border in enumerate(borders[1:], 1):
        for at in range(border.low, border.high):
            beyond = n if at < border.start else n - 1
            parts[at].notes.append(f"{BORDER}{titles[beyond].power or titles[beyond].text}")


@dataclass(slots=True)
class _Own:
    title: Title
    parts: list[Part]


def _spans(titles: list[Title]) -> Iterator[tuple[Title, float]]:
    for n, title in enumerate(titles):
        yield title, titles[n + 1].seq if n + 1 < len(titles) else float("inf")


def _region(region: Region, reading: Reading) -> Iterator[ReadMap]:
    if region.geometric and (read := _by_marks(region)) is not None:
        yield read
        return
    found = [one for table in region.tables for one in maps_in(table)]
    for n, one in enumerate(found):
        if n and one.title is None and one.power is None and _continues(found[n - 1], one):
            _append(found[n - 1], one)
            continue
        yield _from_table(one, region.title)
    if region.steps and (region.sides or len(region.steps) >= 3):
        if region.sides or region.title is not None:
            yield from_drawing(region) if region.geometric else from_words(region)
    elif region.sides and not found:
        reading.doubts.append(no_flow(region))


def _by_marks(region: Region) -> ReadMap | None:
    """A flow with marks beside its steps, and a table that says what each mark stands for; None if it is none."""
    marks = [part for part in region.parts if part.kind == "mark" and part.rect and mark_of(part.box.text)]
    if len(marks) < 2 or not region.tables or len(region.steps) < 2 or region.sides:
        return None
    read = from_drawing(region)
    rects = {step.name: step.rect for step in region.steps}
    heights = [(n, rect) for n, step in enumerate(read.steps) if (rect := rects.get(step.name)) is not None]
    at: dict[str, int] = {}
    for part in marks:
        here = part.rect
        assert here is not None, "chosen so"
        at[mark_of(part.box.text)] = min(
            heights, key=lambda one: abs(one[1].cy - here.cy) + abs(one[1].cx - here.cx) / 4
        )[0]
    boxes = [box for table in region.tables for box in marked_boxes(table, at)]
    if not boxes:
        return None
    read.boxes += boxes
    return read


def _continues(before: TableMap, table: TableMap) -> bool:
    names = {step.name for step in before.steps}
    return not any(step.name in names for step in table.steps)


def _append(before: TableMap, table: TableMap) -> None:
    shift = len(before.steps)
    before.steps += table.steps
    before.boxes += [
        replace(box, id=f"{box.id}_{shift}", step=None if box.step is None else box.step + shift) for box in table.boxes
    ]


def _from_table(table: TableMap, title: Title | None) -> ReadMap:
    agency, power = (title.agency, title.power) if title else (None, "")
    if table.title:
        own, named = parse_title(table.title)
        agency, power = own or agency, named or power
    agency = table.agency or agency
    power = table.power or power
    read = ReadMap(
        number=0,
        title=table.title or (title.text if title else None),
        agency=agency,
        power=power,
        kind=kind_of_power(power),
        steps=table.steps,
        boxes=table.boxes,
    )
    read.phones |= table.phones
    read.counts = table.counts
    read.doubts += head_doubts(read)
    differing = [
        step.name
        for n, step in enumerate(table.steps)
        if len({b.level for b in table.boxes if b.step == n and b.level}) > 1
    ]
    read.doubts += [levels_differ(name) for name in differing]
    return read


def _agencies(document: Document, maps: list[ReadMap]) -> None:
    named = [agency_of(line.text) for page in document.pages for line in page.lines]
    only = {name for name in named if name}
    for read in maps:
        if read.agency is None and len(only) == 1:
            read.agency = next(iter(only))


def _phones(reading: Reading, phones: dict[str, str]) -> None:
    for read in reading.maps:
        for key in ("supervision", "service"):
            read.phones[key] = read.phones.get(key) or phones.get(key, "")


def _schemes(document: Document, reading: Reading) -> None:
    """One scheme for the whole document, whose maps share their words for levels; one for each map where they plainly do not."""
    legend = " ".join(
        text for page in document.pages for text in (*(x.text for x in page.lines), *(b.text for b in page.boxes))
    )
    scheme, told = scheme_of([level for read in reading.maps for level in _levels(read)], legend)
    for read in reading.maps:
        mine = scheme_of(list(_levels(read)), legend)
        own = mine if mine[0] and mine[1] and not told else (scheme, told)
        own = mine if mine[0] and not told and mixed(scheme) else own
        read.scheme = own[0] or list(_DEFAULT_SCHEME)
        if not own[0]:
            read.doubts.append(no_scheme())
        elif not own[1]:
            read.doubts.append(direction(own[0]))


def _levels(read: ReadMap) -> Iterator[str]:
    for step in read.steps:
        if step.level:
            yield step.level
    for box in read.boxes:
        yield from (level for level in (box.level, *(item.level for item in box.items)) if level)


def _equal(maps: list[ReadMap]) -> Iterator[Doubt]:
    """Maps whose boxes are word for word the same are told once; so are boxes that stand in several maps."""
    by_boxes: dict[frozenset[tuple[str, str]], list[ReadMap]] = {}
    for read in maps:
        key = frozenset((box.kind, box.text) for box in read.boxes)
        if key:
            by_boxes.setdefault(key, []).append(read)
    for same in by_boxes.values():
        if len(same) > 1:
            names = "、".join(f"第{read.number}图“{read.power or read.title}”" for read in same)
            yield Doubt(
                code="equal_maps",
                place=FILE,
                alternatives=tuple(str(read.number) for read in same),
                what=Text(
                    zh=f"{names}的框内文字完全相同。",
                    en=f"Maps {', '.join(str(r.number) for r in same)} hold the same boxes word for word.",
                ),
                settle=Text(
                    zh="请原单位说明各图所指；改一处时想到另一处。",
                    en="Ask what each stands for; a change of one concerns the others.",
                ),
            )
    shared: dict[tuple[str, str], set[int]] = {}
    for read in maps:
        for box in read.boxes:
            shared.setdefault((box.kind, box.text), set()).add(read.number)
    several = {text: numbers for (_, text), numbers in shared.items() if len(numbers) > 1}
    if several:
        yield Doubt(
            code="equal_boxes",
            place=FILE,
            what=Text(
                zh=f"有{len(several)}个方框在几张图里一字不差（涉及第{'、'.join(map(str, sorted(set().union(*several.values()))))}图）。",
                en=f"{len(several)} boxes stand word for word in several maps.",
            ),
            settle=Text(
                zh="多半是套用模板；请逐图核对是否切合本职权。",
                en="Probably a template; check in each map whether they fit its power.",
            ),
        )


def _cuts(regions: list[Region]) -> Doubt:
    return Doubt(
        code="borders",
        place=FILE,
        what=Text(
            zh="原文没有标出各图的分界；按各类职权通常的流程、环节不重复、风险与措施成对来划分："
            + "；".join(_stretch(r) for r in regions)
            + "。",
            en=f"The source marks no borders between its {len(regions)} maps; they were cut by usual course, no step twice, risks and "
            f"measures in pairs.",
        ),
        settle=Text(zh="请逐图核对第一个和最后一个环节。", en="Check the first and last step of each map."),
    )


def _stretch(region: Region) -> str:
    names = [step.name for step in region.steps]
    return f"{region.title.power if region.title else ''}：{'、'.join(names)}"
