"""Two versions in words: nothing that is published changes unnoticed, and the old and the new are both said."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qingfeng.catalogue.build import version_document
from qingfeng.catalogue.diff import diff, diff_documents
from qingfeng.catalogue.diff_words import _LABELS, GROUPS
from qingfeng.catalogue.schema import power_schema
from qingfeng.ledger.canonical import canonical
from tests.catalogue.sample import SAMPLE, changed, load

Path = tuple[Any, ...]


def _document(text: str = SAMPLE) -> dict[str, Any]:
    loaded = load(text)
    assert loaded.power is not None, loaded.errors
    document: dict[str, Any] = json.loads(canonical(version_document(loaded.power.versions[0])))
    return document


_SAMPLE = _document()


def _leaves(value: Any, path: Path = ()) -> Iterator[Path]:
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    if members is None:
        yield path
    else:
        for key, member in members:
            yield from _leaves(member, (*path, key))


def _parts(value: Any, path: Path = ()) -> Iterator[Path]:
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, member in members:
        yield (*path, key)
        yield from _parts(member, (*path, key))


def _get(document: Any, path: Path) -> Any:
    for part in path:
        document = document[part]
    return document


def _put(path: Path, value: Any) -> dict[str, Any]:
    document = copy.deepcopy(_SAMPLE)
    _get(document, path[:-1])[path[-1]] = value
    return document


def _other(value: Any) -> Any:
    match value:
        case None:
            return "new words"
        case bool():
            return not value
        case int():
            return value + 7
    return f"new {value}"


def _shown(value: Any, lang: str) -> list[str]:
    match value:
        case None:
            return ["空" if lang == "zh" else "(none)"]
        case bool():
            return [{"zh": ("否", "是"), "en": ("no", "yes")}[lang][value]]
    return str(value).split("|")  # alternatives are said by name, one by one


@pytest.mark.parametrize("path", list(_leaves(_SAMPLE)), ids=lambda path: ".".join(map(str, path)))
def test_no_leaf_changes_unnoticed(path: Path) -> None:
    old = _get(_SAMPLE, path)
    new = _other(old)
    changes = diff_documents(_SAMPLE, _put(path, new))
    for lang in ("zh", "en"):
        said = "\n".join(change.text.say(lang) for change in changes)
        for word in [*_shown(old, lang), *_shown(new, lang)]:
            assert word in said, (word, said)


@pytest.mark.parametrize("path", list(_parts(_SAMPLE)), ids=lambda path: ".".join(map(str, path)))
def test_nothing_vanishes_or_appears_unnoticed(path: Path) -> None:
    without = copy.deepcopy(_SAMPLE)
    del _get(without, path[:-1])[path[-1]]
    assert diff_documents(_SAMPLE, without)
    assert diff_documents(without, _SAMPLE)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_order_is_noticed(data: st.DataObject) -> None:
    lists = [path for path in _parts(_SAMPLE) if isinstance(_get(_SAMPLE, path), list) and len(_get(_SAMPLE, path)) > 1]
    path = data.draw(st.sampled_from(lists))
    before = _get(_SAMPLE, path)
    after = data.draw(st.permutations(before))
    assert bool(diff_documents(_SAMPLE, _put(path, after))) is (before != after)


def test_equal_versions_have_no_changes() -> None:
    power = load(SAMPLE).power
    assert power is not None
    assert diff(power.versions[0], power.versions[0]) == ()
    assert diff_documents(_SAMPLE, copy.deepcopy(_SAMPLE)) == ()


SENTENCES = [
    ("level: 高", "level: 中", "环节“决定”（decide）：风险等级由“高”改为“中”。"),
    (
        "source: 分管领导, post: deputy_in_charge",
        "source: 分管领导, post: agency_head",
        "环节“决定”（decide）的责任人：岗位由“分管领导”（deputy_in_charge）改为“主要负责人”（agency_head）。",
    ),
    ("text: 故意刁难申请人。", "text: 故意刁难。", "环节“受理”（accept）的风险点 r1：原文由“故意刁难申请人。”改为“故意刁难。”。"),
    (
        "by: [examiner], after: [accept_application|deemed_acceptance]",
        "by: [rechecker], after: [accept_application]",
        "动作“提出审查意见”（submit_examination）：可由谁办由“审查人”（examiner）改为“复核人”（rechecker）。",
    ),
    (
        "by: [examiner], after: [accept_application|deemed_acceptance]",
        "by: [examiner], after: [accept_application]",
        "须在其后由“受理申请”（accept_application）或“视为受理”（deemed_acceptance）改为“受理申请”（accept_application）。",
    ),
    (
        "to: {field: decision_outcome, granted: closed, refused: closed}",
        "to: closed",
        "动作“作出决定”（decide_application）：去向由",
    ),
    ("n: 20, unit: working_day", "n: 15, unit: working_day", "期限“决定”（decide_20）〔法定，《行政许可法》第四十二条第一款〕：数目由20改为15。"),
    (
        "n: 3, unit: working_day, kind: setting",
        "n: 3, unit: calendar_day, kind: promised",
        "期限“异议期”（answer_window）〔设定〕：单位由工作日（working_day）改为日历日（calendar_day）。",
    ),
    (", yellow: {n: 5, unit: working_day}", "", "期限“决定”（decide_20）〔法定，《行政许可法》第四十二条第一款〕：删去预警：数目：5；单位：工作日（working_day）。"),
    (
        "{act: approve_extension, at: [decide], by: [agency_head], once: true, no_delegation: true}",
        "{act: approve_extension, at: [decide], by: [agency_head], once: true}",
        "动作“批准延长期限”（approve_extension）：取消“不得委托”。",
    ),
    (
        "blocks: [accept_application]}",
        "blocks: all}",
        "未结事项“待补正”（supplementation）：阻止的动作由“受理申请”（accept_application）改为全部（all）。",
    ),
    ("every: month", "every: week", "周期由每月（month）改为每周（week）。"),
    (
        "first: [submit_examination]",
        "first: [receive_expert_review]",
        "由“提出审查意见”（submit_examination）改为“收到专家评审意见”（receive_expert_review）。",
    ),
    ("reasons: 案情复杂", "reasons: 材料较多", "“理由”（reasons）由“案情复杂”改为“材料较多”。"),
    ("{zh: 示例许可, en: Sample permit}", "{zh: 示例核准, en: Sample permit}", "名称：中文由“示例许可”改为“示例核准”。"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "sentence"), SENTENCES)
def test_sentences_read_as_a_lawyer_would_write_them(old: str, new: str, sentence: str) -> None:
    said = [change.text.zh for change in diff_documents(_SAMPLE, _document(changed(old, new)))]
    assert any(sentence in one for one in said), said


@pytest.mark.parametrize(
    ("old", "new", "mark"),
    [
        ("n: 20, unit: working_day", "n: 20, unit: month", "【放宽法定期限】"),
        ("n: 20, unit: working_day", "n: 15, unit: working_day", None),
        ("n: 10, unit: working_day, times: 1", "n: 10, unit: working_day, times: 2", "【放宽法定期限】"),
        ("n: 3, unit: working_day, kind: setting", "n: 9, unit: working_day, kind: setting", None),
        ("n: 20, unit: working_day, kind: statutory", "n: 20, unit: working_day, kind: promised", "【放宽：不再作为"),
    ],
)
def test_a_loosened_statutory_limit_is_marked(old: str, new: str, mark: str | None) -> None:
    said = "".join(change.text.zh for change in diff_documents(_SAMPLE, _document(changed(old, new))))
    assert ("放宽" in said) is (mark is not None), said
    assert (mark or "") in said


def test_a_statutory_limit_beyond_its_article_is_marked_and_no_file_may_set_it() -> None:
    """A file that cites the article and sets more is refused; what was published before the bound was known is still told."""
    longer = json.loads(json.dumps(_SAMPLE))
    (limit,) = (one for one in longer["version"]["procedure"]["limits"] if one["id"] == "decide_20")
    limit["n"] = 30
    assert "【放宽法定期限】" in "".join(change.text.zh for change in diff_documents(_SAMPLE, longer))
    loaded = load(changed("n: 20, unit: working_day", "n: 30, unit: working_day"))
    assert loaded.power is None
    assert ["不超过20个工作日" in fault.hint.zh for fault in loaded.errors] == [True]


def test_a_party_that_gets_less_time_than_by_statute_is_marked() -> None:
    before, after = copy.deepcopy(_SAMPLE), copy.deepcopy(_SAMPLE)
    for document, n in ((before, 5), (after, 4)):
        limits = document["version"]["procedure"]["limits"]
        limits[[x["id"] for x in limits].index("answer_window")] |= {"kind": "statutory", "n": n}
    assert "缩短当事人的法定期限" in "".join(c.text.zh for c in diff_documents(before, after))
    assert "放宽" not in "".join(c.text.zh for c in diff_documents(after, before))


def test_of_a_long_list_only_what_came_and_went_is_told() -> None:
    acts = ["receive_application", "accept_application", "submit_examination", "decide_application", "stamp_paper"]
    before, after, moved = copy.deepcopy(_SAMPLE), copy.deepcopy(_SAMPLE), copy.deepcopy(_SAMPLE)
    for document, listed in ((before, acts), (after, [*acts[1:], "supplement"]), (moved, acts[::-1])):
        document["version"]["procedure"]["limits"][0]["ends"] = listed
    (one,) = [change.text.zh for change in diff_documents(before, after)]
    assert one.count("（") == 3, one  # the limit, what was added, what was removed
    assert "增加" in one
    assert "删去" in one
    (turned,) = [change.text.zh for change in diff_documents(before, moved)]
    assert all(act in turned for act in acts)


def test_a_risk_that_is_numbered_anew_is_no_new_risk() -> None:
    text = changed(
        "risks: [{id: r1, text: 故意", "risks: [{id: r1, text: 泄露信息。, stopped_by: []}, {id: r2, text: 故意"
    )
    said = [change.text.zh for change in diff_documents(_SAMPLE, _document(text))]
    assert len(said) == 2
    assert any("标识由“r1”改为“r2”" in one for one in said)
    assert any("增加风险点 r1：" in one and "泄露信息。" in one for one in said)


def test_steps_that_change_places_are_told_once() -> None:
    document = copy.deepcopy(_SAMPLE)
    document["version"]["steps"].reverse()
    said = [change.text.zh for change in diff_documents(_SAMPLE, document)]
    assert len(said) == 1
    assert "位移到第" in said[0]


def test_the_groups_are_all_of_a_document() -> None:
    heads = {place[:2] for place, _ in GROUPS} | {place[:1] for place, _ in GROUPS if len(place) == 1}
    for key in power_schema()["properties"]["versions"]["items"]["properties"]:
        assert ("version", key) in heads, key
    procedure = power_schema()["properties"]["versions"]["items"]["properties"]["procedure"]["properties"]
    assert {("version", "procedure", key) for key in procedure} <= {place for place, _ in GROUPS}
    assert set(_SAMPLE) == {place[0] for place, _ in GROUPS}


def test_every_key_of_the_format_has_words() -> None:
    def keys(schema: Any) -> Iterator[str]:
        if isinstance(schema, dict):
            yield from schema.get("properties", {})
            for member in schema.values():
                yield from keys(member)

    version = power_schema()["properties"]["versions"]
    branches = set(version["items"]["properties"]["procedure"]["properties"]["branches"]["properties"])
    assert set(keys(version)) - branches <= set(_LABELS)
