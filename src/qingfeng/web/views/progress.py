"""A party follows its case with a receipt and acts on it; officers hand out receipts for cases that the counter opened."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from qingfeng.casework import applications, callbacks, complaints, receipts, turned
from qingfeng.casework import handle as door
from qingfeng.casework.desk.progress import party_rule, progress
from qingfeng.casework.desk.public import version_now
from qingfeng.casework.office import Office, UnknownThing, load_case
from qingfeng.casework.ports import ReadTx
from qingfeng.catalogue.power import PARTY, ActRule, FieldType
from qingfeng.engine.case import Case
from qingfeng.engine.control import Command
from qingfeng.engine.event import ACT
from qingfeng.terms.instants import local_day
from qingfeng.terms.people import People
from qingfeng.terms.text import Text

from .. import agency, crowd, errors, flood
from ..fields import Input, Sent, as_written, inputs, sent
from ..gate import public
from ..place import inside, place_of
from ..visit import visit_of
from .apply import LONG, fresh_code, keep_files, said_of, spaced, written
from .public import shown

WRONG_EACH, WRONG_PLACE, UPLOADS = 5, 200, 30
"""Wrong codes an hour for one number, and from one network: no place keeps everybody else out; uploads an hour with one receipt."""
HOLDS = timedelta(minutes=30)
"""So long a receipt stays open in a browser that is not used."""
_WRONG = Text(zh="回执号或者查询码不对。请核对回执单；连续输错会暂停查询一小时。",
              en="The number or the code is wrong. Check the receipt; after several wrong tries it is closed for an hour.")  # fmt: skip
_SLOW = Text(zh="输错的次数太多，查询暂停。", en="Too many wrong tries: looking up is closed for now.")
_LATER = Text(zh="请一小时后再试；查询码遗失的，请持身份证件到窗口换领回执。",
              en="Try again in an hour; if the code is lost, come to the counter with your identity card for a new receipt.")  # fmt: skip
_HOUSE = Text(zh="回执是当事人本人用的，不能在办公的电脑或者登录过的浏览器上使用；没有办理，也没有读取任何内容。",
              en="A receipt is the party's own: it is not used in an office browser or where somebody signed in; nothing is done.")
_OWN = Text(zh="请当事人用自己的手机、电脑，或者大厅的自助机办理；内部人员请在案件页查看进度。演示时请换一个浏览器或者无痕窗口。",
            en="The party uses a telephone or computer of its own, or the machine in the hall; officers see the course on the case. "
               "In a demonstration take another browser or a private window.")  # fmt: skip
LEVELS = (
    ("very_good", Text(zh="非常满意", en="Very satisfied")), ("good", Text(zh="满意", en="Satisfied")),
    ("fair", Text(zh="基本满意", en="Fairly satisfied")), ("bad", Text(zh="不满意", en="Dissatisfied")),
    ("very_bad", Text(zh="非常不满意", en="Very dissatisfied")),
)  # fmt: skip
_OWN_NUMBER = ("rating_no",)


@public
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for number and code."""
    visit = visit_of(request)
    if request.method != "POST":
        if open_receipt(request) is not None:
            return redirect("/progress/case/")
        house = _HOUSE if inside(request) else None
        return shown(request, "progress_ask.html", {"number": request.GET.get("number", "")[:20], "house": house})
    if inside(request):
        return errors.page(request, 403, _HOUSE, _OWN)
    number = receipts.plain_number(request.POST.get("number", "")[:60])
    code = receipts.plain_code(request.POST.get("code", "")[:60])
    if flood.counted("wrong", number, visit.now) >= WRONG_EACH or flood.counted("wrong-from", place_of(request), visit.now) >= WRONG_PLACE:
        return errors.page(request, 429, _SLOW, _LATER)
    with agency.office().store.read() as tx:
        receipt = receipts.read(tx, number)
    if not receipts.fits(receipt, number, code) or receipt is None:
        flood.count("wrong", number, visit.now)
        flood.count("wrong-from", place_of(request), visit.now)
        return shown(request, "progress_ask.html", {"number": number, "fault": _WRONG}, 422)
    request.session["receipt"] = {"number": number, "seq": _secret_seq(receipt), "until": (visit.now + HOLDS).isoformat()}
    if receipt.handed_out:
        return _change(request, receipt)
    return redirect("/progress/receipts/" if request.POST.get("to") == "receipts" else "/progress/case/")


