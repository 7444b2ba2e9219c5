"""Shapes as Office writes them since 2007 (DrawingML), in Word, PowerPoint, Excel and SmartArt alike.

Source: ECMA-376 part 1, §20.1 (xfrm, groups: child coordinates map onto the group's extent) and [MS-ODRAWXML] (wps, wpg, wpc).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from qingfeng.importing.archive import Element, every, kid, local, number
from qingfeng.importing.boxes import EMU_PER_POINT, Collector, Rect

_GROUPS = {"wgp", "grpSp"}
_SHAPES = {"wsp", "sp"}
_LEFT_OUT = {"moveFrom", "del", "rt", "Fallback", "instrText", "delText", "pict", "drawing"}
_QUARTER = 5_400_000  # 90 degrees in 1/60000
_THIN = 1.5


@dataclass(frozen=True, slots=True)
class Frame:
    """How coordinates inside lie on the page: page = scale * inner + offset, in points."""

    sx: float = 1 / EMU_PER_POINT
    sy: float = 1 / EMU_PER_POINT
    ox: float = 0.0
    oy: float = 0.0

    def rect(self, x: float, y: float, w: float, h: float) -> Rect:
        """A rectangle given in inner coordinates."""
        return Rect(self.ox + self.sx * x, self.oy + self.sy * y, abs(self.sx * w), abs(self.sy * h))


def paragraphs_of(element: Element) -> list[str]:
    """Texts of all paragraphs below an element, deleted and phonetic text left out."""
    return [_paragraph(p) for p in _kept(element, "p")]


def _kept(element: Element, name: str) -> Iterator[Element]:
    for child in element:
        here = local(child)
        if here == name:
            yield child
        elif here not in _LEFT_OUT:
            yield from _kept(child, name)


def _paragraph(paragraph: Element) -> str:
    pieces: list[str] = []
    _gather(paragraph, pieces)
    return "".join(pieces)


def _gather(element: Element, pieces: list[str]) -> None:
    for child in element:
        match local(child):
            case "t":
                pieces.append(child.text or "")
            case "tab":
                pieces.append("\t")
            case "br" | "cr":
                pieces.append("\n")
            case "noBreakHyphen":
                pieces.append("-")
            case name if name not in _LEFT_OUT and not name.endswith("Pr"):
                _gather(child, pieces)


class Drawing:
    """Walks the shapes of one drawing into a collector; remembers their ids so that glued connectors find their boxes."""

    def __init__(self, collector: Collector) -> None:
        self._collector = collector
        self._boxes: dict[str, int] = {}
        self._late: list[tuple[Element, Rect, Element]] = []

    def walk(self, element: Element, frame: Frame) -> None:
        """Read a shape, a group or a canvas, and all below."""
        name = local(element)
        if name in _GROUPS:
            inner = _group_frame(element, frame)
            for child in element:
                self.walk(child, inner)
        elif name in {"wpc", "spTree"}:
            for child in element:
                self.walk(child, frame)
        elif name == "AlternateContent":
            for child in branch(element):
                self.walk(child, frame)
        elif name in _SHAPES or name == "cxnSp":
            xfrm = _xfrm(element)
            if xfrm is None:
                self._collector.box(paragraphs_of(element), None, hidden=_hidden(element))
                return
            off, ext = kid(xfrm, "off"), kid(xfrm, "ext")
            x, y = (number(off.get("x")), number(off.get("y"))) if off is not None else (0.0, 0.0)
            w, h = (number(ext.get("cx")), number(ext.get("cy"))) if ext is not None else (0.0, 0.0)
            self.shape(element, frame.rect(x, y, w, h))

    def shape(self, element: Element, rect: Rect) -> None:
        """Read one shape that lies at `rect`: a box if it holds text, else a line if it is one."""
        xfrm = _xfrm(element)
        turn = int(number(xfrm.get("rot"))) % 21_600_000 if xfrm is not None else 0
        if _QUARTER * 0.5 <= turn % (2 * _QUARTER) < _QUARTER * 1.5:  # lies on its side: the box seen is the turned one
            rect = Rect(rect.cx - rect.h / 2, rect.cy - rect.w / 2, rect.h, rect.w)
        geometry = next(every(element, "prstGeom"), None)
        form = geometry.get("prst", "") if geometry is not None else ""
        texts = paragraphs_of(element)
        if any(text.strip() for text in texts):
            seq = self._collector.box(
                texts, rect, hidden=_hidden(element), turned=turn > _QUARTER // 9, shape=form or None
            )
            own = next((c for c in element if local(c) in {"cNvPr", "nvSpPr"}), None)
            named = kid(own, "cNvPr") if own is not None and local(own) == "nvSpPr" else own
            if seq is not None and named is not None:
                self._boxes[named.get("id", "")] = seq
            return
        if (
            local(element) == "cxnSp"
            or next(every(element, "cNvCnPr", "cNvCxnSpPr"), None) is not None
            or ("onnector" in form or form == "line" or min(rect.w, rect.h) < _THIN < max(rect.w, rect.h))
        ):
            if xfrm is not None and not _hidden(element):
                self._late.append((element, rect, xfrm))
        elif "rrow" in form:
            self._block_arrow(form.lower(), rect)

    def finish(self) -> None:
        """Read the lines, now that the boxes which they join are known."""
        for element, rect, xfrm in self._late:
            x1, y1, x2, y2 = ends_of(rect, flip_x=_yes(xfrm.get("flipH")), flip_y=_yes(xfrm.get("flipV")))
            head, tail = _arrow(element, "headEnd"), _arrow(element, "tailEnd")
            start, end = self._glued(element, "stCxn"), self._glued(element, "endCxn")
            if head and not tail:
                x1, y1, x2, y2, start, end = x2, y2, x1, y1, end, start
            self._collector.connector(x1, y1, x2, y2, arrow=head or tail, start=start, end=end)
        self._late.clear()
        self._boxes.clear()

    def _glued(self, element: Element, name: str) -> int | None:
        end = next(every(element, name), None)
        return self._boxes.get(end.get("id", "")) if end is not None else None

    def _block_arrow(self, form: str, rect: Rect) -> None:
        block_arrow(self._collector, form, rect)


def block_arrow(collector: Collector, form: str, rect: Rect) -> None:
    """Read a fat arrow as the line along its middle; `form` is the lower-case name of the shape."""
    if "down" in form and "up" not in form:
        collector.connector(rect.cx, rect.y, rect.cx, rect.bottom, arrow=True)
    elif "up" in form and "down" not in form:
        collector.connector(rect.cx, rect.bottom, rect.cx, rect.y, arrow=True)
    elif "left" in form and "right" not in form:
        collector.connector(rect.right, rect.cy, rect.x, rect.cy, arrow=True)
    elif "down" in form:
        collector.connector(rect.cx, rect.y, rect.cx, rect.bottom, arrow=False)
    else:
        collector.connector(rect.x, rect.cy, rect.right, rect.cy, arrow="left" not in form)


def ends_of(rect: Rect, *, flip_x: bool, flip_y: bool) -> tuple[float, float, float, float]:
    """Both ends of a line that fills a rectangle from corner to corner."""
    x1, x2 = (rect.right, rect.x) if flip_x else (rect.x, rect.right)
    y1, y2 = (rect.bottom, rect.y) if flip_y else (rect.y, rect.bottom)
    return x1, y1, x2, y2


def branch(alternate: Element) -> Element:
    """The branch of an AlternateContent to read: whichever carries more text, the modern one when both are alike."""
    choices = [child for child in alternate if local(child) in {"Choice", "Fallback"}]
    return max(choices, key=_amount) if choices else alternate


def _amount(element: Element) -> int:
    # A branch may hold the fallback of another inside; its text counts once.
    return sum(len((t.text or "").strip()) for t in every(element, "t") if not _under_fallback(t, element))


def _under_fallback(element: Element, top: Element) -> bool:
    for above in element.iterancestors():
        if above is top:
            return False
        if local(above) == "Fallback":
            return True
    return False


def _group_frame(group: Element, frame: Frame) -> Frame:
    xfrm = next((kid(c, "xfrm") for c in group if local(c) == "grpSpPr"), None)
    if xfrm is None:
        return frame
    off, ext, inner_off, inner_ext = (kid(xfrm, name) for name in ("off", "ext", "chOff", "chExt"))

    def pair(element: Element | None, a: str, b: str, default: float) -> tuple[float, float]:
        return (
            (number(element.get(a), default), number(element.get(b), default))
            if element is not None
            else (default, default)
        )

    x, y = pair(off, "x", "y", 0.0)
    w, h = pair(ext, "cx", "cy", 1.0)
    cx, cy = pair(inner_off, "x", "y", 0.0)
    cw, ch = pair(inner_ext, "cx", "cy", 1.0)
    kx, ky = w / (cw or 1.0) or 1.0, h / (ch or 1.0) or 1.0
    return Frame(frame.sx * kx, frame.sy * ky, frame.ox + frame.sx * (x - kx * cx), frame.oy + frame.sy * (y - ky * cy))


def _xfrm(element: Element) -> Element | None:
    for child in element:
        if local(child) == "spPr":
            return kid(child, "xfrm")
    return None


def _hidden(element: Element) -> bool:
    return any(_yes(named.get("hidden")) for named in every(element, "cNvPr"))


def _arrow(element: Element, name: str) -> bool:
    end = next(every(element, name), None)
    return end is not None and end.get("type", "none") != "none"


def _yes(value: str | None) -> bool:
    return value in {"1", "true", "on"}
