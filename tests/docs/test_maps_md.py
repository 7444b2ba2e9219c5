"""docs/maps.md: its commands run, and it names every format, paper and element of our namespace."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner
from lxml import etree

from qingfeng.cli.main import cli
from qingfeng.drawing.bpmn import OWN, bpmn_of
from qingfeng.drawing.formats import FORMATS
from qingfeng.drawing.paper import PAPERS
from qingfeng.drawing.sheet import sheet_of, with_findings
from qingfeng.drawing.versions import compared
from tests.drawing.shipped import version
from tests.drawing.test_versions import NEW, older

TEXT = (Path(__file__).parents[2] / "docs" / "maps.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"```sh\n(.*?)```", TEXT, flags=re.DOTALL)[0].strip().split("\n")


def test_the_commands_of_the_page_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for line in COMMANDS:
        result = CliRunner().invoke(cli, shlex.split(line)[1:])
        assert result.exit_code == 0, (line, result.output)
    assert {path.suffix for path in tmp_path.iterdir()} == {".svg", ".pdf", ".docx", ".bpmn", ".html"}


def test_every_format_and_paper_is_named() -> None:
    for name in FORMATS:
        assert f"`--{name}`" in TEXT
    for name in (*PAPERS, "auto"):
        assert f"`{name}`" in TEXT


def test_every_element_and_attribute_of_our_namespace_is_described() -> None:
    from datetime import date

    live = with_findings(sheet_of(version("a001/licence")), {"accept": 1}, date(2026, 3, 3))
    for sheet in (live, compared(older(), NEW)):
        for part in etree.fromstring(bpmn_of(sheet)).iter(f"{{{OWN}}}*"):
            assert f"`{etree.QName(part).localname}`" in TEXT
            for name in part.attrib:
                assert f"`{name}`" in TEXT, name
    assert OWN in TEXT
