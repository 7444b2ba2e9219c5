"""Findings: what the rules and the duties find in the live store, each kept once, as a lead with its evidence.

A finding accuses nobody: it names the rule, the case, the act that shows it and the risk points concerned.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import pairwise
from typing import Any

from qingfeng.catalogue.loosening import loosenings
from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.wording import person
from qingfeng.controls import discover
from qingfeng.detection.pattern import PREFIX
from qingfeng.detection.patterns import discover as patterns
from qingfeng.detection.run import BROKEN, LOG, LOOSENED, OWN_TITLES, Found, own_rule
from qingfeng.duties import discover as discover_duties
from qingfeng.engine.event import Event
from qingfeng.terms.instants import local_day
from qingfeng.terms.text import Text

from . import dutywork, handled
from .desk.access import SANCTION
from .discretion import LEADERS, discreet
from .logbook import found_within
from .office import CASE, POWER, READS, REFUSALS, REGISTRY, Office, Registry, UnknownThing, event_of
from .ports import ReadTx, WriteTx
from .unattended import unattended

STREAM, FINDING = "findings", "finding"
SWEEPS, SWEPT = "sweeps", "swept"
SEEN_BY = {True: "discipline", False: "unit"}
PAGE = 500
SHOWN = 8
"""So many changed settings are told in one sentence; all of them stand in the comparison of the versions."""
ERASED = Text(zh="有关内容已依法清除", en="what it said has been erased by law")


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding as kept: its number, what was found, on which day it was found."""

    number: int
    found: Found
    power: str
    version: str
    day: date


def sweep(
    office: Office, *, now: datetime, power: str | None = None, progress: Callable[[int], None] = lambda n: None
) -> list[Finding]:
    """Read the whole store and keep what is new; return it.  Case by case, so that officers can go on working."""
    with office.store.read() as tx:
        registry = office.registry(tx)
        known = {one.found for one in kept(tx)}
        fresh = [
            (row, found)
            for row, found in _all(office, tx, registry, local_day(now), power, progress)
            if found not in known
        ]
    with office.store.write() as tx:
        tx.lock(STREAM)
        known = {one.found for one in kept(tx)}  # somebody else may have swept meanwhile
        for (of_power, version), found in fresh:
            if found in known:
                continue
            known.add(found)
            data = {"rule": found.rule, "case": found.case, "seq": found.seq, "key": found.key}
            number, hidden = tx.head(STREAM) + 1, _discreet(office, tx, of_power, found)
            office.append(tx, Event(stream=STREAM, seq=number, kind=FINDING, act=FINDING, at=now, entered=now,
                                    power=of_power, version=version, facts={"seen_by": SEEN_BY[hidden]}, data=data))  # fmt: skip
            hand_over(office, tx, Finding(number, found, of_power, version, local_day(now)), hidden=hidden, now=now)
        before = {one.found for one in kept(tx)} - {found for _, found in fresh}
        new = [one for one in kept(tx) if one.found not in before]
        tx.lock(SWEEPS)
        office.append(tx, Event(stream=SWEEPS, seq=tx.head(SWEEPS) + 1, kind=SWEPT, act=SWEPT, at=now, entered=now,
                                data={"new": len(new), "only": power or ""}))  # fmt: skip
        return new


def hand_over(office: Office, tx: WriteTx, finding: Finding, *, hidden: bool, now: datetime) -> None:
    """Open the case in which a finding that was just laid down is handled, where the agency has such a power."""
    registry = office.registry(tx)
    proof = act_behind(office, tx, finding)
    words = title_of(finding.found.rule).zh
    if (finding.power, finding.version) in registry.versions:
        version, _ = office.version(registry, finding.power, finding.version)
        words = sentence(finding, proof, version, registry.people.name).zh
    handled.open_case(office, tx, registry, number=finding.number, found=finding.found, power=finding.power, proof=proof, discreet=hidden,
                      summary=words, now=now)  # fmt: skip


def last_sweep(tx: ReadTx) -> datetime | None:
    """Return when the whole record was last gone through, None if never."""
    head = tx.head(SWEEPS)
    return event_of(tx.events(SWEEPS, after=head - 1)[0]).at if head else None


