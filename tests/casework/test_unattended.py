"""What nobody attends to is found: complaints, tips, accusations by letter; and nobody answers a complaint about himself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from qingfeng.casework import boxes, complaints, tips
from qingfeng.casework.complaints import NotYours, Written
from qingfeng.casework.findings import sweep
from qingfeng.casework.followup import standing
from qingfeng.casework.handle import Done, handle
from qingfeng.casework.office import Office
from qingfeng.detection.run import ACCUSATION, COMPLAINT_WAITS, TIP_WAITS
from qingfeng.engine.control import Command
from qingfeng.wiring import data_folder, read_power, throwaway, vocabulary
from tests.casework.test_handling import NOW

PETITIONS = "supervision/complaint_petition"
HEADS, ANSWER = "agency_head", "经核实窗口当日叫号记录和录像，情况不属实"


def powers(*names: str) -> list[Any]:
    loaded = [read_power(data_folder("powers") / f"{name}.yaml", vocabulary()).loaded.power for name in names]
    assert all(one is not None for one in loaded)
    return loaded


@pytest.fixture
def office() -> Any:
    with throwaway(powers("a000/award", "supervision/finding_handling", PETITIONS)) as office:
        yield office


def complain(office: Office, content: str, number: str = "T1") -> str:
    with office.store.write() as tx:
        written = Written(about="service", power="a000/award", case="", content=content, name="", phone="")
        complaints.keep(office, tx, number, written, at=NOW)
    return number


def name(office: Office, who: str) -> str:
    with office.store.read() as tx:
        return office.registry(tx).people.name(who)


def rules(office: Office, days: int) -> list[str]:
    return [one.found.rule for one in sweep(office, now=NOW + timedelta(days=days))]


def test_a_complaint_is_not_answered_by_whom_it_names_nor_with_a_dot(office: Office) -> None:
    inspector = "discipline_inspector"
    number = complain(office, f"窗口工作人员{name(office, inspector)}推诿，让我跑了三趟")
    with pytest.raises(NotYours, match="names you"):
        complaints.answer(office, number, ANSWER, outcome="unfounded", by=inspector, at=NOW)
    with pytest.raises(NotYours, match="too short"):
        complaints.answer(office, number, ".", outcome="unfounded", by=f"{inspector}/2", at=NOW)
    complaints.answer(office, number, ANSWER, outcome="unfounded", by=f"{inspector}/2", at=NOW)


def test_a_complaint_about_the_head_is_not_answered_by_those_who_answer_to_him(office: Office) -> None:
    number = complain(office, f"{name(office, HEADS)}接待日不到场")
    with pytest.raises(NotYours, match="names you"):
        complaints.answer(office, number, ANSWER, outcome="partly", by="section_head", at=NOW)
    complaints.answer(office, number, ANSWER, outcome="partly", by="discipline_inspector", at=NOW)


def test_a_complaint_without_an_answer_is_found_once_and_goes_to_discipline(office: Office) -> None:
    complain(office, "三次去都说系统坏了")
    assert COMPLAINT_WAITS not in rules(office, 60)
    assert rules(office, 62).count(COMPLAINT_WAITS) == 1
    assert COMPLAINT_WAITS not in rules(office, 63), "once, not twice"
    with office.store.read() as tx:
        (one,) = standing(office, tx).found.values()
    assert one.discreet
    complaints.answer(office, "T1", ANSWER, outcome="unfounded", by="discipline_inspector", at=NOW + timedelta(days=64))


def test_an_accusation_by_letter_becomes_a_finding_of_discipline_about_whom_it_accuses(office: Office) -> None:
    said = {"found_by": "accusation", "seen_by": "discipline", "accused": ["deputy_in_charge"], "reasons": "检举分管领导收受礼金"}
    first = {"appeal_no": "XF1", "complainant": "示例举报人", "content": "检举分管领导收受礼金", "petition_source": "letter",
             "evidence_hash": "c" * 64, "received_on": str(NOW.date())}  # fmt: skip
    steps = [("receive_petition", "counter_clerk", first), ("propose_route", "counter_clerk", said),
             ("classify_petition", "legal_reviewer", {**said, "to_authority": "本机关纪检监察"})]  # fmt: skip
    case = ""
    for n, (act, who, data) in enumerate(steps):
        at = NOW + timedelta(hours=n)
        done = handle(office, Command(case=case, act=act, actor=who, at=at, entered=at, data=data), power=None if case else PETITIONS)
        assert isinstance(done, Done), done
        case = done.case
    assert ACCUSATION in rules(office, 1)
    with office.store.read() as tx:
        (one,) = [one for one in standing(office, tx).found.values() if one.finding.found.rule == ACCUSATION]
    assert (one.discreet, one.level, one.accused) == (True, "discipline", frozenset({"deputy_in_charge"}))
    assert "示例举报人" not in str(one)


def test_a_tip_that_nobody_opens_is_found_without_a_word_of_who_wrote(office: Office) -> None:
    with office.store.write() as tx:
        boxes.put(office, tx, tips.BOX, "ab" * 32, power="", what="tip", at=NOW)
        boxes.put(office, tx, tips.BOX, "cd" * 32, power="", what="above", at=NOW)
    assert TIP_WAITS not in rules(office, 7)
    assert rules(office, 9).count(TIP_WAITS) == 1
    assert rules(office, 92).count(TIP_WAITS) == 1, "what was taken above and never came back"
    with office.store.read() as tx:
        found = [one for one in standing(office, tx).found.values() if one.finding.found.rule == TIP_WAITS]
    assert len(found) == 2
    assert all(one.discreet and len(one.finding.found.key.split()[0]) == 12 for one in found)
