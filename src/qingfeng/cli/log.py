"""qingfeng log …: logs of other systems, held against the maps.  (The transparency log is `qingfeng notary`.)"""

from __future__ import annotations

from pathlib import Path

import click

from .frame import Section
from .log_export import export
from .log_patterns import patterns

POWER = click.option("--power", help="职权文件或编号，缺省为映射中的。 Power file or id; the mapping's by default.")
QUERY = click.option("--query", help="数据库：取出日志的查询语句。 For databases: the SELECT that returns the log.")
MAPPING = click.option("--mapping", type=click.Path(path_type=Path), required=True, help="映射文件，或现成映射的名称。 The mapping (YAML), or a name.")
FOLDER = click.argument("folder", type=click.Path(path_type=Path))
ENGINES = ("stream", "duckdb", "spark", "exact")
FORCE = click.option("--force", is_flag=True, help="覆盖已有的文件。 Write over a file that is there.")


@click.group(cls=Section)
def log() -> None:
    """其他系统的日志：导入、提出映射、看哪些能判断、逐案核对。 Logs of other systems, held against the maps."""


log.add_command(export)
log.add_command(patterns)


@log.command("propose-mapping")
@click.argument("file")
@click.option("--power", required=True, help="职权文件或编号。 Power file or id.")
@click.option("--out", type=click.Path(path_type=Path), help="写到这个文件。 Write it there.")
@click.option("--activity", help="活动所在的列。 The column of the activities.")
@click.option("--zone", help="没有时区的时间是哪里的。 Where times without a zone were taken: Asia/Shanghai, +08:00.")
@QUERY
@FORCE
def propose_mapping(
    file: str, power: str, out: Path | None, activity: str | None, zone: str | None, query: str | None, force: bool
) -> int:
    """列出活动和次数，按名称提出映射，供人核对。 List activities with counts; propose a mapping for a person to check."""
    from .log_steps import propose

    return propose(file, power=power, out=out, activity=activity, zone=zone, query=query, force=force)


@log.command()
def mappings() -> int:
    """列出现成的映射（公开日志，数据另行下载）；--mapping 后写名称即可。 List the mappings that are shipped; --mapping takes their names."""
    from .log_steps import mappings as listed

    return listed()


@log.command("import")
@click.argument("file")
@MAPPING
@click.option("--out", type=click.Path(path_type=Path), required=True, help="放到这个文件夹。 The folder it goes to.")
@click.option("--zone", help="没有时区的时间是哪里的。 Where times without a zone were taken: Asia/Shanghai, +08:00.")
@click.option("--memory", type=click.IntRange(32, 1_000_000), default=32, show_default=True, help="排序用的内存。 MB for sorting.")
@click.option("--add", is_flag=True, help="增补到已导入的日志（如每日导出）。 Add to the log that is there, such as a day's export.")
@POWER
@QUERY
def import_(
    file: str, mapping: Path, out: Path, zone: str | None, memory: int, add: bool, power: str | None, query: str | None
) -> int:  # fmt: skip
    """导入日志：排成按案件的列式文件，读不懂的隔离并计数；中断后重新运行即接着做。 Import a log; run it again after a kill and it goes on.

    FILE：XES、OCEL 2.0（JSON、XML、SQLite）、CSV、xlsx、Parquet、SQLite、postgresql://…
    """
    from .log_steps import import_log

    return import_log(file, mapping=mapping, out=out, zone=zone, memory=memory, add=add, power=power, query=query)


@log.command()
@FOLDER
@MAPPING
@POWER
def coverage(folder: Path, mapping: Path, power: str | None) -> int:
    """核对之前先看：每条规则能不能判断、多少案件、缺什么。 Before any rule runs: which can be judged, on how many cases."""
    from .log_steps import coverage as shown

    return shown(folder, mapping=mapping, power=power)


@log.command()
@FOLDER
@MAPPING
@POWER
@click.option("--as-of", metavar="DAY", help="以这一天终了为准，缺省为日志最后一天。 Read as of the end of this day; the last by default.")
@click.option("--unit", metavar="COLUMN", help="单位所在的列。 The column that names the unit.")
@click.option("--engine", type=click.Choice(ENGINES), help="谁来计算案情要素：缺省逐段读取，小日志逐案核对。 What computes the facts of cases.")
@click.option("--keep-facts", is_flag=True, help="案情要素和结论留在日志旁，下次只核对有新记录的案件。 Keep facts and answers: next time, only touched cases.")
@click.option("--out", type=click.Path(path_type=Path), help="发现写到 .xlsx 或 .parquet。 Write findings to .xlsx or .parquet.")
@FORCE
def judge(
    folder: Path, mapping: Path, power: str | None, as_of: str | None, unit: str | None, engine: str | None, keep_facts: bool,
    out: Path | None, force: bool,
) -> int:  # fmt: skip
    """逐案核对：违反、符合、不适用、无法判断（及原因），各有分母。 Judge every case: four outcomes with their denominators."""
    from .log_steps import judge as judged

    return judged(folder, mapping=mapping, power=power, as_of=as_of, unit=unit, engine=engine, keep=keep_facts, out=out, force=force)
