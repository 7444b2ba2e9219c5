"""The workbench: what waits for a person, lists of cases, one case with its live diagram, and acts on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from qingfeng.casework import handle as door
from qingfeng.casework.desk import board
from qingfeng.casework.desk.access import Part, outlined, sees_suspicion
from qingfeng.casework.desk.casepage import ActView, CasePage, Loaded, case_page
from qingfeng.casework.desk.forecast import Forecast, Outlook
from qingfeng.casework.desk.meeting import possible_here
from qingfeng.casework.desk.opening import ASKED, BARRED, OPEN, opening
from qingfeng.casework.desk.origin import begun_by, titles_apart
from qingfeng.casework.desk.waiting import waiting_for
from qingfeng.casework.office import Office, UnknownThing, load_case
from qingfeng.casework.ports import ReadTx
from qingfeng.documents.overview import beforehand
from qingfeng.engine.case import new_case
from qingfeng.engine.clock import clocks
from qingfeng.engine.control import Command, Refusal
from qingfeng.engine.order import possible
from qingfeng.engine.shape import word_of
from qingfeng.terms.instants import BadInstant, local_day, parse_instant
from qingfeng.terms.names import key_of
from qingfeng.terms.text import Text, spoken

from .. import agency, errors
from ..fields import Sent, sent
from ..forms import act_form
from ..gate import part
from ..visit import is_fragment, visit_of

PAGE, COUNTED = 50, 200
"""So many cases are shown; so many that wait are counted."""


@part(Part.WORK)
def inbox(request: HttpRequest) -> HttpResponse:
    """What waits for the visitor, by urgency."""
    visit, office = visit_of(request), agency.office()
    with office.store.read() as tx:
        found = board.waiting(office, tx, visit.viewer, now=visit.now, shown=PAGE, counted=COUNTED)
        waits = waiting_for(office, tx, visit.viewer, now=visit.now)
    many = f"{found.many}{'+' if found.many == COUNTED else ''}"
    context = {"lines": found.lines, "many": many, "few": found.many > PAGE, "waits": waits, "late": found.late, "soon": found.soon,
               "openings": begun_by(office, visit.viewer, visit.now)}  # fmt: skip
    return render(request, "inbox.html", context)


@part(Part.WORK)
def cases(request: HttpRequest) -> HttpResponse:
    """All cases, filtered."""
    visit, office = visit_of(request), agency.office()
    power, status, after = (
        request.GET.get("power") or None,
        request.GET.get("status") or None,
        request.GET.get("after", "")[:200],
    )
    with office.store.read() as tx:
        registry = office.registry(tx)
        if power is not None and power not in registry.powers():
            raise UnknownThing("没有这项职权", "there is no such power")
        if status not in (None, "open", "suspended", "closed"):
            status = None
        lines = board.cases(office, tx, visit.viewer, now=visit.now, power=power, status=status, after=after, limit=PAGE + 1)
        inner = sees_suspicion(visit.viewer)
        powers = list(titles_apart(registry, [p for p in registry.powers() if inner or not registry.supervises(p)]).items())
    more = lines[PAGE - 1].id if len(lines) > PAGE else None
    context = {"lines": lines[:PAGE], "powers": powers, "power": power, "status": status, "more": more, "after": after}
    return render(request, "cases.html", context)


def find(request: HttpRequest) -> HttpResponse:
    """Go to a case by its number."""
    wanted = request.GET.get("q", "").strip()[:200]
    office = agency.office()
    with office.store.read() as tx:
        registry, viewer = office.registry(tx), visit_of(request).viewer
        row = tx.case_row(wanted) if wanted else None
        if row is not None and board.known_to(office, tx, registry, viewer, [row]):
            return redirect(f"/cases/{wanted}/")
        found = (
            [
                case
                for field in ("party", "document_no", "receipt_no", "subject")
                for case, _ in tx.uses(field, key_of(field, wanted), limit=20)
            ]
            if wanted
            else []
        )
        rows = tx.cases_by_ids(found)
        told = board.known_to(office, tx, registry, viewer, [rows[case] for case in dict.fromkeys(found) if case in rows])
        lines = [board.line_of(registry, row, visit_of(request).now) for row in told]
    return render(request, "found.html", {"lines": lines, "wanted": wanted})


find = part(Part.WORK)(find)


@part(Part.WORK)
def show(request: HttpRequest, case: str) -> HttpResponse:
    """One case."""
    read = read_first(request, case)
    if not isinstance(read, bool):
        return read
    act = request.GET.get("act")
    carried = _carried(request, f"/cases/{case}/do/{act}/")
    return _case(request, case, act=act, given=carried, outline=not read)


def _carried(request: HttpRequest, path: str) -> Sent | None:
    """Return what was in the form of this path when the session expired, once; its fields are read as if they were sent."""
    kept = request.session.get("carried")
    if request.method != "GET" or not kept or kept["path"] != path:
        return None
    del request.session["carried"]
    post = QueryDict(mutable=True)
    for name, values in kept["fields"].items():
        post.setlist(name, values)
    request.POST = post  # type: ignore[assignment]
    messages.info(request, str(kept.get("said", "resumed")))
    return Sent()


def read_first(request: HttpRequest, case: str) -> HttpResponse | bool:
    """Lay down that the file is read; True if it may be, False if only the outline may be seen (who may act on the case but not
    read its file), else the page that says why not."""
    came = came_to(request, case)
    return came == OPEN if isinstance(came, str) else came


def came_to(request: HttpRequest, case: str) -> HttpResponse | str:
    """The same, with what the visitor came to: open, handled or outline (casework.desk.opening)."""
    visit = visit_of(request)
    own_work = "承办本案" if visit.lang == "zh" else "works on this case"
    came = opening(
        agency.office(),
        case,
        visit.viewer,
        purpose=request.POST.get("purpose", "").strip(),
        own_work=own_work,
        now=visit.now,
    )
    if came.state == ASKED:
        return render(request, "purpose.html", {"case": case}, status=403)
    if came.state == BARRED:
        return errors.page(request, 403, came.refusals[0].reason, came.refusals[0].remedy)
    return came.state


@require_POST
def purpose(request: HttpRequest, case: str) -> HttpResponse:
    """Say why one reads a file that one does not work on."""
    read = read_first(request, case)
    return redirect(f"/cases/{case}/") if isinstance(read, bool) else read


purpose = part(Part.WORK)(purpose)


def _case(
    request: HttpRequest, case_id: str, *, act: str | None = None, given: Sent | None = None, forecast: Forecast | None = None,
    status: int = 200, asked: bool = False, outline: bool = False,
) -> HttpResponse:  # fmt: skip
    visit, office = visit_of(request), agency.office()
    with office.store.read() as tx:
        loaded = load_case(office, tx, office.registry(tx), case_id)
        office.remember(loaded[0])
        alone = is_fragment(request)
        page = case_page(office, tx, case_id, visit.viewer, now=visit.now, outline=outline, acts_alone=alone,
                         only=act if alone else None, loaded=loaded)  # fmt: skip
        chosen = next((one for one in page.acts if one.act == act), None)
        form: dict[str, Any] = {}
        if chosen is not None:
            form = _form(request, office, tx, page, loaded, chosen, given, reads=not outline)
            if chosen.forecast.first:
                ready = [rule.act for rule in possible(loaded[0])]
                form["able"] = possible_here(loaded[0], office.registry(tx).people, visit.viewer, ready, visit.now)
    shelf = agency.shelf()
    held = {paper.digest for paper in page.papers[:PAGE] if shelf.path(paper.digest) is not None}
    context = {
        "page": page,
        "held": held,
        "chosen": chosen,
        "checks": forecast or (chosen.forecast if chosen else None),
        "tried": forecast is not None,
        "asked": asked,
        **form,
    }
    template = "case_panel.html" if is_fragment(request) else "case.html"
    return render(request, template, context, status=status)


def _form(
    request: HttpRequest, office: Office, tx: ReadTx, page: CasePage, loaded: Loaded, chosen: ActView, given: Sent | None, *, reads: bool
) -> dict[str, Any]:
    visit, registry = visit_of(request), office.registry(tx)
    paper = beforehand(tx, loaded[0], registry.people, chosen.act) if reads else None
    made = act_form(
        request, tx, registry, *loaded, chosen.rule, actor=visit.viewer.officer or "", post=chosen.post, now=visit.now, given=given,
        seen=None if reads else outlined(loaded[0]), also=paper.said if paper is not None else None,
    )
    return {**made, "paper": paper, "faults": given.faults if given is not None else [], "key": uuid4().hex, "seen": page.seq,
            "at": request.POST.get("at", ""), "reason": request.POST.get("reason", "")}  # fmt: skip


@part(Part.WORK)
def do(request: HttpRequest, case: str, act: str) -> HttpResponse:
    """Do an act, or say why it cannot be done; with `check` only say what would come of it."""
    if request.method != "POST":
        return redirect(f"/cases/{case}/?act={act}")
    read = read_first(request, case)
    if not isinstance(read, bool):
        return read
    visit, office = visit_of(request), agency.office()
    with office.store.read() as tx:
        registry = office.registry(tx)
        loaded, controls = load_case(office, tx, registry, case)
        word = word_of(loaded.version, act)
        if word is None:
            raise UnknownThing("这项职权没有这个动作", "this power has no such act")
        given = sent(request, word)
        at = happened(request)
        if given.faults or isinstance(at, Text):
            given.faults += [at] if isinstance(at, Text) else []
            return _case(request, case, act=act, given=given, status=422, outline=not read)
        post = request.POST.get("post") or None
        reason = request.POST.get("reason", "").strip() or None
        if request.POST.get("check"):
            outlook = Outlook(
                tx, registry, loaded, controls, clocks(loaded, registry.calendar), {c.name: c.title for c in controls}
            )
            forecast = outlook.tried(
                act,
                given.data,
                actor=visit.viewer.officer or "",
                post=post,
                at=at or visit.now,
                entered=visit.now,
                reason=reason,
            )
            if is_fragment(request):
                return render(request, "checks.html", {"checks": forecast, "tried": True})
    if request.POST.get("check"):
        return _case(request, case, act=act, given=given, forecast=forecast, outline=not read)
    seen = request.POST.get("seen", "")
    command = Command(
        case=case,
        act=act,
        actor=visit.viewer.officer or "",
        at=at or visit.now,
        entered=visit.now,
        data=given.data,
        post=post,
        reason=reason,
        key=request.POST.get("key", "")[:64] or None,
        seen=int(seen) if seen.isdecimal() and len(seen) < 9 else None,
    )
    return _told(request, case, act, given, door.handle(office, command), outline=not read)


def filled(request: HttpRequest, case: str, act: str, data: Mapping[str, Any]) -> HttpResponse:
    """The page of a case, read before, with the form of an act filled in, to be looked at and submitted."""
    request.POST = QueryDict()  # what was sent belongs to another form
    return _case(request, case, act=act, given=Sent(dict(data)))


def happened(request: HttpRequest) -> Any:
    """Return when the act happened as typed (None: now), or what is wrong with it."""
    text = request.POST.get("at", "").strip()
    if not text:
        return None
    try:
        return parse_instant(text.replace("T", " "))
    except BadInstant as error:
        return error.text


def _told(
    request: HttpRequest, case: str, act: str, given: Sent, answer: door.Answer, *, outline: bool
) -> HttpResponse:
    match answer:
        case door.Done():
            messages.success(request, "repeated" if answer.repeated else "done")
            target = f"/cases/{answer.case}/"
            if is_fragment(request):
                response = HttpResponse(status=204)
                response.headers["HX-Redirect"] = target
                return response
            return redirect(target)
        case door.Stopped():
            return _case(
                request, case, act=act, given=given, forecast=as_forecast(answer.refusals), status=422, outline=outline
            )
        case door.Asked():
            forecast = Forecast(tuple(_check(d.by, "reason", d.reason, None, d.citation) for d in answer.demands))
            return _case(
                request, case, act=act, given=given, forecast=forecast, status=422, asked=True, outline=outline
            )
        case door.Stale():
            given.faults.append(answer.message)
            return _case(request, case, act=act, given=given, status=409, outline=outline)


def as_forecast(refusals: tuple[Refusal, ...]) -> Forecast:
    """Return refusals as the pages show them."""
    return Forecast(tuple(_check(r.by, "stop", r.reason, r.remedy, r.citation) for r in refusals))


def _check(by: str, state: str, reason: Text, remedy: Text | None, citation: Any) -> Any:
    from qingfeng.casework.desk.forecast import Check
    from qingfeng.casework.words import rule_name

    return Check(by, rule_name(by), state, spoken(reason), spoken(remedy) if remedy is not None else None, citation)


@part(Part.WORK)
def begin(request: HttpRequest, power: str, act: str) -> HttpResponse:
    """Open a case."""
    visit, office = visit_of(request), agency.office()
    with office.store.read() as tx:
        registry = office.registry(tx)
        version, controls = office.version(registry, power, registry.version_on(power, local_day(visit.now)))
        row = next((r for r in version.procedure.rows if r.act == act and r.opens_case), None)
        if row is None:
            raise UnknownThing("这项职权不能由此开案", "no case of this power is opened so")
    given = (
        sent(request, row.word) if request.method == "POST" or _carried(request, request.path) is not None else Sent()
    )
    forecast, asked, status = None, False, 200
    if request.method == "POST" and not given.faults:
        at = happened(request)
        if isinstance(at, Text):
            given.faults.append(at)
        else:
            command = Command(
                case="",
                act=act,
                actor=visit.viewer.officer or "",
                at=at or visit.now,
                entered=visit.now,
                data=given.data,
                reason=request.POST.get("reason", "").strip() or None,
                key=request.POST.get("key", "")[:64] or None,
            )
            answer = door.handle(office, command, power=power)
            if isinstance(answer, door.Done):
                messages.success(request, "opened")
                return redirect(f"/cases/{answer.case}/")
            if isinstance(answer, door.Stopped):
                forecast = as_forecast(answer.refusals)
            elif isinstance(answer, door.Asked):
                forecast = Forecast(tuple(_check(d.by, "reason", d.reason, None, d.citation) for d in answer.demands))
                asked = True
            else:
                given.faults.append(answer.message)
        status = 422
    with office.store.read() as tx:
        made = act_form(request, tx, office.registry(tx), new_case("", version), controls, row, actor=visit.viewer.officer or "",
                        post="", now=visit.now, given=given if request.method == "POST" or given.data else None)  # fmt: skip
    context = {
        **made,
        "power": power,
        "power_title": version.title,
        "act": act,
        "act_name": row.word.name,
        "faults": given.faults,
        "key": uuid4().hex,
        "checks": forecast,
        "tried": forecast is not None,
        "asked": asked,
        "at": request.POST.get("at", ""),
        "reason": request.POST.get("reason", ""),
    }
    return render(request, "begin.html", context, status=status)
