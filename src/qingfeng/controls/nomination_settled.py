"""nomination_settled 推荐逐个有去向: who is scored was visited, and who is struck off was asked to complete his papers first.

Why: 实地考察流于形式: one firm is visited, and the others are scored from their papers; a rival's nomination is returned "for want of
papers" that nobody ever asked him for.
Finds: a score of a candidate whom nobody visited; a nomination struck off that does not say whose, of one never asked to complete it since
he was nominated, or of one scored already; one nominated again under a number struck off, or under two numbers at a time.
Not: whether the visit was one (site_visit_evidence); whether the papers were really lacking (objections, file review).
Source: the agency's own map (考核过程不按程序进行，实地考察流于形式; 有意为特定关系单位放宽条件).
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
from qingfeng.terms.names import plain_name
from qingfeng.terms.text import Text

# fmt: off
_NOM, _ASK = "nominate fay 0 candidate_no=C1", "ask fay 1 candidate_no=C1"
_SEE, _MARK, _OFF = "visit ann 2 candidate_no=C1", "score bob 3 candidate_no=C1", "strike eve 4 candidate_no=C1"
_FIRM = f"{_NOM} candidate=示例（矿山）公司"


@dataclass(frozen=True, slots=True)
class NominationSettled:
    """`scores` of a candidate follow one of `visits` to him; `drops` strike off one of `nominations` not scored, after one of `asks`."""

    name: ClassVar[str] = "nomination_settled"
    title: ClassVar[Text] = Text(zh="推荐逐个有去向", en="Every nomination settled")
    basis: ClassVar[Basis] = Basis.MAP
    example: ClassVar[dict[str, Any]] = {
        "nominations": ["nominate"], "asks": ["ask"], "visits": ["visit"], "scores": ["score"], "drops": ["strike"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_NOM, _SEE, _MARK), (_NOM, _ASK, _OFF), (_NOM, _ASK, _SEE, _OFF), (_NOM, _ASK, _SEE, _MARK), (_SEE, _MARK),
        (_NOM, _SEE, _MARK, _MARK),
        (_NOM, _NOM.replace("C1", "C2"), _SEE, _MARK, _ASK.replace("C1", "C2"), _OFF.replace("C1", "C2")),
        (_NOM, _ASK, _OFF, _NOM.replace("C1", "C3")), (_NOM, _SEE, _SEE.replace("C1", "C2"), _MARK.replace("C1", "C2")),
        (_NOM, _NOM, _ASK, _OFF),
        (_NOM, _ASK, _OFF, _SEE, _MARK),
        (_FIRM, _FIRM.replace("C1", "C2").replace("示例（矿山）", "示例印染")), (_FIRM, _FIRM), (_FIRM, _NOM.replace("C1", "C2")),
        (_FIRM, _ASK, _OFF, _FIRM.replace("C1", "C2")), (_NOM, _FIRM.replace("C1", "C2")),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_NOM, _MARK), (_NOM, _SEE, _MARK.replace("C1", "C2")), (_NOM, _SEE, "score bob 3"), (_NOM, _OFF), (_NOM, _ASK, "strike eve 4"),
        (_NOM, _ASK, _SEE, _MARK, _OFF), (_NOM, _ASK, _OFF, _NOM), (_ASK, _NOM, _OFF), (_NOM, _ASK.replace("C1", "C2"), _OFF), (_ASK, _OFF),
        (_NOM, _NOM.replace("C1", "C2"), _ASK, _OFF.replace("C1", "C2")), (_NOM, _ASK, _NOM, _OFF), (_MARK, _NOM, _ASK, _OFF),
        (_NOM, "visit ann 2", _MARK), (_NOM, "ask fay 1", _OFF),
        (_FIRM, _FIRM.replace("C1", "C2")), (_FIRM, _FIRM.replace("C1", "C2").replace("（矿山）", "矿山")),
        (_FIRM, _ASK, _OFF, _FIRM.replace("C1", "C2"), _FIRM.replace("C1", "C3")),
    )

    visits: tuple[str, ...]
    drops: tuple[str, ...]
    asks: tuple[str, ...]
    nominations: tuple[str, ...] = ("receive_nomination",)
    scores: tuple[str, ...] = ("assess",)

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        return unfit(version, self.nominations, self.visits, self.scores, self.drops, self.asks)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a score of one never visited, and to strike off one who was not asked."""
        why = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if why is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=why, remedy=Text(
            zh="请先对每个考评对象实地考察再评分；推荐材料不全的，先一次性告知该单位补正，逾期不补、尚未评分的才能退回；退回后重新推荐的另行编号，同一对象只推荐一次。",
            en="Visit each candidate before scoring; strike off only who was asked to complete and is not scored; "
               "number anew whom you nominate after that, and nominate nobody twice."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, done, one = s.proposed, [e for e in s.case.events if e.kind == ACT], s.proposed.data.get("candidate_no")
        mine = [e.act for e in done if one and e.data.get("candidate_no") == one]
        if p.act in self.scores:
            yield not {*mine} & {*self.visits}, f"没有对{one or '该对象'}实地考察过，不得评分", f"nobody has visited {one or 'the candidate'}: no score yet"
        if p.act in self.drops:
            named = max((n for n, act in enumerate(mine, 1) if act in self.nominations), default=0)
            yield not named, "没有写明退回的是哪一个推荐，或者没有收到过", "it is not said which nomination, or there is none"
            asked = {*mine[named:]} & {*self.asks}
            yield not asked, f"没有告知{one}需要补正的材料，不得退回其推荐", f"{one} has not been told what to complete"
            yield {*mine} & {*self.scores}, f"{one}已经评分，不得退回其推荐", f"{one} has been scored already"
        if p.act in self.nominations:
            yield {*mine} & {*self.drops}, f"编号{one}的推荐已经退回，重新推荐的应另行编号", f"{one} was struck off: a new nomination has another number"
            firm, dropped = plain_name(p.data.get("candidate") or ""), {e.data.get("candidate_no") for e in done if e.act in self.drops}
            twice = next((no for e in done if e.act in self.nominations and (no := e.data.get("candidate_no")) and one and no != one
                          and no not in dropped and firm and plain_name(e.data.get("candidate") or "") == firm), None)
            yield twice, f"该对象已以编号{twice}推荐，不得再以编号{one}推荐", f"this candidate is nominated already, under number {twice}"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Lay each score, each striking off and each nomination beside what was done about the same candidate."""
        same = say.matches("candidate_no")
        named = say.gather("max", self.nominations, R("_seq"), same)
        twice = say.both(say.equal(say.plain(R("candidate")), say.plain(T("candidate"))), say.differs(R("candidate_no"), T("candidate_no")),
            say.negated(say.is_in(R("candidate_no"), say.gather("set", self.drops, R("candidate_no")))))
        unasked = say.none(self.asks, say.both(same, say.over(R("_seq"), named)))
        return AnyOf((
            say.gate(self.scores, say.none(self.visits, same)),
            say.gate(self.drops, say.either(say.missing(T("candidate_no")), say.missing(named), unasked, say.some(self.scores, same))),
            say.gate(self.nominations, say.either(say.some(self.drops, same), say.some(self.nominations, twice)))))
