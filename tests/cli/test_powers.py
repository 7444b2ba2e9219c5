"""qingfeng powers: every fault is told, the export has the agreed shape, versions are compared and published."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qingfeng import wiring
from tests.cli.conftest import Run, Told

AWARD = wiring.data_folder("powers") / "a000" / "award.yaml"
MAPS, OURS = 14, len(list((wiring.data_folder("powers") / "supervision").glob("*.yaml")))
"""The maps of the documents, and the built-in powers, whose maps are ours."""


@pytest.fixture
def award(tmp_path: Path) -> Path:
    """A copy of a shipped file that a test may spoil."""
    path = tmp_path / "a000" / "award.yaml"
    path.parent.mkdir()
    path.write_text(AWARD.read_text(encoding="utf-8"), encoding="utf-8")
    return path


def test_the_shipped_powers_are_usable_and_their_gaps_counted(told: Told) -> None:
    value = told("powers", "check")
    assert (value["usable"], value["faulty"]) == (MAPS + OURS, 0)
    assert value["gaps"] == sum(len(f["gaps"]) for f in value["files"]) > 0
    assert all(f["coverage"]["risks"] >= f["coverage"]["risks_bound"] for f in value["files"])


def test_every_fault_is_told_with_file_line_and_mend(run: Run, told: Told, award: Path) -> None:
    text = award.read_text(encoding="utf-8").replace("kind: award", "kind: prize").replace("diagram: 3", "diagram: x")
    award.write_text(text, encoding="utf-8")
    (file,) = told("powers", "check", str(award), code=1)["files"]
    assert len(file["errors"]) >= 2
    assert all(f["line"] and f["what"]["zh"] and f["hint"]["zh"] for f in file["errors"])
    words = run("powers", "check", str(award), code=1).stdout
    assert all(f":{f['line']}" in words for f in file["errors"])


def test_settings_that_no_control_takes_are_faults(told: Told, award: Path) -> None:
    text = award.read_text(encoding="utf-8").replace("separate_duties:", "separate_dutie:")
    assert text != award.read_text(encoding="utf-8")
    award.write_text(text, encoding="utf-8")
    assert told("powers", "check", str(award), code=1)["faulty"] == 1


@pytest.fixture
def penalty(tmp_path: Path) -> Path:
    """A copy of a power with many controls."""
    path = tmp_path / "a000" / "penalty.yaml"
    path.parent.mkdir()
    path.write_text(
        (wiring.data_folder("powers") / "a000" / "penalty.yaml").read_text(encoding="utf-8"), encoding="utf-8"
    )
    return path


def test_every_setting_that_cannot_work_is_a_fault_of_its_own_with_its_line_and_its_path_once(
    told: Told, penalty: Path
) -> None:
    text = penalty.read_text(encoding="utf-8")
    wrong = {
        "controls.deliberation_quorum.fewest": ("fewest: 3, percent: 67", "fewest: 4, percent: 67", "只有3个席位"),
        "controls.speaking_order.chairs": ("chairs: [agency_head]}", "chairs: [section_head]}", "不能表决"),
        "controls.own_vote.copies": ("ahead: 1, copies: 3}", "ahead: 1, copies: many}", "应为整数"),
        "controls.own_vote.posts": (
            "posts: [deputy_in_charge, agency_head], recusals",
            "posts: 3, recusals",
            "应为列表",
        ),
    }
    for old, new, _ in wrong.values():
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    penalty.write_text(text, encoding="utf-8")
    (file,) = told("powers", "check", str(penalty), code=1)["files"]
    found = {fault["place"].partition(".controls.")[2]: fault for fault in file["errors"]}
    assert set(found) == {place.removeprefix("controls.") for place in wrong}
    lines = text.splitlines()
    for place, (_, new, why) in wrong.items():
        fault = found[place.removeprefix("controls.")]
        assert new in lines[fault["line"] - 1], fault
        assert why in fault["what"]["zh"]
        assert "controls." not in fault["what"]["zh"]


def test_a_control_that_cites_the_statute_may_not_give_the_party_less(told: Told, penalty: Path) -> None:
    text = (
        penalty.read_text(encoding="utf-8")
        .replace("ahead: 7, statute", "ahead: 6, statute")
        .replace("window: 5, statute", "window: 1, statute")
    )
    penalty.write_text(text, encoding="utf-8")
    (file,) = told("powers", "check", str(penalty), code=1)["files"]
    places = [fault["place"].rpartition("controls.")[2] for fault in file["errors"]]
    assert places == ["hearing_right.window", "hearing_conduct.ahead"]
    assert ["5" in fault["what"]["zh"] for fault in file["errors"]] == [True, False]
    assert all(fault["line"] for fault in file["errors"])


def test_the_export_has_the_agreed_shape(run: Run) -> None:
    value = json.loads(run("powers", "export", "--json").stdout)
    assert value == json.loads(run("powers", "export").stdout)
    assert value.keys() == {"powers", "builtin"}, "the maps of the documents, and ours apart"
    assert (len(value["powers"]), len(value["builtin"])) == (MAPS, OURS)
    assert all(power["source"].keys() == {"document", "diagram"} for power in value["powers"])
    assert all(power["source"] == {"builtin": True} for power in value["builtin"])
    for power in [*value["powers"], *value["builtin"]]:
        assert power.keys() == {"id", "title", "agency", "kind", "source", "steps", "whole_process", "faults"}
        for step in power["steps"]:
            assert step.keys() == {"id", "name", "level", "owner", "doubt", "risks", "measures"}
        boxes = [*power["steps"], power["whole_process"]]
        risks = [risk for box in boxes for risk in box["risks"]]
        assert all(r.keys() - {"parts"} == {"id", "text", "reads_as", "stopped_by"} for r in risks)
        parts = [part for risk in risks if "parts" in risk for part in risk["parts"]]
        assert all(part.keys() == {"id", "text", "stopped_by"} for part in parts)
        assert all(risk["parts"] for risk in risks if "parts" in risk), "a risk that is one thing has no parts"
        assert all(m.keys() == {"id", "text", "reads_as", "carried_by"} for box in boxes for m in box["measures"])
    boxes = [box for power in value["powers"] for box in [*power["steps"], power["whole_process"]]]
    assert sum(len(box["risks"]) for box in boxes) == sum(len(box["measures"]) for box in boxes) == 189


def test_a_file_that_cannot_be_used_stands_apart_in_the_export(run: Run, award: Path) -> None:
    award.write_text("id: x", encoding="utf-8")
    result = run("powers", "export", str(award), code=1)
    value = json.loads(result.stdout)
    assert value["powers"] == []
    assert value["unusable"][0]["faults"]


def test_list_and_show(run: Run, told: Told) -> None:
    assert len(told("powers", "list")["powers"]) == MAPS + OURS
    assert len(told("powers", "list", "--published")["powers"]) == MAPS + OURS
    assert "a000/penalty" in run("powers", "list").stdout
    words = run("powers", "show", "a000/award").stdout
    assert words.index("风险点") < words.index("流程") < words.index("防控措施")
    shown = told("powers", "show", str(AWARD))
    assert {"acts", "limits", "branches", "steps", "version"} <= shown.keys()
    assert all(item["text"][:10] in words for step in shown["steps"] for item in step["risks"])


def test_an_unknown_power_or_version_is_bad_input(run: Run) -> None:
    assert "a000/penalty" in run("powers", "show", "a000/pnalty", code=2).stderr
    run("powers", "show", "a000/award", "--version", "1999-01-01", code=2)
    run("powers", "show", "nowhere.yaml", code=2)


def test_diff_tells_changes_in_words_and_ends_with_1(run: Run, told: Told, award: Path) -> None:
    assert told("powers", "diff", str(AWARD), str(award))["changes"] == []
    award.write_text(award.read_text(encoding="utf-8").replace("健全考评制度", "废止考评制度"), encoding="utf-8")
    value = told("powers", "diff", str(AWARD), str(award), code=1)
    assert any("废止考评制度" in change["zh"] for change in value["changes"])
    assert "废止考评制度" in run("powers", "diff", "a000/award", str(award), code=1).stdout
    run("powers", "diff", "a000/award", "--from", "1999-01-01", "--to", "2000-01-01", code=2)
    run("powers", "diff", "a000/award", code=2)


def test_a_published_version_cannot_be_rewritten(run: Run, told: Told, award: Path) -> None:
    (same,) = told("powers", "publish", str(award))["published"]
    assert same["new"] is False
    award.write_text(award.read_text(encoding="utf-8").replace("健全考评制度", "废止考评制度"), encoding="utf-8")
    run("powers", "publish", str(award), code=1)


def test_stories_run_and_a_row_that_goes_otherwise_is_found(run: Run, told: Told, award: Path) -> None:
    value = told("powers", "stories", str(award), "--story", "not_authorised")
    assert value["ok"] is True
    assert [s["story"] for s in value["stories"]] == ["not_authorised"]
    run("powers", "stories", str(award), "--story", "no_such_story", code=2)
    text = award.read_text(encoding="utf-8")
    at = text.index("id: not_authorised")
    award.write_text(text[:at] + text[at:].replace("then: closed", 'then: "refused: shape"', 1), encoding="utf-8")
    failed = told("powers", "stories", str(award), "--story", "not_authorised", code=1)
    assert [r["as_expected"] for r in failed["stories"][0]["rows"]].count(False) == 1
    assert "预期" in run("powers", "stories", str(award), "--story", "not_authorised", code=1).stdout


def test_the_schema_is_json(run: Run) -> None:
    assert json.loads(run("powers", "schema").stdout)["$schema"].startswith("https://json-schema.org/")


def _twin(tmp_path: Path, name: str, *changes: tuple[str, str]) -> Path:
    text = (wiring.data_folder("powers") / "a000" / "penalty.yaml").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = tmp_path / "both" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


OTHER = ("\nid: a000/penalty\n", "\nid: a000/penalty_two\n")


def test_two_powers_of_an_agency_may_not_hold_one_receipt_number(run: Run, told: Told, tmp_path: Path) -> None:
    twin = _twin(tmp_path, "two.yaml", OTHER, ("prefix: 示罚", "prefix: 另罚"), ("示罚B", "另罚B"), ("另罚B,", "示 罚Ｂ,"))
    assert told("powers", "check", str(twin))["faulty"] == 0  # alone it is fine
    _twin(tmp_path, "one.yaml")
    one, two = told("powers", "check", str(twin.parent), code=1)["files"]
    assert one["errors"] == []
    (fault,) = two["errors"]
    assert fault["place"].endswith("controls.fine_receipts.books[2]")
    assert "示 罚Ｂ" in twin.read_text(encoding="utf-8").splitlines()[fault["line"] - 1]
    assert all("a000/penalty" in text and "示罚B" in text for text in fault["what"].values())
    refused = run("powers", "publish", str(twin), code=1)
    assert f":{fault['line']}" in refused.stderr
    assert "a000/penalty（" in refused.stderr
    assert "a000/penalty_two" not in {p["id"] for p in told("powers", "list", "--published")["powers"]}
    run("init", "--powers", str(twin.parent), "--agency", str(tmp_path / "new.db"), code=1)


def test_a_later_version_goes_on_with_the_same_books_but_not_with_part_of_them(told: Told, tmp_path: Path) -> None:
    later = ("- in_force_from: 2024-01-01", "- in_force_from: 2030-01-01")
    _twin(tmp_path, "one.yaml")
    same = _twin(tmp_path, "two.yaml", later)
    assert told("powers", "check", str(same.parent))["faulty"] == 0
    _twin(tmp_path, "two.yaml", later, ('示罚B, first: "0001"', '示罚B, first: "0501"'))
    assert told("powers", "check", str(same.parent), code=1)["faulty"] == 1
