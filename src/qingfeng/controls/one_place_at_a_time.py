"""one_place_at_a_time 同一时间一处: no officer inspects, questions or takes evidence at two places at once.

Why: two colleagues sign for each other, and the records of one afternoon put the same pair into two firms.
Finds: a visit or interview whose hours (started, ended) overlap those of another case in which one of its officers took part, or
leave no time (`travel`) to get from the one place to the other.
Not: records that do not state their hours; two cases looked into in one visit to the same place or the same subject.
Source: the agency's own rule (a record that cannot be true); statutes ask for two officers, not for this.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.facts import say
from qingfeng.facts.rule import GateRule, R, T
from qingfeng.terms.instants import day_if_instant, parse_instant
from qingfeng.terms.text import Text

SAME = ("place", "subject")

# fmt: off
_DAY = "started=2026-03-03T{}:00+08:00 ended=2026-03-03T{}:00+08:00"
_MORNING, _NOON, _LATE = _DAY.format("09:00", "11:00"), _DAY.format("10:30", "12:00"), _DAY.format("11:15", "15:00")
_SOON, _EARLY = _DAY.format("11:14", "15:00"), _DAY.format("07:00", "08:50")
_NEXT = _MORNING.replace("03-03", "03-04")
_THERE = f"c2:visit ann 1 officers=[ann,bob] place=east {_MORNING}"


@dataclass(frozen=True, slots=True)
class OnePlaceAtATime:
    """The officers of one of `acts` took part in no act of another case (at another place, with another subject) in the same
hours, nor less than `travel` minutes before or after."""

    name: ClassVar[str] = "one_place_at_a_time"
    title: ClassVar[Text] = Text(zh="同一时间只在一处", en="One place at a time")
    example: ClassVar[dict[str, Any]] = {"acts": ["visit", "interview"], "travel": 15}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_THERE, f"visit ann 1 officers=[ann,bob] place=west {_LATE}"), (_THERE, f"visit carl 1 officers=[carl,dan] place=west {_NOON}"),
        (_THERE, f"interview bob 2 officers=[bob,ann] place=west {_NEXT}"), (_THERE, f"visit ann 1 officers=[ann,bob] place=east {_NOON}"),
        (f"visit ann 1 officers=[ann,bob] {_MORNING}", f"interview ann 1 officers=[ann,bob] {_NOON}"),
        (_THERE, "visit bob 1 officers=[bob]"),
        (f"{_THERE} subject=S1", f"visit bob 1 officers=[bob] subject=S1 {_NOON}"),
        (_THERE, f"note bob 1 officers=[bob] place=west {_NOON}"),
        (_THERE, f"visit bob 1 officers=[bob] place=west {_EARLY.replace('08:50', '08:45')}"),
        (_THERE, f"interview bob 1 officers=[bob] place=west {_LATE}", f"c3:interview eve 1 officers=[eve] {_LATE}"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_THERE, f"visit ann 1 officers=[ann,bob] place=west {_NOON}"), (_THERE, f"interview carl 1 officers=[carl,bob] {_MORNING}"),
        (f"c2:interview bob 1 officers=[bob] {_LATE}", f"visit bob 2 officers=[eve,bob] subject=S1 {_NOON}"),
        (_THERE.replace("c2:visit", "c2:note"), f"interview bob 1 officers=[bob] place=west {_NOON}"),
        (_THERE, f"c3:visit dan 1 officers=[dan] place=west {_NOON}", f"interview bob 1 officers=[dan] place=north {_LATE}"),
        (f"{_THERE} subject=S1", f"visit ann 1 officers=[ann] place=west subject=S2 {_MORNING}"),
        *((_THERE, f"visit {who} 1 officers=[{who}] place=west {hours}") for who in ("ann", "bob") for hours in (_SOON, _EARLY)),
    )

    acts: tuple[str, ...]
    travel: int = 0  # minutes
    basis: ClassVar[Basis] = Basis.RULE

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        bound = Text(zh="路途时间应为0至240分钟", en="travel takes 0 to 240 minutes")
        return unfit(version, self.acts) or (None if 0 <= self.travel <= 240 else bound)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a record whose officers were elsewhere in the same hours."""
        asked, hours = situation.proposed, _hours(situation.proposed.data)
        if asked.act not in self.acts or hours is None:
            return None
        way = timedelta(minutes=self.travel)
        for use in situation.elsewhere.uses("started", day_if_instant(str(asked.data["started"]))):
            then, people = _hours(use.data), situation.people
            if then is None or not (hours[0] < then[1] + way and then[0] < hours[1] + way):
                continue
            both = [people.name(who) for who in dict.fromkeys(asked.data.get("officers") or ()) if who in (use.data.get("officers") or ())]
            if both and not any(asked.data.get(f) is not None and asked.data[f] == use.data.get(f) for f in SAME):
                span = f"{then[0]:%H:%M}–{then[1]:%H:%M}"
                return Refusal(by=self.name, ring="control", basis=self.basis,
                    reason=Text(zh=f"{'、'.join(both)}当日{span}在办理案件{use.case}，不可能同时在两处，也没有路途时间",
                                en=f"{', '.join(both)} took part in case {use.case} from {span} that day: nobody is at two places at once, "
                                   "nor without a way between them"),
                    remedy=Text(zh="请核对起止时间和参加人员，如实填写；确有一份写错的，先更正那一份。",
                                en="Check the hours and who was there; if the other record is wrong, have that one corrected first."))
        return None

    def detect(self, _: PowerVersion) -> GateRule:
        """Find records that put an officer into two cases at one time."""
        begins, ends, way = say.moment(T("started")), say.moment(T("ended")), self.travel * 60
        later = [say.plus(end, way) for end in (say.moment(R("ended")), ends)]
        overlap = say.both(say.over(later[0], begins), say.over(later[1], say.moment(R("started"))))
        elsewhere = say.negated(say.either(*(say.matches(field) for field in SAME)))
        shared = say.both(overlap, say.is_in(T("_key"), R("officers")), elsewhere)
        return say.gate(self.acts, say.some(None, shared, same="started"), each="officers")


def _hours(said: Any) -> tuple[datetime, datetime] | None:
    first, last = said.get("started"), said.get("ended")
    return (parse_instant(str(first)), parse_instant(str(last))) if first and last else None
