"""A case of supervision waits for whoever has to act on it: not for those whom it concerns, and not for the rest of the agency."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from qingfeng import wiring
from qingfeng.casework.desk import board
from qingfeng.casework.desk.access import viewer_of
from qingfeng.casework.handle import Done, handle
from qingfeng.casework.office import Office
from qingfeng.engine.control import Command
from qingfeng.terms.instants import parse_instant

POWERS = wiring.data_folder("powers") / "supervision"
NOW = parse_instant("2026-03-02 10:00")
ACCOUNT, ENFORCE, COMPLAINT = (f"supervision/{name}" for name in ("accountability", "enforcement_supervision", "complaint_petition"))
RESPONSIBLE = {"p1": "case_handler", "p2": "section_head/2"}
ANSWERABLE: Mapping[str, Any] = {"finding_no": "1", "finding_outcome": "upheld", "severity": "serious", "facts": "一件处罚未经集体讨论",
                                 "responsible": RESPONSIBLE, "evidence_hash": "a" * 64}  # fmt: skip
WATCHED: Mapping[str, Any] = {"supervision_no": "示监〔2026〕1号", "supervision_source": "random", "supervised_unit": "执法一科",
                              "summary": "第一季度随机抽查", "evidence_hash": "b" * 64,
                              "accused": ["case_handler", "legal_reviewer/3"]}  # fmt: skip
COMPLAINED: Mapping[str, Any] = {"appeal_no": "TS1", "complainant": "示例市民甲", "content": "窗口让跑三趟且态度生硬", "petition_source": "phone",
                                 "evidence_hash": "c" * 64, "accused": ["counter_clerk/2"]}  # fmt: skip


@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    names = ("accountability", "enforcement_supervision", "complaint_petition")
    powers = [wiring.read_power(POWERS / f"{name}.yaml", wiring.vocabulary()).loaded.power for name in names]
    with wiring.throwaway([one for one in powers if one is not None]) as office:
        yield office


def opened(office: Office, power: str, by: str, act: str, data: Mapping[str, Any], at: datetime = NOW) -> str:
    answer = handle(office, Command(case="", act=act, actor=by, at=at, entered=at, data=data), power=power)
    assert isinstance(answer, Done), answer
    return answer.case


def waits_for(office: Office, who: str, case: str) -> bool:
    with office.store.read() as tx:
        viewer = viewer_of(office.registry(tx).people, who, NOW.date())
        return case in [line.id for line in board.inbox(office, tx, viewer, now=NOW + timedelta(hours=1))]


def test_a_supervision_proposed_waits_for_the_leader_who_approves_it(office: Office) -> None:
    case = opened(office, ENFORCE, "legal_reviewer", "propose_supervision", WATCHED)
    assert waits_for(office, "deputy_in_charge", case)
    assert waits_for(office, "legal_reviewer/2", case), "colleagues of the office take part"
    assert not waits_for(office, "legal_reviewer/3", case), "it concerns him"
    assert not waits_for(office, "section_head", case), "nobody of the sections before the notice"
    assert not waits_for(office, "case_handler", case)


def test_accountability_waits_for_the_body_and_not_for_those_who_answer(office: Office) -> None:
    case = opened(office, ACCOUNT, "discipline_inspector", "register_accountability", ANSWERABLE)
    assert waits_for(office, "agency_head", case) or waits_for(office, "discipline_head", case)
    later = NOW + timedelta(days=1)
    said = {"accountability": {"case_handler": "criticism", "section_head/2": "notice"}, "responsible": RESPONSIBLE,
            "shares": {"case_handler": "main", "section_head/2": "main"}, "reasons": "经办人照办，科室负责人授意"}  # fmt: skip
    for by, act, data in (("discipline_inspector", "declare_no_interest", {}), ("discipline_inspector", "propose_accountability", said),
                          ("discipline_head", "declare_no_interest", {}),
                          ("discipline_head", "ask_body", {"competent_body": "agency", "opinion": "提请负责人会议决定"})):  # fmt: skip
        answer = handle(office, Command(case=case, act=act, actor=by, at=later, entered=later, data=data))
        assert isinstance(answer, Done), answer
    assert waits_for(office, "agency_head", case), "it is his to decide, and he has to find it"
    assert not waits_for(office, "section_head/2", case), "he answers for it"
    assert not waits_for(office, "case_handler", case)


def test_nobody_complained_of_learns_that_there_is_a_complaint(office: Office) -> None:
    case = opened(office, COMPLAINT, "counter_clerk", "receive_petition", COMPLAINED)
    assert waits_for(office, "counter_clerk/3", case), "her colleagues go on with it"
    assert not waits_for(office, "counter_clerk/2", case), "it is about her, though her post takes complaints in"
    for who in ("section_head", "enforcement_officer", "finance_officer"):
        assert not waits_for(office, who, case)
