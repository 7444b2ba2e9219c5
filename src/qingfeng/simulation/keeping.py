"""Honest officers and the duties that come back: when a period is over, somebody of the post who may does what is due."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from qingfeng.casework import dutywork, publicvalues
from qingfeng.casework.dutyregister import register_for
from qingfeng.casework.office import Office, Registry
from qingfeng.casework.ports import ReadTx
from qingfeng.duties import configure
from qingfeng.duties.duty import Occasion
from qingfeng.duties.sampling import Samples
from qingfeng.terms.instants import local_day

from .duty_reports import Report, honest_report


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A duty reported as done for a period, by whom."""

    stream: str
    period: str
    officer: str


def keep_duties(office: Office, powers: Sequence[str], *, at: datetime) -> list[Kept]:
    """Do every duty whose period is over; return what was reported.  Raises StoreError."""
    kept = []
    day = local_day(at)
    for power in powers:
        with office.store.read() as tx:
            registry = office.registry(tx)
            found = list(_due(office, tx, registry, power, day))
        for stream, officer, content in found:
            _look_up(office, stream, officer, content, at=at)
            period, refusals = dutywork.report(office, stream, content, actor=officer, at=at)
            assert period is not None, f"an honest report of {stream} was refused: {refusals}"
            kept.append(Kept(stream=stream, period=period.name, officer=officer))
    return kept


def _due(office: Office, tx: ReadTx, registry: Registry, power: str, day: date) -> Iterator[tuple[str, str, Report]]:
    version, _ = office.version(registry, power, registry.version_on(power, day))
    for name, duty in configure(version).items():
        stream = dutywork.stream_of(power, name)
        holders = registry.people.holders(duty.by, day)
        if not tx.head(stream) or not holders:
            continue
        period = dutywork.state(office, tx, registry, stream, today=day).next
        if period.last >= day or (isinstance(duty, Samples) and duty.seed_source.day(period) > day):
            continue  # not over, or not drawn yet
        register = register_for(tx, duty, power, period, {})
        reports = []
        for actor in holders:
            occasion = Occasion(
                power=power, period=period, actor=actor, on=day, calendar=registry.calendar, people=registry.people
            )
            report = honest_report(duty, register, occasion)
            reports.append((stream, actor, report))
            if not duty.lacks(report, register, occasion):
                break
        yield reports[-1]


def _look_up(office: Office, stream: str, reporter: str, content: Report, *, at: datetime) -> None:
    """Have a colleague enter the public value of a report's draw, unless somebody else has."""
    with office.store.read() as tx:
        registry = office.registry(tx)
        duty = dutywork.state(office, tx, registry, stream, today=local_day(at)).duty
        if not isinstance(duty, Samples) or "beacon" not in content:
            return
        beacon, on = content["beacon"], date.fromisoformat(content["beacon"]["on"])
        known = publicvalues.entered(tx, duty.seed_source.source, on)
        people = registry.people
    if not any(one.by != reporter for one in known):
        day = local_day(at)
        other = next(one for one in people.names if one != reporter and people.posts_of(one, day) and not people.away(one, day))
        wrong = publicvalues.enter(office, duty, on, beacon["round"], beacon["value"], actor=other, at=at)
        assert wrong is None, f"an honest entry was refused: {wrong}"
