"""Who works in the office and whom it deals with: posts, districts, specialities, habits; firms of unequal size, intermediaries."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

DISTRICTS = ("城关镇", "河东乡", "石桥镇", "柳林乡", "北山镇")
TRADES = ("烟花爆竹", "加油站", "建材", "餐饮", "木器", "矿山")
CODES = {trade: tuple(f"{n}{m:02d}" for m in range(1, 4)) for n, trade in enumerate(TRADES, 1)}
"""Codes of violations of a trade."""
MATTERS = ("经营许可", "场所核准", "设计审查", "资质延续")


@dataclass(frozen=True, slots=True)
class Habits:
    """How somebody works, honestly: factor on fines; shares of visits that find, leads not opened, cases whose clock stops, acts typed
    in late, evenings; pull towards waiving a hearing; minutes on an approval; share of papers sent back."""

    fine: float
    finds: float
    unopened: float
    stops: float
    late: float
    overtime: float
    waived: float
    minutes: float
    returns: float


@dataclass(frozen=True, slots=True)
class Officer:
    """One officer; district and trade are what he mostly has."""

    id: str
    post: str
    district: str
    trade: str
    habits: Habits
    load: float
    leave: tuple[date, date]

    def away(self, day: date) -> bool:
        """Whether he is on leave."""
        return self.leave[0] <= day <= self.leave[1]


@dataclass(frozen=True, slots=True)
class Firm:
    """A party; size weighs how often the office has to do with it, risk is its class in the library."""

    name: str
    district: str
    trade: str
    size: float
    risk: str


@dataclass(slots=True)
class Office:
    """Everybody of one year."""

    officers: list[Officer]
    firms: list[Firm]
    agents: dict[str, list[tuple[str, float]]] = field(default_factory=dict)
    """Intermediaries of a matter, with the share that the market gives them."""

    def of(self, post: str) -> list[Officer]:
        """The holders of a post."""
        return [one for one in self.officers if one.post == post]

    def handler(self, rng: Random, firm: Firm, day: date, *, but: str = "") -> Officer:
        """Who gets a case of a firm: the one of its district or of its trade, mostly; leave and duty mix it."""
        pool = [one for one in self.of("enforcement_officer") if one.id != but]
        pool = [one for one in pool if not one.away(day)] or pool
        weights = [one.load * (1 + 4 * (one.district == firm.district) + 4 * (one.trade == firm.trade)) for one in pool]
        return rng.choices(pool, weights)[0]

    def examiner(self, rng: Random) -> Officer:
        """Who examines an application; small offices let enforcement officers do it."""
        return rng.choice(self.of("examiner") or self.of("enforcement_officer"))


def _habits(rng: Random) -> Habits:
    return Habits(
        fine=rng.lognormvariate(0, 0.1), finds=rng.betavariate(12, 12), unopened=rng.betavariate(6, 20), stops=rng.betavariate(4, 36),
        late=rng.betavariate(3, 20), overtime=rng.choice((0.02, 0.03, 0.05, 0.05, 0.2)), waived=rng.betavariate(10, 12),
        minutes=rng.lognormvariate(3.6, 0.4), returns=rng.betavariate(5, 35))  # fmt: skip


def _leave(rng: Random) -> tuple[date, date]:
    first = date(2026, 1, 5) + timedelta(rng.randrange(340))
    return first, first + timedelta(rng.choice((6, 9, 13, 20, 60 if rng.random() < 0.2 else 13)))


def _posts(n: int) -> list[str]:
    small = n < 18
    counts = {
        "deputy_in_charge": 2 if n < 24 else 3, "section_head": 2 if small else n // 8, "legal_reviewer": 1 if small else max(2, n // 13),
        "counter_officer": 2 if small else n // 8, "examiner": 0 if small else n // 7, "archivist": 0 if small else 1,
    }  # fmt: skip
    return [post for post, k in counts.items() for _ in range(k)] + ["enforcement_officer"] * (n - sum(counts.values()))


def office(rng: Random, *, cases: int) -> Office:
    """Draw an office of 12-40 officers and firms for so many cases a year."""
    n = rng.randint(12, 26) if cases < 5_000 else rng.randint(22, 40)
    officers = [
        Officer(f"p{k:02d}", post, rng.choice(DISTRICTS), rng.choice(TRADES), _habits(rng), rng.uniform(0.5, 1.5), _leave(rng))
        for k, post in enumerate(_posts(n), 1)
    ]
    firms = []
    for k in range(1, max(150, cases // 8) + 1):
        trade = rng.choice(TRADES)
        risk = "高" if trade in ("烟花爆竹", "矿山") and rng.random() < 0.5 else rng.choice(("中", "中", "低"))
        firms.append(Firm(f"{trade}第{k}商行", rng.choice(DISTRICTS), trade, min(rng.paretovariate(1.5), 15), risk))
    agents = {matter: [(f"{matter}服务{k}号", 1 / k**0.7) for k in range(1, rng.randint(4, 7))] for matter in MATTERS[:3]}
    agents[MATTERS[3]] = [("独家检测中心", 1.0)]
    return Office(officers, firms, agents)
