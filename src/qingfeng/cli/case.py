"""qingfeng case …"""

from __future__ import annotations

from pathlib import Path

import click

from qingfeng.terms.text import Text

from .frame import Section, screen_of
from .screen import CommandFailed

PATH = click.Path(path_type=Path)
SCRIPT = click.option("--script", type=PATH, help="运行脚本文件，见docs/scripts.md。 Run a script file.")
POWERS = click.option(
    "--powers", multiple=True, type=PATH, help="另加的职权文件或目录（演练）。 Further power files for the drill."
)
LIVE = click.option(
    "--live", is_flag=True, help="在单位的库中运行，不作演练。 Run in the agency itself, not in a drill."
)
WHO = click.option("--who", help="办理人编号。 The officer's id.")
POST = click.option("--post", help="以哪个岗位办理。 In which post.")
AT = click.option("--at", help="实际办理时间，缺省为现在。 When it happened; now by default.")
REASON = click.option("--reason", help="说明理由。 The reason.")
KEY = click.option("--key", help="幂等键：重复提交不会重复办理。 Idempotency key.")
DATA = click.option("--data", help="字段，JSON对象。 Fields as a JSON object.")
DATA_FILE = click.option("--data-file", type=PATH, help="字段，JSON文件。 Fields in a JSON file.")
FIELDS = click.argument("fields", nargs=-1, metavar="[字段=值]...")


def _script(script: Path, powers: tuple[Path, ...], live: bool) -> int:
    from .case_script import run_script

    return run_script(screen_of(), script, powers=powers, live=live)


def _needed(**given: str | None) -> None:
    """Names are Chinese and English, or an option."""
    missing = [name for name, value in given.items() if not value]
    if missing:
        raise CommandFailed(
            Text(
                zh=f"缺少{'、'.join(missing)}（或改用 --script 文件）。",
                en=f"Missing: {', '.join(name.rpartition(' ')[2] for name in missing)} (or use --script FILE).",
            )
        )


@click.group(cls=Section, invoke_without_command=True)
@SCRIPT
@POWERS
@LIVE
@click.pass_context
def case(ctx: click.Context, script: Path | None, powers: tuple[Path, ...], live: bool) -> int | None:
    """办案：开案、办理、查看、脚本。 Cases: open, act, look, scripts."""
    if script is not None:
        return _script(script, powers, live)
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())
    return None


@case.command("open")
@click.argument("power", required=False)
@click.option("--act", help="开案动作；缺省为该职权的第一个。 The opening act; the power's first by default.")
@WHO
@POST
@AT
@REASON
@KEY
@DATA
@DATA_FILE
@FIELDS
@SCRIPT
@POWERS
@LIVE
def open_(
    power: str | None,
    act: str | None,
    who: str | None,
    post: str | None,
    at: str | None,
    reason: str | None,
    key: str | None,
    data: str | None,
    data_file: Path | None,
    fields: tuple[str, ...],
    script: Path | None,
    powers: tuple[Path, ...],
    live: bool,
) -> int:
    """开案。 Open a case."""
    if script is not None:
        return _script(script, powers, live)
    from .case_act import Typed, open_case
    from .fields import all_data

    _needed(**{"职权 POWER": power, "--who": who})
    said = all_data(fields, data=data, data_file=data_file)
    return open_case(
        screen_of(),
        str(power),
        Typed(act=act or "", who=str(who), post=post, at=at, reason=reason, key=key, seen=None, data=said),
    )


