"""Maps made up for tests: any number of steps, long and short texts, missing levels and owners, branches and returns."""

from __future__ import annotations

from hypothesis import strategies as st

from qingfeng.drawing.sheet import Block, Item, Sheet, rank_of
from qingfeng.drawing.turns import Turn

SCHEMES = (("低", "中", "高"), ("一般", "高"), ("四级", "三级", "二级", "一级"), ("C", "B", "A"))
_HAN = "不按规定受理或回避隐瞒违法线索举报投诉审批检查处罚决定送达监督林业市场教育资金项目验收档案龘鱻𠀀𪚥"
_OTHER = "，、；。：（）《》“”ABCxyz0123456789.-/% "
TEXTS = st.text(alphabet=st.sampled_from(_HAN * 6 + _OTHER), min_size=1, max_size=160).map(str.strip).filter(bool)
NAMES = st.text(alphabet=st.sampled_from(_HAN * 8 + "（）、-AB1"), min_size=1, max_size=40).map(str.strip).filter(bool)


@st.composite
def items(draw: st.DrawFn) -> tuple[Item, ...]:
    texts = draw(st.lists(TEXTS, max_size=draw(st.sampled_from((2, 4, 11)))))
    return tuple(Item(number=number, text=text) for number, text in enumerate(texts, 1))


@st.composite
def blocks(draw: st.DrawFn, number: int, steps: int, scheme: tuple[str, ...]) -> Block:
    level = draw(st.sampled_from((None, *scheme)))
    name = draw(NAMES)
    turns = []
    for target in draw(st.lists(st.integers(0, steps), max_size=3, unique=True)):
        if target != number and number:
            where = f"s{target}" if target else None
            turns.append(Turn(target=where, back=0 < target < number, text=f"退回第{target}环节：{draw(NAMES)}"))
    return Block(id=f"s{number}" if number else "whole_process", number=number, name=name, label=name, level=level if number else None,
                 rank=rank_of(level, scheme) if number else None,
                 owner=draw(st.none() | NAMES), risks=draw(items()), measures=draw(items()),
                 turns=tuple(turns))  # fmt: skip


@st.composite
def sheets(draw: st.DrawFn, most: int = 40) -> Sheet:
    steps = draw(st.integers(1, draw(st.sampled_from((3, 9, most)))))
    scheme = draw(st.sampled_from(SCHEMES))
    first = draw(st.sampled_from((0, 1, 1, 1)))
    return Sheet(
        power="a900/made", title=draw(NAMES), agency=draw(st.none() | NAMES), version="2026-01-01", scheme=scheme,
        blocks=tuple(draw(blocks(number, steps, scheme)) for number in range(first, steps + 1)),
        service_phone=draw(st.sampled_from(("", "0355-0000000"))), notes=tuple(draw(st.lists(TEXTS, max_size=3))),
        digest="ab" * 32, links=draw(st.sampled_from(((), (("公开页", "https://www.example.gov.cn/powers/a900/made/"),)))))  # fmt: skip
