"""objection_verified 异议核查: an objection is looked into by two who had no hand in what it attacks, and answered on fresh evidence.

Why: 对举报反映的问题不认真调查取证: "looked into, nothing found" costs a line; two names, new evidence and a fact cost work.
Finds: an inquiry into no objection, without two outsiders or without facts; an answer to one that was not looked into since it came,
without an item of evidence registered since then, or by somebody who had a hand in what it attacks.
Not: that the answer comes in time (appeal_handling); that the deciding body hears of it (objections_reported).
Source: the agency's own map (举报反映的问题，不认真调查取证; 投诉举报受理); the number of inquirers is a setting.
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

WORDS = 4  # characters of a fact

# fmt: off
_MARK, _GOT = "score ann 0", "object fay 1 appeal_no=Y1"
_LOOK, _ITEM = "inquire carl 2 appeal_no=Y1 officers=[carl,dan] facts=查阅了原始记录", "register carl 2 evidence_no=E1"
_SAID = "answer eve 4 appeal_no=Y1 relies_on=[E1]"
_Y2 = ("object fay 5 appeal_no=Y2", "inquire dan 6 appeal_no=Y2 officers=[dan,eve] facts=走访了三家单位", "register dan 6 evidence_no=E2",
    "answer carl 8 appeal_no=Y2 relies_on=[E1,E2]")


@dataclass(frozen=True, slots=True)
class ObjectionVerified:
    """`inquires` into one of `receives` (by `appeal_no`) by `fewest` outside `targets`; `answers` rely on `evidence` registered since."""

    name: ClassVar[str] = "objection_verified"
    title: ClassVar[Text] = Text(zh="异议核查", en="Objections looked into")
    basis: ClassVar[Basis] = Basis.MAP
    example: ClassVar[dict[str, Any]] = {"targets": ["score"], "receives": ["object"], "inquires": ["inquire"], "evidence": ["register"],
        "answers": ["answer"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_MARK, _GOT, _LOOK, _ITEM, _SAID), (_MARK, _GOT, _LOOK, _ITEM, _SAID, *_Y2), (_GOT, _LOOK, _ITEM, _SAID), (_MARK, _GOT, _LOOK),
        (_MARK, *_Y2), (_MARK, _GOT, _LOOK.replace("carl,dan", "carl,dan,eve"), _ITEM, _SAID), (_MARK, *_Y2[:2]), (_GOT, _LOOK, _MARK),
        (_MARK, _GOT, _ITEM, _LOOK, _SAID),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_MARK, _GOT, _ITEM, _SAID), (_MARK, _GOT, _LOOK, _SAID), (_MARK, _GOT, _LOOK.replace("carl,dan", "carl,ann")), (_MARK, _LOOK),
        (_MARK, _GOT, _LOOK.replace("carl,dan", "carl")), (_MARK, _GOT, _LOOK.replace("carl,dan", "carl,carl")),
        (_ITEM, _GOT, _LOOK, _SAID), (_MARK, _GOT, _LOOK.replace("查阅了原始记录", "已查")),
        (_MARK, _GOT, _LOOK, _ITEM, _SAID.replace("eve", "ann")), (_MARK, _SAID), (_MARK, _GOT, _LOOK, _ITEM, _SAID.replace("=Y1", "=Y2")),
        (_MARK, _GOT, _LOOK, _ITEM, "answer eve 4 appeal_no=Y1"), (_MARK, _GOT, _LOOK, _ITEM, _Y2[0], _Y2[3].replace("E1,E2", "E1")),
        (_GOT, _LOOK, _ITEM, _GOT.replace("1 ", "3 "), _SAID), (_MARK, _GOT, _LOOK, _ITEM, _Y2[0], _Y2[1], _Y2[3].replace("E1,E2", "E1")),
        (_MARK, _GOT, _LOOK.replace("=Y1", "=Y2")), ("score dan 0", _GOT, _LOOK), ("score eve 0", _GOT, _LOOK, _ITEM, _SAID),
    )

    targets: tuple[str, ...]
    inquires: tuple[str, ...] = ("inquire_objection",)
    receives: tuple[str, ...] = ("receive_objection",)
    answers: tuple[str, ...] = ("answer_objection",)
    evidence: tuple[str, ...] = ("register_evidence",)
    fewest: int = 2

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        if not 1 <= self.fewest <= 5:
            return Text(zh="核查人数应为1至5人", en="1 to 5 inquirers")
        return unfit(version, self.targets, self.receives, self.inquires, self.answers, self.evidence)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse an inquiry that is none, and an answer that rests on nothing."""
        why = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if why is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=why, remedy=Text(
            zh=f"请由没有参与所涉工作的{self.fewest}人以上核查该异议，写明查明的事实、登记取得的证据，再由没有参与的人据以答复。",
            en=f"Have {self.fewest} or more who had no hand in it look into the objection, register what they found, and answer on that."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, number, done = s.proposed, s.proposed.data.get("appeal_no"), [e for e in s.case.events if e.kind == ACT]
        if p.act not in self.inquires + self.answers:
            return
        came = max((n for n, e in enumerate(done, 1) if e.act in self.receives and number and e.data.get("appeal_no") == number), default=0)
        hands = s.case.actors_of(self.targets)
        yield not came, "没有登记过这一编号的异议", "no objection of this number has been registered"
        if p.act in self.inquires:
            named = {*(p.data.get("officers") or ())}
            yield len(named) < self.fewest, f"核查人员少于{self.fewest}人", f"fewer than {self.fewest} looked into it"
            inside = "、".join(sorted(s.people.name(one) for one in named & hands))
            yield inside, f"{inside}参与过所涉工作，不得核查", f"{inside.replace('、', ', ')} had a hand in it and may not look into it"
            yield len(str(p.data.get("facts") or "")) < WORDS, "没有写明查明的事实", "it is not said what was found out"
        if p.act in self.answers:
            since = done[came:]
            looked = any(e.act in self.inquires and e.data.get("appeal_no") == number for e in since)
            fresh = {e.data.get("evidence_no") for e in since if e.act in self.evidence}
            yield p.actor in hands, f"{s.people.name(p.actor)}参与过所涉工作，不得答复", f"{s.people.name(p.actor)} had a hand in it"
            yield not looked, "收到异议之后没有核查", "since the objection came nobody has looked into it"
            yield not fresh & {*(p.data.get("relies_on") or ())}, "答复没有依据收到异议之后取得的证据", "the answer relies on no fresh evidence"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Lay each inquiry and each answer beside the objection of its number."""
        this, hands = say.matches("appeal_no"), say.gather("set", self.targets, R("_actor"))
        came = say.gather("max", self.receives, R("_seq"), this)
        later = say.over(R("_seq"), came)
        fresh = say.some(self.evidence, say.both(later, say.is_in(R("evidence_no"), T("relies_on"))))
        named = say.without(T("officers"), ())  # how many different ones
        return AnyOf((
            say.gate(self.inquires, say.either(
                say.missing(came), say.over(self.fewest, named), say.over(WORDS, say.length(T("facts"))),
                say.over(named, say.without(T("officers"), hands))), needs=["_actor"]),
            say.gate(self.answers, say.either(
                say.missing(came), say.some(self.targets, say.same_actor()), say.none(self.inquires, say.both(this, later)),
                say.negated(fresh)), needs=["_actor"])))
