"""list_as_resolved 名单照集体研究确定: who is put up for an award is whom the heads resolved upon together, none more and none less.

Why: 违规作出与考评结果相悖的决定: the committee agrees to three, the head signs for two; nobody lower has been preferred, and yet one is gone.
Finds: a list without an adopted resolution that names the awarded since the latest result, or that differs from the one it names; an
award conferred on others than the competent government decided upon.
Not: whether the resolution follows the score (award_follows_score); whether the meeting was one (deliberation_quorum, own_vote).
Source: the agency's own map (上报局党委研究; 违规作出与考评结果相悖的决定).
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

ADOPTED = "adopted"

# fmt: off
_SUM, _MET, _FIT = "total ann 0", "resolve bob 2 result=adopted awarded=[C1,C2]", "evaluate eve 3 awarded=[C1,C2]"
_NO = _MET.replace("adopted", "rejected")
_SAID, _GIVE = "decide fay 5 awarded=[C1,C2]", "confer dan 6 awarded=[C1,C2]"


@dataclass(frozen=True, slots=True)
class ListAsResolved:
    """`settles` name in `awarded` whom the latest adopted one of `resolves` since the latest of `totals` names.

    decides, confers: where another body decides, what is conferred is what the latest of its decisions recorded names.
    """

    name: ClassVar[str] = "list_as_resolved"
    title: ClassVar[Text] = Text(zh="名单照集体研究确定", en="The list as resolved")
    basis: ClassVar[Basis] = Basis.MAP
    example: ClassVar[dict[str, Any]] = {"totals": ["total"], "resolves": ["resolve"], "settles": ["evaluate"],
        "decides": ["decide"], "confers": ["confer"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_SUM, _MET, _FIT), (_SUM, _MET), (_SUM, _NO.replace("C2", "C3"), _MET, _FIT), (_SUM, _MET, _NO.replace("C2", "C3"), _FIT), (_SUM,),
        (_SUM, _MET, _FIT.replace("C1,C2", "C2,C1")), (_SUM, _MET, "resolve bob 2 result=adopted", _FIT), (_MET, _FIT),
        (_SUM, _MET, _SUM, _MET.replace("C2", "C3"), _FIT.replace("C2", "C3")), (_SUM, _MET.replace(",C2", ""), _FIT.replace(",C2", "")),
        (_SUM, _MET.replace("C2", "C3"), _MET, _FIT, _FIT), (_SAID, _GIVE),
        (_SUM, _MET, _FIT, _SAID.replace(",C2", ""), _GIVE.replace(",C2", "")),
        (_SAID.replace("C2", "C3"), _SAID, _GIVE, _GIVE), (_SUM, _MET, _FIT, _SAID),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_SUM, _FIT), (_SUM, _NO, _FIT), (_SUM, _MET, _FIT.replace(",C2", "")), (_SUM, _MET, _FIT.replace("C2", "C2,C3")), (_FIT,),
        (_SUM, _MET, _FIT.replace("C2", "C3")), (_SUM, _MET, "evaluate eve 3"), (_MET, _SUM, _FIT),
        (_SUM, _MET, _MET.replace("C2", "C3"), _FIT),
        (_SUM, "resolve bob 2 result=adopted", _FIT), (_SUM, "resolve bob 2 awarded=[C1,C2]", _FIT), ("evaluate eve 3",),
        (_SUM, _MET.replace(",C2", ""), _FIT), (_GIVE,), (_SAID, _GIVE.replace("C2", "C3")), (_SAID, _GIVE.replace(",C2", "")),
        (_SAID, _GIVE.replace("C2", "C2,C3")), (_SAID, "confer dan 6"), (_SAID, _SAID.replace("C2", "C3"), _GIVE), ("decide fay 5", _GIVE),
        (_SUM, _MET, _FIT, _GIVE), (_SAID, "decide fay 5", _GIVE),
    )

    settles: tuple[str, ...] = ("evaluate_preliminarily",)
    resolves: tuple[str, ...] = ("deliberate",)
    totals: tuple[str, ...] = ("submit_assessment",)
    decides: tuple[str, ...] = ()
    confers: tuple[str, ...] = ()

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        if bool(self.decides) != bool(self.confers):
            return Text(zh="decides、confers应当同时设置", en="decides and confers are set together or not at all")
        return unfit(version, self.settles, self.resolves, self.totals, more=self.decides + self.confers)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a list that the meeting did not resolve upon."""
        why = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if why is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=why, remedy=Text(
            zh="请在集体研究结果中写明研究通过的名单，照此评定；要改变名单，重新提请集体研究；授予的对象以决定机关的决定为准。",
            en="State the list in the resolution and keep to it; to change the list, call the meeting again; confer what was decided."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, done = s.proposed, [e for e in s.case.events if e.kind == ACT]
        named = {*(p.data.get("awarded") or ())}
        if p.act in self.confers:
            decided = next(({*(e.data.get("awarded") or ())} for e in reversed(done) if e.act in self.decides), set())
            yield not decided or named != decided, "授予的对象与决定机关决定的不一致", "it is conferred on others than were decided upon"
        if p.act not in self.settles:
            return
        start = max((n for n, e in enumerate(done, 1) if e.act in self.totals), default=0)
        agreed = next(({*e.data["awarded"]} for e in reversed(done[start:]) if e.act in self.resolves
                       and e.data.get("result") == ADOPTED and e.data.get("awarded")), set())
        yield not agreed, "最近一次考评结果之后，没有写明名单的集体研究结果", "since the latest result no adopted resolution names a list"
        gone, more = sorted(agreed - named), sorted(named - agreed)
        yield gone, f"集体研究通过而名单中没有的：{'、'.join(gone)}", f"resolved upon and left out: {', '.join(gone)}"
        yield more, f"集体研究没有通过的：{'、'.join(more)}", f"not resolved upon: {', '.join(more)}"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Lay each list beside the resolution, and what is conferred beside the decision, both ways."""
        adopted = say.both(say.equal(R("result"), ADOPTED), say.said(R("awarded")))
        agreed = say.gather("last", self.resolves, R("awarded"), adopted, since=self.totals)
        named = T("awarded")
        unlike = [say.over(say.without(agreed, named), 0), say.over(say.without(named, agreed), 0)]
        newest = say.equal(R("_seq"), say.gather("max", self.decides, R("_seq")))
        decided = say.gather("last", self.decides, R("awarded"), newest)
        other = [say.over(say.without(decided, named), 0), say.over(say.without(named, decided), 0)]
        return AnyOf((
            say.gate(self.settles, say.either(say.missing(agreed), say.missing(named), *unlike)),
            say.gate(self.confers, say.either(say.missing(decided), say.missing(named), *other))))
