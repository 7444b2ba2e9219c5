"""review_worksheet 量化审查表: each kind of application is examined by its published sheet, item by item, and the sheet gives the result.

Why: 擅自增加或减少审查条件、降低标准: a condition that is added for one and forgotten for another; “基本符合” where a number was asked.
Finds: a sheet of an unknown kind or another text, with an item left out or added, without evidence for an item, with a value that does
not give the answer, or whose result is not what its items give; an opinion handed in without a sheet in this round.
Not: whether a value is true (site_survey, independent_recheck); that the decision follows the sheet (outcome_follows_worksheet).
Source: the agency's own map (量化审查标准、量化审查工作细则); sheets with their hashes, items and thresholds are settings.
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
from qingfeng.facts.rule import AnyOf, Expr, R, T
from qingfeng.terms.text import Text

YES, NO = "pass", "fail"
# fmt: off
_A, _B, _C = "a" * 64, "b" * 64, "c" * 64
_GAS = f"fill_worksheet ann 1 worksheet_kind=gas worksheet_hash={_A} checklist={{exit:pass,gap:pass,tank:pass}} " \
       "measured_values={gap:12,tank:50} item_evidence={exit:M1,gap:M2,tank:M1} worksheet_result=pass"
_OIL = "fill_worksheet bob 1 worksheet_kind=oil checklist={site:pass} worksheet_result=pass item_evidence={site:M2} worksheet_hash=" + _B
_M1, _M2, _IN, _BACK = "verify ann 0 material_no=M1", "verify bob 0 evidence_no=M2", "submit ann 2", "back eve 3"


def _bent(line: str, *pairs: tuple[str, str]) -> str:
    return _bent(line.replace(*pairs[0]), *pairs[1:]) if pairs else line


@dataclass(frozen=True, slots=True)
class Item:
    """One condition; with a threshold its answer follows from the value measured (whole numbers, in the unit the sheet names)."""

    code: str
    at_least: int | None = None
    at_most: int | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """The published sheet of a kind of application: hash of its text, and its items."""

    kind: str
    hash: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class ReviewWorksheet:
    """`fills` answer a sheet; `proofs` register what the answers rest on (none: not looked up); `ends` need one since `returns`."""

    name: ClassVar[str] = "review_worksheet"
    title: ClassVar[Text] = Text(zh="量化审查表", en="Worksheet of the examination")
    basis: ClassVar[Basis] = Basis.RULE
    example: ClassVar[dict[str, Any]] = {
        "sheets": [
            {"kind": "gas", "hash": _A, "items": [{"code": "exit"}, {"code": "gap", "at_least": 10}, {"code": "tank", "at_most": 60}]},
            {"kind": "oil", "hash": _B, "items": [{"code": "site"}]}], "ends": ["submit"], "returns": ["back"], "proofs": ["verify"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_M1, _M2, _GAS, _IN), (_M2, _OIL, _IN), (_M1, _M2, _GAS), (_M1, _M2, _GAS, _IN, _BACK, _GAS, _IN), (_M2, _OIL, _OIL, _IN),
        *((_M1, _M2, _bent(_GAS, *pairs, ("result=pass", "result=fail")), _IN) for pairs in (
            (("exit:pass", "exit:fail"),), (("gap:12", "gap:9"), ("p:pass", "p:fail")), (("tank:50", "tank:61"), ("k:pass", "k:fail")))),
        (_M1, _M2, _bent(_GAS, ("gap:12", "gap:10"), ("tank:50", "tank:60"))), (_M2, _bent(_OIL, ("pass", "fail"))),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        *((_M1, _M2, _bent(_GAS, pair)) for pair in (
            (_A, _C), (_A, _B), ("=gas", "=coal"), ("exit:pass,", ""), ("exit:pass", "exit:pass,odour:pass"), ("exit:pass", "exit:基本符合"),
            ("gap:12", "gap:9"), ("tank:50", "tank:61"), ("gap:12,", ""), ("exit:M1,", ""), ("exit:M1", "exit:M3"), ("t=pass", "t=fail"),
            ("exit:pass", "exit:fail"), ("gap:pass", "gap:fail"), (f"worksheet_hash={_A} ", ""), (" worksheet_result=pass", ""))),
        (_IN,), (_M1, _IN), (_M1, _M2, _GAS, _BACK, _IN), (_M1, _GAS), (_OIL,), (_M2, _bent(_OIL, ("site:pass", "site:fail"))),
        (_M2, _bent(_OIL, ("result=pass", "result=fail"))), (_M2, _bent(_OIL, ("=oil", "=gas"))),
    )

    sheets: tuple[Sheet, ...]
    fills: tuple[str, ...] = ("fill_worksheet",)
    ends: tuple[str, ...] = ("submit_examination",)
    returns: tuple[str, ...] = ()
    proofs: tuple[str, ...] = ()

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        kinds, hexadecimal = [sheet.kind for sheet in self.sheets], {*"0123456789abcdef"}
        codes = [[item.code for item in sheet.items] for sheet in self.sheets]
        if not kinds or len({*kinds}) < len(kinds) or not all(one and len({*one}) == len(one) for one in codes):
            return Text(zh="至少要有一张审查表，种类不重复，每张有项目且不重复", en="one sheet at least, no kind twice, each with items, none twice")
        crossed = any(i.at_most is not None and (i.at_least or 0) > i.at_most for sheet in self.sheets for i in sheet.items)
        if crossed or any(len(sheet.hash) != 64 or not {*sheet.hash} <= hexadecimal for sheet in self.sheets):
            return Text(zh="校验值应为64位小写十六进制字符，下限不得高于上限", en="hashes of 64 small hexadecimal digits, no bound above the other")
        return unfit(version, self.fills, self.ends, more=[*self.returns, *self.proofs])

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a sheet that is not the published one, or does not give what it says, and an opinion without a sheet."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=fault, remedy=Text(
            zh="请用公布的审查表逐项填写（只填符合或者不符合）、写明实测数值和依据的材料编号；结论由各项得出。条件要变的，先修改公布的审查表。",
            en="Fill in the published sheet item by item with values and papers; to change a condition, publish a new sheet."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, d, done = s.proposed, s.proposed.data, [e for e in s.case.events if e.kind == ACT]
        back = max((n for n, e in enumerate(done, 1) if e.act in self.returns), default=0)
        if p.act in self.ends:
            yield not any(e.act in self.fills for e in done[back:]), "本轮没有填写审查表", "no worksheet has been filled in in this round"
        if p.act not in self.fills:
            return
        sheet = next((one for one in self.sheets if one.kind == d.get("worksheet_kind")), None)
        yield sheet is None or sheet.hash != d.get("worksheet_hash"), "不是公布的审查表", "this is not a worksheet that was published"
        assert sheet is not None
        items, said = {item.code: item for item in sheet.items}, d.get("checklist") or {}
        left, more = sorted({*items} - {*said}), sorted({*said} - {*items})
        yield left, f"少了审查项目：{s.told(left).zh}", f"items left out: {s.told(left).en}"
        yield more, f"多了没有公布的审查项目：{s.told(more).zh}", f"items that were never published: {s.told(more).en}"
        odd = [code for code, item in items.items() if not _fits(item, (d.get("measured_values") or {}).get(code), said.get(code))]
        yield odd, f"结果与实测数值不符或者不是符合、不符合：{s.told(odd).zh}", f"the answer is not what the value gives: {s.told(odd).en}"
        known = {e.data.get(field) for e in done if e.act in self.proofs for field in ("material_no", "evidence_no")}
        rests = d.get("item_evidence") or {}
        bare = [code for code in items if code not in rests or (self.proofs and rests[code] not in known)]
        yield bare, f"没有依据的材料或者证据：{s.told(bare).zh}", f"no paper or evidence is named that is on file: {s.told(bare).en}"
        yield d.get("worksheet_result") != (NO if NO in said.values() else YES), "结论不是由各项得出的", "the result is not what the items give"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Hold each sheet against the published ones."""
        def this(one: Sheet) -> Expr:
            return say.both(say.equal(T("worksheet_kind"), one.kind), say.equal(T("worksheet_hash"), one.hash))
        numbers, said = [say.gather("set", self.proofs, R(field)) for field in ("material_no", "evidence_no")], T("checklist")
        failing = say.either(*(say.equal(say.value_of(said, item.code), NO) for one in self.sheets for item in one.items))
        unlike = {word: say.negated(say.equal(T("worksheet_result"), word)) for word in (YES, NO)}
        result = say.either(say.both(failing, unlike[NO]), say.both(say.negated(failing), unlike[YES]))
        rules = [say.gate(self.ends, say.none(self.fills, since=self.returns)),
                 say.gate(self.fills, say.negated(say.either(*map(this, self.sheets))))]
        for sheet in self.sheets:
            wrong: list[Expr] = [result, say.over(say.without(said, tuple(item.code for item in sheet.items)), 0)]
            for item in sheet.items:
                proof = say.value_of(T("item_evidence"), item.code)
                rests = say.either(*(say.is_in(proof, one) for one in numbers)) if self.proofs else say.said(proof)
                wrong += [_wrong(item), say.negated(rests)]
            rules.append(say.gate(self.fills, say.either(*wrong), applies=this(sheet)))
        return AnyOf(tuple(rules))


def _fits(item: Item, value: int | None, said: str | None) -> bool:
    if item.at_least is None and item.at_most is None:
        return said in (YES, NO)
    low, high = item.at_least or 0, item.at_most  # what is measured is never below nought
    return value is not None and said == (YES if low <= value and (high is None or value <= high) else NO)


def _wrong(item: Item) -> Expr:
    answer, value = say.value_of(T("checklist"), item.code), say.value_of(T("measured_values"), item.code)
    if item.at_least is None and item.at_most is None:
        return say.negated(say.is_in(answer, (YES, NO)))
    holds = [say.at_least(a, b) for a, b in ((value, item.at_least), (item.at_most, value)) if a is not None and b is not None]
    fits, met = say.both(*holds), say.equal(answer, YES)
    return say.either(say.missing(value), say.both(fits, say.negated(met)), say.both(say.negated(fits), say.negated(say.equal(answer, NO))))
