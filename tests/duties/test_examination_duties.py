"""The duties after a decision: what was granted is visited, orders are followed to their end, files are marked by several apart."""

from __future__ import annotations

from typing import Any

import pytest

from qingfeng.catalogue.settings import BadSetting
from tests.duties.power import BEACON, duty, file, finds, lacks, occasion, register

VISIT, ROUND, PEERS = duty("ex_post_visit"), duty("supervision_round"), duty("peer_evaluation")
GRANTED = register(file("c1", "note ann 3", "decide bob 5"))
GOOD = {"officers": ["dan", "eve"], "on": "2026-01-05", "checklist": {"exit": "ok", "tank": "ok"}}
ORDERED = register(
    file("c1", ("order bob 5", {"due_on": "2025-12-20"})), file("c2", "order bob 5", "confirm bob 9"), file("c3", "note ann 3"),
    file("c4", "order bob 5", "confirm bob 6", ("order bob 9", {"due_on": "2026-02-01"})),
)  # fmt: skip
LOOKED = {"state": "done", "on": "2026-01-05", "words": "到场查看，已经纠正"}
CLOSED = register(file("c1", "note ann 3", "close ann 5"))
MARKS = {"bob": 80, "carl": 85, "dan": 90}
REMARKS = {"bob": "事实写得清楚", "carl": "程序没有遗漏", "dan": "文书格式规范"}


def visited(**entry: Any) -> dict[str, Any]:
    return {"beacon": BEACON, "visits": {"c1": {**GOOD, **entry}}}


def marked(marks: Any = None, remarks: Any = None) -> dict[str, Any]:
    return {
        "beacon": BEACON,
        "files": {
            "c1": {"marks": MARKS if marks is None else marks, "remarks": REMARKS if remarks is None else remarks}
        },
    }


def test_a_condition_that_is_not_met_is_found_by_the_visit() -> None:
    assert finds(VISIT, visited(), GRANTED) == []
    bad = visited(checklist={"exit": "problem", "tank": "gone"}, words="出口被货物堵死")
    assert finds(VISIT, bad, GRANTED) == [("c1", "exit"), ("c1", "tank")]
    assert "货物" not in str(VISIT.finds(bad, GRANTED, occasion())), "free words stay in the report"


@pytest.mark.parametrize(
    ("entry", "wanted"),
    [
        ({"officers": ["dan"]}, "两名"), ({"officers": ["dan", "nobody"]}, "在职"), ({"officers": ["dan", "ann"]}, "参与过该案"),
        ({"on": "2025-12-04"}, "回查日期"),
        ({"on": "2026-01-06"}, "回查日期"), ({"checklist": {"exit": "ok"}}, "tank"),
        ({"checklist": {**GOOD["checklist"], "smell": "ok"}}, "smell"),
        ({"checklist": {"exit": "ok", "tank": "problem"}}, "写明情况"), ({"checklist": {"exit": "ok", "tank": "fine"}}, "逐项"),
    ],
)  # fmt: skip
def test_a_visit_without_content_does_not_count(entry: dict[str, Any], wanted: str) -> None:
    assert wanted in lacks(VISIT, visited(**entry), GRANTED)


def test_only_what_was_granted_in_the_period_is_visited_and_not_by_who_grants() -> None:
    book = register(file("c1", "note ann 3"), file("c2", "decide bob -3"), file("c3", "decide bob 3/33"))
    assert lacks(VISIT, {"visits": {}}, book) == ""
    for wrong in (
        {"items": []},
        {"items": ["exit", "exit"]},
        {"by": "clerk"},
        {"grants": ["unheard_of"]},
        {"share": 0},
    ):
        with pytest.raises(BadSetting):
            duty("ex_post_visit", **wrong)


def test_every_open_order_is_followed_up_and_what_was_not_done_is_found() -> None:
    assert list(ROUND.sheet({}, ORDERED, occasion())) == ["c1", "c4"]
    assert finds(ROUND, {"orders": {"c1": LOOKED, "c4": LOOKED}}, ORDERED) == []
    undone = {**LOOKED, "state": "not_done"}
    report = {"orders": {"c1": undone, "c4": undone}}
    assert finds(ROUND, report, ORDERED) == [("c1", "state"), ("c4", "state")]
    late, early = (found.what.zh for found in ROUND.finds(report, ORDERED, occasion()))
    assert "已过期限" in late
    assert "已过期限" not in early
    assert "缺少" in lacks(ROUND, {"orders": {"c1": LOOKED}}, ORDERED), "none is left out"
    assert "不应在内" in lacks(ROUND, {"orders": dict.fromkeys(("c1", "c2", "c4"), LOOKED)}, ORDERED)


@pytest.mark.parametrize(
    ("entry", "wanted"),
    [({"state": "soon"}, "state"), ({"on": "2025-11-30"}, "查看的日期"), ({"on": "2026-01-06"}, "查看的日期"), ({"words": "好"}, "写明看到"),
    ({"by": "eve"}, "没有岗位")],
)  # fmt: skip
def test_a_follow_up_without_content_does_not_count(entry: dict[str, Any], wanted: str) -> None:
    report = {"orders": {"c1": {**LOOKED, **entry}, "c4": LOOKED}}
    assert wanted in lacks(ROUND, report, ORDERED)


def test_a_file_marked_low_or_far_apart_is_found() -> None:
    assert finds(PEERS, marked(), CLOSED) == []
    assert finds(PEERS, marked(dict.fromkeys(MARKS, 59)), CLOSED) == [("c1", "mean")]
    assert finds(PEERS, marked({**MARKS, "bob": 59, "dan": 90}), CLOSED) == [("c1", "spread")]
    assert finds(PEERS, marked({**MARKS, "bob": 60}), CLOSED) == []


@pytest.mark.parametrize(
    ("marks", "remarks", "wanted"),
    [
        ({"bob": 80, "carl": 80}, None, "至少3名"), ({**MARKS, "ann": 80}, {**REMARKS, "ann": "写得很好的"}, "参与过该案"),
        ({**MARKS, "bob": 101}, None, "0至100"),
        ({**MARKS, "bob": "80"}, None, "0至100"), (None, {**REMARKS, "bob": "好"}, "评语"),
        (None, {**REMARKS, "bob": REMARKS["dan"]}, "雷同"), (7, None, "至少3名"),
        ({**MARKS, "nobody": 80}, None, "在职"),
    ],
)  # fmt: skip
def test_marks_without_content_do_not_count(marks: Any, remarks: Any, wanted: str) -> None:
    assert wanted in lacks(PEERS, marked(marks, remarks), CLOSED)


def test_a_follow_up_or_an_evaluation_that_could_not_work_is_refused() -> None:
    for name, wrong in (("supervision_round", {"by": "clerk"}), ("supervision_round", {"confirms": []}),
    ("peer_evaluation", {"members": 1}),
                        ("peer_evaluation", {"spread": 0}), ("peer_evaluation", {"pass_points": 101})):  # fmt: skip
        with pytest.raises(BadSetting):
            duty(name, **wrong)
