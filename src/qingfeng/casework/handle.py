"""The door that officers use: one command in, one answer out, everything kept together or nothing at all."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any, cast

from qingfeng.catalogue.power import SYSTEM, PowerVersion
from qingfeng.engine.case import Case, evolve, new_case
from qingfeng.engine.clock import Clock, clocks, marks
from qingfeng.engine.control import Basis, Command, Control, Demand, Refusal
from qingfeng.engine.decide import Accepted, Demanded, Refused, decide
from qingfeng.engine.event import MARK, REFUSED, Event
from qingfeng.ledger.canonical import NotCanonical, canonical
from qingfeng.terms.instants import format_instant, local_day
from qingfeng.terms.limits import MAX_CLOCK_SKEW_SECONDS, MAX_COMMAND_BYTES, MAX_NAME, MAX_REFUSALS_PER_CASE_PER_DAY
from qingfeng.terms.text import Text, hazards

from . import linked, mirrored
from .elsewhere import OtherCases
from .office import CASE, REFUSALS, Office, Outlook, Registry, case_with, event_of
from .ports import Conflict, WriteTx
from .projection import day_notes, kept_notes, project, uses_of

_IDENTIFIER = re.compile(r"[a-z0-9_]{1,100}")


@dataclass(frozen=True, slots=True)
class Done:
    """The act is recorded: event number `seq` of the case, which now stands at `step`."""

    case: str
    seq: int
    step: str
    state: Case | None = None  # the case after it; None when the answer is repeated for a key
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Stopped:
    """The act was refused; every reason."""

    case: str | None
    refusals: tuple[Refusal, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """The act needs a reason before it is recorded."""

    case: str | None
    demands: tuple[Demand, ...]


@dataclass(frozen=True, slots=True)
class Stale:
    """Somebody else acted on the case first; `seq` is what stands there now.  Look again and retry."""

    case: str
    seq: int

    @property
    def message(self) -> Text:
        """What to tell the person."""
        if not self.case:
            return Text(
                zh="同时有人在开立案件，本次没有保存；请重试",
                en="somebody else was opening a case; nothing was saved: retry",
            )
        return Text(
            zh=f"案件{self.case}刚刚有了新的记录（第{self.seq}条），请刷新核对后重试",
            en=f"case {self.case} has moved on (event {self.seq}); look again and retry",
        )


Answer = Done | Stopped | Asked | Stale


@dataclass(frozen=True, slots=True)
class Sitting:
    """One transaction of an office with the registry as it stands."""

    office: Office
    tx: WriteTx
    registry: Registry

    def append(self, case: Case, event: Event) -> Case:
        """Store an event of a case; return the case after it."""
        self.office.append(self.tx, event)
        after = evolve(case, event)
        notes = [*uses_of(case.version, event), *kept_notes(case.version.power, event), *day_notes(case, event, after)]
        self.tx.note_uses(event.stream.removeprefix(CASE), notes)
        if case.version.power == mirrored.POWER:
            mirrored.mirror(self.office, self.tx, after, event)
        return after

    def show(self, case: Case) -> None:
        """Write the case's projections."""
        row, armed = project(case, self.registry.calendar)
        self.tx.put_case(row)
        self.tx.put_deadlines(case.id, armed)


def handle(office: Office, command: Command, *, power: str | None = None) -> Answer:
    """Do what a command asks for, or say why not.  `power` opens a new case of it (command.case is then ignored).

    Raises UnknownThing, StoreError, CalendarMissing: nothing is recorded then.
    """
    try:
        with office.store.write() as tx:
            answer = handle_within(office, tx, command, power=power)
    except Conflict:
        if power is not None and _counter_was_lost(office, power, command):
            return handle(office, command, power=power)
        with office.store.read() as look:
            return Stale(command.case, look.head(CASE + command.case))
    if isinstance(answer, Done) and answer.state is not None:
        office.remember(answer.state)  # only now: what was not committed is never remembered
    return answer


class _CounterIsRight(Exception):
    """The next number is free."""


def _counter_was_lost(office: Office, power: str, command: Command) -> bool:
    """Move the counter of case numbers past those in use; False if it was right: then another opening was in the way."""
    series = f"{power}/{local_day(command.entered).year}"
    try:
        with office.store.write() as tx:
            number = tx.next_number(series)
            if not tx.head(f"{CASE}{series}/{number:05d}"):
                raise _CounterIsRight  # undoes the draw: numbers stay dense
            while tx.head(f"{CASE}{series}/{number + 1:05d}"):
                number = tx.next_number(series)
    except _CounterIsRight:
        return False
    return True


def outlook_on(office: Office, tx: WriteTx, command: Command, power: str | None) -> Outlook:
    """Return what a command opens that is not misread."""
    return office.outlook(tx, command.case if power is None else None, command.key)


def handle_within(
    office: Office, tx: WriteTx, command: Command, *, power: str | None = None, read: bool = False
) -> Answer:
    """The same inside a transaction of the caller, so that commands of different cases may share one.

    read: the caller has asked `misread` already.
    """
    stopped = None if read else misread(command, power)
    return stopped or _handle(office, tx, command, power)


