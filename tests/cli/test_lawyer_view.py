"""powers show and case history as a lawyer reads them: all that the procedure says, by name, and nothing untrue."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from qingfeng import wiring
from qingfeng.casework import history
from qingfeng.casework.office import load_case
from qingfeng.casework.words import last_moment
from qingfeng.engine.case import Case
from qingfeng.terms.instants import LOCAL
from qingfeng.terms.timelimit import Due
from tests.cli.conftest import Run, Told, Until

PENALTY = wiring.data_folder("powers") / "a000" / "penalty.yaml"


def block(text: str, head: str) -> str:
    """The lines of one thing: its head and what is indented below."""
    at = text.index(f"\n  {head}")
    lines = text[at + 1 :].splitlines()
    return "\n".join([lines[0], *_while_deeper(lines[1:])])


def _while_deeper(lines: list[str]) -> list[str]:
    end = next((n for n, line in enumerate(lines) if not line.startswith("      ")), len(lines))
    return lines[:end]


def test_an_act_says_what_it_waits_for_opens_and_closes(run: Run) -> None:
    shown = run("powers", "show", "a000/penalty").stdout
    assert "须待届满：听证申请期（hearing_window）" in block(shown, "报请决定（forward_for_decision）")
    assert "产生未结事项：先行登记保存的证据未处理（preserved）" in block(
        shown, "先行登记保存证据（preserve_evidence）"
    )
    assert "了结：中止（suspension）" in block(shown, "恢复办理（resume_case）")
    assert "不得委托" in block(shown, "作出处罚决定（decide_penalty）")


def test_a_pending_matter_says_what_it_blocks_and_what_not(run: Run) -> None:
    shown = run("powers", "show", "a000/penalty").stdout
    suspension = block(shown, "中止（suspension）\n      产生于")
    assert "了结于：恢复办理（resume_case）" in suspension
    assert "未了结时不能办：除了结它的动作外，全部动作" in suspension
    (still,) = [line for line in suspension.splitlines() if "仍可办：" in line]
    assert {"决定回避（decide_recusal）", "收到检测鉴定意见（receive_appraisal）"} <= set(
        still.split("仍可办：")[1].split("、")
    )
    assert "作出处罚决定" not in still


def test_a_limit_says_start_end_rest_days_for_whom_and_its_effect(run: Run, told: Told) -> None:
    limit = block(run("powers", "show", "a000/penalty").stdout, "缴纳罚款（payment）")
    assert "15日（法定，《行政处罚法》第六十七条）" in limit
    for words in ("约束：当事人", "起算：送达决定书（serve_decision）", "止于：登记履行完毕（record_performance）"):
        assert words in limit
    assert "延长：经批准延期或分期缴纳（approve_instalments），最多3次" in limit
    assert "顺延至次一工作日" in limit
    permit = block(run("powers", "show", "a001/licence").stdout, "收件至受理或一次性告知（one_time_notice）")
    assert "届满效果：系统登记" in permit
    value = next(x for x in told("powers", "show", "a000/penalty")["limits"] if x["id"] == "payment")
    assert (value["for"], value["starts"], value["ends"]) == ("party", ["serve_decision"], ["record_performance"])


def test_duties_that_one_person_may_not_join_and_branches_bear_their_names(run: Run, told: Told) -> None:
    shown = run("powers", "show", "a000/penalty").stdout
    pairs = block(shown, "岗位分离（separate_duties）")
    assert (
        "办过登记线索（register_lead）、提请立案（propose_case_opening）、提请不予立案（propose_no_opening）的人，"
        "不得办批准立案（approve_case_opening）、决定不予立案（refuse_case_opening）" in pairs
    )
    assert "《行政处罚法》第六十四条" in pairs
    assert "补正（supplementation）：不适用" in shown
    assert "台账检查（register_check）" in shown
    assert "separate_duties" in told("powers", "show", "a000/penalty")["controls"]


def test_two_texts_of_one_day_are_told_to_be_so(run: Run, tmp_path: Path) -> None:
    other = tmp_path / "a000" / "penalty.yaml"
    other.parent.mkdir()
    text = PENALTY.read_text(encoding="utf-8")
    assert "n: 90, unit: calendar_day" in text
    other.write_text(text.replace("n: 90, unit: calendar_day", "n: 80, unit: calendar_day"), encoding="utf-8")
    told = run("powers", "diff", str(PENALTY), str(other), code=1).stdout
    assert "施行日期相同（2024-01-01），内容却不同" in told
    assert "（decide_90）〔法定，《行政处罚法》第六十条〕：数目由90改为80。" in told
    assert "from 90 to 80" in run("--lang", "en", "powers", "diff", str(PENALTY), str(other), code=1).stdout
    assert "内容也相同" in run("powers", "diff", str(PENALTY), str(PENALTY)).stdout


@pytest.fixture
def lapsed(application: str, run: Run, until: Until, agency: Path) -> Case:
    """A licence case on which the agency kept silent."""
    until(2026, 3, 20, 10)
    run("deadlines", "run", "--confirm-clock")
    store = wiring.open_store(str(agency))
    try:
        office = wiring.office_over(store)
        with store.read() as tx:
            return load_case(office, tx, office.registry(tx), application)[0]
    finally:
        store.close()


def test_an_effect_that_did_not_arise_is_not_told_as_one(lapsed: Case, run: Run) -> None:
    mark = next(e for e in lapsed.events if e.kind == "mark" and e.facts["mark"] == "effect")
    assert "依法生效：" in run("case", "history", lapsed.id, "--as", "counter_clerk").stdout
    assert history.act_name(lapsed, mark).zh.startswith("依法生效")
    stopped = replace(lapsed, events=lapsed.events[: mark.seq])
    assert history.act_name(stopped, mark).zh.startswith("期限届满，效果未发生（理由见拦截记录）")
    other = replace(lapsed, events=(*lapsed.events[: mark.seq], replace(lapsed.events[mark.seq], act="something_else")))
    assert "did not arise" in history.act_name(other, mark).en


def test_the_clocks_own_acts_are_not_offered(lapsed: Case, told: Told, run: Run) -> None:
    assert all(act["by"] != ["system"] for act in told("case", "show", lapsed.id)["acts"])


def test_lateness_that_was_not_is_told(told: Told, run: Run, case: str, until: Until) -> None:
    until(2026, 3, 20, 10)
    run("deadlines", "run", "--confirm-clock")
    late = ("--at", "2026-03-04 10:00", "--reason", "停电")
    standard = 'standard:={"fact": "not_met", "party": "met", "jurisdiction": "met", "in_time": "met"}'
    why = ("reasons=查无实据", standard, 'unmet:={"fact": "现场核对两次，没有发现经营活动"}')
    propose = ("case", "do", case, "propose_no_opening", "--who", "case_handler", "facts=y", *why)
    assert told(*propose, "--at", "2026-03-03 10:30", "--reason", "停电")["outcome"] == "accepted"
    refuse = ("case", "do", case, "refuse_case_opening", "--who", "deputy_in_charge", *why)
    assert told(*refuse, *late)["outcome"] == "accepted"
    words = run("case", "history", case, "--as", "intake_officer").stdout
    assert "超期：" in words
    assert "其后补录：“决定不予立案”实际在2026-03-04，届满以前" in words
    assert "迟延录入的理由：停电" in words


def test_limits_in_hours_are_told_to_the_minute() -> None:
    at = datetime(2026, 3, 4, 16, 30, tzinfo=LOCAL)
    assert last_moment(Due(at, at, False)).zh == "2026-03-04 16:30"
    midnight, later = datetime(2026, 3, 7, tzinfo=LOCAL), datetime(2026, 3, 10, tzinfo=LOCAL)
    assert last_moment(Due(midnight, midnight, False)).zh == "2026-03-06"
    assert last_moment(Due(midnight, later, False)).zh == "2026-03-06（遇休息日，至迟2026-03-09）"
