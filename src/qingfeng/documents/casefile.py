"""案卷: the papers of a case put together in lawful order, with cover, index and note; what is missing is told, not passed over.

Order: cover, index, then the decision with its proof of service, then by time (a setting: instruments.yaml, file).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from qingfeng.engine.case import Case
from qingfeng.engine.event import ACT, Event
from qingfeng.terms.calendar import WorkCalendar
from qingfeng.terms.instants import local_day
from qingfeng.terms.people import People
from qingfeng.terms.text import Text

from .fill import Document, Unfilled, anchors_of, fill
from .kinds import Kind, instruments
from .papers import SERVED, STATES, VOIDED, Paper, Unreadable, numbers
from .pdf import Sheet, bound, first_pages
from .service import Service, told_by
from .wording import day_words

RECEIPT, COVER, INDEX, NOTE = "service_receipt", "file_cover", "file_index", "file_note"
OPTIONAL = ("hearing_rights_notice",)  # the prior notice says the same; in the file only if it was issued by itself
NO_PAGE = "　"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One paper in a file: the document, its day, and what the index remarks on it."""

    document: Document
    day: date
    remark: str = ""
    key: str = ""
    proof_of: str | None = None  # a proof of service follows the entry with this key


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """A file.  lacks: what should be in it and is not, and why."""

    cover: Document
    index: Document
    entries: tuple[Entry, ...]
    note: Document
    lacks: tuple[Text, ...]

    def sheets(self) -> list[Sheet]:
        """Return the documents in order, as they are bound; pages count from the first after the index."""
        inside = [Sheet(document=e.document, restart=n == 0) for n, e in enumerate(self.entries)]
        return [
            Sheet(document=self.cover, front=True),
            Sheet(document=self.index, front=True),
            *inside,
            Sheet(document=self.note, front=True),
        ]

    def pdf(self) -> bytes:
        """Return the whole file as one PDF.  Raises NoFont, CannotSet."""
        return bound(self.sheets(), title=f"案卷 {self.cover.case}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """What a file is put together from."""

    case: Case
    papers: Sequence[Paper]
    agency: Mapping[str, Any]
    people: People
    calendar: WorkCalendar

    def fill(self, kind: str, anchor: int | Event | None = None, **given: Any) -> Document:
        """Return a document of this case.  Raises Unfilled."""
        return fill(self.case, kind, agency=self.agency, people=self.people, calendar=self.calendar, numbers=numbers(self.papers),
                    given={"case": self.case.id, **given}, anchor=anchor)  # fmt: skip


def assemble(shelf: Shelf, *, by: str, on: date, paged: bool = True) -> CaseFile:
    """Put a file together.  by: who does it; paged: find the page numbers (needs fonts).

    Raises Unfilled when not even cover and index can be made, NoFont, CannotSet.
    """
    entries, lacks = [], []
    for entry in _entries(shelf):
        if isinstance(entry, Text):
            lacks.append(entry)
        else:
            entries.append(entry)
    ordered = _ordered(entries)
    if not ordered:
        lacks.append(Text(zh="卷内没有文书", en="there is no paper in the file"))
    made = _bound(shelf, ordered, lacks, by=by, on=on, pages=[])
    if paged:
        pages = first_pages(made.sheets(), title=shelf.case.id)[2 : 2 + len(ordered)]
        made = _bound(shelf, ordered, lacks, by=by, on=on, pages=pages)
    return made


def _entries(shelf: Shelf) -> Iterator[Entry | Text]:
    left = {p.id: p for p in shelf.papers if p.state != VOIDED}
    for kind in instruments().of_power(shelf.case.version.kind):
        for event in anchors_of(shelf.case, kind):
            paper = next((p for p in left.values() if p.kind == kind.id and _is_for(p, event)), None)
            if paper is not None:
                del left[paper.id]
                yield from _of_paper(shelf, paper, local_day(event.at))
            elif kind.id not in OPTIONAL:
                yield from _of_event(shelf, kind, event)
    for paper in left.values():
        yield from _of_paper(shelf, paper, paper.steps[0].at.date())
    for paper in shelf.papers:
        if paper.state == VOIDED and paper.number:
            yield Text(zh=f"《{paper.title}》{paper.number}已作废", en=f"{paper.title} {paper.number} is void")


def _is_for(paper: Paper, event: Event) -> bool:
    """True if the paper rests on the act, or the act says that it was done by this paper."""
    return (paper.draft is None and paper.anchor == event.seq) or event.data.get("document_hash") == paper.hash


def _of_paper(shelf: Shelf, paper: Paper, day: date) -> Iterator[Entry | Text]:
    try:
        yield Entry(document=paper.document(), day=day, remark=STATES[paper.state].zh, key=f"paper {paper.id}")
    except Unreadable as error:
        yield error.message
        return
    if not instruments().kinds[paper.kind].served:
        return
    if paper.state != SERVED or paper.service is None:
        yield Text(zh=f"《{paper.title}》{paper.number or ''}没有送达证明", en=f"{paper.title} has no proof of service")
        return
    try:
        yield Entry(document=receipt(shelf, paper), day=day, proof_of=f"paper {paper.id}")
    except Unfilled as error:
        yield error.message


def receipt(shelf: Shelf, paper: Paper) -> Document:
    """Return the proof of service (送达回证) of a served paper.  Raises Unfilled."""
    service = paper.service
    if service is None:
        raise Unfilled(
            instruments().kinds[RECEIPT].title,
            [
                Text(
                    zh=f"《{paper.title}》尚未登记送达，请用 qingfeng document serve 登记送达方式和证明",
                    en=f"{paper.title} was not served yet: qingfeng document serve",
                )
            ],
        )
    return _receipt(shelf, service, title=paper.title, number=paper.number, digest=paper.hash)


def _receipt(shelf: Shelf, service: Service, *, title: str, number: str | None, digest: str) -> Document:
    return shelf.fill(
        RECEIPT,
        served_title=f"《{title}》",
        served_number=number or "（不编文号）",
        served_hash=digest[:16],
        service_way=service.way.name.zh,
        service_proof=service.lines(),
        served_on=day_words(service.served_on),
        servers="、".join(shelf.people.name(o) for o in service.servers),
    )


def _of_event(shelf: Shelf, kind: Kind, event: Event) -> Iterator[Entry | Text]:
    """Yield what an act says, and the proof of service as the act that served it says; without it, that it is missing."""
    key, day = f"event {event.seq} {kind.id}", local_day(event.at)
    try:
        document = shelf.fill(kind.id, event.seq)
        yield Entry(document=document, day=day, remark="未经本系统签发" if kind.served else "", key=key)
        if not kind.served_by:
            return
        later = [e.seq for e in anchors_of(shelf.case, kind) if e.seq > event.seq]
        within = shelf.case.events[event.seq - 1 : later[0] - 1 if later else None]
        services = [told_by(e) for e in within if e.kind == ACT and e.act in kind.served_by]
        if services and services[0] is not None:
            proof = _receipt(shelf, services[0], title=document.title, number=document.number, digest=document.hash)
            yield Entry(document=proof, day=day, proof_of=key)
        else:
            yield Text(
                zh=f"《{document.title}》{document.number or ''}没有登记送达及其证明",
                en=f"{document.title} has no proof of service",
            )
    except Unfilled as error:
        yield error.message


def _ordered(entries: Sequence[Entry]) -> list[Entry]:
    """Decisions first with their proof of service, then by time."""
    first = instruments().file_first
    places = {e.key: e for e in entries if e.key}

    def place(entry: Entry) -> tuple[int, date, int, int]:
        head = entry if entry.proof_of is None else places[entry.proof_of]
        decision = first.index(head.document.kind.id) if head.document.kind.id in first else len(first)
        return decision, head.day, head.document.anchor, 1 if entry.proof_of is not None else 0

    return sorted(entries, key=place)


def _bound(
    shelf: Shelf, entries: Sequence[Entry], lacks: Sequence[Text], *, by: str, on: date, pages: Sequence[int]
) -> CaseFile:
    acts = [e for e in shelf.case.events if e.kind == ACT]
    count, day, who = str(len(entries)), day_words(on), shelf.people.name(by)
    numbered = [*pages, *[0] * (len(entries) - len(pages))]
    rows = ["|".join([e.document.title, e.document.number or "—", day_words(e.day), str(page) if page else NO_PAGE, e.remark or "—"])
            for e, page in zip(entries, numbered, strict=True)]  # fmt: skip
    closed = day_words(local_day(acts[-1].at)) if shelf.case.closed else "尚未办结"
    notes = [f"{n}．{lack.zh.rstrip('。')}。" for n, lack in enumerate(lacks, 1)] or ["没有需要说明的事项。"]
    cover = shelf.fill(COVER, power_title=shelf.case.version.title.zh, file_opened=day_words(local_day(acts[0].at)), file_closed=closed,
                       file_count=count, file_by=who, file_day=day)  # fmt: skip
    index = shelf.fill(INDEX, file_contents=rows or ["（无）"])
    note = shelf.fill(NOTE, file_count=count, file_notes=notes, file_by=who, file_day=day)
    return CaseFile(cover=cover, index=index, entries=tuple(entries), note=note, lacks=tuple(lacks))
