"""Both tellings of a control over one history: what `check` objects to act by act, what `detect` says of it.

A line of a story: `[case:]act actor day[.hour] [+days until entered] [@post] [field=value …] [why=reason]`, days counted from a
Monday; values are numbers, words, [a,b] or {a:1,b:ok}.  `today day` as the last line: the day on which the log is read.
Who opens a file (read_file) leaves no act of the case but a reading beside it, numbered apart, as in the agency.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from typing import Any

from qingfeng.casework.office import CASE, READS
from qingfeng.casework.reading import READ
from qingfeng.catalogue.power import PARTY, READ_FILE, SYSTEM, PowerVersion
from qingfeng.catalogue.settings import typed
from qingfeng.controls import discover
from qingfeng.detection.evaluate import Hit, Log, World, judge, lag_between
from qingfeng.engine.case import Case, evolve, new_case
from qingfeng.engine.clock import clocks
from qingfeng.engine.control import Command, Control, Demand, Refusal, Situation, Use
from qingfeng.engine.event import ACT, Event
from qingfeng.facts.rows import ActRow, Outcome
from qingfeng.facts.rule import LateRule, Rule
from qingfeng.terms.instants import day_if_instant, local_day
from qingfeng.terms.names import key_of
from qingfeng.terms.people import Authority, Interest, People, Span
from qingfeng.terms.sharing import derived
from tests.sample import ALWAYS, MONDAY, NAMES, POSTS, at, calendar, free_version, limit, people

Check = Callable[[Situation], Refusal | Demand | None]
RICH_LIMITS = (
    limit(
        "days",
        ["investigate"],
        ["approve"],
        4,
        "calendar_day",
        stops=[
            {"from": "suspend", "to": "resume", "basis": None},
            {"from": "order_review", "to": "receive_review", "basis": None},
            {"from": "suspend", "to": "receive_review", "basis": None},
        ],
        extend=[
            {"by": "extend", "n": 2, "unit": "calendar_day", "times": 2},
            {"by": "extend_more", "n": 1, "unit": "working_day", "times": 1},
        ],
    ),
    limit(
        "hours",
        ["interview"],
        ["note"],
        30,
        "hour",
        rolls="never",
        extend=[{"by": "extend", "n": 5, "unit": "hour", "times": 1}],
    ),
    limit("months", ["order_review"], ["receive_review", "approve"], 1, "month", rolls="party", **{"for": "party"}),
    limit("again", ["note", "approve"], ["approve"], 3, "working_day", restarts=True),
    limit("effect", ["investigate"], ["note"], 1, "working_day", effect="resume"),
    limit("noted", ["investigate"], ["approve"], 1, "calendar_day", late="note"),
    {
        **limit("named", ["set_day"], ["approve", "note"], 1, "calendar_day"),
        "until": "due_on",
        "extend": [
            {"by": "move_day", "until": "due_on", "times": 1},
            {"by": "extend_more", "until": "due_on", "times": 1},
        ],
        "stops": [{"from": "suspend", "to": "resume", "basis": None}],
    },
)
ACTORS = ("ann", "ann", "ann", "bob", "bob", "carl", PARTY, SYSTEM)


@dataclass(frozen=True)
class Telling:
    """A control's two tellings; a mutation replaces one of them."""

    version: PowerVersion
    check: Check
    rule: Rule
    people: People
    read_by: PowerVersion | None = None  # a mutation: `detect` reads the log by another file


def lines_of(kind: type[Any]) -> list[str]:
    """Return every line of a control's own stories."""
    told = (*kind.allowed, *kind.refused, *getattr(kind, "kept", ()), *getattr(kind, "neglected", ()))
    return [line for lines in told for line in lines if not line.startswith("today ")]


@cache
def acts_of(name: str) -> tuple[str, ...]:
    """Return the acts of a control's own stories, as often as they tell of them."""
    return tuple(line.split()[0].rpartition(":")[2] for line in lines_of(discover()[name]))


@cache
def fields_of(name: str) -> Mapping[str, Mapping[str, tuple[Any, ...]]]:
    """Return act -> field -> the values that the control's stories give it (values of a field are shared by its acts)."""
    values: dict[str, list[Any]] = {}
    acts: dict[str, dict[str, None]] = {}
    for _, event in happenings(lines_of(discover()[name])):
        for field, value in event.data.items():
            values.setdefault(field, []).append(value)
            acts.setdefault(event.act, {})[field] = None
    return {act: {field: tuple(values[field]) for field in fields} for act, fields in acts.items()}


