"""clerical_correction 更正只改笔误: a correction mends a slip that it names; what was decided is changed by revoking it, not by a slip.

Why: 擅自更改审批结论: the refusal is served and forgotten, and a “correction” signed by two hands says that it should have read granted.
Finds: a correction that does not name what it mends, item by item with the old and the new wording, or names something that is no clerical
item; that says another amount, party or outcome than the decision; or whose words turn the outcome round.
Not: what a higher decision (复议、诉讼) ordered to be changed; whether the decision was right (revocation has its own path).
Source: a rule of the agency (更正限于文字、计算等表述错误); the items are settings.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT, Event
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, R, T
from qingfeng.terms.text import Text

WORDS = 4  # characters of what was and what is to be
ITEMS = ("name", "address", "date", "citation", "number", "wording", "reckoning")
SUBSTANCE = ("amount", "confiscated", "party", "applicant", "decision_outcome", "conditions", "sanction_kind", "valid_until")
TURNS = tuple(verb + what for verb in ("改为", "更正为", "变更为", "改成", "应为") for what in ("准予", "不予", "同意", "许可", "通过", "免", "从轻", "减"))
CHANGED = ("changed", "revoked", "redo")
# fmt: off
_ON, _MEND = "decide dan 1 amount=5 party=甲厂", "correct eve 3 content=更正地址 reasons=打印笔误 corrected={address:八号改六号}"


@dataclass(frozen=True, slots=True)
class ClericalCorrection:
    """`corrects` name what they mend (`corrected`: item of `clerical` and its wording); `decisions` are what they may not change, unless
    one of `orders` (with an outcome that changes it) came since."""

    name: ClassVar[str] = "clerical_correction"
    title: ClassVar[Text] = Text(zh="更正只改笔误", en="Corrections mend slips only")
    basis: ClassVar[Basis] = Basis.RULE
    example: ClassVar[dict[str, Any]] = {"corrects": ["correct"], "decisions": ["decide"], "orders": ["judge"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_ON, _MEND), (_ON, f"{_MEND} amount=5 party=甲厂"),
        (_ON, "judge fay 2 litigation_outcome=changed", "correct eve 3 amount=9 content=改为准予"),
        (_ON, _MEND, _MEND.replace("address", "citation")), ("judge fay 0 reconsideration_outcome=redo", "correct eve 3 content=按复议决定变更"),
        (_ON, _MEND.replace("八号改六号", "不予许可决定书文号")), (_ON, _MEND.replace("{", "{date:三日改五日,")), (_MEND, _ON),
        (_ON, "decide dan 2 amount=6", f"{_MEND} amount=6"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_ON, _MEND.partition(" corrected")[0]), (_ON, _MEND.replace("address", "outcome")), (_ON, _MEND.replace("八号改六号", "改")),
        (_ON, f"{_MEND} amount=9"), (_ON, f"{_MEND} party=乙厂"), (_ON, _MEND.replace("更正地址", "更正为准予")),
        (_ON, _MEND.replace("打印笔误", "结果应改为不予")), (_ON, _MEND.replace("八号改六号", "结果变更为同意")),
        (_ON, "judge fay 2 litigation_outcome=upheld", f"{_MEND} amount=9"),
        (_ON, "judge fay 2 litigation_outcome=changed", _MEND, f"{_MEND} amount=9"), (_ON, _MEND.replace("{", "{conditions:放宽到二十米,")),
        (f"{_MEND} amount=5",), ("judge fay 0 litigation_outcome=changed", _ON, f"{_MEND} amount=7"),
        (_ON, "decide dan 2 amount=6", f"{_MEND} amount=5"),
    )

    corrects: tuple[str, ...]
    decisions: tuple[str, ...]
    orders: tuple[str, ...] = ()
    clerical: tuple[str, ...] = ITEMS

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        if not self.clerical or {*self.clerical} & {*SUBSTANCE}:
            return Text(zh="须列明可以更正的文字项目，不得含结果、金额、当事人、条件", en="name the clerical items; outcome, sum, party are none")
        return unfit(version, self.corrects, self.decisions, more=self.orders)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a correction that changes what was decided."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=fault, remedy=Text(
            zh="更正请逐项写明改前改后，只限文字、日期、引用、计算等笔误；决定的结果、金额、当事人、条件须改变的，按程序提请撤销后重新决定。",
            en="Name each slip as it was and as it should be; to change outcome, sum, party or conditions, propose the revocation."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        d, acts = s.proposed.data, [e for e in s.case.events if e.kind == ACT]
        if s.proposed.act not in self.corrects or self._ordered(acts):
            return
        items = d.get("corrected") or {}
        yield not items, "没有逐项写明更正什么、改前改后如何", "what is corrected, item by item, is not said"
        odd = [item for item in items if item not in self.clerical]
        yield odd, f"不是可以更正的文字项目：{'、'.join(odd)}", f"no clerical items: {', '.join(odd)}"
        yield any(len(said) < WORDS for said in items.values()), "没有写明改前改后的文字", "the wording before and after is not given"
        texts = [str(d.get("content") or ""), str(d.get("reasons") or ""), *map(str, items.values())]
        yield any(turn in text for turn in TURNS for text in texts), "更正的文字改变了决定的结果", "its words turn the outcome round"
        for field in SUBSTANCE:
            decided = next((e.data[field] for e in reversed(acts) if e.act in self.decisions and e.data.get(field) is not None), None)
            yield d.get(field) is not None and d[field] != decided, "更正不得改变决定的结果、金额、当事人或者条件", f"it changes what was decided ({field})"

    def _ordered(self, acts: list[Event]) -> bool:
        last = max((n for n, e in enumerate(acts, 1) if e.act in self.corrects + self.decisions), default=0)
        since = [e for e in acts[last:] if e.act in self.orders]
        return any({e.data.get("reconsideration_outcome"), e.data.get("litigation_outcome")} & {*CHANGED} for e in since)

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find corrections, not ordered from above, that name no slip or touch what was decided."""
        changed = say.either(*(say.is_in(R(field), CHANGED) for field in ("reconsideration_outcome", "litigation_outcome")))
        free = say.none(self.orders, changed, since=self.corrects + self.decisions) if self.orders else 1
        items, content, reasons = T("corrected"), T("content"), T("reasons")
        touched = [say.both(say.said(T(f)), say.negated(say.equal(T(f), say.last(self.decisions, f)))) for f in SUBSTANCE]
        turned = say.either(say.mentions(content, TURNS), say.mentions(reasons, TURNS))
        bare = say.either(say.missing(items), say.over(say.without(items, self.clerical), 0), turned)
        short = say.either(say.over(WORDS, say.length(T("_value"))), say.mentions(T("_value"), TURNS))
        return AnyOf((say.gate(self.corrects, say.both(free, say.either(bare, *touched))),
                      say.gate(self.corrects, say.both(free, short), each="corrected")))
