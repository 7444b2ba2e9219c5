"""Tips: sealed in the reporter's browser, opened in the browser of discipline; nothing in between can read them.

What arrives here is ciphertext.  No view of this file reads an address or names a browser, and none sets a session for a reporter.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import RawPostDataException
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from qingfeng.casework import boxes, tips
from qingfeng.casework.desk.access import Part
from qingfeng.casework.followup import CHIEF, INSPECTOR
from qingfeng.terms.instants import local_day
from qingfeng.terms.people import People
from qingfeng.terms.text import Text

from .. import agency, errors, flood
from ..gate import part, public
from ..problem import problem
from ..visit import visit_of
from .public import shown

SETTLED = 50
"""So many mailboxes dealt with last are listed."""
HOURLY, TIMES = 200, 25
"""Sealed messages an hour of the whole site before the work grows, and how many times that is taken in: no address tells one sender
from another here, so that the work alone keeps a flood within what the disk holds."""
_TITLE = Text(zh="没有接收", en="Not taken in")


def _bits(now: datetime) -> int:
    """Return how hard the work for a tip is: it doubles with each full measure of the hour."""
    return min(flood.MOST_BITS, flood.WORK_BITS + flood.counted("tip", "all", now) // HOURLY)


@public
def write(request: HttpRequest) -> HttpResponse:
    """Write a tip, or look into one's mailbox."""
    office = agency.office()
    with office.store.read() as tx:
        known, about = tips.keys(tx), office.registry(tx).agency
    bits = _bits(visit_of(request).now)
    context = {"key": known[-1] if known else None, "agency": about, "challenge": flood.challenge(visit_of(request).now, bits),
               "bits": bits}  # fmt: skip
    return shown(request, "tip.html", context)


