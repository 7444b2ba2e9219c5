"""The papers of a case as a page shows them: what there is and what comes next, what can be made now and what it still lacks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from qingfeng.casework.desk.access import Viewer, is_handled, paper_is_handled
from qingfeng.casework.desk.caselog import Paper as File
from qingfeng.casework.history import act_name
from qingfeng.casework.office import Office, UnknownThing, load_case
from qingfeng.casework.ports import ReadTx
from qingfeng.engine.case import Case
from qingfeng.engine.order import possible
from qingfeng.terms.people import People
from qingfeng.terms.text import Text, spoken

from .casefile import RECEIPT, Shelf
from .fill import Document, Unfilled, acts_of, anchors_of
from .kinds import Kind, instruments
from .papers import APPROVED, ISSUED, SEALED, SERVED, STATES, VOIDED, Paper, Unreadable, read_papers

COURSE = (APPROVED, ISSUED, SEALED, SERVED)
NEXT: Mapping[str, str] = {APPROVED: "issue", ISSUED: "seal", SEALED: "serve"}
RANKS = {1: Text(zh="承办人员", en="a handler"), 2: Text(zh="科室负责人", en="a head of section"),
         3: Text(zh="分管领导", en="a deputy head"), 4: Text(zh="主要负责人", en="the head")}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mark:
    """One state on a paper's course.  state: done | now (comes next) | todo."""

    name: Text
    state: str
    who: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PaperView:
    """A paper on record.  next: issue | seal | serve, None when its course is over or it is void."""

    id: int
    kind: str
    title: str
    number: str | None
    state: str
    state_name: Text
    hash: str
    course: tuple[Mark, ...]
    next: str | None
    basis: Text
    served_by: Text | None
    served_on: str | None
    proof: tuple[tuple[str, str], ...]
    reason: str | None
    readable: bool
    served: bool  # it is of a kind that is served

    @property
    def code(self) -> str:
        """The short hash as it stands at the foot of the paper."""
        return "-".join(self.hash[i : i + 4] for i in range(0, 16, 4))


@dataclass(frozen=True, slots=True)
class Makeable:
    """An instrument that an act of the case gives rise to.  lack: what is still missing; paper: the one approved for it already."""

    kind: str
    title: Text
    event: int
    act: Text
    at: datetime
    lack: Text | None
    served: bool
    rank: Text
    paper: int | None


@dataclass(frozen=True, slots=True)
class Ahead:
    """An instrument that comes before its act: approved, numbered and sealed first, then served and the act recorded."""

    kind: str
    title: Text
    act: str
    act_name: Text


@dataclass(frozen=True, slots=True)
class DocumentsView:
    """Everything about the documents of a case."""

    papers: tuple[PaperView, ...]
    makeable: tuple[Makeable, ...]
    ahead: tuple[Ahead, ...]
    later: tuple[Text, ...]


def shelf_of(office: Office, tx: ReadTx, case_id: str) -> Shelf:
    """Return what the documents of a case are made of.  Raises UnknownThing."""
    registry = office.registry(tx)
    case, _ = load_case(office, tx, registry, case_id)
    return Shelf(
        case=case,
        papers=read_papers(tx, case_id),
        agency=registry.agency,
        people=registry.people,
        calendar=registry.calendar,
    )


def documents_view(shelf: Shelf) -> DocumentsView:
    """Return the documents of a case."""
    case, known = shelf.case, [k for k in instruments().of_power(shelf.case.version.kind) if k.after]
    makeable, later = [], []
    for kind in known:
        anchors = anchors_of(case, kind)
        if not anchors:
            later.append(kind.title)
            continue
        event = anchors[-1]
        paper = next(
            (p for p in reversed(shelf.papers) if p.kind == kind.id and p.anchor == event.seq and p.state != VOIDED),
            None,
        )
        makeable.append(
            Makeable(
                kind.id,
                kind.title,
                event.seq,
                act_name(case, event),
                event.at,
                _lack(shelf, kind, event.seq),
                kind.served,
                RANKS.get(kind.rank, RANKS[4]),
                paper.id if paper is not None else None,
            )
        )
    papers = tuple(paper_view(paper, case, shelf.people) for paper in reversed(shelf.papers))
    return DocumentsView(
        papers,
        tuple(sorted(makeable, key=lambda m: (m.paper is not None, -m.event))),
        tuple(_ahead(case, known)),
        tuple(later),
    )


def in_hand(paper: Paper, shelf: Shelf, viewer: Viewer) -> bool:
    """True if a paper is one of those that who keeps goods and seals reads without reading the file."""
    waits = paper.state == ISSUED and instruments().kinds[paper.kind].sealed
    return paper_is_handled(viewer, shelf.case.version, act=paper.act, waits_for_seal=waits, sealed_by=paper.by(SEALED))


def handled_view(shelf: Shelf, viewer: Viewer) -> DocumentsView:
    """Return of the documents of a case those that pass through the viewer's hands; he makes none."""
    return DocumentsView(
        tuple(paper_view(one, shelf.case, shelf.people) for one in reversed(shelf.papers) if in_hand(one, shelf, viewer)), (), (), ()
    )


