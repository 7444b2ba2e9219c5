"""What happened in a case before it is told as acts: honest stories drawn at random; a wrong changes some of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from .clock import any_day, at_desk
from .office import CODES, MATTERS, Firm, Office, Officer

BARS = (10_000.0, 50_000.0)
"""Sums in yuan from which the office deliberates, and from which a hearing is due."""
TIERS = {"从轻": (2_000, 9_000), "一般": (8_000, 30_000), "从重": (25_000, 90_000)}
TEMPLATE = ("现场检查消防通道、安全标识、用电线路、台账资料", "查看经营场所、库房、值班记录和设备", "对照清单逐项检查，核对证照和培训记录")
SEEN = ("通道畅通", "灭火器{n}具压力正常", "灭火器{n}具失压", "库房温度{n}度", "台账登记至{n}日", "配电箱{n}处未加盖", "从业人员{n}人持证", "标识缺失{n}处",
        "值班记录缺{n}天", "堆垛间距{n}厘米", "地面积水约{n}平方", "防爆灯{n}盏完好")  # fmt: skip


@dataclass(slots=True)
class Approval:
    """How something is approved.  minutes: from the file's arrival to the signature; opened: whether he opened the file; at: fixed."""

    by: Officer
    minutes: float
    opened: bool = True
    at: datetime | None = None


@dataclass(slots=True, kw_only=True)
class Story:
    """One case.  batch: when everything was typed at one sitting; planted: a wrong."""

    number: int
    firm: Firm
    handler: Officer
    partner: Officer
    day: date
    approval: Approval
    batch: datetime | None = None
    readers: list[tuple[str, str, datetime, str]] = field(default_factory=list)
    stops: list[int] = field(default_factory=list)
    """Days for which the clock stopped, each time."""
    returned: int = 0
    reviewer: Officer
    planted: bool = False


@dataclass(slots=True, kw_only=True)
class Penalty(Story):
    """A lead and what came of it: not_filed, not_opened, spared, withdrawn, penalised."""

    code: str
    tier: str
    fine: float
    fate: str
    waived: bool
    complaint: bool
    contact: str = ""
    contact_days: int = 0
    seized: bool = False
    agent: str = ""


@dataclass(slots=True, kw_only=True)
class Visit(Story):
    """A site inspection.  team: who is said to have been there; text: what the record says."""

    begin: datetime
    minutes: int
    found: str
    text: str
    place: str
    team: tuple[str, ...]


@dataclass(slots=True, kw_only=True)
class Application(Story):
    """An application for a licence.  home: how often the applicant was sent home; agent: the intermediary, if any."""

    counter: Officer
    matter: str
    home: int
    granted: bool
    agent: str


def observed(rng: Random) -> str:
    """What an honest record says: a template's opening, and what was seen there."""
    seen = [one.format(n=rng.randint(1, 90)) for one in rng.sample(SEEN, rng.randint(3, 6))]
    return f"{rng.choice(TEMPLATE)}。经查：{'；'.join(seen)}。"


def fine_of(rng: Random, tier: str, code: str) -> float:
    """A sum as benchmarks make it: a place in the range of the tier, higher for graver codes, in round sums."""
    low, high = TIERS[tier]
    place = rng.betavariate(2, 2.5) * (0.75 + 0.1 * int(code[-1]))
    sum_ = low + place * (high - low)
    return round(sum_ / 500) * 500.0 if sum_ < 20_000 else round(sum_ / 1000) * 1000.0


def _common(rng: Random, office: Office, firm: Firm, day: date) -> tuple[Officer, Officer]:
    handler = office.handler(rng, firm, day)
    return handler, office.handler(rng, firm, day, but=handler.id)


def _back(rng: Random, share: float) -> int:
    n = 0
    while n < 4 and rng.random() < share * (1 if n == 0 else 0.6):
        n += 1
    return n


