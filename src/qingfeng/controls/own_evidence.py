"""own_evidence 核查有据: a self-check that denies shows its evidence, and who verifies it rests on more than he got from the unit.

Why: 自查走过场、照单全收: the unit writes that all is well, and the verification copies it.
Finds: a verification, or an answer that is no admission (`free`), that relies on nothing; what is relied on and not registered; a
verification in which no item relied on was registered by supervision itself.
Not: whether the evidence proves what is said; how the items are kept (`evidence_custody`).
Source: a rule of supervision (核查不能只凭自查材料); which posts supervise is a setting.
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

NO, HASH, RELIES = "evidence_no", "evidence_hash", "relies_on"

# fmt: off
_E1, _E2 = "register ann 0 @clerk evidence_no=E1 evidence_hash=h1", "register bob 1 @inspector evidence_no=E2 evidence_hash=h2"
_SAY, _JUDGE = "answer ann 1 relies_on=[E1]", "verify bob 2 relies_on=[E1,E2]"


@dataclass(frozen=True, slots=True)
class OwnEvidence:
    """`relies_on` of `answers` and `verifies` against `evidence_no` of `registers`, one of them by a holder of `posts`."""

    name: ClassVar[str] = "own_evidence"
    title: ClassVar[Text] = Text(zh="核查有据", en="Evidence of one's own")
    basis: ClassVar[Basis] = Basis.RULE
    example: ClassVar[dict[str, Any]] = {"answers": ["answer"], "verifies": ["verify"], "registers": ["register"],
        "posts": ["inspector", "chief"], "free": ["admitted"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_E1, _SAY, _E2, _JUDGE), (_E2, "verify bob 2 relies_on=[E2]"), (_E1, _SAY), (_E1, _E2, _JUDGE, _JUDGE), (_E1, _E1, _SAY, _SAY),
        (_E2.replace("inspector", "chief"), "verify carl 2 relies_on=[E2]"), (_E1, _E2, "answer ann 1 relies_on=[E1,E2]", _JUDGE),
        (_E1.replace("clerk", "inspector"), "verify ann 1 relies_on=[E1]"), ("answer ann 1 self_outcome=admitted",),
        (_E1, "answer ann 1 self_outcome=admitted relies_on=[E1]", _E2, _JUDGE), (_E1, "answer ann 1 self_outcome=denied relies_on=[E1]"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("answer ann 1",), (_E1, "answer ann 1 relies_on=[E1,E9]"), (_SAY,), (_E2, "verify bob 2"),
        (_E1, _SAY, "verify bob 2 relies_on=[E1]"),
        (_E1, _E2, "verify bob 2 relies_on=[E1]"), (_E2, _JUDGE), (_E1.replace(" evidence_hash=h1", ""), _SAY),
        ("answer ann 1 self_outcome=denied",), ("verify bob 2 self_outcome=admitted",),
        ("answer ann 1 self_outcome=admitted relies_on=[E9]",),
        (_E1, _E2.replace(" evidence_hash=h2", ""), _JUDGE), (_E2.replace("@inspector", "@clerk"), "verify bob 2 relies_on=[E2]"),
    )

    answers: tuple[str, ...]
    verifies: tuple[str, ...]
    posts: tuple[str, ...]
    registers: tuple[str, ...] = ("register_evidence",)
    free: tuple[str, ...] = ()

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        able = {post for row in version.procedure.rows if row.act in self.registers for post in row.by}
        return unfit(version, self.answers, self.verifies, self.registers) or (None if self.posts and {*self.posts} <= able else Text(
            zh="核查岗位应存在，并能登记证据", en="the posts that verify must be able to register evidence"))

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse an answer without evidence, and a verification without any of its own."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=fault, remedy=Text(
            zh="请先登记证据（编号和文件），再写明依据哪些；核查人员应当自己调取至少一件。",
            en="Register the evidence first (number and file), then say on what you rely; who verifies takes one item at least himself."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, kept = s.proposed, [e for e in s.case.events if e.kind == ACT and e.act in self.registers and e.data.get(HASH)]
        if p.act not in (*self.answers, *self.verifies):
            return
        relied = {*(p.data.get(RELIES) or ())}
        left = sorted(relied - {e.data.get(NO) for e in kept})
        bare = not relied and not (p.act in self.answers and p.data.get("self_outcome") in self.free)
        yield bare, "没有写明依据的证据", "the evidence relied on is not named"
        yield left, f"没有登记这些证据：{'、'.join(left)}", f"not registered as evidence: {', '.join(left)}"
        own = any(e.post in self.posts and e.data.get(NO) in relied for e in kept)
        yield p.act in self.verifies and not own, "核查只凭本单位的自查材料，没有自己调取的证据", "nothing relied on was taken by supervision itself"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Lay what is relied on beside what was registered, and by whom."""
        kept = say.gather("set", self.registers, R(NO), say.said(R(HASH)))
        own = say.both(say.is_in(R("_post"), self.posts), say.is_in(R(NO), T(RELIES)), say.said(R(HASH)))
        loose, bound = say.over(say.without(T(RELIES), kept), 0), say.negated(say.is_in(T("self_outcome"), self.free))
        return AnyOf((
            say.gate(self.answers, say.either(loose, say.both(say.missing(T(RELIES)), bound))),
            say.gate(self.verifies, say.either(loose, say.missing(T(RELIES)), say.none(self.registers, own)))))
