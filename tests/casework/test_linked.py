"""Who is to answer for a finding stands in the register of accountability: opened by the system, once, with the disposition."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from qingfeng import wiring
from qingfeng.casework.handle import Done, handle
from qingfeng.casework.office import Office, load_case
from qingfeng.engine.case import Case
from qingfeng.engine.control import Command
from qingfeng.engine.event import ACT
from tests.casework.test_handling import CHIEF, INSPECTOR, NOW, OTHER, POWERS, case_of, lay_down, one, step

ACCOUNT = "supervision/accountability"


def powers_of(*names: str) -> list[object]:
    return [wiring.read_power(POWERS / f"{name}.yaml", wiring.vocabulary()).loaded.power for name in names]


@pytest.fixture
def office() -> Iterator[Office]:
    with wiring.throwaway(powers_of("a000/award", "supervision/finding_handling", ACCOUNT)) as office:  # type: ignore[arg-type]
        yield office


def accounts(office: Office) -> list[Case]:
    with office.store.read() as tx:
        registry = office.registry(tx)
        return [load_case(office, tx, registry, row.case)[0] for row in tx.case_rows(power=ACCOUNT, limit=100)]


def disposed(office: Office, disposition: str = "accountability") -> int:
    number = lay_down(office).number
    step(office, number, "review", INSPECTOR, 1, outcome="upheld", severity="serious", answerable=["case_handler"])
    step(office, number, "dispose", CHIEF, 2, disposition=disposition, answerable=["case_handler"])
    return number


def test_a_disposition_to_answer_opens_a_case_of_the_register_and_is_handed_over_to_it(office: Office) -> None:
    number = disposed(office)
    (case,) = accounts(office)
    first = case.events[0]
    assert (first.actor, first.act, case.step) == ("system", "register_accountability", "ask")
    assert first.data["finding_no"] == str(number)
    assert [*first.data["responsible"].values()] == ["case_handler"]
    assert first.data["severity"] == "serious"
    handed = [e for e in case_of(office, number).events if e.kind == ACT and e.act == "hand_over_for_accountability"]
    assert [(e.actor, e.data["document_no"]) for e in handed] == [("system", case.id)]
    assert not case_of(office, number).pending
    assert one(office, number).state == "disposed"
    assert step(office, number, "close", OTHER, 3).state == "closed"


def test_it_is_opened_once_however_often_the_finding_is_disposed_of(office: Office) -> None:
    number = disposed(office)
    step(office, number, "close", OTHER, 3)
    at = NOW + timedelta(days=4)
    again = {"reasons": "新出现的邮件表明另有一件", "evidence_hash": "c" * 64}
    answer = handle(office, Command(case=case_of(office, number).id, act="reopen_finding", actor=CHIEF, at=at, entered=at, data=again))
    assert isinstance(answer, Done), answer
    step(office, number, "review", INSPECTOR, 5, outcome="upheld", severity="grave", answerable=["case_handler"])
    step(office, number, "dispose", CHIEF, 6, disposition="accountability", answerable=["case_handler"])
    (case,) = accounts(office)
    handed = [e.data["document_no"] for e in case_of(office, number).events if e.kind == ACT and e.act == "hand_over_for_accountability"]
    assert handed == [case.id, case.id]
    disposed(office)
    assert len(accounts(office)) == 2, "another finding has a case of its own"


def test_a_word_of_warning_opens_none(office: Office) -> None:
    number = lay_down(office).number
    step(office, number, "review", INSPECTOR, 1, outcome="upheld", severity="minor", answerable=["case_handler"])
    step(office, number, "dispose", CHIEF, 2, disposition="talk", answerable=["case_handler"])
    assert accounts(office) == []


def test_an_agency_without_the_register_hands_it_over_by_hand() -> None:
    with wiring.throwaway(powers_of("a000/award", "supervision/finding_handling")) as office:  # type: ignore[arg-type]
        number = disposed(office)
        assert {*case_of(office, number).pending} == {"handover"}
