"""accountability_follows 责任追究: each person named as liable gets a disposition by the competent body before the case closes.

Why: 包庇、袒护 also happens after the report: a name is written down and nothing follows.
Finds: a case closed with a named person not dealt with; one decided by himself, by a tied person or by a post not competent; silence.
Not: whether the disposition is severe enough.
Source: the agency's own map (加强责任追究; 严格落实问责制度); competent posts and days are settings.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, GateRule, R, Span, T, Today
from qingfeng.terms.text import Text

# fmt: off
_NAMED = "submit_inspection_report bob 1 responsible={p1:wang,p2:eve}"
_DO, _SHUT = "decide_accountability {} 3 @{} accountability={}", "close_case carl 9"
_BOTH = _DO.format("dan", "head", "{wang:warning,eve:sanction}")
_NONE = _DO.format("dan", "chief", "{wang:none,eve:talk}") + " no_accountability={wang:"


@dataclass(frozen=True, slots=True)
class AccountabilityFollows:
    """`accountability` (person → disposition, none with reasons) for every person of the latest report's `responsible`."""

    name: ClassVar[str] = "accountability_follows"
    title: ClassVar[Text] = Text(zh="责任追究", en="Accountability follows")
    basis: ClassVar[Basis] = Basis.MAP
    example: ClassVar[dict[str, Any]] = {"posts": ["head", "chief"]}
    example_ties: ClassVar[tuple[tuple[str, str], ...]] = (("fay", "wang"),)
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        *((_NAMED, _DO.format(who, post, "{wang:warning,eve:sanction}"), _SHUT) for who in ("dan", "carl") for post in ("head", "chief")),
        (_NAMED, _BOTH), (_NAMED, _BOTH, _SHUT, _SHUT), (_SHUT,), ("submit_inspection_report bob 1", _SHUT),
        (_NAMED, _NONE + "并无过错}", _SHUT),
        (_NAMED, _DO.format("dan", "head", "{wang:talk}"), _DO.format("fay", "chief", "{eve:talk}"), _SHUT), (_NAMED, _BOTH, _BOTH),
        (_NAMED, _BOTH + " members=[carl,fay]", _SHUT),
        (_NAMED, "submit_inspection_report bob 2 responsible={p1:wang}", _DO.format("dan", "head", "{wang:talk}"), _SHUT),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_NAMED, _SHUT), (_NAMED, _DO.format("dan", "head", "{wang:talk}"), _SHUT), (_BOTH, _NAMED, _SHUT),
        (_NAMED, "decide_accountability dan 3 @head"), (_NAMED, _DO.format("eve", "head", "{wang:warning,eve:talk}")),
        (_NAMED, _BOTH + " members=[eve,fay]"), (_NAMED, _DO.format("dan", "clerk", "{wang:talk}")),
        (_NAMED, _DO.format("fay", "head", "{wang:talk}")), (_NAMED, _DO.format("dan", "head", "{wang:forgiven}")), (_NAMED, _NONE + "无}"),
        (_NAMED, "submit_inspection_report bob 2 responsible={p1:zhao}", _DO.format("dan", "head", "{wang:talk}"), _SHUT),
        (_NAMED, _DO.format("dan", "chief", "{wang:none,eve:talk}")),
    )
    kept: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_NAMED, "today 31"), (_NAMED, _BOTH, "today 90"), (_NAMED, "submit_inspection_report bob 2", "today 90"),
    )
    neglected: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_NAMED, "today 32"), (_NAMED, _DO.format("dan", "head", "{wang:talk}"), "today 90"),
    )

    posts: tuple[str, ...]
    reports: tuple[str, ...] = ("submit_inspection_report",)
    decisions: tuple[str, ...] = ("decide_accountability",)
    closings: tuple[str, ...] = ("close_case",)
    words: tuple[str, ...] = ("none", "talk", "warning", "sanction", "referral")
    days: int = 30

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        fine = self.posts and {*self.posts} <= {*version.posts} and self.words and 1 <= self.days <= 365
        return unfit(version, self.reports, self.decisions, self.closings) or (None if fine else Text(
            zh="有权岗位应存在且不空，处理方式不能为空，天数应为1至365", en="competent posts must be posts of the power, dispositions named, days 1 to 365"))

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a disposition by the wrong person, and a closure that leaves somebody out."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=fault, remedy=Text(
            zh="请由有权且无利害关系的人逐人作出处理，不予处理的说明理由（四字以上），然后再结案。",
            en="Have a competent post without a tie dispose of each person, with reasons where nothing follows, and close the case then."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, said = s.proposed, s.proposed.data.get("accountability", {})
        if p.act in self.decisions:
            near = {i.other for i in s.people.interests if i.officer == p.actor and p.day in i.span} | {p.actor, *p.data.get("members", ())}
            own = [s.people.name(who) for who in said if who in near]
            why = p.data.get("no_accountability", {})
            bare = [s.people.name(who) for who, word in said.items() if word == "none" and len(str(why.get(who, ""))) < 4]
            yield s.authority.post not in self.posts, "该岗位无权作出责任追究处理", "this post is not competent"
            yield not said or {*said.values()} - {*self.words}, "没有写明处理，或处理方式不在规定之内", "no disposition, or one that is not provided for"
            yield own, f"决定人或参会人就是{'、'.join(own)}或与其有利害关系", f"who decides is, or is tied to, {', '.join(own)}"
            yield bare, f"对{'、'.join(bare)}不予处理，没有说明理由", f"nothing follows for {', '.join(bare)}, without reasons"
        if p.act in self.closings:
            named, settled = set[str](), set[str]()
            for e in s.case.events:
                if e.kind == ACT and e.act in self.reports:
                    named, settled = {*e.data.get("responsible", {}).values()}, set()
                elif e.kind == ACT and e.act in self.decisions:
                    settled |= {*e.data.get("accountability", {})}
            left = "、".join(map(s.people.name, sorted(named - settled)))
            yield left, f"责任人员尚未处理：{left}", f"persons not dealt with: {left.replace('、', ', ')}"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Look at who decides on whom, and at who is left at the close."""
        key, newest = T("_key"), say.equal(R("_seq"), say.last(self.reports, "_seq"))
        named = say.gather("set", self.reports, R("_value"), newest, each="responsible")
        settled = say.gather("set", self.decisions, R("_key"), each="accountability", since=self.reports)
        bare = say.over(4, say.length(say.value_of(T("no_accountability"), key)))
        return AnyOf((
            say.gate(self.closings, say.over(say.without(named, settled), 0)),
            say.gate(self.decisions, say.either(say.negated(say.is_in(T("_post"), self.posts)), say.missing(T("accountability")))),
            say.gate(self.decisions, say.either(
                say.equal(key, T("_actor")), say.is_in(key, T("members")), say.tied(T("_actor"), key, T("_on")),
                say.negated(say.is_in(T("_value"), self.words)), say.both(say.equal(T("_value"), "none"), bare)), each="accountability",
                needs=["_actor"])))

    def watch(self, _: PowerVersion) -> GateRule:
        """Find who was named and not dealt with in `days`."""
        settled = say.some(self.decisions, say.is_in(T("_value"), R("accountability")), span=Span.AFTER)
        return say.gate(self.reports, say.both(
            say.over(say.minus(Today(), T("_on")), self.days), say.negated(settled), say.none(self.reports, span=Span.AFTER)),
            each="responsible")
