"""What becomes of a finding: self-check, verification, rectification, disposition, end; each step an event beside the finding.

Procedural findings climb a ladder while nobody has answered: the unit itself, then the deputy in charge, the head, the
discipline office.  Who took part in what was found never verifies it.  What a verification says feeds the false-alarm rate of
the rule: a finding is a lead, and a rule that cries wolf must show it.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from weakref import WeakKeyDictionary

from qingfeng.engine.event import Event
from qingfeng.terms.instants import local_day
from qingfeng.terms.limits import MAX_TEXT
from qingfeng.terms.people import People
from qingfeng.terms.text import Text, hazards

from .discretion import discreet
from .findings import FINDING, STREAM, Finding, act_behind, finding_in
from .handled import ABOVE, UNIT, involved
from .ladder import LADDER, ladder_of
from .mirrored import OPENED, STEP
from .office import Office, Registry, event_of
from .ports import ReadTx
from .steps import ACTS, DISPOSITIONS, NEXT, OUTCOMES, STATES

__all__ = ["ACTS", "DISPOSITIONS", "LADDER", "NEXT", "OUTCOMES", "STATES", "STEP", "BadStep", "Followed", "Rate", "Standing", "Taken",
           "barred", "checked", "fit", "grown", "involved", "ladder_of", "next_of", "rates", "rung", "standing", "standing_in",
           "take"]  # fmt: skip
INSPECTOR, CHIEF = "discipline_inspector", "discipline_head"
LEAST_WORDS = 4
UNREVIEWED = ("found", "assigned", "checked", "undetermined", "superior")
"""The states of a finding that nobody has verified."""


class BadStep(Exception):
    """A step that cannot be taken; says why and what next."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.message = Text(zh=zh, en=en)


@dataclass(frozen=True, slots=True)
class Taken:
    """One step as it was taken.  words: what was written, None once erased."""

    act: str
    by: str
    at: datetime
    words: str | None
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Followed:
    """One finding and what became of it.  case: the case in which it is handled, None where the agency has no such power; level: unit,
    discipline or superior; pending: what is open in that case; accused: whom the finding concerns; ordered: who was ordered to rectify."""

    finding: Finding
    found_at: datetime
    discreet: bool
    state: str = "found"
    assigned_to: str | None = None
    due: date | None = None
    outcome: str | None = None
    disposition: str | None = None
    answerable: tuple[str, ...] = ()
    steps: tuple[Taken, ...] = ()
    case: str | None = None
    level: str = ""
    pending: tuple[str, ...] = ()
    accused: frozenset[str] = frozenset()
    ordered: tuple[str, ...] = ()

    @property
    def open(self) -> bool:
        """True while something remains to be done."""
        return self.state != "closed"

    @property
    def unreviewed(self) -> bool:
        """True while nobody has verified it."""
        return self.state in UNREVIEWED

    @property
    def awaits(self) -> str | None:
        """What an order to rectify waits for, on the case alone: `report` of who was ordered, then `recheck`; None without one."""
        course = [one.act for one in self.steps if one.act in ("order", "report", "recheck")]
        if self.state != "upheld" or not course or course[-1] == "recheck":
            return None
        return "report" if course[-1] == "order" else "recheck"

    def taken(self, act: str) -> Taken | None:
        """Return the last step of a kind."""
        return next((one for one in reversed(self.steps) if one.act == act), None)


@dataclass(frozen=True, slots=True)
class Tally:
    """What all findings of a rule come to: powers and cases in which it found something, how many, those verified, false alarms."""

    powers: frozenset[str]
    cases: int
    found: int
    reviewed: int
    false: int


