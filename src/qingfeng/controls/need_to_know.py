"""need_to_know 知情范围: files are opened only by those who work on the case, or whose post needs that part, and each says what for.

Why: 泄露信息 begins with somebody looking at what is none of his business; a record of every look makes him answerable.
Finds: a reading by an outsider to the case, by one recused or tied to a party, of no known part, or without a purpose.
Not: what is told by word of mouth, or copied by somebody entitled to look; a tip's own rules (`tip_access`).
Source: the agency's own map (严格执行保密制度).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import READ_FILE, PowerVersion
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT, Event
from qingfeng.facts.rule import GateRule, R, T
from qingfeng.facts.say import (
    both,
    either,
    equal,
    gate,
    get,
    is_in,
    length,
    negated,
    none,
    or_else,
    over,
    same_actor,
    some,
    tied,
)
from qingfeng.terms.text import Text

PARTS, PURPOSE = ("draft", "file", "handled", "lead", "plan", "pool"), 4  # characters of a purpose
"""handled: evidence, goods and papers that pass through the hands of a post, and nothing else of the file."""


# fmt: off
@dataclass(frozen=True, slots=True)
class PartPosts:
    """Posts that may open a part although they have no share in the case."""

    part: str
    posts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NeedToKnow:
    """For who did an act of the case or is named in its `fields`, `persons` (not acts `aside`) and the part's posts; not the recused."""

    name: ClassVar[str] = "need_to_know"
    title: ClassVar[Text] = Text(zh="知情范围", en="Need to know")
    basis: ClassVar[Basis] = Basis.RULE  # a rule of the agency; nobody lets pass
    example: ClassVar[dict[str, Any]] = {
        "posts": [{"part": "file", "posts": ["head", "deputy"]}, {"part": "lead", "posts": ["deputy"]},
                  {"part": "handled", "posts": ["clerk"]}],
        "recuses": ["recuse"], "aside": ["declare", "recuse"]}
    example_ties: ClassVar[tuple[tuple[str, str], ...]] = (("bob", "firm"), ("carl", "shop"))
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("open ann 0", "read_file eve 1 @head part=file purpose=审核案件", "read_file fay 1 @deputy part=lead purpose=督办线索"),
        ("open ann 0 subject=mill", "recuse eve 0 officers=[dan]", "read_file ann 1 part=lead purpose=核对案情"),
        ("approve bob 0 members=[dan]", "read_file dan 1 part=plan purpose=参加会议"), ("read_file carl 0 @head part=file purpose=审核案件",),
        ("note ann 0 officers=[ann,carl]", "read_file carl 1 part=draft purpose=核对案情"), ("read_file ann 1 @head part=file purpose=审核案件",),
        ("open ann 0 party=mill", "read_file ann 1 part=file purpose=核对案情"), ("note bob 0", "read_file bob 0 part=pool purpose=核对案情"),
        ("open ann 0", "read_file dan 1 part=handled purpose=清点财物"),
        ("assign ann 0 leader=bob", "read_file bob 1 part=file purpose=核对案情"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("note ann 0 officers=[ann,bob]", "open ann 1 party=firm", "read_file bob 1 part=draft purpose=核对案情"),
        ("note dan 0", "recuse eve 1 officers=[dan]", "read_file dan 2 @deputy part=file purpose=审核案件"),
        ("open ann 0", "recuse eve 1 officers=[ann,dan]", "read_file ann 2 part=file purpose=核对案情"),
        ("note carl 0 subject=shop", "read_file carl 1 @deputy part=lead purpose=督办线索"), ("read_file dan 1 @head part=lead purpose=审核案件",),
        ("declare carl 0", "read_file carl 1 part=file purpose=核对案情"), ("note ann 0", "read_file bob 1 part=file purpose=看看情况"),
        ("open ann 0", "read_file dan 1 @head part=handled purpose=清点财物"),
        ("open ann 0", "read_file ann 1 part=file purpose=看一下"), ("open ann 0", "read_file ann 1 part=x purpose=核对案情"),
        ("assign ann 0 leader=bob", "read_file dan 1 part=file purpose=核对案情"),
    )

    posts: tuple[PartPosts, ...] = ()
    fields: tuple[str, ...] = ("officers", "members")
    persons: tuple[str, ...] = ("leader",)
    parties: tuple[str, ...] = ("party", "subject")
    recuses: tuple[str, ...] = ()
    aside: tuple[str, ...] = ()

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        known, parts = {row.act for row in version.procedure.rows} | set(version.posts), [one.part for one in self.posts]
        wrong = {*self.recuses, *self.aside, *(post for one in self.posts for post in one.posts)} - known
        wrong |= {part for part in parts if part not in PARTS or parts.count(part) > 1}
        return Text(f"没有这些词或重复：{'、'.join(sorted(wrong))}", f"unknown or repeated: {', '.join(sorted(wrong))}") if wrong else None

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse whoever has no share in the case, may not have one, or does not say what for."""
        found = self._fault(situation) if situation.proposed.act == READ_FILE else None
        return None if found is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=found,
            remedy=Text(zh="确因工作需要的，请由承办人员在办理记录中列名，或由有权岗位查阅，并写明用途；查阅一律留痕。",
                        en="If work needs it, be named in an act of the case or ask a post that may; say what for. Every look is kept."))

    def detect(self, _: PowerVersion) -> GateRule:
        """Find readings by outsiders, the recused and the tied, of unknown parts, and without a purpose."""
        who, entitled = T("_actor"), is_in(T("_post"), get({one.part: one.posts for one in self.posts}, T("part")))
        share = both(negated(is_in(R("_act"), (READ_FILE, *self.aside))), either(
            same_actor(), *(is_in(who, R(f)) for f in self.fields), *(equal(who, or_else(R(f), "")) for f in self.persons)))
        barred = either(some(self.recuses, is_in(who, R("officers"))), *(some(None, tied(who, R(f), T("_on"))) for f in self.parties))
        unclear = either(over(PURPOSE, length(T("purpose"))), negated(is_in(T("part"), PARTS)))
        return gate([READ_FILE], either(barred, unclear, both(negated(entitled), none(None, share))), needs=["_actor"])

    def sharing(self, event: Event) -> frozenset[str | None]:
        """Return who has a share in the case by one of its acts: who did it and who is named in it."""
        named = {one for f in self.fields for one in event.data.get(f) or ()}
        return frozenset({event.actor, *(event.data.get(f) for f in self.persons), *named} - {None})

    def _fault(self, situation: Situation) -> Text | None:
        command, acts, people = situation.proposed, [e for e in situation.case.events if e.kind == ACT], situation.people
        who, part, name = command.actor, command.data.get("part"), people.name(command.actor)
        parties = {e.data[f] for e in acts for f in self.parties if e.data.get(f)}
        gone = {one for e in acts if e.act in self.recuses for one in e.data.get("officers") or ()}
        if who in gone or any(people.tied(who, one, command.day) for one in parties):
            return Text(f"{name}已被决定回避或与当事人有利害关系，不得查阅", f"{name} has been recused or is tied to a party, and may not read it")
        if part not in PARTS or len(str(command.data.get("purpose") or "").strip()) < PURPOSE:
            return Text(f"查阅须写明部分和用途（至少{PURPOSE}个字）", f"a reading names the part and what for (at least {PURPOSE} characters)")
        working = [e for e in acts if e.act not in (READ_FILE, *self.aside)]
        taking = any(who in self.sharing(e) for e in working)
        entitled = taking or any(one.part == part and situation.authority.post in one.posts for one in self.posts)
        return None if entitled else Text(f"{name}未参与本案，其岗位也无权查阅该部分", f"{name} takes no part in this case, and the post gives no access")