def _all(
    office: Office, tx: ReadTx, registry: Registry, today: date, power: str | None, progress: Callable[[int], None]
) -> Iterator[tuple[tuple[str, str], Found]]:
    after, done = "", 0
    while rows := tx.case_rows(power=power, after=after, limit=PAGE):
        for row in rows:
            for found in found_within(office, tx, registry, row.case, today):
                yield (row.power, row.version), found
            for event in (event_of(stored) for stored in tx.events(REFUSALS + row.case)):
                for name in event.facts.get("broken", ()):
                    yield (row.power, row.version), Found(BROKEN, row.case, event.seq, str(name))
            done += 1
            progress(done)
        after = rows[-1].case
    for name in registry.powers():
        if power in (None, name):
            yield from _of_duties(office, tx, registry, name, today)
            yield from _of_revisions(tx, registry, name)
    if power is None:
        yield from unattended(office, tx, registry, today)


def _of_revisions(tx: ReadTx, registry: Registry, power: str) -> Iterator[tuple[tuple[str, str], Found]]:
    """What each version gives up against the one before, kept under the older: by whoever published the newer."""
    versions = sorted(version for name, version in registry.versions if name == power)
    if len(versions) < 2:
        return
    published = {e.version: e for e in map(event_of, tx.events(REGISTRY)) if e.kind == POWER and e.power == power}
    for old, new in pairwise(versions):
        later = published[new].entered > published[old].entered  # a file that came with both revises nothing here
        if later and loosenings(registry.versions[power, old], registry.versions[power, new]):
            yield (power, old), Found(LOOSENED, "", published[new].seq, new)


def _of_duties(
    office: Office, tx: ReadTx, registry: Registry, power: str, today: date
) -> Iterator[tuple[tuple[str, str], Found]]:
    try:
        version, _ = office.version(registry, power, registry.version_on(power, today))
    except UnknownThing:
        return  # not in force yet: no duty of it can have been missed
    for name in version.duties:
        for event in (event_of(row) for row in tx.events(dutywork.stream_of(power, name))):
            if event.kind == dutywork.MISSED:
                yield (power, version.version), Found(f"duty:{name}", "", event.seq, str(event.data["period"]))
            elif event.kind == dutywork.FOUND:
                yield (
                    (power, version.version),
                    Found(f"duty:{name}", str(event.data.get("case", "")), event.seq, str(event.data.get("key", ""))),
                )


def kept(tx: ReadTx) -> list[Finding]:
    """Return all findings kept so far, oldest first."""
    return [finding_in(event) for event in map(event_of, tx.events(STREAM)) if event.kind == FINDING]


def _discreet(office: Office, tx: ReadTx, power: str, found: Found) -> bool:
    inner = any(one == power and document["power"].get("kind") == SANCTION for (one, _), document in office.registry(tx).versions.items())
    proof, people = act_behind(office, tx, Finding(0, found, power, "", date.min)), office.registry(tx).people
    led = proof is not None and any(
        people.holds(who, post, local_day(proof.at)) for who in handled.involved(proof, people) for post in LEADERS)  # fmt: skip
    return (inner and bool(found.case)) or discreet(found.rule, proof, led=led)


def finding_in(event: Event) -> Finding:
    """Return the finding that an event of the stream tells."""
    d = event.data
    found = Found(str(d["rule"]), str(d["case"]), int(d["seq"]), str(d["key"]))
    return Finding(event.seq, found, event.power, event.version, local_day(event.at))


def rules_known() -> set[str]:
    """Return all names under which something can be found."""
    return {*discover(), *OWN_TITLES, *(f"duty:{name}" for name in discover_duties()), *(one.rule for one in patterns().values())}


def title_of(rule: str) -> Text:
    """Return a rule's name in words."""
    rule = own_rule(rule)
    kind, _, name = rule.rpartition(":")
    known: Mapping[str, Any] = patterns() if f"{kind}:" == PREFIX else discover_duties() if kind == "duty" else discover()
    return OWN_TITLES.get(rule) or (known[name].title if name in known else Text(zh=rule, en=rule))


@lru_cache(maxsize=4_096)
def risks_of(version: PowerVersion, rule: str) -> tuple[tuple[str, str, str], ...]:
    """Return the risk points that a rule stops (a pattern: those that the controls beside it stop): step, id, text."""
    rule = own_rule(rule)
    rules = {*patterns()[rule.removeprefix(PREFIX)].touches} if rule.startswith(PREFIX) else {rule}
    boxes = [(step.id, step.risks) for step in version.steps] + [("whole_process", version.whole_process.risks)]
    return tuple(
        (step, risk.id, risk.text)
        for step, risks in boxes
        for risk in risks
        if rules & {*risk.stopped_by, *(name for part in risk.parts for name in part.stopped_by)}
    )


