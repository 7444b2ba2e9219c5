"""Tips as inspectors find them: mailboxes sealed to them, opened in their browsers; their keys; names, read by two together."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from qingfeng.casework import identity, tipkeys, tips
from qingfeng.casework.desk import tippage
from qingfeng.casework.desk.access import Part
from qingfeng.casework.desk.origin import begun_by
from qingfeng.casework.followup import CHIEF, INSPECTOR
from qingfeng.casework.office import UnknownThing
from qingfeng.casework.recipients import OUTSIDE
from qingfeng.casework.tipkeys import BadTip
from qingfeng.terms.instants import local_day
from qingfeng.terms.people import People
from qingfeng.terms.text import Text

from .. import agency, demo_keys, errors
from ..gate import part
from ..problem import problem
from ..visit import visit_of
from .tips import as_data

SETTLED, SHOWN = 50, 200
"""So many mailboxes dealt with last, and so many that wait, are listed."""
ANSWERS_SIZE = 4 * 1024 * 1024
"""Bytes of a file of answers from the body above: two hundred of some twenty kilobytes."""


@part(Part.SUPERVISION)
def box(request: HttpRequest) -> HttpResponse:
    """Mailboxes that wait for the inspector who looks."""
    visit, office = visit_of(request), agency.office()
    day, who = local_day(visit.now), visit.viewer.officer or ""
    with office.store.read() as tx:
        own = tipkeys.in_use(tx).get(who)
        waiting, done = tips.waiting(office, tx, who, today=day)[:SHOWN], tips.settled(office, tx, who, today=day)[:SETTLED]
        people, up, open_ = office.registry(tx).people, len(tips.gone_up(office, tx, today=day)), tipkeys.open_to_tips(office, tx, day=day)
        outside = OUTSIDE in tipkeys.in_use(tx)
    lines = [{"mailbox": one.number, "since": local_day(one.since), "days": (day - local_day(one.since)).days, "state": one.what}
             for one in waiting]  # fmt: skip
    settled = [(one.number, people.name(one.by), local_day(one.at)) for one in done]
    return render(request, "public/tips.html", {"lines": lines, "settled": settled, "own": own, "open": open_, "up": up,
                                                "outside": outside})  # fmt: skip


@part(Part.SUPERVISION)
@require_POST
def up(request: HttpRequest) -> HttpResponse:
    """Hand out, still sealed, what only the body one level up can open, to be taken there."""
    visit = visit_of(request)
    told = tips.take_up(agency.office(), by=visit.viewer.officer or "", at=visit.now)
    bundle = {"kind": "qingfeng tips for the body above v1",
              "mailboxes": {mailbox: [as_data(one) for one in letters] for mailbox, letters in told.items()}}  # fmt: skip
    response = HttpResponse(json.dumps(bundle, indent=1), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="tips-{local_day(visit.now)}.json"'
    return response


@part(Part.SUPERVISION)
@require_POST
def back(request: HttpRequest) -> HttpResponse:
    """Put the answers of the body one level up, sealed to the reporters, back into their mailboxes."""
    visit, file = visit_of(request), request.FILES.get("answers")
    try:
        told = _object(file.read() if file is not None and (file.size or 0) <= ANSWERS_SIZE else b"")
        new = tips.bring_back(agency.office(), told, by=visit.viewer.officer or "", at=visit.now)
    except BadTip as error:
        return errors.page(request, 422, error.message)
    told_him = Text(zh=f"已放回信箱：{new}条；举报人凭24位数字看到。" if new else "这些回复已经在信箱里，没有重复放入。",
                    en=f"Put back: {new}; reporters read them with their digits." if new else "They are there already.")  # fmt: skip
    messages.info(request, told_him.say(visit.lang))
    return redirect("/tips/")


def _object(raw: bytes) -> Mapping[str, Any]:
    """Return what a file of JSON says; nothing of what is none."""
    try:
        told = json.loads(raw)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


@part(Part.SUPERVISION)
def key(request: HttpRequest) -> HttpResponse:
    """Make one's pair of keys in the browser, enter that of the body one level up; only public keys come here."""
    visit, office = visit_of(request), agency.office()
    wanted = request.GET.get("demo")
    if wanted and (kept := demo_keys.file_of(office, visit.viewer.officer or "", above=wanted == "above")) is not None:
        headers = {"Content-Disposition": f'attachment; filename="{kept.name}"'}
        return HttpResponse(kept.read_bytes(), content_type="application/json", headers=headers)
    if request.method == "POST":
        by, does = visit.viewer.officer or "", request.POST.get("does", "")
        try:
            if does in ("confirm", "reject"):
                tipkeys.decide_on_key(office, request.POST.get("key", ""), confirm=does == "confirm", by=by, at=visit.now)
            else:
                spki = "".join(request.POST.get("spki", "").split())
                tipkeys.propose_key(office, spki, by=by, at=visit.now, outside=does == "outside")
        except BadTip as error:
            return errors.page(request, 422, error.message)
        messages.success(request, "done")
        return redirect("/tips/key/")
    with office.store.read() as tx:
        known, proposed, used = tipkeys.keys(tx), tipkeys.proposed_keys(tx), tipkeys.in_use(tx)
        people = office.registry(tx).people

    def holder(one: tipkeys.TipKey) -> Text:
        return tippage.ABOVE if one.holder == OUTSIDE else Text(people.name(one.holder), people.name(one.holder))

    told = [{"id": one.id, "since": one.since, "holder": holder(one), "used": used.get(one.holder) == one,
             "confirmed_by": people.name(one.confirmed_by)} for one in reversed(known)]  # fmt: skip
    waits = [{"id": one.id, "since": one.since, "holder": holder(one), "by": people.name(one.by), "may": one.by != visit.viewer.officer,
              "others": _others(people, one.by, visit.now)} for one in proposed]  # fmt: skip
    context = {"keys": told, "proposed": waits, "demo": demo_keys.shown(office, visit.viewer.officer or "")}
    return render(request, "public/tip_key.html", context)


