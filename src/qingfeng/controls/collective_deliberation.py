"""collective_deliberation 集体讨论: a complex or serious case is decided by the heads together, and decided as they resolved.

Why: 个人说了算 – one person decides what the law gives to the heads collectively, or signs something else than they resolved.
Finds: a decision of such a case without an adopted resolution after the latest report or notice; any that differs from one.
Not: whether members were enough, and votes counted rightly.  Source: 行政处罚法 57(2); which case is serious is a setting.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue import codes
from qingfeng.catalogue.power import PowerVersion
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.facts import say
from qingfeng.facts.rule import GateRule, Gather, R, T
from qingfeng.terms.citation import Citation
from qingfeng.terms.text import Text


@dataclass(frozen=True, slots=True)
class CollectiveDeliberation:
    """`decides` only after `results` adopted since the latest of `since`, when the case is one for the heads together."""

    name: ClassVar[str] = "collective_deliberation"
    title: ClassVar[Text] = Text(zh="集体讨论决定", en="Collective deliberation")
    # fmt: off
    example: ClassVar[dict[str, Any]] = {"decides": ["decide"], "results": ["deliberate"], "since": ["report", "serve_notice"],
        "classify": ["classify"], "occasions": ["hold_hearing"], "amount": 50, "kinds": ["closure", "licence"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("classify ann 0 major=yes", "report ann 0", "deliberate eve 1 result=adopted amount=900", "decide eve 2 amount=900"),
        ("hold_hearing fay 0", "deliberate eve 1 result=adopted confiscated=70", "decide eve 2 amount=0 confiscated=70"),
        ("serve_notice ann 0", "deliberate eve 1 result=rejected", "deliberate eve 1 result=adopted amount=900", "decide eve 2 amount=900"),
        ("report ann 0", "deliberate eve 1 result=adopted penalty_kinds=[fine,closure]", "decide eve 2 penalty_kinds=[closure,fine]"),
        ("classify ann 0 major=no", "deliberate eve 0 result=adopted", "decide eve 1", "report ann 1", "decide eve 1 amount=4999"),
        ("classify ann 0 major=yes", "classify dan 0 major=no", "serve_notice ann 0", "decide eve 1", "decide eve 2"),
        ("deliberate eve 1 result=adopted confiscated=70", "decide eve 1 confiscated=70", "serve_notice ann 2", "decide eve 3 amount=900"),
        ("report ann 0", "report ann 1", "decide bob 1 penalty_kinds=[fine]", "serve_notice ann 2", "decide bob 3 amount=900"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("classify ann 0 major=yes", "decide eve 2 amount=900"), ("decide eve 0 amount=4900 confiscated=100",),
        ("report ann 0", "decide eve 1 penalty_kinds=[fine,licence]"),
        ("hold_hearing fay 0", "deliberate eve 1 result=adopted amount=900", "report ann 2", "decide eve 3 amount=900"),
        ("classify ann 0 major=yes", "deliberate eve 1 result=adopted", "report ann 1", "deliberate eve 2 result=deferred", "decide eve 3"),
        ("deliberate eve 1 result=adopted confiscated=70 amount=900", "decide eve 2 confiscated=70", "decide eve 2 amount=900"),
        ("deliberate eve 1 result=adopted penalty_kinds=[fine,closure]", "decide eve 2 penalty_kinds=[fine]",
         "decide eve 2 penalty_kinds=[fine,closure,licence]"),
    )

    decides: tuple[str, ...]
    results: tuple[str, ...]
    since: tuple[str, ...]
    classify: tuple[str, ...] = ()
    occasions: tuple[str, ...] = ()
    amount: int | None = None  # yuan, fine and confiscation together
    kinds: tuple[str, ...] = ()
    statute: Citation | None = None

    @property
    def basis(self) -> Basis:
        """The article if the power file names it, else a rule of the agency (三重一大)."""
        return Basis.STATUTE if self.statute else Basis.RULE

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        named = {*self.decides, *self.results, *self.since, *self.classify, *self.occasions}
        unknown = sorted(named - {row.act for row in version.procedure.rows})
        good = self.decides and self.results and self.since and (self.classify or self.occasions or self.kinds or self.amount)
        return None if good and not unknown else Text(zh=f"决定、结果、起算和适用情形均须有所指（{'、'.join(unknown)}）",
            en=f"an act or occasion is lacking ({', '.join(unknown)})")

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse the decision that the heads had to take together and did not, or took otherwise."""
        events, said, money = situation.case.events, situation.proposed.data, ("amount", "confiscated")
        begun = max((e.seq for e in events if e.act in self.since), default=0)
        adopted = next((e.data for e in reversed(events) if e.act in self.results and e.seq > begun), {})
        classed = next((e.data["major"] for e in reversed(events) if e.act in self.classify and e.data.get("major")), "no")
        grave = classed == "yes" or any(e.act in self.occasions for e in events) or {*self.kinds} & {*said.get("penalty_kinds", ())}
        heavy = self.amount is not None and sum(said.get(f) or 0 for f in money) >= self.amount * 100
        agreed, odd = adopted.get("result") == "adopted", list[str]()
        if agreed:
            odd = [f for f in money if (adopted.get(f) or 0) != (said.get(f) or 0)]
            odd += ["penalty_kinds"] if sorted(adopted.get("penalty_kinds", "-")) != sorted(said.get("penalty_kinds", "-")) else []
        if situation.proposed.act not in self.decides or not (odd if agreed else grave or heavy):
            return None
        zh, en = "情节复杂或者重大，未经集体讨论通过（须在报告或者告知之后）", "complex or serious, and nothing was adopted after the report or notice"
        if agreed:
            version = situation.case.version
            told = [(codes.field(version, f), *(codes.shown(version, f, data.get(f)) for data in (adopted, said))) for f in odd]
            zh = "；".join(f"{n.zh}由{was.zh}变为{now.zh}" for n, was, now in told)
            en = "; ".join(f"{n.en} from {was.en} to {now.en}" for n, was, now in told)
            zh, en = f"决定与集体讨论通过的不一致（{zh}）", f"the decision is not what was adopted ({en})"
        return Refusal(by=self.name, ring="control", basis=self.basis, citation=self.statute, reason=Text(zh=zh, en=en),
            remedy=Text(zh="请在报告或告知之后提请集体讨论（写明金额和处罚种类），按通过的结果决定。",
                        en="Deliberate after the report or notice on the sum and the kinds, then decide as adopted."))

    def detect(self, _: PowerVersion) -> GateRule:
        """A decision needs an adopted result where the case is grave, and equals it where there is one."""
        def fresh(field: str, empty: int | str | tuple[str, ...]) -> Gather:
            return say.gather("last", self.results, say.or_else(R(field), empty), since=self.since)
        kinds, was, adopted = T("penalty_kinds"), fresh("penalty_kinds", ()), say.equal(fresh("result", ""), "adopted")
        some_kind = say.over(say.without(kinds, ()), say.without(kinds, self.kinds))
        grave = [say.equal(say.last(self.classify, "major"), "yes"), say.some(self.occasions), some_kind]
        if self.amount is not None:
            grave.append(say.at_least(say.plus(*(say.or_else(T(f), 0) for f in ("amount", "confiscated"))), self.amount * 100))
        unlike = [say.over(say.without(kinds, was), 0), say.over(say.without(was, kinds), 0)]
        unlike += [say.differs(say.or_else(T(f), 0), fresh(f, 0)) for f in ("amount", "confiscated")]
        wrong = say.either(say.both(adopted, say.either(*unlike)), say.both(say.negated(adopted), say.either(*grave)))
        return say.gate(self.decides, wrong)
