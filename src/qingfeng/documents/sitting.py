"""One sitting over the papers of a case: one transaction, what is known in it, who may take part, and how a refusal is kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from qingfeng.casework.handle import Stopped
from qingfeng.casework.office import CASE, REFUSALS, Office, Registry, event_of, load_case
from qingfeng.casework.ports import WriteTx
from qingfeng.engine.case import Case
from qingfeng.engine.control import Basis, Refusal
from qingfeng.engine.event import ACT, REFUSED, Event
from qingfeng.terms.citation import Citation
from qingfeng.terms.instants import local_day
from qingfeng.terms.limits import MAX_CLOCK_SKEW_SECONDS, MAX_REFUSALS_PER_CASE_PER_DAY
from qingfeng.terms.text import Text

from .fill import Document, fill
from .kinds import Kind
from .papers import DOCUMENT, DOCUMENTS, REGISTER, Paper, numbers, read_papers

Outcome = Paper | Stopped
ENFORCEMENT = frozenset({"penalty", "compulsory_measure", "inspection"})


@dataclass(frozen=True, slots=True)
class Desk:
    """One sitting over the papers of a case: the case, its papers and the registry within one transaction."""

    office: Office
    tx: WriteTx
    registry: Registry
    case: Case
    papers: list[Paper]
    actor: str
    at: datetime

    def fill(self, kind: str, anchor: int | Event | None = None, given: Mapping[str, Any] | None = None) -> Document:
        """Return a document as the case says it now.  Raises Unfilled."""
        return fill(self.case, kind, agency=self.registry.agency, people=self.registry.people, calendar=self.registry.calendar,
                    numbers=numbers(self.papers), given={"case": self.case.id, **(given or {})}, anchor=anchor)  # fmt: skip

    def record(self, act: str, data: Mapping[str, Any], private: frozenset[str] = frozenset()) -> int:
        """Append an event to the case's stream of documents; return its number."""
        seq = self.tx.head(DOCUMENTS + self.case.id) + 1
        self._append(DOCUMENTS + self.case.id, seq, DOCUMENT, act, data, private)
        return seq

    def draw_number(self, kind: Kind, data: Mapping[str, Any]) -> str:
        """Take the next number of the instrument in this year; the register's stream has no gaps, so numbers have none."""
        year = local_day(self.at).year
        stream = f"{REGISTER}{kind.id}/{year}"
        self.tx.lock(stream)
        seq = self.tx.head(stream) + 1
        number = f"{self.registry.agency['short']}{kind.mark}〔{year}〕{seq}号"
        self._append(stream, seq, DOCUMENT, "numbered", {**data, "number": number, "case": self.case.id}, frozenset())
        return number

    def refuse(self, act: str, *reasons: Text, by: str, remedy: Text, cites: Citation | None = None) -> Stopped:
        """Record a refusal and return it; a flood of them in a day is cut off."""
        basis = Basis.STATUTE if cites else Basis.RULE
        found = tuple(
            Refusal(by=by, ring="control", basis=basis, reason=r, remedy=remedy, citation=cites) for r in reasons
        )
        stream = REFUSALS + self.case.id
        self.tx.lock(stream)
        head = self.tx.head(stream)
        if head >= MAX_REFUSALS_PER_CASE_PER_DAY:
            oldest = event_of(self.tx.events(stream, after=head - MAX_REFUSALS_PER_CASE_PER_DAY)[0])
            if local_day(oldest.entered) == local_day(self.at):
                return Stopped(self.case.id, found)
        facts = {"by": [by] * len(found), "ring": "control", "reasons": [r.reason.zh for r in found]}
        self._append(stream, head + 1, REFUSED, f"document_{act}", {}, frozenset(), facts=facts)
        return Stopped(self.case.id, found)

    def law(self, penal: Citation) -> Citation | None:
        """Return the article cited when a step is refused: that of the law of penalties where it applies, none elsewhere."""
        return penal if self.case.version.kind in ENFORCEMENT else None

    def _append(self, stream: str, seq: int, kind: str, act: str, data: Mapping[str, Any], private: frozenset[str],
                facts: Mapping[str, Any] | None = None) -> None:  # fmt: skip
        version = self.case.version
        self.office.append(
            self.tx,
            Event(
                stream=stream,
                seq=seq,
                kind=kind,
                act=act,
                at=self.at,
                entered=self.at,
                power=version.power,
                version=version.version,
                actor=self.actor,
                data=data,
                private=private,
                facts=facts or {},
            ),
        )


def sit(office: Office, case_id: str, actor: str, at: datetime, work: Callable[[Desk], Outcome | int]) -> Outcome:
    """Run one step in a transaction; an int is the id of the paper that it was done to."""
    with office.store.write() as tx:
        tx.lock(CASE + case_id)  # nothing may happen on the case while a paper of it is judged
        tx.lock(DOCUMENTS + case_id)
        registry = office.registry(tx)
        case, _ = load_case(office, tx, registry, case_id)
        desk = Desk(office, tx, registry, case, read_papers(tx, case_id), actor, at)
        done = _may_not(desk) or work(desk)
        if not isinstance(done, int):
            return done
        return next(p for p in read_papers(tx, case_id) if p.id == done)


def _may_not(desk: Desk) -> Stopped | None:
    """Refuse who is not in service, who withdrew from the case, and a clock that went back."""
    day, people = local_day(desk.at), desk.registry.people
    recused = {
        o for e in desk.case.events if e.kind == ACT and e.act == "decide_recusal" for o in e.data.get("officers", ())
    }
    name = people.name(desk.actor)
    last = max((s.at for p in desk.papers for s in p.steps), default=desk.case.events[0].entered)
    ask = Text(zh="请换其他人员办理。", en="Have somebody else do it.")
    if not people.in_service(desk.actor, day) or not people.posts_of(desk.actor, day):
        return desk.refuse(
            "step",
            Text(zh=f"{name}在{day}没有岗位", en=f"{name} holds no post on {day}"),
            by="authority_scope",
            remedy=ask,
        )
    if desk.actor in recused:
        return desk.refuse(
            "step",
            Text(zh=f"{name}已在本案回避", en=f"{name} is recused from this case"),
            by="recusal",
            remedy=ask,
            cites=desk.law(Citation("行政处罚法", "43")),
        )
    if (last - desk.at).total_seconds() > MAX_CLOCK_SKEW_SECONDS:
        return desk.refuse("step", Text(zh="系统时钟早于上一步的时间", en="the clock stands before the step before"), by="event_time",
                           remedy=Text(zh="请校准时钟后重试。", en="Have the clock corrected."))  # fmt: skip
    return None


def rank_too_low(desk: Desk, kind: Kind) -> Text | None:
    """Return why the actor has not the rank that approves or voids such a document; None if he has."""
    posts = desk.case.version.posts
    held = [posts[p].rank for p in desk.registry.people.posts_of(desk.actor, local_day(desk.at)) if p in posts]
    if held and max(held) >= kind.rank:
        return None
    zh = {2: "科室负责人", 3: "分管领导", 4: "主要负责人"}.get(kind.rank, f"第{kind.rank}级")
    return Text(
        zh=f"《{kind.title.zh}》应由{zh}以上核定、作废",
        en=f"{kind.title.en} is approved or voided by rank {kind.rank} or higher",
    )
