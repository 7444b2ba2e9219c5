"""discretion_benchmark 裁量基准: the factors give the tier, the tier gives the band; who leaves the band says why and has it deliberated.

Why: 随意行使自由裁量权; two like cases cost differently, and the difference is negotiable.
Finds: a decision with a factor unanswered, unlisted or added; a tier other than its points give; factors that changed since the notice or
report without new evidence; an amount outside the band without reasons and a deliberation since that adopted just this amount.
Not: a factor answered falsely (evidence, file review); the statutory range (statutory_range, which must be set too).
Source: 行政处罚法 34; points, tiers and bands are the agency's published benchmark.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

from qingfeng.catalogue import violations as law
from qingfeng.catalogue.power import PowerVersion
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, GateRule, R, T
from qingfeng.facts.say import at_least, both, differs, either, equal, get, last, negated, over, times, value_of
from qingfeng.facts.stated import stated
from qingfeng.terms.text import Text

# fmt: off
OK, PAID, TELL = "tier=light amount=10000", "note ann 0 basis_amount=7000", "tell ann 0 factors={harm:no,again:yes}"
B1, ADOPT, WHY = "decide bob 9 violation_code=B1", "discuss bob 3 result=adopted amount=9000", "amount=9000 reasons=危害后果轻微"
DEFER, NONE = "discuss bob 3 result=deferred amount=9000", "decide bob 9 violation_code=B2 factors={harm:no,again:no} tier=light"
LIGHT, HEAVY = f"{B1} factors={{harm:no,again:yes}} tier=light", f"{B1} factors={{harm:yes,again:no}} tier=heavy"
_no = partial(Refusal, by="discretion_benchmark", ring="control", basis=Basis.RULE, remedy=Text(
    zh="请依基准填写；要偏离的，说明理由并在告知后讨论通过该金额；因素有变的，先登记新证据。", en="Follow the benchmark; to depart, reason and deliberate."))


@dataclass(frozen=True, slots=True)
class DiscretionBenchmark:
    """`notices` state the factors before `decisions` do; `deliberations` adopt a departure; `evidence` may change factors."""

    name: ClassVar[str] = "discretion_benchmark"
    title: ClassVar[Text] = Text(zh="裁量基准", en="Discretion benchmark")
    basis: ClassVar[Basis] = Basis.RULE
    example: ClassVar[dict[str, Any]] = {"decisions": ["decide"], "notices": ["tell"], "deliberations": ["discuss"], "evidence": ["keep"]}
    example_version: ClassVar[dict[str, Any]] = law.sampled(
        law.sample("B1", benchmark=True), law.sample("B2", benchmark=True, percent=True, fine_due=False), beside="statutory_range")
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (TELL, f"{LIGHT} amount=10000", f"{LIGHT} amount=20000"), (f"{HEAVY} amount=40000", "note bob 9"), (PAID, f"{NONE} amount=14000"),
        (TELL, "keep ann 3", f"{HEAVY} amount=25000", "note bob 9"), ("tell ann 0", ADOPT, f"{LIGHT} {WHY}"), ("note bob 9",),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        *((f"{B1} factors={{{said}}} {OK}",) for said in ("harm:no", "harm:no,again:x", "harm:no,again:yes,luck:no", "harm:yes,again:no")),
        (HEAVY,), ("keep ann 0", TELL, f"{HEAVY} amount=25000"), (DEFER, f"{LIGHT} {WHY}"), (f"{HEAVY} amount=24999",),
        (ADOPT, "tell ann 4", f"{LIGHT} {WHY}"), (PAID, f"{NONE} amount=14001"), (ADOPT, f"{LIGHT} amount=9000 reasons=轻微的"),
    )
    decisions: tuple[str, ...]
    notices: tuple[str, ...]
    deliberations: tuple[str, ...]
    evidence: tuple[str, ...]

    def problem(self, version: PowerVersion) -> Text | None:
        return law.unusable(version, {*self.decisions, *self.notices, *self.deliberations, *self.evidence}, beside="statutory_range")

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a tier that the factors do not give, and an amount that the tier does not."""
        data, before = situation.proposed.data, [e for e in situation.case.events if e.kind == ACT]
        if (entry := law.entry_of(situation.case.version, situation.proposed, self.decisions)) is None or not entry.factors:
            return None
        answers, notices = data.get("factors") or {}, [e for e in before if e.act in self.notices]
        if wrong := ", ".join(entry.misanswered(answers)):
            return _no(reason=Text(zh=f"裁量因素{wrong}没有按基准回答", en=f"factors {wrong} are not answered as the benchmark lists them"))
        told, earlier = max((e.seq for e in notices), default=0), law.last_said("factors", notices, {}) or {}
        moved = ", ".join(f for f in answers if f in earlier and earlier[f] != answers[f])
        if moved and not any(e.act in self.evidence and e.seq > told for e in before):
            return _no(reason=Text(zh=f"{moved}与告知（报告）时不同，其后没有新证据", en=f"{moved} changed since the notice, without new evidence"))
        tier, score = entry.tier_of(answers)
        if data.get("tier") != tier.code:
            return _no(reason=Text(zh=f"因素得{score}分，应属{tier.code}档", en=f"{score} points give the tier {tier.code}"))
        talks = [e.data for e in before if e.act in self.deliberations and e.seq > told and e.data.get("result") == law.ADOPTED]
        departed = len(data.get("reasons") or "") >= 4 and any("amount" in data and talk.get("amount") == data["amount"] for talk in talks)
        amount, basis = data.get("amount", 0 if entry.fine_due else None), law.last_said("basis_amount", before, data)
        if departed or entry.within(tier, amount, basis):
            return None
        return _no(reason=Text(zh=f"金额不在{tier.code}档{tier.low}至{tier.high}之内", en=f"not within {tier.low} to {tier.high}, {tier.code}"))

    def detect(self, version: PowerVersion) -> AnyOf:
        return AnyOf(tuple(self._rule(entry) for entry in law.catalogue_of(version).values() if entry.factors))

    def _rule(self, entry: law.Entry) -> GateRule:
        factors, tier, unit = T("factors"), T("tier"), stated("basis_amount") if entry.percent else law.YUAN
        amount = times(say.or_else(T("amount"), 0) if entry.fine_due else T("amount"), 100)
        score = say.plus(*(get({o.code: o.points for o in f.options}, value_of(factors, f.code)) for f in entry.factors))
        first, low, high = ({t.code: getattr(t, name) for t in entry.tiers} for name in ("points", "low", "high"))
        above = {t.code: after.points for t, after in zip(entry.tiers, entry.tiers[1:], strict=False)}
        fits = both(at_least(score, get(first, tier)), negated(at_least(score, get(above, tier))))
        told, odd = last(self.notices, "factors"), over(say.without(factors, tuple(f.code for f in entry.factors)), 0)
        moved = either(*(differs(value_of(factors, f.code), value_of(told, f.code)) for f in entry.factors))
        adopted = say.some(self.deliberations, both(equal(R("result"), law.ADOPTED), say.matches("amount")), since=self.notices)
        outside = either(over(times(get(low, tier), unit), amount), over(amount, times(get(high, tier), unit)))
        departed = both(at_least(say.length(T("reasons")), 4), adopted)
        bad = either(negated(fits), odd, both(moved, say.none(self.evidence, since=self.notices)), both(outside, negated(departed)))
        return say.gate(self.decisions, bad, applies=equal(T("violation_code"), entry.code))
