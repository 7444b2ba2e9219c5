"""qingfeng draw-map: every format, papers, two versions, findings; wishes that do not go together are told, and nothing is written over."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from PIL import Image

from qingfeng.cli.main import cli
from qingfeng.drawing.formats import FORMATS
from tests.cli.conftest import Run, Told, Until

TOP = Path(__file__).parents[2]
PENALTY = TOP / "powers" / "a000" / "penalty.yaml"


def draw(*args: str, code: int = 0) -> Result:
    result = CliRunner().invoke(cli, ["draw-map", *args])
    assert result.exit_code == code, result.output
    return result


def test_every_format_in_one_go_into_a_folder(tmp_path: Path) -> None:
    told = json.loads(draw("a000/penalty", *(f"--{name}" for name in FORMATS), "--out", str(tmp_path), "--json").stdout)
    assert {Path(path).suffix[1:] for path in told["files"]} == set(FORMATS)
    assert all(Path(path).stat().st_size > 5_000 for path in told["files"])
    assert told["power"] == "a000/penalty"


def test_without_a_format_it_is_an_svg_and_one_that_is_there_is_never_overwritten(tmp_path: Path) -> None:
    out = tmp_path / "map.svg"
    draw("a000/penalty", "--out", str(out))
    before = out.read_bytes()
    assert "已有同名文件" in draw("a001/licence", "--out", str(out), code=2).output
    assert out.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["map.svg"]


def test_pages_of_a_picture_are_numbered(tmp_path: Path) -> None:
    draw("a000/penalty", "--png", "--paper", "a4-landscape", "--out", str(tmp_path / "map.png"))
    names = sorted(one.name for one in tmp_path.iterdir())
    assert names == [f"map-{number}.png" for number in range(1, len(names) + 1)]
    assert len(names) > 1
    wide, high = Image.open(tmp_path / "map-1.png").size
    assert wide > high


def test_a_file_of_ones_own_is_drawn_and_compared_with_an_older_text(tmp_path: Path) -> None:
    older = tmp_path / "older.yaml"
    older.write_text(PENALTY.read_text(encoding="utf-8").replace("超越职权，擅自销案。", "擅自销案。").replace("text: 超越职权", "text: 擅自"),
                     encoding="utf-8")  # fmt: skip
    text = older.read_text(encoding="utf-8").replace("""{id: p1, text: 擅自, stopped_by: [authority_scope]},
              {id: p2, text: 擅自销案,""", """{id: p1, text: 擅自, stopped_by: [authority_scope]},
              {id: p2, text: 销案,""")
    older.write_text(text, encoding="utf-8")
    out = tmp_path / "both.svg"
    draw(str(PENALTY), "--compare", str(older), "--out", str(out))
    drawn = out.read_text(encoding="utf-8")
    assert "△改动" in drawn
    assert "原文：擅自销案。" in drawn


def test_findings_of_the_agency_are_counted_at_their_steps(told: Told, run: Run, until: Until, tmp_path: Path) -> None:
    until(2026, 6, 3, 10)
    told("deadlines", "run", "--confirm-clock")
    run("detect", code=1)
    out = tmp_path / "live.svg"
    run("draw-map", "a000/penalty", "--findings", "--out", str(out))
    drawn = out.read_text(encoding="utf-8")
    assert "截至2026-06-03的发现" in drawn
    assert "无发现" in drawn
    assert "发现" in drawn.replace("无发现", "").replace("的发现", "")


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("a000/none",), "没有职权"),
        (("a000/penalty", "--version", "1999-01-01"), "没有1999-01-01版"),
        (("a000/penalty", "--bpmn", "--paper", "a4"), "没有纸张"),
        (("a000/penalty", "--svg", "--pdf", "--out", "one.svg"), "须是已有的文件夹"),
        (("a000/penalty", "--public", "www.example.gov.cn"), "不是网站地址"),
        (("a000/penalty", "--compare", "2024-01-01", "--findings"), "不能同时用"),
        (("a000/penalty", "--compare", str(TOP / "powers" / "a001" / "penalty.yaml")), "只能对照同一职权"),
        (("a000/penalty", "--out", "no/such/folder/map.svg"), "没有这个文件或目录"),
    ],
)
def test_what_cannot_be_drawn_is_told(args: tuple[str, ...], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = draw(*args, code=2)
    assert said in result.output
    assert "Traceback" not in result.output
    assert not list(tmp_path.iterdir())


def test_a_code_leads_to_the_page_of_the_power(tmp_path: Path) -> None:
    draw("a000/penalty", "--svg", "--public", "https://www.example.gov.cn/", "--out", str(tmp_path))
    assert "https://www.example.gov.cn/powers/a000/penalty/" in (tmp_path / "a000-penalty.svg").read_text(encoding="utf-8")