def handled_files(case: Case, files: Iterable[File]) -> tuple[File, ...]:
    """Return those of the files of a case that belong to evidence or goods."""
    acts = {event.seq: event.act for event in case.events}
    return tuple(one for one in files if is_handled(case.version, acts[one.seq]))


def _lack(shelf: Shelf, kind: Kind, event: int) -> Text | None:
    try:
        shelf.fill(kind.id, event)
    except Unfilled as error:
        return spoken(error.message)
    return None


def _ahead(case: Case, known: list[Kind]) -> list[Ahead]:
    now = {row.act: row.word.name for row in possible(case)}
    return [
        Ahead(kind.id, kind.title, act, now[act])
        for kind in known
        if kind.served
        for act in acts_of(case.version, kind)
        if act in now
    ]


@dataclass(frozen=True, slots=True)
class Beforehand:
    """What the form of an act says of its paper.  ways: what can be made; made: what was, until it is voided or an act names it."""

    ways: tuple[Ahead, ...]
    made: PaperView | None

    @property
    def said(self) -> Mapping[str, str]:
        """Return what the act says of the paper made: its hash, and its number once it has one."""
        if self.made is None:
            return {}
        return {"document_hash": self.made.hash} | ({"document_no": self.made.number} if self.made.number else {})


def beforehand(tx: ReadTx, case: Case, people: People, act: str) -> Beforehand:
    """Return the papers that an act of a case may rest on, and the newest that was made ahead of it."""
    known = [kind for kind in instruments().of_power(case.version.kind) if kind.served and act in acts_of(case.version, kind)]
    ways = tuple(one for one in _ahead(case, known) if one.act == act)
    named = {event.data.get("document_hash") for event in case.events}
    made = [one for one in read_papers(tx, case.id)
            if one.draft is not None and one.act == act and one.state != VOIDED and one.hash not in named] if ways else []  # fmt: skip
    return Beforehand(ways, paper_view(made[-1], case, people) if made else None)


def paper_view(paper: Paper, case: Case, people: People) -> PaperView:
    """Return a paper as it stands."""
    kind = instruments().kinds[paper.kind]
    done = {step.act: step for step in paper.steps}
    wanted = [state for state in COURSE if state != SEALED or kind.sealed or SEALED in done]
    wanted = [state for state in wanted if state != SERVED or kind.served or SERVED in done]
    left = [state for state in wanted if state not in done] if paper.state != VOIDED else []
    course = [Mark(STATES[s], "done", people.name(done[s].actor), done[s].at) if s in done else
              Mark(STATES[s], "now" if left and s == left[0] else "todo") for s in wanted]  # fmt: skip
    if paper.state == VOIDED:
        course.append(Mark(STATES[VOIDED], "done", people.name(done[VOIDED].actor), done[VOIDED].at))
    event = next((e for e in case.events if e.seq == paper.anchor and e.act == paper.act), None)
    basis = act_name(case, event) if event is not None else _word(case, paper.act)
    service = paper.service
    proof = tuple(tuple(line.partition("|")[::2]) for line in service.lines()) if service is not None else ()
    return PaperView(
        id=paper.id,
        kind=paper.kind,
        title=paper.title,
        number=paper.number,
        state=paper.state,
        state_name=STATES[paper.state],
        hash=paper.hash,
        course=tuple(course),
        next=NEXT.get(paper.state) if left else None,
        basis=basis,
        served_by=service.way.name if service is not None else None,
        served_on=service.served_on.isoformat() if service is not None else None,
        proof=tuple((label, value) for label, value in proof),
        reason=paper.reason,
        readable=paper.content is not None,
        served=kind.served,
    )


def _word(case: Case, act: str) -> Text:
    return next((row.word.name for row in case.version.procedure.rows if row.act == act), Text(zh=act, en=act))


def paper_of(shelf: Shelf, number: int) -> Paper:
    """Return a paper of a case by its number.  Raises UnknownThing."""
    found = next((paper for paper in shelf.papers if paper.id == number), None)
    if found is None:
        raise UnknownThing(f"本案没有第{number}份文书", f"this case has no paper {number}")
    return found


def text_of(paper: Paper) -> Document | Text:
    """Return the text of a paper, or why it can no longer be shown."""
    try:
        return paper.document()
    except Unreadable as error:
        return spoken(error.message)


def blocks_of(document: Document) -> list[dict[str, Any]]:
    """Return the blocks of a document for a page: in a framed form the last cell of a shorter row reaches to the edge."""
    told = []
    for block in document.blocks:
        if block["type"] == "form":
            widest = max(len(row) for row in block["rows"])
            rows = [
                [(cell, widest - n if n + 1 == len(row) else 1) for n, cell in enumerate(row)] for row in block["rows"]
            ]
            told.append({**block, "rows": rows})
        else:
            told.append(dict(block))
    return told


def kind_in(shelf: Shelf, kind: str) -> Kind:
    """Return an instrument of the case's power.  Raises UnknownThing."""
    found = next(
        (k for k in instruments().of_power(shelf.case.version.kind) if k.id == kind and (k.after or k.id == RECEIPT)),
        None,
    )
    if found is None:
        raise UnknownThing("这项职权没有这种文书", "this power has no such instrument")
    return found
