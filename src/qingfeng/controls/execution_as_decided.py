"""execution_as_decided 按决定执行: a decision is carried out as it stands; less, later or in parts only on application and approval.

Why: 随意减免: a fine that is quietly not asked for, paid “when convenient”, or forgiven by a note, is a present at the public's cost.
Finds: a postponement without the party's application, reasons, the right post or a schedule of what is still due; a remission without them,
or of the fine itself; a surcharge forgone without them; a decision called performed, or a case closed, with less done than was decided.
Not: what may be decided (`statutory_range`), what was paid too much (`fines_balance`), the surcharge's sum (`surcharge_cap`).
Source: 行政处罚法 66: performed in time; postponed or in parts on application and approval.  Nothing there lets a fine be forgiven.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT, Event
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, R, T
from qingfeng.terms.citation import Citation
from qingfeng.terms.money import format_yuan
from qingfeng.terms.text import Text

# fmt: off
AS_DECIDED = Citation(instrument="行政处罚法", article="66")
GONE, OUTCOMES = ("redo", "revoked"), ("reconsideration_outcome", "litigation_outcome", "appeal_outcome")  # nothing of it is left
REASONS, FEN = 4, 100  # characters; fen in a yuan: a schedule is in yuan, its last part takes the rest
_FINE, _ASK, _ALL = "decide dan 0 amount=100000 penalty_kinds=[fine,closure]", "ask party 1 content=请求分期", "schedule={2026-06-30:1000}"
_ON, _LESS = "postpone eve 2 @chief until=2026-06-30 reasons", "forgive eve 6 @chief reasons=已履行协议 amount"
_SO, _SPLIT = f"{_ON}=确有困难 {_ALL}", f"{_ON}=确有困难 schedule={{2026-05-30:400,2026-06-30:600}}"
_PAID, _DONE, _LATE = "pay fay 3 amount=100000", "perform ann 4 performed=[fine,closure]", "impose eve 4 amount=3000"


@dataclass(frozen=True, slots=True)
class ExecutionAsDecided:
    """Outstanding: the latest of `decides` + `surcharges` − `remits` − `pays` + `refunds`.  `postpones` (with a schedule of it, in yuan)
    and `remits` and `forgoes` follow `asks`, in a post of `approvers`; `performs` and `closes` find nothing outstanding, unless `ends`, or
    one of `outcomes` (revoked, redo), left nothing of the decision."""

    name: ClassVar[str] = "execution_as_decided"
    title: ClassVar[Text] = Text(zh="按决定执行", en="Carried out as decided")
    basis: ClassVar[Basis] = Basis.STATUTE
    example: ClassVar[dict[str, Any]] = {
        "decides": ["decide"], "pays": ["pay"], "refunds": ["refund"], "performs": ["perform"], "closes": ["close"], "asks": ["ask"],
        "postpones": ["postpone"], "remits": ["forgive"], "ends": ["revoke", "sue"], "surcharges": ["impose"], "approvers": ["chief"],
        "outcomes": ["judged"], "forgoes": ["forgo"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (("close dan 0",), *((_FINE, *then) for then in (
        (_PAID, _DONE, "close dan 5"), (_ASK, _SPLIT), ("revoke dan 2", "close dan 3"), (_ASK, _SO, _ASK, _SPLIT),
        ("pay fay 1 amount=40050", _ASK, _SO.replace("1000", "600")), (_PAID, _LATE, _ASK, f"{_LESS}=3000", _DONE, "close dan 8"),
        ("judged ann 2 reconsideration_outcome=redo", "close dan 3"), ("judged ann 2 litigation_outcome=revoked", "close dan 3"),
        (_ASK, "forgo eve 6 @chief reasons=已先缴清本金"), (_ASK, _SO, _ASK, "forgo eve 6 @chief reasons=已先缴清本金"),
        (_PAID, _LATE, "pay fay 5 amount=3000", _DONE), ("pay fay 1 amount=100500", "refund fay 2 amount=500", _DONE, "close dan 9"))))
    refused: ClassVar[tuple[tuple[str, ...], ...]] = tuple((_FINE, *then) for then in (
        (_SO,), *((_ASK, _SO.replace("1000", parts)) for parts in ("999", "1001", "0")), (_ASK, _SO.replace(":", ":1000,2026-07-30:")),
        (_ASK, _SO.replace("确有", "")), (_ASK, _SO.replace("chief", "clerk")), (_ASK, f"{_ON}=确有困难"), (_ASK.replace("party", "eve"), _SO),
        ("ask party 1 content=困难", _SO), (_ASK, _SPLIT, _SPLIT), (_LATE, f"{_LESS}=3000"), (_LATE, _ASK, f"{_LESS}=3001"),
        (_LATE, _ASK, "forgive eve 6 @head reasons=困难很大"), (_LATE, _ASK, f"{_LESS}=2000", _ASK, f"{_LESS}=1001"),
        (_PAID, "perform ann 4 performed=[fine]"), ("pay fay 1 amount=99999", _DONE), ("close fay 1",),
        ("judged ann 2 reconsideration_outcome=upheld", "close dan 3"), ("judged ann 2 appeal_outcome=redo", _FINE, "close dan 3"),
        ("forgo eve 6 @chief reasons=已先缴清本金",), (_ASK, "forgo eve 6 @head reasons=已先缴清本金"), (_ASK, "forgo eve 6 @chief reasons=无"),
        (_ASK, "forgo eve 5 @chief reasons=已先缴清本金", "forgo eve 6 @chief reasons=已先缴清本金"),
        (_PAID, "refund fay 3 amount=1", _DONE), ("sue dan 2", _FINE, "close dan 3"), (_PAID, _DONE, _LATE, "close dan 9")))

    decides: tuple[str, ...]
    closes: tuple[str, ...]
    pays: tuple[str, ...] = ("record_payment",)
    refunds: tuple[str, ...] = ("refund",)
    performs: tuple[str, ...] = ("record_performance",)
    surcharges: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    postpones: tuple[str, ...] = ()
    remits: tuple[str, ...] = ()
    forgoes: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    approvers: tuple[str, ...] = ("agency_head",)

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        if {*self.approvers} - {*version.posts} or ((self.postpones or self.remits or self.forgoes) and not (self.asks and self.approvers)):
            return Text("延期、减免须有申请动作和本职权的审批岗位", "postponing and remitting need asks, and approvers of the power")
        lists = self.decides, self.closes, self.pays, self.refunds, self.performs
        return unfit(version, *lists, more=(
            *self.surcharges, *self.asks, *self.postpones, *self.remits, *self.forgoes, *self.ends, *self.outcomes))

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse to postpone or forgive without application and approval, and to call done what is not."""
        fault = next((Text(zh, en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, citation=AS_DECIDED, reason=fault,
            remedy=Text("请按决定执行；确有困难的，由当事人申请、负责人批准。", "Carry it out as decided, or let the party apply and the head approve."))

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find postponements and remissions without application and approval, and what is called done and is not."""
        money = say.plus(say.or_else(R("amount"), 0), say.or_else(R("confiscated"), 0))
        extra, spared = (say.gather("sum", acts, money, since=self.decides) for acts in (self.surcharges, self.remits))
        owed = say.plus(say.or_else(say.gather("last", self.decides, money), 0), extra, say.gather("sum", self.refunds, money))
        left = say.minus(owed, say.plus(spared, say.gather("sum", self.pays, money)))
        eased, by_other = self.postpones + self.remits + self.forgoes, say.differs(R("_actor"), T("_actor"))
        asked = say.some(self.asks, say.both(by_other, say.at_least(say.length(R("content")), REASONS)), since=self.decides + eased)
        parts, short = say.times(FEN, say.total(T("schedule"))), say.over(left, 0)
        planned = say.both(short, say.at_least(parts, left), say.over(say.plus(left, FEN), parts))
        undone = say.over(say.without(say.last(self.decides, "penalty_kinds"), T("performed")), 0)
        gates = (say.gate(eased, say.negated(say.both(asked, say.is_in(T("_post"), self.approvers))), needs=["_actor"]),
                 say.gate(eased, say.over(REASONS, say.length(T("reasons")))), say.gate(self.performs, say.either(undone, short)),
                 say.gate(self.postpones, say.negated(planned)), say.gate(self.postpones, say.over(T("_key"), T("until")), each="schedule"),
                 say.gate(self.remits, say.over(say.plus(spared, say.or_else(T("amount"), 0)), extra)))
        annulled = say.some(self.outcomes, say.either(*(say.is_in(R(f), GONE) for f in OUTCOMES)), since=self.decides)
        open_ = say.both(say.some(self.decides), say.none(self.ends, since=self.decides), say.negated(annulled))
        return AnyOf((*gates, say.gate(self.closes, say.either(short, say.none(self.performs, since=self.decides)), applies=open_)))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, said, acts = s.proposed, s.proposed.data, [e for e in s.case.events if e.kind == ACT]
        start = max((n for n, e in enumerate(acts, 1) if e.act in self.decides), default=0)
        since, extra, spared = acts[start:], _sum(acts[start:], self.surcharges), _sum(acts[start:], self.remits)
        left = _sum(acts[:start][-1:], self.decides) + extra - spared - _sum(acts, self.pays) + _sum(acts, self.refunds)
        rest, easing = format_yuan(max(left, 0)), self.postpones + self.remits + self.forgoes
        if p.act in easing:
            eased = max((n for n, e in enumerate(since, 1) if e.act in easing), default=0)
            asked = [str(e.data.get("content") or "").strip() for e in since[eased:] if e.act in self.asks and e.actor != p.actor]
            yield not any(len(text) >= REASONS for text in asked), "没有当事人就此提出的申请", "the party has not applied for this"
            yield s.authority.post not in self.approvers, "该岗位无权批准延期、分期、减免或者不加处", "this post may not postpone, remit or forgo"
            yield len(str(said.get("reasons") or "").strip()) < REASONS, "批准须写明理由（至少4个字）", "say why it is approved"
        if p.act in self.postpones:
            schedule: dict[str, int] = said.get("schedule") or {}
            yield not 0 < left <= FEN * sum(schedule.values()) < left + FEN, f"分期合计须为尚欠的{rest}元", f"the parts must make {rest} yuan"
            yield max(schedule, default="") > str(said.get("until") or "9"), "分期日期不得晚于批准的截止日", "a part falls after the last day"
        if p.act in self.remits:
            yield spared + (said.get("amount") or 0) > extra, "只可减免加处罚款，罚款本身不得减免", "only surcharges are remitted, never the fine itself"
        if p.act in self.performs:
            told = [e.data["penalty_kinds"] for e in acts if e.act in self.decides and e.data.get("penalty_kinds") is not None]
            undone = [kind for kind in (told or [()])[-1] if kind not in said.get("performed", ())]
            yield undone, f"决定中尚未执行：{s.told(undone).zh}", f"decided and not carried out: {s.told(undone).en}"
        gone = any(e.act in self.ends or (e.act in self.outcomes and any(e.data.get(f) in GONE for f in OUTCOMES)) for e in since)
        if p.act in self.performs or (p.act in self.closes and start and not gone):
            yield left > 0, f"尚欠{rest}元", f"{rest} yuan are outstanding"
            done = {p.act, *(e.act for e in since)} & {*self.performs}
            yield not done, "本决定尚未登记执行完毕", "the decision is not recorded as carried out"


def _sum(events: Sequence[Event], acts: tuple[str, ...]) -> int:
    return sum((e.data.get("amount") or 0) + (e.data.get("confiscated") or 0) for e in events if e.act in acts)
