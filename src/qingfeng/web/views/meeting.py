"""Deliberation and hearing of a case: the pages; what is done there goes through the acts of the power."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from qingfeng.casework.desk.access import Part
from qingfeng.casework.desk.meeting import hearing_page, meeting_page
from qingfeng.casework.office import load_case

from .. import agency
from ..gate import part
from ..visit import visit_of
from ..whole import barred, tabs


@part(Part.WORK)
def meeting(request: HttpRequest, case: str) -> HttpResponse:
    """The deliberations of a case."""
    stop = barred(request, case)
    if stop is not None:
        return stop
    visit, office = visit_of(request), agency.office()
    with office.store.read() as tx:
        registry = office.registry(tx)
        loaded, controls = load_case(office, tx, registry, case)
        page = meeting_page(loaded, controls, registry.people, visit.viewer, now=visit.now)
        head = tabs(tx, loaded, controls, "meeting")
    return render(request, "meeting.html", {**head, "page": page})


@part(Part.WORK)
def hearing(request: HttpRequest, case: str) -> HttpResponse:
    """The hearing of a case."""
    stop = barred(request, case)
    if stop is not None:
        return stop
    visit, office = visit_of(request), agency.office()
    with office.store.read() as tx:
        registry = office.registry(tx)
        loaded, controls = load_case(office, tx, registry, case)
        page = hearing_page(loaded, controls, registry.people, visit.viewer, now=visit.now)
        head = tabs(tx, loaded, controls, "hearing")
    return render(request, "hearing.html", {**head, "page": page})
