"""first_contact 首问负责: whoever is asked first owns the matter until another takes it over himself or it is answered.

Why: 故意刁难: “not my desk” said three times is a refusal that nobody gave; an owner by name cannot say it.
Finds: counter work without an owner; a hand-over by somebody else, to himself, or without reasons; taking over what was not handed to
one; an answer by somebody who is not the owner, while a hand-over is open, or that says nothing; and (`watch`) a hand-over nobody took up.
Not: whether the answer helps (call-backs, ratings); the visitor's number (`counter_ticket`).
Source: the agency's own map (首问负责、首问责任); the days are settings.
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

WORDS = 4  # characters of an answer or a reason

# fmt: off
_ASK, _GIVE = "first ann 0", "hand ann 1 leader=bob reasons=属于审批科职责"
_TAKE, _END = "take bob 1", "answer bob 2 content=已书面答复申请人"


@dataclass(frozen=True, slots=True)
class FirstContact:
    """The author of `registers` owns the enquiry; `hands` it to `leader`, who `takes` it himself; the owner `answers` it (`content`).

    works: acts that need an owner, whoever does them.  within: working days in which a hand-over is taken up; answer: and answered.
    """

    name: ClassVar[str] = "first_contact"
    title: ClassVar[Text] = Text(zh="首问负责", en="First contact owns the matter")
    basis: ClassVar[Basis] = Basis.MAP
    example: ClassVar[dict[str, Any]] = {"registers": ["first"], "hands": ["hand"], "takes": ["take"], "answers": ["answer"],
                                         "works": ["receive", "notify"], "within": 1, "answer": 5}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_ASK, "receive bob 0", _GIVE, _TAKE, _END), (_ASK, "notify carl 1", _END.replace("bob", "ann")),
        (_ASK, _GIVE, _TAKE, "hand bob 2 leader=ann reasons=须由窗口补充材料", "take ann 2", _END.replace("bob 2", "ann 3")),
        (_ASK, "notify bob 1", "receive ann 2"), (_ASK, _END.replace("bob", "ann"), "first carl 5", "receive carl 6",
                                                  _END.replace("bob 2", "carl 7")),
        (_ASK, _GIVE, _GIVE.replace("bob", "carl"), "take carl 1", "receive carl 1"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("receive ann 0",), ("notify bob 0",), (_ASK, _GIVE.replace("ann", "carl", 1)), (_ASK, _GIVE.replace("bob", "ann")),
        (_ASK, _GIVE.replace("属于审批科职责", "不归我")), (_ASK, _GIVE.partition(" reasons")[0]), (_ASK, _GIVE.replace("leader", "x")),
        (_ASK, _TAKE),
        (_ASK, _GIVE, "take carl 1"), (_ASK, _GIVE, _TAKE, _TAKE), (_ASK, _GIVE, _TAKE, _GIVE),
        (_ASK, _GIVE, _TAKE, _END.replace("bob", "ann")),
        (_ASK, _GIVE, _END.replace("bob", "ann")), (_ASK, _END), (_ASK, _END.replace("bob", "ann").replace("已书面答复申请人", "好了")), (_END,),
        (_ASK, "answer ann 1"), (_ASK, _END.replace("bob 2", "ann 0"), "receive ann 1"), (_ASK, _END.replace("bob 2", "ann 0"), _GIVE),
        (_ASK, _GIVE, _GIVE.replace("bob", "carl"), _TAKE), (_ASK, "first bob 1"), (_ASK, _GIVE, "first bob 1"),
    )
    kept: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_ASK, _GIVE, "take bob 2", "answer bob 7 content=已书面答复申请人", "today 30"), (_ASK, "today 7"), (_ASK, _GIVE, "today 2"))
    neglected: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_ASK, _GIVE, "today 3"), (_ASK, _GIVE, "take bob 3", "today 4"), (_ASK, "today 8"),
        (_ASK, _GIVE, _TAKE, "answer bob 8 content=已书面答复", "today 9"))

    works: tuple[str, ...]
    registers: tuple[str, ...] = ("register_first_contact",)
    hands: tuple[str, ...] = ("hand_over_contact",)
    takes: tuple[str, ...] = ("accept_contact",)
    answers: tuple[str, ...] = ("answer_contact",)
    within: int = 1
    answer: int = 5

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        if not (0 <= self.within <= 10 and 1 <= self.answer <= 60):
            return Text(zh="接收移交0至10个工作日，答复1至60个工作日", en="0 to 10 working days to take over, 1 to 60 to answer")
        return unfit(version, self.works, self.registers, self.hands, self.takes, self.answers)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse work that nobody owns, and hand-overs and answers that are not the owner's."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        how = wording.acts(situation.case.version, self.registers)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=fault, remedy=Text(
            zh=f"请由首问责任人先办理{how.zh}，再办理并答复；须移交的写明理由和接手人，由接手人本人接收，接收前仍由首问责任人负责。",
            en=f"The first asked does {how.en} and answers; to hand over, say why and to whom; till that person takes it up, it is his."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, acts, name = s.proposed, [e for e in s.case.events if e.kind == ACT], s.people.name
        ended = max((n for n, e in enumerate(acts) if e.act in self.answers), default=-1)
        since = acts[ended + 1:]
        owners = [e.actor for e in since if e.act in self.registers + self.takes]
        owner = owners[-1] if owners else None
        moved = max((n for n, e in enumerate(since) if e.act in self.registers + self.takes), default=-1)
        handed = [e.data.get("leader") for e in since[moved + 1:] if e.act in self.hands]
        if p.act in self.registers:
            yield owner, f"已由{name(owner or '')}首问负责，不得重新登记", f"{name(owner or '')} owns it: it is not registered anew"
        if p.act in self.works + self.hands + self.takes + self.answers:
            yield not owner, "没有首问责任人登记", "nobody is registered as the first asked"
        if p.act in self.hands + self.answers:
            yield owner != p.actor, f"首问责任人是{name(owner or '')}，不是{name(p.actor)}", f"it is {name(owner or '')} who owns it"
        if p.act in self.hands:
            to, why = p.data.get("leader"), len(str(p.data.get("reasons") or "").strip())
            yield to in (None, p.actor) or why < WORDS, "移交须写明他人为接手人并说明理由", "a hand-over names somebody else, and why"
        if p.act in self.takes:
            yield not handed or handed[-1] != p.actor, f"没有移交给{name(p.actor)}", f"it was not handed to {name(p.actor)}"
        if p.act in self.answers:
            yield handed, "移交尚未接收，不得办结", "a hand-over is open: it is not answered yet"
            yield len(str(p.data.get("content") or "").strip()) < WORDS, "答复没有内容", "the answer says nothing"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find work that nobody owns, and hand-overs, takings and answers that are not the owner's."""
        owning = self.registers + self.takes
        owner = say.gather("last", owning, R("_actor"), since=self.answers)
        unowned = say.none(owning, since=self.answers)
        newest = say.gather("max", owning + self.answers, R("_seq"))
        offer = say.gather("last", self.hands, say.or_else(R("leader"), ""), say.over(R("_seq"), say.or_else(newest, 0)))
        not_his = say.negated(say.equal(owner, T("_actor")))
        vague = say.either(say.missing(T("leader")), say.equal(T("leader"), T("_actor")), say.over(WORDS, say.length(T("reasons"))))
        empty = say.over(WORDS, say.length(T("content")))
        return AnyOf((
            say.gate(self.registers, say.some(owning, since=self.answers)), say.gate(self.works, unowned),
            say.gate(self.hands, say.either(not_his, vague), needs=["_actor"]),
            say.gate(self.takes, say.either(unowned, say.negated(say.equal(offer, T("_actor")))), needs=["_actor"]),
            say.gate(self.answers, say.either(not_his, say.some(self.hands, since=owning), empty), needs=["_actor"])))

    def watch(self, _: PowerVersion) -> AnyOf:
        """Find hand-overs that nobody took up, and enquiries not answered, in time."""
        def late(days: int, acts: tuple[str, ...]) -> GateRule:
            soon = say.at_least(days, say.working_days(T("_on"), R("_on")))
            lying = say.both(say.over(say.working_days(T("_on"), Today()), days), say.none(acts, soon, span=Span.AFTER))
            return say.gate(self.hands if acts == self.takes else self.registers, lying)
        return AnyOf((late(self.within, self.takes), late(self.answer, self.answers)))
