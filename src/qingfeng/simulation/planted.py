"""A year in which wrongs are planted: among honest cases some are worked up to the corrupt act of a drill, on other days, by other people.

What refuses or finds each of them is told, and what is refused or found in the honest cases beside them.  Drills that the record
alone cannot show (what a duty samples, what people register) are left to `drill`, which states their probability.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from unicodedata import category

from qingfeng.casework.logbook import LiveLog, case_log
from qingfeng.casework.office import Office
from qingfeng.casework.registry import PERSON_ACTS
from qingfeng.catalogue.checks_stories import WAIT
from qingfeng.catalogue.drills import WINDOW, targets
from qingfeng.catalogue.power import Drill, PowerVersion, StoryRow
from qingfeng.detection.evaluate import World
from qingfeng.detection.run import Found, found_in
from qingfeng.facts.rows import ActRow
from qingfeng.terms.instants import local_day

from .agency import Period, work
from .chronicle import Attempted, Chronicle, Stuck
from .drill_course import does_something, rows_of, story_of
from .drill_watch import DUTY
from .retell import SEQUENCE
from .tale import Line, Tale, lines_of, tales
from .told import Departure
from .year import FIRST, HABITS, LAST, Monthly

DRILL = "drill "
"""How the name of a tale begins that departs from an honest one."""
LATEST = LAST - timedelta(days=2 * WINDOW)
"""The last day on which a wrong is planted: its case must run and lie for the longest window within the year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """A wrong of the maps.  text: of the risk, without the signs between its words: two maps may set other commas."""

    text: str
    drill: Drill
    departure: Departure

    @property
    def power(self) -> str:
        """The power in which it is tried."""
        return self.departure.tale.version.power


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What became of a wrong.  outcome: refused (by whatever rule: on other days another may come first), found by a rule that its
    drill names, missed, or broken (it never came to it); by: of the rules named, those that stopped it; other: what others said."""

    wrong: Wrong
    case: str
    outcome: str
    by: frozenset[str] = frozenset()
    other: frozenset[str] = frozenset()
    said: str = ""  # the words of the refusal, if there was one


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantedYear:
    """How the year went.  stuck, asked, found: of the honest cases alone; waiting: wrongs that found no day to begin."""

    cases: int
    fates: tuple[Fate, ...]
    waiting: int
    stuck: tuple[Stuck, ...]
    asked: tuple[tuple[str, str], ...]
    found: tuple[Found, ...]

    def count(self, outcome: str) -> int:
        """Return how many wrongs ended so."""
        return sum(one.outcome == outcome for one in self.fates)


def wrongs_of(version: PowerVersion) -> Iterator[Wrong]:
    """Yield the wrongs of a version that can be tried in a common year: what its rules stop, without lot, in one case."""
    honest = {tale.story: tale for tale in tales(version)}
    texts = {(one.step, one.risk.id): plain_text(one.risk.text) for one in targets(version)}
    for drill in version.drills:
        by_lot = drill.probability is not None or any(name.startswith(DUTY) for name in drill.by)
        if by_lot or drill.story not in honest or any(row.does in PERSON_ACTS for row in drill.rows):
            continue
        before, attempt, after = rows_of(version, drill)
        ahead = [row for row in before if does_something(row)]
        told = [row for row in (*ahead, *attempt, *(row for row in after if does_something(row))) if row.does != WAIT]
        first, tried = sum(row.does != WAIT for row in ahead), sum(row.does != WAIT for row in attempt)
        tale = Tale(version, DRILL + drill.id, (), lines_of(told))
        step, _, risk = drill.risk.rpartition(".")
        free = frozenset[str]() if SEQUENCE in drill.by else frozenset(version.controls.get(SEQUENCE, {}).get("acts", ()))
        beside = _beside(honest[drill.story], tale, attempt, first, free)
        story = story_of(version, drill).rows
        resumes = len(lines_of(row for row in story[: story.index(after[0])] if does_something(row))) if after else 0
        departure = Departure(
            honest=honest[drill.story], tale=tale, first=first, last=first + tried - 1, resumes=resumes, beside=beside
        )
        yield Wrong(text=texts[step, risk], drill=drill, departure=departure)


def plain_text(text: str) -> str:
    """Return the words of a text without the signs between them."""
    return "".join(sign for sign in text if category(sign)[0] not in "PZC")


def one_of_each(powers: Sequence[PowerVersion], rng: Random) -> list[Wrong]:
    """Return one wrong for every distinct text of the risks, its power and drill chosen by lot."""
    by_text: dict[str, list[Wrong]] = defaultdict(list)
    for version in powers:
        for wrong in wrongs_of(version):
            by_text[wrong.text].append(wrong)
    return [rng.choice(by_text[text]) for text in sorted(by_text)]


def _beside(honest: Tale, tale: Tale, attempt: Sequence[StoryRow], first: int, free: Set[str]) -> dict[str, str]:
    """Return the numbers that the attempt tells amiss: where the same act of the honest tale says another that reads like it.

    free: acts that give numbers, where the wrong lies elsewhere: they take the next one like everybody.
    """
    found: dict[str, str] = {}
    for line in tale.lines[first : first + len(attempt)]:
        like = [one for one in honest.lines[first:] if one.does == line.does] or [one for one in honest.lines if one.does == line.does]
        if like:
            found.update(_unlike(line, like[0]) if line.does not in free else ())
    before = {str(value) for line in tale.lines[:first] for value in line.data.values()}
    return {told: right for told, right in found.items() if told not in before}


def _unlike(line: Line, right: Line) -> Iterator[tuple[str, str]]:
    for name in line.data.keys() & right.data.keys():
        told, other = line.data[name], right.data[name]
        if isinstance(told, str) and isinstance(other, str) and told != other and name.endswith(("_no", "_ref")):
            yield told, other


def planted_year(
    office: Office, powers: Sequence[str], wrongs: Sequence[Wrong], *, cases: int, seed: int = 1,
    progress: Callable[[date, float], None] = lambda _, __: None,
) -> PlantedYear:  # fmt: skip
    """Let an agency work for a year, honestly but for the wrongs, which are tried on random days.  Raises StoreError."""
    rng, monthly = Random(seed), Monthly(office, progress)
    span = (LATEST - FIRST).days
    departures = [(FIRST + timedelta(days=rng.randint(0, span)), wrong.departure) for wrong in wrongs]

    told = work(office, rng=rng, period=Period.of(FIRST, LAST), arrivals=-(-cases // len(powers)), habits=HABITS, powers=powers,
                progress=monthly.each_day, departures=departures)  # fmt: skip
    found = tuple(dict.fromkeys(f for month in monthly.ended() for f in month.found))
    return _report(office, told, {id(wrong.departure): wrong for wrong in wrongs}, found)


@dataclass(frozen=True, slots=True)
class _Then:
    """All cases of the store as they stood at the end of a day."""

    log: LiveLog
    day: date

    def sharing(self, name: str, value: object) -> Sequence[ActRow]:
        """Return the acts of all cases that said this value by then."""
        return [row for row in self.log.sharing(name, value) if local_day(row.entered) <= self.day]


def swept(office: Office, case: str, names: Set[str]) -> set[str]:
    """Return which of these rules found the case on some evening of the longest window of a drill: the worker reads it every day,
    and what is found stays found, whatever is done later to cover it."""
    with office.store.read() as tx:
        registry = office.registry(tx)
        log = case_log(office, tx, registry, case)
        asked, found = [one for one in log.controls if one.name in names], set[str]()
        first = local_day(log.events[0].entered)
        for day in (first + timedelta(days=n) for n in range(min((LAST - first).days, 2 * WINDOW) + 1)):
            rows = [row for row in log.rows if local_day(row.entered) <= day]
            events = [event for event in log.events if local_day(event.entered) <= day]
            then = _Then(LiveLog(tx, registry.calendar), day)
            world = World(registry.calendar, registry.people, day)
            found |= {one.rule for one in found_in(rows, events, log.version, asked, world, log=then)}
            if found >= names:
                break
    return found


def _report(office: Office, told: Chronicle, wrongs: dict[int, Wrong], found: tuple[Found, ...]) -> PlantedYear:
    by_case: dict[str, set[str]] = defaultdict(set)
    for one in found:
        by_case[one.case].add(one.rule)
    for tried in told.attempted:
        named = wrongs[id(tried.departure)].drill.by
        if tried.case and not tried.refusals and not by_case[tried.case] & named:
            by_case[tried.case] |= swept(office, tried.case, named)
    fates = tuple(_fate(one, wrongs[id(one.departure)], by_case[one.case] if one.case else set()) for one in told.attempted)
    wrong = {one.case for one in fates} | {case for case, story in told.stories.items() if f" {DRILL}" in story}
    return PlantedYear(
        cases=len(told.cases), fates=fates, waiting=len(wrongs) - len(fates), stuck=tuple(told.stuck),
        asked=tuple((t.case, t.act) for t in told.turns if t.outcome == "asked" and not t.meant),
        found=tuple(one for one in found if one.case not in wrong),
    )  # fmt: skip


def _fate(one: Attempted, wrong: Wrong, found: set[str]) -> Fate:
    """Say what became of a wrong."""
    refused = {refusal.by for refusal in one.refusals}
    said = "；".join(refusal.reason.zh for refusal in one.refusals)
    named = wrong.drill.by
    if refused and one.line < one.departure.first:
        return Fate(wrong=wrong, case=one.case, outcome="broken", other=frozenset(refused), said=said)
    if refused and one.line <= one.departure.last:
        return Fate(wrong=wrong, case=one.case, outcome="refused", by=frozenset(refused & named),
                    other=frozenset(refused - named), said=said)  # fmt: skip
    seen = found | refused
    return Fate(wrong=wrong, case=one.case, outcome="found" if seen & named else "missed",
                by=frozenset(seen & named), other=frozenset(seen - named), said=said)  # fmt: skip
