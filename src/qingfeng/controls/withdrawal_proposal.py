"""withdrawal_proposal 销案提请: a withdrawal is proposed on a listed ground with reasons; after a refusal, only on new facts.

Why: a ground out of nowhere covers a favour; asking again until somebody gives in is the same by patience.
Finds: a proposal without ground, on one that is not listed, or without reasons; one repeated without new facts since the refusal.
Not: who approves (`withdrawal_approval`); whether the ground and the facts are true (file review).
Source: the agency's own map (超越职权，擅自销案); the grounds are a setting.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue import wording
from qingfeng.catalogue.power import PowerVersion
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts.rule import GateRule, T
from qingfeng.facts.say import both, either, gate, is_in, length, matches, negated, none, over, some
from qingfeng.terms.text import Text

TEXT = 4  # characters of reasons and of new facts


# fmt: off
@dataclass(frozen=True, slots=True)
class WithdrawalProposal:
    """`proposes` gives a `ground` of `grounds`, `reasons`, and after one of `refuses` new `facts` out of an act of `news` since."""

    name: ClassVar[str] = "withdrawal_proposal"
    title: ClassVar[Text] = Text(zh="销案提请", en="Proposal to withdraw")
    basis: ClassVar[Basis] = Basis.RULE  # a rule of the agency; nobody lets pass
    example: ClassVar[dict[str, Any]] = {
        "proposes": ["propose"], "refuses": ["refuse"], "grounds": ["no_violation", "time_barred"], "news": ["investigate", "receive"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("propose ann 0 ground=no_violation reasons=查无实据 facts=旧的证言", "refuse dan 1", "investigate ann 2",
         "propose bob 3 ground=no_violation reasons=查无实据 facts=新的证言"),
        ("propose ann 0 ground=time_barred reasons=超过时效", "refuse dan 1", "receive ann 2",
         "propose ann 3 ground=time_barred reasons=超过时效 facts=鉴定表明"),
        ("receive ann 0", "investigate bob 0", "propose bob 1 ground=no_violation reasons=查无实据",
         "propose carl 2 ground=time_barred reasons=超过时效"),
        ("propose ann 0 ground=no_violation reasons=查无实据", "withdraw dan 1"), ("propose bob 0 ground=time_barred reasons=超过时效 facts=新的证言",),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("propose ann 0 ground=no_violation reasons=查无实据 facts=新的证言", "refuse dan 1", "investigate ann 1",
         "propose ann 2 ground=time_barred reasons=超过时效 facts=新的证言"),
        ("receive ann 0", "propose ann 0 ground=no_violation reasons=查无实据", "refuse dan 1",
         "propose ann 2 ground=no_violation reasons=查无实据 facts=新的证言"),
        ("propose ann 0 ground=no_violation reasons=查无实据", "refuse dan 1", "receive ann 1",
         "propose ann 2 ground=no_violation reasons=查无实据"),
        ("refuse dan 0", "investigate ann 1", "propose ann 2 ground=no_violation reasons=查无实据 facts=有新证"), ("propose ann 0 reasons=查无实据",),
        ("propose ann 0 ground=no_violation reasons=算了吧",), ("propose ann 0 ground=favour reasons=查无实据",),
    )

    proposes: tuple[str, ...]
    grounds: tuple[str, ...]
    refuses: tuple[str, ...] = ()
    news: tuple[str, ...] = ()

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        wrong = sorted({*self.proposes, *self.refuses, *self.news} - {row.act for row in version.procedure.rows})
        if wrong or not (self.proposes and self.grounds) or (self.refuses and not self.news):
            return Text(f"proposes、grounds不得为空，有refuses须有news，动作须在流程中：{'、'.join(wrong)}",
                        f"proposes and grounds must be set, news with refuses, all acts in the procedure: {', '.join(wrong)}")
        return None

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a proposal without ground or reasons, or again without news."""
        command, acts = situation.proposed, [e for e in situation.case.events if e.kind == ACT]
        if command.act not in self.proposes:
            return None
        reasons, facts = (str(command.data.get(f) or "").strip() for f in ("reasons", "facts"))
        if command.data.get("ground") not in self.grounds:
            return self._refusal("未写明销案事由，或该事由不在允许之列", "no ground, or none of the grounds allowed")
        if len(reasons) < TEXT:
            return self._refusal(f"提请销案须写明理由（至少{TEXT}个字）", f"a proposal gives reasons (at least {TEXT} characters)")
        refused = max((n for n, e in enumerate(acts, 1) if e.act in self.refuses), default=None)
        if refused is None:
            return None
        if not any(e.act in self.news for e in acts[refused:]):
            which = wording.acts(situation.case.version, self.news, either=True)
            return self._refusal(f"前次提请未获同意，其后没有新的{which.zh}，不得再次提请", f"refused before, and since then no {which.en}")
        if len(facts) < TEXT or any(e.data.get("facts") == facts for e in acts if e.act in self.proposes):
            return self._refusal(f"前次提请未获同意，再次提请须写明新的事实（至少{TEXT}个字）", f"refused before: say the new facts (at least {TEXT} characters)")
        return None

    def detect(self, _: PowerVersion) -> GateRule:
        """Find proposals without ground or reasons, or again without news."""
        stale = either(none(self.news, since=self.refuses), over(TEXT, length(T("facts"))), some(self.proposes, matches("facts")))
        bare = either(negated(is_in(T("ground"), self.grounds)), over(TEXT, length(T("reasons"))))
        return gate(self.proposes, either(bare, both(some(self.refuses), stale)))

    def _refusal(self, zh: str, en: str) -> Refusal:
        return Refusal(by=self.name, ring="control", basis=self.basis, reason=Text(zh, en),
            remedy=Text("请按规定的事由写明理由提请；没有新的事实的，请继续办理。", "Propose it on an allowed ground with reasons, or go on with the case."))
