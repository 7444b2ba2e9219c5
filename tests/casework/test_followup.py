"""Findings at work: the daily sweep, the ladder, and the counts by day, in an agency with a few stories."""

from __future__ import annotations

from datetime import timedelta

import pytest

from qingfeng.casework import clockwork, followup, rebuild
from qingfeng.casework.desk.watch import flow
from qingfeng.casework.discretion import discreet
from qingfeng.casework.findings import STREAM, last_sweep
from qingfeng.casework.followup import LADDER, Followed, ladder_of, rung
from qingfeng.casework.office import Office, Registry
from qingfeng.engine.event import Event
from qingfeng.terms.instants import parse_instant

from .agency import COURSE, begin

NOW = parse_instant("2026-03-02 10:00")


def _found(office: Office, rule: str = "time_limit") -> None:
    with office.store.write() as tx:
        office.append(
            tx,
            Event(
                stream=STREAM,
                seq=tx.head(STREAM) + 1,
                kind="finding",
                act="finding",
                at=NOW,
                entered=NOW,
                power=COURSE,
                version="2026-01-01",
                facts={"seen_by": "unit"},
                data={"rule": rule, "case": "", "seq": 0, "key": ""},
            ),
        )


def _one(office: Office) -> Followed:
    with office.store.read() as tx:
        return followup.standing(office, tx).found[1]


def test_the_record_is_gone_through_once_a_day(office: Office) -> None:
    assert clockwork.daily(office, now=NOW) is not None
    assert clockwork.daily(office, now=NOW + timedelta(hours=5)) is None, "once a day"
    assert clockwork.daily(office, now=NOW + timedelta(days=1)) is not None
    with office.store.read() as tx:
        assert last_sweep(tx) == NOW + timedelta(days=1)


def test_an_unanswered_finding_climbs_by_the_days_of_the_ladder(office: Office) -> None:
    _found(office)
    one = _one(office)
    day = NOW.date()
    assert [rung(one, day + timedelta(days=n), LADDER) for n in (0, 2, 3, 4, 5, 6, 7, 30)] == [0, 0, 1, 1, 2, 2, 3, 3]
    assert ladder_of(Registry(agency={"finding_ladder": [1, 2, 4]}), day) == (1, 2, 4)
    for wrong in ([0, 1, 2], "357", [1, 2], [1, 2, "3"], None):
        assert ladder_of(Registry(agency={"finding_ladder": wrong}), day) == LADDER


def test_what_is_remembered_is_what_the_stream_says(office: Office) -> None:
    _found(office)
    assert _one(office).state == "found"
    _found(office, "progress_report")
    with office.store.read() as tx:
        assert sorted(followup.standing(office, tx).found) == [1, 2]


def test_a_step_that_is_not_next_is_refused_with_words(office: Office) -> None:
    _found(office)
    with pytest.raises(followup.BadStep) as told:
        followup.take(office, 1, "close", {}, words="没有问题可以办结", by="discipline_inspector", at=NOW)
    assert told.value.message.zh
    with pytest.raises(followup.BadStep):
        followup.take(office, 99, "review", {"outcome": "upheld"}, words="没有问题可以办结", by="discipline_inspector", at=NOW)
    with pytest.raises(followup.BadStep):
        followup.take(office, 1, "review", {"outcome": "upheld"}, words="没有问题可以办结", by="case_handler", at=NOW)
    assert _one(office).steps == ()


def test_suspicion_and_leaders_are_for_discipline_alone() -> None:
    def act(post: str, kind: str = "act") -> Event:
        return Event(stream="case/x", seq=1, kind=kind, act="a", at=NOW, entered=NOW, actor="x", post=post)

    assert not discreet("time_limit", act("case_handler"))
    assert discreet("time_limit", act("agency_head")), "it names a leader"
    assert discreet("tip_access", act("case_handler"))
    assert not discreet("duty:integrity_call_back", act("", "duty_missed")), "that a duty was missed accuses nobody"


def test_days_are_counted_alike_when_written_and_when_rebuilt(office: Office) -> None:
    begin(office)
    with office.store.read() as tx:
        before = flow(tx, NOW.date() - timedelta(days=400), NOW.date() + timedelta(days=400))
    assert rebuild.compare(office) == []
    rebuild.rebuild(office)
    with office.store.read() as tx:
        after = flow(tx, NOW.date() - timedelta(days=400), NOW.date() + timedelta(days=400))
    assert before == after
    assert sum(after.opened.values()) == 1
