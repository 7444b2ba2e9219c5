"""What a careful clerk would remark on a map: sums that do not add up, words of another power, likely slips, lost numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from qingfeng.importing.cues import count_of
from qingfeng.importing.doubts import WHOLE_MAP, Doubt, at_step
from qingfeng.importing.readmap import FilledStep, ReadMap
from qingfeng.terms.text import Text

_PHRASES = (
    "行使自由裁量",
    "自由裁量权",
    "徇私舞弊",
    "玩忽职守",
    "滥用职权",
    "陈述申辩",
    "陈述、申辩",
    "专家评审",
    "弄虚作假",
    "吃拿卡要",
    "优亲厚友",
    "敷衍了事",
    "形式主义",
    "首问负责",
    "一次性告知",
    "限时办结",
    "政务公开",
    "责任追究",
    "廉政承诺",
    "集体讨论",
    "集体研究",
    "层级审批",
    "利害关系人",
    "行政相对人",
    "无正当理由",
    "越权审批",
    "暗箱操作",
    "打招呼",
    "倾向性",
    "流于形式",
    "接受请托",
    "有偿服务",
    "中介服务",
    "调查取证",
    "录音、录像",
    "信访投诉",
    "投诉举报",
    "举报电话",
    "双随机",
    "量化标准",
    "质疑点",
    "谋取利益",
    "谋取不正当利益",
)
_SLIPS = {
    "巡视舞弊": "徇私舞弊",
    "循私舞弊": "徇私舞弊",
    "行驶自由裁量": "行使自由裁量",
    "行驶职权": "行使职权",
    "行驶权力": "行使权力",
    "陈诉": "陈述",
    "截流": "截留",
    "按装": "安装",
    "既使": "即使",
    "不作为、乱做为": "不作为、乱作为",
    "做废": "作废",
    "决择": "抉择",
}
_FOREIGN: dict[str, tuple[str, ...]] = {
    "disciplinary_sanction": ("罚没", "罚款", "扣押", "查封", "行政相对人", "处罚标准", "行政处罚", "申请人"),
    "announcement": ("申请人", "受理单", "申报材料", "中介服务", "项目核准", "罚没", "扣押", "当事人"),
    "budget_preparation": ("申请人", "受理单", "申报材料", "中介服务", "项目核准", "罚没", "扣押", "当事人"),
    "inspection": ("申请人", "许可", "核准", "处罚种类", "处罚类别", "处罚幅度", "处分"),
    "penalty": ("申请人", "许可证", "申报材料", "处分"),
    "licence": ("罚没", "扣押", "当事人申辩", "处罚幅度", "处分"),
    "record_filing": ("审批", "核准", "罚没", "扣押", "处罚"),
    "award": ("罚没", "扣押", "处罚", "申请人"),
    "acceptance": ("罚没", "扣押", "处罚"),
    "compulsory_measure": ("申请人", "许可证", "处分"),
}
_NAMES = {
    "penalty": "行政处罚",
    "inspection": "行政检查",
    "licence": "行政许可",
    "compulsory_measure": "行政强制",
    "award": "行政奖励",
    "record_filing": "备案",
    "announcement": "公告",
    "budget_preparation": "预算编制",
    "disciplinary_sanction": "行政处分",
    "acceptance": "受理",
}


def reading_of(text: str) -> str | None:
    """How a text with likely slips of the pen reads; None if it holds none that are known."""
    read = text
    for wrong, right in _SLIPS.items():
        read = read.replace(wrong, right)
    read = re.sub(r"([。；，、])\1+", r"\1", read)
    read = re.sub(r"([；。])[.．]$", r"\1", read)
    read = re.sub(r"(?<=[\u4e00-\u9fff]),(?=[\u4e00-\u9fff])", "，", read)
    for phrase in _PHRASES:
        if phrase not in read:
            read = _mended(read, phrase)
    return read if read != text else None


def _mended(text: str, phrase: str) -> str:
    """The text with one character put right, where it differs from a standing phrase of four characters or more by just that."""
    size = len(phrase)
    if size < 4:
        return text
    for at in range(len(text) - size + 1):
        window = text[at : at + size]
        wrong = [n for n in range(size) if window[n] != phrase[n]]
        if (
            len(wrong) == 1
            and wrong[0] > 0
            and "\u4e00" <= window[wrong[0]] <= "\u9fff"
            and (size > 4 or wrong[0] in {1, 2})
        ):
            return text[:at] + phrase + text[at + size :] if _plausible(window, phrase, wrong[0]) else text
    return text


def _plausible(window: str, phrase: str, at: int) -> bool:
    """Words that are right themselves are no slips (一次性告知 / 一次性补知)."""
    fine = {
        "集体讨论",
        "集体研究",
        "集体决定",
        "集体审议",
        "集体评议",
        "专家评审",
        "专家评议",
        "责任追究",
        "责任落实",
        "责任倒查",
        "层级审批",
        "层级审核",
        "越级审批",
        "政务公开",
        "政府公开",
        "举报电话",
        "投诉举报",
        "调查取证",
        "廉政承诺",
        "限时办结",
        "廉洁承诺",
        "投诉电话",
        "廉政谈话",
        "限期办结",
        "接受委托",
    }
    return window not in fine


def remarks(read: ReadMap) -> Iterator[Doubt]:
    """All remarks on one map."""
    yield from _readings(read)
    yield from _foreign(read)
    yield from _numbers(read)
    yield from _sums(read)
    yield from _missing(read)


def _readings(read: ReadMap) -> Iterator[Doubt]:
    for step in read.filled():
        for item in (*step.risks, *step.measures):
            if (mended := reading_of(item.text)) is not None:
                yield Doubt(
                    code="reading",
                    place=at_step(step.name),
                    text=item.text,
                    alternatives=(mended,),
                    what=Text(
                        zh=f"“{item.text}”疑有错字或标点有误，照录未改；疑为“{mended}”。",
                        en=f"“{item.text}” seems to hold a slip; it is kept; it may read “{mended}”.",
                    ),
                    settle=Text(
                        zh="确有错误的，在 reads_as 中写明读法。", en="If it is a slip, write the reading in reads_as."
                    ),
                )
            if item.joined:
                yield Doubt(
                    code="joined",
                    place=at_step(step.name),
                    text=item.text,
                    what=Text(
                        zh=f"“{item.text}”在原文中分成两段，第二段没有编号，作为同一条。",
                        en=f"“{item.text}” stands in two paragraphs, the second unnumbered; taken as one item.",
                    ),
                    settle=Text(zh="应为两条的，请分开。", en="If they are two items, part them."),
                )
    for double in re.findall(r"([\u4e00-\u9fff]{2})\1", read.agency or ""):
        yield Doubt(
            code="reading",
            place=WHOLE_MAP,
            text=read.agency,
            alternatives=((read.agency or "").replace(double * 2, double),),
            what=Text(
                zh=f"机关名称写作“{read.agency}”，“{double}”重复，照录。",
                en=f"The agency is written “{read.agency}”, with “{double}” twice; it is kept.",
            ),
            settle=Text(zh="请核对机关名称。", en="Check the name of the agency."),
        )


def _foreign(read: ReadMap) -> Iterator[Doubt]:
    words = _FOREIGN.get(read.kind or "", ())
    for step in read.filled():
        kind = (read.kind or "this power").replace("_", " ")
        for item in (*step.risks, *step.measures):
            met = [word for word in words if word in item.text]
            if met:
                named = _NAMES.get(read.kind or "", read.power)
                yield Doubt(
                    code="foreign_object",
                    place=at_step(step.name),
                    text=item.text,
                    what=Text(
                        zh=f"{named}的图里写了“{'、'.join(met)}”，不是这类职权的事物，疑自别的图照搬；照录。",
                        en=f"A map of {kind} speaks of “{', '.join(met)}”, which it does not deal with; "
                        f"perhaps copied; kept.",
                    ),
                    settle=Text(
                        zh="请原单位确认；确有所指的，用 role_map 说明指什么。",
                        en="Ask the agency; if something is meant, say what in role_map.",
                    ),
                )


def _numbers(read: ReadMap) -> Iterator[Doubt]:
    items = [(step.name, group) for step in read.filled() for group in (step.risks, step.measures) if group]
    numbered = sum(1 for _, group in items for item in group if item.number)
    total = sum(len(group) for _, group in items)
    lost = [name for name, group in items if len(group) > 1 and any(not item.number for item in group)]
    if numbered and lost:
        named = "、".join(dict.fromkeys(lost))
        yield Doubt(
            code="numbering",
            place=WHOLE_MAP,
            what=Text(
                zh=f"编号不全（{total}条中{numbered}条有编号；缺在：{named}）；每一段作为一条。",
                en=f"Numbers are incomplete ({numbered} of {total} items; lacking at {named}); each paragraph is taken as one item.",
            ),
            settle=Text(zh="请核对各条的分合。", en="Check that items are parted as meant."),
        )
    styles = Counter(
        re.sub(r"\d+|[一二三四五六七八九十]+|[①-⑳]", "n", item.number)
        for _, group in items
        for item in group
        if item.number
    )
    if len(styles) > 1:
        yield Doubt(
            code="number_style",
            place=WHOLE_MAP,
            what=Text(
                zh=f"编号写法不一（{'、'.join(f'“{s}”{n}处' for s, n in styles.most_common())}）；编号不属于原文文字，照录时去掉。",
                en=f"Numbers are written in {len(styles)} ways; they are no part of the text and are left out.",
            ),
            settle=Text(zh="不影响内容；可请原单位统一。", en="Nothing depends on it; the agency may unify them."),
        )


def _sums(read: ReadMap) -> Iterator[Doubt]:
    for text, step in read.counts:
        told = count_of(text)
        if told is None:
            continue
        total, parts = told
        place = WHOLE_MAP if step is None else at_step(read.steps[step].name)
        if sum(parts.values()) != total:
            yield Doubt(
                code="sum",
                place=place,
                text=text,
                what=Text(
                    zh=f"“{text}”：分项之和是{sum(parts.values())}，总数写的是{total}。",
                    en=f"“{text}”: the parts add up to {sum(parts.values())}, the total says {total}.",
                ),
                settle=Text(zh="请核对原图。", en="Check the original."),
            )
        steps = [one for one in read.filled() if step is None or one.index == step]
        if (wrong := _miscounted(steps, total, parts)) is not None:
            yield Doubt(
                code="count",
                place=place,
                text=text,
                what=Text(zh=f"图上写“{text}”，实际{wrong.zh}。", en=f"The map says “{text}”; there are {wrong.en}."),
                settle=Text(
                    zh="请核对是否漏读或者原图计数有误。",
                    en="Check whether something was not read or the map counts wrongly.",
                ),
            )


def _miscounted(steps: list[FilledStep], total: int, parts: dict[str, int]) -> Text | None:
    """What is really there, if neither the risks nor the steps with risks are as many as a sum says; None if they are."""
    graded = [item.level or step.level for step in steps for item in step.risks]
    by_risk = Counter(level[0] for level in graded if level)
    by_step = Counter(step.level[0] for step in steps if step.risks and step.level)
    for found, many in ((by_risk, len(graded)), (by_step, sum(1 for step in steps if step.risks))):
        if many == total and all(found.get(level[0], 0) == n for level, n in parts.items()):
            return None
    told = "、".join(f"{level}{n}" for level, n in sorted(by_risk.items())) or "没有等级"
    return Text(zh=f"风险点{len(graded)}条（{told}）", en=f"{len(graded)} risks ({told})")


def _missing(read: ReadMap) -> Iterator[Doubt]:
    for step in read.filled():
        if step.risks and not step.level:
            yield Doubt(
                code="no_level",
                place=at_step(step.name),
                what=Text(
                    zh="有风险点，没有风险等级；留空，没有推定。",
                    en="It has risks and no level; left empty, none was assumed.",
                ),
                settle=Text(zh="请原单位补上等级。", en="The agency has to give the level."),
            )
        if step.measures and not step.owner:
            yield Doubt(
                code="no_owner",
                place=at_step(step.name),
                what=Text(
                    zh="有防控措施，没有责任人；留空，没有推定。",
                    en="It has measures and no owner; left empty, none was assumed.",
                ),
                settle=Text(zh="请原单位补上责任人。", en="The agency has to name the owner."),
            )
        if bool(step.risks) != bool(step.measures) and step.index is not None:
            lacking = ("防控措施", "measures") if step.risks else ("风险点", "risks")
            yield Doubt(
                code="one_sided",
                place=at_step(step.name),
                what=Text(
                    zh=f"只有{'风险点' if step.risks else '防控措施'}，没有{lacking[0]}。",
                    en=f"It has no {lacking[1]}, though it has the other.",
                ),
                settle=Text(
                    zh="请核对是否原图就没有，或者方框归错了环节。",
                    en="Check whether the original has none, or a box was put elsewhere.",
                ),
            )
