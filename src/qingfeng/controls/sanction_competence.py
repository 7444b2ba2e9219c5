"""sanction_competence 处分权限与外单位调查: who the person is comes first; his own unit does not investigate, and only the competent post decides.

Why: a colleague looks into a colleague and finds an oversight; a head signs away what only the higher organ may decide.
Finds: a check that does not say who, of which rank and unit, or says otherwise than before; an inquiry before that, with fewer than two, by
the person himself or by holders of posts of his unit; a decision by a post, or of a kind, beyond what his rank allows.
Not: whether it is the right sanction (sanction_range); ties of other kinds (recusal).  Source: 行政机关公务员处分条例 41 (two investigators)
where the power names it; who decides on which rank, and how far, is the agency's setting.
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


@dataclass(frozen=True, slots=True)
class Unit:
    """The posts that work side by side in a unit."""

    name: str
    posts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Level:
    """For a person of this rank: the posts that decide, and the kinds that they may decide."""

    rank: str
    posts: tuple[str, ...]
    kinds: tuple[str, ...]


# fmt: off
_PERSON = ("sanctioned", "person_rank", "person_unit")
_WHO = "check ann 0 sanctioned=S1 person_rank=staff person_unit=hall"
_LOOK = "inquire ann 1 officers=[ann,bob]"
_OUT = "decide dan 5 @head sanction_kind=warning"
_HIGH = _WHO.replace("=staff", "=deputy")


@dataclass(frozen=True, slots=True)
class SanctionCompetence:
    """`checks` say `sanctioned`, `person_rank`, `person_unit`; `inquires`: `fewest` `officers` of other `units`; `decides` by `levels`."""

    name: ClassVar[str] = "sanction_competence"
    title: ClassVar[Text] = Text(zh="处分权限与外单位调查", en="Competence for sanctions")
    basis: ClassVar[Basis] = Basis.RULE  # of the control; a refusal that rests on an article says so
    example: ClassVar[dict[str, Any]] = {"checks": ["check"], "inquires": ["inquire"], "decides": ["decide"],
        "units": [{"name": "hall", "posts": ["teller", "porter"]}, {"name": "vault", "posts": ["keeper"]}],
        "levels": [{"rank": "staff", "posts": ["head", "chair"], "kinds": ["warning", "demerit", "none"]},
                   {"rank": "deputy", "posts": ["chair"], "kinds": ["warning", "none"]}]}
    example_posts: ClassVar[tuple[tuple[str, str], ...]] = (("carl", "teller"), ("eve", "keeper"), ("fay", "porter"))
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_WHO, _LOOK, _OUT), (_WHO, _LOOK), (_WHO + " officers=[ann,eve]",), (_WHO, _LOOK, _OUT + " sanctioned=S1"),
        (_WHO, _LOOK.replace("bob", "eve"), _OUT), (_HIGH, _LOOK, _OUT.replace("@head", "@chair")), (_WHO, _WHO, _LOOK),
        (_WHO.replace("hall", "vault"), _LOOK.replace("bob", "carl"), _OUT.replace("warning", "demerit")), (_WHO,),
        (_WHO, _LOOK, _OUT.replace("warning", "none")), (_WHO, _OUT), (_HIGH, _LOOK.replace("bob", "eve")),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_LOOK,), (_WHO.replace(" sanctioned=S1", ""),), (_WHO.replace(" person_rank=staff", ""),), (_WHO.replace("=hall", "=moon"),),
        (_HIGH, _WHO), (_WHO, _LOOK.replace(",bob", "")), (_WHO, _LOOK.replace("bob", "ann")), (_WHO, _LOOK.replace("bob", "carl")),
        (_WHO, _LOOK.replace("ann,bob", "S1,bob")), (_WHO.replace("hall", "vault"), _LOOK.replace("bob", "eve")),
        (_WHO, _LOOK, _OUT.replace("@head", "@clerk")), (_HIGH, _LOOK, _OUT), (_OUT,), (_WHO, _LOOK, _OUT.replace("warning", "dismissal")),
        (_HIGH, _LOOK, _OUT.replace("@head", "@chair").replace("warning", "demerit")), (_WHO, _LOOK, "decide dan 5 @head"),
        (_WHO, _WHO.replace("hall", "vault")), (_WHO, _WHO.replace("S1", "S2")), (_WHO, "inquire ann 1"),
        (_WHO, _LOOK.replace("ann,bob", "bob,eve")), (_WHO, _OUT.replace("dan", "S1")), (_WHO.replace("=staff", "=minister"),),
        (_WHO, _LOOK.replace("bob", "fay")), (_WHO.replace("ann", "S1"),), (_WHO + " officers=[ann,carl]",), (_WHO + " officers=[ann,S1]",),
        (_WHO, _LOOK, _OUT + " sanctioned=S2"),
    )

    units: tuple[Unit, ...]
    levels: tuple[Level, ...]
    checks: tuple[str, ...] = ("preliminary_check",)
    inquires: tuple[str, ...] = ("investigate", "interview")
    decides: tuple[str, ...] = ("decide_sanction",)
    fewest: int = 2
    statute: Citation | None = None

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        ranks, names = [one.rank for one in self.levels], [one.name for one in self.units]
        lame = any(not one.posts for one in self.units) or any(not one.posts or not one.kinds for one in self.levels)
        if lame or not ranks or len({*ranks}) < len(ranks) or len({*names}) < len(names) or not names or not 2 <= self.fewest <= 5:
            return Text(zh="单位、职级各列一次，并写明岗位和处分种类；调查人员2至5人", en="units and ranks once each, with posts and kinds; 2 to 5 investigators")
        return unfit(version, self.checks, self.inquires, self.decides)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse an inquiry by his own people, and a decision by who may not."""
        fault = next(((Text(zh=zh, en=en), law) for bad, zh, en, law in self._guards(situation) if bad), None)
        if fault is None:
            return None
        why, law = fault
        return Refusal(by=self.name, ring="control", basis=Basis.STATUTE if law else self.basis, citation=law, reason=why, remedy=Text(
            zh=f"请先查明被调查人、职级和所在单位，由外单位{self.fewest}人以上调查，按干部管理权限由有权的岗位决定；超出权限的，移送有权机关。",
            en=f"Settle who he is, his rank and unit; {self.fewest} or more of other units inquire; the competent post decides."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str, Citation | None]]:
        p, done = s.proposed, [e for e in s.case.events if e.kind == ACT]
        if p.act not in self.checks + self.inquires + self.decides:
            return
        named = {*(p.data.get("officers") or ())}
        if p.act in self.inquires:
            yield len(named) < self.fewest, f"调查人员少于{self.fewest}人", f"fewer than {self.fewest} investigators", self.statute
            yield p.actor not in named, "办理人不在调查人员之中", "its author is not among the investigators", None
        old = [e.data for e in done if e.act in self.checks]
        known = p.data if p.act in self.checks else old[-1] if old else {}
        him = known.get("sanctioned")
        places = {(level.rank, unit.name) for level in self.levels for unit in self.units}
        blank = not him or (known.get("person_rank"), known.get("person_unit")) not in places
        yield blank, "没有查明被调查人的身份、职级和所在单位", "his identity, rank or unit is not known", None
        yield p.actor == him, f"{s.people.name(p.actor)}是被调查人，不得办理", f"{s.people.name(p.actor)} is the person concerned", None
        if p.act in self.checks:
            turned = any(one.get(f) not in (None, known.get(f)) for one in old for f in _PERSON)
            yield turned, "身份、职级或者单位与此前查明的不一致", "identity, rank or unit is not what was found before", None
        if p.act in self.checks + self.inquires:
            posts = next((one.posts for one in self.units if one.name == known["person_unit"]), ())
            inside = "、".join(sorted(s.people.name(o) for o in named if o == him or any(s.people.holds(o, post, p.day) for post in posts)))
            yield inside, f"{inside}是被调查人或者其本单位人员，不得调查", f"{inside.replace('、', ', ')}: himself or of his unit", None
        if p.act in self.decides:
            yield p.data.get("sanctioned") not in (None, him), "被处分人不是被调查人", "he is not the person who was investigated", None
            level = next((one for one in self.levels if one.rank == known["person_rank"]), None)
            yield level is None or s.authority.post not in level.posts, "该岗位对这一职级没有处分权限", "this post may not decide on that rank", None
            yield level is None or p.data.get("sanction_kind") not in level.kinds, "该种处分超出权限", "this kind is beyond what is allowed", None

    def detect(self, _: PowerVersion) -> AnyOf:
        """Look at each check, and lay inquiries and decisions beside the latest."""
        latest = say.equal(R("_seq"), say.gather("max", self.checks, R("_seq")))
        him, rank, unit = (say.gather("last", self.checks, R(f), latest) for f in _PERSON)
        ranks, names = [one.rank for one in self.levels], [one.name for one in self.units]

        def blank(who: Any, of: Any, where: Any) -> Any:
            unknown = [say.negated(say.is_in(of, ranks)), say.negated(say.is_in(where, names))]
            return say.either(say.missing(who), say.equal(T("_actor"), who), *unknown)

        turned = [say.some(self.checks, say.both(say.said(R(f)), say.negated(say.matches(f)))) for f in _PERSON]

        def beside(who: Any, where: Any) -> Any:
            near = [say.both(say.equal(where, one.name), say.holds(T("_key"), one.posts, T("_on"))) for one in self.units]
            return say.either(say.equal(T("_key"), who), *near)

        kind, post = T("sanction_kind"), T("_post")
        able = say.either(*(say.both(say.equal(rank, o.rank), say.is_in(post, o.posts), say.is_in(kind, o.kinds)) for o in self.levels))
        another = say.differs(T("sanctioned"), him)
        return AnyOf((
            say.gate(self.checks, say.either(blank(T("sanctioned"), T("person_rank"), T("person_unit")), *turned), needs=["_actor"]),
            say.gate(self.inquires, say.either(blank(him, rank, unit), say.over(self.fewest, say.without(T("officers"), ())),
                say.negated(say.is_in(T("_actor"), say.or_else(T("officers"), ())))), needs=["_actor"]),
            say.gate(self.checks, beside(T("sanctioned"), T("person_unit")), each="officers"),
            say.gate(self.inquires, beside(him, unit), each="officers"),
            say.gate(self.decides, say.either(blank(him, rank, unit), another, say.negated(able)), needs=["_actor"])))
