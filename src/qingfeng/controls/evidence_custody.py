"""evidence_custody 证据保管: an item goes from holder to holder, each hand-over is confirmed, and it comes out as it went in.

Why: 丢失、损毁、调换 – what nobody holds, everybody could have touched.
Finds: custody of what is not registered, by another than the custodian named, or by who handles the case; a hand-over, showing or return
by who does not hold the item; an unexpected receipt; a hash that is not the registered one (swapped); a case closed with an item held.
Not: an item that nobody holds (evidence_held); two who confirm a hand-over that never happened (a stock count finds that).
Source: the agency's own map (证据保管制度); no statute says how.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue import wording
from qingfeng.catalogue.power import PowerVersion
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, R, T
from qingfeng.terms.text import Text

# fmt: off
NOTES, E1 = ("note ann 9",) * 7, "register ann 0 evidence_no=E1 evidence_hash=h1"
E2, TAKE = "register ann 0 evidence_no=E2 evidence_hash=h2", "take carl 1 evidence_no=E1 custodian=carl"
HAND, GOT = "hand carl 2 evidence_no=E1 custodian=dan", "accept dan 3 evidence_no=E1"
SHOW, BACK = "show carl 4 evidence_no=E1 evidence_hash=h1", "give_back carl 5 evidence_no=E1 evidence_hash=h1"
UNSAID = "take carl 1 custodian=carl"  # of which item is not said
FILED = "put_on_file carl 5 evidence_no=E1 evidence_hash=h1"


@dataclass(frozen=True, slots=True)
class EvidenceCustody:
    """`takes`, `hands` and `accepts` make a chain of holders; `shows` and `returns` prove the item unchanged; `closes` finds none held.

    returns: every way out of custody (back to the party, on file, destroyed by law).  handlers: who may not be custodian."""

    name: ClassVar[str] = "evidence_custody"
    title: ClassVar[Text] = Text(zh="证据保管链", en="Chain of custody")
    example: ClassVar[dict[str, Any]] = {"registers": ["register"], "takes": ["take"], "hands": ["hand"], "accepts": ["accept"],
                                         "shows": ["show"], "returns": ["give_back", "put_on_file"], "closes": ["close"],
                                         "handlers": ["investigate"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (E1, TAKE, *NOTES), (E1, TAKE, HAND, *NOTES), (E1, E1, TAKE, HAND, GOT, *NOTES), (E1, TAKE, SHOW, SHOW, *NOTES),
        (E1, TAKE, HAND, GOT, SHOW.replace("carl", "dan"), *NOTES), (E1, E1, TAKE, SHOW, *NOTES), (E1, TAKE, BACK, *NOTES),
        (E1, E2, TAKE, "take dan 1 evidence_no=E2 custodian=dan", SHOW, *NOTES), (E1, TAKE, BACK, TAKE.replace("carl 1", "carl 6"), *NOTES),
        (E1, E1, TAKE, HAND, SHOW, *NOTES), (E1, E2, TAKE, *NOTES), (*NOTES, E1, E1, TAKE), (E1, E1, TAKE, *NOTES),
        (E1, E2, TAKE, BACK, "close eve 9"), (E1, TAKE, FILED, "close eve 9"), ("investigate bob 0 officers=[bob,dan]", E1, TAKE, *NOTES))
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (TAKE,), (E1, TAKE.replace("carl 1", "ann 1")), (E1, TAKE, TAKE), (E1, HAND), (E1, TAKE, HAND.replace("carl 2", "bob 2")),
        (E1, TAKE, HAND.replace("=dan", "=carl")), (E1, TAKE, HAND, GOT.replace("dan", "bob")),
        (E1, TAKE, HAND, GOT, SHOW), (E1, TAKE, SHOW.replace("h1", "h2")), (E1, TAKE, BACK, SHOW),
        (E1, TAKE, "close eve 9"), (E1, E2, TAKE, BACK, "take carl 6 evidence_no=E2 custodian=carl", "close eve 9"),
        ("investigate carl 0", E1, TAKE), ("investigate bob 0 officers=[bob,carl]", E1, TAKE), (E1, TAKE, "investigate carl 6"),
        (E1, TAKE, "investigate bob 6 officers=[bob,carl]"), (E1, TAKE, BACK, TAKE.replace("carl 1", "carl 6"), "close eve 9"),
        (E1, UNSAID), (E1, UNSAID, "close eve 9"), (E1, UNSAID, BACK))

    registers: tuple[str, ...]
    takes: tuple[str, ...]
    hands: tuple[str, ...]
    accepts: tuple[str, ...]
    shows: tuple[str, ...]
    returns: tuple[str, ...]
    closes: tuple[str, ...] = ()
    handlers: tuple[str, ...] = ()
    basis: ClassVar[Basis] = Basis.RULE

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        named = [*(self.registers or ("",)), *(self.takes or ("",)), *self.hands, *self.accepts, *self.shows, *self.returns, *self.closes]
        known = {row.act for row in version.procedure.rows}
        sound = {*named, *self.handlers} <= known and bool(self.hands) == bool(self.accepts) and not {*self.takes} & {*self.handlers}
        return None if sound and len({*named}) == len(named) else Text(
            "各组动作须取自流程、不相交，移交与接收成对", "name disjoint lists of acts of the procedure, hands and accepts together")

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse what breaks the chain or shows another item."""
        act, who, data = situation.proposed.act, situation.proposed.actor, situation.proposed.data
        no, name, events = data.get("evidence_no"), situation.people.name(who), [e for e in situation.case.events if e.kind == ACT]
        chain = [e for e in events if no is not None and e.data.get("evidence_no") == no]
        moves = [e for e in chain if e.act in (*self.takes, *self.accepts, *self.returns)]
        offers = [e for e in chain if e.act in (*self.hands, *self.accepts)]
        entries, holders = [e for e in chain if e.act in self.registers], (*self.hands, *self.shows, *self.returns)
        files = [e.data["evidence_hash"] for e in entries if e.data.get("evidence_hash")]
        took, gone = ([e for e in events if e.act in way] for way in (self.takes, self.returns))
        numbered = {str(e.data["evidence_no"]) for e in took if e.data.get("evidence_no") is not None}
        left = sorted(numbered - {e.data.get("evidence_no") for e in gone})
        party = {one for e in events if e.act in self.handlers for one in (e.actor, *(e.data.get("officers") or ()))}
        keepers = {e.actor for e in took} & {who, *(data.get("officers") or ())}
        held, given = bool(moves) and moves[-1].act not in self.returns, bool(offers) and offers[-1].act in self.hands
        fault = next((Text(zh, en) for acts, wrong, zh, en in (
            (self.closes, left or len(took) > len(gone), f"证据{'、'.join(left)}还在保管中，没有退还、入卷或者依法处理", "an item is still in custody"),
            (self.takes, who in party, f"{name}经办本案，不得保管本案证据", f"{name} handles the case and may not keep its evidence"),
            (self.handlers, keepers, "本案证据的保管人不得经办本案", "who keeps the evidence of the case may not handle it"),
            (self.takes, no is None, "入库没有写明证据编号", "it is not said which item is taken in"),
            (self.takes, not entries, f"证据{no}未登记", f"item {no} is not registered"),
            (self.takes, data.get("custodian") != who, "入库须由所列保管人本人办理", "the custodian named must take the item in himself"),
            (self.takes, held, f"证据{no}已有保管人", f"item {no} has a holder already"),
            (self.accepts, not given or offers[-1].data.get("custodian") != who, f"没有向{name}移交证据{no}", f"nobody hands item {no} to {name}"),
            (holders, not held or moves[-1].actor != who, f"{name}不是证据{no}的现持有人", f"{name} does not hold item {no}"),
            (self.hands, data.get("custodian") in (None, who), "移交须写明另一接收人", "a hand-over names another receiver"),
            ((*self.shows, *self.returns), data.get("evidence_hash") not in files[:1], f"证据{no}与登记不符", f"{no} was swapped"),
        ) if act in acts and wrong), None)
        if fault is not None and act in self.closes:
            how = wording.acts(situation.case.version, self.returns, either=True)
            return Refusal(by=self.name, ring="control", basis=self.basis, reason=fault,
                           remedy=Text(f"请由保管人先办理{how.zh}。", f"Let the custodian do {how.en} first."))
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=fault, remedy=Text(
            "请由保管人本人入库、现持有人移交、接收人本人签收；与登记不符的，立即报告并查明。",
            "The custodian himself takes it in, the holder hands it over, the receiver confirms; report what is not as registered."))

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find breaks of the chain, and items that are not as registered."""
        here, moves = say.matches("evidence_no"), (*self.takes, *self.accepts, *self.returns)
        mover, moved = say.gather("last", moves, R("_actor"), here), say.gather("last", moves, R("_act"), here)
        held = say.is_in(moved, (*self.takes, *self.accepts))
        stranger = say.negated(say.both(held, say.equal(mover, T("_actor"))))
        swapped = say.negated(say.equal(T("evidence_hash"), say.gather("first", self.registers, R("evidence_hash"), here)))
        last = say.gather("last", (*self.hands, *self.accepts), R("_seq"), here)
        offered = say.some(self.hands, say.both(say.equal(R("_seq"), last), say.equal(R("custodian"), T("_actor"))))
        himself = say.equal(T("custodian"), T("_actor"))
        took, gone = (say.gather("set", way, R("evidence_no")) for way in (self.takes, self.returns))
        many = (say.count(way) for way in (self.takes, self.returns))
        handled = say.some(self.handlers, say.either(say.same_actor(), say.is_in(T("_actor"), R("officers"))))
        kept = say.some(self.takes, say.either(say.same_actor(), say.is_in(R("_actor"), T("officers"))))
        return AnyOf((
            say.gate(self.closes, say.either(say.over(say.without(took, gone), 0), say.over(*many))),
            say.gate(self.takes, handled, needs=["_actor"]),
            say.gate(self.handlers, kept, needs=["_actor"]),
            say.gate(self.takes, say.either(say.none(self.registers, here), say.negated(himself), held), needs=["_actor"]),
            say.gate(self.accepts, say.negated(offered), needs=["_actor"]),
            say.gate(self.hands, say.either(stranger, say.missing(T("custodian")), himself), needs=["_actor"]),
            say.gate((*self.shows, *self.returns), say.either(stranger, swapped), needs=["_actor"]),
        ))
