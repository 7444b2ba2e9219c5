"""Loading a power file: the sample is a power; whatever is broken in it is told, in its place, in words that help."""

from __future__ import annotations

import copy
import json
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qingfeng.catalogue.build import version_document, version_from_document
from qingfeng.catalogue.load import BadVocabulary, load_vocabulary
from qingfeng.catalogue.located import read_yaml
from qingfeng.catalogue.power import ByField, PowerVersion
from qingfeng.catalogue.schema import power_schema
from qingfeng.ledger.canonical import canonical
from tests.catalogue.broken import BROKEN, GAPS
from tests.catalogue.sample import SAMPLE, changed, load, vocabulary


def _sample() -> PowerVersion:
    power = load(SAMPLE).power
    assert power is not None
    return power.versions[0]


def test_the_sample_is_a_power_without_any_fault() -> None:
    loaded = load(SAMPLE)
    assert loaded.faults == ()
    assert loaded.power is not None
    assert loaded.power.id == "a900/permit"


def test_rules_and_order_are_looked_up_by_step() -> None:
    version = _sample()
    assert list(version.step_order) == ["accept", "decide", "closed"]
    assert isinstance(version.rules["decide", "decide_application"].to, ByField)
    assert ("accept", "decide_application") not in version.rules
    assert ("closed", "stamp_paper") in version.rules


def test_the_first_row_that_holds_a_step_applies_and_any_is_not_closed() -> None:
    text = changed(
        "        - {act: submit_examination, at: [decide]",
        "        - {act: countersign, at: [decide], by: [examiner], once: true}\n"
        "        - {act: countersign, at: [any], by: [rechecker]}\n"
        "        - {act: submit_examination, at: [decide]",
    )
    power = load(text).power
    assert power is not None
    rules = power.versions[0].rules
    assert rules["decide", "countersign"].by == ("examiner",)
    assert rules["accept", "countersign"].by == ("rechecker",)
    assert ("closed", "countersign") not in rules


def test_a_published_document_rebuilds_the_version_by_itself() -> None:
    version = _sample()
    document = json.loads(canonical(version_document(version)))
    again = version_from_document(document)
    stories = tuple(replace(s, rows=tuple(replace(row, line=0) for row in s.rows)) for s in version.stories)
    for field in fields(PowerVersion):
        wanted = stories if field.name == "stories" else getattr(version, field.name)
        assert getattr(again, field.name) == wanted, field.name
    assert canonical(version_document(again)) == canonical(version_document(version))


def test_a_document_holds_the_words_it_uses_and_no_others() -> None:
    words = version_document(_sample())["words"]
    assert {"stamp_paper", "accept_application"} <= set(words["acts"])
    assert "inspect_site" not in words["acts"]
    assert {"counter_clerk", "section_head"} <= set(words["posts"])
    assert "custodian" not in words["posts"]
    assert "document_no" in words["fields"]


def test_story_rows_know_their_line() -> None:
    row = _sample().stories[0].rows[0]
    assert "receive_application" in SAMPLE.splitlines()[row.line - 1]


@pytest.mark.parametrize(("old", "new", "place", "line", "word"), BROKEN)
def test_what_is_broken_is_told_in_its_place(old: str, new: str, place: str, line: str, word: str) -> None:
    text = changed(old, new)
    loaded = load(text)
    assert loaded.power is None
    told = [
        (fault.place, text.splitlines()[fault.line - 1] if fault.line else "", fault.what.zh + fault.hint.zh)
        for fault in loaded.errors
    ]
    assert any(place in where and line in there and word in said for where, there, said in told), told


@pytest.mark.parametrize(("old", "new", "place", "line", "word"), BROKEN)
def test_one_slip_is_no_avalanche(old: str, new: str, place: str, line: str, word: str) -> None:
    assert len(load(changed(old, new)).errors) <= 12  # a renamed step is missed by each row that names it


def test_a_power_that_starts_nowhere_near_its_end() -> None:
    text = SAMPLE.replace("to: decide, after: [receive_application]", "after: [receive_application]")
    told = [fault.what.zh for fault in load(text).errors]
    assert any("没有任何动作通向环节“决定”" in said for said in told)


def test_every_fault_is_told_at_once() -> None:
    text = (
        SAMPLE.replace("level: 高", "level: 极高")
        .replace("kind: licence", "kind: x")
        .replace("does: wait", "does: wiat")
    )
    places = " ".join(fault.place for fault in load(text).errors)
    assert "kind" in places
    assert "decide.level" in places
    assert "stories.full_course.rows.6.does" in places


