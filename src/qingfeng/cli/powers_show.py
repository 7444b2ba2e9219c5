"""qingfeng powers show: the map as three columns, then how the power runs."""

from __future__ import annotations

from collections.abc import Iterable

from qingfeng.casework.words import both
from qingfeng.catalogue.export import export_power
from qingfeng.catalogue.power import Measure, PowerVersion, Risk, Step, WholeProcess

from .powers_diff import version_of
from .powers_files import one_power
from .powers_procedure import procedure_data, show_procedure
from .screen import Screen
from .table import show_table


def show_power(screen: Screen, name: str, *, version: str | None) -> None:
    """Show a power.  Raises CommandFailed, OSError."""
    power = one_power(name)
    shown = version_of(power, version)
    screen.data(
        {
            **export_power(power, []),
            "version": shown.version,
            **procedure_data(shown),
            "posts": {p.id: both(p.name) for p in shown.posts.values()},
        }
    )
    if screen.as_json:
        return
    zh, en = (
        ("内置（防控图由本系统编写）", "built in (the map is ours)")
        if power.builtin
        else (f"来源：{power.document} 第{power.diagram}图", f"source: {power.document}, diagram {power.diagram}")
    )
    screen.say(
        f"{power.id}  {shown.title.zh}  {shown.version}起施行  {zh}",
        f"{power.id}  {shown.title.en}  in force from {shown.version}  {en}",
    )
    screen.line()
    _map(screen, shown)
    for one in shown.role_map:
        screen.say(
            f"“{one.word}”在此指：{one.means.zh}（存疑：{one.doubt.zh}）",
            f'"{one.word}" means here: {one.means.en} (doubt: {one.doubt.en})',
        )
    show_procedure(screen, shown)


def _map(screen: Screen, version: PowerVersion) -> None:
    heads = [screen.pick("风险点", "Risks"), screen.pick("流程", "Steps"), screen.pick("防控措施", "Measures")]
    boxes: list[tuple[str, Step | WholeProcess]] = [(_box(screen, step), step) for step in version.steps]
    if version.whole_process.risks or version.whole_process.measures:
        boxes.append((screen.pick("（全过程）", "(whole process)"), version.whole_process))
    show_table(
        screen, heads, [[_items(screen, box.risks), name, _items(screen, box.measures) + "\n"] for name, box in boxes]
    )


def _box(screen: Screen, step: Step) -> str:
    lines = [screen.words(step.name)]
    level = step.level or screen.pick("缺", "missing")
    lines.append(screen.pick(f"等级：{level}", f"level: {level}"))
    owner = step.owner.source if step.owner else screen.pick("缺", "missing")
    lines.append(screen.pick(f"责任：{owner}", f"owner: {owner}"))
    if step.doubt:
        lines.append(screen.pick(f"存疑：{step.doubt.zh}", f"doubt: {step.doubt.en}"))
    return "\n".join(lines)


def _items(screen: Screen, items: Iterable[Risk | Measure]) -> str:
    lines = []
    for item in items:
        bound = item.stopped_by if isinstance(item, Risk) else item.carried_by
        lines.append(
            f"{item.id} {item.text}"
            + (screen.pick(f"（应为：{item.reads_as}）", f" (reads as: {item.reads_as})") if item.reads_as else "")
            + (f" [{', '.join(bound)}]" if bound else "")
        )
    return "\n".join(lines)
