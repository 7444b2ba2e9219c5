"""investigation_plan 调查方案: evidence is taken by an approved plan, by the officers whom it names; a new plan is approved anew.

Why: who asks whom is settled before anybody can bend it; a plan made up afterwards covers whatever was done.
Finds: evidence outside an approved plan or its officers; a plan approved by its author, by too few others, or in other words.
Not: a plan that leaves allegations out (plan_neutrality); what another body obtained and sent here with its paper (evidence_formality
holds it to that).  Source: the agency's own map (集体研究制定调查方案).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PARTY, SYSTEM, PowerVersion
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT, Event
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, R, T
from qingfeng.terms.text import Text

# fmt: off
LETTERS = 4  # a plan in fewer characters says nothing
DRAWN, SETTLED = "draw_up ann 0 officers=[ann,bob] plan=查明主体责任", "settle bob 1 members=[bob,carl]"
SENT = ("obtained_by", "transfer_no", "transfer_hash", "received_on")  # another body's evidence, and the paper that it came with
SENT_IN = f"investigate dan 2 obtained_by=示例市公安局 transfer_no=公移1 transfer_hash={'a' * 64} received_on=2026-03-03"
NOTES, AGAIN = ("note ann 1", "note bob 1", "note ann 1"), "draw_up ann 4 officers=[ann,bob,carl] plan=另查货物来源"


@dataclass(frozen=True, slots=True)
class InvestigationPlan:
    """Evidence only by a plan drawn up by one and approved by another with `others` besides the author."""

    name: ClassVar[str] = "investigation_plan"
    title: ClassVar[Text] = Text(zh="调查方案先行", en="Plan before evidence")
    example: ClassVar[dict[str, Any]] = {"draw_up": ["draw_up"], "approve": ["settle"], "evidence": ["investigate"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (DRAWN, *NOTES), (*NOTES, DRAWN, *NOTES), (DRAWN, *NOTES, SETTLED, *NOTES), (*NOTES, DRAWN, SETTLED, "investigate party 2"),
        (DRAWN, *NOTES, "settle carl 1 members=[ann,bob,carl] plan=查明主体责任", "investigate ann 2 officers=[ann,bob]", *NOTES),
        (DRAWN, SETTLED, "investigate bob 2", *NOTES, AGAIN, "settle bob 5 members=[bob,carl] plan=另查货物来源", "investigate carl 6"),
        ("draw_up bob 0 officers=[ann,bob] plan=查明主体责任", *NOTES, "settle ann 1 members=[ann,carl]", "investigate system 2"),
        (SENT_IN, *NOTES), (DRAWN, SENT_IN, *NOTES), (DRAWN, SETTLED, SENT_IN + " officers=[dan,eve]"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (SETTLED,), ("draw_up ann 1 officers=[ann] plan=查",), (DRAWN, "investigate ann 1"), (DRAWN, SETTLED, AGAIN, "investigate ann 4"),
        (DRAWN, "settle ann 1 members=[bob,carl]"), (DRAWN, "settle bob 1 members=[ann,bob,bob]"), ("draw_up ann 0 plan=查明主体",),
        (DRAWN, SETTLED, "investigate carl 2"), (DRAWN, "settle bob 1 members=[bob,carl] plan=只查"),
        (*NOTES, DRAWN, SETTLED, "investigate ann 2 officers=[ann,carl]"), (SENT_IN.replace("obtained_by", "place"),),
        (SENT_IN.replace("transfer_no=公移1", ""),), (SENT_IN.replace("transfer_hash", "photo_hash"),), (SENT_IN.partition(" rec")[0],))

    draw_up: tuple[str, ...]
    approve: tuple[str, ...]
    evidence: tuple[str, ...]
    others: int = 2
    basis: ClassVar[Basis] = Basis.MAP

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        named = [act for group in (self.draw_up, self.approve, self.evidence) for act in group or ("",)]
        sound = {*named} <= {row.act for row in version.procedure.rows} and len({*named}) == len(named)
        return None if sound and 1 <= self.others <= 20 else Text(
            zh="三组动作须取自流程、均不为空且不相交；others应为1至20人", en="name three disjoint lists of acts; others: 1 to 20")

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse an empty plan, an approval by its author or by too few, and evidence outside the plan."""
        act, data, events = situation.proposed.act, situation.proposed.data, [e for e in situation.case.events if e.kind == ACT]
        at = [n for n, e in enumerate(events) if e.act in self.draw_up]
        fault = None
        if act in self.draw_up and (len(data.get("plan") or "") < LETTERS or not data.get("officers")):
            fault = "方案未写明内容或参加人员", "the plan does not say what is to be done and by whom"
        elif act in self.approve:
            fault = self._bad_approval(situation, [events[n] for n in at])
        elif act in self.evidence and not all(data.get(name) for name in SENT):
            fault = self._outside(situation, [events[n] for n in at], events[at[-1] + 1 if at else 0 :])
        return fault and Refusal(by=self.name, ring="control", basis=self.basis, reason=Text(zh=fault[0], en=fault[1]),
            remedy=Text(zh="请先由一人拟定方案（内容、参加人员），经他人集体研究批准，再由所列人员取证；方案有变的，重新批准。",
                        en="Draw up a plan that names its officers, have others settle it, then act by it; a change is approved anew."))

    def _bad_approval(self, s: Situation, plans: list[Event]) -> tuple[str, str] | None:
        author, data = plans[-1].actor if plans else None, s.proposed.data
        if author in (None, s.proposed.actor):
            return "方案须先由批准人以外的人拟定", "a plan is first drawn up by somebody other than who approves it"
        if (n := len({*(data.get("members") or ())} - {author})) < self.others:
            return f"除拟定人外仅{n}人参加研究，至少应有{self.others}人", f"{n} besides the author took part, {self.others} are needed"
        changed = data.get("plan") not in (None, next((e.data["plan"] for e in reversed(plans) if e.data.get("plan")), data.get("plan")))
        return ("批准的方案与拟定的不一致", "the plan approved is not the plan drawn up") if changed else None

    def _outside(self, s: Situation, plans: list[Event], since: list[Event]) -> tuple[str, str] | None:
        if not any(e.act in self.approve for e in since):
            return "调查方案（或变更后的方案）尚未批准，不得取证", "no evidence may be taken: the plan, or its change, is not approved"
        named: list[str] = next((e.data["officers"] for e in reversed(plans) if e.data.get("officers")), [])
        outside = {*({s.proposed.actor} - {PARTY, SYSTEM}), *(s.proposed.data.get("officers") or ())} - {*named}
        who = "、".join(sorted(map(s.people.name, outside)))
        return (f"方案所列人员中没有：{who}", f"the plan does not name {who}") if outside else None

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find empty plans, approvals by the author, by too few or of another text, and evidence outside an approved plan."""
        author, named = say.gather("last", self.draw_up, R("_actor")), say.last(self.draw_up, "officers")
        few = say.either(say.over(self.others, present := say.without(T("members"), ())),
                         say.both(say.is_in(author, T("members")), say.over(self.others + 1, present)))  # the author does not count
        other = say.either(say.equal(author, T("_actor")), say.differs(T("plan"), say.last(self.draw_up, "plan")))
        stranger = say.negated(say.either(say.is_in(T("_actor"), named), say.is_in(T("_actor"), (PARTY, SYSTEM))))
        outside = say.either(say.none(self.approve, since=self.draw_up), say.over(say.without(T("officers"), named), 0), stranger)
        return AnyOf((say.gate(self.draw_up, say.either(say.over(LETTERS, say.size(T("plan"))), say.missing(T("officers")))),
                      say.gate(self.approve, say.either(say.none(self.draw_up), few, other), needs=["_actor"]),
                      say.gate(self.evidence, say.both(outside, say.either(*(say.missing(T(name)) for name in SENT))), needs=["_actor"])))
