"""Invented things that cases are about: firms, persons, places, amounts, and what officers write into the fields of an act.

All of it is made up; any likeness is chance.  One case has one persona, so that its acts speak of the same firm throughout.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from qingfeng.catalogue.power import ActRule, Field, FieldType
from qingfeng.terms.calendar import WorkCalendar
from qingfeng.terms.instants import LOCAL, format_instant, start_of_day

from .cast import GIVEN, SURNAMES

_PLACES = ("清溪", "云岭", "石门", "安平", "长河", "东湖", "南屏", "北川", "白沙", "青竹", "临江", "永兴", "双桥", "柳林")
_BRANDS = ("宏远", "永固", "瑞丰", "鑫达", "恒安", "康泰", "顺通", "华盛", "金穗", "新禾", "天成", "众诚", "益民", "长青", "利源", "佳和")
_SYLLABLES = "宏远永固瑞丰鑫达恒安康泰顺通华盛金穗新禾天成众诚益民长青利源佳和"
_GIVEN_SYLLABLES = "明远思源文博雅琴志强晓燕建国丽华立新海涛静怡伟民春梅栋玉兰俊杰"
_TRADES = ("机械厂", "化工有限公司", "建材有限公司", "食品厂", "物流有限公司", "家具厂", "纺织有限公司", "加油站", "冷库有限公司", "焊接加工部")
_STREETS = ("工业园三号路", "人民路", "解放街", "滨河大道", "开发区二路", "站前街", "老城北街")

_MATTERS: Mapping[str, Sequence[str]] = {
    "penalty": ("未对从业人员进行安全生产教育和培训", "特种作业人员无证上岗", "未设置安全警示标志", "未如实记录隐患排查治理情况", "消防通道堆放杂物"),
    "inspection": ("年度安全生产监督检查", "粉尘涉爆企业专项检查", "有限空间作业专项检查", "节前重点行业检查"),
    "licence": ("危险化学品经营许可", "烟花爆竹零售经营许可", "安全生产许可证延期", "非煤矿山安全生产许可"),
    "compulsory_measure": ("未经检验的压力容器", "超量储存的易燃溶剂", "不符合标准的电气设备", "来源不明的危险化学品"),
    "award": ("年度安全生产先进集体推荐", "见义勇为先进个人推荐", "技术能手评选推荐"),
    "record_filing": ("生产安全事故应急预案备案", "重大危险源备案", "示范文本使用备案", "从业人员培训计划备案"),
    "announcement": ("年度监督检查计划公告", "重大隐患挂牌督办公告", "行政执法结果公告", "办事指南修订公告"),
    "budget_preparation": ("下一年度部门预算编制", "专项资金支出预算编制", "项目支出预算调整"),
    "disciplinary_sanction": ("工作人员违反考勤纪律", "违规使用公务用车", "办件超期造成不良影响"),
    "acceptance": ("企业标准化评审受理", "从业资格复核受理", "信访事项转办受理"),
}
_GENERAL = ("企业年度事项办理", "变更登记事项核准", "专项事项审核", "历史遗留事项处理")


@dataclass(frozen=True, slots=True)
class Persona:
    """Who and what a case is about."""

    firm: str
    person: str
    place: str
    matter: str
    amount: int  # yuan
    number: int


def person(rng: Random, *, wide: bool = False) -> str:
    """Return an invented person's name.  wide: of a larger choice, for those who need thousands."""
    return rng.choice(SURNAMES) + ("".join(rng.sample(_GIVEN_SYLLABLES, 2)) if wide else rng.choice(GIVEN))


def firm(rng: Random, *, wide: bool = False) -> str:
    """Return an invented firm's name.  wide: of a larger choice, for those who need thousands."""
    brand = "".join(rng.sample(_SYLLABLES, 2)) if wide else rng.choice(_BRANDS)
    return rng.choice(_PLACES) + brand + rng.choice(_TRADES)


def address(n: int) -> str:
    """Return the n-th invented address; no two are the same."""
    n, street = divmod(n, len(_STREETS))
    number, town = divmod(n, len(_PLACES))
    return f"{_PLACES[town]}镇{_STREETS[street]}{number + 1}号"


