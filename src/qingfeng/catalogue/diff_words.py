"""The words in which `diff` speaks: labels of keys, names of what ids stand for, values as people write them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from qingfeng.catalogue.power import ANY, CLOSED, PARTY, STAY, SYSTEM
from qingfeng.catalogue.schema import BRANCHES, EVERY
from qingfeng.catalogue.setting_words import setting_word
from qingfeng.terms.citation import Citation
from qingfeng.terms.text import TermError, Text

Place = tuple[str, ...]

GROUPS: tuple[tuple[Place, Text], ...] = (
    (("power",), Text("职权", "Power")),
    (("version", "in_force_from"), Text("施行日", "In force from")),
    (("version", "basis"), Text("依据", "Basis")),
    (("version", "steps"), Text("环节与防控图", "Steps and map")),
    (("version", "whole_process"), Text("全流程", "Whole process")),
    (("version", "role_map"), Text("抄来之词的读法", "Readings of copied words")),
    (("version", "procedure", "start"), Text("办理动作", "Acts")),
    (("version", "procedure", "acts"), Text("办理动作", "Acts")),
    (("version", "procedure", "pending"), Text("未结事项", "Pending matters")),
    (("version", "procedure", "limits"), Text("期限", "Limits")),
    (("version", "procedure", "branches"), Text("分支", "Branches")),
    (("version", "controls"), Text("防控措施", "Controls")),
    (("version", "duties"), Text("定期职责", "Duties")),
    (("version", "stories"), Text("办理实例", "Stories")),
    (("version", "drills"), Text("演练", "Drills")),
    (("words",), Text("词语", "Words")),
)
"""Parts of a document in the order in which changes are told; together they are all of it (a test says so)."""

_LABELS = {
    "title": ("名称", "title"), "agency": ("行使机关", "agency"), "kind": ("类型", "kind"), "source": ("出处", "source"),
    "document": ("原文件", "document"), "diagram": ("图号", "diagram"), "level_scheme": ("风险等级体系", "level scheme"),
    "phones": ("电话", "phones"), "supervision": ("监管电话", "supervision phone"), "service": ("服务电话", "service phone"),
    "in_force_from": ("施行日", "in force from"), "instrument": ("法律", "instrument"), "articles": ("条", "articles"),
    "article": ("条", "article"), "name": ("名称", "name"), "zh": ("中文", "Chinese"), "en": ("英文", "English"),
    "label": ("原文写法", "label"), "owner": ("责任人", "owner"), "post": ("岗位", "post"), "level": ("风险等级", "level"),
    "role_map": ("抄来之词的读法", "readings of copied words"), "word": ("词", "word"), "means": ("在此指", "means here"),
    "doubt": ("待确认之处", "doubt"), "text": ("原文", "text"), "reads_as": ("理解为", "reads as"),
    "stopped_by": ("防控者", "stopped by"), "carried_by": ("落实者", "carried by"), "risks": ("风险点", "risks"),
    "measures": ("防控措施", "measures"), "start": ("开始环节", "first step"), "act": ("动作", "act"),
    "at": ("可办环节", "where it may be done"), "by": ("可由谁办", "who may do it"), "to": ("去向", "where it leads"),
    "field": ("取决于字段", "depends on field"), "after": ("须在其后", "what must come before"),
    "opens": ("产生的未结事项", "pending matter opened"), "closes": ("了结的未结事项", "pending matter closed"),
    "during": ("仍可办的期间", "allowed while pending"), "waits": ("须等待的期限", "limits waited for"),
    "once": ("每轮一次", "once in a round"), "credential": ("须持执法证件", "needs a credential"),
    "no_delegation": ("不得委托", "no delegation"), "opens_case": ("可开立案件", "may open a case"),
    "blocks": ("阻止的动作", "acts blocked"),
    "starts": ("起算动作", "acts that start it"), "ends": ("结束动作", "acts that end it"), "n": ("数目", "number"),
    "unit": ("单位", "unit"), "until": ("截止字段", "field of the end"), "basis": ("依据", "basis"),
    "rolls": ("休息日顺延", "rest days"), "stops": ("停表", "stops of the clock"), "extend": ("延长", "extensions"),
    "times": ("次数", "times"), "yellow": ("预警", "warning"), "effect": ("届满效果", "effect"),
    "for": ("办理方", "who has to act"), "late": ("逾期结束时", "when ended late"), "restarts": ("再次起算", "begins anew"),
    "lapses": ("退回即消灭", "gone on return"), "ahead": ("须提前", "to be begun ahead by"),
    "from": ("自", "from"), "acts": ("动作", "acts"), "why_not": ("不适用的理由", "why not"),
    "covers": ("所走分支", "branches walked"),
    "rows": ("经过", "rows"), "day": ("日期", "day"), "who": ("何人", "who"), "does": ("办理", "does"),
    "with": ("内容", "what it says"),
    "then": ("结果", "then"), "entered": ("补录时间", "entered"), "reason": ("理由", "reason"), "rank": ("级别", "rank"),
    "type": ("类型", "type"), "personal": ("个人信息", "personal data"), "choices": ("选项", "choices"),
    "fields": ("字段", "fields"),
    "posts": ("岗位", "posts"), "every": ("周期", "every"), "within": ("完成期限", "within"), "pairs": ("成对限制", "pairs"),
    "first": ("甲", "first"), "second": ("乙", "second"), "id": ("标识", "id"), "procedure": ("流程", "procedure"),
    "whole_process": ("全流程", "whole process"), "words": ("词语", "words"), "controls": ("防控措施", "controls"),
    "duties": ("定期职责", "duties"), "stories": ("办理实例", "stories"), "limits": ("期限", "limits"),
    "parts": ("各部分", "parts"), "part": ("部分", "part"), "risk": ("风险点", "risk"), "drills": ("演练", "drills"),
    "attempt": ("企图", "attempt"), "before": ("办到该行之前", "done up to"), "resume": ("其后从该行继续", "goes on from"),
    "end": ("至该行为止", "up to and with"), "ring": ("由哪一关", "ring"), "probability": ("发现概率", "probability"),
    "index": ("可跨案查找", "findable across cases"),
    "pending": ("未结事项", "pending matters"), "branches": ("分支", "branches"), "steps": ("环节", "steps"),
}  # fmt: skip
_VALUES = {
    "working_day": ("工作日", "working day"), "calendar_day": ("日历日", "calendar day"), "hour": ("小时", "hour"),
    "month": ("月", "month"), "year": ("年", "year"), "statutory": ("法定", "statutory"), "promised": ("承诺", "promised"),
    "setting": ("设定", "setting"), "agency": ("机关", "agency"), "party": ("当事人", "party"), "never": ("不顺延", "never"),
    "shape": ("格式", "shape"), "order": ("程序", "order"), "control": ("防控", "control"), "found": ("事后发现", "found afterwards"),
    **{key: (zh, key) for key, zh in EVERY.items()},
}  # fmt: skip
_ITEMS = {
    "steps": ("环节", "step"), "risks": ("风险点", "risk"), "measures": ("防控措施", "measure"), "acts": ("动作", "act"),
    "pending": ("未结事项", "pending matter"), "limits": ("期限", "limit"), "stories": ("实例", "story"),
    "rows": ("第{}行", "row {}"),
    "parts": ("部分", "part"), "drills": ("演练", "drill"),
    "basis": ("依据", "basis"), "stops": ("停表", "stop"), "extend": ("延长", "extension"), "pairs": ("第{}对", "pair {}"),
}  # fmt: skip
_KEYED = {"branches": "branch", "posts": "post", "fields": "field"}
_KINDS = {
    "act": "act", "after": "act", "starts": "act", "ends": "act", "blocks": "act", "effect": "act", "does": "act",
    "from": "act", "first": "act", "second": "act", "acts": "act", "at": "step", "start": "step", "to": "step",
    "by": "post", "post": "post", "opens": "pending", "closes": "pending", "during": "pending", "waits": "limit",
    "covers": "branch", "field": "field", "who": "post", "then": "step",
}  # fmt: skip
_SPECIAL = {
    CLOSED: ("办结", "closed"), STAY: ("留在原处", "stays"), ANY: ("任一环节", "any step"), PARTY: ("当事人", "party"),
    SYSTEM: ("系统", "system"), "clock": ("时钟", "clock"), "wait": ("等待", "wait"), "all": ("全部", "all"),
}  # fmt: skip


class Names:
    """What the ids of one document stand for."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        version, words = document.get("version") or {}, document.get("words") or {}
        procedure = version.get("procedure") or {}
        self._names: dict[str, dict[str, Text]] = {
            "step": _listed(version.get("steps")),
            "limit": _listed(procedure.get("limits")),
            "pending": _listed(procedure.get("pending")),
            "branch": {name: Text(zh, name.replace("_", " ")) for name, zh in BRANCHES.items()},
            "act": _worded(words.get("acts")),
            "post": _worded(words.get("posts")),
            "field": _worded(words.get("fields")),
            "choice": _choices(words.get("fields")),
        }

    def of(self, kind: str, name: str) -> Text | None:
        """The name with the id in brackets, None if the id names nothing of the kind."""
        found = self._names.get(kind, {}).get(name)
        return None if found is None else Text(zh=f"“{found.zh}”（{name}）", en=f'"{found.en}" ({name})')


