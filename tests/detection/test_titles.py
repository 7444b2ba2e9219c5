"""A title without the mark of its draft, and words in a text: what the second telling says of texts."""

from __future__ import annotations

import pytest

from qingfeng.detection.evaluate import FUNCTIONS
from qingfeng.terms.names import unmarked


@pytest.mark.parametrize(
    ("draft", "title"),
    [("申报指南（送审稿）", "申报指南"), ("申报指南（第二稿） ", "申报指南"), ("申报指南（修订）", "申报指南（修订）"), ("稿费标准", "稿费标准")],
)
def test_a_draft_s_title_is_that_of_what_is_published(draft: str, title: str) -> None:
    assert unmarked(draft) == title
    assert FUNCTIONS["unmarked"](None, draft) == title
    assert FUNCTIONS["unmarked"](None, None) is None


def test_a_text_mentions_a_word_that_stands_in_it_and_nothing_mentions_none() -> None:
    said = FUNCTIONS["mentions"]
    assert said(None, "另附委托书", ("委托书", "设计图"))
    assert not said(None, "可以邮寄", ("委托书",))
    assert not said(None, None, ("委托书",))