def identity_number(n: int, *, firm: bool) -> str:
    """Return the n-th invented credit code of a firm or identity number of a person: 18 signs, of a region that there is not."""
    return f"91999999{n:09d}X" if firm else f"999999{n:012d}"


def persona(rng: Random, *, kind: str, number: int) -> Persona:
    """Return what a new case of this kind of power is about."""
    name = firm(rng)
    street = f"{name[:2]}镇{rng.choice(_STREETS)}{rng.randint(1, 188)}号"
    matter = rng.choice(_MATTERS.get(kind, _GENERAL))
    return Persona(name, person(rng), street, matter, rng.choice((2000, 5000, 8000, 10000, 20000, 30000)), number)


_WORDS: Mapping[str, Sequence[str]] = {
    "summary": ("{firm}：{matter}，有关情况已经登记", "来件反映{firm}{matter}，材料齐备"),
    "reasons": ("经核实情况属实，依法办理", "材料和证据不足以支持原意见，应当补充", "情况发生变化，有关事实需要进一步核实"),
    "opinion": ("事实清楚，程序合法，同意", "经审查符合规定，同意按程序办理", "意见一致，同意报批"),
    "facts": ("经现场核对，{firm}{matter}的情况属实，已拍照并制作记录", "查阅台账、询问负责人，主要事实已经查明"),
    "legal_basis": ("有关法律规定及本单位公布的裁量基准",),
    "party": ("{firm}",),
    "applicant": ("{firm}",),
    "person_concerned": ("{person}",),
    "candidate": ("{person}",),
    "subject": ("{firm}",),
    "matter": ("{matter}",),
    "violation": ("{matter}",),
    "plan": ("{matter}：核查现场、询问负责人、调取台账，二人以上办理", "{matter}：分工到人，按月推进"),
    "content": ("{matter}：有关情况已经告知并记录在案", "{matter}：内容经核对无误"),
    "place": ("{place}", "{place}会议室"),
    "items": ("情况说明一份", "台账复印件一册", "现场照片六张", "询问笔录二份", "送达回证一份"),
    "materials": ("申请表", "营业执照复印件", "安全管理制度", "人员培训证明", "现场平面图"),
    "missing": ("人员培训证明", "现场平面图（加盖公章）", "设备检验报告"),
    "figures": ("人员经费 3860000 元", "公用经费 742000 元", "项目支出 1250000 元", "较上年减少 2.6%"),
    "to_authority": ("示例县公安局", "示例县市场监督管理局", "示例市应急管理局"),
    "court_or_authority": ("示例县人民法院", "示例县人民政府"),
    "receipt_no": ("示缴{number:06d}",),
    "document_no": ("示例文〔{year}〕{number}号",),
}

