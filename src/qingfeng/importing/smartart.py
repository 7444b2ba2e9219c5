"""SmartArt: the picture that Office last drew, with places, when the file holds one; else the points in order, without."""

from __future__ import annotations

from qingfeng.importing.archive import Archive, Element, attr, every, kid, local, number
from qingfeng.importing.boxes import EMU_PER_POINT, Collector, Rect
from qingfeng.importing.drawingml import Drawing, Frame, paragraphs_of


def read_diagram(
    archive: Archive, related: dict[str, tuple[str, str]], ids: Element, out: Collector, rect: Rect
) -> None:
    """Read the diagram named by a `relIds` element, which lies at `rect` of the page."""
    data = related.get(attr(ids, "dm") or "", ("", ""))[1]
    if data not in archive:
        return
    tree = archive.xml(data)
    drawn = next((attr(ext, "relId") for ext in every(tree, "dataModelExt")), None)
    path = related.get(drawn or "", ("", ""))[1]
    if path in archive:
        walker = Drawing(out)
        for shapes in every(archive.xml(path), "spTree"):
            walker.walk(shapes, Frame(ox=rect.x, oy=rect.y))
        walker.finish()
        return
    for texts in _points(tree):
        out.box(texts, None)


def read_graphic(archive: Archive, related: dict[str, tuple[str, str]], frame: Element, out: Collector) -> None:
    """Read a SmartArt that stands in a graphic frame of a slide."""
    ids = next(every(frame, "relIds"), None)
    off, ext = kid(frame, "xfrm", "off"), kid(frame, "xfrm", "ext")
    if ids is None:
        return
    x, y = (number(off.get("x")), number(off.get("y"))) if off is not None else (0.0, 0.0)
    w, h = (number(ext.get("cx")), number(ext.get("cy"))) if ext is not None else (0.0, 0.0)
    read_diagram(archive, related, ids, out, Rect(*(value / EMU_PER_POINT for value in (x, y, w, h))))


def _points(tree: Element) -> list[list[str]]:
    """Texts of the points in the order of the outline: each under its parent, by its order among siblings."""
    points = {p.get("modelId", ""): p for p in every(tree, "pt") if p.get("type", "node") in {"node", "doc", "asst"}}
    below: dict[str, list[tuple[float, str]]] = {}
    for link in every(tree, "cxn"):
        if link.get("type", "parOf") == "parOf":
            below.setdefault(link.get("srcId", ""), []).append((number(link.get("srcOrd")), link.get("destId", "")))
    told: list[list[str]] = []
    seen: set[str] = set()
    roots = [key for key, point in points.items() if point.get("type") == "doc"] or list(points)
    waiting = list(reversed(roots))
    while waiting:
        key = waiting.pop()
        if key in seen or key not in points:
            continue
        seen.add(key)
        texts = [text for holder in points[key] if local(holder) == "t" for text in paragraphs_of(holder)]
        if any(text.strip() for text in texts):
            told.append(texts)
        waiting += [child for _, child in sorted(below.get(key, []), reverse=True)]
    return told
