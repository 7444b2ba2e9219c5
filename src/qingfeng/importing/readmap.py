"""A map as read: steps in order, boxes at their steps, what is doubtful; still nothing of a running power."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from qingfeng.importing.cues import Content, Item
from qingfeng.importing.doubts import Doubt

BoxKind = Literal["risk", "measure"]


@dataclass(frozen=True, slots=True)
class FlowStep:
    """A step of the work flow: its name without blanks, its text as written, and a level or owner that stands in its own box."""

    name: str
    label: str
    level: str | None = None
    owner: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MapBox:
    """A box of risks or of measures at a step.

    id: unique in the map; step: index, None for the whole process; how: line, row, shared, whole, table, words, or settled by a person;
    confidence: 0 to 1; alternatives: other steps, likeliest first (None: the whole process).
    """

    id: str
    kind: BoxKind
    items: tuple[Item, ...]
    level: str | None
    owner: str | None
    step: int | None
    how: str
    confidence: float
    alternatives: tuple[int | None, ...] = ()
    level_said: bool = False
    owner_said: bool = False

    @property
    def text(self) -> str:
        """Its items, joined."""
        return "".join(item.text for item in self.items)


@dataclass(frozen=True, slots=True)
class FilledStep:
    """A step with all that stands at it; `index` None: the whole process."""

    index: int | None
    name: str
    label: str
    level: str | None
    owner: str | None
    risks: tuple[Item, ...]
    measures: tuple[Item, ...]


@dataclass(slots=True)
class ReadMap:
    """One map.  number: in its file, from 1; power and kind: from its title; scheme: levels in ascending order as the document has them;
    counts: sums as written (3（2高1中）), with the step that they count, None for the whole map; posts: what a person says that owners mean."""

    number: int
    title: str | None
    agency: str | None
    power: str
    kind: str | None
    steps: list[FlowStep]
    boxes: list[MapBox]
    phones: dict[str, str] = field(default_factory=lambda: {"supervision": "", "service": ""})
    scheme: list[str] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    counts: list[tuple[str, int | None]] = field(default_factory=list)
    posts: dict[str, str | None] = field(default_factory=dict)

    def filled(self) -> list[FilledStep]:
        """The steps with their boxes; the whole process, if any box belongs to it, last."""
        told = [self._step(n) for n in range(len(self.steps))]
        if any(box.step is None for box in self.boxes):
            told.append(self._step(None))
        return told

    def _step(self, index: int | None) -> FilledStep:
        boxes = [box for box in self.boxes if box.step == index]
        step = self.steps[index] if index is not None else FlowStep("全过程", "全过程")
        levels = [level for box in boxes for level in (box.level, *(item.level for item in box.items)) if level]
        owners = [box.owner for box in boxes if box.owner and box.kind == "measure"] or [
            box.owner for box in boxes if box.owner
        ]
        return FilledStep(
            index=index,
            name=step.name,
            label=step.label,
            level=step.level or self.highest(levels),
            owner=step.owner or "、".join(dict.fromkeys(owners)) or None,
            risks=tuple(item for box in boxes if box.kind == "risk" for item in box.items),
            measures=tuple(item for box in boxes if box.kind == "measure" for item in box.items),
        )

    def highest(self, levels: Sequence[str]) -> str | None:
        """The highest of the levels that stand at one step."""
        known = [level for level in levels if level in self.scheme]
        return max(known, key=self.scheme.index) if known else (levels[0] if levels else None)

    def settled(self, box_id: str, step: int | None) -> None:
        """Put a box where a person says it belongs; its doubt is gone.  Raises KeyError for no such box, IndexError for no such step."""
        if step is not None and not 0 <= step < len(self.steps):
            raise IndexError(step)
        at = next((n for n, box in enumerate(self.boxes) if box.id == box_id), None)
        if at is None:
            raise KeyError(box_id)
        self.boxes[at] = replace(self.boxes[at], step=step, how="settled", confidence=1.0, alternatives=())
        self.doubts = [doubt for doubt in self.doubts if doubt.text != box_id]


def boxes_from(
    content: Content,
    kind: str,
    *,
    id_: str,
    step: int | None,
    how: str,
    confidence: float,
    alternatives: tuple[int | None, ...] = (),
) -> list[MapBox]:
    """The box or boxes of one piece of content: one that holds risks and measures both becomes two."""
    groups: list[tuple[BoxKind, list[Item]]] = []
    risks, measures = [*content.risks], [*content.measures]
    if kind == "risk" or (kind == "both" and content.plain and not measures):
        risks = [*content.plain, *risks]
    elif content.plain:
        measures = [*content.plain, *measures]
    if risks:
        groups.append(("risk", risks))
    if measures:
        groups.append(("measure", measures))
    made = []
    for one, items in groups:
        lone = len(groups) == 1
        made.append(
            MapBox(
                id=id_ if lone else f"{id_}{one[0]}",
                kind=one,
                items=tuple(items),
                level=content.level if one == "risk" or lone else None,
                owner=content.owner if one == "measure" or lone else None,
                step=step,
                how=how,
                confidence=confidence,
                alternatives=alternatives,
                level_said=content.level_said,
                owner_said=content.owner_said,
            )
        )
    return made
