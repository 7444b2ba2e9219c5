"""Addresses of the API: the operations below /api/v1/, and a page that lists them without anything from elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, URLResolver, path, re_path, register_converter

from qingfeng.terms.text import Text

from .gate import public
from .views.connections import token


class _Case:
    """The number of a case in an address."""

    regex = "[a-z0-9_]{1,60}/[a-z0-9_]{1,60}/[0-9]{4}/[0-9]{5,9}"

    def to_python(self, value: str) -> str:
        """Return it."""
        return value

    def to_url(self, value: str) -> str:
        """Return it."""
        return value


class _Power(_Case):
    """The id of a power in an address."""

    regex = "[a-z0-9_]{1,60}/[a-z0-9_]{1,60}"


class _Name(_Case):
    """The id of an act in an address."""

    regex = "[a-z0-9_]{1,100}"


for _name, _converter in (("case", _Case), ("power", _Power), ("name", _Name)):
    register_converter(_converter, _name)

from . import api_acts  # noqa: E402 -- the converters must be known first
from .api import api  # noqa: E402

assert api_acts.check is not None, "its operations are told to the API when it is imported"


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation as the page shows it."""

    method: str
    path: str
    name: Text
    takes: tuple[str, ...]
    answers: tuple[str, ...]


def operations() -> list[Operation]:
    """Return every operation of the API, from its OpenAPI description."""
    told = []
    document: Any = api.get_openapi_schema()
    for address, methods in document["paths"].items():
        for method, one in methods.items():
            zh, _, en = one["summary"].partition(" / ")
            takes = tuple(f"{p['name']}{'' if p.get('required') else '?'}" for p in one.get("parameters", ()) if p["in"] != "path")
            body = ("data, at?, post?, reason?, seen?",) if one.get("requestBody") else ()
            told.append(Operation(method.upper(), address, Text(zh=zh, en=en or zh), takes + body, tuple(map(str, one["responses"]))))
    return told


@public
def docs(request: HttpRequest) -> HttpResponse:
    """The page that lists the operations."""
    return render(request, "api.html", {"operations": operations(), "public_page": True})


urlpatterns: list[URLPattern | URLResolver] = [
    re_path(r"^api/$", docs),
    re_path(r"^api/token/$", token),
    path("api/v1/", api.urls),
]
