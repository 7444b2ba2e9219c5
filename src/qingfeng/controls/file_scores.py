"""file_scores 案卷评分: nine items decide a file, the rest is points taken off item by item; the score is worked out and typed by nobody.

Why: 案卷评查走过场: a round “96” for a friend's file, nine ticks nobody looked at, one reviewer for the file that matters.
Finds: a score of a file, or by a reviewer, that was not drawn, or a second one; an item that decides left out; points off without words,
beyond the item's, or for no item; a failed item without words; a conclusion without a file, or with too few reviewers; a review
closed while a file that failed (the lowest score counts) has no measure ordered for it.
Not: who may review (`tip_access`), how the files are drawn (`drawn_from_pool`); whether points off are deserved.
Source: the file reviews of law offices as found (nine items, 20 + 80 points; not verified as law), so items and points are settings.
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

PASS, FAIL, WORDS, FULL = "pass", "fail", 4, 100  # characters; points
FILE, GATES, OFF, WHY, ALL = "file_no", "gates", "deductions", "words", "files"

# fmt: off
_DRAW = "draw eve 0 drawn=[F1,F2] officers=[ann,bob,carl,dan]"
_CARL, _DAN = (f"score {who} 3 file_no=F2 gates={{law:pass,facts:pass}}" for who in ("carl", "dan"))
_ANN, _BOB = (_CARL.replace("carl 3", f"{who} 2").replace("F2", "F1") + " deductions={list:5} words={list:目录缺页码}" for who in ("ann", "bob"))
_FAILED = _CARL.replace("law:pass", "law:fail") + " words={law:引用条款错误}"
_LOW = _CARL + " deductions={list:20,text:21} words={list:没有目录,text:说理不足}"
_END, _SHUT = "conclude eve 5 files=[F1,F2]", "close fay 9"
_MEND = "order eve 6 measures_for={m1:F2}"
_BOTH, _ANEW = (_DRAW, _ANN, _BOB, _CARL, _DAN), _DRAW.replace("eve 0", "eve 4")
_HARD = _CARL + " deductions={list:20,form:20} words={list:没有目录,form:格式不符}"


@dataclass(frozen=True, slots=True)
class Item:
    """An item of the sheet and the most points that can be taken off for it."""

    code: str
    most: int


@dataclass(frozen=True, slots=True)
class FileScores:
    """`scores` give, of one of the files `drawn` by `draws`, every one of `gates` and points off for `cover` and `content`."""

    name: ClassVar[str] = "file_scores"
    title: ClassVar[Text] = Text(zh="案卷评分", en="Scores of files")
    basis: ClassVar[Basis] = Basis.RULE  # a rule of supervision; nobody lets pass
    example: ClassVar[dict[str, Any]] = {
        "draws": ["draw"], "scores": ["score"], "concludes": ["conclude"], "orders": ["order"], "closes": ["close"],
        "gates": ["law", "facts"],
        "cover": [{"code": "list", "most": 20}], "content": [{"code": "text", "most": 50}, {"code": "form", "most": 30}]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (*_BOTH, _END, _SHUT), (_DRAW, _ANN, _BOB, _FAILED, _DAN, _END, _MEND, _SHUT), (_DRAW, _ANN, _BOB, _LOW, _DAN, _END, _MEND, _SHUT),
        (_DRAW, _ANN, _CARL), (_SHUT,), (_DRAW, _BOB, _DAN.replace("dan", "bob")), (_DRAW, _HARD, _DAN, _ANN, _BOB, _END, _SHUT),
        (_DRAW, _FAILED), *((_DRAW, bad, _ANEW, _SHUT) for bad in (_FAILED, _LOW)), (*_BOTH, _ANEW, _ANN.replace("ann 2", "ann 5")),
        (*_BOTH, _CARL.replace("carl", "bob"), _END, _SHUT), (_DRAW.replace(",F2", ""), _ANN, _BOB, _END.replace(",F2", ""), _SHUT),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_ANN,), (_DRAW, _ANN, _ANN), (_END,), (_DRAW, _CARL.replace("carl", "eve")), (_DRAW.partition(" off")[0], _ANN),
        *((_DRAW, _ANN.replace(old, new)) for old, new in (("=F1", "=F3"), ("file_no=F1 ", ""), ("list:5", "list:21"), ("list", "ink"),
            ("目录缺页码", "略"), (",facts:pass}", "}"), ("gates={law:pass,facts:pass} ", ""))), (*_BOTH, _END.replace(",F2", "")),
        *((_DRAW, _CARL.replace("facts:pass", new)) for new in ("facts:fine", "facts:pass,luck:pass")),
        *((_DRAW, _FAILED.replace(old, new)) for old, new in (("引用条款错误", "错"), ("words={law", "words={facts"))),
        *((_DRAW, _LOW.replace(old, new)) for old, new in (("text:21", "text:51"), (",text:说理不足", ""))),
        (_DRAW, _ANN, _ANN, _END), (*_BOTH, _END.replace("F2", "F2,F9")), (_MEND, _DRAW, _LOW, _SHUT), (_DRAW, _ANN, _BOB, _CARL, _END),
        *((_DRAW, _ANN, _BOB, bad, _DAN, _END, *more, _SHUT) for bad in (_FAILED, _LOW) for more in ((), (_MEND.replace("F2", "F1"),))),
        (_DRAW, _MEND, *_BOTH, _ANEW, _END), (_DRAW.replace(",F2", ""), _CARL), (_DRAW, _DRAW.replace("=[F1,F2]", "=[F1]"), _CARL),
    )

    draws: tuple[str, ...]
    scores: tuple[str, ...]
    concludes: tuple[str, ...]
    orders: tuple[str, ...]
    closes: tuple[str, ...]
    gates: tuple[str, ...]
    cover: tuple[Item, ...]
    content: tuple[Item, ...]
    pass_points: int = 60
    reviewers: int = 2

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        codes = [*self.gates, *(one.code for one in (*self.cover, *self.content))]
        most = [one.most for one in (*self.cover, *self.content)]
        fine = min(most, default=0) > 0 and sum(most) == FULL and len({*codes}) == len(codes) and bool(self.gates)
        fine = fine and 0 <= self.pass_points <= FULL and 1 <= self.reviewers <= 9
        return unfit(version, self.draws, self.scores, self.concludes, self.orders, self.closes) or (None if fine else Text(
            zh="各项不得重名，封面和内容的分值合计一百分，合格分0至100，评查人1至9", en="each item once, a hundred points in all; pass mark 0 to 100, 1 to 9 reviewers"))

    def passes(self, said: Mapping[str, Any]) -> bool:
        """True if one score lets a file pass: no item failed on which it stands or falls, and points enough are left of the hundred."""
        return FAIL not in (said.get(GATES) or {}).values() and FULL - sum((said.get(OFF) or {}).values()) >= self.pass_points

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a score that is none, a conclusion with gaps, and a closure over a file that failed."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=fault, remedy=Text(
            zh=f"请逐项填写合格与否和扣分，扣分、不合格的写明问题（{WORDS}字以上）；每卷{self.reviewers}人评；不合格的先责令整改。得分由系统计算。",
            en=f"Answer every item of each file drawn, with words for what fails and for points off; {self.reviewers} score each; "
               "what fails is ordered to be put right.  The score is worked out."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, d, done = s.proposed, s.proposed.data, [e for e in s.case.events if e.kind == ACT]
        at = max((n for n, e in enumerate(done) if e.act in self.draws), default=None)
        drawn, team = ({*((done[at].data if at is not None else {}).get(field) or ())} for field in ("drawn", "officers"))
        since = done[at + 1 :] if at is not None else done
        scored = [e for e in since if e.act in self.scores]
        if p.act in self.scores:
            yield d.get(FILE) not in drawn or p.actor not in team, "这件案卷或者评查人没有抽中", "the file, or the reviewer, was not drawn"
            again = d.get(FILE) and any(e.actor == p.actor and e.data.get(FILE) == d[FILE] for e in scored)
            yield again, "您已经评过这件案卷", "you have scored this file already"
            yield from self._sheet(s, d)
        if p.act in self.concludes:
            files = {*(d.get(ALL) or ())}
            few = sorted(one for one in files if len({e.actor for e in scored if e.data.get(FILE) == one}) < self.reviewers)
            yield not drawn or drawn - files, "抽中的案卷没有全部列入结论", "a file that was drawn is not in the conclusion"
            yield few, f"评查人不足{self.reviewers}人：{'、'.join(few)}", f"fewer than {self.reviewers} scored {', '.join(few)}"
        if p.act in self.closes:
            failed = {e.data[FILE] for e in scored if e.data.get(FILE) and not self.passes(e.data)}
            left = sorted(failed - {f for e in since if e.act in self.orders for f in (e.data.get("measures_for") or {}).values()})
            yield left, f"不合格的案卷没有责令整改：{'、'.join(left)}", f"failed, and nothing ordered for {', '.join(left)}"

    def _sheet(self, s: Situation, d: Mapping[str, Any]) -> Iterator[tuple[object, str, str]]:
        gates, off, why = (d.get(field) or {} for field in (GATES, OFF, WHY))
        odd = sorted({*self.gates} ^ {*gates} | {one for one, word in gates.items() if word not in (PASS, FAIL)})
        most = {one.code: one.most for one in (*self.cover, *self.content)}
        high = sorted(one for one, points in off.items() if points > most.get(one, -1))
        bare = sorted(one for one in (*off, *(g for g, word in gates.items() if word == FAIL)) if len(str(why.get(one) or "")) < WORDS)
        yield odd, f"一票否决项没有逐项填写：{s.told(odd).zh}", f"not every item that decides a file is answered: {s.told(odd).en}"
        yield high, f"没有这一项，或者扣分超过其分值：{s.told(high).zh}", f"no such item, or more points off than it has: {s.told(high).en}"
        yield bare, f"扣分或者不合格没有写明问题：{s.told(bare).zh}", f"nothing is said about what is wrong: {s.told(bare).en}"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Look at each score, each answer and each deduction of it, and at what conclusions and closures rest on."""
        newest, key, value, since = say.equal(R("_seq"), say.last(self.draws, "_seq")), T("_key"), T("_value"), self.draws
        drawn, team = (say.gather("set", self.draws, R("_key"), newest, each=field) for field in ("drawn", "officers"))
        twice = say.some(self.scores, say.both(say.same_actor(), say.matches(FILE)), since=since)
        unanswered = [say.missing(say.value_of(T(GATES), one)) for one in self.gates]
        silent = say.over(WORDS, say.length(say.value_of(T(WHY), key)))
        most = say.get({one.code: one.most for one in (*self.cover, *self.content)}, key)
        people = say.gather("distinct", self.scores, R("_actor"), say.equal(R(FILE), key), since=since)
        failed = (say.gather("set", self.scores, R(FILE), say.equal(R("_value"), FAIL), each=GATES, since=since),
                  say.gather("set", self.scores, R(FILE), say.over(say.total(R(OFF)), FULL - self.pass_points), since=since))
        ordered = say.gather("set", self.orders, R("_value"), each="measures_for", since=since)
        return AnyOf((
            say.gate(self.scores, say.either(say.negated(say.is_in(T(FILE), drawn)), say.negated(say.is_in(T("_actor"), team)),
                twice, *unanswered, say.over(say.size(T(GATES)), len(self.gates))), needs=["_actor"]),
            say.gate(self.scores, say.either(
                say.negated(say.is_in(value, (PASS, FAIL))), say.both(say.equal(value, FAIL), silent)), each=GATES),
            say.gate(self.scores, say.either(say.negated(say.at_least(most, value)), silent), each=OFF),
            say.gate(self.concludes, say.either(say.over(1, say.size(drawn)), say.over(say.without(drawn, T(ALL)), 0))),
            say.gate(self.concludes, say.over(self.reviewers, people), each=ALL, needs=["_actor"]),
            say.gate(self.closes, say.either(*(say.over(say.without(some, ordered), 0) for some in failed)))))
