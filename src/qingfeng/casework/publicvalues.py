"""公开随机值的登记: the values by which samples are drawn, entered by somebody other than who draws, and readable by all.

Stream `public_values`: one event for each entry.  A sample rests on a number that anybody can look up; whoever typed it himself could
try numbers until the draw pleases.  So it counts only if another officer entered the same, for all duties that use the source that day;
two entries that differ are both kept, and who enters the second has to say why.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from qingfeng.draw.entropy import beacon_fault
from qingfeng.draw.plan import Beacon, BeaconKind
from qingfeng.duties.answers import day_said, member, words_said
from qingfeng.duties.sampling import Samples
from qingfeng.engine.event import Event
from qingfeng.terms.instants import local_day, start_of_day
from qingfeng.terms.people import People
from qingfeng.terms.text import Text, clean, hazards

from .office import Office, event_of
from .ports import ReadTx

STREAM, ENTERED = "public_values", "public_value"
MOST_ROUND, MOST_REASON, MOST_PER_DAY = 40, 200, 200
SAID = re.compile(r"\w.*\w")


@dataclass(frozen=True, slots=True)
class PublicValue:
    """One entry.  on: the day on which the value came out; why: given where it differs from the entry before."""

    source: str
    on: date
    round: str
    value: str
    by: str
    at: datetime
    why: str


def entries(tx: ReadTx) -> list[PublicValue]:
    """Return every entry, oldest first."""
    return [_read(event_of(row)) for row in tx.events(STREAM)]


def entered(tx: ReadTx, source: str, on: date) -> list[PublicValue]:
    """Return the entries of one source and day, oldest first."""
    return [one for one in entries(tx) if (one.source, one.on) == (source, on)]


def enter(office: Office, duty: Samples, on: date, issue: str, value: str, *, actor: str, at: datetime, why: str = "") -> Text | None:
    """Enter the value of a duty's source that came out on a day; return why it cannot be entered, or None.  Raises StoreError."""
    issue, why, source = clean(issue).strip(), clean(why).strip(), duty.seed_source
    if not issue or len(issue) > MOST_ROUND or len(why) > MOST_REASON or hazards(issue + why):
        return Text(zh=f"须写明期号（{MOST_ROUND}字以内），理由{MOST_REASON}字以内", en=f"give the round (at most {MOST_ROUND} characters)")
    if on > local_day(at):
        return Text(zh=f"{on}的{source.source}尚未开出", en=f"the value of {on} has not been drawn yet")
    beacon = Beacon(kind=BeaconKind(source.kind), source=source.source, round=issue, at=start_of_day(on))
    if (fault := beacon_fault(beacon, value)) is not None:
        return Text(zh=fault.what.zh + fault.hint.zh, en=f"{fault.what.en} {fault.hint.en}")
    with office.store.write() as tx:
        tx.lock(STREAM)
        people = office.registry(tx).people
        wrong = _unfit(entered(tx, source.source, on), issue, value, why, people, actor, local_day(at))
        if wrong is None:
            data = {"source": source.source, "on": on.isoformat(), "round": issue, "value": value} | ({"why": why} if why else {})
            office.append(tx, Event(stream=STREAM, seq=tx.head(STREAM) + 1, kind=ENTERED, act="enter_public_value", at=at, entered=at,
                                    power="", actor=actor, data=data, private=frozenset({"why"}) & data.keys()))  # fmt: skip
    return wrong


def objection(tx: ReadTx, duty: Samples, report: Mapping[str, Any], people: People, reporter: str) -> Text | None:
    """Return why the value that a report draws by does not count: nobody else entered it, or another was entered since."""
    beacon, source = member(report, "beacon"), duty.seed_source.source
    on = day_said(beacon.get("on"))
    if on is None:
        return None  # the duty itself says what is missing
    known = entered(tx, source, on)
    said = (words_said(beacon.get("round"), 1), beacon.get("value"))
    if not any(one.by != reporter for one in known):
        return Text(
            zh=f"{source}在{on}的号码还没有由报告人以外的人登记；请另一人照公布的登记（qingfeng duty value，或在本职责页面），再报告",
            en=f"nobody but the reporter has entered the value of {on} ({source}); have somebody else enter it as published, then report",
        )
    last = known[-1]
    if (last.round, last.value) != said or not any(one.by != reporter and one.value == last.value for one in known):
        who = people.name(last.by)
        return Text(
            zh=f"报告所用的号码与{who}登记的{last.round}期号码（{last.value}）不符；请核对公布的号码，登记有误的由第三人更正登记",
            en=f"the report draws by another value than {who} entered ({last.value}, round {last.round}); check what was published",
        )
    return None


def differing(tx: ReadTx, duty: Samples, report: Mapping[str, Any]) -> list[PublicValue]:
    """Return the entries of the report's source and day if they do not all agree."""
    on = day_said(member(report, "beacon").get("on"))
    known = [] if on is None else entered(tx, duty.seed_source.source, on)
    return known if len({(one.round, one.value) for one in known}) > 1 else []


def _unfit(known: list[PublicValue], issue: str, value: str, why: str, people: People, actor: str, day: date) -> Text | None:
    if not people.posts_of(actor, day) or people.away(actor, day):
        return Text(zh=f"{people.name(actor)}在{day}不在岗，不能登记", en=f"{people.name(actor)} holds no post on {day}")
    if len(known) >= MOST_PER_DAY:
        return Text(zh="这一天的登记已经太多", en="too many entries for that day")
    if not known:
        return None
    last = known[-1]
    if (last.round, last.value) == (issue, value):
        same = any(one.by == actor for one in known if one.value == value)
        return Text(zh="您已经登记过这个号码", en="you have entered this value already") if same else None
    if any(one.by == actor for one in known):
        return Text(
            zh="您已经登记过这一天的号码；有误的由另一人照公布的更正登记",
            en="you have entered a value of that day; if it is wrong, somebody else has to enter the right one",
        )
    if not SAID.search(why):
        return Text(
            zh=f"与{people.name(last.by)}登记的（{last.round}期，{last.value}）不同，请核对公布的号码；确需更正的写明理由",
            en=f"it differs from what {people.name(last.by)} entered ({last.round}, {last.value}); to correct that, say why",
        )
    return None


def _read(event: Event) -> PublicValue:
    data = event.data
    return PublicValue(str(data["source"]), date.fromisoformat(data["on"]), str(data["round"]), str(data["value"]),
                       str(event.actor), event.at, str(data.get("why") or ""))  # fmt: skip
