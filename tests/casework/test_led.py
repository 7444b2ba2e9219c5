"""Whom a finding names is looked for in all that proves it: a leader in another post, members of a meeting, the one who put a word in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from qingfeng.casework import findings as kept
from qingfeng.casework.findings import FINDING, STREAM, Finding
from qingfeng.casework.followup import BadStep, Followed, standing
from qingfeng.casework.handling import take
from qingfeng.casework.office import Office
from qingfeng.detection.run import Found
from qingfeng.engine.event import Event
from qingfeng.wiring import data_folder, read_power, throwaway, vocabulary
from tests.casework.test_handling import NOW, WORDS

POWER = "a000/award"


@pytest.fixture
def office() -> Any:
    names = (POWER, "supervision/finding_handling")
    loaded = [read_power(data_folder("powers") / f"{name}.yaml", vocabulary()).loaded.power for name in names]
    with throwaway([one for one in loaded if one is not None]) as office:
        yield office


def laid(office: Office, rule: str, act: str, who: str, post: str, data: Mapping[str, Any]) -> Followed:
    """Lay down a finding that an act proves, as the sweep does."""
    found = Found(rule, f"{POWER}/2026/99999", 1)
    with office.store.write() as tx:
        version = office.registry(tx).version_on(POWER, NOW.date())
        office.append(tx, Event(stream=f"case/{found.case}", seq=1, kind="act", act=act, at=NOW, entered=NOW, power=POWER, version=version,
                                actor=who, post=post, data=data))  # fmt: skip
        hidden, number = kept._discreet(office, tx, POWER, found), tx.head(STREAM) + 1
        data = {"rule": rule, "case": found.case, "seq": 1, "key": ""}
        office.append(tx, Event(stream=STREAM, seq=number, kind=FINDING, act=FINDING, at=NOW, entered=NOW, power=POWER, version=version,
                                facts={"seen_by": kept.SEEN_BY[hidden]}, data=data))  # fmt: skip
        kept.hand_over(office, tx, Finding(number, found, POWER, version, NOW.date()), hidden=hidden, now=NOW)
    with office.store.read() as tx:
        return standing(office, tx).found[number]


def test_members_of_a_meeting_who_lead_make_it_a_matter_of_discipline(office: Office) -> None:
    plain = laid(office, "collective_deliberation", "deliberate", "meeting_secretary", "meeting_secretary", {"members": ["case_handler"]})
    assert (plain.discreet, plain.level) == (False, "unit")


def test_a_leader_among_the_members_or_in_another_post_is_seen(office: Office) -> None:
    one = laid(office, "collective_deliberation", "deliberate", "meeting_secretary", "meeting_secretary", {"members": ["agency_head"]})
    assert (one.discreet, one.level) == (True, "discipline")
    assert "agency_head" in one.accused


def test_a_leader_who_acts_in_another_post_is_seen(office: Office) -> None:
    one = laid(office, "collective_deliberation", "note", "deputy_in_charge", "case_handler", {})
    assert (one.discreet, one.level, one.accused) == (True, "discipline", frozenset({"deputy_in_charge"}))


def test_of_a_word_put_in_the_intervener_is_accused_not_who_wrote_it_down(office: Office) -> None:
    one = laid(office, "interference_record", "record_interference", "case_handler", "case_handler", {"intervener": "discipline_head"})
    assert one.accused == frozenset({"discipline_head"})
    assert one.level == "superior"
    with pytest.raises(BadStep):
        take(office, one.finding.number, "review", {"outcome": "false_alarm"}, words=WORDS, by="discipline_head", at=NOW)


def test_an_intervener_from_elsewhere_leaves_the_recorder_as_before(office: Office) -> None:
    one = laid(office, "interference_record", "record_interference", "case_handler", "case_handler", {"intervener": "县某局钱某（非本单位）"})
    assert one.accused == frozenset({"case_handler"})
