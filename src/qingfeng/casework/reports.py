"""Daily, monthly and annual reports: figures drawn from the record alone, read and signed by people; signing is an event.

Nobody types a figure.  A report says what a day, month or year brought; the same record always gives the same report, so that
whoever signs can be held to what he saw: the signature keeps its hash.  What only discipline may know is in no report.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256

from qingfeng.catalogue.power import SUPERVISION
from qingfeng.duties.duty import Period, period_of
from qingfeng.engine.event import Event
from qingfeng.ledger.canonical import canonical
from qingfeng.terms.limits import MAX_YEAR, MIN_YEAR
from qingfeng.terms.text import Text, hazards

from .desk.watch import Flow, Look
from .followup import Followed
from .office import Office, UnknownThing, event_of
from .ports import ReadTx
from .words import rule_name

STREAM, SIGNED = "reports", "report_signed"
DAY, MONTH, YEAR = "day", "month", "year"
KINDS = {
    DAY: Text(zh="日报", en="Daily report"),
    MONTH: Text(zh="月报", en="Monthly report"),
    YEAR: Text(zh="年报", en="Annual report"),
}
TOP_RULES = 5
MOST_OPINION = 1_000
_NAMES = {DAY: re.compile(r"\d{4}-\d{2}-\d{2}"), MONTH: re.compile(r"\d{4}-\d{2}"), YEAR: re.compile(r"\d{4}")}
COLUMNS = (
    Text(zh="职权", en="Power"),
    Text(zh="新立", en="Opened"),
    Text(zh="办结", en="Ended"),
    Text(zh="黄色预警", en="Yellow"),
    Text(zh="超期", en="Overdue"),
    Text(zh="线索", en="Findings"),
    Text(zh="属实", en="Upheld"),
    Text(zh="误报", en="False alarms"),
    Text(zh="职责已做", en="Duties done"),
    Text(zh="职责未做", en="Duties missed"),
)


class BadSignature(Exception):
    """A signature that cannot be given; says why."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.message = Text(zh=zh, en=en)


