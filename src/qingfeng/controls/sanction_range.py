"""sanction_range 处分幅度: each misconduct of the list has its kinds; to go below or above them takes a circumstance of the list, proved.

Why: 随意行使自由裁量权、随意从轻或减轻处分: a friend's bribe becomes an oversight, with a warning for "good attitude".
Finds: a report or decision without a misconduct of the list, by another article than its own, or of another misconduct than the report;
a kind below its range without a mitigating, above it without an aggravating circumstance, or one that no registered evidence proves.
Not: where in the range it lies (review, resolution); whether the evidence is true.
Source: the agency's own list (量化处罚标准) under the articles that its entries name.
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


@dataclass(frozen=True, slots=True)
class Misconduct:
    """A kind of misconduct: its article, and the sanctions it allows."""

    code: str
    article: str
    kinds: tuple[str, ...]


# fmt: off
_PROOF = "exhibit ann 0 evidence_no=E1"
_SAY = "report ann 2 violation_code=W1 article_penalty=A20 sanction_kind=demerit"
_OUT = _SAY.replace("report ann 2", "decide dan 5")
_LESS = _OUT.replace("demerit", "warning") + " circumstances=[confessed] circumstance_evidence=[E1]"
_MORE = _OUT.replace("demerit", "removal") + " circumstances=[repeated] circumstance_evidence=[E1]"
_W2 = tuple(line.replace("W1", "W2").replace("A20", "A21").replace("demerit", "removal") for line in (_SAY, _OUT))


@dataclass(frozen=True, slots=True)
class SanctionRange:
    """`reports` and `decides` name `violation_code`, `article_penalty` and `sanction_kind` of `entries`; `severity`: light to heavy."""

    name: ClassVar[str] = "sanction_range"
    title: ClassVar[Text] = Text(zh="处分幅度", en="Range of sanctions")
    basis: ClassVar[Basis] = Basis.RULE
    example: ClassVar[dict[str, Any]] = {"reports": ["report"], "decides": ["decide"], "evidence": ["exhibit"],
        "severity": ["none", "warning", "demerit", "removal"], "lighter": ["confessed", "slight"], "heavier": ["repeated", "hid"],
        "entries": [{"code": "W1", "article": "A20", "kinds": ["demerit"]},
        {"code": "W2", "article": "A21", "kinds": ["demerit", "removal"]}]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_PROOF, _SAY, _OUT), (_PROOF, _SAY, _LESS), (_PROOF, _SAY, _MORE), (*_W2,), (_SAY,), (_W2[0],), (_SAY, _OUT),
        (_PROOF, _SAY, _LESS.replace("confessed", "slight")), (_SAY, *_W2), (_PROOF, _SAY, _MORE.replace("repeated", "hid")),
        (_W2[0], _W2[1].replace("removal", "demerit")), (_SAY, _OUT, _OUT), (_PROOF, _LESS.replace("decide dan 5", "report ann 2"), _OUT),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_SAY.replace("violation_code=W1 ", ""),), (_SAY.replace("W1", "W9"),), (_SAY.replace("A20", "A21"),),
        (_SAY.replace(" sanction_kind=demerit", ""),), (_SAY, _W2[1]), (_OUT,), (_PROOF, _SAY, _LESS.replace("[confessed]", "[repeated]")),
        (_PROOF, _SAY, _MORE.replace("[repeated]", "[confessed]")), (_SAY, _LESS), (_PROOF, _SAY, _LESS.replace("[E1]", "[E1,E2]")),
        (_PROOF, _SAY, _LESS.replace(" circumstance_evidence=[E1]", "")), (_SAY, _MORE),
        (_PROOF, _SAY, _LESS.replace(" circumstances=[confessed]", "")), (_PROOF, _SAY, _OUT.replace("demerit", "removal")),
        (_SAY, _OUT.replace("demerit", "none")), (_W2[0], _W2[1].replace("removal", "warning")), (_SAY.replace("demerit", "praise"),),
        (_SAY, _W2[0], _OUT), (_SAY.replace("article_penalty=A20 ", ""),),
    )

    entries: tuple[Misconduct, ...]
    severity: tuple[str, ...]
    lighter: tuple[str, ...]
    heavier: tuple[str, ...]
    reports: tuple[str, ...] = ("submit_final_report",)
    decides: tuple[str, ...] = ("decide_sanction",)
    evidence: tuple[str, ...] = ("register_evidence",)

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        codes, known = [one.code for one in self.entries], {*self.severity}
        bad = any(not one.kinds or not {*one.kinds} <= known or not one.article for one in self.entries)
        bad = bad or bool({*self.lighter} & {*self.heavier})
        if bad or not codes or len({*codes}) < len(codes) or len(known) < len(self.severity):
            return Text(zh="每种违纪行为各列一次，写明条款和处分种类（须在轻重次序中）；从轻、从重情形不得相同",
                        en="each misconduct once, with article and kinds of the order of severity; no circumstance on both lists")
        return unfit(version, self.reports, self.decides, self.evidence)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a kind outside its range for which nothing is proved."""
        why = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if why is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=why, remedy=Text(
            zh="请按目录写明违纪行为、条款和幅度之内的处分；低于或者高于幅度的，写明法定情形和已登记的证据编号。",
            en="Name misconduct, article and a kind within its range; outside it, name the circumstance and the evidence registered."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, done, kind = s.proposed, [e for e in s.case.events if e.kind == ACT], s.proposed.data.get("sanction_kind")
        if p.act not in self.reports + self.decides:
            return
        entry = next((one for one in self.entries if one.code == p.data.get("violation_code")), None)
        yield entry is None, "违纪行为没有写明，或者不在目录之中", "no misconduct of the list is named"
        if entry is None:
            return
        yield p.data.get("article_penalty") != entry.article, f"条款与目录不一致，应为{entry.article}", f"the article must be {entry.article}"
        reported = next((e.data["violation_code"] for e in reversed(done) if e.act in self.reports and e.data.get("violation_code")), None)
        yield p.act in self.decides and reported != entry.code, "决定的违纪行为与调查报告不一致", "this is not the misconduct that was reported"
        rank = {one: n for n, one in enumerate(self.severity)}
        yield kind not in rank, "没有写明处分种类", "the kind of sanction is not said"
        allowed = [rank[one] for one in entry.kinds]
        at, claimed = rank.get(str(kind), 0), {*(p.data.get("circumstances") or ())}
        shown, items = {*(p.data.get("circumstance_evidence") or ())}, {e.data.get("evidence_no") for e in done if e.act in self.evidence}
        bare = not shown or shown - items
        low = at < min(allowed) and (bare or not claimed & {*self.lighter})
        yield low, "低于幅度，没有经证据证明的从轻情形", "below its range, and nothing proved that mitigates"
        high = at > max(allowed) and (bare or not claimed & {*self.heavier})
        yield high, "高于幅度，没有经证据证明的从重情形", "above its range, and nothing proved that aggravates"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Weigh each kind against the ends of its range."""
        weights = {kind: n for n, kind in enumerate(self.severity)}
        low, high = ({one.code: end(weights[kind] for kind in one.kinds) for one in self.entries} for end in (min, max))
        code, weight = T("violation_code"), say.get(weights, T("sanction_kind"))
        items = say.gather("set", self.evidence, R("evidence_no"))
        bare = say.either(say.missing(T("circumstance_evidence")), say.over(say.without(T("circumstance_evidence"), items), 0))

        def idle(known: tuple[str, ...]) -> Any:
            return say.either(bare, say.equal(say.without(T("circumstances"), ()), say.without(T("circumstances"), known)))

        article = say.equal(T("article_penalty"), say.get({one.code: one.article for one in self.entries}, code))
        outside = say.either(say.missing(weight), say.negated(article), say.both(say.over(say.get(low, code), weight), idle(self.lighter)),
            say.both(say.over(weight, say.get(high, code)), idle(self.heavier)))
        other = say.negated(say.equal(code, say.last(self.reports, "violation_code")))
        return AnyOf((say.gate(self.reports, outside), say.gate(self.decides, say.either(outside, other))))
