"""reporter_answered 举报答复: who reported a lead in his own name is told what became of it, and the case does not close before.

Why: an answer that is owed to somebody outside is the one disposition that cannot be made up quietly.
Finds: a case closed while the reporter was not told of the latest disposition; an empty answer; one not given in time (`watch`).
Not: a reporter wrongly entered as anonymous; leads of other sources; the disposition itself (`lead_disposition`).
Source: the agency's own map; the days are a setting.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue import wording
from qingfeng.catalogue.power import PowerVersion
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT, Event
from qingfeng.facts.rule import AnyOf, Expr, GateRule, R, Span, T, Today
from qingfeng.facts.say import both, equal, gate, length, negated, none, over, some, working_days
from qingfeng.terms.text import Text

ANSWER = 4  # characters


# fmt: off
@dataclass(frozen=True, slots=True)
class ReporterAnswered:
    """A lead (`registers`) with lead_source=report, reporter not anonymous, is answered (`replies`) after every act of `disposes`,
    in `within` working days and before the case `closes`."""

    name: ClassVar[str] = "reporter_answered"
    title: ClassVar[Text] = Text(zh="举报答复", en="Reporter answered")
    basis: ClassVar[Basis] = Basis.MAP  # the agency's map
    example: ClassVar[dict[str, Any]] = {
        "registers": ["lead"], "disposes": ["open", "drop"], "replies": ["reply"], "closes": ["close", "file"], "within": 3}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("close ann 0", "lead ann 0 lead_source=report reporter=named", "drop bob 1", "reply ann 2 content=不予立案", "file ann 3"),
        ("lead ann 0 lead_source=report", "open bob 2", "reply ann 3 content=已经立案", "close bob 9", "file ann 9"),
        ("lead ann 0 lead_source=report reporter=anonymous", "drop bob 1", "close ann 2"),
        ("lead ann 0 lead_source=inspection", "open bob 1", "file ann 2"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("lead ann 0 lead_source=report reporter=named", "reply ann 1 content=已经收到", "drop bob 2", "file bob 3"),
        ("lead ann 0 lead_source=report", "open bob 1", "reply ann 1 content=已经立案", "drop bob 4", "close ann 5"),
        ("lead ann 0 lead_source=report", "lead ann 0 lead_source=other", "open bob 1", "file ann 5"),
        ("lead ann 0 lead_source=report", "open bob 1", "close bob 2"), ("lead ann 0", "reply ann 1 content=已阅了"),
    )
    kept: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("lead ann 0 lead_source=report", "open bob 1", "reply ann 4 content=已经立案", "today 60"),
        ("lead ann 0 lead_source=report reporter=anonymous", "open bob 1", "today 60"),
        ("lead ann 0 lead_source=report", "open bob 1", "today 4"),
    )
    neglected: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("lead ann 0 lead_source=report reporter=named", "reply ann 0 content=已经收到", "drop bob 1", "reply ann 7 content=不予立案", "today 9"),
        ("lead ann 0 lead_source=report", "open bob 1", "today 7"),
    )

    disposes: tuple[str, ...]
    closes: tuple[str, ...]
    registers: tuple[str, ...] = ("register_lead",)
    replies: tuple[str, ...] = ("reply_reporting_person",)
    within: int = 5

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        named = (*self.disposes, *self.closes, *self.registers, *self.replies)
        wrong = ", ".join(sorted({act for act in named if named.count(act) > 1} | set(named) - {row.act for row in version.procedure.rows}))
        bad = wrong or not (self.disposes and self.registers and self.replies) or not 1 <= self.within <= 60
        return Text(f"动作空缺、重复或不在流程中：{wrong}；天数1至60", f"acts missing, shared or unknown: {wrong}; 1 to 60 days") if bad else None

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse an answer that says nothing, and to close before the reporter was told."""
        command, acts = situation.proposed, [e for e in situation.case.events if e.kind == ACT]
        if command.act in self.replies and len(str(command.data.get("content") or "").strip()) < ANSWER:
            return self._refusal(situation, f"答复须写明处理结果（至少{ANSWER}个字）", f"an answer says what became of it (at least {ANSWER} characters)")
        start = max((n for n, e in enumerate(acts, 1) if e.act in self.disposes), default=0)
        if command.act in self.closes and self.owed(acts) and not any(e.act in self.replies for e in acts[start:]):
            return self._refusal(situation, "最近一次处置后尚未答复实名举报人，不得办结", "the reporter has not been told of the latest disposition")
        return None

    def owed(self, acts: Iterable[Event]) -> bool:
        """True if somebody reported the lead in his own name, and is therefore to be answered."""
        sources = ((e.data.get("lead_source"), e.data.get("reporter")) for e in acts if e.kind == ACT and e.act in self.registers)
        return any(source == "report" and reporter != "anonymous" for source, reporter in sources)

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find empty answers, and closures before the reporter was told."""
        untold = both(some(self.registers, self._reported()), none(self.replies, since=self.disposes))
        return AnyOf((gate(self.replies, over(ANSWER, length(T("content")))), gate(self.closes, untold)))

    def watch(self, _: PowerVersion) -> GateRule:
        """Find dispositions that the reporter was not told within `within` working days."""
        told = negated(over(working_days(T("_on"), R("_on")), self.within))
        late = both(over(working_days(T("_on"), Today()), self.within), none(self.replies, told, span=Span.AFTER))
        return gate(self.disposes, late, applies=some(self.registers, self._reported()))

    def _reported(self) -> Expr:
        return both(equal(R("lead_source"), "report"), negated(equal(R("reporter"), "anonymous")))

    def _refusal(self, situation: Situation, zh: str, en: str) -> Refusal:
        how = wording.acts(situation.case.version, self.replies, either=True)
        return Refusal(by=self.name, ring="control", basis=self.basis, reason=Text(zh, en),
                       remedy=Text(f"请先办理{how.zh}，写明处理结果及理由。", f"First {how.en}: what became of it, and why."))
