"""What a form is filled in with before anybody types: what the case has said already, today, the actor, the next number of a series.

Everything filled in may be changed; nothing that somebody answers, judges or counts for himself is filled in for him.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from qingfeng.catalogue.power import PARTY, Field, FieldType
from qingfeng.controls.deliberation_quorum import DeliberationQuorum
from qingfeng.controls.deliberation_result import DeliberationResult
from qingfeng.controls.first_contact import FirstContact
from qingfeng.controls.hearing_conduct import HearingConduct
from qingfeng.controls.material_verification import MaterialVerification
from qingfeng.controls.review_worksheet import ReviewWorksheet
from qingfeng.controls.speaking_order import SpeakingOrder
from qingfeng.controls.violation_catalogue import ViolationCatalogue
from qingfeng.engine.case import Case
from qingfeng.engine.control import Control, Situation
from qingfeng.engine.event import ACT
from qingfeng.terms.money import format_yuan
from qingfeng.terms.names import key_of
from qingfeng.terms.numbering import first_unused, serial_of, year_of
from qingfeng.terms.sharing import kind_key

from .. import applications, receipts
from ..office import CASE, event_of
from ..ports import ReadTx
from .notes import earliest
from .offers import codes_of
from .practice import Practice, parts, practice_of

_LAST = re.compile(r"\d+(?=\D*$)")
_OTHERS = frozenset({"external_no", "library_no", "qualification_no", "tracking_no"})
"""Numbers that others give (a hotline, a register of objects, the bar, the post): no series of the agency's goes on in them."""
_MATTERS = ("matter", "summary", "content")
"""What somebody came for, as the act that began the case says it: at the ticket, with a lead, with a complaint."""
_LOOK = 20
"""Of so many papers of a kind, the latest cases first, the highest number is looked for."""


def filled_in(tx: ReadTx, situation: Situation, controls: Sequence[Control], wanted: frozenset[str]) -> dict[str, Any]:
    """Return the values that the case, the day and the series of numbers give for an act; only for fields that are wanted."""
    case, proposed = situation.case, situation.proposed
    word, practice = situation.rule.word, practice_of(case.version)
    habit, told = practice.of(proposed.act), {}
    codes = {f.id for f in word.fields if codes_of(case.version, proposed.act, f)[0]}
    answered = frozenset[str]().union(*practice.refers.values())
    several = {name for name in habit.carried if name.endswith("_no") and len(named_in(case, name)) > 1}
    for f in word.fields:
        if f.id not in wanted:
            continue
        source = habit.carried.get(f.id)
        if f.id in habit.today:
            value: Any = proposed.day.isoformat()
        elif f.id in habit.own:
            value = proposed.actor
        elif source is not None and not (several and (f.id in several or f.type is FieldType.FILE)):
            value = _as_typed(case, f, source)
        elif f.type is FieldType.TEXT and f.id.endswith("_no") and f.id not in habit.carried and f.id not in _OTHERS:
            value = next_number(tx, situation, f, practice, controls)
        elif f.type is FieldType.CODES and f.id in answered and f.id not in codes and not named_in(case, f.id):
            value = _first_numbers(practice, proposed.act, f.id)
        else:
            value = habit.fixed.get(f.id) if f.id in codes else None
        if value not in (None, "", [], {}):
            told[f.id] = value
    known = {f.id for f in word.fields}
    for control in controls:
        told |= {name: value for name, value in determined(control, situation, told).items() if name in known}
        told |= {name: value for name, value in next_unverified(tx, control, situation).items() if name in known}
    for control in sorted(controls, key=lambda one: isinstance(one, SpeakingOrder)):  # who leads is one of those who meet
        told = {name: value for name, value in proposed_by(control, situation, told).items() if value and name in known} | told
    return told | {name: value for name, value in applied_with(tx, situation).items() if value and name in known}


def applied_with(tx: ReadTx, situation: Situation) -> Mapping[str, Any]:
    """Return what the applicant wrote online, for the form with which the counter registers his application."""
    case, receiving = situation.case, applications.receiving(situation.case.version)
    if receiving is None or receiving.act != situation.proposed.act or not case.seq:
        return {}
    number = next(iter(receipts.applications_of(tx, case.id)), None)
    return applications.as_received(case.version, applications.read(tx, number)) if number is not None else {}


