"""What is in a case's file beside its papers: single files with their hash, and the whole log."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render

from qingfeng.casework.desk.access import Part, is_handled
from qingfeng.casework.desk.caselog import log_of
from qingfeng.casework.desk.filepage import FilePage, file_page
from qingfeng.casework.office import REFUSALS, event_of, load_case

from .. import agency, errors
from ..gate import part
from ..whole import barred, barred_from_handled, not_handled, tabs

SHOWN = ("image/png", "image/jpeg")
ENDINGS = {"application/pdf": ".pdf", "image/png": ".png", "image/jpeg": ".jpg", "application/zip": ".zip", "text/plain": ".txt",
           "audio/wav": ".wav", "audio/mpeg": ".mp3", "video/mp4": ".mp4", "application/msword": ".doc"}  # fmt: skip


@part(Part.WORK)
def file(request: HttpRequest, case: str, digest: str) -> HttpResponse:
    """One file: whether it is still what it was, who brought it in, and from hand to hand."""
    stop, handled = barred_from_handled(request, case)
    if stop is not None:
        return stop
    page, head, kept = _page(case, digest, handled=handled)
    if handled and not kept:
        return not_handled(request)
    shelf = agency.shelf()
    path = shelf.path(digest)
    media = shelf.type_of(digest) if path is not None else ""
    context = {
        **head,
        "file": page,
        "sound": shelf.sound(digest),
        "size": path.stat().st_size if path is not None else None,
        "media": media,
        "shown": media in SHOWN,
    }
    return render(request, "case_file.html", context)


def _page(case: str, digest: str, *, handled: bool) -> tuple[FilePage, dict[str, Any], bool]:
    """Return the page of a file, its head, and whether it belongs to evidence or goods."""
    office = agency.office()
    with office.store.read() as tx:
        registry = office.registry(tx)
        loaded, controls = load_case(office, tx, registry, case)
        page = file_page(loaded, controls, registry.people, digest)
        acts = {event.seq: event.act for event in loaded.events}
        return page, tabs(tx, loaded, controls, "documents", handled=handled), is_handled(loaded.version, acts[page.first.seq])


@part(Part.WORK)
def content(request: HttpRequest, case: str, digest: str) -> HttpResponse:
    """The bytes of a file; what was altered is not handed out as if it were the file."""
    stop, handled = barred_from_handled(request, case)
    if stop is not None:
        return stop
    page, _, kept = _page(case, digest, handled=handled)
    if handled and not kept:
        return not_handled(request)
    shelf = agency.shelf()
    path = shelf.path(digest)
    if path is None or not shelf.sound(digest):
        from qingfeng.terms.text import Text

        gone = path is None
        return errors.page(
            request,
            404 if gone else 409,
            Text(zh="文件不在库中，只登记了校验值", en="the file is not kept here, only its hash is on record")
            if gone
            else Text(
                zh="库中文件与登记的校验值不符，已停止提供",
                en="the bytes kept are not those on record: it is not handed out",
            ),
            Text(
                zh="请立即报告纪检监察机构和系统管理员，由备份核对恢复。",
                en="Report it at once and have it restored from a checked backup.",
            ),
        )
    media = shelf.type_of(digest)
    name = f"{page.name.zh}-{digest[:8]}{ENDINGS.get(media, '')}".replace("/", "-")
    return FileResponse(
        path.open("rb"),
        as_attachment=media not in SHOWN or "download" in request.GET,
        filename=name,
        content_type=media,
    )  # type: ignore[return-value]


@part(Part.WORK)
def log(request: HttpRequest, case: str) -> HttpResponse:
    """The whole log of a case."""
    stop = barred(request, case)
    if stop is not None:
        return stop
    office = agency.office()
    with office.store.read() as tx:
        registry = office.registry(tx)
        loaded, controls = load_case(office, tx, registry, case)
        refused = [event_of(row) for row in tx.events(REFUSALS + case)]
        head = tabs(tx, loaded, controls, "log")
    entries = log_of(loaded, refused, registry.people)
    shown = request.GET.get("show", "")
    kept = [
        one
        for one in entries
        if shown not in ("refused", "late") or (one.kind == "refused" if shown == "refused" else one.late)
    ]
    count = {
        "all": len(entries),
        "refused": sum(one.kind == "refused" for one in entries),
        "late": sum(one.late for one in entries),
    }
    return render(request, "case_log.html", {**head, "entries": kept, "show": shown, "count": count})
