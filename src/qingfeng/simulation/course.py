"""What could be done next on a case, and to what end: read from the procedure of its power alone.

An officer wants something (the next step, or a branch that somebody has cause to take) and does what the order asks for
first.  Nothing here is told by the stories of the power files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from qingfeng.catalogue.power import CLOSED, STAY, SYSTEM, ActRule, ByField, PowerVersion
from qingfeng.engine.case import Case, evolve, new_case
from qingfeng.engine.event import ACT

Forced = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Move:
    """An act that may be done, with the choices that must be made for the end in view."""

    rule: ActRule
    forced: Forced = field(default_factory=dict)


def rows_here(case: Case) -> list[ActRule]:
    """Return the rows that apply at the case's step, the clock's own left out."""
    return [rule for (step, _), rule in case.version.rules.items() if step == case.step and rule.by != (SYSTEM,)]


def blocking(case: Case, rule: ActRule) -> list[str]:
    """Return the open matters that stand in the way of an act."""
    found = []
    for matter in case.pending:
        blocks = case.version.procedure.pending[matter].blocks
        if (blocks is None or rule.act in blocks) and rule.closes != matter and matter not in rule.during:
            found.append(matter)
    return sorted(found)


def outcomes(what: str | ByField | None) -> list[tuple[str, Forced]]:
    """Return what may follow, each with the choice that makes it follow."""
    if isinstance(what, ByField):
        return [(then, {what.field: value}) for value, then in what.cases.items()]
    return [] if what is None else [(what, {})]


def targets(case: Case, rule: ActRule, *, forward: bool) -> list[Forced]:
    """Return the choices with which an act leads to a later step (or back to an earlier or the same round's start)."""
    order, here = case.version.step_order, case.version.step_order[case.step]
    found = []
    for to, forced in outcomes(rule.to):
        if to not in (STAY, case.step) and (order[to] > here) == forward:
            found.append(forced)
    return found


def closes_here(case: Case, matter: str) -> list[ActRule]:
    """Return the rows at this step that settle an open matter."""
    return [rule for rule in rows_here(case) if rule.closes == matter]


def openers(case: Case, matter: str) -> list[Move]:
    """Return the acts at this step that open a matter, with the choice that does."""
    return [Move(rule, forced) for rule in rows_here(case) for what, forced in outcomes(rule.opens) if what == matter]


def ways(case: Case, wanted: Move, seen: frozenset[str] = frozenset()) -> list[Move] | None:
    """Return what can be done now so that the wanted act can be done in the end; None if it cannot be got from here.

    Waiting times are not looked at.
    """
    rule = wanted.rule
    if rule.act in seen or (rule.once and rule.act in case.done):
        return None
    seen |= {rule.act}
    first: list[Move] = []
    demands: list[Iterable[Move]] = [[Move(r) for r in closes_here(case, m)] for m in blocking(case, rule)]
    if rule.closes is not None and rule.closes not in case.pending:
        demands.append(openers(case, rule.closes))
    here = {r.act: r for r in rows_here(case)}
    demands += [[Move(here[a]) for a in sorted(alike) if a in here] for alike in rule.after if alike.isdisjoint(case.done)]
    if not demands:
        return [wanted]
    for alternatives in demands:
        found = [w for a in alternatives if (w := ways(case, a, seen)) is not None]
        if not found:
            return None
        first += [move for way in found for move in way]
    return first


def before(case: Case, act: str) -> list[str]:
    """Return the acts of this step, not done yet, without which an act of a later step could not be done there."""
    found, order = [], case.version.step_order
    for row in case.version.procedure.rows:
        if row.act == act and min(order[step] for step in row.at) > order[case.step]:
            for alike in row.after:
                if alike.isdisjoint(case.done) and all((case.step, a) in case.version.rules for a in alike):
                    found += sorted(alike)
    return found


def branch_acts(version: PowerVersion) -> dict[str, str]:
    """Return act -> branch that it belongs to (the first that names it)."""
    found: dict[str, str] = {}
    for name, branch in version.procedure.branches.items():
        for act in branch.acts:
            found.setdefault(act, name)
    return found


def goals(case: Case) -> tuple[list[Move], list[Move]]:
    """Return the acts that lead on from this step: the ordinary ones, and those that end the case early or belong to branches."""
    if case.closed:
        return [], []
    off_road = branch_acts(case.version)
    forward = [Move(rule, forced) for rule in rows_here(case) for forced in targets(case, rule, forward=True)]
    onward = [m for m in forward if not _ends(case, m)]
    ordinary = [m for m in (onward or forward) if m.rule.act not in off_road] or onward
    return ordinary, [m for m in forward if m not in ordinary]


def _ends(case: Case, move: Move) -> bool:
    return any(to == CLOSED and forced == move.forced for to, forced in outcomes(move.rule.to))


def mild(case: Case, rule: ActRule) -> dict[str, list[str]]:
    """Return for each field on which something depends the choices after which the case simply goes on."""
    found: dict[str, list[str]] = {}
    for what, harmful in ((rule.to, _is_back(case)), (rule.opens, lambda _: True)):
        if isinstance(what, ByField):
            choices = next(f.choices for f in rule.word.fields if f.id == what.field)
            fine = [c for c in found.get(what.field, list(choices)) if c not in what.cases or not harmful(what.cases[c])]
            found[what.field] = fine or list(choices)
    return found


def _is_back(case: Case) -> Callable[[str], bool]:
    order, here = case.version.step_order, case.version.step_order[case.step]
    return lambda to: to != STAY and order[to] < here


def walked(case: Case) -> frozenset[str]:
    """Return the branches that a case has taken: an act of the branch was done; for redo, it sent the case back."""
    off_road, found = case.version.procedure.branches, set()
    order, now = case.version.step_order, new_case(case.id, case.version)
    for event in case.events:
        before, now = now, evolve(now, event)
        if event.kind != ACT:
            continue
        for name, branch in off_road.items():
            if event.act in branch.acts and (name != "redo" or order[now.step] < order[before.step]):
                found.add(name)
    return frozenset(found)
