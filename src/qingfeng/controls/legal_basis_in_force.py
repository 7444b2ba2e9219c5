"""legal_basis_in_force 依据有效: the provision cited was law when the violation was done; a newer one counts only when it is lighter.

Why: 法律法规运用错误; a provision made afterwards, or repealed before, is no basis for anything.
Finds: a notice or decision on a violation whose day nobody stated, or whose provision was not in force on that day (of its end, if it
went on) and is not the lighter wording of today either.
Not: a provision that is in force and does not fit the facts; how high the fine is (lighter_law, statutory_range).
Source: 行政处罚法 37.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.violations import MILD, catalogue_of, ended_on, sample, sampled, unusable
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts.rule import GateRule, T
from qingfeng.facts.say import at_least, both, either, gate, get, is_in, negated
from qingfeng.facts.stated import day_of_violation
from qingfeng.terms.citation import Citation
from qingfeng.terms.text import Text

# fmt: off
OLD, NEW = {"in_force_until": "2026-03-10"}, {"in_force_from": "2026-03-11"}


@dataclass(frozen=True, slots=True)
class LegalBasisInForce:
    """These acts rest on the wording in force when the violation ended, or on today's if that is lighter."""

    name: ClassVar[str] = "legal_basis_in_force"
    title: ClassVar[Text] = Text(zh="依据有效", en="Legal basis in force")
    basis: ClassVar[Basis] = Basis.STATUTE
    example: ClassVar[dict[str, Any]] = {"acts": ["tell", "decide"]}
    example_version: ClassVar[dict[str, Any]] = sampled(
        sample("A1", family="a", fine_max=20000, **OLD), sample("A2", family="a", fine_max=10000, **NEW),
        sample("H1", family="h", **OLD), sample("H2", family="h", kinds=["warning", "fine", "suspension"], fine_max=100, **NEW),
        sample("M1", family="m", fine_min=50, **OLD), sample("M2", family="m", **NEW), sample("S1", in_force_from="2026-03-04"))
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("tell ann 0 violation_code=A1 occurred_on=2026-03-02", "decide bob 9 violation_code=A1"),
        ("tell ann 8 violation_code=A1 occurred_on=2026-03-10", "decide bob 9 violation_code=A2", "note ann 10"),
        ("file ann 0 occurred_on=2026-03-02", "tell ann 2 violation_code=M1", "decide bob 9 violation_code=M2"),
        ("file ann 0 occurred_on=2026-03-02 continued_until=2026-03-11", "decide bob 9 violation_code=H2"),
        ("file ann 0 occurred_on=2026-03-04", "tell ann 2 violation_code=S1", "decide bob 3 violation_code=S1 occurred_on=2026-03-11"),
        ("tell ann 0 violation_code=H1 occurred_on=2026-03-02 continued_until=2026-03-10", "decide bob 9 violation_code=X9"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("file ann 0 facts=x", "tell ann 1 violation_code=A1"),
        ("file ann 0 occurred_on=2026-03-11", "decide bob 9 violation_code=A1"),
        ("file ann 0 occurred_on=2026-03-10", "tell ann 8 violation_code=A2"),
        ("file ann 0 occurred_on=2026-03-10", "decide bob 9 violation_code=H2"),
        ("file ann 0 occurred_on=2026-03-03", "tell ann 2 violation_code=S1"),
        ("file ann 0 occurred_on=2026-03-02", "decide bob 8 violation_code=M2"),
    )

    acts: tuple[str, ...]

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        return unusable(version, self.acts)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse an act that rests on what was not law then, unless it is law now and lighter."""
        command, known = situation.proposed, catalogue_of(situation.case.version)
        entry = known.get(str(command.data.get("violation_code")))
        if command.act not in self.acts or entry is None:
            return None
        done = ended_on([e for e in situation.case.events if e.kind == ACT], command.data)
        if done is None:
            return self._no("没有记载违法行为发生之日", "nobody has stated the day of the violation",
                            "请填写违法行为发生之日（有连续状态的，填写终了之日）。", "State when it happened and, if it went on, when it ended.")
        old = next((e for e in known.values() if e.kin == entry.kin and e.in_force(done)), None)
        if old is entry or (old is not None and entry.in_force(command.day) and entry.lighter(old)):
            return None
        why, why_en = ("此时已经失效", "had ended by then") if done > entry.last_day else ("此时尚未施行", "was not yet in force")
        if old is not None and entry.in_force(command.day):
            why, why_en = f"{why}，且不比当时的规定轻", f"{why_en} and is not lighter than what was"
        right, right_en = (old.title.zh, old.title.en) if old else ("目录中没有当时有效的规定，不得处罚", "the catalogue has none: no penalty")
        return self._no(f"违法行为发生（终了）于{done}，{entry.title.zh}的规定{why}",
                        f"the violation was done (ended) on {done}; {entry.title.en} {why_en}",
                        f"适用违法行为发生时的规定：{right}。", f"Rest on the law of that day: {right_en}.")

    def detect(self, version: PowerVersion) -> GateRule:
        """Find such acts; applies to each of them that names a violation of the catalogue."""
        entries = list(catalogue_of(version).values())
        code, done = T("violation_code"), day_of_violation()
        first, end = {e.code: e.first_day.toordinal() for e in entries}, {e.code: e.last_day.toordinal() for e in entries}
        heavier = {e.code: [o.code for o in entries if o.kin == e.kin and {*e.kinds} <= {*o.kinds, *MILD}
                            and (o.fine_max, o.fine_min) > (e.fine_max, e.fine_min)] for e in entries}
        olds = [get({c: os[n] for c, os in heavier.items() if len(os) > n}, code) for n in range(max(map(len, heavier.values())))]
        then = both(at_least(done, get(first, code)), at_least(get(end, code), done))
        now = both(at_least(T("_on"), get(first, code)), at_least(get(end, code), T("_on")))
        milder = both(now, either(*(both(at_least(done, get(first, old)), at_least(get(end, old), done)) for old in olds)))
        return gate(self.acts, negated(either(then, milder)), applies=is_in(code, list(first)))

    def _no(self, zh: str, en: str, then_zh: str, then_en: str) -> Refusal:
        return Refusal(by=self.name, ring="control", basis=self.basis, citation=Citation("行政处罚法", "37"),
                       reason=Text(zh=zh, en=en), remedy=Text(zh=then_zh, en=then_en))