def next_unverified(tx: ReadTx, control: Control, situation: Situation) -> Mapping[str, Any]:
    """Return code and file of the first paper that the applicant sent online and nobody has verified, for the act that verifies one."""
    if not isinstance(control, MaterialVerification) or situation.proposed.act not in control.verifies:
        return {}
    number = next(iter(receipts.applications_of(tx, situation.case.id)), None)
    sent = [f for s in applications.read(tx, number).sent for f in s.files if f.paper] if number is not None else []
    done = {(e.data.get("material_no"), e.data.get("material_hash")) for e in situation.case.events if e.kind == ACT}
    return next(({"material_no": f.paper, "material_hash": f.digest} for f in sent if (f.paper, f.digest) not in done), {})


def come_for(situation: Situation, controls: Sequence[Control], *, whole: bool) -> Mapping[str, Any]:
    """Return what the visitor came for, for who registers the first contact; of a file that is not open to him (not whole), only the
    matter of the ticket, which stands on the page of the counter."""
    act, case = situation.proposed.act, situation.case
    if not any(isinstance(one, FirstContact) and act in one.registers for one in controls) or "content" not in situation.rule.word.required:
        return {}
    ticket = case.events[0] if case.events and case.events[0].actor == PARTY else None
    said = [last_said(case, name) for name in _MATTERS] if whole else [ticket.data.get("matter")] if ticket is not None else []
    return {"content": next((one for one in said if isinstance(one, str)), "")}


