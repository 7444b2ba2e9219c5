"""Each copy names its holder by its number, by signs that are not seen, and by turns of phrase; no other copy is accused."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from qingfeng.casework.marks import BITS, COPIES, fits, marked, read

TEXT = "反映某科室负责人在审批中收取好处，时间在上半年。\n另反映其亲属参与中介业务。"
UNSEEN = re.compile("[\u200b-\u200d\u2060\ufeff]")
NUMBERS = st.integers(0, (1 << BITS) - 1)


@given(NUMBERS, st.integers(0, COPIES - 1))
def test_a_whole_copy_and_any_line_of_it_names_its_number(number: int, place: int) -> None:
    copy = marked(TEXT, number=number, place=place, to="二科")
    assert read(copy).numbers == {number}
    assert fits(read(copy), place)
    for line in filter(None, copy.split("\n")):
        assert read(line).numbers == {number}, line
    assert TEXT in UNSEEN.sub("", copy), "not a word of the summary is changed"


@given(NUMBERS, st.integers(0, COPIES - 1), st.integers(0, COPIES - 1))
def test_what_was_typed_anew_without_the_number_tells_copies_of_one_referral_apart(number: int, mine: int, other: int) -> None:
    plain = UNSEEN.sub("", marked(TEXT, number=number, place=mine, to="二科")).partition("编号")[0]
    found = read("".join(plain.split()))
    assert not found.numbers
    assert fits(found, mine)
    assert fits(found, other) == (mine == other)


@given(NUMBERS, NUMBERS)
def test_a_copy_made_of_a_copy_accuses_the_one_it_was_made_for_alone(first: int, second: int) -> None:
    copy = marked(marked(TEXT, number=first, place=0, to="甲"), number=second, place=1, to="乙")
    hidden = {number for line in copy.split("\n") for number in read(line).numbers if "编号" not in UNSEEN.sub("", line)}
    assert hidden == {second}


@given(st.text(max_size=400))
def test_a_text_without_marks_accuses_nobody(text: str) -> None:
    found = read(text)
    assert not found.numbers
    assert not any(fits(found, place) for place in range(COPIES))


def test_a_hidden_number_with_one_sign_changed_is_no_number() -> None:
    line = marked(TEXT, number=12345, place=0, to="甲").split("\n")[0]
    at = line.index("\u2060") + 5
    assert not read(line[:at] + ("\u200c" if line[at] == "\u200d" else "\u200d") + line[at + 1 :]).numbers
