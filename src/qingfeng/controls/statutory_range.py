"""statutory_range 法定幅度: a fine lies within the entry's range, and money is of a kind that the entry allows.

Why: the range is the last fence of discretion: above it is plunder, below it mercy for sale (随意从轻减轻).
Finds: a fine above the maximum; one below the minimum where no ground of mitigation is claimed; money of a kind that the entry does not
allow or the decision does not name, or a kind without its money; a fine reckoned on an amount that nobody stated.
Not: whether what is claimed is proved (mitigation_proved); where in the range the fine lies (discretion_benchmark).
Source: the penalty article of each entry; below the minimum 行政处罚法 32.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue import codes
from qingfeng.catalogue import violations as law
from qingfeng.catalogue.power import PowerVersion
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts.rule import GateRule, T
from qingfeng.facts.say import both, either, gate, get, is_in, missing, negated, or_else, over, times
from qingfeng.facts.stated import stated
from qingfeng.terms.citation import Citation
from qingfeng.terms.money import format_yuan
from qingfeng.terms.text import Text

# fmt: off
F, P = "decide bob 9 violation_code=F1 penalty_kinds", "decide bob 9 violation_code=P1 penalty_kinds"
TAKE, SUM = law.CONFISCATION, "note ann 0 basis_amount=70000"


@dataclass(frozen=True, slots=True)
class StatutoryRange:
    """`decisions` impose what the entry allows; less only where they claim circumstances."""

    name: ClassVar[str] = "statutory_range"
    title: ClassVar[Text] = Text(zh="法定幅度", en="Statutory range")
    basis: ClassVar[Basis] = Basis.RULE
    example: ClassVar[dict[str, Any]] = {"decisions": ["decide"]}
    example_version: ClassVar[dict[str, Any]] = law.sampled(
        law.sample("F1", fine_min=1000), law.sample("W1", kinds=["warning"], fine_max=0), law.sample("P1", kinds=[
            "fine", "confiscation", "warning"], percent=True, fine_min=100, fine_max=300, fine_due=False), beside="mitigation_proved")
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (f"{F}=[fine] amount=500000", "note ann 9", f"{F}=[fine] amount=100000"), (f"{F}=[fine] amount=99999 circumstances=[merit]",),
        (SUM, f"{P}=[fine,confiscation] amount=210000 confiscated=70000", "note bob 9"), (SUM, f"{P}=[fine] amount=70000", "note bob 9"),
        ("decide bob 9 violation_code=W1 penalty_kinds=[warning]", "note ann 9"), (f"{P}=[warning]", "note bob 9"),
        (f"{F}=[warning] circumstances=[merit]", "note bob 9"), (SUM, f"{P}=[fine] amount=1 circumstances=[merit]", "note bob 9"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (f"{F}=[fine] amount=500001 circumstances=[merit]",), (f"{F}=[fine] amount=99999",), (f"{F}=[warning]",),
        (SUM, f"{P}=[fine] amount=210001"), (SUM, f"{P}=[fine] amount=69999"), (f"{P}=[fine] amount=70000",), (f"{F}=[fine]",),
        ("decide bob 9 violation_code=W1 penalty_kinds=[warning] amount=1",), (f"{F}=[warning] amount=100000",),
        (f"{P}=[warning] confiscated=1",), (f"{P}=[confiscation]",), (f"{F}=[fine,confiscation] amount=100000 confiscated=1",),
    )
    decisions: tuple[str, ...]

    def problem(self, version: PowerVersion) -> Text | None:
        return law.unusable(version, self.decisions, beside="mitigation_proved")

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse money outside the range or of a kind that is not allowed."""
        data, entry = situation.proposed.data, law.entry_of(situation.case.version, situation.proposed, self.decisions)
        if entry is None:
            return None
        kinds, amount = data.get("penalty_kinds") or (), data.get("amount") or 0
        for imposed, kind, zh, en in ((amount, law.FINE, "罚款", "fine"), (data.get("confiscated"), TAKE, "没收", "confiscation")):
            if (bool(imposed) is not (kind in kinds)) or (imposed and kind not in entry.kinds):
                may = codes.listed(situation.case.version, entry.kinds)
                return self._no(f"{zh}的种类与金额不一致，或者案由“{entry.name.zh}”不得{zh}",
                                f"kind and amount of a {en} differ, or “{entry.name.en}” allows none",
                                f"限于：{may.zh}；种类和金额同时写明。", f"Allowed: {may.en}; name kind and amount.")
        if not amount and not (entry.fine_due and law.FINE in entry.kinds):
            return None
        basis = law.last_said("basis_amount", [e for e in situation.case.events if e.kind == ACT], data)
        least, most = entry.bound(entry.fine_min, basis), entry.bound(entry.fine_max, basis)
        if least is None or most is None:
            return self._no("没有记载计算罚款的基数", "nobody has stated what the fine is reckoned on", "请查明并填写。", "Establish and state it.")
        said, low, high = format_yuan(amount), format_yuan(least // 100), format_yuan(most // 100)
        if amount * 100 > most:
            return self._no(f"罚款{said}元，高于法定上限{high}元", f"a fine of {said} yuan exceeds the maximum of {high}", "不得超过。", "Keep to it.")
        if amount * 100 < least and not data.get("circumstances"):
            return self._no(f"罚款{said}元，低于法定下限{low}元，没有减轻情形", f"{said} yuan is below the minimum of {low}, no ground is claimed",
                            "请按下限以上处罚；有法定情形的，写明并举证。", "Impose the minimum, or name a ground and its evidence.", article="32")
        return None

    def detect(self, version: PowerVersion) -> GateRule:
        """Find such decisions; applies to every penalty on a violation of the catalogue."""
        entries = list(law.catalogue_of(version).values())
        code, amount, kinds, taken = T("violation_code"), T("amount"), T("penalty_kinds"), over(T("confiscated"), 0)
        allowing = ([e.code for e in entries if kind in e.kinds] for kind in (law.FINE, TAKE))
        fined, may_fine, may_take = over(amount, 0), *(is_in(code, codes) for codes in allowing)
        money = either(both(fined, negated(both(is_in(law.FINE, kinds), may_fine))), both(is_in(law.FINE, kinds), negated(fined)),
                       both(taken, negated(both(is_in(TAKE, kinds), may_take))), both(is_in(TAKE, kinds), negated(taken)))
        unit = or_else(get({e.code: law.YUAN for e in entries if not e.percent}, code), stated("basis_amount"))
        least, most = (times(get({e.code: getattr(e, name) for e in entries}, code), unit) for name in ("fine_min", "fine_max"))
        asked = either(fined, is_in(code, [e.code for e in entries if e.fine_due and law.FINE in e.kinds]))
        low = both(over(least, times(or_else(amount, 0), 100)), missing(T("circumstances")))
        outside = both(asked, either(missing(unit), over(times(amount, 100), most), low))
        return gate(self.decisions, either(money, outside), applies=is_in(code, [e.code for e in entries]))

    def _no(self, zh: str, en: str, then_zh: str, then_en: str, *, article: str | None = None) -> Refusal:
        return Refusal(by=self.name, ring="control", basis=Basis.STATUTE if article else self.basis, reason=Text(zh=zh, en=en),
                       remedy=Text(zh=then_zh, en=then_en), citation=Citation("行政处罚法", article) if article else None)
