"""Tips as the public gives them: sealed in the reporter's browser; nothing between him and the inspectors can read them.

What arrives here is ciphertext.  No view of this file reads an address or names a browser, and none sets a session for a reporter.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import RawPostDataException
from django.views.decorators.http import require_POST

from qingfeng.casework import tips
from qingfeng.casework.desk import tippage
from qingfeng.casework.tipkeys import BadTip
from qingfeng.terms.instants import local_day, start_of_day
from qingfeng.terms.text import Text

from .. import agency, flood
from ..gate import public
from ..problem import problem
from ..visit import visit_of
from .public import shown

HOURLY, TIMES = 200, 25
"""Sealed messages an hour of the whole site before the work grows, and how many times that is taken in: no address tells one sender
from another here, so that the work alone keeps a flood within what the disk holds."""
HARDER = 4
"""Bits by which the work grows at most: sixteen times."""
_TITLE = Text(zh="没有接收", en="Not taken in")


def _bits(now: datetime) -> int:
    """Return how hard the work for a tip is (QINGFENG_TIP_BITS to begin with): it doubles with each full measure of the hour."""
    least = int(settings.TIP_BITS)
    return min(least + HARDER, least + flood.counted("tip", "all", now) // HOURLY)


@public
def write(request: HttpRequest) -> HttpResponse:
    """Write a tip, or look into one's mailbox."""
    office, now = agency.office(), visit_of(request).now
    with office.store.read() as tx:
        page, about = tippage.writing(office, tx, day=local_day(now)), office.registry(tx).agency
    bits = _bits(now)
    context = {"page": page, "agency": about, "challenge": flood.challenge(now, bits), "bits": bits}
    return shown(request, "tip.html", context)


@public
@require_POST
def send(request: HttpRequest) -> HttpResponse:
    """Take in a sealed message with its sealed files: a secret that names the mailbox, the parts, and a proof of work on them."""
    now = visit_of(request).now
    told, files = _told(request)
    sealed, secret = told.get("sealed"), told.get("secret")
    if not isinstance(sealed, dict) or not isinstance(secret, str):
        return _refused(Text(zh="内容没有加密，没有接收，也没有保存任何文字", en="this is not sealed: nothing was taken in"))
    content = json.dumps(sealed, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    challenge, least = str(told.get("challenge", "")), _bits(now) - 1
    if flood.too_easy(challenge, now, least=least):
        return _refused(Text(zh="现在提交的人多，请再按一次提交：计算要多做一会儿", en="many are sending: press again, for a longer sum"), 409)
    if not flood.worked(challenge, str(told.get("work", "")), content, now, least=least):
        return _refused(Text(zh="页面停留过久，请重新打开页面再提交一次；您写的内容仍在页面上",
                             en="the page stood open too long: open it anew and send again"))  # fmt: skip
    if flood.count("tip", "all", now) > HOURLY * TIMES:
        return _refused(Text(zh="现在提交的人太多，请稍后再试", en="too many are sending: try again later"), 429)
    try:
        if tips.files_of(sealed) != [_digest(one) for one in files]:
            return _refused(Text(zh="附件没有完整送到，没有接收；请再提交一次", en="the files did not come whole: nothing was taken in; send again"))
        for one in files:
            agency.shelf().keep_sealed(one.chunks(), day=start_of_day(local_day(now)))
        tips.send(agency.office(), secret, sealed, at=now)
    except BadTip as error:
        return _refused(error.message)
    return JsonResponse({"kept": True, "day": local_day(now).isoformat()})


@public
@require_POST
def look(request: HttpRequest) -> HttpResponse:
    """Return the sealed messages of a mailbox to who knows its secret, and what became of it; one that is not there is empty."""
    day = local_day(visit_of(request).now)
    try:
        mailbox = tips.mailbox_of(str(_json(request).get("secret", "")))
    except BadTip as error:
        return _refused(error.message)
    office = agency.office()
    with office.store.read() as tx:
        told = tips.messages(tx, mailbox)
        lines = tippage.told_reporter(office, tx, mailbox, day=day) if told else ()
        to = tippage.targets(office, tx, mailbox, day=day)
    return JsonResponse({"messages": [as_data(one) for one in told], "to": [{"kid": one.key, "spki": one.spki} for one in to],
                         "told": [{"zh": one.zh, "en": one.en} for one in lines]})  # fmt: skip


@public
def above(request: HttpRequest) -> HttpResponse:
    """Where the body one level up opens what was brought to it and writes answers: in its browser alone, nothing is sent."""
    return shown(request, "tip_above.html", {"most": tips.MAX_ANSWERS})


def _told(request: HttpRequest) -> tuple[Mapping[str, Any], list[UploadedFile[Any]]]:
    """Return what was sent, and its sealed files; nothing of what is too large or no form of ours."""
    length = str(request.META.get("CONTENT_LENGTH") or "0")
    most = tips.MAX_FILES * tips.MAX_FILE + 2 * tips.MAX_CIPHERTEXT
    if request.content_type != "multipart/form-data" or not length.isdecimal() or int(length[:20]) > most:
        return ({} if request.content_type == "multipart/form-data" else _json(request)), []
    files = request.FILES.getlist("file")
    if len(files) > tips.MAX_FILES or any((one.size or 0) > tips.MAX_FILE for one in files):
        return {}, []
    return _object(str(request.POST.get("told", ""))), files


def _digest(file: UploadedFile[Any]) -> str:
    found = sha256()
    for chunk in file.chunks():
        found.update(chunk)
    return found.hexdigest()


def _json(request: HttpRequest) -> Mapping[str, Any]:
    try:
        raw = request.body
    except (RawPostDataException, RequestDataTooBig):  # a form
        return {}
    return _object(raw)


def _object(raw: bytes | str) -> Mapping[str, Any]:
    try:
        told = json.loads(raw) if len(raw) <= 2 * tips.MAX_CIPHERTEXT else {}
    except (ValueError, RecursionError):  # no JSON
        return {}
    return told if isinstance(told, dict) else {}


def as_data(one: tips.Message) -> dict[str, Any]:
    """Return a sealed message as JSON has it, without the reporter's name."""
    sealed = {name: value for name, value in one.sealed.items() if not name.startswith("id")}  # a name is handed out by identity.read alone
    return {"day": one.day.isoformat(), "mine": one.by is None, "above": one.above, "sealed": sealed}


def _refused(reason: Text, status: int = 422) -> HttpResponse:
    return problem(status, title=_TITLE, reason=reason)
