"""The drawing of a binary Word document: shapes with their places, groups resolved, from the bytes of its OfficeArt records.

Source: [MS-ODRAW] (records, child anchors, property tables) and [MS-DOC] §2.9 (OfficeArtContent, Spa).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from qingfeng.importing.boxes import Rect
from qingfeng.terms.limits import MAX_IMPORT_SHAPES

_DG_CONTAINER, _SPGR_CONTAINER, _SP_CONTAINER = 0xF002, 0xF003, 0xF004
_SPGR, _SP, _OPT, _CHILD_ANCHOR, _TERTIARY = 0xF009, 0xF00A, 0xF00B, 0xF00F, 0xF122
_GROUP, _PATRIARCH, _DELETED, _FLIP_X, _FLIP_Y = 0x1, 0x4, 0x8, 0x40, 0x80
_ROTATION, _LINE_START, _LINE_END, _GROUP_SHAPE = 4, 464, 465, 959
_POS_REL_H, _POS_REL_V = 912, 914
_MAX_DEPTH = 60


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where a shape hangs in the text (Spa): `cp` character position; rectangle in points; what it counts from.

    across, down: 0 margin, 1 page, 2 column or paragraph text.
    """

    cp: int
    rect: Rect
    across: int
    down: int


@dataclass(slots=True)
class Shape:
    """A shape: number, type (mso_spt), rectangle in the frame of its outermost anchor, flags, arrow heads, and that anchor."""

    number: int
    kind: int
    rect: Rect
    flags: int
    anchor: Anchor
    start_arrow: bool = False
    end_arrow: bool = False
    turned: bool = False
    hidden: bool = False

    @property
    def flips(self) -> tuple[bool, bool]:
        """Mirrored in x, in y."""
        return bool(self.flags & _FLIP_X), bool(self.flags & _FLIP_Y)


@dataclass(slots=True)
class _Raw:
    kind: int = 0
    number: int = 0
    flags: int = 0
    space: tuple[int, int, int, int] | None = None
    child: tuple[int, int, int, int] | None = None
    options: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Inside:
    """How a group's coordinates lie in its anchor's frame."""

    kx: float
    ky: float
    dx: float
    dy: float

    def rect(self, box: tuple[int, int, int, int]) -> Rect:
        x1, y1, x2, y2 = (
            self.kx * box[0] + self.dx,
            self.ky * box[1] + self.dy,
            self.kx * box[2] + self.dx,
            self.ky * box[3] + self.dy,
        )
        return Rect(min(x1, x2), min(y1, y2), abs(x2 - x1), abs(y2 - y1))


def shapes_of(content: bytes, anchors: dict[int, Anchor]) -> list[Shape]:
    """All shapes of an OfficeArtContent whose outermost shape is anchored.  Damaged records end the list, they raise nothing."""
    if len(content) < 8:
        return []
    offset = 8 + struct.unpack_from("<I", content, 4)[0]
    found: list[Shape] = []
    while offset + 9 <= len(content):
        where = content[offset]  # 0: the main text's drawing, 1: that of headers
        kind, size = struct.unpack_from("<HI", content, offset + 3)
        if kind != _DG_CONTAINER:
            break
        if where == 0:
            for inner, _, start, end in _records(content, offset + 9, min(offset + 9 + size, len(content))):
                if inner == _SPGR_CONTAINER:
                    _group(content, start, end, None, None, anchors, found, 0)
        offset += 9 + size
    return found


def _records(data: bytes, start: int, end: int) -> Iterator[tuple[int, int, int, int]]:
    """(type, instance, start of the body, its end) of the records in a range."""
    while start + 8 <= end:
        instance, kind, size = struct.unpack_from("<HHI", data, start)
        if kind < 0xF000:
            return
        yield kind, instance >> 4, start + 8, min(start + 8 + size, end)
        start += 8 + size


