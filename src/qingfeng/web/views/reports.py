"""Daily, monthly and annual reports: read, signed, taken away as Word, PDF or Excel."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from qingfeng.casework import reports
from qingfeng.casework.desk.access import Part, sees_suspicion
from qingfeng.casework.desk.watch import Look, flow, look
from qingfeng.terms.text import Text

from .. import agency, errors
from ..gate import part
from ..visit import visit_of

SHOWN = {reports.DAY: 14, reports.MONTH: 12, reports.YEAR: 3}
TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
A_DAY = timedelta(days=1)


@part(Part.LEADERSHIP)
def all_reports(request: HttpRequest) -> HttpResponse:
    """The latest reports of each kind, with who signed them."""
    visit, office = visit_of(request), agency.office()
    with office.store.read() as tx:
        seen = look(office, tx, visit.viewer, now=visit.now)
        told = []
        for kind, count in SHOWN.items():
            rows = []
            for name in reports.names_of(kind, seen.today, count):
                signed = reports.signatures(tx, kind, name)
                rows.append((name, reports.span(kind, name), [seen.registry.people.name(one.by) for one in signed]))
            told.append((kind, reports.KINDS[kind], rows))
    return render(request, "supervision/reports.html", {"kinds": told, "today": seen.today})


def _composed(request: HttpRequest, kind: str, name: str) -> tuple[Look, reports.Report, list[reports.Signature]]:
    visit, office = visit_of(request), agency.office()
    period = reports.span(kind, name)
    with office.store.read() as tx:
        seen = look(office, tx, visit.viewer, now=visit.now)
        return seen, reports.compose(seen, flow(tx, period.first, period.last), kind, name), reports.signatures(tx, kind, name)


@part(Part.LEADERSHIP)
def report(request: HttpRequest, kind: str, name: str) -> HttpResponse:
    """One report."""
    return _report(request, kind, name)


def _report(request: HttpRequest, kind: str, name: str, *, fault: Text | None = None, status: int = 200) -> HttpResponse:
    seen, made, signed = _composed(request, kind, name)
    people = seen.registry.people
    mine = any(one.by == visit_of(request).viewer.officer and one.digest == made.digest for one in signed)
    context = {
        "report": made,
        "columns": reports.COLUMNS,
        "rows": [(row.title, tuple(zip(reports.COLUMNS[1:], row.figures, strict=True))) for row in made.powers],
        "totals": tuple(zip(reports.COLUMNS[1:], made.totals, strict=True)),
        "signed": [(one, people.name(one.by)) for one in signed],
        "mine": mine,
        "fault": fault,
        "before": reports.names_of(kind, made.first - A_DAY, 1)[0],
        "after": reports.names_of(kind, made.last + A_DAY, 1)[0],
        "kind_name": reports.KINDS[kind],
        "opinion": request.POST.get("opinion", ""),
        "findings_too": sees_suspicion(visit_of(request).viewer),
    }
    return render(request, "supervision/report.html", context, status=status)


@part(Part.LEADERSHIP)
def sign(request: HttpRequest, kind: str, name: str) -> HttpResponse:
    """Sign a report."""
    if request.method != "POST":
        return redirect(f"/reports/{kind}/{name}/")
    visit = visit_of(request)
    _, made, _ = _composed(request, kind, name)
    try:
        reports.sign(
            agency.office(),
            made,
            request.POST.get("digest", ""),
            opinion=request.POST.get("opinion", ""),
            by=visit.viewer.officer or "",
            at=visit.now,
        )
    except reports.BadSignature as error:
        return _report(request, kind, name, fault=error.message, status=422)
    messages.success(request, "done")
    return redirect(f"/reports/{kind}/{name}/")


@part(Part.LEADERSHIP)
def export(request: HttpRequest, kind: str, name: str, form: str) -> HttpResponse:
    """A report as a file."""
    from qingfeng.documents import report_files  # late: a worker that prints nothing loads no typesetter
    from qingfeng.documents.pdf import CannotSet, NoFont

    seen, made, signed = _composed(request, kind, name)
    lang = visit_of(request).lang
    people = seen.registry.people
    sheet = report_files.Sheet(
        str(seen.registry.agency.get("name", "")), made, tuple((people.name(one.by), one.at, one.opinion or "") for one in signed), lang
    )
    makers: dict[str, Any] = {"docx": report_files.as_word, "xlsx": report_files.as_excel, "pdf": report_files.as_pdf}
    try:
        data: bytes = makers[form](sheet)
    except (NoFont, CannotSet) as error:
        return errors.page(request, 503, error.message)
    response = HttpResponse(data, content_type=TYPES[form])
    response.headers["Content-Disposition"] = f'attachment; filename="report-{kind}-{name}.{form}"'
    return response
