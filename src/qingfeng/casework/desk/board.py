"""Lists of cases as people see them: the inbox by urgency, filtered lists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from qingfeng.catalogue.power import CLOSED
from qingfeng.terms.instants import local_day
from qingfeng.terms.text import Text

from ..findings import title_of
from ..followup import Followed, Standing, counted, standing
from ..handled import ABOVE
from ..mirrored import POWER as FINDING_POWER
from ..office import Office, Registry, load_case, load_cases
from ..ports import CaseRow, ReadTx
from ..words import STATUS, remaining
from .access import SANCTION, Viewer, kept_from, readers_of, sees_case, sees_suspicion
from .turn import Turn, turns_of

SOON = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case in a list.  tone: red (over) | amb (soon) | gry."""

    id: str
    power: str
    power_title: Text
    title: str
    step: Text
    status: Text
    state: str
    due: Text | None
    due_on: str | None
    tone: str
    provisional: bool
    opened_on: str
    last_on: str
    turn: Text | None = None  # whose turn it is with what, where that was asked
    mine: bool = False
    limit: Text | None = None


def line_of(registry: Registry, row: CaseRow, now: datetime) -> CaseLine:
    """Return a projection in words.  From the published document: a version need not be built for a list."""
    document = registry.versions[row.power, row.version]
    power = Text.of(document["power"]["title"])
    due = datetime.fromisoformat(row.next_due) if row.next_due else None
    coded = document["words"].get("codes", {}).get(row.title)  # a matter that was told by its code
    title = row.title if coded is None else str(coded["zh"])
    return CaseLine(
        id=row.case,
        power=row.power,
        power_title=power,
        title="" if title == power.zh else title,
        step=step_in(registry, row.power, row.version, row.step),
        status=STATUS[row.status],
        state=row.status,
        due=remaining(due, now) if due is not None else None,
        due_on=local_day(due - datetime.resolution).isoformat() if due is not None else None,
        tone=tone_of(row, now),
        provisional=row.provisional,
        opened_on=row.opened_at[:10],
        last_on=row.last_at[:10],
    )


