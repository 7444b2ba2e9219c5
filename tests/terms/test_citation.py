"""Citations as the statute book writes them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingfeng.terms.citation import Citation, chinese_numeral
from qingfeng.terms.text import TermError


@pytest.mark.parametrize(
    ("article", "zh"),
    [
        ("60", "《行政处罚法》第六十条"),
        ("64", "《行政处罚法》第六十四条"),
        ("64(1)", "《行政处罚法》第六十四条第一款"),
        ("25(3)", "《行政处罚法》第二十五条第三款"),
        ("10", "《行政处罚法》第十条"),
        ("12", "《行政处罚法》第十二条"),
        ("20(1)(15)", "《行政处罚法》第二十条第一款第（十五）项"),
    ],
)
def test_a_citation_is_written_as_statutes_are_cited(article: str, zh: str) -> None:
    citation = Citation("行政处罚法", article)
    assert citation.say("zh") == zh
    assert citation.say("en") == f"行政处罚法 art. {article}"
    assert citation.say("both") == f"{zh} / 行政处罚法 art. {article}"


@pytest.mark.parametrize(
    "article", ["", "0", "064", "27-28", "64(0)", "64()", "64 (1)", "六十", "１２", "1(1)(1)(1)", "64\n"]
)
def test_an_article_that_cannot_be_cited_is_refused(article: str) -> None:
    with pytest.raises(TermError):
        Citation("行政处罚法", article)


@pytest.mark.parametrize("instrument", ["", " ", "《行政处罚法》", " 行政处罚法", "法" * 201])
def test_a_faulty_title_is_refused(instrument: str) -> None:
    with pytest.raises(TermError):
        Citation(instrument, "1")


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (1, "一"),
        (10, "十"),
        (11, "十一"),
        (19, "十九"),
        (20, "二十"),
        (99, "九十九"),
        (100, "一百"),
        (101, "一百零一"),
        (110, "一百一十"),
        (112, "一百一十二"),
        (200, "二百"),
        (1000, "一千"),
        (1001, "一千零一"),
        (1010, "一千零一十"),
        (1100, "一千一百"),
        (1260, "一千二百六十"),
        (9009, "九千零九"),
    ],
)
def test_numerals_are_those_of_the_statute_book(number: int, written: str) -> None:
    assert chinese_numeral(number) == written


@given(st.integers(1, 9999))
def test_a_numeral_reads_back_as_its_number(number: int) -> None:
    total, digit = 0, 0
    for char in chinese_numeral(number):
        if char in "十百千":
            total += max(digit, 1 if char == "十" else digit) * {"十": 10, "百": 100, "千": 1000}[char]
            digit = 0
        else:
            digit = "零一二三四五六七八九".index(char)
    assert total + digit == number
