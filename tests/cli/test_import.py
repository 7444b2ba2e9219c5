"""`qingfeng import`: a document goes in, drafts with their doubts come out, and `powers check` says what they lack."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from qingfeng.cli.main import cli
from tests.importing import makers
from tests.importing.others import FORESTRY, MARKET

FILES = Path(__file__).parents[1] / "importing" / "files"


def ran(*args: object, code: int = 0, answers: str | None = None) -> str:
    result = CliRunner().invoke(cli, [str(arg) for arg in args], input=answers)
    assert result.exit_code == code, result.output
    return result.output


def told(*args: object, code: int = 0) -> Any:
    return json.loads(ran(*args, "--json", code=code))


@pytest.fixture
def forestry(tmp_path: Path) -> Path:
    path = tmp_path / "林木采伐.docx"
    path.write_bytes(makers.docx_of(FORESTRY, "alternate"))
    return path


def test_a_map_of_another_agency_becomes_a_draft_whose_faults_are_only_what_a_map_cannot_say(
    forestry: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    (file,) = told("import", forestry, "--out", out, "--folder", "a100")["files"]
    assert [Path(place).name for place in file["written"]] == ["licence.yaml", "licence.doubts.yaml"]
    power = yaml.safe_load((out / "a100" / "licence.yaml").read_text(encoding="utf-8"))
    assert power["id"] == "a100/licence"
    assert power["agency"]["zh"] == "青岚县林业局"
    assert power["source"]["document"].startswith("document-")
    steps = power["versions"][0]["steps"]
    assert [step["name"]["zh"] for step in steps] == list(FORESTRY.steps)
    assert [step["level"] for step in steps] == ["低", None, "高", None, "高", None, "中"]
    assert [risk["text"] for risk in steps[2]["risks"]] == list(FORESTRY.risks[1].items)
    assert steps[2]["owner"] == {"source": "营林股股长", "post": "section_head"}
    assert all(risk["stopped_by"] == [] for step in steps for risk in step["risks"]), (
        "nothing is bound before a person accepts it"
    )
    checked = told("powers", "check", out / "a100" / "licence.yaml", code=1)["files"][0]
    places = {error["place"].split(".")[-1] for error in checked["errors"]}
    assert places == {"branches"}, "a draft lacks what the map cannot say, and is sound otherwise"


def test_every_draft_of_the_known_files_reads_as_yaml_and_lacks_only_its_branches(tmp_path: Path) -> None:
    files = sorted(FILES.glob("*.txt"))
    answer = told("import", *files, "--out", tmp_path)
    assert sum(len(file["maps"]) for file in answer["files"]) == 14
    drafts = sorted(path for path in (tmp_path / "draft").glob("*.yaml") if not path.name.endswith(".doubts.yaml"))
    assert len(drafts) == 14
    for checked in told("powers", "check", *drafts, code=1)["files"]:
        assert {error["place"].split(".")[-1] for error in checked["errors"]} == {"branches"}, checked


def test_what_is_asked_first_is_what_is_least_sure_and_the_answer_holds(tmp_path: Path) -> None:
    seed = FILES / "002_efbc419af5a158b2.txt"
    before = told("import", seed)["files"][0]["maps"][4]
    swapped = [box for box in before["boxes"] if box["confidence"] < 0.8]
    assert swapped
    output = ran("import", seed, "--ask", "--out", tmp_path, answers="2\nq\n")
    assert "属于哪一个" in output
    first = min(
        (box["confidence"], m["number"], box["id"])
        for m in told("import", seed)["files"][0]["maps"]
        for box in m["boxes"]
    )
    assert f"第{first[1]}图" in output


def test_an_answer_moves_the_box_and_takes_its_doubt_away(forestry: Path, tmp_path: Path) -> None:
    from qingfeng.importing.importer import read_file

    text = (FILES / "002_efbc419af5a158b2.txt").read_bytes()
    (budget,) = [found for found in read_file(text, "a.txt").reading.maps if found.kind == "budget_preparation"]
    box = next(box for box in budget.boxes if box.items[0].text == "不按规定程序执行。")
    right = [step.name for step in budget.steps].index("准备")
    assert box.step != right
    assert right in box.alternatives
    budget.settled(box.id, right)
    assert next(one for one in budget.boxes if one.id == box.id).step == right
    assert not [doubt for doubt in budget.doubts if doubt.text == box.id]


def test_nothing_is_written_over_and_nothing_by_half(forestry: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    ran("import", forestry, "--out", out)
    written = (out / "draft" / "licence.yaml").read_bytes()
    (out / "draft" / "licence.yaml").write_bytes(b"mine")
    (out / "draft" / "licence.doubts.yaml").unlink()
    assert "已经存在" in ran("import", forestry, "--out", out, code=2)
    assert (out / "draft" / "licence.yaml").read_bytes() == b"mine"
    assert not (out / "draft" / "licence.doubts.yaml").exists()
    ran("import", forestry, "--out", out, "--force")
    assert (out / "draft" / "licence.yaml").read_bytes() == written
    assert sorted(path.name for path in (out / "draft").iterdir()) == ["licence.doubts.yaml", "licence.yaml"]


def test_one_bad_file_does_not_stop_the_others(forestry: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.docx"
    bad.write_bytes(b"PK\x03\x04 nonsense")
    files = told("import", bad, tmp_path / "missing.doc", forestry, code=2)["files"]
    assert ["error" in file for file in files] == [True, True, False]
    assert len(files[2]["maps"]) == 1
    ran("import", bad, code=2)


def test_proposals_are_taken_over_only_when_asked_for(forestry: Path, tmp_path: Path) -> None:
    ran("import", FILES / "penalty-table.docx", "--out", tmp_path, "--bind")
    power = yaml.safe_load((tmp_path / "draft" / "penalty.yaml").read_text(encoding="utf-8"))
    bound = [risk["stopped_by"] for step in power["versions"][0]["steps"] for risk in step["risks"]]
    assert sum(1 for names in bound if names) > 10
    report = yaml.safe_load((tmp_path / "draft" / "penalty.doubts.yaml").read_text(encoding="utf-8"))
    assert report["proposed"]["status"] == "proposed"
    assert {drill["risk"] for drill in report["proposed"]["drills"]} >= {"open_case.r1"}


def test_several_files_of_one_kind_get_names_of_their_own(tmp_path: Path) -> None:
    for n in range(2):
        (tmp_path / f"{n}.docx").write_bytes(makers.docx_of(MARKET, "wps"))
    files = told("import", tmp_path / "0.docx", tmp_path / "1.docx")["files"]
    assert [file["maps"][0]["draft"] for file in files] == ["draft/other_power", "draft/other_power_2"]


def test_it_speaks_english(forestry: Path) -> None:
    output = ran("import", forestry, "--lang", "en")
    assert "): 1 map\n" in output
    assert "7 steps, 8 risks" in output
