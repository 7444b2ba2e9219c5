"""special_service 电子送达与公告送达: the screen only for who agreed to it, the announcement only when the other ways were tried.

Why: an announcement is the way to serve so that nobody notices, and an electronic copy the way to serve somebody who never looks.
Finds: electronic service without the party's own or signed consent, or after it was taken back; a consent by somebody else; an
announcement without reasons, or before enough other ways were tried and written down, on earlier days.
Not: what proves each way (proof_of_service); whether a try was honest (call-backs meet that).
Source: 行政处罚法 61 where the power names it (`statute`), with 民事诉讼法 90, 95; how many ways are tried first is a setting.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PARTY, PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, R, T
from qingfeng.terms.citation import Citation
from qingfeng.terms.instants import local_day
from qingfeng.terms.text import Text

ELECTRONIC, ANNOUNCEMENT, WORDS = "electronic", "announcement", 4  # characters of a reason

# fmt: off
_SERVE, _TRY = "serve ann 9 service_method", "attempt ann 3 service_method"
_TRIED = (f"{_TRY}=direct reasons=两次上门无人", f"{_TRY}=post reasons=邮件退回无人签收")
_NET, _NEWS = f"{_SERVE}=electronic", f"{_SERVE}=announcement reasons=下落不明多次未果"


@dataclass(frozen=True, slots=True)
class SpecialService:
    """`services` by announcement need `tries` different ways in `attempts` since the latest of `issues`; electronic ones `consents`.

    retracts: the party takes its consent back.
    """

    name: ClassVar[str] = "special_service"
    title: ClassVar[Text] = Text(zh="电子送达与公告送达", en="Electronic service and announcement")
    example: ClassVar[dict[str, Any]] = {
        "services": ["serve"], "attempts": ["attempt"], "issues": ["decide"], "consents": ["consent"], "retracts": ["retract"], "tries": 2}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("consent party 0", "decide dan 1", _NET, _NET), ("decide dan 1", "consent ann 2 document_hash=c1", _NET),
        ("decide dan 1", *_TRIED, _NEWS), (f"{_SERVE}=direct", f"{_SERVE}=post"),
        ("decide dan 1", f"{_TRY}=left reasons=拒绝签收", *_TRIED, _NEWS), _TRIED, (_TRIED[0], f"{_SERVE}=post"),
        ("retract party 0", "consent party 3", _NET, f"{_SERVE}=left"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("decide dan 1", _NET), ("consent ann 0",), ("consent party 0", "retract party 3", _NET), (_NEWS,), (_TRIED[0], _NEWS),
        (_TRIED[0], _TRIED[0], _NEWS), (*_TRIED, "decide dan 4", _NEWS), (*_TRIED, f"{_SERVE}=announcement"),
        ("consent bob 0", f"{_SERVE}=left", "consent bob 9"), (*_TRIED, f"{_SERVE}=announcement reasons=找不到"),
        (*_TRIED, _NEWS.replace(" 9 ", " 3 ")), (f"{_TRY}=direct",), (f"{_TRY}=post reasons=没有人",),
        (_TRIED[0].replace(" 3 ", " 8 "), f"{_TRY}=announcement reasons=登报一次".replace(" 3 ", " 8 "), _NEWS),
    )

    services: tuple[str, ...]
    attempts: tuple[str, ...]
    issues: tuple[str, ...]
    consents: tuple[str, ...] = ()
    retracts: tuple[str, ...] = ()
    tries: int = 1
    statute: Citation | None = None

    @property
    def basis(self) -> Basis:
        """The statute if the power names its article, else a rule: in no case to be overridden."""
        return Basis.STATUTE if self.statute else Basis.RULE

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        if not 1 <= self.tries <= 4:
            return Text(zh="公告送达前应尝试1至4种方式", en="1 to 4 ways are tried before an announcement")
        return unfit(version, self.services, self.attempts, self.issues, more=self.consents + self.retracts)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse electronic service of who has not agreed, and an announcement out of hand."""
        why = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if why is None else Refusal(by=self.name, ring="control", basis=self.basis, citation=self.statute, reason=why,
            remedy=Text(zh="请先由当事人本人同意电子送达或附其签署的确认书；公告送达前请以其他方式送达并逐次记录未果的原因。",
            en="Let the party agree itself or attach what it signed; before an announcement try other ways and record why they failed."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, acts = s.proposed, [e for e in s.case.events if e.kind == ACT]
        how, poor = p.data.get("service_method"), len(str(p.data.get("reasons") or "")) < WORDS
        if p.act in self.consents:
            yield p.actor != PARTY and not p.data.get("document_hash"), "同意电子送达须由当事人本人表示或附其签署的确认书", "the party itself agrees, or signs"
        if p.act in self.attempts:
            yield poor or not how, "没有写明尝试的方式和未果的原因", "the way tried, or why it failed, is not said"
        if p.act in self.services and how == ELECTRONIC:
            agreed = next((e.act in self.consents for e in reversed(acts) if e.act in self.consents + self.retracts), False)
            yield not agreed, "当事人没有同意电子送达，或者已撤回同意", "the party has not agreed to electronic service, or has taken it back"
        if p.act in self.services and how == ANNOUNCEMENT:
            start = max((n for n, e in enumerate(acts, 1) if e.act in self.issues), default=0)
            tried = {e.data["service_method"] for e in acts[start:] if e.act in self.attempts and local_day(e.at) < p.day
                     and e.data.get("service_method") not in (None, ANNOUNCEMENT)}
            yield len(tried) < self.tries, f"公告送达前应已尝试{self.tries}种其他方式，现有{len(tried)}种", f"{len(tried)} of {self.tries} other ways tried"
            yield poor, "没有写明公告送达的原因", "why it is announced is not said"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find electronic services nobody agreed to, announcements out of hand, and consents and tries that are none."""
        how, poor = T("service_method"), say.over(WORDS, say.length(T("reasons")))
        other = say.both(say.differs(R("service_method"), ANNOUNCEMENT), say.over(T("_on"), R("_on")))
        tried = say.gather("distinct", self.attempts, R("service_method"), other, since=self.issues)
        hasty = say.both(say.equal(how, ANNOUNCEMENT), say.either(poor, say.over(self.tries, tried)))
        alone = say.both(say.equal(how, ELECTRONIC), say.none(self.consents, since=self.retracts))
        unsigned = say.both(say.differs(T("_actor"), PARTY), say.missing(T("document_hash")))
        return AnyOf((
            say.gate(self.services, say.either(hasty, alone)), say.gate(self.attempts, say.either(poor, say.missing(how))),
            say.gate(self.consents, unsigned, needs=["_actor"])))
