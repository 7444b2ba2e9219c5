"""docs/logs.md: its commands run one after the other, and it names every key of a mapping and every mapping that is shipped."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from qingfeng.cli.main import cli
from qingfeng.importing.logs import mapping
from qingfeng.importing.logs.ready import READY, text_of

from ..importing.logs.made_kit import EVENTS, as_csv

TEXT = (Path(__file__).parents[2] / "docs" / "logs.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"```sh\n(.*?)```", TEXT, flags=re.DOTALL)[0].strip().split("\n")


def test_the_commands_of_the_page_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    as_csv(Path("办件.csv"), EVENTS)
    for line in COMMANDS:
        result = CliRunner().invoke(cli, shlex.split(line, comments=True)[1:])
        assert result.exit_code in (0, 1), (line, result.output)
    assert {"映射.yaml", "日志", "线索.xlsx"} <= {path.name for path in tmp_path.iterdir()}


def test_every_key_of_a_mapping_is_named() -> None:
    named = set(re.findall(r"`([a-z_]+)`", TEXT))
    assert named >= mapping._KEYS


def test_every_mapping_that_is_shipped_is_named() -> None:
    for name in READY:
        power = mapping.read_mapping(text_of(name), name=name).power
        assert f"| `{name}` | {power} |" in TEXT
