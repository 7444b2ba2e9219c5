"""What a demonstration month amounted to: counted from the events of its cases alone, and told in a few sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import fmean

from qingfeng.casework.office import Office, Registry, load_case
from qingfeng.catalogue.power import Limit, PowerVersion
from qingfeng.engine.case import Case
from qingfeng.engine.clock import Clock, clocks
from qingfeng.engine.event import ACT, MARK, Event
from qingfeng.terms.instants import local_day
from qingfeng.terms.text import Text
from qingfeng.terms.timelimit import Unit

from . import course
from .chronicle import Chronicle, Turn

MOST_SENTENCES = 6
_DAYS = {Unit.WORKING_DAY: 1.0, Unit.CALENDAR_DAY: 0.7, Unit.MONTH: 21.0, Unit.YEAR: 250.0, Unit.HOUR: 0.05}
_NAMES = {Unit.WORKING_DAY: Text(zh="工作日", en="wd"), Unit.CALENDAR_DAY: Text(zh="日", en="d")}


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerLine:
    """One power in the month.  late: acts with a reason for lateness; used: mean time of its main limit, in its own unit."""

    power: str
    title: Text
    agency: Text | None  # as the source names it, if it does
    opened: int
    closed: int
    still: int
    returned: int
    yellow: int
    red: int
    late: int
    stopped: int
    branches: Mapping[str, int]
    limit: Text | None
    used: float | None
    allowed: int | None
    unit: Text | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoReport:
    """A demonstration month.  told: sentences about things that happened; unmeant: refusals that no officer earned (none)."""

    first: date
    last: date
    acts: int
    lines: tuple[PowerLine, ...]
    told: tuple[Text, ...]
    unmeant: tuple[Turn, ...]
    stuck: tuple[str, ...]
    kept: int  # periodic duties reported


def report(office: Office, told: Chronicle, *, first: date, last: date, agencies: Mapping[str, Text]) -> DemoReport:
    """Count what happened and pick what to tell.  agencies: power -> agency, where the source names one."""
    by_power: dict[str, list[Case]] = {}
    with office.store.read() as tx:
        registry = office.registry(tx)
        for case_id in told.cases:
            case, _ = load_case(office, tx, registry, case_id)
            by_power.setdefault(case.version.power, []).append(case)
    stopped = [t for t in told.turns if t.outcome == "refused"]
    lines = tuple(
        _line(cases, [t for t in stopped if t.power == power], registry, agencies.get(power))
        for power, cases in sorted(by_power.items())
    )
    everything = [case for power in sorted(by_power) for case in by_power[power]]
    return DemoReport(
        first=first, last=last, acts=sum(t.outcome == "accepted" for t in told.turns), lines=lines,
        told=tuple(_sentences(everything, stopped, registry)), unmeant=tuple(t for t in stopped if not t.meant),
        stuck=tuple(s.case for s in told.stuck), kept=len(told.kept),
    )  # fmt: skip


def _line(cases: Sequence[Case], stopped: Sequence[Turn], registry: Registry, agency: Text | None) -> PowerLine:
    version = cases[-1].version
    marks = Counter(str(e.facts["mark"]) for c in cases for e in c.events if e.kind == MARK)
    branches = Counter(name for c in cases for name in course.walked(c))
    branches.update(e.act for c in cases for e in c.events if e.kind == ACT and e.facts.get("effective"))
    limit, used = _main_limit(version, [clocks(c, registry.calendar) for c in cases if c.closed], registry)
    return PowerLine(
        power=version.power, title=version.title, agency=agency, opened=len(cases),
        closed=sum(c.closed for c in cases), still=sum(not c.closed for c in cases), returned=sum(c.returns for c in cases),
        yellow=marks["yellow"], red=marks["red"], late=sum(_late(e) for c in cases for e in c.events), stopped=len(stopped),
        branches=dict(sorted(branches.items(), key=lambda b: (-b[1], b[0]))), limit=limit.name if limit else None, used=used,
        allowed=limit.length.n if limit else None, unit=_NAMES.get(limit.length.unit) if limit else None,
    )  # fmt: skip


def _late(event: Event) -> bool:
    return event.kind == ACT and "time_limit" in event.facts.get("demanded", ())


def _main_limit(
    version: PowerVersion, closed: Sequence[Mapping[str, Clock]], registry: Registry
) -> tuple[Limit | None, float | None]:
    """Return the limit that spans most of the course: the longest that most closed cases ended; and its mean time."""
    fit = []
    for limit in version.procedure.limits.values():
        ended = [c for found in closed if (c := found.get(limit.id)) is not None and c.ended is not None]
        if limit.holder == "agency" and limit.until is None and limit.length.unit in _NAMES and 2 * len(ended) >= len(closed) > 0:
            fit.append((limit.length.n * _DAYS[limit.length.unit], limit, ended))
    if not fit:
        return None, None
    _, limit, ended = max(fit, key=lambda f: f[0])
    return limit, fmean(_spent(c, registry) for c in ended)


def _spent(clock: Clock, registry: Registry) -> int:
    assert clock.ended is not None
    first, last = local_day(clock.started), local_day(clock.ended)
    return registry.calendar.working_days_between(first, last) if clock.limit.length.unit is Unit.WORKING_DAY else (last - first).days


def _sentences(cases: Sequence[Case], stopped: Sequence[Turn], registry: Registry) -> list[Text]:
    """Tell a few different things, each of another power where possible."""
    told: list[Text] = []
    seen: set[str] = set()
    acts = [(c, e) for c in cases for e in c.events]
    kinds = (
        [(c, _deemed(c, e)) for c, e in acts if e.kind == ACT and e.facts.get("effective")],
        [(c, _overdue(c, e, registry)) for c, e in acts if _late(e)],
        [(c, _hearing(c, e, registry)) for c, e in acts if e.kind == ACT and e.act == "hold_hearing"],
        [(c, _returned(c, e, registry)) for c, e in acts if e.kind == ACT and e.act.startswith("return_") and c.closed],
        [(c, _forgotten(c, t, registry)) for t in stopped if t.meant for c in cases if c.id == t.case],
        [(c, _unmade(c, e, registry)) for c, e in acts if e.kind == ACT and e.act in ("revoke_decision", "record_reconsideration_outcome")],
    )  # fmt: skip
    for found in kinds:
        found.sort(key=lambda f: "《" not in f[1].zh)  # what rests on a statute is told first
        new = [(c, t) for c, t in found if c.id not in seen]  # a case is told of once
        fresh = [(c, t) for c, t in new if c.version.power not in seen] or new
        if fresh:
            seen |= {fresh[0][0].version.power, fresh[0][0].id}
            told.append(fresh[0][1])
    return told[:MOST_SENTENCES]


def _word(case: Case, act: str) -> Text:
    return next(row.word.name for row in case.version.procedure.rows if row.act == act)


def _post(case: Case, event: Event) -> Text:
    post = case.version.posts.get(event.post or "")
    return post.name if post is not None else Text(zh="当事人", en="the party")


def _when(event: Event) -> Text:
    day = local_day(event.at)
    return Text(zh=f"{day.month}月{day.day}日", en=f"{day:%d %b}")


def _cited(limit: Limit) -> Text:
    if limit.basis is None:
        return Text(zh="本单位的设定", en="set by the agency itself")
    return Text(zh=limit.basis.say("zh"), en=limit.basis.say("en"))


def _who(case: Case, event: Event, registry: Registry) -> tuple[str, str]:
    post, name = _post(case, event), registry.people.name(str(event.actor)) if event.actor != "party" else ""
    return f"{post.zh}{name}", f"{post.en} {name}".strip()


def _deemed(case: Case, event: Event) -> Text:
    limit = next(m for m in case.version.procedure.limits.values() if m.effect == event.act)
    law, word, when = _cited(limit), _word(case, event.act), _when(event)
    return Text(
        zh=f"{case.id}：到{when.zh}“{limit.name.zh}”届满仍无人处理，系统依{law.zh}登记“{word.zh}”，案件照样往下走。",
        en=f"{case.id}: nobody had acted when “{limit.name.en}” ended on {when.en}; "
        f"by {law.en} the system recorded “{word.en}” and the case went on.",
    )  # fmt: skip


def _overdue(case: Case, event: Event, registry: Registry) -> Text:
    over = [m for m in case.version.procedure.limits.values() if event.act in m.ends and m.holder == "agency"]
    red = {e.act for e in case.events if e.kind == MARK and e.facts["mark"] == "red" and e.seq < event.seq}
    limit = next((m for m in over if m.id in red), over[0] if over else next(iter(case.version.procedure.limits.values())))
    (who, who_en), word, law = _who(case, event, registry), _word(case, event.act), _cited(limit)
    return Text(
        zh=f"{case.id}：{who}{_when(event).zh}才“{word.zh}”，“{limit.name.zh}”（{law.zh}）已过；不说明理由不予登记，答：{event.facts.get('reason')}。",
        en=f"{case.id}: {who_en} did “{word.en}” only on {_when(event).en}, after “{limit.name.en}” ({law.en}) had ended; "
        "a reason was demanded and recorded.",
    )  # fmt: skip


def _hearing(case: Case, event: Event, registry: Registry) -> Text:
    who, who_en = _who(case, event, registry)
    window = next((m for m in case.version.procedure.limits.values() if "request_hearing" in m.ends or "request_hearing" in m.starts), None)
    law = _cited(window) if window is not None else Text(zh="法定程序", en="the procedure")
    return Text(
        zh=f"{case.id}：当事人在期限内要求听证（{law.zh}），{who}{_when(event).zh}主持举行；听证报告提交之前谁也不能往下办。",
        en=f"{case.id}: the party asked for a hearing in time ({law.en}); {who_en} held it on {_when(event).en}; "
        "nothing could go on before the report.",
    )  # fmt: skip


def _returned(case: Case, event: Event, registry: Registry) -> Text:
    (who, who_en), word = _who(case, event, registry), _word(case, event.act)
    return Text(
        zh=f"{case.id}：{who}{_when(event).zh}“{word.zh}”（{event.data.get('reasons') or '见意见'}），有关环节重新办过才办结。",
        en=f"{case.id}: {who_en} did “{word.en}” on {_when(event).en}; the steps were done anew before the case was closed.",
    )  # fmt: skip


def _forgotten(case: Case, turn: Turn, registry: Registry) -> Text:
    name, word = registry.people.name(turn.actor) if turn.actor != "party" else "当事人", _word(case, turn.act)
    return Text(
        zh=f"{case.id}：{name}办理“{word.zh}”时漏填必填项，当场被挡下并告知缺什么；补齐后通过，这次被挡也留了痕。",
        en=f"{case.id}: {name} left out a required field of “{word.en}”, was stopped and told what was missing, "
        "and completed it; the attempt stays on record.",
    )  # fmt: skip


def _unmade(case: Case, event: Event, registry: Registry) -> Text:
    (who, who_en), word = _who(case, event, registry), _word(case, event.act)
    return Text(
        zh=f"{case.id}：决定之后的事也在案：{who}{_when(event).zh}“{word.zh}”，由此引出的更正、撤销或重作一并有期限、有人管。",
        en=f"{case.id}: life after the decision is there too: {who_en} did “{word.en}” on {_when(event).en}; "
        "what follows from it has its limits and its owner.",
    )  # fmt: skip


def totals(lines: Iterable[PowerLine]) -> Mapping[str, int]:
    """Return the sums of the numbers that add up."""
    names = ("opened", "closed", "still", "returned", "yellow", "red", "late", "stopped")
    return {name: sum(getattr(line, name) for line in lines) for name in names}
