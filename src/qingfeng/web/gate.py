"""Who may come to a page: the decorators that every view wears, and what follows when somebody may not."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from qingfeng.casework.desk.access import Denied, Part, may_enter, note_denial

from . import agency, errors
from .visit import viewer_in, visit_of

View = Callable[..., HttpResponse]


def part(which: Part) -> Callable[[View], View]:
    """Let in whoever may enter the part; send the others to sign in, or say why not and lay it down."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            viewer = viewer_in(request)
            if viewer.officer is None:
                return sign_in_first(request)
            barred = may_enter(viewer, which)
            return view(request, *args, **kwargs) if barred is None else denied(request, barred, f"{which} {request.path}")

        guarded.part = which  # type: ignore[attr-defined]
        return guarded

    return guard


def public(view: View) -> View:
    """Mark a page that everybody may see."""
    view.part = None  # type: ignore[attr-defined]
    return view


def denied(request: HttpRequest, barred: Denied, what: str) -> HttpResponse:
    """Say why not, and lay it down."""
    note_denial(agency.office(), viewer_in(request), what, at=visit_of(request).now)
    return errors.page(request, 403, barred.reason, barred.remedy)


def sign_in_first(request: HttpRequest) -> HttpResponse:
    """Send a visitor to sign in; what he had written in a form is carried along and shown to him again afterwards."""
    if request.method == "POST":
        from .views.sign_in import carry

        return carry(request)
    return redirect(f"/sign-in/?next={quote(request.get_full_path())}")
