"""Audit: the audit administrator reads, and changes nothing."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from qingfeng.casework.desk.access import Part
from qingfeng.casework.desk.auditpage import KINDS, AuditPage, sheet_rows
from qingfeng.casework.desk.auditpage import audit as page_of
from qingfeng.documents import workbook
from qingfeng.terms.text import Text

from .. import agency
from ..gate import part
from ..visit import visit_of
from .people import XLSX

PAGE, EXPORTED = 60, 2_000
HEADS = (Text(zh="时间", en="time"), Text(zh="类别", en="kind"), Text(zh="人员编号", en="officer"), Text(zh="姓名", en="name"),
         Text(zh="内容", en="what"), Text(zh="案件、账号", en="case or account"))  # fmt: skip


def _asked(request: HttpRequest) -> dict[str, str]:
    asked = {name: request.GET.get(name, "")[:200].strip() for name in ("kind", "who", "case", "before")}
    asked["kind"] = asked["kind"] if asked["kind"] in KINDS else ""
    return asked


def _page(asked: dict[str, str], limit: int) -> AuditPage:
    before = asked["before"]
    place = int(before) if before.isascii() and before.isdecimal() and len(before) <= 18 else None
    office = agency.office()
    with office.store.read() as tx:
        return page_of(tx, office.registry(tx), kind=asked["kind"], who=asked["who"], case=asked["case"], before=place, limit=limit)


@part(Part.AUDIT)
def audit(request: HttpRequest) -> HttpResponse:
    """What was denied, read, changed and refused."""
    asked = _asked(request)
    return render(request, "admin_pages/audit.html", {"page": _page(asked, PAGE), "asked": asked, "kinds": KINDS.items()})


@part(Part.AUDIT)
def export(request: HttpRequest) -> HttpResponse:
    """The same as a workbook."""
    lang = visit_of(request).lang
    rows = sheet_rows(_page(_asked(request), EXPORTED), lang)
    name = Text(zh="审计记录", en="audit").say(lang)
    response = HttpResponse(workbook.written([(name, [head.say(lang) for head in HEADS], rows)]), content_type=XLSX)
    response.headers["Content-Disposition"] = 'attachment; filename="audit.xlsx"'
    return response
