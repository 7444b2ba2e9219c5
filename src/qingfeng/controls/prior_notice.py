"""prior_notice 事先告知: nothing is decided before the party has been told, in full and in time, what is to be decided and what it may do.

Why: 不进行告知; a notice on paper that hides the facts, the ground or the rights, or goes to another firm, is none.
Finds: a notice that leaves something out, or threatens something else, more or less, than the latest review found; a decision
without a complete notice of the same violation and party, served in this round.
Not: how heavy the decision is (no_heavier_after_defence); the hearing (hearing_right); how it was served (proof_of_service).
Source: 行政处罚法 44, 62 where the power names it (`statute`), else the agency's own map (实行一次性告知制).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue import codes
from qingfeng.catalogue.power import PARTY, PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT, Event
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, Expr, R, T
from qingfeng.terms.citation import Citation
from qingfeng.terms.text import Text

WORDS = 4  # characters of a text that says something
WORDED = ("content", "facts", "reasons")
MONEY = {"fine": "amount", "confiscation": "confiscated"}

# fmt: off
_SERVED, _RIGHTS = "served_on=2026-03-03 service_method=direct", "rights=[state,defend,hearing]"
_WHO = "violation_code=V1 party=甲厂"
_TOLD = f"content=拟罚款两万元 facts=未经培训上岗 reasons=危及安全生产 legal_basis=示例条例 {_WHO} {_RIGHTS} {_SERVED}"
_PASS = "review bob 0 amount=2000000 penalty_kinds=[fine]"
_FINE, _WARN = f"tell ann 1 {_TOLD} penalty_kinds=[fine] amount=2000000", f"tell ann 2 {_TOLD} penalty_kinds=[warning]"


def _at_least(name: Text, worded: bool) -> Text:
    return Text(zh=f"{name.zh}（至少{WORDS}个字）", en=f"{name.en} ({WORDS} characters at least)") if worded else name


@dataclass(frozen=True, slots=True)
class PriorNotice:
    """`decisions` rest on the latest of `notices` after the latest of `returns`; `waivers` are the party's own, and come after it.

    reviews: what set the penalty; a notice says its sums and kinds (one that names none allows none) unless `news` came since.
    says: fields that a notice must fill; rights: codes that it must name; same: fields in which decision and notice agree.
    """

    name: ClassVar[str] = "prior_notice"
    title: ClassVar[Text] = Text(zh="事先告知", en="Prior notice")
    example: ClassVar[dict[str, Any]] = {"decisions": ["decide"], "notices": ["tell"], "returns": ["send_back"], "waivers": ["waive"],
        "reviews": ["review"], "news": ["keep"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        *((one, *more, f"decide dan 5 {_WHO}") for one in (_FINE, _WARN) for more in ((), ("waive party 3",))),
        *((one, "waive party 3", "note ann 4", "waive party 4") for one in (_FINE, _WARN)), ("send_back dan 0", _WARN, "waive party 6"),
        *((_PASS, one) for one in (_FINE, "note ann 1")), (_PASS, _PASS, _FINE),
        ("review bob 0 penalty_kinds=[warning]", _WARN), (_WARN, _PASS), (_PASS, "keep ann 1", _FINE.replace("=2000000", "=3000000")),
        ("review bob 0 penalty_kinds=[warning]", _WARN, "note ann 9"),
        (_FINE, "send_back dan 2", _FINE, "waive party 4", f"decide dan 6 {_WHO}"), (_WARN, "note ann 4"), (_FINE,),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (f"decide dan 5 {_WHO}",), (_FINE, f"decide dan 0 {_WHO}"), (_FINE, "decide dan 5 violation_code=V2 party=甲厂"),
        (_FINE, "decide dan 5 violation_code=V1 party=乙厂"), (_FINE, "send_back dan 2", f"decide dan 5 {_WHO}"), (_FINE, "decide dan 5"),
        (_FINE.replace("[state,defend,hearing]", "[state]"),), (_FINE.replace("amount=2000000", ""),), ("waive party 3",),
        (_FINE.replace("拟罚款两万元", "罚款"), f"decide dan 5 {_WHO}"), (_WARN.replace("危及安全生产", "违法了"),), (_WARN.replace("未经培训上岗", "有违法"),),
        (_FINE.replace("[fine]", "[warning,confiscation]"),), (_WARN.replace(_SERVED, ""),), (_FINE, "waive ann 3"),
        (_PASS.replace("=2000000", "=1999999"), _FINE), (_PASS.replace("=2", "=3"), _FINE),
        (_PASS.replace("amount=2000000", ""), _FINE), (_PASS, _WARN),
        (_PASS, "review bob 0", _FINE),
        ("keep ann 0", _PASS, _FINE.replace("=2000000", "=3000000")),
        (_PASS, f"{_WARN.replace('[warning]', '[fine]')} amount=1 confiscated=1"), (_PASS.replace("penalty_kinds=[fine]", ""), _FINE),
        (_PASS.replace("amount=2000000", "confiscated=9"), f"{_WARN.replace('[warning]', '[fine]')} amount=0 confiscated=10"),
        (_FINE, "send_back dan 2", "waive party 3"), (_FINE, _WARN.replace("legal_basis=示例条例", ""), f"decide dan 5 {_WHO}"),
    )

    decisions: tuple[str, ...]
    notices: tuple[str, ...] = ("serve_prior_notice",)
    returns: tuple[str, ...] = ()
    waivers: tuple[str, ...] = ()
    reviews: tuple[str, ...] = ()
    news: tuple[str, ...] = ()
    says: tuple[str, ...] = (
        *WORDED, "legal_basis", "violation_code", "party", "penalty_kinds", "served_on", "service_method")
    rights: tuple[str, ...] = ("state", "defend")
    same: tuple[str, ...] = ("violation_code", "party")
    statute: Citation | None = None

    @property
    def basis(self) -> Basis:
        """The statute if the power names its article, else a rule: in no case to be overridden."""
        return Basis.STATUTE if self.statute else Basis.RULE

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        return unfit(version, self.decisions, self.notices, more=(*self.returns, *self.waivers, *self.reviews, *self.news))

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a notice that is not complete, a waiver that is not the party's, and a decision without a notice to rest on."""
        why = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if why is None else Refusal(by=self.name, ring="control", basis=self.basis, citation=self.statute, reason=why,
            remedy=Text(zh="请先向当事人送达内容、事实、理由、依据和权利齐全的告知书，听取意见后再作决定；放弃权利只能由当事人自己表示。",
            en="First serve on the party a notice that says content, facts, reasons, basis and rights, and hear it; only it can waive."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, acts = s.proposed, [e for e in s.case.events if e.kind == ACT]
        start = max((n for n, e in enumerate(acts, 1) if e.act in self.returns), default=0)
        notice = next((e for e in reversed(acts[start:]) if e.act in self.notices), None)
        word = {f.id: f.name for row in s.case.version.procedure.rows for f in row.word.fields}
        lacking = self._lacking(p.data if p.act in self.notices else notice.data if notice else {})
        names = [_at_least(word.get(field, Text(zh=field, en=field)), field in WORDED) for field in lacking]
        zh, en = "、".join(w.zh for w in names), ", ".join(w.en for w in names)
        if p.act in self.notices:
            yield lacking, f"告知书缺少或过于简略：{zh}", f"the notice leaves out, or hardly says: {en}"
            yield self._beside(s, acts), "告知的处罚与最近一次审核确定的金额或者种类不一致", "the notice threatens something else than the latest review found"
        if p.act in self.waivers:
            yield p.actor != PARTY, f"放弃权利须由当事人自己表示，{s.people.name(p.actor)}不能代为放弃", "only the party itself can waive"
        if p.act in (*self.waivers, *self.decisions):
            yield notice is None, "本轮尚未向当事人送达事先告知书", "in this round no prior notice has been served on the party"
        if p.act in self.decisions and notice is not None:
            yield lacking, f"告知书不完整，缺少或过于简略：{zh}", f"the notice leaves out, or hardly says: {en}"
            yield notice.effective_day > p.day, f"告知书{notice.effective_day}才送达", f"the notice counts from {notice.effective_day} only"
            for field in self.same:
                told, now = notice.data.get(field), p.data.get(field)
                was, is_ = (codes.shown(s.case.version, field, said) for said in (told, now))
                yield now is None or told != now, f"告知的是“{was.zh}”，决定的是“{is_.zh}”", f"the notice says “{was.en}”, the decision “{is_.en}”"

    def _beside(self, s: Situation, acts: Sequence[Event]) -> bool:
        last = next((e for e in reversed(acts) if e.act in self.reviews + self.news), None)
        found, said = last.data if last is not None and last.act in self.reviews else None, s.proposed.data
        off = found is not None and any((said.get(f) or 0) != (found.get(f) or 0) for f in MONEY.values())
        return off or (found is not None and {*(said.get("penalty_kinds") or ())} != {*(found.get("penalty_kinds") or ())})

    def _lacking(self, said: Mapping[str, Any]) -> list[str]:
        poor = [f for f in self.says if not said.get(f) or (f in WORDED and len(str(said[f])) < WORDS)]
        poor += ["rights"] if set(self.rights) - set(said.get("rights") or ()) else []
        return poor + [field for kind, field in MONEY.items() if kind in (said.get("penalty_kinds") or ()) and said.get(field) is None]

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find poor notices, waivers by others or too early, and decisions that rest on no complete notice of the same thing."""
        latest = say.equal(R("_seq"), say.gather("max", self.notices, R("_seq")))
        rests = say.both(latest, say.negated(self._poor(R)), say.at_least(T("_on"), R("_day")), *map(say.matches, self.same))
        early = say.either(say.differs(T("_actor"), PARTY), say.none(self.notices, since=self.returns))
        return AnyOf((
            say.gate(self.notices, say.either(self._poor(T), self._more())), say.gate(self.waivers, early, needs=["_actor"]),
            say.gate(self.decisions, say.none(self.notices, rests, since=self.returns))))

    def _more(self) -> Expr:
        at = say.equal(R("_seq"), say.gather("last", self.reviews, R("_seq")))
        over = (say.differs(say.or_else(T(f), 0), say.or_else(say.gather("last", self.reviews, R(f), at), 0)) for f in MONEY.values())
        kinds, found = T("penalty_kinds"), say.gather("last", self.reviews, R("penalty_kinds"), at)
        other = say.over(say.plus(say.without(kinds, found), say.without(found, kinds)), 0)
        return say.both(say.some(self.reviews), say.none(self.news, since=self.reviews), say.either(*over, other))

    def _poor(self, of: Callable[[str], Expr]) -> Expr:
        short = (say.over(WORDS, say.length(of(f))) for f in WORDED if f in self.says)
        unpriced = (say.both(say.is_in(kind, of("penalty_kinds")), say.missing(of(f))) for kind, f in MONEY.items())
        return say.either(*(say.missing(of(f)) for f in self.says), *short, *unpriced, say.over(say.without(self.rights, of("rights")), 0))
