"""acceptance_receipt 受理单: whoever hands in papers gets, the same day, a numbered receipt that lists exactly these papers and the day.

Why: 不按规定程序受理: without a receipt the day of receipt is what the office says it is, and a paper that was handed in was never there.
Finds: a receipt without number or paper, with a number used before, with another list than was handed in, or with another day than the
papers came; going on without a receipt for the latest papers; and (`watch`) none by the end of the day.
Not: whether the papers are those required (`published_requirements`); what they say (`material_verification`).
Source: the agency's own map (建立受理单制度); 行政许可法 32: acceptance or refusal is given in writing, sealed and dated.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue import wording
from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, GateRule, R, Span, T, Today
from qingfeng.terms.text import Text

# fmt: off
_H = "a" * 64
_GOT = "receive ann 0 material_codes=[form,deed]"
_SLIP = f"slip ann 0 document_no=S1 document_hash={_H} received_on=2026-03-02 material_codes=[form,deed]"
_MORE = "supplement ann 3 material_codes=[plan]"
_SLIP2 = f"slip bob 3 document_no=S2 document_hash={_H} received_on=2026-03-05 material_codes=[plan]"


@dataclass(frozen=True, slots=True)
class AcceptanceReceipt:
    """`receives` take papers in (`material_codes`); `receipts` state `document_no`, `document_hash`, `received_on` and the same
    `material_codes`; `gates` need a receipt for the latest papers."""

    name: ClassVar[str] = "acceptance_receipt"
    title: ClassVar[Text] = Text(zh="受理单", en="Receipt for what is handed in")
    basis: ClassVar[Basis] = Basis.MAP
    example: ClassVar[dict[str, Any]] = {"receives": ["receive", "supplement"], "receipts": ["slip"], "gates": ["accept", "refuse"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_GOT, _SLIP, "accept bob 1"), (_GOT, _SLIP, _MORE, _SLIP2, "refuse dan 9"), (_GOT, "note ann 1"),
        ("supplement ann 3 material_codes=[plan]", _SLIP2, "accept bob 4"), (f"c1:{_GOT}", f"c1:{_SLIP}", f"c2:{_MORE}", f"c2:{_SLIP2}"),
        ("receive ann 4 received_on=2026-03-02 material_codes=[form,deed]", _SLIP.replace("ann 0", "bob 4"), "accept bob 9"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_GOT, "accept bob 1"), (_GOT, _SLIP, _MORE, "accept bob 4"), ("refuse bob 0",), (_GOT, _SLIP.replace("=[form,deed]", "=[form]")),
        (_GOT, _SLIP.replace("deed]", "deed,plan]")), (_GOT, _SLIP.partition(" material")[0]),
        (_GOT, _SLIP.replace("=2026-03-02", "=2026-03-06")),
        (_GOT, _SLIP.replace("received_on=2026-03-02 ", "")), (_GOT, _SLIP.replace("document_no=S1 ", "")),
        (_GOT, _SLIP.replace("document_hash", "x")),
        (_SLIP,), (_GOT, _SLIP, _MORE, _SLIP2.replace("S2", "S1")), (f"c1:{_GOT}", f"c1:{_SLIP}", f"c2:{_MORE}",
        f"c2:{_SLIP2}".replace("S2", "S1")),
        (_GOT, _SLIP, _SLIP.replace("S1", "S3")), (_GOT, _SLIP.replace("ann 0", "ann 1")[:-12] + "=[deed,form,x]"),
        ("receive ann 0", _SLIP),
    )
    kept: ClassVar[tuple[tuple[str, ...], ...]] = ((_GOT, _SLIP, "today 9"), (_GOT, "today 0"), (_GOT, _SLIP, _MORE, _SLIP2, "today 9"))
    neglected: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_GOT, "today 1"), (_GOT, _SLIP.replace("ann 0", "ann 1"), "today 2"), (_GOT, _SLIP, _MORE, "today 9"))

    receives: tuple[str, ...]
    gates: tuple[str, ...]
    receipts: tuple[str, ...] = ("issue_acceptance_receipt",)

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        return unfit(version, self.receives, self.gates, self.receipts)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a receipt that is not for what was handed in, and to go on without one."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        slip = wording.acts(situation.case.version, self.receipts, either=True)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=fault, remedy=Text(
            zh=f"请当日办理{slip.zh}：编号不重复，逐项列明所收材料，写明实际收到日期，交申请人。",
            en=f"Do {slip.en} the same day: a number of its own, each paper, the day it really came; hand it over."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, acts = s.proposed, [e for e in s.case.events if e.kind == ACT]
        got = max((n for n, e in enumerate(acts) if e.act in self.receives), default=-1)
        given = any(e.act in self.receipts for e in acts[got + 1:]) and got >= 0
        if p.act in self.gates:
            yield not given, "最近一次收到的材料还没有出具受理单", "no receipt was given for the latest papers"
        if p.act not in self.receipts:
            return
        number = p.data.get("document_no")
        yield got < 0, "没有收到过材料", "nothing has been received"
        yield given, "最近一次收到的材料已经出具受理单", "a receipt was given for the latest papers"
        yield not number or not p.data.get("document_hash"), "受理单须有编号和文书", "the receipt needs a number and its paper"
        here = any(e.act in self.receipts and e.data.get("document_no") == number for e in acts)
        used = here or any(u.act in self.receipts for u in s.elsewhere.uses("document_no", str(number)))
        yield used, f"受理单编号{number}已经使用", f"the number {number} is used"
        papers, listed = set(acts[got].data.get("material_codes") or ()), set(p.data.get("material_codes") or ())
        odd = sorted(papers ^ listed)
        wrong = wording.papers(s.case.version, odd)
        yield odd or not listed, f"所列材料与所收材料不符：{wrong.zh}", f"not the papers handed in: {wrong.en}"
        day = acts[got].effective_day.isoformat()
        yield p.data.get("received_on") != day, f"收到日期应为{day}", f"the papers came on {day}"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find receipts that are not for what was handed in, and acts done without one."""
        given = say.both(say.some(self.receives), say.some(self.receipts, since=self.receives))
        number, listed = T("document_no"), T("material_codes")
        again = say.either(say.some(self.receipts, say.matches("document_no")), say.some(self.receipts, same="document_no"))
        newest = say.gather("max", self.receives, R("_seq"))
        papers = say.gather("set", self.receives, R("_key"), say.equal(R("_seq"), newest), each="material_codes")
        other = say.either(say.missing(listed), say.over(say.without(papers, listed), 0), say.over(say.without(listed, papers), 0))
        day = say.equal(say.day(T("received_on")), say.last(self.receives, "_day"))
        bare = say.either(say.missing(number), say.missing(T("document_hash")), again)
        return AnyOf((
            say.gate(self.receipts, say.either(say.none(self.receives), given, bare, other, say.negated(day))),
            say.gate(self.gates, say.negated(given))))

    def watch(self, _: PowerVersion) -> GateRule:
        """Find papers without a receipt of their day."""
        same_day = say.none(self.receipts, say.equal(R("_on"), T("_on")), span=Span.AFTER)
        return say.gate(self.receives, say.both(say.over(Today(), T("_on")), same_day))
