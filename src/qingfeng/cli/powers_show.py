"""qingfeng powers show: the map as three columns, then how the power runs."""

from __future__ import annotations

from collections.abc import Iterable

from qingfeng.catalogue.export import export_power
from qingfeng.catalogue.power import CLOSED, STAY, ByField, Limit, Measure, PowerVersion, Risk, Step, WholeProcess
from qingfeng.terms.text import Text

from .powers_diff import version_of
from .powers_files import one_power
from .screen import Screen
from .table import show_table
from .words import both, post_name, step_name

_UNITS = {
    "working_day": ("个工作日", "working days"),
    "calendar_day": ("日", "calendar days"),
    "hour": ("小时", "hours"),
    "month": ("个月", "months"),
    "year": ("年", "years"),
}
_KINDS = {"statutory": ("法定", "statutory"), "promised": ("承诺", "promised"), "setting": ("内部设定", "setting")}


def show_power(screen: Screen, name: str, *, version: str | None) -> None:
    """Show a power.  Raises CommandFailed, OSError."""
    power = one_power(name)
    shown = version_of(power, version)
    procedure = shown.procedure
    screen.data(
        {
            **export_power(power, []),
            "version": shown.version,
            "acts": [_act_data(shown, n) for n in range(len(procedure.rows))],
            "limits": [
                {
                    "id": x.id,
                    "name": both(x.name),
                    "words": both(_limit_words(x)),
                    "law": x.basis.say("zh") if x.basis else None,
                }
                for x in procedure.limits.values()
            ],
            "branches": {k: {"acts": list(b.acts), "why_not": both(b.why_not)} for k, b in procedure.branches.items()},
            "posts": {p.id: both(p.name) for p in shown.posts.values()},
        }
    )
    if screen.as_json:
        return
    screen.say(
        f"{power.id}  {shown.title.zh}  {shown.version}起施行  来源：{power.document} 第{power.diagram}图",
        f"{power.id}  {shown.title.en}  in force from {shown.version}  "
        f"source: {power.document}, diagram {power.diagram}",
    )
    screen.line()
    _map(screen, shown)
    _acts(screen, shown)
    _limits(screen, shown)
    _branches(screen, shown)


def _map(screen: Screen, version: PowerVersion) -> None:
    heads = [screen.pick("风险点", "Risks"), screen.pick("流程", "Steps"), screen.pick("防控措施", "Measures")]
    boxes: list[tuple[str, Step | WholeProcess]] = [(_box(screen, step), step) for step in version.steps]
    if version.whole_process.risks or version.whole_process.measures:
        boxes.append((screen.pick("（全过程）", "(whole process)"), version.whole_process))
    show_table(screen, heads, [[_items(box.risks), name, _items(box.measures) + "\n"] for name, box in boxes])


def _box(screen: Screen, step: Step) -> str:
    lines = [screen.words(step.name)]
    level = step.level or screen.pick("缺", "missing")
    lines.append(screen.pick(f"等级：{level}", f"level: {level}"))
    owner = step.owner.source if step.owner else screen.pick("缺", "missing")
    lines.append(screen.pick(f"责任：{owner}", f"owner: {owner}"))
    if step.doubt:
        lines.append(screen.pick(f"存疑：{step.doubt.zh}", f"doubt: {step.doubt.en}"))
    return "\n".join(lines)


def _items(items: Iterable[Risk | Measure]) -> str:
    lines = []
    for item in items:
        bound = item.stopped_by if isinstance(item, Risk) else item.carried_by
        lines.append(
            f"{item.id} {item.text}"
            + (f"（应为：{item.reads_as}）" if item.reads_as else "")
            + (f" [{', '.join(bound)}]" if bound else "")
        )
    return "\n".join(lines)


def _acts(screen: Screen, version: PowerVersion) -> None:
    screen.say("动作：", "Acts:")
    rows = []
    for row in version.procedure.rows:
        at = "、".join(screen.words(step_name(version, s)) for s in sorted(row.at, key=lambda s: version.step_order[s]))
        by = "、".join(screen.words(post_name(version, p)) for p in row.by)
        after = screen.pick("且", " and ").join("|".join(sorted(one)) for one in row.after)
        whole = len(row.at) == len(version.steps)
        rows.append(
            [
                f"{row.act} {screen.words(row.word.name)}",
                screen.pick("任何环节", "every step") if whole else at,
                by,
                _to(screen, version, row.to),
                after,
            ]
        )
    heads = [
        screen.pick(*h) for h in (("动作", "act"), ("环节", "at"), ("由谁", "by"), ("去向", "to"), ("须先办", "after"))
    ]
    show_table(screen, heads, rows)


def _to(screen: Screen, version: PowerVersion, to: str | ByField) -> str:
    if isinstance(to, ByField):
        return "; ".join(f"{k}→{_to(screen, version, v)}" for k, v in to.cases.items())
    if to == STAY:
        return "—"
    return screen.words(step_name(version, to)) if to != CLOSED else screen.pick("办结", "closed")


def _limits(screen: Screen, version: PowerVersion) -> None:
    if not version.procedure.limits:
        return
    screen.line()
    screen.say("期限：", "Limits:")
    for limit in version.procedure.limits.values():
        law = f"  {limit.basis.say(screen.lang)}" if limit.basis else ""
        screen.line(f"  {limit.id}  {screen.words(limit.name)}  {screen.words(_limit_words(limit))}{law}")


def _limit_words(limit: Limit) -> Text:
    kind = _KINDS[limit.length.kind.value]
    if limit.until is not None:
        return Text(zh=f"至“{limit.until}”所填日期（{kind[0]}）", en=f"until the date in {limit.until} ({kind[1]})")
    unit = _UNITS[limit.length.unit.value]
    return Text(zh=f"{limit.length.n}{unit[0]}（{kind[0]}）", en=f"{limit.length.n} {unit[1]} ({kind[1]})")


def _branches(screen: Screen, version: PowerVersion) -> None:
    screen.line()
    screen.say("分支：", "Branches:")
    for name, branch in version.procedure.branches.items():
        if branch.why_not is not None:
            screen.say(f"  {name}：不适用——{branch.why_not.zh}", f"  {name}: does not apply: {branch.why_not.en}")
        else:
            screen.line(f"  {name}：{'、'.join(branch.acts)}")


def _act_data(version: PowerVersion, n: int) -> dict[str, object]:
    row = version.procedure.rows[n]
    to = {"field": row.to.field, "cases": dict(row.to.cases)} if isinstance(row.to, ByField) else row.to
    return {
        "act": row.act,
        "name": both(row.word.name),
        "at": sorted(row.at),
        "by": list(row.by),
        "to": to,
        "after": [sorted(one) for one in row.after],
        "opens_case": row.opens_case,
        "credential": row.credential,
        "fields": [
            {"id": f.id, "name": both(f.name), "type": f.type.value, "required": f.id in row.word.required}
            for f in row.word.fields
        ],
    }
