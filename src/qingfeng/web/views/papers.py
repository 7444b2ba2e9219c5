"""Documents of a case: what can be made, drafts, approval, issue, seal, service, voiding, and the case file."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from qingfeng.casework.desk.access import Part
from qingfeng.casework.desk.caselog import papers_of
from qingfeng.casework.desk.rules import rule_in
from qingfeng.casework.handle import Stopped
from qingfeng.casework.office import UnknownThing, load_case
from qingfeng.casework.reading import open_file
from qingfeng.documents import casefile, desk
from qingfeng.documents.drafts import draft_event
from qingfeng.documents.fill import Document, Unfilled, acts_of
from qingfeng.documents.kinds import Way, instruments
from qingfeng.documents.overview import (
    blocks_of,
    documents_view,
    handled_files,
    handled_view,
    in_hand,
    kind_in,
    paper_of,
    paper_view,
    shelf_of,
    text_of,
)
from qingfeng.documents.papers import Paper
from qingfeng.documents.pdf import CannotSet, NoFont, as_pdf
from qingfeng.documents.word import as_word
from qingfeng.engine.order import possible
from qingfeng.engine.shape import word_of
from qingfeng.terms.instants import local_day
from qingfeng.terms.text import Text, spoken

from .. import agency, errors
from ..fields import PREFIX, as_written, inputs, officers, sent
from ..forms import aid_of
from ..gate import part
from ..visit import visit_of
from ..whole import barred, barred_from_handled, not_handled, number_in, tabs
from .work import as_forecast

WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EPOCH = (2026, 1, 1, 0, 0, 0)
DRAFT = "草稿，未经核定"
UNMADE = Text(
    zh="请按上面所列，先办理所缺的动作或者登记所缺的事项。", en="Do or register first what is listed as missing."
)


@part(Part.WORK)
def documents(request: HttpRequest, case: str) -> HttpResponse:
    """The documents of a case."""
    stop, handled = barred_from_handled(request, case)
    return stop if stop is not None else _documents(request, case, handled=handled)


def _documents(
    request: HttpRequest, case: str, *, refused: Stopped | None = None, fault: Text | None = None, status: int = 200, handled: bool = False
) -> HttpResponse:
    office = agency.office()
    with office.store.read() as tx:
        registry = office.registry(tx)
        loaded, controls = load_case(office, tx, registry, case)
        shelf, files = shelf_of(office, tx, case), papers_of(loaded, registry.people)
        view = handled_view(shelf, visit_of(request).viewer) if handled else documents_view(shelf)
        files = handled_files(loaded, files) if handled else files
        head = tabs(tx, loaded, controls, "documents", handled=handled)
    held = {one.digest for one in files if agency.shelf().path(one.digest) is not None}
    return render(
        request,
        "documents.html",
        {**head, "view": view, "files": files, "held": held, **_stops(refused, fault)},
        status=status,
    )


def _stops(refused: Stopped | None, fault: Text | None) -> dict[str, Any]:
    return {"checks": as_forecast(refused.refusals) if refused is not None else None, "tried": refused is not None,
            "faults": [spoken(fault)] if fault is not None else []}  # fmt: skip


@part(Part.WORK)
def draft(request: HttpRequest, case: str, kind: str) -> HttpResponse:
    """A draft as the case says it now, to be read before it is approved."""
    stop = barred(request, case) or _draft_closed(request, case)
    if stop is not None:
        return stop
    event = number_in(request.GET.get("event"))
    office = agency.office()
    with office.store.read() as tx:
        shelf = shelf_of(office, tx, case)
        what = kind_in(shelf, kind)
        loaded, controls = load_case(office, tx, office.registry(tx), case)
        head = tabs(tx, loaded, controls, "documents")
    try:
        document = shelf.fill(kind, event)
    except Unfilled as error:
        return errors.page(request, 422, spoken(error.message), UNMADE)
    return render(
        request,
        "document_draft.html",
        {**head, "document": document, "kind": what, "event": document.anchor, "blocks": blocks_of(document)},
    )


def _draft_closed(request: HttpRequest, case: str) -> HttpResponse | None:
    """Lay down that a draft is read, where the power says who reads drafts; return why the visitor may not."""
    visit, office = visit_of(request), agency.office()
    with office.store.read() as tx:
        _, controls = load_case(office, tx, office.registry(tx), case)
    rule = rule_in(controls, "need_to_know")
    if rule is None or all(one.part != "draft" for one in rule.posts):
        return None  # what a draft says stands in the file, which the visitor may read
    data = {"part": "draft", "purpose": "核对文书草稿"}
    answer = open_file(office, case, reader=visit.viewer.officer or "", data=data, at=visit.now)
    return errors.page(request, 403, answer[0].reason, answer[0].remedy) if isinstance(answer, tuple) else None


@part(Part.WORK)
def draft_file(request: HttpRequest, case: str, kind: str, form: str) -> HttpResponse:
    """A draft as a file."""
    stop = barred(request, case) or _draft_closed(request, case)
    if stop is not None:
        return stop
    office = agency.office()
    with office.store.read() as tx:
        shelf = shelf_of(office, tx, case)
    kind_in(shelf, kind)
    try:
        return _printed(request, shelf.fill(kind, number_in(request.GET.get("event"))), form, copy=DRAFT)
    except Unfilled as error:
        return errors.page(request, 422, spoken(error.message), UNMADE)


def _printed(request: HttpRequest, document: Document, form: str, *, copy: str | None) -> HttpResponse:
    name = f"{document.title}{document.number or ''}"
    if form == "docx":
        return download(as_word(document, copy=copy), f"{name}.docx", WORD_TYPE, attached=True)
    try:
        return download(as_pdf(document, copy=copy), f"{name}.pdf", "application/pdf", attached=False)
    except (NoFont, CannotSet) as error:
        return errors.page(request, 503, error.message)


def download(content: bytes, name: str, media: str, *, attached: bool) -> HttpResponse:
    """Send a file."""
    return FileResponse(BytesIO(content), as_attachment=attached, filename=name, content_type=media)  # type: ignore[return-value]


@part(Part.WORK)
def ahead(request: HttpRequest, case: str, kind: str, act: str) -> HttpResponse:
    """A paper that comes before its act: what the act will say is filled in, the text is shown, then approved."""
    stop = barred(request, case) or _draft_closed(request, case)
    if stop is not None:
        return stop
    visit, office = visit_of(request), agency.office()
    with office.store.read() as tx:
        registry = office.registry(tx)
        loaded, controls = load_case(office, tx, registry, case)
        shelf = shelf_of(office, tx, case)
        what, word = kind_in(shelf, kind), word_of(loaded.version, act)
        head = tabs(tx, loaded, controls, "documents")
        rule = next((row for row in possible(loaded) if row.act == act), None)
        known = {}
        if rule is not None and request.method != "POST":
            aid = aid_of(tx, registry, loaded, controls, rule, actor=visit.viewer.officer or "", post=rule.by[0], now=visit.now, data=None)
            known = dict(aid.known)
    if word is None:
        raise UnknownThing("这项职权没有这个动作", "this power has no such act")
    if act not in acts_of(loaded.version, what):
        raise UnknownThing(f"“{word.name.zh}”不制作{what.title.zh}", f"{what.title.en} is no paper of “{word.name.en}”")
    given = sent(request, word) if request.method == "POST" else None
    data = given.data if given is not None else {}
    faults = list(given.faults) if given is not None else []
    document, outcome = None, None
    if given is not None and not faults:
        try:
            document = shelf.fill(
                kind, draft_event(loaded, what, data, act=act, at=visit.now, actor=visit.viewer.officer or "")
            )
            if request.POST.get("approve"):
                outcome = desk.approve(
                    office, case, kind, actor=visit.viewer.officer or "", at=visit.now, said=data, act=act
                )
        except Unfilled as error:
            faults.append(spoken(error.message))
    if outcome is not None and not isinstance(outcome, Stopped):
        messages.success(request, "done")
        return redirect(f"/cases/{case}/documents/{outcome.id}/")
    made = inputs(
        loaded.version, word, registry.people, local_day(visit.now), given=as_written(word, data or known), case=loaded
    )
    refused = outcome if isinstance(outcome, Stopped) else None
    context = {
        **head,
        "kind": what,
        "act": act,
        "act_name": word.name,
        "inputs": [i for i in made if i.required or i.value],
        "more_inputs": [i for i in made if not (i.required or i.value)],
        "document": document,
        "blocks": blocks_of(document) if document is not None else [],
        **_stops(refused, None),
        "faults": faults,
    }
    return render(request, "document_ahead.html", context, status=422 if faults or refused else 200)


def approve(request: HttpRequest, case: str, kind: str) -> HttpResponse:
    """Approve a text that an act of the case gives rise to."""
    stop = barred(request, case)
    if stop is not None:
        return stop
    visit = visit_of(request)
    with agency.office().store.read() as tx:
        kind_in(shelf_of(agency.office(), tx, case), kind)
    try:
        outcome = desk.approve(agency.office(), case, kind, actor=visit.viewer.officer or "", at=visit.now,
                               anchor=number_in(request.POST.get("event")))  # fmt: skip
    except Unfilled as error:
        return _documents(request, case, fault=error.message, status=422)
    if isinstance(outcome, Stopped):
        return _documents(request, case, refused=outcome, status=422)
    messages.success(request, "done")
    return redirect(f"/cases/{case}/documents/{outcome.id}/")


approve = part(Part.WORK)(require_POST(approve))


@part(Part.WORK)
def paper(request: HttpRequest, case: str, number: str) -> HttpResponse:
    """One paper: its text, its hash, what was done to it and what comes next."""
    stop, handled = barred_from_handled(request, case)
    return stop if stop is not None else paper_page(request, case, number, handled=handled)


def paper_page(
    request: HttpRequest,
    case: str,
    number: str,
    *,
    refused: Stopped | None = None,
    fault: Text | None = None,
    status: int = 200,
    handled: bool = False,
) -> HttpResponse:
    """The page of a paper, read before; refused, fault: what came of a step of it."""
    visit, office = visit_of(request), agency.office()
    with office.store.read() as tx:
        registry = office.registry(tx)
        loaded, controls = load_case(office, tx, registry, case)
        found = paper_of(shelf := shelf_of(office, tx, case), int(number))
        if handled and not in_hand(found, shelf, visit.viewer):
            return not_handled(request)
        view = paper_view(found, loaded, registry.people)
        head = tabs(tx, loaded, controls, "documents", handled=handled)
        servers = officers(loaded.version, registry.people, local_day(visit.now))
    way = instruments().ways.get(request.POST.get("way") or request.GET.get("way", ""))
    text = text_of(found)
    context = {
        **head,
        "paper": view,
        "document": text if isinstance(text, Document) else None,
        "unreadable": text if isinstance(text, Text) else None,
        "blocks": blocks_of(text) if isinstance(text, Document) else [],
        "copies": list(enumerate(instruments().kinds[found.kind].copies, 1)),
        "ways": [(w.id, w.name) for w in instruments().ways.values()],
        "way": way,
        "needs": _needs(way, request),
        "servers": servers,
        "named": request.POST.getlist("servers"),
        **_stops(refused, fault),
    }
    return render(request, "document_paper.html", context, status=status)


def _needs(way: Way | None, request: HttpRequest) -> list[dict[str, Any]]:
    if way is None:
        return []
    either = {name for group in way.one_of for name in group}
    return [
        {
            "name": PREFIX + name,
            "label": label,
            "type": kind,
            "required": name not in either,
            "value": request.POST.get(PREFIX + name, ""),
        }
        for name, (label, kind) in way.needs.items()
    ]


@part(Part.WORK)
def paper_file(request: HttpRequest, case: str, number: str, form: str) -> HttpResponse:
    """A paper as approved, as a file; ?copy= which copy."""
    stop, handled = barred_from_handled(request, case)
    if stop is not None:
        return stop
    found, shelf = _found(case, number)
    if handled and not in_hand(found, shelf, visit_of(request).viewer):
        return not_handled(request)
    text = text_of(found)
    if isinstance(text, Text):
        return errors.page(request, 422, text)
    copies = instruments().kinds[found.kind].copies
    wanted = number_in(request.GET.get("copy"))
    copy = f"第{wanted}份：{copies[wanted - 1]}" if wanted and 0 < wanted <= len(copies) else None
    return _printed(request, text, form, copy=copy)


def _found(case: str, number: str) -> tuple[Paper, casefile.Shelf]:
    office = agency.office()
    with office.store.read() as tx:
        shelf = shelf_of(office, tx, case)
        return paper_of(shelf, int(number)), shelf


@part(Part.WORK)
def receipt(request: HttpRequest, case: str, number: str, form: str) -> HttpResponse:
    """The proof of service of a paper."""
    stop = barred(request, case)
    if stop is not None:
        return stop
    found, shelf = _found(case, number)
    try:
        return _printed(request, casefile.receipt(shelf, found), form, copy=None)
    except Unfilled as error:
        return errors.page(request, 422, spoken(error.message))
