"""rectification_recheck 整改复查: what was ordered is looked at again on site, item by item, with fresh evidence, by another officer.

Why: 整改措施落实不到位: who found little, or was paid, finds everything mended.
Finds: a re-check by or with who inspected, from the desk, of another firm, with items left out, or that finds things done on
evidence or photographs used before, here or in another case, or on none; a result as a whole that its items do not bear out.
Not: an order that nobody re-checks (rectification).
Source: the agency's own map (整改措施落实不到位; 强化事后监管).
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
from qingfeng.facts.rule import AnyOf, Expr, Op, R, Span, T
from qingfeng.terms.text import Text

# fmt: off
_WORDS, _SEEN_IN = ("done", "not_done"), ("photo_hashes", "evidence_hash")
_SEEN, _ORDER = "inspect_site bob 0 officers=[bob,carl]", "order_rectification bob 1 measures=[m1,m2]"
_CHECK = "recheck_rectification {} {} place=车间 evidence_hash={} rectified={}"
_DONE, _NEXT = _CHECK.format("dan", 9, "h1", "{m1:done,m2:done}"), _CHECK.format("fay", 11, "h3", "{m1:done,m2:done}")
_HALF, _DROP = _CHECK.format("dan", 9, "h2", "{m1:done,m2:not_done}"), "drop_rectification eve 6"
_H, _SHOT = [f"a{n:063d}" for n in range(6)], "c2:inspect_site eve 3 photo_hashes=[{}] evidence_hash={}"
_S = [f"[{one}]" for one in _H]
_SEEN_TOO = f"inspect_site bob 0 officers=[bob,carl] photo_hashes=[{_H[1]},{_H[2]}]"
_AT, _FRESH = _ORDER + " subject=甲厂", _DONE + " officers=[dan,eve] subject=甲厂 photo_hashes="
_NOT = "recheck_rectification {} 9 place=车间 rectified={{m1:not_done,m2:not_done}}"


@dataclass(frozen=True, slots=True)
class RectificationRecheck:
    """`rectified` (measure → done or not_done) of a re-check against the measures ordered since the latest of `drops`."""

    name: ClassVar[str] = "rectification_recheck"
    title: ClassVar[Text] = Text(zh="整改复查", en="Re-check of rectification")
    basis: ClassVar[Basis] = Basis.MAP
    example: ClassVar[dict[str, Any]] = {"drops": ["drop_rectification"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        *((_SEEN, _ORDER, _DONE.replace("dan", who)) for who in ("dan", "eve", "fay")), (_SEEN, _ORDER, _HALF, _NEXT), (_ORDER, _HALF),
        *((_SEEN, _ORDER, _NOT.format(who)) for who in ("dan", "eve", "fay")), (_SEEN, _ORDER, _NOT.format("dan"), _NEXT),
        (_SEEN, _ORDER, _HALF), (_ORDER, _DROP, _ORDER.replace("[m1,m2]", "[m3]"), _CHECK.format("dan", 9, "h1", "{m3:done}")),
        (_NOT.format("eve"),), (_SEEN_TOO, _AT, _FRESH + _S[3]), (_SHOT.format(_H[1], "h9"), _SEEN, _AT, _FRESH + _S[4]),
        (_SEEN, _ORDER, _NOT.format("dan") + " officers=[dan,fay]"), (_SEEN, _ORDER, _DONE + " rectification_outcome=yes"),
        *((_SEEN, _ORDER, said + f" rectification_outcome={word}") for said in (_HALF, _NOT.format("eve")) for word in ("no", "refused")),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        *((_SEEN, _ORDER, _DONE.replace("dan", who)) for who in ("bob", "carl")), (_SEEN.replace("bob 0", "dan 0"), _ORDER, _DONE),
        (_ORDER, _DONE, _DONE),
        *((_ORDER, _DONE.replace(a, b)) for a, b in ((" place=车间", ""), (" evidence_hash=h1", ""), (",m2:done", ""), ("m2:done", "m2:x"))),
        (_ORDER.replace("bob", "dan"), _DONE), *((_SEEN, _AT, (_FRESH + _S[3]).replace(a, b)) for a, b in (
            ("[dan,eve]", "[dan,carl]"), ("[dan,eve]", "[dan,bob]"), ("subject=甲厂", "subject=乙厂"), (" subject=甲厂", ""))),
        (_SEEN_TOO, _AT, _FRESH + _S[2]), (_SEEN_TOO, _AT, (_FRESH + _S[3]).replace("=h1", f"={_H[1]}")),
        (_SHOT.format(_H[1], "h9"), _SEEN, _AT, _FRESH + _S[1]), (_SHOT.format(_H[1], "h1"), _SEEN, _AT, _FRESH + _S[3]),
        (_SEEN, _ORDER, _NOT.format("dan") + " officers=[dan,carl]"),
        (_SHOT.format(_H[2], "h9"), _SEEN, _AT, (_FRESH + _S[3]).replace("=h1", f"={_H[2]}")),
        *((_SEEN, _ORDER, _DONE + f" rectification_outcome={word}") for word in ("no", "refused")),
        *((_SEEN, _ORDER, said + " rectification_outcome=yes") for said in (_HALF, _NOT.format("eve"))),
    )

    rechecks: tuple[str, ...] = ("recheck_rectification",)
    orders: tuple[str, ...] = ("order_rectification",)
    visits: tuple[str, ...] = ("inspect_site",)
    drops: tuple[str, ...] = ()

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        return unfit(version, self.rechecks, self.orders, self.visits, more=self.drops)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a re-check that cannot be relied on."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=fault, remedy=Text(
            zh="请由未参加原检查的人员到场，对责令的每项措施写明已整改（附新的证据）或未整改。",
            en="Let one who took no part in the inspection say on site of each measure whether it is done, with fresh evidence, or not."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, said, proof = s.proposed, s.proposed.data.get("rectified", {}), s.proposed.data.get("evidence_hash")
        if p.act not in self.rechecks:
            return
        done = [e for e in s.case.events if e.kind == ACT]
        dropped = max((n for n, e in enumerate(done, 1) if e.act in self.drops), default=0)
        left = sorted({m for e in done[dropped:] if e.act in self.orders for m in e.data.get("measures", ())} - {*said})
        first = s.case.actors_of([*self.visits, *self.orders])
        first |= {who for e in done if e.act in self.visits for who in e.data.get("officers", ())}
        same = [s.people.name(who) for who in sorted({p.actor, *p.data.get("officers", ())} & first)]
        firm = next((e.data["subject"] for e in reversed(done) if e.act in self.orders and e.data.get("subject")), p.data.get("subject"))
        used = {h for e in done for h in (*e.data.get("photo_hashes", ()), e.data.get("evidence_hash"))}
        old = [h for h in (proof, *p.data.get("photo_hashes", ())) if h in used or (h and any(map(s.elsewhere.uses, _SEEN_IN, (h, h))))]
        yield same, f"{'、'.join(same)}参加过原检查或者作出责令，不得复查", f"{', '.join(same)} took part in the inspection or gave the order"
        yield p.data.get("subject") != firm, f"责令整改的是{firm}，复查的不是", f"{firm} was ordered to rectify, and this is another"
        yield not p.data.get("place"), "没有写明复查地点", "the place of the re-check is missing"
        yield left or not said, f"没有逐项复查：{s.told(left).zh}", f"measures not re-checked: {s.told(left).en}"
        yield {*said.values()} - {*_WORDS}, "复查结果只能是已整改或未整改", "a measure is done or not done"
        whole = p.data.get("rectification_outcome")
        yield whole and (whole == "yes") != ({*said.values()} == {"done"}), "整改是否到位与逐项复查的结果不一致", "the items do not bear out the whole"
        yield "done" in said.values() and (not proof or old), "认定已整改没有新的证据", "there is no fresh evidence that it is done"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Look at each re-check and each of its answers."""
        standing = say.gather("set", self.orders, R("_key"), each="measures", since=self.drops)
        def seen(hash_: Expr) -> Op:
            return say.either(say.some(None, say.equal(R("evidence_hash"), hash_)),
                say.some(None, say.equal(R("_key"), hash_), each="photo_hashes"),
                *(say.some(None, same=field, equals=hash_) for field in _SEEN_IN))
        proof, firm = T("evidence_hash"), say.last(self.orders, "subject", where=say.said(R("subject")))
        stale = say.either(say.missing(proof), seen(proof))
        hands = say.gather("set", [*self.visits, *self.orders], R("_actor"))
        team = say.gather("set", self.visits, R("_key"), each="officers")
        first = [say.either(say.is_in(who, hands), say.is_in(who, team)) for who in (T("_actor"), T("_key"))]
        words = say.gather("set", self.rechecks, R("_value"), say.equal(R("_seq"), T("_seq")), span=Span.ALL, each="rectified")
        done, undone, whole = say.is_in("done", words), say.over(say.without(words, ("done",)), 0), T("rectification_outcome")
        apart = say.either(say.both(say.equal(whole, "yes"), undone), say.both(say.differs(whole, "yes"), say.negated(undone)))
        left = say.over(say.without(standing, T("rectified")), 0)
        other = say.both(say.said(firm), say.negated(say.equal(T("subject"), firm)))
        return AnyOf((
            say.gate(self.rechecks, say.either(first[0], other, say.missing(T("place")), say.missing(T("rectified")), left, apart),
                needs=["_actor"]),
            say.gate(self.rechecks, first[1], each="officers"), say.gate(self.rechecks, say.both(done, seen(T("_key"))),
            each="photo_hashes"),
            say.gate(self.rechecks, say.either(
                say.negated(say.is_in(T("_value"), _WORDS)), say.both(say.equal(T("_value"), "done"), stale)), each="rectified")))
