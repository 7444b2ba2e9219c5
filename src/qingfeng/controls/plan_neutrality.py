"""plan_neutrality 方案不偏不倚: plan and report answer for every allegation of the lead; none is dropped alone or in silence.

Why: 倾向性调查 – what the plan does not ask, nobody has to answer; an allegation vanishes between lead and report.
Finds: a plan that neither covers nor drops an allegation, or drops it without reasons; a dropping approved by who proposed it, or
that nobody proposed; a report that leaves an allegation open, answers otherwise than allowed, or calls one dropped that was not.
Not: an allegation that the lead's registrar left out (the call-back to the reporting person finds that).
Source: the agency's own map (制定带有倾向性的调查方案); no statute says how.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, R, T
from qingfeng.terms.text import Text

# fmt: off
ANSWERS = ("established", "not_established", "separate", "dropped")  # 成立、不成立、另案处理、不予调查
NOTES, BOTH = ("note ann 1",) * 3, "concludes={A1:established,A2:not_established}"
LEAD, PLAN, PART = "lead ann 0 allegations=[A1,A2]", "draw_up ann 1 covers=[A1,A2]", "draw_up ann 1 covers=[A1] dropped={A2:已由他案查处}"
AGREED, REPORT = "settle bob 2 dropped={A2:已由他案查处}", "report ann 3 concludes={A1:established,A2:dropped}"


@dataclass(frozen=True, slots=True)
class PlanNeutrality:
    """Allegations of `leads` are covered or dropped by `plans`, dropped only by `approvals` of another, all answered by `reports`."""

    name: ClassVar[str] = "plan_neutrality"
    title: ClassVar[Text] = Text(zh="方案不偏不倚", en="Neutral plan")
    example: ClassVar[dict[str, Any]] = {"leads": ["lead"], "plans": ["draw_up"], "approvals": ["settle"], "reports": ["report"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (LEAD, *NOTES, PLAN, *NOTES, f"report ann 3 {BOTH}"), (LEAD, PART, *NOTES, AGREED, REPORT), (LEAD, LEAD, PLAN, "settle bob 2"),
        (LEAD, LEAD, *NOTES, PLAN, PLAN, *NOTES), (LEAD, *NOTES, PART, AGREED, *NOTES), (LEAD, LEAD, f"report ann 3 {BOTH}", *NOTES),
        ("lead ann 0 allegations=[A1]", *NOTES, PLAN, "report ann 3 concludes={A1:separate}", *NOTES), (LEAD, LEAD, *NOTES, PART, AGREED),
        ("lead ann 0 allegations=[A1]", "draw_up ann 1 covers=[A1]", "lead bob 2 allegations=[A2]", *NOTES, f"report ann 3 {BOTH}"),
        (LEAD, LEAD, PART, *NOTES, "draw_up carl 2 covers=[A1,A2]", *NOTES, "report ann 3 concludes={A1:separate,A2:not_established}"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (LEAD, "draw_up ann 1 covers=[A1]"), (LEAD, "draw_up ann 1"), (PLAN,), (LEAD, "draw_up ann 1 covers=[A1] dropped={A2:略}"),
        (LEAD, PART, "settle ann 2 dropped={A2:已由他案查处}"), (LEAD, PLAN, AGREED), (LEAD, PART, "settle bob 2 dropped={A2:略}"),
        (LEAD, PART, REPORT), (LEAD, PLAN, "report ann 3 concludes={A1:established}"), (LEAD, PLAN, "report ann 3"),
        (LEAD, PLAN, "report ann 3 concludes={A1:established,A2:unclear}"), (LEAD, PART, "settle bob 2", REPORT), ("lead ann 0", REPORT),
    )

    leads: tuple[str, ...]
    plans: tuple[str, ...]
    approvals: tuple[str, ...]
    reports: tuple[str, ...]
    basis: ClassVar[Basis] = Basis.MAP

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        named = [act for group in (self.leads, self.plans, self.approvals, self.reports) for act in group or ("",)]
        return None if {*named} <= {row.act for row in version.procedure.rows} and len({*named}) == len(named) else Text(
            "四组动作须取自流程、均不为空且不相交", "name four disjoint lists of acts of the procedure")

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse what leaves an allegation out, drops it in silence, or approves one's own dropping."""
        act, who, data = situation.proposed.act, situation.proposed.actor, situation.proposed.data
        events = [e for e in situation.case.events if e.kind == ACT]
        alleged = {a: e for e in events if e.act in self.leads for a in e.data.get("allegations") or ()}
        proposed = {(a, e.actor) for e in events if e.act in self.plans for a in e.data.get("dropped") or ()}
        agreed = {a for e in events if e.act in self.approvals for a in e.data.get("dropped") or ()}
        dropped, answers = data.get("dropped") or {}, data.get("concludes") or {}
        rules: tuple[tuple[tuple[str, ...], list[str], str, str], ...] = (
            ((*self.plans, *self.reports), [] if alleged else ["allegations"], "线索未登记举报事项", "the lead registers no allegation"),
            (self.plans, [a for a in alleged if a not in (data.get("covers") or ()) and a not in dropped], "方案遗漏", "the plan leaves out"),
            ((*self.plans, *self.approvals), [a for a, why in dropped.items() if len(why) < 4], "未说明理由", "dropped without reasons"),
            (self.approvals, [a for a in dropped if not any(a == b for b, _ in proposed)], "无人提出不予调查", "nobody proposed to drop"),
            (self.approvals, [a for a in dropped if (a, who) in proposed], "本人提出不予调查，不得自批", "proposed to be dropped by the approver"),
            (self.reports, [a for a in alleged if a not in answers], "报告未作结论的事项", "the report leaves open"),
            (self.reports, [a for a, said in answers.items() if said not in ANSWERS], "结论不在所列之内", "not an answer that counts"),
            (self.reports, [a for a, said in answers.items() if said == "dropped" and a not in agreed], "不予调查未经批准", "never let drop"),
        )
        fault = next(((zh, en, "、".join(which)) for acts, which, zh, en in rules if act in acts and which), None)
        return fault and Refusal(by=self.name, ring="control", basis=self.basis, reason=Text(
            f"{fault[0]}：{fault[2]}", f"{fault[1]}: {fault[2].replace('、', ', ')}"), remedy=Text(
            "请在方案（covers）和报告（concludes）中逐项回应；不予调查的，写明理由（dropped）并由他人批准。",
            "Answer each in plan (covers) and report (concludes); one to be dropped needs reasons (dropped) and another's approval."))

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find allegations left out or open, dropped without reasons, and droppings that nobody else approved."""
        alleged, same = say.some(self.leads, each="allegations"), say.equal(R("_key"), T("_key"))
        skipped = say.negated(say.either(say.is_in(R("_key"), T("covers")), say.is_in(R("_key"), T("dropped"))))
        bare = say.over(4, say.size(T("_value")))
        own = say.some(self.plans, say.both(same, say.same_actor()), each="dropped")
        invented = say.both(say.equal(T("_value"), "dropped"), say.none(self.approvals, same, each="dropped"))
        unanswered = say.some(self.leads, say.negated(say.is_in(R("_key"), T("concludes"))), each="allegations")
        return AnyOf((
            say.gate(self.plans, say.either(say.negated(alleged), say.some(self.leads, skipped, each="allegations"))),
            say.gate(self.plans, bare, each="dropped"),
            say.gate(self.approvals, say.either(bare, own, say.none(self.plans, same, each="dropped")), each="dropped", needs=["_actor"]),
            say.gate(self.reports, say.either(say.negated(alleged), unanswered)),
            say.gate(self.reports, say.either(say.negated(say.is_in(T("_value"), ANSWERS)), invented), each="concludes"),
        ))
