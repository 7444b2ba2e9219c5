"""Applications that came in online: kept at once with the digests of their papers, registered by the counter as a case.

The portal does not decide and does not register: the procedures have the counter do that (号码, 首问, 收件, 受理单).  What it adds is
that nothing can be sent back at the door: what is in the box stays there until it has become a case, and there is no way to refuse it here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from qingfeng.catalogue.codes import word
from qingfeng.catalogue.power import PARTY, ActRule, PowerVersion
from qingfeng.engine.control import Command
from qingfeng.engine.event import Event
from qingfeng.terms.instants import local_day
from qingfeng.terms.text import Text

from . import boxes, receipts
from .handle import Answer, Done, handle_within
from .office import Office, Registry, UnknownThing, event_of
from .ports import ReadTx, WriteTx

STREAM, BOX = "application/", "applications"
SENT, MORE, REGISTERED = "application_sent", "application_more", "application_registered"
PRIVATE = frozenset({"applicant", "person", "phone", "note", "files"})


@dataclass(frozen=True, slots=True)
class SentFile:
    """One file that came with an application: for which paper of the published list, its name, its digest."""

    paper: str
    name: str
    digest: str


@dataclass(frozen=True, slots=True)
class Sending:
    """One time that something was sent."""

    what: str  # new | more
    at: datetime
    note: str
    files: tuple[SentFile, ...]


@dataclass(frozen=True, slots=True)
class Application:
    """An application as it stands; case: what it has become."""

    number: str
    power: str
    matter: str
    applicant: str
    person: str
    phone: str
    sent: tuple[Sending, ...]
    case: str | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What an applicant wrote."""

    power: str
    matter: str
    applicant: str
    person: str
    phone: str
    note: str
    files: tuple[SentFile, ...]


def submit(office: Office, draft: Draft, number: str, digest: str, *, at: datetime) -> None:
    """Keep an application, its receipt and its place in the box, together.  Raises StoreError; Conflict if the number is taken."""
    with office.store.write() as tx:
        receipts.issue(office, tx, number, digest, about="application", power=draft.power, at=at)
        data = {"power": draft.power, "matter": draft.matter, "applicant": draft.applicant, "person": draft.person,
                "phone": draft.phone, "note": draft.note, "files": [[f.paper, f.name, f.digest] for f in draft.files]}  # fmt: skip
        _append(office, tx, number, SENT, data, by=None, at=at)
        boxes.put(office, tx, BOX, number, power=draft.power, what="new", at=at)


def send_more(office: Office, number: str, power: str, note: str, files: Sequence[SentFile], *, at: datetime) -> None:
    """Keep papers that came later (supplementation), for the counter to register.  Raises StoreError."""
    with office.store.write() as tx:
        data = {"note": note, "files": [[f.paper, f.name, f.digest] for f in files]}
        _append(office, tx, number, MORE, data, by=None, at=at)
        boxes.put(office, tx, BOX, number, power=power, what="more", at=at)


def read(tx: ReadTx, number: str) -> Application:
    """Return an application.  Raises UnknownThing."""
    told: Application | None = None
    for row in tx.events(STREAM + number):
        event = event_of(row)
        data = event.data
        if event.kind in (SENT, MORE):
            files = tuple(SentFile(*map(str, one)) for one in data.get("files") or ())
            sending = Sending("new" if event.kind == SENT else "more", event.at, str(data.get("note", "")), files)
            told = replace(told, sent=(*told.sent, sending)) if told is not None else Application(
                number, str(data["power"]), str(data.get("matter", "")), str(data.get("applicant", "")), str(data.get("person", "")),
                str(data.get("phone", "")), (sending,))  # fmt: skip
        elif told is not None:
            told = replace(told, case=str(data["case"]) if data.get("case") else told.case, by=event.actor)
    if told is None:
        raise UnknownThing("没有这份网上申请", "there is no such application")
    return told


def ticket_rule(version: PowerVersion) -> ActRule | None:
    """Return the act with which the party's number at the counter opens a case; None if the power has none."""
    said = version.controls.get("counter_ticket") or {}
    tickets = set(said.get("tickets") or ("take_ticket",))
    return next((row for row in version.procedure.rows if row.opens_case and row.act in tickets and PARTY in row.by), None)


def receiving(version: PowerVersion) -> ActRule | None:
    """Return the act with which the counter registers an application; None if nobody from outside applies for this power."""
    listed = version.controls.get("published_requirements") or {}
    acts = list(listed.get("receives") or ("receive_application",))
    rows = [row for row in version.procedure.rows if row.act in acts and "applicant" in row.word.required]
    return min(rows, key=lambda row: acts.index(row.act), default=None)


def registers(registry: Registry, version: PowerVersion, officer: str | None, at: datetime) -> bool:
    """True if an officer may register applications for a power."""
    row = receiving(version)
    if row is None or officer is None:
        return False
    return bool(registry.people.authorities(officer, row.by, local_day(at), act=row.act, may_delegate=not row.no_delegation))


