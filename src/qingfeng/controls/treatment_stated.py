"""treatment_stated 申请人反映: before a case closes the applicant has been asked how it was treated, and what it says is looked into.

Why: 故意刁难、附加有偿服务、指定中介: only the applicant saw it; who is never asked, or asked by the one he would name, says nothing.
Finds: a case closed without the applicant's own statement, or a question served long enough ago by somebody who did not handle it; a
statement that says “some” and not what, or that no other officer looked into.
Not: an applicant who is afraid (integrity_call_back asks again, later); whether it is true.
Source: the agency's own map (故意刁难申请人; 服务评价、投诉举报和服务回访); the days are a setting.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PARTY, PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, Expr, R, T
from qingfeng.terms.text import Text

NONE, KINDS, WORDS = "none", ("none", "obstructed", "named", "charged"), 4
# fmt: off
_DID = "examine ann 0"
_FINE, _BAD = "state_treatment party 2 steered=none", "state_treatment party 2 steered=named content=窗口要求找甲公司编报告"
_FORM = "state_treatment ann 2 steered=none document_hash=h1"
_ASK, _LOOK = "ask_treatment eve 1 content=请反映办理情况", "check_treatment dan 4 facts=已询问窗口和申请人 opinion=情况属实"
_SHUT, _LATE = "close_case eve 5", "close_case eve 12"


@dataclass(frozen=True, slots=True)
class TreatmentStated:
    """`states` by the applicant, or `asks` at least `window` working days ago, before `closings`; `checks` by nobody of `handlers`."""

    name: ClassVar[str] = "treatment_stated"
    title: ClassVar[Text] = Text(zh="申请人反映", en="Statement of the applicant")
    basis: ClassVar[Basis] = Basis.RULE
    example: ClassVar[dict[str, Any]] = {"handlers": ["examine"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_DID, _FINE, _SHUT), (_DID, _FORM, _SHUT), (_DID, _BAD, _LOOK, _SHUT), (_DID, _ASK, _LATE), (_DID, _ASK, _FINE, _SHUT),
            (_DID, _BAD),
        *((_DID, _BAD.replace("named", how), _LOOK, _SHUT) for how in ("obstructed", "charged")), (_DID, _BAD, _LOOK, _FINE, _SHUT),
        (_DID, _BAD, _LOOK.replace("dan", "fay"), _SHUT, _SHUT), (_DID, _ASK.replace(" 1 ", " 5 "), _LATE), (_FINE, _DID, _SHUT),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_SHUT,), (_DID, _SHUT), (_DID, _ASK, _SHUT), (_DID, _ASK.replace("eve", "ann"), _LATE), (_DID, _BAD, _SHUT),
            (_DID, _BAD, _FINE, _SHUT),
        (_DID, _BAD, _LOOK.replace("dan", "ann")), (_DID, _LOOK, _BAD, _SHUT), (_DID, _BAD, _LOOK.replace("情况属实", "属实"), _SHUT),
        (_DID, _BAD, _LOOK.replace("facts=已询问窗口和申请人 ", "")), (_FORM.replace(" document_hash=h1", ""),), (_BAD.replace("窗口要求找甲公司编报告", "有"),),
        (_FINE.replace("none", "fine"),), (_FINE.replace(" steered=none", ""),), (_DID, _BAD, _LOOK, _BAD, _SHUT),
            (_DID, _ASK, _BAD, _LATE),
        (_DID, _ASK.replace(" 1 ", " 8 "), _LATE), (_DID, _BAD, _LOOK.replace("dan", "ann"), _SHUT),
    )

    handlers: tuple[str, ...]
    asks: tuple[str, ...] = ("ask_treatment",)
    states: tuple[str, ...] = ("state_treatment",)
    checks: tuple[str, ...] = ("check_treatment",)
    closings: tuple[str, ...] = ("close_case",)
    window: int = 5

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        if not 1 <= self.window <= 30:
            return Text(zh="答复时间应为1至30个工作日", en="1 to 30 working days to answer")
        return unfit(version, self.asks, self.states, self.checks, self.closings, more=self.handlers)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a statement that is none, a look by who handled the case, and a closure without either."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=fault, remedy=Text(
            zh="请由未参与办理的人征询申请人（或者由申请人本人填写、签字）；反映有问题的，由未参与办理的人核查写明后再办结。",
            en="Have somebody who did not handle it ask the applicant, or let it write and sign; another looks into "
               "what it says; then close."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, acts, hands = s.proposed, [e for e in s.case.events if e.kind == ACT], s.case.actors_of(self.handlers)
        if p.act in self.states:
            how = p.data.get("steered")
            yield p.actor != PARTY and not p.data.get("document_hash"), "不是申请人本人填写，也没有其签字", "neither written nor signed by the applicant"
            yield how not in KINDS, "没有写明有无被刁难、指定中介或者收费", "it does not say whether anything happened"
            yield how != NONE and len(p.data.get("content") or "") < WORDS, "没有写明具体情况", "it does not say what happened"
        if p.act in self.checks:
            yield p.actor in hands, f"{s.people.name(p.actor)}参与办理，不得核查对自己的反映", f"{s.people.name(p.actor)} handled the case himself"
            yield any(len(p.data.get(f) or "") < WORDS for f in ("facts", "opinion")), "核查没有写明情况和意见", "it does not say what was found"
        if p.act in self.closings:
            said = [e for e in acts if e.act in self.states]
            asked = any(e.act in self.asks and e.actor not in hands
                        and s.calendar.working_days_between(e.effective_day, p.day) >= self.window for e in acts)
            yield not said and not asked, "申请人还没有反映办理情况，也没有征询满期", "the applicant has not said how it was treated, nor been asked in time"
            trouble = max((e.seq for e in said if e.data.get("steered") != NONE), default=0)
            looked = any(e.act in self.checks and e.seq > trouble and e.actor not in hands and len(e.data.get("facts") or "") >= WORDS
                         and len(e.data.get("opinion") or "") >= WORDS for e in acts)
            yield trouble and not looked, "申请人反映的情况还没有核查", "what the applicant said has not been looked into"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Look at statements, at who looked into them, and at what stands when the case closes."""
        def whole(side: Any) -> Expr:
            return say.both(*(say.at_least(say.length(side(field)), WORDS) for field in ("facts", "opinion")))
        hands = say.gather("set", self.handlers, R("_actor"))
        free = say.negated(say.is_in(R("_actor"), hands))
        asked = say.some(self.asks, say.both(free, say.at_least(say.working_days(R("_day"), T("_on")), self.window)))
        trouble = say.gather("last", self.states, R("_seq"), say.negated(say.equal(R("steered"), NONE)))
        looked = say.some(self.checks, say.both(free, whole(R), say.over(R("_seq"), trouble)))
        how = T("steered")
        return AnyOf((
            say.gate(self.states, say.either(
                say.both(say.differs(T("_actor"), PARTY), say.missing(T("document_hash"))), say.negated(say.is_in(how, KINDS)),
                say.both(say.differs(how, NONE), say.over(WORDS, say.length(T("content"))))), needs=["_actor"]),
            say.gate(self.checks, say.either(say.is_in(T("_actor"), hands), say.negated(whole(T))), needs=["_actor"]),
            say.gate(self.closings, say.either(
                say.both(say.none(self.states), say.negated(asked)), say.both(say.said(trouble), say.negated(looked))), needs=["_actor"])))
