"""People, firms, matters and violations of an invented county agency."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import accumulate
from random import Random

START, END = date(2026, 1, 1), date(2026, 12, 31)
OFF = (("01-01", 3), ("02-15", 9), ("04-04", 3), ("05-01", 5), ("06-19", 3), ("09-25", 3), ("10-01", 7))
MAKE_UP = frozenset({"01-04", "02-14", "02-28", "05-09", "09-20", "10-10"})
"""Days off and worked weekends of 2026, from the notice of the State Council (law.md §1.0)."""
HOLIDAYS = frozenset(date.fromisoformat(f"2026-{first}") + timedelta(n) for first, days in OFF for n in range(days))


def working(day: date) -> bool:
    """Whether offices are open; outside 2026 Mondays to Fridays."""
    if day.year == START.year:
        if day in HOLIDAYS:
            return False
        if day.strftime("%m-%d") in MAKE_UP:
            return True
    return day.weekday() < 5


@dataclass(slots=True)
class Officer:
    """Somebody of the agency, with the habits that honest people differ in."""

    name: str
    post: str
    town: int = -1
    skill: int = 0
    strict: float = 0.0
    """Offset in logits: how easily this person sees a fault, files a lead, asks for a paper."""
    pace: float = 1.0
    overtime: float = 0.04
    reads_first: float = 0.9
    short: float = 0.2
    """Share of clean visits told in the agency's stock phrase."""
    junior: bool = False
    weight: float = 1.0
    types: str = "same_day"
    """How field records come into the system: mobile, same_day, later (one to three days), friday, month_end (paper from a far town)."""
    away: set[date] = field(default_factory=set)


@dataclass(slots=True)
class Firm:
    """A party.  careful: offset in logits of nothing being wrong; many: how often it has business with the agency."""

    name: str
    town: int
    kind: int
    size: float
    careful: float
    stratum: str
    first: date
    last: date | None
    market: int = -1
    """Number of the market hall in which its stall stands, -1 for none."""
    agent: int = 0


@dataclass(frozen=True, slots=True)
class Violation:
    """A violation: statutory floor and ceiling in yuan, share of the year, how often leads of it hold."""

    code: str
    floor: int
    ceiling: int
    share: float
    holds: float
    appraised: float
    kinds: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Matter:
    """A licence: shares of applications incomplete, refused, sent to experts, visited, needing an intermediary's report."""

    code: str
    share: float
    incomplete: float
    refused: float
    expert: float
    visited: float
    report: float
    limit: int
    days: float


VIOLATIONS = (
    Violation("SP-01", 5_000, 50_000, 0.17, 0.75, 0.35, (0, 3)), Violation("SP-07", 2_000, 10_000, 0.14, 0.82, 0.05, (0, 3)),
    Violation("GG-02", 1_000, 30_000, 0.10, 0.40, 0.02, (0, 2, 3)), Violation("JG-05", 500, 5_000, 0.12, 0.62, 0.0, (0, 3)),
    Violation("AQ-11", 10_000, 100_000, 0.10, 0.85, 0.10, (1, 4)), Violation("AQ-13", 20_000, 200_000, 0.05, 0.88, 0.25, (1, 4)),
    Violation("TZ-03", 30_000, 300_000, 0.06, 0.90, 0.30, (1, 2)), Violation("WZ-01", 1_000, 20_000, 0.13, 0.72, 0.0, (0, 2, 3)),
    Violation("ZL-09", 3_000, 80_000, 0.08, 0.66, 0.80, (2, 4)), Violation("YP-04", 10_000, 150_000, 0.05, 0.80, 0.40, (5,)),
)  # fmt: skip
MATTERS = (
    Matter("SPJY", 0.34, 0.22, 0.03, 0.0, 0.35, 0.0, 20, 4), Matter("YPLS", 0.10, 0.35, 0.06, 0.02, 0.90, 0.0, 20, 8),
    Matter("WHJY", 0.10, 0.45, 0.10, 0.70, 0.80, 0.95, 20, 11), Matter("TZSB", 0.14, 0.28, 0.04, 0.10, 0.30, 0.75, 20, 6),
    Matter("JZSG", 0.08, 0.40, 0.08, 0.35, 0.55, 0.60, 20, 10), Matter("GGFB", 0.12, 0.18, 0.09, 0.0, 0.0, 0.0, 10, 3),
    Matter("XFSJ", 0.12, 0.38, 0.12, 0.15, 0.85, 0.50, 20, 9),
)  # fmt: skip
SOURCES = (("complaint", 0.45), ("inspection", 0.3), ("transferred", 0.15), ("media", 0.1))
KINDS = ("餐饮", "化工", "制造", "商店", "工地", "药店")


