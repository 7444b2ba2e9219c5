"""contact_record 接触登记: before a report or a decision, everybody who took part has answered whether he met the party off site.

Why: 请托、宴请: no software sees a dinner; it can make everybody who has a hand in the case sign for it, and lie in writing if he lies.
Finds: a report or decision while somebody who took part, or was named as taking part, has not answered in this case since its latest
return; an answer that is none, or that says “some” and not which.
Not: a false answer (others call the party back: `gift_register`, the duty of call-backs); who put in a word (`interference_record`).
Source: the agency's own map (接受请托、宴请); no statute asks for the record.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue import wording
from qingfeng.catalogue.power import PARTY, SYSTEM, PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT, Event
from qingfeng.facts.rule import AnyOf, Expr, R, T
from qingfeng.facts.say import at_least, both, either, equal, gate, gather, joined, length, negated, over, without
from qingfeng.facts.stated import took_part
from qingfeng.terms.text import Text

NOBODY, SOME, DETAILS = "none", "some", 4  # characters
# fmt: off
_NONE = "answer ann 1 contacts=none"


@dataclass(frozen=True, slots=True)
class ContactRecord:
    """Before `gates`, whoever did one of `takes_part` or is named in `fields` of it has done `answers` since the latest of `afresh`.

    A gate that is itself in `takes_part` asks its own author too.  afresh: returns; also later inquiries, if answers should follow them.
    absences: a leader's statement that those `departed` left stands for their answer (absent_answer sees to it that they did).
    """

    name: ClassVar[str] = "contact_record"
    title: ClassVar[Text] = Text(zh="接触登记", en="Record of contacts")
    basis: ClassVar[Basis] = Basis.RULE  # a rule of the agency; nobody lets pass
    example: ClassVar[dict[str, Any]] = {
        "gates": ["report", "decide"], "takes_part": ["investigate", "interview", "decide"], "afresh": ["send_back"], "answers": ["answer"],
        "fields": ["officers", "members"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("investigate ann 0 officers=[ann,bob]", _NONE, "answer bob 1 contacts=some details=当事人来电催办", "report ann 2"),
        ("interview carl 0", "answer carl 1 contacts=none", "note fay 1", "report dan 2", "answer eve 3 contacts=none", "decide eve 4"),
        ("investigate ann 0", _NONE, "report ann 1", "send_back eve 2", "answer ann 3 contacts=none", "report ann 3"),
        ("investigate system 0", "interview party 0", "report dan 1", "answer eve 1 contacts=some details=会上遇见", "decide eve 2"),
        ("answer bob 0 contacts=none", "interview bob 1 members=[bob]", "report bob 2"),
        ("interview bob 0 officers=[bob,carl]", "record_absent_answer eve 1 departed=[bob,carl]", "send_back eve 2", "report dan 3"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("investigate ann 0 officers=[ann,bob]", _NONE, "report ann 2"), ("answer ann 0",), ("decide eve 0",),
        ("investigate ann 0", "report dan 1"), ("interview carl 0 members=[bob,carl]", "answer carl 0 contacts=none", "decide carl 1"),
        ("investigate ann 0", _NONE, "decide eve 2"), ("answer bob 0 contacts=some",), ("answer bob 0 contacts=没有",),
        ("answer bob 0 contacts=some details=来过了",), ("investigate ann 0", "answer ann 1 contacts=some details=电话", "report dan 2"),
        ("investigate ann 0", _NONE, "report ann 1", "send_back eve 2", "report ann 3"), ("note ann 0", "decide bob 1 officers=[fay]"),
        ("interview bob 0 officers=[carl]", "record_absent_answer eve 1 departed=[bob]", "report dan 3"),
        ("answer eve 0 contacts=none", "decide eve 1 members=[dan,eve]"),
    )

    gates: tuple[str, ...]
    takes_part: tuple[str, ...]
    answers: tuple[str, ...] = ("answer_contacts",)
    afresh: tuple[str, ...] = ()
    fields: tuple[str, ...] = ("officers",)
    absences: tuple[str, ...] = ("record_absent_answer",)

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        return unfit(version, self.gates, self.answers, more=self.afresh) or unfit(version, self.takes_part)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse an answer that says nothing, and a gate while somebody who took part has not answered as the case now stands."""
        command, acts = situation.proposed, [e for e in situation.case.events if e.kind == ACT]
        if command.act in self.answers and not _sound(command.data):
            return self._refusal("须答“无”，或者答“有”并写明何时何地何人何事（至少4个字）", "answer 'none', or 'some' and who, when, where, what",
                "请如实填写；如实登记的接触本身不构成违规。", "Answer truthfully; a contact that is recorded is no breach in itself.")
        if command.act not in self.gates:
            return None
        parts = [(e.actor, e.data) for e in acts if e.act in self.takes_part]
        parts += [(command.actor, command.data)] if command.act in self.takes_part else []
        taking = [who for actor, data in parts for who in (actor, *(n for f in self.fields for n in data.get(f) or ()))]
        left = (w for e in acts if e.act in self.absences for w in e.data.get("departed") or ())
        settled = {None, PARTY, SYSTEM, *self._answered(acts), *left}
        silent = [w for w in dict.fromkeys(taking) if w not in settled]
        if not silent:
            return None
        who, how = "、".join(situation.people.name(str(w)) for w in silent), wording.acts(situation.case.version, self.answers, either=True)
        return self._refusal(f"{who}参与了本案，尚未就有无私下接触作答（退回后须重新作答），不得“{situation.rule.word.name.zh}”",
            f"{who.replace('、', ', ')} took part and has not answered (anew after a return) about contacts with the party",
            f"请上述人员本人先办理{how.zh}。", f"Let each of them do {how.en} first.")

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find answers that are none, and gates that somebody who took part passed in silence."""
        answered = gather("set", self.answers, R("_actor"), self._well(R("contacts"), R("details")), since=self.afresh)
        settled = joined(answered, gather("set", self.absences, R("_key"), each="departed"))
        silent = (over(without(one, settled), 0) for one in took_part(self.takes_part, self.fields, beside=(PARTY, SYSTEM)))
        return AnyOf((gate(self.answers, negated(self._well(T("contacts"), T("details")))),
                      gate(self.gates, either(*silent), needs=["_actor"])))

    def _well(self, contacts: Expr, details: Expr) -> Expr:
        return either(equal(contacts, NOBODY), both(equal(contacts, SOME), at_least(length(details), DETAILS)))

    def _answered(self, acts: Iterable[Event]) -> set[str | None]:
        answered: set[str | None] = set()
        for event in acts:
            if event.act in self.afresh:
                answered = set()
            elif event.act in self.answers and _sound(event.data):
                answered.add(event.actor)
        return answered

    def _refusal(self, zh: str, en: str, next_zh: str, next_en: str) -> Refusal:
        return Refusal(by=self.name, ring="control", basis=self.basis, reason=Text(zh, en), remedy=Text(next_zh, next_en))


def _sound(data: Mapping[str, Any]) -> bool:
    said = data.get("contacts")
    return said == NOBODY or (said == SOME and len(str(data.get("details") or "").strip()) >= DETAILS)
