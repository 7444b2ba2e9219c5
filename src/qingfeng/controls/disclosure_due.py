"""disclosure_due 应公开尽公开: a decision is published in full and in time, or withheld on a ground that another approves.

Why: 信息公开不及时、不完整: what is not shown cannot be compared, and a favour stays between two people.
Finds: a publication with fields left out, of another text or result, of nothing decided or of what was revoked; one taken down without
reasons; (watch) a decision neither published nor withheld in time, or still up after a change.
Not: who signs off and what is masked (disclosure_approval); who may withhold it (withholding_approved).
Source: 行政处罚法 48 and 政府信息公开条例 26 where the power names it (`statute`); what has to be published is the setting `fields`.
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
from qingfeng.facts.rule import AnyOf, R, Span, T, Today
from qingfeng.terms.citation import Citation
from qingfeng.terms.text import Text

WORDS = 4  # characters of a reason

# fmt: off
_MADE, _UP = "decide dan 0 document_hash=d1", "publish fay 3 document_hash=d1 published_fields=[no,party,facts,basis]"
_OK, _DOWN, _GONE, _MENDED = "agree dan 4", "withdraw fay 12 reasons=原决定已撤销", "revoke dan 10", "correct dan 10 document_hash=d2"


@dataclass(frozen=True, slots=True)
class DisclosureDue:
    """`decisions` are published within `within` working days, or withheld (`approvals` agree to it); `fields`: what is shown.

    same: fields that the publication says just as the decision in force does; parts: decisions that stand beside what is decided later;
    changes: acts (new text: `document_hash`) after which what is up comes down in `withdraw_within` days; may: acts after which it may.
    """

    name: ClassVar[str] = "disclosure_due"
    title: ClassVar[Text] = Text(zh="应公开尽公开", en="Disclosure due")
    example: ClassVar[dict[str, Any]] = {
        "decisions": ["decide", "settle"], "parts": ["settle"], "publishes": ["publish"], "approvals": ["agree"], "withdraws": ["withdraw"],
        "changes": ["revoke", "correct"], "may": ["judge"], "fields": ["no", "party", "facts"], "within": 7, "same": ["outcome"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_MADE, _UP), (_MADE, _UP, _GONE, _DOWN), (_MADE, _OK), (_MADE, _UP, _UP), ("decide dan 0", _UP), ("judge eve 0", _DOWN),
        (_OK, _DOWN), (_MADE, _UP, _MENDED, _DOWN, _UP.replace("=d1", "=d2")), (_MADE, _UP, "judge eve 5", _DOWN),
        (_MADE, _UP, _GONE, "decide eve 11 document_hash=d3", _UP.replace("=d1", "=d3")),
        ("settle eve 0 document_hash=d1", "decide eve 1 document_hash=d2", _UP),
        ("settle eve 0 document_hash=d1", _UP, "decide eve 4 document_hash=d2",
        _UP.replace("=d1", "=d2")), (_MADE + " outcome=x", _UP + " outcome=x"),
        (_MADE + " outcome=x", _MENDED + " outcome=y", _UP.replace("=d1",
        "=d2") + " outcome=y"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_UP,), (_MADE, _UP.replace(",facts", "")), (_MADE, "publish fay 3 document_hash=d1"), (_MADE, _UP.replace("=d1", "=d2")),
        ("settle eve 0 document_hash=d1", _GONE, "decide eve 11 document_hash=d2", _UP), (_MADE, "settle eve 1 document_hash=d2", _UP),
        (_MADE, _UP, _GONE, _UP), (_MADE, "publish fay 3 published_fields=[no,party,facts,basis]"), (_MADE, _MENDED, _UP),
        (_GONE, _DOWN.replace("原决定已撤销", "撤了")), (_GONE, "withdraw fay 12"), (_MADE, _UP, _DOWN), (_OK, _MADE, _UP, _DOWN),
        (_MADE, _OK, "publish fay 3 published_fields=[no] document_hash=d1"), *((_MADE + " outcome=x", _UP + o) for o in ("",
        " outcome=y")),
        (_MADE + " outcome=x", _MENDED + " outcome=y", _UP.replace("=d1", "=d2") + " outcome=x"),
    )
    kept: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_MADE, _UP.replace(" 3 ", " 9 "), "today 90"), (_MADE, "today 9"), (_MADE, _OK, "today 90"), (_MADE, "revoke dan 4", "today 90"),
        (_MADE, _UP, _GONE, "withdraw fay 15 reasons=决定已撤销", "today 90"), (_MADE, _UP, _GONE, "today 15"),
        (_MADE, _UP, "judge eve 5", _DOWN, "revoke dan 13", "today 90"),
    )
    neglected: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_MADE, "today 10"), (_MADE, _UP.replace(" 3 ", " 10 "), "today 11"), (_MADE, "agree dan 10", "today 10"),
        (_MADE, _UP, _GONE, "today 16"), (_MADE, _UP, _MENDED, "withdraw fay 16 reasons=决定已撤销", "today 16"),
        (_MADE, _UP, "judge eve 5", _DOWN, _UP, "revoke dan 13", "today 60"),
    )

    decisions: tuple[str, ...]
    fields: tuple[str, ...]
    publishes: tuple[str, ...] = ("publish_decision",)
    approvals: tuple[str, ...] = ("approve_withholding",)
    withdraws: tuple[str, ...] = ("withdraw_publication",)
    changes: tuple[str, ...] = ()
    may: tuple[str, ...] = ()
    same: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    within: int = 20
    withdraw_within: int = 3
    statute: Citation | None = None

    @property
    def basis(self) -> Basis:
        """The statute if the power names its article, else a rule: in no case to be overridden."""
        return Basis.STATUTE if self.statute else Basis.RULE

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        if not (1 <= self.within <= 60 and 1 <= self.withdraw_within <= 30 and self.fields):
            return Text(zh="须列明公开字段；期间1至60、1至30个工作日", en="name the fields; 1 to 60 and 1 to 30 working days")
        return unfit(version, self.decisions, self.publishes, more=self.approvals + self.withdraws + self.changes + self.may) or (
            None if {*self.parts} <= {*self.decisions} else Text(zh="parts须在decisions之中", en="parts are among decisions"))

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse half a publication, one of another text, and one taken down without a reason."""
        why = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if why is None else Refusal(by=self.name, ring="control", basis=self.basis, citation=self.statute, reason=why,
            remedy=Text(zh="请按现行有效的决定完整公开；撤回的，说明理由；依法不公开的，另行报批。",
            en="Publish the decision in force in full; say why it is taken down; what may be withheld is proposed and approved."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, acts = s.proposed, [e for e in s.case.events if e.kind == ACT]
        if p.act in self.publishes:
            left = [f for f in self.fields if f not in (p.data.get("published_fields") or ())]
            yield left, f"公开的内容不完整，缺少：{s.told(left).zh}", f"the publication leaves out: {s.told(left).en}"
            made = [e for e in acts if e.act in self.decisions + self.changes]
            void = not made or (made[-1].act in self.changes and not made[-1].data.get("document_hash"))
            yield void, "尚未作出决定，或者决定已被撤销，没有可公开的内容", "nothing has been decided, or it has been revoked"
            text = next((e.data["document_hash"] for e in reversed(made) if e.data.get("document_hash")), None)
            since = max((n for n, e in enumerate(made, 1) if e.act in self.changes), default=0)
            beside = {e.data.get("document_hash") for e in made[since:] if e.act in self.parts}
            fits = p.data.get("document_hash") in {text, *beside} - {None}
            yield text is not None and not fits, "公开的与现行决定文本不一致", "this is not the text of the decision in force"
            for field in self.same:
                told = next((e.data[field] for e in reversed(made) if e.data.get(field)), None)
                yield told is not None and p.data.get(field) != told, "公开的结果与现行决定不一致", "this is not the result that was decided"
        if p.act in self.withdraws:
            start = max((n for n, e in enumerate(acts, 1) if e.act in self.publishes), default=0)
            ground = any(e.act in self.changes + self.approvals + self.may for e in acts[start:])
            yield not ground, "决定没有改变，也未经批准不公开，不得撤回公示", "nothing has changed, and nobody agreed to withhold it: it stays up"
            yield len(str(p.data.get("reasons") or "")) < WORDS, "撤回公示没有说明理由", "it is taken down without reasons"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find half or wrong publications, and what was taken down without a reason."""
        made, poor = self.decisions + self.changes, say.over(WORDS, say.length(T("reasons")))
        current = say.last(made, "document_hash")
        beside = say.is_in(T("document_hash"), say.gather("set", self.parts, R("document_hash"), since=self.changes))
        wrong = say.either(*(say.both(say.said(told), say.negated(say.equal(T(field), told)), *unless)
            for field, told, unless in (("document_hash", current, [say.negated(beside)] if self.parts else []),
                                      *((field, say.last(made, field), []) for field in self.same))))
        partial = say.over(say.without(self.fields, T("published_fields")), 0)
        stands = say.either(say.is_in(R("_act"), self.decisions), say.said(R("document_hash")))
        void = say.none(made, say.both(stands, say.equal(R("_seq"), say.gather("max", made, R("_seq")))))
        idle = say.none(self.changes + self.approvals + self.may, since=self.publishes)
        return AnyOf((say.gate(self.publishes, say.either(partial, void, wrong)), say.gate(self.withdraws, say.either(poor, idle))))

    def watch(self, _: PowerVersion) -> AnyOf:
        """Find decisions neither published nor withheld in time, and publications that stay up after a change."""
        passed, since = say.working_days(T("_day"), Today()), say.working_days(T("_day"), R("_on"))
        ends, up = self.publishes + self.approvals + self.changes, say.some(self.publishes, since=self.withdraws)
        late = say.both(say.over(passed, self.within), say.none(ends, say.at_least(self.within, since), span=Span.AFTER))
        left = say.none(self.withdraws, say.at_least(self.withdraw_within, since), span=Span.AFTER)
        return AnyOf((
            say.gate(self.decisions, late),
            say.gate(self.changes, say.both(say.over(passed, self.withdraw_within), left), applies=up)))
