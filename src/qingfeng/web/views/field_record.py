"""The on-site record: made on a phone, with photographs, place and signatures, kept there while the network is gone, sent later.

What is sent is the power's own act on the spot, with the time at which it happened.  Photographs and signatures go to the shelf;
a bundle of all of them, with the place as the phone gave it, becomes the evidence that the act names.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render

from qingfeng.casework import handle as door
from qingfeng.casework.desk.access import Part
from qingfeng.casework.desk.rules import BUNDLE, on_site_acts
from qingfeng.casework.office import UnknownThing, load_case
from qingfeng.catalogue.power import ActRule, ActWord
from qingfeng.engine.case import Case
from qingfeng.engine.control import Command
from qingfeng.engine.order import possible
from qingfeng.store.files import BadFile
from qingfeng.terms.instants import local_day
from qingfeng.terms.people import People
from qingfeng.terms.text import Text, hazards, spoken

from .. import agency
from ..fields import Input, Sent, as_written, inputs, sent
from ..forms import aid_of
from ..gate import part, public
from ..visit import Visited, visit_of
from ..whole import barred, tabs
from .work import as_forecast, happened

STATIC = Path(__file__).parent.parent / "static"
MOST_PHOTOS, MOST_SIGNATURES = 12, 6
TAKEN = frozenset({"photo_hashes", "photo_hash", "evidence_hash"})
"""Fields that the record fills in itself, unless somebody gives a hash."""
SHOWN = frozenset({"place", "started", "ended", "officers", "signed_by", "recording_hash", "witnesses"})
"""Fields that are shown open although they need not be filled in."""
EPOCH = (2026, 1, 1, 0, 0, 0)
_UNNAMED = Text(zh="照片和签名没有记录：本动作记载照片的栏目已另外附了文件，或者没有这样的栏目。请把该栏留空，或者不附照片和签名。",
                en="The photographs and signatures were not recorded: the act's field for them was filled with another file, or "
                   "it has none. Leave that field empty, or send no photographs and signatures.")  # fmt: skip


@public
def worker(request: HttpRequest) -> HttpResponse:
    """The script that keeps the page on the phone; at the root, for it may only speak for what lies below it."""
    response = HttpResponse((STATIC / "field-worker.js").read_bytes(), content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    return response


@part(Part.WORK)
def field(request: HttpRequest, case: str) -> HttpResponse:
    """The page, and what it sends."""
    stop = barred(request, case)
    if stop is not None:
        return (
            _said(
                request,
                403,
                Text(zh="不能查阅本案，没有保存到系统", en="the case is not open to you; nothing was recorded"),
            )
            if _by_script(request)
            else stop
        )
    visit, office = visit_of(request), agency.office()
    with office.store.read() as tx:
        registry = office.registry(tx)
        loaded, controls = load_case(office, tx, registry, case)
        head = tabs(tx, loaded, controls, "field")
    rows = _may(loaded, registry.people, visit)
    wanted = request.POST.get("act") or request.GET.get("act")
    row = next((one for one in rows if one.act == wanted), rows[0] if rows and not request.POST else None)
    if request.method == "POST":
        if row is None:
            words = Text(
                zh="现在不能办理这个现场动作，没有保存到系统", en="this act cannot be done now; nothing was recorded"
            )
            if _by_script(request):
                return _said(request, 409, words)
            raise UnknownThing(words.zh, words.en)
        return _record(request, loaded, row, head, rows, registry.people)
    return _page(request, loaded, row, rows, head, registry.people, {}, [])


def _may(case: Case, people: People, visit: Visited) -> list[ActRule]:
    """Return the acts on the spot that the visitor may do now."""
    on_site, day, who = (
        {row.act for row in on_site_acts(case.version)},
        local_day(visit.now),
        visit.viewer.officer or "",
    )
    rows = [row for row in possible(case) if row.act in on_site]
    return [
        row for row in rows if people.authorities(who, row.by, day, act=row.act, may_delegate=not row.no_delegation)
    ]


def _page(
    request: HttpRequest, case: Case, row: ActRule | None, rows: list[ActRule], head: Mapping[str, Any], people: People,
    data: Mapping[str, Any], faults: list[Text], *, refused: door.Stopped | None = None, asked: bool = False, status: int = 200,
) -> HttpResponse:  # fmt: skip
    made = _inputs(request, case, row, people, data) if row is not None else ()
    first = [i for i in made if i.id not in TAKEN and (i.required or i.value or i.id in SHOWN)]
    context = {
        **head,
        "row": row,
        "rows": rows,
        "inputs": first,
        "more_inputs": [i for i in made if i not in first],
        "faults": faults,
        "key": uuid4().hex,
        "tried": refused is not None,
        "checks": as_forecast(refused.refusals) if refused is not None else None,
        "asked": asked,
        "reason": request.POST.get("reason", ""),
        "at": request.POST.get("at", ""),
        "photos": MOST_PHOTOS,
    }
    return render(request, "field.html", context, status=status)


def _inputs(request: HttpRequest, case: Case, row: ActRule, people: People, data: Mapping[str, Any]) -> tuple[Input, ...]:
    """Return the inputs of an act with the help that its form has on the page of the case: who is on the case comes first."""
    visit, office = visit_of(request), agency.office()
    who, day = visit.viewer.officer or "", local_day(visit.now)
    held = people.authorities(who, row.by, day, act=row.act, may_delegate=not row.no_delegation)
    with office.store.read() as tx:
        registry = office.registry(tx)
        _, controls = load_case(office, tx, registry, case.id)
        aid = aid_of(tx, registry, case, tuple(controls), row, actor=who, post=held[0].post if held else "", now=visit.now,
                     data=dict(data) or None)  # fmt: skip
    given = as_written(row.word, data or aid.known)
    return inputs(case.version, row.word, people, day, given=given, case=case, aid=aid)


def _record(
    request: HttpRequest, case: Case, row: ActRule, head: Mapping[str, Any], rows: list[ActRule], people: People
) -> HttpResponse:
    visit = visit_of(request)
    given, at = sent(request, row.word), happened(request)
    if isinstance(at, Text):
        given.faults.append(at)
    if not given.faults:
        _keep(request, case, row.word, given, str(at or visit.now))
    if given.faults:
        return (
            _said(request, 422, *given.faults)
            if _by_script(request)
            else _page(request, case, row, rows, head, people, given.data, given.faults, status=422)
        )
    command = Command(
        case=case.id,
        act=row.act,
        actor=visit.viewer.officer or "",
        at=at or visit.now,
        entered=visit.now,
        data=given.data,
        reason=request.POST.get("reason", "").strip()[:1000] or None,
        key=request.POST.get("key", "")[:64] or None,
    )
    answer = door.handle(agency.office(), command)
    if isinstance(answer, door.Done):
        if _by_script(request):
            return JsonResponse({"state": "done", "url": f"/cases/{case.id}/", "repeated": answer.repeated})
        messages.success(request, "repeated" if answer.repeated else "done")
        return redirect(f"/cases/{case.id}/")
    if isinstance(answer, door.Stopped):
        told = [spoken(Text(zh=r.reason.zh + "。" + r.remedy.zh, en=r.reason.en + ". " + r.remedy.en)) for r in answer.refusals]
        return _said(request, 422, *told) if _by_script(request) else \
            _page(request, case, row, rows, head, people, given.data, [], refused=answer, status=422)  # fmt: skip
    if isinstance(answer, door.Asked):
        told = [spoken(d.reason) for d in answer.demands]
        return _said(request, 422, *told, state="asked") if _by_script(request) else \
            _page(request, case, row, rows, head, people, given.data, told, asked=True, status=422)  # fmt: skip
    return (
        _said(request, 409, answer.message)
        if _by_script(request)
        else _page(request, case, row, rows, head, people, given.data, [answer.message], status=409)
    )


def _keep(request: HttpRequest, case: Case, word: ActWord, given: Sent, at: str) -> None:
    """Keep photographs, signatures and their bundle, and say their hashes in the fields that the act has for them."""
    known, shelf = {f.id for f in word.fields}, agency.shelf()
    photos = request.FILES.getlist("photos")[:MOST_PHOTOS]
    signatures = request.FILES.getlist("signatures")[:MOST_SIGNATURES]
    spot = request.POST.get("spot", "")[:200]
    if hazards(spot):
        spot = ""
    if not photos and not signatures:
        return
    kept: list[str] = []
    bundle = BytesIO()
    with ZipFile(bundle, "w", ZIP_DEFLATED) as packed:
        listed = []
        for what, files in (("photo", photos), ("signature", signatures)):
            for n, file in enumerate(files, 1):
                content = file.read()
                try:
                    digest = shelf.keep(file.name or "", [content])
                except BadFile as error:
                    given.faults.append(error.text)
                    return
                ending = Path(file.name or "").suffix.lower()[:5]
                packed.writestr(ZipInfo(f"{what}-{n}{ending}", EPOCH), content)
                listed.append({"file": f"{what}-{n}{ending}", "sha256": sha256(content).hexdigest()})
                kept += [digest] if what == "photo" else []
        said = {
            "case": case.id,
            "act": word.id,
            "at": at,
            "place": spot,
            "signers": request.POST.getlist("signers")[:MOST_SIGNATURES],
            "files": listed,
        }
        packed.writestr(ZipInfo("record.json", EPOCH), json.dumps(said, ensure_ascii=False, indent=1))
    digest = shelf.keep("record.zip", [bundle.getvalue()])
    if kept and "photo_hashes" in known and "photo_hashes" not in given.data:
        given.data["photo_hashes"] = kept
    names = next((name for name in BUNDLE if name in known), None)
    if kept and names == "evidence_hash" and "photo_hash" in known and "photo_hash" not in given.data:
        given.data["photo_hash"] = kept[0]
    if names is not None and names not in given.data:
        given.data[names] = digest
    elif signatures or given.data.get("photo_hashes") != kept:  # what no field would name must not lie in the shelf for nobody to find
        given.faults.append(_UNNAMED)


def _by_script(request: HttpRequest) -> bool:
    return request.headers.get("X-Field-Record") == "1"


def _said(request: HttpRequest, status: int, *told: Text, state: str = "refused") -> HttpResponse:
    lang = visit_of(request).lang
    return JsonResponse({"state": state, "messages": [one.say(lang) for one in told]}, status=status)
