"""qingfeng case open and do: one command through the door that all officers use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from qingfeng import wiring
from qingfeng.casework import handle as door
from qingfeng.casework.office import Office, UnknownThing, load_case
from qingfeng.casework.words import both, step_name
from qingfeng.catalogue.power import ActWord, PowerVersion
from qingfeng.engine.control import Command
from qingfeng.engine.shape import word_of
from qingfeng.terms.instants import local_day, parse_instant

from .agency import now, opened, where
from .fields import fitted
from .reader import must_know
from .screen import FINE, FOUND, Screen


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What the person typed."""

    act: str
    who: str
    post: str | None
    at: str | None
    reason: str | None
    key: str | None
    seen: int | None
    data: Mapping[str, Any]

    def happened(self, entered: datetime) -> datetime:
        """Return when the act happened: when it is entered, unless another time was typed.  Raises BadInstant."""
        return parse_instant(self.at) if self.at else entered

    def command(self, *, case: str, act: str, word: ActWord | None, entered: datetime) -> Command:
        """Return the command.  Without --at both times are one: so a repeated key finds the command that it repeats."""
        return Command(
            case=case,
            act=act,
            actor=self.who,
            at=self.happened(entered),
            entered=entered,
            post=self.post,
            data=fitted(self.data, word),
            reason=self.reason,
            key=self.key,
            seen=self.seen,
        )


def open_case(screen: Screen, power: str, typed: Typed) -> int:
    """Open a case; FOUND if it is refused."""
    entered = now()
    with opened(screen) as office:
        with office.store.read() as tx:
            registry = office.registry(tx)
            day = local_day(typed.happened(entered))
            version, _ = office.version(registry, power, registry.version_on(power, day))
        act = typed.act or _first_act(version)
        command = typed.command(case="", act=act, word=word_of(version, act), entered=entered)
        return _tell(screen, office, door.handle(office, command, power=power))


def do_act(screen: Screen, case_id: str, typed: Typed) -> int:
    """Do an act on a case; FOUND if it is refused, needs a reason, or the case has moved on."""
    with opened(screen) as office:
        with office.store.read() as tx:
            registry = office.registry(tx)
            case, _ = load_case(office, tx, registry, case_id)
        if typed.who in registry.people.names:
            must_know(screen, office, case_id, typed.who)
        command = typed.command(case=case_id, act=typed.act, word=word_of(case.version, typed.act), entered=now())
        return _tell(screen, office, door.handle(office, command))


def _first_act(version: PowerVersion) -> str:
    opening = [row.act for row in version.procedure.rows if row.opens_case]
    if not opening:
        raise UnknownThing(f"职权{version.power}没有开案动作", f"power {version.power} has no act that opens a case")
    return opening[0]


def _tell(screen: Screen, office: Office, answer: door.Answer) -> int:
    told: dict[str, Any] = {
        "outcome": "accepted",
        "case": answer.case,
        "seq": None,
        "step": None,
        "repeated": False,
        "promise": None,
        "by": [],
        "ring": None,
        "reasons": [],
        "remedies": [],
        "citations": [],
    }
    match answer:
        case door.Done():
            with office.store.read() as tx:
                case, _ = load_case(office, tx, office.registry(tx), answer.case)
            step = step_name(case.version, answer.step)
            again = (
                screen.pick("（此前已办，未重复记录）", " (done before, not recorded again)") if answer.repeated else ""
            )
            screen.say(
                f"✓ 已记录{again}：案件 {answer.case} 第{answer.seq}条；现在环节：{step.zh}（{answer.step}）",
                f"✓ recorded{again}: case {answer.case}, event {answer.seq}; now at: {step.en} ({answer.step})",
            )
            told |= {"seq": answer.seq, "step": answer.step, "repeated": answer.repeated}
            if screen.as_json:
                told["promise"] = wiring.promise_of(where(screen), office.store, answer.case, answer.seq)
        case door.Stopped():
            told |= {"outcome": "refused", "ring": answer.refusals[0].ring}
            screen.say("✗ 不予办理：", "✗ refused:")
        case door.Asked():
            told |= {"outcome": "demand", "ring": "control"}
            screen.say(
                "? 须说明理由，请加 --reason 后重试；未保存任何内容：",
                "? a reason is needed: add --reason and repeat; nothing was saved:",
            )
        case door.Stale():
            told |= {"outcome": "conflict", "seq": answer.seq, "by": ["conflict"], "reasons": [both(answer.message)]}
            screen.line("⇄ " + screen.words(answer.message))
    stops = (
        answer.refusals
        if isinstance(answer, door.Stopped)
        else answer.demands
        if isinstance(answer, door.Asked)
        else ()
    )
    for stop in stops:
        remedy = getattr(stop, "remedy", None)
        told["by"].append(stop.by)
        told["reasons"].append(both(stop.reason))
        told["remedies"].append(both(remedy))
        told["citations"].append(
            {"zh": stop.citation.say("zh"), "en": stop.citation.say("en")} if stop.citation else None
        )
        screen.line(f"  [{stop.by}] {screen.words(stop.reason)}")
        if stop.citation:
            screen.say(f"    依据：{stop.citation.say('zh')}", f"    law: {stop.citation.say('en')}")
        if remedy is not None:
            screen.line(f"    → {screen.words(remedy)}")
    screen.data(told)
    return FINE if isinstance(answer, door.Done) else FOUND
