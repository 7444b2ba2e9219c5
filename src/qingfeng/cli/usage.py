"""Click's complaints about wrong use, in the reader's language."""

from __future__ import annotations

import click

from qingfeng.terms.text import Text


def told_usage(error: click.UsageError) -> Text:
    """Return what is wrong with a command line, and where to read how it is written."""
    path = error.ctx.command_path if error.ctx is not None else "qingfeng"
    zh, en = _what(error)
    return Text(zh=f"{zh}用法见：{path} --help", en=f"{en} See: {path} --help")


def _what(error: click.UsageError) -> tuple[str, str]:
    english = error.format_message()[:500]
    name = _name(error)
    match error:
        case click.NoSuchOption():
            maybe = f"是否应为{'、'.join(error.possibilities)}？" if error.possibilities else ""
            return f"没有选项“{error.option_name[:50]}”。{maybe}", english
        case click.MissingParameter():
            return f"缺少{name}。", english
        case click.BadParameter():
            return f"{name}的值不对：{error.message[:300]}。", english
        case click.BadOptionUsage():
            return f"选项{error.option_name[:50]}用法不对：{error.message[:300]}。", english
    return f"命令写法不对：{english}。", english


def _name(error: click.UsageError) -> str:
    param = getattr(error, "param", None)
    if param is None:
        return "参数"
    return str(param.opts[0]) if isinstance(param, click.Option) else str(param.make_metavar(error.ctx))
