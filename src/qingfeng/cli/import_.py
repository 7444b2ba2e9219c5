"""qingfeng import …: maps out of documents, as drafts of power files with their doubts."""

from __future__ import annotations

from pathlib import Path

import click

from .frame import Told, screen_of

FILES = click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))


@click.command("import", cls=Told)
@FILES
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="把草稿和疑点写到这个文件夹。 Write drafts and doubts into this folder.",
)
@click.option("--ask", is_flag=True, help="没有把握的归属，逐个询问。 Ask about unsure pairings, the least sure first.")
@click.option(
    "--folder",
    default="draft",
    show_default=True,
    help="职权编号的前半（机构）。 First half of the ids: the agency's folder.",
)
@click.option("--bind", is_flag=True, help="采纳建议的绑定，写入草稿。 Take the proposed bindings over into the draft.")
@click.option("--force", is_flag=True, help="覆盖已有的草稿。 Write over drafts that are there.")
def import_(files: tuple[Path, ...], out: Path | None, ask: bool, folder: str, bind: bool, force: bool) -> int:
    """读出文件中的防控图，得到职权草稿和疑点。 Read the maps in documents: drafts of power files and their doubts.

    可读 Reads：docx、doc、wps、odt、pdf（有文字的 with text）、xlsx、pptx、rtf、txt。
    """
    from .import_files import import_files

    return import_files(screen_of(), files, out=out, ask=ask, folder=folder, bind=bind, force=force)
