"""notice_words 告知文字与清单一致: what a notice asks for in words is what its codes ask for, paper by paper, by the published names.

Why: 故意刁难: the codes name two papers of the list, the sheet that the applicant takes home asks for a third; the rules read the codes,
he reads the words.
Finds: a demand that leaves out the words of one of its codes, whose words are no paper of its codes, or whose remarks name another
paper of the published list.
Not: words of courtesy, form and number of copies, a seal (请补交…原件一份，加盖公章); what is asked by word of mouth
(`refused_call_back`); whether the codes may be asked for (`published_requirements`).
Source: 行政许可法 30, 32 (the published list; everything told at once); elsewhere the map (一次性告知). The names are the power's own list.
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
from qingfeng.facts.rule import AnyOf, Op, T
from qingfeng.terms.citation import Citation
from qingfeng.terms.names import paper_line
from qingfeng.terms.text import Text

LIST = "published_requirements"
# fmt: off
_GOT, _ASK = "receive ann 0 matter_code=M1", "ask ann 1 missing=[权属证明] missing_codes=[deed]"
_TWO = _ASK.replace("[deed]", "[deed,proxy]")
_PAPERS = [{"code": "M1", "papers": [{"code": "deed", "name": "权属证明"}, {"code": "proxy", "name": "委托书"}]},
           {"code": "M2", "papers": [{"code": "plan", "name": "设计图"}, {"code": "deed", "name": "土地证"}]}]


@dataclass(frozen=True, slots=True)
class Words:
    """Further words under which the published list breaks a paper down (its parts, its long name)."""

    code: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NoticeWords:
    """`demands` ask in words (`missing`, one line a paper) for what they ask for in codes (`missing_codes`), for the matter of `receives`
    by the names of the power's published list, or by its `also`; `remarks` name no paper."""

    name: ClassVar[str] = "notice_words"
    title: ClassVar[Text] = Text(zh="告知文字与清单一致", en="Words of the notice as the list has them")
    example: ClassVar[dict[str, Any]] = {"demands": ["ask"], "receives": ["receive"], "also": [{"code": "proxy", "words": ["授权书"]}]}
    example_version: ClassVar[dict[str, Any]] = {"controls": {LIST: {"matters": _PAPERS}}}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_GOT, _ASK), (_GOT, _TWO.replace("权属证明", "权属证明,委托书")), (_GOT, _TWO.replace("权属证明", "授权书原件,权属证明复印件")),
        ("receive bob 0 matter_code=M2", _ASK.replace("权属证明", "土地证")), (_GOT, f"{_ASK} remarks=可以邮寄"), (_GOT, "ask ann 1 missing=[]"),
        ("receive bob 0 matter_code=M2", _TWO.replace("proxy", "plan").replace("权属证明", "设计图,土地证复制件")),
        (_GOT, "receive ann 0 matter_code=M2", _ASK.replace("权属证明", "土地证")), (_GOT, _ASK, _ASK),
        (_GOT, _ASK.replace("权属证明", "请补交权属证明原件一份")), (_GOT, _ASK.replace("权属证明", "权属证明（复印件、加盖公章）")),
        (_GOT, f"{_ASK} remarks=权属证明收到后当日出具回执"), (_GOT, f"{_TWO.replace('权属证明', '权属证明,委托书')} remarks=授权书须签名"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_GOT, _TWO), (_GOT, _TWO.replace("权属证明", "权属证明,审计报告")), (_GOT, _ASK.replace("权属证明", "权属证明,审计报告")),
        (_GOT, _ASK.replace("权属证明", "权属证明,委托书")), (_GOT, _ASK.replace("权属证明", "权属证明和公证书")), (_GOT, _ASK.replace("missing=[权属证明]", "")),
        (_GOT, _ASK.replace("权属证明", "土地证")), (_GOT, f"{_ASK} remarks=另附委托书"), (_GOT, f"{_ASK} remarks=另附授权书"), (_ASK,),
        (_GOT, f"{_ASK} remarks=另交设计图一份"), (_GOT, _ASK.replace("权属证明", "请补交权属证明原件及公证书一份")),
        (_GOT, "receive ann 0 matter_code=M2", _ASK), (_GOT, _ASK.replace("权属证明", "权属证明原件,土地证")),
    )

    demands: tuple[str, ...]
    receives: tuple[str, ...]
    also: tuple[Words, ...] = ()
    statute: Citation | None = None

    @property
    def basis(self) -> Basis:
        """The statute if the power names its article, else a rule: words are not codes' business to waive."""
        return Basis.STATUTE if self.statute else Basis.RULE

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        codes = {code for papers in _published(version).values() for code in papers}
        if not codes or any(one.code not in codes or not one.words for one in self.also):
            return Text(zh="须先设公布的材料清单；另设的名称须属于清单上的材料", en="a published list is needed; further words belong to its papers")
        return unfit(version, self.demands, self.receives)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a demand whose words are not those of its codes."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, citation=self.statute, reason=fault,
            remedy=Text(zh="请按公布清单上的名称一行一件列明所缺材料，与材料编码逐件相符；备注只写办理方式，不得另列材料。",
                        en="List the papers one a line by their published names, as the codes have them; remarks name no paper."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, acts, published = s.proposed, [e for e in s.case.events if e.kind == ACT], _published(s.case.version)
        if p.act not in self.demands:
            return
        matter = next((e.data["matter_code"] for e in reversed(acts) if e.act in self.receives and e.data.get("matter_code")), None)
        names, said = published.get(str(matter), {}), p.data.get("missing") or ()
        codes = [code for code in p.data.get("missing_codes") or () if code in names]
        asked = {code: [paper_line(word) for word in self._words(code, names[code])] for code in codes}
        bare = [code for code, lines in asked.items() if not {*lines} & {*map(paper_line, said)}]
        yield bare, f"告知的文字没有列出：{'、'.join(names[code] for code in bare)}", f"its words leave out: {s.told(bare).en}"
        odd = [line for line in said if not any(paper_line(line) in lines for lines in asked.values())]
        yield odd, f"告知的文字与材料编码不符，不是清单上的名称：{'、'.join(odd)}", "its words ask for something else than its codes do"
        own = {word for code in asked for word in self._words(code, names[code])}
        aside = [word for word in self._names(s.case.version) if word not in own and word in str(p.data.get("remarks") or "")]
        yield aside, f"备注里另外提到了清单材料：{'、'.join(aside)}", "its remarks name papers of the list besides"

    def _words(self, code: str, name: str) -> tuple[str, ...]:
        return (name, *(word for one in self.also if one.code == code for word in one.words))

    def _names(self, version: PowerVersion) -> list[str]:
        names = [name for papers in _published(version).values() for name in papers.values()]
        return list(dict.fromkeys([*names, *(word for one in self.also for word in one.words)]))

    def detect(self, version: PowerVersion) -> AnyOf:
        """Hold each line of a demand against the names of its codes, each code against the lines, and the remarks against the list."""
        matter, codes, words = say.last(self.receives, "matter_code"), T("missing_codes"), say.written("paper_lines", T("missing"))
        also = {code: tuple(w for one in self.also if one.code == code for w in one.words) for code in {one.code for one in self.also}}
        unsaid: list[Op] = []
        known: list[Op] = []
        owned: dict[str, list[Op]] = {}
        for of, papers in _published(version).items():
            for code, name in papers.items():
                names = (name, *also.get(code, ()))
                lines = tuple({paper_line(word) for word in names})
                asks = say.both(say.equal(matter, of), say.is_in(code, codes))
                unsaid.append(say.both(asks, say.equal(say.without(lines, words), len(lines))))
                known.append(say.both(asks, say.is_in(say.written("paper_line", T("_key")), lines)))
                for word in names:
                    owned.setdefault(word, []).append(asks)
        for word in (one for many in also.values() for one in many):
            owned.setdefault(word, [])
        aside = (say.both(say.mentions(T("remarks"), [word]), say.negated(say.either(*asks, 0))) for word, asks in owned.items())
        return AnyOf((
            say.gate(self.demands, say.either(*unsaid, *aside)),
            say.gate(self.demands, say.negated(say.either(*known)), each="missing")))


def _published(version: PowerVersion) -> Mapping[str, Mapping[str, str]]:
    setting = version.controls.get(LIST)
    matters: Sequence[Any] = setting.get("matters", ()) if isinstance(setting, Mapping) else ()
    return {str(m["code"]): {str(p["code"]): str(p["name"]) for p in m["papers"]} for m in matters}
