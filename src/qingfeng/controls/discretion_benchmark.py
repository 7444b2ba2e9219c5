"""discretion_benchmark 裁量基准: the factors give the tier, the tier gives the band; who leaves the band says why and has it deliberated.

Why: 随意行使自由裁量权; two like cases cost differently, and the difference is negotiable.
Finds: a decision with a factor unanswered, unlisted or added; a tier other than its points give; factors that changed since the notice or
report without new evidence (in a notice: or a deliberation); a party called a first offender (`again: no`) whom the log shows fined
before; an amount outside the band without reasons and a deliberation since that adopted just this amount.
Not: a factor answered falsely (evidence, file review); the statutory range (statutory_range, which must be set too).
Source: 行政处罚法 34; points, tiers and bands are the agency's published benchmark.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

from qingfeng.catalogue import codes
from qingfeng.catalogue import violations as law
from qingfeng.catalogue.power import PowerVersion
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, GateRule, R, T
from qingfeng.facts.say import at_least, both, differs, either, equal, get, is_in, last, negated, over, times, value_of
from qingfeng.facts.stated import stated
from qingfeng.terms.text import Text

# fmt: off
OK, PAID, TELL = "tier=light amount=10000", "note ann 0 basis_amount=7000", "tell ann 0 factors={harm:no,again:yes}"
B1, ADOPT, WHY = "decide bob 9 violation_code=B1", "discuss bob 3 result=adopted amount=9000", "amount=9000 reasons=危害后果轻微"
DEFER, NONE = "discuss bob 3 result=deferred amount=9000", "decide bob 9 violation_code=B2 factors={harm:no,again:no} tier=light"
LIGHT, HEAVY = f"{B1} factors={{harm:no,again:yes}} tier=light", f"{B1} factors={{harm:yes,again:no}} tier=heavy"
OTHER = "tell ann 4 factors={harm:yes,again:yes}"
FIRM, OLD = "party=甲 violation_code=B1", "party=甲 violation_code=B1 factors={harm:yes,again:yes} tier=heavy amount=30000"
FRESH = "party=甲 violation_code=B1 factors={harm:yes,again:no} tier=heavy amount=30000"
_no = partial(Refusal, by="discretion_benchmark", ring="control", basis=Basis.RULE, remedy=Text(
    zh="请依基准填写；要偏离的，说明理由（至少4个字）并在告知后讨论通过该金额；因素有变的，先登记新证据。",
    en="Follow the benchmark; to depart, give reasons (at least 4 characters) and deliberate; for other factors register evidence first."))


@dataclass(frozen=True, slots=True)
class DiscretionBenchmark:
    """`notices` state the factors before `decisions` do; `deliberations` adopt a departure; `evidence` may change factors.
    keeps: of the notices, those that repeat the factors of the one before, unless evidence or an adopted deliberation came since.

    repeat: the factor that asks for an earlier fine of the same violation, never: its answer that there is none, which holds only if
    no other case shows one of `decisions` or `earlier` in the last `days` that none of `annuls` has lifted (counted by day of decision).
    """

    name: ClassVar[str] = "discretion_benchmark"
    title: ClassVar[Text] = Text(zh="裁量基准", en="Discretion benchmark")
    basis: ClassVar[Basis] = Basis.RULE
    example: ClassVar[dict[str, Any]] = {"decisions": ["decide"], "notices": ["tell"], "deliberations": ["discuss"], "evidence": ["keep"],
        "earlier": ["fine_now"], "annuls": ["revoke"], "days": 20, "keeps": ["tell"]}
    example_version: ClassVar[dict[str, Any]] = law.sampled(
        law.sample("B1", benchmark=True), law.sample("B2", benchmark=True, percent=True, fine_due=False), beside="statutory_range")
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (TELL, f"{LIGHT} amount=10000", f"{LIGHT} amount=20000"), (f"{HEAVY} amount=40000", "note bob 9"), (PAID, f"{NONE} amount=14000"),
        (f"c2:decide bob 0 {OLD}", f"decide bob 21 {FRESH}"), (f"c2:fine_now bob 0 {FIRM}", f"decide bob 9 {FRESH}".replace("甲", "乙")),
        (f"c2:fine_now bob 0 {FIRM}", f"c2:revoke bob 1 {FIRM}", f"decide bob 9 {FRESH}"),
        (f"c2:tell bob 0 {FIRM}", f"decide bob 9 {FRESH}"),
        (f"c2:decide bob 0 {OLD}", f"{LIGHT} amount=10000 party=甲"), (f"c2:{NONE} party=甲", f"decide bob 9 {FRESH}"),
        (TELL, "keep ann 2", OTHER), (TELL, "discuss bob 2 result=adopted", OTHER),
        (TELL, TELL, OTHER.replace("yes,", "no,"), "tell ann 5"),
        (TELL, "keep ann 3", f"{HEAVY} amount=25000", "note bob 9"), ("tell ann 0", ADOPT, f"{LIGHT} {WHY}"), ("note bob 9",),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        *((f"{B1} factors={{{said}}} {OK}",) for said in ("harm:no", "harm:no,again:x", "harm:no,again:yes,luck:no", "harm:yes,again:no")),
        (HEAVY,), ("keep ann 0", TELL, f"{HEAVY} amount=25000"), (DEFER, f"{LIGHT} {WHY}"), (f"{HEAVY} amount=24999",),
        (TELL, OTHER), ("keep ann 0", TELL, "discuss bob 2 result=deferred", OTHER), (TELL, "tell ann 1", OTHER),
        (ADOPT, "tell ann 4", f"{LIGHT} {WHY}"), (PAID, f"{NONE} amount=14001"), (ADOPT, f"{LIGHT} amount=9000 reasons=轻微的"),
        (f"c2:decide bob 0 {OLD}", f"decide bob 20 {FRESH}"), (f"c2:fine_now bob 0 {FIRM}", f"decide bob 9 {FRESH}"),
        (f"c2:decide bob 0 {OLD}", f"c3:fine_now bob 0 {FIRM}", f"c2:revoke bob 1 {FIRM}", f"decide bob 9 {FRESH}"),
    )
    decisions: tuple[str, ...]
    notices: tuple[str, ...]
    deliberations: tuple[str, ...]
    evidence: tuple[str, ...]
    repeat: str = "again"
    never: str = "no"
    days: int = 730  # two years: the agency's own [L]
    earlier: tuple[str, ...] = ()
    annuls: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ()

    def problem(self, version: PowerVersion) -> Text | None:
        if self.days < 1:
            return Text(zh="days应大于0", en="days must be above 0")
        named = {*self.decisions, *self.notices, *self.deliberations, *self.evidence, *self.earlier, *self.annuls, *self.keeps}
        return law.unusable(version, named, beside="statutory_range")

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a tier that the factors do not give, and an amount that the tier does not."""
        data, before = situation.proposed.data, [e for e in situation.case.events if e.kind == ACT]
        answers, notices = data.get("factors") or {}, [e for e in before if e.act in self.notices]
        told, earlier = max((e.seq for e in notices), default=0), law.last_said("factors", notices, {}) or {}
        changed = [f for f in answers if f in earlier and earlier[f] != answers[f]]
        moved = codes.listed(situation.case.version, changed, none=Text(zh="", en=""))
        new = any(e.act in self.evidence and e.seq > told for e in before)
        talks = [e.data for e in before if e.act in self.deliberations and e.seq > told and e.data.get("result") == law.ADOPTED]
        if situation.proposed.act in self.keeps:
            return None if new or talks or not moved.zh else _no(reason=Text(
                zh=f"{moved.zh}与报告（前次告知）时不同，没有新证据，也没有讨论通过", en=f"{moved.en} changed since the report, on nothing new"))
        if (entry := law.entry_of(situation.case.version, situation.proposed, self.decisions)) is None or not entry.factors:
            return None
        if odd := entry.misanswered(answers):
            wrong = codes.listed(situation.case.version, odd)
            return _no(reason=Text(zh=f"裁量因素{wrong.zh}没有按基准回答", en=f"factors {wrong.en} are not answered as the benchmark lists them"))
        if moved.zh and not new:
            return _no(reason=Text(zh=f"{moved.zh}与告知（报告）时不同，其后没有新证据", en=f"{moved.en} changed since the notice, without new evidence"))
        if answers.get(self.repeat) == self.never and (case := self._fined(situation, entry)):
            return _no(reason=Text(zh=f"当事人因同类违法已在案件{case}受过处罚，不能认定为初次", en=f"fined for the same violation in case {case}: no first time"))
        tier, score = entry.tier_of(answers)
        name = codes.word(situation.case.version, tier.code)
        if data.get("tier") != tier.code:
            return _no(reason=Text(zh=f"因素得{score}分，应属“{name.zh}”档", en=f"{score} points give the tier “{name.en}”"))
        departed = len(data.get("reasons") or "") >= 4 and any("amount" in data and talk.get("amount") == data["amount"] for talk in talks)
        amount, basis = data.get("amount", 0 if entry.fine_due else None), law.last_said("basis_amount", before, data)
        if departed or entry.within(tier, amount, basis):
            return None
        unit, unit_en = ("%的计罚基数", " per cent of the basis") if entry.percent else ("元", " yuan")
        return _no(reason=Text(zh=f"金额不在“{name.zh}”档{tier.low}至{tier.high}{unit}之内",
                               en=f"not within {tier.low} to {tier.high}{unit_en}, tier “{name.en}”"))

    def _fined(self, situation: Situation, entry: law.Entry) -> str | None:
        """Return the latest other case that fined the party for the same violation and was not undone."""
        kin = {e.code for e in law.catalogue_of(situation.case.version).values() if e.kin == entry.kin}
        uses = [u for u in situation.elsewhere.uses("party", situation.proposed.data.get("party") or "")
                if u.data.get("violation_code") in kin and (situation.proposed.day - u.day).days <= self.days]
        fined = [u for u in uses if u.act in self.decisions + self.earlier]
        return fined[-1].case if len(fined) > sum(u.act in self.annuls for u in uses) else None

    def detect(self, version: PowerVersion) -> AnyOf:
        every = law.catalogue_of(version).values()
        other = differs(T("_value"), value_of(last(self.notices, "factors"), T("_key")))
        adopted = say.some(self.deliberations, equal(R("result"), law.ADOPTED), since=self.notices)
        kept = say.gate(self.keeps, both(other, say.none(self.evidence, since=self.notices), negated(adopted)), each="factors")
        return AnyOf((kept, *(self._rule(one, [e.code for e in every if e.kin == one.kin]) for one in every if one.factors)))

    def _rule(self, entry: law.Entry, kin: list[str]) -> GateRule:
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
        alike = both(is_in(R("violation_code"), kin), at_least(R("_on"), say.minus(T("_on"), self.days)))
        fined, lifted = (say.count(acts, alike, same="party") for acts in (self.decisions + self.earlier, self.annuls))
        relapsed = both(equal(value_of(factors, self.repeat), self.never), over(fined, lifted))
        moved = both(moved, say.none(self.evidence, since=self.notices))
        bad = either(negated(fits), odd, relapsed, moved, both(outside, negated(departed)))
        return say.gate(self.decisions, bad, applies=equal(T("violation_code"), entry.code))
