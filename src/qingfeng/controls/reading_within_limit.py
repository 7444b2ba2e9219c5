"""reading_within_limit 测量值与限值: a reading beyond the limit of the approved plan is a problem, whatever the officer ticks.

Why: 不严、不细致; 人情: the figure is written down as it is, and the box says “ok”.
Finds: an item answered ok whose reading is beyond its limit, an item with a limit but no reading, a plan that leaves a limit out.
Not: a reading that is itself false (independent_recheck and reinspection measure again), nor whether the limit is right.
Source: the agency's own map (检查过程中不严、不细致); the limits stand in the plan that another approves.
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
from qingfeng.facts.rule import AnyOf, T
from qingfeng.terms.text import Text

# fmt: off
_NA = "not_applicable"
_PLAN = "make_inspection_plan ann 0 highest={gas:10,dust:3} lowest={gap:12,dust:1}"
_NEW = "revise_inspection_plan ann 1 highest={gas:20} lowest={gap:12}"
_GO = "inspect_site bob 2 checklist={{gas:{},dust:{},gap:{},exit:ok}} readings={{gas:{},dust:{},gap:{}}}"


@dataclass(frozen=True, slots=True)
class ReadingWithinLimit:
    """`highest` and `lowest` (item → number) of the latest plan that says them against `readings` and `checklist` of a visit."""

    name: ClassVar[str] = "reading_within_limit"
    title: ClassVar[Text] = Text(zh="测量值与限值", en="Reading within its limit")
    basis: ClassVar[Basis] = Basis.MAP
    example: ClassVar[dict[str, Any]] = {"items": ["gas", "gap"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        *((_PLAN, _GO.format("ok", "ok", "ok", a, b, c)) for a, b, c in ((10, 3, 12), (0, 1, 13), (9, 2, 40))), (_PLAN,), (_PLAN, _NEW),
        *((_PLAN, _GO.format("problem", "problem", "problem", a, b, c)) for a, b, c in ((11, 4, 11), (90, 0, 0), (5, 2, 20))),
        (_PLAN, f"inspect_site bob 2 checklist={{gas:{_NA},exit:ok}}"), (_PLAN, _NEW, _GO.format("ok", "ok", "ok", 20, 2, 12)),
        ("inspect_site bob 0 checklist={gas:ok}",), (_PLAN, "inspect_site bob 2 checklist={exit:ok}"),
        (_PLAN, _GO.format(_NA, "ok", "ok", 99, 3, 12)),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        *((_PLAN, _GO.format("ok", "ok", "ok", a, b, c)) for a, b, c in ((11, 3, 12), (10, 4, 12), (10, 0, 12), (10, 3, 11))),
        *((_PLAN, _GO.format(one, "ok", "ok", 4, 2, 12).replace("gas:4,", "")) for one in ("ok", "problem")),
        (_PLAN, "inspect_site bob 2 checklist={gap:ok}"), (_PLAN, _NEW, _GO.format("ok", "ok", "ok", 21, 2, 12)),
        *((_PLAN.replace(a, b),) for a, b in (("gas:10,", ""), ("gap:12,", ""), (" highest={gas:10,dust:3}", ""))),
        (_PLAN, _NEW, _GO.format("ok", "ok", "ok", 12, 2, 11)), (_PLAN, _NEW.replace(" lowest={gap:12}", "")),
    )

    items: tuple[str, ...]
    plans: tuple[str, ...] = ("make_inspection_plan", "revise_inspection_plan")
    visits: tuple[str, ...] = ("inspect_site",)

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        return unfit(version, self.plans, self.visits) or (
            None if self.items else Text(zh="有限值的项目不能为空", en="the items that have a limit may not be empty"))

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a plan without its limits, and a visit that passes a reading beyond them."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=fault, remedy=Text(
            zh="请在方案中写明项目的上限或者下限，检查时如实填写读数；超出限值的，记为发现问题并逐个写明。",
            en="Put the limits in the plan and the readings in the record; what is beyond its limit is written down as a problem."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, d = s.proposed, s.proposed.data
        if p.act in self.plans:
            bare = [item for item in self.items if item not in d.get("highest", {}) and item not in d.get("lowest", {})]
            yield bare, f"方案没有写明限值的项目：{s.told(bare).zh}", f"items without a limit in the plan: {s.told(bare).en}"
        if p.act not in self.visits:
            return
        made = [e.data for e in reversed(s.case.events) if e.kind == ACT and e.act in self.plans]
        limits: list[dict[str, int]] = [next((data[field] for data in made if field in data), {}) for field in ("highest", "lowest")]
        high, low = limits
        for item, said in d.get("checklist", {}).items():
            read = d.get("readings", {}).get(item)
            limited = item in high or item in low
            word = s.told(item)
            yield limited and said != _NA and read is None, f"项目“{word.zh}”有限值而没有读数", f"{word.en} has a limit and no reading"
            beyond = read is not None and (read > high.get(item, read) or read < low.get(item, read))
            zh, en = f"项目“{word.zh}”的读数{read}超出限值，却记为符合", f"{word.en}: the reading {read} is beyond its limit, yet passed"
            yield beyond and said == "ok", zh, en

    def detect(self, _: PowerVersion) -> AnyOf:
        """Compare each answer of a visit with its reading and the limits, and each plan with the items that need one."""
        key, said, read = T("_key"), T("_value"), say.value_of(T("readings"), T("_key"))
        high, low = (say.value_of(say.last(self.plans, field), key) for field in ("highest", "lowest"))
        bare = [say.both(*(say.missing(say.value_of(T(field), item)) for field in ("highest", "lowest"))) for item in self.items]
        return AnyOf((
            say.gate(self.plans, say.either(*bare)),
            say.gate(self.visits, say.either(
                say.both(say.missing(read), say.differs(said, _NA), say.either(say.said(high), say.said(low))),
                say.both(say.equal(said, "ok"), say.either(say.over(read, high), say.over(low, read)))), each="checklist")))
