"""Clients of the API and hooks: one administrator proposes, another confirms, one of them ends; deliveries that failed are sent again."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from weakref import WeakKeyDictionary

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from qingfeng import wiring
from qingfeng.casework import clients, outbox
from qingfeng.casework.desk.access import Part, Role
from qingfeng.casework.desk.origin import titles_apart
from qingfeng.casework.office import Office
from qingfeng.casework.outbox import Progress
from qingfeng.casework.ports import ReadTx
from qingfeng.casework.twofold import BadChange, Change
from qingfeng.terms.instants import local_day
from qingfeng.terms.people import People
from qingfeng.terms.text import Text

from .. import agency
from ..gate import part, public
from ..visit import visit_of

MOST_DEAD, NAMES_OFFERED, SOON = 50, 500, 14
"""Undelivered news shown of one hook; officers offered; days before its end from which a token is marked."""
KINDS: Mapping[str, Text] = {
    "act": Text(zh="办理动作", en="Acts"),
    "mark": Text(zh="期限提示", en="Marks of limits"),
    "finding": Text(zh="程序性发现", en="Procedural findings"),
    "delivery_dead": Text(zh="未送达的通知", en="News given up"),
}
_LOCK = threading.Lock()
_KNOWN: WeakKeyDictionary[Office, dict[str, Progress]] = WeakKeyDictionary()


def _waiting(people: People, changes: Mapping[int, Change], officer: str | None) -> list[tuple[Change, str, str, bool]]:
    """Return (change, bound officer, who proposed, whether the visitor may confirm)."""
    return [(one, people.name(bound) if (bound := str(one.data.get("officer") or "")) else "", people.name(one.by),
             officer not in (one.by, bound)) for one in changes.values()]  # fmt: skip


def _common(request: HttpRequest, fault: Text | None) -> dict[str, Any]:
    roles = visit_of(request).viewer.roles
    return {"fault": fault, "given": request.POST, "proposes": Role.SYSTEM_ADMIN in roles, "confirms": Role.SECURITY_ADMIN in roles}


def _changed(request: HttpRequest, page: Callable[..., HttpResponse], work: Callable[[], object], path: str) -> HttpResponse:
    """Do a change and go back to the page, or show there why it was not done."""
    try:
        work()
    except BadChange as error:
        return page(request, fault=error.message, status=422)
    messages.success(request, "done")
    return redirect(path)


def _number(request: HttpRequest, name: str = "number") -> int:
    """Return a number as sent; 0, which nothing has, for anything else."""
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else 0


def _text(request: HttpRequest, name: str) -> str:
    return request.POST.get(name, "").strip()[:2_000]


@part(Part.ACCOUNTS)
def all_clients(request: HttpRequest) -> HttpResponse:
    """The clients of the API, and what waits to be confirmed."""
    return _clients(request)


def _clients(request: HttpRequest, *, fault: Text | None = None, status: int = 200) -> HttpResponse:
    visit, office = visit_of(request), agency.office()
    today = local_day(visit.now)
    with office.store.read() as tx:
        people, known = office.registry(tx).people, clients.standing(tx)
        lines = [(one, people.name(one.officer) if one.officer else "", clients.last_use(tx, one.name), (one.until - today).days,
                  one.officer is None or people.in_service(one.officer, today)) for one in known.let_in.values()]  # fmt: skip
    offered = [(one, name) for one, name in people.names.items() if people.in_service(one, today)][:NAMES_OFFERED]
    context = {**_common(request, fault), "lines": lines, "waiting": _waiting(people, known.waiting, visit.viewer.officer), "soon": SOON,
               "offered": offered, "latest": today + clients.LONGEST, "default": clients.PER_MINUTE,
               "most": clients.MOST_PER_MINUTE}  # fmt: skip
    return render(request, "admin_pages/clients.html", context, status=status)


def propose_client(request: HttpRequest) -> HttpResponse:
    """Propose to let a client in."""
    visit = visit_of(request)

    def work() -> None:
        try:
            until = date.fromisoformat(_text(request, "until"))
        except ValueError:
            raise BadChange("请写明有效期止（日期）", "say until which day it holds") from None
        clients.let_in(
            agency.office(), _text(request, "name"), officer=_text(request, "officer") or None, digest=_text(request, "digest"),
            until=until, per_minute=_number(request, "per_minute"), reason=_text(request, "reason"), by=visit.viewer.officer or "",
            at=visit.now)  # fmt: skip

    return _changed(request, _clients, work, "/clients/")


def decide_client(request: HttpRequest) -> HttpResponse:
    """Confirm or reject a client."""
    visit, does = visit_of(request), request.POST.get("does") == "confirm"
    return _changed(request, _clients, lambda: clients.decide_on(
        agency.office(), _number(request), confirm=does, by=visit.viewer.officer or "", at=visit.now), "/clients/")  # fmt: skip


def end_client(request: HttpRequest) -> HttpResponse:
    """End a client at once."""
    visit = visit_of(request)
    return _changed(request, _clients, lambda: clients.end(
        agency.office(), _text(request, "name"), reason=_text(request, "reason"), by=visit.viewer.officer or "", at=visit.now),
        "/clients/")  # fmt: skip


propose_client, decide_client, end_client = (
    part(Part.ACCOUNTS)(require_POST(view)) for view in (propose_client, decide_client, end_client)
)


@public
def token(request: HttpRequest) -> HttpResponse:
    """Make a token for whoever runs a program: shown once, kept nowhere; its digest goes to the administrators."""
    made = clients.PREFIX + secrets.token_urlsafe(32) if request.method == "POST" else None
    digest = clients.digest_of(made) if made is not None else None
    response = render(request, "api_token.html", {"made": made, "digest": digest, "public_page": True})
    response.headers["Cache-Control"] = "no-store"
    return response


@part(Part.ACCOUNTS)
def all_hooks(request: HttpRequest) -> HttpResponse:
    """The hooks with the state of their deliveries, and what waits to be confirmed."""
    return _hooks(request)


def _hooks(request: HttpRequest, *, fault: Text | None = None, handed: tuple[str, str] | None = None, status: int = 200) -> HttpResponse:
    visit, office = visit_of(request), agency.office()
    with office.store.read() as tx:
        registry = office.registry(tx)
        people, known = registry.people, outbox.hooks(tx)
        lines = [(one, told := _progress(office, tx, one.name), list(told.dead.values())[:MOST_DEAD]) for one in known.let_in.values()]
    context = {**_common(request, fault), "lines": lines, "waiting": _waiting(people, known.waiting, visit.viewer.officer), "kinds": KINDS,
               "asked": request.POST.getlist("kinds"), "chosen": request.POST.getlist("powers"),
               "powers": list(titles_apart(registry, registry.powers()).items()),
               "handed": handed, "tries": outbox.TRIES}  # fmt: skip
    response = render(request, "admin_pages/hooks.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _progress(office: Office, tx: ReadTx, name: str) -> Progress:
    """Return how far a hook has come; only what is new is read."""
    with _LOCK:
        kept = _KNOWN.setdefault(office, {})
        kept[name] = outbox.progress(tx, name, kept.get(name))
        return kept[name]


def propose_hook(request: HttpRequest) -> HttpResponse:
    """Propose a hook."""
    visit = visit_of(request)
    kinds, powers = ([one[:200] for one in request.POST.getlist(name)[:50]] for name in ("kinds", "powers"))
    return _changed(request, _hooks, lambda: outbox.let_in(
        agency.office(), _text(request, "name"), _text(request, "url"), kinds=kinds, powers=powers, reason=_text(request, "reason"),
        by=visit.viewer.officer or "", at=visit.now), "/hooks/")  # fmt: skip


def decide_hook(request: HttpRequest) -> HttpResponse:
    """Confirm or reject a hook; the secret with which the receiver checks signatures is shown once, to who confirms."""
    visit, does = visit_of(request), request.POST.get("does") == "confirm"
    try:
        change = outbox.decide_on(agency.office(), _number(request), confirm=does, by=visit.viewer.officer or "", at=visit.now)
    except BadChange as error:
        return _hooks(request, fault=error.message, status=422)
    if does:
        name = str(change.data["name"])
        key, by = wiring.installation_key(settings.HOME), visit.viewer.officer or ""
        return _hooks(request, handed=(name, outbox.hand_secret(agency.office(), key, name, by=by, at=visit.now)))
    messages.success(request, "done")
    return redirect("/hooks/")


def end_hook(request: HttpRequest) -> HttpResponse:
    """End a hook at once."""
    visit = visit_of(request)
    return _changed(request, _hooks, lambda: outbox.end(
        agency.office(), _text(request, "name"), reason=_text(request, "reason"), by=visit.viewer.officer or "", at=visit.now),
        "/hooks/")  # fmt: skip


def again(request: HttpRequest) -> HttpResponse:
    """Have news that was given up sent once more, in the worker's next round."""
    visit, name = visit_of(request), _text(request, "name")

    def work() -> None:
        with agency.office().store.read() as tx:
            if name not in outbox.hooks(tx).let_in:
                raise BadChange("没有这个通知订阅", "there is no such hook")
        outbox.send_again(agency.office(), name, _number(request, "position"), by=visit.viewer.officer or "", at=visit.now)

    return _changed(request, _hooks, work, "/hooks/")


propose_hook, decide_hook, end_hook, again = (
    part(Part.ACCOUNTS)(require_POST(view)) for view in (propose_hook, decide_hook, end_hook, again)
)
