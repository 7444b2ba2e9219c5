"""rectification_recheck 整改复查: what was ordered is looked at again on site, item by item, with fresh evidence, by another officer.

Why: 整改措施落实不到位: who found little, or was paid, finds everything mended.
Finds: a re-check by who inspected, from the desk, with items left out, or that finds things done on old evidence or none.
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
from qingfeng.facts.rule import AnyOf, R, T
from qingfeng.terms.text import Text

# fmt: off
_WORDS = ("done", "not_done")
_SEEN, _ORDER = "inspect_site bob 0 officers=[bob,carl]", "order_rectification bob 1 measures=[m1,m2]"
_CHECK = "recheck_rectification {} {} place=车间 evidence_hash={} rectified={}"
_DONE, _NEXT = _CHECK.format("dan", 9, "h1", "{m1:done,m2:done}"), _CHECK.format("fay", 11, "h3", "{m1:done,m2:done}")
_HALF, _DROP = _CHECK.format("dan", 9, "h2", "{m1:done,m2:not_done}"), "drop_rectification eve 6"
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
        (_NOT.format("eve"),),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        *((_SEEN, _ORDER, _DONE.replace("dan", who)) for who in ("bob", "carl")), (_SEEN.replace("bob 0", "dan 0"), _ORDER, _DONE),
        (_ORDER, _DONE, _DONE),
        *((_ORDER, _DONE.replace(a, b)) for a, b in ((" place=车间", ""), (" evidence_hash=h1", ""), (",m2:done", ""), ("m2:done", "m2:x"))),
        (_ORDER.replace("bob", "dan"), _DONE),
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
        stale = not proof or any(e.data.get("evidence_hash") == proof for e in done)
        yield p.actor in first, f"{s.people.name(p.actor)}参加过原检查，不得复查", f"{s.people.name(p.actor)} took part in the inspection"
        yield not p.data.get("place"), "没有写明复查地点", "the place of the re-check is missing"
        yield left or not said, f"没有逐项复查：{'、'.join(left)}", f"measures not re-checked: {', '.join(left)}"
        yield {*said.values()} - {*_WORDS}, "复查结果只能是已整改或未整改", "a measure is done or not done"
        yield "done" in said.values() and stale, "认定已整改没有新的证据", "there is no fresh evidence that it is done"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Look at each re-check and each of its answers."""
        standing = say.gather("set", self.orders, R("_key"), each="measures", since=self.drops)
        stale = say.either(say.missing(T("evidence_hash")), say.some(None, say.matches("evidence_hash")))
        inspector = say.either(say.some([*self.visits, *self.orders], say.same_actor()),
                               say.some(self.visits, say.equal(R("_key"), T("_actor")), each="officers"))
        left = say.over(say.without(standing, T("rectified")), 0)
        return AnyOf((
            say.gate(self.rechecks, say.either(inspector, say.missing(T("place")), say.missing(T("rectified")), left), needs=["_actor"]),
            say.gate(self.rechecks, say.either(
                say.negated(say.is_in(T("_value"), _WORDS)), say.both(say.equal(T("_value"), "done"), stale)), each="rectified")))
