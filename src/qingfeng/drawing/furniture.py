"""What frames a map: agency, title, column heads and QR codes above; legend, notes, phones, version and page below."""

from __future__ import annotations

from functools import lru_cache

import segno

from .measure import Face, width, wrap, wrap_even
from .paper import Measures
from .scene import Box, Code, Dot, Line, Page, Paragraph, Words
from .sheet import MEASURES_HEAD, RISKS_HEAD, SIGNS, STEPS_HEAD, SUBJECT, Mark, Sheet, tone_of

AGENCY, TITLE, LONG_TITLE = 1.45, 2.1, 1.45
"""Sizes of the agency and of the title, in sizes of the text."""
CODE = 5.4
"""Side of a QR code, in sizes of the text: 19 mm on A4, which a telephone reads from half a metre."""
FOOT_LINE = 1.6
"""From one line of the foot to the next, in sizes of its text."""
DIGITS = 16
"""Hexadecimal digits of the digest that are printed: enough to tell versions apart; the QR code leads to all of them."""


def heading_height(sheet: Sheet, m: Measures, *, first: bool) -> float:
    """Return how far down the heading reaches."""
    return heading(Page(m.paper.width, m.paper.height), sheet, m, first=first)


def heading(page: Page, sheet: Sheet, m: Measures, *, first: bool) -> float:
    """Place the heading of a page; return where the rows begin."""
    y = m.paper.margin * 0.9
    room = page.width - 2 * m.paper.margin
    if first:
        codes = _codes(page, sheet, m, y)
        room -= 2 * codes
        if codes:
            blank = Page(page.width, page.height)
            y += max(0.0, (m.size * CODE + m.small * 1.6 - _titles(blank, sheet, m, 0.0, room)) / 2)
        y = _titles(page, sheet, m, y, room)
    else:
        y = _centred(page, [f"{sheet.heading}（续）"], m.size * 1.2, "bold", "ink", y, room)
    if first and sheet.links:
        y = max(y, m.paper.margin * 0.9 + m.size * CODE + m.small * 1.6)
    y += m.size * 0.5
    for offset, wide in ((0.0, 0.16), (m.size * 0.32, 0.06)):
        page.lines.append(Line(points=((m.paper.margin, y + offset), (page.width - m.paper.margin, y + offset)), kind="rule",
                               tone="rule", wide=m.size * wide))  # fmt: skip
    y += m.size * 1.3
    return _heads(page, m, y) + m.between


def _titles(page: Page, sheet: Sheet, m: Measures, y: float, room: float) -> float:
    """Place agency, title, and what is compared or counted; return where they end."""
    y = _centred(page, [sheet.agency] if sheet.agency else [], m.size * AGENCY, "serif", "ink", y, room)
    if width(sheet.heading, m.size * TITLE, "bold") <= room:
        y = _centred(page, [sheet.heading], m.size * TITLE, "bold", "ink", y, room)
    else:  # a long name stands below, smaller and whole
        y = _centred(page, [SUBJECT], m.size * TITLE, "bold", "ink", y, room)
        y = _centred(page, [sheet.heading.removeprefix(SUBJECT)], m.size * LONG_TITLE, "bold", "ink", y, room)
    told = subtitle(sheet)
    return _centred(page, [told], m.size, "sans", "grey", y, room) if told else y


def subtitle(sheet: Sheet) -> str:
    """Return what the map compares, or the day of the findings that it counts."""
    if sheet.older:
        return f"{sheet.older}版与{sheet.version}版对照"
    return f"截至{sheet.as_of}的发现" if sheet.as_of else ""


def _centred(page: Page, texts: list[str], size: float, face: Face, tone: str, y: float, room: float) -> float:
    for text in texts:
        for line in wrap_even(text, room, size, face):
            page.words.append(Words(x=page.width / 2, y=y + size * 1.05, text=line, size=size, face=face, anchor="middle", tone=tone))
            y += size * 1.4
    return y


def _heads(page: Page, m: Measures, y: float) -> float:
    height = m.size * 2.2
    for x, wide, text in zip(m.columns, (m.side, m.step, m.side), (RISKS_HEAD, STEPS_HEAD, MEASURES_HEAD), strict=True):
        page.words.append(Words(x=x + wide / 2, y=y + height / 2 + m.size * 0.38, text=text, size=m.size * 1.05, face="bold",
                                anchor="middle", tone="white", box=len(page.boxes)))  # fmt: skip
        page.boxes.append(Box(x=x, y=y, w=wide, h=height, part="head", tone="head", radius=3.0,
                              paragraphs=(Paragraph(text=text, kind="head"),)))  # fmt: skip
    return y + height


