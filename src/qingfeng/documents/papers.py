"""The papers of a case on record: approved, issued, sealed, served or void, each step by hash; events of stream documents/<case>.

The text of a paper and the fields that it was made of are kept with its approval, in the erasable part: it can be printed
again at any time.  Numbers stand in streams register/<kind>/<year>, one event a number: the place in the stream is the
number, so the store's own rule (no gap within a stream) is the rule on numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from qingfeng.casework.office import event_of
from qingfeng.casework.ports import ReadTx
from qingfeng.engine.event import Event
from qingfeng.terms.text import Text

from .fill import Document, composed
from .kinds import instruments
from .service import Service

DOCUMENTS, REGISTER, DOCUMENT = "documents/", "register/", "document"
APPROVED, ISSUED, SEALED, SERVED, VOIDED = "approved", "issued", "sealed", "served", "voided"
STATES = {
    APPROVED: Text(zh="已核定", en="approved"), ISSUED: Text(zh="已签发", en="issued"), SEALED: Text(zh="已用印", en="sealed"),
    SERVED: Text(zh="已送达", en="served"), VOIDED: Text(zh="已作废", en="void"),
}  # fmt: skip


class Unreadable(Exception):
    """A paper whose text can no longer be printed: erased, or made of another template."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.message = Text(zh=zh, en=en)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that was done to a paper."""

    act: str
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A paper: id is the number of its approval in the case's stream of documents.  draft: the act that it was made ahead of."""

    id: int
    case: str
    kind: str
    title: str
    hash: str
    anchor: int
    act: str
    state: str
    steps: tuple[Step, ...]
    content: Mapping[str, Any] | None  # agency, fields, draft; None once erased
    number: str | None = None
    service: Service | None = None
    reason: str | None = None

    def by(self, act: str) -> str | None:
        """Return who did a step."""
        return next((s.actor for s in self.steps if s.act == act), None)

    def day(self, act: str) -> date | None:
        """Return when a step was done."""
        return next((s.at.date() for s in self.steps if s.act == act), None)

    @property
    def draft(self) -> Mapping[str, Any] | None:
        """Return the act, not yet recorded, that it was approved ahead of."""
        return (self.content or {}).get("draft")

    def document(self) -> Document:
        """Return the document as approved, with its number.  Raises Unreadable."""
        if self.content is None:
            raise Unreadable(
                f"《{self.title}》的内容已依法清除，只留有校验值 {self.hash}。",
                f"The text of {self.title} was erased; its hash is {self.hash}.",
            )
        kind = instruments().kinds[self.kind]
        made = composed(
            kind,
            self.content["fields"],
            number=self.number,
            agency=self.content["agency"],
            case=self.case,
            anchor=self.anchor,
        )
        if made.hash != self.hash:
            raise Unreadable(
                f"《{self.title}》核定之后文书数据（instruments.yaml）有改动，按现在的数据印出的不是核定的文字；请用核定时的版本印制。",
                f"The data of {self.title} changed since it was approved; print it with the version of that time.")  # fmt: skip
        return made


def papers_of(case: str, events: Iterable[Event]) -> list[Paper]:
    """Return the papers that a case's document events add up to, in order of approval."""
    papers: dict[int, Paper] = {}
    for event in events:
        step = Step(act=event.act, actor=str(event.actor), at=event.at)
        if event.act == APPROVED:
            said = event.data
            content = None if "content" in event.erased else said["content"]
            papers[event.seq] = Paper(
                id=event.seq,
                case=case,
                kind=said["kind"],
                title=said["title"],
                hash=said["hash"],
                anchor=said["anchor"],
                act=said["act"],
                state=APPROVED,
                steps=(step,),
                content=content,
            )
            continue
        paper = papers[int(event.data["paper"])]
        papers[paper.id] = _after(replace(paper, state=event.act, steps=(*paper.steps, step)), event)
    return list(papers.values())


def _after(paper: Paper, event: Event) -> Paper:
    data = event.data
    if event.act == ISSUED:
        return replace(paper, number=data.get("number"))
    if event.act == VOIDED:
        return replace(paper, reason=data.get("reason"))
    if event.act == SERVED:
        way, day = instruments().ways[data["way"]], date.fromisoformat(data["served_on"])
        return replace(
            paper, service=Service(way=way, proof=data.get("proof", {}), served_on=day, servers=tuple(data["servers"]))
        )
    return paper


def read_papers(tx: ReadTx, case: str) -> list[Paper]:
    """Return the papers of a case."""
    return papers_of(case, [event_of(row) for row in tx.events(DOCUMENTS + case)])


def numbers(papers: Iterable[Paper]) -> dict[str, str]:
    """Return the number of the last standing paper of each kind."""
    return {p.kind: p.number for p in papers if p.number and p.state != VOIDED}


def read_register(tx: ReadTx, kind: str, year: int) -> list[Event]:
    """Return the register of numbers of an instrument and a year: event n is number n."""
    return [event_of(row) for row in tx.events(f"{REGISTER}{kind}/{year}")]
