"""The store rooms: evidence and seized goods across cases; what is done there goes through the acts of each power."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from qingfeng.casework.desk.access import Part
from qingfeng.casework.desk.money import money_page
from qingfeng.casework.desk.stores import store_page

from .. import agency
from ..gate import part
from ..visit import visit_of
from .work import titles_of


@part(Part.WORK)
def stores(request: HttpRequest) -> HttpResponse:
    """A store room: ?room=goods or evidence; ?all=1 with what has gone out."""
    visit, office = visit_of(request), agency.office()
    room = "evidence" if request.GET.get("room") == "evidence" else "goods"
    with office.store.read() as tx:
        registry = office.registry(tx)
        powers = registry.powers()
        power = request.GET.get("power") if request.GET.get("power") in powers else None
        page = store_page(
            office, tx, visit.viewer, room=room, power=power, all_=bool(request.GET.get("all")), now=visit.now
        )
        titles = [(one, titles_of(registry.versions, one)) for one in powers]
    return render(
        request,
        "stores.html",
        {"page": page, "room": room, "power": power, "powers": titles, "all": bool(request.GET.get("all"))},
    )


@part(Part.WORK)
def money(request: HttpRequest) -> HttpResponse:
    """The money of all cases: what was decided, received, lies at the bank, went to the treasury; the books of receipts."""
    visit, office = visit_of(request), agency.office()
    with office.store.read() as tx:
        registry = office.registry(tx)
        powers = registry.powers()
        power = request.GET.get("power") if request.GET.get("power") in powers else None
        page = money_page(office, tx, visit.viewer, power=power, all_=bool(request.GET.get("all")), now=visit.now)
        titles = [(one, titles_of(registry.versions, one)) for one in powers]
    return render(
        request, "money.html", {"page": page, "power": power, "powers": titles, "all": bool(request.GET.get("all"))}
    )