def test_a_broken_row_is_not_told_again_by_what_names_it() -> None:
    errors = load(changed("by: [agency_head], once: true", "by: agency_head, once: true")).errors
    assert ["approve_extension.by" in fault.place for fault in errors] == [True]


def test_versions_must_ascend() -> None:
    version = SAMPLE[SAMPLE.index("  - in_force_from") :]
    faults = load(SAMPLE + version).errors
    assert any("不晚于" in fault.what.zh for fault in faults)
    assert load(SAMPLE + version.replace("2024-01-01", "2025-01-01")).errors == ()


@pytest.mark.parametrize(("old", "new", "place", "word"), GAPS)
def test_what_the_source_lacks_is_told_and_does_not_block(old: str, new: str, place: str, word: str) -> None:
    loaded = load(changed(old, new))
    assert loaded.power is not None, loaded.errors
    assert any(place in fault.place and word in fault.what.zh and fault.line for fault in loaded.gaps), loaded.gaps


def test_a_supervisor_may_own_the_step_of_supervision() -> None:
    text = changed("source: 分管领导, post: deputy_in_charge", "source: 纪检负责人, post: discipline_head")
    text = text.replace("name: {zh: 决定, en: Decision}\n", "name: {zh: 事后监管, en: Supervision}\n")
    assert load(text).gaps == ()


def test_a_seizure_never_rolls_and_an_hour_never_stops() -> None:
    limit = 'basis: {instrument: 行政许可法, article: "42(1)"}, rolls: agency'
    text = changed(limit, 'basis: {instrument: 行政强制法, article: "25"}, rolls: agency').replace(
        "n: 20, unit: working_day", "n: 30, unit: hour"
    )
    told = " ".join(fault.what.zh for fault in load(text).errors)
    assert "不因休息日顺延" in told
    assert "不能停表" in told


def test_the_published_schema_is_the_one_that_is_checked() -> None:
    written = Path(__file__).parents[2] / "docs" / "power.schema.json"
    assert written.read_text(encoding="utf-8") == json.dumps(power_schema(), ensure_ascii=False, indent=1) + "\n"


def test_a_faulty_vocabulary_is_refused_with_its_place() -> None:
    with pytest.raises(BadVocabulary) as caught:
        load_vocabulary("posts: {}\nfields: {}\nacts:\n  do: {zh: 做, en: Do, fields: [nothing!]}\n")
    assert [(fault.place, fault.line) for fault in caught.value.faults] == [("acts.do.fields.1", 4)]
    assert vocabulary().posts["agency_head"].rank == 4


_DATA: Any = read_yaml(SAMPLE, name="x").data


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, member in members for found in _paths(member, (*path, key)))]


_PATHS = [path for path in _paths(_DATA) if path]
_NOISE: list[Any] = [
    None,
    True,
    0,
    -1,
    10**9,
    "",
    "x",
    "any",
    "closed",
    "party",
    "a|b",
    "2026-02-31",
    [],
    {},
    [[]],
    ["x"],
    {"field": "x"},
]
_any_path = st.sampled_from(_PATHS)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.tuples(_any_path, st.sampled_from(["put", "drop", "copy"]), st.sampled_from(_NOISE), _any_path),
        min_size=1,
        max_size=4,
    )
)
def test_no_mutation_of_the_data_raises(mutations: list[tuple[tuple[Any, ...], str, Any, tuple[Any, ...]]]) -> None:
    data = copy.deepcopy(_DATA)
    for path, what, noise, other in mutations:
        try:
            here = data
            for part in path[:-1]:
                here = here[part]
            match what:
                case "put":
                    here[path[-1]] = copy.deepcopy(noise)
                case "drop":
                    del here[path[-1]]
                case _:
                    there = _DATA
                    for part in other:
                        there = there[part]
                    here[path[-1]] = copy.deepcopy(there)
        except (LookupError, TypeError):
            continue
    loaded = load(json.dumps(data, ensure_ascii=False, indent=1))
    assert (loaded.power is None) is bool(loaded.errors)
    assert data == _DATA or loaded.power is not None or loaded.errors


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(SAMPLE)), st.integers(0, 40), st.text("a:-[]{},&*!|'\"# \n0字", max_size=8))
def test_no_mutation_of_the_text_raises(start: int, length: int, put: str) -> None:
    loaded = load(SAMPLE[:start] + put + SAMPLE[start + length :])
    assert (loaded.power is None) is bool(loaded.errors)


def test_a_thousand_broken_rows_are_a_thousand_faults_and_no_more() -> None:
    rows = "".join("        - {act: receive_application, at: x}\n" for _ in range(900))
    loaded = load(SAMPLE.replace("      pending:\n", rows + "      pending:\n"))
    assert loaded.power is None
    assert 900 <= len(loaded.faults) <= 1000
