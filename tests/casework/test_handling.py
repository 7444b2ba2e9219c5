"""A finding is handled as a case of the built-in power: opened once, by the system, with the finding; every step through the door."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from qingfeng import wiring
from qingfeng.casework import dossier, followup, handling, mirrored
from qingfeng.casework.desk import board, findingpage
from qingfeng.casework.desk.access import viewer_of
from qingfeng.casework.desk.opening import opening
from qingfeng.casework.findings import FINDING, STREAM, Finding, finding_in, hand_over
from qingfeng.casework.followup import BadStep, Followed
from qingfeng.casework.handle import Done, Stopped, handle
from qingfeng.casework.ladder import LADDER, LIMITS, ladder_of
from qingfeng.casework.office import Office, UnknownThing, load_case
from qingfeng.casework.reading import open_file
from qingfeng.casework.registry import By, register
from qingfeng.detection.run import Found
from qingfeng.engine.case import Case
from qingfeng.engine.clock import clocks
from qingfeng.engine.control import Command
from qingfeng.engine.event import Event
from qingfeng.terms.instants import parse_instant

POWERS = wiring.data_folder("powers")
NOW = parse_instant("2026-03-02 10:00")
WORDS = "已经核对，情况属实"
INSPECTOR, OTHER, CHIEF, HEAD = "discipline_inspector", "discipline_inspector/2", "discipline_head", "section_head"


@pytest.fixture(scope="module")
def powers() -> list[Any]:
    names = ("a000/award", "supervision/finding_handling")
    return [wiring.read_power(POWERS / f"{name}.yaml", wiring.vocabulary()).loaded.power for name in names]


@pytest.fixture
def office(powers: list[Any]) -> Iterator[Office]:
    with wiring.throwaway(powers) as office:
        yield office


def lay_down(
    office: Office, rule: str = "time_limit", *, hidden: bool = False, power: str = "a000/award", case: str = "", seq: int = 0, **more: Any
) -> Finding:  # fmt: skip
    with office.store.write() as tx:
        tx.lock(STREAM)
        version = office.registry(tx).version_on(power, NOW.date())
        data = {"rule": rule, "case": case, "seq": seq, "key": str(tx.head(STREAM)), **more}
        event = Event(stream=STREAM, seq=tx.head(STREAM) + 1, kind=FINDING, act=FINDING, at=NOW, entered=NOW, power=power, version=version,
                      facts={"seen_by": "discipline" if hidden else "unit"}, data=data)  # fmt: skip
        office.append(tx, event)
        hand_over(office, tx, finding_in(event), hidden=hidden, now=NOW)
        return finding_in(event)


def one(office: Office, number: int) -> Followed:
    with office.store.read() as tx:
        return followup.standing(office, tx).found[number]


def case_of(office: Office, number: int) -> Case:
    with office.store.read() as tx:
        case, _ = load_case(office, tx, office.registry(tx), one(office, number).case or "")
        return case


def step(office: Office, number: int, act: str, by: str, days: int = 0, **said: Any) -> Followed:
    return handling.take(office, number, act, said, words=WORDS, by=by, at=NOW + timedelta(days=days, hours=1))


def test_a_finding_opens_one_case_of_the_system_and_a_step_is_told_beside_it(office: Office) -> None:
    number = lay_down(office).number
    case = case_of(office, number)
    assert (case.events[0].actor, case.events[0].data["finding_no"], case.step) == ("system", str(number), "self_check")
    assert case.events[0].data["found_rule"] == "time_limit"
    assert (one(office, number).state, one(office, number).level) == ("found", "unit")
    after = step(office, number, "assign", INSPECTOR, to=HEAD)
    assert (after.state, after.assigned_to, after.due) == ("assigned", HEAD, (NOW + timedelta(days=3)).date())
    assert [taken.act for taken in after.steps] == ["assign"]
    assert after.steps[0].words == WORDS
    with office.store.read() as tx:
        assert [row.case for row in tx.case_rows(power=mirrored.POWER, limit=9)] == [case.id]


def test_a_procedural_finding_goes_its_whole_way_and_ends(office: Office) -> None:
    number = lay_down(office).number
    with pytest.raises(BadStep):
        step(office, number, "assign", INSPECTOR, to="assessor")
    step(office, number, "assign", INSPECTOR, to=HEAD)
    assert step(office, number, "self_check", HEAD, 1).state == "checked"
    reviewed = step(
        office, number, "review", INSPECTOR, 2, outcome="upheld", severity="minor", responsible=["assessor"]
    )
    assert (reviewed.state, reviewed.outcome) == ("upheld", "upheld")
    assert step(office, number, "rectify", INSPECTOR, 3).state == "rectified"
    disposed = step(office, number, "dispose", CHIEF, 4, disposition="talk", answerable=["assessor"])
    assert (disposed.state, disposed.disposition, disposed.answerable) == ("disposed", "talk", ("assessor",))
    assert step(office, number, "close", INSPECTOR, 5).state == "closed"
    assert case_of(office, number).closed
    with office.store.read() as tx:
        known = followup.standing(office, tx)
    assert followup.rates(known, {"a000/award": 4}, {})["time_limit"].reviewed == 1


def test_a_false_alarm_ends_only_with_another_s_consent(office: Office) -> None:
    number = lay_down(office).number
    step(office, number, "review", INSPECTOR, outcome="false_alarm")
    with pytest.raises(BadStep):
        step(office, number, "close", INSPECTOR, 1)
    with pytest.raises(BadStep):
        step(office, number, "agree", INSPECTOR, 1)
    assert step(office, number, "refuse", CHIEF, 1).state == "undetermined"
    assert step(office, number, "review", OTHER, 2, outcome="not_upheld").state == "not_upheld"
    assert followup.next_of(one(office, number)) == ("agree", "refuse")
    step(office, number, "agree", CHIEF, 3)
    assert step(office, number, "close", OTHER, 4).state == "closed"


def test_a_false_alarm_counts_once_another_agreed_and_not_when_he_refused(office: Office) -> None:
    def counted() -> tuple[int, int]:
        with office.store.read() as tx:
            told = followup.rates(followup.standing(office, tx), {"a000/award": 4}, {})["time_limit"]
        return told.reviewed, told.false

    number = lay_down(office).number
    step(office, number, "review", INSPECTOR, outcome="false_alarm")
    assert counted() == (0, 0), "one alone proposed it"
    step(office, number, "refuse", CHIEF, 1)
    assert counted() == (0, 0), "it is looked at again"
    step(office, number, "review", OTHER, 2, outcome="false_alarm")
    step(office, number, "agree", CHIEF, 3)
    assert counted() == (1, 1)


def test_what_could_not_be_determined_is_due_again(office: Office) -> None:
    number = lay_down(office, "pattern:rubber_stamping", hidden=True).number
    step(office, number, "review", INSPECTOR, 1, outcome="undetermined")
    with office.store.read() as tx:
        calendar = office.registry(tx).calendar
    due = clocks(case_of(office, number), calendar)["verify_15"].due
    assert due is not None
    assert due.raw_day == calendar.add_working((NOW + timedelta(days=1)).date(), 15)


def test_what_is_found_after_the_case_above_was_closed_opens_a_new_one(office: Office) -> None:
    handled = one(office, lay_down(office).number).case or ""
    first = one(office, lay_down(office, power=mirrored.POWER, case=handled).number).case or ""
    assert one(office, lay_down(office, "own_evidence", power=mirrored.POWER, case=handled).number).case == first, "while it is open"
    told = {"to_authority": "示例县纪委监委", "document_hash": "2" * 64, "document_no": "示县纪函〔2026〕12号"}
    for days, who, act, said in ((1, CHIEF, "refer_upward", {**told, "reasons": "涉及本机关纪检监察人员，报请办理"}),
                                 (5, INSPECTOR, "record_superior_decision", {**told, "finding_outcome": "not_upheld", "content": "不属实"}),
                                 (6, CHIEF, "confirm_superior_decision", {"document_no": told["document_no"], "document_hash": "2" * 64,
                                                                          "finding_outcome": "not_upheld"}),
                                 (7, CHIEF, "close_finding", {"opinion": "上一级已经处理，办结"})):  # fmt: skip
        at = NOW + timedelta(days=days)
        assert isinstance(handle(office, Command(case=first, act=act, actor=who, at=at, entered=at, data=said)), Done), act
    later = one(office, lay_down(office, "separate_duties", power=mirrored.POWER, case=handled).number)
    assert later.case not in (None, first)
    assert later.open


def test_a_refusal_of_the_power_is_told_in_words_and_leaves_the_finding_as_it_was(office: Office) -> None:
    number = lay_down(office).number
    step(office, number, "review", INSPECTOR, outcome="upheld", severity="grave", responsible=["assessor"])
    with pytest.raises(BadStep) as told:
        step(office, number, "dispose", CHIEF, 1, disposition="talk", answerable=["assessor"])
    assert "轻重" in told.value.message.zh
    assert one(office, number).state == "rectified", "what came before the refused act stands"
    with pytest.raises(BadStep):
        step(office, number, "dispose", INSPECTOR, 1, disposition="sanction", answerable=["assessor"])
    handed = step(office, number, "dispose", CHIEF, 2, disposition="sanction", answerable=["assessor"])
    assert followup.next_of(handed) == (), "it is handed over on the page of its case before it can be closed"


def test_what_names_a_leader_or_is_suspected_is_never_given_to_the_unit(office: Office) -> None:
    number = lay_down(office, "pattern:rubber_stamping", hidden=True, officers=["deputy_in_charge"]).number
    assert (one(office, number).level, one(office, number).discreet, case_of(office, number).step) == (
        "discipline",
        True,
        "verify",
    )
    with pytest.raises(BadStep):
        step(office, number, "assign", INSPECTOR, to=HEAD)
    assert step(office, number, "review", INSPECTOR, outcome="undetermined").state == "undetermined"


def test_discipline_staff_are_for_the_superior_body_and_nobody_here_judges_them(office: Office) -> None:
    number = lay_down(office, "pattern:rubber_stamping", hidden=True, officers=[INSPECTOR]).number
    assert (one(office, number).level, one(office, number).state) == ("superior", "superior")
    assert followup.next_of(one(office, number)) == ()
    with pytest.raises(BadStep):
        step(office, number, "review", OTHER, outcome="not_upheld")


def test_findings_about_handling_go_up_and_never_begin_a_chain(office: Office) -> None:
    first = lay_down(office).number
    handled = one(office, first).case or ""
    late = lay_down(office, power=mirrored.POWER, case=handled, seq=1).number
    above = one(office, late).case
    assert above is not None
    assert above != handled
    assert one(office, late).level == "superior"
    again = lay_down(office, "proof_used_once", power=mirrored.POWER, case=handled, seq=1).number
    about_it = lay_down(office, power=mirrored.POWER, case=above, seq=1).number
    assert {one(office, n).case for n in (late, again, about_it)} == {above}
    with office.store.read() as tx:
        assert len(tx.case_rows(power=mirrored.POWER, limit=9)) == 2, "however much is found about it"
    act(
        office,
        above,
        "refer_upward",
        CHIEF,
        to_authority="示例县纪委监委",
        document_no="示报1号",
        document_hash="a" * 64,
        reasons="涉及处置工作",
    )
    assert {one(office, n).steps[-1].act for n in (late, again, about_it)} == {"refer"}


def act(office: Office, case: str, name: str, by: str, days: int = 0, **data: Any) -> None:
    at: datetime = NOW + timedelta(days=days, hours=2)
    answer = handle(office, Command(case=case, act=name, actor=by, at=at, entered=at, data=data))
    assert isinstance(answer, Done), answer


def test_a_finding_registered_by_hand_is_a_case_and_no_line_of_the_stream(office: Office) -> None:
    data = {
        "finding_no": "1",
        "found_by": "tip",
        "seen_by": "discipline",
        "summary": "来信反映",
        "evidence_hash": "b" * 64,
        "unattributed": {"person": "来信没有写明是谁"},
    }
    answer = handle(
        office,
        Command(case="", act="register_finding", actor=INSPECTOR, at=NOW, entered=NOW, data=data),
        power=mirrored.POWER,
    )
    assert isinstance(answer, Done)
    number = lay_down(office).number
    assert one(office, number).case != answer.case
    with office.store.read() as tx:
        assert sorted(followup.standing(office, tx).found) == [number]


def test_without_the_power_a_finding_is_followed_up_beside_its_stream(powers: list[Any]) -> None:
    with wiring.throwaway(powers[:1]) as office:
        number = lay_down(office).number
        assert one(office, number).case is None
        assert step(office, number, "review", INSPECTOR, outcome="false_alarm").state == "false_alarm"
        assert followup.next_of(one(office, number)) == ("close",)


def test_found_is_the_same_whether_kept_with_or_without_a_case(office: Office) -> None:
    number = lay_down(office).number
    with office.store.read() as tx:
        assert followup.standing(office, tx).found[number].finding.found == Found("time_limit", "", 0, "0")


def test_the_days_of_the_ladder_are_those_of_the_power_and_said_nowhere_else(office: Office, powers: list[Any]) -> None:
    with office.store.read() as tx:
        registry = office.registry(tx)
    said = [powers[1].versions[-1].procedure.limits[name].length.n for name in LIMITS]
    assert ladder_of(replace(registry, agency={**registry.agency, "finding_ladder": [1, 2, 4]}), NOW.date()) == tuple(
        said
    )
    document = json.loads(
        json.dumps(registry.versions[mirrored.POWER, registry.version_on(mirrored.POWER, NOW.date())])
    )
    for limit, n in zip(
        (one for one in document["version"]["procedure"]["limits"] if one["id"] in LIMITS), (2, 4, 6), strict=True
    ):
        limit["n"] = n
    revised = replace(registry, versions={(mirrored.POWER, "2026-01-01"): document})
    assert ladder_of(revised, NOW.date()) == (2, 4, 6)
    assert ladder_of(revised, date(2025, 12, 31)) == LADDER, "not yet in force"


def test_what_was_ordered_is_reported_by_who_was_ordered_and_re_checked_by_another_before_it_goes_on(
    office: Office,
) -> None:
    number = lay_down(office).number
    step(office, number, "assign", INSPECTOR, to=HEAD)
    step(office, number, "self_check", HEAD, 1)
    step(office, number, "review", INSPECTOR, 2, outcome="upheld", severity="minor", responsible=["assessor"])
    case = one(office, number).case or ""
    act(
        office,
        case,
        "order_rectification",
        INSPECTOR,
        2,
        content="到期前三日提醒",
        due_on="2026-03-20",
        measures=["m1"],
        officers=[HEAD + "/2"],
    )
    ordered = one(office, number)
    assert (ordered.awaits, ordered.ordered, ordered.due) == ("report", (HEAD + "/2",), date(2026, 3, 20))
    assert followup.next_of(ordered) == ("report",)
    with office.store.read() as tx:
        people, known = office.registry(tx).people, followup.standing(office, tx)
    assert [told.finding.number for told in known.given[HEAD + "/2"]] == [number]
    assert HEAD not in known.given, "who checked himself is not who was ordered"
    assert followup.barred(people, ordered, None, "report", HEAD, NOW.date()) is not None
    assert followup.barred(people, ordered, None, "report", HEAD + "/2", NOW.date()) is None
    with pytest.raises(BadStep):
        step(office, number, "dispose", CHIEF, 4, disposition="talk", answerable=["assessor"])
    act(office, case, "report_rectification", HEAD + "/2", 3, content="提醒已经设置")
    assert one(office, number).awaits == "recheck"
    assert followup.barred(people, ordered, None, "recheck", OTHER, NOW.date()) is None
    assert followup.barred(people, one(office, number), None, "recheck", INSPECTOR, NOW.date()) is not None
    act(office, case, "recheck_rectification", OTHER, 4, facts="到场看过，提醒已经设置", officers=[OTHER], place="窗口", evidence_hash="ab" * 32,
        rectified={"m1": "done"})  # fmt: skip
    assert one(office, number).awaits is None
    assert step(office, number, "dispose", CHIEF, 5, disposition="talk", answerable=["assessor"]).state == "disposed"


def test_an_inspector_tied_to_the_accused_reads_nothing_of_the_suspicion(office: Office) -> None:
    with office.store.write() as tx:
        register(office, tx, "interest_declared", {"officer": INSPECTOR, "other": "assessor", "relation": "配偶", "from": "2024-01-01"},
                 by=By(actor="system_administrator", entered=NOW))  # fmt: skip
    said = {"officers": ["assessor"], "subject": "assessor", "what_zh": "疑点", "what_en": "x"}
    number = lay_down(office, "pattern:rubber_stamping", hidden=True, **said).number
    found = one(office, number)
    assert found.accused == {"assessor"}
    later = NOW + timedelta(hours=1)
    for who, open_ in ((INSPECTOR, False), (OTHER, True)):
        with office.store.read() as tx:
            viewer = viewer_of(office.registry(tx).people, who, NOW.date())
            known = followup.standing(office, tx)
            assert (number in {each.finding.number for each in board.seen_by(known, viewer)[0]}) is open_
            desk = findingpage.Desk.at(office, tx, known, now=NOW)
            with nullcontext() if open_ else pytest.raises(UnknownThing):
                findingpage.page(desk, number, viewer)
        with nullcontext() if open_ else pytest.raises(UnknownThing):
            dossier.contents(office, number, viewer, now=later)
        with nullcontext() if open_ else pytest.raises(UnknownThing):
            opening(office, found.case or "", viewer, purpose="了解有关情况", own_work="x", now=later)
        for part in ("file", "lead"):
            answer = open_file(office, found.case or "", reader=who, data={"part": part, "purpose": "了解情况"}, at=later)
            assert isinstance(answer, tuple) is not open_, (who, part)


def test_a_disposition_that_leaves_out_who_answers_can_be_made_anew(office: Office) -> None:
    number = lay_down(office).number
    step(office, number, "review", INSPECTOR, 1, outcome="upheld", severity="minor", responsible=["case_handler"])
    case, at = one(office, number).case, NOW + timedelta(days=2, hours=2)

    def do(act: str, who: str, minute: int, **data: object) -> Done | Stopped:
        when = at + timedelta(minutes=minute)
        answer = handle(office, Command(case=str(case), act=act, actor=who, at=when, entered=when, data=data))
        assert isinstance(answer, Done | Stopped), answer
        return answer

    for minute, (act, who, data) in enumerate((("forward_for_disposition", INSPECTOR, {"opinion": "提请处理"}),
                                               ("declare_no_interest", CHIEF, {}), ("settle_without_person", CHIEF, {"reasons": "不追究个人"}))):
        assert isinstance(do(act, who, minute, **data), Done)
    assert isinstance(do("close_finding", INSPECTOR, 5, opinion="办结"), Stopped), "somebody answers for it"
    assert isinstance(do("withdraw_disposition", INSPECTOR, 6, reasons="漏了责任人"), Stopped), "who disposed of it takes it back"
    assert isinstance(do("withdraw_disposition", CHIEF, 7, reasons="漏了责任人"), Done)
    assert one(office, number).state == "rectified", "to be disposed of"
    done = do("dispose_finding", CHIEF, 9, disposition="talk", accountability={"case_handler": "talk"}, reasons="谈话提醒并限期改正")
    assert isinstance(done, Done), done
    assert isinstance(do("close_finding", INSPECTOR, 12, opinion="处理到位，办结"), Done)
    assert one(office, number).state == "closed"
