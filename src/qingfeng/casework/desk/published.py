"""What has been published: decisions and inspection results of which the act of publication is on record, and as long as they stand.

Only the items that the publication itself names are shown, from the acts of the case; natural persons are masked whatever the record
says.  What was withdrawn, revoked or corrected since is gone at once, before anybody has to remember to take it down (行政处罚法 48).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from qingfeng.catalogue.power import PowerVersion
from qingfeng.engine.event import ACT, Event
from qingfeng.engine.shape import word_of
from qingfeng.terms.instants import local_day
from qingfeng.terms.people import People
from qingfeng.terms.text import Text

from ..office import CASE, Office, Registry, event_of
from ..ports import ReadTx
from ..projection import PUBLISHED
from .public import INTERNAL
from .said import value_words

PAGE = 10
WINDOW = timedelta(days=45)
"""So many days are tallied at one go; a page goes further back window by window, at most this often:"""
WINDOWS = 9
_FIRMS = ("公司", "厂", "店", "社", "站", "部", "院", "校", "中心", "协会", "局", "所", "行", "馆", "园", "商行", "工作室", "超市", "酒家",
          "集团", "基金", "村委会", "矿", "场", "庄", "坊", "铺", "楼", "库", "队", "台", "网", "会")  # fmt: skip
_ITEMS: Mapping[str, tuple[str, ...]] = {
    "document_no": ("document_no",), "no": ("document_no",), "party": ("party", "applicant", "subject"), "subject": ("subject", "party"),
    "applicant": ("applicant", "party"), "matter": ("matter", "violation"), "facts": ("violation", "matter"),
    "basis": ("legal_basis",), "result": ("penalty_kinds", "decision_outcome", "inspection_outcome", "amount", "confiscated"),
    "outcome": ("decision_outcome", "inspection_outcome"),
}  # fmt: skip
"""Item of a publication -> the fields of acts that say it, the first that is there."""
_SEVERAL = frozenset({"result"})
_ANYWHERE = frozenset({"party", "applicant", "subject", "matter", "violation"})
"""Fields that may be taken from any act; all others say something else elsewhere (a fine proposed, a number of a receipt), and are taken
from the decision and its publication alone."""
_NAMES = frozenset({"party", "applicant", "subject", "awarded", "subjects"})


@dataclass(frozen=True, slots=True)
class Shown:
    """One publication."""

    power: str
    title: Text
    act: Text
    on: date
    content: str
    lines: tuple[tuple[Text, Text], ...]
    until: str | None


@dataclass(frozen=True, slots=True)
class PublishedPage:
    """A page of publications, the latest first; before: the day up to which the next page goes."""

    shown: tuple[Shown, ...]
    before: date | None


def published(
    office: Office, tx: ReadTx, *, power: str | None, before: date, today: date
) -> PublishedPage:
    """Return what was published up to a day.  Raises UnknownThing, CalendarMissing."""
    registry = office.registry(tx)
    shown: list[Shown] = []
    last = before
    for _ in range(WINDOWS):
        first = last - WINDOW
        days = tx.tally(PUBLISHED, first.isoformat(), f"{last.isoformat()}~")
        for value, _n in sorted(days, reverse=True):
            day, of = value.split(" ", 1)
            if len(shown) >= PAGE and shown[-1].on.isoformat() != day:
                return PublishedPage(tuple(shown), date.fromisoformat(day))
            if power is not None and of != power:
                continue
            for case, seq in tx.uses(PUBLISHED, value, limit=PAGE * 5):
                one = _one(office, tx, registry, case, seq)
                if one is not None:
                    shown.append(one)
        last = first - timedelta(days=1)
    return PublishedPage(tuple(shown), None)


def _one(office: Office, tx: ReadTx, registry: Registry, case: str, seq: int) -> Shown | None:
    events = [event_of(row) for row in tx.events(CASE + case)]
    version, _ = office.version(registry, events[0].power, events[0].version)
    event = events[seq - 1]
    if version.kind in INTERNAL or event.erased or not stands(version, events, seq):
        return None
    said = [e for e in events if e.kind == ACT and not e.erased]
    names = persons_in(said)
    word = word_of(version, event.act)
    lines = tuple(_lines(version, said[: said.index(event) + 1], event, registry.people))
    until = event.data.get("until")
    return Shown(
        version.power, version.title, word.name if word is not None else version.title, local_day(event.at),
        without_names(str(event.data.get("content") or ""), names), lines, str(until) if until else None)  # fmt: skip


def stands(version: PowerVersion, events: Sequence[Event], seq: int) -> bool:
    """True if a publication has been neither withdrawn nor overtaken: by a revocation, a correction or a newer publication."""
    due = version.controls.get("disclosure_due") or {}
    ends = {"withdraw_publication", "withdraw_notice", events[seq - 1].act, *(due.get("withdraws") or ()), *(due.get("changes") or ())}
    return not any(e.kind == ACT and e.act in ends for e in events[seq:])


def _lines(version: PowerVersion, said: Sequence[Event], event: Event, people: People) -> Iterable[tuple[Text, Text]]:
    due = version.controls.get("disclosure_due") or {}
    decided = {event.act, *(due.get("decisions") or ()), *(due.get("changes") or ())}
    told: set[str] = set()
    for item in event.data.get("published_fields") or ():
        for field in _ITEMS.get(str(item), (str(item),)):
            found = next((e for e in reversed(said) if field in e.data and (field in _ANYWHERE or e.act in decided)), None)
            word = word_of(version, found.act) if found is not None else None
            if found is None or word is None or field in told:
                continue
            told.add(field)
            known = next(f for f in word.fields if f.id == field)
            value = value_words(version, known, found.data[field], people)
            if field in _NAMES:
                value = Text(zh=masked(value.zh), en=masked(value.en))
            yield known.name, value
            if str(item) not in _SEVERAL:
                break


def is_person(name: str) -> bool:
    """True if a name looks like that of a natural person: short, and without a word that firms and bodies bear."""
    plain = name.strip()
    return 2 <= len(plain) <= 4 and not any(plain.endswith(mark) for mark in _FIRMS)


def masked(name: str) -> str:
    """Return a name as it may be published: of a natural person the surname alone, of a firm all of it."""
    if not is_person(name):
        return name
    plain = name.strip()
    return plain[0] + "某" * (len(plain) - 1)


def persons_in(events: Iterable[Event]) -> frozenset[str]:
    """Return the names of natural persons that a case's acts mention as parties."""
    fields = ("party", "applicant", "subject", "reporter", "witness")
    names = {str(e.data[field]).strip() for e in events for field in fields if e.data.get(field)}
    return frozenset(name for name in names if is_person(name))


def without_names(text: str, names: Iterable[str]) -> str:
    """Return a text with names masked wherever they stand."""
    for name in names:
        text = text.replace(name, masked(name))
    return text


def day_of(text: str, now: datetime) -> date:
    """Return the day in a query, today if it is none."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return local_day(now)
    return min(day, local_day(now)) if day.year >= 2000 else local_day(now)
