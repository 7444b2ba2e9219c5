"""Proof for everybody: what a receipt says, the state of the log, its head and tiles at the paths of C2SP, the programs that check."""

from __future__ import annotations

import re
from collections.abc import Callable
from hashlib import sha256
from html import escape
from io import BytesIO

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from qingfeng import wiring
from qingfeng.casework.desk.access import Part
from qingfeng.casework.desk.progress import shown_fields, told_events
from qingfeng.casework.desk.public import INTERNAL
from qingfeng.casework.office import CASE, UnknownThing, load_case
from qingfeng.casework.ports import ReadTx
from qingfeng.engine.case import Case
from qingfeng.ledger.proof import MAX_PROOF, BadProof
from qingfeng.ledger.tiles import BadTile, Tile, tile_at, width_in
from qingfeng.notary.faults import LogTrouble
from qingfeng.notary.place import Place
from qingfeng.notary.receipts import LogReceipt, receipt_for
from qingfeng.terms.text import Text

from .. import agency, errors, logstate
from ..gate import part, public
from ..visit import visit_of
from .progress import open_receipt
from .public import shown

SHOWN = 60
"""Records of a case that the page lists at once, the latest ones."""
_CSP = re.compile('http-equiv="Content-Security-Policy" content="([^"]+)"')
_FOREVER = "public, max-age=31536000, immutable"
"""A tile never changes: full ones are final, partial ones bear their width in the path."""
_NO_LOG = Text(zh="本单位还没有建立存证日志。", en="This agency keeps no transparency log yet.")
_NO_LOG_NEXT = Text(zh="请向本单位询问；建立以后，这里公布日志头和公钥。", en="Ask the agency; once it is begun, its head and keys stand here.")
_NOT_THERE = Text(zh="日志里没有这一块。", en="The log has no such tile.")
_NOT_THERE_NEXT = Text(zh="请按日志头的大小和 c2sp.org/tlog-tiles 的写法取。",
                       en="Take the size of the checkpoint and the paths of c2sp.org/tlog-tiles.")  # fmt: skip
_BAD = Text(zh="不成立：这段文字不是本单位日志的回执，或者有人改过。", en="Not good: this is no receipt of this agency's log, or somebody changed it.")
_LONG = Text(zh="文字太长，不是一张回执。", en="This is too long for one receipt.")
_NO_FILE = Text(zh="文件读不出：请选择 .receipt 文本文件。", en="The file cannot be read: choose the .receipt text file.")


@public
def receipts(request: HttpRequest) -> HttpResponse:
    """What a receipt says, pasted or as a file; where to check it without us."""
    text, fault, told = "", None, None
    if request.method == "POST":
        text, fault = _sent(request)
        if fault is None:
            try:
                told = logstate.says(text)
            except BadProof:
                fault = _BAD
            except LogTrouble as error:
                return errors.page(request, 503, error.text)
    context = {"text": text[:MAX_PROOF], "fault": fault, "told": told, "number": request.GET.get("number", "")[:20]}
    return shown(request, "receipts.html", context, 422 if fault is not None else 200)


def _sent(request: HttpRequest) -> tuple[str, Text | None]:
    file = request.FILES.get("file")
    raw = request.POST.get("receipt", "")
    if file is not None:
        if (file.size or 0) > MAX_PROOF:
            return "", _LONG
        try:
            raw = file.read().decode("utf-8")
        except UnicodeDecodeError:
            return "", _NO_FILE
    if len(raw) > MAX_PROOF:
        return "", _LONG
    return raw.replace("\r", "").strip() + "\n", None


@public
def log(request: HttpRequest) -> HttpResponse:
    """How long the log is, its root, who vouches for it and since when."""
    try:
        page = logstate.log_page(visit_of(request).now)
    except LogTrouble as error:
        return errors.page(request, 503, error.text)
    return shown(request, "log_state.html", {"page": page})


def _log(request: HttpRequest) -> Place | HttpResponse:
    try:
        here = logstate.place()
    except LogTrouble as error:
        return errors.page(request, 503, error.text)
    return here if here is not None else errors.page(request, 404, _NO_LOG, _NO_LOG_NEXT)


@public
@require_safe
def checkpoint(request: HttpRequest) -> HttpResponse:
    """The published head with its signatures (c2sp.org/tlog-tiles): never kept by a cache."""
    return _told(request, lambda here: (here.log / "checkpoint").read_bytes())


@public
@require_safe
def policy(request: HttpRequest) -> HttpResponse:
    """The list of keys (c2sp.org/tlog-policy)."""
    return _told(request, lambda _: logstate.policy_text())


def _told(request: HttpRequest, text: Callable[[Place], bytes | str]) -> HttpResponse:
    """Answer with a text of the log that anybody's program may fetch; say so where there is none, or where it cannot be read."""
    here = _log(request)
    if isinstance(here, HttpResponse):
        return here
    try:
        return HttpResponse(text(here), content_type="text/plain; charset=utf-8", headers={"Access-Control-Allow-Origin": "*"})
    except OSError:
        return errors.page(request, 404, Text(zh="日志头还没有公布。", en="No checkpoint is published yet."), _NO_LOG_NEXT)
    except LogTrouble as error:
        return errors.page(request, 503, error.text)


@public
@require_safe
def tile(request: HttpRequest, path: str) -> HttpResponse:
    """A tile of hashes: they say nothing of what was recorded."""
    return _tile(request, path)


@part(Part.AUDIT)
@require_safe
def entries(request: HttpRequest, path: str) -> HttpResponse:
    """A bundle of entries, for those who audit: which acts there were, and when, is not everybody's to know (ADR 015)."""
    return _tile(request, path)