def example_of(kind: type[Any], *, rich: bool = False) -> tuple[Control, PowerVersion]:
    """Return the control set as its own example says, and a free power that it works with."""
    control: Control = typed(kind, kind.example, place=kind.name)
    more = dict(getattr(kind, "example_version", {}))
    named = set(acts_of(kind.name)) | set(more.pop("acts", ()))
    version = free_version(
        RICH_LIMITS if rich else getattr(kind, "example_limits", ()), acts=tuple(sorted(named)), by=POSTS, **more
    )
    problem = control.problem(version)
    assert problem is None, problem
    return control, version


def people_of(kind: type[Any]) -> People:
    """Return the people of a control's stories: clerks unless it says otherwise; its ties and absences, not the credentials it names."""
    ties = [Interest(officer, other, "亲属", ALWAYS) for officer, other in getattr(kind, "example_ties", ())]
    licensed = {who: (ALWAYS,) for who in NAMES if who not in getattr(kind, "example_unlicensed", ())}
    posts = dict(getattr(kind, "example_posts", ()))
    gone = {
        who: (Span(MONDAY + timedelta(days=first), MONDAY + timedelta(days=last)),)
        for who, first, last in getattr(kind, "example_away", ())
    }
    held = [(who, posts.get(who, "clerk")) for who in NAMES]
    return people(held, interests=ties, credentials=licensed, absences=gone)


def telling_of(name: str, *, rich: bool = False) -> Telling:
    """Return a control's tellings as they are."""
    return _telling(name, rich)


@cache
def _telling(name: str, rich: bool) -> Telling:
    control, version = example_of(discover()[name], rich=rich)
    return Telling(version, control.check, control.detect(version), people_of(discover()[name]))


def _value(text: str) -> Any:
    if text.startswith("["):
        return [one for one in text[1:-1].split(",") if one]
    if text.startswith("{"):
        return {k: _value(v) for k, _, v in (pair.partition(":") for pair in text[1:-1].split(",") if pair)}
    return int(text) if text.isdigit() else text


def happenings(lines: Iterable[str]) -> list[tuple[str, Event]]:
    """Return the events of lines with the cases to which they belong, in the order told."""
    events: list[tuple[str, Event]] = []
    seqs: dict[str, int] = {}
    for n, line in enumerate(lines, 1):
        head, actor, day, *more = line.split()
        case, _, act = head.rpartition(":")
        case = case or "c1"
        days, _, hour = day.partition(".")
        when = at(MONDAY + timedelta(days=int(days)), int(hour or 9), n % 60)
        lag = next((int(word) for word in more if word.startswith("+")), 0)
        post = next((word[1:] for word in more if word.startswith("@")), "clerk")
        said = dict(word.split("=", 1) for word in more if "=" in word)
        reason = said.pop("why", None)
        stream = stream_of(case, act)
        seqs[stream] = seqs.get(stream, 0) + 1
        data = {field: _value(text) for field, text in said.items()}
        events.append(
            (
                case,
                happened(
                    seqs[stream],
                    act,
                    actor,
                    when,
                    when + timedelta(days=lag),
                    case=case,
                    post=post,
                    reason=reason,
                    **data,
                ),
            )
        )
    return events


def stream_of(case: str, act: str) -> str:
    """Return the stream in which an act on a case, or a reading of it, is kept."""
    return (READS if act == READ_FILE else CASE) + case


def case_of(event: Event) -> str:
    """Return the case of an act or reading."""
    return event.stream.partition("/")[2]


def number_of(event: Event) -> int:
    """Return the number under which an act is found; of a reading, counted backwards."""
    return -event.seq if event.kind == READ else event.seq


def story(lines: Sequence[str]) -> list[Event]:
    """Return the events of the lines of one case."""
    return [event for _, event in happenings([line for line in lines if not line.startswith("today ")])]


def read_on(lines: Sequence[str]) -> date:
    """Return the day on which a story says that the log is read."""
    return next(
        (MONDAY + timedelta(days=int(line.split()[1])) for line in lines if line.startswith("today ")), date.max
    )


def happened(seq: int, act: str, actor: str | None, when: Any, entered: Any, *, case: str = "c1", post: str = "clerk",
             reason: str | None = None, **data: Any) -> Event:  # fmt: skip
    """Return an act as an event of a case, or a reading of it."""
    facts = {"reason": reason} if reason else {}
    return Event(
        stream=stream_of(case, act),
        seq=seq,
        kind=READ if act == READ_FILE else ACT,
        act=act,
        at=when,
        entered=entered,
        actor=actor,
        post=post,
        data=data,
        facts=facts,
    )


