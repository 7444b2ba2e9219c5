"""bounded_period 期限有上限: a day that officers set themselves (postponement, instalments, appraisal, rectification) lies within so many days.

Why: 故意拖延; 人情: a period that whoever grants it may make as long as he likes is a favour without a name.
Finds: a day set further away than the setting for that act and field, or a day that is already past.
Not: how often a period may be extended (rectification), nor whether it is kept (time_limit).
Source: the agency's own rule; no law names these days, so each bound is a setting.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, T
from qingfeng.terms.text import Text

# fmt: off
_ORDER, _PAY = "order_rectification bob {} due_on={}", "approve_instalments dan {} until={}"


@dataclass(frozen=True, slots=True)
class Bound:
    """An act, its field with the day set, and the most calendar days from the act to that day."""
    act: str
    field: str
    days: int


@dataclass(frozen=True, slots=True)
class BoundedPeriod:
    """Every day that one of `bounds` names is there between the day of the act and so many days later; no day, no bound."""

    name: ClassVar[str] = "bounded_period"
    title: ClassVar[Text] = Text(zh="期限有上限", en="Bounded period")
    basis: ClassVar[Basis] = Basis.RULE
    example: ClassVar[dict[str, Any]] = {"bounds": [
        {"act": "order_rectification", "field": "due_on", "days": 10}, {"act": "approve_instalments", "field": "until", "days": 30}]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        *((_ORDER.format(n, day),) for n, day in ((0, "2026-03-12"), (2, "2026-03-14"), (2, "2026-03-04"), (4, "2026-03-10"))),
        *((_PAY.format(n, day),) for n, day in ((0, "2026-04-01"), (1, "2026-04-01"), (2, "2026-03-04"), (3, "2026-03-20"))),
        ("order_rectification bob 1",), ("approve_instalments dan 1",), (_ORDER.format(0, "2026-03-09"), _PAY.format(1, "2026-03-30")),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        *((_ORDER.format(n, day),) for n, day in ((0, "2026-03-13"), (2, "2026-03-15"), (2, "2026-03-03"), (0, "2026-12-31"))),
        *((_PAY.format(n, day),) for n, day in ((0, "2026-04-02"), (2, "2026-03-03"), (0, "2027-01-01"))),
        (_ORDER.format(0, "2026-03-09"), _PAY.format(1, "2026-04-03")),
    )

    bounds: tuple[Bound, ...]

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        acts, pairs = {row.act for row in version.procedure.rows}, [(one.act, one.field) for one in self.bounds]
        bad = [f"{one.act}.{one.field}" for one in self.bounds if one.act not in acts or not 1 <= one.days <= 730]
        if pairs and not bad and len({*pairs}) == len(pairs):
            return None
        return Text(zh=f"须列明动作、字段和1至730日的上限，动作取自流程，不重复：{'、'.join(bad)}",
                    en=f"name act, field and 1 to 730 days once each, acts of the procedure: {', '.join(bad)}")

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a day that is further away than its bound, or past."""
        p, names = situation.proposed, {field.id: field.name for field in situation.rule.word.fields}
        for bound in (one for one in self.bounds if one.act == p.act and p.data.get(one.field)):
            ahead = (date.fromisoformat(p.data[bound.field]) - p.day).days
            if not 0 <= ahead <= bound.days:
                word = names.get(bound.field, Text(zh="日期", en="the day"))
                return Refusal(by=self.name, ring="control", basis=self.basis, reason=Text(
                    zh=f"{word.zh}{p.data[bound.field]}距今{ahead}日，应在0至{bound.days}日之内",
                    en=f"{word.en} {p.data[bound.field]} is {ahead} days away; it must be 0 to {bound.days}"), remedy=Text(
                        zh=f"请把日期定在{bound.days}日以内；届时确需再延的，按规定另行办理并说明理由。",
                        en=f"Set a day within {bound.days} days; should more be needed then, it is asked for anew, with reasons."))
        return None

    def detect(self, _: PowerVersion) -> AnyOf:
        """Compare the day named with the day of the act."""
        return AnyOf(tuple(
            say.gate((one.act,), say.either(
                say.over(say.minus(say.day(T(one.field)), T("_on")), one.days), say.over(T("_on"), say.day(T(one.field)))))
            for one in self.bounds))
