"""qingfeng duty …"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from qingfeng.casework.words import both
from qingfeng.terms.instants import local_day
from qingfeng.terms.text import Text

from .frame import Section, screen_of
from .screen import FINE, FOUND

if TYPE_CHECKING:
    from qingfeng.casework.office import Office
    from qingfeng.duties.duty import Period


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
@click.option(
    "--remark", multiple=True, metavar="CASE=TEXT", help="未动案件逐件说明。 A remark on a case that lies still."
)
@click.option("--reason", help="补报逾期的一期时的理由。 Why a missed period is reported late.")
@click.option("--data", help="其他内容，JSON。 Any further content, as JSON.")
@click.option("--data-file", type=click.Path(path_type=Path), help="报告内容的JSON文件。 The report as a JSON file.")
def report(
    power: str, name: str, who: str, opened: int | None, difference: str | None, remark: tuple[str, ...],
    reason: str | None, data: str | None, data_file: Path | None,
) -> int:  # fmt: skip
    """报告一期已做：刚结束的一期，否则最早欠做的一期。 Report a period as done, with content."""
    from qingfeng.casework import dutywork

    from .agency import now
    from .agency import opened as opened_agency
    from .fields import all_data, pairs

    screen = screen_of()
    content: dict[str, Any] = all_data((), data=data, data_file=data_file)
    given = {"opened": opened, "difference": difference, "late_reason": reason}
    content |= {name: value for name, value in given.items() if value is not None}
    content |= {"remarks": pairs(remark)} if remark else {}
    with opened_agency(screen) as office:
        stream = armed_stream(office, power, name)
        period, refusals = dutywork.report(office, stream, content, actor=who, at=now())
        found = found_in(office, stream, period)
    for refusal in refusals:
        screen.line("✗ " + screen.words(refusal.reason))
        screen.line("  → " + screen.words(refusal.remedy))
    if period is not None:
        screen.say(f"✓ 已记录：{power} {name} {period.name}期", f"✓ recorded: {power} {name}, period {period.name}")
    for one in found:
        screen.line("! " + screen.words(one))
    screen.data({
        "outcome": "refused" if refusals else "accepted", "power": power, "duty": name,
        "period": period.name if period is not None else None, "reasons": [both(r.reason) for r in refusals],
        "findings": [both(one) for one in found]})  # fmt: skip
    return FOUND if refusals else FINE


@duty.command()
@click.argument("power")
@click.argument("name")
@click.option("--value", help="公开随机值，照公布的写法。 The public random value, as published.")
@click.option("--on", metavar="DAY", help="该值开出的日期；盘点为盘点日期。 The day of that value, or of the count.")
@click.option("--moved", help="当日停开、改用其后一期的原因。 Why a later value had to be taken.")
@click.option("--link", help="本期的链环。 The link of the chain for the period.")
def sample(power: str, name: str, value: str | None, on: str | None, moved: str | None, link: str | None) -> None:
    """本期报告应写哪些案件、逐件答什么：有抽样的为抽中的。 What the report must speak of: what was drawn, where a sample is."""
    from qingfeng.casework import dutywork

    from .agency import now
    from .agency import opened as opened_agency

    screen = screen_of()
    beacon = {key: said for key, said in {"on": on, "value": value, "moved": moved}.items() if said is not None}
    # The number of the round is for whoever reads the report; the draw does not depend on it.
    content: dict[str, Any] = (
        {"beacon": {"round": "0", **beacon}} | ({"counted_on": on} if on else {}) | ({"link": link} if link else {})
    )
    with opened_agency(screen) as office:
        shown = dutywork.show(office, armed_stream(office, power, name), content, at=now())
    if shown.pool is not None:
        always, some = sorted(shown.pool.always), sorted(shown.pool.chance)
        screen.say(f"{shown.period.name}期：必查{len(always)}件，从{len(some)}件中抽取，用{shown.value_of}的公开随机值",
                   f"{shown.period.name}: {len(always)} in any case, a share of {len(some)}, by the value of {shown.value_of}")  # fmt: skip
    for case, items in shown.sheet.items():
        screen.line(f"{case}  {' '.join(items)}")
    if shown.trouble is not None:
        screen.line("→ " + screen.words(shown.trouble))
    pool = None if shown.pool is None else {"always": sorted(shown.pool.always), "chance": sorted(shown.pool.chance)}
    screen.data({
        "power": power, "duty": name, "period": shown.period.name, "pool": pool, "trouble": both(shown.trouble),
        "value_of": shown.value_of.isoformat() if shown.value_of is not None else None,
        "sheet": None if shown.trouble is not None else {case: list(items) for case, items in shown.sheet.items()}})  # fmt: skip


@duty.command("value")
@click.argument("power")
@click.argument("name")
@click.option("--on", required=True, metavar="DAY", help="号码开出的日期。 The day on which it came out.")
@click.option("--round", "issue", required=True, help="期号。 The round or issue.")
@click.option("--value", required=True, help="号码，照公布的写法。 The value, as published.")
@click.option("--who", required=True, help="登记人，不能是以后的报告人。 Who enters it: not who will report.")
@click.option("--reason", default="", help="与他人登记的不同时的理由。 Why it differs from what somebody else entered.")
def value_(power: str, name: str, on: str, issue: str, value: str, who: str, reason: str) -> int:
    """登记抽样所用的公开随机值：由报告人以外的人照公布的登记。 Enter the public value of a sample, as published; not the reporter."""
    from qingfeng.casework import dutywork, publicvalues
    from qingfeng.duties.answers import day_said
    from qingfeng.duties.sampling import Samples

    from .agency import now
    from .agency import opened as opened_agency
    from .screen import CommandFailed

    screen, day = screen_of(), day_said(on)
    if day is None:
        raise CommandFailed(Text(zh=f"“{on[:40]}”不是日期；应写作2026-04-07。", en=f"{on[:40]!r} is no day; write 2026-04-07."))
    with opened_agency(screen) as office:
        stream = armed_stream(office, power, name)
        with office.store.read() as tx:
            known = dutywork.state(office, tx, office.registry(tx), stream, today=local_day(now())).duty
        if not isinstance(known, Samples):
            raise CommandFailed(Text(zh=f"职责“{name}”不抽样，没有公开随机值。", en=f"the duty {name!r} draws no sample and needs no value."))
        wrong = publicvalues.enter(office, known, day, issue, value, actor=who, at=now(), why=reason)
    source = known.seed_source.source
    if wrong is None:
        screen.say(f"✓ 已登记：{source} {day} {issue}期 {value}", f"✓ entered: {source} {day}, round {issue}: {value}")
    else:
        screen.line("✗ " + screen.words(wrong))
    screen.data({"outcome": "accepted" if wrong is None else "refused", "source": source, "on": day.isoformat(), "round": issue,
                 "value": value, "reasons": [] if wrong is None else [both(wrong)]})  # fmt: skip
    return FINE if wrong is None else FOUND


def armed_stream(office: Office, power: str, name: str) -> str:
    """Return the stream of a duty at work.  Raises UnknownThing."""
    from qingfeng.casework import dutywork
    from qingfeng.casework.office import UnknownThing

    stream = dutywork.stream_of(power, name)
    with office.store.read() as tx:
        if not tx.head(stream):
            raise UnknownThing(f"职权“{power[:100]}”没有定期职责“{name[:100]}”；用 qingfeng duty 查看",
                               f"power {power[:100]!r} has no duty {name[:100]!r}; see qingfeng duty")  # fmt: skip
    return stream


def found_in(office: Office, stream: str, period: Period | None) -> list[Text]:
    """Return what the report of a period brought to light."""
    from qingfeng.casework import dutywork
    from qingfeng.casework.office import event_of

    if period is None:
        return []
    with office.store.read() as tx:
        events = [event_of(row) for row in tx.events(stream)]
    return [
        Text(zh=str(e.data["what_zh"]), en=str(e.data["what_en"]))
        for e in events
        if e.kind == dutywork.FOUND and e.data["period"] == period.name
    ]


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
