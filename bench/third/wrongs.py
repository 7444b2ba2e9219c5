"""The wrongs: who does which, how strongly, in which part of the year; each deed is noted as it is done."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from .people import FIRST, Firm, Office, Officer

INTENSITIES = ("blatant", "moderate", "weak")
CHANCE = {"blatant": (0.75, 0.95), "moderate": (0.4, 0.6), "weak": (0.15, 0.3)}
"""Of the times he could, how often he does it (least and most)."""
SPAN = {"blatant": (300, 365), "moderate": (220, 300), "weak": (150, 240)}
"""Days of the year in which he does it at all."""
BY_POST = {
    "rubber_stamping": "reviewer", "lenient_officer": "handler", "copied_inspection_text": "inspector", "nothing_found_streak": "inspector",
    "impossible_presence": "inspector", "repeated_visits": "clerk", "back_entry_batches": "handler", "threshold_splitting": "handler",
    "clock_stop_abuse": "handler", "leak_signature": "planner", "off_hours_access": "clerk", "non_filing_rate": "handler",
    "waived_hearing_rate": "handler", "ping_pong": "reviewer", "withdrawn_after_contact": "handler",
    "intermediary_concentration": "handler", "repeated_pairing": "handler",
}  # fmt: skip
WRONGS = ("favoured_party", "never_inspected", *BY_POST)


@dataclass(slots=True)
class Plant:
    """A wrong in the year.  names: whom it concerns; numbers: cases in which it was done; firm, agent: the other side, if one."""

    pattern: str
    intensity: str
    names: frozenset[str]
    chance: float
    first: date
    last: date
    firm: str = ""
    agent: str = ""
    numbers: set[int] = field(default_factory=set)

    @property
    def style(self) -> str:
        """The label that the report prints."""
        return self.intensity


@dataclass(slots=True)
class Plants:
    """All wrongs of a year."""

    rng: Random
    all: dict[str, Plant] = field(default_factory=dict)

    def now(self, pattern: str, subject: str, at: datetime, number: int) -> str:
        """Return the intensity if this subject does that wrong now, and note the case; empty if not."""
        plant = self.all.get(pattern)
        if (
            plant is None
            or subject not in plant.names
            or not plant.first <= at.date() <= plant.last
            or self.rng.random() >= plant.chance
        ):
            return ""
        plant.numbers.add(number)
        return plant.intensity

    def firm(self, pattern: str) -> str:
        """Return the firm that a wrong is for, empty if none."""
        return self.all[pattern].firm if pattern in self.all else ""


def choose(rng: Random, staff: Office, seed: int) -> Plants:
    """Choose who does what: nobody does two wrongs; over three successive seeds each wrong comes in each intensity."""
    plants, taken = Plants(rng), set[str]()
    for n, name in enumerate(WRONGS):
        intensity = INTENSITIES[(n + seed) % 3]
        long = rng.randrange(*SPAN[intensity])
        first = FIRST + timedelta(days=rng.randrange(0, 366 - long))
        plant = Plant(
            name, intensity, frozenset(), rng.uniform(*CHANCE[intensity]), first, first + timedelta(days=long)
        )
        names: set[str] = set()
        if name in BY_POST:
            names.add(_somebody(rng, staff, BY_POST[name], taken).id)
        if name in ("favoured_party", "never_inspected", "repeated_pairing"):
            plant.firm = _some_firm(rng, staff, taken, listed=name == "never_inspected").name
            names.add(plant.firm)
        if name == "intermediary_concentration":
            plant.agent = rng.choice(sorted(staff.agents["L1"], key=lambda one: one[1])[:4])[0]
            names.add(plant.agent)
        plant.names = frozenset(names)
        taken |= names
        plants.all[name] = plant
    return plants


def _somebody(rng: Random, staff: Office, post: str, taken: set[str]) -> Officer:
    """Somebody with at least the usual work, who was there all year."""
    people = staff.of(post)
    usual = sorted(one.load for one in people)[len(people) // 2]
    fit = [one for one in people if not one.station and one.from_day == FIRST and one.id not in taken]
    return rng.choice([one for one in fit if one.load >= 0.8 * usual] or fit or people)


def _some_firm(rng: Random, staff: Office, taken: set[str], *, listed: bool) -> Firm:
    fit = [one for one in staff.firms if one.name not in taken and not one.friend and not one.station]
    chosen = (
        [one for one in fit if one.grade in ("高风险", "中风险")] if listed else [one for one in fit if one.size > 4]
    )
    return rng.choice(chosen or fit)
