"""What the commands of `qingfeng log` do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from qingfeng import wiring
from qingfeng.terms.calendar import WorkCalendar
from qingfeng.terms.limits import MAX_YAML_BYTES
from qingfeng.terms.text import Text

from .frame import screen_of
from .powers_files import one_power
from .progress import working
from .screen import FINE, FOUND, CommandFailed
from .table import show_table

if TYPE_CHECKING:
    from qingfeng.catalogue.power import Power
    from qingfeng.importing.logs.hold import Holding
    from qingfeng.importing.logs.mapping import Mapping_
    from qingfeng.importing.logs.outcomes import Tally

READING = Text(zh="已读记录", en="rows read")
CASES = Text(zh="已核对案件", en="cases judged")
LACKING = Text(zh="没有安装分析所需的软件包：请安装 requirements/analysis.txt", en="Packages are missing: install requirements/analysis.txt with pip")
MOST = 5
"""Rules that are named of those whose cases were gone through act by act."""
NOT_JUDGED = 30
"""Columns of the reason in a table."""


def propose(file: str, *, power: str, out: Path | None, activity: str | None, zone: str | None, query: str | None, force: bool) -> int:
    """List the activities of a log and propose a mapping."""
    can_run()
    from qingfeng.importing.logs import propose as by_name
    from qingfeng.importing.logs.mapping import zone_of
    from qingfeng.importing.logs.readers import look
    from qingfeng.importing.logs.source import source_of

    screen, known = screen_of(), one_power(power)
    if zone is not None:
        zone_of(zone)
    with working(screen, READING, every=10_000) as tick:
        seen = look(source_of(file, query=query), progress=tick)
    columns = by_name.columns_of(seen)
    if activity is not None:
        if activity not in seen.values:
            raise CommandFailed(Text(zh=f"日志没有“{activity[:60]}”这一列；有：{'、'.join(sorted(seen.filled))[:300]}。",
                                     en=f"The log has no column {activity[:60]!r}; it has: {', '.join(sorted(seen.filled))[:300]}."))
        columns["activity"] = activity
    counted = seen.values.get(columns.get("activity", ""))
    proposals = by_name.propose(counted or {}, known.versions[-1])
    text = by_name.written(known.id, columns, proposals, zone=zone)
    lacking = by_name.unknown_columns(columns)
    if out is None:
        screen.line(text)
    else:
        free(out, force)
        out.write_text(text, encoding="utf-8")
        heads = [screen.pick(zh, en) for zh, en in (("活动", "activity"), ("次数", "count"), ("提出的动作", "proposed act"),
                                                    ("相似", "alike"))]  # fmt: skip
        show_table(screen, heads, [(p.activity, str(p.count), p.act or "—", f"{p.likeness:.2f}") for p in proposals])
        screen.say(f"已写到 {out}，请逐行核对。", f"Written to {out}; check every line.")
    if lacking is not None:
        screen.complain([lacking])
    screen.data({"power": known.id, "rows": seen.rows, "unread": dict(seen.unread), "columns": columns, "all_columns": dict(seen.filled),
                 "activities": [{"activity": p.activity, "count": p.count, "act": p.act, "likeness": p.likeness} for p in proposals],
                 "mapping": text})  # fmt: skip
    return FINE if lacking is None and proposals else FOUND


def import_log(
    file: str, *, mapping: Path, out: Path, zone: str | None, memory: int, add: bool, power: str | None, query: str | None
) -> int:  # fmt: skip
    """Import a log, or add to one, and tell what its manifest says."""
    can_run()
    from qingfeng.importing.logs.added import add_log
    from qingfeng.importing.logs.source import source_of
    from qingfeng.importing.logs.stage import import_log as imported

    screen = screen_of()
    read, _ = mapping_of(mapping, power)
    with working(screen, READING, every=1) as tick:
        step = add_log if add else imported
        told = step(source_of(file, query=query), read, out, zone=zone, memory=f"{memory}MB", progress=tick)
    if add:
        new = told["added"][-1]
        screen.say(f"增补{new['rows_read']}行、{new['events']}条记录，涉及{new['cases']}案；以下是合并以后的全部。",
                   f"Added {new['rows_read']} rows: {new['events']} events of {new['cases']} cases; what follows is the whole log.")
    _tell(told, out)
    screen.data(told)
    return FINE if told["events"] else FOUND


def _tell(told: dict[str, Any], out: Path) -> None:
    screen = screen_of()
    odd = sum(told["quarantined"].values())
    screen.say(f"读{told['rows_read']}行，{told['cases']}案{told['events']}条记录，已放到 {out}。",
               f"{told['rows_read']} rows read: {told['events']} events in {told['cases']} cases, in {out}.")  # fmt: skip
    if odd:
        each = "、".join(f"{reason} {n}" for reason, n in told["quarantined"].items())
        screen.say(f"隔离{odd}行（{each}），见 quarantine.jsonl。", f"{odd} rows in quarantine ({each}), see quarantine.jsonl.")
    if told["not_ours"]:
        named = "、".join(f"{name} {n}" for name, n in list(told["not_ours"].items())[:20])
        screen.say(f"映射写作与本职权无关的：{named}", f"Said by the mapping to be none of ours: {named}")
    if told["unmapped"]:
        named = "、".join(f"{name} {n}" for name, n in list(told["unmapped"].items())[:20])
        screen.say(f"映射没有说的活动{told['unmapped_activities']}种：{named}", f"{told['unmapped_activities']} activities not mapped: {named}")
    absent = told["mapped_but_not_there"]
    if absent["activities"] or absent["columns"]:
        named = "、".join([*absent["columns"], *absent["activities"]][:20])
        screen.say(f"映射写了而日志没有的：{named}", f"Named by the mapping and not there: {named}")
    if told["actors_alike"]:
        named = "；".join(" = ".join(group) for group in told["actors_alike"][:10])
        screen.say(f"写法相近的人员，可能是同一人，请写入映射的actors：{named}", f"Actors that may be one person, for `actors`: {named}")
    if told["nobodies"]:
        named = "、".join(f"{name!r} {n}" for name, n in told["nobodies"].items())
        screen.say(f"经办人写作{named}的，按没有写明处理；确有这样称呼的人，写入映射的actors。",
                   f"Actors written as {named} are taken as not named; if somebody is called so, name him in `actors`.")  # fmt: skip
    if told.get("several"):
        named = "、".join(f"{name} {n}" for name, n in told["several"].items())
        screen.say(f"一个事件有几个同类对象的，是一条记录，这一列按没有写明：{named}",
                   f"An event with several objects of a type is one record, and that column says nothing there: {named}")  # fmt: skip
    if told.get("cases_alike"):
        named = "；".join(" = ".join(map(repr, group)) for group in told["cases_alike"][:10])
        screen.say(f"案号只差看不见的字符，可能是同一案：{named}", f"Case numbers that differ only in what cannot be seen: {named}")
    if told["midnights"] and told["whole_days"]:
        screen.say(f"其中{told['midnights']}条写着零点整，按只知道日期处理；确是零点发生的，请在映射中写 midnight: instant。",
                   f"{told['midnights']} of them say midnight and count as days; say midnight: instant if they are true.")  # fmt: skip
    if told["whole_days"]:
        screen.say(f"{told['whole_days']}条只知道日期；同一天的先后按不明处理。",
                   f"{told['whole_days']} events are known to the day only: their order within a day is unknown.")  # fmt: skip


def coverage(folder: Path, *, mapping: Path, power: str | None) -> int:
    """Show which rules can be judged."""
    can_run()
    from qingfeng.detection.foreign import WHY
    from qingfeng.importing.logs.outcomes import summary

    screen = screen_of()
    holding = _holding(folder, mapping, power, None)
    tallies = holding.coverage()
    _show_coverage(tallies)
    rules = [{key: one[key] for key in ("rule", "title", "cases", "why")} for one in summary(tallies, WHY)]
    screen.data({"unclear": _show_unclear(holding), "rules": rules})
    return FINE


def _show_coverage(tallies: Sequence[Tally]) -> None:
    screen = screen_of()
    heads = [screen.pick(zh, en) for zh, en in (("规则", "rule"), ("名称", "title"), ("案件", "cases"), ("不能判断的原因", "why not"))]
    able = [t for t in tallies if t.blind is None]
    rows = [(t.part.name, screen.words(t.part.title), str(t.cases), "") for t in able]
    rows += [(t.part.name, screen.words(t.part.title), "—", screen.words(t.blind)) for t in tallies if t.blind is not None]
    show_table(screen, heads, rows)
    screen.say(f"{len(tallies)}条规则中{len(able)}条可以判断。", f"{len(able)} of {len(tallies)} rules can be judged.")


def _show_unclear(holding: Holding) -> dict[str, Any]:
    """Say again what is unclear in the log: whoever reads the outcomes may not have seen the import.  Return it as data."""
    from qingfeng.importing.logs.doubts import told

    screen, said = screen_of(), told(holding.doubts, holding.log.manifest)
    if odd := sum(said["rows_aside"].values()):
        n, some = said["cases_with_rows_aside"], "、".join(said["cases"][:10])
        screen.say(f"隔离中有{odd}行，涉及{n}案：有关的规则对这些案件不作判断，请逐案查明记录为什么读不出来" + (f"：{some}" if some else "。"),
                   f"{odd} rows are in quarantine, of {n} cases: the rules concerned do not judge those; find out why they cannot be read"
                   + (f": {some}" if some else "."))  # fmt: skip
    absent = [*said["mapped_but_not_there"]["columns"], *said["mapped_but_not_there"]["activities"]]
    if absent and said["unmapped_activities"]:
        named = "、".join(absent[:20])
        screen.say(f"映射写了而日志没有的：{named}；日志另有{said['unmapped_activities']}种活动没有映射，所以没有不等于没有办。",
                   f"Named by the mapping and not there: {named}; {said['unmapped_activities']} activities of the log are not mapped, "
                   "so their absence proves nothing.")  # fmt: skip
    if n := said["cases_cut_off"]:
        screen.say(f"{n}案的开头不在日志里，导出的像是一段时间的：对这些案件不作“没有办过”的结论。全部案件确实从头都在的，映射写 records_from: all；"
                   "知道从哪天起导出的，写那一天。",
                   f"{n} cases lack their beginning, as in the export of a period: nothing is concluded from what is absent there.  If all "
                   "are there from the beginning say records_from: all in the mapping, else the day the export begins.")  # fmt: skip
    if n := said["cases_split"]:
        screen.say(f"{n}个案号两两只差看不见的字符，可能是同一案，不作判断；请更正导出。",
                   f"{n} case numbers differ only in what cannot be seen: they may be the same cases and are not judged.")  # fmt: skip
    if n := said["cases_of_two_spellings"]:
        screen.say(f"{n}案有写法相近的人员，可能是同一人：有关人员的规则不作判断；请写入映射的 actors。",
                   f"In {n} cases two spellings may be one person: rules about persons do not judge them; say in `actors`.")  # fmt: skip
    return said


def judge(
    folder: Path, *, mapping: Path, power: str | None, as_of: str | None, unit: str | None, engine: str | None, keep: bool,
    out: Path | None, force: bool,
) -> int:  # fmt: skip
    """Print coverage, judge every case, print the outcomes, write findings."""
    can_run()
    from qingfeng.detection.foreign import WHY
    from qingfeng.importing.casefacts.engines import Engine
    from qingfeng.importing.logs.leads import Leads
    from qingfeng.importing.logs.outcomes import summary, write_summary

    from .log_leads import checked_name, export, show_roll_up

    screen = screen_of()
    if out is not None:
        checked_name(out)
        free(out, force)
    holding = _holding(folder, mapping, power, day_of(as_of))
    _show_coverage(holding.coverage())
    unclear = _show_unclear(holding)
    with TemporaryDirectory(dir=folder, prefix=".judging") as scratch:
        findings = Path(scratch) / "findings.parquet"
        with working(screen, CASES, every=1) as tick:
            tallies = holding.judge(findings, engine=Engine(engine) if engine else None, keep=keep, progress=tick)
        told = summary(tallies, WHY)
        leads = Leads(holding.log, holding.mapping, holding.power, unit=unit)
        rolled = export(leads.of_rules(findings, told), holding.log, told, out=out, unit=unit)
        if out is not None:
            write_summary(out.with_suffix(".json"), told)
    _show_outcomes(told)
    show_roll_up(rolled)
    if holding.again is not None:
        screen.say(f"自上次以来有新记录的{holding.again}案重新核对；同当天日期或其他案件有关的规则全部重新核对；其余沿用上次的结论。",
                   f"Judged again: {holding.again} cases with new records, and every case by rules that ask the day or compare cases; "
                   "other answers stand.")  # fmt: skip
    settled = _show_settled(holding)
    found = sum(one["violated"] for one in told)
    screen.say(f"截至{holding.as_of}：{found}个“规则×案件”不符；是线索，不是结论。", f"As of {holding.as_of}: {found} rule × case leads, no verdicts.")
    screen.data({"as_of": holding.as_of.isoformat(), "cases": holding.log.manifest["cases"], "unclear": unclear, "rules": told,
                 "roll_up": rolled,
                 "judged_again": holding.again, "by_facts": settled})  # fmt: skip
    return FOUND if found else FINE


def _show_settled(holding: Holding) -> dict[str, Any] | None:
    """Say how much the facts of the cases settled and what had to be gone through act by act; return it, None without facts."""
    asked, open_ = holding.asked.total(), holding.open.total()
    if not asked:
        return None
    most = [(name, n) for name, n in holding.open.most_common() if n]
    share = f"{open_ / asked:.2%}" if open_ else "0"
    screen_of().say(
        f"案情要素直接判定{asked - open_}个“规则×案件”；其余{open_}个（{share}）逐个动作核对"
        + ("，最多的：" + "、".join(f"{name} {n}" for name, n in most[:MOST]) if most else "") + "。",
        f"Facts settled {asked - open_} answers (rule × case); {open_} ({share}) were left open and gone through act by act"
        + (": " + ", ".join(f"{name} {n}" for name, n in most[:MOST]) if most else "") + ".")  # fmt: skip
    return {"answers": asked, "open": open_, "rules": {name: {"cases": holding.asked[name], "open": n} for name, n in most}}


def _show_outcomes(told: Sequence[dict[str, Any]]) -> None:
    screen = screen_of()
    heads = [screen.pick(zh, en) for zh, en in (("规则", "rule"), ("违反", "violated"), ("符合", "satisfied"), ("不适用", "n/a"),
                                                ("无法判断", "not evaluable"), ("基准", "base"), ("原因", "why"))]  # fmt: skip
    rows = []
    for one in told:
        why = "；".join(screen.pick(w["zh"], w["en"])[:NOT_JUDGED] + (f" {w['cases']}" if w["cases"] else "") for w in one["why"])
        rows.append((one["rule"], *(str(one[key]) for key in ("violated", "satisfied", "not_applicable", "not_evaluable")),
                     "" if one["base"] is None else f"{one['base']:.1%}", why))  # fmt: skip
    show_table(screen, heads, rows)


def mappings() -> int:
    """List the mappings that are shipped, with the public log each is for."""
    from qingfeng.importing.logs.mapping import read_mapping
    from qingfeng.importing.logs.ready import READY, text_of

    screen = screen_of()
    powers = {name: read_mapping(text_of(name), name=name).power for name in READY}
    heads = [screen.pick(zh, en) for zh, en in (("映射", "mapping"), ("职权", "power"), ("日志", "log"), ("内容", "about"))]
    show_table(screen, heads, [(name, powers[name], f"{one.title}（{one.doi}）", screen.words(one.about)) for name, one in READY.items()])
    screen.data({"mappings": [{"name": name, "power": powers[name], "title": one.title, "doi": one.doi} for name, one in READY.items()]})
    return FINE


def can_run() -> None:
    """Raise CommandFailed where the packages for logs are not installed."""
    if any(find_spec(name) is None for name in ("pyarrow", "duckdb")):
        raise CommandFailed(LACKING)


def free(out: Path, force: bool) -> None:
    """Raise CommandFailed where a file is there that may not be written over."""
    if out.exists() and not force:
        raise CommandFailed(Text(zh=f"{out}已经存在；请另取名字，或加 --force 覆盖。", en=f"{out} is there; choose another name, or --force."))


def day_of(text: str | None) -> date | None:
    """Return a day as given at the command line.  Raises CommandFailed."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandFailed(Text(zh=f"日期“{text[:40]}”无法识别；请写如 2026-03-02。",
                                 en=f"The day {text[:40]!r} is not understood; write for instance 2026-03-02.")) from None  # fmt: skip


