"""Duties as people see them: what is next and by when, what was done and missed, and what came to light."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from qingfeng.catalogue.power import PowerVersion
from qingfeng.duties.duty import MONTHS, WEEK, period_due
from qingfeng.duties.sampling import Samples
from qingfeng.terms.instants import local_day
from qingfeng.terms.people import People
from qingfeng.terms.text import Text

from ..dutywork import DONE, FOUND, MISSED, DutyState, Shown
from ..office import Registry, event_of
from ..ports import ReadTx
from ..publicvalues import PublicValue
from ..words import post_name, remaining
from .access import Part, Viewer, may_enter
from .watch import title_among

EVERY = {
    WEEK: Text(zh="每周", en="weekly"),
    "month": Text(zh="每月", en="monthly"),
    "quarter": Text(zh="每季", en="quarterly"),
    "year": Text(zh="每年", en="yearly"),
}
assert set(EVERY) == {WEEK, *MONTHS}, "a rhythm without words"
SOON_DAYS = 3
LATEST = 12


@dataclass(frozen=True, slots=True)
class Line:
    """One duty in a list.  tone: red (owed) | amb (due soon) | gry; ready: its period is over and can be reported."""

    power: str
    power_title: Text
    duty: str
    title: Text
    every: Text
    post: Text
    holders: tuple[str, ...]
    mine: bool
    period: str
    first: date
    last: date
    due: Text
    due_on: date
    tone: str
    ready: bool
    owed: int
    owed_names: tuple[str, ...]
    done: int
    missed: int

    @property
    def path(self) -> str:
        """Where its page is."""
        return f"/duties/{self.power}/{self.duty}/"


def line_of(registry: Registry, versions: Mapping[str, PowerVersion], one: DutyState, viewer: Viewer, *, now: datetime) -> Line:
    """Return a duty in words.  versions: of all powers, among which its own is named so that no two read alike."""
    day = local_day(now)
    period = one.to_report(day)
    end = period_due(one.duty, one.next, registry.calendar)
    people = registry.people
    ready = period.last < day
    near = (end.raw_day - day).days <= SOON_DAYS and one.next.last < day
    return Line(
        one.power,
        title_among(versions, one.power),
        one.duty.name,
        one.duty.title,
        EVERY[one.duty.every],
        post_name(one.version, one.duty.by),
        tuple(people.name(who) for who in people.holders(one.duty.by, day))[:3],
        one.duty.by in viewer.posts,
        period.name,
        period.first,
        period.last,
        remaining(end.outer, now),
        end.raw_day,
        "red" if one.owed else "amb" if near else "gry",
        ready,
        len(one.owed),
        tuple(p.name for p in one.owed),
        len(one.done),
        len(one.missed),
    )


def lines(
    registry: Registry, versions: Mapping[str, PowerVersion], known: Sequence[DutyState], viewer: Viewer, *, now: datetime
) -> list[Line]:
    """Return the duties that a viewer may see, what presses first: heads and discipline see all, others those of their posts."""
    every = may_enter(viewer, Part.LEADERSHIP) is None
    told = [line_of(registry, versions, one, viewer, now=now) for one in known if every or one.duty.by in viewer.posts]
    order = {"red": 0, "amb": 1, "gry": 2}
    return sorted(told, key=lambda one: (order[one.tone], one.due_on, one.power, one.duty))


def entered(one: DutyState, values: Sequence[PublicValue], *, today: date) -> dict[str, Sequence[str]]:
    """Return the latest entered value of the day that counts for the report of that day, as the report's form names it."""
    if not isinstance(one.duty, Samples):
        return {}
    source = one.duty.seed_source
    on = source.day(one.to_report(today))
    last = next((v for v in reversed(values) if (v.source, v.on) == (source.source, on)), None)
    return {} if last is None else {"beacon|on": [on.isoformat()], "beacon|round": [last.round], "beacon|value": [last.value]}


@dataclass(frozen=True, slots=True)
class Past:
    """One entry of a duty's record.  tone: grn | red | amb."""

    what: Text
    period: str
    who: str
    at: datetime
    tone: str
    note: Text | None


def history(tx: ReadTx, one: DutyState, people: People) -> list[Past]:
    """Return the latest entries of a duty's record, the latest first."""
    told = []
    for event in map(event_of, reversed(tx.events(one.stream, after=max(0, tx.head(one.stream) - 5 * LATEST)))):
        if event.kind == DONE:
            late = event.data.get("late_reason")
            note = Text(zh=f"补报，理由：{late}", en=f"made good, because: {late}") if late else None
            told.append(
                Past(Text(zh="已报告", en="reported"), str(event.data["period"]), people.name(str(event.actor)), event.at, "grn", note)
            )
        elif event.kind == MISSED:
            told.append(Past(Text(zh="到期未办", en="missed"), str(event.data["period"]), "", event.at, "red", None))
        elif event.kind == FOUND:
            found = Text(zh=str(event.data["what_zh"]), en=str(event.data["what_en"]))
            told.append(Past(Text(zh="发现", en="found"), str(event.data["period"]), "", event.at, "amb", found))
    return told[: 3 * LATEST]


@dataclass(frozen=True, slots=True)
class Source:
    """How a sample is drawn: from where the seed comes, of which day, what share, whether a chain guards it."""

    kind: str
    source: str
    on: date
    share: int
    at_least: int
    chained: bool


def source(one: DutyState) -> Source | None:
    """Return how a duty draws, None if it draws nothing."""
    duty = one.duty
    if not isinstance(duty, Samples):
        return None
    where = duty.seed_source
    return Source(where.kind, where.source, where.day(one.next), duty.share, duty.at_least, where.anchor is not None)


@dataclass(frozen=True, slots=True)
class Pooled:
    """The cases of a period, and those drawn."""

    always: tuple[str, ...]
    chance: tuple[str, ...]
    drawn: tuple[str, ...]
    trouble: Text | None


def pool(shown: Shown) -> Pooled | None:
    """Return the pool of the period to be reported, None where nothing is drawn."""
    if shown.pool is None:
        return None
    return Pooled(tuple(sorted(shown.pool.always)), tuple(sorted(shown.pool.chance)), tuple(shown.sheet), shown.trouble)


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What the reviews of a sample came to: files looked at, and what was found on them."""

    files: int
    found: int
    last: date | None


def reviewed(tx: ReadTx, one: DutyState) -> Reviewed:
    """Return what the latest reviews came to."""
    events = [event_of(row) for row in tx.events(one.stream, after=max(0, tx.head(one.stream) - 5 * LATEST))]
    done = [event for event in events if event.kind == DONE]
    part = str(getattr(one.duty, "part", ""))
    files = sum(len(event.data.get(part) or ()) for event in done)
    return Reviewed(files, sum(event.kind == FOUND for event in events), local_day(done[-1].at) if done else None)