def label(place: Place, names: Names) -> Text:
    """The key at the end of a place, in words."""
    key = place[-1]
    parent = place[-2] if len(place) > 1 else ""
    kind = _KEYED.get(parent) or ("act" if place[-3:-1] == ("words", "acts") else "")
    if kind and (named := names.of(kind, key)) is not None:
        return named
    if parent in ("with", "choices", "to", "opens") and key != "field":
        return names.of("field", key) or Text(f"“{key}”", f'"{key}"')
    if _is_setting(place) and (said := setting_word(place[2], key)) is not None:
        return said
    zh, en = _LABELS.get(key, (f"“{key}”", f'"{key}"'))
    return Text(zh, en)


def subject_of(item: Any, index: int, place: Place, names: Names) -> Text:
    """A list item as the subject of a sentence."""
    zh, en = _ITEMS.get(place[-1], ("第{}项", "item {}"))
    if isinstance(item, Mapping):
        if "act" in item:
            named = names.of("act", str(item["act"])) or Text(f"“{item['act']}”", f'"{item["act"]}"')
            return Text(zh=zh + named.zh, en=f"{en} {named.en}")
        title = item.get("name") or item.get("title")
        if isinstance(title, Mapping):
            return Text(
                zh=f"{zh}“{title.get('zh')}”（{item.get('id')}）", en=f'{en} "{title.get("en")}" ({item.get("id")})'
            )
        for key in ("id", "instrument", "by", "from"):
            if isinstance(item.get(key), str):
                return Text(zh=f"{zh} {item[key]}", en=f"{en} {item[key]}")
    return Text(zh=zh.format(index + 1), en=en.format(index + 1))


