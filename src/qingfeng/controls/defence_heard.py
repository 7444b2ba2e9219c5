"""defence_heard 听取申辩: what the party says is recorded point by point, re-checked by somebody else, and answered before the decision.

Why: 不听取当事人申辩; a defence that is filed unread, or answered by the investigator whom it accuses, was not heard.
Finds: a defence without points; a re-check by an investigator, or without answer or reason to a point; a decision before it; a
silence recorded too early or over a defence.
Not: what an accepted point leads to (defence_adopted); what the recorder left out (the party signs the record).
Source: 行政处罚法 45, 62 where the power names it (`statute`); the days for a defence are the agency's own (`window`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, R, T
from qingfeng.terms.citation import Citation
from qingfeng.terms.text import Text

WORDS = 4  # characters of a reason
BARE = ("accept", "reject", "rejected", "采纳", "不采纳", "不予采纳")  # words that answer a point and give no reason

# fmt: off
_SAID, _YES, _NO = "record ann 1 points=[p1,p2]", "{p1:accepted,p2:证据不足以证明}", "{p1:与现场记录不符,p2:证据不足以证明}"
_TELL, _END = "tell ann 0", "decide dan 9"


@dataclass(frozen=True, slots=True)
class DefenceHeard:
    """`records` name the `points` of a defence, `rechecks` answer each (`accepted`, or the reason why not) before `decisions`.

    silences: the party said nothing within `window` working days of the notice; waivers: it gives up its defence.
    """

    name: ClassVar[str] = "defence_heard"
    title: ClassVar[Text] = Text(zh="听取申辩", en="Defence heard")
    example: ClassVar[dict[str, Any]] = {
        "decisions": ["decide"], "investigates": ["investigate", "interview"], "notices": ["tell"], "records": ["record"],
        "rechecks": ["recheck"], "silences": ["silent"], "waivers": ["waive"], "window": 3}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        *(("investigate ann 0 officers=[ann,bob]", _TELL, _SAID, f"recheck eve 2 answers_to_points={how}", _END) for how in (_NO, _YES,
         _NO)),
        (_TELL, "silent ann 4", _END), (_TELL, "waive party 1", _END), (_SAID, f"recheck carl 2 answers_to_points={_NO}"), (_SAID, _SAID),
        (_TELL, "waive party 1", "record ann 2 points=[p2]", "recheck fay 3 answers_to_points={p2:accepted}", _END),
        (_TELL, _SAID, f"recheck eve 2 answers_to_points={_YES}", "tell ann 3", "silent ann 9", _END),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("record ann 1",), (_TELL, _END), (_TELL, _SAID, _END), (_TELL, "silent ann 3"), (_TELL, _SAID, "silent ann 9"),
        *((f"{act} ann 0 officers=[ann,bob]", _TELL, _SAID, f"recheck {who} 2 answers_to_points={_NO}") for act in ("investigate",
         "interview") for who in ("ann", "bob")),
        (_SAID, "recheck eve 2"), (_TELL, "waive party 1", _TELL, _END),
        *((_SAID, f"recheck eve 2 answers_to_points={how}") for how in ("{p1:accepted}", "{p1:accepted,p2:rejected}",
         "{p1:不实,p2:accepted}", "{p1:accepted,p2:不予采纳}")),
        (_TELL, _SAID, f"recheck eve 2 answers_to_points={_NO}", _SAID, _END),
    )

    decisions: tuple[str, ...]
    investigates: tuple[str, ...]
    notices: tuple[str, ...] = ("serve_prior_notice",)
    records: tuple[str, ...] = ("record_defence",)
    rechecks: tuple[str, ...] = ("recheck_defence",)
    silences: tuple[str, ...] = ()
    waivers: tuple[str, ...] = ()
    window: int = 3
    statute: Citation | None = None

    @property
    def basis(self) -> Basis:
        """The statute if the power names its article, else a rule: in no case to be overridden."""
        return Basis.STATUTE if self.statute else Basis.RULE

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        if not 1 <= self.window <= 30:
            return Text(zh="申辩期应为1至30个工作日", en="the window must be 1 to 30 working days")
        lists = (self.decisions, self.investigates, self.notices, self.records, self.rechecks)
        return unfit(version, *lists, more=self.silences + self.waivers)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a record without points, a re-check that is none, a silence that is untrue, and a decision before all of it."""
        why = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if why is None else Refusal(by=self.name, ring="control", basis=self.basis, citation=self.statute, reason=why,
            remedy=Text(zh="请逐点记录陈述申辩，由未参与调查的人员逐点复核（采纳，或写明不采纳的理由），再作决定。",
            en="Record the defence point by point, have each answered by somebody who did not investigate, then decide."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, acts, name = s.proposed, [e for e in s.case.events if e.kind == ACT], s.people.name
        told = max((n for n, e in enumerate(acts) if e.act in self.notices), default=None)
        since, heard = acts[(told or 0) + (told is not None):], self.records + self.silences + self.waivers
        recorded, checked = (max((n for n, e in enumerate(acts, 1) if e.act in some), default=0) for some in (self.records, self.rechecks))
        if p.act in self.records:
            yield not p.data.get("points"), "陈述申辩没有列出要点", "the defence is recorded without its points"
        if p.act in self.rechecks:
            involved = {who for e in acts if e.act in self.investigates for who in (e.actor, *(e.data.get("officers") or ()))}
            yield p.actor in involved, f"{name(p.actor)}参与了本案调查，不得复核申辩", f"{name(p.actor)} took part in the investigation"
            answers = p.data.get("answers_to_points") or {}
            points = {x for e in acts[checked:] if e.act in self.records for x in e.data.get("points") or ()}
            poor = sorted(points - {*answers}) + [x for x, said in answers.items() if len(str(said)) < WORDS or said in BARE]
            yield poor, f"申辩要点未答复，或不采纳而没有理由：{s.told(poor).zh}", f"points without answer or reason: {s.told(poor).en}"
        if p.act in self.silences and told is not None:
            yield any(e.act in self.records for e in since), "当事人已作陈述申辩，不得记为未陈述", "the party did speak: it was not silent"
            days, n = s.calendar.working_days_between(acts[told].effective_day, p.day), self.window
            yield days <= n, f"这是告知后第{days}个工作日，陈述申辩期{n}个工作日未满", f"this is working day {days} of {n} for the defence"
        if p.act in self.decisions:
            deaf = told is not None and not any(e.act in heard for e in since)
            yield deaf, "告知后尚未听取陈述申辩", "the party has not been heard since the notice"
            yield recorded > checked, "陈述申辩尚未复核", "the defence has not been re-checked"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find poor records and re-checks, untrue silences, and decisions without a hearing of what was said."""
        points, answer = say.gather("set", self.records, R("_key"), each="points", since=self.rechecks), T("_value")
        took_part = say.some(self.investigates, say.either(say.same_actor(), say.is_in(T("_actor"), R("officers"))))
        days = say.working_days(say.gather("last", self.notices, R("_day")), T("_on"))
        told, spoken = say.some(self.notices), say.some(self.records, since=self.notices)
        early = say.both(told, say.either(spoken, say.negated(say.over(days, self.window))))
        deaf = say.both(told, say.none(self.records + self.silences + self.waivers, since=self.notices))
        unread = say.both(say.some(self.records), say.none(self.rechecks, since=self.records))
        return AnyOf((
            say.gate(self.records, say.missing(T("points"))), say.gate(self.silences, early),
            say.gate(self.rechecks, say.either(took_part, say.over(say.without(points, T("answers_to_points")), 0)), needs=["_actor"]),
            say.gate(self.decisions, say.either(deaf, unread)),
            say.gate(self.rechecks, say.either(say.over(WORDS, say.length(answer)), say.is_in(answer, BARE)), each="answers_to_points")))
