"""The overview of supervision: cards, heat on the course of a power, matrix of powers and stages, trend, what presses, the day's report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from qingfeng.catalogue.power import PowerVersion, Step
from qingfeng.duties.duty import Period, period_of
from qingfeng.terms.text import Text

from ..findings import risks_of
from ..words import rule_name
from .board import CaseLine, line_of
from .rates import MeasureRate, Rates, Share
from .watch import Flow, Look, Rated

PERIODS = {
    "today": Text(zh="今日", en="Today"),
    "week": Text(zh="本周", en="Week"),
    "month": Text(zh="本月", en="Month"),
    "year": Text(zh="本年", en="Year"),
}
HEAT = (1, 2, 4, 7, 10)
"""From so many warnings a box is one shade darker."""
STAGES: Sequence[tuple[Text, frozenset[str]]] = (
    (
        Text(zh="受理", en="Intake"),
        frozenset({"accept", "apply", "provide_material", "request", "found", "receive_lead", "detect", "plan"}),
    ),
    (Text(zh="审批", en="Opening"), frozenset({"open_case", "propose", "approve"})),
    (Text(zh="调查", en="Inquiry"), frozenset({"investigate", "inspect", "assess", "prepare", "expert_review"})),
    (Text(zh="审核", en="Review"), frozenset({"examine", "review", "evaluate", "notice", "notify"})),
    (Text(zh="决定", en="Decision"), frozenset({"decide", "award", "report"})),
    (Text(zh="执行", en="Effect"), frozenset({"serve", "deliver", "execute", "implement", "announce"})),
    (Text(zh="监管", en="After"), frozenset({"supervise", "follow_up", "result"})),
    (Text(zh="办结", en="Close"), frozenset({"complete", "conclude", "close"})),
)
"""What steps of different powers have in common, for one table; a step of another name stands where its place in the course puts it."""


@dataclass(frozen=True, slots=True)
class Card:
    """One figure at the top."""

    name: Text
    value: str
    unit: Text
    note: Text
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """One step of the power shown.  heat: 0 to 5."""

    id: str
    number: int
    name: Text
    open: int
    warned: int
    heat: int


@dataclass(frozen=True, slots=True)
class RiskLine:
    """A risk point of the step shown, with how often it was touched."""

    level: str | None
    text: str
    hits: int
    rules: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Detail:
    """The step shown."""

    box: Box
    level: str | None
    risks: tuple[RiskLine, ...]
    measures: tuple[MeasureRate, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the matrix; count None: the power has no such stage."""

    count: int | None
    heat: int
    steps: Text


@dataclass(frozen=True, slots=True)
class Bar:
    """One day of the trend, in units of the drawing."""

    day: str
    x: float
    yellow: int
    red: int
    yellow_y: float
    yellow_height: float
    red_y: float
    red_height: float


@dataclass(frozen=True, slots=True)
class Trend:
    """The trend as drawn; ticks: (y, number); labels: (x, day)."""

    bars: tuple[Bar, ...]
    width: float
    ticks: tuple[tuple[float, int], ...]
    labels: tuple[tuple[float, str], ...]


@dataclass(frozen=True, slots=True)
class HeatMap:
    """The course of one power with its warnings, and what stands behind one of its steps."""

    period: str
    power: str
    boxes: tuple[Box, ...]
    detail: Detail | None


@dataclass(frozen=True, slots=True)
class Overview:
    """The page."""

    period: str
    cards: tuple[Card, ...]
    power: str
    boxes: tuple[Box, ...]
    detail: Detail | None
    matrix: tuple[tuple[str, Text, tuple[Cell, ...]], ...]
    stages: tuple[Text, ...]
    trend: Trend
    pressing: tuple[CaseLine, ...]
    red: int
    yellow: int


def span_of(period: str, today: date) -> Period:
    """Return the days of a choice of period so far."""
    if period in ("week", "month", "year"):
        whole = period_of(today, period)
        return Period(whole.name, whole.first, today)
    return Period(today.isoformat(), today, today)


