"""qingfeng case history: acts, marks, overrides and refusals in the order in which they were entered."""

from __future__ import annotations

from typing import Any

from qingfeng.casework.office import REFUSALS, event_of, load_case
from qingfeng.engine.case import Case
from qingfeng.engine.event import MARK, OVERRIDE, REFUSED, Event
from qingfeng.terms.instants import format_instant
from qingfeng.terms.people import People
from qingfeng.terms.text import Text

from .agency import opened
from .screen import Screen
from .words import MARKS, both, post_name


def show_history(screen: Screen, case_id: str) -> None:
    """Show all that was recorded on a case.  Raises UnknownThing, StoreError."""
    with opened(screen) as office, office.store.read() as tx:
        registry = office.registry(tx)
        case, _ = load_case(office, tx, registry, case_id)
        refused = [event_of(row) for row in tx.events(REFUSALS + case_id)]
    told = sorted([*case.events, *refused], key=lambda e: (e.entered, e.kind == REFUSED, e.seq))
    screen.line(f"{case.id}  {screen.words(case.version.title)}")
    for event in told:
        _show(screen, case, event, registry.people)
    screen.data(
        {
            "case": case.id,
            "power": case.version.power,
            "version": case.version.version,
            "events": [_as_data(case, e, registry.people) for e in told],
        }
    )


def _name(case: Case, event: Event) -> Text:
    if event.kind == MARK:
        limit = case.version.procedure.limits[event.act].name
        mark = MARKS[str(event.facts["mark"])]
        return Text(zh=f"{mark.zh}：{limit.zh}", en=f"{mark.en}: {limit.en}")
    if event.kind == OVERRIDE:
        return Text(zh="特批放行", en="Override")
    names = [row.word.name for row in case.version.procedure.rows if row.act == event.act]
    return names[0] if names else Text(zh=event.act, en=event.act)


def _show(screen: Screen, case: Case, event: Event, people: People) -> None:
    number = f"✗{event.seq}" if event.kind == REFUSED else f"{'⏰' if event.kind == MARK else ''}{event.seq}"
    who = ""
    if event.actor and event.kind != MARK:
        post = screen.words(post_name(case.version, event.post)) if event.post else ""
        who = people.name(event.actor) + (f"（{post}）" if post and event.post != event.actor else "")
    late = ""
    if event.entered != event.at:
        late = screen.pick(f"（{event.entered:%Y-%m-%d %H:%M}录入）", f" (entered {event.entered:%Y-%m-%d %H:%M})")
    screen.line(f"{number:>4}  {event.at:%Y-%m-%d %H:%M}{late}  {screen.words(_name(case, event))}  {who}")
    for name, value in event.data.items():
        screen.line(f"        {name}：{_plain(value)}")
    for name in sorted(event.erased):
        screen.say(f"        {name}：（个人信息已删除）", f"        {name}: (personal data erased)")
    if event.facts.get("reason"):
        screen.say(f"        理由：{event.facts['reason']}", f"        reason: {event.facts['reason']}")
    if event.kind == REFUSED:
        by = ", ".join(str(b) for b in event.facts.get("by", []))
        screen.say(
            f"        被拒绝（{by}）：{'；'.join(str(r) for r in event.facts.get('reasons', []))}",
            f"        refused by {by}: {'; '.join(str(r) for r in event.facts.get('reasons', []))}",
        )


def _plain(value: Any) -> str:
    return "、".join(str(v) for v in value) if isinstance(value, list) else str(value)


def _as_data(case: Case, event: Event, people: People) -> dict[str, Any]:
    refusal = event.kind == REFUSED
    return {
        "seq": event.seq,
        "kind": event.kind,
        "act": event.act,
        "name": both(_name(case, event)),
        "at": format_instant(event.at),
        "entered": format_instant(event.entered),
        "actor": event.actor,
        "actor_name": people.name(event.actor) if event.actor else None,
        "post": event.post,
        "data": dict(event.data),
        "erased": sorted(event.erased),
        "reason": event.facts.get("reason"),
        "mark": event.facts.get("mark"),
        "via": event.facts.get("via"),
        "waived": event.facts.get("waived", []),
        "demanded": event.facts.get("demanded", []),
        "by": event.facts.get("by", []) if refusal else [],
        "ring": event.facts.get("ring") if refusal else None,
        "reasons": event.facts.get("reasons", []) if refusal else [],
    }