def _group(
    data: bytes,
    start: int,
    end: int,
    inside: _Inside | None,
    top: Anchor | None,
    anchors: dict[int, Anchor],
    found: list[Shape],
    depth: int,
) -> None:
    first = True
    for kind, _, begin, stop in _records(data, start, end):
        if len(found) > MAX_IMPORT_SHAPES or depth > _MAX_DEPTH:
            return
        if kind == _SPGR_CONTAINER:
            _group(data, begin, stop, inside, top, anchors, found, depth + 1)
            continue
        if kind != _SP_CONTAINER:
            continue
        raw = _shape(data, begin, stop)
        if first and raw.flags & _GROUP:
            first = False
            if not raw.flags & _PATRIARCH:
                inside, top = _frame_of_group(raw, inside, top, anchors)
            continue
        first = False
        shape = _placed(raw, inside, top, anchors)
        if shape is not None:
            found.append(shape)


def _frame_of_group(
    raw: _Raw, inside: _Inside | None, top: Anchor | None, anchors: dict[int, Anchor]
) -> tuple[_Inside | None, Anchor | None]:
    if raw.child is None and raw.number in anchors:
        top = _repositioned(anchors[raw.number], raw)
        rect = top.rect
    elif inside is not None and raw.child is not None:
        rect = inside.rect(raw.child)
    else:
        return inside, top
    x1, y1, x2, y2 = raw.space or (0, 0, 1, 1)
    kx, ky = rect.w / ((x2 - x1) or 1), rect.h / ((y2 - y1) or 1)
    return _Inside(kx, ky, rect.x - kx * x1, rect.y - ky * y1), top


def _placed(raw: _Raw, inside: _Inside | None, top: Anchor | None, anchors: dict[int, Anchor]) -> Shape | None:
    if raw.flags & _DELETED:
        return None
    if raw.child is not None and inside is not None and top is not None:
        rect, anchor = inside.rect(raw.child), top
    elif raw.number in anchors:
        anchor = _repositioned(anchors[raw.number], raw)
        rect = anchor.rect
    else:
        return None
    turn = (raw.options.get(_ROTATION, 0) >> 16) % 180
    if 45 <= turn < 135:
        rect = Rect(rect.cx - rect.h / 2, rect.cy - rect.w / 2, rect.h, rect.w)
    group_flags = raw.options.get(_GROUP_SHAPE, 0)
    return Shape(
        number=raw.number,
        kind=raw.kind,
        rect=rect,
        flags=raw.flags,
        anchor=anchor,
        turned=turn != 0,
        start_arrow=bool(raw.options.get(_LINE_START, 0)),
        end_arrow=bool(raw.options.get(_LINE_END, 0)),
        hidden=bool(group_flags & 0x20000 and group_flags & 0x2),
    )


def _repositioned(anchor: Anchor, raw: _Raw) -> Anchor:
    """The anchor with what the tertiary table says of the frame it counts from (1 margin, 2 page, 3 column or paragraph)."""
    frames = {1: 0, 2: 1, 3: 2}
    across = frames.get(raw.options.get(_POS_REL_H, 0), anchor.across)
    down = frames.get(raw.options.get(_POS_REL_V, 0), anchor.down)
    return Anchor(anchor.cp, anchor.rect, across, down)


def _shape(data: bytes, start: int, end: int) -> _Raw:
    raw = _Raw()
    for kind, instance, begin, stop in _records(data, start, end):
        size = stop - begin
        if kind == _SP and size >= 8:
            raw.kind = instance
            raw.number, raw.flags = struct.unpack_from("<II", data, begin)
        elif kind == _SPGR and size >= 16:
            raw.space = struct.unpack_from("<4i", data, begin)
        elif kind == _CHILD_ANCHOR and size >= 16:
            raw.child = struct.unpack_from("<4i", data, begin)
        elif kind in {_OPT, _TERTIARY}:
            for n in range(min(instance, size // 6)):
                key, value = struct.unpack_from("<HI", data, begin + 6 * n)
                raw.options[key & 0x3FFF] = value
    return raw
