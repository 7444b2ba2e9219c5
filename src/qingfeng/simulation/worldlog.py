"""An agency for the statistics of patterns: people, parties and habits, written straight into the relations, 10^4 cases in seconds.

It does not go through casework (simulation.year does), so it proves nothing about rules; it resembles real agencies in what makes honest
people look odd: skewed workloads, specialists, seasons and campaigns, strict and mild officers, posts held by one person, a village whose
officer has all of its firms, a firm inspected often for good reason, days on which the system failed, leaders who sign in one sitting.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import accumulate
from random import Random

from qingfeng.detection.relations import RELATIONS, Relations

FIRST = date(2026, 1, 5)
DAYS = 360
SEASON = (0.5, 0.4, 1.1, 1.2, 1.3, 1.2, 0.9, 0.8, 1.5, 0.9, 1.2, 1.0)
"""Weight of each month: the Spring Festival is quiet, September has a campaign."""
PHRASES = tuple(
    f"{where}{what}{how}"
    for where in ("车间", "仓库", "配电房", "装卸区", "办公楼", "厨房", "油罐区", "值班室", "宿舍", "锅炉房", "门岗", "料场")
    for what in ("灭火器", "应急灯", "疏散通道", "气体报警器", "接地线", "防护栏", "警示标识", "台账", "操作证", "排风机")
    for how in ("压力正常在有效期内", "缺少一处已当场指出", "完好", "有积尘需要清理", "位置与图纸一致", "抽查两处均可使用", "记录不全已补", "昨日刚检修过")
)


@dataclass(slots=True)
class Person:
    """An officer.  load: how much of the work of the post he takes; place: a village that he serves alone."""

    id: str
    post: str
    load: float
    place: str | None = None
    habits: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Party:
    """A firm.  risk: how likely an inspection finds something; often: how much more often it is inspected than others; key: it stands
    on the published library."""

    name: str
    risk: float
    often: float
    place: str | None
    key: bool = False


@dataclass(slots=True)
class Log:
    """The rows as they are written, and what was planted: (pattern, subject)."""

    rows: dict[str, list[tuple[object, ...]]] = field(default_factory=lambda: {name: [] for name in RELATIONS})
    planted: set[tuple[str, str]] = field(default_factory=set)
    cases: int = 0
    seqs: dict[str, int] = field(default_factory=dict)

    def act(
        self, case: str, power: str, act: str, who: Person | str, at: datetime, *, entered: datetime | None = None, **said: object
    ) -> None:  # fmt: skip
        """Write an act; it is entered some seconds later unless said otherwise."""
        seq = self.seqs[case] = self.seqs.get(case, 0) + 1
        actor, post = (who.id, who.post) if isinstance(who, Person) else (who, None)
        whole: Mapping[str, object] = {"case_id": case, "seq": seq, "power": power, "act": act, "actor": actor, "post": post, "at": at,
                                       "entered": entered or at, **said}  # fmt: skip
        self.rows["acts"].append(tuple(whole.get(column) for column in RELATIONS["acts"]))

    def read(self, case: str, who: Person, at: datetime, part: str = "file") -> None:
        """Write a reading."""
        self.rows["reads"].append((case, who.id, who.post, at, part))

    def relations(self) -> Relations:
        """Return the relations as the analytics take them."""
        return {name: rows for name, rows in self.rows.items() if rows}


@dataclass(slots=True)
class World:
    """An agency before it works.  size: cases in its year."""

    rng: Random
    size: int
    people: dict[str, list[Person]]
    parties: list[Party]
    failures: frozenset[date]
    codes: Mapping[str, Mapping[str, float]]  # violation -> officer -> weight
    wrongs: dict[str, str] = field(default_factory=dict)  # pattern -> subject
    weights: list[float] = field(default_factory=list)
    stays: dict[tuple[str, date], list[tuple[datetime, datetime]]] = field(default_factory=dict)  # officer, day -> when on site
    last: dict[str, datetime] = field(default_factory=dict)  # officer -> when he last went

    def wrong(self, pattern: str, subject: str) -> bool:
        """True if this subject commits that wrong now (most of the times it could)."""
        return self.wrongs.get(pattern) == subject and self.rng.random() < STEADY

    def habit(self, who: Person, name: str, mean: float, spread: float = 0.3) -> bool:
        """True as often as this honest person does so: people differ, log-normally about the mean."""
        share = who.habits.get(name)
        if share is None:
            share = who.habits[name] = min(mean * self.rng.lognormvariate(0, spread), 0.97)
        return self.rng.random() < share

    def pick(self, post: str, place: str | None = None, *, weights: Mapping[str, float] | None = None) -> Person:
        """Return who of a post gets the next piece of work."""
        people = [p for p in self.people[post] if p.place == place] or [p for p in self.people[post] if p.place is None]
        return self.rng.choices(people, [p.load * (weights or {}).get(p.id, 1.0) for p in people])[0]

    def free(self, who: Person, began: datetime, ended: datetime) -> bool:
        """True if this person is nowhere else then, nor on the way."""
        return all(ended + AWAY < start or end + AWAY < began for start, end in self.stays.get((who.id, began.date()), ()))

    def day(self) -> datetime:
        """Return a moment of the year on which a case begins."""
        while True:
            day = FIRST + timedelta(days=self.rng.randrange(DAYS))
            if day.weekday() < 5 and self.rng.random() < SEASON[day.month - 1] / 1.5:
                return moment(self.rng, day)

    def later(self, at: datetime, days: float) -> datetime:
        """Return a moment in office hours some days on (about so many)."""
        day = (at + timedelta(days=max(1, round(self.rng.expovariate(1 / days))))).date()
        while day.weekday() >= 5:
            day += timedelta(days=1)
        return moment(self.rng, day)


AWAY = timedelta(minutes=15)
STEADY = 0.85
"""Of the times a corrupt person could do wrong, how often he does."""


def moment(rng: Random, day: date) -> datetime:
    """Return an instant of a day in office hours."""
    return datetime(day.year, day.month, day.day, 8, 30) + timedelta(seconds=rng.randrange(int(8.5 * 3600)))


POSTS = {"clerk": 1500, "handler": 600, "inspector": 450, "reviewer": 2000, "deputy": 10**9, "duty": 5000, "planner": 10**9}
"""Cases of a year for which a post needs one more person; three at least, and one head and one finance officer."""


def found_world(*, seed: int, size: int) -> World:
    """Return an agency for so many cases."""
    rng = Random(f"world/{seed}/{size}")
    people = {
        post: [Person(f"{post}/{n}", post, rng.lognormvariate(0, 0.7)) for n in range(1, 4 + size // need)] for post, need in POSTS.items()
    }
    for post in ("handler", "inspector", "clerk"):
        people[post][0].load = 4 * max(p.load for p in people[post][1:])  # one honest person does far more than anybody
    for place in ("东村", "西村"):
        people["inspector"].append(Person(f"inspector/{place}", "inspector", 1.0, place))
    people["head"] = [Person("head", "head", 1.0)]
    firms = max(40, size // 12)
    parties = [Party(f"企业{n:05d}", rng.betavariate(2, 3), 0.3, None) for n in range(firms)]
    parties += [Party(f"重点企业{n:03d}", rng.betavariate(3, 3), 8 * min(rng.lognormvariate(0, 0.5), 3.0), None, True)
                for n in range(12 + size // 120)]  # fmt: skip
    parties += [Party(f"{place}企业{n}", rng.betavariate(2, 3), 0.6, place) for place in ("东村", "西村") for n in range(8)]
    parties.append(Party("东村化工厂", 0.8, 25.0, "东村", True))  # dangerous, therefore inspected often
    codes: dict[str, dict[str, float]] = {}
    for n in range(8):
        special = rng.sample(people["handler"], k=min(2, len(people["handler"])))
        codes[f"V{n}"] = {p.id: (12.0 if p in special else 1.0) for p in people["handler"]}
    only = rng.choice(people["handler"])
    codes["V8"] = {p.id: (1.0 if p is only else 0.0) for p in people["handler"]}  # nobody else knows this matter
    days = [FIRST + timedelta(days=rng.randrange(DAYS)) for _ in range(2)]
    world = World(rng, size, people, parties, frozenset(d for d in days if d.weekday() < 5), codes)
    world.weights = list(accumulate(p.often for p in parties))
    return world
