"""sheet_as_surveyed 审查表与踏勘一致: the worksheet says of the site what those who were there wrote down.

Why: 擅自降低检查标准: two honest surveys say thirty-nine metres, and in the sheet, filled in at the desk, they have become sixty-two.
Finds: a sheet with another value than the latest survey (or, where surveys differed, the settlement) since the latest return, or with one
that nobody measured; an item passed that the survey did not find in order.
Not: whether the surveys are true and independent (site_survey); whether the answer follows from the value (review_worksheet).
Source: the agency's own map (量化检查标准、2人以上参加现场踏勘); which items are looked at on site is a setting.
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
from qingfeng.facts.rule import Expr, GateRule, R, T
from qingfeng.terms.text import Text

OK, PASS = "ok", "pass"
# fmt: off
_ANN = "record_survey ann 1 checklist={exit:ok,gas:ok} measured_values={gap:12,tank:50}"
_BOB, _BAD = _ANN.replace("ann", "bob"), _ANN.replace("ann", "bob").replace("exit:ok", "exit:problem").replace("gap:12", "gap:9")
_MET = "settle_survey dan 2 settled={exit:ok,gap:复测} measured_values={gap:11}"
_SHEET = "fill_worksheet eve 3 checklist={exit:pass,gap:pass,tank:pass} measured_values={gap:12,tank:50}"
_FAIL = _SHEET.replace("exit:pass", "exit:fail").replace("gap:pass", "gap:fail").replace("gap:12", "gap:9")
_AGREED, _BACK = _SHEET.replace("gap:12", "gap:11"), "back fay 4"
_DESK = "fill_worksheet eve 3 checklist={energy:pass} measured_values={energy:40}"


@dataclass(frozen=True, slots=True)
class SheetAsSurveyed:
    """Of each item of `values` on a sheet, `fills` repeat the value that `surveys` or `settles` said last since `returns`
    (`measured_values`); an item of `answers` passes only if they said last that it is ok (`checklist`, `settled`)."""

    name: ClassVar[str] = "sheet_as_surveyed"
    title: ClassVar[Text] = Text(zh="审查表与踏勘一致", en="Worksheet as surveyed")
    basis: ClassVar[Basis] = Basis.RULE
    example: ClassVar[dict[str, Any]] = {"values": ["gap", "tank"], "answers": ["exit"], "returns": ["back"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_ANN, _BOB, _SHEET), (_ANN, _BAD, _FAIL), (_ANN, _BAD, _MET, _AGREED), (_DESK,), (_ANN, _DESK), (_BAD, _ANN, _SHEET),
        (_BAD, _BACK, _ANN, _SHEET),
        (_ANN, _BAD, _MET, _SHEET.replace("exit:pass", "exit:fail").replace("gap:12", "gap:11")), (_ANN, _BAD), (_ANN, _SHEET, _BAD, _FAIL),
        (_ANN, _SHEET.replace("tank:pass}", "tank:fail}")), (_ANN, _BAD.replace("gap:9,", ""), _FAIL.replace("gap:9", "gap:12")),
        (_BAD, _SHEET.replace("exit:pass,gap:pass,", "").replace("gap:12,", "")),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_SHEET,), (_ANN, _AGREED), (_ANN, _SHEET.replace("tank:50", "tank:45")), (_ANN, _BAD, _SHEET),
        (_ANN, _BAD, _FAIL.replace("exit:fail", "exit:pass")),
        (_ANN, _BAD, _MET, _SHEET), (_ANN, _BACK, _SHEET), (_ANN, _SHEET.replace("gap:12,", "")),
        (_ANN, _BAD, _MET.replace("exit:ok", "exit:problem"), _AGREED),
        (_ANN.replace("gap:12,", ""), _SHEET), (_ANN.replace("exit:ok,", ""), _SHEET), (_ANN, _SHEET, _BAD, _SHEET),
        (_ANN, _MET, _BAD, _AGREED),
        (_ANN, _BAD, _MET, _FAIL), (_BAD, _SHEET.replace("gap:12", "gap:9")),
    )

    values: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    surveys: tuple[str, ...] = ("record_survey",)
    settles: tuple[str, ...] = ("settle_survey",)
    fills: tuple[str, ...] = ("fill_worksheet",)
    returns: tuple[str, ...] = ()

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        if not self.values + self.answers:
            return Text(zh="至少一个项目取自踏勘", en="one item at least comes from the survey")
        return unfit(version, self.surveys, self.settles, self.fills, more=self.returns)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a sheet that says something else of the site than those who were there."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=fault, remedy=Text(
            zh="请照踏勘记录（有分歧的照议定结果）填写审查表；认为踏勘有误的，退回重新踏勘。",
            en="Fill in the sheet as the surveys say, or as settled where they differ; if they are wrong, return it for another survey."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, d, done = s.proposed, s.proposed.data, [e for e in s.case.events if e.kind == ACT]
        if p.act not in self.fills:
            return
        back = max((n for n, e in enumerate(done, 1) if e.act in self.returns), default=0)
        looks = [e for e in reversed(done[back:]) if e.act in self.surveys + self.settles]
        sheet, values = d.get("checklist") or {}, d.get("measured_values") or {}
        for item in (one for one in self.values if one in sheet):
            found = next((e.data["measured_values"][item] for e in looks if item in (e.data.get("measured_values") or {})), None)
            wrong = found is None or values.get(item) != found
            yield wrong, f"{s.told(item).zh}：审查表写{_or(values.get(item), '未填')}，踏勘为{_or(found, '未测')}", \
                f"{s.told(item).en}: the sheet says {_or(values.get(item), 'nothing')}, the survey {_or(found, 'nothing')}"
        for item in (one for one in self.answers if sheet.get(one) == PASS):
            said = ((e.data.get("settled" if e.act in self.settles else "checklist") or {}).get(item) for e in looks)
            word = next((one for one in said if one is not None), None)
            yield word != OK, f"{s.told(item).zh}：踏勘没有认定符合，审查表却写符合", \
                f"{s.told(item).en}: the survey did not find it in order, and the sheet passes it"

    def detect(self, _: PowerVersion) -> GateRule:
        """Hold each sheet against the latest word of the surveys and settlements."""
        looks, wrong = (*self.surveys, *self.settles), list[Expr]()
        for item in self.values:
            on_sheet = say.said(say.value_of(T("checklist"), item))
            found = say.gather("last", looks, say.value_of(R("measured_values"), item), since=self.returns)
            wrong.append(say.both(on_sheet, say.negated(say.equal(say.value_of(T("measured_values"), item), found))))
        for item in self.answers:
            surveyed, settled = (say.both(say.is_in(R("_act"), acts), say.said(say.value_of(R(field), item))) for acts, field in (
                (self.surveys, "checklist"), (self.settles, "settled")))
            newest = say.gather("last", looks, R("_seq"), say.either(surveyed, settled), since=self.returns)
            fine = [say.some(acts, say.both(say.equal(R("_seq"), newest), say.equal(say.value_of(R(field), item), OK)), since=self.returns)
                    for acts, field in ((self.surveys, "checklist"), (self.settles, "settled"))]
            wrong.append(say.both(say.equal(say.value_of(T("checklist"), item), PASS), say.negated(say.either(*fine))))
        return say.gate(self.fills, say.either(*wrong))


def _or(value: object, nothing: str) -> object:
    return nothing if value is None else value
