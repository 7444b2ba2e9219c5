"""qingfeng deadlines …"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import click

from qingfeng.casework.words import MARKS, both, remaining
from qingfeng.terms.instants import format_instant, parse_instant
from qingfeng.terms.text import Text

from .frame import Section, screen_of
from .screen import FINE, FOUND, Screen

if TYPE_CHECKING:
    from qingfeng.casework.clockwork import Fired, Ticked
    from qingfeng.casework.office import Office

LONGEST_WATCH = 86_400


@click.group(cls=Section, invoke_without_command=True)
@click.pass_context
def deadlines(ctx: click.Context) -> None:
    """期限：到期事项、预警。 Deadlines: list them, let the clock work."""
    if ctx.invoked_subcommand is None:
        _list(screen_of(), before=None, limit=100)


@deadlines.command("list")
@click.option("--before", help="只列此时之前的。 Before this time only.")
@click.option(
    "--limit", type=click.IntRange(1, 100_000), default=100, show_default=True, help="最多列几项。 At most so many."
)
def list_(before: str | None, limit: int) -> None:
    """列出将到的期限。 List armed deadlines, the earliest first."""
    _list(screen_of(), before=parse_instant(before) if before else None, limit=limit)


@deadlines.command()
@click.option(
    "--now",
    "at",
    help="当作现在的时间，不得晚于真实时间；缺省为真实时间。 Taken as the present, never later than it is.",
)
@click.option("--confirm-clock", is_flag=True, help="已核对时钟。 The clock has been checked.")
@click.option(
    "--watch", type=click.IntRange(1, LONGEST_WATCH), help="每隔几秒再做一次，直到中断。 Again every so many seconds."
)
def run(at: str | None, confirm_clock: bool, watch: int | None) -> int:
    """处理所有到期事项。 Do everything that is due; several workers may run at once."""
    from qingfeng.casework import clockwork

    from .agency import opened, past_or_now
    from .progress import working

    screen, code = screen_of(), FINE
    with opened(screen) as office:
        while True:
            with working(screen, Text(zh="处理到期事项", en="Doing what is due")):
                done = clockwork.run(office, now=past_or_now(at), confirm_clock=confirm_clock)
            code = FOUND if done.stuck else FINE
            _tell(screen, *_known(screen, office, done))
            if watch is None:
                return code
            clockwork.daily(office, now=past_or_now(at))
            time.sleep(watch)


def _known(screen: Screen, office: Office, done: Ticked) -> tuple[list[Fired], list[tuple[str, Text]]]:
    """Return what came of it, as far as the reader may know of the cases."""
    from .reader import hidden_among

    with office.store.read() as tx:
        hidden = hidden_among(screen, office, tx, [*(one.case for one in done.fired), *(case for case, _ in done.stuck)])
    return [one for one in done.fired if one.case not in hidden], [one for one in done.stuck if one[0] not in hidden]


def _tell(screen: Screen, fired_now: Sequence[Fired], stuck: Sequence[tuple[str, Text]]) -> None:
    for fired in fired_now:
        screen.line(f"⏰ {fired.at:%Y-%m-%d %H:%M}  {fired.case}  {screen.words(MARKS[fired.mark])}  {fired.limit}")
    for case, why in stuck:
        screen.line(f"! {case}  {screen.words(why)}")
    screen.say(
        f"处理{len(fired_now)}项，未能处理{len(stuck)}项。",
        f"{len(fired_now)} done, {len(stuck)} could not be done.",
    )
    screen.data(
        {
            "fired": [
                {"case": f.case, "limit": f.limit, "mark": f.mark, "at": format_instant(f.at), "step": f.step}
                for f in fired_now
            ],
            "stuck": [{"case": case, "why": both(why)} for case, why in stuck],
        }
    )


def _list(screen: Screen, *, before: datetime | None, limit: int) -> None:
    from .agency import now, opened
    from .reader import hidden_among
    from .table import show_table

    at = now()
    with opened(screen) as office, office.store.read() as tx:
        rows = tx.deadlines(before=before, limit=limit)
        hidden = hidden_among(screen, office, tx, [row.case for row in rows])
        rows = [row for row in rows if row.case not in hidden]
    screen.data(
        {
            "deadlines": [
                {
                    "case": r.case,
                    "limit": r.limit,
                    "run": r.run,
                    "mark": r.mark,
                    "at": format_instant(r.at),
                    "provisional": r.provisional,
                    "remaining": both(remaining(r.at, at)),
                }
                for r in rows
            ]
        }
    )
    if not rows:
        screen.say("没有将到的期限。", "No deadlines.")
    elif not screen.as_json:
        heads = [
            screen.pick(*h)
            for h in (("时间", "at"), ("还有", "left"), ("提示", "mark"), ("期限", "limit"), ("案件", "case"))
        ]
        show_table(
            screen,
            heads,
            [
                [
                    f"{r.at:%Y-%m-%d %H:%M}" + (screen.pick("（暂定）", " (provisional)") if r.provisional else ""),
                    screen.words(remaining(r.at, at)),
                    screen.words(MARKS[r.mark]),
                    r.limit,
                    r.case,
                ]
                for r in rows
            ],
        )
