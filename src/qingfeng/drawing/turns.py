"""Where the course turns aside: returns, jumps ahead and early ends, told in the words of the procedure.

Straight on from step to step is the arrow of the map and no turn.  An act that leads away from more than two steps
belongs to none of them (withdrawal, referral, what a court decides): it is told once, as a note of the whole map.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from qingfeng.catalogue.power import ANY, CLOSED, STAY, ActRule, PowerVersion
from qingfeng.catalogue.schema import BRANCHES

FEW = 2
"""Steps that an act may leave and still belong to each of them."""
MOST_REASONS = 3
"""Reasons told of one turn; where there are more, 等 says so."""


ENDINGS = frozenset({"refusal_to_accept", "no_case_opening", "withdrawal", "referral"})
"""Branches that end a case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A turn of one step.  target: id of the step where it leads, None for the end of the case; back: to an earlier step."""

    target: str | None
    back: bool
    text: str


def turns_of(version: PowerVersion) -> tuple[Mapping[str, tuple[Turn, ...]], tuple[str, ...]]:
    """Return the turns of every step, and the notes of the whole map."""
    places: dict[tuple[str, str], list[str]] = {}  # (act, where it leads) -> steps that it leaves
    for at, act, to in _moves(version):
        places.setdefault((act, to), []).append(at)
    own: dict[tuple[str, str], list[str]] = {}  # (step, where it leads) -> reasons
    common: dict[tuple[bool, str], list[str]] = {}  # (of a closed case?, where it leads) -> reasons
    for (act, to), steps in places.items():
        reason = _reason(version, act, to)
        inside = [step for step in steps if step != CLOSED]
        if len(inside) > FEW:
            _add(common, (False, to), reason)
        else:
            for step in inside:
                _add(own, (step, to), reason)
        if CLOSED in steps and to != CLOSED and len(inside) <= FEW:
            _add(common, (True, to), reason)
    turns: dict[str, list[Turn]] = {}
    for (step, to), reasons in sorted(own.items(), key=lambda entry: version.step_order[entry[0][1]]):
        turns.setdefault(step, []).append(_turn(version, step, to, reasons))
    notes = tuple(_note(version, closed, to, reasons) for (closed, to), reasons in common.items())
    return {step: tuple(some) for step, some in turns.items()}, notes


def _moves(version: PowerVersion) -> Iterator[tuple[str, str, str]]:
    """Yield from where, by which act and to where a case moves, other than straight on."""
    order, last = version.step_order, len(version.steps) - 1
    seen: set[tuple[str, str, str]] = set()
    for row in version.procedure.rows:
        for at in [one.id for one in version.steps] if ANY in row.at else sorted(row.at, key=lambda one: order[one]):
            for to in _ends(row):
                onward = order[to] == order[at] + 1 or (order[at] == last and to == CLOSED)
                if at != to and not onward and (at, row.act, to) not in seen:
                    seen.add((at, row.act, to))
                    yield at, row.act, to


def _ends(row: ActRule) -> list[str]:
    ends = [row.to] if isinstance(row.to, str) else list(row.to.cases.values())
    return [one for one in dict.fromkeys(ends) if one != STAY]


def _reason(version: PowerVersion, act: str, to: str) -> str:
    """The name of the branch that the act walks, else its own: what comes back from a referral is not the referral."""
    for name, branch in version.procedure.branches.items():
        if act in branch.acts and name in BRANCHES and (name not in ENDINGS or to == CLOSED):
            return BRANCHES[name]
    return version.words[act].name.zh


def _add(reasons: dict[tuple[str, str], list[str]] | dict[tuple[bool, str], list[str]], key: object, reason: str) -> None:
    told: list[str] = reasons.setdefault(key, [])  # type: ignore[arg-type]
    if reason not in told:
        told.append(reason)


def _turn(version: PowerVersion, step: str, to: str, reasons: list[str]) -> Turn:
    back = to != CLOSED and version.step_order[to] < version.step_order[step]
    return Turn(target=None if to == CLOSED else to, back=back, text=f"{_lead(version, to, back=back)}：{_listed(reasons)}")


def _note(version: PowerVersion, closed: bool, to: str, reasons: list[str]) -> str:
    where = "结案以后" if closed else "办理过程中"
    return f"{where}可因{_listed(reasons)}{'终结' if to == CLOSED else f'转到“{_name(version, to)}”'}。"


def _lead(version: PowerVersion, to: str, *, back: bool) -> str:
    if to == CLOSED:
        return "终结"
    return f"退回“{_name(version, to)}”" if back else f"直接到“{_name(version, to)}”"


def _name(version: PowerVersion, step: str) -> str:
    return version.steps[version.step_order[step]].name.zh


def _listed(reasons: list[str]) -> str:
    return "、".join(reasons[:MOST_REASONS]) + ("等" if len(reasons) > MOST_REASONS else "")