def _others(people: People, but: str, now: datetime) -> list[str]:
    """Return the names of the inspectors apart from one: who may confirm what he proposes."""
    staff = dict.fromkeys(one for post in (INSPECTOR, CHIEF) for one in people.holders(post, local_day(now)))
    return [people.name(one) for one in staff if one != but]


@part(Part.SUPERVISION)
def one(request: HttpRequest, mailbox: str) -> HttpResponse:
    """One mailbox: its sealed messages, opened in the browser with the key file; answer or close it."""
    visit, office = visit_of(request), agency.office()
    by = visit.viewer.officer or ""
    if request.method == "POST":
        try:
            _do(mailbox, request.POST, by=by, at=visit.now)
        except BadTip as error:
            return errors.page(request, 422, error.message)
        messages.success(request, "done")
        return redirect("/tips/")
    told = tips.opened(office, mailbox, by=by, at=visit.now)
    letters = [{**data, "json": json.dumps(data["sealed"])} for data in map(as_data, told)]
    day = local_day(visit.now)
    with office.store.read() as tx:
        registry, holders = office.registry(tx), tipkeys.holders_of(tx)
        keys = dict.fromkeys(key for message in told for key in message.keys if by in holders.get(key, ()))
        closing, waits = tips.closing(tx, mailbox), any(one.number == mailbox for one in tips.waiting(office, tx, by, today=day))
        two, named = tips.can_be_two(office, tx, mailbox, day=day), tippage.named(tx, registry, mailbox, by)
        readers, officers = tips.readers(tx, mailbox), tippage.writing(office, tx, day=day).officers
    people = registry.people
    others = [people.name(who) for who in sorted(readers - {closing.by if closing is not None else by})]
    grounds = tips.GROUNDS if two else {tips.PASSED_ON: tips.GROUNDS[tips.PASSED_ON]}
    context = {"mailbox": mailbox, "letters": letters, "keys": keys, "closing": closing, "waits": waits, "grounds": grounds, "two": two,
               "proposer": people.name(closing.by) if closing is not None else "", "own": closing is not None and closing.by == by,
               "others": others, "reasons": tips.GROUNDS, "me": by, "officers": officers, "demo": demo_keys.shown(office, by),
               "openings": begun_by(office, visit.viewer, visit.now) if waits and closing is None and two else [],
               **_identity(named, people, by)}  # fmt: skip
    return render(request, "public/tip_one.html", context)


