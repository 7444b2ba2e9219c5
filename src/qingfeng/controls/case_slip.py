"""case_slip 办理流程单: the slip in the file lists every act of the case as the log has it, and none besides.

Why: 审批全过程记录: a slip written by hand shows the order that should have been; one drawn from the log shows the one that was.
Finds: a slip that leaves an act out, adds one, or counts it wrongly; one without its paper; a gate passed with no slip, or with one that
later acts have overtaken.
Not: whether the acts themselves were right; who only opened the file (`need_to_know`).
Source: the agency's own map (规范《办理流程单》使用管理).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue import wording
from qingfeng.catalogue.power import READ_FILE, PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, R, T
from qingfeng.terms.text import Text

# fmt: off
_H = "a" * 64
_CASE, _SLIP = ("receive ann 0", "accept ann 1", "review bob 3"), f"slip eve 4 document_hash={_H} slip_lines"
_ALL = f"{_SLIP}={{receive:1,accept:1,review:1}}"


@dataclass(frozen=True, slots=True)
class CaseSlip:
    """`slips` state `slip_lines` (act -> how often it was done in the case so far, slips among them) and `document_hash`; `gates` need
    a slip after which nothing was done but acts `aside`."""

    name: ClassVar[str] = "case_slip"
    title: ClassVar[Text] = Text(zh="办理流程单", en="Case slip")
    basis: ClassVar[Basis] = Basis.MAP
    example: ClassVar[dict[str, Any]] = {"slips": ["slip"], "gates": ["archive", "decide"], "aside": ["read", "contact"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (*_CASE, _ALL, "archive fay 5"), (*_CASE, _ALL, "decide dan 5", f"{_SLIP}={{receive:1,accept:1,review:1,slip:1,decide:1}}",
                                          "archive fay 6"),
        ("receive ann 0", "receive ann 1", f"{_SLIP}={{receive:2}}", "contact bob 4", "decide dan 5"),
        *((first, f"{_SLIP}={{{first.split()[0]}:1}}", *more) for first in ("receive ann 0", "review bob 0") for more in ((),
        ("decide dan 5",))),
        (*_CASE, _ALL, "read bob 5", "archive fay 6"),
        ("receive ann 0", "read_file bob 1", f"{_SLIP}={{receive:1}}", "read_file dan 5", "archive fay 6"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (*_CASE, "archive fay 5"), (*_CASE, "decide dan 5"), (*_CASE, _ALL, "review bob 4", "decide dan 5"),
        (*_CASE, _ALL, "decide dan 5", "archive fay 5"),
        (*_CASE, f"{_SLIP}={{receive:1,accept:1}}"), (*_CASE, f"{_SLIP}={{receive:1,accept:1,review:2}}"),
        (*_CASE, f"{_SLIP}={{receive:1,accept:1,decide:1}}"), (*_CASE, f"{_SLIP}={{receive:1,accept:2}}"),
        (*_CASE, _SLIP.partition(" slip_l")[0]),
        ("receive ann 0", "read_file bob 1", f"{_SLIP}={{receive:1,read_file:1}}"),
        (*_CASE, f"slip eve 4 {_ALL.partition(_H)[2].strip()}"), (_CASE[0], "review bob 1", f"{_SLIP}={{receive:2}}"), (_ALL,),
    )

    gates: tuple[str, ...]
    slips: tuple[str, ...] = ("draw_up_case_slip",)
    aside: tuple[str, ...] = ()

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        return unfit(version, self.gates, self.slips, more=self.aside)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a slip that is not the log, and to pass a gate without a slip up to date."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        slip = wording.acts(situation.case.version, self.slips, either=True)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=fault, remedy=Text(
            zh=f"请按办理记录{slip.zh}，逐项列明每一环节及次数，附流程单文本，然后立即办理下一步。",
            en=f"Do {slip.en} from the log: every act and how often, with the paper; then go on at once."))

    def known_values(self, situation: Situation, _: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the lines of the record, with which the form of a slip begins."""
        done = Counter(e.act for e in situation.case.events if e.kind == ACT and e.act != READ_FILE)
        return {"slip_lines": dict(done)} if situation.proposed.act in self.slips else {}

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, acts = s.proposed, [e for e in s.case.events if e.kind == ACT and e.act != READ_FILE]
        if p.act in self.gates:
            drawn = max((n for n, e in enumerate(acts) if e.act in self.slips), default=-1)
            later = list(dict.fromkeys(e.act for e in acts[drawn + 1:] if e.act not in self.aside))
            names = wording.acts(s.case.version, later)
            yield drawn < 0, "还没有办理流程单", "there is no case slip yet"
            yield later, f"流程单之后又办理了{names.zh}，流程单已不是最新", f"{names.en} came after the slip: it is not up to date"
        if p.act in self.slips:
            done, lines = Counter(e.act for e in acts), p.data.get("slip_lines") or {}
            wrong = wording.acts(s.case.version, [act for act in {**done, **lines} if done[act] != lines.get(act, 0)])
            yield dict(done) != dict(lines), f"流程单与办理记录不一致：{wrong.zh}", f"not what the log says: {wrong.en}"
            yield not p.data.get("document_hash") or not lines, "没有流程单文本", "the paper of the slip is missing"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find slips that are not the log, and gates passed without one that is up to date."""
        later = say.some(None, say.negated(say.is_in(R("_act"), (*self.aside, READ_FILE))), since=self.slips)
        known = say.gather("set", None, R("_act"), say.differs(R("_act"), READ_FILE))
        left = say.either(say.over(say.without(known, T("slip_lines")), 0), say.missing(T("slip_lines")), say.missing(T("document_hash")))
        miscounted = say.negated(say.equal(T("_value"), say.count(None, say.equal(R("_act"), T("_key")))))
        unknown = say.over(say.without(T("slip_lines"), known), 0)
        return AnyOf((
            say.gate(self.gates, say.either(say.none(self.slips), later)), say.gate(self.slips, say.either(left, unknown)),
            say.gate(self.slips, miscounted, each="slip_lines")))
