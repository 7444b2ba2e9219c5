"""qingfeng controls …: the rules that there are, what each stops, how it is set, told from the rules themselves."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from dataclasses import MISSING, fields
from typing import Any

import click

from qingfeng.casework.words import both
from qingfeng.terms.text import Text

from .frame import Section, screen_of
from .screen import CommandFailed

HEADINGS = ("Why:", "Finds:", "Not:", "Source:")


@click.group(cls=Section, invoke_without_command=True)
@click.pass_context
def controls(ctx: click.Context) -> None:
    """防控措施（规则）：各拦什么、怎么设置。 The rules: what each stops and how it is set."""
    if ctx.invoked_subcommand is None:
        _list()


@controls.command("list")
def list_() -> None:
    """列出全部规则。 List all rules."""
    _list()


@controls.command()
@click.argument("name")
def show(name: str) -> None:
    """一条规则：说明、设置、例子。 One rule: what it says, its settings, its examples."""
    from qingfeng.controls import discover

    screen = screen_of()
    known = discover()
    if name not in known:
        raise CommandFailed(Text(zh=f"没有规则“{name[:60]}”；用 qingfeng controls 查看全部。", en=f"No rule {name[:60]!r}; see qingfeng controls."))
    kind = known[name]
    screen.line(text_of(kind))
    for label, stories in ((Text("准予的例子：", "Allowed:"), kind.allowed), (Text("拦下的例子：", "Refused:"), kind.refused)):
        screen.line(screen.words(label))
        for story in stories:
            screen.line("  " + "；".join(story))
    screen.data({"name": name, "title": both(kind.title), "text": doc_of(kind), "settings": [*settings_of(kind)],
                 "allowed": [list(s) for s in kind.allowed], "refused": [list(s) for s in kind.refused]})  # fmt: skip


def _list() -> None:
    from qingfeng.controls import discover

    from .table import show_table

    screen = screen_of()
    rows = [(name, kind.title.zh, kind.title.en) for name, kind in sorted(discover().items())]
    show_table(screen, [screen.pick("规则", "rule"), "中文", "English"], rows)
    screen.data({"controls": [{"name": name, "title": both(kind.title)} for name, kind in sorted(discover().items())]})


def doc_of(kind: type[Any]) -> str:
    """Return what the file of a rule says at its head."""
    return inspect.getdoc(sys.modules[kind.__module__]) or ""


def settings_of(kind: type[Any]) -> Iterator[dict[str, Any]]:
    """Yield the settings of a rule: name, type in words, whether it must be set, its default."""
    for one in fields(kind):
        must = one.default is MISSING
        yield {"name": one.name, "type": str(one.type), "required": must, "default": None if must else repr(one.default)}


def text_of(kind: type[Any]) -> str:
    """Return one rule as Markdown."""
    head, *rest = doc_of(kind).split("\n")
    lines = [f"## {kind.name} · {kind.title.zh} · {kind.title.en}", "", head.partition(": ")[2].strip() or head, ""]
    for line in rest:
        lines += ["- " + line if line.startswith(HEADINGS) else "  " + line] if line.strip() else []
    lines += ["", "| 设置 setting | 类型 type | 默认 default |", "|---|---|---|"]
    for one in settings_of(kind):
        default = "必填 required" if one["required"] else f"`{one['default']}`"
        kind_of = one["type"].replace("|", "或")
        lines.append(f"| `{one['name']}` | `{kind_of}` | {default} |")
    return "\n".join([*lines, ""])


def page() -> str:
    """Return docs/controls.md: every rule, in order of name."""
    from qingfeng.controls import discover

    head = [
        "# 防控措施（规则） · Controls", "",
        "由规则文件生成（`./dev controls`），不要手改。每条规则写两遍：办理前拦（check），事后在记录里找（detect）；没做的事另行查找（watch）。",
        "Generated from the rules; do not edit. Each is told twice: before the act and over the log; what was not done is looked for too.",
        "",
    ]  # fmt: skip
    return "\n".join(head + [text_of(kind) for _, kind in sorted(discover().items())])
