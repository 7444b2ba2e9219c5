"""public_notice_period 公示期间: what is shown to the public stays up long enough, unchanged, and nothing is done before it has ended.

Why: a notice of two days over a holiday, or one taken down when the first objection comes, asks nobody.
Finds: a notice without an end, too short, or of another text than was settled; an act that must wait done without a notice since the text
was settled or before its last day is over; a notice taken down before its end without a ground and reasons.
Not: what becomes of objections (objection_verified, objections_reported); who signs the text off.
Source: the agency's own map (公示; 实行政务公开制度); no statute gives the number of days: a setting.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, T
from qingfeng.terms.text import Text

WORDS = 4  # characters of a reason

# fmt: off
_SET, _UP, _DONE = "settle dan 0 document_hash=h1", "notice eve 1 document_hash=h1 until=2026-03-10", "report ann 9"
_NEW, _ANEW = "settle dan 4 document_hash=h2", "notice eve 5 document_hash=h2 until=2026-03-14"
_HALT, _DOWN = "object bob 4", "takedown eve 5 reasons=名单须重新核定"


@dataclass(frozen=True, slots=True)
class PublicNoticePeriod:
    """`notices` show (`document_hash`, `until`) what `settles` fixed, for `days` at least; `waits` come after; `grounds` of `takedowns`.

    working: the days are working days, else calendar days; the first is not counted.
    """

    name: ClassVar[str] = "public_notice_period"
    title: ClassVar[Text] = Text(zh="公示期间", en="Time of the public notice")
    basis: ClassVar[Basis] = Basis.RULE
    example: ClassVar[dict[str, Any]] = {"settles": ["settle"], "notices": ["notice"], "waits": ["report"], "takedowns": ["takedown"],
        "grounds": ["object"], "days": 5}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_SET, _UP, _DONE), (_SET, _UP), (_SET, _UP, _DONE.replace("9", "20"), _DONE.replace("9", "21")), (_SET, _UP, _HALT, _DOWN),
        (_SET, _UP, _NEW, _ANEW, _DONE.replace("9", "13")), (_SET, _UP, _DOWN.replace("5", "9")), (_SET, _UP.replace("10", "13"), _HALT),
        (_SET, _UP.replace("03-10", "04-10"), _DONE.replace("9", "40")), (_SET, _UP, _HALT, _DOWN, _ANEW.replace("h2", "h1")), (_SET,),
        (_SET, _UP.replace(" 1 ", " 2 ").replace("10", "11"), _HALT, _DONE.replace("9", "10")),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_SET, _UP.replace("10", "09")), (_SET, _UP.replace("=h1", "=h2")), (_SET, "notice eve 1 document_hash=h1"), (_UP,), (_SET, _DONE),
        (_SET, _UP, _DONE.replace("9", "8")), (_SET, _UP, _NEW, _DONE), (_SET, _UP, _DOWN),
        (_SET, _UP, _HALT, _DOWN.replace("名单须重新核定", "撤")), (_HALT, _SET, _UP, _DOWN), (_SET, _UP, _NEW, _ANEW, _DONE.replace("9", "11")),
        (_SET, "notice eve 1 until=2026-03-10"), (_SET, _UP, _HALT, "takedown eve 5"), (_SET, _UP, _NEW, _UP.replace(" 1 ", " 4 ")),
        (_SET, _UP.replace("03-10", "02-10")), (_DONE,), (_SET, _UP, _UP.replace(" 1 ", " 3 ").replace("10", "12"), _DONE),
        (_SET, _UP, _DONE.replace("9", "5")),
    )

    settles: tuple[str, ...]
    waits: tuple[str, ...]
    days: int
    notices: tuple[str, ...] = ("give_public_notice",)
    takedowns: tuple[str, ...] = ()
    grounds: tuple[str, ...] = ()
    working: bool = True

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        if not 1 <= self.days <= 90:
            return Text(zh="公示期应为1至90日", en="the notice must last 1 to 90 days")
        return unfit(version, self.settles, self.notices, more=self.waits + self.takedowns + self.grounds)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a notice that is too short or of another text, and what comes before its end."""
        why = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        unit = ("个工作日", "working days") if self.working else ("日", "days")
        return None if why is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=why, remedy=Text(
            zh=f"请把最近一次核定的文本原样公示，公示不少于{self.days}{unit[0]}，期满后再办；提前撤下的，须有异议等情形并写明理由。",
            en=f"Show the text settled last, unchanged, for {self.days} {unit[1]} at least, then go on; taking it down needs a ground."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, done, today = s.proposed, [e for e in s.case.events if e.kind == ACT], s.proposed.day
        fixed = max((n for n, e in enumerate(done, 1) if e.act in self.settles), default=0)
        up = max((n for n, e in enumerate(done, 1) if e.act in self.notices), default=0)
        if p.act in self.notices:
            text = next((e.data["document_hash"] for e in reversed(done) if e.act in self.settles and e.data.get("document_hash")), None)
            yield text is None or p.data.get("document_hash") != text, "公示的文本与最近核定的文本不一致", "the text shown is not the one settled last"
            end = date.fromisoformat(p.data["until"]) if p.data.get("until") else today
            shown = (s.calendar.working_days_between(today, end) if self.working else (end - today).days) if end > today else 0
            yield shown < self.days, f"公示到{end}为止，只有{shown}天，少于{self.days}天", f"shown until {end}, {shown} days, less than {self.days}"
        if p.act in self.waits:
            ends = [e.data["until"] for e in done[fixed:] if e.act in self.notices and e.data.get("until")]
            yield not ends, "最近一次核定之后没有公示", "since the text was settled it has not been shown to the public"
            yield ends and p.day.isoformat() <= ends[-1], "公示期还没有届满", "the time of the notice is not over"
        if p.act in self.takedowns and up:
            end_of = next((e.data["until"] for e in reversed(done) if e.act in self.notices and e.data.get("until")), "")
            early = p.day.isoformat() <= end_of
            yield early and not any(e.act in self.grounds for e in done[up:]), "公示期内没有异议等情形，不得撤下", "there is no ground to take it down"
            yield early and len(str(p.data.get("reasons") or "")) < WORDS, "撤下公示没有写明理由", "it is taken down without reasons"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Reckon each notice from its day, and what came after from its end."""
        settled, ends = say.last(self.settles, "document_hash"), say.day(T("until"))
        shown = say.working_days(T("_on"), ends) if self.working else say.minus(ends, T("_on"))
        short = say.either(say.missing(T("until")), say.over(self.days, shown))
        fresh, last = say.last(self.notices, "until", since=self.settles), say.last(self.notices, "until")
        early = say.at_least(say.day(last), T("_on"))
        idle = say.either(say.none(self.grounds, since=self.notices), say.over(WORDS, say.length(T("reasons"))))
        return AnyOf((
            say.gate(self.notices, say.either(short, say.negated(say.equal(T("document_hash"), settled)))),
            say.gate(self.waits, say.either(say.missing(fresh), say.at_least(say.day(fresh), T("_on")))),
            say.gate(self.takedowns, say.both(early, idle), applies=say.some(self.notices))))
