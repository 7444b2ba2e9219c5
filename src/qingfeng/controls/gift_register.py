"""gift_register 礼品登记: before a report or a decision, everybody who took part has answered what he was offered, and handed in what he took.

Why: 收受财物、礼品礼金: what is handed in under a number can be counted; who answers “none” and is named by the party has lied in writing.
Finds: a gate passed while one who took part has not answered since the latest return; a gift without a number of its own, or not
described; one handed in late; and, read on a later day, a party's word against an officer's “none” (`watch`).
Not: a gift of which nobody speaks; off-site contacts (`contact_record`).
Source: the agency's own map; the days for handing in are a setting.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from qingfeng.catalogue import wording
from qingfeng.catalogue.power import PARTY, SYSTEM, PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.engine.control import Basis, Demand, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, Expr, R, T
from qingfeng.facts.stated import took_part
from qingfeng.terms.text import Text

# fmt: off
NOTHING, HANDED_IN, GIFTS, GAVE, DETAILS = "none", "handed_in", ("handed_in", "refused"), ("asked", "gave"), 4  # characters
_IN, _BACK = "gifts=handed_in gift_no=G1 details=茶叶两盒 gift_received_on=2026-03-02", "gifts=refused gift_no=G2 details=退还现金"
_OK, _N = f"answer ann 3 {_IN} handed_in_on=2026-03-04", "answer ann 1 gifts=none"


@dataclass(frozen=True, slots=True)
class GiftRegister:
    """Before `gates`, whoever did one of `takes_part` or is named in its `fields` has done `answers` since the latest of `afresh`;
    a gift is handed in within `within` working days.  calls: what the party says to somebody else (`gave`)."""

    name: ClassVar[str] = "gift_register"
    title: ClassVar[Text] = Text(zh="礼品登记", en="Register of gifts")
    basis: ClassVar[Basis] = Basis.RULE  # a rule of the agency; nobody lets pass
    example: ClassVar[dict[str, Any]] = {
        "gates": ["report", "decide"], "takes_part": ["investigate", "decide"], "answers": ["answer"], "afresh": ["send_back"],
        "calls": ["call"], "within": 2}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("investigate ann 0 officers=[ann,bob]", "answer bob 1 gifts=none", _OK, "report ann 3"),
        ("investigate carl 0", f"answer carl 1 {_BACK}", "report dan 2", "answer eve 2 gifts=none", "decide eve 3"),
        ("investigate ann 0", _N, "report ann 1", "send_back eve 2", "answer ann 3 gifts=none", "report ann 3"),
        ("investigate ann 0 officers=[ann,carl]", "record_absent_answer eve 1 departed=[ann,carl]", "send_back eve 2", "report dan 3"),
        (f"c1:{_OK}", "c2:investigate system 3", "c2:report dan 4", f"c1:{_OK[:-1]}2", "c2:call eve 5 gave=none"))
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("investigate ann 0 officers=[ann,bob]", _N, "report ann 2"), ("decide eve 0",), ("investigate ann 0", _N, "decide eve 2"),
        *((f"answer ann 4 {said}",) for said in ("", "gifts=没有", "gifts=refused details=退还现金", "gifts=refused gift_no=G2", _IN,
          "gifts=refused gift_no=G2 details=退还", "gifts=handed_in gift_no=G1 details=茶叶两盒 handed_in_on=2026-03-03",
          f"{_IN} handed_in_on=2026-03-05", f"{_IN} handed_in_on=2026-03-09", f"{_IN[:-1]}4 handed_in_on=2026-03-03")),
        ("investigate ann 0", _N, "send_back eve 2", "report ann 3"),
        ("investigate ann 0", "record_absent_answer eve 1 departed=[bob]", "report ann 2"),
        (f"c1:{_OK}", f"c2:{_OK}"), (_OK, f"{_OK[:7]}bob{_OK[10:]}"),
        ("answer ann 0 gifts=refused gift_no=G2", "investigate ann 1", "report ann 1"))
    kept: ClassVar[tuple[tuple[str, ...], ...]] = ((_N, "call eve 9 gave=none"), (f"answer ann 1 {_BACK}", "call eve 9 gave=gave"))
    neglected: ClassVar[tuple[tuple[str, ...], ...]] = ((_N, "call eve 9 gave=gave"), ("call eve 0 gave=asked", _N))

    gates: tuple[str, ...]
    takes_part: tuple[str, ...]
    answers: tuple[str, ...] = ("answer_gifts",)
    afresh: tuple[str, ...] = ()
    calls: tuple[str, ...] = ("record_integrity_call",)
    fields: tuple[str, ...] = ("officers",)
    absences: tuple[str, ...] = ("record_absent_answer",)  # a leader's word for those who left: absent_answer
    within: int = 5

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        bad = None if 1 <= self.within <= 30 else Text("上交期限应为1至30个工作日", "within must be 1 to 30 working days")
        return bad or unfit(version, self.gates, self.answers, more=self.afresh + self.calls) or unfit(version, self.takes_part)

    def check(self, s: Situation) -> Refusal | Demand | None:
        """Refuse an answer that cannot be looked up, and a gate passed in silence; ask why a gift was handed in late."""
        for fault in (Text(zh, en) for bad, zh, en in self._guards(s) if bad):
            how = wording.acts(s.case.version, self.answers, either=True)
            return Refusal(by=self.name, ring="control", basis=self.basis, reason=fault, remedy=Text(
                f"请参与人员本人如实办理{how.zh}；收到的，先登记上交并写明编号、物品和日期。",
                f"Each does {how.en} himself; what came is handed in and registered."))
        days = _days(s) if s.proposed.act in self.answers and s.proposed.data.get("gifts") == HANDED_IN else 0
        return None if days <= self.within else Demand(by=self.name, reason=Text(
            f"收到{days}个工作日后才上交（应在{self.within}个工作日内），请说明理由",
            f"handed in {days} working days after receipt (at most {self.within}): give a reason"))

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find answers that cannot be looked up, gifts handed in late, and gates passed in silence."""
        answered = say.gather("set", self.answers, R("_actor"), self._whole(R), since=self.afresh)
        settled = say.joined(answered, say.gather("set", self.absences, R("_key"), each="departed"))
        silent = [say.over(say.without(one, settled), 0) for one in took_part(self.takes_part, self.fields, beside=(PARTY, SYSTEM))]
        came, back = say.day(T("gift_received_on")), say.day(T("handed_in_on"))
        in_time = say.both(say.at_least(back, came), say.at_least(T("_on"), back), say.at_least(self.within, say.working_days(came, back)))
        other = say.both(say.matches("gift_no"), say.differs(R("_actor"), T("_actor")))
        taken = say.either(say.some(self.answers, other), say.some(self.answers, same="gift_no"))
        return AnyOf((say.gate(self.answers, say.negated(self._whole(T))), say.gate(self.gates, say.either(*silent), needs=["_actor"]),
                      say.gate(self.answers, say.negated(in_time), applies=say.equal(T("gifts"), HANDED_IN)),
                      say.gate(self.answers, taken, applies=say.is_in(T("gifts"), GIFTS), needs=["_actor"])))

    def watch(self, _: PowerVersion) -> AnyOf:
        """Find a party's word that something was given or asked for against an officer's “none”, whichever came first."""
        stranger, gave, nothing = say.differs(R("_actor"), T("_actor")), say.is_in(T("gave"), GAVE), say.equal(T("gifts"), NOTHING)
        denied = say.some(self.answers, say.both(stranger, say.equal(R("gifts"), NOTHING)))
        told = say.some(self.calls, say.both(stranger, say.is_in(R("gave"), GAVE)))
        return AnyOf((say.gate(self.calls, denied, applies=gave), say.gate(self.answers, told, applies=nothing)))

    def _whole(self, of: type[T] | type[R]) -> Expr:
        described = say.both(say.said(of("gift_no")), say.at_least(say.length(of("details")), DETAILS))
        return say.either(say.equal(of("gifts"), NOTHING), say.both(say.is_in(of("gifts"), GIFTS), described))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, acts, gifts = s.proposed, [e for e in s.case.events if e.kind == ACT], s.proposed.data.get("gifts")
        if p.act in self.answers:
            yield not _sound(p.data), "须答“无”，或者写明登记编号、何物何人所送（至少4个字）", "say 'none', or its number, what it was and from whom"
            no, others = str(p.data.get("gift_no")), [e.data.get("gift_no") for e in acts if e.act in self.answers and e.actor != p.actor]
            taken = no in others or any(use.act in self.answers for use in s.elsewhere.uses("gift_no", no))
            yield gifts in GIFTS and taken, f"登记编号{no}已用于另一件礼品", f"{no} stands for another gift already"
            yield gifts == HANDED_IN and _days(s) < 0, "须写明收到和上交日期，先后不得颠倒", "say on which day it came and was handed in"
        if p.act in self.gates:
            last = max((n for n, e in enumerate(acts, 1) if e.act in self.afresh), default=0)
            answered = {PARTY, SYSTEM} | {e.actor for e in acts[last:] if e.act in self.answers and _sound(e.data)}
            answered |= {one for e in acts if e.act in self.absences for one in e.data.get("departed") or ()}
            parts = [(e.actor, e.data) for e in acts if e.act in self.takes_part] + [(p.actor, p.data)] * (p.act in self.takes_part)
            asked = dict.fromkeys(who for actor, data in parts for who in (actor, *(o for f in self.fields for o in data.get(f) or ())))
            who = "、".join(s.people.name(str(one)) for one in asked if one not in answered)
            yield who, f"{who}参与了本案，尚未如实填写收受礼品情况（退回后须重新填写）", f"not answered about gifts (anew after a return): {who.replace('、', ', ')}"


def _sound(said: Mapping[str, Any]) -> bool:
    described = said.get("gift_no") and len(str(said.get("details") or "").strip()) >= DETAILS
    return said.get("gifts") == NOTHING or bool(said.get("gifts") in GIFTS and described)


def _days(s: Situation) -> int:
    """Working days from receipt to handing in; -1 if a day is missing, or they stand in no order."""
    came, back = str(s.proposed.data.get("gift_received_on") or "9"), str(s.proposed.data.get("handed_in_on") or "")
    in_order = came <= back <= s.proposed.day.isoformat()
    return s.calendar.working_days_between(date.fromisoformat(came), date.fromisoformat(back)) if in_order else -1
