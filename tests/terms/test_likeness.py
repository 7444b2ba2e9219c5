"""Names that may be one name are told from names that are two; numbers tell apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingfeng.terms.likeness import alike, one_firm


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("示例化工有限公司", "示例化工公司"),
        ("示例化工有限公司", "示例（县）化工厂"),
        ("示例化工有限责任公司", "示例化工有限公司第二分公司"),
        ("示例縣化工廠", "示例县化工厂"),
        ("刘某（示例货车司机）", "刘某"),
        ("刘某（示例货车司机）", "示例货车司机刘某"),
        ("清溪宏远化工有限公司", "清溪宏达化工有限公司"),
        ("示例便利店（个体工商户）", "示例便利商店"),
        ("永兴恒安精密机械厂", "永新恒安精细机械厂"),
        ("清溪安恒精密机械厂", "清溪恒安精密机械厂"),
    ],
)
def test_another_suffix_remark_order_or_sign_is_like(one: str, other: str) -> None:
    assert alike(one, other)
    assert alike(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("甲厂", "乙厂"),
        ("刘某", "王某"),
        ("另一化工厂", "示例化工有限公司"),
        ("示例化工一厂", "示例化工二厂"),
        ("示例3号加油站", "示例8号加油站"),
        ("示例选煤有限公司", "示例包装厂"),
        ("示例县李大烟花店", "示例县李二烟花店"),
        ("城东加油站", "城西加油站"),
        ("永兴恒安机械厂1厂", "永兴利源机械厂1厂"),
        ("柳林华盛加油站1厂", "双桥华盛加油站1厂"),
        ("长河顺通物流有限公司1厂", "柳林顺通物流有限公司1厂"),
    ],
)
def test_other_names_stay_apart(one: str, other: str) -> None:
    assert not alike(one, other)
    assert not alike(other, one)


@given(st.text(alphabet="示例甲乙化工有限公司厂店（）一二 ", min_size=1), st.text(alphabet="示例甲乙化工有限公司厂店（）一二 ", min_size=1))
def test_likeness_is_mutual_and_a_name_is_like_itself(one: str, other: str) -> None:
    assert alike(one, one)
    assert alike(one, other) == alike(other, one)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("示例化工有限责任公司", "示例化工有限公司", True),
        ("示例化工（集团）有限公司", "示例化工有限公司", True),
        ("示例化工廠", "示例化工有限公司", True),
        ("张伟", "张伟强", False),
        ("甲厂", "甲店", False),
        ("示例3号加油站", "示例8号加油站", False),
        ("清溪宏远化工有限公司", "清溪宏达化工有限公司", False),
        ("示例化工有限公司城东分公司", "示例化工有限公司", True),
        ("示例化工（集团）有限公司城东第二营业部", "示例化工有限公司", True),
        ("示例化工有限公司城东分公司", "示例印染有限公司城东分公司", False),
        ("示例分店有限公司", "示例化工有限公司", False),
    ],
)
def test_one_firm_under_another_legal_form(one: str, other: str, same: bool) -> None:
    assert one_firm(one, other) is one_firm(other, one) is same