@case.command()
@click.argument("case_id", required=False, metavar="CASE")
@click.argument("act", required=False)
@WHO
@POST
@AT
@REASON
@KEY
@click.option("--seen", type=click.IntRange(min=0), help="所见的最后一条记录号；已有新记录则不办理。 Last event seen.")
@DATA
@DATA_FILE
@FIELDS
@SCRIPT
@POWERS
@LIVE
def do(
    case_id: str | None,
    act: str | None,
    who: str | None,
    post: str | None,
    at: str | None,
    reason: str | None,
    key: str | None,
    seen: int | None,
    data: str | None,
    data_file: Path | None,
    fields: tuple[str, ...],
    script: Path | None,
    powers: tuple[Path, ...],
    live: bool,
) -> int:
    """办理一个动作。 Do an act on a case."""
    if script is not None:
        return _script(script, powers, live)
    from .case_act import Typed, do_act
    from .fields import all_data

    _needed(**{"案号 CASE": case_id, "动作 ACT": act, "--who": who})
    said = all_data(fields, data=data, data_file=data_file)
    return do_act(
        screen_of(),
        str(case_id),
        Typed(act=str(act), who=str(who), post=post, at=at, reason=reason, key=key, seen=seen, data=said),
    )


@case.command()
@SCRIPT
@POWERS
@LIVE
def run(script: Path | None, powers: tuple[Path, ...], live: bool) -> int:
    """运行脚本文件。 Run a script file."""
    _needed(**{"--script": str(script) if script else None})
    assert script is not None
    return _script(script, powers, live)


@case.command()
@click.argument("case_id", metavar="CASE")
def show(case_id: str) -> None:
    """查看案件：环节、期限、现在可办的动作。 Show a case: step, limits, what can be done now."""
    from .case_show import show_case

    show_case(screen_of(), case_id)


@case.command()
@click.argument("case_id", metavar="CASE")
def history(case_id: str) -> None:
    """案件的全部记录，包括被拒绝的。 All that was recorded on a case, refusals too."""
    from .case_history import show_history

    show_history(screen_of(), case_id)


@case.command("read")
@click.argument("case_id", metavar="CASE")
@click.option("--who", required=True, help="查阅人。 Who reads.")
@click.option(
    "--part",
    type=click.Choice(["file", "lead", "draft", "plan", "pool"]),
    default="file",
    show_default=True,
    help="查阅内容。 What is read.",
)
@click.option("--purpose", required=True, help="用途。 What for.")
def read_(case_id: str, who: str, part: str, purpose: str) -> int:
    """查阅案卷：只有经办和有权的人可以，每次留痕。 Read a file: only who has a part in it; every reading is recorded."""
    from .case_read import read_case

    return read_case(screen_of(), case_id, who=who, part=part, purpose=purpose)


@case.command()
@click.argument("case_id", metavar="CASE")
@click.option("--out", type=PATH, required=True, help="写到哪个目录。 The folder to write to.")
@click.option("--by", required=True, help="立卷人编号。 Who makes up the file.")
@click.option("--zip", "packed", is_flag=True, help="打成一个压缩包。 As one zip file.")
def file(case_id: str, out: Path, by: str, packed: bool) -> int:
    """案卷：依序汇集文书，附首页、目录、备考表。 Put the case file together, with cover and index."""
    from .document_print import write_file

    return write_file(screen_of(), case_id, out=out, by=by, packed=packed)


@case.command("list")
@click.option("--power", help="只列这项职权。 This power only.")
@click.option("--status", type=click.Choice(["open", "suspended", "closed"]), help="只列这种状态。 This status only.")
@click.option("--after", default="", help="从这个案号之后列起。 Start after this case.")
@click.option(
    "--limit", type=click.IntRange(1, 10_000), default=100, show_default=True, help="最多列几件。 At most so many."
)
def list_(power: str | None, status: str | None, after: str, limit: int) -> None:
    """案件列表。 List cases."""
    from .case_lists import list_cases

    list_cases(screen_of(), power=power, status=status, after=after, limit=limit)


@case.command()
@WHO
@POST
@click.option(
    "--limit", type=click.IntRange(1, 10_000), default=100, show_default=True, help="最多列几件。 At most so many."
)
def inbox(who: str | None, post: str | None, limit: int) -> None:
    """待办：按紧急程度排列。 What waits for an officer or a post, the most urgent first."""
    if bool(who) == bool(post):
        raise CommandFailed(
            Text(zh="请写 --who 办理人 或 --post 岗位，二者取一。", en="Give either --who OFFICER or --post POST.")
        )
    from .case_lists import show_inbox

    show_inbox(screen_of(), who=who, post=post, limit=limit)
