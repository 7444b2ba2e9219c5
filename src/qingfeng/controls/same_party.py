"""same_party 当事人一致: the party that the case was opened against is the party told, punished and named in every paper.

Why: a shell company, or a name with one sign less, takes the blame and the file looks complete; ties to the true party stay unseen.
Finds: an act that names another party (or another identity number) than the one last settled, a notice or decision that names none, and
a change of party without reasons, without the paper that bears it out, of something else than was proposed, or by one hand.
Not: spelling (blanks, brackets, full-width signs tell nobody apart); whether the right one was named at first (file review).
Source: the agency's own map (办理人情案); no statute asks for the comparison.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue import wording
from qingfeng.catalogue.power import PowerVersion
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT, Event
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, Expr, R, T
from qingfeng.terms.names import plain_name
from qingfeng.terms.text import Text

REASONS = 4  # characters
# fmt: off
ASKED = "ask ann 1 party=新厂 party_id=N2 reasons=名称登记有误 document_hash=h1"


@dataclass(frozen=True, slots=True)
class SameParty:
    """`fields` (the first is the party's name) say in every act what the latest of `settles` says, else what the case said first;
    `needs` name the party; where there are `proposes`, one of them comes before `settles`, by another, and says the same."""

    name: ClassVar[str] = "same_party"
    title: ClassVar[Text] = Text(zh="当事人一致", en="One party throughout")
    basis: ClassVar[Basis] = Basis.RULE  # a rule of the agency; nobody lets pass
    example: ClassVar[dict[str, Any]] = {
        "fields": ["party", "party_id"], "needs": ["notify", "decide"], "proposes": ["ask"], "settles": ["change"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("open ann 0 party=甲厂 party_id=N1", "notify bob 2 party=甲（）厂 party_id=Ｎ１", "note carl 3", "decide eve 4 party=甲厂"),
        ("open ann 0 party=甲厂", ASKED, "change bob 2 party=新厂 party_id=N2", "decide eve 3 party=新厂 party_id=N2"),
        ("open ann 0 party=甲厂", ASKED, "note carl 1 party=甲厂", "change bob 2 party=新厂 party_id=n2", "notify ann 3 party=新厂"),
        ("open ann 0 party=甲厂", ASKED, "change bob 2 party=新厂 party_id=N2", ASKED.replace("ann 1", "bob 3"),
         "change carl 4 party=新厂 party_id=N2"), ("notify ann 0 party=丙厂", "decide bob 1 party=丙厂"),
        ("open ann 0 party_id=N1", "open bob 0 party=甲厂", "notify ann 1 party=甲厂 party_id=N1"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("open ann 0 party=甲厂", "notify bob 1 party=空壳厂"), ("open ann 0 party=甲厂 party_id=N1", "decide bob 1 party=甲厂 party_id=N2"),
        ("open ann 0 party=甲厂", "notify bob 1"), ("open ann 0 party=甲厂", ASKED, "change ann 2 party=新厂 party_id=N2"),
        ("open ann 0 party=甲厂", ASKED, "change bob 2 party=空壳厂 party_id=N2"), ("change bob 2 party=新厂 party_id=N2",),
        ("open ann 0 party=甲厂", ASKED, "change bob 2 party=新厂 party_id=N1"), (ASKED.replace(" document_hash=h1", ""),),
        ("open ann 0 party=甲厂", ASKED, "change bob 2 party=新厂 party_id=N2", "decide eve 3 party=甲厂"), (ASKED.replace("名称登记", ""),),
        ("open ann 0 party=甲厂", ASKED, "change bob 2 party=新厂 party_id=N2", "change eve 3 party=新厂 party_id=N2"),
        ("open ann 0 party=甲厂", ASKED, "change bob 2 party=新厂"), ("ask ann 0 reasons=名称登记有误 document_hash=h1",),
        ("open ann 0 party=甲厂", ASKED, "decide bob 2 party=新厂"), ("decide ann 0",),
    )

    fields: tuple[str, ...] = ("party", "party_id")
    needs: tuple[str, ...] = ()
    proposes: tuple[str, ...] = ()
    settles: tuple[str, ...] = ()

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        named = [*self.needs, *self.proposes, *self.settles]
        wrong = sorted({act for act in named if named.count(act) > 1} | set(named) - {row.act for row in version.procedure.rows})
        if wrong or not self.fields or (self.proposes and not self.settles):
            return Text(f"fields不得为空，有proposes须有settles，动作不得重复且须在流程中：{'、'.join(wrong)}",
                        f"fields must be set, settles with proposes, acts of the procedure and none twice: {', '.join(wrong)}")
        return None

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse another party than the one settled, and one changed by one hand or on no ground."""
        command, acts = situation.proposed, [e for e in situation.case.events if e.kind == ACT]
        if command.act in self.proposes:
            return self._proposal(command.data)
        if command.act in self.settles:
            return self._change(situation, acts) if self.proposes else None
        if command.act in self.needs and not command.data.get(self.fields[0]):
            return self._refusal("没有写明当事人", "the party is not named", "请写明立案的当事人。", "Name the party that the case is about.")
        for field in self.fields:
            given, known = command.data.get(field), self._known(acts, field)
            if given and known and plain_name(given) != plain_name(known):
                how = wording.acts(situation.case.version, self.proposes or self.settles or ("",), either=True)
                return self._refusal(f"这里写的是“{given}”，而本案的当事人是“{known}”", f"{given} is named here, and this case is about {known}",
                    f"请按本案当事人填写；确须变更的，先办理：{how.zh}。", f"Name the party of this case; what can change it first: {how.en}.")
        return None

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find other parties than the one settled, papers without one, and changes on no ground or by one hand."""
        bare = [say.gate(self.needs, say.missing(T(self.fields[0])))] if self.needs else []
        free = say.negated(say.is_in(T("_act"), (*self.proposes, *self.settles)))
        other = [say.gate(None, say.differs(say.plain(T(field)), say.plain(self._settled(field))), applies=free) for field in self.fields]
        short = say.over(REASONS, say.length(T("reasons")))
        weak = say.either(say.missing(T(self.fields[0])), say.missing(T("document_hash")), short)
        asked = [(say.plain(T(field)), say.plain(say.last(self.proposes, field, since=self.settles))) for field in self.fields]
        unlike = [say.both(say.negated(say.equal(a, b)), say.either(say.said(a), say.said(b))) for a, b in asked]
        own = say.either(say.missing(asked[0][1]), say.some(self.proposes, say.same_actor(), since=self.settles))
        change = [say.gate(self.proposes, weak), say.gate(self.settles, say.either(own, *unlike), needs=["_actor"])]
        return AnyOf((*bare, *other, *(change if self.proposes else [])))

    def _settled(self, field: str) -> Expr:
        first = say.gather("first", None, R(field), say.negated(say.is_in(R("_act"), self.proposes)))
        return say.or_else(say.last(self.settles, field), first)

    def _known(self, acts: Sequence[Event], field: str) -> str | None:
        settled = [e.data[field] for e in acts if e.act in self.settles and e.data.get(field)]
        return next(iter(reversed(settled)), next((e.data[field] for e in acts if e.act not in self.proposes and e.data.get(field)), None))

    def _proposal(self, data: Mapping[str, Any]) -> Refusal | None:
        if data.get(self.fields[0]) and data.get("document_hash") and len(str(data.get("reasons") or "").strip()) >= REASONS:
            return None
        return self._refusal(f"变更当事人须写明新的当事人、理由（至少{REASONS}个字）并附证明材料",
            f"a change names the new party, reasons (at least {REASONS} characters) and the paper that bears it out",
            "请附登记信息等证明材料后提请。", "Attach the registration extract or other proof, then propose it.")

    def _change(self, situation: Situation, acts: Sequence[Event]) -> Refusal | None:
        start = max((n for n, e in enumerate(acts, 1) if e.act in self.settles), default=0)
        asked = [e for e in acts[start:] if e.act in self.proposes]
        last = {f: next((plain_name(e.data[f]) for e in reversed(asked) if e.data.get(f)), None) for f in self.fields}
        given = {f: plain_name(situation.proposed.data[f]) if situation.proposed.data.get(f) else None for f in self.fields}
        if last[self.fields[0]] and given == last and situation.proposed.actor not in {e.actor for e in asked}:
            return None
        return self._refusal("变更当事人须由另一人先行提请，批准的须与提请的相同", "a change of party is proposed by one, and approved by another as proposed",
            "请由承办人附证明提请，由另一名有权人员按提请批准。", "Let the handler propose it with proof, and another approve what was proposed.")

    def _refusal(self, zh: str, en: str, next_zh: str, next_en: str) -> Refusal:
        return Refusal(by=self.name, ring="control", basis=self.basis, reason=Text(zh, en), remedy=Text(next_zh, next_en))
