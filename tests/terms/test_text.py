"""Bilingual messages and the characters that must not hide in a text."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingfeng.terms.text import TermError, Text, agreed, clean, hazards

GREETING = Text(zh="请补正", en="please complete")


@pytest.mark.parametrize(
    ("lang", "said"), [("zh", "请补正"), ("en", "please complete"), ("both", "请补正 / please complete")]
)
def test_a_text_is_said_in_the_language_asked_for_chinese_first(lang: str, said: str) -> None:
    assert GREETING.say(lang) == said


def test_an_unknown_language_is_refused_with_what_to_choose() -> None:
    with pytest.raises(TermError) as caught:
        GREETING.say("fr")
    assert "fr" in caught.value.text.zh
    assert "zh" in caught.value.text.en


def test_text_of_a_mapping_is_clean() -> None:
    assert Text.of({"zh": "告知", "en": "cafe\u0301"}) == Text(zh="告知", en="caf\u00e9")


@pytest.mark.parametrize(
    "faulty",
    [
        {"zh": "告知"},
        {"zh": "告知", "en": "notice", "fr": "avis"},
        {"zh": " ", "en": "x"},
        {"zh": "告", "en": ""},
        {"zh": 1, "en": "x"},
        ["zh", "en"],
        None,
    ],
)
def test_text_of_anything_not_bilingual_is_refused(faulty: object) -> None:
    with pytest.raises(TermError):
        Text.of(faulty)


@given(st.text())
def test_cleaning_is_stable_and_equals_normal_form_c(text: str) -> None:
    assert clean(clean(text)) == clean(text) == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize(
    ("char", "name"),
    [
        ("\u202a", "U+202A LEFT-TO-RIGHT EMBEDDING"),
        ("\u202e", "U+202E RIGHT-TO-LEFT OVERRIDE"),
        ("\u2066", "U+2066 LEFT-TO-RIGHT ISOLATE"),
        ("\u2069", "U+2069 POP DIRECTIONAL ISOLATE"),
        ("\x00", "U+0000 CONTROL CHARACTER"),
        ("\r", "U+000D CONTROL CHARACTER"),
        ("\x7f", "U+007F CONTROL CHARACTER"),
        ("\x85", "U+0085 CONTROL CHARACTER"),
        ("\ud800", "U+D800 LONE SURROGATE"),
        ("\udfff", "U+DFFF LONE SURROGATE"),
        ("\ufdd0", "U+FDD0 NONCHARACTER"),
        ("\uffff", "U+FFFF NONCHARACTER"),
        ("\U0002fffe", "U+2FFFE NONCHARACTER"),
        ("\u0378", "U+0378 UNASSIGNED"),
    ],
)
def test_a_dangerous_character_is_named_once(char: str, name: str) -> None:
    assert hazards(f"甲{char}乙{char}") == [name]


def test_hazards_come_in_order_of_appearance() -> None:
    assert [h.split()[0] for h in hazards("\u202e\x00甲\u202e")] == ["U+202E", "U+0000"]


@pytest.mark.parametrize("harmless", ["", "张三\n李四\t王五", "𠮷野家", "·（）《》“”①Ⅱ", "\u2065x"[1:], "Ａ１", "😀"])
def test_ordinary_text_has_no_hazards(harmless: str) -> None:
    assert hazards(harmless) == []


@pytest.mark.parametrize("code", [0x2EBF0, 0x31350, 0x323B0])
def test_a_rare_ideograph_newer_than_the_unicode_table_stays_a_valid_name(code: int) -> None:
    assert hazards("张" + chr(code)) == []


@given(st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs"))))
def test_letters_numbers_and_signs_are_never_hazards(text: str) -> None:
    assert hazards(text) == []


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("1 days left", "1 day left"),
        ("at least 1 working days", "at least 1 working day"),
        ("1 entries, 11 entries, 21 cases", "1 entry, 11 entries, 21 cases"),
        ("1 steps, 1 risk points, 2 measures", "1 step, 1 risk point, 2 measures"),
        ("0.1 points", "0.1 points"),
        ("1 to 30 working days", "1 to 30 working days"),
        ("level 1 is passed", "level 1 is passed"),
        ("1 files, 1 findings", "1 file, 1 finding"),
    ],
)
def test_what_is_counted_once_stands_in_the_singular(said: str, told: str) -> None:
    assert agreed(said) == told
