"""Plans, results and findings of draws as tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qingfeng.draw.entropy import LinkState, Revealed
from qingfeng.draw.plan import BeaconKind, DrawPlan
from qingfeng.draw.transcript import DrawTranscript, DrawVoid
from qingfeng.terms.instants import format_instant
from qingfeng.terms.teams import line_of
from qingfeng.terms.text import Text

from .screen import Screen
from .table import show_table

_BEACONS = {
    BeaconKind.LOTTERY: Text(zh="彩票开奖", en="lottery"),
    BeaconKind.CAMERA: Text(zh="现场摇号录像", en="balls on camera"),
    BeaconKind.DRAND: Text(zh="drand 公共随机数", en="drand"),
}
_STATES = {
    LinkState.GIVEN: Text(zh="有效", en="valid"),
    LinkState.MISSING: Text(zh="未交", en="missing"),
    LinkState.FALSE: Text(zh="不符，不计", en="does not fit, not counted"),
}


def show_plan(screen: Screen, plan: DrawPlan) -> None:
    """Write what a plan fixes: who can be drawn, by whom they are inspected, where chance comes from, by when."""
    screen.line(f"{plan.name}  {screen.words(plan.title)}")
    screen.say(f"方案标识 {plan.plan_id}", f"plan id {plan.plan_id}")
    screen.line()
    sizes = {grade: sum(firm.grade == grade for firm in plan.pool) for grade in plan.quotas}
    heads = [screen.pick("类别", "class"), screen.pick("范围内", "in the pool"), screen.pick("抽取", "to be drawn")]
    show_table(screen, heads, [(g, str(sizes[g]), str(quota)) for g, quota in plan.quotas.items()])
    for each in plan.exclusions:
        screen.say(
            f"排除 {each.id}：{each.reason}（{each.by}提出，{each.approved_by}批准）",
            f"excluded {each.id}: {each.reason} (proposed by {each.by}, approved by {each.approved_by})",
        )
    rule = plan.team
    screen.say(
        f"检查人员{len(plan.officers)}人，每组{rule.size}人，候补{rule.substitutes}人，每人至多{rule.load}组，回避{len(plan.conflicts)}对",
        f"{len(plan.officers)} officers; a team has {rule.size} and {rule.substitutes} substitutes, nobody is in more than "
        f"{rule.load}; {len(plan.conflicts)} conflicts",
    )
    screen.line()
    heads = [screen.pick("参与方", "party"), screen.pick("交第几环", "link"), screen.pick("链首", "anchor")]
    show_table(screen, heads, [(f"{p.name} ({p.id})", str(p.position), p.anchor) for p in plan.parties])
    screen.line()
    _show_times(screen, plan)


def _show_times(screen: Screen, plan: DrawPlan) -> None:
    kind, source, issue = _BEACONS[plan.beacon.kind], plan.beacon.source, plan.beacon.round
    event = screen.pick(f"{kind.zh} {source} {issue}期", f"{kind.en}, {source}, round {issue}")
    least = screen.pick(f"至少{plan.min_links}环", f"at least {plan.min_links}")
    rows = [
        (screen.pick("方案冻结", "plan frozen"), plan.frozen, ""),
        (screen.pick("交出链环", "links given by"), plan.links_by, least),
        (screen.pick("公开随机值", "beacon"), plan.beacon.at, event),
        (screen.pick("抽取", "drawn by"), plan.draw_by, ""),
        (screen.pick("公布", "published by"), plan.publish_by, ""),
    ]
    heads = [screen.pick("事项", "what"), screen.pick("时间", "when"), screen.pick("说明", "remark")]
    show_table(screen, heads, [(what, format_instant(when), remark) for what, when, remark in rows])


def show_links(screen: Screen, links: Sequence[Revealed]) -> None:
    """Write what became of every party's link."""
    heads = [screen.pick("参与方", "party"), screen.pick("链环", "link")]
    show_table(screen, heads, [(each.party, screen.words(_STATES[each.state])) for each in links])


def show_record(screen: Screen, record: DrawTranscript | DrawVoid) -> None:
    """Write a result, or why there is none."""
    screen.line(f"{record.plan.name}  {screen.words(record.plan.title)}")
    if record.links:
        show_links(screen, record.links)
    screen.line()
    if isinstance(record, DrawVoid):
        screen.say(f"作废：{record.words.zh}", f"Void: {record.words.en}")
        if record.by is not None:
            screen.say(
                f"{record.by}提出，{record.approved_by}批准",
                f"proposed by {record.by}, approved by {record.approved_by}",
            )
        _show_ids(screen, record)
        return
    names = {firm.id: firm.name for firm in record.plan.pool}
    heads = [screen.pick(*words) for words in (
        ("组", "team"), ("企业", "firm"), ("类别", "class"), ("检查人员", "officers"), ("候补", "substitutes"))]  # fmt: skip
    show_table(
        screen,
        heads,
        [
            (str(t.n), f"{t.firm} {names[t.firm]}", t.grade, " ".join(t.officers), " ".join(t.substitutes))
            for t in record.teams
        ],
    )
    screen.line()
    if len(record.teams) > 1:
        screen.say("登记抽取时逐组照抄：", "To be registered with the draw, a line a team:")
        for line in team_lines(record):
            screen.line(f"  {line}")
    _show_ids(screen, record)


def team_lines(record: DrawTranscript) -> list[str]:
    """Return the teams as the draw is registered with them (`teams`)."""
    names = {firm.id: firm.name for firm in record.plan.pool}
    return [line_of(names[team.firm], team.officers, team.substitutes) for team in record.teams]


def _show_ids(screen: Screen, record: DrawTranscript | DrawVoid) -> None:
    screen.say(f"方案标识 {record.plan.plan_id}", f"plan id     {record.plan.plan_id}")
    screen.say(f"结果根   {record.root}", f"result root {record.root}")


def record_data(record: DrawTranscript | DrawVoid) -> dict[str, Any]:
    """Return a result as JSON has it: the short form that commands tell."""
    common = {"plan": record.plan.name, "plan_id": record.plan.plan_id, "root": record.root}
    if isinstance(record, DrawVoid):
        words = {"zh": record.words.zh, "en": record.words.en}
        return {"outcome": "void", **common, "why": record.why.value, "words": words}
    return {
        "outcome": "drawn", **common, "seed": record.seed, "round": record.round,
        "missing": list(record.missing), "teams": [team.plain() for team in record.teams],
    }  # fmt: skip
