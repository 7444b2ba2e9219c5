"""Leads from the logs of other systems, laid down as findings: each once, with the log named; handled like any other finding.

What a lead says stands in the finding itself, since its acts are in no store of ours.  It bears the name of its rule after `log:`, so
that how often a rule errs on that system's log is told apart from how often it errs here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from qingfeng.detection.pattern import PREFIX
from qingfeng.detection.patterns import discover as patterns
from qingfeng.detection.run import LOG
from qingfeng.engine.event import Event
from qingfeng.terms.instants import local_day
from qingfeng.terms.text import Text

from .discretion import LEADERS, discreet
from .findings import FINDING, SEEN_BY, STREAM, Finding, finding_in, hand_over
from .followup import Followed, standing_in
from .office import Office, Registry, UnknownThing, event_of
from .ports import ReadTx, WriteTx

LOGS, TAKEN = "logs", "leads_taken"
CODE = 16
BATCH = 50
"""Leads laid down in one transaction: officers go on working between two of them."""
MOST = 2_000
"""Leads of one import: each opens a case, and nobody verifies more."""
SHOWN = 20
"""Events told with a lead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """One lead of a log.  rule: a control (with #n, if it has several rules) or pattern:…; what: what tells it from others of the rule
    (an act of a case, a subject); events: what proves it, in words, the first shows it; seen: when each of them happened (ISO);
    judged, found: how many cases or subjects the rule judged in that log and found."""

    rule: str
    power: str
    version: str
    what: str
    words: Text
    officers: tuple[str, ...]
    post: str | None
    events: tuple[str, ...]
    seen: tuple[str, ...]
    judged: int
    found: int

    @property
    def kept_as(self) -> str:
        """The name under which it is kept."""
        return LOG + (self.rule if self.rule.startswith(PREFIX) else self.rule.partition("#")[0])


@dataclass(frozen=True, slots=True)
class Took:
    """What an import came to.  known: leads that stand on the board already."""

    new: tuple[Finding, ...]
    known: int


def take_in(
    office: Office, leads: Sequence[Lead], *, log: str, digest: str, who: str, now: datetime,
    progress: Callable[[int], None] = lambda n: None,
) -> Took:  # fmt: skip
    """Lay down the leads of a log that are not on the board.  log: what the system is called, the same at every import of it;
    digest: SHA-256 of the log; who imports.  Raises UnknownThing for a power that is not published, StoreError."""
    once = list({(one.kept_as, code_of(log, one)): one for one in leads}.values())
    new: list[Finding] = []
    with office.store.read() as tx:
        registry = office.registry(tx)
        for power in {one.power for one in once}:
            registry.version_on(power, local_day(now))
    for first in range(0, len(once), BATCH):
        with office.store.write() as tx:
            tx.lock(STREAM)
            registry, known = office.registry(tx), _known(office, tx)
            for one in once[first : first + BATCH]:
                kept = _keep(office, tx, registry, known, one, log=log, digest=digest, now=now)
                new += [kept] if kept is not None else []
        progress(min(first + BATCH, len(once)))
    with office.store.write() as tx:
        tx.lock(LOGS)
        judged = {one.kept_as: one.judged for one in once}
        office.append(tx, Event(stream=LOGS, seq=tx.head(LOGS) + 1, kind=TAKEN, act=TAKEN, at=now, entered=now, actor=who, data={
            "log": log, "sha256": digest, "leads": len(leads), "new": len(new), "judged": judged}))  # fmt: skip
    return Took(tuple(new), len(once) - len(new))


def code_of(log: str, one: Lead) -> str:
    """Return the code under which a lead is known again: what it names stands in the erasable part of the finding only."""
    return sha256("\0".join((log, one.kept_as, one.what)).encode()).hexdigest()[:CODE]


def _known(office: Office, tx: ReadTx) -> dict[tuple[str, str], list[Followed]]:
    found: dict[tuple[str, str], list[Followed]] = {}
    for one in standing_in(office, tx).found.values():
        if one.finding.found.rule.startswith(LOG):
            found.setdefault((one.finding.found.rule, one.finding.found.key.partition("#")[0]), []).append(one)
    return found


