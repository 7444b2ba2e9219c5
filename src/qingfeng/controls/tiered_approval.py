"""tiered_approval 分级审批: who decides or approves holds a post that may go so far, by the sum of the whole case and by kind.

Why: 越权审批 – a section head signs what only the head of the agency may sign, or cuts one fine into several small ones.
Finds: an act whose sum, with all decisions of the case, or whose kind is beyond the post; what it leaves unsaid, the proposal says.
Not: splitting over cases (major_case_test adds them up); delegation (the order ring).  Source: the agency's own 严格层级审批制度.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue import codes, wording
from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import idle_posts
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.facts import say
from qingfeng.facts.rule import GateRule, R, T
from qingfeng.terms.money import format_yuan
from qingfeng.terms.text import Text

_P = "party=甲 violation_code=V1"


@dataclass(frozen=True, slots=True)
class Level:
    """These posts may do these acts up to a sum in yuan (None: any); kinds: penalties signed only at levels that name them."""

    acts: tuple[str, ...]
    posts: tuple[str, ...]
    up_to: int | None = None
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TieredApproval:
    """Nobody signs above his post; decisions of one case (`adds`, since the last of `resets`) count together, and those on the same
    party for the same violation in its other cases of the last `days`.
    """

    name: ClassVar[str] = "tiered_approval"
    title: ClassVar[Text] = Text(zh="分级审批", en="Tiered approval")
    example: ClassVar[dict[str, Any]] = {
        "levels": [{"acts": ["approve"], "posts": ["clerk"], "up_to": 10}, {"acts": ["approve", "decide"], "posts": ["head"], "up_to": 50},
                   {"acts": ["approve", "decide"], "posts": ["chief"], "kinds": ["closure", "licence"]}],
        "sources": ["serve_notice", "report"], "adds": ["decide"], "resets": ["revoke"], "days": 20}  # fmt: skip
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("serve_notice ann 0 amount=4000", "approve bob 1 @head", "decide bob 2 @head amount=4000 confiscated=1000"),
        ("report ann 0 amount=1000", "serve_notice ann 0 amount=1000 penalty_kinds=[fine]", "approve bob 1 @clerk"),
        ("decide bob 1 @head amount=3000", "revoke eve 2 @chief", "decide bob 3 @head amount=4000"),
        ("serve_notice ann 0 amount=9000 penalty_kinds=[licence]", "approve eve 1 @chief", "decide eve 2 @chief"), ("note ann 0",),
        ("report ann 0 confiscated=5000", "decide bob 1 @head amount=0 confiscated=2000 penalty_kinds=[fine]"),
        (f"c2:decide bob 0 @head amount=3000 {_P}", f"decide bob 20 @head confiscated=2000 {_P}", "note ann 1"),
        (f"c2:decide bob 0 @head amount=3000 {_P}", f"decide bob 21 @head amount=3000 {_P}"),
        (f"c2:decide bob 0 @head amount=3000 {_P}", "decide bob 1 @head amount=3000 party=甲 violation_code=V2"),
        (f"c2:report bob 0 amount=3000 {_P}", f"decide bob 1 @head amount=3000 {_P}"), ("approve bob 1 @clerk", "note ann 1"),
    )  # fmt: skip
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("serve_notice ann 0 amount=5000 confiscated=100", "approve bob 1 @head"),
        ("decide bob 1 @head amount=3000", "decide bob 1 @head amount=2000 confiscated=1"), ("decide ann 0 @clerk amount=100",),
        ("decide bob 1 @head confiscated=3000", "decide bob 1 @head amount=2001"),
        ("report ann 0 amount=1000 penalty_kinds=[fine,closure]", "decide bob 1 @head"),
        ("report ann 0 amount=1001 penalty_kinds=[licence]", "approve ann 1 @clerk penalty_kinds=[fine]"),
        (f"c2:decide bob 0 @head amount=3000 {_P}", f"serve_notice ann 1 amount=2001 {_P}", "approve bob 20 @head"),
        (f"c2:decide bob 0 @head confiscated=3000 {_P}", f"decide bob 20 @head amount=2001 {_P}"),
    )  # fmt: skip
    money: ClassVar[tuple[str, ...]] = ("amount", "confiscated")
    levels: tuple[Level, ...]
    sources: tuple[str, ...]
    adds: tuple[str, ...]
    resets: tuple[str, ...] = ()
    days: int = 365
    basis: ClassVar[Basis] = Basis.RULE  # nobody lets somebody pass who has not the power

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        named = {*self.sources, *self.adds, *self.resets, *(n for v in self.levels for n in (*v.acts, *v.posts))}
        unknown = sorted(named - {*version.posts, *(row.act for row in version.procedure.rows)})
        bad = [v for v in self.levels if not v.acts or not v.posts or (v.up_to is not None and v.up_to < 1)]
        if unknown or bad or not self.levels or self.days < 0:
            return Text(zh=f"每级须有已知动作和岗位、金额大于0（{'、'.join(unknown) or '—'}）",
                        en=f"levels need known acts, posts, sums above 0 ({', '.join(unknown) or '-'})")  # fmt: skip
        return next(
            (why for act in {a: 1 for v in self.levels for a in v.acts} if (why := self._unfit(version, act))), None
        )

    def _unfit(self, version: PowerVersion, act: str) -> Text | None:
        """Return why the levels of one act leave a gap, overlap or name a post that may not do it."""
        mine, name = [v for v in self.levels if act in v.acts], wording.acts(version, [act])
        held, kept = [p for v in mine for p in v.posts], {k for v in mine for k in v.kinds}
        if idle := idle_posts(version, [act], held):
            return idle
        if twice := sorted({p for p in held if held.count(p) > 1}):
            posts = wording.posts(version, twice)
            return Text(
                zh=f"{name.zh}的分级重叠：{posts.zh}列在两级",
                en=f"levels of {name.en} overlap: {posts.en} in two of them",
            )
        bounds = [(v.up_to, v.kinds) for v in mine]
        if len({*bounds}) < len(bounds):
            return Text(
                zh=f"{name.zh}有两级的限额和种类相同，应合为一级",
                en=f"two levels of {name.en} have the same bound and kinds: make them one",
            )
        if not any(v.up_to is None and kept <= {*v.kinds} for v in mine):
            return Text(zh=f"{name.zh}有的金额或者种类没有岗位可以办理，最高一级不得有限额并须列全各种类",
                        en=f"a sum or kind of {name.en} is beyond every post: the top level has no bound and names all kinds")  # fmt: skip
        return None

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse an act whose sum or kind is beyond the actor's post."""
        events, posts, asked = situation.case.events, situation.case.version.posts, situation.proposed
        levels, said = [v for v in self.levels if asked.act in v.acts], dict[str, Any]()
        for data in [*(e.data for e in events if e.act in self.sources), asked.data]:
            said |= {k: v for k, v in data.items() if v is not None}
        begun = max((e.seq for e in events if e.act in self.resets), default=0)
        sums = [said, *(e.data for e in events[begun:] if e.act in self.adds)]
        uses = [
            u
            for u in situation.elsewhere.uses("party", said.get("party") or "")
            if (asked.day - u.day).days <= self.days
        ]
        sums += [
            u.data
            for u in uses
            if u.act in self.adds and u.data.get("violation_code") == said.get("violation_code", "")
        ]
        total, kinds = sum(d.get(f) or 0 for d in sums for f in self.money), sorted(said.get("penalty_kinds") or ())
        kept = {k for v in levels for k in v.kinds if k in kinds}
        able = [v for v in levels if (v.up_to is None or total <= v.up_to * 100) and kept <= {*v.kinds}]
        if not levels or any(situation.authority.post in v.posts for v in able):
            return None
        up, yuan = [posts[p].name for v in able for p in v.posts], format_yuan(total)
        who = situation.people.name(asked.actor)
        named = codes.listed(situation.case.version, kinds, none=Text(zh="未列", en="unsaid"))
        reason = Text(zh=f"罚没累计{yuan}元（含同一当事人同一案由的其他案件）、种类{named.zh}，{who}岗位无权“{situation.rule.word.name.zh}”",
                      en=f"{yuan} yuan with other cases of this violation, kinds {named.en}: beyond the post of {who}")  # fmt: skip
        remedy = Text(zh=f"请报有权岗位：{'、'.join(n.zh for n in up) or '本单位无此权限，请报上级机关'}；拆成几次决定仍累计。",
                      en=f"Send it up to {', '.join(n.en for n in up) or 'the authority above'}; several decisions add up.")  # fmt: skip
        return Refusal(by=self.name, ring="control", basis=self.basis, reason=reason, remedy=remedy)

    def detect(self, _: PowerVersion) -> GateRule:
        """Each act must find a level that its post, the sum and the kinds fit."""
        own = [say.or_else(say.or_else(T(f), say.last(self.sources, f)), 0) for f in self.money]
        party, code = (say.or_else(T(f), say.last(self.sources, f)) for f in ("party", "violation_code"))
        near = say.both(say.equal(R("violation_code"), code), say.at_least(R("_on"), say.minus(T("_on"), self.days)))
        cut = (say.gather("sum", self.adds, R(f), near, same="party", equals=party) for f in self.money)
        total = say.plus(*own, *(say.gather("sum", self.adds, R(f), since=self.resets) for f in self.money), *cut)
        kinds = say.or_else(T("penalty_kinds"), say.last(self.sources, "penalty_kinds"))
        pairs, fits = [(act, level) for level in self.levels for act in level.acts], []
        for act, level in pairs:
            kept = tuple(sorted({k for a, v in pairs if a == act for k in v.kinds} - {*level.kinds}))
            bound = () if level.up_to is None else (say.at_least(level.up_to * 100, total),)
            free = (say.negated(say.over(say.without(kinds, ()), say.without(kinds, kept))),) if kept else ()
            fits.append(say.both(say.equal(T("_act"), act), say.is_in(T("_post"), level.posts), *bound, *free))
        return say.gate({act for act, _ in pairs}, say.negated(say.either(*fits)))
