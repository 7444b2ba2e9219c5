"""major_case_test 重大案件认定: whether a case is major is computed from what the log shows; nobody ticks it away.

Why: a case called minor escapes the legality review and the deliberation; a big fine is cut into several cases of one party.
Finds: minor said, or decided without major said, where sums, kinds, hearing, public interest or doubt make it major (not downgraded).
Not: who downgrades (the procedure; separate_duties).  Source: 行政处罚法 57(2), 58 in computable marks; sums and days are settings.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue import wording
from qingfeng.catalogue.power import PowerVersion
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, R, T
from qingfeng.terms.text import Text


@dataclass(frozen=True, slots=True)
class MajorCaseTest:
    """`classify` says major yes where it is, and `decides` needs it; `downgrades` since the latest of `sources` and `hearings` lift it."""

    # fmt: off
    name: ClassVar[str] = "major_case_test"
    title: ClassVar[Text] = Text(zh="重大案件认定", en="Test of a major case")
    example: ClassVar[dict[str, Any]] = {"decides": ["decide"], "classify": ["class"], "downgrades": ["lower"], "sources": ["tell"],
        "hearings": ["hear"], "kinds": ["closure", "licence"], "person": 50, "organisation": 90, "days": 10}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("tell ann 0 amount=5000 penalty_kinds=[fine]", "class ann 1 major=yes", "decide eve 2 amount=10 party=P violation_code=V"),
        ("tell ann 0 amount=4000 confiscated=999", "class ann 1 major=no", "decide eve 2 amount=10 party=P violation_code=V"),
        ("tell ann 0 amount=8999 party_kind=organisation", "class ann 1 major=no", "decide eve 2 party=P violation_code=W"),
        ("hear fay 0", "lower dan 1 reasons=情节轻微", "class ann 1 major=no", "decide eve 2 party=P violation_code=V"),
        ("c2:decide eve 0 amount=2500 party=P violation_code=V", "decide eve 11 amount=2500 party=P violation_code=V"),
        ("c2:decide eve 0 amount=2500 party=P violation_code=W", "decide eve 1 amount=2500 party=P violation_code=V"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("tell ann 0 amount=4000 confiscated=1000", "class ann 1 major=no"), ("class ann 0 major=no amount=5000", "class ann 1"),
        ("tell ann 0 amount=9000 party_kind=organisation", "decide eve 2 party=P violation_code=V"),
        ("class ann 0 party_kind=person", "hear fay 0", "class ann 1 major=no party_kind=organisation amount=6000"),
        ("tell ann 0 penalty_kinds=[fine,licence]", "lower dan 0 reasons=情节轻微", "hear fay 1", "decide eve 1 party=P violation_code=V"),
        ("tell party 0 public_interest=yes", "lower dan 0 reasons=轻微罚", "class ann 1 major=no", "class ann 1 serious_doubt=yes major=no"),
        ("tell ann 0 party=P", "decide eve 1 party=P", "decide eve 1 violation_code=V", "decide eve 1 party=Q violation_code=V"),
        ("c2:decide eve 0 amount=2500 party=P violation_code=V", "decide eve 10 amount=2400 confiscated=100 party=P violation_code=V"),
    )
    decides: tuple[str, ...]
    classify: tuple[str, ...]
    downgrades: tuple[str, ...]
    sources: tuple[str, ...] = ()
    hearings: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    person: int = 5_000  # yuan, from which a case is major for a person …
    organisation: int = 50_000  # … and for an organisation
    days: int = 365  # in which the party's cases of the same violation add up
    basis: ClassVar[Basis] = Basis.RULE

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        named = {*self.decides, *self.classify, *self.downgrades, *self.sources, *self.hearings}
        good = named <= {row.act for row in version.procedure.rows} and self.decides and self.classify and self.days >= 0
        return None if good and 0 < self.person <= self.organisation else Text(zh="动作、金额或天数有误", en="wrong acts, sums or days")

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse the classification, the decision and the downgrade that make a major case small."""
        events, asked, said, fault = situation.case.events, situation.proposed, dict(situation.proposed.data), ("", "")
        known, stated = ({k: v for e in events if of is None or e.act in of for k, v in e.data.items()} for of in (None, self.sources))
        uses = [u for u in situation.elsewhere.uses("party", (known | said).get("party", "")) if (asked.day - u.day).days <= self.days]
        sums = [u.data for u in uses if u.act in self.decides and u.data.get("violation_code") == (known | said).get("violation_code", "")]
        firm = (known | said).get("party_kind") == "organisation" and "person" not in [e.data.get("party_kind") for e in events]
        total = max(sum(d.get(f, 0) for d in [own, *sums] for f in ("amount", "confiscated")) for own in (said, stated))
        hard = {k for d in (said, stated) for k in d.get("penalty_kinds", ())} & {*self.kinds} or {*self.hearings} & {e.act for e in events}
        lowered = max((e.seq for e in events if e.act in self.downgrades and len(e.data.get("reasons", "")) >= 4), default=0)
        stirred = any("yes" in (d.get("public_interest"), d.get("serious_doubt")) for d in [said, *(e.data for e in events[lowered:])])
        settled = lowered > max((e.seq for e in events if e.act in (*self.sources, *self.hearings)), default=0)
        major = stirred or (not settled and (hard or total >= (self.organisation if firm else self.person) * 100))
        if asked.act in self.classify and (said.get("major") not in ("yes", "no") or (major and said["major"] == "no")):
            fault = "按金额、种类、听证、公共利益或质疑点，本案属重大案件", "by its sums, kinds, hearing, interest or doubts it is major"
        elif asked.act in self.decides and ("violation_code" not in said or said.get("party") != (said | known).get("party", "")):
            fault = "决定未写明与本案一致的当事人和案由", "the decision lacks the party or the violation of the case"
        elif asked.act in self.decides and major and known.get("major") != "yes":
            fault = "本案属重大案件而未认定为重大", "a major case that nobody classified as major"
        version = situation.case.version
        named = wording.acts(version, self.classify)
        who = wording.posts(version, dict.fromkeys(post for row in version.procedure.rows if row.act in self.classify for post in row.by))
        return None if fault == ("", "") else Refusal(by=self.name, ring="control", basis=self.basis, reason=Text(*fault), remedy=Text(
            zh=f"请由{who.zh}办理{named.zh}（认定为重大），再经法制审核和集体讨论；或由法制审核人员说明理由后降级。",
            en=f"Let {who.en} do {named.en} (major), then legality review and deliberation; only the legal reviewer may downgrade it."))

    def detect(self, _: PowerVersion) -> AnyOf:
        """The marks gathered from the case and the party's other cases, against what is said."""
        code, party, kind = (say.or_else(T(f), say.gather("last", None, R(f))) for f in ("violation_code", "party", "party_kind"))
        near = say.both(say.equal(R("violation_code"), code), say.at_least(R("_on"), say.minus(T("_on"), self.days)))
        others = [say.gather("sum", self.decides, R(f), near, same="party", equals=party) for f in ("amount", "confiscated")]
        own = [(T(f), say.last(self.sources, f)) for f in ("amount", "confiscated", "penalty_kinds")]
        totals = [say.plus(*(say.or_else(pair[n], 0) for pair in own[:2]), *others) for n in (0, 1)]
        person = say.either(say.negated(say.equal(kind, "organisation")), say.some(None, say.equal(R("party_kind"), "person")))
        marks = [say.both(say.at_least(n, self.person * 100), say.either(person, say.at_least(n, self.organisation * 100))) for n in totals]
        marks += [*(say.over(say.without(k, ()), say.without(k, self.kinds)) for k in own[2]), say.some(self.hearings)]
        mine, stirs = (say.either(*(say.equal(row(f), "yes") for f in ("public_interest", "serious_doubt"))) for row in (T, R))
        lowered = say.or_else(say.gather("last", self.downgrades, R("_seq"), say.at_least(say.length(R("reasons")), 4)), 0)
        bare = say.at_least(say.or_else(say.gather("last", (*self.sources, *self.hearings), R("_seq")), 0), lowered)
        major = say.either(mine, say.some(None, say.both(stirs, say.over(R("_seq"), lowered))), say.both(bare, say.either(*marks)))
        small = say.either(say.negated(say.is_in(T("major"), ("yes", "no"))), say.both(say.equal(T("major"), "no"), major))
        loose = [say.missing(T("party")), say.missing(T("violation_code")), say.differs(T("party"), say.gather("last", None, R("party")))]
        loose += [say.both(major, say.negated(say.equal(say.gather("last", None, R("major")), "yes")))]
        return AnyOf((say.gate(self.classify, small), say.gate(self.decides, say.either(*loose))))
