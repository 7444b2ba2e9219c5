"""Errors in words: what happened, why, what next, and the exit code."""

from __future__ import annotations

import errno
import os
import traceback

import click

from qingfeng.terms.text import Text

from .screen import ENVIRONMENT, FOUND, USAGE, CommandFailed

_CODES = {
    "StoreError": ENVIRONMENT,
    "ClockJumped": ENVIRONMENT,
    "CalendarMissing": ENVIRONMENT,
    "LogTrouble": ENVIRONMENT,
    "BadRegistration": FOUND,
    "BadChange": FOUND,
}
"""Exit codes of errors that carry their own words; by name, so that a quick command imports none of them."""

_OS_WORDS = {
    errno.ENOENT: "没有这个文件或目录",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.ENOSPC: "磁盘已满",
    errno.EROFS: "文件系统只读",
    errno.EISDIR: "这是目录，不是文件",
    errno.ENOTDIR: "路径中有一段不是目录",
    errno.EEXIST: "已有同名文件",
    errno.ENAMETOOLONG: "名称过长",
}
_WRONG_PATH = (errno.ENOENT, errno.EISDIR, errno.ENOTDIR, errno.EEXIST, errno.ENAMETOOLONG)


def told(error: Exception) -> CommandFailed:
    """Return what to tell a person about an error; an unknown one is our bug, told in one sentence."""
    message = getattr(error, "message", None) or getattr(error, "text", None)
    faults = getattr(error, "faults", None)
    match error:
        case CommandFailed():
            return error
        case click.UsageError():
            return CommandFailed(_usage(error))
        case OSError():
            return _outside(error)
    if isinstance(message, Text):
        codes = [_CODES[c.__name__] for c in type(error).__mro__ if c.__name__ in _CODES]
        return CommandFailed(message, code=codes[0] if codes else USAGE)
    if isinstance(faults, tuple) and all(hasattr(f, "what") and hasattr(f, "hint") for f in faults):
        words = [
            Text(zh=f"第{f.line}行：{f.what.zh}{f.hint.zh}", en=f"line {f.line}: {f.what.en} {f.hint.en}")
            for f in faults
        ]
        return CommandFailed(*words[:20])
    if os.environ.get("QINGFENG_TRACE"):
        traceback.print_exception(error)
    kind = type(error).__name__
    return CommandFailed(
        Text(
            zh=f"程序内部错误（{kind}）；未完成的操作没有保存。请设 QINGFENG_TRACE=1 重新运行，并将显示的详情交给维护人员。",
            en=f"A bug in the program ({kind}); nothing unfinished was kept. "
            "Run again with QINGFENG_TRACE=1 and pass the details on.",
        ),
        code=ENVIRONMENT,
    )


def _outside(error: OSError) -> CommandFailed:
    where = str(error.filename)[:200] if error.filename else ""
    why = _OS_WORDS.get(error.errno or 0, error.strerror or str(error))
    return CommandFailed(
        Text(
            zh=f"读写失败{f'（{where}）' if where else ''}：{why}。请检查路径、权限和磁盘空间。",
            en=f"Could not read or write {where or 'a file'}: {error.strerror or error}. Check path, rights and disk.",
        ),
        code=USAGE if error.errno in _WRONG_PATH else ENVIRONMENT,
    )


def _usage(error: click.UsageError) -> Text:
    """Return what is wrong with a command line, and where to read how it is written."""
    path = error.ctx.command_path if error.ctx is not None else "qingfeng"
    english = error.format_message()[:500].rstrip(".")
    return Text(zh=f"{_wrong(error)}。用法见：{path} --help", en=f"{english}. See: {path} --help")


def _wrong(error: click.UsageError) -> str:
    match error:
        case click.NoSuchOption():
            maybe = f"；是否应为{'、'.join(error.possibilities)}？" if error.possibilities else ""
            return f"没有选项“{error.option_name[:50]}”{maybe}"
        case click.MissingParameter():
            return f"缺少{_name(error)}"
        case click.BadParameter():
            return f"{_name(error)}的值不对{_wanted(error.param)}"
        case click.BadOptionUsage():
            return f"选项{error.option_name[:50]}缺少值或用法不对"
    return f"命令写法不对（{error.format_message()[:300].rstrip('.')}）"


def _name(error: click.BadParameter) -> str:
    if error.param is None:
        return "参数"
    if isinstance(error.param, click.Option):
        return str(error.param.opts[0])
    return str(error.param.metavar or error.param.name).upper()


def _wanted(param: click.Parameter | None) -> str:
    kind = param.type if param is not None else None
    match kind:
        case click.Choice():
            return f"；可用：{'、'.join(str(c) for c in kind.choices)}"
        case click.IntRange():
            return f"；应为{kind.min if kind.min is not None else ''}至{kind.max if kind.max is not None else ''}的整数"
    return "；应为整数" if kind is click.INT else ""
