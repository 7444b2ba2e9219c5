"""The frame of every command: common options, lazy imports, and one door through which all leave."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from keyword import iskeyword
from typing import Any

import click

from qingfeng.terms.text import Text

from .failures import told
from .screen import FINE, CommandFailed, Screen, as_json

LANGUAGES = ("zh", "en", "both")
INTERRUPTED = 130  # what shells use for Ctrl-C
BROKEN_PIPE = 141  # and for a reader that went away


class ReaderGone(Exception):
    """Whoever read our output stopped reading."""


class Told(click.Command):
    """A command that takes the common options after its name too."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.params += _options()


class Section(click.Group):
    """A group whose commands take the common options."""

    command_class = Told

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.params += _options()

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; an unknown one is told with the ones that exist."""
        if args and self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            known = self.list_commands(ctx)
            raise CommandFailed(
                Text(
                    zh=f"没有“{args[0][:50]}”命令；可用：{'、'.join(known)}。",
                    en=f"There is no command “{args[0][:50]}”; there are: {', '.join(known)}.",
                )
            )
        return super().resolve_command(ctx, args)


class Root(Section):
    """`qingfeng`.  commands_in: name -> (module below qingfeng.cli, short help)."""

    def __init__(self, *args: Any, commands_in: Mapping[str, tuple[str, str]], **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.commands_in = commands_in

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order in which they are written."""
        return list(self.commands_in)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command; it bears its own name, with _ for -, and a _ behind it where Python keeps the word for itself."""
        if cmd_name not in self.commands_in:
            return None
        module = importlib.import_module(f"qingfeng.cli.{self.commands_in[cmd_name][0]}")
        name = cmd_name.replace("-", "_")
        command: click.Command = getattr(module, f"{name}_" if iskeyword(name) else name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, words) for name, (_, words) in self.commands_in.items()])

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; click would make exit code 1 of a reader that went away."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise ReaderGone from error

    def main(self, args: Sequence[str] | None = None, *rest: Any, **settings: Any) -> Any:
        """Run a command and exit; whatever goes wrong is told in words."""
        given = list(sys.argv[1:] if args is None else args)
        screen = Screen(as_json="--json" in given, agency=os.environ.get("QINGFENG_AGENCY") or None,
                        reader=os.environ.get("QINGFENG_OFFICER") or None)  # fmt: skip
        settings |= {"standalone_mode": False, "obj": screen, "prog_name": settings.get("prog_name") or "qingfeng"}

        def work() -> Any:
            screen.lang = _language()
            _readable(given)
            return super(Root, self).main(given, *rest, **settings)

        sys.exit(guarded(work, screen))


def screen_of() -> Screen:
    """Return the screen of the running command."""
    screen = click.get_current_context().find_root().obj
    assert isinstance(screen, Screen)
    return screen


def guarded(work: Callable[[], Any], screen: Screen) -> int:
    """Run a command; return its exit code.  Errors become sentences on stderr, with --json one value on stdout."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a terminal that cannot write a character must not stop the work
            stream.reconfigure(errors="backslashreplace")
    try:
        code = work()
        sys.stdout.flush()
    except (KeyboardInterrupt, click.Abort):
        screen.complain([Text(zh="已中断；未完成的操作没有保存。", en="Interrupted; nothing unfinished was kept.")])
        return INTERRUPTED
    except (BrokenPipeError, ReaderGone):
        # the reader went away (`| head`): nobody is left to tell, and Python must not complain about stdout at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except Exception as error:  # the last door: no traceback on a user's screen, ever
        return _tell(screen, told(error))
    return code if isinstance(code, int) else FINE


def _tell(screen: Screen, failed: CommandFailed) -> int:
    if screen.as_json:
        print(as_json({"error": [{"zh": m.zh, "en": m.en} for m in failed.messages], "code": failed.code}))
    else:
        sys.stdout.flush()
        screen.complain(failed.messages)
    return failed.code


def _options() -> list[click.Parameter]:
    place = "单位的库：SQLite文件或postgresql://…（QINGFENG_AGENCY）。 The agency's store."
    lang = "输出语言，缺省zh（QINGFENG_LANG）。 Language of the output."
    agency = click.Option(["--agency"], metavar="PATH|URL", expose_value=False, callback=_keep, help=place)
    language = click.Option(["--lang"], type=click.Choice(LANGUAGES), expose_value=False, callback=_keep, help=lang)
    value = click.Option(
        ["--json", "as_json"],
        is_flag=True,
        default=None,
        expose_value=False,
        callback=_keep,
        help="输出一个JSON值。 Write one JSON value.",
    )
    who = "谁在查看（人员编号，QINGFENG_OFFICER）：只列他可以知道的。 The officer who reads: only what he may know is told."
    reader = click.Option(["--as", "reader"], metavar="OFFICER", expose_value=False, callback=_keep, help=who)
    return [agency, language, value, reader]


def _keep(ctx: click.Context, param: click.Parameter, value: Any) -> Any:
    if value is not None and not ctx.resilient_parsing:
        setattr(ctx.find_root().obj, str(param.name), value)
    return value


def _language() -> str:
    lang = os.environ.get("QINGFENG_LANG") or "zh"
    if lang not in LANGUAGES:
        raise CommandFailed(
            Text(
                zh=f"环境变量QINGFENG_LANG的值“{lang[:20]}”不对；可用：{'、'.join(LANGUAGES)}。",
                en=f"QINGFENG_LANG is “{lang[:20]}”; it can be {', '.join(LANGUAGES)}.",
            )
        )
    return lang


def _readable(args: Sequence[str]) -> None:
    """Bytes that are no UTF-8 reach Python as lone surrogates, which nothing further in can store or show."""
    for number, arg in enumerate(args, 1):
        if any("\ud800" <= char <= "\udfff" for char in arg):
            raise CommandFailed(
                Text(
                    zh=f"第{number}个参数不是UTF-8文字；请改正输入或终端的编码。",
                    en=f"Argument {number} is not UTF-8; correct the input or the terminal's encoding.",
                )
            )
