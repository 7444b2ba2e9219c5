"""supply_cut_conditions 停止供应的条件: power or explosives are cut only on a proven danger, an order disobeyed, and until it is gone.

Why: a cut stops a whole works: as a threat it is worth money, left in place after the danger has gone it is worth more.
Finds: a proposal or notice without the three conditions and what proves each; a power cut without notice a day before, or its waiver by
another, or without an emergency that two officers recorded since; a notice after the danger is gone; no supply in time (`watch`).
Not: who approves (the procedure: the main head); whether the supplier obeyed.
Source: 安全生产法 70: major hidden danger, order disobeyed, real danger; 24 hours' notice of a power cut unless urgent; lifted when fixed.
The days for lifting are a setting: the law says 及时.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts.rule import AnyOf, GateRule, R, Span, T, Today
from qingfeng.facts.say import (
    at_least,
    both,
    differs,
    either,
    equal,
    gate,
    gather,
    is_in,
    last,
    length,
    missing,
    negated,
    or_else,
    over,
    plus,
    size,
    some,
    value_of,
    working_days,
)
from qingfeng.terms.citation import Citation
from qingfeng.terms.text import Text

LAW = Citation(instrument="安全生产法", article="70")
CONDITIONS = {"major_danger": Text("存在重大事故隐患", "a major hidden danger"), "order_disobeyed": Text("拒不执行停产等决定", "an order disobeyed"),
              "real_danger": Text("有发生事故的现实危险", "a real danger of an accident")}  # fmt: skip
SHORTEST = 4
DAY, TWO = 24 * 3600, 2
_SEEN = "see carl 0 officers=[carl,dan] facts=管道正在泄漏"


# fmt: off
@dataclass(frozen=True, slots=True)
class SupplyCutConditions:
    """`proposes` and `issues` say in `conditions_met` what proves each; `power` waits a day after `notices` unless another
    `waives`, on an emergency that two `officers` put on the `records` after `approves` and `notices`."""

    name: ClassVar[str] = "supply_cut_conditions"
    title: ClassVar[Text] = Text(zh="停止供应的法定条件", en="Conditions of cutting a supply")
    example: ClassVar[dict[str, Any]] = {"proposes": ["propose"], "power": ["cut_power"], "explosives": ["stop_explosives"],
        "notices": ["notify"], "approves": ["approve"], "records": ["see"],
                                         "waives": ["waive_notice"], "gone": ["danger_gone"], "lifts": ["lift"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("propose ann 0 conditions_met={major_danger:检测报告E1,order_disobeyed:责令书3号,real_danger:瓦斯超限}", "notify ann 1", "cut_power ann 2.10"),
        ("propose ann 0 conditions_met={major_danger:检测报告E1,order_disobeyed:责令书3号,real_danger:瓦斯超限}", "stop_explosives ann 0",
            "danger_gone bob 3", "lift eve 3"),
        ("note ann 0", "notify ann 0", _SEEN, "waive_notice bob 0", "cut_power ann 0.12", "danger_gone bob 2"),
        ("approve eve 0", _SEEN, "waive_notice bob 0", "cut_power ann 0.12"), (_SEEN, "waive_notice bob 0"),
        ("danger_gone bob 0", "propose ann 1 conditions_met={major_danger:检测报告E2,order_disobeyed:责令书3号,real_danger:瓦斯超限}",
            "stop_explosives ann 1"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("propose ann 0",), ("propose ann 0 conditions_met={major_danger:检测报告E1,real_danger:瓦斯超限}",),
        ("propose ann 0 conditions_met={major_danger:检测报告E1,order_disobeyed:有,real_danger:瓦斯超限}",),
        ("propose ann 0 conditions_met={order_disobeyed:责令书3号,real_danger:瓦斯超限}",),
        ("propose ann 0 conditions_met={major_danger:检测报告E1,order_disobeyed:责令书3号}",),
        ("notify ann 0.9", "cut_power ann 0.20"), ("cut_power ann 3",), ("notify ann 0", _SEEN, "waive_notice ann 0", "cut_power ann 0.12"),
        ("waive_notice bob 0",), (_SEEN, "notify ann 0", "waive_notice bob 0"), (_SEEN, "approve eve 0", "waive_notice bob 0"),
        *(("approve eve 0", "notify ann 0", see, "waive_notice bob 0") for see in ("see carl 0", "see carl 0 officers=[carl]",
          "see carl 0 officers=[carl,bob]", "see bob 0 officers=[carl,dan]")),
        ("danger_gone bob 2", "stop_explosives ann 3"), ("notify ann 0", "danger_gone bob 1", "cut_power ann 3"),
        ("propose ann 0 conditions_met={major_danger:检测报告E1,order_disobeyed:责令书3号,real_danger:瓦斯超限}", "danger_gone bob 2",
            "stop_explosives ann 3"),
    )
    kept: ClassVar[tuple[tuple[str, ...], ...]] = (("danger_gone bob 0", "lift eve 2", "today 30"), ("danger_gone bob 0", "today 2"))
    neglected: ClassVar[tuple[tuple[str, ...], ...]] = (("danger_gone bob 0", "today 3"), ("danger_gone bob 0", "lift eve 7", "today 30"))

    proposes: tuple[str, ...]
    power: tuple[str, ...]
    explosives: tuple[str, ...]
    notices: tuple[str, ...]
    waives: tuple[str, ...]
    gone: tuple[str, ...]
    lifts: tuple[str, ...]
    approves: tuple[str, ...] = ()
    records: tuple[str, ...] = ()
    within: int = 2

    @property
    def basis(self) -> Basis:
        """The statute: nobody lets pass."""
        return Basis.STATUTE

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        lists = (self.proposes, (*self.power, *self.explosives), self.notices, self.gone, self.lifts)
        named = {*(act for acts in lists for act in acts), *self.waives, *self.approves, *self.records}
        wrong = sorted(named - {row.act for row in version.procedure.rows})
        if wrong or not all(lists) or self.within not in range(1, 31):
            return Text(f"动作须取自流程、不为空，天数1至30（{'、'.join(wrong)}）", f"acts unknown or missing, or days out of range: {wrong}")
        return None

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a cut without its conditions, without notice, or after the danger has gone."""
        command, acts = situation.proposed, [e for e in situation.case.events if e.kind == ACT]
        said = command.data.get("conditions_met") or {}
        unproven = [word for code, word in CONDITIONS.items() if len(str(said.get(code) or "").strip()) < SHORTEST]
        if command.act in self.proposes and unproven:
            return self._refusal(f"没有写明证明材料：{'、'.join(w.zh for w in unproven)}", f"nothing proves: {', '.join(w.en for w in unproven)}")
        if command.act in (*self.power, *self.explosives):
            ground = [e.act for e in acts if e.act in (*self.proposes, *self.gone)]
            if ground and ground[-1] in self.gone:
                return self._refusal("已登记隐患消除", "the danger is recorded as gone")
        if command.act in self.waives:
            last = max((n for n, e in enumerate(acts) if e.act in (*self.approves, *self.notices)), default=-1)
            seen = [(e.actor, e.data.get("officers") or ()) for e in acts[last + 1 :] if e.act in self.records]
            if not any(len(two) >= TWO and command.actor not in (who, *two) for who, two in seen):
                return self._refusal("批准或者通知之后，没有两名执法人员到现场记录紧急情形，不得免除或者缩短提前通知",
                                     "no two field officers recorded the emergency on the spot since the approval or the notice")
        if command.act in self.power:
            told = max((n for n, e in enumerate(acts) if e.act in self.notices), default=-1)
            waived = any(e.act in self.waives and e.actor != command.actor for e in acts[told + 1 :])
            early = told < 0 or int(command.at.timestamp()) - int(acts[told].at.timestamp()) < DAY
            if early and not waived:
                return self._refusal("停止供电没有提前二十四小时通知，也没有他人确认的紧急情形", "no notice a day before, and no emergency confirmed by another")
        return None

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find proposals without proof, notices after the danger has gone, and power cuts without notice."""
        unproven = [over(SHORTEST, or_else(length(value_of(T("conditions_met"), code)), 0)) for code in CONDITIONS]
        over_gone = over(or_else(last(self.gone, "_seq"), 0), or_else(last(self.proposes, "_seq"), 0))
        told = last(self.notices, "_at")
        early = either(missing(told), over(plus(told, DAY), T("_at")))
        waived = some(self.waives, differs(R("_actor"), T("_actor")), since=self.notices)
        himself = either(equal(R("_actor"), T("_actor")), is_in(T("_actor"), R("officers")))
        seen = some(self.records, both(at_least(size(R("officers")), TWO), negated(himself)), since=(*self.approves, *self.notices))
        return AnyOf((gate(self.waives, negated(seen), needs=["_actor"]), gate(self.proposes, either(*unproven)),
                      gate((*self.power, *self.explosives), over_gone),
                      gate(self.power, both(early, negated(waived)), needs=["_actor"])))

    def watch(self, _: PowerVersion) -> GateRule:
        """Find supplies not restored within `within` working days after the danger was reported gone."""
        restored = gather("min", self.lifts, R("_on"), span=Span.AFTER)
        late = either(missing(restored), over(working_days(T("_on"), restored), self.within))
        return gate(self.gone, both(over(working_days(T("_on"), Today()), self.within), late))

    def _refusal(self, zh: str, en: str) -> Refusal:
        return Refusal(by=self.name, ring="control", basis=self.basis, citation=LAW, reason=Text(zh, en),
            remedy=Text("请先查明并写明三项条件的证明，停电的提前二十四小时书面通知；隐患已消除的，及时解除。",
                        "Prove the three conditions, give a day's written notice of a power cut; when the danger has gone, lift it."))
