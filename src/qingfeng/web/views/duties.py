"""Recurring duties: what is due, done and missed; the report as a form; samples of case files with their score sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from qingfeng.casework import dutywork, publicvalues
from qingfeng.casework.desk import dutyform, dutypage, roster
from qingfeng.casework.desk.access import Part
from qingfeng.casework.desk.watch import states, title_among, versions_of
from qingfeng.casework.dutywork import DutyState
from qingfeng.casework.office import UnknownThing
from qingfeng.duties.answers import day_said
from qingfeng.duties.sampling import Samples
from qingfeng.store.files import BadFile
from qingfeng.terms.instants import local_day
from qingfeng.terms.text import Text, spoken

from .. import agency
from ..gate import part
from ..visit import visit_of

SAMPLED = "file_sampling"
SHOWN_VALUES = 8


@part(Part.WORK)
def duties(request: HttpRequest) -> HttpResponse:
    """Every duty: of discipline and heads all, of others what their posts have to do."""
    visit, office = visit_of(request), agency.office()
    power, only = request.GET.get("power", ""), request.GET.get("only", "")
    only = only if only in ("mine", "owed", "due") else ""
    with office.store.read() as tx:
        registry = office.registry(tx)
        versions = versions_of(office, registry, local_day(visit.now))
        known = states(office, tx, registry, versions, today=local_day(visit.now))
        lines = dutypage.lines(registry, versions, known, visit.viewer, now=visit.now)
    shown = [one for one in lines if (power not in versions or one.power == power) and _fits(one, only)]
    powers = [(one, title_among(versions, one)) for one in versions]
    context = {
        "lines": shown,
        "powers": powers,
        "power": power if power in versions else "",
        "only": only,
        "owed": sum(one.owed for one in lines),
        "mine": sum(one.mine for one in lines),
        "many": len(lines),
    }
    return render(request, "supervision/duties.html", context)


def _fits(one: dutypage.Line, only: str) -> bool:
    return {"mine": one.mine, "owed": bool(one.owed), "due": one.ready}.get(only, True)


@part(Part.WORK)
def duty(request: HttpRequest, power: str, name: str) -> HttpResponse:
    """One duty: its record, and the report of the period."""
    visit, office = visit_of(request), agency.office()
    stream = dutywork.stream_of(power, name)
    with office.store.read() as tx:
        if not tx.head(stream):
            raise UnknownThing("没有这项定期职责", "there is no such duty")
        registry = office.registry(tx)
        known = dutywork.state(office, tx, registry, stream, today=local_day(visit.now))
        versions = versions_of(office, registry, local_day(visit.now))
        line = dutypage.line_of(registry, versions, known, visit.viewer, now=visit.now)
        history = dutypage.history(tx, known, registry.people)
        values = publicvalues.entries(tx)
    given: dict[str, Sequence[str]] = dict(request.POST.lists()) if request.method == "POST" else {}
    faults: list[Text] = []
    if request.method == "POST" and request.POST.get("enter") and isinstance(known.duty, Samples):
        wrong = _enter(request, known.duty)
        if wrong is None:
            messages.success(request, "done")
            return redirect(f"/duties/{power}/{name}/")
        faults.append(spoken(wrong))
    said = _from_query(request)
    if isinstance(known.duty, Samples):
        values = [one for one in values if one.source == known.duty.seed_source.source]
        said = dutypage.entered(known, values, today=local_day(visit.now)) | said
    shown = dutywork.show(office, stream, _beacon({**said, **given}), at=visit.now)
    made = dutyform.sections(known.duty, shown, known.version, registry.people, {**said, **given})
    if request.method == "POST" and request.POST.get("report"):
        content = dutyform.read_back(made, {**given, **_files(request, made, faults)})
        if request.POST.get("late_reason", "").strip():
            content["late_reason"] = request.POST["late_reason"].strip()
        if not faults:
            period, refusals = dutywork.report(office, stream, content, actor=visit.viewer.officer or "", at=visit.now)
            if period is not None:
                messages.success(request, "done")
                return redirect(f"/duties/{power}/{name}/")
            faults += [spoken(refusal.reason) for refusal in refusals]
    officers = dutyform.officers(registry.people, roster.post_names(office, registry), local_day(visit.now))
    context = {
        "line": line,
        "shown": shown,
        "sections": made,
        "faults": faults,
        "history": history,
        "officers": officers,
        "pool": dutypage.pool(shown),
        "too_many": len(shown.sheet) > dutyform.MOST_CASES,
        "late_reason": request.POST.get("late_reason", ""),
        "source": dutypage.source(known),
        "sampled": name == SAMPLED,
        "values": [(one, registry.people.name(one.by)) for one in values[-SHOWN_VALUES:]],
    }
    return render(request, "supervision/duty.html", context, status=422 if faults else 200)


def _enter(request: HttpRequest, duty: Samples) -> Text | None:
    """Enter the public value of a day, as published; return why it cannot be entered."""
    visit, form = visit_of(request), request.POST
    on = day_said(form.get("value_on", ""))
    if on is None:
        return Text(zh="须写明号码开出的日期", en="give the day on which the value came out")
    return publicvalues.enter(agency.office(), duty, on, form.get("value_round", ""), form.get("value_value", "").strip(),
                              actor=visit.viewer.officer or "", at=visit.now, why=form.get("value_why", ""))  # fmt: skip


def _beacon(source: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Return what is known of the draw: from the form, else from the address, else as it was entered."""

    def of(name: str) -> str:
        return (source.get(name) or [""])[0].strip()[:500]

    beacon = {key: of(f"beacon|{key}") for key in ("on", "round", "value", "moved") if of(f"beacon|{key}")}
    told: dict[str, Any] = {"beacon": {"round": "0", **beacon}} if beacon else {}
    return told | {key: of(key) for key in ("link", "counted_on") if of(key)}


def _from_query(request: HttpRequest) -> dict[str, Sequence[str]]:
    return {key: values for key, values in request.GET.lists() if key.startswith("beacon|") or key in ("link", "counted_on")}


def _files(request: HttpRequest, made: Sequence[dutyform.Section], faults: list[Text]) -> dict[str, Sequence[str]]:
    """Keep the lists that were uploaded; return their hashes by the name of the input."""
    told: dict[str, Sequence[str]] = {}
    for one in (i for section in made for i in section.inputs if i.kind == "hash"):
        upload = request.FILES.get(one.key + "#file")
        if upload is not None:
            try:
                told[one.key] = [agency.shelf().keep(upload.name or "", upload.chunks())]
            except BadFile as error:
                faults.append(error.text)
    return told


@part(Part.SUPERVISION)
def samples(request: HttpRequest) -> HttpResponse:
    """The samples of case files of every power: pool, seed, day of the draw, what the reviews found."""
    visit, office = visit_of(request), agency.office()
    with office.store.read() as tx:
        registry = office.registry(tx)
        versions = versions_of(office, registry, local_day(visit.now))
        known: Sequence[DutyState] = states(office, tx, registry, versions, today=local_day(visit.now))
        lines = [
            (dutypage.line_of(registry, versions, one, visit.viewer, now=visit.now), dutypage.source(one), dutypage.reviewed(tx, one))
            for one in known
            if dutypage.source(one) is not None
        ]
    files = [one for one in lines if one[0].duty == SAMPLED]
    others = [one for one in lines if one[0].duty != SAMPLED]
    return render(request, "supervision/samples.html", {"files": files, "others": others})
