"""Patterns over the live store: run once a day, what they suspect laid down once, for discipline alone.

A suspicion is kept as a finding like any other (findings.py): who may see it, how it is verified and disposed of, and how its verification
feeds the false-alarm rate of the pattern is told there.  Here is only how it comes to be: the whole record as relations, a session over
them (handed in: this layer knows no database), the verdicts, and of these what is new.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any, Protocol

from qingfeng.detection.pattern import PREFIX, Pattern, Suspicion, Verdict
from qingfeng.detection.patterns import discover
from qingfeng.detection.relations import Relations
from qingfeng.detection.survey import survey
from qingfeng.engine.event import Event
from qingfeng.terms.instants import local_day
from qingfeng.terms.people import People
from qingfeng.terms.text import Text

from . import foreignleads
from .actlog import relations_of
from .findings import FINDING, STREAM, Finding, finding_in, hand_over
from .followup import standing_in
from .office import CASE, Office, Registry, event_of
from .ports import ReadTx, WriteTx

RUNS, RUN = "patterns", "patterns_run"
CODE = 16
"""Hex digits under which a subject is known again: firms' names stand in the erasable part of a finding only."""


class Session(Protocol):
    """Relations of a log that can be asked in SQL."""

    def ask(self, sql: str) -> Sequence[Mapping[str, Any]]:
        """Run one statement; return its rows by column."""

    def close(self) -> None:
        """Let go of it."""


Opener = Callable[[Relations], Session]


@dataclass(frozen=True, slots=True)
class Run:
    """What a run said: the verdict of every pattern, and the findings that are new."""

    verdicts: tuple[Verdict, ...]
    new: tuple[Finding, ...]


def run(
    office: Office, opener: Opener, *, now: datetime, only: Collection[str] | None = None, progress: Callable[[int], None] = lambda n: None
) -> Run:  # fmt: skip
    """Judge the whole record by the patterns (or those of `only`) and keep what is new.  Raises StoreError."""
    today = local_day(now)
    with office.store.read() as tx:
        registry = office.registry(tx)
        relations = relations_of(tx, registry, today=today, progress=progress)
    session = opener(relations)
    try:
        verdicts = survey(session.ask, today=today, only=only)
    finally:
        session.close()
    with office.store.write() as tx:
        tx.lock(STREAM)
        new = [kept for verdict in verdicts for one in verdict.found if (kept := _keep(office, tx, registry, verdict, one, now))]
        tx.lock(RUNS)
        office.append(tx, Event(stream=RUNS, seq=tx.head(RUNS) + 1, kind=RUN, act=RUN, at=now, entered=now, data={
            "judged": {v.pattern: v.judged for v in verdicts}, "found": {v.pattern: len(v.found) for v in verdicts},
            "outcome": {v.pattern: v.outcome.value for v in verdicts}, "new": len(new), "whole": only is None}))  # fmt: skip
    return Run(tuple(verdicts), tuple(new))


def daily(office: Office, opener: Opener, *, now: datetime) -> int | None:
    """Run all patterns once a day; return how many findings are new, None if that was done today.  Raises StoreError."""
    with office.store.read() as tx:
        last = last_run(tx)
    if last is not None and local_day(last.at) >= local_day(now):
        return None
    return len(run(office, opener, now=now).new)


def last_run(tx: ReadTx) -> Event | None:
    """Return the event of the last run of all patterns, None if there was none."""
    return next((event for row in tx.latest(RUNS) if (event := event_of(row)).data.get("whole")), None)


def judged(tx: ReadTx) -> Mapping[str, int]:
    """Return how many subjects each pattern (pattern:…) judged in the last run of all, and each rule in the logs of others (log:…)."""
    last = last_run(tx)
    return {**foreignleads.judged(tx), **({PREFIX + name: n for name, n in last.data["judged"].items()} if last is not None else {})}


def key_of(subject: str) -> str:
    """Return the code of a subject."""
    return sha256(subject.encode()).hexdigest()[:CODE]


