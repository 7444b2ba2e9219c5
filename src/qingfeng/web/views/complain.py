"""Complaints from the portal, and what discipline supervision does with them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from qingfeng.casework import boxes, complaints, receipts
from qingfeng.casework.desk import public as desk
from qingfeng.casework.desk.access import Part
from qingfeng.casework.ports import Conflict
from qingfeng.terms.instants import local_day
from qingfeng.terms.text import Text

from .. import agency
from ..gate import part, public
from ..visit import visit_of
from .apply import LONG, busy, fresh_code, fresh_number, spaced, written
from .public import shown

HOURLY = 200


@public
def choose(request: HttpRequest) -> HttpResponse:
    """Complain of service or procedure, or give a tip: which way is which."""
    office = agency.office()
    with office.store.read() as tx:
        about = office.registry(tx).agency
    return shown(request, "complain.html", {"agency": about})


@public
def service(request: HttpRequest) -> HttpResponse:
    """Complain of service or procedure."""
    visit, office = visit_of(request), agency.office()
    with office.store.read() as tx:
        lines = desk.power_lines(office, office.registry(tx), local_day(visit.now))
    kinds = [(key, name) for key, name in complaints.ABOUT.items() if key != "rating"]
    context = {"powers": lines, "kinds": kinds, "given": request.POST,
               "power": request.POST.get("power") or request.GET.get("power", "")}  # fmt: skip
    if request.method != "POST":
        return shown(request, "complain_service.html", context)
    power, about = request.POST.get("power", ""), request.POST.get("about", "")
    content = written(request, "content", 4 * LONG)
    faults = []
    if len(content) < 10:
        faults.append(Text(zh="请写明时间、地点、经过（不少于10字）", en="say when, where and what (10 characters at least)"))
    if about not in dict(kinds):
        faults.append(Text(zh="请选择投诉的种类", en="choose what it is about"))
    if power and power not in {line.id for line in lines}:
        faults.append(Text(zh="没有这项职权", en="there is no such power"))
    if faults:
        return shown(request, "complain_service.html", {**context, "faults": faults}, 422)
    stop = busy(request, "complain", HOURLY)
    if stop is not None:
        return stop
    wrote = complaints.Written(
        about=about, power=power, case=written(request, "case", 100), content=content, name=written(request, "name", 100),
        phone=written(request, "phone", 30))  # fmt: skip
    for last in (False, False, True):
        number, code = fresh_number(request), fresh_code()
        try:
            complaints.submit(office, wrote, number, receipts.digest_of(number, code), at=visit.now)
        except Conflict:
            if last:
                raise
            continue
        break
    slip: dict[str, Any] = {"number": number, "code": spaced(code), "what": complaints.ABOUT[about], "files": [], "complaint": True}
    return shown(request, "receipt.html", slip)


@part(Part.SUPERVISION)
def box(request: HttpRequest) -> HttpResponse:
    """Complaints and bad ratings that wait for discipline."""
    visit, office = visit_of(request), agency.office()
    day = local_day(visit.now)
    with office.store.read() as tx:
        titles = {line.id: line.title for line in desk.power_lines(office, office.registry(tx), day)}
        waiting = boxes.waiting(office, tx, complaints.BOX, today=day)[:200]
    lines = [{"one": one, "about": complaints.ABOUT.get(one.what, complaints.ABOUT["other"]), "title": titles.get(one.power),
              "days": (day - local_day(one.since)).days} for one in waiting]  # fmt: skip
    return render(request, "public/complaints.html", {"lines": lines})


@part(Part.SUPERVISION)
def one(request: HttpRequest, number: str) -> HttpResponse:
    """One complaint: read it, answer it."""
    visit, office = visit_of(request), agency.office()
    with office.store.read() as tx:
        complaint = complaints.read(tx, number)
        registry = office.registry(tx)
        titles = {line.id: line.title for line in desk.power_lines(office, registry, local_day(visit.now))}
        row = tx.case_row(complaint.case) if complaint.case else None
    fault = None
    if request.method == "POST":
        text = written(request, "answer", 4 * LONG)
        if len(text) >= 10:
            complaints.answer(office, number, text, by=visit.viewer.officer or "", at=visit.now)
            return redirect(f"/complaints/{number}/")
        fault = Text(zh="答复须写明核实的情况和处理结果（不少于10字）", en="say what was found and what is done (10 characters at least)")
    context = {"one": complaint, "about": complaints.ABOUT.get(complaint.about, complaints.ABOUT["other"]),
               "title": titles.get(complaint.power), "row": row, "fault": fault, "answer": request.POST.get("answer", "")}  # fmt: skip
    return render(request, "public/complaint.html", context, status=422 if fault else 200)
