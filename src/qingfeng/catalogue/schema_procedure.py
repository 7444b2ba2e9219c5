"""The shape of a procedure as JSON Schema: act rows, pending matters, time limits, branches."""

from __future__ import annotations

from qingfeng.catalogue.schema_parts import (
    ARTICLE,
    ID,
    Schema,
    bilingual,
    closed_object,
    flag,
    list_of,
    name_list,
    number,
    one_of,
    one_value,
    string,
)
from qingfeng.terms.limits import MAX_ACTS, MAX_SHORT_TEXT, MAX_UNITS
from qingfeng.terms.timelimit import LimitKind, Rolls, Unit

START = r"^[a-z][a-z0-9_]*(=[a-z][a-z0-9_]*)?$"

BRANCHES = {
    "supplementation": "补正",
    "refusal_to_accept": "不予受理",
    "no_case_opening": "不予立案",
    "return_on_review": "审核退回",
    "hearing": "听证",
    "extension": "延期",
    "suspension": "中止",
    "withdrawal": "撤案（销案）",
    "referral": "移送",
    "reconsideration": "复议",
    "litigation": "诉讼",
    "redo": "重作",
    "revocation": "撤销",
    "refund": "退还",
    "correction": "更正",
}


def procedure_schema() -> Schema:
    """The schema of `procedure:`."""
    return closed_object(
        "流程 · procedure",
        {
            "start": string("案件开始的环节 · step in which a case begins", pattern=ID),
            "acts": list_of("办理动作 · rows", _act_row(), least=1, most=MAX_ACTS),
            "pending": list_of("未结事项 · pending matters", _pending()),
            "limits": list_of("期限 · limits", _limit()),
            "branches": closed_object(
                "标准分支 · standard branches",
                {
                    name: one_of(
                        closed_object(
                            f"{zh} · {name}",
                            {
                                "acts": name_list("走该分支的动作 · acts that walk it", least=1),
                                "why_not": bilingual("为何不适用 · why not"),
                            },
                            optional=("acts", "why_not"),
                        ),
                        "acts",
                        "why_not",
                    )
                    for name, zh in BRANCHES.items()
                },
            ),
        },
        optional=("pending", "limits"),
    )


def _act_row() -> Schema:
    chosen = {
        "type": ["string", "object"],
        "pattern": ID,
        "properties": {"field": string("选择字段 · choice field", pattern=ID)},
        "required": ["field"],
        "additionalProperties": string("后果 · consequence", pattern=ID),
        "propertyNames": {"pattern": ID},
    }
    return closed_object(
        "一行：何处、何人、之后如何 · a row: where, who, what follows",
        {
            "act": string("动作 · act", pattern=ID),
            "at": name_list("环节；any 为任一环节（不含 closed） · steps; any = every step but closed", least=1),
            "by": name_list("岗位、party 或 system · posts, party or system", least=1),
            "to": {"description": "去向 · where the case goes", **chosen},
            "after": list_of(
                "本轮中须先办的动作；a|b 为其一 · acts done before in this round; a|b = one of them",
                string("动作 · acts", pattern=r"^[a-z][a-z0-9_]*(\|[a-z][a-z0-9_]*)*$", most=MAX_SHORT_TEXT),
                most=50,
            ),
            "opens": {"description": "产生的未结事项 · pending matter that it opens", **chosen},
            "closes": string("了结的未结事项 · pending matter that it closes", pattern=ID),
            "during": name_list("在这些未结事项期间仍可办 · allowed while these are pending"),
            "waits": name_list("须已届满或已结束的期限 · limits that must be over"),
            "once": flag("每轮一次 · once in a round"),
            "credential": flag("须持有效执法证件 · needs a valid credential"),
            "no_delegation": flag("不得委托 · may not be delegated"),
            "opens_case": {
                "description": "开立新案件：true 只能用于开案，again 此后还可再办 · opens a new case: true = nothing else, again = later too",
                "enum": [True, False, "again"],
            },
        },
        optional=(
            "to",
            "after",
            "opens",
            "closes",
            "during",
            "waits",
            "once",
            "credential",
            "no_delegation",
            "opens_case",
        ),
    )