@dataclass(slots=True)
class Agency:
    """Who works here, who has business here, and who may be chosen as an intermediary."""

    rng: Random
    people: dict[str, list[Officer]]
    firms: list[Firm]
    towns: int
    intermediaries: dict[str, list[tuple[str, float, int]]]
    """Of a matter: name, share of the market, home town (-1: works everywhere)."""
    dense: bool
    """Whether the exported log repeats party and matter on every row of a case, or says them where they are entered."""
    mass: list[float] = field(default_factory=list)

    def one(self, post: str) -> Officer:
        """Pick by share of the work."""
        staff = self.people[post]
        return self.rng.choices(staff, [one.weight for one in staff])[0]

    def some_firm(self) -> Firm:
        """Pick a firm by how much business it has with the agency."""
        if not self.mass:
            self.mass += accumulate(one.size for one in self.firms)
        return self.rng.choices(self.firms, cum_weights=self.mass)[0]

    def everybody(self) -> list[Officer]:
        """Each officer once."""
        return list({one.name: one for staff in self.people.values() for one in staff}.values())


def agency(rng: Random, cases: int) -> Agency:
    """Return an agency that could have had so many cases in a year."""
    heads = max(11, min(60, round(cases / rng.uniform(165, 260))))
    towns = max(3, min(14, heads // 4))
    staff = _staff(rng, heads, towns)
    firms = _firms(rng, cases, towns)
    return Agency(
        rng, staff, firms, towns, {m.code: _intermediaries(rng, towns) for m in MATTERS if m.report}, rng.random() < 0.5
    )


def _staff(rng: Random, heads: int, towns: int) -> dict[str, list[Officer]]:
    wanted = {"agency_head": 1, "deputy_in_charge": max(1, heads // 15), "section_head": max(1, heads // 12),
              "legal_reviewer": max(1, heads // 20),
              "counter_clerk": max(1, heads // 12), "examiner": max(2, heads // 6), "intake_officer": max(1, heads // 25)}  # fmt: skip
    wanted["data_clerk"] = heads >= 16
    wanted["case_handler"] = max(4, heads - sum(wanted.values()))
    people: dict[str, list[Officer]] = {}
    number, far = 0, rng.randrange(towns) if rng.random() < 0.5 else -9
    for post, count in wanted.items():
        people[post] = []
        for nth in range(count):
            number += 1
            one = Officer(
                name=f"员{number:03d}", post=post, town=nth % towns if post == "case_handler" else -1, skill=nth % 2,
                strict=rng.gauss(0, 0.28), pace=math.exp(rng.gauss(0, 0.25)), overtime=min(0.25, rng.expovariate(1 / 0.035)),
                reads_first=rng.betavariate(9, 1.4), short=rng.betavariate(2, 6),
                junior=rng.random() < 0.12, weight=math.exp(rng.gauss(0, 0.3)),
                types=rng.choices(("mobile", "same_day", "later", "friday"), (0.3, 0.4, 0.22, 0.08))[0],
            )  # fmt: skip
            if one.town == far and one.town >= 0:
                one.types = "month_end"
            _leave(rng, one)
            people[post].append(one)
    return people


def _leave(rng: Random, one: Officer) -> None:
    spells = [rng.randint(3, 8), rng.randint(1, 5)]
    if rng.random() < 0.06:
        spells.append(rng.randint(60, 150))  # 产假、挂职、驻村
        one.weight *= 0.7
    for days in spells:
        first = START + timedelta(rng.randrange(360))
        one.away |= {first + timedelta(n) for n in range(days)}


def _firms(rng: Random, cases: int, towns: int) -> list[Firm]:
    visits = 0.25 * cases
    wanted = (
        ("重点监管", 0.10 * visits),
        ("在建项目", 0.02 * visits),
        ("一般单位", 1.5 * visits),
        ("低风险单位", 2.0 * visits),
    )
    sizes_of_towns = [math.exp(rng.gauss(0, 0.7)) for _ in range(towns)]
    firms: list[Firm] = []
    for stratum, count in wanted:
        for _ in range(max(5, round(count))):
            kind = {"重点监管": rng.choice((1, 1, 2, 5)), "在建项目": 4}.get(
                stratum, rng.choices((0, 2, 3, 5), (0.35, 0.15, 0.4, 0.1))[0]
            )
            first = date(rng.randint(2015, 2023), rng.randint(1, 12), rng.randint(1, 28))
            if rng.random() < 0.08:
                first = START + timedelta(rng.randrange(350))
            last = first + timedelta(rng.randint(60, 900)) if rng.random() < 0.06 else None
            last = None if last is not None and last < START else last
            town = rng.choices(range(towns), sizes_of_towns)[0]
            firms.append(Firm(f"企业{len(firms):05d}", town, kind, math.exp(rng.gauss(0, 1.2)) * (6 if stratum == "重点监管" else 1),
                              rng.gauss(0, 0.6), stratum, first, last, town if kind in (0, 3) and rng.random() < 0.15 else -1,
                              rng.randrange(1_000)))  # fmt: skip
    return firms


def _intermediaries(rng: Random, towns: int) -> list[tuple[str, float, int]]:
    count, stem = rng.randint(4, 9), rng.randrange(100, 900)
    return [
        (f"评价{stem}-{n}", 1 / (n + 1) ** rng.uniform(0.6, 1.3), rng.randrange(towns) if rng.random() < 0.25 else -1)
        for n in range(count)
    ]
