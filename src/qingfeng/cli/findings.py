"""qingfeng detect, qingfeng findings …"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

import click

from qingfeng.casework.words import both
from qingfeng.terms.text import Text

from .findings_dossier import check, dossier
from .findings_import import import_
from .frame import Section, Told, screen_of
from .screen import FINE, FOUND, CommandFailed, Screen

if TYPE_CHECKING:
    from qingfeng.casework.findings import Finding
    from qingfeng.casework.office import Office, Registry
    from qingfeng.casework.ports import ReadTx


@click.command(cls=Told)
@click.option("--power", help="只查这项职权。 Only this power.")
@click.option("--now", "at", metavar="TIME", help="以此刻为准（不晚于现在）。 As of this time, not later than now.")
def detect(power: str | None, at: str | None) -> int:
    """把全部记录按规则核对一遍，新发现记入台账。 Check the whole record by the rules; keep what is new."""
    from qingfeng.casework.findings import sweep

    from .agency import opened, past_or_now
    from .progress import working

    screen = screen_of()
    moment = past_or_now(at)
    with opened(screen) as office:
        with office.store.read() as tx:
            _must_be_known(office.registry(tx), power)
        with working(screen, Text(zh="已核对案件", en="cases checked")) as tick:
            fresh = sweep(office, now=moment, power=power, progress=tick)
        fresh = [one for one in fresh if one.number in _told(screen, office)]
        told = found_data(office, fresh)
    show_found(screen, told)
    screen.say(
        f"新发现{len(fresh)}条。" if fresh else "没有新的发现。", f"{len(fresh)} new." if fresh else "Nothing new."
    )
    screen.data({"findings": told})
    return FOUND if fresh else FINE


@click.group(cls=Section, invoke_without_command=True)
@click.pass_context
def findings(ctx: click.Context) -> None:
    """发现：线索清单及其依据。 Findings: leads with their evidence."""
    if ctx.invoked_subcommand is None:
        _list(None, None)


findings.add_command(dossier)
findings.add_command(check)
findings.add_command(import_)


@findings.command("list")
@click.option("--power", help="只列这项职权。 Only this power.")
@click.option("--rule", help="只列这条规则。 Only this rule.")
def list_(power: str | None, rule: str | None) -> None:
    """列出已记录的发现。 List the findings kept."""
    _list(power, rule)


@findings.command()
@click.argument("number", type=click.IntRange(1))
def show(number: int) -> None:
    """一条发现：规则、证据、有关风险点。 One finding: rule, evidence, risk points concerned."""
    from qingfeng.casework.findings import kept

    from .agency import opened

    screen = screen_of()
    with opened(screen) as office:
        with office.store.read() as tx:
            known = [one for one in kept(tx) if one.number == number]
        if number not in _told(screen, office):
            _note(screen, office, known)
            known = []
        if not known:
            raise CommandFailed(
                Text(
                    zh=f"没有第{number}号发现；用 qingfeng findings list 查看。",
                    en=f"No finding {number}; see qingfeng findings list.",
                )
            )
        (told,) = found_data(office, known)
    screen.say(told["sentence"]["zh"], told["sentence"]["en"])
    screen.say(
        f"规则：{told['title']['zh']}（{told['rule']}）　发现日期：{told['day']}",
        f"Rule: {told['title']['en']} ({told['rule']})  found on {told['day']}",
    )
    if told["origin"]:
        origin = told["origin"]
        screen.say(f"来源：{origin['log']}的日志（SHA-256 {origin['sha256']}）", f"From the log of {origin['log']} (SHA-256 {origin['sha256']})")
        for event in origin["events"]:
            screen.line(f"  {event}")
    elif told["act"]:
        act = told["act"]
        screen.say(
            f"证据：第{told['seq']}条记录 {act['act']}，{act['at']}，{act['by']}",
            f"Evidence: event {told['seq']} {act['act']}, {act['at']}, {act['by']}",
        )
    for risk in told["risks"]:
        screen.say(
            f"风险点：{risk['step']}.{risk['risk']} {risk['text']}",
            f"Risk point: {risk['step']}.{risk['risk']} {risk['text']}",
        )
    screen.say("这是一条线索，不是结论：请核查后处理。", "A lead, not a verdict: check it before anything follows.")
    screen.data(told)


def _list(power: str | None, rule: str | None) -> None:
    from qingfeng.casework.findings import kept

    from .agency import opened

    screen = screen_of()
    with opened(screen) as office:
        with office.store.read() as tx:
            _must_be_known(office.registry(tx), power)
            _rule_known(rule)
            chosen = [one for one in kept(tx) if power in (None, one.power) and rule in (None, one.found.rule)]
        known = _told(screen, office)
        chosen = [one for one in chosen if one.number in known]
        told = found_data(office, chosen)
    show_found(screen, told)
    by_rule = Counter(one["title"]["zh"] for one in told)
    most = "、".join(f"{title}{n}" for title, n in by_rule.most_common(5))
    screen.say(f"共{len(told)}条{'：' + most if most else ''}。", f"{len(told)} findings.")
    screen.data({"findings": told})


def _told(screen: Screen, office: Office) -> Collection[int]:
    """Return the numbers of the findings that the reader is told of."""
    from .reader import reader, told_to

    with office.store.read() as tx:
        return told_to(reader(screen, office.registry(tx)), office, tx)


def _note(screen: Screen, office: Office, known: list[Finding]) -> None:
    """Lay down that somebody asked for a finding that is not for him."""
    from qingfeng.casework.desk.access import note_denial

    from .agency import now
    from .reader import reader

    with office.store.read() as tx:
        viewer = reader(screen, office.registry(tx))
    for one in known:
        note_denial(office, viewer, f"terminal finding {one.number}", at=now())


def _must_be_known(registry: Registry, power: str | None) -> None:
    from qingfeng.casework.office import UnknownThing

    if power is not None and power not in registry.powers():
        raise UnknownThing(f"没有发布职权“{power[:100]}”；已发布：{'、'.join(registry.powers())}",
                           f"no published power {power[:100]!r}; published: {', '.join(registry.powers())}")  # fmt: skip


def _rule_known(rule: str | None) -> None:
    from qingfeng.casework.findings import rules_known
    from qingfeng.casework.office import UnknownThing
    from qingfeng.detection.run import own_rule

    if rule is not None and own_rule(rule) not in rules_known():
        raise UnknownThing(f"没有规则“{rule[:100]}”；用 qingfeng controls 查看全部规则，定期职责写作 duty:名称",
                           f"no rule {rule[:100]!r}; qingfeng controls lists them, a duty is written duty:NAME")  # fmt: skip


def show_found(screen: Screen, told: list[dict[str, Any]]) -> None:
    """Write findings as a table."""
    from .table import show_table

    if told:
        heads = [screen.pick(zh, en) for zh, en in (("号", "no."), ("日期", "day"), ("规则", "rule"), ("线索", "lead"))]
        rows = [(str(t["number"]), t["day"], screen.pick(**t["title"]), screen.pick(**t["sentence"])) for t in told]
        show_table(screen, heads, rows)


def found_data(office: Office, chosen: list[Finding]) -> list[dict[str, Any]]:
    """Return findings with their evidence, in words, as JSON has them."""
    with office.store.read() as tx:
        registry = office.registry(tx)
        return [_plain(office, tx, registry, one) for one in chosen]


def _plain(office: Office, tx: ReadTx, registry: Registry, one: Finding) -> dict[str, Any]:
    from qingfeng.casework.findings import act_behind, risks_of, sentence, title_of
    from qingfeng.casework.foreignleads import origin_of
    from qingfeng.casework.leads import lead_of
    from qingfeng.terms.instants import format_instant

    version, _ = office.version(registry, one.power, one.version)
    event = act_behind(office, tx, one)
    act = {"act": event.act, "at": format_instant(event.at), "by": event.actor} if event is not None else None
    name = registry.people.name
    told = lead_of(tx, one.found.rule, one.found.case, event, version, name) or sentence(one, event, version, name)
    origin = origin_of(event)
    came = {"log": origin[0], "sha256": origin[1], "events": list(origin[2])} if origin is not None else None
    risks = [{"step": step, "risk": risk, "text": text} for step, risk, text in risks_of(version, one.found.rule)]
    return {"number": one.number, "day": one.day.isoformat(), "rule": one.found.rule, "title": both(title_of(one.found.rule)),
            "power": one.power, "case": one.found.case or None, "seq": one.found.seq or None, "key": one.found.key or None,
            "sentence": both(told), "act": act, "origin": came, "risks": risks}  # fmt: skip
