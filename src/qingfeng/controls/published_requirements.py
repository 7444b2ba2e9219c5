"""published_requirements 按公布清单收件: nothing is asked for that is not on the published list, and nothing on it is let off.

Why: 故意刁难申请人 asks for one more paper; 擅自减少条件 takes one paper fewer from a friend.
Finds: a matter that is not published; a demand for papers not on its list, already handed in, or by no or an outdated edition of the list;
acceptance with a paper of the list missing.
Not: whether a paper is true (`material_verification`); a second demand (`one_time_notification`); what is asked by word of mouth
(the call-backs of `refused_call_back`).
Source: 行政许可法 30 (the full list of papers is posted); the list and its edition are settings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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
@dataclass(frozen=True, slots=True)
class Paper:
    """A paper of the published list: its code and its name; optional: only in the cases that the list names."""

    code: str
    name: str
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Matter:
    """A published matter (`matter_code`) and its list."""

    code: str
    papers: tuple[Paper, ...]


_GOT, _ASK = "receive ann 0 matter_code=M1 material_codes=[form]", "ask ann 1 list_version=v2 missing_codes"
_NO = "accept ann 9 list_version=v2"


@dataclass(frozen=True, slots=True)
class PublishedRequirements:
    """`receives` name the matter and, like `supplements`, the papers (`material_codes`); `demands` (`missing_codes`) and `accepts` name
    the edition of the list (`list_version`)."""

    name: ClassVar[str] = "published_requirements"
    title: ClassVar[Text] = Text(zh="按公布清单收件", en="Only what the published list requires")
    example: ClassVar[dict[str, Any]] = {
        "matters": [{"code": "M1", "papers": [{"code": "form", "name": "申请表"}, {"code": "deed", "name": "权属证明"},
                                              {"code": "proxy", "name": "委托书", "optional": True}]},
                    {"code": "M2", "papers": [{"code": "form", "name": "申请表"}, {"code": "plan", "name": "设计图"}]}],
        "edition": "v2", "receives": ["receive", "renew"], "supplements": ["supplement"], "demands": ["ask"], "accepts": ["accept"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_GOT, f"{_ASK}=[deed,proxy]", "supplement ann 3 material_codes=[deed,proxy]", _NO),
        ("renew ann 0 matter_code=M2 material_codes=[form,plan]", "note ann 1", _NO),
        ("receive ann 0 matter_code=M1 material_codes=[form,deed]", "accept bob 1 list_version=v2"),
        ("renew ann 0 matter_code=M2", f"{_ASK}=[plan,form]", "supplement ann 3 material_codes=[plan,form]", _NO),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("receive ann 0 matter_code=M3",), ("renew ann 0 material_codes=[form]",), (_GOT, f"{_ASK}=[deed,plan]"), (_GOT, f"{_ASK}=[tax]"),
        (_GOT, f"{_ASK}=[form,deed]"), (_GOT, "ask ann 1 list_version=v2"), (_GOT, "ask ann 1 list_version=v1 missing_codes=[deed]"),
        (_GOT, "ask ann 1 missing_codes=[deed]"), (_GOT, _NO), (_GOT, "supplement ann 2 material_codes=[proxy]", _NO),
        (_GOT, "supplement ann 2 material_codes=[deed]", "accept ann 9 list_version=v1"), (f"{_ASK}=[form]",), (_NO,),
        (_GOT, "supplement ann 2 material_codes=[deed]", f"{_ASK}=[deed]"), (_GOT, "renew bob 1 matter_code=M2", f"{_ASK}=[deed]"),
    )

    matters: tuple[Matter, ...]
    edition: str
    receives: tuple[str, ...]
    accepts: tuple[str, ...]
    demands: tuple[str, ...] = ()
    supplements: tuple[str, ...] = ()
    statute: Citation | None = None

    @property
    def basis(self) -> Basis:
        """The statute if the power names its article, else a rule: nobody may ask for more or let off what is published."""
        return Basis.STATUTE if self.statute else Basis.RULE

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        lists = [[m.code for m in self.matters], *([p.code for p in m.papers] for m in self.matters)]
        if not self.edition or any(not codes or len({*codes}) < len(codes) for codes in lists):
            return Text(zh="须有清单版本；事项及其材料不得为空、不得重复", en="name the edition; matters and their papers: some, each once")
        return unfit(version, self.receives, self.accepts, more=self.demands + self.supplements)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse an unpublished matter, a demand beyond the list, and acceptance short of it."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, citation=self.statute, reason=fault,
            remedy=Text(zh="请只按现行公布清单一次列明所缺材料；清单所列材料收齐后再受理，清单以外的不得索要。",
                        en="Ask once for what the published list in force names and is missing; accept when it is all there."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, acts = s.proposed, [e for e in s.case.events if e.kind == ACT]
        if p.act in self.receives:
            told = p.data.get("matter_code")
            yield told not in {m.code for m in self.matters}, "申请事项不在公布的事项之内或未填写", "the matter is not a published one"
        if p.act not in self.demands + self.accepts:
            return
        code = next((e.data["matter_code"] for e in reversed(acts) if e.act in self.receives and e.data.get("matter_code")), None)
        papers = next((m.papers for m in self.matters if m.code == code), None)
        yield papers is None, "没有登记过公布事项的申请", "no application in a published matter has been received"
        old = p.data.get("list_version")
        yield old != self.edition, f"须按现行清单（{self.edition}）办理，所填为：{old or '未填'}", f"the list in force is {self.edition}"
        handed = {x for e in acts if e.act in self.receives + self.supplements for x in e.data.get("material_codes") or ()}
        asked, names = p.data.get("missing_codes") or (), {paper.code: paper.name for paper in papers or ()}
        if p.act in self.demands:
            yield not asked, "没有写明缺少哪些材料", "it does not say which papers are missing"
            more, twice = [x for x in asked if x not in names], [x for x in asked if x in handed]
            yield more, f"要求了公布清单以外的材料：{s.told(more).zh}", f"not on the published list: {s.told(more).en}"
            yield twice, f"要求了已经提交的材料：{_names(twice, names)}", f"handed in already: {s.told(twice).en}"
        else:
            left = [paper.code for paper in papers or () if not paper.optional and paper.code not in handed]
            yield left, f"清单所列材料未收齐：{_names(left, names)}", f"papers of the list are missing: {s.told(left).en}"

    def known_values(self, situation: Situation, _: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the edition of the list in force, which every such paper names."""
        return {"list_version": self.edition} if situation.proposed.act in (*self.demands, *self.accepts) else {}

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find unpublished matters, demands beyond the list or for what is there, and acceptance short of it."""
        matter, codes = say.last(self.receives, "matter_code"), [m.code for m in self.matters]
        listed = say.get({m.code: tuple(p.code for p in m.papers) for m in self.matters}, matter)
        needed = say.get({m.code: tuple(p.code for p in m.papers if not p.optional) for m in self.matters}, matter)
        handed = say.gather("set", self.receives + self.supplements, R("_key"), each="material_codes")
        odd = say.either(say.negated(say.is_in(matter, codes)), say.negated(say.equal(T("list_version"), self.edition)))
        again = say.over(say.size(T("missing_codes")), say.without(T("missing_codes"), handed))
        beyond = say.over(say.without(T("missing_codes"), listed), 0)
        return AnyOf((
            say.gate(self.receives, say.negated(say.is_in(T("matter_code"), codes))),
            say.gate(self.demands, say.either(odd, say.missing(T("missing_codes")), beyond, again)),
            say.gate(self.accepts, say.either(odd, say.over(say.without(needed, handed), 0)))))


def _names(codes: Sequence[str], names: dict[str, str]) -> str:
    return "、".join(names.get(code, code) for code in codes)
