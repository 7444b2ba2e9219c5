"""The shape of a power file as JSON Schema (draft 2020-12): what editors complete and `structure` checks.

Only the shape: that names exist and the procedure holds together is judged by the `checks_*` modules.
`docs/power.schema.json` is generated from here.
"""

from __future__ import annotations

from qingfeng.catalogue.power import FieldType
from qingfeng.catalogue.schema_drills import drill_schema, row_schema
from qingfeng.catalogue.schema_parts import (
    ARTICLE,
    ID,
    Schema,
    any_of,
    bilingual,
    closed_object,
    flag,
    list_of,
    mapping,
    number,
    one_value,
    string,
)
from qingfeng.catalogue.schema_procedure import BRANCHES, procedure_schema
from qingfeng.terms.limits import MAX_LIST, MAX_STEPS, MAX_TEXT

KINDS = (
    "penalty",
    "inspection",
    "licence",
    "compulsory_measure",
    "award",
    "record_filing",
    "announcement",
    "budget_preparation",
    "disciplinary_sanction",
    "acceptance",
    "other_power",
    "supervision",
)
EVERY = {"day": "每日", "week": "每周", "month": "每月", "quarter": "每季度", "year": "每年"}
DAY = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"


def power_schema() -> Schema:
    """The schema of a power file."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "power.schema.json",
        "title": "职权文件 · Power file",
        **closed_object(
            "一项职权：防控图原文，以及它如何运行 · One power: the map verbatim, and how it runs",
            {
                "id": string("机构目录/文件名 · agency folder/file name", pattern="^[a-z0-9_]+/[a-z0-9_]+$"),
                "title": bilingual("职权名称 · title"),
                "agency": {
                    **bilingual("行使机关；原文未写明则为 null · agency; null if the source names none"),
                    "type": ["object", "null"],
                },
                "kind": one_value("职权类型 · kind of power", KINDS),
                "source": _source(),
                "level_scheme": list_of(
                    "风险等级，由低到高 · levels, ascending", string("等级 · level"), least=1, most=20
                ),
                "phones": closed_object(
                    "电话；原文空白则为空 · phones; blank if the source is",
                    {
                        "supervision": string("监管电话 · supervision", least=0),
                        "service": string("服务电话 · service", least=0),
                    },
                ),
                "words": words_schema(whole=False),
                "source_faults": list_of(
                    "原文的缺漏 · what the source lacks",
                    closed_object(
                        "缺漏 · fault", {"what": bilingual("缺什么 · what"), "hint": bilingual("怎么补 · hint")}
                    ),
                ),
                "versions": list_of("版本，生效日由早到晚 · versions, ascending", _version(), least=1, most=100),
            },
            optional=("words", "source_faults"),
        ),
    }


def _source() -> Schema:
    """Where the map stands: in a document of the agency, or nowhere else: a built-in power's map is written here (docs/adr/012)."""
    copied = closed_object(
        "出处 · source",
        {
            "document": string("原文件名 · file name of the source", pattern=r"^[A-Za-z0-9._-]+$"),
            "diagram": number("该文件中的第几张图，从 1 起 · number in that file, from 1", 1, MAX_LIST),
        },
    )
    own = closed_object(
        "内置职权：防控图由本系统编写 · built in: the map is written here",
        {"builtin": {**flag("内置，只能写 true · built in, true only"), "enum": [True]}},
    )
    return {"description": "出处 · source", "if": {"required": ["builtin"]}, "then": own, "else": copied}


def words_schema(*, whole: bool) -> Schema:
    """The schema of words: the shared vocabulary (`whole`: all three kinds are there), or `words:` of a power file."""
    named = {"zh": string("中文"), "en": string("English")}
    post = closed_object("岗位 · post", {**named, "rank": number("1 承办 … 4 主要负责人 · rank", 1, 4)})
    field = closed_object(
        "字段 · field",
        {
            "type": one_value("类型 · type", [kind.value for kind in FieldType]),
            **named,
            "personal": flag("个人信息 · personal data"),
            "index": flag("其值可跨案查找 · its values are findable across cases"),
            "choices": {**mapping("选项 · choices", closed_object("选项 · choice", named)), "minProperties": 2},
        },
        optional=("personal", "index", "choices"),
    )
    act = closed_object(
        "办理动作 · act",
        {
            **named,
            "fields": list_of(
                "字段，! 为必填 · fields, ! = required", string("字段 · field", pattern="^[a-z][a-z0-9_]*!?$"), most=50
            ),
            "credential": flag("须持有效执法证件 · needs a valid credential"),
        },
        optional=("credential",),
    )
    code = {**mapping("清单和项目的编号 · codes of lists and their items", closed_object("用词 · words", named)),
            "propertyNames": {"pattern": "^[A-Za-z][A-Za-z0-9_]*$"}}  # fmt: skip
    kinds = {
        "posts": mapping("岗位 · posts", post),
        "fields": mapping("字段 · fields", field),
        "acts": mapping("动作 · acts", act),
        "codes": code,
    }
    return closed_object("词汇 · words", kinds, optional=("codes",) if whole else tuple(kinds))


