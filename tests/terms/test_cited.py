"""What free text cites, and what of it stands beside other coded articles."""

from __future__ import annotations

import pytest

from qingfeng.terms.citation import chinese_numeral
from qingfeng.terms.cited import cited, strays

CODED = ("《安全生产法》第三十条第一款", "《安全生产法》第九十七条")
BASIS = {"行政处罚法": ("44", "57"), "安全生产法": ("65",)}


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("《安全生产法》第九十七条", [("安全生产法", "97")]),
        ("《中华人民共和国安全生产法》（2021修正）第97条第（一）项、第98条", [("安全生产法", ""), ("安全生产法", "97"), ("安全生产法", "98")]),
        ("依据行政处罚法第五十七条", [("行政处罚法", "57")]),
        ("《节约能源法》第八十二条及本局公布的裁量基准", [("节约能源法", "82")]),
        ("《刑法》第一百三十四条之一", [("刑法", "134之一")]),
        ("本机关礼品礼金登记处置办法", []),
        ("第五条", []),
        (None, []),
    ],
)
def test_articles_are_read_from_text(text: object, places: list[tuple[str, str]]) -> None:
    assert [place for place in cited(text) if place[1]] == [place for place in places if place[1]]


def test_every_numeral_of_statutes_is_read() -> None:
    for number in range(1, 1300):
        assert ("示例法", str(number)) in cited(f"《示例法》第{chinese_numeral(number)}条")


@pytest.mark.parametrize(
    "text",
    [
        "《安全生产法》第九十七条",
        "《安全生产法》第三十条、第九十七条及本单位公布的裁量基准",
        "《安全生产法》及本单位公布的裁量基准",
        "《行政处罚法》第三十三条",  # a general law: any article of it
        "《安全生产法》第九十七条、《示例省安全生产条例》第四十条",  # a further law beside the coded article
        "《安全生产法》第六十五条、第九十七条",  # a general article of the same law
        "《中华人民共和国安全生产法》第97条",
        "《本单位裁量基准》第三档",
        "依法处理",
        None,
    ],
)
def test_lawful_words_are_no_stray(text: object) -> None:
    assert strays(text, CODED, BASIS) == ()


@pytest.mark.parametrize(
    "text",
    [
        "《安全生产法》第一百零九条",
        "《安全生产法》第九十七条、第一百零九条",
        "《示例省安全生产条例》第四十条",
        "依据示例省安全生产条例第40条",
        "《示例省安全生产条例》及本单位公布的裁量基准",
        "《行政处罚法》第五十七条、《消防法》第六十条",
    ],
)
def test_other_articles_are_strays(text: str) -> None:
    assert strays(text, CODED, BASIS)


def test_nothing_is_judged_without_coded_articles() -> None:
    assert strays("《示例法》第九条", (None, "依法"), BASIS) == ()
    assert strays("《示例法》第九条", (), BASIS) == ()


def test_an_article_beside_general_ones_of_its_own_instrument() -> None:
    basis, coded = {"行政机关公务员处分条例": ("6", "39")}, ("《行政机关公务员处分条例》第二十三条（示例）",)
    assert strays("《行政机关公务员处分条例》第六条、第三十九条", coded, basis) == ()
    assert strays("《行政机关公务员处分条例》第四十条", coded, basis) == ("《行政机关公务员处分条例》第40条",)
    assert strays("处分条例第二十三条", coded, basis) == ()
