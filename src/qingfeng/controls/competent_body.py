"""competent_body 有权机关: who may decide on a person follows from his post, and only the body that was asked is heard.

Why: 由无权的机构处理: a deputy is “dealt with” by the colleagues who sit with him, or the agency decides what was put before the higher body.
Finds: the agency asked although one of the persons holds a post above its power; a decision by another body than asked, or before any was.
Not: what is decided (`disposition_fits`, `even_handed`), or that the entry is true to the paper (`higher_decision`).
Source: 干部管理权限, which is the agency's own list: the posts above its power are a setting.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, R, T
from qingfeng.terms.text import Text

HERE, ABOVE = "agency", "superior"

# fmt: off
_LOW, _HIGH = "register ann 0 responsible={p1:bob}", "register ann 0 responsible={p1:bob,p2:eve}"
_ASK, _UP = "ask carl 1 competent_body=agency", "ask carl 1 competent_body=superior"
_DECIDE, _ENTER = "decide dan 2", "enter carl 3"


@dataclass(frozen=True, slots=True)
class CompetentBody:
    """`competent_body` (agency, superior) of `asks` against the posts of `responsible` in `registers`, and against who then decides."""

    name: ClassVar[str] = "competent_body"
    title: ClassVar[Text] = Text(zh="有权机关", en="Competent body")
    basis: ClassVar[Basis] = Basis.RULE  # a rule of supervision; nobody lets pass
    example: ClassVar[dict[str, Any]] = {"registers": ["register"], "asks": ["ask"], "decides": ["decide"], "enters": ["enter"],
        "above": ["deputy", "chief"]}
    example_posts: ClassVar[tuple[tuple[str, str], ...]] = (("eve", "deputy"), ("fay", "chief"))
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_LOW, _ASK, _DECIDE), (_HIGH, _UP, _ENTER), (_LOW, _UP, _ENTER), (_HIGH, _LOW, _ASK, _DECIDE), (_LOW, _UP, _ASK, _DECIDE),
        ("register ann 0 responsible={p1:fay}", _UP, _ENTER), (_ASK, _DECIDE), ("note ann 0 responsible={p1:fay}", _ASK, _DECIDE, _DECIDE),
        (_LOW, _ASK, _UP, _ENTER), (_LOW,),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_HIGH, _ASK), ("register ann 0 responsible={p1:fay}", _ASK), (_LOW, "ask carl 1"), (_LOW, "ask carl 1 competent_body=court"),
        (_LOW, _DECIDE), (_LOW, _ENTER), (_LOW, _ASK, _ENTER), (_HIGH, _UP, _DECIDE), (_LOW, _HIGH, _ASK), (_LOW, _ASK, _UP, _DECIDE),
        (_HIGH, _UP, _ENTER, _DECIDE), (_LOW, _UP, _ASK, _ENTER),
    )

    registers: tuple[str, ...]
    asks: tuple[str, ...]
    decides: tuple[str, ...]
    enters: tuple[str, ...]
    above: tuple[str, ...]

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        wrong = unfit(version, self.registers, self.asks, self.decides, self.enters)
        return wrong or (None if self.above and {*self.above} <= {*version.posts} else Text(
            zh="本机关无权决定的岗位应存在且不空", en="the posts above the agency's power must be posts of the power"))

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a body that is not competent, and a decision of one that was not asked."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=fault, remedy=Text(
            zh="按干部管理权限提请：本机关管理的由本机关负责人会议决定，其他的报上级，照其决定登记。",
            en="Ask by the agency's list: its own staff it decides on itself; others go up, and the higher body's decision is entered."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, done = s.proposed, [e for e in s.case.events if e.kind == ACT]
        if p.act in self.asks:
            registered = (e.data.get("responsible") for e in reversed(done) if e.act in self.registers)
            named: Mapping[str, Any] = next((one for one in registered if one), {})
            high = [s.people.name(who) for who in named.values() if any(s.people.holds(who, post, p.day) for post in self.above)]
            body = p.data.get("competent_body")
            yield body not in (HERE, ABOVE), "没有写明提请哪一级", "the body asked is not said"
            yield body == HERE and high, f"{'、'.join(high)}不由本机关处理，应当报上级", f"{', '.join(high)}: above the agency's power, to be referred up"
        asked = next((e.data["competent_body"] for e in reversed(done) if e.act in self.asks and e.data.get("competent_body")), None)
        yield p.act in self.decides and asked != HERE, "没有提请本机关决定", "the agency was not asked to decide"
        yield p.act in self.enters and asked != ABOVE, "没有报上级，没有上级的决定可以登记", "nothing was referred up: there is no decision to enter"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Look at whom the register names when a body is asked, and at who was asked when one decides."""
        body, latest = T("competent_body"), say.equal(R("_seq"), say.gather("max", self.registers, R("_seq"), say.said(R("responsible"))))
        high = say.some(self.registers, say.both(latest, say.holds(R("_value"), self.above, T("_on"))), each="responsible")
        asked = say.last(self.asks, "competent_body")
        return AnyOf((
            say.gate(self.asks, say.either(say.negated(say.is_in(body, (HERE, ABOVE))), say.both(say.equal(body, HERE), high))),
            say.gate(self.decides, say.negated(say.equal(asked, HERE))), say.gate(self.enters, say.negated(say.equal(asked, ABOVE)))))
