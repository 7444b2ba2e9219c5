"""numbers_in_sequence 文号连续: every number given to a paper follows one that was used or voided; none is left out, none jumps.

Why: a number kept back is a decision that can be written later and dated earlier; a number that is missing is a paper that vanished.
Finds: a number whose predecessor in its series and year nobody used or voided, one of another year, one without a number in it, one
from a series that this kind of paper does not use, one that was voided; a new year of a known series that does not begin with 1; a
number voided without reasons or after its use, and the next one taken by who voided it.
Not: with which number an agency begins when it takes up the system; a number used twice (`document_identity`); numbers of others.
Source: the agency's own rule (文号登记); no statute counts the numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, Expr, R, T
from qingfeng.facts.say import written
from qingfeng.terms.numbering import before, before_wider, head_of, number_key, serial_of, series_of, year_of
from qingfeng.terms.sharing import head_key, kind_key, series_key
from qingfeng.terms.text import Text

FIELD, REASONS = "document_no", 4  # characters
GIVERS = (  # acts of the shipped powers that give a paper its number: one agency may number all its papers in one series
    "carry_out_measure", "issue_stop_notice", "issue_explosives_stop", "decide_accountability", "decide_penalty", "decide_no_penalty",
    "decide_summary_penalty", "change_decision", "approve_remission", "seal_document", "issue_acceptance_receipt", "give_one_time_notice",
    "accept_application", "refuse_acceptance", "refuse_unsupplemented", "decide_application", "issue_licence", "request_missing_material",
    "approve_announcement", "report_budget", "issue_budget", "decide_sanction", "decide_review", "request_programme", "report_to_county")
# fmt: off
_NO, _OTHER = "document_no=甲〔2026〕{}号", "document_no=乙〔2026〕{}号"
_ONE, _TWO, _THREE, _NINE = (f"decide ann 0 {_NO.format(n)}" for n in (1, 2, 3, 9))
_VOID = f"void bob 1 {_NO.format(2)} reasons=打印错误作废"
_NEW, _DAY = "decide ann 310 document_no=甲〔2027〕{}号", "decide ann {} document_no=甲{}".format


@dataclass(frozen=True, slots=True)
class NumbersInSequence:
    """`acts` give a paper its `document_no`, `voids` void one; `series`: numbers that read like those of a kind with several series;
    `givers`: acts, of other powers too, that may have given the one before; `years_joined`: 20260017 is number 17 of 2026."""

    name: ClassVar[str] = "numbers_in_sequence"
    title: ClassVar[Text] = Text(zh="文号连续", en="Numbers in sequence")
    basis: ClassVar[Basis] = Basis.RULE
    example: ClassVar[dict[str, Any]] = {"acts": ["decide", "release"], "voids": ["void"], "series": ["乙〔2026〕1号"],
                                         "givers": ["grant"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_ONE, _TWO, _THREE), (_ONE, f"c2:{_TWO}".replace("decide", "grant"), _THREE), (f"c2:{_NINE}", f"decide bob 3 {_NO.format('０10')}"),
        (f"c1:{_ONE}", f"c2:{_TWO}", f"c1:{_THREE}"), (_ONE, f"c2:{_VOID}", _THREE),
        (_ONE, _VOID, f"c2:{_VOID.replace('2号', '3号')}", _NINE.replace("9号", "4号")),
        (_NINE, f"c2:release dan 1 {_NO.format('9-2')}", f"c2:decide eve 2 {_NO.format('10')}"),
        (f"c2:{_ONE}", _NEW.format(1), f"c2:{_NEW.format(2)}"), ("decide ann 0 document_no=丁12", "c2:decide ann 9 document_no=丁013"),
        (f"c2:{_ONE}", f"decide ann 1 {_OTHER.format(7)}", f"c2:release ann 2 {_OTHER.format(8)}"),
        (_ONE, "note ann 1 document_no=甲〔2026〕9号", f"c2:{_TWO.replace('〔', '[')}"), ("decide ann 0",), (_ONE, _ONE),
        (_NINE, _NINE.replace("9号", "10号"), f"c2:{_NINE}"), (f"c2:{_ONE}", "release ann 1 document_no=丙〔2026〕4号"),
        (f"c2:{_DAY(0, 20260017)}", _DAY(300, 20260018), f"c3:{_DAY(310, 20270001)}", _DAY(311, 20270002)),
        (f"c2:{_DAY(0, 2026999)}", _DAY(300, 20261000)), (f"c2:{_ONE}", f"release ann 310 {_NEW.format(1)[15:]}"),
        (f"c2:{_DAY(0, 20260302017)}", _DAY(1, 20260303001), f"c3:{_DAY(1, 20260303002)}"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_ONE, _THREE), (_ONE, f"c2:{_NINE}".replace("decide", "grant"), _NINE), (f"c2:{_ONE}", _NINE), (f"c2:{_NINE}", _ONE),
        (f"c2:{_NINE}", f"release ann 0 {_NO.format('007')}"), (f"c2:{_ONE}", "decide ann 1 document_no=丙〔2026〕1号"),
        (_ONE, "decide ann 1 document_no=丙〔2026〕2号"), (_NEW.format(1).replace("310", "3"),), (f"c2:{_ONE}", _NEW.format(2)),
        ("decide ann 0 document_no=甲某号",), (_ONE.replace("1号", "0号"),), (_ONE, _VOID, _THREE.replace("ann", "bob")),
        (_ONE, f"c2:{_VOID}", f"c3:{_THREE.replace('ann', 'bob')}"), (_ONE, _VOID, _TWO), (_ONE, f"c2:{_VOID}", _TWO),
        (_ONE, _VOID.replace("打印错误作废", "废")), (_ONE, _VOID.replace("2号", "1号")), ("void bob 1 reasons=打印错误作废",),
        (_ONE, _VOID.replace("2号", "4号")), (f"c2:{_ONE}", _VOID.replace("2号", "1号")), (_ONE, _VOID, f"c2:{_VOID}"),
        (_ONE, f"release ann 1 {_NO.format('3-2')}"), (_ONE, "note ann 1 document_no=甲〔2026〕2号", _THREE),
        (f"c2:{_DAY(0, 20260017)}", _DAY(1, 20260019)), (f"c2:{_DAY(0, 20260017)}", _DAY(310, 20270002)),
        (f"c2:{_DAY(300, 20260017)}", _DAY(310, 20260018)), (f"c2:{_ONE}", f"release ann 310 {_NEW.format(2)[15:]}"),
        (_ONE, f"void bob 310 {_NEW.format(2)[15:]} reasons=打印错误作废"), (_DAY(0, 20260302017), _DAY(1, 20260303002)),
    )

    acts: tuple[str, ...]
    voids: tuple[str, ...] = ()
    series: tuple[str, ...] = ()
    givers: tuple[str, ...] = GIVERS
    years_joined: bool = True

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        odd = [Text(f"series：文号{one}中没有序号", f"series: {one} has no number in it") for one in self.series if head_of(one) is None]
        return odd[0] if odd else unfit(version, self.acts, more=self.voids)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a number that leaves one out, and one voided on no ground."""
        p = situation.proposed
        if p.act not in self.acts + self.voids or (p.act in self.acts and not p.data.get(FIELD)):
            return None
        fault = next((Text(zh, en) for bad, zh, en in self._guards(situation, str(p.data.get(FIELD) or "")) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=fault, remedy=Text(
            "请按文号登记依次取用下一号；写错不用的号，由另一人说明理由作废后再取下一号。",
            "Take the next number of the series; one that was spoilt is voided by somebody else, with reasons, before the next is taken."))

    def _guards(self, s: Situation, number: str) -> Iterator[tuple[object, str, str]]:
        p, joined, taken = s.proposed, self.years_joined, self.acts + self.voids
        prior, year, serial = before(number, joined), year_of(number, joined), serial_of(number, joined) or 0
        yield not serial, f"文号{number or '（未填）'}中没有序号", f"there is no number in {number or 'it (nothing is said)'}"
        yield year not in (None, p.day.year), f"文号{number}的年份不是办理当年（{p.day.year}年）", f"{number} is not of {p.day.year}"
        yield self._said(s, self.voids, number), f"文号{number}已经作废", f"{number} was voided"
        if p.act in self.voids:
            yield self._said(s, self.acts, number), f"文号{number}已经使用，不能作废", f"{number} is in use and cannot be voided here"
            yield len(str(p.data.get("reasons") or "").strip()) < REASONS, f"作废须说明理由（至少{REASONS}个字）", "say why it is voided"
        priors = [one for one in (prior, before_wider(number, joined)) if one]
        own = p.act in self.acts and any(p.actor in self._said(s, self.voids, one) for one in priors)
        yield own, f"上一号{prior}是本人作废的，须由他人取用下一号", f"the same person voided {prior}"
        if self._said(s, taken, number) or any(self._said(s, taken + self.givers, one) for one in priors):
            return
        series, mine = series_of(number, joined), head_of(number, joined)
        row = self._others(s, number, taken, series_key(number, joined) or "", lambda d: series_of(d, joined) == series)
        yield (row, f"{number}之前的{prior or '号'}没有使用也没有作废，不得跳号",
               f"the number before {number} is neither used nor voided: none may be left out")
        kind = self._others(s, number, (p.act,), kind_key(s.case.version.power, p.act), lambda _: True) if p.act in self.acts else []
        heads, known = ({head_of(one, joined) for one in some} for some in (kind, self.series))
        old = serial > 1 and self._others(s, number, taken, head_key(number, joined) or "", lambda d: head_of(d, joined) == mine)
        yield old, "新的一年从1号编起", "a new year begins with number 1"
        yield heads and mine not in heads | known, f"{number}不属于这种文书在用的系列（{next(iter(kind), '')}）", f"{number} is of another series"

    def _said(self, s: Situation, acts: tuple[str, ...], number: str) -> set[str | None]:
        key, mine = number_key(number), [e for e in s.case.events if e.kind == ACT and e.act in acts and e.data.get(FIELD)]
        here = {e.actor for e in mine if number_key(e.data[FIELD]) == key}
        return here | {use.actor for use in s.elsewhere.uses(FIELD, number) if use.act in acts} if number else set()

    def _others(self, s: Situation, number: str, acts: tuple[str, ...], key: str, fits: Callable[[str], bool]) -> list[str]:
        there: list[tuple[str, Mapping[str, Any]]] = [(use.act, use.data) for use in s.elsewhere.uses(FIELD, key)]
        told = there + [(e.act, e.data) for e in s.case.events if e.kind == ACT and e.data.get(FIELD) and fits(e.data[FIELD])]
        return [str(data[FIELD]) for act, data in told if act in acts and number_key(data[FIELD]) != number_key(number)]

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find numbers that follow none, of another year or series, voided ones, and voids without ground."""
        number, taken, given = T(FIELD), self.acts + self.voids, R(FIELD)
        def read(name: str, of: Expr) -> Expr:
            return written(name, of, int(self.years_joined))
        prior, head, serial, wider = (read(name, number) for name in ("before", "head", "serial", "before_wider"))
        follows = say.either(_some(taken + self.givers, prior), _some(taken + self.givers, wider), _some(taken, number))
        other = say.differs(written("number", given), written("number", number))
        gap, old = (say.either(say.some(taken, other, same=FIELD, equals=read(name, number)), say.some(taken, say.both(
            other, say.equal(read(name, given), read(name, number))))) for name in ("series_key", "head_key"))
        kinds = written("kind_key", T("_power"), T("_act"))
        alike = say.equal(read("head", given), head)
        used, same = (say.either(say.some(None, where, same=FIELD, equals=kinds), say.some(None, say.both(where, say.matches("_act"))))
                      for where in (other, say.both(other, alike)))
        registered = say.is_in(head, tuple(one for one in (head_of(one, self.years_joined) for one in self.series) if one))
        past = say.differs(read("year_in", number), say.year(T("_on")))
        odd = say.either(say.negated(say.over(serial, 0)), past, _some(self.voids, number))
        loose = say.both(say.negated(follows), say.either(gap, say.both(old, say.over(serial, 1))))
        first = say.both(say.negated(follows), used, say.negated(same), say.negated(registered))
        weak = say.either(say.missing(number), say.over(REASONS, say.length(T("reasons"))), _some(self.acts, number), odd, loose)
        own = say.gate(self.acts, say.either(*(_some(self.voids, one, say.same_actor()) for one in (prior, wider))), needs=["_actor"])
        rules = [say.gate(self.acts, say.either(odd, loose, first), applies=say.said(number)), own]
        return AnyOf((*rules, say.gate(self.voids, weak)) if self.voids else (rules[0],))


def _some(acts: tuple[str, ...], number: Expr, where: Expr = 1) -> Expr:
    here = say.both(where, say.equal(written("number", R(FIELD)), written("number", number)))
    return say.either(say.some(acts, here), say.some(acts, where, same=FIELD, equals=number))
