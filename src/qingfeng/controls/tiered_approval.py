"""tiered_approval 分级审批: who decides or approves holds a post that may go so far, by the sum of the whole case and by kind.

Why: 越权审批 – a section head signs what only the head of the agency may sign, or cuts one fine into several small ones.
Finds: an act whose sum, with all decisions of the case, or whose kind is beyond the post; what it leaves unsaid, the proposal says.
Not: splitting over cases (major_case_test adds them up); delegation (the order ring).  Source: the agency's own 严格层级审批制度.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.facts import say
from qingfeng.facts.rule import GateRule, R, T
from qingfeng.terms.money import format_yuan
from qingfeng.terms.text import Text


@dataclass(frozen=True, slots=True)
class Level:
    """These posts may do these acts up to a sum in yuan (None: any); kinds: penalties signed only at levels that name them."""

    acts: tuple[str, ...]
    posts: tuple[str, ...]
    up_to: int | None = None
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TieredApproval:
    """Nobody signs above his post; decisions of one case (`adds`, since the last of `resets`) count together."""

    name: ClassVar[str] = "tiered_approval"
    title: ClassVar[Text] = Text(zh="分级审批", en="Tiered approval")
    example: ClassVar[dict[str, Any]] = {
        "levels": [{"acts": ["approve"], "posts": ["clerk"], "up_to": 10}, {"acts": ["approve", "decide"], "posts": ["head"], "up_to": 50},
                   {"acts": ["approve", "decide"], "posts": ["chief"], "kinds": ["closure", "licence"]}],
        "sources": ["serve_notice", "report"], "adds": ["decide"], "resets": ["revoke"]}  # fmt: skip
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("serve_notice ann 0 amount=4000", "approve bob 1 @head", "decide bob 2 @head amount=4000 confiscated=1000"),
        ("report ann 0 amount=1000", "serve_notice ann 0 amount=1000 penalty_kinds=[fine]", "approve bob 1 @clerk"),
        ("decide bob 1 @head amount=3000", "revoke eve 2 @chief", "decide bob 3 @head amount=4000"),
        ("serve_notice ann 0 amount=9000 penalty_kinds=[licence]", "approve eve 1 @chief", "decide eve 2 @chief"), ("note ann 0",),
        ("report ann 0 confiscated=5000", "decide bob 1 @head amount=0 confiscated=2000 penalty_kinds=[fine]"),
    )  # fmt: skip
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("serve_notice ann 0 amount=5000 confiscated=100", "approve bob 1 @head"),
        ("decide bob 1 @head amount=3000", "decide bob 1 @head amount=2000 confiscated=1"), ("decide ann 0 @clerk amount=100",),
        ("decide bob 1 @head confiscated=3000", "decide bob 1 @head amount=2001"),
        ("report ann 0 amount=1000 penalty_kinds=[fine,closure]", "decide bob 1 @head"),
        ("report ann 0 amount=1001 penalty_kinds=[licence]", "approve ann 1 @clerk penalty_kinds=[fine]"),
    )  # fmt: skip
    money: ClassVar[tuple[str, ...]] = ("amount", "confiscated")
    levels: tuple[Level, ...]
    sources: tuple[str, ...]
    adds: tuple[str, ...]
    resets: tuple[str, ...] = ()
    basis: ClassVar[Basis] = Basis.RULE  # nobody lets somebody pass who has not the power

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        named = {*self.sources, *self.adds, *self.resets, *(n for v in self.levels for n in (*v.acts, *v.posts))}
        unknown = "、".join(sorted(named - {*version.posts, *(row.act for row in version.procedure.rows)}))
        bad = [v for v in self.levels if not v.acts or not v.posts or (v.up_to is not None and v.up_to < 1)]
        why = Text(zh=f"每级须有已知动作和岗位、金额大于0（{unknown}）", en=f"levels need known acts, posts, sums above 0 ({unknown})")  # fmt: skip
        return why if unknown or bad or not self.levels else None

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse an act whose sum or kind is beyond the actor's post."""
        events, posts, asked = situation.case.events, situation.case.version.posts, situation.proposed
        levels, said = [v for v in self.levels if asked.act in v.acts], dict[str, Any]()
        for data in [*(e.data for e in events if e.act in self.sources), asked.data]:
            said |= {k: v for k, v in data.items() if v is not None}
        begun = max((e.seq for e in events if e.act in self.resets), default=0)
        sums = [said, *(e.data for e in events[begun:] if e.act in self.adds)]
        total, kinds = sum(d.get(f) or 0 for d in sums for f in self.money), sorted(said.get("penalty_kinds") or ())
        kept = {k for v in levels for k in v.kinds if k in kinds}
        able = [v for v in levels if (v.up_to is None or total <= v.up_to * 100) and kept <= {*v.kinds}]
        if not levels or any(situation.authority.post in v.posts for v in able):
            return None
        up, yuan = [posts[p].name for v in able for p in v.posts], format_yuan(total)
        who = situation.people.name(asked.actor)
        reason = Text(zh=f"本案罚没累计{yuan}元、种类{'、'.join(kinds) or '未列'}，{who}岗位无权“{situation.rule.word.name.zh}”",
                      en=f"{yuan} yuan in this case, kinds {', '.join(kinds) or 'unsaid'}: beyond the post of {who}")  # fmt: skip
        remedy = Text(zh=f"请报有权岗位：{'、'.join(n.zh for n in up) or '本单位无此权限，请报上级机关'}；拆成几次决定仍累计。",
                      en=f"Send it up to {', '.join(n.en for n in up) or 'the authority above'}; several decisions add up.")  # fmt: skip
        return Refusal(by=self.name, ring="control", basis=self.basis, reason=reason, remedy=remedy)

    def detect(self, _: PowerVersion) -> GateRule:
        """Each act must find a level that its post, the sum and the kinds fit."""
        own = [say.or_else(say.or_else(T(f), say.last(self.sources, f)), 0) for f in self.money]
        total = say.plus(*own, *(say.gather("sum", self.adds, R(f), since=self.resets) for f in self.money))
        kinds = say.or_else(T("penalty_kinds"), say.last(self.sources, "penalty_kinds"))
        pairs, fits = [(act, level) for level in self.levels for act in level.acts], []
        for act, level in pairs:
            kept = tuple(sorted({k for a, v in pairs if a == act for k in v.kinds} - {*level.kinds}))
            bound = () if level.up_to is None else (say.at_least(level.up_to * 100, total),)
            free = (say.negated(say.over(say.without(kinds, ()), say.without(kinds, kept))),) if kept else ()
            fits.append(say.both(say.equal(T("_act"), act), say.is_in(T("_post"), level.posts), *bound, *free))
        return say.gate({act for act, _ in pairs}, say.negated(say.either(*fits)))
