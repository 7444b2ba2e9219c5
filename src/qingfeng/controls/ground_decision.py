"""ground_decision 依据决定属实: a decision named as the ground of another stands in this agency's books, for the same party.

Why: 私分、截留: “confiscated by penalty No. 31” lets the goods go, and nobody ever decided No. 31, or it was against somebody else.
Finds: a ground whose number no decision of the agency bears, here or in another case; one with another text, against another party,
that imposes nothing of the kind, or that has been revoked since.
Not: whether that decision was right; a ground without a number (`goods_disposal` asks for it); decisions of other agencies.
Source: 行政强制法 27 (confiscated is what by law must be), 行政处罚法 74; the comparison with the books: the agency's own rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts import say
from qingfeng.facts.rule import Expr, GateRule, R, T
from qingfeng.terms.names import plain_name
from qingfeng.terms.text import Text

# fmt: off
_P, _FINED = "note ann 0 party=甲公司", "c2:fine dan 0 document_no=罚1号 document_hash=f1 party=甲公司 penalty_kinds=[fine,confiscation]"
_HERE, _GO, _PLAIN = _FINED[3:], "dispose eve 5 penalty_no=罚1号 penalty_hash=f1", "dispose eve 1 goods={W1:1}"
_OFF = "c2:revoke dan 1"


@dataclass(frozen=True, slots=True)
class GroundDecision:
    """`acts` that say a `penalty_no` rest on an act of `sources` with one of `kinds`, in whichever power, that no act of `annuls` undid."""

    name: ClassVar[str] = "ground_decision"
    title: ClassVar[Text] = Text(zh="依据决定属实", en="The decision relied on")
    basis: ClassVar[Basis] = Basis.RULE
    example: ClassVar[dict[str, Any]] = {"acts": ["dispose"], "sources": ["fine"], "annuls": ["revoke"], "kinds": ["confiscation", "goods"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_FINED, _P, _GO), (_P, _PLAIN), (_FINED, _P, "c3:revoke dan 1", _GO, "close dan 9"), (_OFF.replace("1", "0"), _FINED, _P, _GO),
        (_FINED.replace("fine,conf", "goods,warn_conf"), "note ann 0 party=乙公司", _P.replace("甲公司", "甲（公司）"), _GO), (_HERE, _GO),
        (_HERE, "revoke dan 1", _HERE.replace("fine dan 0", "fine dan 2"), _GO), (_FINED, _OFF, _FINED.replace("0", "2", 1), _P, _GO),
        (_FINED, _P, _PLAIN, _GO), (_FINED.replace("c2", "c3"), _OFF, _P, _GO, _GO))
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_P, _GO), (_FINED, _GO), (_FINED, _OFF, _P, _GO), (_HERE, "revoke dan 1", _GO), (_FINED, _P, _OFF, _GO),
        *((made, _P, _GO) for made in (_FINED.replace("甲", "乙"), _FINED.replace("=f1", "=f2"), _FINED.replace("1号", "2号"),
          _FINED.replace("fine,confiscation", "fine"), _FINED.replace(":fine", ":note"), _FINED[: _FINED.index(" penalty")])),
        (_FINED.replace(" party=甲公司", ""), _P, _GO), (_HERE.replace("1号", "2号"), _GO), (_FINED, _P, _GO.replace(" penalty_hash=f1", "")),
        (_FINED, _FINED.replace("c2", "c3"), "c3:revoke dan 2", _P, _GO), (_FINED, "note ann 1 party=乙公司", _GO),
        (_HERE.replace("=f1", "=f3"), _GO), (_HERE.replace("fine,conf", "fine,un"), _GO), (_P, _HERE, "note ann 2 party=乙公司", _GO))

    acts: tuple[str, ...]
    sources: tuple[str, ...] = ("decide_penalty", "decide_summary_penalty")
    annuls: tuple[str, ...] = ("revoke_decision",)
    kinds: tuple[str, ...] = ("goods_confiscation", "confiscation")

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None; `sources` and `annuls` may be acts of other powers."""
        if not self.sources or not self.kinds or {*self.sources} & {*self.annuls, *self.acts}:
            return Text("须写明作为依据的决定及其种类，且不得与其他动作相交", "name the decisions relied on and their kinds, apart from the other acts")
        return unfit(version, self.acts)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse to rest on a decision that is not in the books, is another's, or stands no longer."""
        said, no = situation.proposed.data, situation.proposed.data.get("penalty_no")
        if situation.proposed.act not in self.acts or not no:
            return None
        acts = [e for e in situation.case.events if e.kind == ACT]
        party = next((str(e.data["party"]) for e in reversed(acts) if e.data.get("party")), None)
        booked = [u for u in situation.elsewhere.uses("document_no", str(no)) if u.act in self.sources]
        good = [u for u in booked if self._fits(u.data, said.get("penalty_hash"), party)]
        undone = bool(good) and any(u.act in self.annuls and u.seq > good[-1].seq for u in situation.elsewhere.uses("_case", good[-1].case))
        since = max((n for n, e in enumerate(acts) if e.act in self.sources), default=0)
        own = [e for e in acts if e.act in self.sources and e.data.get("document_no") == no]
        stands = any(self._fits(e.data, said.get("penalty_hash"), party) for e in own)
        if (good and not undone) or (stands and not any(e.act in self.annuls for e in acts[since:])):
            return None
        zh, en = (("已经被撤销", "has been revoked") if good or stands else
                  ("文本、当事人或者处罚种类与所引用的不一致", "is of another text, party or kind than said") if booked or own else
                  ("在本单位的决定中查不到", "is not among the decisions of this agency"))
        return Refusal(by=self.name, ring="control", basis=self.basis, reason=Text(f"所依据的决定{no}{zh}", f"decision {no}, relied on, {en}"),
            remedy=Text("请核对文号、文本和当事人；没有有效的决定作依据的，不得没收处置，应当退还当事人。",
                        "Check number, text and party; without a decision that stands nothing is disposed of: it goes back to the party."))

    def _fits(self, made: Mapping[str, Any], text: object, party: str | None) -> bool:
        same = party is not None and bool(made.get("party")) and plain_name(str(made["party"])) == plain_name(party)
        taken = bool({*self.kinds} & {*(made.get("penalty_kinds") or ())})
        return same and taken and text is not None and made.get("document_hash") == text

    def detect(self, _: PowerVersion) -> GateRule:
        """Find acts that rest on no such decision."""
        no, party = T("penalty_no"), say.gather("last", None, R("party"))
        fits = say.both(say.equal(R("document_hash"), T("penalty_hash")), say.equal(say.plain(R("party")), say.plain(party)),
                        say.either(*(say.is_in(kind, R("penalty_kinds")) for kind in self.kinds)))
        case, place = (self._elsewhere(of, fits) for of in ("_case", "_seq"))
        undone = say.some(self.annuls, say.over(R("_seq"), place), same="_case", equals=case)
        here = say.both(say.some(self.sources, say.both(fits, say.equal(R("document_no"), no))), say.none(self.annuls, since=self.sources))
        return say.gate(self.acts, say.negated(say.either(say.both(say.said(case), say.negated(undone)), here)), applies=say.said(no))

    def _elsewhere(self, field: str, fits: Expr) -> Expr:
        return say.gather("last", self.sources, R(field), fits, same="document_no", equals=T("penalty_no"))
