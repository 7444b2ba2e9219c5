"""The store rooms: evidence and seized goods across cases; what is done there goes through the acts of each power."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from qingfeng.casework.desk.access import Part
from qingfeng.casework.desk.books import Asked
from qingfeng.casework.desk.money import money_page
from qingfeng.casework.desk.origin import titles_apart
from qingfeng.casework.desk.stores import store_page
from qingfeng.terms.text import hazards

from .. import agency
from ..gate import part
from ..visit import visit_of


def _asked(request: HttpRequest, powers: Sequence[str]) -> Asked:
    """Return what the address asks for; what makes no sense is as if it were not there."""
    power = request.GET.get("power") if request.GET.get("power") in powers else None
    before = request.GET.get("before", "")[:200]
    fits = power is not None and before.startswith(f"{power}/") and not hazards(before)
    q = "".join(char for char in request.GET.get("q", "").strip()[:200] if not hazards(char))
    return Asked(power=power, q=q, before=before if fits else None, all_=bool(request.GET.get("all")))


@part(Part.WORK)
def stores(request: HttpRequest) -> HttpResponse:
    """A store room: ?room=goods or evidence; ?all=1 with what has gone out; ?q= case, party, number; ?power=…&before= older cases."""
    visit, office = visit_of(request), agency.office()
    room = "evidence" if request.GET.get("room") == "evidence" else "goods"
    with office.store.read() as tx:
        registry = office.registry(tx)
        asked = _asked(request, registry.powers())
        page = store_page(office, tx, visit.viewer, room=room, asked=asked, now=visit.now)
        titles = list(titles_apart(registry, registry.powers()).items())
    context = {"page": page, "room": room, "asked": asked, "power": asked.power, "powers": titles, "all": asked.all_}
    return render(request, "stores.html", context)


@part(Part.WORK)
def money(request: HttpRequest) -> HttpResponse:
    """The money of all cases: what was decided, received, lies at the bank, went to the treasury; the books of receipts."""
    visit, office = visit_of(request), agency.office()
    with office.store.read() as tx:
        registry = office.registry(tx)
        asked = _asked(request, registry.powers())
        page = money_page(office, tx, visit.viewer, asked=asked, now=visit.now)
        titles = list(titles_apart(registry, registry.powers()).items())
    context = {"page": page, "asked": asked, "power": asked.power, "powers": titles, "all": asked.all_}
    return render(request, "money.html", context)
