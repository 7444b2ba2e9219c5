"""The functions of the second telling over names and numbers: missing where nothing is said."""

from __future__ import annotations

from typing import Any

import pytest

from qingfeng.detection.written import WRITTEN


@pytest.mark.parametrize(
    ("function", "args", "said"),
    [
        ("number", ("甲[2026]08号",), "甲(2026)8号"),
        ("before", ("甲〔2026〕8号",), "甲(2026)7号"),
        ("before", ("甲〔2026〕1号",), None),
        ("serial", ("甲〔2026〕8号",), 8),
        ("head", ("甲〔2026〕8号",), "甲(%)#号"),
        ("year_in", ("甲〔2026〕8号",), 2026),
        ("series_key", ("甲〔2026〕8号",), "\x1f甲(2026)#号"),
        ("series_key", ("甲20260008", 0), "\x1f甲#"),
        ("head_key", ("甲〔2026〕8号",), "\x1f\x1f甲(%)#号"),
        ("head_key", ("丁12",), None),
        ("before_wider", ("甲20261000",), "甲2026999"),
        ("kind_key", ("a000/penalty", "decide"), "\x1fa000/penalty/decide"),
        ("day_key", ("2026-03-02",), "\x1f2026-03-02"),
        ("visit_key", ("东街（一号）", 7), "\x1f东街一号/7"),
        ("firm_key", ("示例化工（集团）有限责任公司",), "\x1f\x1f示例化工"),
        ("firm_key", ("示例化工有限公司城东分公司",), "\x1f\x1f示例化工"),
        ("firm_key", ("甲厂",), None),
        ("near_days", ("2026-03-02", "2026-04-01", 30), True),
        ("near_days", ("2026-04-02", "2026-03-02", 30), False),
        ("near_days", ("x", "2026-03-02", 30), False),
        ("alike", ("示例化工公司", "示例化工有限公司"), True),
        ("alike", ("甲厂", None), False),
        ("two_numbers", ("91000000000000001X", "９１000000000000002x"), True),
        ("two_numbers", ("91000000000000001X", " 91000000000000001x"), False),
        ("two_numbers", ("N1", "91000000000000002X"), False),
        ("two_numbers", (None, "91000000000000002X"), False),
        ("paper_line", ("请补交权属证明原件一份",), "权属证明"),
        ("paper_line", ("1.权属证明（复印件，加盖公章）",), "权属证明"),
        ("paper_line", ("权属证明和公证书",), "权属证明和公证书"),
        ("paper_line", ("原件",), "原件"),
        ("paper_lines", (("缺少委托书", "设计图各2份"),), ("委托书", "设计图")),
    ],
)
def test_what_is_written_is_read_as_told(function: str, args: tuple[Any, ...], said: Any) -> None:
    assert WRITTEN[function](None, *args) == said


@pytest.mark.parametrize("function", sorted(WRITTEN.keys() - {"alike", "two_numbers", "sample"}))
def test_of_nothing_follows_nothing(function: str) -> None:
    args = (None, 7) if function in ("kind_key", "visit_key") else (None,)
    assert WRITTEN[function](None, *args) is None
