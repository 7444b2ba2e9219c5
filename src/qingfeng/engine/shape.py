"""The first ring: is this an act of the power, and is what it says well formed?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qingfeng.catalogue.power import ActWord, PowerVersion
from qingfeng.catalogue.values import Malformed, parse_value
from qingfeng.terms.instants import local_day
from qingfeng.terms.limits import MAX_KEY, MAX_SHORT_TEXT
from qingfeng.terms.text import Text, hazards

from .control import Basis, Command, Refusal
from .event import PAST_FIELDS


def word_of(version: PowerVersion, act: str) -> ActWord | None:
    """Return the act's word if the procedure has the act anywhere."""
    return version.words.get(act)


def said_badly(command: Command) -> list[Text]:
    """Return what is wrong with the reason and the key of a command, whatever its act."""
    fine = all(t is None or (len(t) <= MAX_SHORT_TEXT and not hazards(t)) for t in (command.reason, command.key))
    return [] if fine else [Text(zh="说明或幂等键过长，或含控制字符", en="reason or key is too long or holds control characters")]


def explained(command: Command) -> bool:
    """True if the reason says something: at least one letter or character that is read."""
    return any(char.isalnum() for char in command.reason or "")


def refuse(reason: Text, remedy: Text) -> Refusal:
    """Return a refusal of the first ring."""
    return Refusal(by="shape", ring="shape", basis=Basis.RULE, reason=reason, remedy=remedy)


def parse_data(command: Command, word: ActWord) -> Mapping[str, Any] | Refusal:
    """Return the act's data in canonical types, or one refusal that names everything wrong with it."""
    known = {f.id: f for f in word.fields}
    wrong: list[Text] = []
    parsed: dict[str, Any] = {}
    for name, value in command.data.items():
        shown = repr(str(name)[:MAX_KEY])[1:-1]  # what cannot be seen is spelt out
        if name not in known:
            names = "、".join(f"{f.name.zh}({f.id})" for f in word.fields) or "无"
            told = ", ".join(f"{f.name.en} ({f.id})" for f in word.fields)
            wrong.append(Text(zh=f"没有“{shown}”这一项，可填：{names}", en=f"unknown field “{shown}”; known: {told}"))
            continue
        try:
            parsed[name] = parse_value(known[name], value)
        except Malformed as error:
            label = known[name].name
            wrong.append(Text(zh=f"{label.zh}({name})：{error.text.zh}", en=f"{label.en} ({name}): {error.text.en}"))
    for name in sorted(word.required - command.data.keys()):
        wrong.append(Text(zh=f"缺少必填项“{known[name].name.zh}”({name})", en=f"“{known[name].name.en}” ({name}) is missing"))
    today = local_day(command.entered).isoformat()
    for name in PAST_FIELDS:
        if str(parsed.get(name, "")) > today:
            label = known[name].name
            wrong.append(Text(zh=f"{label.zh}({name})晚于今天", en=f"{label.en} ({name}) lies in the future"))
    wrong += said_badly(command)
    if not wrong:
        return parsed
    zh, en = "；".join(w.zh for w in wrong), "; ".join(w.en for w in wrong)
    return refuse(
        Text(zh=f"“{word.name.zh}”填写有误：{zh}", en=f"“{word.name.en}” is not filled in correctly: {en}"),
        Text(zh="请按提示改正后重新提交；未保存任何内容。", en="Correct this and submit again; nothing was saved."),
    )
