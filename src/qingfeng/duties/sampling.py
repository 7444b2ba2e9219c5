"""Samples that nobody can pick.

Population: fixed when the period ends, from what the log had recorded by then, in canonical order (of the case numbers).
Seed: named by the power before the period begins: the public random value of a certain source on a certain day after the
period (`seed_source`) and, where the power publishes an anchor, the link of a hash chain that the reporter's office keeps.
Draw: draw.select.tickets(seed, ids); the lowest win.  The report speaks of exactly the cases drawn, each in full.
Why both: everybody can look the public value up; the link keeps the sample from those who would warn or lean on a party.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol, runtime_checkable

from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.draw.chain import check_link, is_hash
from qingfeng.draw.entropy import beacon_fault
from qingfeng.draw.plan import Beacon, BeaconKind
from qingfeng.draw.select import seed_of, tickets
from qingfeng.terms.instants import start_of_day
from qingfeng.terms.text import Text

from .answers import day_said, member, words_said
from .case_by_case import CaseByCase
from .duty import CaseFile, Duty, DutyFinding, Occasion, Period, Register, period_after, period_of, rhythm_problem

WEEKDAYS = (1, 2, 3, 4, 5, 6, 7)
WHOLE = 100


@dataclass(frozen=True, slots=True)
class SeedSource:
    """Where the seed comes from.  kind: lottery, camera or drand; weekdays: on which it is drawn (1 Monday … 7 Sunday): the first
    such day after the period counts.  anchor: of the chain (docs/draw.md §4) whose link 1 belongs to the period of the day `since`."""

    kind: str
    source: str
    weekdays: tuple[int, ...] = WEEKDAYS
    anchor: str | None = None
    since: str | None = None

    def problem(self) -> Text | None:
        """Return why no seed could come of this, or None."""
        if self.kind not in tuple(BeaconKind) or not self.source.strip():
            kinds = ", ".join(BeaconKind)
            return Text(
                zh=f"seed_source：kind应为{kinds}之一，并写明source",
                en=f"seed_source: kind is one of {kinds}; name the source",
            )
        if not self.weekdays or len({*self.weekdays}) != len(self.weekdays) or not {*self.weekdays} <= {*WEEKDAYS}:
            return Text(zh="seed_source.weekdays应为1至7，不重复", en="seed_source.weekdays must be 1 to 7, none twice")
        if self.anchor is None and self.since is None:
            return None
        if not is_hash(self.anchor) or day_said(self.since) is None:
            return Text(
                zh="seed_source：anchor（64个小写十六进制字符）与since（链首起用的日期）须同时写明",
                en="seed_source: anchor (64 small hexadecimal digits) and since (the day from which the chain is used) go together",
            )
        return None

    def day(self, period: Period) -> date:
        """Return the day whose public value counts for a period."""
        return next(d for n in WEEKDAYS if (d := period.last + timedelta(days=n)).isoweekday() in self.weekdays)

    def position(self, period: Period, every: str) -> int:
        """Return the number of the link that belongs to a period; below 1 for one before the chain."""
        begun = day_said(self.since)
        assert begun is not None, "checked when the power was published"
        at, number = period_of(begun, every), 1
        while at.last < period.first:
            at, number = period_after(at, every), number + 1
        return number if at == period else 0


@dataclass(frozen=True, slots=True)
class Pool:
    """The cases of a period: those that are always looked at, and those of which a share is."""

    always: frozenset[str] = frozenset()
    chance: frozenset[str] = frozenset()


@runtime_checkable
class Samples(Duty, Protocol):
    """A duty that looks at a random share (in per cent, and at least so many) of the cases of a period."""

    @property
    def share(self) -> int:
        """Per cent of the pool, rounded up."""

    @property
    def at_least(self) -> int:
        """So many in any case, if there are."""

    @property
    def seed_source(self) -> SeedSource:
        """Where the seed comes from."""

    def pool(self, register: Register, period: Period) -> Pool:
        """Return the cases of a period."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SampledCases(CaseByCase):
    """A duty that looks, case by case, at a random share of those in which one of its acts (`sampled`) was recorded in the period."""

    seed_source: SeedSource
    share: int = 10
    at_least: int = 1

    @property
    @abstractmethod
    def sampled(self) -> tuple[str, ...]:
        """The acts that put a case into the pool."""

    def pool(self, register: Register, period: Period) -> Pool:
        """Return the cases in which one of the acts was recorded in the period."""
        return Pool(chance=frozenset(case for case, file in register.files.items() if file.did(self.sampled, period)))

    def draw_problem(self, version: PowerVersion, *, more: Sequence[str] = ()) -> Text | None:
        """Return why rhythm, acts or draw cannot work with the power, or None; more: acts that may be none."""
        wrong = rhythm_problem(self.every, self.by, self.within, version) or unfit(version, self.sampled, more=more)
        return wrong or sample_problem(self)

    def cases(self, report: Mapping[str, Any], register: Register, occasion: Occasion) -> frozenset[str] | Text:
        """Return the cases drawn, or what the seed still lacks."""
        return sample(self, report, register, occasion)

    def finds(self, report: Mapping[str, Any], register: Register, occasion: Occasion) -> Sequence[DutyFinding]:
        """Return what the entries bring to light, after a draw that was put off."""
        return [*beacon_findings(self, report, register, occasion), *CaseByCase.finds(self, report, register, occasion)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedCases(SampledCases):
    """A duty that looks at a random share of the cases closed (by one of `closes`) in the period."""

    closes: tuple[str, ...]

    @property
    def sampled(self) -> tuple[str, ...]:
        """The acts that close a case."""
        return self.closes


def returned_often(file: CaseFile, returns: Collection[str], period: Period, times: int) -> bool:
    """True if a case was sent back in the period, for the `times`th time or more."""
    return file.did(returns, period) and sum(act.act in returns for act in file.until(period)) >= times


def drawn(ids: Iterable[str], seed: bytes, share: int, at_least: int = 1) -> set[str]:
    """Return the cases that a seed draws: `share` per cent of them rounded up, and `at_least` so many if there are."""
    drawn_for = tickets(seed, ids)
    wanted = max(at_least, -(-len(drawn_for) * share // WHOLE))
    return set(sorted(drawn_for, key=lambda one: (drawn_for[one], one))[:wanted])


def sample_problem(duty: Samples) -> Text | None:
    """Return why a duty could not draw, or None."""
    if not 1 <= duty.share <= WHOLE or not 1 <= duty.at_least <= 1_000:
        return Text(
            zh="share应为1至100（％），at_least应为1至1000", en="share must be 1 to 100 (per cent), at_least 1 to 1000"
        )
    return duty.seed_source.problem()


def posts_doing(version: PowerVersion, acts: Collection[str]) -> set[str]:
    """Return the posts that may do one of the acts: who is checked does not check."""
    return {post for row in version.procedure.rows if row.act in acts for post in row.by}


def seed_from(duty: Samples, report: Mapping[str, Any], occasion: Occasion) -> bytes | Text:
    """Return the seed that a report {beacon: {on, round, value, moved}, link} gives, or what is wrong with it."""
    source, period = duty.seed_source, occasion.period
    beacon, wanted = member(report, "beacon"), source.day(period)
    on, value, issue = day_said(beacon.get("on")), beacon.get("value"), words_said(beacon.get("round"), 1)
    if on is None or not isinstance(value, str) or issue is None:
        return Text(
            zh=f"须填写公开随机值（beacon：on日期、round期号、value号码）：{source.source}在{wanted}的一期",
            en=f"give the public random value (beacon: on, round, value): {source.source}, the one of {wanted}",
        )
    if on != wanted and (on < wanted or words_said(beacon.get("moved")) is None):
        return Text(
            zh=f"本期应用{source.source}在{wanted}的一期，不能用{on}的；该日停开的，用其后最近一期并说明（beacon.moved）",
            en=f"the value of {wanted} counts, not that of {on}; if none was drawn that day, take the next and say why (beacon.moved)",
        )
    if on > occasion.on:
        return Text(zh=f"{on}的{source.source}尚未开出", en=f"the value of {on} has not been drawn yet")
    fault = beacon_fault(
        Beacon(kind=BeaconKind(source.kind), source=source.source, round=issue, at=start_of_day(on)), value
    )
    if fault is not None:
        return Text(zh=fault.what.zh + fault.hint.zh, en=f"{fault.what.en} {fault.hint.en}")
    link = report.get("link")
    if source.anchor is not None:
        position = source.position(period, duty.every)
        if not isinstance(link, str) or not check_link(link, anchor=source.anchor, position=position):
            return Text(
                zh=f"须填写已公布链首的第{position}环（link），所填的不符",
                en=f"give link {position} of the chain whose anchor was published (link); what you gave is not it",
            )
    return _seed(duty, occasion.power, period, link if source.anchor is not None else None, value)


def sample(duty: Samples, report: Mapping[str, Any], register: Register, occasion: Occasion) -> frozenset[str] | Text:
    """Return the cases that the report must speak of, or why that cannot be said yet.  Nothing to draw from needs no draw."""
    pool = duty.pool(register, occasion.period)
    if not pool.chance:
        return pool.always
    seed = seed_from(duty, report, occasion)
    if isinstance(seed, Text):
        return seed
    return pool.always | drawn(sorted(pool.chance), seed, duty.share, duty.at_least)


def beacon_findings(
    duty: Samples, report: Mapping[str, Any], register: Register, occasion: Occasion
) -> list[DutyFinding]:
    """Return a finding when the draw was put off to another day: whoever says so can be checked against what was published."""
    beacon, wanted = member(report, "beacon"), duty.seed_source.day(occasion.period)
    on = day_said(beacon.get("on"))
    if not duty.pool(register, occasion.period).chance or on is None or on == wanted:
        return []
    what = Text(
        zh=f"{occasion.period.name}期抽样没有用{wanted}的公开随机值，改用{on}的，请核对{duty.seed_source.source}当日是否停开",
        en=f"the sample of {occasion.period.name} rests on the value of {on}, not of {wanted}: check that none was drawn that day",
    )
    return [DutyFinding(case="", key="beacon", what=what, evidence=("report.beacon.moved",))]


def _seed(duty: Samples, power: str, period: Period, link: str | None, value: str) -> bytes:
    return seed_of(f"duty/{power}/{duty.name}/{period.name}", [link], value)
