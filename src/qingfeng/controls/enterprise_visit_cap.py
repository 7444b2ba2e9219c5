"""enterprise_visit_cap 涉企检查频次上限: a firm is visited on at most so many days a year; joint visits count once.

Why: visit after visit is a way to wear a firm down until it pays.
Finds: a visit above the cap; a visit called complaint or re-check without the complaint or the order that it would need, or more of
them than `outside` in a year; a complaint that nobody but the visitors has in the case (`told`).
Not: visits of other agencies that are not in this log.
Source: the agency's own published cap, a setting; complaints and re-checks are outside it, with their ground.
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
from qingfeng.facts.rule import AnyOf, Expr, Op, R, T
from qingfeng.terms.instants import local_day
from qingfeng.terms.text import Text

# fmt: off
_OUTSIDE = ("complaint", "recheck")
_GO, _ELSE, _ORDER = "inspect_site bob {} subject=甲厂", "c2:inspect_site carl {} subject=甲厂", "order_rectification bob 1 subject=甲厂"
_SAID, _TOLD = "exempt_from_draw dan 0 document_no={}", "inspect_site bob {} subject=甲厂 visit_ground=complaint document_no={}"
_BOTH = (_SAID.format("N1"), _SAID.format("N2"))
_THERE = ("c2:" + _SAID.format("N1"), "c2:" + _TOLD.format(2, "N1"))
_MANY = (*_BOTH, _SAID.format("N3"), _SAID.format("N4"), *(_TOLD.format(n, f"N{n}") for n in (1, 2, 3)))


@dataclass(frozen=True, slots=True)
class EnterpriseVisitCap:
    """At most `cap` days of visits to a subject in a calendar year, over all cases."""

    name: ClassVar[str] = "enterprise_visit_cap"
    title: ClassVar[Text] = Text(zh="涉企检查频次上限", en="Cap on visits to a firm")
    basis: ClassVar[Basis] = Basis.RULE
    example: ClassVar[dict[str, Any]] = {"cap": 2, "outside": 3, "told": ["exempt_from_draw"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        *((_GO.format(a), _ELSE.format(b)) for a, b in ((0, 5), (1, 9), (2, 2))), (_GO.format(0), _ELSE.format(0), _GO.format(5)),
        (_ELSE.format(0), _ELSE.format(5), _GO.format(5)), (_GO.format(0), _GO.format(5), _GO.format(305)),
        (_GO.format(304), _GO.format(305)), (_GO.format(0), _GO.format(1), _ORDER, "inspect_site bob 9 subject=甲厂 visit_ground=recheck"),
        (*_BOTH, _GO.format(1), _TOLD.format(6, "N1"), _GO.format(9)), _MANY, (*_MANY, _GO.format(9)), (*_MANY[:6], _TOLD.format(2, "N3")),
        (*_BOTH, _GO.format(0), _GO.format(1), _TOLD.format(6, "N1"), _TOLD.format(9, "N2")), (*_MANY, _TOLD.format(305, "N4")),
        (_GO.format(0), _GO.format(5), "inspect_site bob 9 subject=乙厂"),
        (_ELSE.format(0), "inspect_site ann 5 subject=乙厂 visit_ground=routine"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_GO.format(0), _GO.format(5), _GO.format(9)), (_GO.format(0), _ELSE.format(5), _GO.format(9)),
        (_ELSE.format(0), _ELSE.format(5), _GO.format(9)), ("inspect_site bob 0 subject=甲厂 visit_ground=complaint",),
        (*_BOTH, _TOLD.format(0, "N1"), _TOLD.format(5, "N1")), ("inspect_site bob 0",), (*_THERE, *_BOTH, _TOLD.format(5, "N1")),
        (_TOLD.format(1, "N1"),), (_SAID.format("N1").replace("dan", "bob"), _TOLD.format(1, "N1")), (*_MANY, _TOLD.format(4, "N4")),
        (*_THERE, _SAID.format("N2"), _SAID.format("N3"), _SAID.format("N4"), *(_TOLD.format(n, f"N{n - 1}") for n in (3, 4, 5))),
        (_SAID.format("N1"), _TOLD.format(1, "N2")),
        (_ORDER, *(f"inspect_site bob {n} subject=甲厂 visit_ground=recheck" for n in (2, 3, 4, 5))),
        (_SAID.format("N1"), _TOLD.format(1, "N1") + " officers=[bob,dan]"),
        (_GO.format(0), "inspect_site bob 9 subject=甲厂 visit_ground=recheck"),
        (_ORDER.replace("甲厂", "乙厂"), "inspect_site bob 9 subject=甲厂 visit_ground=recheck"),
        (_GO.format(305), _GO.format(306), _GO.format(307)),
    )

    cap: int
    visits: tuple[str, ...] = ("inspect_site",)
    orders: tuple[str, ...] = ("order_rectification",)
    told: tuple[str, ...] = ()
    outside: int = 6

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        return unfit(version, self.visits, more=[*self.orders, *self.told]) or (
            None if 1 <= self.cap <= 50 and 1 <= self.outside <= 50 else Text(zh="每年上限应为1至50次", en="the caps must be 1 to 50 a year"))

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a visit above the cap, or outside it without its ground."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=fault, remedy=Text(
            zh="请合并或联合检查；确属投诉核查、整改复查的，写明情形并附投诉文号或先有责令整改。",
            en="Join or merge inspections; what is a complaint or a re-check says so, with the complaint's number or the order before it."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, firm, ground, number = s.proposed, *map(s.proposed.data.get, ("subject", "visit_ground", "document_no"))
        if p.act not in self.visits:
            return
        done = [e for e in s.case.events if e.kind == ACT]
        here = [(e.act, local_day(e.at), e.data) for e in done]
        there = [(u.act, u.day, u.data) for u in (s.elsewhere.uses("subject", firm) if firm else ())]
        counted = [(day, data.get("visit_ground") in _OUTSIDE) for act, day, data in here + there if act in self.visits
                   and data.get("subject") == firm and day.year == p.day.year and day != p.day]
        days, more = ({day for day, apart in counted if apart is kind} for kind in (False, True))
        again = any(u.act in self.visits for u in (s.elsewhere.uses("document_no", number) if number else ()))
        again |= any(e.act in self.visits and e.data.get("document_no") == number for e in done)
        ordered = any(e.act in self.orders and e.data.get("subject") == firm for e in done)
        yield not firm, "没有写明检查对象", "the subject is missing"
        yield ground == "complaint" and (not number or again), "投诉核查没有文号，或该投诉已核查过", "the complaint has no number, or was looked into before"
        heard = any(e.act in self.told and e.data.get("document_no") == number and e.actor not in (p.actor, *p.data.get("officers", ()))
                    for e in done)
        yield ground == "complaint" and self.told and not heard, "案中没有检查人员以外的人登记的该投诉", "nobody but the visitors has this complaint"
        often = ground in _OUTSIDE and len(more) >= self.outside
        yield often, f"今年投诉核查和整改复查已{len(more)}日，上限{self.outside}日", f"{len(more)} such days, {self.outside} is the cap"
        yield ground == "recheck" and not ordered, "没有责令整改，不是整改复查", "there is no order to re-check"
        full = ground not in _OUTSIDE and len(days) >= self.cap
        yield full, f"今年已检查{len(days)}日，上限{self.cap}日", f"visited on {len(days)} days this year, {self.cap} is the cap"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Count the other days of the year on which the subject was visited, here and elsewhere."""
        def days(kind: Expr) -> Op:
            counted = say.both(say.equal(say.year(R("_on")), say.year(T("_on"))), say.differs(R("_on"), T("_on")), kind)
            here = say.gather("set", self.visits, R("_on"), say.both(counted, say.matches("subject")))
            there = say.gather("set", self.visits, R("_on"), counted, same="subject")
            return say.plus(say.size(here), say.without(there, here))
        apart = say.is_in(R("visit_ground"), _OUTSIDE)
        heard: Expr = say.some(self.told, say.both(say.matches("document_no"), say.differs(R("_actor"), T("_actor")),
            say.negated(say.is_in(R("_actor"), T("officers"))))) if self.told else 1
        again = say.either(say.some(self.visits, say.matches("document_no")), say.some(self.visits, same="document_no"))
        ground = T("visit_ground")
        return AnyOf((say.gate(self.visits, say.either(
            say.missing(T("subject")), say.both(say.equal(ground, "complaint"), say.either(say.missing(T("document_no")), again,
                say.negated(heard))), say.both(say.is_in(ground, _OUTSIDE), say.at_least(days(apart), self.outside)),
            say.both(say.equal(ground, "recheck"), say.none(self.orders, say.matches("subject"))),
            say.both(say.negated(say.is_in(ground, _OUTSIDE)), say.at_least(days(say.negated(apart)), self.cap))), needs=["_actor"]),))