def _codes(page: Page, sheet: Sheet, m: Measures, y: float) -> float:
    """Place the QR codes at the right; return how much room they take."""
    side, taken = m.size * CODE, 0.0
    for caption, content in reversed(sheet.links):
        x = page.width - m.paper.margin - taken - side
        rows = _squares(content)
        page.codes.append(Code(x=x, y=y, size=side, caption=caption, content=content, rows=rows))
        page.words.append(Words(x=x + side / 2, y=y + side + m.small * 1.2, text=caption, size=m.small, anchor="middle", tone="grey"))
        taken += side + m.size * 1.6
    return taken


@lru_cache(maxsize=256)
def _squares(content: str) -> tuple[tuple[bool, ...], ...]:
    made = segno.make(content, error="m", micro=False, boost_error=False)
    return tuple(tuple(bool(square) for square in row) for row in made.matrix)


def closing_height(sheet: Sheet, m: Measures) -> float:
    """Return how much room the foot of a page takes, with its margin."""
    return (len(_notes(sheet, m)) + len(_foot(sheet, m, number=99, of=99)) + 1) * m.small * FOOT_LINE + m.size * 0.8 + m.paper.margin * 0.7


def closing(page: Page, sheet: Sheet, m: Measures, *, number: int, of: int) -> None:
    """Place the foot of a page: notes (on the last), legend, phones, version and number."""
    left, right, line = m.paper.margin, page.width - m.paper.margin, m.small * FOOT_LINE
    y = page.height - m.paper.margin * 0.7 - m.small * 0.5
    for texts in reversed(_foot(sheet, m, number=number, of=of)):
        for text, tone in zip(texts, ("ink", "grey"), strict=False):
            page.words.append(Words(x=left if tone == "ink" else right, y=y, text=text, size=m.small, tone=tone,
                                    anchor="start" if tone == "ink" else "end"))  # fmt: skip
        y -= line
    _legend(page, sheet, m, y)
    for text in reversed(_notes(sheet, m) if number == of else []):
        y -= line
        page.words.append(Words(x=left, y=y, text=text, size=m.small, tone="grey"))


def _foot(sheet: Sheet, m: Measures, *, number: int, of: int) -> list[tuple[str, str]]:
    """The lines below the legend: what stands left and what stands right, on one line if there is room."""
    blank = "＿＿＿＿＿＿"
    phones = f"服务电话：{sheet.service_phone or blank}　监管电话：{sheet.supervision_phone or blank}"
    said = [f"{sheet.version}起施行"] + ([f"校验值{sheet.digest[:DIGITS]}"] if sheet.digest else []) + ([f"第{number}页 共{of}页"] if of > 1 else [])
    right = "　".join(said)
    if width(phones, m.small) + width(right, m.small) + m.size > m.paper.width - 2 * m.paper.margin:
        return [(phones, ""), ("", right)]
    return [(phones, right)]


def _notes(sheet: Sheet, m: Measures) -> list[str]:
    if not sheet.notes:
        return []
    return wrap("注：" + "".join(sheet.notes), m.paper.width - 2 * m.paper.margin, m.small)


def _legend(page: Page, sheet: Sheet, m: Measures, base: float) -> None:
    """Which dots and colours mean which level, and which signs which change."""
    x, r, many = m.paper.margin, m.small * 0.32, min(len(sheet.scheme), 6)
    if sheet.scheme:
        x = _said(page, "风险等级：", x, base, m, "ink")
    for rank in reversed(range(len(sheet.scheme))):
        tone = tone_of(rank, sheet.scheme)
        for place in range(many):
            page.dots.append(Dot(x=x + r, y=base - m.small * 0.34, r=r, tone=tone, filled=place <= rank))
            x += m.small
        x = _said(page, sheet.scheme[rank], x + m.small * 0.2, base, m, tone) + m.small * 1.2
    if sheet.older:
        for mark in (Mark.ADDED, Mark.REMOVED, Mark.CHANGED):
            x = _said(page, SIGNS[mark], x, base, m, mark.value) + m.small


def _said(page: Page, text: str, x: float, base: float, m: Measures, tone: str) -> float:
    page.words.append(Words(x=x, y=base, text=text, size=m.small, tone=tone, face="bold" if tone != "ink" else "sans"))
    return x + page.words[-1].wide