def misread(command: Command, power: str | None) -> Stopped | None:
    """Return the answer to what cannot even be looked up; None if there is nothing strange about it."""
    strange = _strange(command, power)
    return None if strange is None else Stopped(command.case or None, (strange,))


def _handle(office: Office, tx: WriteTx, command: Command, power: str | None) -> Answer:
    outlook = outlook_on(office, tx, command, power)
    opened = tx.open(outlook.wanted)
    digest = b""
    if command.key is not None:
        digest = sha256(canonical(_as_data(command, power))).digest()
        if opened.answer is not None:
            return _repeat(command, digest, *opened.answer)
    registry = office.registry_in(tx, outlook, opened)
    sitting = Sitting(office, tx, registry)
    if power is not None:
        version_name = registry.version_on(power, local_day(command.at))
        version, controls = office.version(registry, power, version_name)
        case, running = new_case("", version), None
        refusals = f"{REFUSALS}{power}/new"
    else:
        case, controls = case_with(office, registry, command.case, outlook.case, opened.events)
        if command.seen is not None and command.seen != case.seq:
            return Stale(case.id, case.seq)
        backwards = _clock_went_back(case, command)
        if backwards is not None:
            return Stopped(case.id, (backwards,))
        case, running = fire_due(sitting, case, controls, now=command.entered)
        refusals = REFUSALS + command.case
    outcome = decide(
        case,
        command,
        people=registry.people,
        calendar=registry.calendar,
        controls=controls,
        stream=CASE + case.id,
        running=running,
        elsewhere=OtherCases(sitting.tx, case.id),
    )
    if isinstance(outcome, Demanded):
        return Asked(case.id or None, outcome.demands)
    if isinstance(outcome, Refused):
        note_refusal(sitting, refusals, command, case.version, outcome)
        return Stopped(case.id or None, outcome.refusals)
    return _record(sitting, case, command, outcome.event, digest)


def fire_due(
    sitting: Sitting, case: Case, controls: tuple[Control, ...], *, now: datetime
) -> tuple[Case, Mapping[str, Clock]]:
    """Record every mark of the case that is due by now (yellow, red, lapsed, deemed effects); return it after, with its clocks."""
    calendar = sitting.registry.calendar
    before = case.seq
    while True:
        running = clocks(case, calendar)
        due_now = [m for m in marks(case, running, calendar) if m.at <= now]
        if not due_now:
            break
        mark = due_now[0]
        clock = running[mark.limit]
        assert clock.due is not None
        facts = {
            "run": mark.run,
            "mark": mark.mark,
            "due": clock.due.raw_day.isoformat(),
            "provisional": mark.provisional,
        }
        case = sitting.append(case, Event(
            stream=CASE + case.id, seq=case.seq + 1, kind=MARK, act=mark.limit, at=mark.at, entered=now,
            power=case.version.power, version=case.version.version, actor=SYSTEM, post=SYSTEM, facts=facts))  # fmt: skip
        if mark.mark == "effect":
            assert clock.limit.effect is not None
            command = Command(case=case.id, act=clock.limit.effect, actor=SYSTEM, at=mark.at, entered=now, data={},
                              reason="期限届满，依法当然发生", effective=clock.effective_day)  # fmt: skip
            outcome = decide(
                case,
                command,
                people=sitting.registry.people,
                calendar=calendar,
                controls=controls,
                stream=CASE + case.id,
                elsewhere=OtherCases(sitting.tx, case.id),
            )
            if isinstance(outcome, Accepted):
                case = sitting.append(case, outcome.event)
            elif isinstance(outcome, Refused):  # what the law says would happen did not: never in silence
                note_refusal(sitting, REFUSALS + case.id, command, case.version, outcome)
    if case.seq != before:
        sitting.show(case)
    return case, running


def _record(sitting: Sitting, case: Case, command: Command, event: Event, digest: bytes) -> Done:
    if not case.id:
        series = f"{case.version.power}/{local_day(command.entered).year}"
        case = replace(case, id=f"{series}/{sitting.tx.next_number(series):05d}")
        event = replace(event, stream=CASE + case.id)
    case = sitting.append(case, event)
    sitting.show(case)
    if command.key is not None:
        sitting.tx.keep_answer(command.key, digest, canonical({"case": case.id, "seq": case.seq, "step": case.step}))

    def own(follows: Command, power: str | None) -> str | None:
        answer = _handle(sitting.office, sitting.tx, follows, power)
        return answer.case if isinstance(answer, Done) else None

    linked.follow(sitting.tx, sitting.registry, case, event, own)
    return Done(case.id, case.seq, case.step, case)


