"""The live store as the relations over which patterns are told (detection.relations): acts, readings, libraries, limits, calendar.

Read once from end to end in order of the store; what was erased is missing, and a pattern that needs it says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from qingfeng.detection.relations import Relations
from qingfeng.engine.event import ACT, Event
from qingfeng.terms.calendar import WorkCalendar
from qingfeng.terms.instants import LOCAL, local_day
from qingfeng.terms.names import plain_name

from .office import CASE, READS, Registry, event_of
from .ports import ReadTx
from .reading import READ

PAGE = 1_000
FEN = 100.0
PARTY = ("party", "subject", "applicant", "candidate")
CODE = ("violation_code", "matter_code")
OUTCOME = ("decision_outcome", "inspection_outcome", "contact_outcome", "contacts", "interference", "gifts", "asked_for", "lead_source")
WRITTEN = ("facts", "measured", "readings")
PUBLISH = "publish_library"
LIMITS = ("hearing_right", "collective_deliberation", "tiered_approval", "major_case_test", "legality_review")
SUMS = frozenset({"from_yuan", "person_yuan", "amount", "person", "organisation"})
UP_TO = "up_to"

Row = tuple[object, ...]


@dataclass(slots=True)
class _Books:
    acts: list[Row] = field(default_factory=list)
    reads: list[Row] = field(default_factory=list)
    listed: dict[tuple[str, str], date] = field(default_factory=dict)  # subject, stratum -> first day


def relations_of(tx: ReadTx, registry: Registry, *, today: date, progress: Callable[[int], None] = lambda n: None) -> Relations:
    """Return the rows of every relation as the store stands.  progress gets the number of events read."""
    books, after, done = _Books(), 0, 0
    while rows := tx.all_events(after=after, limit=PAGE):
        for row in rows:
            if row.stream.startswith((CASE, READS)):
                _enter(books, event_of(row))
        after = rows[-1].position
        done += len(rows)
        progress(done)
    return {
        "acts": books.acts,
        "reads": books.reads,
        "subjects": [(subject, stratum, first, None) for (subject, stratum), first in books.listed.items()],
        "thresholds": list(_thresholds(registry, today)),
        "calendar": list(days_of(registry.calendar)),
    }


def _enter(books: _Books, event: Event) -> None:
    data, at = event.data, _wall(event.at)
    if event.kind == READ:
        books.reads.append((event.stream.removeprefix(READS), event.actor, event.post, at, data.get("part")))
        return
    if event.kind != ACT:
        return
    if event.act == PUBLISH:
        names = data.get("library_names") or {}
        for code in data.get("library") or ():
            books.listed.setdefault((plain_name(str(names.get(code, code))), event.power), local_day(event.at))
    amount, team = data.get("amount"), data.get("officers")
    books.acts.append((
        event.stream.removeprefix(CASE), event.seq, event.power, event.act, event.actor, event.post, at, _wall(event.entered),
        _party(data), _first(data, CODE), data.get("tier"), amount / FEN if isinstance(amount, int) else None, _outcome(event),
        data.get("intermediary"), data.get("place"), _instant(data.get("started")), _instant(data.get("ended")),
        "|".join(map(str, team)) if team else None, _text(data)))  # fmt: skip


def _wall(at: datetime) -> datetime:
    return at.astimezone(LOCAL).replace(tzinfo=None)


def _instant(said: object) -> datetime | None:
    return _wall(datetime.fromisoformat(said)) if isinstance(said, str) else None


def _first(data: Mapping[str, Any], names: tuple[str, ...]) -> str | None:
    return next((str(data[name]) for name in names if data.get(name)), None)


def _party(data: Mapping[str, Any]) -> str | None:
    name = _first(data, PARTY)
    return plain_name(name) if name else None


def _outcome(event: Event) -> str | None:
    """What an act came to; an act that notes interference says `recorded` by being there."""
    return _first(event.data, OUTCOME) or ("recorded" if event.act == "record_interference" else None)


def _text(data: Mapping[str, Any]) -> str | None:
    said = [str(data[name]) for name in WRITTEN if data.get(name)]
    return " ".join(said) or None


def _thresholds(registry: Registry, today: date) -> Iterator[Row]:
    """Yield the least sums that bring a hearing, a deliberation or a higher approval, by the versions in force."""
    for power in registry.powers():
        if min(v for p, v in registry.versions if p == power) > today.isoformat():
            continue
        document = registry.versions[power, registry.version_on(power, today)]
        for amount in sorted(bars(document["version"].get("controls") or {})):
            yield power, amount


def bars(controls: Mapping[str, Any]) -> set[float]:
    """Return the least sums in yuan that the settings of a power's controls name for a hearing, a deliberation, a higher approval."""
    found: set[float] = set()
    for name in LIMITS:
        settings = controls.get(name) or {}
        found |= {float(value) for key, value in settings.items() if key in SUMS and isinstance(value, int | float)}
        for level in settings.get("levels") or ():
            if isinstance(level.get(UP_TO), int | float):
                found.add(level[UP_TO] + 1 / FEN)  # that sum itself needs nobody higher
    return {bar for bar in found if bar > 0}


def days_of(calendar: WorkCalendar) -> Iterator[Row]:
    """Yield every day of a calendar: the day, working days up to and with it, whether it is one."""
    number = 0
    for year in calendar.years:
        day = date(year, 1, 1)
        while day.year == year:
            working = calendar.is_working(day)
            number += working
            yield day, number, working
            day += timedelta(days=1)