@dataclass(frozen=True, slots=True)
class PowerLine:
    """The figures of one power, in the order of COLUMNS without its name."""

    power: str
    title: Text
    figures: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """One report.  tone of a line: "" | a | r."""

    kind: str
    name: str
    title: Text
    first: date
    last: date
    over: bool
    lines: tuple[tuple[str, Text], ...]
    powers: tuple[PowerLine, ...]
    rules: tuple[tuple[Text, int], ...]
    digest: str

    @property
    def totals(self) -> tuple[int, ...]:
        """The sums over all powers."""
        return tuple(sum(column) for column in zip(*(one.figures for one in self.powers), strict=True)) if self.powers else ()


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed a report when, with what opinion; digest: of what he saw."""

    kind: str
    name: str
    by: str
    at: datetime
    opinion: str | None
    digest: str


def span(kind: str, name: str) -> Period:
    """Return the days that a report covers.  Raises UnknownThing for what is no such period."""
    if kind in _NAMES and _NAMES[kind].fullmatch(name) and MIN_YEAR <= int(name[:4]) <= MAX_YEAR:
        try:
            day = date.fromisoformat({DAY: name, MONTH: name + "-01", YEAR: name + "-01-01"}[kind])
        except ValueError:
            day = None
        if day is not None:
            return Period(name, day, day) if kind == DAY else period_of(day, kind)
    raise UnknownThing(f"没有“{name[:20]}”这一期报表", f"there is no report {name[:20]!r}")


def names_of(kind: str, today: date, count: int) -> list[str]:
    """Return the names of the latest periods, the present one first."""
    if kind == DAY:
        return [(today - timedelta(days=n)).isoformat() for n in range(count)]
    period, told = period_of(today, kind), []
    for _ in range(count):
        told.append(period.name)
        period = period_of(period.first - timedelta(days=1), kind)
    return told


def compose(look: Look, brought: Flow, kind: str, name: str) -> Report:
    """Return the report of a period.  brought: what its days brought."""
    period = span(kind, name)
    brought = brought.within(look.versions, look.hidden)
    found = [one for one in look.findings if not one.discreet and period.first <= one.finding.day <= period.last]
    of = [power for power, version in look.versions.items() if version.kind != SUPERVISION]  # the agency's work, not what watches it
    lines = tuple(_power_line(look, brought, power, found, period) for power in of)
    rules = Counter(one.finding.found.rule for one in found).most_common(TOP_RULES)
    title = Text(zh=f"{name} {KINDS[kind].zh}", en=f"{KINDS[kind].en} {name}")
    data = {"kind": kind, "name": name, "powers": {one.power: list(one.figures) for one in lines}, "rules": dict(rules)}
    report = Report(
        kind,
        name,
        title,
        period.first,
        period.last,
        period.last < look.today,
        (),
        lines,
        tuple((rule_name(rule), n) for rule, n in rules),
        sha256(canonical(data)).hexdigest(),
    )
    return Report(
        kind,
        name,
        title,
        report.first,
        report.last,
        report.over,
        tuple(_lines(report, found)),
        report.powers,
        report.rules,
        report.digest,
    )


def _power_line(look: Look, brought: Flow, power: str, found: Sequence[Followed], period: Period) -> PowerLine:
    mine = [one for one in found if one.finding.power == power]
    outcomes = Counter(one.outcome for one in mine)
    duties = [one for one in look.duties if one.power == power]

    def of(many: object) -> int:
        assert isinstance(many, dict)
        return sum(n for (_, p), n in many.items() if p == power)

    def ended_in(names: object) -> int:
        return sum(_within(str(one), period) for one in names)  # type: ignore[attr-defined]

    return PowerLine(
        power,
        look.title(power),
        (
            of(brought.opened),
            of(brought.ended),
            of(brought.yellow),
            of(brought.red),
            len(mine),
            outcomes["upheld"],
            outcomes["false_alarm"],
            sum(ended_in(one.done) for one in duties),
            sum(ended_in(one.missed) for one in duties),
        ),
    )


def _within(name: str, period: Period) -> bool:
    """True if a duty's period (2026-W41, 2026-10, 2026-Q4, 2026) ended within the report's."""
    if "W" in name:
        last = date.fromisocalendar(int(name[:4]), int(name[6:]), 7)
    elif "Q" in name:
        last = period_of(date(int(name[:4]), 3 * int(name[-1]), 1), "quarter").last
    elif len(name) == 7:
        last = period_of(date(int(name[:4]), int(name[5:]), 1), "month").last
    else:
        last = date(int(name[:4]), 12, 31)
    return period.first <= last <= period.last


def _lines(report: Report, found: Sequence[Followed]) -> list[tuple[str, Text]]:
    opened, ended, yellow, red, many, upheld, false, done, missed = report.totals or (0,) * 9
    told = [("", Text(zh=f"新立{opened}件，办结{ended}件。", en=f"{opened} cases opened, {ended} ended."))]
    tone = "r" if red else ""
    told.append((tone, Text(zh=f"超期{red}项，临近到期预警{yellow}项。", en=f"{red} limits ran out, {yellow} came near.")))
    pending = sum(one.unreviewed for one in found)
    words = "、".join(f"{rule.zh}{n}" for rule, n in report.rules), ", ".join(f"{rule.en} {n}" for rule, n in report.rules)
    told.append(
        (
            "a" if many else "",
            Text(
                zh=f"新发现线索{many}条{'：' + words[0] if many else ''}；待核查{pending}条。",
                en=f"{many} new findings{': ' + words[1] if many else ''}; {pending} to be verified.",
            ),
        )
    )
    if upheld or false:
        told.append(
            ("r" if upheld else "", Text(zh=f"核查属实{upheld}条，规则误报{false}条。", en=f"{upheld} upheld, {false} false alarms."))
        )
    settled, closed = sum(one.disposition is not None for one in found), sum(not one.open for one in found)
    if settled or closed:
        told.append(("", Text(zh=f"已处理{settled}条，已办结{closed}条。", en=f"{settled} disposed of, {closed} closed.")))
    told.append(
        ("r" if missed else "", Text(zh=f"定期职责完成{done}期，到期未办{missed}期。", en=f"{done} duties done, {missed} missed."))
    )
    return told


def signatures(tx: ReadTx, kind: str, name: str, *, last: int = 500) -> list[Signature]:
    """Return who signed a report, among the latest signatures."""
    events = map(event_of, tx.events(STREAM, after=max(0, tx.head(STREAM) - last)))
    told = [
        Signature(str(e.data["kind"]), str(e.data["name"]), str(e.actor), e.at, e.facts.get("reason"), str(e.data["digest"]))
        for e in events
    ]
    return [one for one in told if (one.kind, one.name) == (kind, name)]


def sign(office: Office, report: Report, digest: str, *, opinion: str, by: str, at: datetime) -> None:
    """Lay down that somebody read a report.  digest: of what he saw.  Raises BadSignature, StoreError."""
    if digest != report.digest:
        raise BadSignature(
            "报表内容在您阅读时有了变化；请重新阅读后再签阅", "the report changed while you read it: read it again, then sign"
        )
    if len(opinion) > MOST_OPINION or hazards(opinion):
        raise BadSignature(f"签阅意见不超过{MOST_OPINION}字，不含控制字符", f"an opinion has {MOST_OPINION} plain characters at most")
    with office.store.write() as tx:
        tx.lock(STREAM)
        if any(one.by == by and one.digest == digest for one in signatures(tx, report.kind, report.name)):
            raise BadSignature("您已经签阅过这一份报表", "you have signed this report already")
        office.append(
            tx,
            Event(
                stream=STREAM,
                seq=tx.head(STREAM) + 1,
                kind=SIGNED,
                act=SIGNED,
                at=at,
                entered=at,
                actor=by,
                facts={"reason": opinion.strip()} if opinion.strip() else {},
                data={"kind": report.kind, "name": report.name, "digest": digest},
            ),
        )