def mapping_of(path: Path, power: str | None) -> tuple[Mapping_, Power]:
    """Read a mapping and the power that it is for, checked against each other.  Raises CommandFailed, ImportFailed, OSError."""
    from qingfeng.importing.logs.mapping import held_against, read_mapping
    from qingfeng.importing.logs.ready import READY, text_of

    if str(path) in READY and not path.exists():
        data = text_of(str(path)).encode()
    else:
        with path.open("rb") as file:
            data = file.read(MAX_YAML_BYTES + 1)
    if len(data) > MAX_YAML_BYTES:
        raise CommandFailed(Text(zh="映射文件过大。", en="The mapping is too large."))
    try:
        read = read_mapping(data.decode("utf-8-sig"), name=path.name)
    except UnicodeDecodeError:
        raise CommandFailed(Text(zh="映射文件不是UTF-8文字；请另存为UTF-8。", en="The mapping is no UTF-8 text; save it as UTF-8.")) from None
    known = one_power(power or read.power)
    held_against(read, (known.in_force(read.against) if read.against else None) or known.versions[-1])
    return read, known


def _holding(folder: Path, mapping: Path, power: str | None, as_of: date | None) -> Holding:
    from qingfeng.importing.logs.canonical import Canonical
    from qingfeng.importing.logs.hold import Holding

    read, known = mapping_of(mapping, power)
    return Holding(Canonical(folder), read, known, WorkCalendar(wiring.calendars()), as_of=as_of)