def _tile(request: HttpRequest, path: str) -> HttpResponse:
    here = _log(request)
    if isinstance(here, HttpResponse):
        return here
    try:
        wanted = tile_at(path)
        content = here.folder.read(wanted) if wanted.width <= width_in(wanted.level, wanted.index, _published(here)) else None
    except (BadTile, LogTrouble, OSError, UnicodeDecodeError):
        content = None
    if content is None:
        return errors.page(request, 404, _NOT_THERE, _NOT_THERE_NEXT)
    headers = {"Cache-Control": _cached(wanted), "Access-Control-Allow-Origin": "*"}
    return HttpResponse(content, content_type="application/octet-stream", headers=headers)


def _published(here: Place) -> int:
    """Return the size of the published head: what lies beyond is nobody's yet."""
    return here.reader.opened((here.log / "checkpoint").read_text("utf-8")).size


def _cached(wanted: Tile) -> str:
    return "private, no-store" if wanted.level < 0 else _FOREVER


@public
@require_safe
def verifier(request: HttpRequest) -> HttpResponse:
    """The page that checks receipts without us, with our list of keys put in; ?save to keep it as a file."""
    source = (wiring.data_folder("scripts") / "verifier.html").read_text("utf-8")
    try:
        keys = logstate.policy_text()
    except LogTrouble:
        keys = ""
    rule = _CSP.search(source)
    assert rule is not None, "verifier.html bears a rule of its own"
    answer = HttpResponse(source.replace("<!--policy-->", escape(keys), 1), content_type="text/html; charset=utf-8")
    answer.headers["Content-Security-Policy"] = f"{rule[1]}; frame-ancestors 'none'"
    if "save" in request.GET:
        answer.headers["Content-Disposition"] = 'attachment; filename="verifier.html"'
    return answer


@public
@require_safe
def tool(request: HttpRequest, name: str) -> HttpResponse:
    """A program that checks a receipt or a draw: one file, none of our code."""
    content = (wiring.data_folder("scripts") / f"{name}.py").read_bytes()
    headers = {"Content-Disposition": f'attachment; filename="{name}.py"', "X-SHA256": sha256(content).hexdigest()}
    return HttpResponse(content, content_type="text/x-python; charset=utf-8", headers=headers)


@public
@require_safe
def own(request: HttpRequest) -> HttpResponse:
    """The receipts from the log for everything that a party did in its case or was told of."""
    receipt = open_receipt(request)
    if receipt is None:
        return redirect("/receipts/")
    here = _log(request)
    if isinstance(here, HttpResponse):
        return here
    lines = []
    if receipt.case is not None:
        office = agency.office()
        with office.store.read() as tx:
            case = _case(tx, receipt.case)
            final, head = here.cosigned.final(), here.reader.state()
            for event in [*told_events(case)][::-1][:SHOWN]:
                index = tx.place(CASE + case.id, event.seq)
                state = "waits" if index is None or index >= head.size else "final" if final and index < final.head.size else "provisional"
                lines.append((event, case.version.words[event.act].name, state))
    return shown(request, "log_receipts.html", {"receipt": receipt, "lines": lines})


@public
@require_safe
def one(request: HttpRequest, seq: str, form: str = "") -> HttpResponse:
    """One receipt from the log: as a page to print, as text, as a QR code."""
    receipt = open_receipt(request)
    if receipt is None:
        return redirect("/receipts/")
    here = _log(request)
    if isinstance(here, HttpResponse):
        return here
    name, found = _receipt(here, receipt.case or "", int(seq))
    if found is None:
        waits = Text(zh="这一条还没有进入日志。", en="This record is not in the log yet.")
        return errors.page(request, 404, waits, Text(zh="通常一分钟内即可；请稍后再取。", en="It takes a minute as a rule: ask again."))
    file = f"{(receipt.case or '').replace('/', '-')}-{seq}.receipt"
    if form == "text":
        return HttpResponse(found.text, content_type="text/plain; charset=utf-8", headers={
            "Content-Disposition": f'attachment; filename="{file}"'})  # fmt: skip
    if form == "svg":
        return HttpResponse(_qr(found.text), content_type="image/svg+xml")
    site = f"{request.scheme}://{request.get_host()}"
    context = {"receipt": receipt, "one": found, "seq": seq, "name": name, "site": site, "page": logstate.log_page(visit_of(request).now)}
    return shown(request, "log_receipt.html", context)


def _receipt(here: Place, number: str, seq: int) -> tuple[Text, LogReceipt | None]:
    office = agency.office()
    with office.store.read() as tx:
        case = _case(tx, number)
        event = next((each for each in told_events(case) if each.seq == seq), None)
        if event is None:
            raise UnknownThing("这不是当事人参与或者告知当事人的记录", "the party took no part in this, and was not told of it")
        fields = {f"data.{name}" for name in shown_fields(event)}
        return case.version.words[event.act].name, receipt_for(here, tx, CASE + number, seq, fields)


def _case(tx: ReadTx, number: str) -> Case:
    """Return the case of a receipt.  Raises UnknownThing for one about the agency's own people, as the command line does."""
    office = agency.office()
    case, _ = load_case(office, tx, office.registry(tx), number)
    if case.version.kind in INTERNAL:
        raise UnknownThing("涉及本单位人员的案件不发存证回执", "no receipts are given in cases about the agency's own people")
    return case


def _qr(text: str) -> bytes:
    import segno

    held = BytesIO()
    segno.make(text, error="l", mode="byte", encoding="utf-8", micro=False).save(held, kind="svg", scale=3, border=4)
    return held.getvalue()
