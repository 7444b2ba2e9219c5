"""Acts of one instant: rules that are one rule in two directions, of which in every order one is broken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from qingfeng.facts.rows import ActRow, Outcome
from qingfeng.terms.calendar import CalendarMissing

from .evaluate import World, judge
from .foreign import Part, Verdict, orders_of, says_too_little


def both_ways(
    found: Mapping[str, tuple[Part, Verdict]], rows: Sequence[ActRow], whole_days: Sequence[bool], world: World,
    *, never_said: frozenset[str],
) -> dict[str, Verdict]:  # fmt: skip
    """Return the verdicts on a case with those made certain that no order of its tied acts leaves open.

    “Nobody does both, whichever comes first” is two rules of a control over the same acts.  If one officer did both in one instant, each of
    the two hangs on the order, and yet one of them is broken in every order: it is the one that the log's own order breaks.
    """
    open_: dict[tuple[str, frozenset[str]], list[Part]] = {}
    for part, said in found.values():
        if said.why == "order" and part.concerned is not None and not part.shares:
            open_.setdefault((part.control, part.concerned), []).append(part)
    told = {name: said for name, (_, said) in found.items()}
    for (_, acts), parts in open_.items():
        if len(parts) > 1 and (certain := _certain(parts, acts, rows, whole_days, world, never_said)) is not None:
            told[certain[0]] = certain[1]
    return told


def _certain(
    parts: Sequence[Part], acts: frozenset[str], rows: Sequence[ActRow], whole_days: Sequence[bool], world: World,
    never_said: frozenset[str],
) -> tuple[str, Verdict] | None:
    kept = [(row, whole) for row, whole in zip(rows, whole_days, strict=True) if row.act in acts]
    if any(says_too_little(row, part, never_said) for row, _ in kept for part in parts):
        return None
    orders = orders_of(kept)
    try:
        if orders is None or not all(any(_broken(part, one, world) for part in parts) for one in orders):
            return None
        for part in parts:
            outcome, hits = judge(part.rule, [row for row, _ in kept], part.version, world)
            if outcome is Outcome.VIOLATED:
                return part.name, Verdict(outcome, tuple(hits))
    except CalendarMissing:
        return None
    return None


def _broken(part: Part, rows: Sequence[ActRow], world: World) -> bool:
    return judge(part.rule, rows, part.version, world)[0] is Outcome.VIOLATED
