"""A number is one number, however a clerk writes it."""

from __future__ import annotations

import pytest

from qingfeng.terms.spelling import one_spelling


@pytest.mark.parametrize(
    "written", ["YH31A0529B", "yh31a0529b", " YH31A 0529B ", "ＹＨ３１Ａ０５２９Ｂ", "yh31A\u30000529b"]
)
def test_case_blanks_and_full_width_signs_make_no_other_number(written: str) -> None:
    assert one_spelling(written) == "YH31A0529B"


@pytest.mark.parametrize(("one", "other"), [("YH1", "YH2"), ("YH-11", "YH1-1"), ("示罚1", "示罚01")])
def test_other_signs_make_another_number(one: str, other: str) -> None:
    assert one_spelling(one) != one_spelling(other)
