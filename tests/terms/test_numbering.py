"""Numbers of papers: one number in many spellings is one, and each knows the one before it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingfeng.terms.numbering import before, before_wider, head_of, number_key, serial_of, series_of, year_of


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

@pytest.mark.parametrize(
    ("written", "series", "head", "serial", "earlier"),
    [
        ("20260017", "2026/#", "%/#", 17, "20260016"),
        ("甲20261000号", "甲2026/#号", "甲%/#号", 1000, "甲20260999号"),
        ("3304822026000017", "330482/2026/#", "330482/%/#", 17, "3304822026000016"),
        ("20260302017", "2026.0302/#", "%/#", 17, "20260302016"),
        ("甲20260017-2", "甲2026/#", "甲%/#", 17, "甲20260017"),
        ("20260001", "2026/#", "%/#", 1, None),
    ],
)
def test_a_year_joined_to_the_number_is_a_year(written: str, series: str, head: str, serial: int, earlier: str | None) -> None:
    assert (series_of(written), head_of(written)) == (series, head)
    assert (year_of(written), serial_of(written), before(written)) == (2026, serial, earlier)


def test_before_the_thousandth_stands_a_narrower_number() -> None:
    assert (before_wider("甲20261000号"), before("甲20261000号")) == ("甲2026999号", "甲20260999号")
    assert [before_wider(one) for one in ("甲20261001号", "甲〔2026〕1000号", "无号", "20260100")] == [None] * 4


def test_where_numbers_only_run_on_no_year_is_read_into_them() -> None:
    assert (series_of("20260017", joined=False), year_of("20260017", joined=False)) == ("#", None)
    assert (serial_of("20260017", joined=False), before("20260017", joined=False)) == (20260017, "20260016")
    assert (series_of("18603510017"), year_of("202617"), year_of("2026")) == ("#", None, None)


@given(st.integers(2, 999), st.sampled_from(["2026{:03d}", "甲2026{:06d}", "14040020260{:05d}号", "20260302{:04d}"]))
def test_counting_back_through_joined_numbers_keeps_their_width(n: int, form: str) -> None:
    assert before(form.format(n)) == form.format(n - 1)
    assert (series_of(form.format(n - 1)), serial_of(form.format(n))) == (series_of(form.format(n)), n)
