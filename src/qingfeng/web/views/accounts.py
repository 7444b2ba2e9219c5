"""Accounts: one administrator proposes, another confirms and hands over the one-time word; accounts "
"locked by wrong passwords are released."""

from __future__ import annotations

import secrets
from hashlib import sha256
from typing import Any

from axes.models import AccessAttempt
from axes.utils import reset
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST
from django_otp.plugins.otp_totp.models import TOTPDevice

from qingfeng.casework import accounts as book
from qingfeng.casework.desk.access import Part, Role
from qingfeng.terms.instants import local_day
from qingfeng.terms.text import Text

from .. import agency
from ..gate import part
from ..models import Account
from ..visit import visit_of

PAGE = 50
MOST_LOCKED = 100
NAMES_OFFERED = 500
_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Of a one-time word: none that is mistaken for another."""
_GROUPS, _EACH = 4, 5


@part(Part.ACCOUNTS)
def accounts(request: HttpRequest) -> HttpResponse:
    """All bindings, what waits for the second administrator, and what is locked."""
    return _accounts(request)


def _accounts(
    request: HttpRequest, *, fault: Text | None = None, handed: tuple[str, str] | None = None, status: int = 200
) -> HttpResponse:
    visit, office = visit_of(request), agency.office()
    asked = {name: request.GET.get(name, "")[:200].strip() for name in ("q", "after")}
    with office.store.read() as tx:
        people, known = office.registry(tx).people, agency.bindings(tx)
    day, q = local_day(visit.now), asked["q"].lower()
    fit = sorted(
        a
        for a, b in known.bindings.items()
        if not q or q in a.lower() or q in b.officer.lower() or q in people.name(b.officer).lower()
    )
    shown = [a for a in fit if a > asked["after"]]
    lines = [
        (known.bindings[a], people.name(known.bindings[a].officer), people.in_service(known.bindings[a].officer, day))
        for a in shown[:PAGE]
    ]
    locked = AccessAttempt.objects.filter(failures_since_start__gte=settings.AXES_FAILURE_LIMIT).order_by(
        "-attempt_time"
    )[:MOST_LOCKED]
    waiting = [
        (
            one,
            people.name(one.officer) if one.officer else "",
            people.name(one.by),
            visit.viewer.officer not in (one.by, one.officer),
        )
        for one in known.waiting.values()
    ]
    roles = visit.viewer.roles
    context = {
        "lines": lines,
        "many": len(fit),
        "more": shown[PAGE - 1] if len(shown) > PAGE else None,
        "asked": asked,
        "waiting": waiting,
        "locked": [(one.username or "", one.ip_address, one.attempt_time, one.failures_since_start) for one in locked],
        "acts": book.ACTS,
        "proposes": Role.SYSTEM_ADMIN in roles,
        "confirms": Role.SECURITY_ADMIN in roles,
        "fault": fault,
        "handed": handed,
        "given": request.POST,
        "offered": _unbound(people.names, known),
    }
    return render(request, "admin_pages/accounts.html", context, status=status)


def _unbound(names: Any, known: book.Accounts) -> list[tuple[str, str]]:
    bound = {one.officer for one in known.bindings.values()}
    return [(one, name) for one, name in names.items() if one not in bound][:NAMES_OFFERED]


def propose(request: HttpRequest) -> HttpResponse:
    """Propose a change."""
    visit = visit_of(request)
    sent = {name: request.POST.get(name, "").strip() for name in ("act", "account", "officer", "reason")}
    try:
        book.propose(
            agency.office(),
            sent["act"],
            sent["account"],
            sent["officer"] or None,
            reason=sent["reason"],
            by=visit.viewer.officer or "",
            at=visit.now,
        )
    except book.BadAccountChange as error:
        return _accounts(request, fault=error.message, status=422)
    messages.success(request, "done")
    return redirect("/accounts/")


propose = part(Part.ACCOUNTS)(require_POST(propose))


def decide(request: HttpRequest) -> HttpResponse:
    """Confirm or reject what the other administrator proposed; the one-time word is shown once, to who confirms."""
    visit = visit_of(request)
    number, does = request.POST.get("number", ""), request.POST.get("does", "")
    if not (number.isascii() and number.isdecimal() and len(number) <= 9) or does not in ("confirm", "reject"):
        return _accounts(request, fault=Text(zh="没有这一事项", en="there is no such proposal"), status=422)
    try:
        change = book.decide_on(
            agency.office(), int(number), confirm=does == "confirm", by=visit.viewer.officer or "", at=visit.now
        )
    except book.BadAccountChange as error:
        return _accounts(request, fault=error.message, status=422)
    if does == "confirm":
        word = _carried_out(change)
        if word is not None:
            return _accounts(request, handed=(change.account, word))
    messages.success(request, "done")
    return redirect("/accounts/")


decide = part(Part.ACCOUNTS)(require_POST(decide))


def _carried_out(change: book.Proposal) -> str | None:
    """Make the table of accounts follow the log; return the one-time word with which a password is set, None if none is needed."""
    account, _ = Account.objects.get_or_create(username=change.account)
    if change.act in ("bind", "reset_second_factor", "unbind"):
        TOTPDevice.objects.filter(user=account).delete()
    if change.act == "reset_second_factor":
        return None
    word = "-".join("".join(secrets.choice(_LETTERS) for _ in range(_EACH)) for _ in range(_GROUPS))
    account.set_unusable_password()  # ends its sessions, too
    account.first_token = sha256(word.encode()).hexdigest() if change.act != "unbind" else ""
    account.save()
    return word if change.act != "unbind" else None


def release(request: HttpRequest) -> HttpResponse:
    """Let an account sign in again after too many wrong passwords."""
    visit, name = visit_of(request), request.POST.get("account", "").strip()
    if not AccessAttempt.objects.filter(username=name[:300]).exists():
        return _accounts(request, fault=Text(zh="这个账号没有锁定", en="the account is not locked"), status=422)
    try:
        book.note_release(agency.office(), name, by=visit.viewer.officer or "", at=visit.now)
    except book.BadAccountChange as error:
        return _accounts(request, fault=error.message, status=422)
    reset(username=name)
    messages.success(request, "done")
    return redirect("/accounts/")


release = part(Part.ACCOUNTS)(require_POST(release))
