"""qingfeng case history: acts, marks, overrides and refusals in the order in which they were entered."""

from __future__ import annotations

from typing import Any

from qingfeng.casework.office import REFUSALS, event_of, load_case
from qingfeng.engine.case import Case
from qingfeng.engine.event import ACT, MARK, OVERRIDE, REFUSED, Event
from qingfeng.terms.instants import format_instant, local_day
from qingfeng.terms.people import People
from qingfeng.terms.text import Text

from .agency import opened
from .screen import Screen
from .words import MARKS, both, listed, named, post_name, rule_name

NO_EFFECT = Text(
    zh="期限届满，效果未发生（理由见拦截记录）",
    en="time is up, but the effect did not arise (see the refusals)",
)
PAPER_STEPS = {
    "document_approve": Text(zh="核定文书", en="Approve a document"),
    "document_issue": Text(zh="签发文书", en="Issue a document"),
    "document_seal": Text(zh="文书用印", en="Seal a document"),
    "document_serve": Text(zh="登记送达", en="Record service of a document"),
    "document_void": Text(zh="作废文书", en="Void a document"),
    "document_step": Text(zh="经办文书", en="Handle a document"),
}


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
        mark = MARKS[str(event.facts["mark"])] if _arose(case, event) else NO_EFFECT
        return Text(zh=f"{mark.zh}：{limit.zh}", en=f"{mark.en}: {limit.en}")
    if event.kind == OVERRIDE:
        return Text(zh="特批放行", en="Override")
    names = [row.word.name for row in case.version.procedure.rows if row.act == event.act]
    return names[0] if names else PAPER_STEPS.get(event.act, Text(zh=event.act, en=event.act))


def _arose(case: Case, event: Event) -> bool:
    """False for the mark of an effect that the clock then did not record: the next event of the case is not that act."""
    if event.facts["mark"] != "effect":
        return True
    effect = case.version.procedure.limits[event.act].effect
    return event.seq < case.seq and case.events[event.seq].kind == ACT and case.events[event.seq].act == effect


def _came_in_time(case: Case, event: Event) -> Event | None:
    """Return the act, entered after a mark of lateness, that ended the limit before its time was up; None if none did."""
    if event.kind != MARK or event.facts["mark"] not in ("red", "lapsed"):
        return None
    ends = case.version.procedure.limits[event.act].ends
    first = next((e for e in case.events[event.seq :] if e.kind == ACT and e.act in ends), None)
    if first is None or (first.at >= event.at and first.effective_day >= local_day(event.at)):
        return None
    return first


def _reason_is_for(event: Event) -> Text:
    """Return what a reason was asked for."""
    demanded = event.facts.get("demanded") or ()
    day = event.effective_day
    if "time_limit" in demanded and day < local_day(event.at):
        return Text(
            zh=f"登记晚于期限的理由（实际送达或收到于{day}）",
            en=f"reason for the late record (served or received on {day})",
        )
    if "time_limit" in demanded:
        return Text(zh="超期的理由", en="reason for being late")
    if "prompt_registration" in demanded:
        return Text(zh="迟延录入的理由", en="reason for the late entry")
    return Text(zh="理由", en="reason")


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
    screen.line(f"{number:>4}  {event.at:%Y-%m-%d %H:%M}{late}  {screen.words(_name(case, event))}  {who}")
    ended = _came_in_time(case, event)
    if ended is not None:
        did = _name(case, ended)
        screen.say(
            f"        其后补录：“{did.zh}”实际在{ended.effective_day}，届满以前",
            f"        entered later: “{did.en}” was done on {ended.effective_day}, before the time was up",
        )
    for name, value in event.data.items():
        screen.say(f"        {name}：{_plain(value)}", f"        {name}: {_plain(value, ', ')}")
    for name in sorted(event.erased):
        screen.say(f"        {name}：（个人信息已删除）", f"        {name}: (personal data erased)")
    if event.facts.get("reason"):
        label = _reason_is_for(event)
        screen.say(f"        {label.zh}：{event.facts['reason']}", f"        {label.en}: {event.facts['reason']}")
    if event.kind == REFUSED:
        by = listed(named(rule_name(str(b)), str(b)) for b in event.facts.get("by", []))
        why = "；".join(str(r) for r in event.facts.get("reasons", []))
        screen.say(
            f"        被拒绝——{by.zh}：{why}",
            f"        refused by: {by.en}\n        reason as recorded, in Chinese: {why}",
        )


def _plain(value: Any, comma: str = "、") -> str:
    return comma.join(str(v) for v in value) if isinstance(value, list) else str(value)


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