def _secret_seq(receipt: receipts.Receipt) -> str:
    return receipt.digest[:16]  # a changed code closes what was opened with the old one


def _change(request: HttpRequest, receipt: receipts.Receipt) -> HttpResponse:
    """Change a code that an officer handed out, and show the new one once."""
    code = fresh_code()
    digest = receipts.digest_of(receipt.number, code)
    receipts.change_code(agency.office(), receipt.number, digest, at=visit_of(request).now)
    request.session["receipt"] = {**request.session["receipt"], "seq": digest[:16]}
    return shown(request, "receipt.html", {"number": receipt.number, "code": spaced(code), "changed": True, "files": []})


def open_receipt(request: HttpRequest) -> receipts.Receipt | None:
    """Return the receipt that is open in this browser, None if none is (any more)."""
    kept = request.session.get("receipt")
    now = visit_of(request).now
    if not isinstance(kept, dict) or datetime.fromisoformat(str(kept["until"])) < now:
        return None
    with agency.office().store.read() as tx:
        receipt = receipts.read(tx, str(kept["number"]))
    if receipt is None or _secret_seq(receipt) != kept["seq"] or inside(request):
        return None
    request.session["receipt"] = {**kept, "until": (now + HOLDS).isoformat()}
    return receipt


@public
def show(request: HttpRequest) -> HttpResponse:
    """Where the case stands, what was said, what can be done."""
    receipt = open_receipt(request)
    if receipt is None:
        return redirect("/progress/")
    return _page(request, receipt)


def _page(request: HttpRequest, receipt: receipts.Receipt, faults: list[Text] | None = None) -> HttpResponse:
    office = agency.office()
    with office.store.read() as tx:
        page = progress(office, tx, receipt, now=visit_of(request).now)
        about = office.registry(tx).agency
    context = {"page": page, "agency": about, "faults": faults or [], "levels": LEVELS, "grounds": turned.GROUNDS,
               "done": request.GET.get("done", "")[:20]}  # fmt: skip
    return shown(request, "progress.html", context, 422 if faults else 200)


