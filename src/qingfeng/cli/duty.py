"""qingfeng duty …"""

from __future__ import annotations

from typing import Any

import click

from qingfeng.terms.instants import local_day

from .frame import Section, screen_of
from .screen import FINE, FOUND
from .words import both


@click.group(cls=Section, invoke_without_command=True)
@click.pass_context
def duty(ctx: click.Context) -> None:
    """定期职责：下一期、已做、未做。 Recurring duties: what is next, done, missed."""
    if ctx.invoked_subcommand is None:
        _list()


@duty.command("list")
def list_() -> None:
    """列出各职权的定期职责。 List the duties of every power."""
    _list()


@duty.command()
@click.argument("power")
@click.argument("name")
@click.option("--who", required=True, help="报告人。 Who reports.")
@click.option("--opened", type=click.IntRange(0), help="核对到的本期立案数。 Cases of the period that you found.")
@click.option("--difference", help="与系统不符的原因。 Why that differs from the register.")
@click.option("--remark", multiple=True, metavar="CASE=TEXT", help="未动案件逐件说明。 A remark on a case that lies still.")
@click.option("--reason", help="补报逾期的一期时的理由。 Why a missed period is reported late.")
@click.option("--data", help="其他内容，JSON。 Any further content, as JSON.")
def report(
    power: str, name: str, who: str, opened: int | None, difference: str | None, remark: tuple[str, ...],
    reason: str | None, data: str | None,
) -> int:  # fmt: skip
    """报告一期已做：刚结束的一期，否则最早欠做的一期。 Report a period as done, with content."""
    from qingfeng.casework import dutywork

    from .agency import now
    from .agency import opened as opened_agency
    from .fields import all_data, pairs

    screen = screen_of()
    content: dict[str, Any] = all_data((), data=data, data_file=None) if data else {}
    given = {"opened": opened, "difference": difference, "late_reason": reason}
    content |= {name: value for name, value in given.items() if value is not None}
    content |= {"remarks": pairs(remark)} if remark else {}
    with opened_agency(screen) as office:
        period, refusals = dutywork.report(office, dutywork.stream_of(power, name), content, actor=who, at=now())
    for refusal in refusals:
        screen.line("✗ " + screen.words(refusal.reason))
        screen.line("  → " + screen.words(refusal.remedy))
    if period is not None:
        screen.say(f"✓ 已记录：{power} {name} {period.name}期", f"✓ recorded: {power} {name}, period {period.name}")
    screen.data({
        "outcome": "refused" if refusals else "accepted", "power": power, "duty": name,
        "period": period.name if period is not None else None, "reasons": [both(r.reason) for r in refusals]})  # fmt: skip
    return FOUND if refusals else FINE


def _list() -> None:
    from qingfeng.casework import dutywork
    from qingfeng.duties.duty import period_due

    from .agency import now
    from .agency import opened as opened_agency

    screen = screen_of()
    told: list[dict[str, Any]] = []
    with opened_agency(screen) as office, office.store.read() as tx:
        registry, today = office.registry(tx), local_day(now())
        for power in registry.powers():
            version, _ = office.version(registry, power, registry.version_on(power, today))
            for name in version.duties:
                stream = dutywork.stream_of(power, name)
                if not tx.head(stream):
                    continue
                known = dutywork.state(office, tx, registry, stream, today=today)
                end = period_due(known.duty, known.next, registry.calendar)
                post = version.posts[known.duty.by].name
                told.append({"power": power, "duty": name, "title": both(known.duty.title), "by": known.duty.by,
                             "next": known.next.name, "due": end.raw_day.isoformat(), "done": dict(known.done),
                             "missed": list(known.missed)})  # fmt: skip
                screen.say(
                    f"{power}　{known.duty.title.zh}　{post.zh}　下一期{known.next.name}，至{end.raw_day}"
                    f"　已做{len(known.done)}期，未做{len(known.missed)}期",
                    f"{power}  {known.duty.title.en}  {post.en}  next {known.next.name}, by {end.raw_day}"
                    f"  done {len(known.done)}, missed {len(known.missed)}",
                )
    if not told:
        screen.say("没有定期职责。", "No duties.")
    screen.data({"duties": told})
