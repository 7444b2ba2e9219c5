"""One row of a map: its three boxes with their lines of text, measured but not placed; and rows too tall for a page, cut."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from .measure import Face, width, wrap, wrap_even
from .paper import Measures
from .scene import Paragraph
from .sheet import SIGNS, UNSAID, Block, Item, Mark, Sheet, tone_of

NAME_SIZE = 1.15
"""How much larger than the text the name of a step is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of text in a box: its words, where it begins, how it looks; first of its paragraph: the number stands before it."""

    text: str
    size: float
    indent: float = 0.0
    face: Face = "sans"
    tone: str = "ink"
    number: str = ""
    struck: bool = False
    height: float = 0.0
    of: Paragraph | None = None


@dataclass(slots=True)
class Stack:
    """The lines of one box.  foot: what stands under its inner line; height with the padding."""

    body: list[Row] = field(default_factory=list)
    foot: list[Row] = field(default_factory=list)
    pad: float = 0.0

    @property
    def height(self) -> float:
        """Of the whole box, 0 if there is nothing in it."""
        if not self.body and not self.foot:
            return 0.0
        body = sum(row.height for row in self.body) + 2 * self.pad * 0.8 if self.body else 0.0
        return body + (sum(row.height for row in self.foot) + self.pad * 0.8 if self.foot else 0.0)

    @property
    def paragraphs(self) -> tuple[Paragraph, ...]:
        """The texts, each as one piece; of a text that was cut, what stands here."""
        found: list[Paragraph] = []
        for row in (*self.body, *self.foot):
            if row.of is not None or not found:
                found.append(replace(row.of, text=row.text) if row.of is not None else Paragraph(text=row.text))
            else:
                found[-1] = replace(found[-1], text=found[-1].text + row.text)
        wholes = {row.of.text.replace("\n", ""): row.of.text for row in self.body if row.of is not None and "\n" in row.of.text}
        return tuple(replace(one, text=wholes.get(one.text, one.text)) for one in found)


@dataclass(slots=True)
class Band:
    """One row of the map.  risks, measures: None where there is no box.  part: 0, or which piece of a row that was cut."""

    block: Block
    tone: str
    step: Stack
    risks: Stack | None
    measures: Stack | None
    part: int = 0

    @property
    def height(self) -> float:
        """Of the tallest of the three."""
        return max(stack.height for stack in (self.step, self.risks, self.measures) if stack is not None)


def band_of(block: Block, sheet: Sheet, m: Measures) -> Band:
    """Return the row of a step."""
    tone = tone_of(block.rank, sheet.scheme) if block.level is not None or block.risks else "none"
    risks = _side(block.risks, _level(block, m), m, block.mark) if block.has_risks else None
    measures = _side(block.measures, _owner(block, m), m, block.mark) if block.has_measures else None
    return Band(block=block, tone=tone, step=_step(block, m), risks=risks, measures=measures)


def pieces(band: Band, room: float, m: Measures) -> list[Band]:
    """Cut a row that is taller than a page into rows that are not; a shorter one stays as it is."""
    if band.height <= room:
        return [band]
    steps, risks, measures = (_cut(stack, room) if stack is not None else [] for stack in (band.step, band.risks, band.measures))
    found = []
    for part in range(max(len(steps), len(risks), len(measures))):
        step = steps[part] if part < len(steps) else Stack(body=[_small("（续）", m, tone="grey")], pad=m.pad)
        found.append(Band(block=band.block, tone=band.tone, step=step, risks=risks[part] if part < len(risks) else None,
                          measures=measures[part] if part < len(measures) else None, part=part))  # fmt: skip
    return found


def _cut(stack: Stack, room: float) -> list[Stack]:
    """Cut a stack into stacks no taller than `room`, between two texts where that is possible."""
    found, here = [], Stack(pad=stack.pad)
    for row in stack.body:
        here.body.append(row)
        if here.height > room:
            begin = max((place for place, one in enumerate(here.body) if one.of is not None), default=0)
            at = begin if begin > 0 else len(here.body) - 1
            found.append(Stack(body=here.body[:at], pad=stack.pad))
            here = Stack(body=here.body[at:], pad=stack.pad)
    for row in stack.foot:
        here.foot.append(row)
        if here.height > room and (here.body or len(here.foot) > 1):
            here.foot.pop()
            found.append(here)
            here = Stack(foot=[row], pad=stack.pad)
    return [*found, here]


def _side(items: Sequence[Item], foot: list[Row], m: Measures, mark: Mark) -> Stack:
    stack = Stack(foot=foot, pad=m.pad)
    longest = max((len(str(item.number)) for item in items), default=1)
    indent = width("0" * longest + ".", m.size) + m.size * 0.3
    limit = m.side - 2 * m.pad
    for item in items:
        sign = "" if item.mark is Mark.SAME or (item.mark is mark and mark is not Mark.CHANGED) else SIGNS[item.mark] + " "
        tone = item.mark.value if item.mark is not Mark.SAME else "ink"
        struck = item.mark is Mark.REMOVED
        whole = Paragraph(text=sign + item.text, number=f"{item.number}.", struck=struck)
        stack.body += _lines(whole, limit, indent, m.size, m.line, tone=tone)
        if item.was is not None:
            old = Paragraph(text=f"原文：{item.was}", kind="was")
            stack.body += _lines(old, limit, indent, m.small, m.small_line, tone="grey")
    return stack


def _level(block: Block, m: Measures) -> list[Row]:
    return _foot(f"风险等级：{block.level or UNSAID}", m) if not block.whole or block.level else []


def _owner(block: Block, m: Measures) -> list[Row]:
    return _foot(f"责任人：{block.owner or UNSAID}", m)


def _foot(text: str, m: Measures) -> list[Row]:
    room = m.side - 2 * m.pad - (m.size * 7 if text.startswith("风险") else 0)  # beside the level stand its dots
    return _lines(Paragraph(text=text, kind="foot"), room, 0.0, m.size, m.line, face="bold", tone="tone")


def _step(block: Block, m: Measures) -> Stack:
    stack, size, limit = Stack(pad=m.pad), m.size * NAME_SIZE, m.step - 2 * m.pad
    stack.body = [
        Row(text=line, size=size, face="bold", tone="step", height=size * 1.4, indent=-1.0,
            of=Paragraph(text=block.name, kind="name") if place == 0 else None)
        for place, line in enumerate(wrap_even(block.name, limit, size, "bold"))]  # fmt: skip
    if block.mark is not Mark.SAME:
        stack.body.append(_small(SIGNS[block.mark], m, tone=block.mark.value))
    for text in block.was:
        stack.foot += _lines(Paragraph(text=text, kind="was"), limit, 0.0, m.small, m.small_line, tone="changed")
    if block.findings is not None:
        said = f"发现{block.findings}项" if block.findings else "无发现"
        stack.body.append(_small(said, m, tone="removed" if block.findings else "grey"))
    for turn in block.turns:
        stack.foot += _lines(Paragraph(text=turn.text, kind="turn"), limit, 0.0, m.small, m.small_line, tone="grey")
    return stack


def _small(text: str, m: Measures, *, tone: str) -> Row:
    return Row(text=text, size=m.small, face="bold", tone=tone, height=m.small_line, indent=-1.0, of=Paragraph(text=text, kind="note"))


def _lines(whole: Paragraph, limit: float, indent: float, size: float, height: float, *, face: Face = "sans", tone: str) -> list[Row]:
    return [Row(text=line, size=size, indent=indent, face=face, tone=tone, height=height, struck=whole.struck,
                number=whole.number if place == 0 else "", of=whole if place == 0 else None)
            for place, line in enumerate(wrap(whole.text, limit - indent, size, face))]  # fmt: skip
