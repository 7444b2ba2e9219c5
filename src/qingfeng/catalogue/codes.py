"""Words for the codes of the law of penalties: what a person reads where a record holds `fine`, `light` or `trade_secret`.

Kinds of penalty, grounds and answers are codes in the record, because an agency may have its own.  The common ones have their words
here; a code of an agency's own is shown as it is.  A field and a choice have their words in the vocabulary, not here.
Kinds: 行政处罚法 9; grounds to mitigate or not to penalise: 行政处罚法 32, 33; grounds to withhold: 政府信息公开条例 14 to 16, 行政处罚法 48.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from qingfeng.terms.money import format_yuan
from qingfeng.terms.text import Text

from .power import PowerVersion

WORDS: Final[Mapping[str, Text]] = {
    code: Text(zh=zh, en=en)
    for code, zh, en in (
        # 处罚种类、措施 kinds of penalty and measures
        ("warning", "警告", "warning"),
        ("criticism", "通报批评", "public criticism"),
        ("fine", "罚款", "fine"),
        ("confiscation", "没收违法所得", "confiscation of illegal gains"),
        ("goods_confiscation", "没收非法财物", "confiscation of goods"),
        ("suspension", "责令停产停业", "suspension of business"),
        ("business_suspension", "责令停产停业", "suspension of business"),
        ("closure", "责令关闭", "closure"),
        ("revocation", "吊销许可证件", "revocation of a licence"),
        ("licence", "吊销许可证件", "revocation of a licence"),
        ("sealing", "查封", "sealing"),
        ("seizure", "扣押", "seizure"),
        ("power_cut", "停止供电", "power cut"),
        ("explosives_stop", "停止供应民用爆炸物品", "stop of the supply of explosives"),
        # 裁量档次、因素 tiers and factors of a benchmark
        ("light", "较轻", "light"),
        ("medium", "一般", "medium"),
        ("heavy", "较重", "heavy"),
        ("scale", "违法规模", "scale"),
        ("harm", "危害后果", "harm"),
        ("again", "再次违法", "repeated"),
        ("small", "小", "small"),
        ("large", "大", "large"),
        ("none", "无", "none"),
        ("danger", "有危险", "danger"),
        ("accident", "造成事故", "accident"),
        ("yes", "是", "yes"),
        ("no", "否", "no"),
        # 第32、33条情形 grounds of articles 32 and 33
        ("harm_removed", "主动消除或者减轻危害后果", "harm removed of his own accord"),
        ("coerced", "受他人胁迫或者诱骗", "coerced or deceived"),
        ("confessed", "主动供述尚未掌握的违法行为", "confessed what was unknown"),
        ("merit", "配合查处有立功表现", "merit in the inquiry"),
        ("other_by_law", "法律、法规、规章规定的其他情形", "another ground of law"),
        ("slight_corrected", "违法行为轻微并及时改正", "slight and put right in time"),
        ("first_time_corrected", "初次违法、危害后果轻微并及时改正", "first time, slight harm, put right in time"),
        ("no_fault", "没有主观过错", "no fault"),
        ("not_established", "违法事实不能成立", "not established"),
        # 不公开的情形 grounds to withhold
        ("state_secret", "国家秘密", "state secret"),
        ("trade_secret", "商业秘密", "trade secret"),
        ("privacy", "个人隐私", "privacy"),
        ("internal", "内部事务信息", "internal matters"),
        ("no_social_effect", "不具有一定社会影响", "without effect on the public"),
        ("never_published", "原决定从未公开", "never published"),
        ("criminal_inquiry", "妨碍刑事侦查", "would hinder a criminal inquiry"),
        ("case_file", "行政执法案卷信息", "file of a case"),
        ("security", "危及安全", "security"),
    )
}

NONE: Final = Text(zh="无", en="none")


def word(code: str) -> Text:
    """Return the words for a code; the code itself if there are none."""
    return WORDS.get(code, Text(zh=code, en=code))


def listed(codes: Iterable[str], *, none: Text = NONE) -> Text:
    """Return the words for several codes, one after the other."""
    words = [word(code) for code in codes]
    return Text(zh="、".join(w.zh for w in words), en=", ".join(w.en for w in words)) if words else none


def field(version: PowerVersion, name: str) -> Text:
    """Return the name of a field of this power, without the unit in brackets; the field's own id if the power has no such field."""
    found = next((f.name for row in version.procedure.rows for f in row.word.fields if f.id == name), None)
    return Text(zh=found.zh.split("（")[0], en=found.en.split(" (")[0]) if found else Text(zh=name, en=name)


def shown(version: PowerVersion, name: str, value: object) -> Text:
    """Return what a field says as a person reads it: a choice by its word, money in yuan, codes by their words, nothing as 未写."""
    if value is None or value in ("", [], {}):
        return Text(zh="未写", en="nothing")
    known = next((f for row in version.procedure.rows for f in row.word.fields if f.id == name), None)
    if known is not None and known.type == "money" and isinstance(value, int):
        return Text(zh=f"{format_yuan(value)}元", en=f"{format_yuan(value)} yuan")
    if isinstance(value, list | tuple):
        return listed([str(one) for one in value])
    return known.choices.get(str(value), word(str(value))) if known is not None else word(str(value))
