"""What becomes of a finding: self-check, verification, rectification, disposition, end; each step an event beside the finding.

Procedural findings climb a ladder while nobody has answered: the unit itself, then the deputy in charge, the head, the
discipline office.  Who took part in what was found never verifies it.  What a verification says feeds the false-alarm rate of
the rule: a finding is a lead, and a rule that cries wolf must show it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any
from weakref import WeakKeyDictionary

from qingfeng.engine.event import Event
from qingfeng.terms.instants import local_day
from qingfeng.terms.limits import MAX_TEXT
from qingfeng.terms.people import People
from qingfeng.terms.text import Text, hazards

from .discretion import discreet
from .findings import FINDING, STREAM, Finding, act_behind, finding_in
from .office import Office, Registry, event_of
from .ports import ReadTx

STEP = "finding_step"
LADDER = (3, 5, 7)
"""Calendar days after which an unanswered procedural finding goes to deputy, head, discipline; a setting of the agency
(`finding_ladder`), no statute (design, section 10)."""
INSPECTOR, CHIEF = "discipline_inspector", "discipline_head"
ACTS: Mapping[str, Text] = {
    "assign": Text(zh="交办自查", en="Assign for self-check"),
    "self_check": Text(zh="报告自查", en="Report the self-check"),
    "review": Text(zh="核查认定", en="Verify"),
    "rectify": Text(zh="登记整改", en="Record rectification"),
    "dispose": Text(zh="处理", en="Dispose"),
    "close": Text(zh="办结", en="Close"),
}
STATES: Mapping[str, Text] = {
    "found": Text(zh="待核查", en="to be verified"),
    "assigned": Text(zh="自查中", en="self-check"),
    "checked": Text(zh="已自查待核查", en="self-checked, to be verified"),
    "undetermined": Text(zh="情况不清", en="undetermined"),
    "upheld": Text(zh="属实待整改", en="upheld, to be rectified"),
    "rectified": Text(zh="已整改待处理", en="rectified, to be disposed of"),
    "not_upheld": Text(zh="不属实", en="not upheld"),
    "false_alarm": Text(zh="规则误报", en="false alarm"),
    "disposed": Text(zh="已处理", en="disposed of"),
    "closed": Text(zh="已办结", en="closed"),
}
OUTCOMES = ("upheld", "not_upheld", "undetermined", "false_alarm")
NEXT: Mapping[str, tuple[str, ...]] = {
    "found": ("assign", "review"),
    "assigned": ("self_check", "review"),
    "checked": ("review",),
    "undetermined": ("assign", "review"),
    "upheld": ("rectify", "dispose"),
    "rectified": ("dispose",),
    "not_upheld": ("close",),
    "false_alarm": ("close",),
    "disposed": ("close",),
    "closed": (),
}
DISPOSITIONS: Mapping[str, Text] = {
    "none": Text(zh="不予处理（写明理由）", en="none (say why)"),
    "talk": Text(zh="谈话提醒", en="a word of warning"),
    "criticism": Text(zh="批评教育", en="criticism"),
    "notice": Text(zh="责令整改并通报", en="ordered to rectify, and made known"),
    "sanction": Text(zh="移送处分程序", en="referred for a sanction"),
    "transfer": Text(zh="移送有权机关", en="referred to the competent authority"),
}
LEAST_WORDS = 4


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
    """One finding and what became of it."""

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

    @property
    def open(self) -> bool:
        """True while something remains to be done."""
        return self.state != "closed"

    @property
    def unreviewed(self) -> bool:
        """True while nobody has verified it."""
        return self.state in ("found", "assigned", "checked", "undetermined")

    def taken(self, act: str) -> Taken | None:
        """Return the last step of a kind."""
        return next((one for one in reversed(self.steps) if one.act == act), None)


@dataclass(frozen=True, slots=True)
class Standing:
    """All findings as they stand after event `seq`, by number."""

    seq: int = 0
    found: Mapping[int, Followed] = field(default_factory=dict)


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
        elif event.kind == STEP:
            number = int(event.data["number"])
            found[number] = _after(found[number], event)
    return Standing(seq, found)


def _after(one: Followed, event: Event) -> Followed:
    data, act = event.data, event.act
    taken = Taken(act, str(event.actor), event.at, event.facts.get("reason"), data)
    one = replace(one, steps=(*one.steps, taken))
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


def ladder_of(registry: Registry) -> tuple[int, int, int]:
    """Return the days of the agency's ladder."""
    said = registry.agency.get("finding_ladder")
    if isinstance(said, Sequence) and len(said) == len(LADDER) and all(type(n) is int and n > 0 for n in said):
        return said[0], said[1], said[2]
    return LADDER


