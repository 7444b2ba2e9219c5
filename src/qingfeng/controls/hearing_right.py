"""hearing_right 听证权利: who may ask for a hearing is told so, has the time to ask, and is heard before the decision if he asks.

Why: a heavy proposal without a word of the hearing, a decision in the window, a request turned away: the party is not heard; one fine
cut into several, each just below the sum, takes the hearing away unseen.
Finds: a heavy notice or decision without the right named, with the party's other fines for the same violation added;
a decision in the window or over an open request; a timely request refused.
Not: how the hearing is held (hearing_conduct); the defence in writing (defence_heard); who waives (prior_notice).
Source: 行政处罚法 63, 64 where the power names it (`statute`); what a larger amount is, the agency's or the province's standard says.
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
from qingfeng.facts.rule import AnyOf, Expr, R, T
from qingfeng.terms.citation import Citation
from qingfeng.terms.text import Text

HEARING, FIRM, MONEY = "hearing", "organisation", ("amount", "confiscated")

# fmt: off
_BIG, _ASK, _TELL = "decide dan 9 amount=2000000", "ask party 2", "tell ann 0 amount=2000000 rights=[state,hearing]"
_CUT, _P = "decide dan 0 amount=60000", "party=甲 violation_code=V1"
_SMALL, _FIRM = "tell ann 0 amount=90000 rights=[state]", "amount=900000 party_kind=organisation"


@dataclass(frozen=True, slots=True)
class HearingRight:
    """A hearing is due from `from_yuan` on (fine or confiscation, each for itself) and for `kinds`; `window`: working days to ask.

    days: in which the sums decided in the party's other cases of the same violation are added.
    person_yuan: the same for whoever is not said to be an organisation (`party_kind`); turns_away: the request came too late.
    """

    name: ClassVar[str] = "hearing_right"
    title: ClassVar[Text] = Text(zh="听证权利", en="Right to a hearing")
    example: ClassVar[dict[str, Any]] = {
        "decisions": ["decide"], "notices": ["tell"], "requests": ["ask"], "holds": ["hold"], "waivers": ["waive"], "ends": ["end"],
        "turns_away": ["turn"], "days": 20, "from_yuan": 10_000, "person_yuan": 1_000, "kinds": ["revocation", "closure"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_TELL, "decide dan 8 amount=2000000"), (_TELL, _BIG, _BIG), (_TELL, "waive party 1", "decide dan 3 confiscated=1500000"),
        (_TELL, "turn ann 9"), (_TELL, _ASK, "hold eve 16", "decide dan 18 penalty_kinds=[closure]"),
        (_TELL, _ASK, "end party 3", "decide dan 4 amount=2000000"), (_TELL, "ask party 8", "turn ann 9", _BIG),
        (_SMALL, "decide dan 2 amount=90000 penalty_kinds=[fine] party_kind=person"), (_SMALL, _TELL, _BIG),
        (f"tell ann 0 {_FIRM}", f"decide dan 2 {_FIRM}"), (f"c2:{_CUT} {_P}", f"decide dan 21 amount=60000 {_P}"),
        (f"c2:{_CUT} {_P}", f"decide dan 20 amount=39999 {_P}"),
        (f"c2:{_CUT} party=甲 violation_code=V2", f"decide dan 2 amount=60000 {_P}"),
        (f"c2:{_CUT} party=乙 violation_code=V1", f"decide dan 2 amount=60000 {_P}"),
        (f"c2:{_CUT} {_P}", f"decide dan 2 confiscated=60000 {_P}"),
        (f"c2:{_SMALL} {_P}", f"decide dan 2 amount=60000 {_P}"),
        (_TELL, _ASK, "hold eve 16", _TELL.replace(" 0 ", " 17 "), "decide dan 25 amount=2000000"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        *((f"tell ann 0 {what}",) for what in ("amount=1000000 party_kind=organisation", "amount=100000 rights=[state]",
         "confiscated=900000 party_kind=person", "confiscated=1500000", "penalty_kinds=[fine,closure] rights=[state]")),
        (_SMALL, _BIG), (_TELL, _SMALL, _BIG), (_BIG,), (_TELL, "decide dan 7 amount=2000000"),
        (_TELL, "decide dan 7 penalty_kinds=[revocation]"), (_TELL, _ASK, "decide dan 9 amount=90000"),
        (_TELL, _ASK, "hold eve 5", _ASK, _BIG), (_TELL, _ASK, "turn ann 9"), (_ASK, _SMALL, "turn ann 9"),
        (_TELL, "waive party 1", _TELL, "decide dan 3 amount=2000000"),
        (f"c2:{_CUT} {_P}", f"decide dan 20 amount=40000 {_P}"), (f"c2:{_CUT} {_P}", f"decide dan 9 amount=40000 {_P.replace('甲', '（甲）')}"),
        (f"c2:{_CUT} {_P}", f"tell ann 9 amount=60000 rights=[state] {_P}"), (_TELL, "ask party 7", "turn ann 9"),
    )

    decisions: tuple[str, ...]
    from_yuan: int
    person_yuan: int | None = None
    kinds: tuple[str, ...] = ()
    notices: tuple[str, ...] = ("serve_prior_notice",)
    requests: tuple[str, ...] = ("request_hearing",)
    holds: tuple[str, ...] = ("hold_hearing",)
    waivers: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    turns_away: tuple[str, ...] = ()
    window: int = 5
    days: int = 365
    statute: Citation | None = None

    @property
    def basis(self) -> Basis:
        """The statute if the power names its article, else a rule: in no case to be overridden."""
        return Basis.STATUTE if self.statute else Basis.RULE

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        if not (1 <= self.window <= 30 and self.days >= 0 and 0 <= (self.person_yuan or 0) <= self.from_yuan):
            return Text(zh="期间1至30个工作日；个人的金额不得高于单位的", en="1 to 30 working days; for persons no more than for organisations")
        return unfit(version, self.decisions, self.notices, self.requests, self.holds, more=self.waivers + self.ends + self.turns_away)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse what takes the hearing away."""
        why = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if why is None else Refusal(by=self.name, ring="control", basis=self.basis, citation=self.statute, reason=why,
            remedy=Text(zh="请在告知书中写明听证权利，等待申请期满或者当事人明确放弃；当事人按期申请的，举行听证后再作决定。",
            en="Name the right in the notice, wait until the time to ask is over or waived, and hold the hearing if it is asked for."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, acts = s.proposed, [e for e in s.case.events if e.kind == ACT]
        groups = ("notices", "requests", "waivers", "holds", "ends", "turns_away")
        last = {kind: max((n for n, e in enumerate(acts) if e.act in getattr(self, kind)), default=-1) for kind in groups}
        notice, request = (acts[last[kind]] if last[kind] >= 0 else None for kind in ("notices", "requests"))
        bar = self.from_yuan if self.person_yuan is None or p.data.get("party_kind") == FIRM else self.person_yuan
        uses = [u for u in s.elsewhere.uses("party", p.data.get("party") or "") if (p.day - u.day).days <= self.days]
        code = p.data.get("violation_code")
        cut = [u.data for u in uses if u.act in self.decisions and code and u.data.get("violation_code") == code]
        heavy = any(f in p.data and p.data[f] + sum(d.get(f) or 0 for d in cut) >= bar * 100 for f in MONEY)
        heavy |= bool({*self.kinds} & {*(p.data.get("penalty_kinds") or ())})
        more = "（同一当事人同一案由的其他案件合并计算）" if cut else ""
        if p.act in self.notices:
            silent = heavy and HEARING not in (p.data.get("rights") or ())
            yield silent, f"拟作处理较重{more}，告知书没有写明听证权利", "this is heavy, and the right to a hearing is not named"
        if p.act in self.turns_away and request is not None and notice is not None:
            days = s.calendar.working_days_between(notice.effective_day, request.effective_day)
            yield days <= self.window, f"听证申请在第{days}个工作日提出，没有逾期", f"the request came on working day {days}: in time"
        if p.act in self.decisions:
            told = notice is not None and HEARING in (notice.data.get("rights") or ())
            yield heavy and not told, f"处理较重{more}，应当告知听证权利而没有告知", "this is heavy, and the right to a hearing was not told"
            if heavy and notice is not None and max(last["requests"], last["waivers"]) < last["notices"]:
                days, n = s.calendar.working_days_between(notice.effective_day, p.day), self.window
                yield days <= n, f"这是告知后第{days}个工作日，听证申请期{n}个工作日未满", f"this is working day {days} of {n} to ask for a hearing"
            settled = max(last["holds"], last["ends"], last["turns_away"])
            yield last["requests"] > settled, "当事人要求听证，听证尚未举行", "a hearing was asked for and has not been held"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find notices, refusals and decisions that take the hearing away."""
        low = self.from_yuan if self.person_yuan is None else self.person_yuan
        bar = say.or_else(say.get({FIRM: self.from_yuan * 100}, T("party_kind")), low * 100)
        near = say.both(say.matches("violation_code"), say.at_least(R("_on"), say.minus(T("_on"), self.days)))
        sums = (say.plus(T(f), say.gather("sum", self.decisions, R(f), near, same="party")) for f in MONEY)
        heavy = say.either(*(say.at_least(one, bar) for one in sums), *(say.is_in(kind, T("penalty_kinds")) for kind in self.kinds))
        latest = say.equal(R("_seq"), say.gather("max", self.notices, R("_seq")))
        told = say.some(self.notices, say.both(latest, say.is_in(HEARING, R("rights"))))
        notice, request = (say.gather("last", acts, R("_day")) for acts in (self.notices, self.requests))
        early = say.both(say.none(self.requests + self.waivers, since=self.notices), self._within(notice, T("_on")))
        unheard = say.both(say.some(self.requests), say.none(self.holds + self.ends + self.turns_away, since=self.requests))
        return AnyOf((
            say.gate(self.notices, say.both(heavy, say.negated(say.is_in(HEARING, T("rights"))))),
            say.gate(self.turns_away, self._within(notice, request)),
            say.gate(self.decisions, say.either(unheard, say.both(heavy, say.either(say.negated(told), early))))))

    def _within(self, start: Expr, end: Expr) -> Expr:
        return say.at_least(self.window, say.working_days(start, end))
