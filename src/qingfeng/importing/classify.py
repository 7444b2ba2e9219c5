"""What each box of a drawing is: a step of the flow, risks, measures, a caption, a level, a telephone, or not known yet."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from qingfeng.importing.boxes import Box, Rect
from qingfeng.importing.cues import (
    BLANK,
    LEVEL_ALONE,
    NUMBER,
    PHONE,
    WAY,
    Content,
    content_of,
    count_of,
    is_caption,
    is_measure,
    is_risk,
    is_step_name,
    is_title,
    leaning,
)
from qingfeng.importing.titles import FIELD

Kind = Literal["step", "risk", "measure", "both", "side", "caption", "level", "phone", "title", "count", "mark"]
_MARK = re.compile(
    r"^(?:廉政|廉洁)?风险点?\d{1,2}$|^(?:是|否|Y|N|Yes|No|有|无|通过|不通过|同意|不同意|合格|不合格|符合|不符合|↓|→|↑|←)$",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Part:
    """A box with its meaning so far; `label` is its text as the source writes it."""

    box: Box
    kind: Kind
    content: Content
    could_be_step: bool = False
    notes: list[str] = field(default_factory=list)

    @property
    def seq(self) -> int:
        """Its place in the file."""
        return self.box.seq

    @property
    def rect(self) -> Rect | None:
        """Where it lies, if known."""
        return self.box.rect

    @property
    def name(self) -> str:
        """A step's name: the paragraphs joined, blanks inside taken out."""
        words = self.content.step or "".join(item.text for item in self.content.plain) or self.box.text
        return BLANK.sub("", words)

    @property
    def label(self) -> str:
        """A step's text as written."""
        return "\n".join(item.text for item in self.content.plain) or "\n".join(self.box.paragraphs)


def classify(box: Box) -> Part:
    """What a box is by its own words alone."""
    content = content_of(box.paragraphs)
    whole = BLANK.sub("", box.text)
    part = Part(box, "side", content)
    if _MARK.match(whole) or FIELD.match(whole):
        part.kind = "mark"
    elif is_caption(whole):
        part.kind = "caption"
    elif is_title(whole):
        part.kind = "title"
    elif _is_phone(whole):
        part.kind = "phone"
    elif LEVEL_ALONE.match(whole) or (content.level_said and not content.items):
        part.kind = "level"
        content.level = content.level or (LEVEL_ALONE.match(whole) or [None, None])[1]
    elif content.risks and content.measures:
        part.kind = "both"
    elif content.risks or content.measures:
        part.kind = "risk" if content.risks else "measure"
    else:
        _by_words(part, whole)
    return part


def _is_phone(whole: str) -> bool:
    named = PHONE.search(whole)
    if named is None or len(whole) > 60 or NUMBER.match(whole):
        return False
    return bool(named[2]) or (len(whole) <= 12 and not whole.endswith(("。", "；")))


def _by_words(part: Part, whole: str) -> None:
    content = part.content
    if content.step and not content.plain:
        part.kind = "step"
        return
    while len(content.plain) > 1 and WAY.match(content.plain[-1].text) and _is_short(content.plain[0].text):
        part.notes.append(content.plain.pop().text)  # where the flow may go from this step, written into its box
    bare = "".join(item.text for item in content.plain)
    single = all(item.number is None for item in content.plain) or len(content.plain) == 1
    stepish = bool(bare) and single and is_step_name(bare) and len(content.plain) <= 3
    if count_of(whole) and len(whole) < 40 and not content.plain[1:]:
        part.kind = "count"
    elif len(bare) > 6 and any(item.level and item.number for item in content.plain):
        part.kind = "risk"  # a numbered text with its level behind it is a risk however short it is
    elif content.level_said and not content.owner_said:
        part.kind = "step" if stepish and _unnumbered(content) and not is_risk(bare) else "risk"
    elif content.owner_said and not content.level_said:
        part.could_be_step = stepish and (_unnumbered(content) or len(bare) <= 8)
        part.kind = (
            "step" if stepish and _unnumbered(content) and not is_measure(bare) and len(bare) <= 8 else "measure"
        )
    elif content.level_said:
        part.kind = "step" if stepish and _unnumbered(content) else "risk" if leaning(content.plain) >= 0 else "measure"
    elif stepish and _unnumbered(content):
        part.kind = "step"
    elif stepish:
        part.could_be_step = True
        part.kind = "side" if is_risk(bare) or is_measure(bare) else "step"


def _is_short(text: str) -> bool:
    return len(text) <= 24 and text[-1] not in "。；;."


def _unnumbered(content: Content) -> bool:
    return all(item.number is None for item in content.plain)


def by_leaning(part: Part) -> Literal["risk", "measure"] | None:
    """Risk or measure by its words, None if they say neither."""
    lean = leaning(part.content.items)
    return "risk" if lean > 0.2 else "measure" if lean < -0.2 else None
