"""Applying online, and the counter's side of it: the box of applications, their papers, their registration as cases."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from typing import Any, cast
from uuid import uuid4

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from qingfeng.casework import applications, boxes, receipts, turned
from qingfeng.casework import handle as door
from qingfeng.casework.answerby import of_application
from qingfeng.casework.desk import counter
from qingfeng.casework.desk import public as desk
from qingfeng.casework.desk.access import Denied, Part, Viewer, may_enter
from qingfeng.casework.office import Office, Registry, UnknownThing
from qingfeng.casework.ports import Conflict, ReadTx
from qingfeng.catalogue.power import PARTY, PowerVersion
from qingfeng.engine.control import Command
from qingfeng.engine.shape import word_of
from qingfeng.store.files import BadFile
from qingfeng.terms.instants import local_day
from qingfeng.terms.text import Text, hazards, spoken

from .. import agency, crowd
from ..fields import PREFIX, Sent, as_written, inputs, sent
from ..gate import denied, part, public
from ..visit import visit_of
from .public import shown

SHORT, LONG = 200, 2_000
FILES, HOURLY = 10, 300
"""Files of one application; applications an hour of the whole site."""
_PHONE = re.compile(r"[0-9+() -]{6,20}")


def fresh_number(request: HttpRequest) -> str:
    """Return a random number for a receipt."""
    digits = f"{secrets.randbelow(10**8):08d}"  # of 100 million a year: a clash is noticed and drawn again
    return f"{visit_of(request).now.year}-{digits[:4]}-{digits[4:]}"


def fresh_code() -> str:
    """Return a random code."""
    return "".join(secrets.choice(receipts.ALPHABET) for _ in range(receipts.CODE_LENGTH))


def spaced(code: str) -> str:
    """Return a code in groups of four."""
    return "-".join(code[n : n + 4] for n in range(0, len(code), 4))


def written(request: HttpRequest, name: str, most: int) -> str:
    """Return a text that somebody wrote, without what could hide in it."""
    text = request.POST.get(name, "").replace("\r\n", "\n").strip()[:most]
    return "".join(char for char in text if char == "\n" or not hazards(char))


@public
def choose(request: HttpRequest) -> HttpResponse:
    """Choose what to apply for."""
    office = agency.office()
    with office.store.read() as tx:
        lines = [
            one
            for one in desk.power_lines(office, office.registry(tx), local_day(visit_of(request).now))
            if one.applies
        ]
    return shown(request, "apply_choose.html", {"powers": lines})


@public
def apply(request: HttpRequest, power: str) -> HttpResponse:
    """Apply for something that the counter registers."""
    version = _version(request, power)
    if applications.receiving(version) is None:
        own = desk.opening_acts(version)
        if own:
            return redirect(f"/apply/{power}/{own[0].act}/")
        raise UnknownThing("这项职权不由申请启动，不能在网上申请", "this power does not begin with an application")
    listed = desk.matter_views(version)
    matter = next((m for m in listed if m.code == (request.POST.get("matter") or request.GET.get("matter"))), None)
    context: dict[str, Any] = {
        "power": power, "power_title": version.title, "matters": listed, "matter": matter, "given": request.POST,
        "crowd": crowd.work_for(request, "apply", HOURLY), "crowd_kind": "apply"}  # fmt: skip
    if request.method != "POST" or matter is None:
        fault = [Text(zh="请选择事项", en="choose the matter")] if request.method == "POST" else []
        return shown(request, "apply.html", {**context, "faults": fault}, 422 if fault else 200)
    faults, draft = _draft(request, power, matter)
    if not faults:
        stop = crowd.stopped(request, "apply", HOURLY)
        if stop is not None:
            context["crowd"] = crowd.work_for(request, "apply", HOURLY, always=True)
            return shown(request, "apply.html", {**context, "faults": [stop]}, 429)
        faults, files = keep_files(request, {code: name for code, name, _ in matter.papers})
    if faults:
        return shown(request, "apply.html", {**context, "faults": faults}, 422)
    number, code = _submit(request, applications.Draft(**draft, files=tuple(files)))
    today = local_day(visit_of(request).now)
    with agency.office().store.read() as tx:
        answer = of_application(today, agency.office().registry(tx).calendar, today=today)
    context = {"number": number, "code": spaced(code), "what": matter.name, "files": files, "answer": answer}
    return shown(request, "receipt.html", context)


def _version(request: HttpRequest, power: str) -> PowerVersion:
    office = agency.office()
    with office.store.read() as tx:
        return desk.version_now(office, office.registry(tx), power, local_day(visit_of(request).now))


def _draft(request: HttpRequest, power: str, matter: desk.MatterView) -> tuple[list[Text], dict[str, Any]]:
    told = {
        "power": power,
        "matter": matter.code,
        "applicant": written(request, "applicant", SHORT),
        "person": written(request, "person", SHORT),
        "phone": written(request, "phone", 30),
        "note": written(request, "note", LONG),
    }
    faults = []
    if len(told["applicant"]) < 2:
        faults.append(Text(zh="请填写申请人（单位全称或者姓名）", en="name the applicant"))
    if not _PHONE.fullmatch(told["phone"]):
        faults.append(Text(zh="请填写联系电话（数字，6至20位）", en="give a telephone number (6 to 20 digits)"))
    missing = [
        name for code, name, optional in matter.papers if not optional and not request.FILES.getlist(f"paper.{code}")
    ]
    if missing and not request.POST.get("incomplete"):
        zh = "、".join(missing)
        faults.append(
            Text(
                zh=f"公布清单要求的材料还没有上传：{zh}。暂时没有的，请在表末勾选“材料稍后补交”。",
                en=f"papers of the published list are missing: {zh}. If you have them later, tick “papers follow” below.",
            )
        )
    return faults, told


def keep_files(request: HttpRequest, papers: Mapping[str, str]) -> tuple[list[Text], list[applications.SentFile]]:
    """Keep uploads named paper.<code>; return what was wrong with them, and those kept."""
    faults, kept = [], []
    for code, name in papers.items():
        for upload in request.FILES.getlist(f"paper.{code}")[:FILES]:
            shown_name = "".join(c for c in (upload.name or "") if not hazards(c))[-100:]
            try:
                kept.append(
                    applications.SentFile(code, shown_name, agency.shelf().keep(upload.name or "", upload.chunks()))
                )
            except BadFile as error:
                faults.append(Text(zh=f"{name}：{error.text.zh}", en=f"{name}: {error.text.en}"))
    if len(kept) > FILES:
        faults.append(Text(zh=f"一次最多上传{FILES}个文件", en=f"at most {FILES} files at a time"))
    return faults, kept


def _submit(request: HttpRequest, draft: applications.Draft) -> tuple[str, str]:
    for last in (False, False, True):
        number, code = fresh_number(request), fresh_code()
        try:
            applications.submit(
                agency.office(), draft, number, receipts.digest_of(number, code), at=visit_of(request).now
            )
        except Conflict:
            if last:
                raise
            continue
        break
    return number, code


@public
def open_case(request: HttpRequest, power: str, act: str) -> HttpResponse:
    """Open a case oneself, where the procedure lets the party do it."""
    visit, office = visit_of(request), agency.office()
    version = _version(request, power)
    row = next((r for r in desk.opening_acts(version) if r.act == act), None)
    if row is None:
        raise UnknownThing("这项职权不能由申请人直接开案", "no case of this power is opened by the party itself")
    given, faults = Sent(), []
    full = crowd.stopped(request, "apply", HOURLY) if request.method == "POST" else None
    if full is not None:  # before anything of it is kept: no file is read
        given, faults = sent(request, row.word, files=False), [full]
    elif request.method == "POST":
        given = sent(request, row.word)
        faults = given.faults
        if not faults:
            command = Command(case="", act=act, actor=PARTY, at=visit.now, entered=visit.now, data=given.data,
                              key=request.POST.get("key", "")[:64] or None)  # fmt: skip
            answer = door.handle(office, command, power=power)
            if isinstance(answer, door.Done):
                number, code = fresh_number(request), fresh_code()
                with office.store.write() as tx:
                    digest = receipts.digest_of(number, code)
                    receipts.issue(
                        office, tx, number, digest, about="case", power=power, case=answer.case, at=visit.now
                    )
                return shown(
                    request,
                    "receipt.html",
                    {"number": number, "code": spaced(code), "what": version.title, "files": []},
                )
            faults = said_of(answer)
    with office.store.read() as tx:
        people = office.registry(tx).people
    made = inputs(version, row.word, people, local_day(visit.now), given=as_written(row.word, given.data))
    context = {"power": power, "power_title": version.title, "act_name": row.word.name, "inputs": made, "faults": faults,
               "key": uuid4().hex, "crowd": crowd.work_for(request, "apply", HOURLY, always=full is not None),
               "crowd_kind": "apply"}  # fmt: skip
    return shown(request, "open_case.html", context, 429 if full is not None else 422 if faults else 200)


def said_of(answer: door.Answer) -> list[Text]:
    """Return in words why an act was not done."""
    match answer:
        case door.Stopped():
            return [
                spoken(Text(zh=f"{r.reason.zh}。{r.remedy.zh}", en=f"{r.reason.en}. {r.remedy.en}")) for r in answer.refusals
            ]
        case door.Asked():
            return [spoken(demand.reason) for demand in answer.demands]
        case door.Stale():
            return [answer.message]
        case _:
            return []


@part(Part.WORK)
def box(request: HttpRequest) -> HttpResponse:
    """What came in online and waits for the counter."""
    visit, office = visit_of(request), agency.office()
    day = local_day(visit.now)
    with office.store.read() as tx:
        registry = office.registry(tx)
        mine = _mine(office, registry, visit.viewer, request)
        waiting = [one for one in boxes.waiting(office, tx, applications.BOX, today=day) if one.power in mine][:200]
        lines = [
            {"one": one, "title": mine[one.power].title, "late": (day - local_day(one.since)).days > 1}
            for one in waiting
        ]
    return render(request, "public/applications.html", {"lines": lines, "registers": mine})


def _mine(office: Office, registry: Registry, viewer: Viewer, request: HttpRequest) -> dict[str, PowerVersion]:
    now = visit_of(request).now
    found = {}
    for line in desk.power_lines(office, registry, local_day(now)):
        version = desk.version_now(office, registry, line.id, local_day(now))
        if applications.registers(registry, version, viewer.officer, now):
            found[line.id] = version
    return found


def read_for(
    request: HttpRequest, tx: ReadTx, number: str
) -> tuple[applications.Application, PowerVersion] | HttpResponse:
    """Return an application to who registers such, one turned away to discipline too; else the page that says why not."""
    visit, office = visit_of(request), agency.office()
    registry = office.registry(tx)
    told = applications.read(tx, number)
    version = desk.version_now(office, registry, told.power, local_day(visit.now))
    looks = told.turned is not None and may_enter(visit.viewer, Part.SUPERVISION) is None
    if looks or applications.registers(registry, version, visit.viewer.officer, visit.now):
        return told, version
    barred = Denied(Text(zh="网上申请只对办理这项职权收件的岗位开放", en="applications are open to the post that registers them"),
                    Text(zh="请由窗口人员登记后，在案件中查阅。", en="Let the counter register it, then read it on the case."))  # fmt: skip
    return denied(request, barred, f"application {number}")


@part(Part.WORK)
def application(request: HttpRequest, number: str) -> HttpResponse:
    """One application with its papers."""
    return application_page(request, number)


def application_page(request: HttpRequest, number: str, fault: Text | None = None) -> HttpResponse:
    """The same; fault: why something was not done."""
    visit, office = visit_of(request), agency.office()
    with office.store.read() as tx:
        found = read_for(request, tx, number)
        if isinstance(found, HttpResponse):
            return found
        told, version = found
        waiting = boxes.waiting(office, tx, applications.BOX, today=local_day(visit.now))
        registry = office.registry(tx)
    _, controls = office.version(registry, told.power, registry.version_on(told.power, local_day(visit.now)))
    people, registers = registry.people, applications.registers(registry, version, visit.viewer.officer, visit.now)
    receiving = applications.receiving(version)
    context = {"one": told, "power_title": version.title, "matter": applications.matter_name(version, told.matter),
               "waits": any(one.number == number for one in waiting), "fault": fault, "grounds": turned.GROUNDS, "given": request.POST,
               "turner": people.name(told.turned.by) if told.turned else "", "registers": registers,
               "reviews": told.turned is not None and may_enter(visit.viewer, Part.SUPERVISION) is None,
               "late": told.sent_on < local_day(visit.now), "papers": applications.paper_names(version, told.matter),
               "ticket": applications.ticket_rule(version), "before": counter.before_receipt(version, controls),
               "receiving": receiving.act if receiving is not None else ""}  # fmt: skip
    return render(request, "public/application.html", context, status=422 if fault else 200)


@part(Part.WORK)
def file(request: HttpRequest, number: str, digest: str) -> HttpResponse:
    """A paper of an application."""
    with agency.office().store.read() as tx:
        found = read_for(request, tx, number)
        if isinstance(found, HttpResponse):
            return found
    kept = next((f for s in found[0].sent for f in s.files if f.digest == digest), None)
    path = agency.shelf().path(digest) if kept is not None else None
    if kept is None or path is None:
        raise UnknownThing("没有这个文件", "there is no such file")
    stream = FileResponse(
        path.open("rb"), as_attachment=True, filename=kept.name or digest, content_type=agency.shelf().type_of(digest)
    )
    return cast("HttpResponse", stream)  # it is one in all that a view and its guards ask of it


@require_POST
def register(request: HttpRequest, number: str) -> HttpResponse:
    """Make an application a case: draw its number, or name the case that the counter opened."""
    visit, office = visit_of(request), agency.office()
    with office.store.read() as tx:
        found = read_for(request, tx, number)
    if isinstance(found, HttpResponse):
        return found
    by, case = visit.viewer.officer or "", request.POST.get("case", "").strip()[:200]
    if case:
        try:
            applications.bind(office, number, case, by=by, at=visit.now, reason=written(request, "reason", 1_000) or None)
        except applications.BadApplication as error:
            return application_page(request, number, error.message)
        return redirect(f"/applications/{number}/")
    answer = applications.register(office, number, by=by, at=visit.now, reason=written(request, "reason", 1_000) or None)
    if isinstance(answer, door.Done):
        messages.success(request, "opened")
        return redirect(f"/applications/{number}/")
    return application_page(request, number, next(iter(said_of(answer)), Text(zh="没有登记", en="it was not registered")))


register = part(Part.WORK)(register)


@require_POST
def fill(request: HttpRequest, number: str) -> HttpResponse:
    """Open the case's form of registration, filled in with what the applicant wrote; nothing is recorded by that."""
    with agency.office().store.read() as tx:
        found = read_for(request, tx, number)
    if isinstance(found, HttpResponse):
        return found
    told, version = found
    more = request.POST.get("what") == "more"
    act = "supplement" if more else getattr(applications.receiving(version), "act", "")
    word = word_of(version, act)
    if told.case is None or word is None:
        raise UnknownThing("这份申请还没有登记为案件", "this application has not become a case yet")
    if not more:  # the form itself knows what was applied for, and what else the record says (casework.desk.filling)
        messages.info(request, "filled")
        return redirect(f"/cases/{told.case}/?act={act}")
    known = {f.id for f in word.fields}
    data = {
        name: value
        for name, value in applications.as_received(version, told, more=True).items()
        if name in known and value
    }
    shown_ = as_written(word, data)
    fields = {
        PREFIX + name: [", ".join(value)] if isinstance(value, list) else [str(value)] for name, value in shown_.items()
    }
    request.session["carried"] = {"path": f"/cases/{told.case}/do/{act}/", "fields": fields, "said": "filled"}
    return redirect(f"/cases/{told.case}/?act={act}")


fill = part(Part.WORK)(fill)


@require_POST
def settle(request: HttpRequest, number: str) -> HttpResponse:
    """Say that papers which came later are registered on the case."""
    with agency.office().store.read() as tx:
        found = read_for(request, tx, number)
    if isinstance(found, HttpResponse):
        return found
    applications.settle(agency.office(), number, by=visit_of(request).viewer.officer or "", at=visit_of(request).now)
    return redirect("/applications/")


settle = part(Part.WORK)(settle)
