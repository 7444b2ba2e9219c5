"""All records of an agency's draws side by side: gaps, doubles and repeated draws show here.

The last number of a year cannot be seen from the records alone: that is what the log of plans is for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from qingfeng.terms.instants import local_day
from qingfeng.terms.text import Text

from .plan import DrawPlan
from .transcript import DrawTranscript, DrawVoid, VoidReason

Item = DrawPlan | DrawTranscript | DrawVoid
"""A plan that has no outcome yet, or the outcome of one."""
REROLL_DAYS = 30
"""Days within which a second draw from the same pool is shown.  A setting: no law counts them."""
SAME_TENTHS = 9
"""Pools are the same if they share nine tenths of all their firms: leaving one out must not hide a second draw."""


class Oddity(StrEnum):
    """What can be odd about a series of draws."""

    GAP = "gap"
    DOUBLE = "double"
    OPEN = "open"
    REROLL = "reroll"
    LINK_REUSED = "link_reused"
    WITHDRAWN_LATE = "withdrawn_late"


@dataclass(frozen=True, slots=True)
class Finding:
    """One oddity with the plans that show it.  A lead, not a verdict."""

    kind: Oddity
    plans: tuple[str, ...]
    words: Text


def check_sequence(items: Sequence[Item], *, days: int = REROLL_DAYS) -> tuple[Finding, ...]:
    """Return every gap in the numbers, double, open plan, repeated draw and reused link, in the order of the plans."""
    ordered = sorted(items, key=lambda item: (plan_of(item).agency, plan_of(item).year, plan_of(item).number))
    return (*_gaps(ordered), *_doubles(ordered), *_rerolls(ordered, days), *_withdrawn(ordered), *_reused(ordered))


def plan_of(item: Item) -> DrawPlan:
    """Return the plan of a record."""
    return item if isinstance(item, DrawPlan) else item.plan


def _by_name(items: Iterable[Item]) -> dict[str, list[Item]]:
    found = defaultdict(list)
    for item in items:
        found[plan_of(item).name].append(item)
    return found


def _gaps(ordered: Sequence[Item]) -> list[Finding]:
    numbers = defaultdict(set)
    for item in ordered:
        plan = plan_of(item)
        numbers[plan.agency, plan.year].add(plan.number)
    found = []
    for (agency, year), there in numbers.items():
        missing = sorted(set(range(1, max(there) + 1)) - there)
        if missing:
            names = tuple(f"{agency}/{year}/{number:03}" for number in missing)
            words = Text(
                zh=f"编号缺{'、'.join(names[:20])}：既无结果也无作废。",
                en=f"Missing: {', '.join(names[:20])}; there is neither a result nor a void.",
            )
            found.append(Finding(Oddity.GAP, names, words))
    return found


def _doubles(ordered: Sequence[Item]) -> list[Finding]:
    found = []
    for name, same in _by_name(ordered).items():
        plans = {plan_of(item).plan_id for item in same}
        outcomes = {repr(item.plain()) for item in same if not isinstance(item, DrawPlan)}
        if len(plans) > 1:
            words = Text(
                zh=f"{name}有{len(plans)}份不同的方案。", en=f"There are {len(plans)} different plans numbered {name}."
            )
            found.append(Finding(Oddity.DOUBLE, (name,), words))
        elif len(outcomes) > 1:
            words = Text(
                zh=f"{name}有{len(outcomes)}个不同的结果。", en=f"{name} has {len(outcomes)} different outcomes."
            )
            found.append(Finding(Oddity.DOUBLE, (name,), words))
        elif not outcomes:
            words = Text(
                zh=f"{name}既无结果也无作废（方案限于{plan_of(same[0]).draw_by:%Y-%m-%d %H:%M}前抽取）。",
                en=f"{name} has neither a result nor a void (to be drawn by {plan_of(same[0]).draw_by:%Y-%m-%d %H:%M}).",
            )
            found.append(Finding(Oddity.OPEN, (name,), words))
    return found


def _rerolls(ordered: Sequence[Item], days: int) -> list[Finding]:
    """Compare each plan with the earlier ones of its agency."""
    first = {name: same[0] for name, same in _by_name(ordered).items()}
    pools = {name: frozenset(firm.id for firm in plan_of(item).pool) for name, item in first.items()}
    by_freeze = sorted(first, key=lambda name: plan_of(first[name]).frozen)
    found = []
    for n, later in enumerate(by_freeze):
        for earlier in by_freeze[:n]:
            one, two = plan_of(first[earlier]), plan_of(first[later])
            apart = (local_day(two.frozen) - local_day(one.frozen)).days
            if one.agency == two.agency and apart <= days and _alike(pools[earlier], pools[later]):
                why = first[earlier]
                zh, en = (
                    (f"，前者作废：{why.words.zh}", f"; the first is void: {why.words.en}")
                    if isinstance(why, DrawVoid)
                    else ("", "")
                )
                words = Text(
                    zh=f"{later}与{earlier}相隔{apart}天，从同一范围再次抽取{zh}。",
                    en=f"{later} draws again from the pool of {earlier}, {apart} days later{en}.",
                )
                found.append(Finding(Oddity.REROLL, (earlier, later), words))
    return found


def _withdrawn(ordered: Sequence[Item]) -> list[Finding]:
    """Once the beacon is out the result is fixed, and whoever knows the links knows it: giving up then is a choice."""
    return [
        Finding(
            Oddity.WITHDRAWN_LATE,
            (item.plan.name,),
            Text(
                zh=f"{item.plan.name}在公开随机值开出之后才作废，其时结果已定。",
                en=f"{item.plan.name} was withdrawn after the beacon, when its result was fixed.",
            ),
        )
        for item in ordered
        if isinstance(item, DrawVoid) and item.why is VoidReason.WITHDRAWN and item.at >= item.plan.beacon.at
    ]


def _alike(one: frozenset[str], two: frozenset[str]) -> bool:
    return 10 * len(one & two) >= SAME_TENTHS * len(one | two)


def _reused(ordered: Sequence[Item]) -> list[Finding]:
    """A link that was revealed is known to everybody: it, and those before it, must not serve again."""
    first = [same[0] for same in _by_name(ordered).values()]
    latest: dict[str, tuple[int, str]] = {}
    found = []
    for plan in sorted((plan_of(item) for item in first), key=lambda plan: plan.frozen):
        for party in plan.parties:
            before = latest.get(party.anchor)
            if before is not None and party.position <= before[0]:
                words = Text(
                    zh=f"{plan.name}用{party.name}的第{party.position}环，{before[1]}已用到第{before[0]}环。",
                    en=f"{plan.name} uses link {party.position} of {party.id}; {before[1]} already used link {before[0]}.",
                )
                found.append(Finding(Oddity.LINK_REUSED, (before[1], plan.name), words))
            if before is None or party.position > before[0]:
                latest[party.anchor] = (party.position, plan.name)
    return found
