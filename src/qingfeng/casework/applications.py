"""Applications that came in online: kept at once with the digests of their papers, registered by the counter as a case.

The portal does not decide and does not register: the procedures have the counter do that (号码, 首问, 收件, 受理单).  What is in the
box stays there until it has become a case; what is no application at all may be turned away with a reason, which discipline looks at
(`turned`).  Whether an application is accepted is never decided here.  Its number is drawn as of the moment when it was sent, and it
counts as received on that day: registered late, the limit has run meanwhile, and the rules on tickets and prompt entry find it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from qingfeng.catalogue.codes import word
from qingfeng.catalogue.power import PARTY, ActRule, PowerVersion
from qingfeng.engine.control import Command
from qingfeng.engine.event import ACT, Event
from qingfeng.terms.instants import local_day
from qingfeng.terms.names import key_of
from qingfeng.terms.numbering import first_unused
from qingfeng.terms.text import Text

from . import boxes, receipts
from .handle import Answer, Done, handle_within
from .office import Office, Registry, UnknownThing, event_of, load_case
from .ports import ReadTx, WriteTx

STREAM, BOX = "application/", "applications"
SENT, MORE, REGISTERED = "application_sent", "application_more", "application_registered"
TURNED, BACK, REVIEWED = "application_turned_away", "application_put_back", "application_turning_reviewed"
PRIVATE = frozenset({"applicant", "person", "phone", "note", "files", "reason"})


class BadApplication(Exception):
    """Something that cannot be done with an application so; says why and what next."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.message = Text(zh=zh, en=en)


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
class Turning:
    """That an application was turned away at the door: why (ground: of turned.GROUNDS), by whom; reviewed: by whom of discipline."""

    ground: str
    reason: str
    by: str
    at: datetime
    reviewed: str | None = None


@dataclass(frozen=True, slots=True)
class Application:
    """An application as it stands; case: what it has become; turned: it was turned away."""

    number: str
    power: str
    matter: str
    applicant: str
    person: str
    phone: str
    sent: tuple[Sending, ...]
    case: str | None = None
    by: str | None = None
    turned: Turning | None = None

    @property
    def sent_on(self) -> date:
        """The day from which it counts."""
        return local_day(self.sent[0].at)


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
        append(office, tx, number, SENT, data, by=None, at=at)
        boxes.put(office, tx, BOX, number, power=draft.power, what="new", at=at)


def send_more(office: Office, number: str, power: str, note: str, files: Sequence[SentFile], *, at: datetime) -> None:
    """Keep papers that came later (supplementation), for the counter to register.  Raises StoreError."""
    with office.store.write() as tx:
        data = {"note": note, "files": [[f.paper, f.name, f.digest] for f in files]}
        append(office, tx, number, MORE, data, by=None, at=at)
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
        elif told is not None and event.kind == TURNED:
            told = replace(told, turned=Turning(str(data["ground"]), str(data.get("reason", "")), str(event.actor), event.at))
        elif told is not None and event.kind == REVIEWED and told.turned is not None:
            told = replace(told, turned=replace(told.turned, reviewed=str(event.actor)))
        elif told is not None and event.kind == BACK:
            told = replace(told, turned=None)
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


def register(office: Office, number: str, *, by: str, at: datetime, reason: str | None = None) -> Answer:
    """Draw the applicant's number as of when he sent it and open the case with it, in one transaction; the officer then registers the
    receipt.  reason: why so late, needed if it is.  Raises UnknownThing, StoreError, CalendarMissing.
    """
    with office.store.write() as tx:
        application = to_register(tx, number)
        registry = office.registry(tx)
        version, _ = office.version(registry, application.power, registry.version_on(application.power, local_day(at)))
        row = ticket_rule(version)
        if row is None:
            raise UnknownThing("这项职权不从取号开始，请先开案，再填写案号", "this power does not begin with a ticket: open a case, then give its number")
        data = _ticket(tx, version, row, application)
        command = Command(case="", act=row.act, actor=PARTY, at=application.sent[0].at, entered=at, data=data, reason=reason)
        answer = handle_within(office, tx, command, power=application.power)
        if isinstance(answer, Done):
            _registered(office, tx, application, answer.case, by=by, at=at)
        return answer