def tone_of(row: CaseRow, now: datetime) -> str:
    """Return how a case presses: red (over) | amb (soon) | gry."""
    due = datetime.fromisoformat(row.next_due) if row.next_due else None
    return "gry" if due is None else "red" if due <= now else "amb" if due - now <= SOON else "gry"


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for somebody: the most urgent cases as lines; how many there are (counted up to a bound), late and nearly so."""

    lines: Sequence[CaseLine]
    many: int
    late: int
    soon: int


def waiting(office: Office, tx: ReadTx, viewer: Viewer, *, now: datetime, shown: int, counted: int) -> Waiting:
    """Return what waits for a viewer in any of his posts."""
    registry = office.registry(tx)
    rows = known_to(office, tx, registry, viewer, tx.inbox(viewer.posts, limit=counted) if viewer.posts else [])
    tones = Counter(tone_of(row, now) for row in rows)
    turns = turns_of(office, tx, registry, rows[:shown])
    lines = _told(office, tx, registry, viewer, rows[:shown], now)
    return Waiting([_with_turn(line, turns.get(line.id), viewer, now) for line in lines], len(rows), tones["red"], tones["amb"])


def _told(office: Office, tx: ReadTx, registry: Registry, viewer: Viewer, rows: Sequence[CaseRow], now: datetime) -> list[CaseLine]:
    lines = [line_of(registry, row, now) for row in rows]
    inner = {line.id for line in lines if line.power == FINDING_POWER}
    if inner:
        about = findings_told(office, tx, registry, viewer, inner)
        lines = [replace(line, title=about[line.id][1]) if line.id in about else line for line in lines]
    return lines


def findings_told(
    office: Office, tx: ReadTx, registry: Registry, viewer: Viewer, cases: Collection[str]
) -> Mapping[str, tuple[int, str]]:
    """Return what cases of findings are about, to who may open the finding: case -> number of the finding, its rule and case."""
    told = {}
    for one in standing(office, tx).found.values():
        if one.case not in cases:
            continue
        mine = not one.discreet and viewer.officer in (one.assigned_to, *one.ordered)
        if one.case is None or not (mine or sees_suspicion(viewer)) or not sees_finding(viewer, one):
            continue
        found, document = one.finding.found, registry.versions.get((one.finding.power, one.finding.version))
        about = found.case or f"{document['power']['title']['zh'] if document is not None else one.finding.power} {found.key}"
        told[one.case] = (one.finding.number, f"{title_of(found.rule).zh}：{about}")
    return told


def _with_turn(line: CaseLine, turn: Turn | None, viewer: Viewer, now: datetime) -> CaseLine:
    if turn is None:
        return line
    first = turn.first(now)
    return replace(line, turn=turn.told(viewer.posts, now), mine=first is not None and first.by in viewer.posts, limit=turn.limit)


def step_in(registry: Registry, power: str, version: str, step: str) -> Text:
    """Return the name of a step of a published version."""
    if step == CLOSED:
        return STATUS["closed"]
    steps = registry.versions[power, version]["version"]["steps"]
    found = next((one["name"] for one in steps if one["id"] == step), None)
    return Text.of(found) if found is not None else Text(zh=step, en=step)


def inbox(office: Office, tx: ReadTx, viewer: Viewer, *, now: datetime, limit: int = 100) -> Sequence[CaseLine]:
    """Return what waits for a viewer in any of his posts, the most urgent first."""
    registry = office.registry(tx)
    rows = tx.inbox(viewer.posts, limit=limit) if viewer.posts else []
    return _told(office, tx, registry, viewer, known_to(office, tx, registry, viewer, rows), now)


def cases(
    office: Office, tx: ReadTx, viewer: Viewer, *, now: datetime, power: str | None, status: str | None, after: str, limit: int = 50
) -> Sequence[CaseLine]:
    """Return cases that a viewer may know of, in order of their ids."""
    registry = office.registry(tx)
    rows = rows_known(office, tx, registry, viewer, power=power, status=status, after=after, limit=limit)
    return _told(office, tx, registry, viewer, rows, now)


def rows_known(
    office: Office, tx: ReadTx, registry: Registry, viewer: Viewer, *, power: str | None, status: str | None, after: str, limit: int
) -> list[CaseRow]:
    """The same as they stand in the store."""
    shown: list[CaseRow] = []

    def closed(row: CaseRow) -> bool:  # they stand together, and for others there is hardly one: what waits for them is in the inbox
        own = sanctions(registry, row.power) and not reads_files(office, registry, viewer, row)
        return not sees_suspicion(viewer) and (own or registry.supervises(row.power))

    while len(shown) < limit:
        rows = tx.case_rows(power=power, status=status, after=after, limit=limit)
        shown += [row for row in known_to(office, tx, registry, viewer, rows) if registry.supervises(row.power) or not closed(row)]
        if len(rows) < limit:
            break
        last = rows[-1]
        after = f"{last.power}/~" if closed(last) else last.case
    return shown[:limit]


def sees_finding(viewer: Viewer, one: Followed) -> bool:
    """True if a finding is told to a viewer in a list: suspicion to discipline alone, and to nobody whom it concerns."""
    return (sees_suspicion(viewer) or not one.discreet) and not kept_from(
        viewer, one.accused, above=one.level == ABOVE, discreet=one.discreet
    )


def seen_by(known: Standing, viewer: Viewer) -> tuple[Sequence[Followed], Mapping[str, int], Mapping[str, int]]:
    """Return the findings that a viewer may know of, the latest first; how many stand in each state, how many each rule made: of these
    alone, so that no number tells of one about himself."""
    every = sees_suspicion(viewer)
    seen = known.latest if every else known.open_to_all
    if not viewer.near and all(sees_finding(viewer, one) for one in known.above):
        return seen, *known.counted[every]
    left = tuple(one for one in seen if sees_finding(viewer, one))
    return left, *counted(left)


def sanctions(registry: Registry, power: str) -> bool:
    """True if the cases of a power are about the agency's own people."""
    return any(one == power and document["power"].get("kind") == SANCTION for (one, _), document in registry.versions.items())


def reads_files(office: Office, registry: Registry, viewer: Viewer, row: CaseRow) -> bool:
    """True if a post of the viewer opens the file of any case of the power, as its rule on reading says."""
    _, controls = office.version(registry, row.power, row.version)
    return bool({*viewer.posts} & readers_of(controls))


def known_to(office: Office, tx: ReadTx, registry: Registry, viewer: Viewer, rows: Sequence[CaseRow]) -> list[CaseRow]:
    """Leave out the cases that a viewer may not know of.  Of supervision: by what stands beside the findings, else by the case itself.
    Of discipline: for the accused, and for who has no post in it."""
    powers = {row.power for row in rows}
    inner, own = {one for one in powers if registry.supervises(one)}, {one for one in powers if sanctions(registry, one)}
    if not inner and not own:
        return list(rows)
    followed = {one.case: one for one in standing(office, tx).found.values() if one.case is not None} if inner else {}
    open_ = [row.case for row in rows if row.power in own and (
        sees_suspicion(viewer) or not set(viewer.posts).isdisjoint(row.posts) or reads_files(office, registry, viewer, row))]  # fmt: skip
    leads = load_cases(office, tx, registry, open_)

    def known(row: CaseRow) -> bool:
        one = followed.get(row.case)
        if row.power in own:
            return row.case in leads and sees_case(viewer, leads[row.case][0])
        if row.power not in inner:
            return True
        if viewer.officer is None:  # a program of nobody: as nobody is the one whom a finding waits for
            return False
        if one is not None and sees_suspicion(viewer) and viewer.officer not in one.accused:
            return True
        if one is not None and not sees_suspicion(viewer) and one.state in ("found", "assigned"):
            return one.assigned_to == viewer.officer
        case, controls = load_case(office, tx, registry, row.case)
        return sees_case(viewer, case, readers_of(controls))

    return [row for row in rows if known(row)]
