"""The case file as one PDF, or packed with all its papers."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.http import HttpRequest, HttpResponse

from qingfeng.casework.desk.access import Part
from qingfeng.casework.desk.caselog import papers_of
from qingfeng.documents import casefile
from qingfeng.documents.casefile import CaseFile, Shelf
from qingfeng.documents.fill import Unfilled
from qingfeng.documents.overview import shelf_of
from qingfeng.documents.pdf import CannotSet, NoFont
from qingfeng.documents.word import as_word
from qingfeng.terms.instants import local_day

from .. import agency, errors
from ..gate import part
from ..visit import visit_of
from ..whole import barred
from .papers import UNMADE, download

EPOCH = (2026, 1, 1, 0, 0, 0)


@part(Part.WORK)
def case_file(request: HttpRequest, case: str, form: str) -> HttpResponse:
    """The file of the case, bound as one PDF, or packed paper by paper with its index."""
    stop = barred(request, case)
    if stop is not None:
        return stop
    visit, office = visit_of(request), agency.office()
    with office.store.read() as tx:
        shelf = shelf_of(office, tx, case)
    try:
        made = casefile.assemble(shelf, by=visit.viewer.officer or "", on=local_day(visit.now))
        name = f"案卷-{case.replace('/', '-')}"
        if form == "pdf":
            return download(made.pdf(), f"{name}.pdf", "application/pdf", attached=False)
        return download(_packed(made, shelf), f"{name}.zip", "application/zip", attached=True)
    except (Unfilled, NoFont, CannotSet) as error:
        return errors.page(request, 422, error.message, UNMADE)


def _packed(made: CaseFile, shelf: Shelf) -> bytes:
    """Return the papers as Word files in order, all of it as one PDF, and the list of the evidence files with their hashes."""
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as bundle:

        def put(name: str, content: bytes) -> None:
            bundle.writestr(ZipInfo(name, EPOCH), content, ZIP_DEFLATED)

        for n, document in enumerate([made.cover, made.index, *(e.document for e in made.entries), made.note]):
            title = f"{document.title}{document.number or ''}".replace("/", "-")[:80]
            put(f"{n:03d}-{title}.docx", as_word(document))
        put("案卷.pdf", made.pdf())
        lines = [
            f"{one.digest}  {one.name.zh}  {one.act.zh}  {one.at:%Y-%m-%d %H:%M}"
            for one in papers_of(shelf.case, shelf.people)
        ]
        put("证据文件校验值.txt", ("\n".join(lines) + "\n").encode())
    return packed.getvalue()
