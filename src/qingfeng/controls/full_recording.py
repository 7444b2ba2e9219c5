"""full_recording 全过程记录: key acts are filmed, each on a recording of its own; one that is not has a reason that another approved.

Why: what was said and done on site can otherwise only be told by those who were there; one film must not stand for five visits.
Finds: a key act without a recording and without a reason approved since the last key act by somebody else; a recording used
for another act of the case, or on another case.
Not: what the film shows, nor whether it is kept (its hash proves a copy; the archive keeps it).
Source: 行政处罚法 47 asks for records in text, sound or pictures; which acts are filmed is the agency's own list.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, R, T
from qingfeng.terms.citation import Citation
from qingfeng.terms.text import Text

# fmt: off
LETTERS = 4  # a reason in fewer characters is none
NOTES, H1 = ("note ann 1",) * 3, "investigate ann 0 recording_hash=h1"
WAIVED, SILENT = "waive carl 1 recording_absent=设备当场损坏", "interview ann 2 recording_absent=设备当场损坏"


@dataclass(frozen=True, slots=True)
class FullRecording:
    """`acts` carry a recording_hash of their own, or `recording_absent`, which one of `approvals` by another allows for one act."""

    name: ClassVar[str] = "full_recording"
    title: ClassVar[Text] = Text(zh="执法全过程记录", en="Full recording")
    example: ClassVar[dict[str, Any]] = {"acts": ["investigate", "interview"], "approvals": ["waive"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (H1, *NOTES), (H1, *NOTES, "interview bob 2 recording_hash=h2"),
        (WAIVED, *NOTES, SILENT, *NOTES), (*NOTES, WAIVED, SILENT, "interview bob 3 recording_hash=h3", *NOTES),
        ("interview bob 0 recording_hash=h2", WAIVED, *NOTES, SILENT, *NOTES), (*NOTES, WAIVED, "waive bob 2 recording_absent=当事人拒拍"),
        ("interview bob 0 recording_hash=h4", *NOTES, "c2:interview ann 1 recording_hash=h5"), (WAIVED, SILENT, WAIVED, SILENT, *NOTES),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("investigate ann 0",), (SILENT,), (WAIVED, "interview carl 2 recording_absent=设备当场损坏"), ("waive carl 1 recording_absent=坏",),
        (WAIVED, "interview ann 2 recording_absent=坏了"), (WAIVED, SILENT, "investigate ann 3 recording_absent=设备当场损坏"),
        (WAIVED, *NOTES, "investigate ann 2"), (H1, *NOTES, "interview ann 1 recording_hash=h1"),
        (H1, "c2:interview ann 1 recording_hash=h1"), (WAIVED, "investigate ann 2 recording_hash=h2", SILENT),
    )

    acts: tuple[str, ...]
    approvals: tuple[str, ...]
    statute: Citation | None = None
    basis: ClassVar[Basis] = Basis.RULE

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        named = [*(self.acts or ("",)), *(self.approvals or ("",))]
        return None if {*named} <= {row.act for row in version.procedure.rows} and len({*named}) == len(named) else Text(
            "两组动作须取自流程、均不为空且不相交", "name two disjoint lists of acts of the procedure")

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a key act without its own recording or an approved reason, and an approval without reason."""
        act, data, fault = situation.proposed.act, situation.proposed.data, None
        if act in self.acts and data.get("recording_hash"):
            fault = self._used(situation, data["recording_hash"])
        elif act in self.acts:
            fault = self._unrecorded(situation)
        elif act in self.approvals and len(data.get("recording_absent") or "") < LETTERS:
            fault = "批准不予音像记录未说明理由", "the approval to go without a recording gives no reason"
        return fault and Refusal(by=self.name, ring="control", basis=self.basis, citation=self.statute, reason=Text(*fault), remedy=Text(
            "请附本次办理自己的音像记录（recording_hash）；确实无法记录的，先由他人批准，再写明理由（recording_absent）。",
            "Add this act's own recording (recording_hash); if there can be none, somebody else approves that first (recording_absent)."))

    def _used(self, s: Situation, film: str) -> tuple[str, str] | None:
        words = {row.act: row.word.name for row in s.case.version.procedure.rows}
        films = [(e.act, e.data.get("recording_hash")) for e in s.case.events if e.kind == ACT]
        here = next((words[act] for act, said in films if act in self.acts and said == film), None)
        there = next((use.case for use in s.elsewhere.uses("recording_hash", film)), None)
        if here:
            return f"该音像记录已用于本案“{here.zh}”", f"the recording was used for “{here.en}” of this case"
        return (f"该音像记录已用于案件{there}", f"the recording was used on case {there}") if there else None

    def _unrecorded(self, s: Situation) -> tuple[str, str] | None:
        if len(s.proposed.data.get("recording_absent") or "") < LETTERS:
            return "该动作须有音像记录，也未说明无法记录的理由", "this act needs a recording, and no reason is given for its absence"
        for event in reversed(s.case.events):
            if event.kind == ACT and event.act in self.acts:
                break
            if event.kind == ACT and event.act in self.approvals and event.actor != s.proposed.actor:
                return None
        return "无法音像记录未经他人事先批准（每次须单独批准）", "nobody else approved beforehand that this act goes unrecorded"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find key acts with a used recording, or with neither a recording nor a reason that somebody else approved."""
        absent, film = say.over(LETTERS, say.size(T("recording_absent"))), T("recording_hash")
        approved = say.some(self.approvals, say.differs(R("_actor"), T("_actor")), since=self.acts)
        used = say.either(say.some(self.acts, say.matches("recording_hash")), say.some(None, same="recording_hash"))
        return AnyOf((say.gate(self.approvals, absent), say.gate(self.acts, say.both(say.said(film), used)),
            say.gate(self.acts, say.both(say.missing(film), say.either(absent, say.negated(approved))), needs=["_actor"])))