def note_refusal(sitting: Sitting, stream: str, command: Command, version: PowerVersion, outcome: Refused) -> None:
    """Keep a refusal in a stream of its own, numbered apart; a flood of them in one day is cut off."""
    tx = sitting.tx
    tx.lock(stream)
    head = tx.head(stream)
    if head >= MAX_REFUSALS_PER_CASE_PER_DAY:
        oldest = tx.events(stream, after=head - MAX_REFUSALS_PER_CASE_PER_DAY)[0]
        if local_day(event_of(oldest).entered) == local_day(command.entered):
            return
    first = outcome.refusals[0]
    act = command.act if _IDENTIFIER.fullmatch(command.act) else "unknown"
    facts = {
        "by": [r.by for r in outcome.refusals],
        "ring": first.ring,
        "reasons": [r.reason.zh for r in outcome.refusals],
        **({"broken": broken} if (broken := [r.by for r in outcome.refusals if r.broken]) else {}),
    }
    sitting.office.append(tx, Event(
        stream=stream, seq=head + 1, kind=REFUSED, act=act, at=min(command.at, command.entered), entered=command.entered,
        power=version.power, version=version.version, actor=command.actor[:100], facts=facts))  # fmt: skip


def _repeat(command: Command, digest: bytes, kept_digest: bytes, answer: bytes) -> Answer:
    if digest == kept_digest:
        kept = json.loads(answer)
        return Done(kept["case"], kept["seq"], kept["step"], repeated=True)
    return Stopped(command.case or None, (Refusal(by="shape", ring="shape", basis=Basis.RULE,
        reason=Text(zh="该幂等键已用于另一个内容不同的请求", en="this key was used for another command"),
        remedy=Text(zh="请为新的请求换一个键。", en="Use a new key for a new command.")),))  # fmt: skip


def _strange(command: Command, power: str | None) -> Refusal | None:
    """Refuse what cannot even be hashed or is far too big, before anything is read."""
    names: list[Any] = [command.case, command.act, command.actor]
    names += [name for name in (command.post, command.key, power) if name is not None]
    if any(not isinstance(name, str) or len(name) > MAX_NAME or hazards(name) for name in names):
        return _misread(Text(
            zh=f"案号、动作、人员、岗位、键或职权不是文字、超过{MAX_NAME}字或含控制字符",
            en=f"case, act, actor, post, key or power is no text, is longer than {MAX_NAME} or holds control characters"))  # fmt: skip
    reason, data = (
        cast("Any", command.reason),
        cast("Any", command.data),
    )  # whatever came in: types are a promise of ours
    if not isinstance(reason, str | None) or not isinstance(data, Mapping):
        return _misread(
            Text(zh="理由应为文字，填写内容应为键值表", en="the reason must be text and the data a mapping")
        )
    why = None
    try:
        size = _size(command.data)
    except RecursionError:
        return _misread(Text(zh="填写内容嵌套过深", en="the data is nested too deeply"))
    if size > MAX_COMMAND_BYTES:
        why = Text(
            zh=f"请求内容超过{MAX_COMMAND_BYTES}字", en=f"the command holds more than {MAX_COMMAND_BYTES} characters"
        )
    elif command.key is not None:
        try:
            canonical(_as_data(command, None))
        except (NotCanonical, RecursionError) as error:
            why = Text(
                zh=f"请求含有无法保存的内容（小数、过大的整数或残缺字符）：{error}",
                en=f"the command holds what cannot be stored: {error}",
            )
    if why is None and command.actor == SYSTEM:
        why = Text(zh="不能以系统身份办理", en="nobody may act as the system")
    return None if why is None else _misread(why)


def _misread(why: Text) -> Refusal:
    return Refusal(
        by="shape",
        ring="shape",
        basis=Basis.RULE,
        reason=why,
        remedy=Text(zh="请改正后重新提交；未保存任何内容。", en="Correct it and submit again; nothing was saved."),
    )


def _size(value: Any) -> int:
    """Return roughly how many characters a value takes; stops counting soon after too many."""
    if isinstance(value, str):
        return len(value)
    if not isinstance(value, Mapping | list | tuple):
        return 8
    total = 0
    for member in (m for pair in value.items() for m in pair) if isinstance(value, Mapping) else value:
        total += 1 + _size(member)
        if total > MAX_COMMAND_BYTES:
            break
    return total


def _clock_went_back(case: Case, command: Command) -> Refusal | None:
    last = case.events[-1].entered
    if (last - command.entered).total_seconds() <= MAX_CLOCK_SKEW_SECONDS:
        return None
    return Refusal(by="event_time", ring="order", basis=Basis.RULE,
        reason=Text(zh=f"系统时钟{command.entered:%Y-%m-%d %H:%M}早于本案最后一条记录的录入时间{last:%Y-%m-%d %H:%M}",
                    en="the clock stands before the last entry of this case"),
        remedy=Text(zh="请系统管理员校准时钟后重试；未保存任何内容。", en="Have the clock corrected, then retry; nothing was saved."))  # fmt: skip


def _as_data(command: Command, power: str | None) -> dict[str, Any]:
    return {
        "case": command.case,
        "power": power,
        "act": command.act,
        "actor": command.actor,
        "post": command.post,
        "at": format_instant(command.at)
        if command.at != command.entered
        else None,  # "now" when asked, and when repeated
        "data": dict(command.data),
        "reason": command.reason,
    }