def ground_of(limit: Mapping[str, Any]) -> Text:
    """On what a limit rests: its kind, and the article if it names one."""
    zh, en = _VALUES.get(str(limit.get("kind")), (str(limit.get("kind")),) * 2)
    basis = limit.get("basis")
    if not isinstance(basis, Mapping):
        return Text(zh, en)
    law = law_of(basis)
    return Text(f"{zh}，{law.zh}", f"{en}, {law.en}")


def law_of(basis: Mapping[str, Any]) -> Text:
    """An article of a law, as it is cited."""
    instrument, article = str(basis.get("instrument")), str(basis.get("article"))
    try:
        law = Citation(instrument, article)
    except TermError:  # a document that is still being written
        return Text(f"《{instrument}》{article}", f"{instrument} {article}")
    return Text(law.say("zh"), law.say("en"))


_DAYS = {"hour": 1 / 24, "calendar_day": 1.0, "working_day": 1.4, "month": 30.4, "year": 365.0}
"""About how long a unit is: only to say which of two lengths is the longer."""
_LOOSE = Text(zh="【放宽法定期限】", en=" [loosened: a statutory limit]")
_SHORT = Text(zh="【放宽：缩短当事人的法定期限】", en=" [loosened: the party has less time than by statute]")
_NO_LAW = Text(zh="【放宽：不再作为法定期限】", en=" [loosened: no longer a statutory limit]")


