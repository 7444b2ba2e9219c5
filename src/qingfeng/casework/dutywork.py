"""Duties at work: armed when their power is published, reported with content, found when a period passes without."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from weakref import WeakKeyDictionary

from qingfeng.catalogue.power import SYSTEM, PowerVersion
from qingfeng.duties import configure, discover
from qingfeng.duties.duty import Duty, DutyFinding, Occasion, Period, Register, period_after, period_due, period_of
from qingfeng.duties.sampling import Pool, Samples, sample
from qingfeng.engine.control import Basis, Refusal
from qingfeng.engine.event import Event
from qingfeng.ledger.canonical import NotCanonical, canonical
from qingfeng.terms.instants import local_day
from qingfeng.terms.limits import MAX_COMMAND_BYTES
from qingfeng.terms.text import Text

from . import publicvalues
from .dutyregister import register_for
from .office import Office, Registry, UnknownThing, event_of
from .ports import DeadlineRow, ReadTx, WriteTx
from .words import post_name

DUTY = "duty/"
DONE, MISSED, FOUND = "duty_done", "duty_missed", "duty_finding"
FREE_TEXT = frozenset({"late_reason"})
REASON = re.compile(r"\w.*\w")  # more than punctuation


@dataclass(frozen=True, slots=True)
class DutyState:
    """One duty of one power: which periods were done and which missed, the next one, and those still owed though late."""

    stream: str
    duty: Duty
    power: str
    done: Mapping[str, str]  # period -> officer
    missed: tuple[str, ...]
    next: Period
    owed: tuple[Period, ...]
    version: PowerVersion

    def to_report(self, day: date) -> Period:
        """Return the period that a report of that day is for: the one just over, else the oldest still owed."""
        return self.owed[0] if self.owed and day <= self.next.last else self.next


def stream_of(power: str, name: str) -> str:
    """Return the stream in which a duty leaves its record."""
    return f"{DUTY}{power}/{name}"


def state(office: Office, tx: ReadTx, registry: Registry, stream: str, *, today: date) -> DutyState:
    """Return how a duty stands.  Raises UnknownThing."""
    power, _, name = stream.removeprefix(DUTY).rpartition("/")
    version, _ = office.version(registry, power, registry.version_on(power, today))
    duty = configure(version).get(name)
    if duty is None:
        raise UnknownThing(f"职权{power}没有设置定期职责“{name}”", f"power {power} has no duty {name!r}")
    events = [event_of(row) for row in tx.events(stream)]
    done = {str(e.data["period"]): str(e.actor) for e in events if e.kind == DONE}
    missed = tuple(str(e.data["period"]) for e in events if e.kind == MISSED)
    first = period_of(local_day(events[0].at), duty.every) if events else period_of(today, duty.every)
    period, owed = first, []
    while period.name in done or period.name in missed:
        owed += [period] if period.name not in done else []
        period = period_after(period, duty.every)
    return DutyState(stream, duty, power, done, missed, period, tuple(owed), version)


def arm(office: Office, tx: WriteTx, registry: Registry, power: str, *, at: datetime) -> None:
    """Start the duties of a newly published power: the first period is the one in which it is published."""
    version, _ = office.version(registry, power, registry.version_on(power, local_day(at)))
    for name in configure(version):
        stream = stream_of(power, name)
        if not tx.head(stream):
            office.append(
                tx,
                Event(
                    stream=stream,
                    seq=1,
                    kind="duty_begun",
                    act=name,
                    at=at,
                    entered=at,
                    power=power,
                    version=version.version,
                    actor=SYSTEM,
                ),
            )
            _rearm(tx, registry, state(office, tx, registry, stream, today=local_day(at)))


def begin(office: Office, *, now: datetime) -> list[str]:
    """Start the duties of versions that came into force after they were published; return their streams.  Raises StoreError."""
    day = local_day(now)
    with office.store.read() as tx:
        registry = office.registry(tx)
        if not registry.calendar.years or _BEGUN.get(office) == (registry.seq, day):
            return []
        in_force = [power for power in registry.powers() if registry.in_force(power, day)]
        named = [stream_of(power, name) for power in in_force
                 for name in registry.versions[power, registry.version_on(power, day)]["version"].get("duties", {})]  # fmt: skip
        waiting = [stream for stream in named if not tx.head(stream)]
    if waiting:
        with office.store.write() as tx:
            registry = office.registry(tx)
            for power in dict.fromkeys(stream.removeprefix(DUTY).rpartition("/")[0] for stream in waiting):
                tx.lock(DUTY + power)
                arm(office, tx, registry, power, at=now)
    _BEGUN[office] = (registry.seq, day)
    return waiting


_BEGUN: WeakKeyDictionary[Office, tuple[int, date]] = WeakKeyDictionary()
"""Registry and day on which nothing was left to begin: asked once a day, not with every tick."""


def fire(office: Office, tx: WriteTx, registry: Registry, stream: str, *, now: datetime) -> list[str]:
    """Record every period whose limit has passed without a report; return their names."""
    found = []
    current = state(office, tx, registry, stream, today=local_day(now))
    while now >= (end := period_due(current.duty, current.next, registry.calendar)).outer:
        office.append(tx, Event(
            stream=stream, seq=tx.head(stream) + 1, kind=MISSED, act=current.duty.name, at=end.outer, entered=now,
            power=current.power, actor=SYSTEM, data={"period": current.next.name, "by": current.duty.by}))  # fmt: skip
        missed = current.next
        found.append(missed.name)
        current = replace(current, missed=(*current.missed, missed.name), owed=(*current.owed, missed),
                          next=period_after(missed, current.duty.every))  # fmt: skip
    _rearm(tx, registry, current)
    return found


def report(
    office: Office, stream: str, content: Mapping[str, Any], *, actor: str, at: datetime
) -> tuple[Period | None, tuple[Refusal, ...]]:
    """Report a duty as done; returns the period it counts for, or why it does not count.  Raises UnknownThing.

    What was missed can still be made good, with a reason (`late_reason`); that it was missed stays on record.
    """
    with office.store.write() as tx:
        registry = office.registry(tx)
        tx.lock(stream)
        fire(office, tx, registry, stream, now=at)
        current = state(office, tx, registry, stream, today=local_day(at))
        period = current.to_report(local_day(at))
        register = _register(tx, current, period, content)
        occasion = _occasion(current, period, registry, actor=actor, at=at)
        reasons = _objections(tx, current, content, register, occasion)
        if reasons:
            refusal = Refusal(by=current.duty.name, ring="control", basis=Basis.MAP,
                reason=Text(zh="；".join(r.zh for r in reasons), en="; ".join(r.en for r in reasons)),
                remedy=Text(zh="请补齐后重新报告；未保存任何内容。", en="Complete it and report again; nothing was saved."))  # fmt: skip
            return None, (refusal,)
        office.append(tx, Event(
            stream=stream, seq=tx.head(stream) + 1, kind=DONE, act=current.duty.name, at=at, entered=at, power=current.power,
            actor=actor, post=current.duty.by, data={**content, "period": period.name, "register": register.opened},
            private=(FREE_TEXT | current.duty.private) & content.keys()))  # fmt: skip
        for found in [*current.duty.finds(content, register, occasion), *_entered_twice(tx, current, content, register, occasion)]:
            office.append(tx, Event(
                stream=stream, seq=tx.head(stream) + 1, kind=FOUND, act=current.duty.name, at=at, entered=at, power=current.power,
                actor=SYSTEM, data={
                    "period": period.name, "case": found.case, "key": found.key, "what_zh": found.what.zh, "what_en": found.what.en,
                    "evidence": list(found.evidence)}))  # fmt: skip
        _rearm(tx, registry, state(office, tx, registry, stream, today=local_day(at)))
        return period, ()


@dataclass(frozen=True, slots=True)
class Shown:
    """What the report of a day has to speak of.  sheet: case -> items; pool: from which is drawn; trouble: why nothing is drawn yet."""

    period: Period
    day: date
    pool: Pool | None
    value_of: date | None
    sheet: Mapping[str, Sequence[str]]
    trouble: Text | None = None


def show(office: Office, stream: str, content: Mapping[str, Any], *, at: datetime) -> Shown:
    """Return what a report of that day must hold; content: what is known of the draw, or the day of a count.  Raises UnknownThing."""
    with office.store.read() as tx:
        registry = office.registry(tx)
        current = state(office, tx, registry, stream, today=local_day(at))
        period, duty = current.to_report(local_day(at)), current.duty
        register = _register(tx, current, period, content)
        occasion = _occasion(current, period, registry, actor=SYSTEM, at=at)
        if not isinstance(duty, Samples):
            return Shown(period, local_day(at), None, None, duty.sheet(content, register, occasion))
        cases = sample(duty, content, register, occasion) if period.last < local_day(at) else too_early(period)
        drawn = duty.sheet(content, register, occasion) if not isinstance(cases, Text) else {}
        return Shown(period, local_day(at), duty.pool(register, period), duty.seed_source.day(period), drawn,
                     cases if isinstance(cases, Text) else None)  # fmt: skip


def too_early(period: Period) -> Text:
    """Say that a period is not over."""
    return Text(
        zh=f"{period.name}期尚未结束（至{period.last}），不能提前报告",
        en=f"period {period.name} ends on {period.last}; it is too early",
    )


def found_on_case(tx: ReadTx, power: str, case: str) -> list[Event]:
    """Return what the duties of a power have found on a case, as recorded in their streams."""
    streams = [stream_of(power, name) for name in discover()]
    events = [event_of(row) for stream in streams for row in tx.events(stream)]
    return [event for event in events if event.kind == FOUND and event.data["case"] == case]


def _register(tx: ReadTx, current: DutyState, period: Period, content: Mapping[str, Any]) -> Register:
    """Return the register for a report.  A duty that looks back reads what moved since the first period that it has not
    reported, with the cases that its last report and this one speak of: nothing else has changed since."""
    part, reports = (
        current.duty.looks_back,
        [event_of(row) for row in tx.events(current.stream)] if current.duty.looks_back else [],
    )
    done = [event.data for event in reports if event.kind == DONE]
    if part is None or not done:
        return register_for(tx, current.duty, current.power, period, content)
    said = [one for one in (done[-1].get(part), content.get(part)) if isinstance(one, Mapping)]
    since = min(one.first for one in (period, current.next, *current.owed))
    return register_for(
        tx, current.duty, current.power, period, content, since=since, named={case for one in said for case in one}
    )


def _occasion(current: DutyState, period: Period, registry: Registry, *, actor: str, at: datetime) -> Occasion:
    return Occasion(
        power=current.power,
        period=period,
        actor=actor,
        on=local_day(at),
        calendar=registry.calendar,
        people=registry.people,
        version=current.version,
    )


def _objections(
    tx: ReadTx, current: DutyState, content: Mapping[str, Any], register: Register, occasion: Occasion
) -> list[Text]:
    day, actor, period, people = occasion.on, occasion.actor, occasion.period, occasion.people
    if not people.authorities(actor, [current.duty.by], day, act=current.duty.name, may_delegate=False):
        name, post = people.name(actor), post_name(current.version, current.duty.by)
        return [
            Text(
                zh=f"“{current.duty.title.zh}”由{post.zh}（{current.duty.by}）负责，{name}在{day}没有该岗位",
                en=f"{post.en} ({current.duty.by}) has to do this; {name} does not hold that post on {day}",
            )
        ]
    if day <= period.last:
        return [too_early(period)]
    if period in current.owed and not REASON.search(str(content.get("late_reason") or "")):
        return [
            Text(
                zh=f"{period.name}期已逾期并记为未做；补报须说明理由（late_reason）",
                en=f"period {period.name} was missed; to make it good, say why (late_reason)",
            )
        ]
    try:
        if len(canonical(dict(content))) > MAX_COMMAND_BYTES:
            return [Text(zh="报告内容过大", en="the report is too big")]
    except NotCanonical as error:
        return [Text(zh=f"报告含有无法保存的内容：{error}", en=f"the report holds what cannot be stored: {error}")]
    lacking = list(current.duty.lacks(content, register, occasion))
    if not lacking and _drawn(current, register, period) and isinstance(current.duty, Samples):
        wrong = publicvalues.objection(tx, current.duty, content, people, actor)
        lacking += [wrong] if wrong is not None else []
    return lacking


def _drawn(current: DutyState, register: Register, period: Period) -> bool:
    return isinstance(current.duty, Samples) and bool(current.duty.pool(register, period).chance)


def _entered_twice(
    tx: ReadTx, current: DutyState, content: Mapping[str, Any], register: Register, occasion: Occasion
) -> list[DutyFinding]:
    """Find it when two officers entered different values for the draw of a report."""
    if not _drawn(current, register, occasion.period) or not isinstance(current.duty, Samples):
        return []
    told = publicvalues.differing(tx, current.duty, content)
    if not told:
        return []
    source, values = current.duty.seed_source.source, "、".join(f"{one.round}期 {one.value}" for one in told)
    what = Text(
        zh=f"{occasion.period.name}期抽样所用{source}在{told[0].on}的号码登记不一致（{values}），请与公布的号码核对",
        en=f"different values of {told[0].on} ({source}) were entered for the sample of {occasion.period.name}: {values}; check them",
    )
    return [DutyFinding(case="", key="public_value", what=what, evidence=("report.beacon",))]


def armed(registry: Registry, current: DutyState) -> list[DeadlineRow]:
    """Return the deadline of a duty's next period."""
    end = period_due(current.duty, current.next, registry.calendar)
    return [
        DeadlineRow(
            case=current.stream, limit=current.next.name, run=1, mark="red", at=end.outer, provisional=end.provisional
        )
    ]


def standing(office: Office, tx: ReadTx, registry: Registry, stream: str) -> DutyState:
    """Return how a duty stood at its last record.  Raises UnknownThing."""
    last = event_of(tx.events(stream, after=tx.head(stream) - 1)[0])
    return state(office, tx, registry, stream, today=local_day(last.entered))


def _rearm(tx: WriteTx, registry: Registry, current: DutyState) -> None:
    tx.put_deadlines(current.stream, armed(registry, current))
