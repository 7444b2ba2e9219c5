"""criminal_referral 涉嫌犯罪移送: what may be a crime goes to the prosecuting authorities; a fine is no way round it.

Why: 以罚代刑; a fine is quicker, brings money in and buys the party off.
Finds: a decision where anybody suspected a crime or stated an amount that reaches the entry's threshold, and no referral followed; a
fine before the case came back; a threshold where nobody stated the amount involved.
Not: an amount that was stated too low; a suspicion that nobody wrote down; splitting over several cases.
Source: 行政处罚法 27 (referral, and no fine instead), 82; the thresholds are the catalogue's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.violations import catalogue_of, last_said, sample, sampled, unusable
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts.rule import GateRule, R, T
from qingfeng.facts.say import at_least, both, either, equal, gate, gather, get, is_in, missing, negated, or_else, over
from qingfeng.facts.stated import stated
from qingfeng.terms.citation import Citation
from qingfeng.terms.text import Text

# fmt: off
LAW, YES, CLOSE = Citation("行政处罚法", "27"), "file ann 6 crime_suspected=yes", "close bob 9 violation_code=K2"
N, K = "decide bob 9 violation_code=N1 amount=9", "decide bob 9 violation_code=K1 amount=9"


@dataclass(frozen=True, slots=True)
class CriminalReferral:
    """`referrals` hand a case over; `returns` record that it came back to be dealt with administratively."""

    name: ClassVar[str] = "criminal_referral"
    title: ClassVar[Text] = Text(zh="涉嫌犯罪移送", en="Referral of suspected crime")
    basis: ClassVar[Basis] = Basis.STATUTE
    example: ClassVar[dict[str, Any]] = {"decisions": ["decide", "close"], "referrals": ["refer"], "returns": ["come_back"]}
    example_version: ClassVar[dict[str, Any]] = sampled(sample("K1", crime_from=50000), sample("K2", crime_from=30000), sample("N1"))
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("file ann 0 amount_involved=4999999", K, "note ann 10"), (N,), ("file ann 0 amount_involved=2999999", CLOSE, "note ann 10"),
        ("file ann 0 amount_involved=5000000", "refer bob 3", "come_back ann 5", K), ("come_back ann 0 amount_involved=5000000", K),
        (YES, "refer bob 3", "come_back ann 5", f"{N} crime_suspected=no"), (YES, "refer bob 3 amount_involved=5000000", CLOSE),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("file ann 0 amount_involved=5000000", K), ("decide bob 9 violation_code=K1",), (f"{N} crime_suspected=yes",),
        ("file ann 0 amount_involved=3000000", "decide bob 9 violation_code=K2 amount_involved=1"), (YES, "refer bob 3", N),
        (YES, "file ann 2 crime_suspected=no", "close bob 9 violation_code=N1"), ("refer bob 3", "come_back ann 5", YES, N),
    )

    decisions: tuple[str, ...]
    referrals: tuple[str, ...]
    returns: tuple[str, ...]

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        if {*self.decisions, *self.returns} & {*self.referrals} or not (self.decisions and self.referrals):
            return Text(zh="decisions、referrals不得为空，三者不得相交", en="name decisions and referrals, and no act twice")
        return unusable(version, {*self.decisions, *self.referrals, *self.returns})

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a decision on what may be a crime before it was referred, and a fine before it came back."""
        command, data = situation.proposed, situation.proposed.data
        if command.act not in self.decisions:
            return None
        entry = catalogue_of(situation.case.version).get(str(data.get("violation_code")))
        bound, before = entry.crime_fen if entry else None, [e for e in situation.case.events if e.kind == ACT]
        if bound is not None and last_said("amount_involved", before, data) is None:
            return self._no("没有记载涉案金额，无法判断是否应当移送", "nobody has stated the amount involved: it may be a crime")
        doubts = [e.seq for e in before if _suspicious(e.data, bound)]
        if not doubts and not _suspicious(data, bound):
            return None
        sent, back = (max((e.seq for e in before if e.act in acts), default=0) for acts in (self.referrals, self.returns))
        last = max(doubts, default=1)
        if back >= max(last, sent) or (not data.get("amount") and sent >= last):
            return None
        what, what_en = ("尚未移送", "has not been referred") if sent < last else ("已移送但尚未退回", "was referred and has not come back")
        return self._no(f"本案涉嫌犯罪，{what}，不得以罚代刑", f"this may be a crime; it {what_en}: a fine is no substitute")

    def detect(self, version: PowerVersion) -> GateRule:
        """Find such decisions; applies where a crime was suspected, or where the entry has a threshold."""
        bounds = {e.code: e.crime_from * 100 for e in catalogue_of(version).values() if e.crime_from}
        bound = get(bounds, T("violation_code"))
        last = gather("last", None, R("_seq"), either(equal(R("crime_suspected"), "yes"), at_least(R("amount_involved"), bound)))
        now = either(equal(T("crime_suspected"), "yes"), at_least(T("amount_involved"), bound))
        suspected, known = either(now, negated(missing(last))), is_in(T("violation_code"), list(bounds))
        sent, back = (gather("last", acts, R("_seq")) for acts in (self.referrals, self.returns))
        settled = both(at_least(back, or_else(last, 1)), at_least(back, or_else(sent, 1)))
        handed = both(negated(over(T("amount"), 0)), at_least(sent, or_else(last, 1)))
        early = both(suspected, negated(either(settled, handed)))
        return gate(self.decisions, either(both(known, missing(stated("amount_involved"))), early), applies=either(known, suspected))

    def _no(self, zh: str, en: str) -> Refusal:
        then = Text(zh="请查明并填写涉案金额；涉嫌犯罪的移送司法机关，退回后再作行政处罚。",
                    en="State the amount involved; refer what may be a crime to the judicial authorities, decide once it has come back.")
        return Refusal(by=self.name, ring="control", basis=self.basis, citation=LAW, reason=Text(zh=zh, en=en), remedy=then)


def _suspicious(data: Mapping[str, Any], bound: int | None) -> bool:
    return data.get("crime_suspected") == "yes" or (bound is not None and data.get("amount_involved", -1) >= bound)
