"""award_follows_score 按得分评定: who is awarded has the higher score; to pass somebody over takes reasons and a resolution.

Why: 违规作出与考评结果相悖的决定: the ranking is done by the book, and the list is another.
Finds: an award to somebody without a result; one who is passed over by a lower one without an adopted resolution since the result that
names him with reasons; a later list that differs from the one settled before.
Not: whether the scores are right (scored_assessment); who may be a candidate (award_eligibility).
Source: the agency's own map (因打招呼说情等，违规作出与考评结果相悖的决定; 上报局党委研究).
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

WORDS = 4  # characters of a reason

# fmt: off
_SUM = "total ann 0 results={C1:90,C2:80,C3:70}"
_FIT, _ODD = "evaluate eve 4 awarded=[C1,C2]", "evaluate eve 4 awarded=[C1,C3]"
_MET = "resolve bob 2 result=adopted departures={C2:本年发生轻伤事故}"
_UP = "report dan 6 awarded=[C1,C2]"


@dataclass(frozen=True, slots=True)
class AwardFollowsScore:
    """`settles` name `awarded` by the `results` of the latest of `totals`; `resolves` excuse `departures`; `repeats` name the same."""

    name: ClassVar[str] = "award_follows_score"
    title: ClassVar[Text] = Text(zh="按得分评定", en="Awarded by the score")
    basis: ClassVar[Basis] = Basis.MAP
    example: ClassVar[dict[str, Any]] = {"totals": ["total"], "settles": ["evaluate"], "resolves": ["resolve"], "repeats": ["report"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_SUM, _FIT, _UP), (_SUM, _FIT), (_SUM, _MET, _ODD), (_SUM, _MET, _ODD, _UP.replace("C2", "C3")),
        (_SUM, _FIT.replace("C2", "C2,C3")), (_SUM,), (_SUM.replace("C2:80", "C2:70"), _ODD), (_SUM, _FIT.replace(",C2", "")),
        (_SUM, _SUM.replace("C3:70", "C3:85"), _ODD), (_SUM, _MET, _FIT, _UP), (_SUM, _FIT, _UP.replace("C1,C2", "C2,C1")),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_SUM, _ODD), (_SUM, _MET.replace("adopted", "rejected"), _ODD), (_SUM, _MET.replace("本年发生轻伤事故", "缺"), _ODD), (_MET, _SUM, _ODD),
        (_FIT,), (_SUM, _MET.replace("C2:", "C1:"), _ODD), (_SUM, _FIT.replace("C2", "C4")), (_SUM, _FIT, _UP.replace(",C2", "")),
        (_SUM, _FIT, _UP.replace("C2", "C3")), (_SUM, _FIT, _UP.replace("C2", "C2,C3")), (_SUM, "evaluate eve 4"), (_SUM, _UP),
        (_SUM, _MET, _ODD.replace("C1,", "")), (_SUM, _FIT, "report dan 6"), (_SUM, _SUM.replace("C3:70", "C3:85"), _FIT),
        (_SUM, _MET.replace(" result=adopted", ""), _ODD),
    )

    settles: tuple[str, ...] = ("evaluate_preliminarily",)
    totals: tuple[str, ...] = ("submit_assessment",)
    resolves: tuple[str, ...] = ("deliberate",)
    repeats: tuple[str, ...] = ()

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        return unfit(version, self.settles, self.totals, self.resolves, more=self.repeats)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a list that passes somebody over in silence, and another list later."""
        why = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if why is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=why, remedy=Text(
            zh="请按得分由高到低确定名单；确需越过得分较高的，先集体研究通过并逐个写明理由；此后各环节使用同一名单。",
            en="Take them by score; to pass over a higher one, resolve on it together with reasons for each; keep the list thereafter."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, done = s.proposed, [e for e in s.case.events if e.kind == ACT]
        named = {*(p.data.get("awarded") or ())}
        if p.act in self.settles:
            sums = [n for n, e in enumerate(done) if e.act in self.totals]
            scores: dict[str, int] = (done[sums[-1]].data.get("results") or {}) if sums else {}
            unknown = sorted(named - {*scores})
            yield not named or unknown, f"没有列明名单，或者没有得分：{'、'.join(unknown)}", f"no list, or without a score: {', '.join(unknown)}"
            lowest = min((scores[one] for one in named), default=0)
            excused = {one for e in done[sums[-1] :] if e.act in self.resolves and e.data.get("result") == "adopted"
                       for one, why in (e.data.get("departures") or {}).items() if len(why) >= WORDS}
            passed = sorted(one for one, score in scores.items() if one not in named and score > lowest and one not in excused)
            yield passed, f"得分较高而未入选，又没有集体研究说明理由：{'、'.join(passed)}", f"passed over without a resolution: {', '.join(passed)}"
        if p.act in self.repeats:
            settled = next(({*(e.data.get("awarded") or ())} for e in reversed(done) if e.act in self.settles), set())
            yield not named or named != settled, "名单与评定的名单不一致", "the list is not the one that was settled"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Lay each list beside the latest result, and each repetition beside the list."""
        named, newest = T("awarded"), say.equal(R("_seq"), say.gather("max", self.totals, R("_seq")))
        inside = say.is_in(R("_key"), named)
        scored = say.gather("set", self.totals, R("_key"), newest, each="results")
        lowest = say.gather("min", self.totals, R("_value"), say.both(newest, inside), each="results")
        higher = say.both(newest, say.negated(inside), say.over(R("_value"), lowest))
        passed = say.gather("set", self.totals, R("_key"), higher, each="results")
        adopted = say.both(say.equal(R("result"), "adopted"), say.at_least(say.length(R("_value")), WORDS))
        excused = say.gather("set", self.resolves, R("_key"), adopted, each="departures", since=self.totals)
        last = say.equal(R("_seq"), say.gather("max", self.settles, R("_seq")))
        settled = say.gather("set", self.settles, R("_key"), last, each="awarded")
        unequal = say.either(say.over(say.without(named, settled), 0), say.over(say.without(settled, named), 0))
        return AnyOf((
            say.gate(self.settles, say.either(say.missing(named), say.over(say.without(named, scored), 0),
                say.over(say.without(passed, excused), 0))),
            say.gate(self.repeats, say.either(say.missing(named), unequal))))
