"""seized_again 解除后再次查封扣押: what was lifted is not seized again from the same party soon after, unless another confirms what is new.

Why: thirty days and thirty more, lifted on the last evening, seized again in the morning: the term of the law runs for ever.
Finds: goods taken from a party within `within` days after a measure on it was lifted, in this case or in another, without a new situation
confirmed since by somebody who takes no part in the taking, with facts and fresh evidence.
Not: other parties behind which the same one stands (`distinct_parties`); how long one measure lasts (`seizure_limit`).
Source: 行政强制法 25: thirty days, once thirty more; what follows a lift needs its own ground (18).  The days are the agency's setting.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts import say
from qingfeng.facts.rule import GateRule, R, T
from qingfeng.terms.citation import Citation
from qingfeng.terms.text import Text

TERM, WORDS = Citation(instrument="行政强制法", article="25"), 8
# fmt: off
_P, _B, _LIFT, _AGAIN = "report ann 0 party=甲厂", "c2:report ann 0 party=甲厂", "lift eve 30", "seize ann 31 officers=[ann,bob]"
_NEW = "confirm carl 31 facts=现场又运入新货十桶 evidence_hash=h9"


@dataclass(frozen=True, slots=True)
class SeizedAgain:
    """`starts` within `within` days after one of `lifts` on the same `party` need an act of `confirms` since, by another."""

    name: ClassVar[str] = "seized_again"
    title: ClassVar[Text] = Text(zh="解除后再次查封扣押", en="Seized again after a lift")
    basis: ClassVar[Basis] = Basis.STATUTE
    example: ClassVar[dict[str, Any]] = {"starts": ["seize"], "lifts": ["lift"], "confirms": ["confirm"], "within": 60}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_P, _AGAIN), (_P, "seize ann 0", _LIFT, _NEW, _AGAIN), (_P, _LIFT, "seize ann 91 officers=[ann,bob]"), (_LIFT, _NEW, _AGAIN),
        (_B, f"c2:{_LIFT}", _P, _NEW, _AGAIN), (_B.replace("甲", "乙"), f"c2:{_LIFT}", _P, _AGAIN), (_B, "c2:note eve 30", _P, _AGAIN),
        (_B, f"c2:{_LIFT}", _P, "seize ann 91"), (_B, f"c2:{_LIFT}", "seize ann 31"), (_P, "note ann 1"))
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_P, "seize ann 0", _LIFT, _AGAIN), (_LIFT, _AGAIN), (_P, _LIFT, "seize ann 90 officers=[ann,bob]"), (_P, _NEW, _LIFT, _AGAIN),
        (_B, f"c2:{_LIFT}", _P, _AGAIN), (_B, f"c2:{_LIFT}", _P, "seize ann 90"), (_B, f"c2:{_LIFT}", "c2:note eve 31", _P, _AGAIN),
        *((_P, _LIFT, _NEW.replace(*other), _AGAIN) for other in (("carl", "ann"), ("carl", "bob"), ("又运入新货十桶", "有货"),
                                                                          (" evidence_hash=h9", ""))),
        (_B, f"c2:{_LIFT}", _P, _NEW.replace("carl", "ann"), _AGAIN), (_B, f"c2:{_LIFT}", _P, f"c2:{_NEW}", _AGAIN))

    starts: tuple[str, ...]
    lifts: tuple[str, ...]
    confirms: tuple[str, ...]
    within: int = 60

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        return unfit(version, self.starts, self.lifts, self.confirms) or (
            None if 1 <= self.within <= 365 else Text("天数应为1至365", "1 to 365 days"))

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse to seize again, soon after a lift, what nobody else has looked at anew."""
        p, acts = situation.proposed, [e for e in situation.case.events if e.kind == ACT]
        if p.act not in self.starts:
            return None
        first = p.day - timedelta(days=self.within)
        party = next((str(e.data["party"]) for e in reversed(acts) if e.data.get("party")), None)
        cases = dict.fromkeys(u.case for u in situation.elsewhere.uses("party", party)) if party else {}
        there = [case for case in cases if any(
            u.act in self.lifts and u.day >= first for u in situation.elsewhere.uses("_case", case))]
        lifted = max((n for n, e in enumerate(acts, 1) if e.act in self.lifts), default=0)
        here = any(e.act in self.lifts and e.effective_day >= first for e in acts)
        new = [e for e in acts[lifted:] if e.act in self.confirms and e.actor not in {p.actor, *(p.data.get("officers") or ())}]
        if not (here or there) or any(len(str(e.data.get("facts") or "")) >= WORDS and e.data.get("evidence_hash") for e in new):
            return None
        where = there[-1] if there else situation.case.id
        return Refusal(by=self.name, ring="control", basis=self.basis, citation=TERM,
            reason=Text(f"对同一当事人的措施刚刚解除（案件{where}，{self.within}日之内），没有他人核实的新情况",
                        f"a measure on this party was lifted {self.within} days ago or less (case {where}): nothing new is confirmed"),
            remedy=Text("请由未参与实施的人到场核实解除之后出现的新情况（写明事实、附新的证据）后再报批；没有新情况的，不得以再次查封扣押延长期限。",
                        "Somebody who takes no part confirms on the spot what is new, with facts and evidence; else it stays lifted."))

    def detect(self, _: PowerVersion) -> GateRule:
        """Find goods seized again soon after a lift with nothing new confirmed by another."""
        party = say.gather("last", None, R("party"), say.said(R("party")))
        soon = say.negated(say.over(say.minus(T("_day"), R("_day")), self.within))
        elsewhere = say.some(None, say.some(self.lifts, soon, same="_case", equals=R("_case")), same="party", equals=party)
        other = say.negated(say.either(say.equal(R("_actor"), T("_actor")), say.is_in(R("_actor"), T("officers"))))
        new = say.both(other, say.at_least(say.length(R("facts")), WORDS), say.said(R("evidence_hash")))
        again, unseen = say.either(say.some(self.lifts, soon), elsewhere), say.negated(say.some(self.confirms, new, since=self.lifts))
        return say.gate(self.starts, say.both(again, unseen), needs=["_actor"])
