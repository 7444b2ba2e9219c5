"""Supervision: the overview, the board of findings, one finding from its discovery to its end, the register of accountability."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from qingfeng.casework import followup, handling, reports
from qingfeng.casework.desk import findingpage
from qingfeng.casework.desk.access import Part, sees_suspicion
from qingfeng.casework.desk.overview import PERIODS, heat_map, overview, span_of
from qingfeng.casework.desk.waiting import waiting_for
from qingfeng.casework.desk.watch import Look, flow, look, rated
from qingfeng.casework.findings import last_sweep, rules_known
from qingfeng.terms.text import Text

from .. import agency, errors, jobs
from ..gate import part
from ..visit import is_fragment, visit_of

MOST_NUMBER = 9
THIRTY = timedelta(days=29)


@part(Part.LEADERSHIP)
def show(request: HttpRequest) -> HttpResponse:
    """The overview."""
    visit, office = visit_of(request), agency.office()
    period = request.GET.get("period", "")
    period = period if period in PERIODS else "today"
    with office.store.read() as tx:
        seen = look(office, tx, visit.viewer, now=visit.now)
        if not seen.versions:
            return errors.page(
                request,
                404,
                Text(zh="本单位还没有施行的职权", en="no power is in force here yet"),
                Text(zh="请法制机构发布职权后再看。", en="Have the legal office publish one."),
            )
        power = request.GET.get("power", "")
        power = power if power in seen.versions else _hottest(seen)
        if is_fragment(request):
            shown = heat_map(seen, period=period, power=power, step=request.GET.get("step"))
            powers = [(one, seen.title(one)) for one in seen.versions]
            return render(request, "supervision/heat.html", {"page": shown, "powers": powers})
        span, today = span_of(period, seen.today), seen.today
        brought, month = flow(tx, span.first, span.last), flow(tx, today - THIRTY, today, marks_alone=True)
        page = overview(
            seen,
            brought,
            month,
            period=period,
            power=power,
            step=request.GET.get("step"),
            rated=rated(tx, today),
        )
        name = today.isoformat()
        report = reports.compose(seen, brought.between(today, today), reports.DAY, name)
        signed = reports.signatures(tx, reports.DAY, name)
        waits = waiting_for(office, tx, visit.viewer, now=visit.now)
    powers = [(one, seen.title(one)) for one in seen.versions]
    context = {
        "page": page,
        "waits": waits,
        "powers": powers,
        "periods": PERIODS.items(),
        "report": report,
        "signed": signed,
        "names": {one.by: seen.registry.people.name(one.by) for one in signed},
        "suspicion": sees_suspicion(visit.viewer),
    }
    return render(request, "supervision/overview.html", context)


def _hottest(seen: Look) -> str:
    """Return the power with the most cases late or nearly so."""
    return max(seen.versions, key=seen.warned.of)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) <= MOST_NUMBER else None


@part(Part.SUPERVISION)
def findings(request: HttpRequest) -> HttpResponse:
    """The board."""
    visit, office = visit_of(request), agency.office()
    asked = {name: request.GET.get(name, "")[:100] for name in ("power", "rule", "state", "level")}
    with office.store.read() as tx:
        desk = findingpage.Desk.at(office, tx, followup.standing(office, tx), now=visit.now)
        if asked["power"] not in desk.versions:
            asked["power"] = ""
        if asked["rule"] not in rules_known():
            asked["rule"] = ""
        if asked["state"] not in (*followup.STATES, "waiting"):
            asked["state"] = ""
        chosen = findingpage.board(
            desk,
            visit.viewer,
            power=asked["power"],
            rule=asked["rule"],
            state=asked["state"],
            level=asked["level"],
            before=_number(request.GET.get("before")),
        )
        swept = last_sweep(tx)
        levels = list(dict.fromkeys(level for version in desk.versions.values() for level in reversed(version.level_scheme)))
    context = {
        "page": chosen,
        "asked": asked,
        "states": followup.STATES.items(),
        "levels": levels,
        "swept": swept,
        "job": jobs.read(_home(), "sweep"),
        "waiting": sum(n for state, n in chosen.states.items() if state in followup.UNREVIEWED),
    }
    return render(request, "supervision/findings.html", context)


@part(Part.WORK)
def mine(request: HttpRequest) -> HttpResponse:
    """What was given to the visitor for self-check, or has come up to him."""
    visit, office = visit_of(request), agency.office()
    with office.store.read() as tx:
        known = followup.standing(office, tx)
        desk = findingpage.Desk.at(office, tx, known, now=visit.now)
        given = [one for one in known.open_to_all if findingpage.comes_to(desk, one, visit.viewer)]
        lines = findingpage.lines_of(desk, given[:100], {})
    return render(request, "supervision/mine.html", {"lines": lines})


@part(Part.WORK)
def finding(request: HttpRequest, number: str) -> HttpResponse:
    """One finding: to discipline, and to whom it was given for self-check."""
    return _finding(request, number)


def _finding(request: HttpRequest, number: str, *, fault: Text | None = None, status: int = 200) -> HttpResponse:
    visit, office = visit_of(request), agency.office()
    with office.store.read() as tx:
        desk = findingpage.Desk.at(office, tx, followup.standing(office, tx), now=visit.now)
        page = findingpage.page(desk, _number(number) or 0, visit.viewer)
    wanted = request.POST.get("act") or request.GET.get("act")
    context = {
        "page": page,
        "fault": fault,
        "outcomes": [(one, followup.STATES[one]) for one in followup.OUTCOMES],
        "dispositions": followup.DISPOSITIONS.items(),
        "wanted": wanted if wanted in dict(page.acts) else (page.acts[0][0] if page.acts else ""),
        "given": request.POST,
        "answerable": request.POST.getlist("answerable") if request.method == "POST" else page.named,
        "responsible": request.POST.getlist("responsible"),
        "inside_discipline": sees_suspicion(visit.viewer),
    }
    return render(request, "supervision/finding.html", context, status=status)


@part(Part.WORK)
def step(request: HttpRequest, number: str) -> HttpResponse:
    """Take a step on a finding."""
    if request.method != "POST":
        return redirect(f"/findings/{number}/")
    visit, office = visit_of(request), agency.office()
    with office.store.read() as tx:
        desk = findingpage.Desk.at(office, tx, followup.standing(office, tx), now=visit.now)
        findingpage.page(desk, _number(number) or 0, visit.viewer)  # what one may not know one cannot act on
    said = {
        "to": request.POST.get("to"),
        "outcome": request.POST.get("outcome"),
        "disposition": request.POST.get("disposition"),
        "answerable": request.POST.getlist("answerable"),
        "self_outcome": request.POST.get("self_outcome"),
        "severity": request.POST.get("severity"),
        "responsible": request.POST.getlist("responsible"),
    }
    try:
        handling.take(
            office,
            _number(number) or 0,
            request.POST.get("act", "")[:40],
            said,
            words=request.POST.get("words", ""),
            by=visit.viewer.officer or "",
            at=visit.now,
        )
    except followup.BadStep as error:
        return _finding(request, number, fault=error.message, status=422)
    messages.success(request, "done")
    return redirect(f"/findings/{number}/")


def sweep(request: HttpRequest) -> HttpResponse:
    """Go through the whole record now."""
    viewer = visit_of(request).viewer
    if request.POST.get("go") == "1":
        jobs.start(_home(), "sweep", by=viewer.officer or "", store=settings.AGENCY_STORE)
    return redirect("/findings/")


sweep = part(Part.SUPERVISION)(require_POST(sweep))


@part(Part.SUPERVISION)
def sweeping(request: HttpRequest) -> HttpResponse:
    """How far the sweep has come: a fragment that asks again while it runs."""
    response = render(request, "supervision/sweeping.html", {"job": (job := jobs.read(_home(), "sweep"))})
    if not job.running and request.GET.get("was"):
        response.headers["HX-Refresh"] = "true"
    return response


@part(Part.SUPERVISION)
def accountability(request: HttpRequest) -> HttpResponse:
    """Who answered for what."""
    visit, office = visit_of(request), agency.office()
    with office.store.read() as tx:
        desk = findingpage.Desk.at(office, tx, followup.standing(office, tx), now=visit.now)
        entries = findingpage.register(desk)
        sanctions = [
            (row, desk.versions[power].title)
            for power, version in desk.versions.items()
            if version.kind == "disciplinary_sanction"
            for row in tx.case_rows(power=power, limit=100)
        ]
        open_ = sum(one.state in ("upheld", "rectified") for one in desk.known.found.values())
        from qingfeng.casework.desk.board import line_of

        lines = [line_of(desk.registry, row, visit.now) for row, _ in sanctions]
    return render(request, "supervision/accountability.html", {"entries": entries, "lines": lines, "open": open_})


def _home() -> Path:
    return Path(settings.HOME)