def loosened(key: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Text | None:
    """What to mark a change of this key of a statutory limit with: the agency gains time, or the party loses some."""
    if old.get("kind") != "statutory":
        return None
    if key == "kind":
        return _NO_LAW
    before, after = _about_days(old), _about_days(new)
    if key in ("n", "unit") and before is not None and after is not None and before != after:
        agency = old.get("for") != "party"
        return (_LOOSE if agency else None) if after > before else (None if agency else _SHORT)
    if key in ("extend", "stops") and old.get("for") != "party" and _more(old.get(key), new.get(key)):
        return _LOOSE
    return None


def _about_days(limit: Mapping[str, Any]) -> float | None:
    n, unit = limit.get("n"), _DAYS.get(str(limit.get("unit")))
    return n * unit if isinstance(n, int) and unit is not None else None


def _more(old: Any, new: Any) -> bool:
    """More stops, or more time by extensions."""

    def total(items: Any) -> float:
        return sum((_about_days(item) or 1.0) * int(item.get("times", 1)) for item in items or () if isinstance(item, Mapping))

    return total(new) > total(old)


def said_text(words: tuple[Text, ...]) -> Text:
    """The subject of a sentence, from the outermost to the innermost."""
    return Text(zh="的".join(word.zh for word in words), en=", ".join(word.en for word in words))


def render(value: Any, place: Place, names: Names) -> Text:
    """A value as people write it; ids by name with the id in brackets."""
    match value:
        case None:
            return Text("（空）", "(none)")
        case bool():
            return Text("是", "yes") if value else Text("否", "no")
        case str():
            return _string(value, place, names)
        case Mapping() if value.keys() == {"zh", "en"} and place[-1:] == ("name",):
            return Text(str(value["zh"]), str(value["en"]))  # a name is told in the reader's language
        case Mapping() if value.keys() == {"instrument", "article"}:
            return law_of(value)
        case Mapping():
            return joined(
                Text(f"{label((*place, key), names).zh}：{said.zh}", f"{label((*place, key), names).en}: {said.en}")
                for key, member in value.items()
                for said in [render(member, (*place, key), names)]
            )
        case Sequence() if _is_setting(place) and any(isinstance(member, Mapping) for member in value):
            return joined((_bracketed(render(member, place, names)) for member in value), zh="", en=" ")
        case Sequence():
            return joined(render(member, place, names) for member in value)
    return Text(str(value), str(value))


def _string(value: str, place: Place, names: Names) -> Text:
    key = next((part for part in reversed(place) if part in _KINDS), "")
    direct = [part for part in place[-2:] if part != "*"]
    kind = _KINDS.get(key, "") if key in direct else ""
    if kind == "post" and "extend" in place:
        kind = "act"
    if kind == "step" and ("stops" in place or "with" in place):
        kind = "act" if "stops" in place else ""
    if kind and (kind, value) not in (("post", "post"),):
        if "|" in value:
            return joined((_string(one, place, names) for one in value.split("|")), zh="或", en=" or ")
        if (named := names.of(kind, value)) is not None:
            return named
        if value in _SPECIAL:
            zh, en = _SPECIAL[value]
            return Text(f"{zh}（{value}）", f"{en} ({value})")
    if direct and direct[-1] in ("unit", "kind", "rolls", "for", "every", "ring") and value in _VALUES:
        zh, en = _VALUES[value]
        return Text(f"{zh}（{value}）", f"{en} ({value})")
    return _in_settings(value, names) if _is_setting(place) else Text(f"“{value}”", f'"{value}"')


def _is_setting(place: Place) -> bool:
    return place[:1] == ("version",) and place[1:2] in (("controls",), ("duties",)) and len(place) > 3


def _bracketed(said: Text) -> Text:
    return Text(f"（{said.zh}）", f"({said.en})")


def _in_settings(value: str, names: Names) -> Text:
    """What a setting names is told by its word: an act, a post, a field or one of its choices."""
    for kind in ("act", "post", "field", "choice"):
        if (named := names.of(kind, value)) is not None:
            return named
    return Text(f"“{value}”", f'"{value}"')


def joined(parts: Iterable[Text], *, zh: str = "；", en: str = "; ") -> Text:
    """Values one after another."""
    said = list(parts)
    if not said:
        return Text("（无）", "(nothing)")
    return Text(zh.join(part.zh for part in said), en.join(part.en for part in said))


def _listed(items: Any) -> dict[str, Text]:
    found: dict[str, Text] = {}
    for item in items or ():
        if isinstance(item, Mapping) and isinstance(item.get("name"), Mapping):
            found[str(item.get("id"))] = Text(str(item["name"].get("zh")), str(item["name"].get("en")))
    return found


def _choices(fields: Any) -> dict[str, Text]:
    """The choices of all fields by their codes; a code that two fields read differently is left out."""
    found: dict[str, set[Text]] = {}
    for field in (fields or {}).values():
        for code, word in (field.get("choices") or {}).items() if isinstance(field, Mapping) else ():
            found.setdefault(str(code), set()).add(Text(str(word.get("zh")), str(word.get("en"))))
    return {code: next(iter(words)) for code, words in found.items() if len(words) == 1}


def _worded(words: Any) -> dict[str, Text]:
    return {name: Text(str(word.get("zh")), str(word.get("en"))) for name, word in (words or {}).items()}
