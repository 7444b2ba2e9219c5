"""qingfeng document …"""

from __future__ import annotations

from pathlib import Path

import click

from .frame import Section, screen_of

CASE = click.argument("case_id", metavar="CASE")
KIND = click.argument("kind", metavar="KIND")
WHO = click.option("--who", required=True, help="办理人编号。 The officer's id.")
FIELDS = click.argument("fields", nargs=-1, metavar="[字段=值]...")
PAPER = click.option(
    "--paper", type=click.IntRange(1), help="第几份（document list 中的编号）；缺省为最近一份。 Which paper."
)
HASH = click.option("--hash", "shown", metavar="HEX", help="手中文本的校验值，至少16位。 Hash of the text in hand.")
FILE = click.option(
    "--file", type=click.Path(path_type=Path), help="手中的Word文件，由程序算出校验值。 The Word file in hand."
)
DATA = click.option("--data", help="字段，JSON对象。 Fields as a JSON object.")
ANCHOR = click.option(
    "--event", type=click.IntRange(1), help="依据案件第几条记录；缺省为最近一次。 The case's event that it rests on."
)


@click.group(cls=Section)
def document() -> None:
    """文书：制作、核定、签发、用印、送达。 Documents: make, approve, issue, seal, serve."""


@document.command("list")
@CASE
def list_(case_id: str) -> None:
    """案件能制作的文书和已有的文书。 What can be made in a case, and the papers there are."""
    from .document_lists import list_documents

    list_documents(screen_of(), case_id)


@document.command()
@CASE
@KIND
@FIELDS
@DATA
@ANCHOR
@PAPER
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path(),
    help="写到哪个目录，缺省为当前目录。 The folder to write to.",
)
@click.option(
    "--format", "formats", default="docx,pdf", show_default=True, help="docx、pdf、txt，逗号分隔。 Comma-separated."
)
def make(
    case_id: str,
    kind: str,
    fields: tuple[str, ...],
    data: str | None,
    event: int | None,
    paper: int | None,
    out: Path,
    formats: str,
) -> None:
    """制作文书：已核定的照原文，否则为草稿。 Print a document: as approved, else a draft."""
    from .document_print import make_document
    from .fields import all_data

    said = all_data(fields, data=data, data_file=None)
    make_document(screen_of(), case_id, kind, said=said, event=event, paper=paper, out=out, formats=formats)


@document.command()
@CASE
@KIND
@FIELDS
@WHO
@DATA
@ANCHOR
def approve(case_id: str, kind: str, fields: tuple[str, ...], who: str, data: str | None, event: int | None) -> int:
    """核定文本（核稿签发）；写字段的，为尚未办理的动作先定文书。 Approve the text; with fields, ahead of the act."""
    from .document_steps import approve_paper
    from .fields import all_data

    return approve_paper(
        screen_of(), case_id, kind, who=who, said=all_data(fields, data=data, data_file=None), event=event
    )


@document.command()
@CASE
@KIND
@WHO
@HASH
@FILE
@PAPER
def issue(case_id: str, kind: str, who: str, shown: str | None, file: Path | None, paper: int | None) -> int:
    """签发编号。 Issue it: it draws its number."""
    from .document_steps import issue_paper

    return issue_paper(screen_of(), case_id, kind, who=who, shown=shown, file=file, paper=paper)


@document.command()
@CASE
@KIND
@WHO
@HASH
@FILE
@PAPER
def seal(case_id: str, kind: str, who: str, shown: str | None, file: Path | None, paper: int | None) -> int:
    """用印。 Put the seal on it."""
    from .document_steps import seal_paper

    return seal_paper(screen_of(), case_id, kind, who=who, shown=shown, file=file, paper=paper)


@document.command()
@CASE
@KIND
@FIELDS
@WHO
@click.option(
    "--way", required=True, help="送达方式：direct、left、post、electronic、substituted、announcement。 Way of service."
)
@click.option("--server", "servers", multiple=True, help="送达人；缺省为办理人。 Who served it.")
@HASH
@FILE
@PAPER
@DATA
def serve(
    case_id: str, kind: str, fields: tuple[str, ...], who: str, way: str, servers: tuple[str, ...], shown: str | None, file: Path | None,
    paper: int | None, data: str | None,
) -> int:  # fmt: skip
    """登记送达及其证明（字段=值）。 Record service and what proves it."""
    from .document_steps import serve_paper
    from .fields import all_data

    proof = all_data(fields, data=data, data_file=None)
    return serve_paper(
        screen_of(), case_id, kind, who=who, way=way, servers=servers, proof=proof, shown=shown, file=file, paper=paper
    )


@document.command()
@CASE
@KIND
@WHO
@click.option("--reason", required=True, help="说明理由。 The reason.")
@PAPER
def void(case_id: str, kind: str, who: str, reason: str, paper: int | None) -> int:
    """作废没有送达的文书；文号不再用，留在登记簿上。 Void a paper not yet served; its number stays used."""
    from .document_steps import void_paper

    return void_paper(screen_of(), case_id, kind, who=who, reason=reason, paper=paper)


@document.command()
@FIELDS
@click.option("--who", default="system_administrator", show_default=True, help="办理人编号。 The officer's id.")
def agency(fields: tuple[str, ...], who: str) -> None:
    """单位在文书中写明的事项：查看，或者登记（字段=值）。 What the agency says of itself: show or register."""
    from .document_lists import agency_particulars
    from .fields import pairs

    agency_particulars(screen_of(), {name: str(value) for name, value in pairs(fields).items()}, who=who)


@document.command()
@KIND
@click.option("--year", type=click.IntRange(1900, 2199), required=True, help="年份。 The year.")
def register(kind: str, year: int) -> None:
    """发文登记簿：一种文书一年的全部文号。 The register of numbers of an instrument and a year."""
    from .document_lists import show_register

    show_register(screen_of(), kind, year)
