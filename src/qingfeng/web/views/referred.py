"""Summaries of tips that were passed on: an inspector passes them on, each holder opens his own marked copy."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from qingfeng.casework import referrals
from qingfeng.casework.desk.access import Part
from qingfeng.casework.tipkeys import BadTip

from .. import agency, errors
from ..gate import part
from ..visit import visit_of


@part(Part.SUPERVISION)
@require_POST
def refer(request: HttpRequest, mailbox: str) -> HttpResponse:
    """Pass a summary of a tip on."""
    visit, told = visit_of(request), request.POST
    try:
        referrals.refer(agency.office(), mailbox, told.get("text", ""), accused=told.getlist("accused"), officers=told.getlist("officer"),
                        bodies=told.get("bodies", "").splitlines(), by=visit.viewer.officer or "", at=visit.now)  # fmt: skip
    except BadTip as error:
        return errors.page(request, 422, error.message)
    messages.success(request, "done")
    return redirect("/referrals/")


@part(Part.WORK)
def mine(request: HttpRequest) -> HttpResponse:
    """Copies passed on to who looks, and those for bodies outside that he has to hand over."""
    visit, office = visit_of(request), agency.office()
    who = visit.viewer.officer or ""
    with office.store.read() as tx:
        known, people = referrals.copies(tx), office.registry(tx).people
    lines = [{"number": f"{one.number:010x}", "to": one.to, "day": one.day, "by": people.name(one.by), "opened": one.opened,
              "own": who == (one.officer or one.by)} for one in reversed(known) if who in (one.officer, one.by)]  # fmt: skip
    return render(request, "public/referrals.html", {"lines": lines})


@part(Part.WORK)
@require_POST
def one(request: HttpRequest, number: str) -> HttpResponse:
    """One copy, to its holder; that he opened it is laid down."""
    visit = visit_of(request)
    text = referrals.open_copy(agency.office(), int(number, 16), by=visit.viewer.officer or "", at=visit.now)
    if request.POST.get("as") == "file":
        response = HttpResponse(text, content_type="text/plain; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{number}.txt"'
        return response
    return render(request, "public/referral.html", {"text": text, "number": number})
