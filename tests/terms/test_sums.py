"""A sum of money is read the same, however a clerk writes it."""

from __future__ import annotations

import pytest

from qingfeng.terms.sums import sums_in


@pytest.mark.parametrize(
    ("written", "yuan"),
    [
        ("人员经费 1500万元", [15_000_000]),
        ("人员经费 1,500 万元", [15_000_000]),
        ("罚款１５００元", [1500]),
        ("罚款￥1,500.50", [1500.5]),
        ("罚款￥1.5万元", [15_000]),
        ("没收违法所得六万二千五百元，罚款二十五万元", [62_500, 250_000]),
        ("罚款壹拾万元整", [100_000]),
        ("奖金十二万三千元", [123_000]),
        ("12万3千5百元", [123_500]),
        ("一亿二千万元", [120_000_000]),
        ("共计一万二千亿元", [1_200_000_000_000]),
        ("三块钱", [3]),
        ("餐费四百一十八元五角", [418.5]),
        ("十元零五分", [10.05]),
        ("压减为1.2万，其余不变", [12_000]),
        ("核定二十万", [200_000]),
        ("二〇〇元", [200]),
        ("零元", [0]),
    ],
)
def test_sums_are_read(written: str, yuan: list[float]) -> None:
    assert sums_in(written) == tuple(round(one * 100) for one in yuan)


@pytest.mark.parametrize(
    "written",
    ["2027年部门预算", "三项、四人", "1.2万户", "十箱", "一元化管理", "五千元以上五万元以下罚款", "罚款超过五万元的可以要求听证", "第三百零二条", "", "高新财预〔2026〕18号", "万一"],
)
def test_other_numbers_and_thresholds_are_no_figures(written: str) -> None:
    assert sums_in(written) == ()


@pytest.mark.parametrize(
    "written",
    ["货值金额3万元", "上一年度营业额二百六十万元", "50万元注册资本", "到期不缴纳的每日加处450元", "幅度为0元至10万元", "处一万元至五万元罚款", "每箱300元"],
)
def test_prose_leaves_out_sums_of_other_things_and_ranges(written: str) -> None:
    assert sums_in(written, prose=True) == ()
    assert sums_in(written)


@pytest.mark.parametrize("written", ["货值不大，罚款三万元", "违法所得三万元", "没收违法所得3万元", "罚款三万元至五万元", "罚没合计30000元"])
def test_in_prose_what_is_imposed_stays_a_figure(written: str) -> None:
    assert 3_000_000 in sums_in(written, prose=True)


def test_the_lines_of_a_list_are_read_one_by_one_and_a_sum_named_twice_counts_once() -> None:
    assert sums_in(["人员经费 1200万元", "公用经费 170万元", "合计1200万元"]) == (1_200_000_000, 170_000_000)
    assert sums_in(None) == ()
