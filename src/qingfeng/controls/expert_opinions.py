"""expert_opinions 专家独立评审: each expert writes his own opinion before the meeting; none is left out, none is copied.

Why: a panel that signs the text of its chair is one expert; an opinion that does not please is not handed on.
Finds: an opinion of somebody who was not drawn, without content or paper, word for word another's, or a second one before the meeting;
a meeting before all have written; a review received without a meeting, or from others than were drawn.
Not: whether an opinion is right; who is drawn (expert_selection).
Source: the agency's own map (健全完善并严格落实评审和认证工作程序、制度和标准); no statute says how experts confer.
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

WORDS = 8  # characters of an opinion: more than 同意，无意见
# fmt: off
_DRAW = "select_experts dan 0 experts=[x1,x2]"
_X1 = "record_expert_opinion ann 2 expert_no=x1 opinion=防护距离不足应当增设隔离墙 document_hash=h1"
_X2 = "record_expert_opinion ann 2 expert_no=x2 opinion=停输措施完整可以实施 document_hash=h2"
_MET = "hold_expert_meeting dan 4 experts=[x1,x2] content=逐项讨论并形成评审意见 document_hash=h3"
_GOT, _LATER = "receive_expert_review ann 5 experts=[x1,x2]", _X1.replace(" 2 ", " 5 ").replace("h1", "h4").replace("不足", "已经补足")


@dataclass(frozen=True, slots=True)
class ExpertOpinions:
    """`opinions` by each of those drawn in the latest of `selects`, then `meetings`, then `receives`."""

    name: ClassVar[str] = "expert_opinions"
    title: ClassVar[Text] = Text(zh="专家独立评审", en="Independent opinions of experts")
    basis: ClassVar[Basis] = Basis.MAP
    example: ClassVar[dict[str, Any]] = {}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_DRAW, _X1, _X2, _MET, _GOT), (_DRAW, _X2, _X1, _MET, _LATER, _GOT), (_DRAW, _X1), (_DRAW, _X1, _X2, _MET, _MET, _GOT, _GOT),
        (_DRAW, _X1, _X2, _MET, _LATER, _MET, _GOT), (_DRAW.replace("x2", "x1"), _X1, _MET.replace("[x1,x2]", "[x1]"),
        _GOT.replace("[x1,x2]", "[x1]")),
        (_DRAW, _DRAW, _X1, _X2, _MET), (_DRAW, _X1, _X2),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_X1,), (_DRAW, _X1.replace("=x1", "=x3")), (_DRAW, _X1.replace("防护距离不足应当增设隔离墙", "同意，无意见")),
            (_DRAW, _X1.replace(" document_hash=h1", "")),
        (_DRAW, _X1, _X2.replace("停输措施完整可以实施", "防护距离不足应当增设隔离墙")), (_DRAW, _X1, _X2.replace("h2", "h1")), (_DRAW, _X1, _LATER),
        (_DRAW, _MET), (_DRAW, _X1, _MET), (_DRAW, _X1, _X2, _MET.replace("[x1,x2]", "[x1]")),
            (_DRAW, _X1, _X2, _MET.replace("[x1,", "[x3,x1,")),
        (_DRAW, _X1, _X2, _MET.replace("逐项讨论并形成评审意见", "会议召开")), (_DRAW, _X1, _X2, _GOT), (_DRAW, _GOT), (_GOT,), (_MET,),
        (_DRAW, _X1, _X2, _MET, _GOT.replace("[x1,x2]", "[x2]")), (_DRAW, _X1, _X2, _MET, _DRAW, _GOT), (_DRAW, _X1, _X2, _DRAW, _MET),
        (_DRAW, _X1, _X2, _MET, _GOT.replace("x2]", "x2,x3]")), (_DRAW, _X1, _X2, _MET.replace(" document_hash=h3", "")),
        (_DRAW, _X1, _X2, _MET, _LATER, _LATER), (_DRAW, _X1, _X2, _MET, _GOT.replace(" experts=[x1,x2]", "")),
    )

    selects: tuple[str, ...] = ("select_experts",)
    opinions: tuple[str, ...] = ("record_expert_opinion",)
    meetings: tuple[str, ...] = ("hold_expert_meeting",)
    receives: tuple[str, ...] = ("receive_expert_review",)

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        return unfit(version, self.selects, self.opinions, self.meetings, self.receives)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse an opinion that is not the expert's own, and a meeting or review without all of them."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=fault, remedy=Text(
            zh="请抽取的每名专家会前各自写出意见并附签名文本，全部写出后再开会，由原班专家形成评审意见。",
            en="Let each expert drawn write and sign his own opinion first; then meet, all of them; then hand in the review."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, d, acts = s.proposed, s.proposed.data, [e for e in s.case.events if e.kind == ACT]
        start = max((n for n, e in enumerate(acts, 1) if e.act in self.selects), default=0)
        drawn = next(({*e.data["experts"]} for e in reversed(acts) if e.act in self.selects and "experts" in e.data), set())
        met = max((n for n, e in enumerate(acts, 1) if e.act in self.meetings), default=0)
        said = [e for e in acts[start:] if e.act in self.opinions]
        if p.act in self.opinions:
            who, words, paper = d.get("expert_no"), d.get("opinion") or "", d.get("document_hash")
            yield who not in drawn, f"专家{who or '-'}没有被抽取", f"expert {who or '-'} was not drawn"
            yield len(words) < WORDS or not paper, "意见没有内容或者没有签名文本", "the opinion has no content or no signed paper"
            others = [e for e in said if e.data.get("expert_no") != who]
            yield any(e.data.get("opinion") == words or e.data.get("document_hash") == paper for e in others), \
                "与另一名专家的意见相同", "this is another expert's opinion"
            again = any(e.data.get("expert_no") == who for e in acts[max(start, met):] if e.act in self.opinions)
            yield again, "这名专家会前已经写过意见", "this expert has written his opinion already"
        if p.act in self.meetings:
            yield drawn - {e.data.get("expert_no") for e in said}, "有专家会前没有写出意见", "an expert has not written his opinion before the meeting"
            yield len(d.get("content") or "") < WORDS or not d.get("document_hash"), "会议没有内容或者没有记录文本", "the meeting has no minutes"
        if p.act in self.receives:
            yield met <= start, "抽取专家之后没有开过评审会", "the experts drawn have not met"
        if p.act in self.meetings + self.receives:
            yield not drawn or {*(d.get("experts") or ())} != drawn, "不是抽取的全部专家", "these are not the experts drawn, all of them"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Look at opinions, meetings and reviews, each with what stands before it since the experts were drawn."""
        drawn, experts = say.last(self.selects, "experts"), T("experts")
        same = say.matches("expert_no")
        copied = say.both(say.negated(same), say.either(say.matches("opinion"), say.matches("document_hash")))
        again = say.some(self.opinions, same, since=[*self.selects, *self.meetings])
        wrote = say.gather("set", self.opinions, R("expert_no"), since=self.selects)
        others = say.either(say.missing(drawn), say.over(say.without(experts, drawn), 0), say.over(say.without(drawn, experts), 0))
        return AnyOf((
            say.gate(self.opinions, say.either(
                say.negated(say.is_in(T("expert_no"), drawn)), say.over(WORDS, say.length(T("opinion"))), say.missing(T("document_hash")),
                say.some(self.opinions, copied, since=self.selects), again)),
            say.gate(self.meetings, say.either(others, say.over(say.without(drawn, wrote), 0), say.over(WORDS, say.length(T("content"))),
                                               say.missing(T("document_hash")))),
            say.gate(self.receives, say.either(others, say.none(self.meetings, since=self.selects)))))
