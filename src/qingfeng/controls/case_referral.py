"""case_referral 移送办理: a case or lead goes to another authority by two hands, with reasons, and its receipt comes back.

Why: 隐瞒线索: one who may refer by himself buries a lead by “referring” it to nobody; the book says disposed of, and nobody has it.
Finds: a referral that nobody else proposed, to another authority than proposed, without reasons, in a low post; a receipt that is bare
or names another authority; a closure before the receipt; a receipt that never came (`watch`).
Not: whether the case had to be referred (criminal_referral) or should have stayed; what the other authority does with it.
Source: the agency's own map; 行政处罚法 27 asks for the referral of crimes; rank and days are settings.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue import wording
from qingfeng.catalogue.power import PowerVersion
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, GateRule, R, Span, T, Today
from qingfeng.terms.names import plain_name
from qingfeng.terms.text import Text

REASONS = 4  # characters
# fmt: off
ASKED, SENT = "ask ann 1 to_authority=县公安局", "refer bob 2 @deputy to_authority=县公安局 reasons=涉嫌犯罪"
CAME = "confirm carl 4 to_authority=县公安局 document_no=R1 document_hash=h1"


@dataclass(frozen=True, slots=True)
class CaseReferral:
    """`refers` sends what one of `proposes` proposed, by another, in a post of `rank` or above; `receipts` record what came back within
    `within` working days, before `closes`; `ends` (taken back, answered) end the wait."""

    name: ClassVar[str] = "case_referral"
    title: ClassVar[Text] = Text(zh="移送办理", en="Referral by two, with a receipt")
    basis: ClassVar[Basis] = Basis.RULE  # a rule of the agency; nobody lets pass
    example: ClassVar[dict[str, Any]] = {
        "refers": ["refer"], "proposes": ["ask"], "receipts": ["confirm"], "closes": ["close"], "ends": ["come_back"], "rank": 3,
        "within": 10}
    example_version: ClassVar[dict[str, Any]] = {"acts": ["come_back"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (ASKED, SENT, CAME, "close eve 5"), (ASKED, SENT, "note eve 3", CAME.replace("县公安局", "县公安（）局")), ("close ann 0",),
        (ASKED, "ask carl 1 to_authority=市监局", "refer bob 2 @chief to_authority=市监局 reasons=不属管辖", "come_back ann 3", "close eve 4"),
        (ASKED, SENT, CAME, "ask bob 5 to_authority=市监局", "refer ann 6 @chief to_authority=市监局 reasons=不属管辖"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (SENT,), (ASKED, SENT.replace("bob", "ann")), (ASKED, SENT.replace("县公安局", "市监局")), (ASKED, SENT.replace("涉嫌犯罪", "不办了")),
        (ASKED, SENT.replace("deputy", "head")), (ASKED, SENT, "close eve 5"), (ASKED, SENT, CAME.replace(" document_no=R1", "")), (CAME,),
        (ASKED, SENT, CAME.replace(" document_hash=h1", "")), ("close ann 0", ASKED, SENT, "close eve 5"),
        (ASKED, SENT, CAME, SENT), (ASKED, SENT, CAME.replace("县公安局", "乙局")), (ASKED, SENT, CAME, ASKED, SENT, "close eve 9"),
        (ASKED, SENT, CAME.replace("carl", "bob")),
    )
    kept: ClassVar[tuple[tuple[str, ...], ...]] = (
        (ASKED, SENT, CAME, "today 60"), (ASKED, SENT, "today 16"), (ASKED, SENT, "come_back ann 9", "today 60"))
    neglected: ClassVar[tuple[tuple[str, ...], ...]] = ((ASKED, SENT, "today 17"), (ASKED, SENT, CAME.replace(" 4 ", " 20 "), "today 60"))

    refers: tuple[str, ...]
    proposes: tuple[str, ...]
    receipts: tuple[str, ...]
    closes: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    rank: int = 2
    within: int = 10

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        named = [*self.refers, *self.proposes, *self.receipts, *self.closes, *self.ends]
        wrong = sorted({act for act in named if named.count(act) > 1} | set(named) - {row.act for row in version.procedure.rows})
        high = {post.id for post in version.posts.values() if post.rank >= self.rank}
        able = all(high & set(row.by) for row in version.procedure.rows if row.act in self.refers)
        if wrong or not (self.refers and self.proposes and self.receipts) or not able or not 1 <= self.within <= 60:
            return Text(f"refers、proposes、receipts不得为空、不得重复且须在流程中，移送岗位须达到rank，天数1至60：{'、'.join(wrong)}",
                        f"lists of acts: set, apart, of the procedure; a post of rank refers; 1 to 60 days: {', '.join(wrong)}")
        return None

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a referral by one hand, a receipt of nothing, and a closure before the receipt."""
        command, acts = situation.proposed, [e for e in situation.case.events if e.kind == ACT]
        asked_since = max((n for n, e in enumerate(acts, 1) if e.act in self.refers), default=0)
        asked = [e for e in acts[asked_since:] if e.act in self.proposes]
        proposed = next((e.data["to_authority"] for e in reversed(asked) if e.data.get("to_authority")), None)
        sent = next((e for e in reversed(acts) if e.act in self.refers), None)
        to, said = plain_name(command.data.get("to_authority") or ""), command.data
        waiting = sent is not None and not any(e.act in (*self.receipts, *self.ends) for e in acts[asked_since:])
        high = [post.id for post in situation.case.version.posts.values() if post.rank >= self.rank]
        strange = sent is None or not to or to != plain_name(sent.data.get("to_authority") or "")
        how = wording.acts(situation.case.version, self.receipts, either=True)
        faults = (
            (self.refers, not proposed or to != plain_name(proposed) or command.actor in {e.actor for e in asked},
             "移送须由另一人先行提请并写明接收机关，批准移送的机关与提请的相同", "another proposes the referral first, to the same authority"),
            (self.refers, situation.authority.post not in high, f"批准移送须职级{self.rank}以上的岗位", f"it takes a post of rank {self.rank}"),
            (self.refers, len(str(said.get("reasons") or "").strip()) < REASONS, f"移送须写明理由（至少{REASONS}个字）",
             f"a referral gives reasons (at least {REASONS} characters)"),
            (self.receipts, strange, "没有移送过，或者回执不是接收机关的", "nothing was referred, or not to the authority whose receipt this is"),
            (self.receipts, not (said.get("document_no") and said.get("document_hash")), "回执须有文号并附原件",
             "a receipt has a number and the paper itself"),
            (self.receipts, sent is not None and command.actor == sent.actor, "批准移送的人不得自己登记回执",
             "who approved the referral does not record its receipt"),
            (self.closes, waiting, f"移送后尚未收到接收机关的回执，不得办结；请先办理{how.zh}", f"no receipt came back yet: first {how.en}"))
        found = next((Text(zh, en) for which, bad, zh, en in faults if bad and command.act in which), None)
        return None if found is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=found,
            remedy=Text("请由一人写明接收机关提请，另一名有权领导写明理由批准，送达后登记接收机关的回执（文号和原件）。",
                        "One proposes it and names the authority, a leader approves with reasons, then its receipt is recorded."))

    def detect(self, version: PowerVersion) -> AnyOf:
        """Find referrals by one hand, receipts of nothing, and closures before the receipt."""
        low = say.negated(say.at_least(say.get({post.id: post.rank for post in version.posts.values()}, T("_post")), self.rank))
        proposed, sent = say.plain(say.last(self.proposes, "to_authority", since=self.refers)), say.last(self.refers, "_seq")
        to, bare = say.plain(T("to_authority")), say.over(REASONS, say.length(T("reasons")))
        alone = say.either(say.negated(say.equal(to, proposed)), say.some(self.proposes, say.same_actor(), since=self.refers))
        there = say.both(say.equal(R("_seq"), sent), say.equal(say.plain(R("to_authority")), to))
        strange = say.either(say.none(self.refers, there), say.missing(T("document_no")), say.missing(T("document_hash")),
                             say.equal(say.last(self.refers, "_actor"), T("_actor")))
        waiting = say.both(say.some(self.refers), say.none((*self.receipts, *self.ends), since=self.refers))
        closures = [say.gate(self.closes, waiting)] if self.closes else []
        return AnyOf((say.gate(self.refers, say.either(alone, low, bare), needs=["_actor"]),
                      say.gate(self.receipts, strange, needs=["_actor"]), *closures))

    def watch(self, _: PowerVersion) -> GateRule:
        """Find referrals whose receipt did not come within `within` working days."""
        in_time, early = (say.negated(say.over(say.working_days(T("_day"), day), self.within)) for day in (R("_on"), Today()))
        return say.gate(self.refers, say.negated(say.either(early, say.some((*self.receipts, *self.ends), in_time, span=Span.AFTER))))
