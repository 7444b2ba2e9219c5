"""People: officers with their posts, credentials, absences and ties; registered one by one or from a workbook."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from qingfeng.casework import peoplesheet
from qingfeng.casework.desk.access import Part
from qingfeng.casework.desk.roster import Roster, officer_page, post_names, roster, sheet_rows
from qingfeng.casework.office import UnknownThing
from qingfeng.casework.peoplechanges import ALONE, enter
from qingfeng.casework.peoplesheet import ACT_NAMES, DAYS, HEADINGS, NOTES, columns
from qingfeng.casework.registry import PERSON_ACTS, BadRegistration
from qingfeng.casework.twofold import BadChange
from qingfeng.documents import workbook
from qingfeng.terms.instants import local_day
from qingfeng.terms.text import Text

from .. import agency, errors
from ..gate import part
from ..visit import visit_of
from .catalogue import by_of

PAGE = 50
NAMES_OFFERED = 500
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAX_UPLOAD = 10_000_000
_RULES = (
    Text(
        zh="每张表第一行是表头，不要改动；一行登记一件事。",
        en="The first row of each sheet holds the headings; one row registers one thing.",
    ),
    Text(zh="日期写作 2026-03-02；岗位写名称或编号。", en="Days as 2026-03-02; posts by name or id."),
    Text(zh="有一行不能登记，全部不登记。", en="If one row cannot be registered, none is."),
)


@part(Part.PEOPLE)
def people(request: HttpRequest) -> HttpResponse:
    """All officers, filtered."""
    return _people(request)


def _people(request: HttpRequest, *, fault: Text | None = None, status: int = 200) -> HttpResponse:
    visit, office = visit_of(request), agency.office()
    asked = {name: request.GET.get(name, "")[:200] for name in ("q", "post", "after")}
    with office.store.read() as tx:
        registry = office.registry(tx)
        posts = post_names(office, registry)
        page: Roster = roster(
            registry.people,
            posts,
            local_day(visit.now),
            q=asked["q"].strip(),
            post=asked["post"],
            after=asked["after"],
            limit=PAGE,
        )
    context = {"page": page, "posts": posts.items(), "asked": asked, "fault": fault, "given": request.POST,
               "forms": [("officer_added", ACT_NAMES["officer_added"], _fields("officer_added"))]}  # fmt: skip
    return render(request, "admin_pages/people.html", context, status=status)


def _fields(act: str) -> list[tuple[str, Text, bool, str]]:
    """Return (field, name, whether needed, kind of input) of a registration."""
    required, _ = PERSON_ACTS[act]
    kinds = {**dict.fromkeys(DAYS, "date"), "post": "post", "deputy": "officer", "to": "officer", "acts": "lines"}
    return [(name, HEADINGS[name], name in required, kinds.get(name, "text")) for name in columns(act)]


@part(Part.PEOPLE)
def officer(request: HttpRequest) -> HttpResponse:
    """One officer, with everything that can be registered about him."""
    return _officer(request, request.GET.get("who", ""))


def _officer(
    request: HttpRequest, who: str, *, fault: Text | None = None, act: str = "", status: int = 200
) -> HttpResponse:
    visit, office = visit_of(request), agency.office()
    with office.store.read() as tx:
        registry = office.registry(tx)
        if who not in registry.people.names:
            raise UnknownThing(f"没有登记人员“{who[:100]}”", f"no officer {who[:100]!r} is registered")
        posts = post_names(office, registry)
        page = officer_page(registry.people, posts, who, local_day(visit.now))
        offered = list(registry.people.names.items())[:NAMES_OFFERED]
    forms = [
        (one, name, [f for f in _fields(one) if f[0] != "officer"])
        for one, name in ACT_NAMES.items()
        if one != "officer_added"
    ]
    context = {
        "page": page,
        "forms": forms,
        "posts": posts.items(),
        "offered": offered,
        "fault": fault,
        "act": act,
        "given": request.POST,
        "twofold": frozenset(ACT_NAMES) - ALONE,
    }
    return render(request, "admin_pages/officer.html", context, status=status)


def register(request: HttpRequest) -> HttpResponse:
    """Register one thing about an officer."""
    act, who = request.POST.get("act", ""), request.POST.get("officer", "").strip()
    if act not in PERSON_ACTS:
        return errors.page(request, 400, Text(zh="没有这项人员登记。", en="There is no such registration."))
    data: dict[str, Any] = {}
    for name in columns(act):
        value = request.POST.get(name, "").strip()
        if name == "acts" and value:
            data[name] = [
                one.strip() for one in value.replace("；", "\n").replace(";", "\n").splitlines() if one.strip()
            ]
        elif value:
            data[name] = value
    office = agency.office()
    try:
        lacks = peoplesheet.missing(act, data)
        if lacks is not None:
            raise BadRegistration([lacks])
        number = enter(office, [(act, data)], paper=_paper(request), by=by_of(request))
    except (BadRegistration, BadChange) as error:
        with office.store.read() as tx:
            known = who in office.registry(tx).people.names
        if act == "officer_added" or not known:
            return _people(request, fault=error.message, status=422)
        return _officer(request, who, fault=error.message, act=act, status=422)
    if number is not None:
        return redirect(f"/people/changes/?proposed={number}")
    messages.success(request, "done")
    return redirect(f"/people/officer/?who={quote(who)}")


def _paper(request: HttpRequest) -> str:
    """Return the paper of appointment that was named."""
    return request.POST.get("paper", "").strip()[:1_000]


register = part(Part.PEOPLE)(require_POST(register))


@part(Part.PEOPLE)
def bring_in(request: HttpRequest) -> HttpResponse:
    """Take in a workbook: all rows or none."""
    if request.method != "POST":
        return render(request, "admin_pages/people_import.html", {"rules": _RULES})
    office, sent = agency.office(), request.FILES.get("book")
    context: dict[str, Any] = {"rules": _RULES, "refused": (), "fault": None, "given": request.POST}
    try:
        if sent is None or not sent.size:
            raise workbook.BadWorkbook("请选择一个 .xlsx 文件", "choose an .xlsx file")
        if sent.size > MAX_UPLOAD:
            raise workbook.BadWorkbook("文件过大（10MB以内）", "the file is too large (10 MB at most)")
        book = workbook.read(sent)
        with office.store.read() as tx:
            posts = {text.zh: post for post, text in post_names(office, office.registry(tx)).items()}
        context["taken"] = peoplesheet.bring_in(
            office, book.sheets, posts, paper=_paper(request), by=by_of(request), since_1904=book.since_1904
        )
        return render(request, "admin_pages/people_import.html", context)
    except (workbook.BadWorkbook, BadChange, BadRegistration) as error:
        context["fault"] = error.message
    except peoplesheet.Rejected as error:
        context |= {"refused": error.refused[:500], "more": max(0, len(error.refused) - 500), "fine": error.fine}
    return render(request, "admin_pages/people_import.html", context, status=422)


@part(Part.PEOPLE)
def sheet(request: HttpRequest, which: str) -> HttpResponse:
    """The template, or everybody as a workbook of the same form."""
    office = agency.office()
    with office.store.read() as tx:
        registry = office.registry(tx)
        posts = post_names(office, registry)
        rows: Mapping[str, list[list[str]]] = sheet_rows(registry.people, posts) if which == "export" else {}
    sheets = [(ACT_NAMES[act].zh, [HEADINGS[name].zh for name in columns(act)], rows.get(act, [])) for act in ACT_NAMES]
    notes = [*([rule.zh] for rule in _RULES), *([f"{text.zh}（{post}）"] for post, text in posts.items())]
    response = HttpResponse(workbook.written([*sheets, (NOTES, ["填写说明和岗位名称"], notes)]), content_type=XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="people-{which}.xlsx"'
    return response
