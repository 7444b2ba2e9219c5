"""complaint_reply 投诉答复时限: a complaint is told its fate, and answered, in time; the time is extended once, by a leader, before it is over.

Why: 投诉举报受理: a complaint that is “being looked into” for a year has been refused without a word.
Finds: more time given twice, without reasons, when the time was over, for no complaint, or by whoever then answers it; an answer
without words or paper, or later than the time (a reason is demanded); and (`watch`) one not told or not answered in time.
What a body above orders to be done anew has the whole time again, from its order.
Not: who may handle it and whether it was accepted first (`appeal_handling`); whether the answer is right.
Source: 信访工作条例 22 (15 calendar days to tell); 60 and 30 calendar days as the agency publishes them: settings.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.engine.control import Basis, Demand, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, GateRule, R, Span, T, Today
from qingfeng.terms.instants import local_day
from qingfeng.terms.text import Text

WORDS = 4  # characters of an answer or a reason
ANEW = ("redo", "revoked")

# fmt: off
_H = "a" * 64
_GOT, _NEW, _TELL = "complain party 0 appeal_no=A1", "complain party 1 appeal_no=A2", "tell ann 3 appeal_no=A1"
_MORE, _END = "extend dan 20 appeal_no=A1 reasons=须向第三方核实", f"answer bob 25 appeal_no=A1 content=已查清并责令改正 document_hash={_H}"
_REDO = "redo eve 40 appeal_outcome=redo"


@dataclass(frozen=True, slots=True)
class ComplaintReply:
    """`receives` (`appeal_no`), `tells` within `tell` calendar days, `answers` within `days`; `extends` once by `more` days; `anew` (with
    `appeal_outcome` redo or revoked) lets all of it run again."""

    name: ClassVar[str] = "complaint_reply"
    title: ClassVar[Text] = Text(zh="投诉答复时限", en="Complaints answered in time")
    basis: ClassVar[Basis] = Basis.RULE
    example: ClassVar[dict[str, Any]] = {"receives": ["complain"], "tells": ["tell"], "answers": ["answer"], "extends": ["extend"],
                                         "anew": ["redo"], "tell": 15, "days": 30, "more": 10}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_GOT, _TELL, _END), (_GOT, _TELL, _MORE, _END.replace("bob 25", "bob 40")), (_GOT, _NEW, _END, _END.replace("A1", "A2")),
        (_GOT, _END.replace("bob 25", "bob 30")), (_GOT, _NEW, _MORE, _MORE.replace("A1", "A2")), (_GOT, _MORE.replace("dan 20", "dan 30")),
        (_GOT, _TELL, _MORE, _END.replace("bob 25", "eve 38")), (_GOT, _TELL, _END, _REDO, _END.replace("bob 25", "bob 69")),
        (_GOT, _MORE, _REDO, _MORE.replace("dan 20", "dan 60"), _END.replace("bob 25", "bob 79")),
        (_GOT, _MORE, _REDO, _END.replace("bob 25", "dan 60")), (_GOT, _TELL, _REDO, _REDO.replace("eve 40", "eve 50"),
         _END.replace("bob 25", "bob 75")),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_MORE,), (_GOT, _MORE.replace("A1", "A2")), (_GOT, _MORE, _MORE.replace("dan 20", "eve 21")),
        (_GOT, _MORE.replace("须向第三方核实", "没办完")),
        (_GOT, _MORE.replace("dan 20", "dan 31")), (_GOT, _END.partition(" document_h")[0]), (_GOT, _END.replace("已查清并责令改正", "已办")),
        (_GOT, _END.replace("bob 25", "bob 31")), (_GOT, _MORE, _END.replace("bob 25", "bob 41")),
        (_GOT, _MORE, _END.replace("bob 25", "dan 25")),
        (_GOT, _NEW, _MORE, _END.replace("bob 25", "bob 40").replace("A1", "A2")), (_END,), (_GOT, _MORE.replace("appeal_no=A1 ", "")),
        (_GOT, _NEW, _MORE.replace("A1", "A2"), _END.replace("bob 25", "bob 35")), (_GOT, _REDO, _END.replace("bob 25", "bob 71")),
        (_GOT, _REDO.replace("=redo", "=upheld"), _END.replace("bob 25", "bob 80")),
        (_GOT, _MORE, _REDO, _END.replace("bob 25", "bob 75")), (_REDO, _END.replace("bob 25", "bob 50")),
    )
    kept: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_GOT, _TELL, _END, "today 99"), (_GOT, "today 15"), (_GOT, _TELL, "today 30"), (_GOT, _TELL, _MORE, "today 40"),
        (_GOT, _TELL, _MORE, _END.replace("bob 25", "bob 40"), "today 99"))
    neglected: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_GOT, "today 16"), (_GOT, _TELL.replace("ann 3", "ann 16"), "today 17"), (_GOT, _TELL, "today 31"),
        (_GOT, _TELL, _MORE, "today 41"),
        (_GOT, _NEW, _TELL, "today 20"))

    receives: tuple[str, ...]
    answers: tuple[str, ...]
    tells: tuple[str, ...] = ()
    extends: tuple[str, ...] = ()
    anew: tuple[str, ...] = ()
    tell: int = 15
    days: int = 60
    more: int = 30

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        if not 1 <= self.tell <= self.days <= 180 or not 0 <= self.more <= 90:
            return Text(zh="告知不长于答复，答复1至180日，延长0至90日", en="told no later than answered; 1 to 180 days, extended by 0 to 90")
        return unfit(version, self.receives, self.answers, more=self.tells + self.extends + self.anew)

    def check(self, situation: Situation) -> Refusal | Demand | None:
        """Refuse more time that is not due and an answer without content; ask why an answer is late."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        if fault is not None:
            return Refusal(by=self.name, ring="control", basis=self.basis, reason=fault, remedy=Text(
                zh="请在期限内书面答复；确需延长的，届满前由他人说明理由批准一次，并告知投诉人。",
                en="Answer in writing in time; if more is needed, let somebody else extend it once, before it is over, and tell why."))
        p, got, longer = situation.proposed, *self._state(situation)
        late = p.act in self.answers and got is not None and (p.day - got).days > self.days + (self.more if longer else 0)
        why = Text("投诉答复已超过期限，请说明理由", "the answer to the complaint is late: say why")
        return Demand(by=self.name, reason=why) if late else None

    def _state(self, s: Situation) -> tuple[Any, list[Any]]:
        number = s.proposed.data.get("appeal_no")
        same = [e for e in s.case.events if e.kind == ACT and number and e.data.get("appeal_no") == number]
        got = next((local_day(e.at) for e in same if e.act in self.receives), None)
        again = max((e for e in s.case.events if e.kind == ACT and e.act in self.anew and e.data.get("appeal_outcome") in ANEW),
                    key=lambda e: e.seq, default=None)  # fmt: skip
        begun = local_day(again.at) if got and again else got
        return begun, [e for e in same if e.act in self.extends and (again is None or e.seq > again.seq)]

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, got, longer = s.proposed, *self._state(s)
        if p.act in self.answers + self.extends:
            yield got is None, "没有这个编号的投诉", "there is no complaint of that number"
        if p.act in self.answers:
            yield len(str(p.data.get("content") or "").strip()) < WORDS, "答复没有内容", "the answer says nothing"
            yield not p.data.get("document_hash"), "没有书面答复", "there is no answer on paper"
            name = s.people.name(p.actor)
            yield any(e.actor == p.actor for e in longer), f"{name}批准了延长，不得由其答复", f"{name} gave more time: somebody else answers"
        if p.act in self.extends:
            yield longer, "已经延长过一次", "it was extended before"
            yield len(str(p.data.get("reasons") or "").strip()) < WORDS, "没有写明延长的理由", "it does not say why"
            yield (p.day - got).days > self.days, "期限已经届满，不得再延长", "the time is over: it is not extended any more"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find more time that was not due, answers without content, and late ones."""
        same = say.matches("appeal_no")
        got = say.gather("first", self.receives, R("_on"), same)
        redone = say.is_in(R("appeal_outcome"), ANEW)
        again = say.or_else(say.gather("last", self.anew, R("_seq"), redone), 0)
        since = say.over(R("_seq"), again)
        gone = say.minus(T("_on"), say.or_else(say.gather("last", self.anew, R("_on"), redone), got))
        longer = say.some(self.extends, say.both(same, since))
        late = say.either(say.over(gone, self.days + self.more), say.both(say.over(gone, self.days), say.negated(longer)))
        empty = say.either(say.missing(got), say.over(WORDS, say.length(T("content"))), say.missing(T("document_hash")))
        own = say.some(self.extends, say.both(same, since, say.same_actor()))
        undue = say.either(say.missing(got), longer, say.over(WORDS, say.length(T("reasons"))), say.over(gone, self.days))
        return AnyOf((say.gate(self.answers, say.either(empty, own, late), needs=["_actor"]), say.gate(self.extends, undue)))

    def watch(self, _: PowerVersion) -> GateRule:
        """Find complaints that were not told, or not answered, in time."""
        same, gone = say.matches("appeal_no"), say.minus(Today(), T("_on"))
        told = say.both(same, say.at_least(self.tell, say.minus(R("_on"), T("_on"))))
        untold = say.both(say.over(gone, self.tell), say.none(self.tells + self.answers, told, span=Span.AFTER))
        longer = say.over(say.count(self.extends, same, span=Span.AFTER), 0)
        due = say.either(say.over(gone, self.days + self.more), say.both(say.over(gone, self.days), say.negated(longer)))
        unanswered = say.both(due, say.none(self.answers, same, span=Span.AFTER))
        return say.gate(self.receives, say.either(untold, unanswered) if self.tells else unanswered)
