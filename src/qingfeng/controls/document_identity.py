"""document_identity 一文一号: every decision has a number and a text of its own; no paper passes for another.

Why: a decision without a number can be torn up, one number covers two decisions, the text of the notice is served as the decision.
Finds: a decision without number or text; a number that another decision bears, here or in another case; the text of a notice, or of an
earlier paper of another kind, used again; a paper issued under another number than that of the decision.
Not: gaps in the numbers (the register of documents); whether text approved and text served are one (document_control).
Source: the agency's own map (规范文书制作、严格用印管理).
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

# fmt: off
_TELL, _D1 = "tell ann 0 document_kind=notice document_hash=n1", "decide dan 3 document_no=X1 document_hash=d1"
_OUT = "issue ann 5 document_no=X1"
_DRAFT = "draft ann 0 document_kind=notice document_hash=n1"


@dataclass(frozen=True, slots=True)
class DocumentIdentity:
    """`decisions` bear an own `document_no` and `document_hash`, not that of `notices`; `papers` keep one kind to one text;
    `numbered` are issued under the number of the latest decision."""

    name: ClassVar[str] = "document_identity"
    title: ClassVar[Text] = Text(zh="一文一号", en="One paper, one number")
    basis: ClassVar[Basis] = Basis.RULE
    example: ClassVar[dict[str, Any]] = {"decisions": ["decide", "absolve"], "notices": ["tell"], "papers": ["draft", "sign"],
        "numbered": ["issue"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_TELL, f"{_D1} document_kind=decision", "note ann 4"), (_D1, _D1.replace("X1", "X2").replace("=d1", "=d2")),
        (f"c2:{_D1}", _D1.replace("X1", "X2")), ("c2:note ann 0 document_no=X1", _D1), (_D1, _OUT, _OUT), (_OUT,),
        (_D1, _D1.replace("X1", "X2").replace("=d1", "=d2"), _OUT.replace("X1", "X2")), (_DRAFT, _DRAFT.replace("draft", "sign")),
        (_DRAFT, _DRAFT.replace("notice document_hash=n1", "decision document_hash=d1"), "absolve dan 3 document_no=X1 document_hash=d1"),
        ("draft ann 0 document_kind=notice", "sign ann 0 document_kind=decision"),
        (f"c2:{_TELL}", "decide dan 3 document_no=X1 document_hash=n1"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("decide dan 3 document_hash=d1",), ("absolve dan 3 document_no=X1",), (_TELL, _D1.replace("=d1", "=n1")),
        (f"c2:{_D1}", _D1), (f"c2:{_D1.replace('decide', 'absolve')}", _D1.replace("=d1", "=d2")), (_D1, _D1.replace("=d1", "=d2")),
        (_DRAFT, "sign bob 1 document_kind=decision document_hash=n1"), (_DRAFT, f"{_D1.replace('=d1', '=n1')} document_kind=decision"),
        (_TELL, "draft ann 1 document_kind=decision document_hash=n1"), (f"{_D1} document_kind=decision", _TELL.replace("n1", "d1")),
        (_D1, _OUT.replace("X1", "X9")), (_D1, "issue ann 5"), (_D1, _D1.replace("X1", "X2").replace("=d1", "=d2"), _OUT),
        (_D1, f"c2:{_D1.replace('X1', 'X2')}", _OUT.replace("X1", "X2")),
    )

    decisions: tuple[str, ...]
    notices: tuple[str, ...] = ()
    papers: tuple[str, ...] = ()
    numbered: tuple[str, ...] = ()

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        return unfit(version, self.decisions, more=self.notices + self.papers + self.numbered)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a decision without number and text of its own, and a paper that passes for another."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=fault, remedy=Text(
            zh="请按本文书自己的文号和文本（校验值）填写；文本拿错的，换成本文书的定稿。",
            en="Give this paper its own number and text (hash); if the wrong file was taken, take the final text of this paper."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, acts = s.proposed, [e for e in s.case.events if e.kind == ACT]
        number, text, kind = (p.data.get(f) for f in ("document_no", "document_hash", "document_kind"))
        if p.act in self.decisions:
            yield not number, "决定书没有文号", "the decision bears no number"
            yield not text, "决定书没有文本的校验值", "the text of the decision (hash) is not said"
            here = any(e.act in self.decisions and e.data.get("document_no") == number for e in acts)
            there = any(u.act in self.decisions for u in s.elsewhere.uses("document_no", number or ""))
            yield here or there, f"文号{number}已用于另一决定", f"number {number} is that of another decision"
            told = any(e.act in self.notices and e.data.get("document_hash") == text for e in acts)
            yield told, "决定书用的是告知书的文本", "the text of the decision is that of the notice"
        if p.act in self.numbered:
            decided = next((no for e in reversed(acts) if e.act in self.decisions and (no := e.data.get("document_no"))), None)
            yield decided and number != decided, f"决定的文号是{decided}，发出的文书不得另用文号", f"it must bear the number decided on: {decided}"
        if p.act in self.decisions + self.notices + self.papers and text and kind:
            alike = [e for e in acts if e.act in self.decisions + self.notices + self.papers and e.data.get("document_hash") == text]
            other = any(e.data.get("document_kind") not in (None, kind) for e in alike)
            yield other, "同一文本此前作为另一种文书使用", "the same text was used before as a paper of another kind"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find decisions without number and text of their own, and papers that pass for others."""
        unnamed = say.either(say.missing(T("document_no")), say.missing(T("document_hash")))
        same = say.matches("document_no")
        used = say.either(say.some(self.decisions, same), say.some(self.decisions, same="document_no"))
        told = say.some(self.notices, say.matches("document_hash"))
        every = self.decisions + self.notices + self.papers
        changed = say.both(say.matches("document_hash"), say.differs(R("document_kind"), T("document_kind")))
        decided = say.last(self.decisions, "document_no")
        other = say.both(say.said(decided), say.negated(say.equal(decided, T("document_no"))))
        return AnyOf((say.gate(self.decisions, say.either(unnamed, used, told)), say.gate(every, say.some(every, changed)),
            say.gate(self.numbered, other)))
