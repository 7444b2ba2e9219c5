"""From seed to result: who is inspected, and by whom.  Pure arithmetic; docs/draw.md specifies it to the byte.

Firms: each has one ticket, HMAC-SHA256 under the seed; in each class the lowest tickets win.
Officers: for every seat one try after another points at one of all officers with equal chance, and whoever may not sit
there is passed over.  Load limits can leave the last firm without a team: then the whole round is thrown away and the
next begins, so that all possible outcomes of a round stay equally likely.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from .canonical import canonical, keyed
from .plan import DrawPlan, Firm, Officer

MAX_ROUNDS = 100
"""Rounds before a draw is void: plans without one place to spare needed 14 at most (measured: docs/adr/006-draw.md)."""
_TWO_BYTES = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """What was drawn for one firm.  n: from 1, in the order of the tickets; tries: how often each seat was drawn for."""

    n: int
    firm: str
    grade: str
    ticket: str
    officers: tuple[str, ...]
    substitutes: tuple[str, ...]
    tries: tuple[int, ...]

    def plain(self) -> dict[str, Any]:
        """Return the team as JSON has it."""
        return {
            "n": self.n,
            "firm": self.firm,
            "class": self.grade,
            "ticket": self.ticket,
            "officers": list(self.officers),
            "substitutes": list(self.substitutes),
            "tries": list(self.tries),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class NoTeam:
    """For this firm nobody was left for a seat (from 1): how many officers were barred by which reason."""

    firm: str
    seat: int
    conflict: int
    full: int
    unskilled: int
    sitting: int


def seed_of(plan_id: str, links: Sequence[str | None], beacon: str) -> bytes:
    """Return the seed.  links: in the order of the plan's parties, None for a missing one."""
    return sha256(canonical(["qingfeng.draw.seed/1", plan_id, list(links), beacon])).digest()


def tickets(seed: bytes, ids: Iterable[str]) -> dict[str, str]:
    """Return a ticket (64 hexadecimal digits) for every id; the lowest win.  Raises NotCanonical for a lone surrogate."""
    return {an_id: keyed(seed, ["ticket", an_id]).hex() for an_id in ids}


def chosen(plan: DrawPlan, drawn: dict[str, str]) -> list[Firm]:
    """Return the firms with the lowest tickets of each class, in the order of their tickets (ties: of their ids)."""
    ranked = sorted(plan.pool, key=lambda firm: (drawn[firm.id], firm.id))
    taken: Counter[str] = Counter()
    won = []
    for firm in ranked:
        if taken[firm.grade] < plan.quotas[firm.grade]:
            taken[firm.grade] += 1
            won.append(firm)
    return won


def teams(plan: DrawPlan, seed: bytes) -> tuple[int, tuple[Team, ...]] | NoTeam:
    """Return the number of the round that succeeded (from 1) and its teams, or why even the last round failed."""
    drawn = tickets(seed, [firm.id for firm in plan.pool])
    firms = chosen(plan, drawn)
    barred = defaultdict(set)
    for pair in plan.conflicts:
        barred[pair.firm].add(pair.officer)
    failed: NoTeam | None = None
    for number in range(1, MAX_ROUNDS + 1):
        found = _round(plan, seed, firms, barred, number)
        if not isinstance(found, NoTeam):
            return number, tuple(replace(team, ticket=drawn[team.firm]) for team in found)
        failed = found
    assert failed is not None, "there is at least one round"
    return failed


def index_below(n: int, raw: bytes) -> int | None:
    """Return a number from 0 to n-1 out of the first two bytes, or None where it would favour the small ones."""
    value = int.from_bytes(raw[:2], "big")
    return value % n if value < _TWO_BYTES - _TWO_BYTES % n else None


def _round(
    plan: DrawPlan, seed: bytes, firms: Sequence[Firm], barred: dict[str, set[str]], number: int
) -> list[Team] | NoTeam:
    load: Counter[str] = Counter()
    found = []
    for n, firm in enumerate(firms, 1):
        sitting: list[str] = []
        tries: list[int] = []
        for seat in range(1, plan.team.size + plan.team.substitutes + 1):
            skilled = seat == 1 or seat > plan.team.size
            needs = plan.needs(firm) if skilled else frozenset[str]()
            free = [_may_sit(plan, officer, sitting, load, barred[firm.id], needs) for officer in plan.officers]
            if not any(free):
                return _nobody(plan, firm, seat, sitting, load, barred[firm.id], needs)
            at, tried = _drawn(seed, [number, firm.id, seat], free)
            sitting.append(plan.officers[at].id)
            load[plan.officers[at].id] += 1
            tries.append(tried)
        size = plan.team.size
        found.append(
            Team(
                n=n,
                firm=firm.id,
                grade=firm.grade,
                ticket="",
                officers=tuple(sitting[:size]),
                substitutes=tuple(sitting[size:]),
                tries=tuple(tries),
            )
        )
    return found


def _may_sit(
    plan: DrawPlan,
    officer: Officer,
    sitting: Sequence[str],
    load: Counter[str],
    barred: set[str],
    needs: frozenset[str],
) -> bool:
    return (
        officer.id not in barred
        and officer.id not in sitting
        and load[officer.id] < plan.team.load
        and needs.issubset(officer.skills)
    )


def _drawn(seed: bytes, seat: Sequence[Any], free: Sequence[bool]) -> tuple[int, int]:
    """Return the index that was drawn and the number of tries.  At least one is free, so it ends."""
    tried = 0
    while True:
        tried += 1
        at = index_below(len(free), keyed(seed, ["officer", *seat, tried]))
        if at is not None and free[at]:
            return at, tried


def _nobody(
    plan: DrawPlan, firm: Firm, seat: int, sitting: Sequence[str], load: Counter[str], barred: set[str],
    needs: frozenset[str],
) -> NoTeam:  # fmt: skip
    """Count each officer under the first reason that bars him."""
    why: Counter[str] = Counter()
    for officer in plan.officers:
        if officer.id in barred:
            why["conflict"] += 1
        elif officer.id in sitting:
            why["sitting"] += 1
        elif load[officer.id] >= plan.team.load:
            why["full"] += 1
        else:
            assert not needs.issubset(officer.skills), "nobody may sit, so a skill is missing"
            why["unskilled"] += 1
    return NoTeam(
        firm=firm.id, seat=seat, conflict=why["conflict"], full=why["full"], unskilled=why["unskilled"],
        sitting=why["sitting"],
    )  # fmt: skip
