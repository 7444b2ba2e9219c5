"""joint_consultation 会商会签: each countersigner answers his own points in words by the day; who objects is not passed over.

Why: 会审、会签中压件不办，或不按规定把关: “同意” under a list of names; a paper that lies in one drawer until somebody calls.
Finds: a call without paper, day, enough members or with a point that is nobody's, or made anew over an objection; a countersignature of
a stranger, twice, without an answer to his points or a vote; a decision before all have signed or over an objection that is not
settled; (watch) a member who has not signed by the day.
Not: whether an answer is right.
Source: the agency's own map (严格执行会商机制); no statute says how offices confer.
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
from qingfeng.facts.rule import AnyOf, GateRule, R, Span, T, Today
from qingfeng.terms.text import Text

FOR, AGAINST, WORDS = "for", "against", 4
# fmt: off
_CALL = "call_consultation dan 1 members=[ann,bob] assigned={fire:ann,land:bob} due_on=2026-03-09 document_hash=h1"
_ANN = "countersign ann 2 answers_to_points={fire:防火间距符合标准} vote=for"
_BOB = "countersign bob 3 answers_to_points={land:用地手续齐全} vote=for"
_NO = _BOB.replace("for", "against") + " reasons=用地性质不符"
_MET, _DONE = "settle_consultation eve 4 opinion=已补充用地批文", "decide fay 8"


@dataclass(frozen=True, slots=True)
class JointConsultation:
    """`calls` name `members` and whose each point is; `countersigns` before `ends`; `settles` after the latest objection."""

    name: ClassVar[str] = "joint_consultation"
    title: ClassVar[Text] = Text(zh="会商会签", en="Joint consultation")
    basis: ClassVar[Basis] = Basis.MAP
    example: ClassVar[dict[str, Any]] = {"ends": ["decide"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_CALL, _ANN, _BOB, _DONE), (_CALL, _ANN, _NO, _MET, _DONE), (_CALL, _ANN, _BOB, _CALL, _ANN, _BOB, _DONE), (_CALL, _BOB, _ANN),
        (_CALL, _ANN, _NO, _MET, _CALL, _ANN, _BOB, _DONE), (_CALL, _ANN, _BOB, _DONE, _DONE), (_CALL.replace("land:bob", "land:ann"),),
        (_CALL, _ANN.replace("}", ",land:无意见但请注意边界}"), _BOB, _DONE), (_CALL, _CALL), (_CALL, _ANN, _NO, _MET.replace("eve", "fay")),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_DONE,), (_CALL, _DONE), (_CALL, _ANN, _DONE), (_CALL, _ANN, _NO, _DONE), (_CALL, _ANN, _NO, _CALL),
            (_CALL, _ANN, _MET, _NO, _DONE),
        *((_CALL.replace(old, new),) for old, new in (
            ("members=[ann,bob]", "members=[ann]"), ("land:bob", "land:carl"), (" due_on=2026-03-09", ""), ("03-09", "03-03"),
            (" document_hash=h1", ""), ("assigned={fire:ann,land:bob} ", ""), ("03-09", "02-27"))),
        (_ANN,), (_CALL, _ANN.replace("ann", "carl")), (_CALL, _ANN, _ANN), (_CALL, _ANN.replace("fire", "land")),
            (_CALL, _ANN.replace("防火间距符合标准", "同意")),
        (_CALL, _ANN.replace(" vote=for", "")), (_CALL, _NO.replace("用地性质不符", "不行")), (_CALL, _NO.replace(" reasons=用地性质不符", "")),
        (_CALL, _ANN, _NO, _MET.replace("已补充用地批文", "同意"), _DONE), (_CALL, _ANN, _NO, _MET.replace("eve", "bob"), _DONE),
        (_CALL, _ANN, _BOB, _CALL, _DONE), (_CALL, "countersign ann 2 vote=for"), (_CALL, _ANN, _BOB, _CALL, _ANN, _DONE),
    )
    kept: ClassVar[tuple[tuple[str, ...], ...]] = ((_CALL, "today 7"), (_CALL, _ANN, _BOB, "today 90"),
        (_CALL, _CALL, _ANN, _BOB, "today 90"))
    neglected: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_CALL, _ANN, "today 8"), (_CALL, _ANN, _BOB.replace(" 3 ", " 9 "), "today 10"), (_CALL, "today 40"))

    ends: tuple[str, ...]
    calls: tuple[str, ...] = ("call_consultation",)
    countersigns: tuple[str, ...] = ("countersign",)
    settles: tuple[str, ...] = ("settle_consultation",)
    fewest: int = 2

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        if not 1 <= self.fewest <= 30:
            return Text(zh="会签人应为1至30人", en="1 to 30 countersigners")
        return unfit(version, self.ends, self.calls, self.countersigns, self.settles)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a call, countersignature or decision that only looks like a consultation."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=fault, remedy=Text(
            zh="请写明文稿、会签人、分工和期限；会签人本人逐点答复并表态，反对的写明理由；全部会签、分歧由他人协调后再决定。",
            en="Name paper, members, points and day; each answers his own points and votes, with reasons if against; "
               "settle what differs first."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, d, acts, me = s.proposed, s.proposed.data, [e for e in s.case.events if e.kind == ACT], s.people.name(s.proposed.actor)
        call = next((e for e in reversed(acts) if e.act in self.calls), None)
        members, points = (set(call.data.get("members") or ()), dict(call.data.get("assigned") or {})) if call else (set[str](), {})
        signs = [e for e in acts if e.act in self.countersigns and e.seq > (call.seq if call else 0)]
        against = [e for e in signs if e.data.get("vote") == AGAINST]
        settled = against and any(e.act in self.settles and e.seq > against[-1].seq and e.actor not in {x.actor for x in against}
                                  and len(e.data.get("opinion") or "") >= WORDS for e in acts)
        if p.act in self.calls:
            there, whose = {*(d.get("members") or ())}, d.get("assigned") or {}
            yield len(there) < self.fewest or not d.get("document_hash"), "会签人太少，或者没有会签文稿", "too few members, or no paper to sign"
            yield not whose or {*whose.values()} - there, "会签要点没有逐点落实到会签人", "a point is nobody's of those who sign"
            yield d.get("due_on", "") <= p.day.isoformat(), "没有写明以后的会签期限", "no day to come by which to sign"
        if p.act in self.calls + self.ends:
            yield against and not settled, "会签中有反对意见，尚未协调", "somebody objected, and it is not settled"
        if p.act in self.countersigns:
            mine, said = {point for point, who in points.items() if who == p.actor}, d.get("answers_to_points") or {}
            yield p.actor not in members, f"{me}不是会签人", f"{me} is not asked to countersign"
            yield p.actor in {e.actor for e in signs}, f"{me}已经会签", f"{me} has countersigned"
            left = sorted(mine - {*said})
            yield left or not said, f"没有答复自己负责的要点：{s.told(left).zh}", f"own points not answered: {s.told(left).en}"
            yield any(len(str(one)) < WORDS for one in said.values()), "答复没有内容", "an answer says nothing"
            yield d.get("vote") not in (FOR, AGAINST), "没有表明同意或者反对", "it says neither for nor against"
            yield d.get("vote") == AGAINST and len(d.get("reasons") or "") < WORDS, "反对没有写明理由", "it objects without reasons"
        if p.act in self.ends:
            left = [s.people.name(one) for one in sorted(members - {e.actor for e in signs})]
            yield call is None or left, f"尚未会签：{'、'.join(left) or '没有发起会签'}", f"not countersigned: {', '.join(left) or 'nobody was asked'}"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Look at calls, countersignatures and decisions, each with what stands before it since the latest call."""
        calls, signs, newest = self.calls, self.countersigns, say.equal(R("_seq"), say.gather("last", self.calls, R("_seq")))
        members = say.gather("last", calls, R("members"), newest)
        mine = say.gather("set", calls, R("_key"), say.both(newest, say.equal(R("_value"), T("_actor"))), each="assigned")
        no = say.equal(R("vote"), AGAINST)
        latest, objectors = (say.gather(take, signs, R(what), no, since=calls) for take, what in (("last", "_seq"), ("set", "_actor")))
        calmed = say.some(self.settles, say.both(say.over(R("_seq"), latest), say.negated(say.is_in(R("_actor"), objectors)),
                                                 say.at_least(say.length(R("opinion")), WORDS)))
        open_, answers = say.both(say.said(latest), say.negated(calmed)), T("answers_to_points")
        short = say.over(WORDS, say.length(T("reasons")))
        return AnyOf((
            say.gate(calls, say.either(
                say.over(self.fewest, say.without(T("members"), ())), say.missing(T("document_hash")), say.missing(T("assigned")),
                say.negated(say.over(say.day(T("due_on")), T("_on"))), open_), needs=["_actor"]),
            say.gate(calls, say.negated(say.is_in(T("_value"), T("members"))), each="assigned"),
            say.gate(signs, say.either(
                say.negated(say.is_in(T("_actor"), members)), say.some(signs, say.same_actor(), since=calls), say.missing(answers),
                say.over(say.without(mine, answers), 0), say.negated(say.is_in(T("vote"), (FOR, AGAINST))),
                say.both(say.equal(T("vote"), AGAINST), short)), needs=["_actor"]),
            say.gate(signs, say.over(WORDS, say.length(T("_value"))), each="answers_to_points"),
            say.gate(self.ends, say.either(
                say.none(calls), open_, say.over(say.without(members, say.gather("set", signs, R("_actor"), since=calls)), 0)),
                    needs=["_actor"])))

    def watch(self, _: PowerVersion) -> GateRule:
        """Find calls whose day passed while a member had not signed."""
        due = say.day(T("due_on"))
        signed = say.gather("set", self.countersigns, R("_actor"), say.at_least(due, R("_on")), span=Span.AFTER)
        return say.gate(self.calls, say.both(say.over(Today(), due), say.over(say.without(T("members"), signed), 0)))
