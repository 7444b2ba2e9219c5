"""Around every page: headers that keep the browser strict, who visits, in which language, and errors as pages."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, RawPostDataException

from qingfeng.casework.desk.access import PUBLIC, viewer_of
from qingfeng.casework.office import UnknownThing
from qingfeng.casework.ports import StoreError
from qingfeng.terms.calendar import CalendarMissing
from qingfeng.terms.instants import local_day

from . import agency, errors
from .looking import one_look
from .place import mark
from .signin import must_go_first
from .threshold import turned_back, without_body
from .uploads import MAX_REQUEST, TOO_LARGE
from .visit import Visited, lang_of

Next = Callable[[HttpRequest], HttpResponse]
_FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'; worker-src 'self'"
)


class Headers:
    """Sets what the browser must hold to."""

    def __init__(self, get_response: Next) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the headers; what says that it is too large is refused before anything of it is read."""
        length = str(request.META.get("CONTENT_LENGTH") or "0")
        large = length.isascii() and length.isdecimal() and int(length[:20]) > MAX_REQUEST
        response = errors.too_large(request) if large else turned_back(request) or self._next(request)
        if request.method == "HEAD":
            without_body(response)
        response.headers.setdefault("Content-Security-Policy", CSP)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("X-Frame-Options", "DENY")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", "camera=(self), geolocation=(self), microphone=()")
        if settings.SECURE_HSTS_SECONDS and request.is_secure():
            response.headers.setdefault("Strict-Transport-Security", f"max-age={settings.SECURE_HSTS_SECONDS}")
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response


class Visit:
    """Tells every view who visits; turns what went wrong into a page in the visitor's language."""

    def __init__(self, get_response: Next) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        visit = Visited(viewer=PUBLIC, lang=lang_of(request), now=agency.now())
        request.visit = visit  # type: ignore[attr-defined]
        try:
            if request.method in ("GET", "HEAD"):
                with one_look():
                    return self._visited(request, visit)
            return self._visited(request, visit)  # what is sent may take its time to come, and then acts
        except StoreError as error:
            return errors.page(request, 503, error.message)

    def _visited(self, request: HttpRequest, visit: Visited) -> HttpResponse:
        """Find out who visits, and answer.  Raises StoreError."""
        if request.user.is_authenticated:
            office = agency.office()
            with office.store.read() as tx:
                registry = office.registry(tx)
                people, visit.about = registry.people, registry.agency
                officer = agency.bindings(tx).officer_of(request.user.get_username())
            visit.viewer = viewer_of(people, officer, local_day(visit.now))
            first = must_go_first(request)
            if first is not None:
                return first
        answer = self._next(request)
        if visit.viewer.officer is not None:
            mark(request, answer)
        return errors.not_this_way(request, answer) if isinstance(answer, HttpResponseNotAllowed) else answer

    def process_view(self, request: HttpRequest, *_: object) -> HttpResponse | None:
        """Refuse a form with a file that was cut off: what stood behind it in the form is lost with it.  Of others, a line ends as a line
        ends: browsers send two characters for it, and one of them is a control character to whoever reads the words."""
        if request.method != "POST" or request.content_type not in _FORMS:
            return None
        sent = request.POST
        if request.content_type == _FORMS[0] and request.META.get(TOO_LARGE):
            return errors.too_large(request)
        if any("\r\n" in one for _, told in sent.lists() for one in told):
            plain = sent.copy()
            for name, told in sent.lists():
                plain.setlist(name, [one.replace("\r\n", "\n") for one in told])
            plain._mutable = False
            request.POST = plain  # type: ignore[assignment]
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Say in words what can be said; anything else is a fault of ours and becomes the page for that."""
        if isinstance(error, UnknownThing):
            return errors.page(request, 404, error.message)
        if isinstance(error, StoreError):
            return errors.page(request, 503, error.message)
        if isinstance(error, RawPostDataException):  # a form, where something else than a form is taken
            return errors.bad_request(request)
        if isinstance(error, CalendarMissing):
            return errors.page(request, 503, error.text)
        return None