def register(office: Office, number: str, *, by: str, at: datetime) -> Answer:
    """Draw the applicant's number at the counter and open the case with it, in one transaction; the officer then registers the receipt.

    Raises UnknownThing, StoreError, CalendarMissing.
    """
    with office.store.write() as tx:
        application = _to_register(tx, number)
        registry = office.registry(tx)
        version, _ = office.version(registry, application.power, registry.version_on(application.power, local_day(at)))
        row = ticket_rule(version)
        if row is None:
            raise UnknownThing("这项职权不从取号开始，请先开案，再填写案号", "this power does not begin with a ticket: open a case, then give its number")
        data = _ticket(tx, version, row, application)
        command = Command(case="", act=row.act, actor=PARTY, at=at, entered=at, data=data)
        answer = handle_within(office, tx, command, power=application.power)
        if isinstance(answer, Done):
            _registered(office, tx, application, answer.case, by=by, at=at)
        return answer


def bind(office: Office, number: str, case: str, *, by: str, at: datetime) -> None:
    """Say which case, opened by the counter, an application has become.  Raises UnknownThing, StoreError."""
    with office.store.write() as tx:
        application = _to_register(tx, number)
        row = tx.case_row(case)
        if row is None or row.power != application.power:
            raise UnknownThing("这项职权没有这个案号，没有保存", "this power has no case of that number; nothing was saved")
        _registered(office, tx, application, case, by=by, at=at)


def settle(office: Office, number: str, *, by: str, at: datetime) -> None:
    """Take papers that came later out of the box: they have been registered on the case.  Raises UnknownThing, StoreError."""
    with office.store.write() as tx:
        application = read(tx, number)
        if application.case is None:
            raise UnknownThing("这份申请还没有登记为案件", "this application has not become a case yet")
        _append(office, tx, number, REGISTERED, {"case": application.case}, by=by, at=at)
        boxes.take(office, tx, BOX, number, by=by, at=at)


def _to_register(tx: WriteTx, number: str) -> Application:
    tx.lock(STREAM + number)
    application = read(tx, number)
    if application.case is not None:
        raise UnknownThing(f"这份申请已经登记为{application.case}", f"this application is {application.case} already")
    return application


def _registered(office: Office, tx: WriteTx, application: Application, case: str, *, by: str, at: datetime) -> None:
    _append(office, tx, application.number, REGISTERED, {"case": case}, by=by, at=at)
    receipts.bind(office, tx, application.number, case, by=by, at=at)
    boxes.take(office, tx, BOX, application.number, by=by, at=at)


def _ticket(tx: ReadTx, version: PowerVersion, row: ActRule, application: Application) -> dict[str, Any]:
    said = version.controls.get("counter_ticket") or {}
    known = {f.id for f in row.word.fields}
    told = {"ticket_no": next_ticket(tx, str((said.get("first") or ("WS00001",))[0])), "matter_code": application.matter,
            "matter": matter_name(version, application.matter).zh, "applicant": application.applicant}  # fmt: skip
    return {name: value for name, value in told.items() if name in known and value}


def next_ticket(tx: ReadTx, first: str) -> str:
    """Return the next number of a dense series: found by doubling and halving, in few looks however long the series."""
    head = first.rstrip("0123456789")
    width, start = len(first) - len(head), int(first[len(head) :] or 1)

    def used(n: int) -> bool:
        return bool(tx.uses("ticket_no", f"{head}{start + n:0{width}d}", limit=1))

    if not used(0):
        return first
    low, high = 0, 1
    while used(high):
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if used(middle) else (low, middle)
    return f"{head}{start + high:0{width}d}"


def as_received(version: PowerVersion, application: Application, *, more: bool = False) -> Mapping[str, Any]:
    """Return what the form of registration is filled in with: what the applicant wrote, in the words of the published list."""
    files = [f for s in application.sent if not more or s.what == "more" for f in s.files]
    codes = list(dict.fromkeys(f.paper for f in files if f.paper))
    names = paper_names(version, application.matter)
    told: dict[str, Any] = {
        "applicant": application.applicant, "matter": matter_name(version, application.matter).zh, "matter_code": application.matter,
        "material_codes": codes, "materials": [names.get(code, code) for code in codes]}  # fmt: skip
    return told if not more else {name: told[name] for name in ("material_codes", "materials")}


def matters(version: PowerVersion) -> Sequence[Mapping[str, Any]]:
    """Return the published matters with their papers, as the settings have them."""
    listed = version.controls.get("published_requirements") or {}
    return list(listed.get("matters") or ())


def matter_name(version: PowerVersion, code: str) -> Text:
    """Return a matter in words."""
    return word(version, code)


def paper_names(version: PowerVersion, matter: str) -> Mapping[str, str]:
    """Return code -> name of the papers of a matter."""
    found = next((m for m in matters(version) if m["code"] == matter), None)
    return {str(p["code"]): str(p["name"]) for p in found["papers"]} if found is not None else {}


def _append(
    office: Office, tx: WriteTx, number: str, kind: str, data: Mapping[str, Any], *, by: str | None, at: datetime
) -> None:
    stream = STREAM + number
    tx.lock(stream)
    office.append(tx, Event(
        stream=stream, seq=tx.head(stream) + 1, kind=kind, act=kind, at=at, entered=at, actor=by, data=dict(data),
        private=PRIVATE & frozenset(data)))  # fmt: skip
