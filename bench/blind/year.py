"""One seeded year: an office, its honest stories, the wrongs of this seed, told as rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from . import wrongs, wrongs_visits
from .office import Office, office
from .plant import Plant, Year
from .stories import honest
from .telling import Row, relations

Wrong = Callable[[Year, int], Plant | None]
WRONGS: tuple[Wrong, ...] = (
    wrongs.rubber_stamping, wrongs_visits.leak_signature, wrongs.favoured_party, wrongs_visits.impossible_presence, wrongs.non_filing_rate,
    wrongs_visits.never_inspected, wrongs.lenient_officer, wrongs_visits.repeated_visits, wrongs.ping_pong, wrongs_visits.off_hours_access,
    wrongs.intermediary_concentration, wrongs_visits.nothing_found_streak, wrongs.threshold_splitting, wrongs_visits.back_entry_batches,
    wrongs.withdrawn_after_contact, wrongs.clock_stop_abuse, wrongs_visits.copied_inspection_text, wrongs.repeated_pairing,
    wrongs.waived_hearing_rate,
)  # fmt: skip
"""Every pattern that the design names, in an order that mixes desks and visits."""
SMALL = 18
"""Below so many officers a year holds four wrongs, else six: most people of an office are honest."""


@dataclass(frozen=True, slots=True)
class Told:
    """A year: who works there, the rows, the wrongs in it."""

    office: Office
    rows: dict[str, list[Row]]
    plants: list[Plant]
    cases: int
    honest: int


def blind_year(seed: int, *, cases: int, planted: bool = True) -> Told:
    """Make the year of a seed.  The wrongs of successive seeds take turns; style and strength are drawn."""
    rng = Random(f"blind {seed} {cases}")
    staff = office(rng, cases=cases)
    year = Year(rng, staff, honest(rng, staff, cases=cases))
    plants: list[Plant] = []
    count = 4 if len(staff.officers) < SMALL else 6
    for n in range(count if planted else 0):
        plant = WRONGS[(seed * 6 + n) % len(WRONGS)](year, rng.randrange(2))
        if plant is not None:
            plants.append(plant)
    rows = relations(rng, staff, year.stories, year.night)
    return Told(staff, rows, plants, cases, cases - len({n for one in plants for n in one.numbers}))