def proposed_by(control: Control, situation: Situation, told: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a rule lets one choose, as it usually is: the first day for which a hearing may be notified, who sits in the body that
    meets and who leads it, what is put to the vote and what came of it, the articles as the law that is cited."""
    if isinstance(control, HearingConduct) and situation.proposed.act in control.calls:
        return {"held_on": earliest(control, situation).isoformat()}
    if isinstance(control, DeliberationQuorum) and situation.proposed.act in control.calls:
        people, day = situation.people, situation.proposed.day
        return {"members": sorted(who for who in control.seated(people, day) if not people.away(who, day)), **_put(situation)}
    if isinstance(control, SpeakingOrder) and situation.proposed.act in control.calls:
        led = {who for post in control.chairs for who in situation.people.holders(post, situation.proposed.day)}
        return {"leader": next((who for who in told.get("members") or () if who in led), "")}
    if isinstance(control, DeliberationResult) and situation.proposed.act in control.results:
        return {**_votes(control, situation.case), **_put(situation)}
    if isinstance(control, ViolationCatalogue):
        cited = [str(told[name]) for name in ("article_breached", "article_penalty") if told.get(name)]
        return {"legal_basis": "、".join(cited)} if cited else {}
    return {}


def determined(control: Control, situation: Situation, told: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a control lets nobody choose: the figures of the record, the article that goes with a violation."""
    if isinstance(control, ReviewWorksheet):
        return _published_sheet(control, told)
    known = getattr(control, "known_values", None)
    return dict(known(situation, told)) if callable(known) else {}


def _published_sheet(control: ReviewWorksheet, told: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the published sheet of this kind: the hash of its text, its items to be answered."""
    sheet = next((one for one in control.sheets if one.kind == told.get("worksheet_kind")), None)
    if sheet is None:
        return {}
    items = dict.fromkeys((item.code for item in sheet.items), "")
    return {"worksheet_hash": sheet.hash, "checklist": items, "item_evidence": items}


def _votes(control: DeliberationResult, case: Case) -> Mapping[str, Any]:
    """Return who voted since the last call, and how many for and against: it stands in the record."""
    call = next((e for e in reversed(case.events) if e.act in control.calls), None)
    cast = [e for e in case.events if call is not None and e.seq > call.seq and e.act in control.votes and e.actor]
    sides = [e.data.get("vote") for e in cast]
    counts = {"votes_for": str(sides.count("for")), "votes_against": str(sides.count("against"))} if cast else {}
    return {"members": list(dict.fromkeys(str(e.actor) for e in cast)), **counts}


def _put(situation: Situation) -> Mapping[str, Any]:
    """Return what is put to the vote: the sums and kinds as last proposed on the case."""
    fields = (f for f in situation.rule.word.fields if f.id in ("amount", "confiscated", "penalty_kinds"))
    told = {f.id: _as_typed(situation.case, f, f.id) for f in fields}
    return {name: value for name, value in told.items() if value}


def last_said(case: Case, name: str) -> Any:
    """Return what the case said last in a field; None if nothing, or if it is erased."""
    said = (e.data[name] for e in reversed(case.events) if e.kind == ACT and e.data.get(name))
    return next(said, None)


def named_in(case: Case, name: str) -> tuple[str, ...]:
    """Return everything that the case named in a field, once each."""
    said = (part for e in case.events if e.kind == ACT and name in e.data for part in parts(e.data[name]))
    return tuple(dict.fromkeys(said))


def _as_typed(case: Case, f: Field, source: str) -> Any:
    """Return the last value of a field as another form takes it; None where the kinds differ."""
    value = last_said(case, source)
    if value is None:
        return None
    if f.type is FieldType.MONEY:
        return format_yuan(value) if isinstance(value, int) and value >= 0 else None
    if f.type is FieldType.CODES:
        return list(parts(value))
    if f.type in (FieldType.OFFICERS, FieldType.LINES):
        return value if isinstance(value, list | tuple) else None
    if f.type is FieldType.ANSWERS:
        return value if isinstance(value, Mapping) else None
    return value if isinstance(value, str) else None


def next_number(
    tx: ReadTx, situation: Situation, f: Field, practice: Practice, controls: Sequence[Control]
) -> str | None:
    """Return the number that a form would give: after the last one of the case, or of the agency in this series; None if unknown."""
    case, act = situation.case, situation.proposed.act
    if f.id == "document_no":
        mine = any(c.name == "numbers_in_sequence" and act in getattr(c, "acts", ()) for c in controls)
        return (_after_last_paper(tx, situation) or _first_of_series(tx, situation, f, practice)) if mine else None
    here = named_in(case, f.id)
    if here:
        following = bumped(here[-1])
        return first_free(tx, f.id, following) if f.index and following else following
    return _first_of_series(tx, situation, f, practice)


def _first_numbers(practice: Practice, act: str, name: str) -> list[str] | None:
    """Return the number of the first thing that a lead tells of, as the stories number them: what later acts answer has to have one."""
    told = parts(practice.examples.get((act, name)) or ())[:1]
    return list(told) if told and serial_of(told[0]) == 1 else None


def _first_of_series(tx: ReadTx, situation: Situation, f: Field, practice: Practice) -> str | None:
    """Return the first unused number of the series in which the stories number, in the year of the act."""
    example = str(practice.examples.get((situation.proposed.act, f.id)) or "")
    if serial_of(example) is None:
        return None
    first = _LAST.sub(lambda m: f"{1:0{len(m[0])}d}", example)
    if (told := year_of(example)) is not None:
        first = first.replace(str(told), str(situation.proposed.day.year), 1)
    return first_free(tx, f.id, first) if f.index else first if serial_of(example) == 1 else None


def bumped(number: str) -> str | None:
    """Return the number after this one, in the same spelling; None if it has no number in it."""
    found = _LAST.search(number)
    return None if found is None else f"{number[: found.start()]}{int(found[0]) + 1:0{len(found[0])}d}{number[found.end() :]}"


def first_free(tx: ReadTx, name: str, first: str) -> str:
    """Return the first unused number of a dense series: found by doubling and halving, in few looks however long the series."""
    start = int((_LAST.search(first) or ["1"])[0])

    def nth(n: int) -> str:
        return _LAST.sub(lambda m: f"{start + n:0{len(m[0])}d}", first)

    def used(n: int) -> bool:
        return bool(tx.uses(name, key_of(name, nth(n)), limit=1))

    high = first_unused(used)
    if not high:
        return first
    return nth(high)


def _after_last_paper(tx: ReadTx, situation: Situation) -> str | None:
    case, proposed = situation.case, situation.proposed
    found = []
    for other, seq in tx.uses("document_no", kind_key(case.version.power, proposed.act), limit=_LOOK):
        rows = tx.events(CASE + other, after=seq - 1)
        number = str(event_of(rows[0]).data.get("document_no") or "") if rows else ""
        if serial_of(number):
            found.append((year_of(number) or 0, serial_of(number) or 0, number))
    if not found:
        return None
    year, _, last = max(found)
    if year in (0, proposed.day.year):
        return bumped(last)
    return _LAST.sub("1", last).replace(str(year), str(proposed.day.year), 1)
