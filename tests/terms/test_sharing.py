"""Under what an act is found beside what it says: its number by kind, by series and year, and by series in every year."""

from __future__ import annotations

import pytest

from qingfeng.terms.sharing import derived, head_key, series_key

KIND = "\x1fa000/penalty/decide"


@pytest.mark.parametrize(
    ("number", "keys"),
    [
        ("甲〔2026〕8号", [KIND, "\x1f甲(2026)#号", "\x1f\x1f甲(%)#号"]),
        ("甲20260017", [KIND, "\x1f甲2026/#", "\x1f\x1f甲%/#", "\x1f甲#"]),  # by its year, and as a number that only runs on
        ("丁12", [KIND, "\x1f丁#"]),
        ("无号", [KIND]),
    ],
)
def test_a_number_is_found_by_its_series_this_year_and_in_every_year(number: str, keys: list[str]) -> None:
    assert list(derived("a000/penalty", "decide", 1, {"document_no": number})) == [("document_no", key) for key in keys]


def test_both_readings_of_a_joined_year_are_kept_apart() -> None:
    assert series_key("甲20260017", joined=False) != series_key("甲20260017")
    assert (head_key("甲20260017", joined=False), head_key("甲20260017")) == (None, "\x1f\x1f甲%/#")
