"""qingfeng powers …"""

from __future__ import annotations

from pathlib import Path

import click

from .frame import Section, screen_of

FILES = click.argument("files", nargs=-1, type=click.Path(path_type=Path))
PUBLISHED = click.option(
    "--published", is_flag=True, help="单位已发布的，不是文件。 Those published in the agency, not files."
)


@click.group(cls=Section)
def powers() -> None:
    """职权：检查、查看、比较、导出。 Powers: check, show, compare, export."""


@powers.command("list")
@FILES
@PUBLISHED
def list_(files: tuple[Path, ...], published: bool) -> None:
    """列出职权。 List the powers in files (the shipped ones by default)."""
    from .powers_list import list_files, list_published

    if published:
        list_published(screen_of())
    else:
        list_files(screen_of(), files)


@powers.command()
@click.argument("power")
@click.option("--version", help="施行日期，缺省为最新版。 Version by its first day; the latest by default.")
def show(power: str, version: str | None) -> None:
    """查看防控图和办理程序；POWER为编号或文件。 Show the map and the procedure; POWER is an id or a file."""
    from .powers_show import show_power

    show_power(screen_of(), power, version=version)


@powers.command()
@FILES
@click.option("--gaps", is_flag=True, help="也列出来源的缺漏。 List the gaps of the sources too.")
def check(files: tuple[Path, ...], gaps: bool) -> int:
    """检查职权文件的每一处错误。 Check power files: every fault with its place and how to mend it."""
    from .powers_check import check_files

    return check_files(screen_of(), files, gaps=gaps)


@powers.command()
@click.argument("old")
@click.argument("new", required=False)
@click.option("--from", "first", help="旧版的施行日期。 Version of the old one.")
@click.option("--to", "last", help="新版的施行日期。 Version of the new one.")
def diff(old: str, new: str | None, first: str | None, last: str | None) -> int:
    """逐句比较两个版本：两个文件，或同一文件的 --from 与 --to。 Compare two versions in words."""
    from .powers_diff import show_diff

    return show_diff(screen_of(), old, new, first=first, last=last)


@powers.command()
@FILES
def export(files: tuple[Path, ...]) -> int:
    """以JSON导出职权（缺省为随附的全部）。 Export powers as JSON, the shipped ones by default."""
    from .powers_list import export_files

    return export_files(screen_of(), files)


@powers.command()
def schema() -> None:
    """职权文件的JSON Schema，供编辑器使用。 The JSON Schema of power files, for editors."""
    from qingfeng.catalogue.schema import power_schema

    from .screen import as_json

    click.echo(as_json(power_schema()))


@powers.command()
@FILES
@click.option("--story", help="只运行这一个案例。 Run this story only.")
def stories(files: tuple[Path, ...], story: str | None) -> int:
    """运行职权文件中的案例。 Run the stories of power files in throw-away agencies."""
    from .powers_stories import run_stories

    return run_stories(screen_of(), files, only=story)


@powers.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--by", "by_whom", default="system_administrator", show_default=True, help="由谁发布。 Who publishes it.")
def publish(file: Path, by_whom: str) -> None:
    """向单位发布职权文件的各版本。 Publish the versions of a power file in the agency."""
    from .powers_list import publish_file

    publish_file(screen_of(), file, by_whom=by_whom)
