"""coercion_reported 强制情形报告: whoever sees on site what calls for a compulsory measure reports all of it, in time.

Why: 发现需要采取强制措施的情形，不报告: silence is the cheapest favour, for nothing was decided that anybody could appeal against.
Finds: a case that goes on or ends with a situation seen and not reported; one reported late or never (`watch`).
Not: what nobody wrote down on site (reinspection by another team, tips).
Source: the agency's own map; 行政强制法 18 (report before the measure); no number of days in law, so a setting.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts.rule import AnyOf, GateRule, Gather, R, Span, T, Today
from qingfeng.facts.say import both, either, equal, gate, gather, is_in, negated, or_else, over, some, working_days
from qingfeng.terms.text import Text


# fmt: off
@dataclass(frozen=True, slots=True)
class CoercionReported:
    """Every code of `calls_for` said by `sees` is among the `situations` of a `reports` act before any of `ends`."""

    name: ClassVar[str] = "coercion_reported"
    title: ClassVar[Text] = Text(zh="强制情形必须报告", en="Situations that call for coercion are reported")
    example: ClassVar[dict[str, Any]] = {"sees": ["look"], "reports": ["report"], "ends": ["leave", "close"], "within": 1}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("look ann 0 calls_for=[seizure]", "report ann 0 situations=[seizure]", "leave ann 0"),
        ("look ann 0", "leave ann 0", "close bob 3"),
        ("look ann 0 calls_for=[seizure,power_cut]", "report ann 0 situations=[power_cut]", "report bob 1 situations=[seizure]",
            "close bob 3"),
        ("look ann 0 calls_for=[seizure]", "report ann 1 situations=[seizure,power_cut]", "look bob 2 calls_for=[power_cut]",
            "report bob 2 situations=[power_cut]", "leave ann 3"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("look ann 0 calls_for=[seizure]", "leave ann 0"),
        ("look ann 0 calls_for=[seizure,power_cut]", "report ann 0 situations=[seizure]", "close bob 3"),
        ("report ann 0 situations=[seizure]", "look ann 1 calls_for=[seizure]", "close ann 2"),
        ("look ann 0 calls_for=[power_cut]", "report ann 0", "leave ann 3"), ("look ann 0 calls_for=[smoke]",),
        ("look ann 0 calls_for=[seizure,smoke]",), ("look ann 0 calls_for=[seizure]", "report bob 0 situations=[seizure]",
         "look ann 3 calls_for=[seizure]", "leave ann 3"),
    )
    kept: ClassVar[tuple[tuple[str, ...], ...]] = (("look ann 0 calls_for=[seizure]", "report ann 1 situations=[seizure]", "today 30"),
                                                   ("look ann 0 calls_for=[seizure]", "today 1"), ("look ann 0", "today 30"))
    neglected: ClassVar[tuple[tuple[str, ...], ...]] = (("look ann 0 calls_for=[seizure]", "today 2"),
        ("look ann 0 calls_for=[seizure,power_cut]", "report ann 0 situations=[seizure]", "report ann 4 situations=[power_cut]",
            "today 30"))

    sees: tuple[str, ...]
    reports: tuple[str, ...]
    ends: tuple[str, ...]
    codes: tuple[str, ...] = ("sealing", "seizure", "power_cut", "explosives_stop")
    within: int = 1

    @property
    def basis(self) -> Basis:
        """A rule of the agency; nobody lets pass."""
        return Basis.RULE

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        named = [*self.sees, *self.reports, *self.ends]
        wrong = sorted({act for act in named if named.count(act) > 1} | set(named) - {row.act for row in version.procedure.rows})
        if wrong or not (self.sees and self.reports and self.ends) or self.within not in range(31):
            return Text(f"动作须取自流程、不重复、不为空，天数0至30（{'、'.join(wrong)}）", f"acts unknown, shared or missing, or days out of range: {wrong}")
        return None

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse to go on while something seen is not reported."""
        command = situation.proposed
        strange = [code for code in command.data.get("calls_for") or () if code not in self.codes]
        if command.act in self.sees and strange:
            odd, known = situation.told(strange), situation.told(self.codes)
            return self._refusal(f"情形{odd.zh}不在列表中（{known.zh}）", f"{odd.en} is none of {known.en}")
        if command.act not in self.ends:
            return None
        seen: dict[str, str] = {}
        for event in (e for e in situation.case.events if e.kind == ACT):
            if event.act in self.sees:
                seen |= {code: event.actor or "" for code in event.data.get("calls_for") or () if code in self.codes}
            if event.act in self.reports:
                seen = {code: who for code, who in seen.items() if code not in (event.data.get("situations") or ())}
        if not seen:
            return None
        what, who = situation.told(seen), "、".join(dict.fromkeys(situation.people.name(one) for one in seen.values()))
        return self._refusal(f"{who}在现场发现需要采取强制措施的情形（{what.zh}），没有报告",
                             f"{who} saw what calls for a compulsory measure ({what.en}) and did not report it")

    def _refusal(self, zh: str, en: str) -> Refusal:
        return Refusal(by=self.name, ring="control", basis=self.basis, reason=Text(zh, en),
            remedy=Text("请先如实报告全部情形，由负责人决定是否采取措施。", "Report all of it first; the head decides whether a measure is taken."))

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find acts that end a matter in which something was seen after it was last reported, and situations of no known kind."""
        left = [over(or_else(self._latest(self.sees, code, "calls_for"), 0), or_else(self._latest(self.reports, code, "situations"), 0))
                for code in self.codes]
        return AnyOf((gate(self.ends, either(*left), applies=some(self.sees)),
            gate(self.sees, negated(is_in(T("_key"), self.codes)), each="calls_for")))

    def _latest(self, acts: tuple[str, ...], code: str, field: str) -> Gather:
        return gather("last", acts, R("_seq"), equal(R("_key"), code), each=field)

    def watch(self, _: PowerVersion) -> GateRule:
        """Find situations not reported within `within` working days."""
        in_time = some(self.reports, both(equal(R("_key"), T("_key")), negated(over(working_days(T("_on"), R("_on")), self.within))),
                       span=Span.AFTER, each="situations")
        return gate(self.sees, both(over(working_days(T("_on"), Today()), self.within), negated(in_time)), each="calls_for")
