"""award_authorised 项目获批: an award round rests on an authorisation of its own, and keeps to its number, its time and its share of leaders.

Why: a county office may not create an award by itself; a round without a permit, or with more places than it gives, is a purse.
Finds: an authorisation that nobody asked for, without number, text, places or last day, or used by another case; a round begun without one,
begun or evaluated after its last day; more awarded than places; more holders of leading posts than their share, or of whom nobody said.
Not: who deserves it (award_eligibility, award_follows_score).
Source: rules of award programmes (only approved ones; leaders at most 20 per cent): local texts, so places, time and share are settings.
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
from qingfeng.terms.text import Text

# fmt: off
_ASK = "ask ann 0"
_YES = "permit bob 1 document_no=P1 document_hash=h1 quota=2 until=2026-03-31"
_GO, _LATE = "start dan 2", "start dan 30"
_NOM = tuple(f"nominate carl 3 candidate_no=C{n} leading_post=no" for n in (1, 2, 3))
_BOSS = _NOM[2].replace("=no", "=yes")
_OUT = "award eve 9 awarded=[C1,C2]"


@dataclass(frozen=True, slots=True)
class AwardAuthorised:
    """`authorises` answer `requests` with `quota` places and a last day; `starts` and `awards` (`awarded`) keep to it.

    leader_percent: share of awarded whose `nominations` do not say that they hold no leading post.
    """

    name: ClassVar[str] = "award_authorised"
    title: ClassVar[Text] = Text(zh="考评项目获批", en="Award programme authorised")
    basis: ClassVar[Basis] = Basis.RULE
    example: ClassVar[dict[str, Any]] = {"requests": ["ask"], "authorises": ["permit"], "starts": ["start"], "nominations": ["nominate"],
        "awards": ["award"], "leader_percent": 50}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_ASK, _YES, _GO, *_NOM, _OUT), (_ASK, _YES, _GO), (_ASK, _YES, _GO, *_NOM[:2], _OUT),
        (_ASK, _YES, _GO, *_NOM[:2], _BOSS, _OUT.replace("C2", "C3")), (_ASK, _YES, _LATE.replace("30", "29")),
        (_ASK, _YES, _GO, _NOM[0], _OUT.replace(",C2", "")), (_ASK, "x:note eve 0 document_no=P1", _YES),
        (_ASK, _YES.replace("quota=2", "quota=3"), _GO, *_NOM, _OUT.replace("C2", "C2,C3")),
        (_ASK, _YES, _ASK, _YES.replace("P1", "P2"), _GO), (_ASK,), (_ASK, _YES, _GO, *_NOM, _OUT.replace("9", "29")),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_YES,), (_ASK, _YES.replace("document_no=P1 ", "")), (_ASK, _YES.replace("document_hash=h1 ", "")),
        (_ASK, _YES.replace("quota=2 ", "")), (_ASK, _YES.replace(" until=2026-03-31", "")), (_ASK, _GO), (_ASK, _YES, _LATE),
        (_ASK, _YES, _GO, *_NOM, _OUT.replace("C2", "C2,C3")), (_ASK, _YES, _GO, *_NOM[:2], _BOSS, _OUT.replace("C1,C2", "C3")),
        (_ASK, _YES, _GO, _NOM[0], _BOSS, _OUT.replace("C1,", "C3,")), (_ASK, _YES, _GO, _OUT),
        (_ASK, _YES, _GO, _BOSS, _NOM[2], _OUT.replace("C1,C2", "C3")), (f"x:{_ASK}", f"x:{_YES}", _ASK, _YES), (_ASK, _OUT),
        (_ASK, _YES, _GO, *_NOM, "award eve 9"), (_ASK, _YES.replace("quota=2", "quota=1"), _GO, *_NOM, _OUT),
        (_ASK, _YES, _GO, "nominate carl 3 candidate_no=C1", _OUT.replace(",C2", "")), (_ASK, _YES, _GO, *_NOM, _OUT.replace("9", "30")),
    )

    leader_percent: int = 20
    requests: tuple[str, ...] = ("request_programme",)
    authorises: tuple[str, ...] = ("authorise_programme",)
    starts: tuple[str, ...] = ("commission_organiser",)
    nominations: tuple[str, ...] = ("receive_nomination",)
    awards: tuple[str, ...] = ("evaluate_preliminarily",)

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        if not 0 <= self.leader_percent <= 100:
            return Text(zh="领导干部比例应为0至100", en="the share of leaders must be 0 to 100 per cent")
        return unfit(version, self.requests, self.authorises, self.starts, self.nominations, self.awards)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a permit that is none, a round without one, and more than it allows."""
        why = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if why is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=why, remedy=Text(
            zh="请先请示并登记批复的文号、文本、名额和截止日期；在批准的期限、名额和领导干部比例之内组织考评和表彰。",
            en="Ask, and record number, text, places and last day of the permit; keep the round within its time, places and share."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, done = s.proposed, [e for e in s.case.events if e.kind == ACT]
        permit = next((e.data for e in reversed(done) if e.act in self.authorises), {})
        if p.act in self.authorises:
            number = p.data.get("document_no")
            lacking = not all(p.data.get(field) for field in ("document_no", "document_hash", "until", "quota"))
            used = number and any(u.act in self.authorises for u in s.elsewhere.uses("document_no", number))
            yield not any(e.act in self.requests for e in done), "没有请示过，不能登记批复", "nobody has asked for this authorisation"
            yield lacking, "批复的文号、文本、名额或者截止日期没有写全", "number, text, places or last day of the permit are not given"
            yield used, f"批复{number}已用于另一次考评", f"permit {number} is used by another round"
        if p.act in self.starts:
            yield not permit, "考评项目没有获得批准", "the programme is not authorised"
        if p.act in (*self.starts, *self.awards):
            over = permit and (not permit.get("until") or p.day.isoformat() > permit["until"])
            yield over, f"批准的期限截至{permit.get('until') or '（未写明）'}，已经届满", f"the permit ran until {permit.get('until') or 'no day given'}"
        if p.act in self.awards:
            named, places = [*dict.fromkeys(p.data.get("awarded") or ())], permit.get("quota") or 0
            said = {(e.data.get("candidate_no"), e.data.get("leading_post")) for e in done if e.act in self.nominations}
            plain = {one for one, leads in said if leads == "no" and (one, "yes") not in said}
            leaders = [one for one in named if one not in plain]
            yield not named, "没有列明拟表彰的对象", "it is not said who is to be awarded"
            yield len(named) > places, f"拟表彰{len(named)}个，批准名额{places}个", f"{len(named)} to be awarded, {places} places permitted"
            yield len(leaders) * 100 > self.leader_percent * len(named), (
                f"领导干部（含未注明的）{len(leaders)}个，超过{self.leader_percent}%"), f"{len(leaders)} leaders, above {self.leader_percent} per cent"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Look at each permit, and lay rounds and awards beside the latest."""
        newest = say.equal(R("_seq"), say.gather("max", self.authorises, R("_seq")))
        until, quota = (say.gather("last", self.authorises, R(field), newest) for field in ("until", "quota"))
        lacking = [say.missing(T(field)) for field in ("document_no", "document_hash", "until")] + [say.over(1, say.or_else(T("quota"), 0))]
        named = say.without(T("awarded"), ())
        leads = say.gather("set", self.nominations, R("candidate_no"), say.equal(R("leading_post"), "yes"))
        no_post = say.both(say.equal(R("leading_post"), "no"), say.negated(say.is_in(R("candidate_no"), leads)))
        plain = say.gather("set", self.nominations, R("candidate_no"), no_post)
        leaders = say.without(T("awarded"), plain)
        used = say.some(self.authorises, same="document_no")
        over = say.either(say.missing(until), say.over(T("_on"), say.day(until)))
        return AnyOf((
            say.gate(self.authorises, say.either(say.none(self.requests), *lacking, used)),
            say.gate(self.starts, over),
            say.gate(self.awards, say.either(
                say.both(say.some(self.authorises), over),
                say.over(1, named), say.over(named, say.or_else(quota, 0)),
                say.over(say.times(100, leaders), say.times(self.leader_percent, named))))))
