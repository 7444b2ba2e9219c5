"""distinct_parties 一事一案: whose name is almost that of a party in another case on the same matter is proved to be somebody else.

Why: one matter is registered twice, the firm once with and once without a sign, and two small fines stay below every threshold.
Finds: a case against a name like one in another case of the same day (near it, if only legal form or branch differs), against
another name of a number, a visit by those who were there that day for another, unless one proved by both numbers that they are two
and another confirmed it; a proof of one hand.
Not: two cases that each state a whole identity number of its own; the same name (`no_double_fine`); whether the numbers are true.
Source: the agency's own rule; one violation is not fined twice, 行政处罚法 29.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.catalogue.violations import last_said
from qingfeng.engine.control import Basis, Demand, Refusal, Situation, Use
from qingfeng.engine.event import ACT
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, R, T
from qingfeng.terms.likeness import alike
from qingfeng.terms.names import plain_name
from qingfeng.terms.sharing import day_key, firm_key, near_days, visit_key
from qingfeng.terms.spelling import one_spelling, two_numbers
from qingfeng.terms.text import Text

REASONS, TOGETHER, IDS = 4, 2, ("party_id", "other_party_id")  # characters of reasons; officers who were there together
FORMS: tuple[tuple[str, Callable[[str], str]], ...] = (("other_party", plain_name), *((field, one_spelling) for field in IDS))
# fmt: off
_N1, _N2 = "91000000000000001X", "91000000000000002X"
_DAY, _LEAD = "occurred_on=2026-02-26", "lead ann 0 party={} occurred_on=2026-02-26"
_FIRST = (f"c2:{_LEAD.format('示例化工有限公司')}", "c2:agree dan 1")
_OPEN, _LIKE, _SLIP = "propose bob 2 party=示例化工公司", _LEAD.format("示例化工公司"), _LEAD.format("示例化公司")
_PROOF = f"party_id={_N1} other_party=示例化工有限公司 other_party_id={_N2}"
_STATE, _SEEN = f"state bob 1 {_PROOF} document_hash=h1 reasons=登记信息不同", f"seen carl 1 {_PROOF} opinion=属实"
_TRIP, _A, _B = "visit ann 3 place=东街一号 officers=[ann,bob]", "c2:propose dan 0 party=甲厂", "propose dan 1 party=乙店"
_LED, _GO, _THEN, _CO = f"{_FIRST[0]} party_id={_N1}", _FIRST[1], (_A, f"c2:{_TRIP}", _B), "示例化工有限公司"
_LIU, _LIU_TOO = f"c2:fine ann 0 party=刘某（示例货车司机） {_DAY}", f"fine ann 0 party=刘某 {_DAY}"


@dataclass(frozen=True, slots=True)
class DistinctParties:
    """`acts` open or decide, `opened` make another case count; `visits`: place, officers; `states`, then `confirms`: they are two."""

    name: ClassVar[str] = "distinct_parties"
    title: ClassVar[Text] = Text(zh="一事一案", en="One matter, one case")
    basis: ClassVar[Basis] = Basis.RULE
    example: ClassVar[dict[str, Any]] = {
        "acts": ["propose", "agree", "fine"], "opened": ["agree", "fine"], "visits": ["visit"], "states": ["state"], "confirms": ["seen"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (*_FIRST, _LIKE, _STATE, _SEEN, _OPEN, "agree dan 2"), (_FIRST[0], _LIKE, _OPEN),
        (*_FIRST, _SLIP.replace("02-26", "02-27"), _OPEN.replace("化工公司", "化公司")), (*_FIRST, _LIKE.replace("02-26", "04-26"), _OPEN),
        (*_FIRST, _LIKE.replace("化工公司", "印染公司"), _OPEN.replace("化工公司", "印染公司")), (*_FIRST, _LIKE, "note ann 1"),
        (*_FIRST, _LIKE.replace("公司", "（有限）公司"), "fine ann 2 party=示例化工有限公司"), (*_THEN, _TRIP.replace("ann 3", "ann 4")),
        (*_THEN, _TRIP.replace("[ann,bob]", "[ann,eve]")), (*_THEN, _TRIP.replace("一号", "二号")),
        (_A, f"c2:{_TRIP}", _A.removeprefix("c2:"), _TRIP), (f"c2:{_TRIP}", _B, _TRIP), (_A, f"c2:{_TRIP}", _TRIP), ("fine ann 0 party=丙",),
        (*_THEN, _STATE.replace(_CO, "甲厂"), _SEEN.replace(_CO, "甲厂"), _TRIP), (_LED, _GO, f"{_LIKE} party_id={_N2}", _OPEN),
        (_LED, _GO, _LIKE, f"{_OPEN} party_id={_N2}"), (f"{_A} party_id={_N1}", f"c2:{_TRIP}", f"{_B} party_id={_N2}", _TRIP),
        (f"{_A} party_id=n1", "propose ann 1 party=甲（）厂 party_id=N1"), (f"c2:fine ann 0 party=王某 {_DAY}", _LIU_TOO))
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (*_FIRST, _LIKE.replace("02-26", "02-27"), _OPEN), (*_FIRST, _LIKE.replace("02-26", "01-28"), _OPEN), (*_FIRST, _LIKE, _OPEN),
        (_FIRST[0], _LIKE, _OPEN, _FIRST[1], "agree dan 2"), (*_FIRST, f"fine ann 2 party=示例化公司 {_DAY}"), (_LIU, _LIU_TOO),
        (*_FIRST, _LIKE, _STATE, _OPEN), (_LIU, f"fine ann 0 party=示例货车司机刘某 {_DAY}"), (_SEEN,),
        (f"{_A} party_id={_N1}", f"c2:{_TRIP}", _B, _TRIP), (*_THEN, _TRIP), (*_THEN, _TRIP.replace("一号", "（一号）")),
        (f"{_A} party_id=N1", f"{_B} party_id=n1"), (_STATE, _SEEN.replace("carl", "bob")),
        (_STATE, _SEEN.replace(_N2, _N2.replace("2X", "3X"))), (_STATE, _SEEN, _SEEN), (_STATE, _SEEN.replace("化工有限", "印染有限")),
        (_STATE.replace(" document_hash=h1", ""),), (_STATE.replace("登记信息不同", "不同"),), (_STATE.replace(_N2, _N1),),
        (_STATE.replace(_N2, "N2"),), (_STATE.replace("other_party=", "x="),), (_STATE.replace(_N1, "N1"),),
        *((_LED, _GO, _LIKE + n, _OPEN) for n in (f" party_id={_N1}", " party_id=N2", "")), (*_FIRST, f"{_LIKE} party_id={_N2}", _OPEN),
        (_LED.replace(_N1, "N1"), _GO, f"{_LIKE} party_id={_N2}", _OPEN), (*_FIRST, f"fine ann 2 party={_CO}东分店 {_DAY[:-1]}7"),
        (*_FIRST, _LIKE, _STATE.replace("化工有限", "印染有限"), _SEEN.replace("化工有限", "印染有限"), _OPEN))

    acts: tuple[str, ...]
    opened: tuple[str, ...]
    visits: tuple[str, ...] = ()
    states: tuple[str, ...] = ("state_distinct_party",)
    confirms: tuple[str, ...] = ("confirm_distinct_party",)
    within: int = 30  # days

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        loose = next((Text("opened：须是acts中的动作", "opened: must be acts named in acts") for a in self.opened if a not in self.acts), None)
        return loose or unfit(version, self.acts, self.states, self.confirms, more=self.visits)

    def check(self, situation: Situation) -> Refusal | Demand | None:
        """Refuse a second case that may be on the same matter, and a proof that proves nothing; another name of a number: ask why."""
        why = next((Text(zh, en) for bad, zh, en in self._guards(situation) if bad), None)
        return self._renamed(situation) if why is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=why, remedy=Text(
            "确是同一当事人的，按登记的名称写明，同一行为并入前案；不是的，附双方登记信息（信用代码或证件号码各一）说明，由另一人核对确认后再办。",
            "If it is one party, write its registered name; one act is one case; if not, prove it by both numbers, another confirms it."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, done = s.proposed, [e for e in s.case.events if e.kind == ACT]
        if p.act in self.states:
            full = p.data.get("other_party") and p.data.get("document_hash") and len(str(p.data.get("reasons") or "").strip()) >= REASONS
            yield not full, "没有写明另一当事人、理由或者没有附登记信息", "the other party, the reasons or the paper is missing"
            yield not two_numbers(*map(p.data.get, IDS)), "须写明双方各自的信用代码或证件号码，且不相同", "name both numbers, each its own"
        if p.act in self.confirms:
            asked = [e for e in done if e.act in self.states and e.seq > max((n.seq for n in done if n.act in self.confirms), default=0)]
            same = all(p.data.get(f) and form(str(p.data[f])) == form(str(last_said(f, asked, {}))) for f, form in FORMS)
            yield not same or p.actor in {e.actor for e in asked}, "须由另一人按所作的说明核对确认", "another confirms it, as it was stated"
        party, day = (last_said(f, done, p.data) for f in ("party", "occurred_on"))
        cleared = {plain_name(e.data["other_party"]) for e in done if e.act in self.confirms and e.data.get("other_party")}
        near = [u for u in s.elsewhere.uses("party", firm_key(str(party)) or "-")
                if near_days(u.data["occurred_on"], str(day), self.within)] if p.act in self.acts else []
        for use in (*s.elsewhere.uses("party", day_key(day)), *near) if party and day and p.act in self.acts else ():
            other = str(use.data["party"])
            if plain_name(other) not in {plain_name(str(party)), *cleared} and alike(other, str(party)):
                theirs = s.elsewhere.uses("_case", use.case)
                counts = any(u.act in self.opened for u in theirs) and not self._two(theirs, s)
                yield counts, f"案件{use.case}的当事人“{other}”与“{party}”相近，违法行为发生日相同或者相邻", f"{other} in case {use.case} reads like {party}"
        place = p.data.get("place") if party and p.act in self.visits else None
        for use in s.elsewhere.uses("place", visit_key(place, p.day.toordinal())) if place else ():
            both = {*(p.data.get("officers") or ())} & {*(use.data.get("officers") or ())}
            if use.act in self.visits and use.power == s.case.version.power and len(both) >= TOGETHER:
                theirs = s.elsewhere.uses("_case", use.case)
                named = {plain_name(u.data["party"]) for u in theirs if u.data.get("party")}
                apart = named and not named & {plain_name(str(party)), *cleared} and not self._two(theirs, s)
                yield apart, f"同一天、同一地点、同一组人员已在案件{use.case}中调查另一当事人", f"the same officers were there for another in {use.case}"

    def _two(self, theirs: Sequence[Use], s: Situation) -> bool:
        return two_numbers(last_said("party_id", s.case.events, s.proposed.data), last_said("party_id", theirs, {}))

    def _renamed(self, s: Situation) -> Demand | None:
        party, number = (last_said(f, s.case.events, s.proposed.data) for f in ("party", "party_id"))
        seen = [e.data.get("other_party") for e in s.case.events if e.act in self.confirms]
        fine = {plain_name(str(one or party)) for one in (party, *seen)}
        uses = s.elsewhere.uses("party_id", number) if number and party and s.proposed.act in self.acts else ()
        one = next((u for u in uses if plain_name(str(u.data.get("party") or party)) not in fine), None)
        return None if one is None else Demand(by=self.name, reason=Text(
            f"案件{one.case}中同一证件号码是“{one.data['party']}”；改了名称的，请写明变更登记情况",
            f"the number is that of {one.data['party']} in case {one.case}: if it was renamed, say when and by which registration"))

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find cases that may be a second one on the same matter, and proofs without paper or by one hand."""
        party, day, number = (say.or_else(T(f), say.gather("last", None, R(f))) for f in ("party", "occurred_on", "party_id"))
        mine, theirs = say.plain(party), say.plain(R("party"))
        cleared = say.gather("set", self.confirms, say.plain(R("other_party")))
        other = say.both(say.differs(theirs, mine), say.negated(say.is_in(theirs, cleared)))
        told = say.gather("last", None, R("party_id"), say.said(R("party_id")), same="_case", equals=R("_case"))
        two, opened = say.written("two_numbers", told, number), say.some(self.opened, same="_case", equals=R("_case"))
        like = say.both(other, say.negated(two), say.written("alike", R("party"), party), opened)
        close = say.both(like, say.written("near_days", R("occurred_on"), day, self.within))
        keys = ((like, "day_key", day), (close, "firm_key", party))
        near = say.either(*(say.some(None, where, same="party", equals=say.written(key, of)) for where, key, of in keys))
        known = say.some(None, say.either(say.equal(theirs, mine), say.is_in(theirs, cleared)), same="_case", equals=R("_case"))
        named = say.some(None, say.said(R("party")), same="_case", equals=R("_case"))
        common = say.at_least(say.minus(say.size(T("officers")), say.without(T("officers"), R("officers"))), TOGETHER)
        trip = say.both(say.matches("_power"), common, named, say.negated(known), say.negated(two), say.said(party))
        visited = say.some(self.visits, trip, same="place", equals=say.written("visit_key", T("place"), T("_on")))
        unproved = say.either(say.missing(T("document_hash")), say.negated(say.written("two_numbers", *map(T, IDS))))
        bare = say.either(say.missing(T("other_party")), say.over(REASONS, say.length(T("reasons"))), unproved)
        unlike = [say.negated(say.equal(form(T(f)), say.gather("last", self.states, form(R(f)), since=self.confirms)))
                  for f, form in (("other_party", say.plain), *((f, say.spelling) for f in IDS))]
        hand = say.gate(self.confirms, say.either(say.some(self.states, say.same_actor(), since=self.confirms), *unlike), needs=["_actor"])
        again = say.gate(self.acts, say.either(near, say.some(None, other, same="party_id", equals=number)))
        return AnyOf((again, say.gate(self.states, bare), hand, *([say.gate(self.visits, visited)] if self.visits else [])))
