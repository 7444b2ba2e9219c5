"""Complaints from the portal, and what discipline supervision does with them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from qingfeng.casework import boxes, complaints, receipts, turned
from qingfeng.casework.answerby import of_complaint
from qingfeng.casework.desk import public as desk
from qingfeng.casework.desk.access import Part
from qingfeng.casework.desk.origin import begun_by
from qingfeng.casework.followup import CHIEF, INSPECTOR
from qingfeng.casework.ports import Conflict
from qingfeng.casework.tipkeys import open_to_tips
from qingfeng.terms.instants import local_day
from qingfeng.terms.text import Text

from .. import agency, crowd
from ..gate import part, public
from ..visit import visit_of
from .apply import LONG, fresh_code, fresh_number, spaced, written
from .public import shown

HOURLY = 200
SETTLED = 50
"""So many of those answered last are listed."""


@public
def choose(request: HttpRequest) -> HttpResponse:
    """Complain of service or procedure, or give a tip: which way is which."""
    office = agency.office()
    with office.store.read() as tx:
        about, open_ = office.registry(tx).agency, open_to_tips(office, tx, day=local_day(visit_of(request).now))
    return shown(request, "complain.html", {"agency": about, "tips": open_})


@public
def service(request: HttpRequest) -> HttpResponse:
    """Complain of service or procedure."""
    visit, office = visit_of(request), agency.office()
    with office.store.read() as tx:
        registry = office.registry(tx)
        lines = [one for one in desk.power_lines(office, registry, local_day(visit.now)) if not registry.supervises(one.id)]
    today = local_day(visit.now)
    promised = of_complaint(registry, today, today=today)
    kinds = [(key, name) for key, name in complaints.ABOUT.items() if key not in complaints.INNER]
    context = {"powers": lines, "kinds": kinds, "given": request.POST,
               "power": request.POST.get("power") or request.GET.get("power", ""),
               "case": request.POST.get("case") or request.GET.get("case", "")[:100],
               "answer_days": (promised.by - today).days, "answer_by": promised.by,
               "crowd": crowd.work_for(request, "complain", HOURLY), "crowd_kind": "complain"}  # fmt: skip
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
    stop = crowd.stopped(request, "complain", HOURLY)
    if stop is not None:
        context["crowd"] = crowd.work_for(request, "complain", HOURLY, always=True)
        return shown(request, "complain_service.html", {**context, "faults": [stop]}, 429)
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
    slip: dict[str, Any] = {"number": number, "code": spaced(code), "what": complaints.ABOUT[about], "files": [], "complaint": True,
                            "answer": promised}  # fmt: skip
    return shown(request, "receipt.html", slip)


@part(Part.SUPERVISION)
def box(request: HttpRequest) -> HttpResponse:
    """Complaints and bad ratings that wait for discipline."""
    visit, office = visit_of(request), agency.office()
    day = local_day(visit.now)
    with office.store.read() as tx:
        registry = office.registry(tx)
        titles = {line.id: line.title for line in desk.power_lines(office, registry, day)}
        waiting = boxes.waiting(office, tx, complaints.BOX, today=day)[:200]
        people, settled = registry.people, boxes.settled(office, tx, complaints.BOX, today=day)[:SETTLED]
        sent_back = boxes.waiting(office, tx, turned.TURNED_BOX, today=day)[:200]
        away = [(one, turned.GROUNDS[one.what], titles.get(one.power)) for one in sent_back]
    lines = [{"one": one, "about": complaints.ABOUT.get(one.what, complaints.ABOUT["other"]), "title": titles.get(one.power),
              "days": (day - local_day(one.since)).days, "answer": of_complaint(registry, local_day(one.since), today=day)}
             for one in waiting]  # fmt: skip
    answered = [(one.number, people.name(one.by), one.at) for one in settled]
    return render(request, "public/complaints.html", {"lines": lines, "away": away, "answered": answered})


@part(Part.SUPERVISION)
def one(request: HttpRequest, number: str) -> HttpResponse:
    """One complaint: read it, answer it."""
    visit, office = visit_of(request), agency.office()
    with office.store.read() as tx:
        complaint = complaints.read(tx, number)
        registry = office.registry(tx)
        titles = {line.id: line.title for line in desk.power_lines(office, registry, local_day(visit.now))}
        case = complaints.case_meant(tx, complaint.case)
        row, barred = tx.case_row(case) if case else None, complaints.worked_on(office, tx, case)
        staff = dict.fromkeys(one for post in (INSPECTOR, CHIEF) for one in registry.people.holders(post, local_day(visit.now)))
        others = [registry.people.name(one) for one in staff if one not in barred]
    fault = None
    if request.method == "POST":
        text = written(request, "answer", 4 * LONG)
        fault = Text(zh="答复须写明核实的情况和处理结果（不少于10字）", en="say what was found and what is done (10 characters at least)")
        if len(text) >= 10:
            try:
                complaints.answer(
                    office, number, text, outcome=request.POST.get("outcome", ""), by=visit.viewer.officer or "", at=visit.now
                )
            except complaints.NotYours as error:
                fault = error.message
            else:
                return redirect(f"/complaints/{number}/")
    context = {"one": complaint, "answer_by": of_complaint(registry, complaint.on, today=local_day(visit.now)),
               "about": complaints.ABOUT.get(complaint.about, complaints.ABOUT["other"]),
               "title": titles.get(complaint.power), "row": row, "by": registry.people.name(complaint.answered_by or ""),
               "fault": fault, "answer": request.POST.get("answer", ""),
               "barred": visit.viewer.officer in barred, "others": others,
               "unread": visit.viewer.officer in barred and bool(others),  # else nobody could pass it up
               "openings": begun_by(office, visit.viewer, visit.now) if complaint.outcome in ("confirmed", "partly") else [],
               "outcomes": complaints.OUTCOMES, "outcome": request.POST.get("outcome", "")}  # fmt: skip
    return render(request, "public/complaint.html", context, status=422 if fault else 200)
