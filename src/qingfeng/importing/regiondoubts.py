"""What is said of every guess made while a region was read as a map: the place, what was assumed, what else it could be."""

from __future__ import annotations

from qingfeng.importing.classify import Part
from qingfeng.importing.doubts import WHOLE_MAP, Doubt, at_step
from qingfeng.importing.pairing import Paired
from qingfeng.importing.placing import Layout, Placed
from qingfeng.importing.readmap import MapBox, ReadMap
from qingfeng.terms.text import Text

BORDER = "border:"
"""How a box is marked that may belong to the map on the other side of a border; the name of that map follows."""


def step_name(read: ReadMap, step: int | None) -> str:
    """A step's name, by its index; None is the whole process."""
    return read.steps[step].name if step is not None else "全过程"


def head_of(box: MapBox) -> str:
    """The first words of a box."""
    text = box.items[0].text if box.items else ""
    return text if len(text) <= 24 else text[:24] + "…"


def kinds_of(box: MapBox) -> tuple[str, str]:
    """What a box holds, in both languages."""
    return ("风险点", "risks") if box.kind == "risk" else ("防控措施", "measures")


def by_words(read: ReadMap, box: MapBox, found: Paired) -> Doubt:
    """A pairing that rests on words and order alone."""
    zh, en = kinds_of(box)
    here, others = step_name(read, found.step), tuple(step_name(read, other) for other in found.alternatives)
    return Doubt(
        code="pairing",
        place=at_step(here),
        confidence=found.confidence,
        alternatives=others,
        text=box.id,
        what=Text(
            zh=f"原文没有位置和连线；{zh}框“{head_of(box)}”按文字和次序归入“{here}”，也可能属于{'、'.join(f'“{o}”' for o in others)}。",
            en=f"The source has no places or lines; the {en} “{head_of(box)}” were put at “{here}” by words and order; it could be "
            f"{', '.join(f'“{o}”' for o in others)}.",
        ),
        settle=Text(
            zh="请对照原图确认或改归（qingfeng import --ask 逐个询问）。",
            en="Compare with the original; qingfeng import --ask asks one by one.",
        ),
    )


def kind_doubts(read: ReadMap, part: Part, made: list[MapBox]) -> list[Doubt]:
    """Boxes that do not say whether they are risks, measures or a step."""
    doubts = []
    if "kind" in part.notes:
        for box in made:
            zh, _ = kinds_of(box)
            doubts.append(
                Doubt(
                    code="box_kind",
                    place=at_step(step_name(read, box.step)),
                    text=box.id,
                    alternatives=("防控措施" if box.kind == "risk" else "风险点",),
                    what=Text(
                        zh=f"方框“{head_of(box)}”没有等级也没有责任人，作为{zh}。",
                        en=f"The box “{head_of(box)}” says neither level nor owner; taken as {box.kind}s.",
                    ),
                    settle=Text(zh="请核对。", en="Check it."),
                )
            )
    if part.could_be_step and part.kind in {"measure", "side"}:
        doubts.append(
            Doubt(
                code="step_or_measure",
                place=at_step(step_name(read, made[0].step) if made else part.name),
                text=made[0].id if made else None,
                alternatives=("流程环节",),
                what=Text(
                    zh=f"“{part.name}”写在带责任人的框中，认作防控措施；也可能是流程的一个环节。",
                    en=f"“{part.name}” stands in a box with an owner: taken as a measure, it could be a step.",
                ),
                settle=Text(zh="请对照原图确认。", en="Compare with the original."),
            )
        )
    return doubts


