"""disposition_fits 处理与认定相当: what is verified has its weight and its people, and what follows for them is no milder than that weight.

Why: 包庇袒护、大事化小: the verification says “serious”, the disposition says “a word of warning”; or it never says how serious it is.
Finds: a finding upheld without severity, or without anybody responsible and without reasons why nobody is; a person for whom less
follows than the severity allows; a heading (`disposition`) that is not the gravest of what follows for the persons.
Not: whether the severity is right (another verifies, file review); that somebody is left out (`accountability_follows`).
Source: a rule of supervision; severities, dispositions and which allows which are settings.
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
from qingfeng.facts.rule import AnyOf, R, Span, T
from qingfeng.terms.text import Text

REASONS = 4  # characters

# fmt: off
_SMALL = "verify bob 1 finding_outcome=upheld severity=minor responsible={p1:dan}"
_GRAVE, _NOBODY = _SMALL.replace("minor", "grave"), "verify bob 1 finding_outcome=upheld severity=minor unattributed={p1:设备自身故障}"
_FREE, _TWO = "verify bob 1 finding_outcome=not_upheld", "dispose eve 2 accountability={dan:talk,fay:sanction} disposition=sanction"
_TALK = "dispose eve 2 accountability={dan:talk} disposition=talk"
_HARD = "dispose eve 2 accountability={dan:sanction} disposition=sanction"


@dataclass(frozen=True, slots=True)
class Level:
    """A severity and what may follow for a person."""

    severity: str
    allowed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DispositionFits:
    """`severity` and `responsible` of `verifies`, `accountability` (person → what follows) and `disposition` of `disposes`."""

    name: ClassVar[str] = "disposition_fits"
    title: ClassVar[Text] = Text(zh="处理与认定相当", en="Disposition fits what was verified")
    basis: ClassVar[Basis] = Basis.RULE  # a rule of supervision; nobody lets pass
    example: ClassVar[dict[str, Any]] = {"verifies": ["verify"], "disposes": ["dispose"], "upheld": ["upheld"],
        "scale": ["none", "talk", "sanction"],
        "levels": [{"severity": "minor", "allowed": ["none", "talk", "sanction"]}, {"severity": "grave", "allowed": ["sanction"]}]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_SMALL, _TALK), (_GRAVE, _HARD), (_SMALL, _TWO), (_NOBODY, "dispose eve 2 disposition=none"), (_FREE,), (_SMALL, _HARD),
        (_SMALL, "dispose eve 2 accountability={dan:none} disposition=none"), (_GRAVE, _SMALL, _TALK), (_FREE, _SMALL, _TALK, _TALK),
        (_SMALL.replace("dan", "fay"), _TWO), (_FREE.replace("not_upheld", "undetermined"), _GRAVE, _HARD),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_GRAVE, _TALK), (_GRAVE, _TWO), (_SMALL.replace(" severity=minor", ""),), (_SMALL.replace("minor", "slight"),),
        (_SMALL.replace(" responsible={p1:dan}", ""),), (_NOBODY.replace("设备自身故障", "无"),), (_TALK,), (_SMALL, _GRAVE, _TALK),
        (_SMALL, _TALK.replace("{dan:talk}", "{dan:praise}")), (_SMALL, _TWO.replace("disposition=sanction", "disposition=talk")),
        (_SMALL, _TALK.replace("disposition=talk", "disposition=sanction")), (_SMALL, "dispose eve 2 disposition=talk"),
        (_SMALL, "dispose eve 2 accountability={dan:talk}"), (_SMALL, "dispose eve 2"),
    )

    verifies: tuple[str, ...]
    disposes: tuple[str, ...]
    levels: tuple[Level, ...]
    scale: tuple[str, ...]
    upheld: tuple[str, ...] = ("upheld",)

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        names, words = [one.severity for one in self.levels], {word for one in self.levels for word in one.allowed}
        fine = names and len({*names}) == len(names) and all(one.allowed for one in self.levels) and words <= {*self.scale} and self.upheld
        return unfit(version, self.verifies, self.disposes) or (None if fine and len({*self.scale}) == len(self.scale) else Text(
            zh="每种轻重各列一次并写明可作的处理，处理方式均在scale中且不重复", en="each severity once, with what may follow; all of it stands in scale, once"))

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a verification that leaves weight or people open, and a disposition milder than it."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=fault, remedy=Text(
            zh="属实的请写明轻重和责任人员（没有责任人员的写明理由，四字以上）；处理不得轻于该轻重所列的方式。",
            en="Say how serious it is and who answers, or why nobody does; what follows may not be milder than that severity allows."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, d, names = s.proposed, s.proposed.data, {one.severity: one.allowed for one in self.levels}
        if p.act in self.verifies and d.get("finding_outcome") in self.upheld:
            why = d.get("unattributed") or {}
            yield d.get("severity") not in names, "认定属实，没有写明轻重", "it is confirmed, and its severity is not said"
            yield not d.get("responsible") and not why, "认定属实，没有写明责任人员", "it is confirmed, and nobody answers for it"
            yield any(len(str(one)) < REASONS for one in why.values()), "没有责任人员的理由过短", "why nobody answers is not said"
        if p.act in self.disposes:
            told, head = d.get("accountability") or {}, d.get("disposition")
            weight = next((e.data["severity"] for e in reversed(s.case.events)
                           if e.kind == ACT and e.act in self.verifies and e.data.get("severity")), None)
            mild = [s.people.name(who) for who, word in told.items() if word not in names.get(str(weight), ())]
            yield mild, f"对{'、'.join(mild)}的处理不在该轻重可作的范围", f"what follows for {', '.join(mild)} is not allowed at that severity"
            rank = {word: place for place, word in enumerate(self.scale)}
            worst = max((rank.get(word, -1) for word in told.values()), default=0)
            other = head is None or (head not in told.values() if told else head != "none") or worst > rank.get(head, worst)
            yield other, "处理方式与逐人处理中最重的一项不一致", "the heading is not the gravest of what follows for the persons"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Look at each verification that upholds, and lay each disposition beside the latest severity."""
        upheld, names, head = say.is_in(T("finding_outcome"), self.upheld), [one.severity for one in self.levels], T("disposition")
        ranks, weight = {word: place for place, word in enumerate(self.scale)}, say.last(self.verifies, "severity")
        allowed = say.get({one.severity: one.allowed for one in self.levels}, weight)
        mine = say.both(say.equal(R("_seq"), T("_seq")), say.equal(R("_value"), head))
        named = say.some(self.disposes, mine, each="accountability", span=Span.ALL)
        return AnyOf((
            say.gate(self.verifies, say.either(say.negated(say.is_in(T("severity"), names)),
                say.both(say.missing(T("responsible")), say.missing(T("unattributed")))), applies=upheld),
            say.gate(self.verifies, say.over(REASONS, say.length(T("_value"))), each="unattributed", applies=upheld),
            say.gate(self.disposes, say.either(say.negated(say.is_in(T("_value"), allowed)),
                say.over(say.get(ranks, T("_value")), say.get(ranks, head))), each="accountability"),
            say.gate(self.disposes, say.either(say.missing(head), say.both(say.said(T("accountability")), say.negated(named)),
                say.both(say.missing(T("accountability")), say.differs(head, "none"))))))
