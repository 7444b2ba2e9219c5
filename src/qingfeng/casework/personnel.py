"""The people of the agency from the events of the people stream: appointed, dismissed, absent, standing in …"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from qingfeng.engine.event import Event
from qingfeng.terms.people import NOBODY, Appointment, Delegation, Interest, People, Span, StandIn


def evolve(people: People, event: Event) -> People:
    """Return the people after one event of the people stream.  Unknown kinds are a bug of ours."""
    d: Mapping[str, Any] = event.data
    who = str(d.get("officer", ""))
    people = replace(people, seq=event.seq)
    match event.act:
        case "officer_added":
            return replace(people, names={**people.names, who: str(d.get("name", who))})
        case "appointed":
            new = Appointment(who, str(d["post"]), _span(d))
            return replace(people, appointments=(*people.appointments, new))
        case "appointment_ended":
            return replace(
                people, appointments=tuple(_ended(people.appointments, who, str(d["post"]), _day(d["last_day"])))
            )
        case "dismissed":
            on = _day(d["on"])
            # what he held ends for good: a second dismissal later does not bring it back
            held = tuple(
                Appointment(a.officer, a.post, _cut(a.span, on - timedelta(days=1)))
                if a.officer == who and a.span.first < on
                else a
                for a in people.appointments
            )
            return replace(people, appointments=held, dismissed={**people.dismissed, who: on})
        case "credential_granted":
            return replace(people, credentials=_with(people.credentials, who, _span(d)))
        case "credential_withdrawn":
            spans = tuple(_cut(span, _day(d["last_day"])) for span in people.credentials.get(who, ()))
            return replace(people, credentials={**people.credentials, who: spans})
        case "absent":
            return replace(people, absences=_with(people.absences, who, _span(d)))
        case "stand_in_named":
            named = StandIn(str(d["post"]), who, str(d["deputy"]), _span(d))
            return replace(people, stand_ins=(*people.stand_ins, named))
        case "delegated":
            acts = frozenset(d["acts"]) if d.get("acts") else None
            given = Delegation(who, str(d["to"]), str(d["post"]), acts, _span(d))
            return replace(people, delegations=(*people.delegations, given))
        case "interest_declared":
            tie = Interest(who, str(d.get("other", "")), str(d.get("relation", "")), _span(d))
            return replace(people, interests=(*people.interests, tie))
    raise AssertionError(f"unknown people event {event.act}")


def fold(events: Iterable[Event], people: People = NOBODY) -> People:
    """Return the people that these events, in order, add up to."""
    for event in events:
        people = evolve(people, event)
    return people


def _day(text: Any) -> date:
    return date.fromisoformat(str(text))


def _span(d: Mapping[str, Any]) -> Span:
    return Span(_day(d["from"]), _day(d["until"]) if d.get("until") else None)


def _cut(span: Span, last: date) -> Span:
    return span if span.last is not None and span.last <= last else Span(span.first, last)


def _ended(held: Iterable[Appointment], officer: str, post: str, last: date) -> Iterable[Appointment]:
    for a in held:
        yield Appointment(a.officer, a.post, _cut(a.span, last)) if (a.officer, a.post) == (officer, post) else a


def _with(spans: Mapping[str, tuple[Span, ...]], who: str, span: Span) -> Mapping[str, tuple[Span, ...]]:
    return {**spans, who: (*spans.get(who, ()), span)}
