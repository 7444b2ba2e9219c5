"""What the duties would make of a drilled case: each is done honestly, period after period, by somebody who may do it.

The log cannot say what is true; that is what a drill supposes: the record of the case is false in what the duty looks at (a
crate is gone, the party would name who took).  Nothing is forced beyond that: the case must lie in the population of the period,
be drawn among HONEST honest ones, be looked at by somebody without a part in it, and the duty's own `finds` must name it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, cast

from qingfeng.casework.dutyregister import register_for
from qingfeng.casework.office import Office, Registry, UnknownThing
from qingfeng.casework.ports import ReadTx
from qingfeng.catalogue.drills import WINDOW
from qingfeng.duties import configure
from qingfeng.duties.chances import Round, chance
from qingfeng.duties.duty import Duty, Occasion, Period, Register, period_after, period_due, period_of
from qingfeng.duties.sampling import Samples

from .drill_watch import DUTY, Chance
from .duty_reports import honest_report, told_otherwise

HONEST = 100
"""Honest cases beside the drilled one in every period: with fewer, rounding up draws more than the share."""


def sampling(office: Office, case_id: str, name: str, since: date, /) -> Chance:
    """Return the chance that a duty (duty:…) finds a case from a day on; case "": a lead that never became one."""
    with office.store.read() as tx:
        registry = office.registry(tx)
        row = tx.case_row(case_id) if case_id else None
        powers = [row.power] if row is not None else registry.powers()
        duties = [
            (power, duty) for power in powers if (duty := _duty(office, registry, power, name, since)) is not None
        ]
        rounds = [one for power, duty in duties for one in _rounds(tx, registry, power, duty, case_id, since)]
    sampled = [duty for _, duty in duties if isinstance(duty, Samples)]
    honest = [f"honest/{number}" for number in range(HONEST)]
    share, at_least = (sampled[0].share, sampled[0].at_least) if sampled else (1, 1)
    return chance(case_id, rounds, population=honest, share=share, at_least=at_least)


def _duty(office: Office, registry: Registry, power: str, name: str, day: date) -> Duty | None:
    try:
        version, _ = office.version(registry, power, registry.version_on(power, day))
    except UnknownThing:
        return None  # not in force yet
    duty = configure(version).get(name.removeprefix(DUTY)) if name.startswith(DUTY) else None
    if not isinstance(duty, Samples) or duty.seed_source.anchor is None:
        return duty
    unchained: Duty = replace(cast(Any, duty), seed_source=replace(duty.seed_source, anchor=None, since=None))
    return unchained  # the secret of the chain is nobody's here


def _rounds(tx: ReadTx, registry: Registry, power: str, duty: Duty, case_id: str, since: date) -> Iterator[Round]:
    """Yield the periods in which the duty, done on the last day of its limit, brings the case to light if it is looked at."""
    for period in _periods(duty.every, since):
        register = register_for(tx, duty, power, period, {})
        register = replace(register, files={case: file for case, file in register.files.items() if case == case_id})
        day = period_due(duty, period, registry.calendar).raw_day
        sure = not isinstance(duty, Samples)
        if isinstance(duty, Samples):
            pool = duty.pool(register, period)
            if case_id not in pool.always | pool.chance:
                continue
            sure = case_id in pool.always
        for actor in registry.people.holders(duty.by, day):
            occasion = Occasion(
                power=power, period=period, actor=actor, on=day, calendar=registry.calendar, people=registry.people
            )
            if _finds(duty, register, occasion, case_id):
                yield Round(name=f"{power}/{duty.name}/{period.name}", day=day, sure=sure)
                break


def _finds(duty: Duty, register: Register, occasion: Occasion, case_id: str) -> bool:
    report = told_otherwise(duty, honest_report(duty, register, occasion), case_id)
    if duty.lacks(report, register, occasion):
        return False
    return any(found.case == case_id for found in duty.finds(report, register, occasion))


def _periods(every: str, since: date) -> Iterator[Period]:
    """Yield the periods not yet over on a day that end within the longest window of a drill."""
    period = period_of(since, every)
    while period.last <= since + timedelta(days=WINDOW):
        yield period
        period = period_after(period, every)