_SAID: Sequence[tuple[str, str, Sequence[str]]] = (  # act begins with, field, words
    ("return", "reasons", ("关键证据只有孤证，补充后再报", "意见没有写明依据，重新拟定", "现场记录缺少一名人员签字，补正后再报")),
    ("fail_legality", "reasons", ("适用条款与认定的事实不对应，退回修改", "裁量档次缺少说明，退回修改")),
    ("refuse_withdrawal", "reasons", ("违法事实清楚，不符合撤案条件",)),
    ("refuse", "reasons", ("不属于本单位职权范围，已告知向有权机关提出", "不符合规定的条件，已书面说明理由和救济途径")),
    ("reject", "reasons", ("现有情况不足以采取措施，继续观察",)),
    ("decide_no_penalty", "reasons", ("违法行为轻微并及时改正，没有造成危害后果",)),
    ("suspend", "reasons", ("须以另一机关的认定为依据，该认定尚未作出", "当事人不可抗力，暂不能到场")),
    ("resume", "reasons", ("中止的原因已经消除",)),
    ("propose_withdrawal", "reasons", ("补充核查后，主要事实不能成立",)),
    ("approve_withdrawal", "reasons", ("经研究，同意撤回，书面告知当事人",)),
    ("cancel", "reasons", ("上级统一办理，本单位不再重复",)),
    ("propose_revocation", "reasons", ("案卷评查发现主体认定错误",)),
    ("revoke", "reasons", ("原决定认定事实有误，主动纠正",)),
    ("propose_correction", "reasons", ("文书中当事人名称有笔误",)),
    ("approve_extension", "reasons", ("案情复杂，专业意见尚需时日",)),
    ("withhold", "reasons", ("涉及商业秘密，权利人不同意公开",)),
    ("withdraw", "reasons", ("申请人情况变化，自愿撤回",)),
    ("serve_prior_notice", "content", ("拟罚款 {amount} 元；告知陈述、申辩和听证权利",)),
    ("record_defence", "content", ("当事人称已经整改，请求从轻",)),
    ("request_hearing", "content", ("当事人要求举行听证",)),
    ("hold_hearing", "content", ("双方到场，出示证据并质证，笔录经核对签字",)),
    ("interview", "content", ("询问{person}，本人承认未按规定办理，笔录经核对签字",)),
    ("report_progress", "content", ("主要证据已经取得，拟一周内终结",)),
    ("submit_final_report", "content", ("{matter}的事实成立，建议罚款 {amount} 元",)),
    ("decide_penalty", "content", ("对{firm}罚款 {amount} 元，责令限期改正",)),
    ("correct", "content", ("更正文书中当事人名称的笔误",)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What an officer knows while he fills in a form."""

    about: Persona
    day: date
    calendar: WorkCalendar
    colleagues: Sequence[str]  # officers who may be named
    forced: Mapping[str, str]  # choices that are settled already
    likely: Mapping[str, Sequence[str]]  # choices that may be picked at random, by field
    soon: bool = False  # dates named for the end of something lie near


def fill(rule: ActRule, setting: Setting, rng: Random) -> dict[str, Any]:
    """Return data for an act: all that is required, most of the rest."""
    data: dict[str, Any] = {}
    for field in rule.word.fields:
        must = field.id in rule.word.required or field.id in setting.forced
        if must or (rng.random() < 0.75 and field.id != "received_on"):
            data[field.id] = _value(field, rule.act, setting, rng)
    return data


def _value(field: Field, act: str, setting: Setting, rng: Random) -> Any:
    match field.type:
        case FieldType.CHOICE:
            options = setting.likely.get(field.id) or list(field.choices)
            return setting.forced.get(field.id) or rng.choice(list(options))
        case FieldType.DATE:
            return _day(field.id, setting, rng).isoformat()
        case FieldType.INSTANT:
            return format_instant(start_of_day(setting.day).astimezone(LOCAL))
        case FieldType.MONEY:
            return str(setting.about.amount)
        case FieldType.COUNT:
            return {"votes_against": 0, "votes_for": 5, "score": rng.randint(80, 99), "days": 10}.get(field.id, rng.randint(1, 10))
        case FieldType.OFFICER:
            return rng.choice(list(setting.colleagues))
        case FieldType.OFFICERS:
            return rng.sample(list(setting.colleagues), min(2, len(setting.colleagues)))
        case FieldType.FILE:
            return rng.randbytes(32).hex()
        case FieldType.LINES:
            words = list(_WORDS.get(field.id, _WORDS["items"]))
            return rng.sample(words, min(len(words), rng.randint(1, 3)))
        case FieldType.CODES:
            return ["E1"]
        case FieldType.QUANTITIES:
            return {"W1": 1}
        case FieldType.ANSWERS:
            return {"a1": "是"}
    return _words(field, act, setting, rng)


def _words(field: Field, act: str, setting: Setting, rng: Random) -> str:
    about = setting.about
    said = next((words for start, name, words in _SAID if act.startswith(start) and name == field.id), None)
    phrase = rng.choice(said or _WORDS.get(field.id) or (f"{field.name.zh}已核对",))
    return phrase.format(amount=about.amount, firm=about.firm, person=about.person, matter=about.matter, place=about.place,
                         number=about.number, year=setting.day.year)  # fmt: skip


def _day(name: str, setting: Setting, rng: Random) -> date:
    """Days on which something happened are today; days set for something lie ahead, on a working day."""
    if name in ("served_on", "received_on", "effective"):
        return setting.day
    if name == "expires_on":
        return setting.day + timedelta(days=rng.randint(8, 12) if setting.soon else rng.randint(60, 90))
    if name == "held_on":
        return setting.calendar.add_working(setting.day, rng.randint(8, 11))
    return setting.calendar.add_working(setting.day, rng.randint(7, 12))
