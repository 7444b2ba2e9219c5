"""The steps of a paper: issue, seal, serve, void; each shows the hash of the text in hand."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from qingfeng.casework.desk.access import Part
from qingfeng.casework.handle import Stopped
from qingfeng.documents import desk
from qingfeng.documents.kinds import Way, instruments
from qingfeng.documents.overview import in_hand, paper_of, shelf_of
from qingfeng.documents.sitting import Outcome
from qingfeng.documents.word import NotThePaper, hash_of_word
from qingfeng.store.files import BadFile
from qingfeng.terms.text import Text

from .. import agency
from ..fields import PREFIX
from ..gate import part
from ..visit import visit_of
from ..whole import barred_from_handled, not_handled
from .papers import paper_page

MAX_WORD_BYTES = 20_000_000
CHANGED = "（文件不是印出的原件）"


def step(request: HttpRequest, case: str, number: str, what: str) -> HttpResponse:
    """Issue, seal, serve or void a paper."""
    stop, handled = barred_from_handled(request, case)
    if stop is not None:
        return stop
    office = agency.office()
    with office.store.read() as tx:
        found = paper_of(shelf := shelf_of(office, tx, case), int(number))
    if handled and (what != "seal" or not in_hand(found, shelf, visit_of(request).viewer)):
        return not_handled(request)
    if (found.state, what) not in {("approved", "issue"), ("issued", "seal"), ("sealed", "serve")} and \
            (what != "void" or found.state not in ("approved", "issued", "sealed")):  # fmt: skip
        return paper_page(
            request,
            case,
            number,
            handled=handled,
            fault=Text(zh="这一步已经办过，或者还不能办；请核对下面的状态", en="this step was taken, or cannot be yet"),
            status=409,
        )
    shown, changed = _in_hand(request, found.number)
    if changed is not None and shown == "":
        return paper_page(request, case, number, handled=handled, fault=changed, status=422)
    try:
        outcome = _taken(request, case, found.kind, found.id, what, shown)
    except BadFile as error:
        return paper_page(request, case, number, handled=handled, fault=error.text, status=422)
    if isinstance(outcome, Stopped):
        return paper_page(request, case, number, handled=handled, refused=outcome, fault=changed, status=422)
    messages.success(request, "done")
    return redirect(f"/cases/{case}/documents/{number}/")


step = part(Part.WORK)(require_POST(step))


def _in_hand(request: HttpRequest, number: str | None) -> tuple[str, Text | None]:
    """Return the hash of the text in hand: as typed from its foot, or of the Word file sent; and what is wrong with that file."""
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        return request.POST.get("shown", "").strip()[:200], None
    if (file.size or 0) > MAX_WORD_BYTES:
        return "", Text(zh="文件过大，不是本系统印出的文书", en="the file is too large to be a paper printed here")
    try:
        return hash_of_word(file.read(), number=number), None
    except NotThePaper as changed:  # the step is refused, and that is on record; here the person reads why
        return CHANGED, changed.message


def _taken(request: HttpRequest, case: str, kind: str, paper_id: int, what: str, shown: str) -> Outcome:
    visit, office = visit_of(request), agency.office()
    who = visit.viewer.officer or ""
    if what == "void":
        return desk.void(
            office,
            case,
            kind,
            actor=who,
            at=visit.now,
            reason=request.POST.get("reason", "").strip()[:1000],
            paper=paper_id,
        )
    if what == "serve":
        way = instruments().ways.get(request.POST.get("way", ""))
        return desk.serve(office, case, kind, actor=who, at=visit.now, shown=shown, way=request.POST.get("way", "")[:60],
                          proof=_proof(request, way), servers=request.POST.getlist("servers")[:20], paper=paper_id)  # fmt: skip
    return {"issue": desk.issue, "seal": desk.seal}[what](
        office, case, kind, actor=who, at=visit.now, shown=shown, paper=paper_id
    )


def _proof(request: HttpRequest, way: Way | None) -> dict[str, Any]:
    """Return what proves a service; files are kept and become their hash.  Raises BadFile."""
    said: dict[str, Any] = {}
    for name, (_, kind) in way.needs.items() if way is not None else ():
        upload = request.FILES.get(PREFIX + name) if kind == "file" else None
        if isinstance(upload, UploadedFile):
            said[name] = agency.shelf().keep(upload.name or "", upload.chunks())
        elif request.POST.get(PREFIX + name, "").strip():
            said[name] = request.POST[PREFIX + name].strip()[:1000]
    return said
