"""Maps as other agencies might have them: other objects, other steps, other posts, put together at random from plausible words."""

from __future__ import annotations

from hypothesis import strategies as st

from qingfeng.drawing.sheet import Block, Item, Sheet, rank_of

OBJECTS = ("林木采伐许可", "食品经营许可", "民办学校审批", "城市低保审核", "医疗机构校验", "道路运输检查", "农机购置补贴", "文物勘探", "水土保持验收")
STEPS = ("申请", "受理", "初审", "现场核查", "专家论证", "审查", "复核", "集体研究", "公示", "审批", "决定", "制证", "送达", "归档", "办结")
POSTS = ("经办人", "窗口人员", "股室负责人", "分管副局长", "局长", "监督科科长", "驻局纪检组组长")
ACTS = ("不按规定{0}", "故意拖延{0}", "对{0}把关不严", "在{0}中收受好处", "泄露{0}情况", "违规简化{0}程序", "擅自改变{0}结果")
HOLDS = ("严格执行{0}工作规程", "实行{0}双人负责制", "建立{0}台账，每月检查", "{0}结果公开，接受监督", "定期抽查{0}案卷", "{0}全程留痕")
THINGS = ("材料审查", "实地查看", "信息登记", "结果告知", "费用收取", "名单公示", "资质认定", "档案保管")
ENDS = ("。", "；", "，造成不良影响。", "，侵害群众利益；")
SCHEMES = (("低", "中", "高"), ("一般", "较大", "重大"), ("三级", "二级", "一级"))


def _text(pattern: str, thing: str, end: str) -> str:
    return pattern.format(thing) + end


@st.composite
def _items(draw: st.DrawFn, patterns: tuple[str, ...]) -> tuple[Item, ...]:
    chosen = draw(st.lists(st.tuples(st.sampled_from(patterns), st.sampled_from(THINGS)), min_size=1, max_size=7, unique=True))
    return tuple(Item(number=n, text=_text(pattern, thing, draw(st.sampled_from(ENDS)))) for n, (pattern, thing) in enumerate(chosen, 1))


@st.composite
def plausible(draw: st.DrawFn) -> Sheet:
    """Draw a map: three to twelve steps in the usual order, some without boxes, each box with level and owner."""
    scheme = draw(st.sampled_from(SCHEMES))
    chosen = draw(st.lists(st.sampled_from(STEPS), min_size=3, max_size=12, unique=True))
    blocks = []
    for number, name in enumerate(sorted(chosen, key=STEPS.index), 1):
        full = number == 1 or draw(st.booleans())
        level = draw(st.sampled_from(scheme)) if full else None
        blocks.append(Block(
            id=f"s{number}", number=number, name=name, label=name, level=level, rank=rank_of(level, scheme),
            owner=draw(st.sampled_from(POSTS)) if full else None, risks=draw(_items(ACTS)) if full else (),
            measures=draw(_items(HOLDS)) if full else ()))  # fmt: skip
    return Sheet(power="a900/made", title=draw(st.sampled_from(OBJECTS)), agency=draw(st.sampled_from(("示例县林业局", "示例市市场监督管理局", "示例区教育局"))),
                 version="2026-01-01", scheme=scheme, blocks=tuple(blocks), service_phone=draw(st.sampled_from(("", "0355-1234567"))),
                 supervision_phone=draw(st.sampled_from(("", "12345678"))))  # fmt: skip
