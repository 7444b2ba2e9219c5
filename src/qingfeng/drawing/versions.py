"""Two versions of a map on one drawing: what was added, removed and changed, each with its sign and its word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from .sheet import UNSAID, Block, Item, Mark, Sheet

ALIKE = 0.5
"""Share of common characters from which two texts are one that was reworded, not one removed and another added."""


def compared(old: Sheet, new: Sheet) -> Sheet:
    """Return one sheet with both; steps and texts that were removed stand where they stood."""
    before = {block.id: block for block in old.blocks}
    after = {block.id for block in new.blocks}
    blocks = [_block(before[block.id], block) if block.id in before else _all(block, Mark.ADDED) for block in new.blocks]
    for place, gone in enumerate(old.blocks):
        if gone.id not in after:
            earlier = {one.id for one in old.blocks[:place]}
            at = max((i + 1 for i, block in enumerate(blocks) if block.id in earlier), default=0)
            blocks.insert(at, replace(_all(gone, Mark.REMOVED), turns=()))
    return replace(new, blocks=tuple(blocks), older=old.version)


def count(sheet: Sheet) -> dict[Mark, int]:
    """Return how many steps and texts bear each mark."""
    marks = [mark for block in sheet.blocks for mark in (block.mark, *(item.mark for item in (*block.risks, *block.measures)))]
    return {mark: marks.count(mark) for mark in Mark if mark is not Mark.SAME}


def _all(block: Block, mark: Mark) -> Block:
    return replace(block, mark=mark, risks=tuple(replace(item, mark=mark) for item in block.risks),
                   measures=tuple(replace(item, mark=mark) for item in block.measures))  # fmt: skip


def _block(old: Block, new: Block) -> Block:
    was = [f"{what}原为：{before or UNSAID}"
           for what, before, after in (("环节名称", old.name, new.name), ("风险等级", old.level, new.level), ("责任人", old.owner, new.owner))
           if before != after]  # fmt: skip
    return replace(new, risks=_items(old.risks, new.risks), measures=_items(old.measures, new.measures), was=tuple(was),
                   mark=Mark.CHANGED if was else Mark.SAME)  # fmt: skip


def _items(old: Sequence[Item], new: Sequence[Item]) -> tuple[Item, ...]:
    found: list[Item] = []
    matcher = SequenceMatcher(None, [one.text for one in old], [one.text for one in new], autojunk=False)
    for kind, i1, i2, j1, j2 in matcher.get_opcodes():
        found += new[j1:j2] if kind == "equal" else _changed(old[i1:i2], new[j1:j2])
    return tuple(found)


def _changed(old: Sequence[Item], new: Sequence[Item]) -> list[Item]:
    """Pair what was reworded, the most alike first; the rest was removed or added."""
    scores = sorted(((SequenceMatcher(None, a.text, b.text, autojunk=False).ratio(), i, j)
                     for i, a in enumerate(old) for j, b in enumerate(new)), key=lambda one: (-one[0], one[1], one[2]))  # fmt: skip
    pairs: dict[int, int] = {}
    for score, i, j in scores:
        if score >= ALIKE and i not in pairs.values() and j not in pairs:
            pairs[j] = i
    kept = set(pairs.values())
    gone = [replace(one, mark=Mark.REMOVED) for i, one in enumerate(old) if i not in kept]
    return gone + [replace(one, mark=Mark.CHANGED, was=old[pairs[j]].text) if j in pairs else replace(one, mark=Mark.ADDED)
                   for j, one in enumerate(new)]  # fmt: skip
