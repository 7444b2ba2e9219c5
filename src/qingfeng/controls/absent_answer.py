"""absent_answer 离任代答: that somebody left and cannot answer the registers is stated by a leader, and only of those who left.

Why: a register waits for everybody who took part; a shortcut for those who left would else silence those who are still there.
Finds: such a statement about somebody who holds one of the posts that answer, about nobody, about oneself, or without reasons.
Not: what the officer would have said (the party is called back); contact_record and its like count the statement as his answer.
Source: the agency's own map (registers of contacts, gifts, interference); no statute asks for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, T
from qingfeng.terms.text import Text

REASONS = 4  # characters
# fmt: off


@dataclass(frozen=True, slots=True)
class AbsentAnswer:
    """`states` names in `departed` those who hold none of `posts` any more and says why."""

    name: ClassVar[str] = "absent_answer"
    title: ClassVar[Text] = Text(zh="离任代答", en="Answer for one who left")
    basis: ClassVar[Basis] = Basis.RULE  # a rule of the agency; nobody lets pass
    example: ClassVar[dict[str, Any]] = {"posts": ["inspector", "head"], "states": ["state"]}
    example_posts: ClassVar[tuple[tuple[str, str], ...]] = (("dan", "inspector"), ("eve", "head"))
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("state bob 0 departed=[ann,carl] reasons=已调离本单位",), ("note ann 0", "state eve 1 departed=[fay] reasons=已辞职离任"),
        ("state dan 0 departed=[bob] reasons=已退休离任", "note bob 1"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("state bob 0 departed=[ann,dan] reasons=已调离本单位",), ("state bob 0 departed=[eve] reasons=已辞职离任",),
        ("state bob 0 departed=[bob] reasons=已辞职离任",), ("state bob 0 departed=[ann] reasons=走了吧",), ("state bob 0 reasons=已调离本单位",),
        ("note ann 0", "state bob 1 departed=[ann]"), ("state bob 0 departed=[ann,bob] reasons=已调离本单位",),
    )

    posts: tuple[str, ...]
    states: tuple[str, ...] = ("record_absent_answer",)

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        wrong = sorted({*self.states} - {row.act for row in version.procedure.rows} | {*self.posts} - {*version.posts})
        if wrong or not (self.posts and self.states):
            return Text(f"posts、states不得为空，岗位须是本职权的，动作须在流程中：{'、'.join(wrong)}",
                        f"posts and states: set, posts of the power, acts of the procedure: {', '.join(wrong)}")
        return None

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse to answer for somebody who can answer himself, for oneself, for nobody, or without reasons."""
        command, people = situation.proposed, situation.people
        if command.act not in self.states:
            return None
        left = command.data.get("departed") or ()
        there = [people.name(who) for who in left if any(people.holds(who, post, command.day) for post in self.posts)]
        faults = (
            (not left, "没有写明离任的人员", "nobody is named"), (command.actor in left, "不得为本人代答", "nobody states this of himself"),
            (there, f"{'、'.join(there)}仍在任，应当本人作答", f"{', '.join(there)} is still in office and answers in person"),
            (len(str(command.data.get("reasons") or "").strip()) < REASONS, f"须写明离任的情况（至少{REASONS}个字）",
             f"say how and when the officer left (at least {REASONS} characters)"))
        found = next((Text(zh, en) for bad, zh, en in faults if bad), None)
        return None if found is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=found,
            remedy=Text("在任的请本人如实作答；确已离任的，请先登记其离任，再由负责人说明。",
                        "Those in office answer themselves; for one who left, record the leaving first, then let a leader state it."))

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find statements about those still there, about oneself or nobody, and without reasons."""
        bad = say.either(say.missing(T("departed")), say.is_in(T("_actor"), T("departed")), say.over(REASONS, say.length(T("reasons"))))
        return AnyOf((say.gate(self.states, bad, needs=["_actor"]),
                      say.gate(self.states, say.holds(T("_key"), self.posts, T("_on")), each="departed")))