@dataclass(frozen=True, eq=False)
class Standing:
    """All findings as they stand after event `seq`, by number; what every page asks of all of them is worked out once."""

    seq: int = 0
    found: Mapping[int, Followed] = field(default_factory=dict)

    @cached_property
    def latest(self) -> tuple[Followed, ...]:
        """All of them, the latest first."""
        return tuple(sorted(self.found.values(), key=lambda one: -one.finding.number))

    @cached_property
    def above(self) -> tuple[Followed, ...]:
        """Those that are with the superior body."""
        return tuple(one for one in self.latest if one.level == ABOVE)

    @cached_property
    def open_to_all(self) -> tuple[Followed, ...]:
        """Those that are no suspicion, the latest first."""
        return tuple(one for one in self.latest if not one.discreet)

    @cached_property
    def counted(self) -> Mapping[bool, tuple[Mapping[str, int], Mapping[str, int]]]:
        """How many there are by state and by rule: of all (True), of those that are no suspicion (False)."""
        return {every: counted(self.latest if every else self.open_to_all) for every in (True, False)}

    @cached_property
    def given(self) -> Mapping[str, tuple[Followed, ...]]:
        """Those that are no suspicion and wait for a self-check or to be rectified, by the officer who was asked."""
        told: dict[str, tuple[Followed, ...]] = {}
        for one in self.open_to_all:
            asked = (one.assigned_to,) if one.state == "assigned" else one.ordered if one.awaits == "report" else ()
            told |= {who: (*told.get(who, ()), one) for who in asked if who is not None}
        return told

    @cached_property
    def climbing(self) -> tuple[date, ...]:
        """The days, in order, on which those were found that are no suspicion and that nobody has answered."""
        return tuple(sorted(local_day(one.found_at) for one in self.open_to_all if one.state in ("found", "assigned")))

    @cached_property
    def by_rule(self) -> Mapping[str, Tally]:
        """What they come to, by rule."""
        several: dict[str, list[Followed]] = {}
        for one in self.found.values():
            several.setdefault(one.finding.found.rule, []).append(one)
        return {rule: _tally(some) for rule, some in several.items()}


def counted(several: Sequence[Followed]) -> tuple[Mapping[str, int], Mapping[str, int]]:
    """Return how many findings stand in each state, and how many each rule made."""
    return Counter([one.state for one in several]), Counter([one.finding.found.rule for one in several])


def _tally(several: Sequence[Followed]) -> Tally:
    told = ("upheld", "not_upheld", "false_alarm")
    reviewed = [one.outcome for one in several if one.outcome in told and one.state != "undetermined" and "dismissal" not in one.pending]
    cases = {(one.finding.power, one.finding.found.case) for one in several}
    powers = frozenset(one.finding.power for one in several)
    return Tally(powers, len(cases), len(several), len(reviewed), reviewed.count("false_alarm"))


_KNOWN: WeakKeyDictionary[Office, Standing] = WeakKeyDictionary()
_LOCK = threading.Lock()


def standing(office: Office, tx: ReadTx) -> Standing:
    """Return how all findings stand; what was read before is remembered, so that a page reads only what is new."""
    with _LOCK:
        known = _KNOWN.get(office, Standing())
        rows = tx.events(STREAM, after=known.seq)
        if rows:
            known = _KNOWN[office] = grown(office, tx, known, map(event_of, rows))
        return known


def grown(office: Office, tx: ReadTx, known: Standing, events: Iterable[Event]) -> Standing:
    """Return the standing after more events of the stream."""
    found, seq = dict(known.found), known.seq
    for event in events:
        seq = event.seq
        if event.kind == FINDING:
            one = finding_in(event)
            seen_by = event.facts.get("seen_by")
            hidden = seen_by == "discipline" if seen_by else discreet(one.found.rule, act_behind(office, tx, one))
            found[one.number] = Followed(one, event.at, hidden)
        elif event.kind in (STEP, OPENED):
            number = int(event.data["number"])
            found[number] = _after(found[number], event) if event.kind == STEP else _opened(found[number], event)
    return Standing(seq, found)


def _opened(one: Followed, event: Event) -> Followed:
    data, level = event.data, str(event.data["level"])
    return replace(one, case=str(data["case"]), level=level, discreet=one.discreet or level != UNIT, state=str(data["state"]),
                   accused=frozenset(data.get("accused") or ()))  # fmt: skip


