"""on_the_spot_collection 当场收缴: an officer takes a fine in cash only where the law lets him, with a receipt, and never on his own decision.

Why: cash in an officer's hand is the shortest way from a fine to a pocket; the two grounds of the law are narrow and must be told.
Finds: money taken on the spot without a ground; a fine over 100 yuan called small; a ground of the summary procedure without one; hard to
enforce later without reasons and one of the facts that make it so (that the party is willing is none); a remote
place without the party's request; taken by a stranger to the case or by the decider; no receipt.
Not: cash that is not entered at all (receipts without a gap, call-backs to the party); how long it stays (`fines_balance`).
Source: 行政处罚法 68 (100 yuan, hard to enforce), 69 (remote, at the party's request), 70 (receipt); who may take it: the agency's own rule.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PARTY, PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts import say
from qingfeng.facts.rule import GateRule, R, T
from qingfeng.terms.citation import Citation
from qingfeng.terms.money import format_yuan
from qingfeng.terms.text import Text

SUMMARY, REMOTE, RECEIPT = (Citation(instrument="行政处罚法", article=n) for n in ("68", "69", "70"))
SMALL_FINE = 100_00  # fen: 行政处罚法 68
SMALL, HARD, FAR, REASONS = "small", "hard_later", "remote", 4  # characters


# fmt: off
_IN, _PAID = "investigate ann 0 officers=[ann,bob]", "receipt_no=S001 collection_ground"
_SMALL, _LARGE, _HARD = "fine_now dan 1 amount=10000", "fine_now dan 1 amount=10001", \
    f"{_PAID}=hard_later hard_because=no_abode reasons=没有固定住所"
_FAR, _NEAR, _BIG = f"{_PAID}=remote reasons=距银行八十公里", f"{_PAID}=small", "decide eve 1 amount=10001"


@dataclass(frozen=True, slots=True)
class OnTheSpotCollection:
    """`collects` after one of `summary` (a decision on the spot), or after `requests` by the party where it is remote; by one who did,
    or is named in `officers` of, one of `takes_part`, never by him who did the latest of `summary` or `decides`."""

    name: ClassVar[str] = "on_the_spot_collection"
    title: ClassVar[Text] = Text(zh="当场收缴", en="Collection on the spot")
    basis: ClassVar[Basis] = Basis.STATUTE
    example: ClassVar[dict[str, Any]] = {
        "collects": ["collect"], "summary": ["fine_now"], "decides": ["decide"], "requests": ["ask"],
        "takes_part": ["investigate", "serve"], "hard": ["no_abode", "passing_through"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_IN, _SMALL, f"collect ann 1 {_NEAR}", f"collect bob 2 {_NEAR}"), (_IN, _LARGE, f"collect bob 1 {_HARD}"),
        (_IN, "decide eve 2 amount=500000", "serve carl 3", "ask party 4 content=请求当场缴纳", f"collect carl 4 {_FAR}"),
        ("serve dan 0", "decide dan 0", "decide eve 1 amount=20000", "ask party 2", f"collect dan 3 {_FAR}", "note ann 4"),
        (_LARGE, _IN, "fine_now eve 2 amount=5000", f"collect ann 3 {_NEAR}"),
        (_IN, _LARGE, f"collect bob 1 {_HARD.replace('no_abode', 'passing_through')}"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        *((_IN, _SMALL, f"collect {how}") for how in ("ann 1", "ann 1 receipt_no=S001", "ann 1 collection_ground=small", f"fay 1 {_NEAR}")),
        (_IN, _LARGE, f"collect ann 1 {_NEAR}"), (_IN, "decide eve 1 amount=10000", f"collect ann 1 {_NEAR}"),
        (_IN, f"collect ann 1 {_NEAR}"), (_IN, _BIG, f"collect ann 1 {_HARD}"),
        *((_IN, _LARGE, f"collect {who} 1 {_PAID}=hard_later {why}") for who in ("ann", "bob") for why in (
            "reasons=当事人愿意", "hard_because=willing reasons=当事人愿意")),
        (_IN, _LARGE, f"collect ann 1 {_PAID}=hard_later hard_because=no_abode reasons=太远了"), (_IN, _BIG, f"collect ann 2 {_FAR}"),
        (_IN, "ask party 0", _BIG, f"collect ann 2 {_PAID}=remote reasons=太远了"),
        (_IN, "fine_now ann 1 amount=10000", f"collect ann 1 {_NEAR}"), (_IN, _SMALL, "decide eve 2", f"collect ann 2 {_NEAR}"),
        (_IN, "ask party 0", "serve carl 1", "decide carl 1", f"collect carl 2 {_FAR}"), (_SMALL, f"collect ann 1 {_NEAR}"),
        ("serve carl 0", "ask carl 1", _BIG, f"collect carl 2 {_FAR}"), (_IN, "ask party 0", _BIG, f"collect ann 2 {_FAR[16:]}"),
    )

    decides: tuple[str, ...]
    takes_part: tuple[str, ...]
    collects: tuple[str, ...] = ("collect_on_spot",)
    summary: tuple[str, ...] = ()
    requests: tuple[str, ...] = ()
    hard: tuple[str, ...] = ("no_abode", "passing_through", "leaving")

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        if not self.summary and not self.requests:
            return Text("须设summary（当场处罚）或requests（当事人提出）", "set summary or requests: else nothing may be collected on the spot")
        return unfit(version, self.decides, self.collects, more=self.summary + self.requests) or unfit(version, self.takes_part)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse money taken without a ground of the law, by the wrong hand, or without a receipt."""
        command, acts = situation.proposed, [e for e in situation.case.events if e.kind == ACT]
        if command.act not in self.collects:
            return None
        decided = next((e for e in reversed(acts) if e.act in self.decides + self.summary), None)
        part = {who for e in acts if e.act in self.takes_part for who in (e.actor, *(e.data.get("officers") or ()))}
        who, ground = situation.people.name(command.actor), command.data.get("collection_ground")
        bare, on_spot = len(str(command.data.get("reasons") or "").strip()) < REASONS, decided is not None and decided.act in self.summary
        fine = (decided.data.get("amount") or 0) if decided is not None else 0
        asked = any(e.act in self.requests and e.actor == PARTY for e in acts)
        guards = (
            (decided is None, SUMMARY, "尚无处罚决定，不得收缴", "nothing is decided yet"),
            (command.actor not in part, None, f"{who}没有参与本案，不得当场收缴", f"{who} has no part in this case"),
            (decided and decided.actor == command.actor, None, f"本案由{who}决定处罚，不得由其本人收缴", f"{who} decided the penalty himself"),
            (not command.data.get("receipt_no"), RECEIPT, "当场收缴须出具财政部门统一制发的专用票据", "a receipt of the finance department is required"),
            (ground not in (SMALL, HARD, FAR), SUMMARY, "没有写明当场收缴的法定情形", "no ground of the law is given"),
            (ground in (SMALL, HARD) and not on_spot, SUMMARY, "该情形只适用于当场作出的处罚决定", "this ground is for decisions on the spot only"),
            (ground == SMALL and fine > SMALL_FINE, SUMMARY, f"罚款{format_yuan(fine)}元，超过一百元", f"a fine of {format_yuan(fine)} yuan"),
            (ground == HARD and command.data.get("hard_because") not in self.hard, SUMMARY,
             "没有写明事后难以执行的情形（当事人愿意当场缴纳不是理由）", "no fact makes it hard to enforce later (that the party is willing is none)"),
            (ground in (HARD, FAR) and bare, None, "须写明为何事后难以执行、为何缴款确有困难", "say why it is hard to enforce later or to pay"),
            (ground == FAR and not asked, REMOTE, "边远地区当场收缴须由当事人提出", "in a remote place the party itself must ask for it"),
        )
        return next((self._refusal(Text(zh, en), article) for bad, article, zh, en in guards if bad), None)

    def detect(self, _: PowerVersion) -> GateRule:
        """Find money taken on the spot without a ground, by the wrong hand, or without a receipt."""
        decided, ground = self.decides + self.summary, T("collection_ground")
        latest = say.gather("last", decided, R("_act"))
        strange = say.none(self.takes_part, say.either(say.same_actor(), say.is_in(T("_actor"), R("officers"))))
        own = say.equal(say.gather("last", decided, R("_actor")), T("_actor"))
        fine = say.gather("last", decided, say.or_else(R("amount"), 0))
        bare = say.over(REASONS, say.length(T("reasons")))
        asked = say.some(self.requests, say.equal(R("_actor"), PARTY))
        lawful = say.either(
            say.both(say.equal(ground, SMALL), say.is_in(latest, self.summary), say.at_least(SMALL_FINE, fine)),
            say.both(say.equal(ground, HARD), say.is_in(T("hard_because"), self.hard), say.is_in(latest, self.summary), say.negated(bare)),
            say.both(say.equal(ground, FAR), asked, say.negated(bare)))
        unlawful = say.either(say.none(decided), strange, own, say.missing(T("receipt_no")), say.negated(lawful))
        return say.gate(self.collects, unlawful, needs=["_actor"])

    def _refusal(self, reason: Text, article: Citation | None) -> Refusal:
        return Refusal(by=self.name, ring="control", basis=Basis.STATUTE if article else Basis.RULE, citation=article, reason=reason,
            remedy=Text("请由当事人到银行或者通过电子支付系统缴纳；符合法定情形的，由参与办案的另一人凭票据收缴。",
                        "Let the party pay at the bank; where the law allows cash, another officer takes it against a receipt."))
