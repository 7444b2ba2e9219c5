"""qingfeng powers …"""

from __future__ import annotations

from pathlib import Path

import click

from .frame import Section, screen_of

FILES = click.argument("files", nargs=-1, type=click.Path(path_type=Path))


@click.group(cls=Section)
def powers() -> None:
    """职权：检查、查看、比较、导出。 Powers: check, show, compare, export."""


@powers.command()
@FILES
def check(files: tuple[Path, ...]) -> int:
    """检查职权文件的每一处错误。 Check power files: every fault with its place and how to mend it."""
    from .powers_check import check_files

    return check_files(screen_of(), files)


@powers.command()
@FILES
@click.option("--story", help="只运行这一个案例。 Run this story only.")
def stories(files: tuple[Path, ...], story: str | None) -> int:
    """运行职权文件中的案例。 Run the stories of power files in throw-away agencies."""
    from .powers_stories import run_stories

    return run_stories(screen_of(), files, only=story)
