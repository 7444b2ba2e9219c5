"""A power's map as a file: for everybody the version in force, for the legal office any version, also beside an older one."""

from __future__ import annotations

from functools import lru_cache

from django.http import HttpRequest, HttpResponse

from qingfeng.casework.desk import catalogue
from qingfeng.casework.desk.access import Part
from qingfeng.casework.desk.public import version_now
from qingfeng.catalogue.power import PowerVersion
from qingfeng.terms.instants import local_day

from .. import agency, errors
from ..gate import part, public
from ..visit import visit_of
from .papers import download

SHOWN = ("svg", "pdf")
"""Forms that a browser shows; the others are saved."""
REMEMBERED = 128
"""Files kept in a process: some ten kilobytes each, a hundred for a picture; a county agency has twenty powers."""


@public
def published(request: HttpRequest, power: str, form: str) -> HttpResponse:
    """The map in force, as a file."""
    office = agency.office()
    with office.store.read() as tx:
        version = version_now(office, office.registry(tx), power, local_day(visit_of(request).now))
    return _file(request, version, None, form)


@part(Part.CATALOGUE)
def any_version(request: HttpRequest, power: str, form: str) -> HttpResponse:
    """A version of the map as a file (?version=), beside an older one if that is asked for (?from=)."""
    office = agency.office()
    with office.store.read() as tx:
        registry = office.registry(tx)
        newest = catalogue.latest(registry, power)
        version, _ = office.version(registry, power, request.GET.get("version") or newest)
        first = request.GET.get("from")
        older = office.version(registry, power, first)[0] if first else None
    return _file(request, version, older, form)


def _file(request: HttpRequest, version: PowerVersion, older: PowerVersion | None, form: str) -> HttpResponse:
    from qingfeng.drawing.formats import FORMATS
    from qingfeng.drawing.typeset import CannotDraw

    site = request.build_absolute_uri("/").rstrip("/")
    try:
        content = _made(version, older, form, site)
    except CannotDraw as error:
        return errors.page(request, 503, error.message)
    name = f"防控图-{version.title.zh}-{version.version}.{form}"
    return download(content, name, FORMATS[form].content_type, attached=form not in SHOWN)


@lru_cache(maxsize=REMEMBERED)
def _made(version: PowerVersion, older: PowerVersion | None, form: str, site: str) -> bytes:
    """Make a file; versions are equal only to themselves, and `Office` keeps them while they stand."""
    from qingfeng.drawing.formats import FORMATS
    from qingfeng.drawing.sheet import sheet_of
    from qingfeng.drawing.versions import compared

    one, links = FORMATS[form], (("公开页", f"{site}/powers/{version.power}/"), ("存证日志", f"{site}/log/"))
    sheet = sheet_of(version, turns=one.turns, verbatim=one.verbatim, links=links)
    if older is not None:
        sheet = compared(sheet_of(older, turns=one.turns, verbatim=one.verbatim), sheet)
    return one.make(sheet, one.paper or "")[0]
