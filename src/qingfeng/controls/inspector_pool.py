"""inspector_pool 执法人员名录完整: who may be drawn to inspect is everybody who holds one of the posts, less exclusions each with a reason.

Why: 为特定群体谋取不正当利益: a “draw” of two from three whom one hand picked is a choice of who goes.
Finds: a list that leaves a holder of the posts out without reasons, lists one who holds none or has no valid credential, excludes one it
lists, or leaves out more than the share that is set.
Not: whether the reasons are true (file review); whether the firms are all there (inspection_pool).
Source: 优化营商环境条例 54 asks for inspectors chosen at random; that the list be whole is the agency's own rule, the share a setting.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, T
from qingfeng.terms.text import Text

REASONS, SEATS = 4, 999  # characters; more than hold any post
# fmt: off
_ALL = "pool eve 1 officer_pool=[ann,bob,carl,dan]"
_TWO = "{carl:执法证件到期,dan:长期病假在家}"
_LESS = "pool eve 1 officer_pool=[ann,bob,carl] officer_exclusions={dan:长期病假在家}"


@dataclass(frozen=True, slots=True)
class InspectorPool:
    """`officer_pool` and `officer_exclusions` (officer → reason) of `pools` are together all who hold one of `posts` that day;
    no more than `percent` of them are excluded."""

    name: ClassVar[str] = "inspector_pool"
    title: ClassVar[Text] = Text(zh="执法人员名录完整", en="Complete list of inspectors")
    basis: ClassVar[Basis] = Basis.RULE
    example: ClassVar[dict[str, Any]] = {"pools": ["pool"], "posts": ["clerk"], "percent": 74}
    example_posts: ClassVar[tuple[tuple[str, str], ...]] = (("eve", "head"), ("fay", "chief"))
    example_unlicensed: ClassVar[tuple[str, ...]] = ("carl",)
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        *((f"pool {who} {n} officer_pool=[ann,bob,dan] officer_exclusions={{carl:执法证件到期}}",) for who in ("eve", "fay", "ann")
          for n in (0, 1, 2, 3)),
        ("note ann 0",), *((f"pool eve {n} officer_pool=[ann,bob] officer_exclusions={_TWO}",) for n in (0, 1, 2)),
        (_LESS.replace("carl]", "dan]").replace("dan:", "carl:"), "note bob 2"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_ALL,), (_LESS,), *((f"pool eve 1 officer_pool=[{said}] officer_exclusions={{{out}}}",) for said, out in (
            ("ann,bob", "carl:执法证件到期"), ("ann", "bob:外出培训一月,carl:执法证件到期,dan:长期病假在家"), ("ann,bob,dan", "carl:无"), ("ann,bob,dan,eve",
            "carl:执法证件到期"), ("ann,bob,dan", "carl:执法证件到期,dan:长期病假在家"), ("ann,bob,dan", "carl:执法证件到期,eve:并非检查人员"))),
        ("pool eve 1 officer_pool=[ann,bob,dan]",), ("pool eve 1",),
    )

    pools: tuple[str, ...]
    posts: tuple[str, ...]
    percent: int = 50

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        fine = self.posts and {*self.posts} <= {*version.posts} and 0 <= self.percent <= 90
        return unfit(version, self.pools) or (None if fine else Text(
            zh="岗位应存在且不空，剔除比例应为0至90", en="posts must be posts of the power, 0 to 90 percent excluded at most"))

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a list of inspectors that is not whole."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=fault, remedy=Text(
            zh="请把当日在检查岗位上的持证人员全部列入名录；确须剔除的（回避、病假、证件到期等）逐人写明理由，不得超过规定的比例。",
            en="List everybody who holds one of the posts, with a valid credential; give each exclusion its reason, within the share set."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, people = s.proposed, s.people
        if p.act not in self.pools:
            return
        whole = {who for post in self.posts for who in people.holders(post, p.day)}
        listed, out = {*p.data.get("officer_pool", ())}, dict(p.data.get("officer_exclusions", {}))
        left, odd = (list(map(people.name, sorted(one))) for one in (whole - listed - {*out}, (listed | {*out}) - whole))
        idle = [people.name(who) for who in sorted(listed) if not people.has_credential(who, p.day)]
        both = [people.name(who) for who in sorted(listed & {*out})]
        bare = [people.name(who) for who, why in out.items() if len(str(why)) < REASONS]
        yield left, f"名录漏列：{'、'.join(left)}", f"left out without reasons: {', '.join(left)}"
        yield odd, f"不在检查岗位：{'、'.join(odd)}", f"hold none of the posts: {', '.join(odd)}"
        yield idle, f"没有有效执法证件：{'、'.join(idle)}", f"no valid credential: {', '.join(idle)}"
        yield both, f"既列入又剔除：{'、'.join(both)}", f"listed and excluded: {', '.join(both)}"
        yield bare, f"剔除没有理由：{'、'.join(bare)}", f"excluded without reasons: {', '.join(bare)}"
        many = len(out) * 100 > self.percent * len(whole)
        yield many, f"剔除{len(out)}人，超过应列{len(whole)}人的{self.percent}%", f"{len(out)} of {len(whole)} are excluded: over {self.percent}%"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Compare each list with those who hold the posts that day."""
        listed, out, whole = T("officer_pool"), T("officer_exclusions"), say.staff(dict.fromkeys(self.posts, SEATS), T("_on"))
        beyond = [say.over(say.without(a, b), 0) for a, b in ((whole, say.joined(listed, out)), (listed, whole), (out, whole))]
        twice = say.over(say.plus(say.without(listed, ()), say.without(out, ())), say.without(say.joined(listed, out), ()))
        many = say.over(say.times(say.without(out, ()), 100), say.times(self.percent, say.without(whole, ())))
        return AnyOf((
            say.gate(self.pools, say.either(*beyond, twice, many)),
            say.gate(self.pools, say.negated(say.licensed(T("_key"), T("_on"))), each="officer_pool"),
            say.gate(self.pools, say.over(REASONS, say.length(T("_value"))), each="officer_exclusions")))
