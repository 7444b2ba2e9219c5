"""The clock at work: marks limits that come near, run out or take effect by law; each exactly once, with any number of workers.

Claim, effect and mark share one transaction: a worker that dies in the middle leaves nothing behind, and its claim is free.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from time import sleep

from qingfeng.terms.instants import local_day
from qingfeng.terms.limits import MAX_CLOCK_JUMP_DAYS
from qingfeng.terms.text import TermError, Text

from . import dutywork
from .findings import last_sweep, sweep
from .handle import Sitting, fire_due
from .office import CASE, Office, Registry, UnknownThing, load_case
from .ports import Conflict, DeadlineRow, WriteTx
from .projection import project

BATCH = 50
BREATH = 0.005
"""Seconds between batches: an embedded store has one writer at a time, and officers must get their turn."""
MAX_CLASHES = 100


class ClockJumped(Exception):
    """The oldest deadline due lies so far back that the clock, not the cases, is suspect; carries what to tell a person."""

    def __init__(self, oldest: DeadlineRow, now: datetime) -> None:
        super().__init__("clock jumped")
        self.message = Text(
            zh=f"最早的到期事项（{oldest.case} {oldest.limit}）在{local_day(oldest.at)}，距现在{local_day(now)}超过"
            f"{MAX_CLOCK_JUMP_DAYS}天：时钟可能被拨动，或程序停用已久。核对时钟后用 --confirm-clock 继续",
            en=f"the oldest deadline ({oldest.case} {oldest.limit}) fell due on {local_day(oldest.at)}, more than "
            f"{MAX_CLOCK_JUMP_DAYS} days ago: check the clock, then use --confirm-clock",
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fired:
    """A mark that was made: on which case, which limit, what, and what the case did by law."""

    case: str
    limit: str
    mark: str
    at: datetime
    step: str


@dataclass(frozen=True, slots=True)
class Ticked:
    """What one batch did.  stuck: cases whose limits cannot be computed now, with the reason; tried again a day later."""

    fired: tuple[Fired, ...]
    stuck: tuple[tuple[str, Text], ...]
    claimed: int


def tick(office: Office, *, now: datetime, confirm_clock: bool = False) -> Ticked:
    """Do one batch of what is due.  claimed == 0 means that nothing is left for this worker.  Raises ClockJumped."""
    fired: list[Fired] = []
    stuck: list[tuple[str, Text]] = []
    with office.store.write() as tx:
        claimed = tx.claim_due(now, limit=BATCH)
        if claimed and not confirm_clock and now - claimed[0].at > timedelta(days=MAX_CLOCK_JUMP_DAYS):
            raise ClockJumped(claimed[0], now)
        registry = office.registry(tx)
        for case_id in dict.fromkeys(row.case for row in claimed):
            try:
                with tx.savepoint():  # a case that cannot be computed leaves nothing by halves
                    fired += _fire(office, tx, registry, case_id, now=now)
            except (TermError, UnknownThing) as error:
                stuck.append((case_id, error.text if isinstance(error, TermError) else error.message))
                tx.put_deadlines(
                    case_id, [replace(row, at=now + timedelta(days=1)) for row in tx.deadlines(case=case_id)]
                )
    return Ticked(tuple(fired), tuple(stuck), len(claimed))


def _fire(office: Office, tx: WriteTx, registry: Registry, case_id: str, *, now: datetime) -> list[Fired]:
    """Make the marks of one case, or record the missed periods of one duty."""
    if case_id.startswith(dutywork.DUTY):
        tx.lock(case_id)
        missed = dutywork.fire(office, tx, registry, case_id, now=now)
        return [Fired(case_id, period, "red", now, "") for period in missed]
    tx.lock(CASE + case_id)
    case, controls = load_case(office, tx, registry, case_id)
    after, _ = fire_due(Sitting(office, tx, registry), case, controls, now=now)
    if after.seq == case.seq:  # the row was out of date
        tx.put_deadlines(case_id, project(case, registry.calendar)[1])
    news = [e for e in after.events[case.seq :] if e.kind == "mark"]
    return [Fired(case_id, e.act, str(e.facts["mark"]), e.at, after.step) for e in news]


def run(office: Office, *, now: datetime, confirm_clock: bool = False) -> Ticked:
    """Do everything that is due by now, batch by batch."""
    fired: list[Fired] = []
    stuck: list[tuple[str, Text]] = []
    total = 0
    clashes = 0
    while True:
        try:
            batch = tick(office, now=now, confirm_clock=confirm_clock)
        except Conflict:  # another worker or officer was in the way: what we did is undone, try again
            clashes += 1
            if clashes > MAX_CLASHES:
                raise
            continue
        if not batch.claimed:
            break
        fired += batch.fired
        stuck += batch.stuck
        total += batch.claimed
        if batch.claimed >= BATCH:
            sleep(BREATH)  # much to do: others want the store too
    dutywork.begin(office, now=now)
    return Ticked(tuple(fired), tuple(stuck), total)


def daily(office: Office, *, now: datetime) -> int | None:
    """Go through the whole record once a day; return how many findings are new, None if it was done today.  Raises StoreError."""
    with office.store.read() as tx:
        last = last_sweep(tx)
    if last is not None and local_day(last) >= local_day(now):
        return None
    return len(sweep(office, now=now))
