"""Turning an application away at the door, and discipline's look at that."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from qingfeng.casework import applications, turned
from qingfeng.casework.desk.access import Part
from qingfeng.terms.text import Text

from .. import agency, errors
from ..gate import part
from ..visit import visit_of
from .apply import application_page, read_for, written

NOT_YOURS = Text(zh="不予收件只由办理这项职权收件的岗位作出", en="only the post that registers applications turns one away")


def turn_away(request: HttpRequest, number: str) -> HttpResponse:
    """Turn an application away, with a reason."""
    visit, office = visit_of(request), agency.office()
    with office.store.read() as tx:
        found = read_for(request, tx, number)
        if isinstance(found, HttpResponse):
            return found
        if not applications.registers(office.registry(tx), found[1], visit.viewer.officer, visit.now):
            return errors.page(request, 403, NOT_YOURS)
    try:
        turned.turn_away(office, number, ground=request.POST.get("ground", ""), reason=written(request, "why", turned.MOST_REASON),
                         by=visit.viewer.officer or "", at=visit.now)  # fmt: skip
    except applications.BadApplication as error:
        return application_page(request, number, error.message)
    return redirect("/applications/")


turn_away = part(Part.WORK)(require_POST(turn_away))


def review(request: HttpRequest, number: str) -> HttpResponse:
    """Keep a turning away, or put the application back to be registered."""
    visit = visit_of(request)
    try:
        turned.review(agency.office(), number, keep=request.POST.get("does") == "keep", by=visit.viewer.officer or "", at=visit.now,
                      reason=written(request, "why", turned.MOST_REASON))  # fmt: skip
    except applications.BadApplication as error:
        return application_page(request, number, error.message)
    return redirect("/complaints/")


review = part(Part.SUPERVISION)(require_POST(review))
