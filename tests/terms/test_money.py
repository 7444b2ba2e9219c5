"""Amounts: 元 outside, 分 inside."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingfeng.terms.limits import MAX_AMOUNT_FEN
from qingfeng.terms.money import BadAmount, format_yuan, parse_yuan


@pytest.mark.parametrize(
    ("entered", "fen"),
    [("0", 0), (0, 0), ("200", 20000), (200, 20000), ("200.5", 20050), ("200.05", 20005), ("0.01", 1)],
)
def test_yuan_become_fen(entered: str | int, fen: int) -> None:
    assert parse_yuan(entered) == fen


@pytest.mark.parametrize(
    "faulty",
    [
        "1,000",
        "-1",
        -1,
        "+1",
        "1.234",
        ".5",
        "5.",
        "",
        " 5",
        "5 ",
        "5\n",
        "007",
        "1e3",
        "１２",
        "五",
        "NaN",
        True,
        1.5,
        None,
    ],
)
def test_anything_else_is_refused_and_told(faulty: object) -> None:
    with pytest.raises(BadAmount) as caught:
        parse_yuan(faulty)
    assert "请" in caught.value.text.zh


def test_the_bound_itself_is_an_amount_and_one_fen_more_is_none() -> None:
    assert parse_yuan(format_yuan(MAX_AMOUNT_FEN)) == MAX_AMOUNT_FEN
    for too_large in (format_yuan(MAX_AMOUNT_FEN + 1), MAX_AMOUNT_FEN, 10**5000, "9" * 5000):
        with pytest.raises(BadAmount):
            parse_yuan(too_large)


@given(st.integers(0, MAX_AMOUNT_FEN))
def test_what_is_written_reads_back(fen: int) -> None:
    assert parse_yuan(format_yuan(fen)) == fen


def test_amounts_are_written_with_two_decimals() -> None:
    assert [format_yuan(fen) for fen in (0, 5, 20050, 300000)] == ["0.00", "0.05", "200.50", "3000.00"]
