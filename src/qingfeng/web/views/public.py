"""What everybody may see, without an account."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from .. import agency
from ..gate import public
from ..visit import viewer_in
from .sign_in import home_of
from .work import titles_of


@public
def home(request: HttpRequest) -> HttpResponse:
    """The first page: of the public, or where an officer's work begins."""
    if viewer_in(request).officer is not None and "public" not in request.GET:
        return redirect(home_of(request))
    office = agency.office()
    with office.store.read() as tx:
        registry = office.registry(tx)
        powers = [(power, titles_of(registry.versions, power)) for power in registry.powers()]
    return render(request, "home.html", {"powers": powers})
