"""objections_reported 异议如实汇报: the body that decides is told of every objection received and of what came out, by an outsider.

Why: 不如实汇报: an objection that the committee never hears of has been answered in vain.
Finds: an objection without a number of its own; a report that leaves one out, tells of one before it is answered, in a word, or of one
never received; a report by who had a hand in what is attacked; a decision after an objection that the latest report does not tell of.
Not: whether it was looked into (objection_verified); what the committee makes of it.
Source: the agency's own map (举报反映的问题……不如实汇报; 上报局党委研究).
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
from qingfeng.facts.rule import AnyOf, R, T
from qingfeng.terms.text import Text

WORDS = 4  # characters of an account

# fmt: off
_MARK, _GOT, _ANSWER = "score ann 0", "object fay 1 appeal_no=Y1", "answer eve 3 appeal_no=Y1"
_TELL, _DECIDE = "tell eve 4 objections={Y1:部分属实扣五分}", "decide dan 6"
_GOT2, _ANSWER2 = "object fay 2 appeal_no=Y2", "answer eve 3 appeal_no=Y2"
_BOTH = _TELL.replace("}", ",Y2:查无实据维持}")


@dataclass(frozen=True, slots=True)
class ObjectionsReported:
    """`reports` tell in `objections` (number: account) of every one of `receives`, answered by `answers`; `decides` come after."""

    name: ClassVar[str] = "objections_reported"
    title: ClassVar[Text] = Text(zh="异议如实汇报", en="Objections laid before the deciding body")
    basis: ClassVar[Basis] = Basis.MAP
    example: ClassVar[dict[str, Any]] = {"targets": ["score"], "receives": ["object"], "answers": ["answer"], "reports": ["tell"],
        "decides": ["decide"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_MARK, _GOT, _ANSWER, _TELL, _DECIDE), (_MARK, _GOT, _GOT2, _ANSWER, _ANSWER2, _BOTH, _DECIDE), (_MARK, _DECIDE),
        (_MARK, "tell eve 4", _DECIDE), (_MARK, _GOT, _ANSWER, _TELL),
        (_MARK, _GOT, _ANSWER, _TELL, _GOT2.replace(" 2", " 4"), _ANSWER2.replace("3", "5"), _BOTH.replace("4", "5"), _DECIDE),
        (_GOT, _ANSWER, _TELL, _DECIDE, _DECIDE), (_MARK, _GOT, _ANSWER, _TELL, _DECIDE, _GOT2.replace(" 2", " 8")), (_DECIDE, _GOT),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_MARK, "object fay 1"), (_MARK, _GOT, _GOT), (_MARK, _GOT, _ANSWER, _DECIDE), (_MARK, _GOT, _TELL),
        (_MARK, _GOT, _GOT2, _ANSWER, _ANSWER2, _TELL), (_MARK, _GOT, _ANSWER, "tell eve 4"),
        (_MARK, _GOT, _ANSWER, _TELL.replace("部分属实扣五分", "属实")), (_MARK, _GOT, _ANSWER, _TELL.replace("eve", "ann")), (_MARK, _TELL),
        (_MARK, _GOT, _ANSWER, _BOTH), (_MARK, _GOT, _ANSWER, _TELL, _GOT2.replace(" 2", " 5"), _DECIDE), (_GOT, _GOT2, _ANSWER, _BOTH),
        (_MARK, _GOT, _ANSWER, _TELL, "tell eve 5", _DECIDE), (_MARK, "tell eve 0", _GOT, _ANSWER, _DECIDE), (_MARK, _ANSWER, _GOT, _TELL),
        (_MARK, _GOT, _ANSWER, _TELL, _GOT2.replace(" 2", " 4"), _ANSWER2.replace("3", "5"), _DECIDE),
    )

    targets: tuple[str, ...]
    reports: tuple[str, ...]
    decides: tuple[str, ...]
    receives: tuple[str, ...] = ("receive_objection",)
    answers: tuple[str, ...] = ("answer_objection",)

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        return unfit(version, self.targets, self.receives, self.answers, self.reports, more=self.decides)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a report that leaves something out, and to decide over an objection not reported."""
        why = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if why is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=why, remedy=Text(
            zh="请由没有参与所涉工作的人，把收到的每一件异议及其核查、答复情况逐件写入报告，再提请研究决定。",
            en="Have one who had no hand in it report every objection received with what came out, one by one; then decide."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, done = s.proposed, [e for e in s.case.events if e.kind == ACT]
        had = {e.data["appeal_no"] for e in done if e.act in self.receives and e.data.get("appeal_no")}
        if p.act in self.receives:
            number = p.data.get("appeal_no")
            yield not number or number in had, "异议没有编号，或者编号已用过", "the objection has no number, or one used before"
        if p.act in self.reports:
            told: dict[str, str] = p.data.get("objections") or {}
            at = {e.data.get("appeal_no"): n for n, e in enumerate(done) if e.act in self.receives}
            said = [(n, e.data.get("appeal_no")) for n, e in enumerate(done) if e.act in self.answers]
            answered = {number for n, number in said if n > at.get(number, n)}
            left, early = sorted(had - {*told}), sorted({*told} - answered)
            poor = sorted(number for number, account in told.items() if len(account) < WORDS)
            who = s.people.name(p.actor)
            yield p.actor in s.case.actors_of(self.targets), f"{who}参与过所涉工作，不得由其汇报", f"{who} had a hand in it and may not report on it"
            yield left, f"下列异议没有写入报告：{'、'.join(left)}", f"objections left out of the report: {', '.join(left)}"
            yield early, f"下列异议没有登记或者没有答复：{'、'.join(early)}", f"objections not received or not answered: {', '.join(early)}"
            yield poor, f"下列异议没有写明核查、答复情况：{'、'.join(poor)}", f"nothing is said of what came out: {', '.join(poor)}"
        if p.act in self.decides:
            last = next((e.data.get("objections") or {} for e in reversed(done) if e.act in self.reports), {})
            left = sorted(had - {*last})
            yield left, f"下列异议没有向决定机关报告：{'、'.join(left)}", f"objections of which the deciding body was not told: {', '.join(left)}"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Count what each report leaves out, and look at each objection it tells of."""
        had, told = say.gather("set", self.receives, R("appeal_no")), T("objections")
        key = T("_key")
        came = say.gather("max", self.receives, R("_seq"), say.equal(R("appeal_no"), key))
        answered = say.some(self.answers, say.both(say.equal(R("appeal_no"), key), say.over(R("_seq"), came)))
        newest = say.equal(R("_seq"), say.gather("max", self.reports, R("_seq")))
        known = say.gather("set", self.reports, R("_key"), newest, each="objections")
        return AnyOf((
            say.gate(self.receives, say.either(say.missing(T("appeal_no")), say.some(self.receives, say.matches("appeal_no")))),
            say.gate(self.reports, say.either(say.some(self.targets, say.same_actor()), say.over(say.without(had, told), 0)),
                needs=["_actor"]),
            say.gate(self.reports, say.either(say.negated(answered), say.over(WORDS, say.length(T("_value")))), each="objections"),
            say.gate(self.decides, say.over(say.without(had, known), 0))))
