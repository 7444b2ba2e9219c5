"""drawn_from_pool 抽取出自已冻结的方案: what is drawn comes from the pool, by the plan frozen before, and its transcript can be redone.

Why: 为特定群体谋取不正当利益: a “draw” that is only a row typed in names whom its writer likes.
Finds: a draw of firms or officers outside the pool, more or fewer than planned, under other names than the library's, for a plan that
was not frozen before it, or without a transcript of its own (firms drawn together share one, and the case of supervision/draw that drew
them has it too); a pool of one; a drawer who may himself be drawn.
Not: whether the pool is the library (inspection_pool), whether a draw is repeated (draw_stands); the transcript is redone by anybody.
Source: 优化营商环境条例 54 (random subjects, random inspectors); how many are drawn is in the plan.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.engine.control import Basis, Refusal, Situation, Use
from qingfeng.engine.event import ACT
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, R, T
from qingfeng.terms.citation import Citation
from qingfeng.terms.names import plain_name
from qingfeng.terms.text import Text

# fmt: off
_FROZEN = ("plan_id", "plan_hash", "subject_count", "officer_count", "officer_pool")
_ONE, _SETS = ("plan_id", "draw_id", "plan_hash", "result_hash"), ("drawn", "subjects", "officers", "substitutes")
_LIST = "publish eve 0 library_no=L1 library_names={F1:甲厂,F2:乙厂,F3:丙厂}"
_POOL = "pool ann 1 library_no=L1 pool=[F1,F2,F3] plan_id=P1 plan_hash=h1 subject_count=2 officer_count=2 officer_pool=[bob,carl,dan,fay]"
_DRAW = "draw eve 2 plan_id=P1 plan_hash=h1 transcript_hash=t1 result_hash=r1 drawn=[{}] subjects=[{}] officers=[{}] substitutes=[{}]"
_FAIR = _DRAW.format("F1,F2", "甲厂,乙厂", "bob,carl", "dan")
_THEIRS, _ELSE = _FAIR.replace("t1", "t2").replace("r1", "r2"), ("c2:" + _LIST, "c2:" + _POOL)
_ROOM, _TOLD = "run_draw", ("publish_transcript", "confirm_transcript")  # of the built-in power supervision/draw
_MINE, _TWIN, _MADE = _FAIR + " draw_id=D1 subject=甲厂", "c2:" + _FAIR + " draw_id=D1 subject=乙厂", "c2:run_" + _FAIR + " draw_id=D1"


@dataclass(frozen=True, slots=True)
class DrawnFromPool:
    """`pools` freeze plan, numbers and officers; `draws` take `drawn` from the latest of them; `publishes` name the firms (code → name)."""

    name: ClassVar[str] = "drawn_from_pool"
    title: ClassVar[Text] = Text(zh="抽取出自已冻结的方案", en="Drawn from the pool")
    basis: ClassVar[Basis] = Basis.STATUTE  # the article asks for random subjects and random inspectors
    example: ClassVar[dict[str, Any]] = {"publishes": ["publish"], "pools": ["pool"], "draws": ["draw"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        *((_LIST, _POOL, _DRAW.format(codes, firms, team, more)) for codes, firms in (("F1,F2", "甲厂,乙厂"), ("F2,F3", "乙厂,丙厂"),
            ("F3,F1", "甲厂,丙厂")) for team, more in (("bob,carl", "dan,fay"), ("fay,dan", "bob"))),
        (_LIST, _POOL), ("c2:" + _LIST, _POOL, _FAIR), (_LIST, _POOL), (_LIST, _POOL, _FAIR.replace(" substitutes=[dan]", "")),
        (_LIST, _POOL, "c2:" + _POOL.replace("h1", "h9"), _FAIR), (_LIST, _POOL, _POOL, _FAIR, "note ann 3"), (_POOL, "note ann 2"),
        ("c2:" + _LIST, "c2:" + _POOL, "c2:" + _FAIR, _POOL, _THEIRS), (_LIST, _POOL, "note ann 2", _FAIR), ("note ann 0", _POOL),
        (*_ELSE, _TWIN, _LIST, _POOL, _MINE), (*_ELSE, _TWIN, _POOL, _MINE.replace("F1,F2", "F2,F1")), (_LIST, _POOL, _MINE),
        (_MADE, _LIST, _POOL, _MINE), (_MADE, "c2:publish_transcript eve 3 plan_id=P1 transcript_hash=t1", _LIST, _POOL, _MINE),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_LIST, _FAIR), *((_LIST, _POOL, _FAIR.replace(a, b)) for a, b in (("=P1", "=P2"), ("=h1", "=h2"), (" transcript_hash=t1", ""),
            ("=t1", "=h1"), ("=t1", "=r1"), ("F1,F2]", "F1,F4]"), ("F1,F2]", "F1]"), ("甲厂,乙厂", "甲厂,丙厂"), ("甲厂,乙厂", "甲厂"), ("甲厂,乙厂",
            "甲厂,乙厂,丙厂"), ("bob,carl", "bob,ann"), ("bob,carl", "bob"), ("bob,carl", "bob,carl,fay"), ("=[dan]", "=[dan,ann]"), ("draw eve",
            "draw bob"), ("draw eve", "draw dan"))), *((_LIST, _POOL.replace(a, b)) for a, b in ((" plan_id=P1", ""), (" plan_hash=h1", ""),
            (" subject_count=2", ""), ("subject_count=2", "subject_count=3"), (" officer_count=2", ""), ("officer_count=2",
            "officer_count=4"), (" officer_pool=[bob,carl,dan,fay]", ""))), (_LIST, _POOL, _POOL.replace("F1,F2,F3", "F1,F3,F5"), _FAIR),
            (_POOL, _FAIR), ("c2:" + _LIST, "c2:" + _POOL, "c2:" + _FAIR, _POOL, _FAIR), (_LIST, _POOL, _FAIR, _POOL.replace("[F1,F2,F3]",
            "[F1,F2]")), (_LIST, _POOL, "c2:draw carl 2 transcript_hash=t1 plan_id=P7", _FAIR), (_LIST, _POOL, _MINE.replace("subject=甲厂",
            "subject=丙厂")), (*_ELSE, _TWIN.replace("=乙厂", "=甲厂"), _POOL, _MINE), *((*_ELSE, _TWIN, _POOL, _MINE.replace(a, b)) for a, b in
            (("=D1", "=D2"), (" draw_id=D1", ""), ("=r1", "=r2"), (" subject=甲厂", ""), ("substitutes=[dan]", "substitutes=[fay]"),
            ("officers=[bob,carl]", "officers=[bob,fay]"), ("=甲厂", "=乙厂"))), *((_MADE.replace(a, b), _LIST, _POOL, _MINE) for a, b in
            (("=D1", "=D2"), ("=r1", "=r2"), ("=[dan]", "=[fay]"), ("F1,F2]", "F1,F3]"))), (*_ELSE, _TWIN.replace("F1,F2",
            "F3,F2").replace("甲厂,", "丙厂,"), _POOL, _MINE),
    )

    publishes: tuple[str, ...]
    pools: tuple[str, ...]
    draws: tuple[str, ...]

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None; the library may be published under another power."""
        named = [act for group in (self.pools, self.draws) for act in group or ("",)]
        sound = self.publishes and {*named} <= {row.act for row in version.procedure.rows} and len({*named}) == len(named)
        return None if sound else Text("对象库和抽取的动作须取自流程且不相交，公布动作不为空",
                                       "name disjoint pools and draws of the procedure, and what publishes the library")

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a pool that freezes no plan, and a draw that does not come from it."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(
            by=self.name, ring="control", basis=self.basis, citation=Citation("优化营商环境条例", "54"), reason=fault, remedy=Text(
                zh="请先在对象库中写明抽取方案（编号、校验值、对象数、人数、执法人员名录），经批准后由名录以外的人按方案抽取，登记抽取记录校验值。",
                en="First freeze the plan with the pool (number, hash, how many, whom); then one outside it draws, with a transcript."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, d = s.proposed, s.proposed.data
        if p.act in self.pools:
            yield any(not d.get(f) for f in _FROZEN), "没有写明抽取方案的编号、校验值、对象数、人数或者执法人员名录", "the plan of the draw is not all there"
            few = len({*d.get("pool", ())}) <= d.get("subject_count", 0) or len({*d.get("officer_pool", ())}) <= d.get("officer_count", 0)
            yield few, "对象库或者执法人员名录不多于应抽取的数量，等于指定", "the pool or the officers are no more than are drawn: that is a choice"
        if p.act not in self.draws:
            return
        done = [e for e in s.case.events if e.kind == ACT]
        pool = next((e.data for e in reversed(done) if e.act in self.pools), None)
        yield pool is None, "抽取之前没有冻结的对象库和方案", "no pool and plan were frozen before the draw"
        plan: dict[str, Any] = dict(pool or {})
        apart = any(not d.get(f) or d.get(f) != plan.get(f) for f in ("plan_id", "plan_hash"))
        yield apart, "抽取的方案与冻结的方案不一致", "this is not the plan that was frozen"
        proof = d.get("transcript_hash")
        others = s.elsewhere.uses("transcript_hash", proof) if proof else ()
        used = any(e.data.get("transcript_hash") == proof for e in done) or not all(self._shared(u, d) for u in others)
        yield not proof or proof in (d.get("plan_hash"), d.get("result_hash")) or used, "没有这次抽取自己的抽取记录", "it has no transcript of its own"
        drawn, team, spare = ({*d.get(field, ())} for field in ("drawn", "officers", "substitutes"))
        yield drawn - {*plan.get("pool", ())}, "抽中的对象不在对象库之内", "a subject drawn is not in the pool"
        yield len(drawn) != plan.get("subject_count"), "抽中的对象数与方案不符", "not as many subjects as planned"
        yield (team | spare) - {*plan.get("officer_pool", ())}, "抽中的人员不在执法人员名录之内", "an officer drawn is not in the list"
        yield len(team) != plan.get("officer_count"), "抽中的人员数与方案不符", "not as many officers as planned"
        yield p.actor in plan.get("officer_pool", ()), f"{s.people.name(p.actor)}在名录之内，不得自己抽取", f"{s.people.name(p.actor)} may be drawn"
        names, firms = self._names(s, plan.get("library_no")), {*d.get("subjects", ())}
        yield d.get("subject") and d["subject"] not in firms, "本案的检查对象不在抽中的对象之内", "the subject of this case was not drawn"
        odd = len(firms) != len(drawn) or any(names.get(code) not in firms for code in drawn)
        yield odd, "检查对象的名称与名录中抽中的编号不符", "the subjects are not those of the numbers drawn"

    def _shared(self, use: Use, said: Mapping[str, Any]) -> bool:
        """Is it the same draw, registered in another case for another of its firms?"""
        same = all(said.get(f) and use.data.get(f) == said[f] for f in _ONE) and all(
            {*use.data.get(f, ())} == {*said.get(f, ())} for f in _SETS)
        if _ROOM not in self.draws and use.act in (_ROOM, *_TOLD):  # the draw was a case of its own; what publishes it adds nothing
            return same or use.act in _TOLD
        firms = [plain_name(data["subject"]) if data.get("subject") else None for data in (use.data, said)]
        return use.act in self.draws and same and None not in firms and firms[0] != firms[1]

    def _names(self, s: Situation, no: str | None) -> dict[str, str]:
        """Return code → name of the latest library of that number, of this case before any other."""
        there = [(u.act, u.data) for u in (s.elsewhere.uses("library_no", no) if no else ())]
        there += [(e.act, e.data) for e in s.case.events if e.kind == ACT and no and e.data.get("library_no") == no]
        return next((dict(d["library_names"]) for act, d in reversed(there) if act in self.publishes and d.get("library_names")), {})

    def detect(self, _: PowerVersion) -> AnyOf:
        """Compare each draw with the latest pool before it, and look at each pool."""
        newest = say.equal(R("_seq"), say.last(self.pools, "_seq"))
        frozen = {field: say.last(self.pools, field, where=newest) for field in (*_FROZEN, "pool", "library_no")}
        named, no, proof, drawn = say.said(R("library_names")), frozen["library_no"], T("transcript_hash"), T("drawn")
        library = say.or_else(
            say.gather("last", self.publishes, R("library_names"), say.both(named, say.equal(R("library_no"), no))),
            say.gather("last", self.publishes, R("library_names"), named, same="library_no", equals=no))
        part = [say.over(say.without(T(field), frozen[pool]), 0) for field, pool in (
            ("drawn", "pool"), ("officers", "officer_pool"), ("substitutes", "officer_pool"))]
        number = [say.negated(say.equal(say.without(T(field), ()), other)) for field, other in (
            ("drawn", frozen["subject_count"]), ("officers", frozen["officer_count"]), ("subjects", say.without(drawn, ())))]
        other = [say.negated(say.equal(T(field), frozen[field])) for field in ("plan_id", "plan_hash")]
        unlike = [say.over(say.without(a(f), b(f)), 0) for f in _SETS for a, b in ((R, T), (T, R))]
        agrees = say.both(*map(say.matches, _ONE), *map(say.negated, unlike))
        rooms = () if _ROOM in self.draws else (say.both(say.is_in(R("_act"), (_ROOM,)), agrees), say.is_in(R("_act"), _TOLD))
        fellow = say.both(say.is_in(R("_act"), self.draws), agrees, say.differs(say.plain(R("subject")), say.plain(T("subject"))))
        borrowed = say.either(say.missing(proof), *(say.equal(proof, T(field)) for field in ("plan_hash", "result_hash")),
            say.some(None, say.matches("transcript_hash")), say.some(None, say.negated(say.either(fellow, *rooms)), same="transcript_hash"))
        foreign = say.both(say.said(T("subject")), say.negated(say.is_in(T("subject"), T("subjects"))))
        few = [say.either(say.over(1, T(count)), say.at_least(T(count), say.without(T(pool), ()))) for count, pool in (
            ("subject_count", "pool"), ("officer_count", "officer_pool"))]
        return AnyOf((
            say.gate(self.pools, say.either(*few, *(say.missing(T(field)) for field in _FROZEN))),
            say.gate(self.draws, say.either(say.none(self.pools), *other, *part, *number, borrowed, foreign,
                say.is_in(T("_actor"), frozen["officer_pool"])), needs=["_actor"]),
            say.gate(self.draws, say.negated(say.is_in(say.value_of(library, T("_key")), T("subjects"))), each="drawn")))
