"""Deliberation and hearing of a case: the pages; what is done there goes through the acts of the power."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from qingfeng.casework.desk.access import Part
from qingfeng.casework.desk.hearing import HearingPage, hearing_page
from qingfeng.casework.desk.meeting import MeetingPage, meeting_page
from qingfeng.casework.office import load_case

from .. import agency
from ..gate import part
from ..visit import visit_of
from ..whole import barred, tabs


@part(Part.WORK)
def meeting(request: HttpRequest, case: str) -> HttpResponse:
    """The deliberations of a case."""
    return _shown(request, case, "meeting", lambda *given, now, calendar: meeting_page(*given, now=now))


@part(Part.WORK)
def hearing(request: HttpRequest, case: str) -> HttpResponse:
    """The hearing of a case."""
    return _shown(request, case, "hearing", hearing_page)


def _shown(request: HttpRequest, case: str, tab: str, made: Callable[..., MeetingPage | HearingPage]) -> HttpResponse:
    """The page of one tab of a case, for who may read its file."""
    stop = barred(request, case)
    if stop is not None:
        return stop
    visit, office = visit_of(request), agency.office()
    with office.store.read() as tx:
        registry = office.registry(tx)
        loaded, controls = load_case(office, tx, registry, case)
        page = made(loaded, controls, registry.people, visit.viewer, now=visit.now, calendar=registry.calendar)
        head = tabs(tx, loaded, controls, tab)
    return render(request, f"{tab}.html", {**head, "page": page})
