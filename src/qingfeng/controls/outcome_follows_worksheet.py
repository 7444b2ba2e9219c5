"""outcome_follows_worksheet 决定与审查表一致: who passes the sheet gets his grant, who fails it does not; both ways need their ground.

Why: 对符合条件的不批准: a refusal of who meets every condition is worth as much in the wrong hands as the grant to who meets none.
Finds: a refusal although the latest sheet passes, a grant although it fails, without an approved departure by somebody else, and a
refusal that names no item of the sheet that failed.
Not: whether the sheet is right (review_worksheet, site_survey); changes of sums and words (decision_matches_review).
Source: the agency's own map (对符合条件的不批准、擅自降低标准); 行政许可法 38 where the power names it (`statute`).
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
from qingfeng.facts.rule import AnyOf, R, T
from qingfeng.terms.citation import Citation
from qingfeng.terms.text import Text

YES, NO, GRANT, REFUSE, WORDS = "pass", "fail", "granted", "refused", 4
# fmt: off
_GOOD = "fill ann 0 worksheet_result=pass checklist={exit:pass}"
_POOR = "fill ann 0 worksheet_result=fail checklist={exit:fail,gap:pass}"
_GRANT, _DENY = "decide dan 9 decision_outcome=granted", "decide dan 9 decision_outcome=refused failed_conditions=[exit]"
_PART = "depart eve 5 reasons=整改后已经复核"


@dataclass(frozen=True, slots=True)
class OutcomeFollowsWorksheet:
    """The latest of `fills` against `decision_outcome` of `decides`; `departures` since it lift this; refusals name `failed_conditions`."""

    name: ClassVar[str] = "outcome_follows_worksheet"
    title: ClassVar[Text] = Text(zh="决定与审查表一致", en="Decision as the worksheet says")
    example: ClassVar[dict[str, Any]] = {"decides": ["decide"], "fills": ["fill"], "departures": ["depart"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_GOOD, _GRANT), (_POOR, _DENY), (_POOR, _PART, _GRANT), (_GOOD, _PART, _DENY), (_POOR, _GOOD, _GRANT), (_GOOD, _POOR, _DENY),
        (_GOOD, _PART, _GRANT), (_POOR, _PART, _DENY), (_GOOD, "decide dan 9"), (_GOOD.replace("0", "1"), _GRANT.replace("dan", "eve")),
        (_POOR, _PART.replace("eve", "bob"), _GRANT), (_POOR, _DENY, _DENY),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_GOOD, _DENY), (_POOR, _GRANT), (_GRANT,), (_DENY,), (_POOR, _GOOD, _DENY), (_GOOD, _POOR, _GRANT),
            (_POOR, _DENY.replace("exit", "gap")),
        (_POOR, _DENY.replace(" failed_conditions=[exit]", "")), (_PART, _POOR, _GRANT), (_POOR, _PART.replace("整改后已经复核", "可以"), _GRANT),
        (_POOR, _PART.replace("eve", "dan"), _GRANT), (_POOR, _PART.replace("eve", "ann"), _GRANT), (_PART, _GOOD, _DENY),
        (_PART, _GRANT), (_POOR, _DENY.replace("[exit]", "[exit,gap]")),
    )

    decides: tuple[str, ...] = ("decide_application",)
    fills: tuple[str, ...] = ("fill_worksheet",)
    departures: tuple[str, ...] = ()
    statute: Citation | None = None

    @property
    def basis(self) -> Basis:
        """The statute if the power names its article, else a rule: in no case to be overridden."""
        return Basis.STATUTE if self.statute else Basis.RULE

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        return unfit(version, self.decides, self.fills, more=self.departures)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a decision against the sheet."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, citation=self.statute, reason=fault,
            remedy=Text(zh="请按最近一次审查表的结论决定，不予的逐项写明没有达到的条件；确需改变的，先由他人写明理由批准。",
                        en="Decide as the latest worksheet says, name what failed; to depart from it, have another "
                           "approve the reasons first."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, outcome = s.proposed, s.proposed.data.get("decision_outcome")
        if p.act not in self.decides or outcome not in (GRANT, REFUSE):
            return
        done = [e for e in s.case.events if e.kind == ACT]
        sheet = next((e for e in reversed(done) if e.act in self.fills), None)
        yield sheet is None, "没有审查表，不能作出决定", "there is no worksheet to decide on"
        assert sheet is not None
        free = any(e.act in self.departures and e.seq > sheet.seq and e.actor not in (p.actor, sheet.actor)
                   and len(str(e.data.get("reasons") or "")) >= WORDS for e in done)
        if free:
            return
        said = sheet.data.get("worksheet_result")
        yield outcome == GRANT and said != YES, "审查表结论为不符合，不得准予", "the worksheet does not pass: no grant"
        if outcome == REFUSE:
            yield said != NO, "审查表各项符合，不得不予", "the worksheet passes: no refusal"
            failed = {code for code, answer in (sheet.data.get("checklist") or {}).items() if answer == NO}
            named = {*(p.data.get("failed_conditions") or ())}
            yield not named or named - failed, "不予的决定没有写明（或者写错）没有达到的条件", "the refusal does not name conditions that failed"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Compare decisions with the latest sheet before them."""
        newest = say.gather("last", self.fills, R("_seq"))
        latest = say.equal(R("_seq"), newest)
        result, filler = (say.gather("last", self.fills, R(field), latest) for field in ("worksheet_result", "_actor"))
        other = say.both(say.differs(R("_actor"), T("_actor")), say.differs(R("_actor"), filler))
        free = say.some(self.departures, say.both(other, say.at_least(say.length(R("reasons")), WORDS)), since=self.fills)
        failed = say.gather("set", self.fills, R("_key"), say.both(latest, say.equal(R("_value"), NO)), each="checklist")
        unnamed = say.either(say.missing(T("failed_conditions")), say.over(say.without(T("failed_conditions"), failed), 0))
        grant, refuse = (say.equal(T("decision_outcome"), one) for one in (GRANT, REFUSE))
        against = say.either(say.both(grant, say.negated(say.equal(result, YES))),
                             say.both(refuse, say.either(say.negated(say.equal(result, NO)), unnamed)))
        wrong = say.either(say.missing(newest), say.both(say.negated(free), against))
        return AnyOf((say.gate(self.decides, wrong, applies=say.either(grant, refuse), needs=["_actor"]),))
