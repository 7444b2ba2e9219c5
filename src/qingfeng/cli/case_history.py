"""qingfeng case history: acts, marks, overrides and refusals in the order in which they were entered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qingfeng.casework.history import act_name, came_in_time, reason_is_for
from qingfeng.casework.office import REFUSALS, event_of, load_case
from qingfeng.casework.words import both, listed, named, post_name, rule_name
from qingfeng.catalogue import codes
from qingfeng.engine.case import Case
from qingfeng.engine.event import MARK, REFUSED, Event
from qingfeng.terms.instants import format_instant
from qingfeng.terms.people import People
from qingfeng.terms.text import Text

from .agency import opened
from .reader import must_read
from .screen import Screen


def show_history(screen: Screen, case_id: str) -> None:
    """Show all that was recorded on a case.  Raises UnknownThing, StoreError."""
    with opened(screen) as office:
        must_read(screen, office, case_id)
        with office.store.read() as tx:
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


def _show(screen: Screen, case: Case, event: Event, people: People) -> None:
    number = f"✗{event.seq}" if event.kind == REFUSED else f"{'⏰' if event.kind == MARK else ''}{event.seq}"
    who = ""
    if event.actor and event.kind != MARK:
        who = people.name(event.actor)
        if event.post and event.post != event.actor:
            post = post_name(case.version, event.post)
            who += screen.pick(f"（{post.zh}）", f" ({post.en})")
    late = ""
    if event.entered != event.at:
        late = screen.pick(f"（{event.entered:%Y-%m-%d %H:%M}录入）", f" (entered {event.entered:%Y-%m-%d %H:%M})")
    screen.line(f"{number:>4}  {event.at:%Y-%m-%d %H:%M}{late}  {screen.words(act_name(case, event))}  {who}")
    ended = came_in_time(case, event)
    if ended is not None:
        did = act_name(case, ended)
        screen.say(
            f"        其后补录：“{did.zh}”实际在{ended.effective_day}，届满以前",
            f"        entered later: “{did.en}” was done on {ended.effective_day}, before the time was up",
        )
    for name, value in event.data.items():
        said = codes.shown(case.version, name, value) if isinstance(value, Mapping | list) else Text(zh=str(value), en=str(value))
        screen.say(f"        {name}：{said.zh}", f"        {name}: {said.en}")
    for name in sorted(event.erased):
        screen.say(f"        {name}：（个人信息已删除）", f"        {name}: (personal data erased)")
    if event.facts.get("reason"):
        label = reason_is_for(event)
        screen.say(f"        {label.zh}：{event.facts['reason']}", f"        {label.en}: {event.facts['reason']}")
    if event.kind == REFUSED:
        by = listed(named(rule_name(str(b)), str(b)) for b in event.facts.get("by", []))
        why = "；".join(str(r) for r in event.facts.get("reasons", []))
        screen.say(
            f"        被拒绝——{by.zh}：{why}",
            f"        refused by: {by.en}\n        reason as recorded, in Chinese: {why}",
        )


def _as_data(case: Case, event: Event, people: People) -> dict[str, Any]:
    refusal = event.kind == REFUSED
    return {
        "seq": event.seq,
        "kind": event.kind,
        "act": event.act,
        "name": both(act_name(case, event)),
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
