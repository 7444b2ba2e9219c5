"""quota_order 名额先后: where the number is limited, who was accepted first is decided first, and no more are granted than there are.

Why: 优亲厚友: the file on top of the pile is the friend's; when the others are looked at, the places are gone.
Finds: a grant while somebody accepted on an earlier day for the same quota waits undecided; one of another quota than was accepted; one
beyond the number; a decision that does not say which quota.
Not: an application kept from being accepted (acceptance has its own limit and receipt).
Source: 行政许可法 57 where the power names it (`statute`): the order of acceptance, unless law says otherwise; the numbers are settings.
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
from qingfeng.facts.rule import AnyOf, R, T
from qingfeng.terms.citation import Citation
from qingfeng.terms.instants import local_day
from qingfeng.terms.text import Text

GRANT = "granted"
# fmt: off
_IN = "{}:accept_application ann {} quota_no=Q1"
_ONE, _TWO, _THREE = _IN.format("c1", 0), _IN.format("c2", 1), _IN.format("c3", 2)
_YES, _NO = "{}:decide bob {} quota_no=Q1 decision_outcome=granted", "{}:decide bob {} quota_no=Q1 decision_outcome=refused"
_OUT = "{}:withdraw_application party {} quota_no=Q1"


@dataclass(frozen=True, slots=True)
class Quota:
    """The places of one quota."""

    no: str
    places: int


@dataclass(frozen=True, slots=True)
class QuotaOrder:
    """`accepts` and `decisions` name their quota; `ends` (naming it too) take a case out of the line without a decision."""

    name: ClassVar[str] = "quota_order"
    title: ClassVar[Text] = Text(zh="名额先后", en="Order of a quota")
    example: ClassVar[dict[str, Any]] = {
        "quotas": [{"no": "Q1", "places": 2}, {"no": "Q2", "places": 1}], "decisions": ["decide"], "ends": ["withdraw_application"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_ONE, _YES.format("c1", 3)), (_ONE, _TWO, _YES.format("c1", 3), _YES.format("c2", 4)),
            (_ONE, _TWO, _NO.format("c1", 3), _YES.format("c2", 4)),
        (_ONE, _TWO, _OUT.format("c1", 3), _YES.format("c2", 4)), (_IN.format("c2", 0), _ONE, _YES.format("c1", 3)),
            (_TWO, _ONE, _NO.format("c2", 3)),
        (_ONE.replace("Q1", "Q2"), _TWO, _YES.format("c2", 3)),
            (_ONE, _TWO, _THREE, _YES.format("c1", 3), _NO.format("c2", 4), _YES.format("c3", 5)),
        (_ONE, _TWO, _NO.format("c2", 3)), (_ONE, _TWO, _YES.format("c1", 3), _YES.format("c1", 4)), (_ONE, _TWO),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_ONE, _TWO, _YES.format("c2", 3)), (_ONE, _TWO, _THREE, _YES.format("c1", 3), _YES.format("c3", 4)), (_YES.format("c1", 3),),
        (_ONE, _TWO, _THREE, _YES.format("c1", 3), _YES.format("c2", 4), _YES.format("c3", 5)),
            (_ONE, _YES.format("c1", 3).replace("Q1", "Q2")),
        (_ONE, _YES.format("c1", 3).replace("quota_no=Q1 ", "")), (_ONE, _NO.format("c1", 3).replace("quota_no=Q1 ", "")),
        (_ONE.replace("Q1", "Q9"), _YES.format("c1", 3).replace("Q1", "Q9")),
            (_ONE, _TWO, _OUT.format("c1", 3).replace("Q1", "Q2"), _YES.format("c2", 4)),
        (_ONE.replace("Q1", "Q2"), _TWO.replace("Q1", "Q2"), _YES.format("c1", 3).replace("Q1", "Q2"),
        _YES.format("c2", 4).replace("Q1", "Q2")),
        (_ONE.replace(" quota_no=Q1", ""), _YES.format("c1", 3)),
    )

    quotas: tuple[Quota, ...]
    decisions: tuple[str, ...] = ("decide_application",)
    accepts: tuple[str, ...] = ("accept_application",)
    ends: tuple[str, ...] = ()
    statute: Citation | None = None

    @property
    def basis(self) -> Basis:
        """The statute if the power names its article, else a rule: in no case to be overridden."""
        return Basis.STATUTE if self.statute else Basis.RULE

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        if not self.quotas or len({q.no for q in self.quotas}) < len(self.quotas) or any(q.places < 1 for q in self.quotas):
            return Text(zh="至少要有一个名额批次，编号不重复，名额为正数", en="one quota at least, no number twice, one place at least")
        return unfit(version, self.decisions, self.accepts, more=self.ends)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a grant out of turn or beyond the number."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, citation=self.statute, reason=fault,
            remedy=Text(zh="请先对先受理的申请作出决定，再按受理先后办理；名额用完的，依法不予并写明理由。",
                        en="Decide first on who was accepted first; when the places are gone, refuse with reasons."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, quota = s.proposed, s.proposed.data.get("quota_no")
        if p.act not in self.decisions:
            return
        mine = next((e for e in reversed(s.case.events) if e.kind == ACT and e.act in self.accepts and e.data.get("quota_no") == quota),
            None)
        yield quota is None or mine is None, "没有写明名额批次，或者与受理时的不一致", "the quota is not said, or is not that of the acceptance"
        assert mine is not None
        if p.data.get("decision_outcome") != GRANT:
            return
        others = s.elsewhere.uses("quota_no", str(quota))
        over = {u.case for u in others if u.act in self.decisions + self.ends}
        ahead = sorted({u.case for u in others if u.act in self.accepts and u.day < local_day(mine.at)} - over)
        yield ahead, f"先受理的还没有决定：{'、'.join(ahead)}", f"accepted earlier and not decided: {', '.join(ahead)}"
        places = next((q.places for q in self.quotas if q.no == quota), 0)
        given = {u.case for u in others if u.act in self.decisions and u.data.get("decision_outcome") == GRANT}
        yield len(given) >= places, f"名额{places}个已经用完", f"all {places} places are gone"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Look at each grant beside the other cases of its quota."""
        quota, case = T("quota_no"), R("_case")
        mine = say.gather("last", self.accepts, R("_on"), say.matches("quota_no"))
        ahead = say.gather("set", self.accepts, case, say.over(mine, R("_on")), same="quota_no")
        done = say.gather("set", self.decisions + self.ends, case, same="quota_no")
        given = say.gather("distinct", self.decisions, case, say.equal(R("decision_outcome"), GRANT), same="quota_no")
        places = say.or_else(say.get({q.no: q.places for q in self.quotas}, quota), 0)
        out_of_turn = say.either(say.over(say.without(ahead, done), 0), say.at_least(given, places))
        return AnyOf((say.gate(self.decisions, say.either(
            say.missing(mine), say.both(say.equal(T("decision_outcome"), GRANT), out_of_turn))),))