@public
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Close the receipt in this browser."""
    request.session.pop("receipt", None)
    return redirect("/progress/")


@public
def do(request: HttpRequest, act: str) -> HttpResponse:
    """Do an act of the party, or say why it cannot be done."""
    visit, office, receipt = visit_of(request), agency.office(), open_receipt(request)
    if receipt is None:
        return redirect("/progress/")
    with office.store.read() as tx:
        case, rule, people = _allowed(office, tx, receipt, act)
        own = _numbers(receipt, case, rule)
    stop = crowd.too_often(request, "party", receipt.number, UPLOADS) if request.FILES else None  # before anything of it is kept
    if stop is not None:
        return stop
    given = sent(request, rule.word) if request.method == "POST" else Sent()
    faults = list(given.faults)
    if request.method == "POST" and not faults:
        data = {**given.data, **own}
        command = Command(case=case.id, act=act, actor=PARTY, at=visit.now, entered=visit.now, data=data,
                          reason=written(request, "reason", 500) or None, key=request.POST.get("key", "")[:64] or None)  # fmt: skip
        answer = callbacks.act(office, receipt, command)
        if isinstance(answer, door.Done):
            return redirect("/progress/case/?done=act")
        faults = said_of(answer)
    made = [_for_party(one, case, people) for one in inputs(case.version, rule.word, people, local_day(visit.now),
            given=as_written(rule.word, given.data), case=case) if one.id not in own]  # fmt: skip
    context = {"act": act, "act_name": rule.word.name, "inputs": made, "faults": faults, "key": uuid4().hex, "case": case,
               "ends": rule.to == "closed"}  # fmt: skip
    return shown(request, "party_act.html", context, 422 if faults else 200)


def _allowed(office: Office, tx: ReadTx, receipt: receipts.Receipt, act: str) -> tuple[Case, ActRule, People]:
    if receipt.case is None:
        raise UnknownThing("窗口登记收件以后才能办理这一事项", "this is possible once the counter has registered it")
    registry = office.registry(tx)
    case, _ = load_case(office, tx, registry, receipt.case)
    rule = party_rule(case, act)
    if rule is None:
        raise UnknownThing("现在不能办理这一事项，可能已经办过或者期限已过", "this is not possible now: done already, or too late")
    return case, rule, registry.people


def _numbers(receipt: receipts.Receipt, case: Case, rule: ActRule) -> dict[str, Any]:
    """Return the numbers that are ours to give: of a rating, made from the receipt, so that none is used twice."""
    known = {f.id for f in rule.word.fields}
    turn = 1 + sum(e.kind == ACT and e.act == rule.act for e in case.events)
    return {name: f"PJ-{receipt.number}-{turn}" for name in _OWN_NUMBER if name in known}


def _for_party(one: Input, case: Case, people: People) -> Input:
    """Of officers, only those who have acted on the case are offered; hints about hashes are left out."""
    if one.kind in ("officer", "officers"):
        acted = {e.actor for e in case.events if e.kind == ACT}
        options = tuple(replace(o, name=Text(zh=people.name(o.value), en=people.name(o.value))) for o in one.options if o.value in acted)
        return replace(one, options=options)
    if one.kind == FieldType.FILE:
        return replace(one, hint=Text(zh="PDF、图片或者文档，不超过100兆", en="PDF, picture or document, up to 100 MiB"))
    return one


@public
@require_POST
def material(request: HttpRequest) -> HttpResponse:
    """Send papers that are missing; the counter registers them."""
    receipt = open_receipt(request)
    if receipt is None:
        return redirect("/progress/")
    office = agency.office()
    with office.store.read() as tx:
        page = progress(office, tx, receipt, now=visit_of(request).now)
        if not (page.may_send or page.state == "waiting") or receipt.about != "application":
            raise UnknownThing("现在不需要补交材料", "no papers are asked for now")
        told = applications.read(tx, receipt.number)
        version = version_now(office, office.registry(tx), told.power, local_day(visit_of(request).now))
    stop = crowd.too_often(request, "party", receipt.number, UPLOADS)
    if stop is not None:
        return stop
    names = {**applications.paper_names(version, told.matter), "other": "其他材料"}
    faults, files = keep_files(request, names)
    if not files and not faults:
        faults.append(Text(zh="请选择要补交的文件", en="choose the files to send"))
    if faults:
        return _page(request, receipt, faults)
    applications.send_more(office, receipt.number, told.power, written(request, "note", LONG), files, at=visit_of(request).now)
    return redirect("/progress/case/?done=material")


@public
@require_POST
def rate(request: HttpRequest) -> HttpResponse:
    """Rate the service where the power has no act for it; a bad rating goes to discipline supervision."""
    receipt = open_receipt(request)
    if receipt is None:
        return redirect("/progress/")
    rating, content = request.POST.get("rating", ""), written(request, "content", LONG)
    office, now = agency.office(), visit_of(request).now
    if rating not in dict(LEVELS):
        return _page(request, receipt, [Text(zh="请选择一个等次", en="choose one of the levels")])
    with office.store.read() as tx:
        if not progress(office, tx, receipt, now=now).may_rate:
            raise UnknownThing("已经评价过，或者现在不能评价", "rated already, or not possible now")
    with office.store.write() as tx:
        tx.lock(receipts.STREAM + receipt.number)
        known = receipts.read(tx, receipt.number)
        if known is not None and known.rated is None:
            receipts.rate(office, tx, receipt.number, rating, content, at=now)
            callbacks.note(office, tx, receipt, "rate", 0, at=now)
            if rating in complaints.BAD:
                case, said = receipt.case or "", content or dict(LEVELS)[rating].zh
                bad = complaints.Written(about="rating", power=receipt.power, case=case, content=said, name="", phone="")
                complaints.keep(office, tx, receipt.number, bad, at=now)
    return redirect("/progress/case/?done=rating")
