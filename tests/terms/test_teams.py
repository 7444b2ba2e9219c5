"""Teams of a draw on paper: what is written is read back, whoever writes it, and nothing odd breaks it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingfeng.terms.teams import least_team, line_of, same_teams, team_firms, team_members, team_of, team_spares

IDS = st.lists(st.from_regex(r"[A-Za-z0-9._:/@-]{1,12}", fullmatch=True), min_size=1, max_size=5)


@given(IDS, st.one_of(st.just([]), IDS))
def test_what_is_written_is_read_back(members: list[str], spares: list[str]) -> None:
    team = team_of(line_of("示例：木业", members, spares))
    assert (team.firm, list(team.members), list(team.spares)) == ("示例：木业", members, spares)


@given(st.text(max_size=60))
def test_no_line_breaks_it(line: str) -> None:
    assert set(team_members([line])) == set(team_of(line).members)
    assert least_team([line]) >= 0


@pytest.mark.parametrize("line", ["甲厂：bob、carl；dan", "甲厂： bob carl ; dan", " 甲厂：bob，carl；dan"])
def test_one_team_in_many_spellings(line: str) -> None:
    assert same_teams([line, "乙厂：eve"], ["乙厂：eve", "甲厂：carl、bob；dan"])
    assert (team_firms([line]), team_members([line], "甲厂"), team_spares([line], "甲厂")) == (
        ("甲厂",),
        ("bob", "carl"),
        ("dan",),
    )
    assert team_members([line], "丙厂") == ()


@pytest.mark.parametrize(
    "other", [["甲厂：bob、dan；carl"], ["甲厂：bob、carl"], ["乙厂：bob、carl；dan"], [], ["甲厂：bob、carl；dan"] * 2]
)
def test_other_teams_are_others(other: list[str]) -> None:
    assert not same_teams(["甲厂：bob、carl；dan"], other)


@pytest.mark.parametrize(("lines", "least"), [
    (["甲厂：bob、carl；dan"], 2), (["甲厂：bob、bob"], 1), (["甲厂：bob、carl；carl"], 1), (["bob、carl"], 0), (["甲厂："], 0), ([], 0)])  # fmt: skip
def test_a_team_counts_people_once_and_never_its_own_substitutes(lines: list[str], least: int) -> None:
    assert least_team(lines) == least
