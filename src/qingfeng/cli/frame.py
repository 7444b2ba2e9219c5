"""The frame of every command: common options, lazy loading, and errors told in words instead of tracebacks."""

from __future__ import annotations

import importlib
import os
import sys
import traceback
from collections.abc import Mapping, Sequence
from typing import Any

import click

from qingfeng.terms.text import Text

from .screen import ENVIRONMENT, FINE, USAGE, CommandFailed, Screen, as_json
from .usage import told_usage

COMMON = ("lang", "agency", "as_json")
INTERRUPTED = 130  # what shells use for Ctrl-C
BROKEN_PIPE = 141


def _options() -> list[click.Parameter]:
    return [
        click.Option(["--agency"], metavar="PATH|URL", expose_value=False, callback=_keep,
                     help="单位的库：SQLite文件或postgresql://…（QINGFENG_AGENCY）。 The agency's store."),
        click.Option(["--lang"], type=click.Choice(["zh", "en", "both"]), expose_value=False, callback=_keep,
                     help="输出语言，缺省zh（QINGFENG_LANG）。 Language of the output."),
        click.Option(["--json", "as_json"], is_flag=True, default=None, expose_value=False, callback=_keep,
                     help="输出一个JSON值。 Write one JSON value."),
    ]  # fmt: skip


def _keep(ctx: click.Context, param: click.Parameter, value: Any) -> Any:
    if value is not None:
        setattr(screen_of(ctx), str(param.name), value)
    return value


def screen_of(ctx: click.Context | None = None) -> Screen:
    """Return the screen of the running command."""
    root = (ctx or click.get_current_context()).find_root()
    if not isinstance(root.obj, Screen):
        lang = os.environ.get("QINGFENG_LANG", "zh")
        root.obj = Screen(lang=lang if lang in ("zh", "en", "both") else "zh", agency=os.environ.get("QINGFENG_AGENCY") or None)
    return root.obj


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

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; an unknown one is told with the ones that exist."""
        if args and self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            known = "、".join(self.list_commands(ctx))
            raise CommandFailed(Text(zh=f"没有“{args[0][:50]}”命令；可用：{known}。", en=f"There is no command {args[0][:50]!r}; there are: {known.replace('、', ', ')}."))
        return super().resolve_command(ctx, args)


class Root(Section):
    """`qingfeng`: commands are imported only when used, so that the start stays quick."""

    def __init__(self, *args: Any, commands_in: Mapping[str, tuple[str, str]], **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.commands_in = commands_in

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order in which they are written."""
        return list(self.commands_in)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command."""
        if cmd_name not in self.commands_in:
            return None
        module = importlib.import_module(f"qingfeng.cli.{self.commands_in[cmd_name][0]}")
        command: click.Command = getattr(module, cmd_name.replace("-", "_"))
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing them."""
        with formatter.section("命令 Commands"):
            formatter.write_dl([(name, words) for name, (_, words) in self.commands_in.items()])

    def main(self, args: Sequence[str] | None = None, *rest: Any, **settings: Any) -> Any:
        settings["standalone_mode"] = False
        settings.setdefault("prog_name", "qingfeng")
        screen = Screen()
        settings["obj"] = screen
        sys.exit(_guarded(lambda: super(Root, self).main(args, *rest, **settings), screen))


def _guarded(work: Any, screen: Screen) -> int:
    """Run a command; return its exit code.  Whatever goes wrong becomes sentences on stderr, or JSON on stdout."""
    screen.lang = os.environ.get("QINGFENG_LANG", "zh")
    screen.lang = screen.lang if screen.lang in ("zh", "en", "both") else "zh"
    screen.agency = os.environ.get("QINGFENG_AGENCY") or None
    try:
        code = work()
        sys.stdout.flush()
    except CommandFailed as failed:
        return _tell(screen, failed)
    except click.UsageError as error:
        return _tell(screen, CommandFailed(told_usage(error)))
    except (KeyboardInterrupt, click.Abort):
        screen.complain([Text(zh="已中断。", en="Interrupted.")])
        return INTERRUPTED
    except BrokenPipeError:
        # the reader went away (`| head`): nobody is left to tell, and Python must not complain about stdout at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except Exception as error:
        return _tell(screen, _known(error))
    return code if isinstance(code, int) else FINE


def _tell(screen: Screen, failed: CommandFailed) -> int:
    if screen.as_json:
        print(as_json({"error": [{"zh": m.zh, "en": m.en} for m in failed.messages], "code": failed.code}))
    else:
        screen.complain(failed.messages)
    return failed.code


def _known(error: Exception) -> CommandFailed:
    """Return what to tell a person about an error; an unknown one is our bug, told in one sentence."""
    message = getattr(error, "message", None) or getattr(error, "text", None)
    if isinstance(message, Text):
        store = any(c.__name__ == "StoreError" for c in type(error).__mro__)
        return CommandFailed(message, code=ENVIRONMENT if store else USAGE)
    if isinstance(error, OSError):
        where = f"（{error.filename}）" if error.filename else ""
        return CommandFailed(Text(zh=f"读写文件失败{where}：{error.strerror}。请检查路径、权限和磁盘空间。",
                                  en=f"Could not read or write {error.filename or 'a file'}: {error.strerror}. Check path, rights and disk."),
                             code=USAGE if isinstance(error, FileNotFoundError) else ENVIRONMENT)  # fmt: skip
    if os.environ.get("QINGFENG_TRACE"):
        traceback.print_exception(error)
    kind = type(error).__name__
    return CommandFailed(Text(zh=f"程序内部错误（{kind}）；未完成的操作没有保存。请设 QINGFENG_TRACE=1 重新运行，并将显示的详情交给维护人员。",
                              en=f"A bug in the program ({kind}); nothing unfinished was kept. Run again with QINGFENG_TRACE=1 and pass the details on."),
                         code=ENVIRONMENT)  # fmt: skip