def _keep(
    office: Office, tx: WriteTx, registry: Registry, known: Mapping[tuple[str, str], list[Followed]], one: Lead, *, log: str, digest: str,
    now: datetime,
) -> Finding | None:  # fmt: skip
    code = code_of(log, one)
    before = known.get((one.kept_as, code), [])
    if before and not _again(one, before):
        return None
    version = one.version
    if (one.power, version) not in registry.versions:
        version = registry.version_on(one.power, local_day(now))
    officers = [who for who in one.officers if who in registry.people.names]
    hidden = _hidden(registry, one, officers, now)
    number = tx.head(STREAM) + 1
    data: dict[str, Any] = {
        "rule": one.kept_as, "case": "", "seq": 0, "key": f"{code}#{len(before) + 1}" if before else code, "officers": officers, "log": log,
        "log_sha256": digest, "events": list(one.events[:SHOWN]), "judged": one.judged, "found": one.found,
        "what_zh": f"［{log}］{one.words.zh}", "what_en": f"[{log}] {one.words.en}"}  # fmt: skip
    event = Event(stream=STREAM, seq=number, kind=FINDING, act=FINDING, at=now, entered=now, power=one.power, version=version,
                  facts={"seen_by": SEEN_BY[hidden]}, data=data, private=frozenset({"what_zh", "what_en", "events"}))  # fmt: skip
    office.append(tx, event)
    kept = finding_in(event)
    hand_over(office, tx, kept, hidden=hidden, now=now)
    return kept


def _again(one: Lead, before: Collection[Followed]) -> bool:
    """True if a suspicion was closed and enough has happened since; an act that was looked at is not looked at twice."""
    if not one.rule.startswith(PREFIX) or any(f.open for f in before):
        return False
    ended = max((step.at for f in before for step in f.steps), default=None)
    least = patterns()[one.rule.removeprefix(PREFIX)].least_hits
    return ended is not None and sum(datetime.fromisoformat(at) > ended for at in one.seen) >= least


def _hidden(registry: Registry, one: Lead, officers: Iterable[str], now: datetime) -> bool:
    """True if discipline alone sees it: a suspicion, or an act in a leader's post or by one of our leaders."""
    day = local_day(now)
    leads = any(registry.people.holds(who, post, day) for who in officers for post in LEADERS)
    return discreet(one.kept_as, None) or one.post in LEADERS or leads


def judged(tx: ReadTx) -> Mapping[str, int]:
    """Return how many cases or subjects each rule (log:…) judged, in the last import of every log together."""
    last: dict[str, Mapping[str, int]] = {}
    for event in (event_of(row) for row in tx.events(LOGS)):
        if event.kind == TAKEN:
            last[str(event.data["log"])] = {**last.get(str(event.data["log"]), {}), **event.data["judged"]}
    whole: dict[str, int] = {}
    for counts in last.values():
        for rule, n in counts.items():
            whole[rule] = whole.get(rule, 0) + int(n)
    return whole


def origin_of(event: Event | None) -> tuple[str, str, tuple[str, ...]] | None:
    """Return from which log a finding comes: its name, its SHA-256, the events that prove it in words; None if it is our own."""
    if event is None or not str(event.data.get("rule", "")).startswith(LOG):
        return None
    return str(event.data["log"]), str(event.data["log_sha256"]), tuple(map(str, event.data.get("events") or ()))


def must_be_few(leads: Sequence[Lead]) -> None:
    """Raise UnknownThing where there are more leads than anybody verifies."""
    if len(leads) > MOST:
        raise UnknownThing(f"线索有{len(leads)}条，一次最多登记{MOST}条；请用 --rule 或 --level 先取重要的",
                           f"there are {len(leads)} leads, {MOST} at most at a time: choose with --rule or --level")  # fmt: skip
