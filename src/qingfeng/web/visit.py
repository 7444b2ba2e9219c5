"""Who visits a page, in which language, at what time; and the way views ask for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.http import HttpRequest

from qingfeng.casework.desk.access import Viewer

LANG_COOKIE, SIZE_COOKIE = "lang", "size"


@dataclass(slots=True)
class Visited:
    """One visit."""

    viewer: Viewer
    lang: str
    now: datetime
    about: Mapping[str, Any] | None = None  # what the agency says of itself, once it was read


def visit_of(request: HttpRequest) -> Visited:
    """Return the visit of a request."""
    return cast("Visited", request.visit)  # type: ignore[attr-defined]


def viewer_in(request: HttpRequest) -> Viewer:
    """Return who visits."""
    return visit_of(request).viewer


def lang_of(request: HttpRequest) -> str:
    """Return the language: chosen, else what the browser asks for first if that is English, else Chinese."""
    kept = request.COOKIES.get(LANG_COOKIE)
    if kept in ("zh", "en"):
        return kept
    return "zh"


def is_fragment(request: HttpRequest) -> bool:
    """True if htmx asks for a part of a page."""
    return request.headers.get("HX-Request") == "true"
