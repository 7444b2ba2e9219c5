"""acceptance_decision 受理决定: every application ends at the counter in a written decision, in time; papers do not just go back.

Why: 无故拖延受理、不按规定程序受理: an application that is “taken back for now” was neither accepted nor refused, and no remedy runs.
Finds: a decision without number or paper; a refusal by whoever received it, or without reasons; papers given back with nothing decided; a
decision on nothing, or twice; and (`watch`) an application or supplement without decision or notice in time.
Not: whether a refusal is right (`reasoned_refusal`); a notice of what is missing (`one_time_notification`).
Source: 行政许可法 32 (accept or refuse in writing, sealed and dated) for licences; elsewhere the agency's own map.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue import wording
from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, GateRule, R, Span, T, Today
from qingfeng.terms.citation import Citation
from qingfeng.terms.text import Text

WORDS = 4  # characters of a reason

# fmt: off
_H = "a" * 64
_GOT, _YES = "receive ann 0", f"accept bob 3 document_no=Y1 document_hash={_H}"
_NO, _BACK = f"refuse dan 3 document_no=N1 document_hash={_H} reasons=不属受理范围", "give_back ann 4"


@dataclass(frozen=True, slots=True)
class AcceptanceDecision:
    """`receives` and `supplements` are decided on in `within` working days by `accepts` or `refusals` (`document_no`, `document_hash`,
    `reasons`), unless `others` (a notice, a withdrawal) end the wait; `returns` of papers only follow a refusal or one of `withdrawals`.
    reopens: acts (a court orders it done anew) after which the same application is decided on again."""

    name: ClassVar[str] = "acceptance_decision"
    title: ClassVar[Text] = Text(zh="受理决定", en="Decision on acceptance")
    example: ClassVar[dict[str, Any]] = {
        "receives": ["receive", "renew"], "supplements": ["supplement"], "accepts": ["accept"], "refusals": ["refuse"],
        "returns": ["give_back"],
        "withdrawals": ["withdraw"], "others": ["notify"], "within": 5, "reopens": ["redo"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_GOT, _YES), (_GOT, _NO, _BACK), (_GOT, "withdraw party 2", _BACK), (_GOT, "notify ann 1", "supplement ann 2", _YES),
        ("renew bob 0", _NO.replace("dan", "ann")), (_GOT, _NO, "renew ann 9", _YES.replace(" 3 ", " 10 ")), (_GOT, _YES, "note ann 4"),
        (_GOT, _NO, "redo eve 9", _YES.replace(" 3 ", " 10 ")), (_GOT, _YES, "redo eve 9", _NO.replace(" 3 ", " 10 ")),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_GOT, _BACK), (_GOT, _YES, _BACK), (_GOT, "notify ann 1", _BACK), (_GOT, _NO.replace("dan", "ann")),
        (_GOT, _NO.partition(" reasons")[0]),
        (_GOT, _NO.replace("不属受理范围", "不受理")), (_GOT, _YES.replace("document_no", "x")), (_GOT, _YES.partition(" document_hash")[0]),
        (_GOT, _NO.replace("document_hash", "x")), (_GOT, _NO.replace("document_no", "x")), (_YES,), (_NO,), (_GOT, _YES, _YES),
        (_GOT, _YES, _NO.replace(" 3 ", " 4 ")),
        (_GOT, _NO, _YES), ("renew ann 0", _NO.replace("dan", "ann")), (_GOT, "supplement eve 1", _NO.replace("dan", "eve")),
        (_GOT, _NO, "renew ann 9", _BACK.replace(" 4", " 9")), (_GOT, _NO, "redo eve 9", _YES, _YES), ("redo eve 0", _YES),
    )
    kept: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_GOT, _YES, "today 30"), (_GOT, "today 7"), (_GOT, "notify ann 4", "today 30"), (_GOT, "withdraw party 3", "today 30"),
        (_GOT, "notify ann 3", "supplement ann 8", _NO.replace(" 3 ", " 15 "), "today 30"),
    )
    neglected: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_GOT, "today 8"), (_GOT, _YES.replace(" 3 ", " 8 "), "today 9"), (_GOT, "notify ann 3", "supplement ann 8", "today 30"))

    receives: tuple[str, ...]
    accepts: tuple[str, ...]
    refusals: tuple[str, ...]
    supplements: tuple[str, ...] = ()
    returns: tuple[str, ...] = ()
    withdrawals: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    reopens: tuple[str, ...] = ()
    within: int = 5
    statute: Citation | None = None

    @property
    def basis(self) -> Basis:
        """The statute if the power names its article, else the map."""
        return Basis.STATUTE if self.statute else Basis.MAP

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        if not 1 <= self.within <= 30:
            return Text(zh="受理决定的期限为1至30个工作日", en="the decision is due in 1 to 30 working days")
        more = self.supplements + self.returns + self.withdrawals + self.others + self.reopens
        return unfit(version, self.receives, self.accepts, self.refusals, more=more)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a decision that is no paper, one by whoever received the application, and giving papers back undecided."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        how = wording.acts(situation.case.version, self.accepts + self.refusals, either=True)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, citation=self.statute, reason=fault,
            remedy=Text(zh=f"请在{self.within}个工作日内书面{how.zh}；不受理的由他人决定并写明理由，材料随决定退还。",
                        en=f"Within {self.within} working days do {how.en} in writing; somebody else refuses, with reasons."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, acts = s.proposed, [e for e in s.case.events if e.kind == ACT]
        start = max((n for n, e in enumerate(acts) if e.act in self.receives), default=-1)
        since = acts[start + 1:] if start >= 0 else []
        if p.act in self.returns:
            ended = any(e.act in self.refusals + self.withdrawals for e in since)
            yield not ended, "尚未决定不予受理，申请人也未撤回，不得退回材料", "neither refused nor withdrawn: the papers do not go back"
        if p.act not in self.accepts + self.refusals:
            return
        yield start < 0, "没有收到过申请", "no application has been received"
        again = max((n for n, e in enumerate(acts) if e.act in self.reopens), default=-1)
        done = any(e.act in self.accepts + self.refusals for e in acts[max(start, again) + 1:])
        yield done, "本次申请已经作出受理或者不予受理的决定", "this application has been decided on"
        paper = p.data.get("document_no") and p.data.get("document_hash")
        yield not paper, "决定须有文号和加盖专用印章、注明日期的书面凭证", "a decision has a number and a sealed, dated paper"
        if p.act in self.refusals:
            took, name = s.case.actors_of(self.receives + self.supplements), s.people.name(p.actor)
            yield p.actor in took, f"{name}是收件人，不得由其决定不予受理", f"{name} received it and may not refuse it"
            yield len(str(p.data.get("reasons") or "").strip()) < WORDS, "不予受理没有写明理由", "the refusal gives no reasons"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find decisions without paper, twice or on nothing, refusals by whoever received, and papers given back undecided."""
        unheard, decides = say.none(self.receives), self.accepts + self.refusals
        undecided = say.none(self.refusals + self.withdrawals, since=self.receives)
        bare = say.either(say.missing(T("document_no")), say.missing(T("document_hash")))
        own = say.some(self.receives + self.supplements, say.same_actor())
        return AnyOf((
            say.gate(self.returns, say.either(unheard, undecided)),
            say.gate(decides, say.either(unheard, bare, say.some(decides, since=self.receives + self.reopens))),
            say.gate(self.refusals, say.either(own, say.over(WORDS, say.length(T("reasons")))), needs=["_actor"])))

    def watch(self, _: PowerVersion) -> GateRule:
        """Find applications and supplements that nothing in writing followed in time."""
        soon = say.at_least(self.within, say.working_days(T("_day"), R("_on")))
        ends = self.accepts + self.refusals + self.withdrawals + self.others
        late = say.over(say.working_days(T("_day"), Today()), self.within)
        return say.gate(self.receives + self.supplements, say.both(late, say.none(ends, soon, span=Span.AFTER)))
