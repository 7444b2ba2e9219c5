"""status_frozen 立案期间人事冻结: while a case is open, and while a sanction runs, the person is not promoted, moved, let go or pensioned off.

Why: the quickest way out of a case is out of the house; the best consolation for a demerit is a better post.
Finds: a case opened without the person; a change of his post, rank, pay or service while it is open; while a sanction runs, a
change of the kinds that it forbids, unless it carries the sanction out.
Not: a change that personnel never enters (comparison with the register of posts).
Source: 政务处分法 52, 行政机关公务员处分条例 38 (no transfer, promotion, exit, resignation or retirement under a case): `statute`.
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

# fmt: off
_OPEN, _END, _LIFT = "open dan 0 sanctioned=S1", "close dan 20", "lift dan 60"
_OUT = "decide dan 10 sanction_kind=demerit"
_MOVE = "move ann 5 sanctioned=S1 personnel_change=transfer"
_RISE = "move ann 30 sanctioned=S1 personnel_change=promotion"


@dataclass(frozen=True, slots=True)
class StatusFrozen:
    """`changes` of the person (`sanctioned`, `personnel_change`): none between `opens` and `ends`; not `forbidden` until `lifts`.

    spares: kinds of decision (`sanction_kind`) that leave nothing running.
    """

    name: ClassVar[str] = "status_frozen"
    title: ClassVar[Text] = Text(zh="立案期间人事冻结", en="Status frozen during the case")
    basis: ClassVar[Basis] = Basis.RULE  # of the control; a refusal that rests on an article says so
    example: ClassVar[dict[str, Any]] = {"opens": ["open"], "ends": ["close"], "decides": ["decide"], "lifts": ["lift"],
        "changes": ["move"],
        "forbidden": ["promotion", "raise"], "spares": ["none", "warned"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_OPEN, _END, _RISE), (_MOVE, _OPEN), (_OPEN, _MOVE.replace("S1", "S2")), (_OPEN, _OUT, _END, _LIFT, _RISE.replace("30", "70")),
        (_MOVE,), (_OPEN, _OUT, _END, _MOVE.replace("5", "25")), (_OPEN, _OUT.replace("demerit", "none"), _END, _RISE),
        (_OPEN, _OUT, _END, _RISE.replace("S1", "S2")),
        (_OPEN, _OUT.replace("demerit", "warned"), _END, _MOVE.replace("5", "25").replace("transfer", "raise")),
        (_OPEN, _END, _MOVE.replace("5", "25"), _RISE), (_RISE, _OPEN, _OUT, _END, _LIFT),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("open dan 0",), (_OPEN, _MOVE), (_OPEN, _OUT, _END, _RISE), (_OPEN, _OUT, _END, _RISE.replace("promotion", "raise")),
        (_OPEN, _END, _OPEN, _MOVE), (_OPEN, _OUT, _MOVE.replace("5", "12")), (_OPEN, _LIFT, _MOVE),
        (_OPEN, "move ann 5 personnel_change=transfer"), (_OPEN, "move ann 5 sanctioned=S1"),
        (_OPEN, _OUT, _END, "move ann 25 sanctioned=S1"), (_OPEN, _OUT, _END, _LIFT, _OUT.replace("10", "61"), _RISE.replace("30", "70")),
        (_OPEN, _OUT.replace("demerit", "none"), _OUT.replace("10", "12"), _END, _RISE), (_OPEN, "decide dan 10", _END, _RISE),
        (_OPEN, _OUT, _END, "move ann 25 personnel_change=promotion"),
    )

    forbidden: tuple[str, ...]
    opens: tuple[str, ...] = ("approve_case_opening",)
    ends: tuple[str, ...] = ("close_case",)
    decides: tuple[str, ...] = ("decide_sanction",)
    lifts: tuple[str, ...] = ("lift_sanction",)
    changes: tuple[str, ...] = ("record_personnel_change",)
    spares: tuple[str, ...] = ("none",)
    statute: Citation | None = None

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        if not self.forbidden:
            return Text(zh="须列明处分期间不得作的变动", en="name the changes that a running sanction forbids")
        return unfit(version, self.opens, self.ends, self.decides, self.lifts, self.changes)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a change of the person's post or pay that he may not have now."""
        fault = next(((Text(zh=zh, en=en), law) for bad, zh, en, law in self._guards(situation) if bad), None)
        if fault is None:
            return None
        why, law = fault
        return Refusal(by=self.name, ring="control", basis=Basis.STATUTE if law else self.basis, citation=law, reason=why, remedy=Text(
            zh="请待案件办结后再办理人事变动；处分期间不得晋升、增资，处分解除后再办。",
            en="Wait until the case is closed; while a sanction runs there is no promotion or raise: wait until it is lifted."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str, Citation | None]]:
        p, done = s.proposed, [e for e in s.case.events if e.kind == ACT]
        yield p.act in self.opens and not p.data.get("sanctioned"), "立案没有写明被调查人", "the opening does not name the person", None
        opened = [e for e in done if e.act in self.opens]
        if p.act not in self.changes or not opened:
            return
        him, change = opened[-1].data.get("sanctioned"), p.data.get("personnel_change")
        yield not p.data.get("sanctioned") or not change, "没有写明人员或者变动种类", "the person or the kind of change is not given", None
        if p.data.get("sanctioned") != him:
            return
        name = s.people.name(str(him))
        ended = any(e.act in self.ends for e in done[done.index(opened[-1]) :])
        yield not ended, f"{name}正在接受调查处理，不得变动", f"the case of {name} is open: no change", self.statute
        run = next((e for e in reversed(done) if e.act in self.decides + self.lifts), None)
        runs = run is not None and run.act in self.decides and run.data.get("sanction_kind") not in self.spares
        yield runs and change in self.forbidden, f"{name}处分期间不得作此变动", f"a sanction of {name} runs", None

    def detect(self, _: PowerVersion) -> AnyOf:
        """Lay each change beside the case and the sanction that runs."""
        newest = say.equal(R("_seq"), say.gather("max", self.opens, R("_seq")))
        his = say.equal(T("sanctioned"), say.gather("last", self.opens, R("sanctioned"), newest))
        last = say.equal(R("_seq"), say.gather("max", self.decides + self.lifts, R("_seq")))
        runs = say.some(self.decides, say.both(last, say.negated(say.is_in(R("sanction_kind"), self.spares))))
        barred = say.both(runs, say.is_in(T("personnel_change"), self.forbidden))
        bare = say.either(say.missing(T("sanctioned")), say.missing(T("personnel_change")))
        stays = say.both(his, say.either(say.none(self.ends, since=self.opens), barred))
        return AnyOf((
            say.gate(self.opens, say.missing(T("sanctioned"))),
            say.gate(self.changes, say.either(bare, stays), applies=say.some(self.opens))))
