"""Which boxes belong to one map: by titles, pages, and columns of flow that stand side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from qingfeng.importing.boxes import Connector, Document, Page, Rect, Table
from qingfeng.importing.classify import Part, classify
from qingfeng.importing.titles import Title, agency_of, parse_title, titles_among

_BY_PLACE = {"pdf", "pptx", "ppt", "xlsx", "xls"}  # formats whose texts do not come in the order of the page
_MOST_PARTS = 600
_ENDS = ("办结", "结案", "归档", "终结", "监管", "监督")


@dataclass(slots=True)
class Region:
    """The boxes, lines and tables of what is taken as one map.

    joined: it goes on over a page without a title of its own; split: one of several flows side by side; ordered: typed in reading order.
    """

    title: Title | None
    parts: list[Part] = field(default_factory=list)
    connectors: list[Connector] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    height: float = 0.0
    joined: bool = False
    split: bool = False
    ordered: bool = False

    @property
    def geometric(self) -> bool:
        """True if (nearly) all of its boxes have a place."""
        placed = sum(1 for part in self.parts if part.rect is not None)
        return bool(self.parts) and placed >= 0.7 * len(self.parts)

    @property
    def steps(self) -> list[Part]:
        """Boxes of the flow."""
        return [part for part in self.parts if part.kind == "step"]

    @property
    def sides(self) -> list[Part]:
        """Boxes of risks and measures."""
        return [part for part in self.parts if part.kind in {"risk", "measure", "side", "both"}]


def page_regions(document: Document) -> list[Region]:
    """The regions of a document with geometry, page by page."""
    found: list[Region] = []
    header = next(
        (t for t in titles_among([(ln.seq, ln.text, None) for p in document.pages for ln in p.lines if ln.header])),
        None,
    )
    for page in document.pages:
        fresh = _of_page(page, by_place=document.format in _BY_PLACE)
        if len(fresh) == 1 and fresh[0].title is None and found and _goes_on(found[-1], fresh[0]):
            _join(found[-1], fresh[0], page.height)
            continue
        for region in fresh:
            region.height = page.height
            if region.title is None and header is not None and len(fresh) == 1:
                region.title = header
        found += fresh
    return [part for region in found for part in _side_by_side(region)]


def _of_page(page: Page, *, by_place: bool) -> list[Region]:
    parts = [classify(box) for box in page.boxes]
    titles = titles_among([(line.seq, line.text, line.y) for line in page.lines if not line.header])
    boxed = [part for part in parts if part.kind == "title"]
    rest = [part for part in parts if part.kind != "title"]
    if boxed and not titles:
        return _under_boxes(page, boxed, rest)
    regions = [Region(title) for title in titles] or [Region(None)]
    if len(regions) == 1:
        return [Region(regions[0].title, rest, list(page.connectors), list(page.tables))]
    starts = [title.y if by_place else float(title.seq) for title in titles]
    for part in rest:
        at = part.rect.cy if by_place and part.rect else float(part.seq)
        regions[_last(starts, at)].parts.append(part)
    for line in page.connectors:
        at = (line.y1 + line.y2) / 2 if by_place else float(line.seq)
        regions[_last(starts, at)].connectors.append(line)
    for table in page.tables:
        at = table.rect.y if by_place and table.rect else float(table.seq)
        regions[_last(starts, at)].tables.append(table)
    return regions


def _last(starts: Sequence[float | None], at: float) -> int:
    """The last start that is not behind `at`; what stands before the first belongs to the first."""
    before = [n for n, start in enumerate(starts) if start is not None and start <= at + 1]
    return before[-1] if before else 0


def _under_boxes(page: Page, boxed: list[Part], rest: list[Part]) -> list[Region]:
    """Titles that stand in boxes: each part goes to the nearest title above it; titles in one row divide the page into columns."""
    titles = []
    for part in sorted(boxed, key=lambda p: (p.rect.y, p.rect.x) if p.rect else (0.0, 0.0)):
        agency, power = parse_title(part.box.text)
        beside = _agency_beside(part, rest) if agency is None else None
        if beside is not None:
            rest = [one for one in rest if one is not beside]
            agency = agency_of(beside.box.text)
        titles.append((Title(part.seq, part.box.text, agency, power), part.rect))
    regions = [Region(title) for title, _ in titles]

    def home(rect: Rect | None, seq: int) -> Region:
        if rect is None:
            return regions[_last([float(title.seq) for title, _ in titles], float(seq))]
        above = [(n, r) for n, (_, r) in enumerate(titles) if r is not None and r.y <= rect.cy + r.h]
        if not above:
            return regions[0]
        row = max(r.y for _, r in above)
        return regions[
            min((pair for pair in above if row - pair[1].y < 30), key=lambda pair: abs(pair[1].cx - rect.cx))[0]
        ]

    for part in rest:
        home(part.rect, part.seq).parts.append(part)
    for line in page.connectors:
        home(
            Rect(min(line.x1, line.x2), min(line.y1, line.y2), abs(line.x1 - line.x2), abs(line.y1 - line.y2)), line.seq
        ).connectors.append(line)
    for table in page.tables:
        home(table.rect, table.seq).tables.append(table)
    return regions


def _agency_beside(title: Part, parts: list[Part]) -> Part | None:
    """A box right above or below a title that holds nothing but the name of an agency."""
    here = title.rect
    if here is None:
        return None
    near = [
        part
        for part in parts
        if part.rect
        and agency_of(part.box.text)
        and min(abs(part.rect.bottom - here.y), abs(here.bottom - part.rect.y)) < 1.5 * here.h
    ]
    return near[0] if len(near) == 1 else None


def _goes_on(before: Region, page: Region) -> bool:
    """True if a page without a title looks like the rest of the map before it."""
    if page.tables and before.tables and not page.parts:
        return True
    if not page.parts or page.tables or not before.geometric or not page.geometric:
        return False
    names = {step.name for step in before.steps}
    if any(step.name in names for step in page.steps):
        return False
    lowest = max(before.steps, key=lambda s: s.rect.cy if s.rect else 0.0, default=None)
    return lowest is None or not lowest.name.endswith(_ENDS)


def _join(region: Region, page: Region, height: float) -> None:
    down = region.height
    for part in page.parts:
        rect = part.rect.moved(0, down) if part.rect else None
        region.parts.append(Part(replace(part.box, rect=rect), part.kind, part.content, part.could_be_step, part.notes))
    region.connectors += [replace(line, y1=line.y1 + down, y2=line.y2 + down) for line in page.connectors]
    region.tables += page.tables
    region.height += height
    region.joined = True


def _side_by_side(region: Region) -> list[Region]:
    """Two flows next to each other, each with risks and measures of its own, are two maps."""
    steps = [step for step in region.steps if step.rect is not None]
    if not region.geometric or len(steps) < 4 or len(region.parts) > _MOST_PARTS:
        return [region]
    flows: list[list[Part]] = []
    for step in sorted(steps, key=lambda s: s.rect.x if s.rect else 0.0):
        home = next((f for f in flows if _shares(f[0].rect, step.rect)), None)
        if home is None:
            flows.append([step])
        else:
            home.append(step)
    flows = [flow for flow in flows if len(flow) >= 2]
    if len(flows) < 2 or _crossed(flows, region.connectors):
        return [region]
    middles = [sum(s.rect.cx for s in flow if s.rect) / len(flow) for flow in flows]

    def nearest(x: float) -> int:
        return min(range(len(middles)), key=lambda n: abs(middles[n] - x))

    split = [Region(region.title, split=True, height=region.height) for _ in flows]
    for part in region.parts:
        split[nearest(part.rect.cx) if part.rect else 0].parts.append(part)
    for line in region.connectors:
        split[nearest((line.x1 + line.x2) / 2)].connectors.append(line)
    split[0].tables += region.tables
    whole = all(len(one.sides) >= 2 and len({part.kind for part in one.sides}) >= 2 for one in split)
    return split if whole else [region]


def _shares(a: Rect | None, b: Rect | None) -> bool:
    return a is not None and b is not None and min(a.right, b.right) - max(a.x, b.x) > 0.3 * min(a.w, b.w)


def _crossed(flows: list[list[Part]], connectors: Sequence[Connector]) -> bool:
    """True if a line joins a step of one flow with a step of another: they are branches of one map."""

    def flow_at(x: float, y: float) -> int | None:
        return next((n for n, flow in enumerate(flows) for s in flow if s.rect and s.rect.near(x, y, 6)), None)

    ends = ((flow_at(c.x1, c.y1), flow_at(c.x2, c.y2)) for c in connectors)
    return any(a is not None and b is not None and a != b for a, b in ends)
