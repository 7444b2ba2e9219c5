"""A step on a finding as an officer takes it on the pages of supervision: where the finding has a case, by acts of that case.

The page asks for a few words and choices; here they become the acts of `supervision/finding_handling`, through the door that all acts
take.  What the power asks for beside them is said on the page or is laid down as what it is: who verifies by this page declares with it
that he has no interest, and what he verified is the entry that shows the finding, registered as evidence under its own hash.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from qingfeng.catalogue.power import PowerVersion
from qingfeng.engine.case import Case
from qingfeng.engine.control import Command
from qingfeng.engine.event import ACT
from qingfeng.terms.instants import local_day

from . import followup
from .findings import STREAM, place_of
from .followup import BadStep, Followed, checked, fit, ladder_of, standing
from .handle import Answer, Asked, Done, Stale, Stopped, handle
from .office import Office, Registry, load_case
from .ports import ReadTx

DECLARE, EVIDENCE, MATERIAL = "declare_no_interest", "register_evidence", "submit_material"
WHY = 400  # characters of the words that stand as reasons for a person
SEVERITIES = ("minor", "serious", "grave")
SELF_OUTCOMES = ("explained", "admitted", "partly", "denied")
_CASE_ACTS = {"self_check": "self_check", "agree": "agree_dismissal", "refuse": "refuse_dismissal", "rectify": "forward_for_disposition",
              "close": "close_finding"}  # fmt: skip
_Act = tuple[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Step:
    """A step as it was sent.  said: to, outcome, severity, responsible, self_outcome, evidence (hashes), disposition, answerable."""

    act: str
    said: Mapping[str, Any]
    words: str
    by: str
    day: date


def take(office: Office, number: int, act: str, said: Mapping[str, Any], *, words: str, by: str, at: datetime) -> Followed:
    """Take a step on a finding.  Raises BadStep, StoreError."""
    with office.store.read() as tx:
        one = standing(office, tx).found.get(number)
        if one is None or one.case is None:
            handled = None
        else:
            registry = office.registry(tx)
            handled, _ = load_case(office, tx, registry, one.case)
            fit(one, act, words)
            step = Step(act, said, words.strip(), by, local_day(at))
            acts = list(_acts(registry, one, handled, step, entry_behind(tx, one)))
            posts = {name: _post(registry, handled, name, by, local_day(at)) for name, _ in acts}
    if handled is None:
        return followup.take(office, number, act, said, words=words, by=by, at=at)
    for name, data in acts:
        command = Command(case=handled.id, act=name, actor=by, at=at, entered=at, data=data, post=posts[name], reason=words.strip())
        _done(handle(office, command))
    with office.store.read() as tx:
        return standing(office, tx).found[number]


def entry_behind(tx: ReadTx, one: Followed) -> str:
    """Return the hash under which the entry that shows a finding is evidence on its case: of the number of the finding and the entry."""
    stream, seq = place_of(one.finding) or (STREAM, one.finding.number)
    rows = tx.events(stream, after=seq - 1)[:1]
    return sha256(b"finding %d\n" % one.finding.number + (rows[0].entry if rows else b"")).hexdigest()


def _acts(registry: Registry, one: Followed, case: Case, step: Step, entry: str) -> Iterator[_Act]:
    """Yield the acts that a step consists of, with what they say.  Raises BadStep."""
    basic, words = checked(registry, one, step.act, step.said, step.day), step.words
    given = _Evidence(case, step)
    match step.act:
        case "assign":
            if basic["to"] not in able_to_answer(registry, case.version, one, step.day):
                raise BadStep(
                    "自查由科室负责人、分管领导等负责人报告，所涉人员不能自己查自己；请另选",
                    "a self-check is reported by a head of section or a leader, and not by those concerned: choose another",
                )
            due = (step.day + timedelta(days=ladder_of(registry, step.day)[0])).isoformat()
            yield "assign_self_check", {"officers": [basic["to"]], "due_on": due, "content": words}
        case "self_check":
            yield from given.registered(MATERIAL)
            said = step.said.get("self_outcome") or "explained"
            yield "self_check", {"self_outcome": said, "facts": words} | ({"relies_on": given.numbers} if given.numbers else {})
        case "review":
            yield from _declared(case, step.by)
            yield from given.registered(EVIDENCE, entry)
            yield "verify_finding", {"facts": words, "relies_on": given.numbers} | _weight(registry, basic["outcome"], step)
        case "dispose":
            if case.step == "rectify":
                yield "forward_for_disposition", {"opinion": words}
            yield from _declared(case, step.by)
            yield _disposed(case, basic, words)
        case _:
            if step.act in ("agree", "refuse"):
                yield from _declared(case, step.by)
            yield _CASE_ACTS[step.act], {"opinion" if step.act in ("rectify", "close") else "reasons": words}


def able_to_answer(registry: Registry, version: PowerVersion, one: Followed, day: date) -> frozenset[str]:
    """Return who may be asked for a self-check: holders of a post that reports it, but for those concerned."""
    posts = {post for row in version.procedure.rows if row.act == "self_check" for post in row.by}
    return frozenset(who for post in posts for who in registry.people.holders(post, day)) - one.accused


class _Evidence:
    """Files handed in with a step, numbered on from what the case holds; a file that it holds already keeps its number."""

    def __init__(self, case: Case, step: Step) -> None:
        kept = [e.data for e in case.events if e.kind == ACT and e.act in (EVIDENCE, MATERIAL)]
        self._known = {str(data.get("evidence_hash")): str(data["evidence_no"]) for data in kept}
        self._sent = [one for one in step.said.get("evidence") or () if isinstance(one, str)]
        self._day = step.day.isoformat()

    def registered(self, act: str, entry: str | None = None) -> Iterator[_Act]:
        """Yield the registration of what is new by an act; entry: hash of the entry of the record that was looked at."""
        wanted = [(one, "documentary") for one in dict.fromkeys(self._sent)] + ([(entry, "electronic")] if entry else [])
        for digest, kind in wanted:
            if digest in self._known:
                continue
            self._known[digest] = number = f"E{len(self._known) + 1}"
            yield act, {"evidence_no": number, "evidence_kind": kind, "evidence_hash": digest, "obtained_on": self._day}

    @property
    def numbers(self) -> list[str]:
        """All that the case then holds."""
        return list(self._known.values())


def _declared(case: Case, by: str) -> Iterator[_Act]:
    if by not in case.actors_of([DECLARE]):
        yield DECLARE, {}


def _weight(registry: Registry, outcome: str, step: Step) -> dict[str, Any]:
    """Return what a verification says of weight and persons; who answers is nobody, with the words as reasons, unless named."""
    if outcome != "upheld":
        return {"finding_outcome": outcome}
    named = [who for who in step.said.get("responsible") or () if isinstance(who, str)]
    if any(who not in registry.people.names for who in named):
        raise BadStep("责任人应为本单位登记的人员", "who answers must be a registered officer")
    severity = step.said.get("severity") or SEVERITIES[0]
    who_answers = {f"p{n}": who for n, who in enumerate(named, 1)}
    persons: dict[str, Any] = {"responsible": who_answers} if named else {"unattributed": {"p1": step.words[:WHY]}}
    return {"finding_outcome": outcome, "severity": severity, **persons}


def _disposed(case: Case, basic: Mapping[str, Any], words: str) -> _Act:
    """Return the disposition: of each person who answers; of nobody, where nobody was found to."""
    verified = next(e.data for e in reversed(case.events) if e.kind == ACT and e.act == "verify_finding")
    named = list(dict.fromkeys((verified.get("responsible") or {}).values()))
    people, kind = list(basic["answerable"]), str(basic["disposition"])
    if kind == "none":
        people = people or named
    if not people:
        return "settle_without_person", {"reasons": words}
    why = {"no_accountability": dict.fromkeys(people, words[:WHY])} if kind == "none" else {}
    return "dispose_finding", {"accountability": dict.fromkeys(people, kind), "disposition": kind, "reasons": words, **why}


def _post(registry: Registry, case: Case, act: str, by: str, day: date) -> str | None:
    """Return the post in which somebody takes a step, where he holds several that may."""
    posts = next((row.by for row in case.version.procedure.rows if row.act == act and case.step in row.at), ())
    held = registry.people.authorities(by, posts, day, act=act, may_delegate=True)
    return held[0].post if held else None


def _done(answer: Answer) -> None:
    match answer:
        case Done():
            return
        case Stopped():
            first = answer.refusals[0]
            raise BadStep(f"{first.reason.zh}。{first.remedy.zh}", f"{first.reason.en}. {first.remedy.en}")
        case Asked():
            raise BadStep(answer.demands[0].reason.zh, answer.demands[0].reason.en)
        case Stale():
            raise BadStep(answer.message.zh, answer.message.en)

