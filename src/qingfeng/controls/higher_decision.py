"""higher_decision 上级决定登记核对: what a higher body decided is entered from its paper, and another person lays the entry beside it.

Why: the county gives ten thousand to each of two; the secretary enters twenty thousand for one, and every later step follows the entry.
Finds: an entry without number or text of the paper, or that differs from what was sent up without the body's reasons; a confirmation by
who entered it, of another text or with another result; acts that rest on an entry nobody has confirmed; (watch) one left unconfirmed.
Not: a forged paper (its hash is there to be compared with the body's own file); whether the decision is right.
Source: the agency's own rules of records (双人核对); no statute asks for the second hand.
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
from qingfeng.facts.rule import AnyOf, Expr, R, Span, T, Today
from qingfeng.terms.text import Text

NO, HASH, WHY, REASONS = "document_no", "document_hash", "difference_reasons", 4  # characters


@dataclass(frozen=True, slots=True)
class Entry:
    """Acts that enter a decision: its `results` and `lists` (of members); what was sent up (`proposals`); `uses` rest on it."""

    records: tuple[str, ...]
    results: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    proposals: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()


# fmt: off
_UP = "propose ann 0 awarded=[C1,C2] prizes={C1:10,C2:10}"
_IN = "enter ann 3 document_no=N1 document_hash=h1 awarded=[C1,C2] prizes={C1:10,C2:10}"
_YES = "confirm bob 4 document_no=N1 document_hash=h1 awarded=[C1,C2] prizes={C1:10,C2:10}"
_PAY = "pay carl 5"
_CUT, _CUT_YES = (line.replace("C1,C2", "C2").replace("C1:10,", "") for line in (_IN, _YES))
_WHY = " difference_reasons=县里认为C1条件不足"
_COURT, _SEEN = "judge dan 6 document_no=N2 document_hash=h2 outcome=upheld", "confirm eve 6 document_no=N2 document_hash=h2 outcome=upheld"


@dataclass(frozen=True, slots=True)
class HigherDecision:
    """`entries` carry the paper's number and hash; one of `confirms` repeats number, hash and results by another hand, `within` days."""

    name: ClassVar[str] = "higher_decision"
    title: ClassVar[Text] = Text(zh="上级决定登记核对", en="A higher body's decision, entered and confirmed")
    basis: ClassVar[Basis] = Basis.RULE
    example: ClassVar[dict[str, Any]] = {"confirms": ["confirm"], "entries": [
        {"records": ["enter"], "results": ["prizes"], "lists": ["awarded"], "proposals": ["propose"], "uses": ["pay", "end"]},
        {"records": ["judge"], "results": ["outcome"], "uses": ["revoke", "end"]}]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_UP, _IN, _YES, _PAY), (_UP, _CUT + _WHY, _CUT_YES, _PAY), (_IN, _YES, _PAY, "end dan 9"), (_PAY,),
        (_UP, _IN.replace("C1,C2", "C2,C1")), (_COURT, _SEEN, "revoke dan 7"), (_UP, _IN, _YES, _COURT, _SEEN, "end dan 9"), (_COURT, _PAY),
        (_UP, _IN, "revoke dan 4"), (_UP, _CUT + _WHY, _IN, _YES, _PAY), (_IN, _YES.replace("C1,C2", "C2,C1"), _PAY),
        (_UP, _IN, _COURT, _SEEN, _YES, _PAY),
        ("propose ann 0 awarded=[C1]", _IN.replace("C1,C2", "C1"), _YES.replace("C1,C2", "C1"), _PAY))
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_IN.replace(" document_no=N1", ""),), (_IN.replace(" document_hash=h1", ""),), (_UP, _CUT), (_UP, _CUT + " difference_reasons=无"),
        (_UP, _IN.replace("C1:10", "C1:20")), (_UP, _IN.replace("awarded=[C1,C2]", "awarded=[C1,C2,C3]")),
        (_UP, _IN.replace("awarded=[C1,C2] ", "")), (_UP, _IN, _PAY), (_UP, _IN, _YES.replace("bob", "ann")),
        (_UP, _IN, _YES.replace("h1", "h9")), (_UP, _IN, _YES.replace("C2:10", "C2:30")), (_UP, _IN, _YES.replace("C1,C2", "C1")), (_YES,),
        (_UP, _IN, _YES.replace("N1", "N9")), (_COURT, _SEEN.replace("upheld", "revoked")), (_COURT, "revoke dan 7"),
        (_UP, _IN, _YES, _COURT, "end dan 9"), (_UP, _IN, _YES, _CUT + _WHY, _PAY), (_IN, _YES, _COURT, _SEEN, _IN, _PAY),
        (_COURT, _SEEN.replace(" outcome=upheld", "")), (_COURT.replace(" outcome=upheld", ""), _SEEN),
        (_IN, "confirm bob 4 document_hash=h1"), (_COURT, _SEEN.replace("eve", "dan")), (_IN, _YES.replace("awarded=[C1,C2] ", "")),
        (_UP, _UP.replace("C1,C2", "C1"), _IN), (_UP, _IN, _YES.replace("h1", "h9"), _PAY), (_UP, _IN, _YES.replace("bob", "ann"), _PAY))
    kept: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_IN, "today 10"), (_IN, _YES, "today 60"), (_UP, "today 60"), (_COURT, _SEEN, "today 60"),
        (_IN, _YES.replace(" 4 ", " 10 "), "today 60"))
    neglected: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_IN, "today 11"), (_IN, _YES.replace(" 4 ", " 11 "), "today 60"), (_IN, _COURT, _SEEN, "today 60"),
        (_IN, _COURT, _YES, "today 60"))

    entries: tuple[Entry, ...]
    confirms: tuple[str, ...] = ("confirm_record",)
    within: int = 5

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        if not self.entries or not 1 <= self.within <= 60 or any(not one.records for one in self.entries):
            return Text(zh="至少写明一种登记；核对期限1至60个工作日", en="one kind of entry at least; confirmed within 1 to 60 working days")
        uses = tuple({act: None for one in self.entries for act in (*one.uses, *one.proposals)})
        return unfit(version, self.confirms, *(one.records for one in self.entries), more=uses)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse an entry beside its paper, and what rests on one that nobody confirmed."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=fault, remedy=Text(
            zh="请照上级机关的文件登记文号、文件和结果，与上报不同的写明上级机关的理由，由登记人以外的人对照原件核对。",
            en="Enter number, text and result from the paper, with the body's reasons for any difference; another person confirms it."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, d, done = s.proposed, s.proposed.data, [e for e in s.case.events if e.kind == ACT]
        for one in self.entries:
            if p.act in one.records:
                yield not (d.get(NO) and d.get(HASH)), "没有登记上级文件的文号和文件", "number or text of the higher body's paper is missing"
                sent = {f: e.data[f] for e in done if e.act in one.proposals for f in (*one.results, *one.lists) if e.data.get(f)}
                other = [f for f, value in sent.items() if (value != d.get(f) if f in one.results else {*value} != {*(d.get(f) or ())})]
                yield other and len(str(d.get(WHY) or "")) < REASONS, "与上报的不同，没有上级机关的理由", "it is not what was sent up; no reasons"
            if p.act in one.uses:
                last, entry = next(((n, e) for n, e in reversed([*enumerate(done, 1)]) if e.act in one.records), (0, None))
                if entry is not None:
                    seen = any(e.act in self.confirms and e.actor != entry.actor and all(
                        e.data.get(f) and e.data.get(f) == entry.data.get(f) for f in (NO, HASH)) for e in done[last:])
                    yield not seen, "登记的上级决定还没有经另一人对照原件核对", "nobody else has confirmed the entry of that decision against the paper"
        if p.act in self.confirms:
            acts, no = {act: one for one in self.entries for act in one.records}, d.get(NO)
            found = next((e for e in reversed(done) if e.act in acts and no and e.data.get(NO) == no), None)
            yield found is None, "没有登记过这一文号的决定", "no decision of this number has been entered"
            if found is not None:
                yield found.actor == p.actor, "登记人不得核对自己的登记", "who entered it may not confirm it"
                yield not d.get(HASH) or d.get(HASH) != found.data.get(HASH), "核对的文件与登记的不是同一份", "this is not the text that was entered"
                off = any(d.get(f) != found.data.get(f) for f in acts[found.act].results) or any(
                    {*(d.get(f) or ())} != {*(found.data.get(f) or ())} for f in acts[found.act].lists)
                yield off, "核对的结果与登记的不一致，请更正登记", "the result read from the paper is not what was entered: mend the entry"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Lay each entry beside what was sent up, each confirmation beside its entry; look for what rests on neither."""
        acts, rules = tuple(act for one in self.entries for act in one.records), []
        mine = say.equal(R("_seq"), say.gather("max", acts, R("_seq"), say.matches(NO)))

        def entered(field: str) -> Expr:
            return say.gather("last", acts, R(field), mine)

        def unlike(a: Expr, b: Expr, listed: bool) -> Expr:
            if listed:
                return say.over(say.plus(say.without(a, b), say.without(b, a)), 0)
            return say.both(say.negated(say.equal(a, b)), say.either(say.equal(a, a), say.equal(b, b)))

        for one in self.entries:
            fields = [(f, False) for f in one.results] + [(f, True) for f in one.lists]
            sent = [(say.last(one.proposals, f, where=say.said(R(f))), f, listed) for f, listed in fields] if one.proposals else []
            moved = say.either(*(say.both(say.said(was), unlike(T(f), was, listed)) for was, f, listed in sent))
            rules.append(say.gate(one.records, say.either(
                say.missing(T(NO)), say.missing(T(HASH)), say.both(moved, say.over(REASONS, say.length(T(WHY)))))))
            off = say.either(*(unlike(T(f), entered(f), listed) for f, listed in fields))
            rules.append(say.gate(self.confirms, say.both(say.is_in(entered("_act"), one.records), off)))
            if one.uses:
                newest = say.equal(R("_seq"), say.gather("max", one.records, R("_seq")))
                no, text, who = (say.gather("last", one.records, R(f), newest) for f in (NO, HASH, "_actor"))
                fit = say.both(say.equal(R(NO), no), say.equal(R(HASH), text), say.differs(R("_actor"), who))
                alone = say.both(say.some(one.records), say.none(self.confirms, fit, since=one.records))
                rules.append(say.gate(one.uses, alone, needs=["_actor"]))
        rules.append(say.gate(self.confirms, say.either(say.none(acts, say.matches(NO)), say.equal(T("_actor"), entered("_actor")),
            say.negated(say.equal(T(HASH), entered(HASH)))), needs=["_actor"]))
        return AnyOf(tuple(rules))

    def watch(self, _: PowerVersion) -> AnyOf:
        """Find entries that nobody else confirmed within `within` working days."""
        fit = say.both(say.matches(NO), say.matches(HASH), say.negated(say.same_actor()),
                       say.at_least(self.within, say.working_days(T("_on"), R("_on"))))
        late = say.over(say.working_days(T("_on"), Today()), self.within)
        return AnyOf(tuple(say.gate(one.records, say.both(late, say.none(self.confirms, fit, span=Span.AFTER))) for one in self.entries))