def overview(look: Look, brought: Flow, month: Flow, *, period: str, power: str, step: str | None, rated: Rated | None) -> Overview:
    """Return the page.  brought: what the period brought; month: marks of the last thirty days; rated: ratings of the year, or None."""
    span = span_of(period, look.today)
    brought, month = brought.within(look.versions, look.hidden), month.within(look.versions, look.hidden)
    rates, heat = Rates(look), Heat(look, span)
    shown = _heat_map(look, heat, rates, period=period, power=power, step=step)
    return Overview(
        period,
        tuple(_cards(look, brought, rates.total(), span, rated)),
        power,
        shown.boxes,
        shown.detail,
        tuple((name, look.title(name), tuple(heat.row(name))) for name in look.versions),
        tuple(name for name, _ in STAGES),
        trend(month, look.today),
        tuple(line_of(look.registry, row, look.now) for row in look.warned.first),
        look.warned.red,
        look.warned.yellow,
    )


def heat_map(look: Look, *, period: str, power: str, step: str | None) -> HeatMap:
    """Return what the fragment of the heat map shows: of one power alone."""
    look = replace(look, findings=[one for one in look.findings if one.finding.power == power])
    return _heat_map(look, Heat(look, span_of(period, look.today)), Rates(look), period=period, power=power, step=step)


def _heat_map(look: Look, heat: Heat, rates: Rates, *, period: str, power: str, step: str | None) -> HeatMap:
    boxes = tuple(heat.boxes(power))
    chosen = next((box for box in boxes if box.id == step), None) or max(boxes, key=lambda box: (box.warned, box.open), default=None)
    return HeatMap(period, power, boxes, _detail(look, heat, rates, power, chosen) if chosen is not None else None)


def _cards(look: Look, brought: Flow, share: Share, span: Period, rated: Rated | None) -> list[Card]:
    ours = frozenset(name for name in look.versions if look.registry.supervises(name))  # counted beside, as findings, not as matters
    open_ = sum(n for power, _, status, n in look.counts if status != "closed" and power not in ours)
    stopped = sum(n for power, _, status, n in look.counts if status == "suspended" and power not in ours)
    red, yellow = look.warned.red, look.warned.yellow
    found = [one for one in look.findings if span.first <= one.finding.day <= span.last]
    waiting = sum(one.unreviewed for one in look.findings)
    more = "+" if look.warned.more else ""
    percent = f"{100 * share.good / share.all:.1f}" if share.all else "—"
    opened, ended = (sum(n for (_, power), n in some.items() if power not in ours) for some in (brought.opened, brought.ended))
    ran_out, near = Flow.total(brought.red), Flow.total(brought.yellow)
    name = PERIODS["today"] if span.first == span.last else Text(zh="期内", en="Period")
    case, item = Text(zh="件", en=""), Text(zh="条", en="")
    return [
        Card(
            Text(zh="在办案件", en="Open cases"),
            str(open_),
            case,
            Text(zh=f"{name.zh}新立{opened}，办结{ended}；中止{stopped}", en=f"{opened} opened, {ended} ended; {stopped} suspended"),
        ),
        Card(
            Text(zh="红色预警", en="Red"),
            f"{red}{more}",
            case,
            Text(zh=f"现已超期；{name.zh}新增{ran_out}项", en=f"overdue now; {ran_out} new"),
            "red" if red else "",
        ),
        Card(
            Text(zh="黄色预警", en="Yellow"),
            str(yellow),
            case,
            Text(zh=f"三天内到期；{name.zh}提示{near}项", en=f"due in three days; {near} marked"),
            "amb" if yellow else "",
        ),
        Card(
            Text(zh=f"{name.zh}发现", en="Found"),
            str(len(found)),
            item,
            Text(zh=f"全部待核查{waiting}条", en=f"{waiting} of all to be verified"),
        ),
        Card(
            Text(zh="防控措施落实率", en="Measures carried out"),
            percent,
            Text(zh="%", en="%"),
            Text(zh=f"核验{share.all:,}件次，无发现{share.good:,}", en=f"{share.good:,} of {share.all:,} checks without a finding"),
        ),
        Card(
            Text(zh="群众评议", en="Ratings"),
            "—" if rated is None else f"{100 * (rated.many - rated.bad) / rated.many:.1f}",
            Text(zh="" if rated is None else "% 满意", en="" if rated is None else "% content"),
            Text(zh="未启动：本年尚无评价", en="not begun: no ratings this year")
            if rated is None
            else Text(zh=f"本年{rated.many}次，不满意{rated.bad}", en=f"{rated.many} this year, {rated.bad} bad"),
        ),
    ]


