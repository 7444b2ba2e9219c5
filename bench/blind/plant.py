"""What a planted wrong is, and how its culprit is found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from random import Random
from typing import TypeVar

from .office import Firm, Office, Officer
from .stories import Application, Penalty, Story, Visit

Kind = TypeVar("Kind", bound=Story)


@dataclass(slots=True)
class Plant:
    """A wrong in the year.  names: officers, firms, intermediaries concerned; numbers: the cases."""

    pattern: str
    style: int
    names: frozenset[str]
    numbers: frozenset[int]


@dataclass(slots=True)
class Year:
    """A year that wrongs are planted in; taken: who has one already (nobody gets two)."""

    rng: Random
    office: Office
    stories: list[Story]
    night: list[tuple[Officer, datetime]] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)

    def all(self, kind: type[Kind]) -> list[Kind]:
        """Cases of a kind which no other wrong has changed."""
        return [one for one in self.stories if isinstance(one, kind) and not one.planted]

    def officer(self, *posts: str) -> Officer | None:
        """Somebody of these posts without a wrong."""
        pool = [one for post in posts for one in self.office.of(post) if one.id not in self.taken]
        return self.rng.choice(pool) if pool else None

    def firm(self, *, risk: str = "") -> Firm:
        """A firm without a wrong."""
        pool = [one for one in self.office.firms if one.name not in self.taken and risk in one.risk]
        return self.rng.choice(pool)

    def some(self, pool: Sequence[Kind], share: float) -> list[Kind]:
        """A random share of cases."""
        return [one for one in pool if self.rng.random() < share]

    def busy(self) -> set[tuple[str, date]]:
        """Who visits somebody on which day."""
        return {(who, one.begin.date()) for one in self.stories if isinstance(one, Visit) for who in one.team}

    def give(self, pool: Sequence[Kind], count: int, *, to: Officer | None = None, firm: Firm | None = None) -> list[Kind]:
        """Let so many cases be those of an officer, of a firm, or both; the partner stays another, and nobody is in two places."""
        if to is not None:
            busy = self.busy()
            pool = [one for one in pool if not isinstance(one, Visit) or one.handler is to or (to.id, one.begin.date()) not in busy]
        chosen = self.rng.sample(list(pool), min(count, len(pool)))
        for one in chosen:
            if to is not None:
                if one.partner is to:
                    one.partner = one.handler
                one.handler = to
            if firm is not None:
                one.firm = firm
            if isinstance(one, Visit):
                one.team = (one.handler.id, one.partner.id)
                one.place = one.firm.district + one.firm.name
        return chosen

    def plant(self, pattern: str, style: int, names: Sequence[str], cases: Sequence[Story]) -> Plant:
        """Note a wrong."""
        self.taken |= set(names)
        for one in cases:
            one.planted = True
        return Plant(pattern, style, frozenset(names), frozenset(one.number for one in cases))


__all__ = ["Application", "Penalty", "Plant", "Visit", "Year"]