def _version() -> Schema:
    return closed_object(
        "自某日起施行的版本 · the power as in force from a day on",
        {
            "in_force_from": string("施行日 YYYY-MM-DD · in force from", pattern=DAY),
            "basis": list_of(
                "法律依据 · legal basis",
                closed_object(
                    "依据 · basis",
                    {
                        "instrument": string("法律名称，不带书名号 · title"),
                        "articles": list_of(
                            "条 · articles",
                            {"type": ["integer", "string"], "minimum": 1, "maximum": 9999, "pattern": ARTICLE},
                            most=200,
                        ),
                    },
                ),
            ),
            "steps": list_of("环节，按流程顺序 · steps in order", _step(), least=1, most=MAX_STEPS),
            "role_map": list_of(
                "原文从别处抄来的词在本职权指谁、指什么 · what words copied from elsewhere stand for here",
                closed_object(
                    "读法 · reading",
                    {
                        "word": string("原文的词 · the word, verbatim"),
                        "means": bilingual("在本职权的意思 · what it means here"),
                        "doubt": bilingual("为什么这样读、还可怎样读 · why, and how else it could be read"),
                    },
                ),
            ),
            "whole_process": closed_object(
                "属于全图的风险和措施 · what belongs to the whole map",
                _box(),
                optional=("owner", "doubt", "risks", "measures"),
            ),
            "procedure": procedure_schema(),
            "controls": mapping("防控措施的设置 · settings of controls", {"type": "object"}),
            "duties": mapping("定期职责的设置 · settings of duties", {"type": "object"}),
            "stories": list_of("办理实例 · stories", _story(), most=200),
            "drills": list_of("演练 · drills", drill_schema(), most=MAX_LIST),
        },
        optional=("role_map", "whole_process", "controls", "duties", "drills"),
    )


def _box() -> Schema:
    bound = list_of("名称 · names", string("名称 · name", pattern="^((duty|limit|act):)?[a-z][a-z0-9_]*$"), most=50)
    verbatim = string("原文照录 · verbatim", most=MAX_TEXT)
    reading = string("对错字、乱文的理解 · how a typo is read", most=MAX_TEXT)
    return {
        "owner": {
            **closed_object(
                "责任人；原文未写明则为 null · owner; null if the source names none",
                {
                    "source": string("原文用语 · words of the source"),
                    "post": {**string("岗位 · post", pattern=ID), "type": ["string", "null"]},
                },
            ),
            "type": ["object", "null"],
        },
        "doubt": {**bilingual("待确认之处 · what is in doubt"), "type": ["object", "null"]},
        "risks": list_of(
            "风险点 · risks",
            any_of(
                closed_object(
                    "风险点 · risk",
                    {
                        "id": string("r1, r2 …", pattern="^r[0-9]+$"),
                        "text": verbatim,
                        "reads_as": reading,
                        "stopped_by": bound,
                        "parts": list_of("风险点的各部分 · parts of a compound risk", _part(bound), least=1, most=50),
                    },
                    optional=("reads_as", "stopped_by", "parts"),
                ),
                "stopped_by",
                "parts",
            ),
        ),
        "measures": list_of(
            "防控措施 · measures",
            closed_object(
                "防控措施 · measure",
                {
                    "id": string("m1, m2 …", pattern="^m[0-9]+$"),
                    "text": verbatim,
                    "reads_as": reading,
                    "carried_by": bound,
                },
                optional=("reads_as",),
            ),
        ),
    }


def _part(bound: Schema) -> Schema:
    return closed_object(
        "风险点的一部分 · a part of a risk",
        {
            "id": string("p1, p2 …", pattern="^p[0-9]+$"),
            "text": string("原文中的一段 · words out of the risk's text", most=MAX_TEXT),
            "stopped_by": bound,
        },
    )


def _step() -> Schema:
    return closed_object(
        "环节 · step",
        {
            "id": string("标识 · id", pattern=ID),
            "name": bilingual("名称 · name"),
            "label": string("原文写法，与名称不同时才写 · as the source writes it"),
            "level": {
                **string("风险等级；原文没有则为 null · level; null if the source has none"),
                "type": ["string", "null"],
            },
            **_box(),
        },
        optional=("label", "doubt"),
    )


def _story() -> Schema:
    return closed_object(
        "办理实例 · story",
        {
            "id": string("标识 · id", pattern=ID),
            "title": bilingual("标题 · title"),
            "covers": list_of(
                "所走的分支 · branches that it walks", one_value("分支 · branch", list(BRANCHES)), most=50
            ),
            "rows": list_of("经过 · rows", row_schema(then=True), least=1),
        },
    )


__all__ = ["BRANCHES", "DAY", "EVERY", "KINDS", "power_schema", "words_schema"]
