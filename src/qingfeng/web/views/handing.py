"""Receipts that officers hand out, and the calls by which somebody else asks the party what was done with them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from qingfeng.casework import boxes, callbacks, receipts
from qingfeng.casework.callbacks import OUTCOMES, BadCall
from qingfeng.casework.desk.access import Part
from qingfeng.casework.followup import CHIEF, INSPECTOR
from qingfeng.casework.office import Office, UnknownThing, load_case
from qingfeng.casework.outbox import internal_powers
from qingfeng.casework.ports import Conflict, ReadTx
from qingfeng.casework.receipts import CHANNELS, Handed, Receipt, Used
from qingfeng.engine.shape import word_of
from qingfeng.terms.instants import local_day
from qingfeng.terms.text import Text

from .. import agency, errors
from ..gate import part
from ..visit import visit_of
from .apply import LONG, fresh_code, fresh_number, spaced, written
from .work import read_first

SETTLED = 50
_INNER = Text(zh="本案涉及本单位人员，不对外查询，不发放回执。", en="This case concerns the agency's own people: no receipt is handed out for it.")
_RATED = Text(zh="评价服务", en="Rate the service")


@part(Part.WORK)
def hand_out(request: HttpRequest, case: str) -> HttpResponse:
    """Hand out a receipt to the party of a case: to whom and how is laid down; its code is shown once and changed at the first use."""
    read = read_first(request, case)
    if not isinstance(read, bool):
        return read
    visit, office = visit_of(request), agency.office()
    with office.store.read() as tx:
        registry, row = office.registry(tx), tx.case_row(case)
        inner = row is not None and row.power in internal_powers(registry)
        former = [(one, registry.people.name(one.handed_by or "")) for one in receipts.of_case(tx, case)]
    if row is None:
        raise UnknownThing("没有这个案件", "there is no such case")
    if inner:
        return errors.page(request, 403, _INNER)
    context: dict[str, Any] = {"case": case, "former": former, "channels": CHANNELS, "given": request.POST}
    if request.method != "POST" or not request.POST.get("hand_out"):
        return render(request, "public/hand_out.html", context)
    handed = Handed(to=written(request, "to", 100), channel=request.POST.get("channel", ""), reference=written(request, "reference", 100))
    faults = _lacks(handed)
    if faults:
        return render(request, "public/hand_out.html", {**context, "faults": faults}, status=422)
    for _ in range(3):
        number, code = fresh_number(request), fresh_code()
        try:
            with office.store.write() as tx:
                receipts.issue(office, tx, number, receipts.digest_of(number, code), about="case", power=row.power, case=case,
                               by=visit.viewer.officer, handed=handed, at=visit.now)  # fmt: skip
        except Conflict:
            continue
        return render(request, "public/hand_out.html", {**context, "number": number, "code": spaced(code), "handed": handed})
    return errors.page(request, 409, Text(zh="回执号码重复，没有保存；请重试", en="the number was taken; nothing was saved: try again"))


def _lacks(handed: Handed) -> list[Text]:
    faults = []
    if len(handed.to) < 2:
        faults.append(Text(zh="请填写交给谁（姓名，是代理人的写明）", en="say to whom it is handed (an agent as such)"))
    if handed.channel not in CHANNELS:
        faults.append(Text(zh="请选择怎样交付", en="choose how it is handed over"))
    if sum(char.isalnum() for char in handed.reference) < 2:
        faults.append(Text(zh="请填写签收单、送达回证的编号，或者所打的电话号码", en="give the number of the slip, the proof of service or the telephone"))
    return faults


@part(Part.SUPERVISION)
def calls(request: HttpRequest) -> HttpResponse:
    """Receipts by which something was done that the party is still to be asked about."""
    visit, office = visit_of(request), agency.office()
    day = local_day(visit.now)
    with office.store.read() as tx:
        people = office.registry(tx).people
        lines = [(known, people.name(known.handed_by or ""), (day - local_day(one.since)).days)
                 for one in boxes.waiting(office, tx, callbacks.BOX, today=day)[:200]
                 if (known := receipts.read(tx, one.number)) is not None]  # fmt: skip
        settled = [(one.number, people.name(one.by), one.at) for one in boxes.settled(office, tx, callbacks.BOX, today=day)[:SETTLED]]
    return render(request, "public/calls.html", {"lines": lines, "settled": settled})


@part(Part.SUPERVISION)
def call(request: HttpRequest, number: str) -> HttpResponse:
    """One receipt: what was done with it, whom to ask on which number, and what was said."""
    visit, office = visit_of(request), agency.office()
    fault = None
    if request.method == "POST":
        outcome, words = request.POST.get("outcome", ""), written(request, "words", LONG)
        try:
            callbacks.called(office, number, outcome=outcome, words=words, by=visit.viewer.officer or "", at=visit.now)
        except BadCall as error:
            fault = error.message
        else:
            messages.success(request, "done")
            return redirect("/calls/")
    with office.store.read() as tx:
        receipt = receipts.read(tx, number)
        if receipt is None or receipt.handed_by is None or receipt.case is None:
            raise UnknownThing("没有这份发放的回执", "no such receipt was handed out")
        context = _call(office, tx, receipt, visit.viewer.officer or "", request)
    return render(request, "public/call.html", {**context, "fault": fault, "given": request.POST}, status=422 if fault else 200)


def _call(office: Office, tx: ReadTx, receipt: Receipt, viewer: str, request: HttpRequest) -> dict[str, Any]:
    day, people = local_day(visit_of(request).now), office.registry(tx).people
    barred = callbacks.barred(office, tx, receipt)
    staff = dict.fromkeys(one for post in (INSPECTOR, CHIEF) for one in people.holders(post, day))
    case, _ = load_case(office, tx, office.registry(tx), receipt.case or "")
    words = {event.seq: event for event in case.events}

    def name(one: Used) -> Text:
        word = word_of(case.version, one.act) if one.seq in words else None
        return word.name if word is not None else _RATED

    numbers = [(one.number, people.name(one.by) if one.by in people.names else "") for one in callbacks.numbers(office, tx, receipt)]
    return {
        "one": receipt, "row": tx.case_row(receipt.case or ""), "by": people.name(receipt.handed_by or ""),
        "used": [(name(one), one.at) for one in receipt.used], "numbers": numbers,
        "calls": [(OUTCOMES.get(c.outcome), c.words, people.name(c.by), c.at) for c in receipt.calls],
        "former": len(receipts.of_case(tx, receipt.case or "")), "barred": viewer in barred,
        "others": [people.name(one) for one in staff if one not in barred], "outcomes": OUTCOMES,
        "waits": any(one.number == receipt.number for one in boxes.waiting(office, tx, callbacks.BOX, today=day)),
        "channel": CHANNELS.get(receipt.handed.channel) if receipt.handed is not None else None,
    }  # fmt: skip
