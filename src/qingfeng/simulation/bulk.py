"""Cases by the hundred thousand for tests and benches: a few honest ones really run, then stamped with ids and salts of their own.

What is stored cannot be told from what commands would have left: entries, projections, deadlines and numbers all fit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import cycle, islice
from random import Random

from qingfeng.casework.office import Office, Registry, load_case
from qingfeng.casework.ports import WriteTx
from qingfeng.casework.projection import project
from qingfeng.engine.case import Case, fold
from qingfeng.engine.event import ACT
from qingfeng.terms.instants import local_day

from . import invent
from .agency import Period, work
from .officers import Habits
from .shifting import moved
from .stamping import Die, WholeCase, cut, stamp

FIRST, LAST, UNTIL = date(2026, 3, 2), date(2026, 4, 30), date(2027, 3, 31)
WEEKS = tuple(w for w in range(-6, 21) if w)
"""By how many weeks a case may be moved: within the years that have a calendar, the powers in force all along."""
TRIES = 6
NAMES = 4_000
STEP = 2_000
HABITS = Habits(carelessness=0.03, branching=0.5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What was written.  dies: different courses among the cases."""

    cases: int
    events: int
    dies: int


def write_bulk(
    office: Office, *, cases: int, seed: int = 1, per_power: int = 12, moves: int = 3, open_share: float = 0.1,
    longest: int | None = None, weeks: Sequence[int] = WEEKS, until: datetime | None = None, parties: int = NAMES,
    progress: Callable[[int], None] = lambda n: None,
) -> Written:  # fmt: skip
    """Write so many cases of all published powers; `per_power` of each are really run and stay in the store besides.

    moves: on how many other days each of them is repeated; open_share: part of the courses that stop midway, with their
    deadlines armed; longest: cut every course after so many events (a whole one has some 18 of them, 15 kB; a million of these
    is 25 GB on disk); weeks: by how many they may be moved; until: what would have come later has not happened yet; parties: how
    many people and firms there are.  progress gets the number of cases written.  Raises StoreError; then numbers reserved may be
    left unused.
    """
    rng = Random(seed)
    dies = make_dies(office, rng=rng, per_power=per_power, moves=moves, open_share=open_share, longest=longest, weeks=weeks, until=until)
    # There are not more invented names than that: beyond, each gets a number.
    names = [f"{invent.firm(rng)}{n}号".encode() if parties > NAMES else invent.firm(rng).encode() for n in range(parties)]
    wanted = Counter(die.series for die in islice(cycle(dies), cases))
    with office.store.write() as tx:
        numbers = {series: _reserve(tx, series, n) for series, n in sorted(wanted.items())}
    events = office.store.append_bulk(_stamped(office, islice(cycle(dies), cases), numbers, names, rng, progress))
    return Written(cases=cases, events=events, dies=len(dies))


def make_dies(
    office: Office, *, rng: Random, per_power: int, moves: int, open_share: float, longest: int | None = None,
    weeks: Sequence[int] = WEEKS, until: datetime | None = None,
) -> list[Die]:  # fmt: skip
    """Run `per_power` honest cases of every power in this office and cut dies from them, on their own and on other days."""
    told = work(office, rng=rng, period=Period.of(FIRST, LAST, UNTIL), arrivals=per_power, habits=HABITS)
    dies = []
    with office.store.read() as tx:
        registry = office.registry(tx)
        for case_id in told.cases:
            case, controls = load_case(office, tx, registry, case_id)
            found = [case]
            for by in rng.sample(weeks, min(len(weeks), max(TRIES, 2 * moves))):
                if len(found) > moves:
                    break
                begun = case if until is None else _begun(case, until - timedelta(weeks=by))
                again = moved(begun, 7 * by, registry=registry, controls=controls) if begun is not None else None
                found += [again] if again is not None else []
            for one in found:
                short = longest is not None and one.seq > longest
                dies.append(_die(_midway(one, rng, longest) if short or rng.random() < open_share else one, registry))
    return rng.sample(dies, len(dies))


def _begun(case: Case, until: datetime) -> Case | None:
    """Return the case as it stood at an instant, None before it was opened."""
    known = [event for event in case.events if event.entered <= until]
    return fold(case.id, case.version, known) if known else None


def _midway(case: Case, rng: Random, longest: int | None) -> Case:
    """Return the case as it stood after one of its acts (one of the first `longest` events)."""
    acts = [e.seq for e in case.events[:longest] if e.kind == ACT and e.actor != "system"]
    return fold(case.id, case.version, case.events[: rng.choice(acts)])


def _die(case: Case, registry: Registry) -> Die:
    row, deadlines = project(case, registry.calendar)
    return cut(case, row, deadlines, series=f"{case.version.power}/{local_day(case.events[0].entered).year}")


def _reserve(tx: WriteTx, series: str, n: int) -> Iterator[int]:
    """Take the next n numbers of a series."""
    first = tx.next_number(series)
    for _ in range(n - 1):
        tx.next_number(series)
    return iter(range(first, first + n))


def _stamped(
    office: Office, dies: Iterator[Die], numbers: dict[str, Iterator[int]], names: list[bytes], rng: Random,
    progress: Callable[[int], None],
) -> Iterator[WholeCase]:  # fmt: skip
    done = 0
    for done, die in enumerate(dies, 1):
        yield stamp(die, f"{die.series}/{next(numbers[die.series]):05d}", name=rng.choice(names), salts=office.salts)
        if done % STEP == 0:
            progress(done)
    if done % STEP:
        progress(done)