def border_doubts(read: ReadMap, part: Part, made: list[MapBox]) -> list[Doubt]:
    """A box or a step near a border between maps that the source does not mark."""
    found = []
    for note in part.notes:
        if note.startswith(BORDER):
            other = note.removeprefix(BORDER)
            words = head_of(made[0]) if made else part.name
            found.append(
                Doubt(
                    code="border",
                    place=at_step(step_name(read, made[0].step) if made else part.name),
                    text=made[0].id if made else part.name,
                    alternatives=(other,),
                    what=Text(
                        zh=f"“{words}”靠近两张图的分界，原文没有标出分界；也可能属于“{other}”那张图。",
                        en=f"“{words}” lies near an unmarked border between two maps; it may belong to the map “{other}”.",
                    ),
                    settle=Text(zh="请对照原图确认。", en="Compare with the original."),
                )
            )
    return found


def placing_doubts(read: ReadMap, placed: Placed, made: list[MapBox]) -> list[Doubt]:
    """What is open about a box that was placed by the drawing."""
    doubts = kind_doubts(read, placed.part, made)
    for box in made:
        others = tuple(step_name(read, n) for n in placed.alternatives)
        here = step_name(read, placed.step)
        if placed.how == "shared":
            doubts.append(
                place_doubt(
                    box,
                    here,
                    others,
                    f"连线同时连着{'、'.join(f'“{o}”' for o in (here, *others))}；归入最近的“{here}”",
                    f"its lines lead to {', '.join((here, *others))}; put at the nearest, “{here}”",
                    placed.confidence,
                )
            )
        elif placed.how == "whole":
            doubts.append(
                place_doubt(
                    box,
                    here,
                    (),
                    "没有连线，高度几乎贯穿全部环节；归入全过程",
                    "no line, as tall as the whole flow; put at the whole process",
                    placed.confidence,
                )
            )
        elif placed.how == "row" and placed.confidence < 0.9:
            doubts.append(
                place_doubt(
                    box,
                    here,
                    others,
                    f"没有连线；按所在的行归入“{here}”，也可能属于{'、'.join(f'“{o}”' for o in others)}",
                    f"no line; put at “{here}” by its row, could be {', '.join(others)}",
                    placed.confidence,
                )
            )
    doubts += cut_off(read, placed.part, made)
    return doubts


def cut_off(read: ReadMap, part: Part, made: list[MapBox]) -> list[Doubt]:
    """A last item that breaks off while the others end in a full stop: the box was too small for its text."""
    doubts = []
    for box in made:
        ends = [item.text[-1:] in "。；;.！）)”》" for item in box.items]
        if len(ends) > 2 and not ends[-1] and all(ends[:-1]) and not (box.level_said or box.owner_said):
            doubts.append(
                Doubt(
                    code="cut_off",
                    place=at_step(step_name(read, box.step)),
                    text=box.id,
                    what=Text(
                        zh=f"最后一条“{box.items[-1].text[-16:]}”没有写完就断了，可能原图方框太小、文字被截去。",
                        en=f"The last item breaks off (“{box.items[-1].text[-16:]}”): text may be cut away in the original.",
                    ),
                    settle=Text(
                        zh="请索取原 Word 文件，或补全文字。", en="Ask for the Word file, or complete the text."
                    ),
                )
            )
    return doubts


def place_doubt(box: MapBox, here: str, others: tuple[str, ...], zh: str, en: str, sure: float) -> Doubt:
    """A pairing by the drawing that is not certain."""
    name, _ = kinds_of(box)
    return Doubt(
        code="pairing",
        place=at_step(here),
        confidence=sure,
        alternatives=others,
        text=box.id,
        what=Text(zh=f"{name}框“{head_of(box)}”{zh}。", en=f"Box “{head_of(box)}”: {en}."),
        settle=Text(
            zh="请对照原图确认或改归（qingfeng import --ask 逐个询问）。",
            en="Compare with the original; qingfeng import --ask asks one by one.",
        ),
    )


def loose_doubt(read: ReadMap, box: MapBox) -> Doubt:
    """A box that fits no step."""
    return place_doubt(
        box,
        "全过程",
        tuple(step.name for step in read.steps[:3]),
        "没有可归的环节，暂归全过程",
        "fits no step; put at the whole process for now",
        0.1,
    )


