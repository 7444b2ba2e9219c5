"""Who works in the office, whom it deals with, and on which days."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

FIRST, LAST, TODAY = date(2026, 1, 1), date(2026, 12, 31), date(2027, 1, 15)
HOLIDAYS = ((1, 1, 3), (2, 16, 8), (4, 4, 3), (5, 1, 5), (6, 19, 3), (9, 25, 3), (10, 1, 7))
"""Month, first day, how many days."""
SEASON = (0.7, 0.3, 1.0, 1.3, 1.2, 1.4, 0.8, 0.6, 1.1, 0.8, 1.5, 1.3)
TRADES = ("餐饮", "化工", "建材", "物流", "医药")
STATIONS = ("山口镇", "河湾镇", "石桥镇")
POSTS = {
    "clerk": 900,
    "handler": 450,
    "inspector": 330,
    "reviewer": 1400,
    "deputy": 3500,
    "planner": 5000,
    "duty": 5000,
}
"""Cases of a year for which a post needs one more person."""
FEWEST = {"clerk": 5, "handler": 8, "inspector": 8, "reviewer": 4, "deputy": 2, "planner": 2, "duty": 2}


def _off() -> frozenset[date]:
    return frozenset(date(2026, month, day) + timedelta(days=n) for month, day, long in HOLIDAYS for n in range(long))


OFF = _off()


def is_working(day: date) -> bool:
    """True if the office is open."""
    return day.weekday() < 5 and day not in OFF


@dataclass(slots=True)
class Officer:
    """Somebody who works there.  load: share of the work of the post; from_day: joined then; sick: first and last day away;
    half: works mornings only; habits: how often he does what honest people do unequally often."""

    id: str
    post: str
    trade: str
    station: str
    load: float
    from_day: date
    sick: tuple[date, date]
    half: bool
    habits: dict[str, float] = field(default_factory=dict)

    def there(self, day: date) -> bool:
        """True if at work on a day."""
        return day >= self.from_day and not self.sick[0] <= day <= self.sick[1]


@dataclass(frozen=True, slots=True)
class Firm:
    """A party.  size: how many matters it has beside others; faults: how likely a visit finds something; grade: class of risk in the
    library, empty if not in it; friend: the officer who knows its files and gets most of them, as is usual with big clients."""

    name: str
    trade: str
    station: str
    size: float
    faults: float
    grade: str
    friend: str = ""


@dataclass(slots=True)
class Office:
    """The people, the firms, the intermediaries of each matter (name, weight)."""

    officers: list[Officer]
    firms: list[Firm]
    agents: dict[str, list[tuple[str, float]]]
    outages: frozenset[date]
    campaign: tuple[str, date, date]

    def of(self, post: str) -> list[Officer]:
        """Return the holders of a post."""
        return [one for one in self.officers if one.post == post]


def office(rng: Random, *, cases: int) -> Office:
    """Found an office for so many cases a year."""
    officers = [_officer(rng, post, n) for post, need in POSTS.items() for n in range(FEWEST[post] + cases // need)]
    officers += [_officer(rng, "inspector", 100 + n, station) for n, station in enumerate(STATIONS) for _ in range(1)]
    officers.append(_officer(rng, "head", 0))
    handlers = [one.id for one in officers if one.post == "handler" and not one.half]
    firms = []
    for n in range(max(90, cases // 8)):
        size = rng.paretovariate(1.6)
        station = rng.choice(STATIONS) if rng.random() < 0.15 else ""
        grade = "" if rng.random() < 0.7 and size < 3 else rng.choices(("高风险", "中风险", "低风险"), (2, 4, 5))[0]
        friend = rng.choice(handlers) if size > 5 and rng.random() < 0.25 else ""
        firms.append(
            Firm(
                f"第{n:05d}号企业", rng.choice(TRADES), station, min(size, 14.0), rng.betavariate(2, 2.6), grade, friend
            )
        )
    agents = {
        matter: [
            (f"{name}{matter}评价", rng.lognormvariate(0, 0.6))
            for name in ("东海", "南山", "西岭", "北原", "中和", "长风")
        ]
        for matter in ("L1", "L2", "L4")
    }
    agents["L4"] = agents["L4"][:1]  # the only one in the county that may do this
    days = [FIRST + timedelta(days=rng.randrange(30, 340)) for _ in range(3)]
    start = FIRST + timedelta(days=rng.randrange(90, 250))
    return Office(officers, firms, agents, frozenset(d for d in days if is_working(d)),
                  (rng.choice(TRADES), start, start + timedelta(days=21)))  # fmt: skip


def _officer(rng: Random, post: str, n: int, station: str = "") -> Officer:
    half = rng.random() < 0.1 and post in ("clerk", "handler")
    joined = FIRST + timedelta(days=rng.randrange(60, 260)) if n > 2 and not station and rng.random() < 0.1 else FIRST
    ill = FIRST + timedelta(days=rng.randrange(365))
    away = rng.randrange(14, 60) if n > 1 and not station and rng.random() < 0.15 else rng.randrange(2, 8)
    if post in ("head", "deputy", "planner"):
        away, joined = 0, FIRST
    return Officer(f"{post}-{n:03d}", post, rng.choice(TRADES), station, rng.lognormvariate(0, 0.5) * (0.4 if half else 1.0), joined,
                   (ill, ill + timedelta(days=away - 1)), half)  # fmt: skip


def within(rng: Random, day: date, *, half: bool = False) -> datetime:
    """Return an instant of a day in office hours."""
    while not is_working(day):
        day += timedelta(days=1)
    hours = 3.4 if half or rng.random() < 0.5 else 8.4
    return datetime(day.year, day.month, day.day, 8, 30) + timedelta(seconds=rng.randrange(int(hours * 3600)))


def later(rng: Random, at: datetime, days: float, *, half: bool = False) -> datetime:
    """Return an instant in office hours about so many days on, tomorrow at the earliest."""
    return within(rng, (at + timedelta(days=max(1, round(rng.gammavariate(2, days / 2))))).date(), half=half)


def begins(rng: Random) -> datetime:
    """Return when a case begins: seasons differ."""
    while True:
        day = FIRST + timedelta(days=rng.randrange(365))
        if is_working(day) and rng.random() < SEASON[day.month - 1] / max(SEASON):
            return within(rng, day)
