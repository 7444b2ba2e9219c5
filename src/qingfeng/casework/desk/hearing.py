"""The hearing of a case as a page: how far it is, who asked and against what, day and place, who takes part, record and report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from qingfeng.catalogue.power import PARTY
from qingfeng.engine.case import Case
from qingfeng.engine.control import Control
from qingfeng.engine.event import ACT, Event
from qingfeng.terms.calendar import CalendarMissing, WorkCalendar
from qingfeng.terms.instants import local_day
from qingfeng.terms.people import People
from qingfeng.terms.text import Text

from ..history import act_name
from ..office import UnknownThing
from ..words import listed, post_name
from .access import Viewer
from .filepage import hashes_in, paper_of
from .meeting import possible_here
from .rules import HEARING_RULES, acts_in, hearing_acts, rule_in
from .said import Said, lines_of, plain

ASK, WAIVED, REFUSED, NOTICE, HELD, END, REPORT = "ask", "waived", "refused", "notice", "held", "end", "report"
_PARTS = (("requests", ASK), ("waivers", WAIVED), ("turns_away", REFUSED), ("calls", NOTICE), ("holds", HELD), ("ends", END))
_MORE = {
    "postpone_hearing": NOTICE, "announce_hearing": NOTICE, "renotify_hearing": NOTICE, "submit_hearing_report": REPORT,
    "submit_public_hearing_report": REPORT, "terminate_hearing": END, "withdraw_hearing_request": END, "withdraw_notified_hearing": END,
    "request_hearing": ASK, "waive_hearing": WAIVED, "refuse_hearing": REFUSED,
}  # fmt: skip
_STATES = {"": Text(zh="没有听证事项", en="no hearing yet"), ASK: Text(zh="已提出听证申请", en="asked for"),
           WAIVED: Text(zh="当事人已放弃，不举行听证", en="waived: none is held"), REFUSED: Text(zh="不予听证", en="refused"),
           NOTICE: Text(zh="已通知，等候举行", en="notified, to be held"), HELD: Text(zh="已举行，待报告", en="held, report to come"),
           END: Text(zh="已终止", en="ended"), REPORT: Text(zh="听证完成，已报告", en="done and reported")}  # fmt: skip
_NONE = frozenset({WAIVED, REFUSED})
"""None is held."""
_ASKED, _OVER = _NONE | {ASK}, _NONE | {END}
_TONES = {REPORT: "grn", NOTICE: "amb", HELD: "amb"}
_STAGES = ((ASK, Text(zh="申请听证", en="Asked for")), (NOTICE, Text(zh="通知", en="Notified")), (HELD, Text(zh="举行", en="Held")),
           (REPORT, Text(zh="听证报告", en="Reported")))  # fmt: skip
_ROLES = {
    "chair": Text(zh="主持", en="presides"), "recorder": Text(zh="记录", en="keeps the record"), "party": Text(zh="当事人", en="the party"),
    "officers": Text(zh="调查人员（提出事实、证据和建议）", en="investigated (puts the facts and the evidence)"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class HearingEvent:
    """One thing that happened around a hearing.  part: ask | waived | refused | notice | held | end | report."""

    part: str
    name: Text
    who: Text
    at: datetime
    lines: tuple[Said, ...]
    papers: tuple[tuple[Text, str], ...]


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of a hearing.  state: done | now | later."""

    name: Text
    state: str
    who: Text | None
    at: datetime | None


@dataclass(frozen=True, slots=True)
class HearingPage:
    """The hearing of a case.  parts: (role, names) of who takes part; ahead: working days between notice and hearing, and those due;
    left: days until it is held; asked: what the party objects to; barred: who may neither notify, preside nor record."""

    rules: tuple[Text, ...]
    events: tuple[HearingEvent, ...]
    state: Text
    tone: str
    stages: tuple[Stage, ...]
    day: date | None
    place: str
    left: int | None
    ahead: tuple[int, int] | None
    public: Text | None
    parts: tuple[tuple[Text, str], ...]
    asked: tuple[HearingEvent, ...]
    record: tuple[tuple[Text, str], ...]
    report: HearingEvent | None
    barred: tuple[str, ...]
    acts: tuple[tuple[str, Text], ...]


