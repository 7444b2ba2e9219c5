"""Branches and returns: told in the box of their step, drawn as a line only where that crosses nothing."""

from __future__ import annotations

from qingfeng.catalogue.power import CLOSED
from qingfeng.drawing.layout import draw
from qingfeng.drawing.sheet import sheet_of
from qingfeng.drawing.turns import turns_of
from tests.drawing.shipped import version, versions


def test_a_return_names_the_step_and_its_branch() -> None:
    turns, _ = turns_of(version("a000/penalty"))
    assert [(turn.target, turn.back, turn.text) for turn in turns["review"]] == [("investigate", True, "退回“调查”：审核退回")]
    assert any(turn.target is None and turn.text == "终结：不予立案" for turn in turns["open_case"])
    assert any(turn.target == "serve" and not turn.back and turn.text.startswith("直接到“送达”") for turn in turns["notice"])


def test_what_leads_away_from_many_steps_is_a_note_of_the_map_and_of_no_step() -> None:
    turns, notes = turns_of(version("a000/penalty"))
    assert any("撤案" in note and "终结" in note for note in notes)
    assert not any("撤案" in turn.text for some in turns.values() for turn in some)


def test_every_move_of_the_procedure_is_told_once() -> None:
    for one in versions():
        turns, notes = turns_of(one)
        order = one.step_order
        told = {(step, turn.target or CLOSED) for step, some in turns.items() for turn in some}
        for row in one.procedure.rows:
            ends = {row.to} if isinstance(row.to, str) else set(row.to.cases.values())
            leaves = [at for at in row.at if at in order and at != CLOSED]
            for to in ends - {"stay"}:
                for at in leaves:
                    straight = order[to] in (order[at], order[at] + 1) or (order[at] == len(one.steps) - 1 and to == CLOSED)
                    assert straight or (at, to) in told or notes, (one.power, row.act, at, to)
        assert all(len(some) == len({turn.target for turn in some}) for some in turns.values()), "one line for each target"


def test_a_line_is_drawn_for_a_return_to_the_step_above() -> None:
    scene = draw(sheet_of(version("a000/penalty")), paper="a3")
    lines = [line for line in scene.pages[0].lines if line.kind == "turn"]
    assert ("step:review", "step:investigate") in [line.ends for line in lines]
    assert all(line.arrow and len(line.points) == 4 for line in lines)


def test_without_turns_there_is_neither_line_nor_note() -> None:
    sheet = sheet_of(version("a000/penalty"), turns=False)
    assert sheet.notes == ()
    assert not any(block.turns for block in sheet.blocks)
    assert not any(line.kind == "turn" for line in draw(sheet, paper="a3").pages[0].lines)
