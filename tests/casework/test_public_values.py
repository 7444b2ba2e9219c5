"""The public value of a sample is entered by somebody other than who draws by it; nobody tries numbers until the sample pleases."""

from __future__ import annotations

from datetime import date

from qingfeng.casework import dutywork, publicvalues
from qingfeng.casework.office import Office
from qingfeng.duties.sampling import Samples
from tests.casework.test_dutywork import CALL, _published, closed_case, events, said, stream
from tests.duties.power import BEACON
from tests.sample import at

__all__ = ["_published"]
DAY = date(2026, 1, 1)
OTHER = "03 11 24 26 29 31 06"


def duty(office: Office) -> Samples:
    with office.store.read() as tx:
        known = dutywork.state(office, tx, office.registry(tx), stream(CALL), today=DAY).duty
    assert isinstance(known, Samples)
    return known


def enter(office: Office, who: str, value: str = BEACON["value"], why: str = "", on: date = DAY, issue: str = BEACON["round"]) -> str:
    wrong = publicvalues.enter(office, duty(office), on, issue, value, actor=who, at=at("2026-01-05"), why=why)
    return "" if wrong is None else wrong.zh


def report(office: Office, *cases: str, value: str = BEACON["value"], who: str = "carl") -> str:
    content = said(*cases) | {"beacon": {**BEACON, "value": value}}
    period, refusals = dutywork.report(office, stream(CALL), content, actor=who, at=at("2026-01-06"))
    assert (period is None) == bool(refusals)
    return "；".join(one.reason.zh for one in refusals)


def test_a_value_that_only_the_reporter_typed_draws_nothing(office: Office) -> None:
    case = closed_case(office)
    assert "还没有由报告人以外的人登记" in report(office, case)
    assert enter(office, "carl") == "", "he may enter it, but that is not enough"
    assert "还没有由报告人以外的人登记" in report(office, case)
    assert enter(office, "ann") == ""
    assert report(office, case) == ""


def test_a_value_other_than_the_one_entered_is_refused_whoever_grinds_it(office: Office) -> None:
    case = closed_case(office)
    assert enter(office, "ann") == ""
    assert "不符" in report(office, case, value=OTHER)
    assert "写法不对" in enter(office, "bob", "3,11")
    assert "已经登记过" in enter(office, "ann", OTHER)
    assert "写明理由" in enter(office, "bob", OTHER)
    assert [one.kind for one in events(office, CALL)] == ["duty_begun"]


def test_a_correction_by_another_counts_and_is_found(office: Office) -> None:
    case = closed_case(office)
    assert enter(office, "ann", OTHER) == ""
    assert enter(office, "bob", why="第七个号码看错") == ""
    assert "不符" in report(office, case, value=OTHER)
    assert report(office, case) == ""
    found = events(office, CALL)[-1]
    assert (found.kind, found.data["key"]) == ("duty_finding", "public_value")
    assert OTHER in found.data["what_zh"]


def test_the_reporter_cannot_correct_what_others_entered_to_his_own_number(office: Office) -> None:
    case = closed_case(office)
    assert enter(office, "ann") == ""
    assert enter(office, "carl", OTHER, why="看错了一位") == ""
    assert "不符" in report(office, case, value=OTHER), "nobody but he entered it"
    assert enter(office, "bob", OTHER) == "", "another confirms it"
    assert report(office, case, value=OTHER) == ""
    assert events(office, CALL)[-1].data["key"] == "public_value"


def test_who_holds_no_post_a_day_to_come_and_no_round_are_refused(office: Office) -> None:
    assert "不在岗" in enter(office, "nobody")
    assert "尚未开出" in enter(office, "ann", on=date(2026, 1, 8))
    assert "期号" in enter(office, "ann", issue=" ")
    assert "期号" in enter(office, "ann", issue="x" * 41)
    with office.store.read() as tx:
        assert publicvalues.entries(tx) == []


def test_nothing_to_draw_from_needs_no_value(office: Office) -> None:
    period, refusals = dutywork.report(office, stream(CALL), {"answers": {}}, actor="carl", at=at("2026-01-06"))
    assert (period is not None, refusals) == (True, ())
