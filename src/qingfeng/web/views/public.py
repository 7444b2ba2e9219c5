"""What everybody may see, without an account: the first page, the powers with their diagrams, what has been published, help."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from qingfeng.casework.desk import public as desk
from qingfeng.casework.desk.published import day_of, published
from qingfeng.casework.office import UnknownThing
from qingfeng.terms.instants import local_day

from .. import agency
from ..gate import public
from ..visit import viewer_in, visit_of
from .sign_in import home_of


def shown(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """Show a public page: the same to people inside and outside."""
    return render(request, f"public/{template}", {**context, "public_page": True}, status=status)


@public
def home(request: HttpRequest) -> HttpResponse:
    """The first page: of the public, or where an officer's work begins."""
    if viewer_in(request).officer is not None and "public" not in request.GET:
        return redirect(home_of(request))
    office = agency.office()
    with office.store.read() as tx:
        registry = office.registry(tx)
        powers = desk.power_lines(office, registry, local_day(visit_of(request).now))
        own = [one for one in powers if not registry.supervises(one.id)]
    return shown(request, "home.html", {"powers": own, "many": len(powers), "agency": registry.agency})


@public
def powers(request: HttpRequest) -> HttpResponse:
    """The list of powers."""
    office = agency.office()
    with office.store.read() as tx:
        registry = office.registry(tx)
        lines = desk.power_lines(office, registry, local_day(visit_of(request).now))
        inner = [one for one in lines if registry.supervises(one.id)]
    told = {"powers": [*(one for one in lines if one not in inner), *inner], "first_inner": inner[0].id if inner else None}
    return shown(request, "powers.html", told)


@public
def power(request: HttpRequest, power: str) -> HttpResponse:
    """One power: its course with risks and measures, law, conditions, papers, limits, phones."""
    office = agency.office()
    with office.store.read() as tx:
        registry = office.registry(tx)
        page = desk.power_page(office, registry, power, local_day(visit_of(request).now))
    return shown(request, "power.html", {"page": page, "agency": registry.agency})


@public
def publications(request: HttpRequest) -> HttpResponse:
    """Decisions and inspection results that have been published and still stand."""
    visit, office = visit_of(request), agency.office()
    wanted = request.GET.get("power") or None
    before = day_of(request.GET.get("before", "")[:10], visit.now)
    with office.store.read() as tx:
        registry = office.registry(tx)
        if wanted is not None and wanted not in registry.powers():
            raise UnknownThing("没有这项职权", "there is no such power")
        page = published(office, tx, power=wanted, before=before, today=local_day(visit.now))
        lines = desk.power_lines(office, registry, local_day(visit.now))
    later = before < local_day(visit.now)
    return shown(request, "published.html", {"page": page, "powers": lines, "power": wanted, "before": before, "later": later})


@public
def help_page(request: HttpRequest) -> HttpResponse:
    """Help: how to use the site, larger type, keyboard, where else to turn."""
    office = agency.office()
    with office.store.read() as tx:
        about = office.registry(tx).agency
    return shown(request, "help.html", {"agency": about})