def penalty(rng: Random, office: Office, number: int) -> Penalty:
    """An honest lead."""
    firm = rng.choices(office.firms, [one.size for one in office.firms])[0]
    day = any_day(rng)
    handler, partner = _common(rng, office, firm, day)
    habits = handler.habits
    code, tier = rng.choice(CODES[firm.trade]), rng.choices(tuple(TIERS), (4, 5, 2))[0]
    fine = max(500.0, round(fine_of(rng, tier, code) * habits.fine / 500) * 500.0)
    fate = "not_filed" if rng.random() < habits.unopened else rng.choices(
        ("not_opened", "spared", "withdrawn", "penalised"), (4, 8, 3, 85))[0]  # fmt: skip
    boss, reviewer = rng.choice(office.of("deputy_in_charge")), rng.choice(office.of("legal_reviewer"))
    contact = rng.choices(("", "some", "recorded"), (95, 4, 1))[0]
    return Penalty(
        number=number, firm=firm, handler=handler, partner=partner, day=day, reviewer=reviewer, code=code, tier=tier, fine=fine,
        fate=fate, approval=Approval(boss, boss.habits.minutes * rng.lognormvariate(0, 0.7)), complaint=rng.random() < 0.3, contact=contact,
        waived=rng.random() < habits.waived, stops=[rng.randint(5, 30)] if rng.random() < habits.stops else [],
        returned=_back(rng, reviewer.habits.returns), contact_days=rng.randint(3, 40), seized=rng.random() < 0.12)  # fmt: skip


def visit(rng: Random, office: Office, number: int) -> Visit:
    """An honest inspection: high risk often, low risk by lot."""
    weights = [{"高": 6.0, "中": 1.6, "低": 1.0}[one.risk] for one in office.firms]
    firm = rng.choices(office.firms, weights)[0]
    day, boss = any_day(rng), rng.choice(office.of("section_head"))
    handler, partner = _common(rng, office, firm, day)
    found = "normal" if rng.random() >= handler.habits.finds else rng.choices(("corrected", "rectify", "case"), (5, 4, 1))[0]
    begin = at_desk(rng, day) - timedelta(minutes=20)
    return Visit(
        number=number, firm=firm, handler=handler, partner=partner, day=day, begin=begin.replace(second=0), minutes=rng.randint(30, 110),
        approval=Approval(boss, boss.habits.minutes * rng.lognormvariate(0, 0.7)), reviewer=boss, found=found, text=observed(rng),
        place=firm.district + firm.name, team=(handler.id, partner.id), returned=_back(rng, boss.habits.returns * 0.5))  # fmt: skip


def application(rng: Random, office: Office, number: int) -> Application:
    """An honest application."""
    firm = rng.choice(office.firms)
    day = any_day(rng)
    examiner, boss = office.examiner(rng), rng.choice(office.of("deputy_in_charge"))
    matter, counter = rng.choice(MATTERS), rng.choice(office.of("counter_officer"))
    agents = office.agents[matter]
    agent = rng.choices([one for one, _ in agents], [w for _, w in agents])[0] if rng.random() < 0.7 else ""
    return Application(
        number=number, firm=firm, handler=examiner, partner=office.handler(rng, firm, day, but=examiner.id), day=day, counter=counter,
        approval=Approval(boss, boss.habits.minutes * rng.lognormvariate(0, 0.7)), reviewer=rng.choice(office.of("section_head")),
        matter=matter, home=_back(rng, counter.habits.returns * 1.3), granted=rng.random() < 0.93, agent=agent,
        stops=[rng.randint(5, 20)] if rng.random() < examiner.habits.stops else [], returned=_back(rng, 0.08))  # fmt: skip


def honest(rng: Random, office: Office, *, cases: int) -> list[Story]:
    """A year of so many honest cases; nobody is knowingly in two places at once."""
    makers = rng.choices((penalty, visit, application), (40, 38, 22), k=cases)
    stories: list[Story] = [make(rng, office, n) for n, make in enumerate(makers, 1)]
    busy: dict[tuple[str, date], list[tuple[datetime, datetime]]] = {}
    for one in stories:
        if isinstance(one, Visit):
            _fit(rng, office, one, busy)
    return stories


def _fit(rng: Random, office: Office, one: Visit, busy: dict[tuple[str, date], list[tuple[datetime, datetime]]]) -> None:
    """Move a visit until its team is free; once in a hundred times somebody notes a wrong hour, and nobody notices."""
    for _ in range(40):
        begin, end = one.begin - timedelta(minutes=15), one.begin + timedelta(minutes=one.minutes + 15)
        held = [span for who in one.team for span in busy.get((who, one.day), [])]
        if all(end <= a or begin >= b for a, b in held) or rng.random() < 0.0002:
            break
        one.day = any_day(rng)
        one.begin = (at_desk(rng, one.day) - timedelta(minutes=20)).replace(second=0)
    for who in one.team:
        busy.setdefault((who, one.day), []).append((one.begin, one.begin + timedelta(minutes=one.minutes)))
