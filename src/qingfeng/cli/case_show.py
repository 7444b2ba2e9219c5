"""qingfeng case show: where a case stands, which limits run, and who may do what now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from qingfeng.casework.office import Office, load_case
from qingfeng.casework.words import STATUS, both, last_moment, listed, named, post_name, remaining, step_name
from qingfeng.catalogue.power import SYSTEM, ActRule
from qingfeng.engine.case import Case
from qingfeng.engine.clock import Clock, clocks
from qingfeng.engine.order import possible
from qingfeng.terms.instants import format_instant, local_day
from qingfeng.terms.people import People

from .agency import now, opened
from .reader import must_know
from .screen import Screen

NAMES_SHOWN = 4


def show_case(screen: Screen, case_id: str, who: str | None = None) -> None:
    """Show a case to --as, else to who.  Raises UnknownThing, CalendarMissing, StoreError."""
    at = now()
    with opened(screen) as office:
        must_know(screen, office, case_id, who)
        _show_within(screen, office, case_id, at)


def _show_within(screen: Screen, office: Office, case_id: str, at: datetime) -> None:
    with office.store.read() as tx:
        registry = office.registry(tx)
        case, _ = load_case(office, tx, registry, case_id)
        row = tx.case_row(case_id)
        running = clocks(case, registry.calendar)
    status = row.status if row is not None else "open"
    _head(screen, case, status, row.title if row is not None else "")
    _matters(screen, case)
    _limits(screen, running, at)
    _acts(screen, case, registry.people, at)
    screen.data(
        {
            "case": case.id,
            "power": case.version.power,
            "version": case.version.version,
            "title": row.title if row else None,
            "step": case.step,
            "step_name": both(step_name(case.version, case.step)),
            "status": status,
            "seq": case.seq,
            "opened_at": format_instant(case.opened_at) if case.opened_at else None,
            "pending": [
                {"id": p, "name": both(case.version.procedure.pending[p].name), "since": seq}
                for p, seq in case.pending.items()
            ],
            "limits": [_limit_data(clock, at) for clock in running.values()],
            "acts": [_act_data(case, rule, registry.people, at) for rule in _for_people(case)],
        }
    )


def _head(screen: Screen, case: Case, status: str, title: str) -> None:
    version, step = case.version, step_name(case.version, case.step)
    matter = f"  {title}" if title != version.title.zh else ""
    screen.line(f"{case.id}  {screen.words(version.title)}{matter}")
    opened_on = f"{case.opened_at:%Y-%m-%d %H:%M}" if case.opened_at else "?"
    screen.say(
        f"环节：{step.zh}（{case.step}）  状态：{STATUS[status].zh}  开案：{opened_on}  记录：{case.seq}条  适用{version.version}版",
        f"step: {step.en} ({case.step})  status: {STATUS[status].en}  "
        f"opened: {opened_on}  events: {case.seq}  version {version.version}",
    )


def _matters(screen: Screen, case: Case) -> None:
    for matter, seq in case.pending.items():
        name = case.version.procedure.pending[matter].name
        screen.say(f"未决：{name.zh}（自第{seq}条）", f"pending: {name.en} (since event {seq})")


def _limits(screen: Screen, running: Mapping[str, Clock], at: datetime) -> None:
    alive = [clock for clock in running.values() if clock.running]
    if not alive:
        return
    screen.say("期限：", "Limits:")
    for clock in sorted(alive, key=lambda c: (c.due is None, c.due.raw if c.due else at)):
        name = screen.words(named(clock.limit.name, clock.limit.id))
        if clock.due is None:
            since = clock.stopped_since or "?"
            screen.say(
                f"  {name}  中止计算，自{since}",
                f"  {name}  stopped since {since}",
            )
            continue
        provisional = screen.pick("  日历暂定", "  calendar provisional") if clock.due.provisional else ""
        end, left = screen.words(last_moment(clock.due)), screen.words(remaining(clock.due.raw, at))
        screen.line(f"  {name}  {end}  {left}{provisional}")


def _acts(screen: Screen, case: Case, people: People, at: datetime) -> None:
    screen.say("现在可以办理：", "Possible now:")
    for rule in _for_people(case):
        holders = _holders(rule, people, at)
        who = ", ".join(f"{people.name(o)}({o})" for o in holders[:NAMES_SHOWN])
        who += "…" if len(holders) > NAMES_SHOWN else ""
        posts = listed(post_name(case.version, p) for p in rule.by)
        whom = screen.pick(
            posts.zh + (f"：{who.replace(', ', '、')}" if who else ""), posts.en + (f": {who}" if who else "")
        )
        fields = ", ".join(f"{f.id}{'*' if f.id in rule.word.required else ''}" for f in rule.word.fields)
        screen.line(f"  {rule.act}  {screen.words(rule.word.name)}  {screen.pick('——', '-')}  {whom}")
        if fields:
            screen.say(f"      字段（*必填）：{fields}", f"      fields (* required): {fields}")
        for name in rule.waits:
            limit = case.version.procedure.limits[name].name
            screen.say(f"      须待“{limit.zh}”届满", f"      waits for “{limit.en}” to be over")


def _for_people(case: Case) -> list[ActRule]:
    """What the order allows now; what the clock does by itself is nobody's to do."""
    return [rule for rule in possible(case) if rule.by != (SYSTEM,)]


def _holders(rule: ActRule, people: People, at: datetime) -> list[str]:
    return list(dict.fromkeys(o for post in rule.by for o in people.holders(post, local_day(at))))


def _limit_data(clock: Clock, at: datetime) -> dict[str, Any]:
    end = clock.due
    return {
        "id": clock.limit.id,
        "name": both(clock.limit.name),
        "run": clock.run,
        "holder": clock.limit.holder,
        "started": format_instant(clock.started),
        "ended": format_instant(clock.ended) if clock.ended else None,
        "stopped_since": clock.stopped_since.isoformat() if clock.stopped_since else None,
        "extensions": clock.extensions,
        "last_day": end.raw_day.isoformat() if end else None,
        "outer_day": end.outer_day.isoformat() if end else None,
        "due": format_instant(end.raw) if end else None,
        "provisional": end.provisional if end else False,
        "remaining": both(remaining(end.raw, at)) if end else None,
    }


def _act_data(case: Case, rule: ActRule, people: People, at: datetime) -> dict[str, Any]:
    fields = [
        {
            "id": f.id,
            "name": both(f.name),
            "type": f.type.value,
            "required": f.id in rule.word.required,
            "personal": f.personal,
            "choices": {k: both(v) for k, v in f.choices.items()},
        }
        for f in rule.word.fields
    ]
    return {
        "act": rule.act,
        "name": both(rule.word.name),
        "by": list(rule.by),
        "officers": _holders(rule, people, at),
        "waits": list(rule.waits),
        "credential": rule.credential,
        "fields": fields,
    }
