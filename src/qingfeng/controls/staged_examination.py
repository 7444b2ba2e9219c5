"""staged_examination 分段审查: form, site and meeting come one after the other, none is left out, and the meeting is a meeting.

Why: 不严格审查: the opinion that is written first and the visit that is entered later; a “meeting” of who has looked already.
Finds: a stage begun or an opinion handed in with an earlier stage missing, one done again after a later one, one that says nothing,
and a last stage with too few members or none who looks afresh.
Not: whether the site was seen (site_visit_evidence, site_survey), what is written in the worksheet (review_worksheet).
Source: the agency's own map (实行形式审查、现场审查、综合审查制度；综合审查采用会议形式); stages and members are settings.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue import wording
from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, Expr, R, T
from qingfeng.terms.text import Text

WORDS = 4  # characters: less is no content
# fmt: off
_FORM, _SITE, _MEET = "formal ann 0 opinion=材料齐全", "site bob 2 facts=消防通道畅通", "meet carl 4 opinion=同意通过 members=[ann,bob,carl]"
_IN, _BACK, _SKIP = "submit ann 5", "back eve 5", "skip dan 1 reasons=公布条件不要求踏勘"


@dataclass(frozen=True, slots=True)
class Stage:
    """`act` does it, `says` are fields with content, an act of `waived_by` with reasons dispenses with it."""

    act: str
    says: tuple[str, ...] = ()
    waived_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StagedExamination:
    """`stages` in order since the latest of `returns`, all before `ends`; `fewest` members at the last of them (0: no meeting)."""

    name: ClassVar[str] = "staged_examination"
    title: ClassVar[Text] = Text(zh="分段审查", en="Examination by stages")
    basis: ClassVar[Basis] = Basis.MAP
    example: ClassVar[dict[str, Any]] = {
        "stages": [{"act": "formal", "says": ["opinion"]}, {"act": "site", "says": ["facts"], "waived_by": ["skip"]},
                   {"act": "meet", "says": ["opinion"]}], "ends": ["submit"], "returns": ["back"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_FORM, _SITE, _MEET, _IN), (_FORM, _SITE), (_FORM, _SKIP, _MEET.replace("bob", "dan"), _IN), (_FORM, _FORM, _SITE, _SITE, _MEET),
        (_FORM, _SITE, _MEET, _BACK, _FORM, _SITE, _MEET, _IN), (_FORM, _SITE, _MEET, _MEET, _IN, _IN), (_FORM, _SKIP, _SITE, _MEET),
        (_FORM, _SITE, _MEET.replace("carl]", "dan,eve]"), _IN), (_FORM, _SITE, _MEET, _BACK, _FORM), (_SKIP, _FORM, _BACK, _FORM),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_SITE,), (_FORM, _MEET), (_FORM, _SITE, _IN), (_FORM, _IN), (_IN,), (_FORM, _SITE, _MEET, _SITE), (_FORM, _SITE, _FORM),
        (_FORM, _SITE, _MEET, _BACK, _IN), (_FORM, _SITE, _MEET, _BACK, _FORM, _MEET), (_FORM.replace("材料齐全", "行"),),
        (_FORM, _SITE.replace("facts=消防通道畅通", ""),), (_FORM, _SITE, _MEET.replace("同意通过", "同意")), ("formal ann 0",),
        (_FORM, _SITE, _MEET.replace("ann,", "")), (_FORM, _SITE, _MEET.replace(" members=[ann,bob,carl]", "")),
        (_FORM, _SITE, "formal dan 3 opinion=材料齐全",), (_FORM, _SKIP.replace("公布条件不要求踏勘", "忙"), _MEET, _IN), (_SKIP, _MEET),
        (_FORM, _SKIP, _FORM.replace("ann", "carl"), _FORM.replace("ann", "bob"), _MEET), (_FORM, _SKIP, _BACK, _FORM, _MEET),
    )

    stages: tuple[Stage, ...]
    ends: tuple[str, ...] = ("submit_examination",)
    returns: tuple[str, ...] = ()
    fewest: int = 3

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        if not (2 <= len(self.stages) <= 9 and self.fewest <= 30):
            return Text(zh="应有二至九个阶段，会议至多要求三十人", en="two to nine stages, thirty members at most")
        waivers = dict.fromkeys(act for stage in self.stages for act in stage.waived_by)
        return unfit(version, [stage.act for stage in self.stages], self.ends, more=[*self.returns, *waivers])

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a stage out of its turn or without content, and an opinion while one is missing."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=fault, remedy=Text(
            zh="请按公布的阶段依次审查，逐段写明情况；确不需要的阶段由有权人员写明理由；最后阶段开会，须有未参加前面审查的人参加。",
            en="Examine stage by stage, each with its content, or have one dispensed with for reasons; the last one needs a fresh member."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, done = s.proposed, [e for e in s.case.events if e.kind == ACT]
        done = done[max((n for n, e in enumerate(done, 1) if e.act in self.returns), default=0):]
        order = [stage.act for stage in self.stages]
        there = {e.act for e in done}
        waived = {e.act for e in done if len(str(e.data.get("reasons") or "")) >= WORDS}
        open_ = [stage.act for stage in self.stages if stage.act not in there and not waived & {*stage.waived_by}]
        place = len(order) if p.act in self.ends else order.index(p.act) if p.act in order else 0
        left = wording.acts(s.case.version, [act for act in open_ if act in order[:place]])
        yield left.zh != "无", f"前面的阶段还没有办理：{left.zh}", f"stages before it are missing: {left.en}"
        if p.act not in order:
            return
        later = wording.acts(s.case.version, [act for act in order[place + 1:] if act in there])
        yield later.zh != "无", f"已经办理{later.zh}，未经退回不得倒补前段", f"{later.en} is done; without a return nothing earlier is added"
        short = [f for f in self.stages[place].says if len(str(p.data.get(f) or "")) < WORDS]
        yield short, "没有写明本阶段的审查情况", "it does not say what was found at this stage"
        if place == len(order) - 1 and self.fewest:
            members = {*(p.data.get("members") or ())}
            yield len(members) < self.fewest, f"参会{len(members)}人，至少应有{self.fewest}人", f"{len(members)} members, {self.fewest} are needed"
            yield members <= {e.actor for e in done if e.act in order[:-1]}, "参会的都是前面的审查人", "nobody at the meeting looks afresh"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Look at each stage with those before and after it, and at what ends the examination."""
        def absent(stage: Stage) -> Expr:
            waived = say.some(stage.waived_by, say.at_least(say.length(R("reasons")), WORDS), since=self.returns)
            return say.both(say.none([stage.act], since=self.returns), say.negated(waived) if stage.waived_by else 1)
        rules = [say.gate(self.ends, say.either(*map(absent, self.stages)))]
        for n, stage in enumerate(self.stages):
            after = [later.act for later in self.stages[n + 1:]]
            wrong = [*map(absent, self.stages[:n]), say.some(after, since=self.returns) if after else 0]
            wrong += [say.over(WORDS, say.length(T(field))) for field in stage.says]
            if not after and self.fewest:
                looked = say.gather("set", [one.act for one in self.stages[:n]], R("_actor"), since=self.returns)
                wrong += [say.over(self.fewest, say.without(T("members"), ())), say.equal(say.without(T("members"), looked), 0)]
            rules.append(say.gate([stage.act], say.either(*wrong), needs=[] if after else ["_actor"]))
        return AnyOf(tuple(rules))
