"""told_in_writing 书面告知: a paper that binds the party is complete and reaches the party promptly, before anything is built on it.

Why: 未按规定送达文书: a seizure that is extended in a drawer presses the party for thirty days more, and its remedies have begun to run.
Finds: such a paper without what it must say (text, reasons of substance, last day), or with the text of another paper; goods decided upon
or a case closed while one of them was never served; (watch) one served late or not at all: its own text, not that of another paper.
Not: how it was served and what proves that (`proof_of_service`); whether the last day is right (`seizure_limit`).
Source: 行政强制法 25(2) (an extension is told in writing, promptly, with reasons), 18, 24, 28; the days: the agency's own rule.
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
from qingfeng.facts.rule import AnyOf, GateRule, R, Span, T, Today
from qingfeng.terms.text import Text

TEXT, REASONS, WORDS = "document_hash", "reasons", 4


# fmt: off
@dataclass(frozen=True, slots=True)
class Paper:
    """Acts of `acts` issue it; it says the fields of `states` and is served `within` so many working days."""

    acts: tuple[str, ...]
    states: tuple[str, ...] = ()
    within: int = 7


_LONGER, _GOODS = "extend eve 0 document_hash=x1 reasons=来源尚未查明 until=2026-04-30", "decide eve 9 document_hash=g1"
_SERVE, _LATE = "serve ann 2 document_hash=x1 served_on=2026-03-04", "serve ann 9 document_hash=x1"


@dataclass(frozen=True, slots=True)
class ToldInWriting:
    """Every one of `papers` is served by `services` under its own text, unless `annuls` undid it; `gates` wait for that."""

    name: ClassVar[str] = "told_in_writing"
    title: ClassVar[Text] = Text(zh="书面告知", en="Told in writing")
    basis: ClassVar[Basis] = Basis.RULE
    example: ClassVar[dict[str, Any]] = {
        "papers": [{"acts": ["extend"], "states": ["reasons", "until"], "within": 3}, {"acts": ["decide"], "within": 7}],
        "services": ["serve"], "gates": ["decide", "close"], "annuls": ["revoke"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_LONGER, _SERVE, _GOODS), (_LONGER, _SERVE, _GOODS, "serve ann 10 document_hash=g1", "close dan 12"), ("close dan 0",),
        (_LONGER, "revoke eve 1", _GOODS), (_LONGER, _LONGER.replace("x1", "x2"), _SERVE.replace("x1", "x2"), _SERVE, _GOODS),
        (_LONGER, "note ann 1", _SERVE, "close dan 3"), (_GOODS, "serve ann 10 document_hash=g1", "close dan 12"),
        (_GOODS, "revoke eve 9", "close dan 12"))
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_LONGER, _GOODS), (_LONGER, "close dan 9"), (_GOODS, "close dan 9"), (_LONGER, _SERVE.replace("x1", "g1"), _GOODS),
        ("extend eve 0 reasons=来源尚未查明 until=2026-04-30",), ("extend eve 0 document_hash=x1 until=2026-04-30",), ("decide eve 9",),
        ("extend eve 0 document_hash=x1 reasons=来源尚未查明",), (_LONGER.replace("来源尚未查明", "情况"),), (_LONGER, _LONGER),
        (_LONGER, _SERVE, _GOODS.replace("g1", "x1")), (_LONGER, "revoke eve 1", _LONGER.replace("x1", "x2"), _GOODS),
        (_LONGER, _LONGER.replace("x1", "x2"), _SERVE, _GOODS), (_LONGER, _SERVE, _GOODS, "close dan 12"))
    kept: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_LONGER, _SERVE, "today 90"), (_LONGER, "today 3"), (_LONGER, "revoke eve 1", "today 30"), (_GOODS, "today 18"),
        (_LONGER, "serve ann 9 document_hash=x1 served_on=2026-03-05", "today 30"), (_LONGER, "serve ann 3 document_hash=x1", "today 30"))
    neglected: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_LONGER, "today 4"), (_LONGER, "serve ann 2 document_hash=g1", "today 30"), (_LONGER, _LATE, "today 30"), (_GOODS, "today 21"),
        (_LONGER, f"{_LATE} served_on=2026-03-06", "today 30"), (_LONGER, "serve ann 4 document_hash=x1", "today 30"))

    papers: tuple[Paper, ...]
    services: tuple[str, ...]
    gates: tuple[str, ...] = ()
    annuls: tuple[str, ...] = ()

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        if not self.papers or not all(1 <= paper.within <= 60 for paper in self.papers):
            return Text("至少一种文书，送达期间1至60个工作日", "at least one paper, served within 1 to 60 working days")
        states = {row.act: {f.id for f in row.word.fields} for row in version.procedure.rows if row.word.fields}
        lacking = sorted({f for p in self.papers for act in p.acts for f in (TEXT, *p.states) if act in states and f not in states[act]})
        if lacking:
            return Text(f"文书的动作没有这些字段：{'、'.join(lacking)}", f"the acts of the papers have no fields {', '.join(lacking)}")
        return unfit(version, *(paper.acts for paper in self.papers), self.services, more=self.annuls)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a paper that does not say what it must, and what is built on one that nobody was told of."""
        why = next((Text(zh, en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if why is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=why, remedy=Text(
            "请写明理由、届满日并附该文书自己的文本，及时送达当事人；送达后再往下办。",
            "Say the reasons and the last day, attach the paper's own text, serve it on the party promptly, then go on."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, acts = s.proposed, [e for e in s.case.events if e.kind == ACT]
        issues = {act for paper in self.papers for act in paper.acts}
        for paper in self.papers:
            lacking = [f for f in (TEXT, *paper.states) if not p.data.get(f)] if p.act in paper.acts else []
            named = {f.id: f.name for f in s.rule.word.fields}
            zh, en = ([named[one].say(lang) if one in named else one for one in lacking] for lang in ("zh", "en"))
            yield lacking, f"文书没有写明：{'、'.join(zh)}", f"the paper does not say: {', '.join(en)}"
            short = p.act in paper.acts and REASONS in paper.states and len(str(p.data.get(REASONS) or "")) < WORDS
            yield short, f"理由不足{WORDS}个字，等于没有理由", f"reasons of fewer than {WORDS} characters are none"
        again = p.act in issues and any(e.act in issues and e.data.get(TEXT) == p.data.get(TEXT) for e in acts)
        yield again, "这份文本已是本案另一份文书", "this text is that of another paper of the case"
        if p.act in self.gates:
            since = max((n for n, e in enumerate(acts) if e.act in self.annuls), default=0)
            issued = {e.data[TEXT]: e for e in acts[since:] if e.act in issues and e.data.get(TEXT)}
            open_ = [e for text, e in issued.items() if all(e.data.get(TEXT) != text for e in acts if e.act in self.services)]
            words = [next((row.word.name for row in s.case.version.procedure.rows if row.act == e.act), Text(e.act, e.act)) for e in open_]
            yield open_, f"“{'、'.join(w.zh for w in words)}”的文书没有送达当事人", f"not served on the party: {', '.join(w.en for w in words)}"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find papers that do not say what they must, and what was built on one that nobody was told of."""
        issues = tuple(act for paper in self.papers for act in paper.acts)
        again = say.some(issues, say.matches(TEXT))
        vague = [say.gate(paper.acts, say.either(again, say.missing(T(TEXT)), *(say.missing(T(f)) for f in paper.states), *(
            [say.over(WORDS, say.length(T(REASONS)))] if REASONS in paper.states else []))) for paper in self.papers]
        texts = say.gather("set", issues, R(TEXT), since=self.annuls)
        untold = say.over(say.without(texts, say.gather("set", self.services, R(TEXT))), 0)
        return AnyOf((*vague, *([say.gate(self.gates, untold)] if self.gates else [])))

    def watch(self, _: PowerVersion) -> AnyOf:
        """Find papers that were not served, under their own text, in time."""
        return AnyOf(tuple(self._late(paper) for paper in self.papers))

    def _late(self, paper: Paper) -> GateRule:
        done = say.or_else(say.day(R("served_on")), R("_on"))
        told = say.both(say.matches(TEXT), say.negated(say.over(say.working_days(T("_day"), done), paper.within)))
        late = say.over(say.working_days(T("_day"), Today()), paper.within)
        return say.gate(paper.acts, say.both(late, say.none(self.services, told, span=Span.AFTER), say.none(self.annuls, span=Span.AFTER)))
