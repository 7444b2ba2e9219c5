"""interested_heard 听取利害关系人: whoever is touched by a licence is found, told, given time, heard, and answered in the decision.

Why: 不听取利害关系人: the neighbour who would object is not “interested” until the licence hangs on the wall.
Finds: a decision without a finding who is interested (or why nobody is), with one of them not told, not heard within the time to speak,
over a hearing asked for and not held, or that does not answer a view; a notice without its day, text or somebody found; a view of nobody.
Not: how a hearing is held (hearing_conduct); one whom the finding leaves out on purpose (disclosure, appeals).
Source: 行政许可法 36, 47 where the power names it (`statute`): tell and hear whom it touches, five days to ask for a hearing (`window`).
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

WORDS = 4
# fmt: off
_WHO, _NOBODY = "identify_interested ann 0 interested=[n1,n2]", "identify_interested ann 0 reasons=场址周边无居民和企业"
_TELL = "tell_interested_parties ann 1 interested=[n1,n2] content=告知权利和期限 served_on=2026-03-03"
_N1, _N2 = (f"record_interested_view ann 3 interested_no={n} content=担心噪声影响休息" for n in ("n1", "n2"))
_END = "decide dan 5 answers_to_points={n1:增设隔音屏障,n2:已与其约定时间}"
_LATE, _ASK, _HELD = _END.replace(" 5 ", " 10 "), "request_hearing party 4", "hold_hearing eve 6"


@dataclass(frozen=True, slots=True)
class InterestedHeard:
    """`identifies`, `tells`, `views`, then `decisions` when all spoke or `window` working days are over; hearings `requests`ed are held."""

    name: ClassVar[str] = "interested_heard"
    title: ClassVar[Text] = Text(zh="听取利害关系人", en="Interested parties heard")
    example: ClassVar[dict[str, Any]] = {"decisions": ["decide"], "ends": ["terminate_hearing"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_WHO, _TELL, _N1, _N2, _END), (_NOBODY, "decide dan 5"), (_WHO, _TELL, "decide dan 10"), (_WHO, _TELL, _N1, _LATE), (_WHO, _TELL),
        (_WHO, _TELL, _N1, _N2, _ASK, _HELD, _LATE), (_WHO, _TELL, _N1, _N2, _ASK, "terminate_hearing eve 6", _LATE),
            (_WHO, _WHO, _TELL, _LATE),
        (_WHO, _TELL.replace("n1,", ""), _TELL.replace(",n2", ""), _N1, _N2, _END), (_WHO, _NOBODY, _TELL, _N1, _N2, _END),
        (_WHO, _TELL, _N1, _N2, _END, _END),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("decide dan 5",), (_WHO, _END), (_WHO, _TELL.replace("n1,", ""), _LATE), (_WHO, _TELL, "decide dan 5"), (_WHO, _TELL, _N1, _END),
        (_WHO, _TELL, _N1, _N2, _END.replace("n1:增设隔音屏障,", "")), (_WHO, _TELL, _N1, _N2, "decide dan 5"),
            (_NOBODY.replace("场址周边无居民和企业", "没有"),),
        (_WHO, _TELL, _N1, _N2, _END.replace("增设隔音屏障", "不采")), (_WHO, _TELL, _N1, _N2, _ASK, _LATE),
            (_WHO, _TELL, _ASK, _HELD, _ASK, _LATE),
        (_WHO, _TELL.replace("n1,", "n9,")), (_WHO, _TELL.replace(" served_on=2026-03-03", "")), (_WHO, _TELL.replace("告知权利和期限", "告知")),
        (_TELL,), (_N1,), (_WHO, _TELL, _N1.replace("=n1", "=n9")), (_WHO, _TELL, _N1.replace("担心噪声影响休息", "反对")),
            ("identify_interested ann 0",),
        (_WHO, _TELL, _LATE.replace("10 ", "8 ")), (_WHO, _TELL.replace(" interested=[n1,n2]", "")),
            (_WHO, _TELL, _N1.replace("interested_no=n1 ", "")),
        (_WHO, _TELL, _TELL.replace(" 1 ", " 7 ").replace("03-03", "03-09"), "decide dan 11"), (_WHO, _N1),
    )

    decisions: tuple[str, ...]
    identifies: tuple[str, ...] = ("identify_interested",)
    tells: tuple[str, ...] = ("tell_interested_parties",)
    views: tuple[str, ...] = ("record_interested_view",)
    requests: tuple[str, ...] = ("request_hearing",)
    holds: tuple[str, ...] = ("hold_hearing",)
    ends: tuple[str, ...] = ()
    window: int = 5
    statute: Citation | None = None

    @property
    def basis(self) -> Basis:
        """The statute if the power names its article, else a rule: in no case to be overridden."""
        return Basis.STATUTE if self.statute else Basis.RULE

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        if not 1 <= self.window <= 30:
            return Text(zh="陈述意见的期间应为1至30个工作日", en="1 to 30 working days to speak")
        return unfit(version, self.decisions, self.identifies, self.tells, self.views, self.requests, self.holds, more=self.ends)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a finding, notice, view or decision that passes over somebody."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, citation=self.statute, reason=fault,
            remedy=Text(zh="请认定全部利害关系人（没有的写明理由），逐一送达告知，记录其意见或者等待期满，要求听证的举行听证，并在决定中逐一答复。",
                        en="Find all of them (or why there are none), tell each, record views or wait, hold the "
                           "hearing asked for, answer each."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, d, acts = s.proposed, s.proposed.data, [e for e in s.case.events if e.kind == ACT]
        def listed(kinds: tuple[str, ...]) -> set[str]:
            return {one for e in acts if e.act in kinds for one in e.data.get("interested") or ()}
        found, told = listed(self.identifies), listed(self.tells)
        heard = {e.data["interested_no"] for e in acts if e.act in self.views and "interested_no" in e.data}
        if p.act in self.identifies:
            bare = not d.get("interested") and len(d.get("reasons") or "") < WORDS
            yield bare, "没有写明利害关系人，也没有写明为何没有", "it names nobody and gives no reasons for that"
        if p.act in self.tells:
            yield not d.get("interested") or {*d["interested"]} - found, "告知的不是认定的利害关系人", "who is told was not found to be interested"
            yield not d.get("served_on") or len(d.get("content") or "") < WORDS, "没有写明送达日期或者告知内容", "the day or the text is not said"
        if p.act in self.views:
            yield d.get("interested_no") not in told, "没有告知过这名利害关系人", "this one was not told"
            yield len(d.get("content") or "") < WORDS, "没有写明意见", "it does not say what the view is"
        if p.act in self.decisions:
            yield not any(e.act in self.identifies for e in acts), "没有认定有无利害关系人", "nobody has found who is interested"
            left = sorted(found - told)
            yield left, f"尚未告知：{'、'.join(left)}", f"not told: {', '.join(left)}"
            notice = next((e for e in reversed(acts) if e.act in self.tells), None)
            silent = sorted(told - heard)
            early = notice is not None and s.calendar.working_days_between(notice.effective_day, p.day) <= self.window
            yield silent and early, f"陈述意见的期间未满，尚未听取：{'、'.join(silent)}", f"time is left to speak: {', '.join(silent)}"
            asked, done = (max((e.seq for e in acts if e.act in kinds), default=0) for kinds in (self.requests, self.holds + self.ends))
            yield asked > done, "要求听证的，听证尚未举行", "a hearing was asked for and has not been held"
            answers = d.get("answers_to_points") or {}
            left = sorted(heard - {*answers})
            yield left, f"没有答复其意见：{'、'.join(left)}", f"views not answered: {', '.join(left)}"
            yield any(len(str(one)) < WORDS for one in answers.values()), "对意见的答复没有内容", "an answer says nothing"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Look at findings, notices, views and decisions, each with what stands before it."""
        found, told = (say.gather("set", acts, R("_key"), each="interested") for acts in (self.identifies, self.tells))
        heard, who = say.gather("set", self.views, R("interested_no")), T("interested")
        short = {field: say.over(WORDS, say.length(T(field))) for field in ("reasons", "content")}
        early = say.at_least(self.window, say.working_days(say.gather("last", self.tells, R("_day")), T("_on")))
        asked, held = (say.gather("max", acts, R("_seq")) for acts in (self.requests, self.holds + self.ends))
        return AnyOf((
            say.gate(self.identifies, say.both(say.missing(who), short["reasons"])),
            say.gate(self.tells, say.either(
                say.missing(who), say.over(say.without(who, found), 0), say.missing(T("served_on")), short["content"])),
            say.gate(self.views, say.either(say.negated(say.is_in(T("interested_no"), told)), short["content"])),
            say.gate(self.decisions, say.either(
                say.none(self.identifies), say.over(say.without(found, told), 0), say.both(say.over(say.without(told, heard), 0), early),
                say.over(asked, say.or_else(held, 0)), say.over(say.without(heard, T("answers_to_points")), 0))),
            say.gate(self.decisions, say.over(WORDS, say.length(T("_value"))), each="answers_to_points")))
