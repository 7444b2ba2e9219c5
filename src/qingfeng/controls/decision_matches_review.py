"""decision_matches_review 结论与审查一致: the decision says what the review said, or what an approved departure says; so do new reports.

Why: 擅自改变结论 – reviewed at 5000 yuan, signed at 500; 擅改调查结果 – the report comes back another, though nothing new was found.
Finds: a decision or a new report that differs in one of `fields` without departure, new ground or reason; a review without conclusion.
Not: a review that was wrong from the start.  Source: the agency's own map (擅自改变审查结论、擅改调查结果).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue import codes
from qingfeng.catalogue.power import PowerVersion
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, Expr, R, T
from qingfeng.terms.text import Text

# fmt: off
NOTHING: tuple[Any, ...] = (None, "", [], {})
NOTES, NEW, FINE = ("note ann 2",) * 4, "register ann 3", "conclusion=punish amount=500000"
PASS, TOLD, DECIDED = f"pass_review bob 1 {FINE}", f"report ann 0 {FINE}", f"decide carl 4 {FINE}"
ABSOLVED, LESS = "pass_review bob 1 conclusion=no_punishment", "depart dan 3 conclusion=punish amount=50000 reasons=主动消除危害后果"
LOWER, NONE = "report ann 3 conclusion=punish amount=50000 changes={amount:新证据证明}", "report ann 3 conclusion=no_punishment"


@dataclass(frozen=True, slots=True)
class DecisionMatchesReview:
    """`decisions` repeat the `fields` of the latest of `reviews` and `departures`; a new one of `reports` says why it differs."""
    name: ClassVar[str] = "decision_matches_review"
    title: ClassVar[Text] = Text(zh="决定与审查结论一致", en="Decision as reviewed")
    example: ClassVar[dict[str, Any]] = {
        "reports": ["report"], "grounds": ["register", "send_back"], "reviews": ["pass_review"], "departures": ["depart"],
        "decisions": ["decide"], "fields": ["conclusion", "amount"], "stated": ["conclusion"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (TOLD, PASS, *NOTES, DECIDED), (PASS, *NOTES, LESS, "decide carl 4 conclusion=punish amount=50000"), (TOLD, TOLD, *NOTES),
        (ABSOLVED, *NOTES, "decide carl 4 conclusion=no_punishment"), (PASS, PASS, *NOTES, DECIDED), (*NOTES, DECIDED),
        (TOLD, *NOTES, NEW, LOWER), (TOLD, *NOTES, "send_back bob 3", NONE + " changes={amount:新证据证明,conclusion:不构成违法}"))
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (PASS, "decide carl 4 conclusion=punish amount=50000"), (PASS, "decide carl 4 conclusion=punish"), (PASS, LESS, DECIDED),
        (ABSOLVED, DECIDED), ("pass_review bob 1 amount=500000",), ("depart dan 3 conclusion=punish reasons=同意",), (TOLD, LOWER),
        (PASS, LESS, "decide dan 4 conclusion=punish amount=50000"), (TOLD, NEW, LOWER.replace("证据证明", "")), (TOLD, NEW, NONE))
    reports: tuple[str, ...]
    grounds: tuple[str, ...]
    reviews: tuple[str, ...]
    decisions: tuple[str, ...]
    departures: tuple[str, ...]
    fields: tuple[str, ...]
    stated: tuple[str, ...]
    basis: ClassVar[Basis] = Basis.RULE

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        named = [*self.reports, *self.grounds, *(self.reviews or ("",)), *(self.decisions or ("",)), *self.departures]
        sound = {*named} <= {row.act for row in version.procedure.rows} and len({*named}) == len(named)
        return None if sound and self.fields and {*self.stated} <= {*self.fields} else Text(
            "各组动作须取自流程且不相交，fields不为空并包含stated", "name disjoint lists of acts of the procedure; fields must hold stated")

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse what differs, leaves the conclusion open, or departs without reasons."""
        act, data, fault, version = situation.proposed.act, situation.proposed.data, None, situation.case.version
        events = [e for e in situation.case.events if e.kind == ACT]
        if act in (*self.reviews, *self.departures):
            silent = act in self.departures and len(data.get("reasons") or "") < 4
            left = [codes.field(version, n) for n in self.stated if data.get(n) in NOTHING]
            left += [Text(zh="理由（至少4个字）", en="reasons (at least 4 characters)")] * silent
            fault = (f"未写明{'、'.join(n.zh for n in left)}", f"{', '.join(n.en for n in left)} not stated") if left else None
        elif act in self.decisions:
            valid = [e for e in events if e.act in self.reviews or (e.act in self.departures and e.actor != situation.proposed.actor)]
            other = self._other(situation, valid[-1].data, data).values() if valid else ()
            fault = (f"与审查结论不一致：{'、'.join(n.zh for n in other)}",
                     f"not what the review said: {', '.join(n.en for n in other)}") if other else None
        elif act in self.reports and (at := max((n for n, e in enumerate(events) if e.act in self.reports), default=None)) is not None:
            why = (data.get("changes") or {}) if any(e.act in self.grounds for e in events[at:]) else {}
            bare = [said for n, said in self._other(situation, events[at].data, data).items() if len(why.get(n) or "") < 4]
            fault = (f"报告改变了{'、'.join(n.zh for n in bare)}，却没有新证据、未被退回或者未说明理由（至少4个字）",
                f"the report changes {', '.join(n.en for n in bare)} with nothing new or without reasons (4 characters)") if bare else None
        return fault and Refusal(by=self.name, ring="control", basis=self.basis, reason=Text(*fault), remedy=Text(
            "请按审查结论办理；确需改变的，由他人写明新结论和理由批准后再决定；报告有变的，逐项说明变动及理由。",
            "Follow the review; a change is first approved by another, with its reasons; a report explains each change."))

    def _other(self, s: Situation, old: Any, new: Any) -> dict[str, Text]:
        version, people = s.case.version, s.people

        def named(value: Any) -> Any:  # an officer is told by name
            return [named(one) for one in value] if isinstance(value, list | tuple) else people.names.get(value, value) \
                if isinstance(value, str) else value

        def moved(n: str) -> Text:
            was, now = (codes.shown(version, n, named(data.get(n))) for data in (old, new))
            name = codes.field(version, n)
            return Text(zh=f"{name.zh}由{was.zh}改为{now.zh}", en=f"{name.en} from {was.en} to {now.en}")
        return {n: moved(n) for n in self.fields
                if old.get(n) != new.get(n) and not (old.get(n) in NOTHING and new.get(n) in NOTHING)}

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find decisions and new reports that differ from what stood before them, and reviews and departures that say too little."""
        def changed(name: str, acts: tuple[str, ...], which: Expr) -> Expr:
            old, new = say.gather("last", acts, R(name), say.equal(R("_seq"), which)), T(name)
            return say.either(say.differs(old, new), say.both(say.missing(old), say.said(new)), say.both(say.said(old), say.missing(new)))
        words, before = (*self.reviews, *self.departures), say.gather("last", self.reports, R("_seq"))
        latest = say.gather("last", words, R("_seq"), say.either(say.is_in(R("_act"), self.reviews), say.differs(R("_actor"), T("_actor"))))
        idle, why = say.none(self.grounds, since=self.reports), {n: say.size(say.value_of(T("changes"), n)) for n in self.fields}
        altered = say.either(*(say.both(changed(n, self.reports, before), say.either(idle, say.over(4, why[n]))) for n in self.fields))
        decided = [changed(name, words, latest) for name in self.fields]
        return AnyOf((say.gate(self.decisions, say.both(say.said(latest), say.either(*decided)), needs=["_actor"]),
                      say.gate(words, say.either(*(say.missing(T(name)) for name in self.stated))),
                      say.gate(self.departures, say.over(4, say.size(T("reasons")))),
                      say.gate(self.reports, say.both(say.some(self.reports), altered))))
