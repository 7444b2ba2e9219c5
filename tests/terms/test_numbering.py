"""Numbers of papers: one number in many spellings is one, and each knows the one before it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingfeng.terms.numbering import before, head_of, number_key, serial_of, series_of, year_of


@pytest.mark.parametrize("written", ["示应急罚〔2026〕8号", "示应急罚[2026]08号", " 示应急罚（２０２６） ８号", "示应急罚【2026】008号"])
def test_brackets_blanks_width_and_zeros_tell_no_number_apart(written: str) -> None:
    assert number_key(written) == "示应急罚(2026)8号"
    assert (series_of(written), head_of(written)) == ("示应急罚(2026)#号", "示应急罚(%)#号")
    assert (year_of(written), serial_of(written), before(written)) == (2026, 8, "示应急罚(2026)7号")


@pytest.mark.parametrize(
    ("written", "earlier"),
    [
        ("甲〔2026〕1号", None),
        ("甲〔2026〕7-2号", "甲(2026)7号"),
        ("甲〔2026〕7-3号", "甲(2026)7-2号"),
        ("SLD-2026-0100", "SLD-2026-99"),
        ("无号", None),
    ],
)
def test_the_number_before(written: str, earlier: str | None) -> None:
    assert before(written) == earlier


def test_a_second_paper_belongs_to_the_series_of_the_first_and_a_year_is_no_number() -> None:
    assert series_of("甲〔2026〕7-2号") == series_of("甲〔2026〕9号")
    assert series_of("补告-2026-01") == "补告-2026-#"
    assert (series_of("无号"), serial_of("无号"), year_of("丁12")) == (None, None, None)


@given(st.integers(2, 9999), st.sampled_from(["甲〔2026〕{}号", "GS3-2026-{:03d}", "丁{}"]))
def test_counting_back_from_any_number_stays_in_its_series(n: int, form: str) -> None:
    earlier = before(form.format(n))
    assert earlier == number_key(form.format(n - 1))
    assert series_of(earlier) == series_of(form.format(n))
