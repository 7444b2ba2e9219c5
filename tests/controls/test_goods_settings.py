"""Settings of the rules on goods, exhibits and money that nobody could satisfy are refused before the power is published."""

from __future__ import annotations

from typing import Any

import pytest

from qingfeng.catalogue.settings import typed
from qingfeng.controls import discover
from tests.controls.tellings import Telling, example_of, hit_by, objected_to, people_of
from tests.controls.tellings import story as narrated

IMPOSSIBLE: tuple[tuple[str, dict[str, Any]], ...] = (
    ("seizure_approval", {"days": 0}),
    ("seizure_approval", {"days": 31}),
    ("seizure_approval", {"fresh": 73}),
    ("ended_in_full", {"wholes": []}),
    ("ended_in_full", {"parts": ["lift"]}),
    ("ended_in_full", {"gives": ["give_back"]}),
    ("goods_as_decided", {"kinds": []}),
    ("goods_as_decided", {"stores": ["collect"]}),
    ("named_receiver", {"hands_over": ["settle"]}),
    ("outsiders_only", {"fields": []}),
    ("damage_answered", {"reports": []}),
    ("seized_again", {"within": 0}),
    ("seized_again", {"within": 366}),
    ("treasury_slip", {"remits": []}),
    ("copy_kept", {"returns": ["register"]}),
    ("disclosure_due", {"parts": ["publish"]}),
    ("goods_list_signed", {"within": 6}),
    ("goods_list_signed", {"confirms": []}),
    ("goods_list_signed", {"witnesses": ["fly"]}),
    ("goods_recorded", {"keeps": []}),
    ("goods_recorded", {"gives": ["store"]}),
    ("goods_disposal", {"grounds": []}),
    ("goods_disposal", {"courses": []}),
    ("goods_disposal", {"within": 0}),
    ("goods_disposal", {"hands_over": ["dispose"]}),
    ("goods_disposal", {"keeps": ["fly"]}),
    ("ground_decision", {"acts": ["fly"]}),
    ("ground_decision", {"sources": []}),
    ("ground_decision", {"kinds": []}),
    ("ground_decision", {"annuls": ["fine"]}),
    ("told_in_writing", {"papers": []}),
    ("told_in_writing", {"papers": [{"acts": ["extend"], "within": 0}]}),
    ("told_in_writing", {"papers": [{"acts": ["extend"], "within": 61}]}),
    ("told_in_writing", {"papers": [{"acts": ["extend"]}, {"acts": ["extend"]}]}),
    ("told_in_writing", {"services": []}),
    ("prompt_registration", {"days": ["obtained_on", "flown_on"]}),
    ("evidence_custody", {"closes": ["take"]}),
    ("evidence_custody", {"handlers": ["take"]}),
    ("evidence_custody", {"handlers": ["fly"]}),
    ("receipt_voids", {"books": []}),
    ("receipt_voids", {"days": 29}),
    ("receipt_voids", {"most": -1}),
    ("receipt_voids", {"approves": ["void"]}),
    ("refund_to_payer", {"pays": ["refund"]}),
    ("refund_to_payer", {"names": ["fly"]}),
    ("surcharge_cap", {"grace": 91}),
    ("surcharge_cap", {"waives": ["impose"]}),
    ("surcharge_cap", {"ends": ["fly"]}),
    (
        "fine_receipts",
        {"books": [{"prefix": "S", "first": "01", "last": "50"}, {"prefix": "S", "first": "50", "last": "99"}]},
    ),
    (
        "fine_receipts",
        {"books": [{"prefix": "S", "first": "01", "last": "50"}, {"prefix": "ｓ", "first": "20", "last": "30"}]},
    ),
)


@pytest.mark.parametrize(
    ("name", "other"), IMPOSSIBLE, ids=[f"{name}-{next(iter(other))}-{n}" for n, (name, other) in enumerate(IMPOSSIBLE)]
)
def test_impossible_settings_are_told(name: str, other: dict[str, Any]) -> None:
    kind = discover()[name]
    sound, version = example_of(kind)
    assert sound.problem(version) is None
    control = typed(kind, {**kind.example, **other}, place=name)
    assert control.problem(version) is not None


def test_both_tellings_of_custody_agree_where_it_was_not_said_which_item_was_taken() -> None:
    kind = discover()["evidence_custody"]
    control, version = example_of(kind)
    telling = Telling(version, control.check, control.detect(version), people_of(kind))
    taken, back = "take carl 1 custodian=carl", "give_back carl 5 evidence_no=E1 evidence_hash=h1"
    events = narrated(("register ann 0 evidence_no=E1 evidence_hash=h1", taken, back, "close eve 9"))
    assert objected_to(telling, events) == hit_by(telling, events) == {("c1", 2), ("c1", 3)}


def test_books_beside_each_other_share_no_number() -> None:
    kind = discover()["fine_receipts"]
    books = [
        {"prefix": "S", "first": "01", "last": "49"},
        {"prefix": "S", "first": "50", "last": "99"},
        {"prefix": "S1", "first": "01", "last": "99"},
    ]
    _, version = example_of(kind)
    assert typed(kind, {**kind.example, "books": books}, place="books").problem(version) is None


def test_goods_confiscated_by_a_decision_need_a_receiver_but_no_other_ground() -> None:
    kind = discover()["goods_disposal"]
    _, version = example_of(kind)
    control = typed(kind, {**kind.example, "courses": [], "grounds": []}, place="goods_disposal")
    assert control.problem(version) is None
    taken, signed = "dispose eve 1 goods={W1:2}", "hand_over bob 2 goods={W1:2} receiver=厂 receipt_hash=r1"
    for story, wrong in (
        ((taken,), set()),
        ((taken, signed, "close dan 3"), set()),
        ((taken, "close dan 3"), {2}),
        ((taken, signed.replace("receiver=厂 ", "")), {2}),
    ):
        telling = Telling(version, control.check, control.detect(version), people_of(kind))
        events = narrated(story)
        assert objected_to(telling, events) == hit_by(telling, events) == {("c1", seq) for seq in wrong}