def _after(one: Followed, event: Event) -> Followed:
    data, act = event.data, event.act
    taken = Taken(act, str(event.actor), event.at, event.facts.get("reason"), data)
    one = replace(one, steps=(*one.steps, taken))
    if data.get("case"):  # told by its case, which says how it stands
        one = replace(one, state=str(data["state"]), pending=tuple(data["pending"]), outcome=data.get("outcome", one.outcome))
        if "to" in data:
            return replace(one, assigned_to=str(data["to"]), due=date.fromisoformat(str(data["due"])))
        if "due" in data:
            return replace(one, ordered=tuple(data.get("ordered", one.ordered)), due=date.fromisoformat(str(data["due"])))
        if "disposition" in data:
            return replace(one, disposition=str(data["disposition"]), answerable=tuple(data["answerable"]))
        return one
    match act:
        case "assign":
            return replace(one, state="assigned", assigned_to=str(data["to"]), due=date.fromisoformat(str(data["due"])))
        case "self_check":
            return replace(one, state="checked")
        case "review":
            return replace(one, state=str(data["outcome"]), outcome=str(data["outcome"]))
        case "rectify":
            return replace(one, state="rectified")
        case "dispose":
            return replace(one, state="disposed", disposition=str(data["disposition"]), answerable=tuple(data.get("answerable") or ()))
    return replace(one, state="closed")


def next_of(one: Followed) -> tuple[str, ...]:
    """Return the steps that may follow; others of its case are taken on the page of the case."""
    if one.case is not None and one.state in ("not_upheld", "false_alarm"):
        return ("agree", "refuse") if "dismissal" in one.pending else NEXT[one.state]
    if one.case is not None and one.state == "disposed" and one.pending:
        return ()
    return NEXT[one.state] if one.awaits is None else (one.awaits,)


def rung(one: Followed, today: date, ladder: tuple[int, int, int]) -> int:
    """Return how high an unanswered procedural finding has climbed: 0 unit, 1 deputy, 2 head, 3 discipline; discreet ones begin there."""
    if one.discreet:
        return len(ladder)
    if one.state not in ("found", "assigned"):
        return 0
    return sum((today - local_day(one.found_at)).days >= days for days in ladder)


def take(office: Office, number: int, act: str, said: Mapping[str, Any], *, words: str, by: str, at: datetime) -> Followed:
    """Take a step on a finding that has no case of its own (others: handling.take).  said: to, outcome, disposition, answerable as the
    act wants them.  Raises BadStep, StoreError."""
    with office.store.write() as tx:
        tx.lock(STREAM)
        registry = office.registry(tx)
        known = standing_in(office, tx)
        one = known.found.get(number)
        if one is None:
            raise BadStep(f"没有第{number}号发现", f"there is no finding {number}")
        if one.case is not None:
            raise BadStep(f"这条发现在案件{one.case}里办理", f"this finding is handled in the case {one.case}")
        fit(one, act, words)
        _entitled(registry.people, one, act_behind(office, tx, one.finding), act, by, local_day(at))
        data = {"number": number, **checked(registry, one, act, said, local_day(at))}
        event = Event(
            stream=STREAM,
            seq=tx.head(STREAM) + 1,
            kind=STEP,
            act=act,
            at=at,
            entered=at,
            power=one.finding.power,
            version=one.finding.version,
            actor=by,
            facts={"reason": words.strip()},
            data=data,
        )
        office.append(tx, event)
        return _after(one, event)


def fit(one: Followed, act: str, words: str) -> None:
    """Raise BadStep unless the step comes next and says what and why."""
    if act not in next_of(one):
        zh, en = STATES[one.state].zh, STATES[one.state].en
        name = ACTS.get(act, Text(zh=act[:40], en=act[:40]))
        raise BadStep(
            f"这条发现现在是“{zh}”，不能“{name.zh}”；请刷新页面",
            f"the finding is {en}: {name.en!r} is not possible now; reload the page",
        )
    if len(words.strip()) < LEAST_WORDS or len(words) > MAX_TEXT or hazards(words):
        raise BadStep(f"请写明情况和理由（{LEAST_WORDS}字以上）", f"say what and why, in {LEAST_WORDS} characters or more")


def standing_in(office: Office, tx: ReadTx) -> Standing:
    """The same within a transaction that writes: nothing of it is remembered, as it may be undone."""
    known = _KNOWN.get(office, Standing())
    return grown(office, tx, known, map(event_of, tx.events(STREAM, after=known.seq)))


