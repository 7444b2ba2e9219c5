"""inspection_pool 抽查对象库: who may be drawn is the published library, less exclusions each with its reason, approved by another.

Why: 倾向性 – a firm that is left out of the pool is never drawn, one that is put in by hand always is.
Finds: a pool other than its published library less the exclusions stated; one without reasons; a pool approved by its author; a draw
from a pool that was not approved, or changed afterwards; exclusions without the paper that bears them out, or of more than the share
that is set (a library of which half is gone is published anew).  Not: a library that was short when published (in a case of its own).
Source: the agency's own map (制定带有倾向性的检查方案); 优化营商环境条例 54 asks for random objects, not for this way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, Expr, R, T
from qingfeng.terms.text import Text

# fmt: off
NOTES, LIBRARY = ("note ann 1",) * 5, "c2:publish eve 0 library_no=L1 library=[F1,F2,F3]"
ALL, AGREED = "pool ann 1 library_no=L1 pool=[F1,F2,F3]", "settle bob 2"
HERE = "publish eve 0 library_no=L1 library=[F1,F2]"
LESS, DRAW = "pool ann 1 library_no=L1 pool=[F1,F3] exclusions={F2:已经停产注销} document_hash=h1", "draw carl 3"
MOST = "pool ann 1 library_no=L1 pool=[F1] exclusions={F2:已经停产注销,F3:已经迁往外县} document_hash=h1"


@dataclass(frozen=True, slots=True)
class InspectionPool:
    """`pools` take all of the latest library of `publishes` with their library_no, of this case before any other, less exclusions."""

    name: ClassVar[str] = "inspection_pool"
    title: ClassVar[Text] = Text(zh="抽查对象库完整", en="Complete pool")
    example: ClassVar[dict[str, Any]] = {"publishes": ["publish"], "pools": ["pool"], "approvals": ["settle"], "draws": ["draw"],
        "percent": 40}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (LIBRARY, ALL, *NOTES, AGREED, DRAW), (LIBRARY, LIBRARY, LESS, *NOTES), (LIBRARY, *NOTES, LESS, AGREED, AGREED, DRAW),
        (LIBRARY, LIBRARY, *NOTES, ALL, AGREED, *NOTES, DRAW), (LIBRARY, *NOTES, LESS, AGREED, ALL, AGREED, DRAW), (LIBRARY, ALL, *NOTES),
        (LIBRARY, LIBRARY, *NOTES, LESS, "settle dan 2"), (LIBRARY, LIBRARY, ALL, ALL, *NOTES), (LIBRARY, LESS, AGREED, DRAW, *NOTES),
        (LIBRARY, LIBRARY, LIBRARY, ALL, *NOTES, *NOTES), (LIBRARY, LIBRARY, *NOTES, LESS, *NOTES), (LIBRARY, LIBRARY, *NOTES, ALL, AGREED),
        (LIBRARY, "c2:publish eve 1 library_no=L2 library=[F4]", *NOTES, "pool bob 1 library_no=L2 pool=[F4]"),
        *((HERE, *more, ALL.replace(",F3", ""), AGREED, DRAW) for more in (NOTES, (LIBRARY,))))
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (ALL,), (LIBRARY, ALL.replace("library_no=L1 ", "")), (LIBRARY, ALL.replace(",F3", "")), (LIBRARY, ALL, DRAW), (AGREED,),
        (LIBRARY, ALL.replace("F3", "F3,F4")), (LIBRARY, LESS.replace("已经停产注销", "免")), (LIBRARY, LESS.replace("{F2", "{F4")),
        (LIBRARY, LESS, "settle ann 2"), (LIBRARY, LESS.replace("=[F1", "=[F1,F2")), (LIBRARY, ALL, AGREED, LESS, DRAW),
        (LIBRARY, "c3:publish eve 1 library_no=L1 library=[F1,F2,F4]", ALL), (LIBRARY, HERE, ALL), (HERE.replace("L1", "L2"), ALL),
        (LIBRARY, LESS.replace(" document_hash=h1", "")), (LIBRARY, MOST), (HERE, MOST.replace(",F3:已经迁往外县", "")))

    publishes: tuple[str, ...]
    pools: tuple[str, ...]
    approvals: tuple[str, ...]
    draws: tuple[str, ...]
    percent: int = 50
    basis: ClassVar[Basis] = Basis.MAP

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None; the library may be published under another power."""
        named = [act for group in (self.pools, self.approvals, self.draws) for act in group or ("",)]
        there = {*named} <= {row.act for row in version.procedure.rows} and len({*named}) == len(named)
        sound = there and self.publishes and 0 <= self.percent <= 90
        return None if sound else Text("对象库、批准、抽取的动作须取自流程且不相交，公布动作不为空，剔除比例0至90",
            "name disjoint pools, approvals and draws of the procedure, what publishes the library, 0 to 90 percent excluded")

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a pool that is not the library less its exclusions, its approval by the author, and a draw without approval."""
        act, fault, events = situation.proposed.act, None, [e for e in situation.case.events if e.kind == ACT]
        at = max((n for n, e in enumerate(events) if e.act in self.pools), default=None)
        if act in self.pools:
            fault = self._misfit(situation)
        elif act in self.approvals and (at is None or events[at].actor == situation.proposed.actor):
            fault = "对象库须由批准人以外的人拟定", "a pool is first drawn up by somebody other than who approves it"
        elif act in self.draws and not any(e.act in self.approvals for e in events[at or 0:]):
            fault = "对象库（或变更后的对象库）尚未批准，不得抽取", "no draw before the pool, or its change, is approved"
        return fault and Refusal(by=self.name, ring="control", basis=self.basis, reason=Text(*fault), remedy=Text(
            "请按已公布名录（library_no）列全对象（pool），剔除的逐个说明理由（exclusions）并附证明，经他人批准后抽取。",
            "Take all of the published library (library_no) into the pool, give each exclusion reason and proof, have another approve."))

    def _misfit(self, s: Situation) -> tuple[str, str] | None:
        data, no = s.proposed.data, s.proposed.data.get("library_no")
        there = [(u.act, u.data) for u in (s.elsewhere.uses("library_no", no) if no is not None else ())]
        there += [(e.act, e.data) for e in s.case.events if e.kind == ACT and no is not None and e.data.get("library_no") == no]
        library: list[str] = next((said["library"] for act, said in reversed(there) if act in self.publishes and said.get("library")), [])
        pool, out = data.get("pool") or [], data.get("exclusions") or {}
        if not library:
            return "没有找到已公布的对象名录（library_no）", "no published library of that number (library_no)"
        odd = sorted(({*pool} ^ ({*library} - {*out})) | ({*out} - {*library}))
        if odd:
            return f"与已公布名录和剔除清单不符：{'、'.join(odd)}", f"not the published library less the exclusions: {', '.join(odd)}"
        bare = [code for code, why in out.items() if len(why) < 4]
        if out and not data.get("document_hash"):
            return "剔除没有附证明材料", "the exclusions come without the paper that bears them out"
        if len(out) * 100 > self.percent * len({*library}):
            return (f"剔除{len(out)}个，超过名录的{self.percent}%：名录已经失实的，先重新公布名录",
                    f"{len(out)} are excluded, over {self.percent}% of the library: publish one that is true first")
        return (f"剔除未说明理由：{'、'.join(bare)}", f"excluded without reasons: {', '.join(bare)}") if bare else None

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find pools that are not library less exclusions, bare exclusions, self-approval, draws without approval."""
        author, own = say.gather("last", self.pools, R("_actor")), say.gather("last", self.publishes, R("library"),
            say.matches("library_no"))
        library = say.or_else(own, say.gather("last", self.publishes, R("library"), same="library_no"))
        def beyond(part: Expr, whole: Expr) -> Expr:
            return say.over(say.without(part, whole), 0)
        pool, out = T("pool"), T("exclusions")
        count = say.equal(say.without(library, ()), say.plus(say.without(pool, ()), say.without(out, ())))
        many = say.over(say.times(say.without(out, ()), 100), say.times(self.percent, say.without(library, ())))
        bare = say.both(say.over(say.without(out, ()), 0), say.missing(T("document_hash")))
        misfit = say.either(many, bare, say.missing(library), beyond(pool, library), beyond(out, library), say.negated(count))
        return AnyOf((
            say.gate(self.pools, say.either(misfit, say.over(say.without(pool, ()), say.without(pool, out)))),
            say.gate(self.pools, say.over(4, say.size(T("_value"))), each="exclusions"),
            say.gate(self.approvals, say.either(say.missing(author), say.equal(author, T("_actor"))), needs=["_actor"]),
            say.gate(self.draws, say.none(self.approvals, since=self.pools)),
        ))
