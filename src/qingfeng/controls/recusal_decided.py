"""recusal_decided 回避决定: a request for recusal is decided, person by person, by another, before the case is.

Why: a request that lies in a drawer is a refusal without reasons; and who is asked to go must not be his own judge.
Finds: an answer by one whom it concerns, one that leaves somebody out or gives no reasons; the case decided while a request is open.
Not: the investigation meanwhile (it goes on); whether the grounds are good; what the recused do afterwards (`recusal`).
Source: 行政处罚法 43 where the power names it (`statute`); for the head's own: one level up (行政机关公务员处分条例 42, 43).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue import wording
from qingfeng.catalogue.power import PowerVersion
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts.rule import AnyOf, R, T
from qingfeng.facts.say import either, gate, is_in, negated, over, size, some
from qingfeng.terms.citation import Citation
from qingfeng.terms.text import Text

REASONS = 4  # characters


# fmt: off
@dataclass(frozen=True, slots=True)
class RecusalDecided:
    """`requests` name officers; `answers` say who of them is recused (`officers`) and who is not (`not_recused`); `before` waits."""

    name: ClassVar[str] = "recusal_decided"
    title: ClassVar[Text] = Text(zh="回避决定", en="Recusal decided")
    example: ClassVar[dict[str, Any]] = {"requests": ["ask"], "answers": ["recuse", "keep"], "before": ["approve", "serve"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("ask ann 0 officers=[ann]", "ask party 1 officers=[bob]", "recuse eve 2 officers=[ann,bob] reasons=均应回避", "approve eve 3"),
        ("ask party 0 officers=[ann,dan]", "recuse eve 1 officers=[ann] not_recused=[dan] reasons=系其近亲属", "approve dan 3"),
        ("recuse eve 0 officers=[bob] reasons=曾在其处任职", "approve ann 1", "ask party 2 officers=[ann]", "note eve 3"),
        ("ask party 0 officers=[dan]", "note dan 0", "keep eve 1 not_recused=[dan] reasons=查无此事", "serve dan 2"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("ask party 0 officers=[dan]", "keep eve 1 not_recused=[dan] reasons=查无此事", "ask party 2 officers=[ann]", "approve eve 3"),
        ("ask party 0 officers=[dan]", "ask party 1 officers=[bob]", "keep eve 2 not_recused=[bob] reasons=查无此事"),
        ("ask party 0 officers=[dan,ann]", "recuse eve 1 officers=[ann] reasons=系其近亲属"), ("recuse dan 0 officers=[ann,dan] reasons=近亲属关系",),
        ("ask party 0 officers=[dan]", "keep dan 1 not_recused=[dan] reasons=查无此事"), ("ask party 0 officers=[dan]", "serve ann 1"),
        ("ask party 0 officers=[bob]", "keep eve 1 not_recused=[bob] reasons=不回避"), ("recuse eve 0 officers=[bob]",),
    )

    requests: tuple[str, ...]
    answers: tuple[str, ...]
    before: tuple[str, ...]
    statute: Citation | None = None

    @property
    def basis(self) -> Basis:
        """The statute if the power names its article, else a rule: in no case to be overridden."""
        return Basis.STATUTE if self.statute else Basis.RULE

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        named = (*self.requests, *self.answers, *self.before)
        wrong = ", ".join(sorted({act for act in named if named.count(act) > 1} | set(named) - {row.act for row in version.procedure.rows}))
        if wrong or not (self.requests and self.answers and self.before):
            return Text(f"三组动作均不得为空、不得重复，且须在流程中：{wrong}", f"three lists, none empty, none shared, all in the procedure: {wrong}")
        return None

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a judge in his own cause, an answer that leaves somebody out or says nothing, and a decision too early."""
        command, acts, name = situation.proposed, [e for e in situation.case.events if e.kind == ACT], situation.people.name
        answered = max((n for n, e in enumerate(acts, 1) if e.act in self.answers), default=0)
        asked = [e for e in acts[answered:] if e.act in self.requests]
        names = [who for e in asked for who in e.data.get("officers") or ()]
        if command.act in self.before and asked:
            who, how = "、".join(map(name, names)), wording.acts(situation.case.version, self.answers, either=True)
            return self._refusal(f"对{who}的回避申请尚未决定，不得作出决定；请先办理{how.zh}",
                                 f"a request to recuse {who.replace('、', ', ')} is open: first {how.en}")
        if command.act not in self.answers:
            return None
        settled = [*(command.data.get("officers") or ()), *(command.data.get("not_recused") or ())]
        left = "、".join(name(who) for who in dict.fromkeys(names) if who not in settled)
        if (who := command.actor) in settled:
            return self._refusal(f"{name(who)}不得决定自己是否回避", f"{name(who)} may not decide on being recused")
        if left:
            return self._refusal(f"本次决定没有写明是否回避：{left}", f"this leaves open whether they are recused: {left.replace('、', ', ')}")
        if len(str(command.data.get("reasons") or "").strip()) < REASONS:
            return self._refusal(f"回避决定须写明理由（至少{REASONS}个字）", f"a decision on recusal gives reasons (at least {REASONS} characters)")
        return None

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find answers by those concerned, incomplete or without reasons, and decisions while a request is open."""
        own = either(is_in(T("_actor"), T("officers")), is_in(T("_actor"), T("not_recused")))
        left = negated(either(is_in(R("_key"), T("officers")), is_in(R("_key"), T("not_recused"))))
        unanswered = some(self.requests, left, each="officers", since=self.answers)
        return AnyOf((gate(self.answers, either(own, unanswered, over(REASONS, size(T("reasons")))), needs=["_actor"]),
                      gate(self.before, some(self.requests, since=self.answers))))

    def _refusal(self, zh: str, en: str) -> Refusal:
        return Refusal(by=self.name, ring="control", basis=self.basis, citation=self.statute, reason=Text(zh, en),
            remedy=Text("请由不涉及本人的有权负责人（主要负责人的回避由上一级）逐人决定并写明理由。",
                        "Let a head whom it does not concern (for the head: one level up) decide person by person, with reasons."))
