"""What a party sees of its own case with a receipt: where it stands, the limits in words, what it was told and why, what it may do now.

The file is not shown: only what was said to the party, or by it.  A decision is shown once it has been served.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from qingfeng.catalogue.power import PARTY, ActRule, PowerVersion
from qingfeng.engine.case import Case
from qingfeng.engine.clock import Clock, clocks
from qingfeng.engine.event import ACT, Event
from qingfeng.engine.order import possible
from qingfeng.terms.instants import local_day
from qingfeng.terms.people import People
from qingfeng.terms.text import Text

from .. import applications, complaints
from ..answerby import AnswerBy, of_application, of_complaint
from ..office import Office, load_case
from ..ports import CaseRow, ReadTx
from ..receipts import Receipt
from ..words import STATUS, last_moment, left_for, step_name
from .diagram import retold
from .said import Said, lines_of, plain

TOLD = frozenset(
    {
        "take_ticket",
        "receive_application",
        "apply_renewal",
        "issue_acceptance_receipt",
        "give_one_time_notice",
        "request_missing_material",
        "supplement",
        "collect_material",
        "accept_application",
        "deemed_acceptance",
        "deemed_renewal",
        "refuse_acceptance",
        "refuse_unsupplemented",
        "refer_case",
        "return_material",
        "tell_interested_parties",
        "notify_hearing",
        "renotify_hearing",
        "postpone_hearing",
        "terminate_hearing",
        "hold_hearing",
        "announce_hearing",
        "order_expert_review",
        "approve_extension",
        "suspend_case",
        "resume_case",
        "serve_prior_notice",
        "record_defence",
        "order_correction",
        "order_rectification",
        "confirm_correction",
        "issue_licence",
        "issue_filing_receipt",
        "publish_decision",
        "withdraw_publication",
        "publish_inspection_result",
        "answer_rating",
        "answer_complaint",
        "answer_objection",
        "receive_complaint",
        "receive_objection",
        "accept_appeal",
        "reject_appeal",
        "decide_recusal",
        "refuse_recusal",
        "approve_instalments",
        "carry_out_measure",
        "lift_measure",
        "revoke_decision",
        "correct_decision",
        "order_refund",
        "refund",
        "notify_inspection_result",
    }
)
"""Acts that are addressed to the party.  What begins with `serve_` is too; what begins with `decide_` once something has been served."""
_SHOWN = frozenset({
    "reasons", "missing", "missing_codes", "remarks", "materials", "material_codes", "document_no", "decision_outcome", "failed_conditions",
    "refusal_reasons", "remedies", "held_on", "place", "until", "received_on", "served_on", "expires_on", "matter", "ticket_no", "rating",
    "rating_no", "rating_outcome", "amount", "penalty_kinds", "legal_basis", "rights", "court_or_authority", "steered",
})  # fmt: skip
_CONTENT = frozenset({
    "answer_rating", "answer_complaint", "answer_objection", "rate_service", "state_treatment", "request_hearing", "report_rectification",
    "record_defence", "notify_hearing", "ask_relief", "serve_prior_notice", "serve_decision", "order_rectification",
})  # fmt: skip
"""Acts whose free text was written to or by the party."""
_REFUSALS = frozenset(
    {"refuse_acceptance", "refuse_unsupplemented", "give_one_time_notice", "request_missing_material", "reject_appeal"}
)
_NOTICES = frozenset({"give_one_time_notice", "request_missing_material"})
_CODES = re.compile(r"（[^）]*(?:编码|[a-z])[^）]*）| \([^)]*(?:code|[a-z]{5})[^)]*\)$")
"""What the names of fields add for officers: how a code is written."""
_MEANS = ("serve_decision", "serve_grant", "serve_no", "serve_sanction", "issue_licence", "issue_filing")
_MACHINE = frozenset({"take_ticket"})


@dataclass(frozen=True, slots=True)
class Told:
    """Something said to the party, or by it.  tone: plain | red; seq: number of the event, for its receipt from the log."""

    act: str
    name: Text
    on: date
    lines: tuple[Said, ...]
    own: bool
    tone: str
    seq: int = 0
    answered_by: Left | None = None  # the agency's limit that what the party did has started


@dataclass(frozen=True, slots=True)
class StepMark:
    """A step.  state: done | now | todo | skipped."""

    number: int
    name: Text
    state: str


@dataclass(frozen=True, slots=True)
class Left:
    """A running limit in words: who has to act until when.  tone: red | amb | gry."""

    name: Text
    holder: str
    remaining: Text
    ends: Text
    tone: str


@dataclass(frozen=True, slots=True)
class PartyAct:
    """An act that the party may do now; until: the limit that it answers."""

    act: str
    name: Text
    until: Left | None


@dataclass(frozen=True, slots=True)
class Progress:
    """Everything on the page of a receipt."""

    receipt: Receipt
    title: Text
    power_title: Text | None
    status: Text
    state: str  # waiting | turned | open | suspended | closed | answered
    steps: tuple[StepMark, ...] = ()
    left: tuple[Left, ...] = ()
    told: tuple[Told, ...] = ()  # latest first
    acts: tuple[PartyAct, ...] = ()
    sent: tuple[applications.Sending, ...] = ()
    complaint: complaints.Complaint | None = None
    turned: applications.Turning | None = None  # why what was sent did not become a case
    rating: complaints.Complaint | None = None  # a bad rating given with this receipt, and what came of it
    may_send: bool = False  # supplementation is registered by the counter: papers may be sent to it here
    may_rate: bool = False  # the power has no act for rating: it is kept with the receipt
    rates_later: bool = False  # rating is possible once something has come of the case
    papers: Mapping[str, str] | None = None  # code -> name of the papers of the matter
    phones: Mapping[str, str] | None = None
    refused: bool = False
    answer: AnswerBy | None = None


def progress(office: Office, tx: ReadTx, receipt: Receipt, *, now: datetime) -> Progress:
    """Return what a receipt shows.  Raises UnknownThing, CalendarMissing."""
    if receipt.about == "complaint":
        return _of_complaint(office, tx, receipt, now)
    if receipt.case is None:
        return _of_application(office, tx, receipt, now)
    registry = office.registry(tx)
    case, _ = load_case(office, tx, registry, receipt.case)
    version, running = case.version, clocks(case, registry.calendar)
    left = tuple(_left(running, now))
    row = tx.case_row(case.id)
    state = row.status if row is not None else "open"
    told = tuple(_told(case, registry.people, {clock.limit.name: clock.limit.starts for clock in running.values() if clock.running}, left))
    sent = applications.read(tx, receipt.number).sent if receipt.about == "application" else ()
    bad = receipt.rated is not None and receipt.rated.get("rating") in complaints.BAD
    acts = tuple(_acts(case, left))
    supplements = "supplement" in {rule.act for rule in possible(case)} and "supplement" not in {a.act for a in acts}
    rates = any(map(_rates, version.procedure.rows))
    return Progress(
        receipt,
        _title(row, version),
        version.title,
        _status(version, case.step, state),
        state,
        tuple(_steps(case)),
        left if state != "closed" else (),
        told,
        acts,
        sent,
        rating=complaints.read(tx, receipt.number) if bad else None,
        may_send=supplements and receipt.about == "application",
        may_rate=not rates and receipt.rated is None and _served(case),
        rates_later=not _served(case),
        papers=_papers(version, tx, receipt),
        phones=version.document["power"].get("phones") or {},
        refused=bool(told) and _refused(case, told[0]),
    )


def _steps(case: Case) -> Sequence[StepMark]:
    passed, order, here = set(retold(case).values()), case.version.step_order, case.version.step_order[case.step]
    return [StepMark(n + 1, step.name, "now" if n == here else "todo" if n > here else "done" if step.id in passed else "skipped")
            for n, step in enumerate(sorted(case.version.steps, key=lambda one: order[one.id]))]  # fmt: skip


def _refused(case: Case, last: Told) -> bool:
    """True if what was said last still stands in the way: a refusal, or a notice that has not been answered."""
    notice = last.act in _NOTICES
    return last.tone == "red" and (not notice or any(rule.act == "supplement" for rule in possible(case)))


def _title(row: CaseRow | None, version: PowerVersion) -> Text:
    return version.title if row is None or row.title == version.title.zh else plain(row.title)


def _status(version: PowerVersion, step: str, state: str) -> Text:
    if state == "closed":
        return STATUS[state]
    at = step_name(version, step)
    return Text(zh=f"{STATUS[state].zh}：{at.zh}", en=f"{STATUS[state].en}: {at.en}")


def _of_application(office: Office, tx: ReadTx, receipt: Receipt, now: datetime) -> Progress:
    registry = office.registry(tx)
    application = applications.read(tx, receipt.number)
    version, _ = office.version(registry, receipt.power, registry.version_on(receipt.power, local_day(now)))
    status, state = Text(zh="已提交，等待窗口登记收件", en="sent; the counter registers it"), "waiting"
    if application.turned is not None:
        status, state = Text(zh="不予收件", en="turned away"), "turned"
    return Progress(
        receipt, applications.matter_name(version, application.matter), version.title, status, state,
        sent=application.sent, turned=application.turned,
        steps=tuple(StepMark(n + 1, step.name, "todo") for n, step in enumerate(version.steps)),
        phones=version.document["power"].get("phones") or {}, papers=_papers(version, tx, receipt),
        answer=of_application(application.sent_on, registry.calendar, today=local_day(now)) if state == "waiting" else None)  # fmt: skip


def _papers(version: PowerVersion, tx: ReadTx, receipt: Receipt) -> Mapping[str, str]:
    if receipt.about != "application":
        return {}
    return {**applications.paper_names(version, applications.read(tx, receipt.number).matter), "other": "其他材料"}


def _of_complaint(office: Office, tx: ReadTx, receipt: Receipt, now: datetime) -> Progress:
    complaint = complaints.read(tx, receipt.number)
    answered = complaint.answer is not None
    status = (
        Text(zh="已答复", en="answered")
        if answered
        else Text(zh="纪检监督正在核实", en="discipline supervision looks into it")
    )
    title = complaints.ABOUT.get(complaint.about, complaints.ABOUT["other"])
    return Progress(receipt, title, None, status, "answered" if answered else "waiting", complaint=complaint,
                    answer=None if answered else of_complaint(office.registry(tx), complaint.on, today=local_day(now)))  # fmt: skip


def _left(running: Mapping[str, Clock], now: datetime) -> Sequence[Left]:
    told = []
    for clock in sorted(
        (c for c in running.values() if c.running), key=lambda c: (c.due is None, c.due.raw if c.due else now)
    ):
        if clock.due is None:
            since = clock.stopped_since or ""
            told.append(Left(clock.limit.name, clock.limit.holder, Text(zh="中止计算", en="stopped"),
                             Text(zh=f"自{since}起不计入期限", en=f"since {since}"), "gry"))  # fmt: skip
            continue
        over = clock.due.raw <= now
        tone = (
            "red"
            if over and clock.limit.holder == "agency"
            else "amb"
            if over or (clock.due.raw - now).days < 3
            else "gry"
        )
        told.append(
            Left(
                clock.limit.name,
                clock.limit.holder,
                left_for(clock.due.raw, now, holder=clock.limit.holder),
                last_moment(clock.due),
                tone,
            )
        )
    return told


def _acts(case: Case, left: Sequence[Left]) -> Sequence[PartyAct]:
    limits = {limit.name: limit for limit in case.version.procedure.limits.values()}
    told = []
    for rule in possible(case):
        if PARTY not in rule.by or rule.act in _MACHINE or (_rates(rule) and not _served(case)):
            continue
        until = next((one for one in left if one.holder == "party" and rule.act in limits[one.name].ends), None)
        told.append(PartyAct(rule.act, rule.word.name, until))
    return sorted(told, key=lambda one: one.until is None)


def party_rule(case: Case, act: str) -> ActRule | None:
    """Return the row of an act that the party may do now, None if it may not."""
    return next((rule for rule in possible(case) if rule.act == act and PARTY in rule.by and act not in _MACHINE), None)


def _rates(rule: ActRule) -> bool:
    """True if the party rates the service with this act."""
    return PARTY in rule.by and any(one.id == "rating" for one in rule.word.fields)


def _served(case: Case) -> bool:
    """True if anything came of the case that can be rated."""
    return case.closed or any(
        e.kind == ACT and (e.act.startswith(_MEANS) or e.act in _REFUSALS - _NOTICES) for e in case.events
    )


def told_events(case: Case) -> Sequence[Event]:
    """Return the acts that the party did itself or was told of, in order."""
    means = ("serve_", "issue_licence", "issue_filing", "publish_")
    served = {n for n, e in enumerate(case.events) if e.kind == ACT and e.act.startswith(means)}
    return [
        event for n, event in enumerate(case.events)
        if event.kind == ACT and (event.actor == PARTY or event.act in TOLD or event.act.startswith("serve_")
                                  or (event.act.startswith("decide_") and any(m > n for m in served)))
    ]  # fmt: skip


def shown_fields(event: Event) -> frozenset[str]:
    """Return which fields of such an act are shown to the party."""
    return _SHOWN | (frozenset({"content"}) if event.actor == PARTY or event.act in _CONTENT else frozenset())


def _told(case: Case, people: People, starts: Mapping[Text, Collection[str]], left: Sequence[Left]) -> Sequence[Told]:
    told = [_said(case.version, event, people, event.actor == PARTY) for event in told_events(case)][::-1]
    seen = set[str]()
    for n, one in enumerate(told):  # the latest first: an earlier act of the same kind has its answer, or none
        limit = next((each for each in left if each.holder == "agency" and one.act in starts[each.name]), None)
        if one.own and limit is not None and one.act not in seen:
            told[n] = replace(one, answered_by=limit)
        seen.add(one.act)
    return told


def _said(version: PowerVersion, event: Event, people: People, own: bool) -> Told:
    shown = shown_fields(event)
    data = {name: value for name, value in event.data.items() if name in shown}
    for codes, words in (("missing_codes", "missing"), ("material_codes", "materials")):
        if words in data:
            data.pop(codes, None)
    name = next(row.word.name for row in version.procedure.rows if row.act == event.act)
    refused = event.act in _REFUSALS or data.get("decision_outcome") == "refused"
    lines = tuple(replace(line, name=_short(line.name)) for line in lines_of(version, event.act, data, people))
    return Told(event.act, name, local_day(event.at), lines, own, "red" if refused else "plain", event.seq)


def _short(name: Text) -> Text:
    return Text(zh=_CODES.sub("", name.zh), en=_CODES.sub("", name.en))
