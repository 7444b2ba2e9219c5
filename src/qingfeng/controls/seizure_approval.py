"""seizure_approval 强制措施审批: sealing up or seizing follows an approval that stands; what was done in an emergency is regularised in a day.

Why: 未经批准进行查封、扣押: goods in hand before anybody agreed are the strongest means of pressure that an officer has.
Finds: a measure without an approval that stands (none, rejected since, used up by an earlier one, or older than `days`); one regularised
later than `hours` or by its own taker; an “emergency” recorded more than `fresh` hours before;
an emergency neither regularised nor lifted in time (`watch`).
Not: what was approved (`seizure_scope`); who may approve (the posts of the procedure).
Source: 行政强制法 18(1) (approval by the head before), 19 (24 hours, else lifted at once); how long an approval may wait is local.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts.rule import AnyOf, GateRule, R, Span, T, Today
from qingfeng.facts.say import both, either, equal, gate, gather, is_in, last, minus, negated, none, over, plus, some
from qingfeng.terms.citation import Citation
from qingfeng.terms.instants import local_day
from qingfeng.terms.text import Text

BEFORE = Citation(instrument="行政强制法", article="18(1)")
EMERGENCY = Citation(instrument="行政强制法", article="19")
HOUR = 3600


# fmt: off
@dataclass(frozen=True, slots=True)
class SeizureApproval:
    """`measures` follow an act of `approves` not undone by `rejects`; `urgent` ones come within `fresh` hours of
    the latest of `records` and are followed by `regularises` within `hours`."""

    name: ClassVar[str] = "seizure_approval"
    title: ClassVar[Text] = Text(zh="强制措施先行审批", en="Approval before a measure")
    example: ClassVar[dict[str, Any]] = {"measures": ["seize"], "approves": ["approve"], "rejects": ["reject"], "urgent": ["seize_now"],
                                         "regularises": ["regularise"], "lifts": ["lift"], "records": ["see"], "fresh": 24}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("approve eve 0", "seize ann 1"),
        ("reject eve 0", "approve eve 1", "seize ann 2", "approve eve 3", "seize ann 4"),
        ("seize_now ann 0", "regularise eve 1.8"), ("seize_now ann 0.9", "regularise eve 0.20", "lift eve 4"),
        ("approve eve 0", "seize_now ann 1", "regularise eve 1.18", "seize ann 2"), ("approve eve 0", "seize ann 10"),
        ("approve eve 0", "approve eve 8", "seize ann 18"), ("see ann 0.9", "seize_now ann 1.8"),
        ("see ann 0", "see ann 4.9", "seize_now ann 5.8"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("seize ann 0",), ("approve eve 0", "reject eve 1", "seize ann 2"), ("approve eve 0", "seize ann 1", "seize ann 2"),
        ("seize_now ann 0", "regularise eve 2"), ("seize_now ann 0", "regularise ann 0.12"), ("regularise eve 0",),
        ("seize_now ann 0", "regularise eve 0.12", "seize_now bob 3", "regularise eve 5"), ("reject eve 0", "seize ann 1"),
        ("seize_now ann 0.9", "regularise eve 1.11"), ("approve eve 0", "seize ann 11"), ("approve eve 0", "note ann 5", "seize ann 95"),
        ("seize_now ann 0", "regularise eve 0.12", "seize ann 1"), ("see ann 0.9", "seize_now ann 1.10"), ("see ann 0", "seize_now ann 3"),
    )
    kept: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("seize_now ann 0", "regularise eve 0.20", "today 30"), ("seize_now ann 0", "lift eve 0.20", "today 30"),
        ("seize_now ann 0", "today 1"))
    neglected: ClassVar[tuple[tuple[str, ...], ...]] = (("seize_now ann 0", "today 2"), ("seize_now ann 0", "lift eve 5", "today 9"))

    measures: tuple[str, ...]
    approves: tuple[str, ...]
    rejects: tuple[str, ...] = ()
    urgent: tuple[str, ...] = ()
    regularises: tuple[str, ...] = ()
    lifts: tuple[str, ...] = ()
    hours: int = 24
    days: int = 10
    records: tuple[str, ...] = ()
    fresh: int = 24

    @property
    def basis(self) -> Basis:
        """The statute: nobody lets pass."""
        return Basis.STATUTE

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        named = (*self.measures, *self.approves, *self.rejects, *self.urgent, *self.regularises, *self.lifts, *self.records)
        unknown = sorted(set(named) - {row.act for row in version.procedure.rows})
        if unknown or not self.measures or not self.approves:
            return Text(f"动作须取自流程，measures、approves不得为空（{'、'.join(unknown)}）", f"acts unknown or missing: {unknown}")
        if set(self.measures) & {*self.approves, *self.urgent} or (self.urgent and not (self.regularises and self.lifts)):
            return Text("批准、实施、紧急实施须分开；有紧急实施的，须有补办和解除", "approving, doing and urgent doing are apart; urgent needs both ways out")
        if not 1 <= self.days <= 30:
            return Text("批准的有效天数应为1至30日", "an approval lasts 1 to 30 days")
        return None if 1 <= self.hours <= 24 and 1 <= self.fresh <= 72 else Text(
            "补办时限应为1至24小时（强制法第19条），紧急情形的记录不得超过72小时", "hours must be 1 to 24 (art. 19), fresh 1 to 72")

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a measure without an approval that stands, and an approval after the fact that comes too late or from the taker."""
        command, acts = situation.proposed, [e for e in situation.case.events if e.kind == ACT]
        if command.act in self.measures:
            said = [e for e in acts if e.act in (*self.approves, *self.rejects, *self.measures)]
            if not said or said[-1].act not in self.approves:
                return self._refusal("实施前没有仍然有效的批准（未批、已否决或已经用过一次）", "no approval stands before it (none, rejected, or used up)",
                                     "请先报行政机关负责人批准后再实施。", "Have the head of the agency approve it first.", BEFORE)
            if (age := (local_day(command.at) - local_day(said[-1].at)).days) > self.days:
                return self._refusal(f"批准已过{age}日，超过{self.days}日没有实施的批准不再有效",
                    f"the approval is {age} days old: after {self.days} days it lapses", "情况可能已经变化，请重新报批后再实施。",
                                     "Things may have changed: have it approved anew.", BEFORE)
        seen = next((e for e in reversed(acts) if e.act in self.records), None) if command.act in self.urgent else None
        if seen is not None and int(command.at.timestamp()) - int(seen.at.timestamp()) > self.fresh * HOUR:
            return self._refusal(f"现场情形已记录超过{self.fresh}小时，不再是须当场实施的紧急情况",
                f"the situation was recorded more than {self.fresh} hours ago: it is no emergency any more",
                                 "请按普通程序报行政机关负责人批准后实施。", "Have the head of the agency approve it first.", BEFORE)
        if command.act in self.regularises:
            taken = next((e for e in reversed(acts) if e.act in self.urgent), None)
            if taken is None or int(command.at.timestamp()) - int(taken.at.timestamp()) > self.hours * HOUR:
                return self._refusal(f"当场实施已超过{self.hours}小时（或没有当场实施）",
                    f"more than {self.hours} hours since the urgent measure, or there was none",
                                     "逾时不得补办，应当立即解除；确有必要的重新报批。", "It can no longer be regularised: lift it at once.", EMERGENCY)
            if taken.actor == command.actor:
                return self._refusal("补办批准的人就是当场实施的人", "who regularises it is who took it", "请由行政机关负责人批准。",
                                     "The head of the agency decides.", EMERGENCY)
        return None

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find measures whose latest ground is no approval, and regularisations too late or by the taker."""
        ground = gather("last", (*self.approves, *self.rejects, *self.measures), R("_act"))
        stale = over(minus(T("_on"), last(self.approves, "_on")), self.days)
        late = negated(over(plus(last(self.urgent, "_at"), self.hours * HOUR + 1), T("_at")))
        return AnyOf((gate(self.measures, either(negated(is_in(ground, self.approves)), stale)),
                      *([gate(self.urgent, over(T("_at"), plus(last(self.records, "_at"), self.fresh * HOUR)))] if self.urgent else []),
                      gate(self.regularises, either(none(self.urgent), late, equal(last(self.urgent, "_actor"), T("_actor"))),
                          needs=["_actor"])))

    def watch(self, _: PowerVersion) -> GateRule:
        """Find emergencies that were neither regularised nor lifted within the hours (read from the second day on)."""
        settled = some((*self.regularises, *self.lifts), negated(over(minus(R("_at"), T("_at")), self.hours * HOUR)), span=Span.AFTER)
        return gate(self.urgent, both(over(Today(), plus(T("_on"), 1)), negated(settled)))

    def _refusal(self, zh: str, en: str, do_zh: str, do_en: str, citation: Citation) -> Refusal:
        return Refusal(by=self.name, ring="control", basis=self.basis, citation=citation, reason=Text(zh, en), remedy=Text(do_zh, do_en))