def level_of(version: PowerVersion, rule: str) -> str | None:
    """Return the highest level of the steps whose risk points a rule stops, by the map's own scheme; None where there is none."""
    levels = {step.id: step.level for step in version.steps}
    found = {levels.get(step) for step, *_ in risks_of(version, rule)}
    return next((one for one in reversed(version.level_scheme) if one in found), None)


def place_of(finding: Finding) -> tuple[str, int] | None:
    """Return stream and number of the event that proves a finding, None where nothing was done."""
    found = finding.found
    if found.rule.startswith((PREFIX, LOG)):
        return STREAM, finding.number  # the finding itself names the acts it rests on
    if not found.seq:
        return None
    if found.rule.startswith("duty:"):
        return dutywork.stream_of(finding.power, found.rule.removeprefix("duty:")), found.seq
    if found.rule in (BROKEN, LOOSENED):
        return (REGISTRY if found.rule == LOOSENED else REFUSALS + found.case), found.seq
    return (CASE if found.seq > 0 else READS) + found.case, abs(found.seq)


def act_behind(office: Office, tx: ReadTx, finding: Finding) -> Event | None:
    """Return the event that proves a finding, None where nothing was done."""
    return acts_behind(tx, [finding]).get(finding.number)


def acts_behind(tx: ReadTx, findings: Sequence[Finding]) -> dict[int, Event]:
    """Return the events that prove findings by the findings' numbers, read at one go."""
    places = {finding.number: place for finding in findings if (place := place_of(finding)) is not None}
    found = tx.events_at(list(places.values()))
    return {number: event_of(found[place]) for number, place in places.items() if place in found}


@lru_cache(maxsize=128)
def _names(version: PowerVersion) -> Mapping[str, Text]:
    """Return the names of what may prove a finding under a version: duties, limits, acts."""
    duties = {duty: kind.title for duty, kind in discover_duties().items()}
    limits = {limit.id: limit.name for limit in version.procedure.limits.values()}
    return {**duties, **limits, **{row.act: row.word.name for row in version.procedure.rows}}


def sentence(finding: Finding, event: Event | None, version: PowerVersion, name: Callable[[str], str]) -> Text:
    """Return a finding in one neutral sentence: what the record shows, nobody's guilt."""
    if event is not None and event.kind in (dutywork.FOUND, FINDING):
        zh, en = event.data.get("what_zh", ERASED.zh), event.data.get("what_en", ERASED.en)
        return Text(zh=f"{zh}，请核查。", en=f"{en}; please check.")
    title, found = title_of(finding.found.rule), finding.found
    if found.rule == LOOSENED and event is not None and event.actor is not None:
        given_up, by, when = loosenings(version.document, event.data["document"]), name(event.actor), local_day(event.at)
        said = Text(zh="".join(one.zh for one in given_up[:SHOWN]), en=" ".join(one.en for one in given_up[:SHOWN]))
        return Text(zh=f"{finding.power}：{when}{by}发布的{found.key}版放宽或改动{len(given_up)}处设置：{said.zh}请核查。",
                    en=f"{finding.power}: version {found.key}, published on {when} by {by}, changes {len(given_up)} settings: {said.en} "
                       "Please check.")  # fmt: skip
    if event is not None and event.kind == dutywork.MISSED:
        return Text(zh=f"{finding.power}：“{title.zh}”{found.key}一期到期未办，请核查。",
                    en=f"{finding.power}: “{title.en}” of {found.key} was due and not done; please check.")  # fmt: skip
    part_zh, part_en = (f"（{found.key}）", f" ({found.key})") if found.key else ("", "")
    if event is None or event.actor is None:
        return Text(zh=f"{found.case or finding.power}：记录与“{title.zh}”不符{part_zh}，请核查。",
                    en=f"{found.case or finding.power}: the record does not agree with “{title.en}”{part_en}; please check.")  # fmt: skip
    act = _names(version).get(event.act, Text(zh=event.act, en=event.act))
    who, day = person(event.actor, name), local_day(event.at)
    where = found.case or finding.power
    return Text(zh=f"{where}：{day}“{act.zh}”（{who.zh}）与“{title.zh}”不符{part_zh}，请核查。",
                en=f"{where}: “{act.en}” of {day} ({who.en}) does not agree with “{title.en}”{part_en}; please check.")  # fmt: skip