class Heat:
    """Warnings by step: cases late or nearly so that stand there, and findings of the period that touch its risk points."""

    def __init__(self, look: Look, span: Period) -> None:
        self._look = look
        self._open: Counter[tuple[str, str]] = Counter()
        for power, step, status, n in look.counts:
            self._open[power, step] += n if status != "closed" else 0
        self._late = look.warned.by_step
        self.by_rule = Counter(
            (one.finding.power, one.finding.found.rule)
            for one in look.findings
            if span.first <= one.finding.day <= span.last or one.unreviewed
        )
        self._steps: dict[tuple[str, str], int] = {}
        for (power, rule), n in self.by_rule.items():
            version = look.versions.get(power)
            for step in {step for step, *_ in risks_of(version, rule)} if version is not None else ():
                self._steps[power, step] = self._steps.get((power, step), 0) + n

    def warned(self, power: str, step: str) -> int:
        """Return the warnings of a step."""
        return self._late.get((power, step), 0) + self._steps.get((power, step), 0)

    def boxes(self, power: str) -> list[Box]:
        """Return the steps of a power in order."""
        told = []
        for number, step in enumerate(self._look.versions[power].steps, 1):
            warned = self.warned(power, step.id)
            told.append(Box(step.id, number, step.name, self._open[power, step.id], warned, shade(warned)))
        return told

    def row(self, power: str) -> list[Cell]:
        """Return a power's row of the matrix."""
        version = self._look.versions[power]
        places: dict[int, list[Step]] = {}
        for step in version.steps:
            places.setdefault(stage_of(version, step), []).append(step)
        told = []
        for place in range(len(STAGES)):
            steps = places.get(place, [])
            many = sum(self.warned(power, step.id) for step in steps)
            names = Text(zh="、".join(s.name.zh for s in steps), en=", ".join(s.name.en for s in steps))
            told.append(Cell(many if steps else None, shade(many), names))
        return told


def stage_of(version: PowerVersion, step: Step) -> int:
    """Return the column of a step."""
    known = next((n for n, (_, ids) in enumerate(STAGES) if step.id in ids), None)
    return known if known is not None else version.step_order[step.id] * (len(STAGES) - 1) // max(1, len(version.steps) - 1)


def shade(n: int) -> int:
    """Return the shade (0 to 5) of so many warnings."""
    return sum(n >= least for least in HEAT)


def _detail(look: Look, heat: Heat, rates: Rates, power: str, box: Box) -> Detail:
    step = next(one for one in look.versions[power].steps if one.id == box.id)
    risks = []
    for risk in step.risks:
        stops = {*risk.stopped_by, *(by for part in risk.parts for by in part.stopped_by)}
        hits: Mapping[str, int] = {rule: heat.by_rule[power, rule] for rule in sorted(stops) if heat.by_rule[power, rule]}
        risks.append(RiskLine(step.level, risk.text, sum(hits.values()), tuple(rule_name(rule) for rule in hits)))
    return Detail(box, step.level, tuple(risks), tuple(rates.of(power, one) for one in step.measures))


WIDTH, HEIGHT, LEFT, TOP, BOTTOM, DAYS_SHOWN = 460.0, 260.0, 34.0, 10.0, 26.0, 30
BAR = 0.62
"""How much of a day's width its bar takes."""


def trend(month: Flow, today: date) -> Trend:
    """Return the last thirty days as a drawing of WIDTH by HEIGHT."""
    days = [today - timedelta(days=n) for n in range(DAYS_SHOWN - 1, -1, -1)]
    figures = [(day, Flow.total(month.yellow, [day.isoformat()]), Flow.total(month.red, [day.isoformat()])) for day in days]
    most = max((y + r for _, y, r in figures), default=0)
    top = next(step * ten for ten in (1, 10, 100, 1_000, 10_000, 100_000) for step in (4, 8, 12, 20, 40) if step * ten >= most)
    room, base = HEIGHT - TOP - BOTTOM, HEIGHT - BOTTOM
    pitch = (WIDTH - LEFT) / DAYS_SHOWN
    bars, labels = [], []
    for n, (day, yellow, red) in enumerate(figures):
        x, yh, rh = LEFT + n * pitch + pitch * 0.2, room * yellow / top, room * red / top
        bars.append(
            Bar(f"{day:%m-%d}", round(x, 1), yellow, red, round(base - yh, 1), round(yh, 1), round(base - yh - rh, 1), round(rh, 1))
        )
        if n % 7 == 0:
            labels.append((round(x + pitch * BAR / 2, 1), f"{day:%m-%d}"))
    ticks = tuple((round(base - room * part / 4, 1), top * part // 4) for part in range(5))
    return Trend(tuple(bars), round(pitch * BAR, 1), ticks, tuple(labels))
