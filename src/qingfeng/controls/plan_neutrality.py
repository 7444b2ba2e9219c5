"""plan_neutrality 方案不偏不倚: plan and report answer for every allegation of the lead; none is dropped alone or in silence.

Why: 倾向性调查 – what the plan does not ask, nobody has to answer; an allegation vanishes between lead and report.
Finds: a plan that neither covers nor drops an allegation, or drops it without reasons; a dropping approved by who proposed it, or
that nobody proposed; a report that leaves an allegation open, answers otherwise than allowed, or calls one dropped that was not;
one whose conclusion its own answers do not bear: to penalise with nothing established, nothing established though something was;
a later lead act (the proposal to open) that leaves a lead without any allegation: no plan could answer it.
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
from qingfeng.facts.rule import AnyOf, R, Span, T
from qingfeng.terms.text import Text

# fmt: off
ANSWERS = ("established", "not_established", "separate", "dropped")  # 成立、不成立、另案处理、不予调查
NOTES, BOTH = ("note ann 1",) * 3, "concludes={A1:established,A2:not_established}"
NEITHER = "concludes={A1:separate,A2:not_established}"
LEAD, PLAN, PART = "lead ann 0 allegations=[A1,A2]", "draw_up ann 1 covers=[A1,A2]", "draw_up ann 1 covers=[A1] dropped={A2:已由他案查处}"
AGREED, REPORT = "settle bob 2 dropped={A2:已由他案查处}", "report ann 3 concludes={A1:established,A2:dropped}"


@dataclass(frozen=True, slots=True)
class PlanNeutrality:
    """Allegations of `leads` are covered or dropped by `plans`, dropped only by `approvals` of another, all answered by `reports`.

    outcome: the field of a report that concludes; finds: what it may say only of an allegation established, clears: only of none.
    """

    name: ClassVar[str] = "plan_neutrality"
    title: ClassVar[Text] = Text(zh="方案不偏不倚", en="Neutral plan")
    example: ClassVar[dict[str, Any]] = {"leads": ["lead", "open"], "plans": ["draw_up"], "approvals": ["settle"], "reports": ["report"],
        "finds": ["punish", "refer"], "clears": ["innocent"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (LEAD, *NOTES, PLAN, *NOTES, f"report ann 3 {BOTH}"), (LEAD, PART, *NOTES, AGREED, REPORT), (LEAD, LEAD, PLAN, "settle bob 2"),
        (LEAD, LEAD, *NOTES, PLAN, PLAN, *NOTES), (LEAD, *NOTES, PART, AGREED, *NOTES), (LEAD, LEAD, f"report ann 3 {BOTH}", *NOTES),
        ("lead ann 0 allegations=[A1]", *NOTES, PLAN, "report ann 3 concludes={A1:separate}", *NOTES), (LEAD, LEAD, *NOTES, PART, AGREED),
        ("lead ann 0 allegations=[A1]", "draw_up ann 1 covers=[A1]", "lead bob 2 allegations=[A2]", *NOTES, f"report ann 3 {BOTH}"),
        (LEAD, LEAD, PART, *NOTES, "draw_up carl 2 covers=[A1,A2]", *NOTES, "report ann 3 concludes={A1:separate,A2:not_established}"),
        (LEAD, PLAN, *NOTES, f"report ann 3 {BOTH} conclusion=punish"), (LEAD, PLAN, *NOTES, f"report ann 3 {NEITHER} conclusion=innocent"),
        (LEAD, PLAN, *NOTES, f"report ann 3 {BOTH} conclusion=refer", f"report ann 4 {NEITHER} conclusion=lenient"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (LEAD, "draw_up ann 1 covers=[A1]"), (LEAD, "draw_up ann 1"), (PLAN,), (LEAD, "draw_up ann 1 covers=[A1] dropped={A2:略}"),
        (LEAD, PART, "settle ann 2 dropped={A2:已由他案查处}"), (LEAD, PLAN, AGREED), (LEAD, PART, "settle bob 2 dropped={A2:略}"),
        (LEAD, PART, REPORT), (LEAD, PLAN, "report ann 3 concludes={A1:established}"), (LEAD, PLAN, "report ann 3"),
        (LEAD, PLAN, "report ann 3 concludes={A1:established,A2:unclear}"), (LEAD, PART, "settle bob 2", REPORT), ("lead ann 0", REPORT),
        *((LEAD, PLAN, f"report ann 3 {NEITHER} conclusion={word}") for word in ("punish", "refer")),
        (LEAD, PLAN, f"report ann 3 {BOTH} conclusion=innocent"), ("lead ann 0", "open bob 0"),
        ("lead ann 0", "report ann 3 conclusion=punish"),
    )

    leads: tuple[str, ...]
    plans: tuple[str, ...]
    approvals: tuple[str, ...]
    reports: tuple[str, ...]
    outcome: str = "conclusion"
    finds: tuple[str, ...] = ("punish",)
    clears: tuple[str, ...] = ("not_established",)
    basis: ClassVar[Basis] = Basis.MAP

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        named = [act for group in (self.leads, self.plans, self.approvals, self.reports) for act in group or ("",)]
        if {*self.finds} & {*self.clears}:
            return Text("同一结论不得既要有成立事项又要没有", "the same conclusion cannot both need and bar something established")
        return None if {*named} <= {row.act for row in version.procedure.rows} and len({*named}) == len(named) else Text(
            "四组动作须取自流程、均不为空且不相交", "name four disjoint lists of acts of the procedure")

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse what leaves an allegation out, drops it in silence, or approves one's own dropping."""
        act, who, data = situation.proposed.act, situation.proposed.actor, situation.proposed.data
        events = [e for e in situation.case.events if e.kind == ACT]
        alleged = {a: e for e in events if e.act in self.leads for a in e.data.get("allegations") or ()}
        proposed = {(a, e.actor) for e in events if e.act in self.plans for a in e.data.get("dropped") or ()}
        agreed = {a for e in events if e.act in self.approvals for a in e.data.get("dropped") or ()}
        dropped, answers, word = data.get("dropped") or {}, data.get("concludes") or {}, data.get(self.outcome)
        true = [a for a, said in answers.items() if said == ANSWERS[0]]
        idle = list(answers or ["-"]) if word in self.finds and not true else []
        rules: tuple[tuple[tuple[str, ...], list[str], str, str], ...] = (
            (self.leads[1:], [] if alleged or data.get("allegations") else ["—"], "线索还没有写明反映的情况",
             "the lead states no allegation"),
            ((*self.plans, *self.reports), [] if alleged else ["—"], "线索未登记举报事项", "the lead registers no allegation"),
            (self.plans, [a for a in alleged if a not in (data.get("covers") or ()) and a not in dropped], "方案遗漏", "the plan leaves out"),
            ((*self.plans, *self.approvals), [a for a, why in dropped.items() if len(why) < 4], "未说明理由", "dropped without reasons"),
            (self.approvals, [a for a in dropped if not any(a == b for b, _ in proposed)], "无人提出不予调查", "nobody proposed to drop"),
            (self.approvals, [a for a in dropped if (a, who) in proposed], "本人提出不予调查，不得自批", "proposed to be dropped by the approver"),
            (self.reports, [a for a in alleged if a not in answers], "报告未作结论的事项", "the report leaves open"),
            (self.reports, [a for a, said in answers.items() if said not in ANSWERS], "结论不在所列之内", "not an answer that counts"),
            (self.reports, [a for a, said in answers.items() if said == "dropped" and a not in agreed], "不予调查未经批准", "never let drop"),
            (self.reports, idle, "没有一项成立，结论却认定违法", "nothing is established, yet the conclusion finds a violation"),
            (self.reports, true if word in self.clears else [], "已认定成立，结论却是没有违法", "established, yet the conclusion clears the party"),
        )
        fault = next(((zh, en, "、".join(which)) for acts, which, zh, en in rules if act in acts and which), None)
        bare = act in self.leads
        return fault and Refusal(by=self.name, ring="control", basis=self.basis, reason=Text(
            fault[0] if bare else f"{fault[0]}：{fault[2]}",
            fault[1] if bare else f"{fault[1]}: {fault[2].replace('、', ', ')}"), remedy=Text(
            "请给线索反映的每一件事编一个号（如A1、A2）填入“反映的各项情况的编号”，以后的方案和报告逐项回应。",
            "Give each thing that the lead tells of a number (A1, A2) under 'Numbers of the allegations': plan and report answer each."
        ) if bare else Text(
            "请在方案涵盖的事项和报告的逐项结论中逐项回应，结论与逐项认定一致；不予调查的，写明理由（至少4个字）并由他人批准。",
            "Answer each in plan and report, and conclude as answered; one to be dropped needs reasons (4 characters at least) and "
            "another's approval."))

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find allegations left out or open, dropped without reasons, and droppings that nobody else approved."""
        alleged, same = say.some(self.leads, each="allegations"), say.equal(R("_key"), T("_key"))
        skipped = say.negated(say.either(say.is_in(R("_key"), T("covers")), say.is_in(R("_key"), T("dropped"))))
        bare = say.over(4, say.size(T("_value")))
        own = say.some(self.plans, say.both(same, say.same_actor()), each="dropped")
        invented = say.both(say.equal(T("_value"), "dropped"), say.none(self.approvals, same, each="dropped"))
        unanswered = say.some(self.leads, say.negated(say.is_in(R("_key"), T("concludes"))), each="allegations")
        own_row = say.both(say.equal(R("_seq"), T("_seq")), say.equal(R("_value"), ANSWERS[0]))
        true, word = say.some(self.reports, own_row, span=Span.ALL, each="concludes"), T(self.outcome)
        unborne = say.either(say.both(say.is_in(word, self.finds), say.negated(true)), say.both(say.is_in(word, self.clears), true))
        later = say.both(say.negated(alleged), say.negated(say.over(say.size(T("allegations")), 0)))
        return AnyOf((
            *((say.gate(self.leads[1:], later),) if self.leads[1:] else ()),
            say.gate(self.plans, say.either(say.negated(alleged), say.some(self.leads, skipped, each="allegations"))),
            say.gate(self.plans, bare, each="dropped"),
            say.gate(self.approvals, say.either(bare, own, say.none(self.plans, same, each="dropped")), each="dropped", needs=["_actor"]),
            say.gate(self.reports, say.either(say.negated(alleged), unanswered, unborne)),
            say.gate(self.reports, say.either(say.negated(say.is_in(T("_value"), ANSWERS)), invented), each="concludes"),
        ))