def _do(mailbox: str, told: Mapping[str, str], *, by: str, at: datetime) -> None:
    office, does = agency.office(), told.get("close", "")
    if does in ("confirm", "reject"):
        tips.decide_on_closing(office, mailbox, confirm=does == "confirm", by=by, at=at)
    elif does:
        tips.propose_closing(office, mailbox, told.get("ground", ""), by=by, at=at)
    else:
        tips.reply(office, mailbox, {name: told.get(name, "") for name in ("key", "nonce", "text")}, by=by, at=at)


def _identity(named: tippage.Named | None, people: People, by: str) -> dict[str, object]:
    """Return what the part of the page on the reporter's name shows."""
    if named is None:
        return {"named": None}
    others = [{"who": one.who, "name": one.name, "kid": one.kid, "now": one.now, "spki": one.spki} for one in named.others]
    waits = named.vault.waits
    past = [{"by": people.name(one.by), "ground": identity.GROUNDS[one.ground], "day": one.day, "agreed": people.name(one.agreed_by),
             "refused": people.name(one.refused_by), "read": one.read} for one in named.vault.askings if not one.open]  # fmt: skip
    mine = any(one.agreed_by and by in (one.by, one.agreed_by) for one in named.vault.askings)
    asker = people.name(waits.by) if waits is not None else ""
    return {"named": named, "named_others": json.dumps(others), "asking": waits, "asker": asker,
            "why": identity.GROUNDS.get(waits.ground) if waits is not None else None, "past": past, "can_read": mine,
            "whys": identity.GROUNDS}  # fmt: skip


@part(Part.SUPERVISION)
def file(request: HttpRequest, mailbox: str, digest: str) -> HttpResponse:
    """One sealed file of a mailbox, to those whom the mailbox is sealed to."""
    with agency.office().store.read() as tx:
        tips.must_read(tx, mailbox, visit_of(request).viewer.officer or "")
        known = {one for message in tips.messages(tx, mailbox) for one in message.files}
    path = agency.shelf().path(digest) if digest in known else None
    if path is None:
        raise UnknownThing("没有这个附件", "there is no such file")
    return HttpResponse(path.read_bytes(), content_type="application/octet-stream")


@part(Part.SUPERVISION)
@require_POST
def name(request: HttpRequest, mailbox: str) -> HttpResponse:
    """Ask for the reporter's name, agree or refuse, or be handed it, still sealed, once two agree."""
    visit, office, told = visit_of(request), agency.office(), request.POST
    by, does = visit.viewer.officer or "", told.get("does", "")
    try:
        if does == "ask":
            identity.ask(office, mailbox, told.get("ground", ""), _halves(told.get("halves", "")), by=by, at=visit.now)
        elif does in ("agree", "refuse"):
            identity.decide(office, mailbox, agree=does == "agree", half=told.get("half", ""), by=by, at=visit.now)
        else:
            vault, asking = identity.read(office, mailbox, by=by, at=visit.now)
            half, other = (asking.back, asking.agreed_by) if asking.by == by else (asking.halves[by], asking.by)
            return JsonResponse({"idnonce": vault.sealed["idnonce"], "idtext": vault.sealed["idtext"], "half": half,
                                 "other": vault.holders[other]})  # fmt: skip
    except BadTip as error:
        if does in ("ask", "agree", "refuse"):
            return errors.page(request, 422, error.message)
        return problem(422, title=Text(zh="没有开启", en="Not opened"), reason=error.message)
    messages.success(request, "done")
    return redirect(f"/tips/{mailbox}/")


def _halves(text: str) -> Mapping[str, str]:
    """Return sealed halves by inspector as a page sent them; nothing of what is none."""
    try:
        told = json.loads(text) if len(text) <= 4_000 else {}
    except (ValueError, RecursionError):
        return {}
    return {str(who): box for who, box in told.items() if isinstance(box, str)} if isinstance(told, dict) else {}
