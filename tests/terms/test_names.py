"""Names of parties: one name in many spellings is one, and different names stay apart."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingfeng.terms.names import plain_name
from qingfeng.terms.people import Interest, People, Span


@pytest.mark.parametrize(
    "written",
    [
        "示例（县）化工有限公司",
        "示例(县)化工有限公司",
        " 示例 县\u3000化工有限公司 ",
        "示例〔县〕化工有限公司",
        "示例县·化工有限公司",
        "示例县化工有限\u200b公司",
    ],
)
def test_brackets_blanks_and_dots_tell_nobody_apart(written: str) -> None:
    assert plain_name(written) == "示例县化工有限公司"


def test_full_width_and_capital_letters_are_the_same_letters() -> None:
    assert plain_name("ＡＢ１２厂") == plain_name("ab12厂") == "ab12厂"


def test_other_names_stay_apart_and_a_name_of_signs_alone_stays_itself() -> None:
    assert plain_name("甲厂") != plain_name("乙厂")
    assert plain_name("（）") != plain_name("·")


@given(st.text(alphabet="示例县厂ABab12（）()〔〕 ·－ＡＢ１"))
def test_a_plain_name_is_plain_already(written: str) -> None:
    once = plain_name(written)
    assert plain_name(once) == once


def test_a_tie_holds_under_every_spelling_on_its_days_only() -> None:
    tie = Interest("ann", "示例（化工） 有限公司", "姻亲", Span(date(2026, 1, 1), date(2026, 12, 31)))
    people = People({}, {}, (), {}, {}, interests=(tie,))
    assert people.tied("ann", "示例化工有限公司", date(2026, 3, 2))
    assert not people.tied("ann", "示例化工有限公司", date(2027, 1, 1))
    assert not people.tied("bob", "示例化工有限公司", date(2026, 3, 2))