def flow_doubts(read: ReadMap, layout: Layout) -> list[Doubt]:
    """Branches and returns of the flow."""
    doubts = []
    if layout.branches:
        pairs = "、".join(f"“{step_name(read, a)}”→“{step_name(read, b)}”" for a, b in layout.branches)
        doubts.append(
            simple_doubt(
                "branches",
                f"流程有分支（{pairs}）；环节按从上到下排列。",
                f"The flow branches ({pairs}); steps stand from the top.",
                "分支的条件请写进办理程序。",
                "Say the conditions of the branches in the procedure.",
            )
        )
    if layout.returns:
        pairs = "、".join(f"“{step_name(read, a)}”→“{step_name(read, b)}”" for a, b in layout.returns)
        doubts.append(
            simple_doubt(
                "returns",
                f"流程有退回（{pairs}）。",
                f"The flow leads back ({pairs}).",
                "请在办理程序中写成退回动作。",
                "Write them as acts of return in the procedure.",
            )
        )
    return doubts


def order_doubt(file_order: list[str], order: list[str]) -> Doubt:
    """Steps put into another order than that of the file."""
    return Doubt(
        code="order",
        place=WHOLE_MAP,
        alternatives=("→".join(file_order),),
        what=Text(
            zh=f"原文没有位置；环节在文件中的次序是{'、'.join(file_order)}，与通常的流程不符，按通常的流程排成{'→'.join(order)}。",
            en="The source has no places; its steps do not stand in a usual order and were put into the usual one.",
        ),
        settle=Text(zh="请对照原图确认环节的先后。", en="Compare the order of the steps with the original."),
    )


def end_doubts(read: ReadMap) -> list[Doubt]:
    """Whether supervision afterwards comes before completion or after it cannot be seen without a drawing."""
    names = [step.name for step in read.steps]
    watch = [name for name in names if "监管" in name or name == "监督" or "监督" in name[:2]]
    end = [name for name in names if name.startswith(("办结", "结案"))]
    if not watch or not end:
        return []
    return [
        simple_doubt(
            "last_steps",
            f"原文没有位置，看不出“{watch[-1]}”与“{end[-1]}”的先后；按{'→'.join(n for n in names if n in (watch[-1], end[-1]))}处理。",
            f"Without places it cannot be seen whether “{watch[-1]}” or “{end[-1]}” comes first.",
            "请对照原图确认。",
            "Compare with the original.",
        )
    ]


def two_in_one(name: str) -> Doubt:
    """Two paragraphs in one box of the flow."""
    return Doubt(
        code="two_in_one",
        place=at_step(name),
        text=name,
        what=Text(
            zh="一个框里有两段文字；作为一个环节，也可能是先后两个环节。",
            en="One box holds two paragraphs: taken as one step, they could be two.",
        ),
        settle=Text(zh="请对照原图确认。", en="Compare with the original."),
    )


def head_doubts(read: ReadMap) -> list[Doubt]:
    """A map that names no power, or one of no known kind."""
    if read.title is None and not read.power:
        return [
            simple_doubt(
                "no_title",
                "没有找到题目；职权名称和机关待填。",
                "No title was found; the power and the agency are to be filled in.",
                "请填写职权名称、机关和类型。",
                "Fill in title, agency and kind.",
            )
        ]
    if read.kind is None:
        return [
            simple_doubt(
                "kind_of_power",
                f"“{read.power}”没有说明职权类型；按其他权力处理。",
                f"“{read.power}” names no kind of power; taken as other_power.",
                "请核对 kind。",
                "Check kind.",
            )
        ]
    return []


def simple_doubt(code: str, zh: str, en: str, settle_zh: str, settle_en: str) -> Doubt:
    """A doubt about the whole map."""
    return Doubt(code=code, place=WHOLE_MAP, what=Text(zh=zh, en=en), settle=Text(zh=settle_zh, en=settle_en))
