"""The service counter: windows, numbers, first contacts, what waits, the one-time notice from the published list, the day's report."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from qingfeng.casework import handle as door
from qingfeng.casework.applications import next_ticket, ticket_rule
from qingfeng.casework.desk import counter as desk
from qingfeng.casework.desk.access import Part
from qingfeng.casework.desk.origin import begun_by
from qingfeng.casework.desk.rules import rule_in
from qingfeng.casework.office import UnknownThing, load_case
from qingfeng.catalogue.power import PARTY
from qingfeng.engine.control import Command
from qingfeng.terms.instants import local_day
from qingfeng.terms.text import Text, clean, hazards

from .. import agency
from ..gate import part
from ..visit import visit_of
from ..whole import barred, tabs
from .work import as_forecast, filled

AT_COUNTER = (
    "take_ticket",
    "receive_application",
    "apply_renewal",
    "open_counter",
    "register_first_contact",
    "register_lead",
)
MOST_MATTER = 100


@part(Part.WORK)
def show(request: HttpRequest) -> HttpResponse:
    """The counter today, or on another day."""
    return _counter(request)


def _counter(
    request: HttpRequest, *, refused: door.Stopped | None = None, fault: Text | None = None, status: int = 200
) -> HttpResponse:
    visit, office = visit_of(request), agency.office()
    today = local_day(visit.now)
    day = _day(request.GET.get("day"), today)
    with office.store.read() as tx:
        page = desk.counter_page(office, tx, visit.viewer, day=day, now=visit.now)
        powers = set(desk.at_counters(office, office.registry(tx), today))
    begins = [one for one in begun_by(office, visit.viewer, visit.now) if one.power in powers]
    context = {
        "page": page,
        "today": today,
        "begins": begins,
        "key": uuid4().hex,
        "tried": refused is not None,
        "checks": as_forecast(refused.refusals) if refused is not None else None,
        "faults": [fault] if fault is not None else [],
    }
    return render(request, "counter.html", context, status=status)


def _day(text: str | None, today: date) -> date:
    """Return a day as asked for; today when it is none, or to come."""
    try:
        day = date.fromisoformat(text) if text and len(text) == len("2026-01-01") else today
    except ValueError:
        return today
    return day if date(2000, 1, 1) <= day <= today else today


def ticket(request: HttpRequest) -> HttpResponse:
    """Draw the next number for a visitor: the case begins with it, in the visitor's name."""
    visit, office = visit_of(request), agency.office()
    power, first, matter = (request.POST.get(name, "").strip() for name in ("power", "first", "matter"))
    if len(matter) > MOST_MATTER or hazards(matter) or clean(matter) != matter:
        return _counter(
            request,
            fault=Text(
                zh=f"事项应为{MOST_MATTER}字以内的一行文字，没有取号",
                en="say the matter in one line; no number was drawn",
            ),
            status=422,
        )
    with office.store.read() as tx:
        registry = office.registry(tx)
        version, controls = desk.at_counters(office, registry, local_day(visit.now)).get(power, (None, ()))
        rule, row = rule_in(controls, "counter_ticket"), ticket_rule(version) if version is not None else None
        if rule is None or row is None or first not in rule.first:
            raise UnknownThing("这项职权没有这个号段", "this power has no such series of numbers")
        number = next_ticket(tx, first)
    known = {f.id for f in row.word.fields}
    data = {name: value for name, value in {"ticket_no": number, "matter": matter}.items() if name in known and value}
    command = Command(
        case="",
        act=row.act,
        actor=PARTY,
        at=visit.now,
        entered=visit.now,
        data=data,
        key=request.POST.get("key", "")[:64] or None,
    )
    answer = door.handle(office, command, power=power)
    if isinstance(answer, door.Done):
        messages.success(request, "done")
        return redirect(f"/cases/{answer.case}/")
    if isinstance(answer, door.Stopped):
        return _counter(request, refused=answer, status=422)
    fault = (
        answer.message
        if isinstance(answer, door.Stale)
        else Text(zh="没有取号，请重试", en="no number was drawn: try again")
    )
    return _counter(request, fault=fault, status=409)


ticket = part(Part.WORK)(require_POST(ticket))


@part(Part.WORK)
def notice(request: HttpRequest, case: str) -> HttpResponse:
    """Tick what is missing on the published list; the form of the notice is then filled in with all of it, once."""
    stop = barred(request, case)
    if stop is not None:
        return stop
    office = agency.office()
    with office.store.read() as tx:
        loaded, controls = load_case(office, tx, office.registry(tx), case)
        form = desk.notice_form(loaded, controls)
        head = tabs(tx, loaded, controls, "")
    if form is None:
        raise UnknownThing(
            "本案现在不能一次性告知，或者没有公布清单",
            "no one-time notice may be given on this case now, or nothing is published",
        )
    chosen = [paper for paper in form.papers if paper[0] in request.POST.getlist("missing")]
    if request.method == "POST" and chosen:
        data = {
            "missing": [name for _, name, _, _ in chosen],
            "missing_codes": [code for code, *_ in chosen],
            "list_version": form.edition,
        }
        return filled(request, case, form.act, data)
    return render(
        request,
        "counter_notice.html",
        {**head, "form": form, "none": request.method == "POST"},
        status=422 if request.method == "POST" else 200,
    )


@part(Part.WORK)
def report(request: HttpRequest, case: str) -> HttpResponse:
    """The form of the day's report, filled in with the figures of the log."""
    stop = barred(request, case)
    if stop is not None:
        return stop
    visit, office = visit_of(request), agency.office()
    with office.store.read() as tx:
        loaded, _ = load_case(office, tx, office.registry(tx), case)
        opened = local_day(loaded.events[0].at)
        page = desk.counter_page(office, tx, visit.viewer, day=opened, now=visit.now)
    session = next((one for one in page.sessions if one.case == case and one.report is not None), None)
    if session is None or session.report is None:
        raise UnknownThing("本案没有要报送的受理日报", "there is no report of the day to be made here")
    data = {
        "counter_no": session.counter,
        "held_on": opened.isoformat(),
        "day_figures": {act: many for act, _, many in session.figures},
    }
    return filled(request, case, session.report, data)
