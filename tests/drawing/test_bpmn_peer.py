"""BPMN files as another program sees them: valid against the OMG schema, and walked from beginning to end by SpiffWorkflow."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from qingfeng.drawing.bpmn import bpmn_of
from qingfeng.drawing.sheet import Block, Sheet, sheet_of
from tests.drawing.shipped import versions
from tests.drawing.test_versions import NEW, older

TOP = Path(__file__).parents[2]
PEER = Path(os.environ.get("QINGFENG_PEERS") or TOP / ".venv-bench" / "bin" / "python")


@pytest.mark.slow
def test_another_program_reads_and_walks_every_map(tmp_path: Path) -> None:
    if not PEER.is_file():
        pytest.skip("没有 .venv-bench（requirements/bench.txt），由 ./test --all 建立。 There is no .venv-bench; ./test --all makes it.")
    from qingfeng.drawing.versions import compared

    lone = Sheet(power="a900/made", title="<&>", agency=None, version="2026-01-01", blocks=(Block(id="s1", number=1, name="办", label="办"),))
    sheets = {one.power: sheet_of(one) for one in versions()} | {"lone": lone, "both": compared(older(), NEW)}
    sheets["control"] = replace(lone, title="\x0b一\ufffe")
    for name, sheet in sheets.items():
        (tmp_path / f"{name.replace('/', '-')}.bpmn").write_bytes(bpmn_of(sheet))
    files = {name: str(tmp_path / f"{name.replace('/', '-')}.bpmn") for name in sheets}
    reader = [str(PEER), str(TOP / "tests" / "drawing" / "peer_reads_bpmn.py"), *files.values()]
    lines = subprocess.run(reader, check=True, capture_output=True, text=True, timeout=300).stdout.splitlines()
    told = {line["file"]: line for line in map(json.loads, lines)}
    for name, sheet in sheets.items():
        line = told[files[name]]
        assert line["valid"], (name, line["why"])
        assert line["steps"] == [f"step_{number}" for number in range(1, len(sheet.steps) + 1)], name
        assert line["done"], name
        if line["ended"] is not None:
            steps, done = line["ended"]
            assert done, name
            assert len(steps) < len(sheet.steps) or steps == line["steps"], "an early end ends the walk where it stands"