def barred(people: People, one: Followed, proof: Event | None, act: str, by: str, day: date) -> BadStep | None:
    """Return why an officer may not take a step, None if he may."""
    if act == "self_check":
        who = people.name(one.assigned_to or "")
        return BadStep(f"自查由{who}报告", f"the self-check is reported by {who}") if by != one.assigned_to else None
    if act == "report":
        who = "、".join(map(people.name, one.ordered))
        return BadStep(f"整改由{who}报告", f"what was rectified is reported by {who}") if by not in one.ordered else None
    if not (people.holds(by, INSPECTOR, day) or people.holds(by, CHIEF, day)):
        return BadStep("此事由纪检监察人员办理", "this is for discipline supervision")
    if by in involved(proof, people) or by in one.answerable:
        return BadStep(
            "您参与过所发现的事项，不能自己核查处理；请由其他纪检监察人员办理",
            "you took part in what was found: somebody else of discipline has to do this",
        )
    on_staff = proof is not None and proof.post in (INSPECTOR, CHIEF)
    deciding = act in ("dispose", "agree", "refuse")
    if (deciding or on_staff) and not people.holds(by, CHIEF, day):
        return BadStep("处理意见（以及涉及纪检监察人员的事项）由纪检监察负责人作出", "this is for the head of discipline")
    reviewed = one.taken("review")
    if deciding and reviewed is not None and reviewed.by == by:
        return BadStep("核查人不能自己作出处理；请由另一名纪检监察负责人办理", "who verified it does not dispose of it")
    if act == "recheck" and reviewed is not None and reviewed.by == by:
        return BadStep("核查人不能自己复查整改；请由其他纪检监察人员办理", "who verified it does not re-check it")
    return None


def _entitled(people: People, one: Followed, proof: Event | None, act: str, by: str, day: date) -> None:
    """Raise BadStep unless the officer may take the step."""
    stop = barred(people, one, proof, act, by, day)
    if stop is not None:
        raise stop


def checked(registry: Registry, one: Followed, act: str, said: Mapping[str, Any], day: date) -> dict[str, Any]:
    """Return what an act keeps.  Raises BadStep."""
    match act:
        case "assign":
            to = said.get("to")
            if one.discreet:
                raise BadStep(
                    "这条线索只由纪检监察掌握，不交本单位自查", "this lead stays with discipline: it is not given to the unit"
                )
            if not isinstance(to, str) or not registry.people.in_service(to, day):
                raise BadStep("请选择在职的自查责任人", "choose an officer in service")
            return {"to": to, "due": (day + timedelta(days=ladder_of(registry, day)[0])).isoformat()}
        case "review":
            if said.get("outcome") not in OUTCOMES:
                raise BadStep(
                    "请选择核查结论：属实、不属实、情况不清、规则误报",
                    "choose an outcome: upheld, not upheld, undetermined, false alarm",
                )
            return {"outcome": said["outcome"]}
        case "dispose":
            people = [who for who in said.get("answerable") or () if isinstance(who, str)]
            if said.get("disposition") not in DISPOSITIONS:
                raise BadStep("请选择处理方式", "choose a disposition")
            if len(people) > 50 or any(who not in registry.people.names for who in people):
                raise BadStep("责任人应为本单位登记的人员", "who answers must be a registered officer")
            if said["disposition"] != "none" and not people:
                raise BadStep("请选择责任人；没有责任人的，选“不予处理”并写明理由", "choose who answers, or choose none and say why")
            return {"disposition": said["disposition"], "answerable": people}
    return {}


@dataclass(frozen=True, slots=True)
class Rate:
    """What is known of a rule: cases in which it found something, cases that it judged (of a duty: findings, and its periods), verified
    findings and false alarms among them."""

    found: int
    judged: int
    reviewed: int
    false: int


def rates(
    known: Standing, judged: Mapping[str, int], periods: Mapping[str, int], only: Container[str] | None = None
) -> Mapping[str, Rate]:
    """Return the base rate of every rule that found something, or of some of them.  judged: cases of each power; periods: of each duty
    (duty:…), subjects of each pattern (pattern:…)."""
    told = {}
    for rule, all_ in known.by_rule.items():
        if only is not None and rule not in only:
            continue
        by_duty = rule.startswith(("duty:", "pattern:", "log:"))
        looked = periods.get(rule, 0) if by_duty else sum(judged.get(power, 0) for power in all_.powers)
        told[rule] = Rate(all_.found if by_duty else all_.cases, looked, all_.reviewed, all_.false)
    return told
