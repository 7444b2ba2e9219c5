"""Shapes as Word 2000–2007 wrote them (VML), and as newer ones still write beside the modern form.

Source: ECMA-376 part 4 (VML): sizes in the style attribute with units; inside a group without units, in the group's own coordinates.
"""

from __future__ import annotations

import re

from qingfeng.importing.archive import Element, attr, every, kid, local
from qingfeng.importing.boxes import Collector, Rect
from qingfeng.importing.drawingml import Frame, block_arrow, ends_of, paragraphs_of

_UNITS = {"pt": 1.0, "in": 72.0, "cm": 28.3465, "mm": 2.83465, "px": 0.75, "pc": 12.0, "emu": 1 / 12_700, "": 1.0}
_LENGTH = re.compile(r"\s*(-?\d{0,9}(?:\.\d{0,9})?)\s*([a-z]*)")
_SHAPES = {"shape", "rect", "roundrect", "oval"}
_LINES = re.compile(r"_t(20|32|33|34|35|36|37|38)$")
_DOWN_ARROW, _UP_ARROW, _RIGHT_ARROW, _LEFT_ARROW = "_t67", "_t68", "_t13", "_t66"
_BLOCKS = {_DOWN_ARROW: "downarrow", _UP_ARROW: "uparrow", _RIGHT_ARROW: "rightarrow", _LEFT_ARROW: "leftarrow"}


def length(value: str | None, *, units: bool = True) -> float:
    """A length in points; without units the bare number counts."""
    found = _LENGTH.match(value or "")
    if not found or found[1] in {"", "-", ".", "-."}:
        return 0.0
    return float(found[1]) * (_UNITS.get(found[2], 1.0) if units else 1.0)


def style_of(element: Element) -> dict[str, str]:
    """The style attribute, taken apart."""
    parts = (one.partition(":") for one in (element.get("style") or "").split(";"))
    return {name.strip().lower(): value.strip() for name, _, value in parts if name.strip()}


def read_vml(element: Element, frame: Frame, collector: Collector, *, top: bool = True, depth: int = 0) -> None:
    """Read a VML element and all below; `frame` carries points at the top level, group units below."""
    name, style = local(element), style_of(element)
    if style.get("visibility") == "hidden" or depth > 50:
        collector.box(paragraphs_of(element), None, hidden=True)
        return
    rect = _rect(style, frame, top=top)
    if name == "group":
        ox, oy = _pair(element.get("coordorigin"), (0.0, 0.0))
        w, h = _pair(element.get("coordsize"), (1000.0, 1000.0))
        kx, ky = rect.w / (w or 1.0), rect.h / (h or 1.0)
        for child in element:
            read_vml(child, Frame(kx, ky, rect.x - kx * ox, rect.y - ky * oy), collector, top=False, depth=depth + 1)
    elif name == "line":
        _line(element, frame, collector, top=top)
    elif name in _SHAPES:
        _shape(element, rect, style, collector)


def _rect(style: dict[str, str], frame: Frame, *, top: bool) -> Rect:
    left = style.get("margin-left") or style.get("left") if top else style.get("left")
    above = style.get("margin-top") or style.get("top") if top else style.get("top")
    x, y, w, h = (length(value, units=top) for value in (left, above, style.get("width"), style.get("height")))
    rect = frame.rect(x, y, w, h)
    turn = length(style.get("rotation"), units=False) % 180
    if 45 <= turn < 135:
        return Rect(rect.cx - rect.h / 2, rect.cy - rect.w / 2, rect.h, rect.w)
    return rect


def _shape(element: Element, rect: Rect, style: dict[str, str], collector: Collector) -> None:
    texts = [text for box in every(element, "textbox") for text in paragraphs_of(box)]
    form = attr(element, "type") or ""
    if any(text.strip() for text in texts):
        collector.box(texts, rect, turned=bool(length(style.get("rotation"), units=False)), shape=local(element))
    elif _LINES.search(form) or attr(element, "connectortype") or min(rect.w, rect.h) < 2 < max(rect.w, rect.h):
        flip = style.get("flip", "")
        _connect(element, ends_of(rect, flip_x="x" in flip, flip_y="y" in flip), collector)
    else:
        for mark, arrow in _BLOCKS.items():
            if form.endswith(mark):
                block_arrow(collector, arrow, rect)


def _line(element: Element, frame: Frame, collector: Collector, *, top: bool) -> None:
    ends = []
    for name in ("from", "to"):
        x, _, y = (element.get(name) or "0,0").partition(",")
        spot = frame.rect(length(x, units=top), length(y, units=top), 0, 0)
        ends += [spot.x, spot.y]
    _connect(element, (ends[0], ends[1], ends[2], ends[3]), collector)


def _connect(element: Element, ends: tuple[float, float, float, float], collector: Collector) -> None:
    stroke = kid(element, "stroke")
    start, end = (_head(stroke, name) for name in ("startarrow", "endarrow"))
    x1, y1, x2, y2 = ends
    if start and not end:
        x1, y1, x2, y2 = x2, y2, x1, y1
    collector.connector(x1, y1, x2, y2, arrow=start or end)


def _head(stroke: Element | None, name: str) -> bool:
    return stroke is not None and (stroke.get(name) or "none") != "none"


def _pair(value: str | None, default: tuple[float, float]) -> tuple[float, float]:
    first, _, second = (value or "").partition(",")
    if not second:
        return default
    return length(first, units=False), length(second, units=False)
