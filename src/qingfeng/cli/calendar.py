"""qingfeng calendar …"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import click

from qingfeng.terms.calendar import WorkCalendar, YearTable
from qingfeng.terms.instants import format_instant, parse_instant
from qingfeng.terms.text import Text
from qingfeng.terms.timelimit import LimitKind, Rolls, TimeLimit, Unit, due

from .deciding import decided, second_person
from .frame import Section, screen_of
from .screen import CommandFailed, Screen


@click.group(cls=Section)
def calendar() -> None:
    """工作日历：查看、录入、推算期限。 Working days: list, load, compute."""


@calendar.command("list")
def list_() -> None:
    """列出日历（指明 --agency 时为该单位的，否则为随附的）。 List the tables: the agency's if one is named, else the shipped."""
    screen = screen_of()
    tables = _tables(screen)
    screen.data(
        {
            "calendars": [
                {
                    "year": t.year,
                    "official": t.official,
                    "source": t.source,
                    "note": {"zh": t.note.zh, "en": t.note.en} if t.note else None,
                    "off": sorted(d.isoformat() for d in t.off),
                    "worked": sorted(d.isoformat() for d in t.worked),
                }
                for t in tables.values()
            ]
        }
    )
    for table in tables.values():
        state = ("正式", "official") if table.official else ("暂定", "provisional")
        screen.say(
            f"{table.year}  {state[0]}  放假{len(table.off)}天，调休上班{len(table.worked)}天  {table.source}",
            f"{table.year}  {state[1]}  {len(table.off)} days off, {len(table.worked)} weekend days worked  "
            f"{table.source}",
        )


@calendar.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--by", "by_whom", default="system_administrator", show_default=True, help="由谁录入。 Who loads it.")
def load(file: Path, by_whom: str) -> None:
    """录入一年的日历（有安全管理员的，由其确认后生效）；在办案件的期限随之重算。 Load a year's table, or propose it where a security
    administrator must confirm; deadlines of open cases are recomputed."""
    from qingfeng import wiring
    from qingfeng.casework.calendarchanges import enter
    from qingfeng.casework.registry import By

    from .agency import now, opened

    screen = screen_of()
    table = wiring.read_calendar(file)
    with opened(screen) as office:
        changed = enter(office, table, by=By(actor=by_whom, entered=now()))
    if isinstance(changed, int):
        screen.say(f"✓ {table.year}年日历已提出，由安全管理员确认后生效（qingfeng calendar confirm {changed} --who …）",
                   f"✓ calendar of {table.year} proposed: it holds once confirmed "
                   f"(qingfeng calendar confirm {changed} --who …)")  # fmt: skip
        screen.data({"year": table.year, "official": table.official, "number": changed, "recomputed": []})
        return
    screen.say(
        f"✓ {table.year}年日历已录入；重算{len(changed)}件案件的期限。",
        f"✓ calendar of {table.year} loaded; deadlines of {len(changed)} cases recomputed.",
    )
    screen.data({"year": table.year, "official": table.official, "recomputed": changed})


@calendar.command()
@second_person
def confirm(number: int, reject: bool, who: str) -> None:
    """确认提出的日历（安全管理员）。 Confirm a proposed calendar (security administrator)."""
    from qingfeng.casework.calendarchanges import decide_on

    decided(number, reject=reject, who=who, decide_on=decide_on, told=lambda changed: (
        f"；重算{len(changed)}件案件的期限。", f"; deadlines of {len(changed)} cases recomputed.", {"recomputed": changed}))  # fmt: skip


@calendar.command("due")
@click.option(
    "--start",
    required=True,
    help="起算的日期（当日不计入）或时间。 The day (not counted itself) or time from which it runs.",
)
@click.option("--n", required=True, type=int, help="数目。 How many.")
@click.option("--unit", required=True, type=click.Choice([u.value for u in Unit]), help="单位。 Unit.")
@click.option(
    "--rolls",
    type=click.Choice([r.value for r in Rolls]),
    default=Rolls.AGENCY.value,
    show_default=True,
    help="末日为休息日时。 If the last day is a rest day.",
)
@click.option(
    "--exclude",
    multiple=True,
    metavar="A..B",
    help="停止计算：自A日起，B日恢复计算。 Clock stopped from A, B counts again.",
)
def due_(start: str, n: int, unit: str, rolls: str, exclude: tuple[str, ...]) -> None:
    """推算期限的最后一天。 Compute the last day of a limit."""
    screen = screen_of()
    limit = TimeLimit(n=n, unit=Unit(unit), kind=LimitKind.SETTING, rolls=Rolls(rolls))
    at, known = parse_instant(start), WorkCalendar(_tables(screen).values())
    end = due(limit, start=at, calendar=known, excluded=[_span(e) for e in exclude])
    in_hours = limit.unit is Unit.HOUR
    last, outer = (
        (f"{end.raw:%Y-%m-%d %H:%M}", f"{end.outer:%Y-%m-%d %H:%M}")
        if in_hours
        else (end.raw_day.isoformat(), end.outer_day.isoformat())
    )
    note = ("（日历暂定）", " (calendar provisional)") if end.provisional else ("", "")
    screen.say(f"最后一天：{last}{note[0]}", f"last day: {last}{note[1]}")
    if outer != last:
        screen.say(f"遇休息日，至迟：{outer}", f"rest days give way: {outer} at the latest")
    screen.data(
        {
            "start": format_instant(at),
            "n": n,
            "unit": unit,
            "rolls": rolls,
            "exclude": list(exclude),
            "last_day": end.raw_day.isoformat(),
            "outer_day": end.outer_day.isoformat(),
            "due": format_instant(end.raw),
            "outer": format_instant(end.outer),
            "provisional": end.provisional,
        }
    )


def _tables(screen: Screen) -> Mapping[int, YearTable]:
    from qingfeng import wiring

    from .agency import opened

    if not screen.agency:
        return {table.year: table for table in wiring.calendars()}
    with opened(screen) as office, office.store.read() as tx:
        tables: Mapping[int, Any] = office.registry(tx).tables
        return {year: tables[year] for year in sorted(tables)}


def _span(text: str) -> tuple[date, date]:
    first, dots, last = text.partition("..")
    try:
        if dots:
            return date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:
        pass
    raise CommandFailed(
        Text(
            zh=f"“{text[:50]}”不是“起日..止日”，如 2026-03-02..2026-03-09。",
            en=f"{text[:50]!r} is not FROM..TO such as 2026-03-02..2026-03-09.",
        )
    )
