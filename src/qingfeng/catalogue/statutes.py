"""In which unit each statute counts its days: 日 is a working day only where the statute says so.

A table of verified articles: 行政处罚法 85, 行政强制法 69, 行政许可法 82, 行政复议法 88, and the statutes whose text itself
says 工作日 or counts in months.  A statute that is not here is not judged.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from qingfeng.terms.text import Text
from qingfeng.terms.timelimit import Unit

_WD, _CD = Unit.WORKING_DAY, Unit.CALENDAR_DAY


@dataclass(frozen=True, slots=True)
class DayRule:
    """The unit of a limit of n days in one statute (None: not settled), and the article that says so."""

    unit: Callable[[int, str], Unit | None]
    said: Text


def _only(*working: int) -> Callable[[int, str], Unit | None]:
    return lambda n, article: _WD if n in working else _CD


def _always(unit: Unit) -> Callable[[int, str], Unit | None]:
    return lambda n, article: unit


def _licence(n: int, article: str) -> Unit | None:
    # Art. 82 speaks of the limits on the agency; the 30 days of art. 50 are the applicant's.
    return None if article.startswith("50") else _WD


DAYS: Mapping[str, DayRule] = {
    "行政处罚法": DayRule(
        _only(2, 3, 5, 7),
        Text(
            zh="行政处罚法第八十五条：二日、三日、五日、七日为工作日",
            en="art. 85: only 2, 3, 5 and 7 days are working days",
        ),
    ),
    "行政强制法": DayRule(
        lambda n, article: _WD if n <= 10 else _CD,
        Text(zh="行政强制法第六十九条：十日以内为工作日", en="art. 69: ten days or less are working days"),
    ),
    "行政许可法": DayRule(
        _licence, Text(zh="行政许可法第八十二条：期限以工作日计算", en="art. 82: limits are counted in working days")
    ),
    "行政复议法": DayRule(
        _only(3, 5, 7, 10),
        Text(
            zh="行政复议法第八十八条：三日、五日、七日、十日为工作日",
            en="art. 88: 3, 5, 7 and 10 days are working days",
        ),
    ),
    "行政诉讼法": DayRule(
        lambda n, article: _CD if n == 15 else None,
        Text(
            zh="行政诉讼法第四十五条、第六十七条的十五日为日历日", en="the 15 days of arts. 45 and 67 are calendar days"
        ),
    ),
    "政府信息公开条例": DayRule(
        _always(_WD), Text(zh="政府信息公开条例的期限写明为工作日", en="its text says working days")
    ),
}


def wrong_unit(instrument: str, article: str, n: int, unit: Unit) -> tuple[Unit, Text] | None:
    """The unit that the statute prescribes for n days and where it says so, if `unit` is days and differs from it."""
    rule = DAYS.get(instrument.removeprefix("中华人民共和国"))
    if rule is None or unit not in (_WD, _CD):
        return None
    wanted = rule.unit(n, article)
    return None if wanted is None or wanted is unit else (wanted, rule.said)
