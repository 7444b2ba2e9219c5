"""appeal_handling 申诉处理: every complaint, appeal and reconsideration has a number, an answer in time, and a judge who is not its target.

Why: 不按规定受理申诉、不进行复议: an appeal that lies in a drawer, or that comes back to the man appealed against, is no remedy.
Finds: an appeal without a number of its own; one handled by an author of what it attacks; refused or answered without reasons, or
answered without being accepted; a case closed over an open appeal; and (watch) one neither accepted nor refused, or not answered, in time.
Not: whether the answer is right; what a higher authority or a court decides.
Source: the agency's own map (实行申诉复议制度、健全信访投诉举报受理制度); both periods are settings.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, GateRule, R, Span, T, Today
from qingfeng.terms.text import Text

WORDS = 4  # characters of a reason

# fmt: off
_GOT, _NEW, _SHUT, _YES = "appeal ann 0 appeal_no=A1", "complain bob 9 appeal_no=A2", "close dan 20", "accept eve 2 appeal_no=A1"
_BACK = "answer eve 12 appeal_no=A2 content=已责令改正并道歉"
_NO, _SAID = "reject eve 2 appeal_no=A1 reasons=超过申诉期限", "answer fay 5 appeal_no=A1 content=经查原处理并无不当"


@dataclass(frozen=True, slots=True)
class AppealHandling:
    """`receives` register an appeal under `appeal_no`; `accepts`, `rejects`, `answers` handle it; `targets`: acts appealed against.

    plain: of `receives`, those answered without being accepted first.  within: working days; answer_days: calendar days.
    """

    name: ClassVar[str] = "appeal_handling"
    title: ClassVar[Text] = Text(zh="申诉处理", en="Handling of appeals")
    basis: ClassVar[Basis] = Basis.RULE
    example: ClassVar[dict[str, Any]] = {
        "receives": ["appeal", "complain"], "accepts": ["accept"], "rejects": ["reject"], "answers": ["answer"], "closes": ["close"],
        "targets": ["decide", "review"], "plain": ["complain"], "within": 5, "answer_days": 30}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        *(("decide dan 0", "review carl 0", _GOT, *how, _SHUT) for how in ((_YES, _SAID), (_NO,))), (_GOT, _NO, _NEW, "note dan 20"),
        (_GOT, _YES, _SAID, _NEW, _BACK, _SHUT), (_SHUT,), ("decide eve 0", _SHUT), (_GOT, _NEW),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("appeal ann 0",), (_GOT, _GOT), (_GOT, "complain bob 1 appeal_no=A1"), (_GOT, _SHUT), (_GOT, _YES, _SAID, _NEW, _SHUT),
        (_GOT, _SAID), (_GOT, f"{_NO[:-6]}不受理"), (_GOT, _YES, f"{_SAID[:-9]}已处理"), (_YES,), (_GOT, "accept eve 2"),
        *((f"{act} {who} 0", _GOT, how) for act in ("decide", "review") for who, how in (("eve", _YES), ("eve", _NO))),
        *((first, _GOT, _YES, _SAID) for first in ("decide fay 0", "decide dan 0 members=[dan,fay]")), (_NEW, _BACK.replace("A2", "A1")),
    )
    kept: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_GOT, _NO, "today 90"), (_GOT, "accept eve 7 appeal_no=A1", "today 30"), (_GOT, _YES, _SAID.replace(" 5 ", " 30 "), "today 90"),
        (_GOT, "today 7"), (_NEW, _BACK, "today 90"),
    )
    neglected: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_GOT, "today 8"), (_GOT, "accept eve 8 appeal_no=A1", "today 9"), (_GOT, _YES, "today 31"),
        (_GOT, _YES, _SAID.replace(" 5 ", " 31 "), "today 40"), (_GOT, _NEW, "reject eve 12 appeal_no=A2 reasons=不属本局职责", "today 14"),
    )

    receives: tuple[str, ...]
    answers: tuple[str, ...]
    targets: tuple[str, ...]
    closes: tuple[str, ...]
    accepts: tuple[str, ...] = ()
    rejects: tuple[str, ...] = ()
    plain: tuple[str, ...] = ()
    within: int = 5
    answer_days: int = 60

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        fine = {*self.plain} <= {*self.receives} if self.accepts else {*self.plain} == {*self.receives}
        if not (fine and 1 <= self.within <= 30 and 1 <= self.answer_days <= 180):
            return Text(zh="须受理的要有受理动作；受理1至30个工作日，答复1至180日", en="what is not plain is accepted; 1 to 30 working days, 1 to 180 days")
        return unfit(version, self.receives, self.answers, self.targets, self.closes, more=self.accepts + self.rejects)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse an appeal without its number, a judge in his own cause, an empty answer, and a closure over an open appeal."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=fault, remedy=Text(
            zh="请逐件编号登记，由未参与原处理的人员受理（不受理的写明理由）并答复；全部办完后再结案。",
            en="Register each under its number; let somebody without a part in it accept or refuse with reasons, and answer; then close."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, acts, name = s.proposed, [e for e in s.case.events if e.kind == ACT], s.people.name
        number = p.data.get("appeal_no")
        got, accepted, settled = ([e.data.get("appeal_no") for e in acts if e.act in some] for some in
                                  (self.receives, self.accepts, self.rejects + self.answers))
        if p.act in self.receives:
            yield not number, "申诉投诉没有编号", "the appeal has no number"
            yield number in got, f"编号{number}已经使用", f"the number {number} is taken"
        if p.act in self.accepts + self.rejects + self.answers:
            authors = {who for e in acts if e.act in self.targets for who in (e.actor, *(e.data.get("members") or ()))}
            yield p.actor in authors, f"{name(p.actor)}参与了原处理，不得办理对它的申诉", f"{name(p.actor)} had a part in what is appealed against"
            yield number is None or number not in got, f"没有登记过编号为“{number or '-'}”的申诉", f"no appeal is registered under “{number or '-'}”"
        if p.act in self.answers:
            free = [e.data.get("appeal_no") for e in acts if e.act in self.plain]
            yield number not in accepted + free, f"申诉{number}尚未受理", f"the appeal {number} has not been accepted"
            yield len(str(p.data.get("content") or "")) < WORDS, "答复没有内容", "the answer says nothing"
        if p.act in self.rejects:
            yield len(str(p.data.get("reasons") or "")) < WORDS, "不予受理没有写明理由", "the refusal to accept gives no reasons"
        if p.act in self.closes:
            left = "、".join(sorted({x for x in got if x and x not in settled}))
            yield left, f"申诉投诉尚未办完：{left}", f"appeals still open: {left.replace('、', ', ')}"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find appeals without a number, handled by their targets, turned down or answered emptily, or closed over."""
        same, author = say.matches("appeal_no"), say.some(self.targets, say.either(say.same_actor(), say.is_in(T("_actor"), R("members"))))
        got, settled = (say.gather("set", some, R("appeal_no")) for some in (self.receives, self.rejects + self.answers))
        unaccepted = say.both(say.none(self.accepts, same), say.none(self.plain, same))
        empty, unsaid = (say.over(WORDS, say.length(T(field))) for field in ("content", "reasons"))
        return AnyOf((
            say.gate(self.receives, say.either(say.missing(T("appeal_no")), say.some(self.receives, same))),
            say.gate(self.accepts + self.rejects + self.answers, say.either(author, say.none(self.receives, same)), needs=["_actor"]),
            say.gate(self.answers, say.either(unaccepted, empty)), say.gate(self.rejects, unsaid),
            say.gate(self.closes, say.over(say.without(got, settled), 0))))

    def watch(self, _: PowerVersion) -> GateRule:
        """Find appeals not accepted, rejected or answered in `within` working days, or without an end in `answer_days` days."""
        ends, same = self.rejects + self.answers, say.matches("appeal_no")
        soon = say.both(same, say.at_least(self.within, say.working_days(T("_day"), R("_on"))))
        ended = say.both(same, say.at_least(self.answer_days, say.minus(R("_on"), T("_day"))))
        lying = say.both(say.over(say.working_days(T("_day"), Today()), self.within), say.none(self.accepts + ends, soon, span=Span.AFTER))
        unended = say.both(say.over(say.minus(Today(), T("_day")), self.answer_days), say.none(ends, ended, span=Span.AFTER))
        return say.gate(self.receives, say.either(lying, unended))
