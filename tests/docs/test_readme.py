"""The commands that the README shows are commands that run."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from qingfeng.cli.main import cli

TOP = Path(__file__).parents[2]
SHOWN = re.findall(r"^\.venv/bin/qingfeng (.*?)(?:\s+#.*)?$", (TOP / "README.md").read_text(encoding="utf-8"), re.MULTILINE)


def test_the_readme_shows_commands() -> None:
    assert len(SHOWN) >= 5


@pytest.mark.parametrize("shown", SHOWN)
def test_a_command_of_the_readme_runs(shown: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(TOP)
    monkeypatch.delenv("QINGFENG_AGENCY", raising=False)
    result = CliRunner().invoke(cli, shlex.split(shown))
    assert result.exit_code == 0, result.output
    assert result.output.strip()
