"""Everybody is taught and tested, none by himself; what was published is looked up beside the file by somebody else."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from qingfeng.catalogue.settings import BadSetting
from qingfeng.duties.duty import period_due, period_of
from qingfeng.simulation.duty_reports import honest_report, told_otherwise
from tests.sample import calendar

from .power import BEACON, duty, file, finds, lacks, occasion, register

TRAINING, AUDIT = duty("integrity_training"), duty("disclosure_audit")
HASH = "a" * 64
DONE: dict[str, Any] = {"on": "2025-12-10", "points": 80}


def taught(**changed: dict[str, Any] | None) -> dict[str, Any]:
    told = {"ann": DONE, "bob": DONE, "fay": DONE, **changed}
    return {"topic": "廉政纪律", "paper_hash": HASH, "trained": {who: said for who, said in told.items() if said is not None}}


def test_everybody_who_holds_a_post_is_named_and_nobody_else() -> None:
    assert lacks(TRAINING, taught(), register()) == ""
    assert "trained lacks" in lacks(TRAINING, taught(bob=None), register())
    assert "dan" in lacks(TRAINING, taught(dan=DONE), register())
    assert "paper" in lacks(TRAINING, {**taught(), "paper_hash": "none"}, register())
    assert "taught (topic)" in lacks(TRAINING, {**taught(), "topic": "。"}, register())
    for shape in ({}, {"trained": []}, {"trained": {"ann": "ok"}}, {"trained": None}):
        assert lacks(TRAINING, {"topic": "廉政纪律", "paper_hash": HASH, **shape}, register())


@pytest.mark.parametrize("said", [{}, {"on": "2025-12-10"}, {"on": "2025-11-30", "points": 80}, {"on": "2026-01-06", "points": 80},
                                  {"on": "2025-12-10", "points": 101}, {"on": "2025-12-10", "points": True},
                                  {"on": "2025-12-10", "points": 80, "by": "bob"}, {"on": "2025-12-10", "points": 80, "by": 7},
                                  {"absent": ""}])  # fmt: skip
def test_a_test_has_a_day_in_the_period_points_and_another_who_marked_it(said: dict[str, Any]) -> None:
    assert lacks(TRAINING, taught(bob=said), register())


def test_who_teaches_does_not_mark_his_own_paper() -> None:
    own = duty("integrity_training", posts=["head"])
    paper = {"topic": "廉政纪律", "paper_hash": HASH, "trained": {"carl": DONE, "dan": DONE}}
    assert "nobody gives his own points" in lacks(own, paper, register())
    paper["trained"]["carl"] = {**DONE, "by": "dan"}
    assert lacks(own, paper, register()) == ""


def test_who_was_not_there_and_who_did_not_pass_is_found() -> None:
    assert finds(TRAINING, taught(), register()) == []
    assert finds(TRAINING, taught(bob={"absent": "全年病假"}, fay={**DONE, "points": 59}), register()) == [("", "bob"), ("", "fay")]


@pytest.mark.parametrize("wrong", [{"posts": []}, {"posts": ["nobody"]}, {"pass_points": 101}, {"by": "nobody"}, {"every": "day"}])
def test_settings_of_the_training_that_cannot_work_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(BadSetting):
        duty("integrity_training", **wrong)


PUBLISHED = register(file("c1", "note ann 3"), file("c2", "note ann 5"), file("c3", "decide ann 4"))


def audited(book: Any = PUBLISHED, **changed: Any) -> dict[str, Any]:
    drawn = AUDIT.sheet({"beacon": BEACON}, book, occasion())
    assert drawn
    said = {"found": "yes", "same": "yes", "clean": "yes", "on": "2025-12-20", **changed}
    return {"beacon": BEACON, "looked_up": dict.fromkeys(drawn, said)}


def test_half_of_what_was_published_is_looked_up_and_nothing_else() -> None:
    assert set(audited()["looked_up"]) < {"c1", "c2"}
    assert lacks(AUDIT, audited(), PUBLISHED) == ""
    assert lacks(AUDIT, {**audited(), "looked_up": {}}, PUBLISHED)


@pytest.mark.parametrize("changed", [{"found": None}, {"same": "perhaps"}, {"on": "2025-11-30"}, {"on": "2026-02-01"},
                                     {"clean": "no"}, {"clean": "no", "words": "…"}, {"by": "ann"}])  # fmt: skip
def test_every_question_is_answered_by_somebody_without_a_part_in_it(changed: dict[str, Any]) -> None:
    assert lacks(AUDIT, audited(**changed), PUBLISHED)


def test_what_differs_is_found() -> None:
    report = audited(same="no", words="公开的金额少写了一位")
    assert finds(AUDIT, report, PUBLISHED) == [(case, "same") for case in sorted(report["looked_up"])]


def test_a_post_that_publishes_does_not_audit_itself() -> None:
    with pytest.raises(BadSetting):
        duty("disclosure_audit", by="clerk")


def test_an_honest_report_counts_and_another_shows_it() -> None:
    honest = honest_report(AUDIT, PUBLISHED, occasion())
    assert finds(AUDIT, honest, PUBLISHED) == []
    case = next(iter(honest["looked_up"]))
    assert {key for _, key in finds(AUDIT, told_otherwise(AUDIT, honest, case), PUBLISHED)} == {"found", "same", "clean"}
    assert finds(TRAINING, honest_report(TRAINING, register(), occasion()), register()) == []


def test_a_yearly_duty_begins_before_the_calendar_of_the_next_year_is_published() -> None:
    yearly, known = duty("integrity_training", every="year"), calendar()
    last = period_of(date(known.years[-1], 6, 1), "year")
    before = period_of(date(known.years[-1] - 1, 6, 1), "year")
    assert period_due(yearly, before, known).raw_day == known.add_working(before.last, 10)
    due = period_due(yearly, last, known)
    assert due.provisional
    assert due.raw_day == last.last + timedelta(days=2 * 10 + 14)