@dataclass(frozen=True)
class Beside:
    """The other cases of a history, up to a moment."""

    case: str
    before: Sequence[Event]
    unseen: Callable[[Event], bool] = lambda _: False

    def uses(self, field: str, value: str) -> Sequence[Use]:
        """Return the acts on other cases that say so."""
        found = []
        for event in self.before:
            there = event.data.get(field)
            there = day_if_instant(there) if isinstance(there, str) else there
            case = case_of(event)
            if isinstance(there, str):
                there, value = key_of(field, there), key_of(field, value)
            there = case if field == "_case" else there
            said = there == value or (isinstance(there, list | dict) and value in there)
            follows = (field, value) in derived("s900/free", event.act, local_day(event.at).toordinal(), event.data)
            if case != self.case and event.kind == ACT and (said or follows):
                found.append(
                    Use(
                        case=case,
                        power="s900/free",
                        act=event.act,
                        seq=event.seq,
                        day=local_day(event.at),
                        actor=event.actor,
                        data=event.data,
                    )
                )
        return tuple(found)

    def readings(self) -> Sequence[Event]:
        """Return who opened the file of the case, each with the number of the act before."""
        done, found = 0, []
        for event in self.before:
            if case_of(event) == self.case and event.kind == READ and not self.unseen(event):
                found.append(replace(event, facts={**event.facts, "after": done}))
            elif case_of(event) == self.case and event.kind == ACT:
                done = event.seq
        return tuple(found)


def situation(case: Case, event: Event, who: People | None = None, before: Sequence[Event] = ()) -> Situation:
    """Return what a control would have seen before the event."""
    proposed = Command(case=case.id, act=event.act, actor=event.actor or "", at=event.at, entered=event.entered, data=event.data,
                       reason=event.facts.get("reason"))  # fmt: skip
    return Situation(
        case=case,
        proposed=proposed,
        rule=case.version.rules[case.step, event.act],
        authority=Authority(event.post or "clerk", "own"),
        people=who or people([(one, "clerk") for one in NAMES]),
        calendar=calendar(),
        clocks=clocks(case, calendar()),
        elsewhere=Beside(case.id, before),
    )


def objections(telling: Telling, events: Sequence[Event]) -> list[tuple[str, int]]:
    """Return case and number of the events to which `check` objects; all of them happen nevertheless."""
    cases: dict[str, Case] = {}
    found = []
    for n, event in enumerate(events):
        name = case_of(event)
        case = cases.get(name) or new_case(name, telling.version)
        if telling.check(situation(case, event, telling.people, events[:n])) is not None:
            found.append((name, number_of(event)))
        cases[name] = case if event.kind == READ else evolve(case, event)
    return found


def rows(events: Sequence[Event]) -> list[ActRow]:
    """Return a history as a log of acts."""
    return [
        ActRow(
            case=case_of(e),
            act=e.act,
            actor=e.actor,
            at=e.at,
            entered=e.entered,
            effective=e.effective_day.isoformat(),
            lag=lag_between(e.at, e.entered, calendar()),
            data=e.data,
            post=e.post,
            reason=e.facts.get("reason"),
            seq=number_of(e),
            position=n,
            power="s900/free",
        )
        for n, e in enumerate(events, 1)
    ]


def judged(
    telling: Telling, log: Sequence[ActRow], *, rule: Rule | None = None, today: date = date.max
) -> tuple[Outcome, list[Hit]]:
    """Return what a rule says of a whole log: the worst of its cases, and every hit."""
    whole = Log(log)
    said = [
        judge(
            rule or telling.rule,
            cases,
            telling.read_by or telling.version,
            World(calendar(), telling.people, today),
            log=whole,
        )
        for cases in whole.cases.values()
    ]
    outcomes = {outcome for outcome, _ in said}
    order = (Outcome.VIOLATED, Outcome.NOT_EVALUABLE, Outcome.SATISFIED)
    return next((o for o in order if o in outcomes), Outcome.NOT_APPLICABLE), [hit for _, hits in said for hit in hits]


def found(telling: Telling, events: Sequence[Event]) -> Outcome:
    """Return what `detect` says of the history."""
    return judged(telling, rows(events))[0]


def objected_to(telling: Telling, events: Sequence[Event]) -> set[tuple[str, int]] | bool:
    """Return to which acts `check` objects (of limits: whether it does)."""
    objected = set(objections(telling, events))
    return bool(objected) if isinstance(telling.rule, LateRule) else objected


def hit_by(telling: Telling, events: Sequence[Event]) -> set[tuple[str, int]] | bool:
    """Return which acts `detect` finds (of limits: whether it finds any)."""
    _, hits = judged(telling, rows(events))
    return bool(hits) if isinstance(telling.rule, LateRule) else {(hit.case, hit.seq) for hit in hits}


def agrees(telling: Telling, events: Sequence[Event]) -> bool:
    """True if both tellings say the same of a history, act by act (of limits: case by case)."""
    return objected_to(telling, events) == hit_by(telling, events)


def told(events: Sequence[Event]) -> list[str]:
    """Return a history in words, for a failing test."""
    return [
        f"{case_of(e)}:{e.act} {e.actor} {e.at:%m-%d %H:%M} +{(e.entered - e.at).days} @{e.post} {dict(e.data)}"
        for e in events
    ]
