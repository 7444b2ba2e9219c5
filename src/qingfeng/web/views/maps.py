"""A power's map as a file: for everybody the version in force, for the legal office any version, also beside an older one; and the
living map, which says how many findings are open at each step, for those who may know of them."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe

from qingfeng.casework.desk import catalogue
from qingfeng.casework.desk.access import Part, may_enter
from qingfeng.casework.desk.public import version_now
from qingfeng.casework.desk.watch import Look, look
from qingfeng.casework.findings import risks_of
from qingfeng.casework.office import UnknownThing
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


@part(Part.LEADERSHIP)
def live(request: HttpRequest, power: str, form: str = "") -> HttpResponse:
    """The map in force with the findings that are open at each step, as far as the viewer may know of them: a page, or a file of a form."""
    from qingfeng.drawing.formats import FORMATS
    from qingfeng.drawing.sheet import sheet_of, with_findings
    from qingfeng.drawing.typeset import CannotDraw

    visit, office = visit_of(request), agency.office()
    with office.store.read() as tx:
        seen = look(office, tx, visit.viewer, now=visit.now)
    if power not in seen.versions:
        raise UnknownThing("没有这项职权，或者还没有施行", "there is no such power, or it is not in force yet")
    version, steps = seen.versions[power], open_at(seen, power)
    one = FORMATS[form or "svg"]
    sheet = with_findings(sheet_of(version, turns=one.turns, verbatim=one.verbatim), steps, seen.today)
    try:
        content = one.make(sheet, one.paper or "")[0]
    except CannotDraw as error:
        return errors.page(request, 503, error.message)
    if form:
        return download(content, f"防控图-{version.title.zh}-发现-{seen.today}.{form}", one.content_type, attached=form not in SHOWN)
    rows = [(step, steps[step.id]) for step in version.steps]
    context = {"power": power, "version": version, "drawn": inline(content), "rows": rows, "today": seen.today,
               "discipline": may_enter(visit.viewer, Part.SUPERVISION) is None}  # fmt: skip
    return render(request, "supervision/live.html", context)


def open_at(seen: Look, power: str) -> Counter[str]:
    """Return step -> how many open findings touch one of its risks; a finding counts at every step that it concerns."""
    steps: Counter[str] = Counter()
    for one in seen.findings:
        if one.open and one.finding.power == power:
            steps.update({step for step, *_ in risks_of(seen.versions[power], one.finding.found.rule)})
    return steps


def inline(svg: bytes) -> SafeString:
    """Return a drawing of ours to stand in a page; every text in it was escaped when it was drawn."""
    return mark_safe(svg.decode())


def compared_drawing(older: PowerVersion, version: PowerVersion) -> SafeString:
    """Return two versions on one drawing, to stand in a page."""
    return inline(_made(version, older, "svg", ""))


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

    one, links = FORMATS[form], (("公开页", f"{site}/powers/{version.power}/"), ("存证日志", f"{site}/log/")) if site else ()
    sheet = sheet_of(version, turns=one.turns, verbatim=one.verbatim, links=links)
    if older is not None:
        sheet = compared(sheet_of(older, turns=one.turns, verbatim=one.verbatim), sheet)
    return one.make(sheet, one.paper or "")[0]
