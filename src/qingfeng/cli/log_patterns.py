"""qingfeng log patterns: red flags without a crisp line, over the log of another system."""

from __future__ import annotations

from pathlib import Path

import click

from qingfeng.terms.text import Text

from .frame import Told, screen_of
from .screen import FINE, FOUND, CommandFailed


@click.command(cls=Told)
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--mapping", type=click.Path(path_type=Path), required=True, help="映射文件。 The mapping (YAML).")
@click.option("--power", help="职权文件或编号，缺省为映射中的。 Power file or id; the mapping's by default.")
@click.option(
    "--as-of",
    metavar="DAY",
    help="以这一天终了为准，缺省为日志最后一天。 Read as of the end of this day; the last by default.",
)
@click.option(
    "--only", "names", multiple=True, metavar="NAME", help="只运行这条，可重复。 Only this one; may be repeated."
)
@click.option("--companion", "beside", multiple=True, metavar="NAME=FILE",
              help="另给的表：reads、subjects、thresholds（.csv 或 .parquet）。 Tables beside the log.")  # fmt: skip
@click.option("--unit", metavar="COLUMN", help="单位所在的列。 The column that names the unit.")
@click.option("--out", type=click.Path(path_type=Path), help="线索写到 .xlsx 或 .parquet。 Leads to .xlsx or .parquet.")
@click.option("--force", is_flag=True, help="覆盖已有的文件。 Write over a file that is there.")
def patterns(
    folder: Path, mapping: Path, power: str | None, as_of: str | None, names: tuple[str, ...], beside: tuple[str, ...], unit: str | None,
    out: Path | None, force: bool,
) -> int:  # fmt: skip
    """疑点规律：同他人比较；日志说不出的，写明为什么不能判断。 Patterns over a log; what it cannot feed is said with the reason."""
    from .log_steps import can_run, day_of, free, mapping_of

    can_run()
    from qingfeng import wiring
    from qingfeng.importing.logs.canonical import Canonical
    from qingfeng.importing.logs.leads import Leads
    from qingfeng.importing.logs.surveyed import Surveying
    from qingfeng.terms.calendar import WorkCalendar

    from .log_leads import checked_name, export, show_roll_up
    from .patterns import known_pattern, show_verdicts, verdict_data

    screen = screen_of()
    if not wiring.patterns_can_run():
        raise CommandFailed(
            Text(
                zh="没有安装疑点分析所需的软件包：请安装 requirements/analysis.txt",
                en="install requirements/analysis.txt with pip",
            )
        )
    for name in names:
        known_pattern(name)
    if out is not None:
        checked_name(out)
        free(out, force)
    tables = {}
    for given in beside:
        name, sign, path = given.partition("=")
        if not sign:
            raise CommandFailed(Text(zh="--companion 写作 名称=文件。", en="--companion is NAME=FILE."))
        tables[name] = Path(path)
    read, known = mapping_of(mapping, power)
    log = Canonical(folder)
    session = Surveying(log, read, known, WorkCalendar(wiring.calendars()), as_of=day_of(as_of), companions=tables)
    try:
        verdicts = session.verdicts(only=names or None)
    finally:
        session.close()
    show_verdicts(tuple(verdicts))
    told = [verdict_data(one) for one in verdicts]
    leads = list(Leads(log, read, known, unit=unit).of_patterns(verdicts))
    rolled = export(leads, log, told, out=out, unit=unit)
    for one in leads:
        screen.say(one["zh"], one["en"])
    show_roll_up(rolled)
    judged = sum(one.judged > 0 for one in verdicts)
    day = session.as_of
    screen.say(
        f"截至{day}：{len(verdicts)}条规律中{judged}条可以判断；{len(leads)}条线索，不是结论。",
        f"As of {day}: {judged} of {len(verdicts)} patterns could be judged; {len(leads)} leads, no verdicts.",
    )
    screen.data({"as_of": session.as_of.isoformat(), "patterns": told, "leads": len(leads), "roll_up": rolled})
    return FOUND if leads else FINE
