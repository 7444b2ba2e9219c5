"""docs/cli.md names every command and option, and its tour runs."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from qingfeng.cli import agency
from qingfeng.cli.main import cli
from qingfeng.terms.instants import LOCAL

TEXT = (Path(__file__).parents[2] / "docs" / "cli.md").read_text(encoding="utf-8")
TOUR = re.findall(r"```sh\n(.*?)```", TEXT, flags=re.DOTALL)[0].strip().split("\n")


def commands(group: click.Group, before: str = "") -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, f"{before}{name} ")
        else:
            yield before + name, command


ALL = dict(commands(cli))


@pytest.mark.parametrize("name", ALL)
def test_every_command_is_described_with_its_options(name: str) -> None:
    words = name.split()
    assert f"`{name}" in TEXT or (words[0] == "deadlines" and "`deadlines [list]" in TEXT)
    for param in ALL[name].params:
        if isinstance(param, click.Option) and param.opts[0] != "--by":
            assert param.opts[0] in TEXT, param.opts


def test_the_tour_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("QINGFENG_AGENCY", raising=False)
    monkeypatch.delenv("QINGFENG_HOME", raising=False)
    monkeypatch.setattr(agency, "read_clock", lambda: datetime(2026, 3, 3, 10, tzinfo=LOCAL))
    for line in TOUR:
        result = CliRunner().invoke(cli, shlex.split(line)[1:])
        assert result.exit_code == 0, (line, result.output)
    assert (tmp_path / "var" / "agency" / "agency.db").exists()
