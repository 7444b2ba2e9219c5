"""The duties of the service counter: who was refused is asked, bad ratings are looked after, the phone is called and the box opened."""

from __future__ import annotations

from typing import Any

import pytest

from qingfeng.catalogue.settings import BadSetting
from qingfeng.duties.refused_call_back import QUESTIONS as ASKED
from qingfeng.duties.service_rating_review import QUESTIONS as RATED
from tests.duties.power import duty, file, finds, lacks, occasion, register

CALL = duty("refused_call_back")
NO = {"reached": "yes", **dict.fromkeys(ASKED, "none")}
REFUSED = register(file("c1", "note ann 3", "refuse bob 5"))


def asked(entry: Any) -> dict[str, Any]:
    return {"answers": {"c1": entry}}


def test_everybody_refused_or_returned_twice_in_the_period_is_asked_and_nobody_else() -> None:
    book = register(
        file("c1", "refuse ann 3"), file("c2", ("decide ann 3", {"decision_outcome": "refused"})),
        file("c3", ("decide ann 3", {"decision_outcome": "granted"})), file("c4", "send_back ann 3"),
        file("c5", "send_back ann -5", "send_back ann 9"), file("c6", "refuse ann -3"), file("c7", "refuse ann 3/33"),
        file("c8", "send_back ann -9", "send_back ann -8"), file("c9", ("meet ann 3", {"contact_outcome": "left"})),
        file("d1", ("meet ann 3", {"contact_outcome": "answered"})),
    )  # fmt: skip
    assert list(CALL.sheet({}, book, occasion())) == ["c1", "c2", "c5", "c9"]
    assert "缺少" in lacks(CALL, {"answers": {"c1": NO, "c2": NO}}, book), "none is left out"
    assert "不应在内" in lacks(CALL, {"answers": dict.fromkeys(("c1", "c2", "c4", "c5"), NO)}, book)


def test_what_the_refused_say_is_found_and_their_words_stay_in_the_report() -> None:
    assert finds(CALL, asked(NO), REFUSED) == []
    some = {**NO, "steered": "some", "turned_away": "some", "words": "让去找某某公司做报告"}
    assert finds(CALL, asked(some), REFUSED) == [("c1", "turned_away"), ("c1", "steered")]
    assert "某某公司" not in str(CALL.finds(asked(some), REFUSED, occasion()))


@pytest.mark.parametrize(
    ("entry", "wanted"),
    [
        ({}, "逐项作答"), ({**NO, "steered": "maybe"}, "steered"), ({**NO, "reached": "maybe"}, "reached"),
        ({**NO, "unlisted": "some"}, "写明申请人"),
        ({"reached": "no"}, "至少两天"), ({"reached": "no", "tried": ["2026-01-02"], "words": "电话无人接听"}, "至少两天"),
        ({"reached": "no", "tried": ["2026-01-02", "2026-01-09"], "words": "电话无人接听"}, "至少两天"), (7, "逐件写成表"), ({**NO, "by": "eve"}, "没有岗位"),
    ],
)  # fmt: skip
def test_a_call_back_without_content_does_not_count(entry: Any, wanted: str) -> None:
    assert wanted in lacks(CALL, asked(entry), REFUSED)


def test_who_refuses_does_not_ask_and_who_was_not_reached_was_tried() -> None:
    assert "参与过该案" in lacks(CALL, asked(NO), register(file("c1", "refuse bob 5", "note carl 6")))
    assert (
        finds(CALL, asked({"reached": "no", "tried": ["2025-12-30", "2026-01-02"], "words": "号码已停用"}), REFUSED)
        == []
    )
    for wrong in ({"by": "inspector"}, {"returned": 0}, {"refuses": []}, {"decisions": ["unheard_of"]}):
        with pytest.raises(BadSetting):
            duty("refused_call_back", **wrong)


REVIEW = duty("service_rating_review")
GOOD = {"reached": "yes", **dict.fromkeys(RATED, "yes"), "words": "已经解决，没有意见"}
BAD = file("c1", "note ann 3", ("rate party 4", {"rating": "very_bad"}), "close ann 9")


def rated(entry: Any) -> dict[str, Any]:
    return {"ratings": {"c1": entry}}