def bind(office: Office, number: str, case: str, *, by: str, at: datetime, reason: str | None = None) -> None:
    """Say which case, opened by the counter, an application has become; reason: why the case counts from a later day than it was sent.

    Raises BadApplication, UnknownThing, StoreError.
    """
    with office.store.write() as tx:
        application = to_register(tx, number)
        row = tx.case_row(case)
        if row is None or row.power != application.power:
            raise UnknownThing("这项职权没有这个案号，没有保存", "this power has no case of that number; nothing was saved")
        loaded, _ = load_case(office, tx, office.registry(tx), case)
        received = next((e for e in loaded.events if e.kind == ACT and e.data.get("applicant")), loaded.events[0])
        named = str(received.data.get("applicant") or "")
        if named and key_of("applicant", named) != key_of("applicant", application.applicant):
            raise BadApplication(f"这个案件的申请人是{named[:100]}，与申请书上的不是同一人；回执会让对方看到案件，请核对案号",
                                 "the case is another applicant's, and a receipt opens it: check its number")  # fmt: skip
        if received.effective_day > application.sent_on and not reason:
            raise BadApplication(f"申请在{application.sent_on}提交，这个案件自{received.effective_day}起算；确是这个案件的，请写明理由",
                                 f"it was sent on {application.sent_on}, the case counts from {received.effective_day}: why?")  # fmt: skip
        _registered(office, tx, application, case, by=by, at=at, reason=reason)


def settle(office: Office, number: str, *, by: str, at: datetime) -> None:
    """Take papers that came later out of the box: they have been registered on the case.  Raises UnknownThing, StoreError."""
    with office.store.write() as tx:
        application = read(tx, number)
        if application.case is None:
            raise UnknownThing("这份申请还没有登记为案件", "this application has not become a case yet")
        append(office, tx, number, REGISTERED, {"case": application.case}, by=by, at=at)
        boxes.take(office, tx, BOX, number, by=by, at=at)


def to_register(tx: WriteTx, number: str) -> Application:
    """Return an application that waits to be registered, locked.  Raises UnknownThing."""
    tx.lock(STREAM + number)
    application = read(tx, number)
    if application.case is not None:
        raise UnknownThing(f"这份申请已经登记为{application.case}", f"this application is {application.case} already")
    if application.turned is not None:
        raise UnknownThing("这份申请已经不予收件", "this application was turned away")
    return application


def _registered(
    office: Office, tx: WriteTx, application: Application, case: str, *, by: str, at: datetime, reason: str | None = None
) -> None:
    append(office, tx, application.number, REGISTERED, {"case": case, **({"reason": reason} if reason else {})}, by=by, at=at)
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

    high = first_unused(used)
    if not high:
        return first
    return f"{head}{start + high:0{width}d}"


def as_received(version: PowerVersion, application: Application, *, more: bool = False) -> Mapping[str, Any]:
    """Return what the form of registration is filled in with: what the applicant wrote, in the words of the published list."""
    files = [f for s in application.sent if not more or s.what == "more" for f in s.files]
    codes = list(dict.fromkeys(f.paper for f in files if f.paper))
    names = paper_names(version, application.matter)
    told: dict[str, Any] = {
        "applicant": application.applicant, "matter": matter_name(version, application.matter).zh, "matter_code": application.matter,
        "material_codes": codes, "materials": [names.get(code, code) for code in codes],
        "received_on": application.sent_on.isoformat()}  # fmt: skip
    if not more:
        return told
    came = max((local_day(s.at) for s in application.sent if s.what == "more"), default=application.sent_on)
    return {**{name: told[name] for name in ("material_codes", "materials")}, "received_on": came.isoformat()}


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


def append(
    office: Office, tx: WriteTx, number: str, kind: str, data: Mapping[str, Any], *, by: str | None, at: datetime
) -> None:
    """Add to what is on record of an application."""
    stream = STREAM + number
    tx.lock(stream)
    office.append(tx, Event(
        stream=stream, seq=tx.head(stream) + 1, kind=kind, act=kind, at=at, entered=at, actor=by, data=dict(data),
        private=PRIVATE & frozenset(data)))  # fmt: skip
