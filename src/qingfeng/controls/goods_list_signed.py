"""goods_list_signed 清单当场签收: goods leave the party's hands only on a list that the party, or a witness in its place, has signed.

Why: 截留、私分: what stands on no list in the party's hand was never there; the list comes before the store, not after it.
Finds: goods stored, disposed of or referred before the party confirmed the list, or a witness signed it with the reason why the party did
not; a witness without name or paper; a list never signed (`watch`).
Not: whether list and goods agree (`inventory_balance`); goods that no list names.
Source: 行政强制法 24 (list in two copies, handed over on the spot), 18 (a witness where the party does not come); days: a setting.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PARTY, PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, Expr, GateRule, R, Span, T, Today
from qingfeng.terms.citation import Citation
from qingfeng.terms.text import Text

TWO_COPIES = Citation(instrument="行政强制法", article="24")
WORDS = 4  # characters of a reason

# fmt: off
_TAKE, _OWN, _STORE = "seize ann 0 goods={W1:2}", "confirm party 0 goods={W1:2}", "store bob 1 goods={W1:2}"
_BY = "witness ann 0 goods={W1:2} receipt_hash=f1"
_SEEN = f"{_BY} witness=居委会李某 reasons=当事人拒签"


@dataclass(frozen=True, slots=True)
class GoodsListSigned:
    """After the latest of `takes` that names it, every code of `moves` is in one of `confirms` (by the party) or `witnesses`.

    ends: acts that give the goods back, after which no list is missed; within: working days.
    """

    name: ClassVar[str] = "goods_list_signed"
    title: ClassVar[Text] = Text(zh="清单当场签收", en="List signed on the spot")
    basis: ClassVar[Basis] = Basis.STATUTE
    example: ClassVar[dict[str, Any]] = {
        "takes": ["seize"], "confirms": ["confirm"], "witnesses": ["witness"], "moves": ["store", "dispose"], "ends": ["lift"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_TAKE, _OWN, _STORE), (_TAKE, _SEEN, _STORE, "dispose eve 9 goods={W1:2}"), ("note ann 0", "store bob 1", _TAKE),
        ("seize ann 0 goods={W1:2,W2:1}", "confirm party 0 goods={W1:2,W2:1}", _STORE, "seize ann 3 goods={W2:1}"), (_SEEN, _SEEN),
        (_TAKE, _OWN, "seize ann 2 goods={W2:1}", _STORE.replace(" 1 ", " 3 ")), (_TAKE, _OWN, "dispose eve 5 goods={W1:2}"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_TAKE, _STORE), (_OWN, _TAKE, _STORE), (_TAKE, "confirm ann 0 goods={W1:2}", _STORE), (_TAKE, "dispose eve 4 goods={W1:2}"),
        ("seize ann 0 goods={W1:2,W2:1}", _OWN, "store bob 1 goods={W1:2,W2:1}"), (_BY,), (f"{_BY} witness=居委会李某",),
        (f"{_BY} witness=居委会李某 reasons=不在",), (_SEEN.replace("receipt_hash=f1 ", ""),), (_SEEN.replace("witness=居委会李某 ", ""),),
        (_TAKE, _OWN, "seize ann 2 goods={W1:1}", "store bob 3 goods={W1:1}"), (_TAKE, _SEEN.replace("W1", "W2"), _STORE),
    )
    kept: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_TAKE, _OWN, "today 60"), (_TAKE, _SEEN, "today 60"), (_TAKE, "today 1"), (_TAKE, "lift eve 1 goods={W1:2}", "today 60"))
    neglected: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_TAKE, "today 2"), (_TAKE, _OWN.replace(" 0 ", " 4 "), "today 9"), ("seize ann 0 goods={W1:2,W2:1}", _OWN, "today 9"))

    takes: tuple[str, ...]
    confirms: tuple[str, ...]
    moves: tuple[str, ...]
    witnesses: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    within: int = 1

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        if not 0 <= self.within <= 5:
            return Text("签收清单应在0至5个工作日内", "the list is signed within 0 to 5 working days")
        return unfit(version, self.takes, self.confirms, self.moves, more=self.witnesses + self.ends)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse to move goods on a list that nobody signed, and a witness who is none."""
        command, acts = situation.proposed, [e for e in situation.case.events if e.kind == ACT]
        if command.act in self.witnesses:
            said = command.data
            poor = len(str(said.get("reasons") or "")) < WORDS
            if poor or not said.get("witness") or not said.get("receipt_hash"):
                return self._refusal("见证签收须写明见证人、当事人没有签收的原因（至少4个字），并附见证人签名的清单",
                                     "name the witness, say why the party did not sign, and attach the list that the witness signed")
        if command.act not in self.moves:
            return None
        open_ = []
        for code in command.data.get("goods") or {}:
            named = [e for e in acts if code in (e.data.get("goods") or {})]
            taken = max((n for n, e in enumerate(named, 1) if e.act in self.takes), default=0)
            signed = any(e.act in self.witnesses or (e.act in self.confirms and e.actor == PARTY) for e in named[taken:])
            if taken and not signed:
                open_.append(str(code))
        return self._refusal(f"{'、'.join(open_)}的清单还没有当事人签收，也没有见证人签名",
                             f"no party and no witness has signed the list for {', '.join(open_)}") if open_ else None

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find goods moved on a list that nobody signed, and witnesses who are none."""
        here = say.equal(R("_key"), T("_key"))
        taken = say.gather("last", self.takes, R("_seq"), here, each="goods")
        after = say.both(here, say.over(R("_seq"), taken))
        signed = say.some(self.confirms + self.witnesses, say.both(after, self._hand()), each="goods")
        poor = say.either(say.over(WORDS, say.length(T("reasons"))), say.missing(T("witness")), say.missing(T("receipt_hash")))
        return AnyOf((say.gate(self.moves, say.both(say.said(taken), say.negated(signed)), each="goods", needs=["_actor"]),
                      say.gate(self.witnesses, poor)))

    def watch(self, _: PowerVersion) -> GateRule:
        """Find goods taken whose list nobody signed in time, and which were not given back either."""
        on_time = say.both(say.equal(R("_key"), T("_key")), say.at_least(self.within, say.working_days(T("_on"), R("_on"))))
        done = say.both(on_time, say.either(say.is_in(R("_act"), self.ends), self._hand()))
        settled = say.some(self.confirms + self.witnesses + self.ends, done, span=Span.AFTER, each="goods")
        return say.gate(self.takes, say.both(say.over(say.working_days(T("_on"), Today()), self.within), say.negated(settled)),
                        each="goods", needs=["_actor"])

    def _hand(self) -> Expr:
        himself = say.both(say.is_in(R("_act"), self.confirms), say.equal(R("_actor"), PARTY))
        return say.either(say.is_in(R("_act"), self.witnesses), himself)

    def _refusal(self, zh: str, en: str) -> Refusal:
        return Refusal(by=self.name, ring="control", basis=self.basis, citation=TWO_COPIES, reason=Text(zh, en),
            remedy=Text("请先由当事人当场核对清单并留存一份；当事人不到场或者拒签的，由见证人签名。",
                        "Let the party check the list on the spot and keep a copy; where it is absent or refuses, a witness signs."))
