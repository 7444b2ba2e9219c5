"""award_eligibility 资格逐项核实: nobody is awarded whose conditions are not proved one by one and whose vetoes are not cleared by the offices.

Why: 有意为特定关系单位放宽条件: one condition is passed over in silence, or the office that knows of the accident is not asked.
Finds: a check of a candidate with a condition without proof, a veto not answered, an office not asked, or by who took the nomination in;
an award to somebody not nominated, not checked since, or hit by a veto.
Not: whether a proof is true (material verification); who ranks first (award_follows_score).
Source: the agency's own map (考核不严、有意为特定关系单位/人放宽条件; 健全考评制度); conditions, vetoes and offices are settings.
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
from qingfeng.terms.text import Text

WORDS = 2  # characters of a proof: a number of evidence or of a paper

# fmt: off
_NOM = "nominate carl 0 candidate_no=C1"
_FIT = "test ann 2 candidate_no=C1 conditions_shown={safe:E1,trained:E2} vetoes={death:clear,fraud:clear} consulted={tax:函复3号}"
_OUT = "award eve 9 awarded=[C1]"
_OTHER = _FIT.replace("C1", "C2").replace("E1", "E3").replace("E2", "E4").replace("3号", "4号")
_TWO = (_NOM.replace("C1", "C2"), _OTHER, _OUT.replace("C1", "C1,C2"))
_HIT = _FIT.replace("fraud:clear", "fraud:hit")


@dataclass(frozen=True, slots=True)
class AwardEligibility:
    """`tests` of a candidate answer `conditions` (proof), `vetoes` (clear or hit) and `offices` (its reply), numbered ones his alone;
    `awards` name `awarded`."""

    name: ClassVar[str] = "award_eligibility"
    title: ClassVar[Text] = Text(zh="资格逐项核实", en="Eligibility shown item by item")
    basis: ClassVar[Basis] = Basis.MAP
    example: ClassVar[dict[str, Any]] = {"nominations": ["nominate"], "tests": ["test"], "awards": ["award"],
        "conditions": ["safe", "trained"],
        "vetoes": ["death", "fraud"], "offices": ["tax"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_NOM, _FIT, _OUT), (_NOM, _FIT), (_NOM, _HIT), (_NOM, _TWO[0], _FIT, _TWO[1], _TWO[2]), (_NOM, _HIT, _FIT, _OUT),
        (_NOM, _FIT, _FIT, _OUT, _OUT),
        (_NOM, _FIT.replace("ann", "bob"), _TWO[0],
         _HIT.replace("C1", "C2").replace("E1", "E3").replace("E2", "E4").replace("3号", "4号"), _OUT),
        (_FIT.replace("E1", "缴费证明"), _OTHER.replace("E3", "缴费证明")), (_NOM, _NOM.replace(" 0", " 1"), _FIT, _OUT), (_FIT,),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_NOM, _OUT), (_NOM, _HIT, _OUT), (_NOM, _FIT.replace(",trained:E2", "")), (_NOM, _FIT.replace("E2", "x")),
        (_NOM, _FIT.replace("ann", "carl")), (_NOM, _FIT.replace(",fraud:clear", "")), (_NOM, _FIT.replace("fraud:clear", "fraud:maybe")),
        (_NOM, _FIT.replace("tax", "police")), (_NOM, _FIT.replace("函复3号", "无")), (_NOM, _FIT.replace(" consulted={tax:函复3号}", "")),
        (_FIT, _OTHER.replace("4号", "3号")), (_FIT, _OTHER.replace("E4", "E2")), (_OTHER, _FIT.replace("E1", "E3")),
        (_NOM, _FIT, _TWO[2]), (_FIT, _OUT), (_NOM, _FIT, _NOM.replace(" 0", " 3"), _OUT), (_NOM, _FIT, _HIT, _OUT),
        (_NOM, _FIT.replace(",trained:E2", ""), _OUT), (_FIT, _NOM, _OUT),
        (_NOM, _TWO[0], _FIT, _TWO[1].replace("death:clear", "death:hit"), _TWO[2]), (_NOM, _FIT.replace(" candidate_no=C1", "")),
        (_NOM, _FIT.replace("E1", "x"), _OUT), (_NOM, _FIT.replace("death:clear,", ""), _OUT), (_NOM, _FIT.replace("函复3号", "无"), _OUT),
    )

    conditions: tuple[str, ...]
    vetoes: tuple[str, ...]
    offices: tuple[str, ...]
    nominations: tuple[str, ...] = ("receive_nomination",)
    tests: tuple[str, ...] = ("check_eligibility",)
    awards: tuple[str, ...] = ("evaluate_preliminarily",)

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        if not self.conditions or any(len({*one}) < len(one) for one in (self.conditions, self.vetoes, self.offices)):
            return Text(zh="条件不得为空，条件、否决情形、征求意见单位不得重复", en="name conditions; conditions, vetoes and offices once each")
        return unfit(version, self.nominations, self.tests, self.awards)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse half a check, and an award without a whole one."""
        why = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if why is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=why, remedy=Text(
            zh="请由接收推荐以外的人对每个考评对象逐项写明条件的证明、否决情形的认定和征求意见单位的复函；触及否决情形的，不得表彰。",
            en="Have another than who took it in show every condition, settle every veto and ask every office, for each candidate."))

    def _whole(self, data: Any) -> bool:
        shown, vetoes, asked = (data.get(field) or {} for field in ("conditions_shown", "vetoes", "consulted"))
        return all(len(shown.get(one, "")) >= WORDS for one in self.conditions) and all(
            vetoes.get(one) in ("clear", "hit") for one in self.vetoes) and all(len(asked.get(one, "")) >= WORDS for one in self.offices)

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, done, number = s.proposed, [e for e in s.case.events if e.kind == ACT], s.proposed.data.get("candidate_no")
        if p.act in self.tests:
            takers = {e.actor for e in done if e.act in self.nominations and number and e.data.get("candidate_no") == number}
            yield not number, "没有写明考评对象编号", "the candidate is not named"
            yield not self._whole(p.data), "条件、否决情形或者征求意见单位没有逐项写明", "conditions, vetoes or offices are not answered item by item"
            others = [e.data for e in done if e.act in self.tests and number and e.data.get("candidate_no") not in (None, number)]
            for field in ("conditions_shown", "consulted"):
                used = [said for said in (p.data.get(field) or {}).values() if any(sign in said for sign in "0123456789")
                        and any(said in (data.get(field) or {}).values() for data in others)]
                yield used, f"已用于另一考评对象：{'、'.join(used)}", f"shown for another candidate already: {', '.join(used)}"
            yield p.actor in takers, f"{s.people.name(p.actor)}接收了该推荐，不得由其核实", f"{s.people.name(p.actor)} took in this nomination"
        if p.act in self.awards:
            for one in p.data.get("awarded") or ():
                mine = [e for e in done if e.data.get("candidate_no") == one and e.act in self.nominations + self.tests]
                test = mine[-1].data if mine and mine[-1].act in self.tests and len({e.act for e in mine}) > 1 else None
                yield test is None or not self._whole(test), f"{one}推荐之后没有逐项核实资格", f"{one} has not been checked in full since nominated"
                hit = test is not None and any((test.get("vetoes") or {}).get(veto) != "clear" for veto in self.vetoes)
                yield hit, f"{one}触及否决情形", f"{one} is hit by a veto"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Look at each check, and lay each one awarded beside the latest of his."""

        def lacking(row: type[T] | type[R]) -> list[Any]:
            return [*(say.over(WORDS, say.length(say.value_of(row("conditions_shown"), one))) for one in self.conditions),
                    *(say.negated(say.is_in(say.value_of(row("vetoes"), one), ("clear", "hit"))) for one in self.vetoes),
                    *(say.over(WORDS, say.length(say.value_of(row("consulted"), one))) for one in self.offices)]

        his = say.equal(R("candidate_no"), T("_key"))
        worn = [say.gate(self.tests, say.both(say.mentions(T("_value"), "0123456789"), say.some(
            self.tests, say.both(say.differs(R("candidate_no"), T("candidate_no")), say.equal(R("_value"), T("_value"))),
            each=field)), each=field)
            for field in ("conditions_shown", "consulted")]
        came = say.gather("max", self.nominations, R("_seq"), his)
        last = say.gather("max", self.tests, R("_seq"), his)
        clear = [say.equal(say.value_of(R("vetoes"), one), "clear") for one in self.vetoes]
        good = say.both(say.equal(R("_seq"), last), say.over(R("_seq"), came),
            *(say.negated(one) for one in lacking(R)), *clear)
        return AnyOf((*worn,
            say.gate(self.tests, say.either(say.missing(T("candidate_no")), *lacking(T),
                say.some(self.nominations, say.both(say.matches("candidate_no"), say.same_actor()))), needs=["_actor"]),
            say.gate(self.awards, say.none(self.tests, good), each="awarded")))