def rung(one: Followed, today: date, ladder: tuple[int, int, int]) -> int:
    """Return how high an unanswered procedural finding has climbed: 0 unit, 1 deputy, 2 head, 3 discipline; discreet ones begin there."""
    if one.discreet:
        return len(ladder)
    if one.state not in ("found", "assigned"):
        return 0
    return sum((today - local_day(one.found_at)).days >= days for days in ladder)


def take(office: Office, number: int, act: str, said: Mapping[str, Any], *, words: str, by: str, at: datetime) -> Followed:
    """Take a step on a finding.  said: to, outcome, disposition, answerable as the act wants them.  Raises BadStep, StoreError."""
    with office.store.write() as tx:
        tx.lock(STREAM)
        registry = office.registry(tx)
        known = standing_in(office, tx)
        one = known.found.get(number)
        if one is None:
            raise BadStep(f"没有第{number}号发现", f"there is no finding {number}")
        if act not in NEXT[one.state]:
            zh, en = STATES[one.state].zh, STATES[one.state].en
            name = ACTS.get(act, Text(zh=act[:40], en=act[:40]))
            raise BadStep(
                f"这条发现现在是“{zh}”，不能“{name.zh}”；请刷新页面",
                f"the finding is {en}: {name.en!r} is not possible now; reload the page",
            )
        if len(words.strip()) < LEAST_WORDS or len(words) > MAX_TEXT or hazards(words):
            raise BadStep(f"请写明情况和理由（{LEAST_WORDS}字以上）", f"say what and why, in {LEAST_WORDS} characters or more")
        _entitled(registry.people, one, act_behind(office, tx, one.finding), act, by, local_day(at))
        data = {"number": number, **_checked(registry, one, act, said, local_day(at))}
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


def standing_in(office: Office, tx: ReadTx) -> Standing:
    """The same within a transaction that writes: nothing of it is remembered, as it may be undone."""
    known = _KNOWN.get(office, Standing())
    return grown(office, tx, known, map(event_of, tx.events(STREAM, after=known.seq)))


def involved(proof: Event | None) -> frozenset[str]:
    """Return who took part in the act that proves a finding."""
    if proof is None:
        return frozenset()
    named = {str(one) for key in ("officers", "members") for one in proof.data.get(key) or ()}
    return frozenset(named | ({proof.actor} if proof.actor else set()))


def _entitled(people: People, one: Followed, proof: Event | None, act: str, by: str, day: date) -> None:
    """Raise BadStep unless the officer may take the step."""
    if act == "self_check":
        if by != one.assigned_to:
            who = people.name(one.assigned_to or "")
            raise BadStep(f"自查由{who}报告", f"the self-check is reported by {who}")
        return
    if not (people.holds(by, INSPECTOR, day) or people.holds(by, CHIEF, day)):
        raise BadStep("此事由纪检监察人员办理", "this is for discipline supervision")
    if by in involved(proof) or by in one.answerable:
        raise BadStep(
            "您参与过所发现的事项，不能自己核查处理；请由其他纪检监察人员办理",
            "you took part in what was found: somebody else of discipline has to do this",
        )
    on_staff = proof is not None and proof.post in (INSPECTOR, CHIEF)
    if (act == "dispose" or on_staff) and not people.holds(by, CHIEF, day):
        raise BadStep("处理意见（以及涉及纪检监察人员的事项）由纪检监察负责人作出", "this is for the head of discipline")
    reviewed = one.taken("review")
    if act == "dispose" and reviewed is not None and reviewed.by == by:
        raise BadStep("核查人不能自己作出处理；请由另一名纪检监察负责人办理", "who verified it does not dispose of it")


def _checked(registry: Registry, one: Followed, act: str, said: Mapping[str, Any], day: date) -> dict[str, Any]:
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
            return {"to": to, "due": (day + timedelta(days=ladder_of(registry)[0])).isoformat()}
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


def rates(known: Standing, judged: Mapping[str, int], periods: Mapping[str, int]) -> Mapping[str, Rate]:
    """Return the base rate of every rule that found something.  judged: cases of each power; periods: of each duty (duty:…)."""
    by_rule: dict[str, list[Followed]] = {}
    for one in known.found.values():
        by_rule.setdefault(one.finding.found.rule, []).append(one)
    told = {}
    for rule, several in by_rule.items():
        powers = {one.finding.power for one in several}
        cases = {(one.finding.power, one.finding.found.case) for one in several}
        reviewed = [one.outcome for one in several if one.outcome in ("upheld", "not_upheld", "false_alarm")]
        by_duty = rule.startswith("duty:")
        looked = periods.get(rule, 0) if by_duty else sum(judged.get(power, 0) for power in powers)
        told[rule] = Rate(len(several) if by_duty else len(cases), looked, len(reviewed), reviewed.count("false_alarm"))
    return told
