"""one_time_notification 一次性告知: what is missing is told once, all of it, in writing and in time; what was not told is not held against him.

Why: 不能一次告知: a new paper at every visit wears the applicant down until he pays; a notice after the limit takes back what the law gave.
Finds: a second notice for one application, or one after acceptance; a notice that names nothing, has no paper, or comes too late; a refusal
for papers that the notice did not name, that were handed in since, or that no notice named at all.
Not: a refusal on another condition (`reasoned_refusal`); whether a paper was needed (`published_requirements`); that nothing at all is done
(`acceptance_decision`).
Source: 行政许可法 32(4) for licences: all that is missing, at once, within five working days, else accepted from receipt; elsewhere the map.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue import wording
from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT, Event
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, R, T
from qingfeng.terms.citation import Citation
from qingfeng.terms.text import Text

# fmt: off
_H = "a" * 64
_GOT, _TOLD = "receive ann 0", f"notify ann 4 document_hash={_H} missing_codes=[deed,plan]"
_MORE, _NO = "supplement ann 8 material_codes=[deed]", "refuse dan 20 missing_codes"


@dataclass(frozen=True, slots=True)
class OneTimeNotification:
    """`receives` begin an application; `notices` say once what is missing (`missing_codes`, `document_hash`), at most `within` working
    days later; `supplements` hand it in (`material_codes`); `refusals` rest on what was told and not handed in; `accepts` end it.

    lacking: published conditions (`failed_conditions`) by which a refusal speaks of papers; none named: every refusal does."""

    name: ClassVar[str] = "one_time_notification"
    title: ClassVar[Text] = Text(zh="一次性告知", en="One notice of everything that is missing")
    example: ClassVar[dict[str, Any]] = {
        "receives": ["receive", "renew"], "notices": ["notify", "ask_more"], "supplements": ["supplement"], "refusals": ["refuse", "drop"],
        "accepts": ["accept", "deem"], "within": 5, "lacking": ["papers", "forms"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_GOT, _TOLD, _MORE, f"{_NO}=[plan]"), (_GOT, _TOLD, _MORE, "accept ann 9"),
        (_GOT, f"ask_more ann 7 document_hash={_H} missing_codes=[deed]"),
        (_GOT, _TOLD, "accept ann 9", "renew bob 20", f"ask_more ann 25 document_hash={_H} missing_codes=[deed]",
         "drop dan 40 missing_codes=[deed]"),
        (_GOT, "deem ann 3"), (_GOT, _TOLD, "supplement ann 8 material_codes=[plan]", f"{_NO}=[deed]"),
        (_GOT, _TOLD, "supplement ann 9 material_codes=[plan]", "drop dan 20 missing_codes=[deed]"),
        (_GOT, "refuse dan 2 failed_conditions=[scope]"), (_GOT, _TOLD, "drop dan 9 failed_conditions=[scope,site]"),
        (_GOT, "refuse dan 2"),
        (_GOT, _TOLD, f"{_NO}=[deed] failed_conditions=[papers]"), ("drop dan 2 failed_conditions=[scope]",),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_GOT, _TOLD, f"ask_more ann 5 document_hash={_H} missing_codes=[map]"), (_GOT, _TOLD, _MORE, _TOLD.replace(" 4 ", " 9 ")),
        (_GOT, "accept bob 1", _TOLD), ("renew ann 0", "deem bob 1", _TOLD), (_GOT, f"notify ann 2 document_hash={_H}"),
        (_GOT, "notify ann 2 missing_codes=[deed]"),
        (f"{_GOT} received_on=2026-02-26", _TOLD.replace(" 4 ", " 6 ")), (_GOT, _TOLD.replace(" 4 ", " 8 ")),
        ("renew ann 0", f"ask_more {_TOLD[7:].replace(' 4 ', ' 8 ')}"),
        (_GOT, _TOLD, f"{_NO}=[deed,map]"), (_GOT, _TOLD, _MORE, f"{_NO}=[deed]"), (_GOT, f"{_NO}=[deed]"),
        (_GOT, _TOLD, "drop dan 20 failed_conditions=[papers]"), (_GOT, "refuse dan 2 failed_conditions=[scope,forms]"),
        (_GOT, _TOLD, f"{_NO}=[map] failed_conditions=[scope]"), (_GOT, _TOLD, "renew bob 9", f"{_NO}=[deed]"), (_TOLD,),
        (f"{_NO}=[deed]",),
    )

    receives: tuple[str, ...]
    notices: tuple[str, ...]
    accepts: tuple[str, ...]
    supplements: tuple[str, ...] = ()
    refusals: tuple[str, ...] = ()
    within: int = 5
    lacking: tuple[str, ...] = ()
    statute: Citation | None = None

    @property
    def basis(self) -> Basis:
        """The statute if the power names its article, else a rule of the agency."""
        return Basis.STATUTE if self.statute else Basis.RULE

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        if not 1 <= self.within <= 30:
            return Text(zh="一次性告知的期限为1至30个工作日", en="the notice is due in 1 to 30 working days")
        return unfit(version, self.receives, self.notices, self.accepts, more=self.supplements + self.refusals)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a second, empty, unwritten or late notice, and a refusal for what was never told or was handed in."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, citation=self.statute, reason=fault,
            remedy=Text(zh="请在期限内以书面一次列明全部所缺材料；未告知的不得再要，逾期未告知的自收到之日起即为受理。",
                        en="Name everything missing at once, in writing, in time; what was not told is not asked for."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, acts = s.proposed, [e for e in s.case.events if e.kind == ACT]
        if p.act not in self.notices + self.refusals:
            return
        start = max((n for n, e in enumerate(acts) if e.act in self.receives), default=-1)
        since, codes = acts[start + 1:], p.data.get("missing_codes") or ()
        if p.act in self.refusals and self.lacking and not codes and not {*self.lacking} & {*(p.data.get("failed_conditions") or ())}:
            return  # another condition fails
        yield start < 0, "没有收到过申请", "no application has been received"
        yield not codes, "没有写明缺少哪些材料", "it does not say which papers are missing"
        told, handed = self._codes(since, self.notices, "missing_codes"), self._codes(since, self.supplements, "material_codes")
        if p.act in self.refusals:
            new, there = [c for c in codes if c not in told], [c for c in codes if c in handed]
            untold, given = (wording.papers(s.case.version, some) for some in (new, there))
            yield new, f"以未曾告知的材料为由：{untold.zh}", f"the notice did not name: {untold.en}"
            yield there, f"这些材料已经补交：{given.zh}", f"handed in since: {given.en}"
            return
        yield any(e.act in self.notices for e in since), "本次申请已告知过一次，不得再次要求补正", "one notice has been given: there is no second"
        yield any(e.act in self.accepts for e in since), "已经受理，不得再要求补正", "it has been accepted: nothing more may be asked for"
        yield not p.data.get("document_hash"), "告知须有书面告知书", "the notice is a paper: give its hash"
        got = acts[start].effective_day if start >= 0 else p.day
        late = s.calendar.working_days_between(got, p.day) if p.day > got else 0
        yield late > self.within, f"收件已{late}个工作日，超过{self.within}个工作日", f"{late} working days since receipt: at most {self.within}"

    def _codes(self, acts: list[Event], wanted: tuple[str, ...], field: str) -> set[str]:
        return {code for e in acts if e.act in wanted for code in e.data.get(field) or ()}

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find notices that are second, late, empty, unwritten or after acceptance, and refusals that rest on anything else."""
        told, handed = (say.gather("set", acts, R("_key"), since=self.receives, each=field) for acts, field in (
            (self.notices, "missing_codes"), (self.supplements, "material_codes")))
        codes, unreceived = T("missing_codes"), say.none(self.receives)
        late = say.over(say.working_days(say.last(self.receives, "_day"), T("_on")), self.within)
        again = say.some(self.notices + self.accepts, since=self.receives)
        there = say.over(say.size(codes), say.without(codes, handed))
        empty = say.either(unreceived, say.missing(codes))
        short = say.either(say.said(codes), *(say.is_in(one, T("failed_conditions")) for one in self.lacking))
        untold = say.either(empty, say.over(say.without(codes, told), 0), there)
        return AnyOf((
            say.gate(self.notices, say.either(empty, again, say.missing(T("document_hash")), late)),
            say.gate(self.refusals, say.both(short, untold) if self.lacking else untold)))