def _limit() -> Schema:
    limit = closed_object(
        "期限 · limit",
        {
            "id": string("标识 · id", pattern=ID),
            "name": bilingual("名称 · name"),
            "starts": list_of(
                "起算的动作；act=值 为仅在该选项时 · acts that start it; act=value: only with that choice",
                string("动作 · act", pattern=START, most=MAX_SHORT_TEXT),
                least=1,
            ),
            "ends": name_list("结束的动作；空列表为单纯的等待期 · acts that end it; empty = a pure waiting time", least=0),
            "n": _count(),
            "unit": _unit(),
            "until": string("写明届满日的日期字段 · date field that names the end", pattern=ID),
            "kind": one_value("性质 · kind", [kind.value for kind in LimitKind]),
            "basis": _citation(),
            "rolls": one_value("末日为休息日时是否顺延 · what a rest day does", [rolls.value for rolls in Rolls]),
            "stops": list_of(
                "不计入的期间 · stops of the clock",
                closed_object(
                    "停表 · stop",
                    {
                        "from": string("自 · from", pattern=ID),
                        "to": string("至 · to", pattern=ID),
                        "until": string("写明告知期间届满日的日期字段 · date field with the last day told", pattern=ID),
                        "basis": _citation(),
                    },
                    optional=("until",),
                ),
                most=50,
            ),
            "extend": list_of("延长 · extensions", _extension(), most=20),
            "yellow": _yellow(),
            "effect": {
                **string("届满时系统自动作出的动作 · system act when it runs out", pattern=ID),
                "type": ["string", "null"],
            },
            "ahead": {**_yellow(), "description": "起算须早于届满多久，效果才发生 · the effect arises only if begun so long before the end"},
            "for": one_value("谁须办理 · who has to act", ["agency", "party"]),
            "late": one_value("逾期结束时：ask 说明理由，note 只作记录 · ended late: ask why, or just note it", ["ask", "note"]),
            "restarts": flag("再次起算时重新计算 · a new start begins it anew"),
        },
        optional=("n", "unit", "until", "stops", "extend", "yellow", "effect", "ahead", "for", "late", "restarts"),
    )
    return one_of(limit, "n", "until")


def _citation() -> Schema:
    return {
        **closed_object(
            "依据 · basis",
            {
                "instrument": string("法律名称，不带书名号 · title"),
                "article": string('条，如 "64(1)" · article', pattern=ARTICLE, most=20),
            },
        ),
        "type": ["object", "null"],
    }


def _extension() -> Schema:
    extension = closed_object(
        "延长 · extension",
        {
            "by": string("批准延长的动作 · act that extends", pattern=ID),
            "n": _count(),
            "unit": _unit(),
            "until": string("写明新届满日的日期字段 · date field that names the new end", pattern=ID),
            "times": number("最多几次 · at most so many times", 1, 100),
        },
        optional=("n", "unit", "until"),
    )
    return one_of(extension, "n", "until")


def _yellow() -> Schema:
    return {
        **closed_object(
            "提前多久预警 · warned so long before",
            {
                "n": number("数目 · number", 0, MAX_UNITS),
                "unit": one_value("单位 · unit", ["working_day", "calendar_day", "hour"]),
            },
        ),
        "type": ["object", "null"],
    }


def _count() -> Schema:
    return number("数目 · number", 1, MAX_UNITS)


def _unit() -> Schema:
    return one_value("单位 · unit", [unit.value for unit in Unit])


def _pending() -> Schema:
    return closed_object(
        "未结事项 · pending matter",
        {
            "id": string("标识 · id", pattern=ID),
            "name": bilingual("名称 · name"),
            "blocks": {
                "description": "被阻止的动作；all 为全部 · acts that it blocks; all = every act",
                "type": ["array", "string"],
                "items": string("动作 · act", pattern=ID),
                "maxItems": MAX_ACTS,
                "pattern": "^all$",
            },
            "lapses": flag("退回较早环节时随产生它的动作一并消灭 · gone when a return undoes the act that opened it"),
        },
        optional=("lapses",),
    )