def test_a_bad_rating_that_was_not_put_right_is_found() -> None:
    book = register(
        BAD, file("c2", ("rate party 4", {"rating": "good"})), file("c3", ("rate party -4", {"rating": "bad"}))
    )
    assert list(REVIEW.sheet({}, book, occasion())) == ["c1"]
    assert finds(REVIEW, rated(GOOD), book) == []
    assert finds(REVIEW, rated({**GOOD, "content": "no"}), book) == [("c1", "content")]
    assert finds(REVIEW, rated({**GOOD, "replied": "no"}), book) == [("c1", "replied")]
    (found,) = REVIEW.finds(rated({**GOOD, "replied": "no"}), book, occasion())
    assert "c1#2" in found.evidence


def test_ratings_that_are_held_back_show_in_their_share() -> None:
    half = duty("service_rating_review", least=50)
    unrated = [file(f"d{n}", "close ann 9") for n in range(2)]
    assert finds(half, rated(GOOD), register(BAD, unrated[0])) == []
    assert finds(half, rated(GOOD), register(BAD, *unrated)) == [("", "share")]
    assert finds(REVIEW, {"ratings": {}}, register(*unrated)) == []


@pytest.mark.parametrize(
    "entry",
    [{}, {**GOOD, "words": "好"}, {**GOOD, "content": "some"}, {**GOOD, "reached": None}, {"reached": "no"}, None],
)
def test_a_review_without_content_does_not_count(entry: Any) -> None:
    assert lacks(REVIEW, rated(entry), register(BAD))


def test_who_is_rated_does_not_review_and_settings_are_checked() -> None:
    assert "参与过该案" in lacks(
        REVIEW,
        rated({**GOOD, "by": "carl"}),
        register(file("c1", "note carl 3", ("rate party 4", {"rating": "bad"}))),
        occasion("dan"),
    )
    for wrong in ({"bad": []}, {"least": 101}, {"closes": []}, {"by": "nobody"}):
        with pytest.raises(BadSetting):
            duty("service_rating_review", **wrong)


PHONES = duty("hotline_check")
ANSWERED = {"on": "2025-12-10", "answered": "yes", "words": "已接听并登记"}
BOX = {"on": "2025-12-11", "officers": ["ann", "carl"], "numbers": ["B-1"], "list_hash": "0" * 64}


def called(box: Any = None, **calls: Any) -> dict[str, Any]:
    return {
        "calls": {"supervision": ANSWERED, "service": ANSWERED, **calls},
        "box": BOX if box is None else {**BOX, **box},
    }


def test_a_dead_phone_and_a_paper_that_nobody_registered_are_found() -> None:
    assert finds(PHONES, called(), register(known=("B-1",))) == []
    assert finds(PHONES, called(), register()) == [("", "box:B-1")]
    assert finds(PHONES, called(service={**ANSWERED, "answered": "no"}), register(known=("B-1",))) == [("", "service")]
    assert list(PHONES.mentions(called())) == ["B-1"]


@pytest.mark.parametrize(
    ("report", "wanted"),
    [
        ({}, "supervision"), (called(service={}), "service"), (called(service={**ANSWERED, "on": "2025-11-30"}), "service"),
        (called(service={**ANSWERED, "on": "2026-01-02"}), "service"), (called(service={**ANSWERED, "words": "通"}), "service"),
        (called(service={**ANSWERED, "answered": "maybe"}), "service"), (called({"officers": ["ann"]}), "两名以上"),
        (called({"officers": ["ann", "ann"]}), "两名以上"),
        (called({"officers": ["ann", "nobody"]}), "两名以上"), (called({"on": "2026-01-01"}), "开箱"), (called({"numbers": None}), "来件"),
        (called({"numbers": ["B-1", "B-1"]}), "来件"), (called({"numbers": [""]}), "来件"), (called({"list_hash": "x"}), "来件"),
        (called({"officers": ["ann", "carl", "nobody"]}), "两名以上"),
    ],
)  # fmt: skip
def test_a_check_with_gaps_does_not_count(report: dict[str, Any], wanted: str) -> None:
    assert wanted in lacks(PHONES, report, register())


def test_phones_are_named() -> None:
    for phones in ([], ["a", "a"], ["热线"], [""]):
        with pytest.raises(BadSetting):
            duty("hotline_check", phones=phones)
