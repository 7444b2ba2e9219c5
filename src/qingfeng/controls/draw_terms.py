"""draw_terms 抽取条件先定: what decides a draw beside chance, the classes of firms and the links of the parties, is fixed before it.

Why: 为特定群体谋取不正当利益: a friend put into the class with the small quota is hardly drawn; who drops or holds back one party's link
until the number is out has two results to choose from.
Finds: a pool without parties or with a class other than the published one; a link of a stranger, a second one, one after the links were
fixed; links fixed that leave out one given, count one not given, pass over a party in silence or are too few; a draw with other links;
a team opened with an officer tied to the firm, whose conflict nobody put into the plan, and who was not recused.
Not: whether a link fits its anchor, or the numbers their round (the transcript is redone by anybody); who is in the pool (inspection_pool).
Source: the agency's own rule, after 优化营商环境条例 54 (random subjects, random inspectors).
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
from qingfeng.terms.text import Text

# fmt: off
_LIST = "publish_library eve 0 library_no=L1 library_classes={F1:A,F2:B}"
_POOL = "pool ann 1 library_no=L1 pool=[F1,F2] firm_classes={F1:A,F2:B} link_parties=[jw,sf,rd] least_links=2"
_JW, _SF, _RD = (f"reveal_link {who} {day} link_party={party} link_hash=h{day}" for who, day, party in (
    ("bob", 2, "jw"), ("carl", 3, "sf"), ("fay", 4, "rd")))
_FIX = "fix_links dan 5 links_id=k1 links_given=[jw,sf] links_missing={rd:到截止时间没有交来}"
_ALL, _DRAW = "fix_links dan 5 links_id=k1 links_given=[jw,sf,rd]", "register_draw eve 6 links_id=k1"
_TWO = (_LIST, _POOL, _JW, _SF)


@dataclass(frozen=True, slots=True)
class DrawTerms:
    """`pools` name `link_parties`, `least_links` and the class of each firm as `publishes` did; `reveals`, then `fixes`, then `draws`;
    `opens` name `officers` and `subject`."""

    name: ClassVar[str] = "draw_terms"
    title: ClassVar[Text] = Text(zh="抽取条件先定", en="Terms of the draw fixed first")
    basis: ClassVar[Basis] = Basis.RULE
    example: ClassVar[dict[str, Any]] = {"pools": ["pool"]}
    example_ties: ClassVar[tuple[tuple[str, str], ...]] = (("bob", "firm"), ("carl", "shop"))
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (*_TWO, _FIX, _DRAW), (*_TWO, _RD, _ALL, _DRAW), (_LIST, _POOL), (*_TWO, _RD), (*_TWO, _FIX, _POOL, _JW, _SF, _FIX, _DRAW),
        (_LIST, _POOL.replace("[F1,F2]", "[F1]").replace(",F2:B", "")), (_LIST, _POOL, _SF, _JW, _FIX), (*_TWO, _FIX, _DRAW, _DRAW),
        (_LIST, _POOL.replace("_links=2", "_links=1"), _JW, _FIX.replace("jw,sf", "jw").replace("{", "{sf:说明不能参加,")),
        ("open_team dan 7 subject=firm officers=[ann,carl]",), ("open_team dan 7 subject=shop officers=[ann,bob]",), ("open_team dan 7",),
        (_LIST, _POOL.replace("jw,sf,rd", "jw,sf"), _JW, _SF, "fix_links dan 5 links_id=k1 links_given=[jw,sf]", _DRAW),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_POOL,), *((_LIST, _POOL.replace(a, b)) for a, b in (("F2:B", "F2:A"), (",F2:B", ""), (" least_links=2", ""), ("=2", "=4"), (
            "jw,sf,rd", "jw"), (" link_parties=[jw,sf,rd]", ""), (" firm_classes={F1:A,F2:B}", ""), ("=L1", "=L2"))),
        (_LIST, _JW), (_LIST, _POOL, _JW.replace("=jw", "=zz")), (_LIST, _POOL, _JW, _JW), (*_TWO, _FIX, _RD), (_LIST, _POOL, _JW.replace(
            " link_hash=h2", "")), (_LIST, _POOL, _JW.replace(" link_party=jw", "")),
        (*_TWO, _RD, _FIX), *((*_TWO, _FIX.replace(a, b)) for a, b in (("jw,sf", "jw"), ("jw,sf", "jw,sf,rd"), (" links_id=k1", ""),
            (" links_missing={rd:到截止时间没有交来}", ""), ("到截止时间没有交来", "无"))), (_LIST, _POOL, _JW, _FIX), (_FIX,),
        (_LIST, _POOL, _JW, _FIX.replace("jw,sf", "jw").replace("{", "{sf:到截止时间没有交来,")), (*_TWO, _FIX, _FIX),
        *((f"open_team {who} 7 subject={firm} officers=[{team}]",) for who in ("dan", "eve") for firm, team in (
            ("firm", "ann,bob"), ("shop", "carl"), ("Firm（）", "bob"))),
        (*_TWO, _DRAW), (*_TWO, _FIX, _DRAW.replace("k1", "k2")), (*_TWO, _FIX, _DRAW.replace(" links_id=k1", "")), (*_TWO, _FIX, _POOL,
        _DRAW),
    )

    pools: tuple[str, ...]
    publishes: tuple[str, ...] = ("publish_library",)
    reveals: tuple[str, ...] = ("reveal_link",)
    fixes: tuple[str, ...] = ("fix_links",)
    draws: tuple[str, ...] = ("register_draw",)
    opens: tuple[str, ...] = ("open_team",)
    words: int = 4

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        return unfit(version, self.pools, self.publishes, self.reveals, self.fixes, self.draws, self.opens)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse terms that are not fixed, or not kept to."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=fault, remedy=Text(
            zh="请在对象库中写明各方、最少环数、公布的类别；各方交环后一次锁定，未交的逐个写明原因，再照锁定的链环抽取。",
            en="Freeze parties, least links and the published classes; fix the links once, name who gave none, then draw."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, d, done = s.proposed, s.proposed.data, [e for e in s.case.events if e.kind == ACT]
        if p.act in self.pools:
            yield from self._frozen(done, d)
            return
        if p.act in self.opens:
            near = "、".join(s.people.name(o) for o in d.get("officers", ()) if s.people.tied(o, d.get("subject", ""), p.day))
            yield near, f"与检查对象有利害关系：{near}", f"tied to the firm: {near.replace('、', ', ')}"
        at = max((n for n, e in enumerate(done, 1) if e.act in self.pools), default=0)
        terms: dict[str, Any] = dict(done[at - 1].data) if at else {}
        given = {e.data["link_party"] for e in done[at:] if e.act in self.reveals and e.data.get("link_party")}
        fixes = [e.data.get("links_id") for e in done[at:] if e.act in self.fixes]
        fixed = next((one for one in reversed(fixes) if one), None)
        parties = {*terms.get("link_parties", ())}
        if p.act in self.reveals:
            who = d.get("link_party")
            yield who not in parties, "交链环的不是方案列明的一方", "no party of the plan"
            yield not d.get("link_hash"), "没有链环", "there is no link"
            yield who in given, "这一方已经交过链环，不得更换", "this party has given its link; it cannot be exchanged"
            yield fixes, "链环已经锁定，不再收", "the links are fixed; none is taken any more"
        if p.act in self.fixes:
            counted, lacking = {*d.get("links_given", ())}, dict(d.get("links_missing", {}))
            yield not d.get("links_id"), "没有写明链环标识", "the id of the links is missing"
            yield fixes, "链环已经锁定过", "the links were fixed before"
            yield counted != given, "计入的链环与各方所交的不符", "the links counted are not those that were given"
            yield parties - counted - {*lacking}, "有一方既没有计入也没有写明原因", "a party is neither counted nor named with a reason"
            yield any(len(why) < self.words for why in lacking.values()), "未交的没有写明原因", "why a link is missing is not said"
            yield len(counted) < terms.get("least_links", 1), "链环不足方案所要的数目，应当作废", "too few links: the draw is void"
        if p.act in self.draws:
            yield fixed is None or d.get("links_id") != fixed, "不是照锁定的链环抽取", "it was not drawn with the links that were fixed"

    def _frozen(self, done: list[Any], d: Any) -> Iterator[tuple[object, str, str]]:
        parties, least = {*d.get("link_parties", ())}, d.get("least_links", 0)
        yield len(parties) < 2 or not 1 <= least <= len(parties), "没有写明两个以上的参与方和最少环数", "two parties and how many links are enough"
        classes = dict(d.get("firm_classes", {}))
        public = next((dict(e.data["library_classes"]) for e in reversed(done) if e.act in self.publishes
            and e.data.get("library_classes") and d.get("library_no") and e.data.get("library_no") == d["library_no"]), {})
        yield {*d.get("pool", ())} - {*classes} or not classes, "有对象没有写明信用类别", "a firm has no class"
        yield any(public.get(firm) != kind for firm, kind in classes.items()), "信用类别与公布的名录不符", "a class is not the published one"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Compare pool, links and draw with what was published, frozen and fixed before."""
        latest = say.equal(R("_seq"), say.last(self.pools, "_seq"))
        parties, least = (say.gather("last", self.pools, R(f), latest) for f in ("link_parties", "least_links"))
        given = say.gather("set", self.reveals, R("link_party"), since=self.pools)
        fixed = say.gather("last", self.fixes, R("links_id"), since=self.pools)
        again = say.some(self.fixes, since=self.pools)
        public = say.gather("last", self.publishes, R("library_classes"), say.matches("library_no"))
        count, lacking, party = T("links_given"), T("links_missing"), T("link_party")
        unsaid = say.over(say.without(parties, say.joined(count, lacking)), 0)
        many = say.without(T("link_parties"), ())
        few = say.either(say.over(2, many), say.over(1, say.or_else(T("least_links"), 0)), say.over(T("least_links"), many))
        return AnyOf((
            say.gate(self.pools, say.either(few, say.missing(T("firm_classes")), say.over(say.without(T("pool"), T("firm_classes")), 0))),
            say.gate(self.pools, say.negated(say.equal(T("_value"), say.value_of(public, T("_key")))), each="firm_classes"),
            say.gate(self.reveals, say.either(say.negated(say.is_in(party, parties)), say.missing(T("link_hash")), say.is_in(party, given),
                again)),
            say.gate(self.fixes, say.either(say.missing(T("links_id")), again, say.over(say.without(count, given), 0),
                say.over(say.without(given, count), 0), unsaid, say.over(say.or_else(least, 1), say.without(count, ())))),
            say.gate(self.fixes, say.over(self.words, say.length(T("_value"))), each="links_missing"),
            say.gate(self.opens, say.tied(T("_key"), T("subject"), T("_on")), each="officers"),
            say.gate(self.draws, say.negated(say.equal(T("links_id"), fixed)))))
