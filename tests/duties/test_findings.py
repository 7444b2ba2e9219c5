"""Each duty: what counts as done, by whom, and what it brings to light."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingfeng.catalogue.settings import BadSetting
from qingfeng.duties import configure, discover
from qingfeng.duties.duty import period_after, period_of
from qingfeng.duties.file_sampling import GATES
from qingfeng.duties.integrity_call_back import QUESTIONS
from qingfeng.terms.text import Text
from tests.duties.power import BEACON, SETTINGS, duty, file, finds, lacks, occasion, register, version

CALL = duty("integrity_call_back")
NO = {"reached": "yes", **dict.fromkeys(QUESTIONS, "none")}
DENIED = {"gifts": "none", "contacts": "none", "interference": "none"}
CLOSED = file("c1", "note ann 3", ("answer ann 4", DENIED), ("answer bob 4", DENIED), "close bob 5")


def call(entry: Any, *, who: str = "carl", book: Any = CLOSED) -> tuple[dict[str, Any], Any, Any]:
    return {"beacon": BEACON, "answers": {"c1": entry}}, register(book), occasion(who)


def test_an_answer_that_gainsays_the_officers_is_found() -> None:
    assert finds(CALL, *call(NO)) == []
    some = {**NO, "gave": "some", "words": "送过两条香烟"}
    assert finds(CALL, *call(some)) == [("c1", "gave")]
    (found,) = CALL.finds(*call(some))
    assert "书面答“无”" in found.what.zh
    assert "香烟" not in str(found), "what the party says stays in the report, which can be erased"
    assert {"c1#2", "c1#3"} <= set(found.evidence)
    both = {**NO, "asked": "some", "contact": "some", "interceded": "some", "words": "吃过一顿饭，被要过"}
    assert finds(CALL, *call(both)) == [("c1", "asked"), ("c1", "contact"), ("c1", "interceded")]


def test_what_was_declared_is_no_finding_and_what_nobody_mentioned_is() -> None:
    handed_in = file("c1", ("answer ann 4", {**DENIED, "gifts": "handed_in"}), ("answer bob 4", DENIED), "close bob 5")
    some = {**NO, "gave": "some", "contact": "some", "words": "送过茶叶，一起吃饭"}
    assert finds(CALL, *call(some, book=handed_in)) == [("c1", "contact")]
    silent = file("c1", "note ann 3", "close ann 5")
    assert finds(CALL, *call(some, book=silent)) == [("c1", "gave"), ("c1", "contact")]
    assert "没有人员登记过" in CALL.finds(*call(some, book=silent))[0].what.zh


@pytest.mark.parametrize(
    ("entry", "wanted"),
    [
        ({}, "逐项作答"), ({**NO, "gave": "maybe"}, "gave"), ({**NO, "reached": "perhaps"}, "reached"),
        ({k: v for k, v in NO.items() if k != "contact"}, "contact"), ({**NO, "gave": "some"}, "写明当事人的说法"),
        ({**NO, "gave": "some", "words": "……！！"}, "写明当事人的说法"), ("没有", "逐件写成表"), (True, "逐件写成表"),
        ({"reached": "no"}, "至少两天"), ({"reached": "no", "tried": ["2026-01-02"], "words": "电话无人接听"}, "至少两天"),
        ({"reached": "no", "tried": ["2026-01-02", "2026-01-02"], "words": "电话无人接听"}, "至少两天"),
        ({"reached": "no", "tried": ["2025-12-02", "2026-01-02"], "words": "电话无人接听"}, "至少两天"),
        ({"reached": "no", "tried": ["2026-01-02", "2026-01-04"]}, "至少两天"),
        ({**NO, "by": "nobody"}, "没有人员"), ({**NO, "by": 7}, "没有人员"), ({**NO, "by": "eve"}, "没有岗位"),
    ],
)  # fmt: skip
def test_a_call_without_content_does_not_count(entry: Any, wanted: str) -> None:
    assert wanted in lacks(CALL, *call(entry))


def test_a_party_not_reached_is_tried_on_two_days() -> None:
    assert (
        finds(CALL, *call({"reached": "no", "tried": ["2026-01-02", "2026-01-04"], "words": "电话停机，住址已迁"}))
        == []
    )


def test_who_took_part_does_not_ask() -> None:
    own = file("c1", ("inspect bob 2", {"officers": ["bob", "carl"]}), "close ann 5")
    assert "参与过该案" in lacks(CALL, *call(NO, book=own))
    assert finds(CALL, *call({**NO, "by": "dan"}, book=own)) == []
    assert "参与过该案" in lacks(CALL, *call({**NO, "by": "carl"}, who="dan", book=own))


def test_who_was_returned_twice_is_asked_in_any_case() -> None:
    book = register(
        file("c1", "send_back ann 3", "send_back ann 9"),
        file("c2", "send_back ann 3"),
        file("c3", "send_back ann 3", "send_back ann 33"),
    )
    assert list(CALL.sheet({}, book, occasion())) == ["c1"]
    assert lacks(CALL, {"answers": {"c1": NO}}, book) == ""
    thrice = register(
        file("c1", "send_back ann -9", "send_back ann 3"),
        file("c2", "send_back ann -9", "send_back ann -8", "note ann 4"),
    )
    assert list(CALL.sheet({}, thrice, occasion())) == ["c1"], (
        "once before, once in the period; who was asked before is not asked again"
    )


AGAIN = duty("reinspection")
SITE = file("c1", ("inspect bob 3", {"checklist": {"fire": "ok", "dust": "problem"}, "officers": ["bob", "ann"]}), "note ann 6",
            ("inspect bob 8", {"checklist": {"gas": "not_applicable"}}))  # fmt: skip
SECOND = {
    "officers": ["eve", "fay"],
    "on": "2026-01-04",
    "checklist": {"fire": "ok", "dust": "problem", "gas": "not_applicable"},
}


def visit(items: Any = None, /, **more: Any) -> tuple[dict[str, Any], Any]:
    entry = {**SECOND, **more} | ({"checklist": {**SECOND["checklist"], **items}} if items is not None else {})  # type: ignore[dict-item]
    return {"beacon": BEACON, "visits": {"c1": entry}}, register(SITE)


def test_a_second_visit_that_differs_is_found_item_by_item() -> None:
    assert finds(AGAIN, *visit()) == []
    assert finds(AGAIN, *visit({"fire": "problem"})) == [("c1", "fire")]
    assert finds(AGAIN, *visit({"dust": "ok"})) == [("c1", "dust")], "a problem that was made up is found too"
    assert finds(AGAIN, *visit({"dust": "corrected"})) == [], "put right since"
    assert finds(AGAIN, *visit({"fire": "corrected"})) == [("c1", "fire")]
    assert finds(AGAIN, *visit({"gas": "problem"})) == [("c1", "gas")]
    assert finds(AGAIN, *visit({"exits": "problem", "signs": "ok"})) == [("c1", "exits")], "left out by the first team"
    (found,) = AGAIN.finds(*visit({"dust": "ok"}), occasion())
    assert "c1#1" in found.evidence


@pytest.mark.parametrize(
    ("more", "wanted"),
    [
        ({"officers": ["eve"]}, "至少两名"), ({"officers": ["eve", "eve"]}, "至少两名"), ({"officers": ["eve", "nobody"]}, "至少两名"),
        ({"officers": "eve"}, "至少两名"), ({"officers": ["eve", "ann"]}, "参与过该案"), ({"officers": ["eve", "bob"]}, "参与过该案"),
        ({"on": "2026-01-06"}, "复查日期"), ({"on": "2025-12-05"}, "复查日期"), ({"on": None}, "复查日期"), ({"on": "4日"}, "复查日期"),
        ({"checklist": {}}, "逐项作答"), ({"checklist": {"fire": "ok", "dust": "problem"}}, "gas"),
        ({"checklist": {"fire": "fine", "dust": "problem", "gas": "ok"}}, "fire"), ({"checklist": None}, "逐项作答"),
        ({"checklist": {"fire": "ok", "dust": "problem", "gas": "ok", "x" * 50: "ok"}}, "xxx"),
    ],
)  # fmt: skip
def test_a_second_visit_without_content_does_not_count(more: dict[str, Any], wanted: str) -> None:
    assert wanted in lacks(AGAIN, *visit(**more))


def test_the_sheet_says_what_to_look_at_and_not_what_the_first_team_found() -> None:
    assert AGAIN.sheet({"beacon": BEACON}, register(SITE), occasion()) == {"c1": ("fire", "dust", "gas")}
    assert AGAIN.sheet({}, register(SITE), occasion()) == {}


REVIEW = duty("file_sampling")
PASSED = {"gates": dict.fromkeys(GATES, "pass"), "cover": 15, "content": 60}


def review(**more: Any) -> tuple[dict[str, Any], Any]:
    return {"beacon": BEACON, "files": {"c1": {**PASSED, **more}}}, register(CLOSED)


def test_a_file_stands_or_falls_on_nine_items_and_then_has_points() -> None:
    assert len(GATES) == 9
    assert finds(REVIEW, *review()) == []
    failed = {**PASSED["gates"], "evidence": "fail", "two_officers": "fail"}  # type: ignore[dict-item]
    bad = {"gates": failed, "cover": 0, "content": 0, "words": "询问只有一人签名，物证无来源"}
    assert finds(REVIEW, *review(**bad)) == [("c1", "evidence"), ("c1", "two_officers")]
    assert "即为0分" in lacks(REVIEW, *review(**{**bad, "content": 70}))
    assert "写明问题" in lacks(REVIEW, *review(**{**bad, "words": ""}))
    assert finds(REVIEW, *review(content=40, words="目录缺页，装订错乱")) == [("c1", "points")]
    assert "写明问题" in lacks(REVIEW, *review(content=40))


@pytest.mark.parametrize(
    "more",
    [{"gates": {}}, {"gates": {**dict.fromkeys(GATES, "pass"), "more": "pass"}}, {"gates": None}, {"cover": 21}, {"content": 81},
     {"cover": True}, {"cover": -1}, {"content": None}, {"gates": dict.fromkeys(list(GATES)[:8], "pass")}],
)  # fmt: skip
def test_a_review_with_gaps_does_not_count(more: dict[str, Any]) -> None:
    assert lacks(REVIEW, *review(**more))


COUNT = duty("stock_count")
GOODS = file("c1", ("seize bob 2", {"goods": {"W1": 20, "W2": 1}, "marks": {"W2": "SN-1"}}), ("store fay 2", {"custodian": "fay"}),
             ("give_back fay 9", {"goods": {"W1": 5}}))  # fmt: skip
EMPTY = file("c2", ("seize bob 2", {"goods": {"W3": 2}}), ("give_back fay 3", {"goods": {"W3": 2}}))
STORE = register(GOODS, EMPTY, file("c3", "note ann 4"))


def count(goods: Any, marks: Any = None, **more: Any) -> dict[str, Any]:
    entry = {"goods": goods, "marks": {"W2": "SN-1"} if marks is None else marks}
    return {"counted_on": "2026-01-05", "counts": {"c1": entry}, **more}


def test_a_count_that_differs_from_the_book_is_found() -> None:
    assert COUNT.sheet({}, STORE, occasion()) == {"c1": ("W1", "W2")}
    assert finds(COUNT, count({"W1": 15, "W2": 1}), STORE) == []
    assert finds(COUNT, count({"W1": 14, "W2": 1}), STORE) == [("c1", "W1")]
    assert finds(COUNT, count({"W1": 16, "W2": 0}), STORE) == [("c1", "W1"), ("c1", "W2")]
    assert finds(COUNT, count({"W1": 15, "W2": 1}, {"W2": "SN-9"}), STORE) == [("c1", "W2")], "swapped"
    assert finds(COUNT, count({"W1": 15, "W2": 1}, {"W2": ""}), STORE) == [("c1", "W2")], "the mark is gone"
    assert finds(COUNT, count({"W1": 15, "W2": 1, "W9": 3}), STORE) == [("c1", "W9")], "not in the book"


def test_goods_of_a_case_that_has_none_in_the_book_are_found() -> None:
    report = count({"W1": 15, "W2": 1})
    report["counts"]["c2"] = {"goods": {"W3": 1}}
    assert finds(COUNT, report, STORE) == [("c2", "W3")]
    report["counts"]["c9"] = {"goods": {"W3": 1}}
    assert "c9" in lacks(COUNT, report, STORE)


def test_the_book_is_that_of_the_day_of_the_count() -> None:
    later = register(
        file(
            "c1",
            ("seize bob 2", {"goods": {"W1": 20}}),
            ("store fay 2", {}),
            ("give_back fay 35", {"goods": {"W1": 5}}),
        )
    )
    on_second = {"counted_on": "2026-01-02", "counts": {"c1": {"goods": {"W1": 20}}}}
    assert finds(COUNT, on_second, later) == []
    assert finds(COUNT, {**on_second, "counted_on": "2026-01-05"}, later) == [("c1", "W1")]


@pytest.mark.parametrize(
    ("report", "wanted"),
    [
        ({}, "盘点日期"), (count({"W1": 15}, counted_on="2026-01-06"), "盘点日期"), (count({"W1": 15}, counted_on="2025-12-31"), "盘点日期"),
        (count({"W1": 15}), "W2"), (count({}), "goods"), (count({"W1": "15", "W2": 1}), "W1"), (count({"W1": True, "W2": 1}), "W1"),
        (count({"W1": -1, "W2": 1}), "W1"), (count({"W1": 15, "W2": 1}, {}), "识别号"), (count({"W1": 15, "W2": 1, "W 9": 1}), "W 9"),
        ({"counted_on": "2026-01-05", "counts": {}}, "缺少1件：c1"), ({"counted_on": "2026-01-05"}, "须填写counts"),
        ({"counted_on": "2026-01-05", "counts": {"c1": 7}}, "逐件写成表"),
    ],
)  # fmt: skip
def test_a_count_with_gaps_does_not_count(report: dict[str, Any], wanted: str) -> None:
    assert wanted in lacks(COUNT, report, STORE)


def test_the_keeper_does_not_count_his_own_store() -> None:
    named = register(file("c1", ("seize bob 2", {"goods": {"W1": 2}}), ("store fay 2", {"custodian": "carl"})))
    report = {"counted_on": "2026-01-05", "counts": {"c1": {"goods": {"W1": 2}}}}
    assert "保管人" in lacks(COUNT, report, named, occasion("carl"))
    assert finds(COUNT, report, named, occasion("dan")) == []
    with pytest.raises(BadSetting):
        duty("stock_count", by="clerk")


LEADS = duty("lead_reconciliation")
HASH = "0" * 64


def lists(hotline: Any, petition: Any = ()) -> dict[str, Any]:
    return {
        "lists": {
            "hotline_12345": {"numbers": hotline, "list_hash": HASH},
            "petition": {"numbers": list(petition), "list_hash": HASH},
        }
    }


def test_a_lead_that_others_have_and_the_register_lacks_is_found() -> None:
    book = register(known=("A-1",))
    assert finds(LEADS, lists(["A-1"]), book) == []
    assert finds(LEADS, lists([]), book) == []
    assert finds(LEADS, lists(["A-1", "A-2"], ["P/7"]), book) == [("", "hotline_12345:A-2"), ("", "petition:P/7")]
    assert sorted(LEADS.mentions(lists(["A-1", "A-2"], ["P/7"]))) == ["A-1", "A-2", "P/7"]


@pytest.mark.parametrize(
    "report",
    [{}, {"lists": []}, lists(None), lists("A-1"), lists(["A-1", "A-1"]), lists([7]), lists([""]), lists([" A"]), lists(["A\u202e"]),
     {"lists": {"hotline_12345": {"numbers": [], "list_hash": HASH}}},
     {"lists": {**lists([])["lists"], "portal": {"numbers": [], "list_hash": HASH}}},
     {"lists": {**lists([])["lists"], "petition": {"numbers": [], "list_hash": "x"}}}],
)  # fmt: skip
def test_a_list_left_out_or_not_shown_does_not_count(report: dict[str, Any]) -> None:
    assert lacks(LEADS, report, register())


def test_who_registers_leads_does_not_reconcile_them() -> None:
    own = register(file("c1", ("register_lead carl 3", {"external_no": "A-1"})), known=("A-1",))
    assert "不得自行核对" in lacks(LEADS, lists(["A-1"]), own)
    assert lacks(LEADS, lists(["A-1"]), own, occasion("dan")) == ""
    earlier = register(file("c1", "register_lead carl -3"))
    assert lacks(LEADS, lists([]), earlier) == ""
    with pytest.raises(BadSetting):
        duty("lead_reconciliation", by="clerk")
    with pytest.raises(BadSetting):
        duty("lead_reconciliation", registers=["note"])
    for sources in ([], ["a", "a"], ["热线"]):
        with pytest.raises(BadSetting):
            duty("lead_reconciliation", sources=sources)


PLAIN = (
    st.none()
    | st.booleans()
    | st.integers(-3, 99)
    | st.sampled_from(["c1", "ok", "pass", "none", "some", "2026-01-05", "", "A-1"])
)
KEYS = st.sampled_from(["c1", "goods", "W1", "gates", "checklist", "by", "on"])
JSON = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=8,
)
PARTS = ["beacon", "answers", "visits", "files", "counts", "counted_on", "lists", "link", "remarks", "opened"]


@given(
    report=st.dictionaries(st.sampled_from(PARTS), JSON),
    with_beacon=st.booleans(),
    name=st.sampled_from(sorted(SETTINGS)),
)
def test_no_report_whatever_its_shape_breaks_a_duty(report: dict[str, Any], with_beacon: bool, name: str) -> None:
    one = configure(version())[name]
    book = register(
        file(
            "c1", ("seize bob 2", {"goods": {"W1": 2}}), ("inspect bob 3", {"checklist": {"fire": "ok"}}), "close ann 5"
        )
    )
    said = {**report, "beacon": BEACON} if with_beacon else report
    if not one.lacks(said, book, occasion()):
        assert all(isinstance(found.what, Text) for found in one.finds(said, book, occasion()))
    one.sheet(said, book, occasion())
    assert all(isinstance(number, str) for number in one.mentions(said))


def test_every_duty_of_the_folder_has_a_name_and_a_title() -> None:
    assert {*SETTINGS, "register_check"} == set(discover())
    assert all(found.title.zh and found.title.en for found in discover().values())


@pytest.mark.parametrize(
    ("day", "name", "following"),
    [("2026-03-02", "2026-W10", "2026-W11"), ("2026-03-08", "2026-W10", "2026-W11"), ("2025-12-31", "2026-W01", "2026-W02"),
     ("2027-01-03", "2026-W53", "2027-W01")],
)  # fmt: skip
def test_weeks(day: str, name: str, following: str) -> None:
    period = period_of(date.fromisoformat(day), "week")
    assert (period.name, period_after(period, "week").name) == (name, following)
    assert period.first <= date.fromisoformat(day) <= period.last
    assert (period.first.isoweekday(), (period.last - period.first).days) == (1, 6)
