"""How a power runs, told so that a lawyer can approve it: acts, pending matters, limits, branches, controls, duties."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from qingfeng.casework.words import both, listed, named, post_name, rule_name, step_name
from qingfeng.catalogue.diff_words import Names, label, render
from qingfeng.catalogue.power import ANY, CLOSED, STAY, ActRule, ByField, Pending, PowerVersion
from qingfeng.catalogue.schema import BRANCHES
from qingfeng.terms.citation import Citation
from qingfeng.terms.text import Text

from .powers_limits import act_names, limit_data, limit_lines
from .screen import Screen

Lines = Iterator[Text]


def show_procedure(screen: Screen, version: PowerVersion) -> None:
    """Write everything that the procedure and the settings say."""
    procedure = version.procedure
    _section(screen, Text(zh="动作", en="Acts"), (_act(version, row) for row in procedure.rows))
    _section(
        screen, Text(zh="未结事项", en="Pending matters"), (_pending(version, p) for p in procedure.pending.values())
    )
    _section(screen, Text(zh="期限", en="Limits"), (limit_lines(version, x) for x in procedure.limits.values()))
    _section(screen, Text(zh="分支", en="Branches"), (_branch(version, name) for name in procedure.branches))
    _section(screen, Text(zh="防控措施", en="Controls"), (_control(version, name) for name in version.controls))
    _section(screen, Text(zh="定期职责", en="Duties"), (_duty(version, name) for name in version.duties))


def _section(screen: Screen, title: Text, parts: Iterable[Lines]) -> None:
    blocks = [list(part) for part in parts]
    if not blocks:
        return
    screen.line()
    screen.say(f"{title.zh}：", f"{title.en}:")
    for head, *rest in blocks:
        screen.line(f"  {screen.words(head)}")
        for line in rest:
            screen.line(f"      {screen.words(line)}")


def _said(zh: str, en: str, value: Text) -> Text:
    return Text(zh=f"{zh}：{value.zh}", en=f"{en}: {value.en}")


def _act(version: PowerVersion, row: ActRule) -> Lines:
    yield named(row.word.name, row.act)
    yield _said("环节", "at", _places(version, row))
    yield _said("由谁", "by", listed(_post(version, p) for p in row.by))
    if row.to != STAY:
        yield _said("去向", "leads to", _depends(version, row.to, lambda step: _step(version, step)))
    if row.after:
        choices = (act_names(version, sorted(one), either=True) for one in row.after)
        yield _said("须先办", "after", listed(choices, zh="；并且", en="; and "))
    if row.waits:
        limits = version.procedure.limits
        yield _said("须待届满", "waits for the end of", listed(named(limits[w].name, w) for w in row.waits))
    if row.opens is not None:
        yield _said("产生未结事项", "opens", _depends(version, row.opens, lambda matter: _matter(version, matter)))
    if row.closes is not None:
        yield _said("了结", "closes", _matter(version, row.closes))
    if row.during:
        yield _said(
            "虽未了结仍可办", "possible even while pending", listed(_matter(version, m) for m in sorted(row.during))
        )
    marks = list(_marks(row))
    if marks:
        yield _said("另", "also", listed(marks))


def _marks(row: ActRule) -> Lines:
    if row.opens_case:
        yield Text(zh="可开立案件", en="may open a case")
    if row.only_opens:
        yield Text(zh="只用于开立案件", en="only opens a case")
    if row.once:
        yield Text(zh="每轮一次", en="once in a round")
    if row.credential:
        yield Text(zh="须持执法证件", en="needs an enforcement credential")
    if row.no_delegation:
        yield Text(zh="不得委托", en="no delegation")


def _places(version: PowerVersion, row: ActRule) -> Text:
    if ANY in row.at or len(row.at - {CLOSED}) == len(version.steps):
        closed = CLOSED in row.at
        return Text(
            zh="任何环节" + ("，办结后也可" if closed else ""),
            en="every step" + (", also when closed" if closed else ""),
        )
    return listed(_step(version, s) for s in sorted(row.at, key=lambda s: version.step_order[s]))


def _depends(version: PowerVersion, consequence: str | ByField, say: Any) -> Text:
    """Say a consequence, or the one of every choice."""
    if isinstance(consequence, str):
        said: Text = say(consequence)
        return said
    fields = [f for row in version.procedure.rows for f in row.word.fields if f.id == consequence.field]
    words = fields[0].choices if fields else {}
    return listed(
        (
            Text(
                zh=f"{words.get(k, Text(zh=k, en=k)).zh}（{k}）→{say(v).zh}",
                en=f"{words.get(k, Text(zh=k, en=k)).en} ({k}): {say(v).en}",
            )
            for k, v in consequence.cases.items()
        ),
        zh="；",
        en="; ",
    )


def _post(version: PowerVersion, post: str) -> Text:
    name = post_name(version, post)
    return named(name, post) if post in version.posts else name


def _step(version: PowerVersion, step: str) -> Text:
    if step == STAY:
        return Text(zh="留在原处", en="stays")
    return Text(zh="办结", en="closed") if step == CLOSED else named(step_name(version, step), step)


def _matter(version: PowerVersion, matter: str) -> Text:
    found = version.procedure.pending.get(matter)
    return named(found.name, matter) if found is not None else Text(zh="无", en="none")


def _pending(version: PowerVersion, matter: Pending) -> Lines:
    yield named(matter.name, matter.id)
    rows = version.procedure.rows
    opening = [
        r.act
        for r in rows
        if matter.id == r.opens or (isinstance(r.opens, ByField) and matter.id in r.opens.cases.values())
    ]
    yield _said("产生于", "opened by", act_names(version, opening))
    yield _said("了结于", "closed by", act_names(version, [r.act for r in rows if r.closes == matter.id]))
    during = sorted({r.act for r in rows if matter.id in r.during})
    if matter.blocks is not None:
        yield _said("未了结时不能办", "while open, not possible", act_names(version, sorted(matter.blocks)))
    else:
        rest = Text(zh="除了结它的动作外，全部动作", en="every act but those that close it")
        yield _said("未了结时不能办", "while open, not possible", rest)
    if during:
        yield _said("仍可办", "still possible", act_names(version, during))
    if matter.lapses:
        yield Text(zh="退回以前的环节时一并消灭", en="goes away with a return to an earlier step")


def _branch(version: PowerVersion, name: str) -> Lines:
    branch = version.procedure.branches[name]
    title = Text(zh=f"{BRANCHES.get(name, name)}（{name}）", en=name.replace("_", " "))
    if branch.why_not is not None:
        yield Text(zh=f"{title.zh}：不适用——{branch.why_not.zh}", en=f"{title.en}: does not apply: {branch.why_not.en}")
    else:
        yield _said(title.zh, title.en, act_names(version, branch.acts))


def _control(version: PowerVersion, name: str) -> Lines:
    settings = version.controls[name]
    yield named(rule_name(name), name)
    for key, value in settings.items():
        if name == "separate_duties" and key == "pairs":
            yield from (_pair(version, pair) for pair in value)
        else:
            yield from _setting(version, ("version", "controls", name, key), value)
    if not settings:
        yield Text(zh="无另外设置", en="no settings of its own")


def _pair(version: PowerVersion, pair: Any) -> Text:
    first, second = (act_names(version, pair[side]) for side in ("first", "second"))
    law = Citation(str(pair["statute"]["instrument"]), str(pair["statute"]["article"])) if pair.get("statute") else None
    zh, en = (f"（{law.say('zh')}）", f" ({law.say('en')})") if law is not None else ("", "")
    return Text(
        zh=f"办过{first.zh}的人，不得办{second.zh}，反之亦然{zh}",
        en=f"not one person for both {first.en} and {second.en}{en}",
    )


def _duty(version: PowerVersion, name: str) -> Lines:
    from qingfeng.duties import discover

    duty = discover().get(name)
    yield named(duty.title if duty is not None else Text(zh=name, en=name), name)
    for key, value in version.duties[name].items():
        yield from _setting(version, ("version", "duties", name, key), value)


def _setting(version: PowerVersion, place: tuple[str, ...], value: Any) -> Lines:
    names = Names(version.document)
    if isinstance(value, list | tuple) and any(isinstance(item, Mapping) for item in value):
        head = label(place, names)
        yield Text(zh=f"{head.zh}：", en=f"{head.en}:")
        for item in value:
            said = render(item, place, names)
            yield Text(zh=f"  · {said.zh}", en=f"  · {said.en}")
        return
    yield _said(label(place, names).zh, label(place, names).en, render(value, place, names))


def procedure_data(version: PowerVersion) -> dict[str, Any]:
    """Return the same as JSON has it."""
    procedure = version.procedure
    return {
        "acts": [_act_data(row) for row in procedure.rows],
        "pending": [
            {
                "id": p.id,
                "name": both(p.name),
                "blocks": sorted(p.blocks) if p.blocks is not None else None,
                "lapses": p.lapses,
            }
            for p in procedure.pending.values()
        ],
        "limits": [limit_data(version, x) for x in procedure.limits.values()],
        "branches": {
            k: {"name": BRANCHES.get(k, k), "acts": list(b.acts), "why_not": both(b.why_not)}
            for k, b in procedure.branches.items()
        },
        "controls": dict(version.controls),
        "duties": dict(version.duties),
    }


def _act_data(row: ActRule) -> dict[str, object]:
    return {
        "act": row.act,
        "name": both(row.word.name),
        "at": sorted(row.at),
        "by": list(row.by),
        "to": _plain(row.to),
        "after": [sorted(one) for one in row.after],
        "waits": list(row.waits),
        "opens": _plain(row.opens),
        "closes": row.closes,
        "during": sorted(row.during),
        "once": row.once,
        "opens_case": row.opens_case,
        "credential": row.credential,
        "no_delegation": row.no_delegation,
        "fields": [
            {"id": f.id, "name": both(f.name), "type": f.type.value, "required": f.id in row.word.required}
            for f in row.word.fields
        ],
    }


def _plain(consequence: str | ByField | None) -> object:
    if isinstance(consequence, ByField):
        return {"field": consequence.field, "cases": dict(consequence.cases)}
    return consequence
