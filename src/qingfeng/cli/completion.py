"""qingfeng completion: the script that makes a shell complete our commands."""

from __future__ import annotations

import click

from .frame import Told, screen_of


@click.command(cls=Told)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """输出命令补全脚本，如 eval "$(qingfeng completion bash)"。 Print the completion script of a shell."""
    from click.shell_completion import get_completion_class

    from .main import cli

    kind = get_completion_class(shell)
    assert kind is not None
    screen = screen_of()
    complete = kind(cli, {}, "qingfeng", "_QINGFENG_COMPLETE")
    script = complete.source_template % complete.source_vars()  # .source() would start the shell to ask for its version
    screen.data({"shell": shell, "script": script})
    screen.line(script)
