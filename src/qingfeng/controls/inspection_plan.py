"""inspection_plan 检查方案: no visit without a plan that another has approved and that covers subject, items, officers and day.

Why: 无检查方案: who goes without a plan picks firms, questions and companions as he likes.
Finds: a visit without an approved plan or outside it; a plan without content or end, or approved by one of its authors.
Not: whether the plan is wise (its approver answers for that), nor how subjects came into it (drawn_at_random).
Source: the agency's own map (无检查方案; 实行检查组组长审批制); the longest period is a setting.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, R, T
from qingfeng.terms.text import Text

# fmt: off
_MADE = "make_inspection_plan ann 0 inspection_items=[fire,dust]"
_OK, _LAST = "approve_inspection_plan dan 1", "approve_inspection_plan carl 4"
_PLAN = f"{_MADE} subjects=[甲厂,乙厂] officers=[bob,carl] starts_on=2026-03-04 until=2026-03-20"
_NEW = "revise_inspection_plan eve 3 subjects=[丙厂] inspection_items=[fire,gas] officers=[bob,carl] starts_on=2026-03-04 until=2026-03-20"
_VISIT, _OTHER = "subject=甲厂 inspection_items=[fire] officers=[bob,carl]", "subject=丙厂 inspection_items=[gas] officers=[bob]"
_TEAM, _FAY = "form_inspection_team ann 2 subjects=[乙厂] officers=[fay]", "subject=乙厂 inspection_items=[dust] officers=[fay]"


@dataclass(frozen=True, slots=True)
class InspectionPlan:
    """A visit needs a plan approved by another; `completing` acts (draw, team) name subjects and officers after it."""

    name: ClassVar[str] = "inspection_plan"
    title: ClassVar[Text] = Text(zh="检查方案", en="Inspection plan")
    basis: ClassVar[Basis] = Basis.MAP
    example: ClassVar[dict[str, Any]] = {"completing": ["form_inspection_team"], "longest": 30}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        *((_PLAN, _OK, f"inspect_site {who} {n} {_VISIT}") for n in (2, 9, 18) for who in ("bob", "carl")), (_PLAN,), (_PLAN, _OK),
        (_PLAN, _PLAN, _OK), *((_PLAN, f"approve_inspection_plan {who} {n}") for who in ("dan", "eve", "fay") for n in (1, 2)),
        *((_PLAN, _OK, _NEW, _LAST, f"inspect_site bob {n} {_OTHER}") for n in (5, 9)), (_PLAN, _OK, _TEAM), (_PLAN, _NEW, _LAST),
        (_PLAN, _NEW), *((_PLAN, _OK, _TEAM, f"inspect_site fay {n} {_FAY}") for n in (4, 9)),
        (f"{_MADE} starts_on=2026-03-04 until=2026-04-03", _OK),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_PLAN, f"inspect_site bob 2 {_VISIT}"), (_PLAN, "approve_inspection_plan ann 1"), ("approve_inspection_plan dan 1",),
        *((_PLAN, _OK, f"inspect_site {who} {_VISIT}") for who in ("bob 1", "bob 19", "eve 2")),
        *((_PLAN, _OK, f"inspect_site bob 2 subject={firm} inspection_items={items} officers={who}") for firm, items, who in (
            ("丙厂", "[fire]", "[bob]"), ("甲厂", "[fire,gas]", "[bob]"), ("甲厂", "[fire]", "[bob,eve]"))),
        (_PLAN, _OK, _NEW, "approve_inspection_plan ann 4"), (_PLAN, _OK, _NEW, f"inspect_site bob 5 {_OTHER}"),
        (f"{_MADE} starts_on=2026-03-04 until=2026-04-04",), (f"{_MADE} starts_on=2026-03-20 until=2026-03-04",),
    )

    plans: tuple[str, ...] = ("make_inspection_plan", "revise_inspection_plan")
    approvals: tuple[str, ...] = ("approve_inspection_plan",)
    visits: tuple[str, ...] = ("inspect_site",)
    completing: tuple[str, ...] = ()
    longest: int = 90

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        bound = None if 1 <= self.longest <= 366 else Text(zh="方案期间应为1至366日", en="a plan may last 1 to 366 days")
        return unfit(version, self.plans, self.approvals, self.visits, more=self.completing) or bound

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a visit outside an approved plan, and a plan or an approval that is none."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=fault, remedy=Text(
            zh="请拟定写明对象、事项、人员、起止日期的方案，报未参与拟定的人批准，再按方案检查；要变动的，修改方案重新报批。",
            en="Have a plan written with subjects, items, officers, period, and approved by another; to depart from it, revise it."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, name, plan, agreed = s.proposed, s.people.name, dict[str, Any](author=""), False
        for e in (e for e in s.case.events if e.kind == ACT):
            if e.act in self.plans:
                plan, agreed = {**plan, **e.data, "author": e.actor}, False
            elif e.act in self.completing:
                plan |= {field: said for field, said in e.data.items() if field in ("officers", "subjects")}
            agreed |= e.act in self.approvals and plan["author"] not in ("", e.actor)
        if p.act in self.plans:
            first, last = (date.fromisoformat(p.data.get(field, date.min.isoformat())) for field in ("starts_on", "until"))
            fine = p.data.get("inspection_items") and first > date.min and 0 <= (last - first).days <= self.longest
            yield not fine, "方案没有检查事项，或起止日期缺失、颠倒、过长", "the plan has no items, or its period is missing or too long"
        if p.act in self.approvals:
            done = s.case.actors_of(self.plans)
            yield not done or p.actor in done, f"没有方案，或{name(p.actor)}参与了拟定", f"no plan, or {name(p.actor)} is one of its authors"
        if p.act not in self.visits:
            return
        yield not agreed, "没有检查方案，或者最新的方案未经他人批准", "there is no plan, or its latest form is not approved by another"
        out = p.data.get("subject") not in plan.get("subjects", ()) or p.actor not in plan.get("officers", ())
        yield out, f"检查对象或者{name(p.actor)}不在方案之内", f"the subject or {name(p.actor)} is not in the plan"
        for field, zh, en in (("inspection_items", "事项", "items"), ("officers", "人员", "officers")):
            beyond = sorted({*p.data.get(field, ())} - {*plan.get(field, ())})
            over = s.told(beyond if field == "inspection_items" else map(name, beyond))
            yield beyond or not p.data.get(field), f"检查{zh}未填或超出方案：{over.zh}", f"{en} not said or outside the plan: {over.en}"
        inside = plan.get("starts_on", "~") <= p.day.isoformat() <= plan.get("until", "")
        yield not inside, f"{p.day}不在方案的起止日期之内", f"{p.day} is outside the plan's period"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Compare plan, approval and visit with the latest plan."""
        plans, items, span = self.plans, T("inspection_items"), say.minus(say.day(T("until")), say.day(T("starts_on")))
        who, firms = (say.last([*plans, *self.completing], field) for field in ("officers", "subjects"))
        approved = say.some(self.approvals, say.differs(R("_actor"), say.last(plans, "_actor")), since=plans)
        first, end = (say.day(say.last(plans, field)) for field in ("starts_on", "until"))
        return AnyOf((
            say.gate(plans, say.either(say.missing(items), say.missing(span), say.over(span, self.longest), say.over(0, span))),
            say.gate(self.approvals, say.either(say.none(plans), say.some(plans, say.same_actor())), needs=["_actor"]),
            say.gate(self.visits, say.either(say.missing(items), say.over(say.without(items, say.last(plans, "inspection_items")), 0),
                say.missing(T("officers")), say.over(say.without(T("officers"), who), 0), *map(say.negated, (
                    approved, say.at_least(T("_on"), first), say.at_least(end, T("_on")), say.is_in(T("_actor"), who),
                    say.is_in(T("subject"), firms)))), needs=["_actor"])))
