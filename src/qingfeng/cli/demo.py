"""qingfeng demo: the demonstration agency, a month of honest cases, and what to type next."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from qingfeng.terms.text import Text

from .frame import Told, screen_of
from .screen import CommandFailed, Screen, near

if TYPE_CHECKING:
    from qingfeng.casework.office import Office
    from qingfeng.catalogue.power import Power
    from qingfeng.simulation.demo import DemoReport

NAME = "演示单位（虚构）"
EXAMPLES = (
    ("powers show a000/penalty", "一张防控图", "one of the maps"),
    ("case list", "全部案件", "all cases"),
    ("case inbox --post case_handler", "一个岗位的待办", "what waits for a post"),
    ("case history {case} --as {officer}", "一件案件的全部记录", "all that was recorded on a case"),
    ("case list --as discipline_inspector", "某人可以知道的案件（纪检还能看到监督案件）", "the cases that somebody may know of"),
    ("case show {case}", "现在可以办什么", "what can be done now"),
    ("--help", "全部命令", "all commands"),
)


@click.command(cls=Told)
@click.option(
    "--seed", type=int, default=2, show_default=True, help="随机种子：同一种子同一个月。 Seed: same seed, same month."
)
@click.option(
    "--weeks", type=click.IntRange(2, 40), help="改为运行若干周，至昨天为止。 So many weeks up to yesterday in the place of the month."
)
@click.option("--drills/--no-drills", default=True, help="最后是否逐项演练。 Whether it ends with the drills.")
def demo(seed: int, weeks: int | None, drills: bool) -> None:
    """建立演示单位并运行一个月；已有则不改动。 Found the demonstration agency and run a month; leaves one that is there."""
    from qingfeng import wiring
    from qingfeng.casework.office import REGISTRY

    from .agency import where
    from .powers_files import usable
    from .progress import working

    screen = screen_of()
    place = where(screen)
    with working(screen, Text(zh="检查职权文件", en="Checking power files")):
        powers = usable(())
    store = wiring.open_store(place, create=True)
    try:
        office = wiring.office_over(store)
        with store.read() as tx:
            there = tx.head(REGISTRY) > 0
        if there:
            _again(screen, office, place)
        else:
            _first(screen, office, powers, place, seed, weeks)
            if drills:
                _drills(screen, powers)
    finally:
        store.close()


def _first(screen: Screen, office: Office, powers: Sequence[Power], place: str, seed: int, weeks: int | None) -> None:
    from qingfeng import wiring
    from qingfeng.simulation import demo as life
    from qingfeng.terms.instants import local_day

    from .agency import now
    from .progress import working

    first, last = life.FIRST, life.LAST
    if weeks is not None:
        first, last = life.weeks_before(local_day(now()), weeks, {table.year for table in wiring.calendars()})
    founded = life.FOUNDED if weeks is None else life.founded_before(first)
    with working(screen, Text(zh="建立演示单位", en="Founding the demonstration agency")):
        wiring.furnish(office, powers, name=NAME, demo_people=True, administrators=True, at=founded)
    agencies = {power.id: power.agency for power in powers if power.agency is not None}
    with _days(screen) as progress:
        if weeks is None:
            report = life.run_month(office, seed=seed, agencies=agencies, progress=progress)
        else:
            report = life.run_weeks(office, first=first, last=last, seed=seed, agencies=agencies, progress=progress)
    _show(screen, report)
    _next(screen, office, place)
    screen.data({"agency": place, "seed": seed, "founded": True, **_plain(report)})


def _show(screen: Screen, report: DemoReport) -> None:
    if screen.as_json:
        return
    from rich.console import Console

    from qingfeng.simulation.demo import table

    sys.stdout.flush()
    for lang in ("zh", "en") if screen.lang == "both" else (screen.lang,):
        Console(highlight=False, markup=False).print(table(report, lang))


def _again(screen: Screen, office: Office, place: str) -> None:
    with office.store.read() as tx:
        agency = office.registry(tx).agency
        counts = tx.counts()
    if agency.get("id") != "demo":
        raise CommandFailed(
            Text(
                zh=f"{place}是单位“{agency.get('name')}”的库，不是演示单位；请用--agency另指一处。",
                en=f"{place} is the store of “{agency.get('name')}”, no demonstration: name another place with --agency.",
            )
        )
    total = sum(n for *_, n in counts)
    still = sum(n for _, _, status, n in counts if status != "closed")
    screen.say(
        f"演示单位已在 {place}：案件{total}件，在办{still}件。未作改动；要重来，请另指一处（--agency）。",
        f"The demonstration agency is there: {place}, {total} cases, {still} open. Nothing was changed; "
        "for a fresh one name another place (--agency).",
    )
    _next(screen, office, place)
    screen.data({"agency": place, "founded": False, "cases": total, "open": still})


def _drills(screen: Screen, powers: Sequence[Power]) -> None:
    """Try every risk in front of the person, and tell for each power how it went."""
    if screen.as_json:
        return
    from .drill_map import show_summary, show_totals
    from .drill_play import played_powers

    played = list(played_powers(screen, powers))
    screen.line()
    screen.say("演练：照着防控图上的每个风险点做一次坏事", "Drills: every risk of the maps is tried")
    show_summary(screen, played)
    show_totals(screen, played)
    us = _our_name()
    screen.say(f"逐条查看：{us} drill --power a000/penalty；还缺什么：{us} coverage",
               f"One by one: {us} drill --power a000/penalty; what is missing: {us} coverage")  # fmt: skip


def _next(screen: Screen, office: Office, place: str) -> None:
    from qingfeng.casework.office import event_of
    from qingfeng.casework.ports import CASE_STREAM
    from qingfeng.engine.event import ACT

    with office.store.read() as tx:
        rows = tx.case_rows(status="open", limit=1) or tx.case_rows(limit=1)
        acts = [event_of(row) for row in tx.events(CASE_STREAM + rows[0].case)] if rows else []
        names = office.registry(tx).people.names
    case = rows[0].case if rows else "CASE"
    officer = next((e.actor for e in reversed(acts) if e.kind == ACT and e.actor in names), "OFFICER")
    screen.line()
    screen.say("接下来可以输入：", "What to type next:")
    us = _our_name()
    lines = [(f"{us} {words.format(case=case, officer=officer)}", screen.pick(zh, en)) for words, zh, en in EXAMPLES]
    longest = max(len(command) for command, _ in lines)
    for command, meaning in lines:
        screen.line(f"  {command:<{longest}}  {meaning}")
    if Path(place).absolute() != (Path("var") / "agency" / "agency.db").absolute():
        screen.say(f"（先执行 export QINGFENG_AGENCY='{place}'）", f"(first: export QINGFENG_AGENCY='{place}')")


def _our_name() -> str:
    """Return what a person has to type to start this program from where he is."""
    if shutil.which("qingfeng"):
        return "qingfeng"
    launcher = Path(sys.prefix) / "bin" / "qingfeng"
    return near(launcher) if launcher.exists() else "python -m qingfeng"


@contextmanager
def _days(screen: Screen) -> Iterator[Callable[[str, float], None]]:
    """A bar on stderr with the day of the month; nothing where stderr is no terminal."""
    if not sys.stderr.isatty():
        yield lambda day, part: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(screen.pick("演示", "At work"), total=1.0)
        yield lambda day, part: bar.update(task, description=day, completed=part)


def _plain(value: Any) -> Any:
    """Return a report as JSON has it."""
    if isinstance(value, Text):
        return {"zh": value.zh, "en": value.en}
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, tuple | list | frozenset):
        return [_plain(v) for v in value]
    return value if value is None or isinstance(value, str | int | float) else str(value)