def _keep(office: Office, tx: WriteTx, registry: Registry, verdict: Verdict, one: Suspicion, now: datetime) -> Finding | None:
    """Lay a suspicion down unless it is known: open, or closed with too little having happened since."""
    pattern = discover()[verdict.pattern]
    code = key_of(one.subject)
    alike = [f for f in standing_in(office, tx).found.values() if f.finding.found.rule == pattern.rule]
    known = [f for f in alike if f.finding.found.key.startswith(code)]
    if known:
        ended = max((step.at for f in known for step in f.steps), default=now)
        if any(f.open for f in known) or _since(tx, one.evidence, ended) < pattern.least_hits:
            return None
    power, version = _power(registry, one.power, local_day(now))
    words = words_of(pattern, one, registry.people)
    data = {"rule": pattern.rule, "case": "", "seq": 0, "key": f"{code}#{len(known) + 1}" if known else code,
            "officers": [who for who in one.officers if who in registry.people.names], "evidence": list(one.evidence), "hits": one.hits,
            "trials": one.trials, "base": f"{one.base:.6f}", "p": f"{one.p:.3g}", "adjusted": f"{one.adjusted:.3g}", "subject": one.subject,
            "what_zh": words.zh, "what_en": words.en}  # fmt: skip
    event = Event(stream=STREAM, seq=tx.head(STREAM) + 1, kind=FINDING, act=FINDING, at=now, entered=now, power=power, version=version,
                  facts={"seen_by": "discipline"}, data=data, private=frozenset({"subject", "what_zh", "what_en"}))  # fmt: skip
    office.append(tx, event)
    kept = finding_in(event)
    hand_over(office, tx, kept, hidden=True, now=now)
    return kept


def _since(tx: ReadTx, evidence: Sequence[str], ended: datetime) -> int:
    """Return how many acts of the evidence were entered after an instant."""
    places = [(CASE + case, int(seq)) for case, _, seq in (act.rpartition("#") for act in evidence) if int(seq)]
    return sum(event_of(row).entered > ended for row in tx.events_at(places).values())


def _power(registry: Registry, power: str, day: date) -> tuple[str, str]:
    """Return the power and version under which it is kept: its own, or the first in force where it is of none or several."""
    for name in (power, *registry.powers()):
        if name in registry.powers() and min(v for p, v in registry.versions if p == name) <= day.isoformat():
            return name, registry.version_on(name, day)
    return power, ""


def words_of(pattern: Pattern, one: Suspicion, people: People) -> Text:
    """Return a suspicion in neutral words: what was counted among how many, what peers do, how likely it is, what else may explain it."""
    named = "、".join(people.name(part) for part in one.subject.split("|"))
    share, base, chance = one.hits / one.trials, one.base, _chance(one.p)
    return Text(
        zh=f"{named}：“{pattern.title.zh}”。以{pattern.unit.zh}计，{one.trials}次中有{one.hits}次（{share:.1%}）；{pattern.peers.zh}为{base:.1%}。"
        f"诚实办理而出现这种差别的机会{chance.zh}。也可能是：{pattern.innocent.zh}",
        en=f"{named}: “{pattern.title.en}”. Counting {pattern.unit.en}: {one.hits} of {one.trials} ({share:.1%}); "
        f"{pattern.peers.en}: {base:.1%}. Honest work would show such a difference with a chance of {chance.en}. "
        f"It may be explained by: {pattern.innocent.en}")  # fmt: skip


def _chance(p: float) -> Text:
    if p < 1e-6:  # a smaller figure would pretend to more than the model knows
        return Text(zh="不到百万分之一", en="less than one in a million")
    n = round(1 / p)
    return Text(zh=f"约为{n}分之一", en=f"about one in {n}")


def evidence_of(event: Event) -> tuple[tuple[str, int], ...]:
    """Return the acts that a kept suspicion rests on: case and number (0: readings of the case, stream reads/…)."""
    told = (str(act).rpartition("#") for act in event.data.get("evidence") or ())
    return tuple((case, int(seq)) for case, _, seq in told)
