"""scored_assessment 量化评分: every assessor scores every candidate item by item, and the result is the sum, signed by several.

Why: 考核流于形式: a round number for the friend, no score from the one who would have given little, a total that nobody added up.
Finds: a standard put up or changed after scoring began; a score with an item missing or above its marks, or not the sum of its items, or
a second one, one given after reading another's on the same candidate; a result that leaves out a nominated one, that is not the sum of
the scores, to which an assessor did not contribute, or that too few sign.
Not: whether the marks are deserved (call-backs, objections); that the award follows (award_follows_score).
Source: the agency's own map (量化评分标准和要求，减少主观影响); how many signatures and whether extremes are dropped are settings.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile
from typing import Any, ClassVar

from qingfeng.catalogue.power import READ_FILE, PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, R, T
from qingfeng.terms.text import Text

# fmt: off
_STD, _NOM = "standard eve 0 full_marks={safe:60,train:40}", tuple(f"nominate fay 1 candidate_no=C{n}" for n in (1, 2))
_S = tuple(f"score {who} 2 candidate_no=C{c} scores={{safe:{a},train:{b}}} score={a + b}" for who, c, a, b in (
    ("ann", 1, 50, 30), ("bob", 1, 40, 30), ("carl", 1, 60, 40), ("ann", 2, 30, 30), ("bob", 2, 45, 30), ("carl", 2, 20, 10)))
_SUM = "total dan 4 results={C1:80,C2:60} officers=[dan,eve]"
_BACK, _DRAW, _OFF = "back eve 5", "draw eve 0 officers=[ann,bob,carl]", "recuse eve 1 officers=[dan]"
_MORE, _ALL = _DRAW.replace("carl", "carl,dan"), (_STD, *_NOM, *_S, _SUM)
_NOM3, _GONE, _LOOK = "nominate fay 1 candidate_no=C3", "strike eve 1 candidate_no=C3", "read_file bob 2 purpose=参加考评"


@dataclass(frozen=True, slots=True)
class ScoredAssessment:
    """`standards` give `full_marks`; `scores` are one per assessor and candidate; `totals` give `results` (sums), signed by `officers`.
    draws, less recuses: who has to score.  drop_extremes: the highest and the lowest score of each candidate do not count.
    resets: acts after which scoring begins anew.  readings: ways to see what others scored, barred between their score and one's own.
    drops: acts that strike a nominated one off for good (nomination_settled sees to it that they may)."""

    name: ClassVar[str] = "scored_assessment"
    title: ClassVar[Text] = Text(zh="量化评分", en="Scored item by item")
    basis: ClassVar[Basis] = Basis.MAP
    example: ClassVar[dict[str, Any]] = {"standards": ["standard"], "nominations": ["nominate"], "scores": ["score"], "totals": ["total"],
        "resets": ["back"], "draws": ["draw"], "recuses": ["recuse"], "drops": ["strike"], "fewest": 3,
        "signatures": 2, "drop_extremes": True, "readings": ["read_file"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        _ALL, _ALL[:-1], (_DRAW, *_ALL), (_MORE, _OFF, *_ALL), (_MORE, _DRAW, *_ALL), (_STD, *_NOM, *_S[:4]),
        (_STD, _NOM[0], *_S[:3], "total dan 4 results={C1:80} officers=[dan,eve]"), (_STD, *_NOM, _S[1]),
        (*_ALL, _BACK, _STD.replace("60,train:40", "70,train:50").replace("0 ", "6 ", 1), *_S[:3]), (*_ALL, _BACK, *_S, _SUM), (_STD, _STD),
        (_STD, *_NOM), (*_ALL[:-1], _SUM.replace("dan,eve", "dan,eve,fay")), (_NOM3, _GONE, *_ALL), (_GONE, _NOM3, *_ALL),
        (*_ALL[:-1], _NOM3, _GONE, _SUM), (_STD, _LOOK, *_S[:2]), (_STD, *_S[:2], _LOOK, _S[4]), (_STD, _S[0], _LOOK, _S[2], _S[4]),
        (_STD, _S[0], _LOOK, _BACK, *_S[:2]))
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_STD, _S[0].replace("50,train:30} score=80", "61,train:30} score=91")), (_STD, _S[0].replace("=80", "=90")), (_STD, _S[0], _S[0]),
        (_S[0],), (_STD, _S[0].replace(",train:30} score=80", "} score=50")), (_STD, _S[0].replace("candidate_no=C1 ", "")),
        (_STD, _S[0], _STD), (*_ALL[:-1], _SUM.replace("C1:80", "C1:90")), (_MORE, *_ALL), (_OFF, _MORE, *_ALL), (_DRAW, _MORE, *_ALL),
        (*_ALL[:-1], _SUM.replace(",C2:60", "")), (*_ALL[:-2], _SUM.replace("C2:60", "C2:0")), (*_ALL[:-1], _SUM.replace("dan,eve", "dan")),
        (*_ALL[:-1], _SUM.replace("dan,eve", "dan,dan")), (_STD, *_NOM, _S[0], _S[1], _S[3], _S[4], _SUM),
        (*_ALL[:-1], _SUM.replace("C2:60", "C2:60,C3:99")), (_STD, *_NOM, _SUM), (*_ALL, _BACK, _SUM),
        (*_ALL[:-1], "total dan 4 officers=[dan,eve]"), (_STD, _S[0].replace("train", "zeal")),
        (_STD, *_NOM, *_S[:2], *_S[3:], _SUM.replace("C1:80", "C1:0")), ("standard eve 0",), (_STD, _S[0], _LOOK, _S[1]), (_NOM3, *_ALL),
        (_STD, _S[0].replace("train:30", "train:30,zeal:9").replace("=80", "=89")), (_STD, _S[1], _BACK, _S[0], _LOOK, _S[1]),
        (_NOM3, _GONE.replace("C3", "C2"), *_ALL), (_NOM3, "strike eve 1", *_ALL), (_STD, *_S[:2], _S[3], _LOOK, _S[4]))

    fewest: int
    signatures: int = 3
    drop_extremes: bool = False
    standards: tuple[str, ...] = ("publish_criteria",)
    nominations: tuple[str, ...] = ("receive_nomination",)
    scores: tuple[str, ...] = ("assess",)
    totals: tuple[str, ...] = ("submit_assessment",)
    resets: tuple[str, ...] = ()
    draws: tuple[str, ...] = ("draw_panel",)
    recuses: tuple[str, ...] = ("decide_recusal",)
    drops: tuple[str, ...] = ()
    readings: tuple[str, ...] = (READ_FILE,)

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        if not (1 + 2 * self.drop_extremes <= self.fewest <= 30 and 1 <= self.signatures <= 9):
            return Text(zh="评委应为1至30人（去掉最高最低分的，至少3人），签名1至9人", en="1 to 30 assessors (3 where extremes drop), 1 to 9 signatures")
        return unfit(version, self.standards, self.nominations, self.scores, self.totals,
                     more=(*self.resets, *self.draws, *self.recuses, *self.drops, *(act for act in self.readings if act != READ_FILE)))

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a score outside the standard, and a result that is not their sum."""
        why = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if why is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=why, remedy=Text(
            zh=f"请先公布各项满分；每名评委先于查阅、逐个对象逐项打分并加总；评完后按得分之和统计，由{self.signatures}人以上签名。",
            en=f"Publish the marks first; each assessor scores each candidate before reading on; add up, and have {self.signatures} sign."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, done = s.proposed, [e for e in s.case.events if e.kind == ACT]
        given = [e for e in done[max((n for n, e in enumerate(done, 1) if e.act in self.resets), default=0) :] if e.act in self.scores]
        if p.act in self.standards:
            yield given or not p.data.get("full_marks"), "已经开始评分，或者没有写明各项满分", "scoring has begun, or the marks are not given"
        if p.act in self.scores:
            standards = [e.data["full_marks"] for e in done if e.act in self.standards and e.data.get("full_marks")]
            full: dict[str, int] = standards[-1] if standards else {}
            marks, one = p.data.get("scores") or {}, p.data.get("candidate_no")
            twice = any(e.actor == p.actor and e.data.get("candidate_no") == one for e in given)
            yield not one or twice, "没有写明考评对象，或者已对其评过分", "the candidate is not named, or scored already"
            there = next((e for e in given if e.actor != p.actor and e.data.get("candidate_no") == one), None)
            log = s.acts()[::-1] if there else []  # the latest first
            seen = any(e.act in self.readings and e.actor == p.actor for e in takewhile(lambda e: e is not there, log))
            yield seen, "已经看过其他评委对该对象的评分", "who has read the scores of others on this candidate may not score any more"
            high = not marks or {*marks} != {*full} or any(marks[item] > full[item] for item in marks)
            yield high, "没有按公布的标准逐项评分，或者超过满分", "not every published item is scored, or one above its marks"
            summed = sum(marks.values())
            yield p.data.get("score") != summed, f"各项之和为{summed}分，与得分不符", f"the items add up to {summed}"
        if p.act in self.totals:
            results, panel = p.data.get("results") or {}, {e.actor for e in given}
            drawn = max((n for n, e in enumerate(done, 1) if e.act in self.draws), default=0)
            out = {one for e in done[drawn:] if e.act in self.recuses for one in e.data.get("officers") or ()}
            due = {*((done[drawn - 1].data.get("officers") or ()) if drawn else ())} - out
            known, off = ({e.data["candidate_no"] for e in done if e.act in acts and e.data.get("candidate_no")}
                          for acts in (self.nominations, self.drops))
            yield not results or known - off - {*results}, "考评对象没有全部统计", "a candidate is left out of the result"
            yield len({*(p.data.get("officers") or ())}) < self.signatures, f"签名少于{self.signatures}人", f"{self.signatures} have to sign"
            yield len(panel) < self.fewest, f"评委少于{self.fewest}人", f"fewer than {self.fewest} assessors"
            for one, sum_ in results.items():
                mine = [e for e in given if e.data.get("candidate_no") == one]
                points = sorted(e.data["score"] for e in mine if e.data.get("score") is not None)
                yield (panel | due) - {e.actor for e in mine}, f"有评委没有对{one}评分", f"an assessor has not scored {one}"
                right = sum(points) - (points[0] + points[-1] if self.drop_extremes and points else 0)
                yield not points or sum_ != right, f"{one}的得分应为{right}分，不是{sum_}分", f"{one} has {right} points and not {sum_}"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Add up each score and each result anew."""
        full, marks, key, since = say.last(self.standards, "full_marks"), T("scores"), T("_key"), self.resets
        his = say.equal(R("candidate_no"), key)
        scored = say.some(self.scores, say.both(say.same_actor(), say.matches("candidate_no")), since=since)
        other = say.both(say.matches("candidate_no"), say.negated(say.same_actor()))
        theirs = say.gather("first", self.scores, R("_position"), other, since=since)
        read = say.some(self.readings, say.both(say.same_actor(), say.over(R("_position"), theirs)), since=since)
        panel = say.gather("distinct", self.scores, R("_actor"), since=since)
        right: Any = say.gather("sum", self.scores, R("score"), his, since=since)
        if self.drop_extremes:
            low, high = (say.gather(end, self.scores, R("score"), his, since=since) for end in ("min", "max"))
            right = say.minus(say.minus(right, low), high)
        off = say.gather("set", self.drops, R("candidate_no"))
        known = say.gather("set", self.nominations, R("candidate_no"), say.negated(say.is_in(R("candidate_no"), off)))
        absent = say.over(panel, say.gather("distinct", self.scores, R("_actor"), his, since=since))
        newest = say.equal(R("_seq"), say.gather("max", self.draws, R("_seq")))
        out = say.gather("set", self.recuses, R("_key"), each="officers", since=self.draws)
        due = say.gather("set", self.draws, R("_key"), say.both(newest, say.negated(say.is_in(R("_key"), out))), each="officers")
        idle = say.over(say.without(due, say.gather("set", self.scores, R("_actor"), his, since=since)), 0)
        scores = say.some(self.scores, say.both(his, say.said(R("score"))), since=since)
        wrong = say.negated(say.both(scores, say.equal(T("_value"), right)))
        return AnyOf((
            say.gate(self.standards, say.either(say.missing(T("full_marks")), say.some(self.scores, since=since))),
            say.gate(self.scores, say.either(say.missing(T("candidate_no")), scored, read, say.missing(marks),
                say.over(say.without(full, marks), 0), say.negated(say.equal(T("score"), say.total(marks)))), needs=["_actor"]),
            say.gate(self.scores, say.negated(say.at_least(say.value_of(full, key), T("_value"))), each="scores"),
            say.gate(self.totals, say.either(say.missing(T("results")), say.over(say.without(known, T("results")), 0),
                say.over(self.signatures, say.without(T("officers"), ())), say.over(self.fewest, panel)), needs=["_actor"]),
            say.gate(self.totals, say.either(absent, idle, wrong), each="results", needs=["_actor"])))
