"""free_choice_of_intermediary 自主选择中介: the applicant chooses, out of enough, by itself; only listed fees are charged.

Why: 附加有偿服务、指定中介服务: the firm that “knows the requirements” belongs to somebody's cousin, and its report is never sent back.
Finds: a choice that the applicant neither made nor signed, out of too few or unlisted firms; one that the same officer has entered for
the same firm again and again; a report of a firm that was not chosen; a fee that is not on the list, above it, or without receipt.
Not: a name dropped at the window (treatment_stated asks the applicant).
Source: the agency's own map (附加有偿服务或指定中介服务); no fee without basis, 行政许可法 75, where the power names it (`statute`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PARTY, PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, T
from qingfeng.terms.citation import Citation
from qingfeng.terms.money import format_yuan
from qingfeng.terms.text import Text

# fmt: off
_MINE = "choose_intermediary party 1 intermediary=f1 options=[f1,f2,f3]"
_FORM = "choose_intermediary ann 1 intermediary=f1 options=[f1,f2,f3] document_hash=h1"
_GOT, _FEE = "receive_service_report ann 3 intermediary=f1 document_hash=h2", "charge_fee bob 4 amount=5000 fee_item=seal receipt_no=R1"
_OFTEN = tuple(f"c{n}:{_FORM}" for n in (2, 3))


@dataclass(frozen=True, slots=True)
class Fee:
    """An item of the published list of fees and its amount at most, in yuan."""

    item: str
    yuan: int


@dataclass(frozen=True, slots=True)
class FreeChoiceOfIntermediary:
    """`listed` firms, at least `fewest` to choose from; one officer enters the same firm in `often` cases at most; `fees` charged."""

    name: ClassVar[str] = "free_choice_of_intermediary"
    title: ClassVar[Text] = Text(zh="自主选择中介", en="Free choice of intermediary")
    example: ClassVar[dict[str, Any]] = {
        "listed": ["f1", "f2", "f3", "f4"], "often": 2, "fees": [{"item": "seal", "yuan": 50}], "charges": ["charge_fee"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_MINE, _GOT), (_FORM, _GOT, _FEE), (_FEE,), (_MINE, _FORM.replace("f1 ", "f4 ").replace("f3]", "f4]"), _GOT.replace("f1", "f4")),
        (_OFTEN[0], _FORM), (*_OFTEN, _MINE), (*_OFTEN, _FORM.replace("ann", "bob")), (*_OFTEN, _FORM.replace("f1 ", "f2 ")), (_MINE,),
        (_FEE.replace("5000", "100"),), (_FORM.replace("f3]", "f3,f4]"),), ("c2:" + _MINE, "c3:" + _MINE, _FORM),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_FORM.replace(" document_hash=h1", ""),), (_MINE.replace(",f3", ""),), (_MINE.replace("f3]", "f9]"),),
            (_MINE.replace("=f1", "=f4"),),
        (_GOT,), (_MINE, _GOT.replace("f1", "f2")), (_MINE, _MINE.replace("=f1", "=f2"), _GOT), (*_OFTEN, _FORM),
            (_MINE.replace("f2,f3", "f1,f1"),),
        (_FEE.replace("5000", "5001"),), (_FEE.replace("seal", "advice"),), (_FEE.replace(" receipt_no=R1", ""),),
            (_MINE.replace("intermediary=f1 ", ""),),
        (_FEE.replace("fee_item=seal ", ""),), (_MINE.replace(" options=[f1,f2,f3]", ""),), (_MINE, _GOT.replace("intermediary=f1 ", "")),
        (_FEE.replace("amount=5000 ", ""),),
    )

    listed: tuple[str, ...]
    often: int
    fees: tuple[Fee, ...] = ()
    chooses: tuple[str, ...] = ("choose_intermediary",)
    reports: tuple[str, ...] = ("receive_service_report",)
    charges: tuple[str, ...] = ()
    fewest: int = 3
    statute: Citation | None = None

    @property
    def basis(self) -> Basis:
        """The statute if the power names its article, else a rule: in no case to be overridden."""
        return Basis.STATUTE if self.statute else Basis.RULE

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        if not (2 <= self.fewest <= len({*self.listed}) and 1 <= self.often <= 99 and len({f.item for f in self.fees}) == len(self.fees)):
            return Text(zh="名录至少应有可选家数，收费项目不得重复", en="as many firms listed as there are to choose from, and no fee twice")
        return unfit(version, self.chooses, self.reports, more=self.charges)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a choice that is not the applicant's, a report of another firm, and a fee without basis."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, citation=self.statute, reason=fault,
            remedy=Text(zh="请由申请人本人从公布的名录中选择（或者附其签字的选择书）；只收目录内的费用并开具票据。",
                        en="Let the applicant itself choose from the published list, or attach its signed form; "
                           "charge listed fees only, with receipt."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, d, acts = s.proposed, s.proposed.data, [e for e in s.case.events if e.kind == ACT]
        firm, options = d.get("intermediary"), {*(d.get("options") or ())}
        if p.act in self.chooses:
            own = p.actor == PARTY
            yield not own and not d.get("document_hash"), "不是申请人本人选择，也没有其签字的选择书", "neither chosen nor signed for by the applicant"
            yield len(options) < self.fewest, \
                f"可选的只有{len(options)}家，至少应有{self.fewest}家", f"{len(options)} to choose from, {self.fewest} are due"
            yield options - {*self.listed} or firm not in options, "不在公布的名录或者可选范围内", "a firm is not on the list or was not offered"
            same = [u for u in s.elsewhere.uses("intermediary", str(firm)) if u.act in self.chooses and u.actor == p.actor]
            yield not own and len(same) >= self.often, f"{s.people.name(p.actor)}已在{len(same)}件中登记同一家机构，应由申请人本人办理", \
                f"{s.people.name(p.actor)} has entered this firm in {len(same)} other cases: the applicant enters it itself"
        if p.act in self.reports:
            chosen = next((e.data["intermediary"] for e in reversed(acts) if e.act in self.chooses and "intermediary" in e.data), None)
            yield firm is None or firm != chosen, "报告不是申请人选择的机构出具的", "the report is not by the firm that the applicant chose"
        if p.act in self.charges:
            bound = next((fee.yuan * 100 for fee in self.fees if fee.item == d.get("fee_item")), None)
            yield bound is None, "收费项目不在目录内", "this fee is not on the list"
            sum_ = d.get("amount")
            yield sum_ is None or sum_ > (bound or 0), \
                f"收费高于目录标准{format_yuan(bound or 0)}元", f"the list allows {format_yuan(bound or 0)} yuan"
            yield not d.get("receipt_no"), "没有开具票据", "there is no receipt"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Look at choices beside those of other cases, at reports and at fees."""
        firm, options, bound = T("intermediary"), T("options"), say.get({fee.item: fee.yuan * 100 for fee in self.fees}, T("fee_item"))
        others = say.both(say.differs(T("_actor"), PARTY), say.at_least(
            say.count(self.chooses, say.same_actor(), same="intermediary"), self.often))
        unsigned = say.both(say.differs(T("_actor"), PARTY), say.missing(T("document_hash")))
        return AnyOf((
            say.gate(self.chooses, say.either(
                unsigned, say.over(self.fewest, say.without(options, ())), say.over(say.without(options, self.listed), 0),
                say.negated(say.is_in(firm, options)), others), needs=["_actor"]),
            say.gate(self.reports, say.negated(say.equal(firm, say.last(self.chooses, "intermediary")))),
            say.gate(self.charges, say.either(say.negated(say.at_least(bound, T("amount"))), say.missing(T("receipt_no"))))))
