"""lighter_law 从旧兼从轻: what was lighter when it was done, or is lighter when it is decided, bounds the fine.

Why: after a change of the law the harsher wording is convenient for whoever wants to threaten, the milder one for whoever is paid.
Finds: a fine above the maximum of a wording in force when the violation was done (ended) or is decided; one under no law of today.
Not: which of two wordings must be cited (legal_basis_in_force); wordings that the catalogue does not show as one family.
Source: 行政处罚法 37.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.violations import FINE, MILD, YUAN, catalogue_of, ended_on, last_said, sample, sampled, unusable
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts.rule import GateRule, T
from qingfeng.facts.say import at_least, both, either, gate, get, is_in, negated, or_else, over, times
from qingfeng.facts.stated import day_of_violation, stated
from qingfeng.terms.citation import Citation
from qingfeng.terms.money import format_yuan
from qingfeng.terms.text import Text

# fmt: off
OLD, NEW, A = {"in_force_until": "2026-03-10"}, {"in_force_from": "2026-03-11"}, "decide bob 9 violation_code=A1"


@dataclass(frozen=True, slots=True)
class LighterLaw:
    """A fine keeps below the maximum of every wording that counts; what is no longer unlawful is not punished."""

    name: ClassVar[str] = "lighter_law"
    title: ClassVar[Text] = Text(zh="从旧兼从轻", en="The lighter law")
    basis: ClassVar[Basis] = Basis.STATUTE
    example: ClassVar[dict[str, Any]] = {"decisions": ["decide"]}
    example_version: ClassVar[dict[str, Any]] = sampled(
        sample("A1", family="a", fine_max=20000, **OLD), sample("A2", family="a", fine_max=10000, **NEW),
        sample("P1", family="p", percent=True, fine_max=300, **OLD), sample("P2", family="p", percent=True, fine_max=600, **NEW),
        sample("R1", **OLD), sample("W1", family="w", **OLD), sample("W2", family="w", kinds=["warning"], fine_max=0, **NEW))
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (f"{A} occurred_on=2026-03-02 amount=1000000",), ("decide bob 8 violation_code=A1 occurred_on=2026-03-02 amount=2000000",),
        ("file ann 0 occurred_on=2026-03-10 basis_amount=100000", "decide bob 9 violation_code=P2 amount=300000"),
        ("file ann 0 occurred_on=2026-03-11 basis_amount=70", "decide bob 9 violation_code=P2 amount=600000 basis_amount=100000"),
        ("file ann 0 continued_until=2026-03-11 basis_amount=100000", "decide bob 10 violation_code=P2 amount=600000"),
        ("decide bob 8 violation_code=R1 occurred_on=2026-03-02 amount=500000",), ("decide bob 9 violation_code=W1",),
        ("decide bob 9 violation_code=A9 occurred_on=2026-03-02 amount=9000000",),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (f"{A} occurred_on=2026-03-10 amount=1000001",), ("decide bob 9 violation_code=A2 occurred_on=2026-03-02 amount=2000000",),
        ("file ann 0 occurred_on=2026-03-10 basis_amount=100000", "decide bob 9 violation_code=P2 amount=300001"),
        ("file ann 0 occurred_on=2026-03-11", "decide bob 10 violation_code=P2 amount=600001 basis_amount=100000"),
        ("decide bob 9 violation_code=R1 amount=500000",), ("decide bob 9 violation_code=W1 occurred_on=2026-03-02 amount=1",),
    )

    decisions: tuple[str, ...]

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        return unusable(version, self.decisions)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a fine above what a wording of that time or of today allows, and any penalty under what is law no more."""
        command, known = situation.proposed, catalogue_of(situation.case.version)
        entry = known.get(str(command.data.get("violation_code")))
        if command.act not in self.decisions or entry is None:
            return None
        before = [e for e in situation.case.events if e.kind == ACT]
        done = ended_on(before, command.data)
        kin = [e for e in known.values() if e.kin == entry.kin]
        if not any(e.in_force(command.day) for e in kin):
            return self._no(f"案由{entry.title.zh}的规定在{command.day}已不再有效",
                            f"the provision of {entry.title.en} is law no more on {command.day}",
                            "不得再据此处罚；规定已修改的，请在案由目录中补充新规定。",
                            "Do not punish under it; if it has a new wording, enter that in the catalogue.")
        amount, basis = command.data.get("amount") or 0, last_said("basis_amount", before, command.data)
        for e, most in ((one, one.most(basis)) for one in kin if one.in_force(done) or one.in_force(command.day)):
            if most is not None and amount * 100 > most:
                said, bound = format_yuan(amount), format_yuan(most // 100)
                return self._no(f"罚款{said}元，超过{e.title.zh}（{e.in_force_from}起施行）的上限{bound}元",
                                f"a fine of {said} yuan exceeds the {bound} yuan of {e.title.en}, in force from {e.in_force_from}",
                                f"新旧规定从轻：罚款不超过{bound}元。", f"The lighter wording counts: at most {bound} yuan.")
        return None

    def detect(self, version: PowerVersion) -> GateRule:
        """Find such decisions, wording by wording; applies to every decision on a violation of the catalogue."""
        entries = list(catalogue_of(version).values())
        kin = {e.code: sorted((k for k in entries if k.kin == e.kin), key=lambda k: k.in_force_from) for e in entries}
        code, fine = T("violation_code"), times(T("amount"), 100)
        done = day_of_violation()
        unit = or_else(get({e.code: YUAN for e in entries if not e.percent}, code), stated("basis_amount"))
        most = {e.code: e.fine_max for e in entries if FINE in e.kinds or MILD.issuperset(e.kinds)}
        first, end = {e.code: e.first_day.toordinal() for e in entries}, {e.code: e.last_day.toordinal() for e in entries}
        wordings = [get({c: ks[n].code for c, ks in kin.items() if len(ks) > n}, code) for n in range(max(map(len, kin.values())))]
        then, now = ([both(at_least(on, get(first, w)), at_least(get(end, w), on)) for w in wordings] for on in (done, T("_on")))
        heavy = [both(over(fine, times(get(most, w), unit)), either(then[n], now[n])) for n, w in enumerate(wordings)]
        return gate(self.decisions, either(negated(either(*now)), *heavy), applies=is_in(code, list(kin)))

    def _no(self, zh: str, en: str, then_zh: str, then_en: str) -> Refusal:
        return Refusal(by=self.name, ring="control", basis=self.basis, citation=Citation("行政处罚法", "37"),
                       reason=Text(zh=zh, en=en), remedy=Text(zh=then_zh, en=then_en))
