"""basis_in_text 依据文字与编码一致: the articles that the words of a paper cite are those under which the act is coded.

Why: the table says article 97 and its range is kept; the paper that is served says article 109, and nobody can tell which holds.
Finds: a notice or decision whose words cite another article of the coded law than those coded, or another law alone, that is no
general provision of the power.
Not: whether the coded article fits the facts (violation_catalogue, sanction_range); a further law cited beside the coded article.
Source: 法律法规运用错误, 制作文书不规范 of the agency's own maps; general provisions are the basis that the power declares.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, T
from qingfeng.terms.cited import strays
from qingfeng.terms.text import Text

# fmt: off
_NINE, _OTHER, _LAW = "article_penalty=《示例条例》第九条", "《示例条例》第十一条", "《示例别法》第三条"
_SAY = f"decide bob 5 {_NINE} legal_basis="
_REPORT = f"report ann 1 {_NINE} article_breached=《示例条例》第二条"


@dataclass(frozen=True, slots=True)
class BasisInText:
    """`texts` of `acts` cite articles of its `codes` fields; where the act says none of them, those that one of `reports` said last."""

    name: ClassVar[str] = "basis_in_text"
    title: ClassVar[Text] = Text(zh="依据文字与编码一致", en="The basis in the text is the one coded")
    basis: ClassVar[Basis] = Basis.MAP
    example: ClassVar[dict[str, Any]] = {"acts": ["tell", "decide"], "reports": ["report"], "texts": ["legal_basis", "content"]}
    example_version: ClassVar[dict[str, Any]] = {
        "basis": [{"instrument": one, "articles": [n]} for one, n in (("示例条例", "6"), ("示例程序法", "57"))]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_SAY + "《示例条例》第九条",), (_SAY + "《示例条例》第六条、第九条",), (_SAY + "《示例程序法》第三十条",), (_SAY + f"《示例条例》第九条、{_LAW}",),
        (_SAY + "依法",), (_SAY + "《示例条例》",), (f"decide bob 5 legal_basis={_LAW}",),
        (_REPORT, "tell bob 3 content=依据《示例条例》第二条、第九条"),
        (_REPORT, "tell bob 3 legal_basis=《示例条例》第六条"), (_REPORT.replace("九", "十一"), f"tell bob 3 legal_basis={_OTHER}"),
        (_REPORT, f"note bob 3 legal_basis={_OTHER}", _SAY + "示例条例第九条"))
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_SAY + _OTHER,), (_SAY + _LAW,), (_SAY + f"《示例条例》第九条 content=依据{_OTHER}",), (_REPORT, f"tell bob 3 legal_basis={_OTHER}"),
        (_REPORT, f"tell bob 3 content=依据{_LAW}"), (_REPORT.replace("九", "十一"), _SAY + _OTHER), (_SAY + "《示例别法》",),
        (_REPORT, f"{_SAY}《示例条例》第六条、第十一条"))

    acts: tuple[str, ...]
    reports: tuple[str, ...] = ()
    texts: tuple[str, ...] = ("legal_basis", "content")
    codes: tuple[str, ...] = ("article_breached", "article_penalty")

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        if not self.texts or not self.codes:
            return Text(zh="写明文字字段和条文字段", en="name fields of text and fields of articles")
        return unfit(version, self.acts, *([self.reports] if self.reports else []))

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a paper that cites what the act does not code."""
        p, version = situation.proposed, situation.case.version
        if p.act not in self.acts:
            return None
        reported = [e.data for e in reversed(situation.case.events) if e.kind == ACT and e.act in self.reports]
        coded = [p.data.get(field) or next((d[field] for d in reported if d.get(field)), None) for field in self.codes]
        odd = [one for field in self.texts for one in strays(p.data.get(field), coded, _general(version))]
        if not odd:
            return None
        right = [str(one) for one in coded if one]
        return Refusal(by=self.name, ring="control", basis=self.basis, reason=Text(
            zh=f"文字引用{'、'.join(dict.fromkeys(odd))}，适用的条文是{'、'.join(right)}",
            en=f"the text cites {', '.join(dict.fromkeys(odd))}; coded are {', '.join(right)}"),
            remedy=Text(zh="请核对后改正写错的一处：文字依据须是所适用的条文，或者本职权公布的一般规定。",
                        en="Mend whichever is wrong: the text cites the articles applied, or general provisions that the power declares."))

    def detect(self, version: PowerVersion) -> AnyOf:
        """Read the articles of each text beside what the act, or the report before it, codes."""
        coded = [say.or_else(T(f), say.last(self.reports, f)) if self.reports else T(f) for f in self.codes]
        return AnyOf(tuple(say.gate(self.acts, say.strays(T(text), coded, _general(version))) for text in self.texts))


def _general(version: PowerVersion) -> dict[str, tuple[str, ...]]:
    return dict(version.basis)
