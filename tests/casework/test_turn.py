"""A row of the inbox says whose turn it is and with what; a case is read again only after an act."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from qingfeng import wiring
from qingfeng.casework import rebuild
from qingfeng.casework.desk import board, turn
from qingfeng.casework.desk.access import Viewer, viewer_of
from qingfeng.casework.handle import Done, handle
from qingfeng.casework.office import Office, load_case
from qingfeng.catalogue.power import PARTY
from qingfeng.engine.clock import clocks
from qingfeng.engine.control import Command
from qingfeng.simulation import script
from qingfeng.terms.instants import LOCAL, local_day

NOW = datetime(2026, 3, 9, 9, tzinfo=LOCAL)


@pytest.fixture
def office() -> Iterator[Office]:
    (read,) = wiring.read_powers([wiring.data_folder("powers") / "a000" / "penalty.yaml"])
    power = read.loaded.power
    assert power is not None
    story = next(one for one in power.versions[-1].stories)
    with wiring.throwaway([power]) as opened:
        rows = [script.row_from_story(row) for row in story.rows]
        first = next(n for n, row in enumerate(rows) if row.does == "propose_case_opening")
        assert all(one.as_expected for one in script.run(opened, rows[: first + 1], power=power.id))
        yield opened


def viewer(office: Office, who: str) -> Viewer:
    with office.store.read() as tx:
        return viewer_of(office.registry(tx).people, who, local_day(NOW))


def shown(office: Office, who: str) -> board.CaseLine:
    with office.store.read() as tx:
        (line,) = board.waiting(office, tx, viewer(office, who), now=NOW, shown=9, counted=9).lines
    return line


def test_it_is_the_turn_of_who_approves_and_everybody_else_reads_whose_it_is(office: Office) -> None:
    mine, others = shown(office, "deputy_in_charge"), shown(office, "case_handler")
    assert mine.turn is not None
    assert others.turn is not None
    assert mine.mine
    assert mine.turn.zh.startswith("轮到您：批准立案")
    assert mine.turn.en.startswith("your turn: ")
    assert not others.mine
    assert others.turn.zh.startswith("轮到分管领导：批准立案")
    assert "_" not in others.turn.en
    assert mine.limit is not None


def test_a_case_that_did_not_move_is_not_read_again(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    first = shown(office, "deputy_in_charge")
    monkeypatch.setattr(turn, "load_cases", lambda *_: pytest.fail("read again"))
    assert shown(office, "deputy_in_charge") == first


def test_who_was_ordered_to_rectify_has_the_turn_before_who_checks_it() -> None:
    (read,) = wiring.read_powers([wiring.data_folder("powers") / "supervision" / "finding_handling.yaml"])
    power = read.loaded.power
    assert power is not None
    rows = [
        script.row_from_story(row)
        for row in next(one for one in power.versions[-1].stories if one.id == "full_course").rows
    ]
    ordered, reported = (
        next(n for n, row in enumerate(rows) if row.does == act) + 1
        for act in ("order_rectification", "report_rectification")
    )
    with wiring.throwaway([power]) as opened:
        assert all(one.as_expected for one in script.run(opened, rows[:ordered], power=power.id))
        mine, others = shown(opened, "section_head"), shown(opened, "discipline_inspector/2")
    assert mine.turn is not None
    assert mine.turn.zh.startswith("轮到您：报告整改完成")
    assert others.turn is not None
    assert others.turn.zh.startswith("轮到科室负责人：报告整改完成")
    with wiring.throwaway([power]) as opened:
        assert all(one.as_expected for one in script.run(opened, rows[:reported], power=power.id))
        others = shown(opened, "discipline_inspector/2")
    assert others.turn is not None
    assert others.turn.zh.startswith("轮到您：复查整改情况")


def test_a_closed_case_waits_for_who_has_to_archive_it_and_for_nobody_else() -> None:
    (read,) = wiring.read_powers([wiring.data_folder("powers") / "a000" / "penalty.yaml"])
    power = read.loaded.power
    assert power is not None
    rows = [script.row_from_story(row) for row in next(iter(power.versions[-1].stories)).rows]
    closed, archived = (next(n for n, row in enumerate(rows) if row.does == act) + 1 for act in ("close_case", "archive_file"))
    with wiring.throwaway([power]) as opened:
        assert all(one.as_expected for one in script.run(opened, rows[:closed], power=power.id))
        line = shown(opened, "archivist")
        with opened.store.read() as tx:
            assert board.waiting(opened, tx, viewer(opened, "case_handler"), now=NOW, shown=9, counted=9).many == 0
        assert rebuild.rebuild(opened) > 0
        assert shown(opened, "archivist") == line
    assert line.state == "closed"
    assert line.mine
    assert line.turn is not None
    assert line.turn.zh == "轮到您：案卷归档"
    assert line.limit is not None
    assert line.limit.zh == "案卷归档"
    assert line.due is not None
    with wiring.throwaway([power]) as opened:
        assert all(one.as_expected for one in script.run(opened, rows[:archived], power=power.id))
        with opened.store.read() as tx:
            assert board.waiting(opened, tx, viewer(opened, "archivist"), now=NOW, shown=9, counted=9).many == 0


def test_a_bad_rating_of_a_closed_case_waits_for_its_answer() -> None:
    (read,) = wiring.read_powers([wiring.data_folder("powers") / "a001" / "licence.yaml"])
    power = read.loaded.power
    assert power is not None
    rows = [script.row_from_story(row) for row in next(one for one in power.versions[-1].stories if one.id == "full_course").rows]
    with wiring.throwaway([power]) as opened:
        told = list(script.run(opened, rows, power=power.id))
        case, last = next(one.case for one in told if one.case), told[-1].at

        def do(act: str, actor: str, days: int, **data: str) -> None:
            at = last + timedelta(days=days)
            answer = handle(opened, Command(case=case, act=act, actor=actor, at=at, entered=at, data=data))
            assert isinstance(answer, Done), answer

        def turns(who: str) -> list[str]:
            with opened.store.read() as tx:
                lines = board.waiting(opened, tx, viewer(opened, who), now=NOW, shown=9, counted=9).lines
            return [one.turn.zh for one in lines if one.turn]

        before = turns("section_head")
        do("rate_service", PARTY, 1, rating_no="PJ-9001", rating="good")
        assert turns("section_head") == before
        do("rate_service", PARTY, 1, rating_no="PJ-9002", rating="bad")
        assert "轮到您：核实并回复差评" in turns("section_head")
        assert "轮到科室负责人：核实并回复差评" in turns("discipline_inspector")
        assert turns("case_handler") == []
        said = {"rating_outcome": "confirmed", "content": "已致歉并增开窗口", "document_hash": "ab" * 32}
        do("answer_rating", "section_head", 2, rating_no="PJ-9002", **said)
        assert turns("section_head") == before


def test_while_a_limit_runs_that_has_to_end_first_the_row_says_which_and_till_when() -> None:
    (read,) = wiring.read_powers([wiring.data_folder("powers") / "a000" / "penalty.yaml"])
    power = read.loaded.power
    assert power is not None
    row = next(row for row in power.versions[-1].procedure.rows if row.act == "forward_for_decision")
    assert "hearing_window" in row.waits
    asked = 0
    for story in power.versions[-1].stories:
        rows = [script.row_from_story(row) for row in story.rows]
        does = [one.does for one in rows]
        if "forward_for_decision" not in does or "request_hearing" in does:
            continue
        with wiring.throwaway([power]) as opened:
            told = script.run(opened, rows[: does.index("forward_for_decision")], power=power.id)
            last = max(one.at for one in told)
            asked += _asked(opened, last)
    assert asked


def _asked(office: Office, last: datetime) -> int:
    """Look at the inbox of the section head on each day till the window is over: it says so till then, and his turn after that."""
    with office.store.read() as tx:
        (row,) = tx.case_rows(limit=9)
        registry = office.registry(tx)
        case, _ = load_case(office, tx, registry, row.case)
        window = clocks(case, registry.calendar).get("hearing_window")
        head = viewer(office, "section_head")

        def said(now: datetime) -> str:
            line = next(one for one in board.waiting(office, tx, head, now=now, shown=9, counted=9).lines if one.id == row.case)
            assert line.turn is not None
            assert line.mine == ("轮到您：" in line.turn.zh)
            return line.turn.zh

        if window is None or not window.running or window.waits_until is None or window.waits_until <= last:
            return 0
        ends = window.waits_until
        if not said(ends).startswith("轮到您：报请决定"):
            return 0  # another has something to do first
        day = local_day(ends - timedelta(seconds=1))
        assert said(ends - timedelta(seconds=1)) == f"等“{window.limit.name.zh}”届满（至{day}），然后轮到您：报请决定"
    return 1
