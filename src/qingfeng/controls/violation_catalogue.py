"""violation_catalogue 案由目录: a case names its violation from the agency's catalogue, and cites the articles that go with it.

Why: 法律法规运用错误; a case filed under one heading is punished under another, by an article that does not fit the facts.
Finds: a code that is missing or unknown; articles or kinds unsaid or not the entry's; a decision on what the notice did not tell of.
Not: a heading that is in the catalogue and does not fit the facts (legality review); whether it is in force (legal_basis_in_force).
Source: the agency's own catalogue; that the notice tells the basis, 行政处罚法 44.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue import codes
from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.violations import Entry, fault_in, foreign, last_said, sample
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts.rule import GateRule, T
from qingfeng.facts.say import both, differs, either, equal, gate, get, is_in, last, missing, negated, over, without
from qingfeng.terms.text import Text

# fmt: off
V1, V2 = sample("V1"), sample("V2", penalty={"instrument": "示例条例", "article": "6(1)"}, kinds=["fine", "suspension"])
_V1 = "violation_code=V1 article_breached=《示例条例》第八条 article_penalty=《示例条例》第三十条 penalty_kinds=[fine]"
_V2 = "violation_code=V2 article_breached=《示例条例》第八条 article_penalty=《示例条例》第六条第一款 penalty_kinds=[fine,suspension]"



@dataclass(frozen=True, slots=True)
class ViolationCatalogue:
    """All these acts name an entry; notices and decisions also cite its articles and kinds, and decisions keep to the latest notice."""

    name: ClassVar[str] = "violation_catalogue"
    title: ClassVar[Text] = Text(zh="案由目录", en="Catalogue of violations")
    basis: ClassVar[Basis] = Basis.RULE
    example: ClassVar[dict[str, Any]] = {"entries": [V1, V2], "acts": ["file"], "notices": ["tell"], "decisions": ["decide"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("file ann 0 violation_code=V1", f"tell ann 2 {_V1}", f"decide bob 9 {_V1}", "note ann 10", "interview ann 11"),
        ("file ann 0 violation_code=V1 penalty_kinds=[warning]", f"tell ann 2 {_V2}", f"decide bob 9 {_V2}", "note ann 10"),
        (f"tell ann 2 {_V1}", f"tell ann 4 {_V2}", f"decide bob 9 {_V2}"), (f"decide bob 9 {_V2}", "note ann 10"),
        ("note ann 0", f"file ann 0 {_V2}"), ("file ann 0 violation_code=V2", "note ann 1", "interview ann 2", "note ann 3", "note ann 4"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("note ann 0", "file ann 0 violation_code=V9"), ("note ann 0", "interview bob 0", "file ann 0 facts=x"),
        ("file ann 0 violation_code=V2 penalty_kinds=[warning]",), ("file ann 0 violation_code=V1 article_breached=第五条",),
        ("tell ann 0 violation_code=V2 article_breached=《示例条例》第八条 article_penalty=《示例条例》第三十条 penalty_kinds=[fine]",),
        ("tell ann 0 violation_code=V1 article_breached=《示例条例》第八条 article_penalty=《示例条例》第三十条",),
        ("decide ann 0 violation_code=V1 article_penalty=《示例条例》第三十条 penalty_kinds=[fine]",),
        (f"tell ann 2 {_V1}", f"tell ann 4 {_V2}", f"decide bob 9 {_V1}"),
    )

    entries: tuple[Entry, ...]
    acts: tuple[str, ...]
    notices: tuple[str, ...]
    decisions: tuple[str, ...]

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        return foreign(version, {*self.acts, *self.notices, *self.decisions}) or fault_in(self.entries)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse an act that names no entry, cites other articles or kinds than its entry, or decides on what was not told."""
        act, data = situation.proposed.act, situation.proposed.data
        code, ruling = data.get("violation_code"), act in self.notices or act in self.decisions
        if act not in self.acts and not ruling:
            return None
        entry = next((e for e in self.entries if e.code == code), None)
        if entry is None:
            zh, en = (mark.join(f"{e.code} {e.name.say(lang)}" for e in self.entries) for lang, mark in (("zh", "、"), ("en", ", ")))
            return self._no(f"案由代码“{code or '未填'}”不在案由目录中", f"“{code or 'nothing'}” is not in the catalogue of violations", zh, en)
        for zh, en, field, right in (("违反条款", "article breached", "article_breached", entry.breached),
                                     ("处罚依据", "penalty article", "article_penalty", entry.penalty)):
            said = data.get(field)
            if (ruling and not said) or (said is not None and said != right.say("zh")):
                return self._no(f"案由{entry.title.zh}的{zh}与目录不符：{said or '未填'}",
                                f"“{said or 'nothing'}” is not the {en} of {entry.title.en}",
                                right.say("zh"), f"{right.say('en')}, written {right.say('zh')}")
        kinds, allowed = data.get("penalty_kinds") or (), codes.listed(situation.case.version, entry.kinds)
        if (ruling and not kinds) or any(kind not in entry.kinds for kind in kinds):
            others = [kind for kind in kinds if kind not in entry.kinds]
            odd = codes.listed(situation.case.version, others, none=Text(zh="未填种类", en="no kind is named"))
            return self._no(f"案由{entry.title.zh}不处所填种类（{odd.zh}）", f"{entry.title.en} does not allow the kinds named ({odd.en})",
                            allowed.zh, allowed.en)
        told = last_said("violation_code", [e for e in situation.case.events if e.kind == ACT and e.act in self.notices], {})
        if act in self.decisions and told is not None and told != code:
            was = next((e.title for e in self.entries if e.code == told), Text(zh=str(told), en=str(told)))
            return self._no(f"告知的案由是{was.zh}，决定的案由是{entry.title.zh}", f"the notice told of {was.en}, this decides on {entry.title.en}",
                            f"{was.zh}；案由改变的，重新告知并听取陈述申辩", f"{was.en}, or give a new notice and hear the party again")
        return None

    def known_values(self, situation: Situation, told: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the articles that go with the violation of a notice or decision."""
        entry = next((e for e in self.entries if e.code == told.get("violation_code")), None)
        if entry is None or situation.proposed.act not in (*self.notices, *self.decisions):
            return {}
        return {"article_breached": entry.breached.say("zh"), "article_penalty": entry.penalty.say("zh")}

    def detect(self, _: PowerVersion) -> GateRule:
        """Find such acts; applies to every act that has to name a violation."""
        code, kinds, ruling = T("violation_code"), T("penalty_kinds"), {*self.notices, *self.decisions}
        breached = get({e.code: e.breached.say("zh") for e in self.entries}, code)
        penalty = get({e.code: e.penalty.say("zh") for e in self.entries}, code)
        strange = over(without(kinds, get({e.code: e.kinds for e in self.entries}, code)), 0)
        cited = both(equal(T("article_breached"), breached), equal(T("article_penalty"), penalty), negated(missing(kinds)))
        other = either(differs(T("article_breached"), breached), differs(T("article_penalty"), penalty))
        untold = both(is_in(T("_act"), self.decisions), differs(code, last(self.notices, "violation_code")))
        unsaid, unknown = both(is_in(T("_act"), ruling), negated(cited)), negated(is_in(code, [e.code for e in self.entries]))
        return gate({*self.acts, *ruling}, either(unknown, strange, other, unsaid, untold))

    def _no(self, zh: str, en: str, right: str, right_en: str) -> Refusal:
        return Refusal(by=self.name, ring="control", basis=self.basis, reason=Text(zh=zh, en=en),
                       remedy=Text(zh=f"请按目录填写：{right}。", en=f"Say what the catalogue says: {right_en}."))
