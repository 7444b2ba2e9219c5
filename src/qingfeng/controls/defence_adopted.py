"""defence_adopted 采纳意见落实: a point of the defence that was accepted changes the outcome, or the decision says why it does not.

Why: 不听取当事人申辩 in good form: every point is "accepted", and the penalty is the one that was noticed, to the yuan.
Finds: a decision no lighter than the latest notice although a point was accepted since, without reasons of its own.
Not: that points are answered at all (defence_heard); a heavier decision (no_heavier_after_defence).
Source: 行政处罚法 45 where the power names it (`statute`), else the agency's own map (实行申诉复议制度).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts import say
from qingfeng.facts.rule import GateRule, R, T
from qingfeng.terms.citation import Citation
from qingfeng.terms.text import Text

ACCEPTED, MONEY, WORDS = "accepted", ("amount", "confiscated"), 4  # characters of a reason

# fmt: off
_TELL, _TAKE = "tell ann 0 amount=500 confiscated=90 penalty_kinds=[fine,warning]", "penalty_kinds=[fine,warning] confiscated=90 amount=500"
_YES, _NO = "recheck eve 2 answers_to_points={p1:accepted,p2:证据不足以证明}", "recheck eve 2 answers_to_points={p1:与现场记录不符}"
_SAME, _LESS, _MILD = f"decide dan 9 {_TAKE}", f"decide dan 9 {_TAKE[:-3]}400", f"decide dan 9 {_TAKE.replace(',warning', '')}"
_BACK = f"decide dan 9 {_TAKE.replace('=90', '=80')}"


@dataclass(frozen=True, slots=True)
class DefenceAdopted:
    """Once one of `rechecks` has accepted a point since the latest of `notices`, `decisions` are lighter or say `adoption_reasons`."""

    name: ClassVar[str] = "defence_adopted"
    title: ClassVar[Text] = Text(zh="采纳意见落实", en="Accepted points acted upon")
    example: ClassVar[dict[str, Any]] = {"decisions": ["decide"], "notices": ["tell"], "rechecks": ["recheck"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_TELL, _NO, _SAME), *((_TELL, _YES, last) for last in (_LESS, _MILD, _BACK, f"{_SAME} adoption_reasons=已在法定最低额")), (_TELL, _SAME),
        (_TELL, _YES, _TELL, _SAME), (_TELL, _YES, "decide dan 9 penalty_kinds=[warning]"), (_TELL, _NO, "decide dan 9"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_TELL, _YES, _SAME), (_TELL, _YES, f"{_SAME} adoption_reasons=不变"), (_TELL, _YES, _NO, _SAME), (_YES, _SAME),
        (_TELL, _YES, f"decide dan 9 {_TAKE[:-3]}900"), (_TELL, _YES, _SAME, _SAME), (_YES, "decide dan 9"), (_TELL, _YES, _YES, _SAME),
        (_TELL, _TELL.replace("=500", "=300"), _YES, _LESS),
    )

    decisions: tuple[str, ...]
    notices: tuple[str, ...] = ("serve_prior_notice",)
    rechecks: tuple[str, ...] = ("recheck_defence",)
    statute: Citation | None = None

    @property
    def basis(self) -> Basis:
        """The statute if the power names its article, else a rule: in no case to be overridden."""
        return Basis.STATUTE if self.statute else Basis.RULE

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        return unfit(version, self.decisions, self.notices, self.rechecks)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a decision that is what it was before a point was accepted."""
        p, acts = situation.proposed, [e for e in situation.case.events if e.kind == ACT]
        if p.act not in self.decisions or len(str(p.data.get("adoption_reasons") or "")) >= WORDS:
            return None
        start = max((n for n, e in enumerate(acts, 1) if e.act in self.notices), default=0)
        answers = [e.data.get("answers_to_points") or {} for e in acts[start:] if e.act in self.rechecks]
        won = [point for one in answers for point, said in one.items() if said == ACCEPTED]
        was = {field: said for e in acts if e.act in self.notices for field, said in e.data.items()}
        dropped = {*was.get("penalty_kinds", ())} - {*(p.data.get("penalty_kinds") or ())}
        if not won or dropped or any(p.data.get(f, 0) < was.get(f, 0) for f in MONEY):
            return None
        points = "、".join(dict.fromkeys(won))
        return Refusal(by=self.name, ring="control", basis=self.basis, citation=self.statute,
            reason=Text(zh=f"申辩要点{points}已被采纳，而拟作决定不比告知的轻，也没有说明理由",
                        en=f"points of the defence were accepted ({points}), and the decision is no lighter, without a reason"),
            remedy=Text(zh="请按采纳的意见调整决定；不调整的，写明理由。", en="Change the decision accordingly, or say why it stays as it is."))

    def detect(self, _: PowerVersion) -> GateRule:
        """Find decisions that pass over what was accepted; applies to every decision."""
        won = say.some(self.rechecks, say.equal(R("_value"), ACCEPTED), each="answers_to_points", since=self.notices)
        cut = (say.over(say.last(self.notices, f), say.or_else(T(f), 0)) for f in MONEY)
        dropped = say.over(say.without(say.last(self.notices, "penalty_kinds"), T("penalty_kinds")), 0)
        unsaid = say.over(WORDS, say.length(T("adoption_reasons")))
        return say.gate(self.decisions, say.both(won, unsaid, say.negated(say.either(*cut, dropped))))
