"""qingfeng document make and case file: files for the printer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from qingfeng.casework.office import Office, load_case
from qingfeng.casework.ports import ReadTx
from qingfeng.casework.words import both
from qingfeng.documents import casefile
from qingfeng.documents.casefile import RECEIPT, CaseFile, Shelf
from qingfeng.documents.drafts import draft_event
from qingfeng.documents.fill import Document, kind_named
from qingfeng.documents.kinds import instruments
from qingfeng.documents.papers import VOIDED, Paper, read_papers
from qingfeng.terms.instants import local_day
from qingfeng.terms.text import Text

from .agency import now, opened
from .reader import must_read
from .screen import FINE, FOUND, CommandFailed, Screen, near

_UNSAFE = re.compile(r"[^\w〔〕（）()-]+")
DRAFT = "草稿，未经核定"
EPOCH = (2026, 1, 1, 0, 0, 0)


def make_document(
    screen: Screen,
    case_id: str,
    kind: str,
    *,
    said: Mapping[str, Any],
    event: int | None,
    paper: int | None,
    out: Path,
    formats: str,
) -> None:
    """Write a document in the formats wanted.  Raises Unfilled, Unreadable, NoFont."""
    wanted = _formats(formats)
    with opened(screen) as office:
        must_read(screen, office, case_id)
        with office.store.read() as tx:
            shelf = _shelf(office, tx, case_id)
        document, found = _document(shelf, kind, said, event, paper)
    out.mkdir(parents=True, exist_ok=True)
    written = []
    drafted = [DRAFT] if found is None and document.kind.served else [None]
    for copy in [f"第{n}份：{c}" for n, c in enumerate(document.kind.copies, 1)] or drafted:
        for format_ in wanted:
            path = out / f"{_name(document)}{_UNSAFE.sub('', copy) if document.kind.copies and copy else ''}.{format_}"
            path.write_bytes(_PRINT[format_](document, copy))
            written.append(path)
            screen.say(f"✓ {near(path)}", f"✓ {near(path)}")
    screen.say(f"校验值 {document.hash}", f"hash {document.hash}")
    screen.data({"kind": document.kind.id, "title": document.title, "number": document.number, "hash": document.hash,
                 "state": found.state if found else "draft", "files": [str(p) for p in written]})  # fmt: skip


def write_file(screen: Screen, case_id: str, *, out: Path, by: str, packed: bool) -> int:
    """Put the file of a case together; FOUND when something that belongs in it is missing.  Raises Unfilled, NoFont."""
    with opened(screen) as office:
        must_read(screen, office, case_id, by)
        with office.store.read() as tx:
            shelf = _shelf(office, tx, case_id)
    made = casefile.assemble(shelf, by=by, on=local_day(now()))
    folder = out / _UNSAFE.sub("-", case_id)
    files = dict(_files(made))
    if packed:
        out.mkdir(parents=True, exist_ok=True)
        _pack(out / f"{folder.name}.zip", files)
    else:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / name).write_bytes(content)
    where = out / f"{folder.name}.zip" if packed else folder
    screen.say(f"✓ {near(where)}：{len(made.entries)}件文书", f"✓ {near(where)}: {len(made.entries)} papers")
    for lack in made.lacks:
        screen.line("! " + screen.words(lack))
    papers = [
        {"title": e.document.title, "number": e.document.number, "day": e.day.isoformat(), "hash": e.document.hash}
        for e in made.entries
    ]
    screen.data({"case": case_id, "out": str(where), "papers": papers, "lacks": [both(lack) for lack in made.lacks]})
    return FOUND if made.lacks else FINE


def _document(
    shelf: Shelf, kind: str, said: Mapping[str, Any], event: int | None, paper: int | None
) -> tuple[Document, Paper | None]:
    what = kind_named(instruments(), kind)
    if what.id == RECEIPT:
        served = [p for p in shelf.papers if p.service is not None and paper in (None, p.id)] or [
            p for p in shelf.papers if paper == p.id
        ]
        if not served:
            raise CommandFailed(
                Text(
                    zh="本案还没有登记送达的文书；请先 document serve。",
                    en="Nothing of this case was served yet: document serve first.",
                )
            )
        return casefile.receipt(shelf, served[-1]), None
    if said:
        return shelf.fill(what.id, draft_event(shelf.case, what, said, at=now(), actor="")), None
    fitting = [
        p
        for p in shelf.papers
        if p.kind == what.id and p.state != VOIDED and paper in (None, p.id) and event in (None, p.anchor)
    ]
    if fitting:
        return fitting[-1].document(), fitting[-1]
    return shelf.fill(what.id, event), None


def _shelf(office: Office, tx: ReadTx, case_id: str) -> Shelf:
    registry = office.registry(tx)
    case, _ = load_case(office, tx, registry, case_id)
    return Shelf(
        case=case,
        papers=read_papers(tx, case_id),
        agency=registry.agency,
        people=registry.people,
        calendar=registry.calendar,
    )


def _formats(formats: str) -> list[str]:
    wanted = [name.strip() for name in formats.split(",") if name.strip()]
    strange = [name for name in wanted if name not in _PRINT]
    if strange or not wanted:
        raise CommandFailed(
            Text(zh=f"没有格式“{'、'.join(strange)[:50]}”；可用：docx、pdf、txt。", en="Formats are docx, pdf, txt.")
        )
    return wanted


def _files(made: CaseFile) -> Iterator[tuple[str, bytes]]:
    """Yield the files of a case file: each paper as Word file, numbered in its order, and all of it as one PDF."""
    front = [made.cover, made.index]
    for n, document in enumerate([*front, *(e.document for e in made.entries), made.note]):
        yield f"{n:03d}-{_name(document)}.docx", _word(document, None)
    yield "案卷.pdf", made.pdf()


def _pack(path: Path, files: Mapping[str, bytes]) -> None:
    with ZipFile(path, "w", ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(ZipInfo(name, EPOCH), content, ZIP_DEFLATED)


def _name(document: Document) -> str:
    return _UNSAFE.sub("-", f"{document.title}{document.number or ''}").strip("-")[:80]


def _word(document: Document, copy: str | None) -> bytes:
    from qingfeng.documents.word import as_word

    return as_word(document, copy=copy)


def _pdf(document: Document, copy: str | None) -> bytes:
    from qingfeng.documents.pdf import as_pdf

    return as_pdf(document, copy=copy)


_PRINT: Mapping[str, Callable[[Document, str | None], bytes]] = {
    "docx": _word, "pdf": _pdf, "txt": lambda document, copy: document.text.encode("utf-8"),
}  # fmt: skip
