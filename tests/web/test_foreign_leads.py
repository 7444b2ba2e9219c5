"""The board and the page of a finding tell from which system's log it comes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qingfeng.casework.foreignleads import Lead, take_in
from qingfeng.terms.text import Text

from .site_kit import Site

As = Callable[[str | None], Any]


def test_board_and_page_name_the_log(fresh_site: Site, as_: As) -> None:
    lead = Lead(rule="two_officers#1", power="a000/penalty", version="2024-01-01", what="案1", officers=("case_handler",), post=None,
                words=Text(zh="案件案1：与规则不符，须核实。", en="Case 案1 disagrees; to be checked."),
                events=("案1 第7行 2026-02-01 09:00 investigate case_handler",), seen=("2026-02-01T09:00:00+08:00",), judged=40,
                found=1)  # fmt: skip
    (new,) = take_in(fresh_site.office, [lead], log="审批系统", digest="ab" * 32, who="jiwei", now=fresh_site.now).new
    board = as_("jiwei").get("/findings/").content.decode()
    assert "［审批系统］案件案1" in board
    assert "源日志中判断40" in board
    page = as_("jiwei").get(f"/findings/{new.number}/").content.decode()
    for words in ("审批系统", "abababababab", "案1 第7行", "源日志中判断40，发现1条"):
        assert words in page, words
    assert "/cases/案1/" not in page
