"""hearing_conduct 听证举行: announced in time, open, presided over by somebody without a part in the case, and followed by the decision.

Why: a hearing on short notice, behind closed doors, before the investigator, or without any consequence is a hearing in name only.
Finds: a hearing not notified for that day or too late, closed without reasons, without a record, notified, presided over or recorded
by an officer of the case, or by one with a registered tie to the party; a decision on the same day, or that neither follows the
record nor says where and why it departs.
Not: whether there has to be one (hearing_right); how the host weighs what is said.
Source: 行政处罚法 64, 65 where the power names it (`statute`); for licences 行政许可法 48.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, Expr, R, T
from qingfeng.terms.citation import Citation
from qingfeng.terms.text import Text

WORDS = 4  # characters of a reason
LEAST = 7  # working days
TEAM = ("leader", "recorder")

# fmt: off
_CALL, _OPEN = "call eve 3 held_on=2026-03-17", "hearing_public=yes document_hash=d1 leader=eve"
_HOLD, _SHUT = f"hold eve 15 {_OPEN}", "hold eve 15 hearing_public=no document_hash=d1 leader=fay reasons=涉及商业秘密"
_END, _STRAY = "decide dan 18 follows_hearing_record=yes", "decide dan 17 follows_hearing_record=no deviation_reasons=笔录后有新证据"


@dataclass(frozen=True, slots=True)
class HearingConduct:
    """`calls` notify the day (`held_on`) with `ahead` working days between; who did `bars`, or is named there, has no part in it."""

    name: ClassVar[str] = "hearing_conduct"
    title: ClassVar[Text] = Text(zh="听证举行", en="Conduct of the hearing")
    example: ClassVar[dict[str, Any]] = {
        "decisions": ["decide"], "bars": ["investigate", "review"], "calls": ["call", "recall"], "holds": ["hold"]}
    example_ties: ClassVar[tuple[tuple[str, str], ...]] = (("fay", "P"), ("dan", "P"))
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        *(("investigate ann 0 officers=[ann,bob]", "review carl 1", _CALL, how, last) for how in (_HOLD, _SHUT) for last in (_END, _STRAY)),
        *((_CALL, "recall fay 4 held_on=2026-03-18", f"hold fay 16 {_OPEN}", last, last) for last in (_END, _STRAY)), ("decide dan 3",),
        ("note ann 0 party=Q", "call eve 3 held_on=2026-03-17 leader=fay recorder=dan", f"{_HOLD} recorder=dan"),
        ("note ann 0 party=P", "note ann 0 party=Q", "call fay 3 held_on=2026-03-17"),
        ("review eve 0", "decide dan 3 follows_hearing_record=no", "decide dan 4"), (_CALL, _HOLD),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("call eve 4 held_on=2026-03-17", _HOLD), (_HOLD,), (_CALL, f"hold eve 16 {_OPEN}"),
        (_CALL, "recall eve 4 held_on=2026-03-20", _HOLD), (_CALL, _HOLD.replace("document_hash=d1", "")),
        (_CALL, _SHUT.replace("涉及商业秘密", "保密的")), (_CALL, _HOLD.replace("hearing_public=yes", "")),
        *((f"{act} ann 0 officers=[ann,bob]", _CALL, f"hold {who} 15 {how}") for act in ("review", "investigate") for who, how in (("ann",
         _OPEN), ("bob", "hearing_public=yes document_hash=d1"), ("fay", _OPEN.replace("eve", "bob")), ("fay", _OPEN.replace("eve",
         "ann")))),
        ("investigate eve 0", "call eve 3 held_on=2026-03-17"),
        ("review carl 0 officers=[bob]", "call eve 3 held_on=2026-03-09 leader=bob"),
        ("review ann 0", "recall eve 3 held_on=2026-03-17 recorder=ann"), ("note ann 0 party=P", _CALL, f"{_HOLD} recorder=dan"),
        ("note ann 0 party=Q", "note ann 0 party=P", _CALL, _HOLD.replace("leader=eve", "leader=fay")),
        ("note ann 0 party=P", "call eve 3 held_on=2026-03-17", _HOLD.replace(" eve ", " fay ")), ("note eve 0 party=P", "call dan 1"),
        ("investigate bob 0", _CALL, f"{_HOLD} recorder=bob"), ("note eve 0 party=P", "recall eve 1 recorder=dan leader=eve"),
        (_CALL, _HOLD, "decide dan 15 follows_hearing_record=yes"), (_CALL, _HOLD, "decide dan 18"),
        (_CALL, _HOLD, _STRAY.replace("笔录后有新证据", "有证据")),
    )

    decisions: tuple[str, ...]
    bars: tuple[str, ...]
    calls: tuple[str, ...] = ("notify_hearing",)
    holds: tuple[str, ...] = ("hold_hearing",)
    ahead: int = 7
    statute: Citation | None = None

    @property
    def basis(self) -> Basis:
        """The statute if the power names its article, else a rule: in no case to be overridden."""
        return Basis.STATUTE if self.statute else Basis.RULE

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        least = LEAST if self.statute else 1  # 行政处罚法 64, 行政许可法 48: who cites them gives seven working days
        if not least <= self.ahead <= 30:
            return Text(zh=f"ahead：提前通知期应为{least}至30个工作日", en=f"ahead: the notice is {least} to 30 working days")
        return unfit(version, self.decisions, self.bars, self.calls, self.holds)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a hearing in name only, and a decision that passes it over."""
        why = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if why is None else Refusal(by=self.name, ring="control", basis=self.basis, citation=self.statute, reason=why,
            remedy=Text(zh="请提前通知听证日期，由未参与本案、与当事人无利害关系的人员通知、公开主持并制作笔录；次日起按笔录作出决定，偏离笔录的写明理由。",
            en="Notify the day in time, let neutral officers call and preside in public, with a record; decide by it, on a later day."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, acts = s.proposed, [e for e in s.case.events if e.kind == ACT]
        call, held = (next((e for e in reversed(acts) if e.act in some), None) for some in (self.calls, self.holds))
        if p.act in self.holds + self.calls:
            involved = {x for e in acts if e.act in self.bars for x in (e.actor, *(e.data.get("officers") or ()))}
            party = next((e.data["party"] for e in reversed(acts) if e.data.get("party") is not None), None)
            team = [x for x in dict.fromkeys((p.actor, *(p.data.get(field) for field in TEAM))) if x]
            who = [s.people.name(x) for x in team if x in involved]
            yield who, f"{'、'.join(who)}参与过本案，不得通知、主持或者记录听证", f"took part in the case, so not in its hearing: {', '.join(who)}"
            kin = [s.people.name(x) for x in team if party is not None and s.people.tied(x, party, p.day)]
            yield kin, f"{'、'.join(kin)}与当事人有利害关系，不得通知、主持或者记录听证", f"tied to the party, so not in its hearing: {', '.join(kin)}"
        if p.act in self.holds:
            day = next((e.data["held_on"] for e in reversed(acts) if e.act in self.calls and e.data.get("held_on")), None)
            yield day != p.day.isoformat(), f"听证没有通知在{p.day}举行", f"no hearing was notified for {p.day}"
            n = s.calendar.working_days_between(call.effective_day, p.day - timedelta(days=1)) if call else 0
            yield n < self.ahead, f"听证前仅{n}个工作日通知，应当提前{self.ahead}个工作日", f"notified {n} working days ahead; {self.ahead} are due"
            closed = p.data.get("hearing_public") != "yes" and len(str(p.data.get("reasons") or "")) < WORDS
            yield closed, "听证不公开而没有写明理由", "the hearing is closed without reasons"
            yield not p.data.get("document_hash"), "没有听证笔录", "there is no record of the hearing"
        if p.act in self.decisions and held is not None:
            yield p.day <= max(e.effective_day for e in acts if e.act in self.holds), "听证当日不得作出决定", "no decision on the day of the hearing"
            departs = p.data.get("follows_hearing_record") != "yes" and len(str(p.data.get("deviation_reasons") or "")) < WORDS
            yield departs, "没有写明按听证笔录作出决定，也没有说明偏离的理由", "the decision neither follows the hearing record nor says why"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find hearings in name only, and decisions that pass them over."""
        team, party = (T("_actor"), *(T(field) for field in TEAM)), say.gather("last", None, R("party"))
        involved = say.either(*(say.tied(who, party, T("_on")) for who in team), say.some(self.bars, say.either(*(
            say.either(say.equal(R("_actor"), who), say.is_in(who, R("officers"))) for who in team))))
        days = say.working_days(say.gather("last", self.calls, R("_day")), say.minus(T("_on"), 1))
        unannounced = say.negated(say.both(say.equal(say.day(say.last(self.calls, "held_on")), T("_on")), say.at_least(days, self.ahead)))
        closed, strays = self._unsaid("hearing_public", "reasons"), self._unsaid("follows_hearing_record", "deviation_reasons")
        soon = say.at_least(say.gather("max", self.holds, R("_day")), T("_on"))
        return AnyOf((
            say.gate(self.calls, involved, needs=["_actor"]),
            say.gate(self.holds, say.either(involved, unannounced, closed, say.missing(T("document_hash"))), needs=["_actor"]),
            say.gate(self.decisions, say.both(say.some(self.holds), say.either(soon, strays)))))

    def _unsaid(self, field: str, reasons: str) -> Expr:
        return say.both(say.negated(say.equal(T(field), "yes")), say.over(WORDS, say.length(T(reasons))))
