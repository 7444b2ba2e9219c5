"""Maps of invented agencies poured out as text, in any order: nothing wrong stands there without a doubt that names the right place.

These maps were written after the words of the stages; the share that is right is what a stranger may expect of text alone.
"""

from __future__ import annotations

import random

import pytest

from qingfeng.importing.maps import read_maps
from qingfeng.importing.read import read_document
from qingfeng.importing.readmap import ReadMap
from tests.importing.judge import read_as, told_by, undoubted_errors
from tests.importing.others import POURED, Other


def poured(others: list[Other], chance: random.Random, order: str) -> bytes:
    """Titles first, then the boxes: shuffled at each step, by kind in blocks, or all of a map shuffled."""
    head = "\n\n\n".join(f"{other.agency}\n{other.heading}" for other in others)
    boxes: list[str] = []
    for other in others:
        groups = []
        for step in other.steps:
            group = [step]
            for held, label in ((other.risks, other.level_label), (other.measures, other.owner_label)):
                for box in held:
                    if box.step == step:
                        group.append(
                            "\n\n\n".join([*(f"{n}.{t}" for n, t in enumerate(box.items, 1)), f"{label}{box.says}"])
                        )
            groups.append(group)
        if order == "near":
            for group in groups:
                chance.shuffle(group)
                boxes += group
            continue
        flat = [group[0] for group in groups] + [box for group in groups for box in group[1:]]
        if order == "random":
            chance.shuffle(flat)
        boxes += ["工作流程", *flat]
    return (head + "\n" * 9 + ("\n" * 6).join(boxes)).encode()


def unsure(read: ReadMap) -> set[str]:
    """Texts of boxes that carry a doubt about the border of their map."""
    marked = {doubt.text for doubt in read.doubts if doubt.code == "border"}
    return {item.text for box in read.boxes if box.id in marked for item in box.items}


@pytest.mark.parametrize("order", ["near", "blocks", "random"])
def test_what_is_wrong_carries_a_doubt_and_most_is_right(order: str) -> None:
    right = texts = 0
    for trial in range(12):
        chance = random.Random(trial)
        others = list(POURED)
        chance.shuffle(others)
        others = others[: chance.randint(1, 5)]
        maps = read_maps(read_document(poured(others, chance, order), "a.txt")).maps
        assert [read.power for read in maps] == [other.title for other in others]
        for read, other in zip(maps, others, strict=True):
            truth, got = told_by(other), read_as(read)
            assert [e for e in undoubted_errors(read, truth) if e.split("：归入")[0] not in unsure(read)] == []
            for step, told in truth.items():
                for kind in (0, 1):
                    texts += len(told[kind])
                    right += sum(1 for text in told[kind] if step in got and text in got[step][kind])
    assert texts == 499
    assert right / texts > 0.75