def hearing_page(
    case: Case, controls: Sequence[Control], people: People, viewer: Viewer, *, now: datetime, calendar: WorkCalendar
) -> HearingPage:
    """Return the hearing of a case.  Raises UnknownThing where the power has none."""
    if not hearing_acts(case.version, controls):
        raise UnknownThing("这项职权没有听证", "this power knows no hearing")
    parts = _parts(case, controls)
    found = [e for e in case.events if e.kind == ACT and e.act in parts]
    told = tuple(_heard(case, e, parts[e.act], people) for e in found)
    last = told[-1].part if told else ""
    conduct = rule_in(controls, "hearing_conduct")
    barred = _involved(case, conduct.bars if conduct is not None else ())
    day, call = _day(found), next((e for e in reversed(found) if parts[e.act] == NOTICE and e.data.get("held_on")), None)
    public = next((s.value for one in reversed(told) for s in one.lines if s.field == "hearing_public"), None)
    place = next((str(e.data["place"]) for e in reversed(found) if e.data.get("place")), "")
    today = local_day(now)
    return HearingPage(
        _rules(conduct), told, _STATES[last], _TONES.get(last, "gry"), _stages(told, last), day, place,
        (day - today).days if day is not None and last == NOTICE and day >= today else None,
        _ahead(conduct, call, day, calendar), public, _taking_part(case, found, barred, people) if last not in _NONE else (),
        tuple(one for one in told if one.part in _ASKED), tuple(paper for one in told if one.part not in _ASKED for paper in one.papers),
        next((one for one in reversed(told) if one.part == REPORT), None), tuple(people.name(one) for one in barred),
        possible_here(case, people, viewer, tuple(parts), now))  # fmt: skip


def _parts(case: Case, controls: Sequence[Control]) -> Mapping[str, str]:
    named = {act: part for setting, part in _PARTS for act in acts_in(controls, HEARING_RULES, setting)}
    known = {row.act for row in case.version.procedure.rows}
    return {act: part for act, part in {**_MORE, **named}.items() if act in known}


def _rules(conduct: Any) -> tuple[Text, ...]:
    if conduct is None:
        return ()
    return (
        Text(zh=f"举行的{conduct.ahead}个工作日前通知；公开举行，制作笔录",
             en=f"notified {conduct.ahead} working days ahead; public, with a record"),
        Text(zh="由未参与本案的人员主持；决定根据听证笔录作出", en="led by somebody who took no part in the case; decided by the record"),
        Text(zh="调查人员提出事实、证据和建议，当事人申辩和质证", en="who investigated puts the facts, the party answers and questions"),
    )  # fmt: skip


def _involved(case: Case, bars: Sequence[str]) -> tuple[str, ...]:
    """Return who took part in the case in what keeps him from the hearing, in the order in which he did."""
    named = (who for e in case.events if e.kind == ACT and e.act in bars for who in (e.actor, *(e.data.get("officers") or ())))
    return tuple(dict.fromkeys(str(who) for who in named if who and who != PARTY))


def _day(found: Sequence[Event]) -> date | None:
    said = next((str(e.data["held_on"]) for e in reversed(found) if e.data.get("held_on")), None)
    return date.fromisoformat(said) if said is not None else None


def _ahead(conduct: Any, call: Event | None, day: date | None, calendar: WorkCalendar) -> tuple[int, int] | None:
    """Return the working days between notice and hearing, as the control counts them, and how many are due."""
    if conduct is None or call is None or day is None:
        return None
    try:
        return calendar.working_days_between(call.effective_day, day - timedelta(days=1)), int(conduct.ahead)
    except CalendarMissing:
        return None


def _stages(told: Sequence[HearingEvent], last: str) -> tuple[Stage, ...]:
    latest = {one.part: one for one in told}
    reached = max((n for n, (part, _) in enumerate(_STAGES) if part in latest), default=-1)
    if reached < 0:  # waived before anything was asked
        return ()
    over = last in _OVER
    return tuple(
        Stage(name, "done" if part in latest else "now" if n == reached + 1 and not over else "later",
              latest[part].who if part in latest else None, latest[part].at if part in latest else None)
        for n, (part, name) in enumerate(_STAGES))  # fmt: skip


def _taking_part(case: Case, found: Sequence[Event], barred: Sequence[str], people: People) -> tuple[tuple[Text, str], ...]:
    """Return who takes part, by role: as the notice and the record name them."""
    if not found:
        return ()
    calls = [e for e in found if e.data.get("held_on") or e.data.get("hearing_public")]
    chair = next((str(e.data.get("leader") or e.actor) for e in reversed(calls)), None)
    recorder = next((str(e.data["recorder"]) for e in reversed(calls) if e.data.get("recorder")), None)
    party = next((str(e.data[name]) for e in reversed(case.events) for name in ("party", "applicant") if e.data.get(name)), None)
    there = [("chair", people.name(chair) if chair and chair != PARTY else None), ("recorder", people.name(recorder) if recorder else None),
             ("party", party), ("officers", listed(plain(people.name(one)) for one in barred).zh or None)]  # fmt: skip
    return tuple((_ROLES[role], names) for role, names in there if names)


def _heard(case: Case, event: Event, part: str, people: People) -> HearingEvent:
    post = post_name(case.version, event.post) if event.post else None
    name = people.name(str(event.actor))
    both = plain(name) if post is None else Text(zh=f"{name}（{post.zh}）", en=f"{name} ({post.en})")
    who = post if event.actor == PARTY and post else both
    lines = tuple(s for s in lines_of(case.version, event.act, event.data, people, event.erased) if s.file is None)
    papers = tuple((paper_of(case, event, n), d) for _, n, d in hashes_in(case, event))
    return HearingEvent(part, act_name(case, event), who, event.at, lines, papers)
