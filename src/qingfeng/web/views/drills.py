"""Drills: every risk of the published maps is tried in agencies that go away, and the lines turn green as they are stopped."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from qingfeng.casework.desk import drillpage
from qingfeng.casework.desk.access import Part
from qingfeng.casework.desk.watch import title_among, versions_of
from qingfeng.terms.instants import local_day

from .. import agency, jobs
from ..gate import part
from ..visit import is_fragment, visit_of

ALL = "all"


@part(Part.SUPERVISION)
def drill(request: HttpRequest) -> HttpResponse:
    """The maps with what stopped each attempt of the last run; a fragment of it while one runs."""
    visit, office = visit_of(request), agency.office()
    with office.store.read() as tx:
        registry = office.registry(tx)
        versions = versions_of(office, registry, local_day(visit.now))
    job = jobs.read(Path(settings.HOME), "drill")
    power = request.GET.get("power", "")
    board = drillpage.board(versions, job.lines, set(job.powers), running=job.running)
    shown = [one for one in board.powers if power not in versions or one.power == power]
    powers = [(one, title_among(versions, one)) for one in versions]
    context = {"board": board, "shown": shown, "job": job, "powers": powers, "power": power if power in versions else ""}
    return render(request, "supervision/drill_board.html" if is_fragment(request) else "supervision/drill.html", context)


def start(request: HttpRequest) -> HttpResponse:
    """Start a run of one power, or of all."""
    visit, office = visit_of(request), agency.office()
    with office.store.read() as tx:
        registry = office.registry(tx)
        known = list(versions_of(office, registry, local_day(visit.now)))
    wanted = request.POST.get("power", "")
    powers = [wanted] if wanted in known else known if wanted == ALL else []
    if powers:
        jobs.start(Path(settings.HOME), "drill", by=visit.viewer.officer or "", powers=powers, store=settings.AGENCY_STORE)
    return redirect(f"/drill/?power={wanted}" if wanted in known else "/drill/")


start = part(Part.SUPERVISION)(require_POST(start))