@public
@require_POST
def send(request: HttpRequest) -> HttpResponse:
    """Take in a sealed message: a secret that names the mailbox, the sealed parts, and a proof of work on them."""
    now = visit_of(request).now
    told = _json(request)
    sealed, secret = told.get("sealed"), told.get("secret")
    if not isinstance(sealed, dict) or not isinstance(secret, str):
        return _refused(request, Text(zh="内容没有加密，没有接收，也没有保存任何文字", en="this is not sealed: nothing was taken in"))
    content = json.dumps(sealed, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    challenge, least = str(told.get("challenge", "")), _bits(now) - 1
    if flood.too_easy(challenge, now, least=least):
        return _refused(request, Text(zh="现在提交的人多，请再按一次提交：计算要多做一会儿", en="many are sending: press again, for a longer sum"), 409)
    if not flood.worked(challenge, str(told.get("work", "")), content, now, least=least):
        return _refused(request, Text(zh="页面停留过久，请重新打开页面再提交一次；您写的内容仍在页面上",
                                      en="the page stood open too long: open it anew and send again"))  # fmt: skip
    if flood.count("tip", "all", now) > HOURLY * TIMES:
        return _refused(request, Text(zh="现在提交的人太多，请稍后再试", en="too many are sending: try again later"), 429)
    try:
        tips.send(agency.office(), secret, sealed, at=now)
    except tips.BadTip as error:
        return _refused(request, error.message)
    return JsonResponse({"kept": True, "day": local_day(now).isoformat()})


@public
@require_POST
def look(request: HttpRequest) -> HttpResponse:
    """Return the sealed messages of a mailbox to who knows its secret; one that is not there is empty."""
    try:
        mailbox = tips.mailbox_of(str(_json(request).get("secret", "")))
    except tips.BadTip as error:
        return _refused(request, error.message)
    with agency.office().store.read() as tx:
        told = tips.messages(tx, mailbox)
    return JsonResponse({"messages": [_as_data(one) for one in told]})


def _json(request: HttpRequest) -> Mapping[str, Any]:
    try:
        raw = request.body
        told = json.loads(raw) if len(raw) <= 2 * tips.MAX_CIPHERTEXT else {}
    except (ValueError, RecursionError, RawPostDataException, RequestDataTooBig):  # no JSON, or a form
        return {}
    return told if isinstance(told, dict) else {}


def _as_data(one: tips.Message) -> dict[str, Any]:
    return {"day": one.day.isoformat(), "mine": one.by is None, "sealed": dict(one.sealed)}


def _refused(request: HttpRequest, reason: Text, status: int = 422) -> HttpResponse:
    return problem(status, title=_TITLE, reason=reason)


@part(Part.SUPERVISION)
def box(request: HttpRequest) -> HttpResponse:
    """Mailboxes that wait for discipline."""
    visit, office = visit_of(request), agency.office()
    day = local_day(visit.now)
    with office.store.read() as tx:
        known, waiting = tips.keys(tx), boxes.waiting(office, tx, tips.BOX, today=day)[:200]
        people, done = office.registry(tx).people, boxes.settled(office, tx, tips.BOX, today=day)[:SETTLED]
    lines = [{"mailbox": one.number, "since": local_day(one.since), "days": (day - local_day(one.since)).days, "state": one.what}
             for one in waiting]  # fmt: skip
    settled = [(one.number, people.name(one.by), local_day(one.at)) for one in done]
    return render(request, "public/tips.html", {"lines": lines, "settled": settled, "key": known[-1] if known else None})


@part(Part.SUPERVISION)
def key(request: HttpRequest) -> HttpResponse:
    """Make the pair of keys in the browser; only the public one comes here."""
    visit, office = visit_of(request), agency.office()
    if request.method == "POST":
        by, does = visit.viewer.officer or "", request.POST.get("does", "")
        try:
            if does in ("confirm", "reject"):
                tips.decide_on_key(office, request.POST.get("key", ""), confirm=does == "confirm", by=by, at=visit.now)
            else:
                tips.propose_key(office, request.POST.get("spki", "").strip(), by=by, at=visit.now)
        except tips.BadTip as error:
            return errors.page(request, 422, error.message)
        messages.success(request, "done")
        return redirect("/tips/key/")
    with office.store.read() as tx:
        known, proposed = tips.keys(tx), tips.proposed_key(tx)
        people = office.registry(tx).people
    told = [{"id": one.id, "since": one.since, "by": people.name(one.by), "confirmed_by": people.name(one.confirmed_by)}
            for one in reversed(known)]  # fmt: skip
    others = _others(people, proposed.by if proposed is not None else "", visit.now)
    context = {"keys": told, "proposed": proposed, "proposer": people.name(proposed.by) if proposed is not None else "",
               "may": proposed is not None and proposed.by != visit.viewer.officer, "others": others}  # fmt: skip
    return render(request, "public/tip_key.html", context)


def _others(people: People, but: str, now: datetime) -> list[str]:
    """Return the names of the inspectors apart from one: who may confirm what he proposes."""
    staff = dict.fromkeys(one for post in (INSPECTOR, CHIEF) for one in people.holders(post, local_day(now)))
    return [people.name(one) for one in staff if one != but]


@part(Part.SUPERVISION)
def one(request: HttpRequest, mailbox: str) -> HttpResponse:
    """One mailbox: its sealed messages, opened in the browser with the key file; answer or close it."""
    visit, office = visit_of(request), agency.office()
    by = visit.viewer.officer or ""
    if request.method == "POST":
        try:
            does = request.POST.get("close", "")
            if does in ("confirm", "reject"):
                tips.decide_on_closing(office, mailbox, confirm=does == "confirm", by=by, at=visit.now)
            elif does:
                tips.propose_closing(office, mailbox, request.POST.get("ground", ""), by=by, at=visit.now)
            else:
                sealed = {name: request.POST.get(name, "") for name in ("key", "nonce", "text")}
                tips.reply(office, mailbox, sealed, by=by, at=visit.now)
        except tips.BadTip as error:
            return errors.page(request, 422, error.message)
        messages.success(request, "done")
        return redirect("/tips/")
    told = tips.opened(office, mailbox, by=by, at=visit.now)
    keys = dict.fromkeys(message.sealed["key"] for message in told if message.by is None)
    shown_ = [{**_as_data(m), "json": json.dumps(dict(m.sealed))} for m in told]
    with office.store.read() as tx:
        closing, people = tips.closing(tx, mailbox), office.registry(tx).people
        waits = any(one.number == mailbox for one in boxes.waiting(office, tx, tips.BOX, today=local_day(visit.now)))
    context = {"mailbox": mailbox, "letters": shown_, "keys": keys, "closing": closing, "waits": waits, "grounds": tips.GROUNDS,
               "proposer": people.name(closing.by) if closing is not None else "", "own": closing is not None and closing.by == by,
               "others": _others(people, closing.by if closing is not None else by, visit.now)}  # fmt: skip
    return render(request, "public/tip_one.html", context)
