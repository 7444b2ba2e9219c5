"""The notice of holidays is read as it is written, and nothing in it is guessed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from qingfeng import wiring
from qingfeng.casework.notice import read_notice

NOTICE_2026 = """
一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
"""


def days(first: date, n: int) -> set[date]:
    return {first + timedelta(days=k) for k in range(n)}


def test_a_whole_notice_is_the_shipped_table() -> None:
    read = read_notice(NOTICE_2026, 2026)
    table = next(t for t in wiring.calendars() if t.year == 2026)
    assert read.faults == ()
    assert read.off == table.off
    assert read.worked == table.worked


def test_lines_with_days_are_read() -> None:
    read = read_notice("2027-02-05 放假\n2027-02-14 上班\n2027年2月6日至2月8日 休", 2027)
    assert read.faults == ()
    assert read.off == {date(2027, 2, 5)} | days(date(2027, 2, 6), 3)
    assert read.worked == {date(2027, 2, 14)}


def test_days_of_another_year_are_left_to_its_table() -> None:
    read = read_notice("元旦：2026年12月31日至2027年1月2日放假。", 2027)
    assert read.off == {date(2027, 1, 1), date(2027, 1, 2)}


@pytest.mark.parametrize("text", ["2月30日放假。", "5月5日至1日放假。", "3月3日（周三）由各单位自定。", "13月1日上班。"])
def test_what_cannot_be_read_is_said(text: str) -> None:
    assert read_notice(text, 2027).faults


@pytest.mark.parametrize("text", ["", "x" * 50_000, "（" * 5_000, "1" * 20_000, "\x00\u202e", "1月" * 5_000 + "放假"])
def test_rubbish_is_no_day(text: str) -> None:
    assert not read_notice(text, 2027).off
