"""Honest officers and the duties that come back: the head of a section checks the register when its month is over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from qingfeng.casework import dutywork
from qingfeng.casework.office import Office, Registry
from qingfeng.casework.ports import ReadTx
from qingfeng.duties import configure
from qingfeng.duties.register_check import RegisterCheck
from qingfeng.terms.instants import local_day


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A duty reported as done for a period, by whom."""

    stream: str
    period: str
    officer: str


def keep_registers(office: Office, powers: Sequence[str], *, at: datetime) -> list[Kept]:
    """Do every register check whose period is over; return what was reported.  Raises StoreError."""
    kept = []
    day = local_day(at)
    for power in powers:
        with office.store.read() as tx:
            registry = office.registry(tx)
            found = _due(office, tx, registry, power, day)
        for stream, officer, content in found:
            period, refusals = dutywork.report(office, stream, content, actor=officer, at=at)
            assert period is not None, f"an honest check of {stream} was refused: {refusals}"
            kept.append(Kept(stream=stream, period=period.name, officer=officer))
    return kept


def _due(office: Office, tx: ReadTx, registry: Registry, power: str, day: date) -> list[tuple[str, str, dict[str, Any]]]:
    version, _ = office.version(registry, power, registry.version_on(power, day))
    found = []
    for name, duty in configure(version).items():
        stream = dutywork.stream_of(power, name)
        state = dutywork.state(office, tx, registry, stream, today=day)
        holders = registry.people.holders(duty.by, day)
        if isinstance(duty, RegisterCheck) and holders and state.next.last < day and tx.head(stream):
            register = dutywork.register_of(tx, power, state.next)
            still = duty.still(register, on=day, calendar=registry.calendar)
            remarks = dict.fromkeys(still, "已督促承办人，本周内办理")
            found.append((stream, holders[0], {"opened": register.opened, "remarks": remarks}))
    return found
