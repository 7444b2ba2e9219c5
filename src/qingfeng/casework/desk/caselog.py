"""The log of a case as people read it: what was done, refused and marked, by whom, when it happened and when it was entered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from qingfeng.catalogue.power import PARTY, SYSTEM
from qingfeng.engine.case import Case
from qingfeng.engine.event import ACT, MARK, OVERRIDE, REFUSED, Event
from qingfeng.terms.instants import local_day
from qingfeng.terms.people import People
from qingfeng.terms.text import Text, spoken

from ..history import act_name, came_in_time, reason_is_for
from ..words import post_name, rule_name
from .filepage import hashes_in, paper_name
from .said import Said, lines_of, plain


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log.  tone: plain | red | amb; late: entered on another day than it happened."""

    kind: str
    seq: int
    at: datetime
    entered: datetime
    name: Text
    who: Text
    lines: tuple[Said, ...]
    reason: tuple[Text, str] | None
    stops: tuple[tuple[Text, str], ...]
    tone: str
    note: Text | None = None

    @property
    def late(self) -> bool:
        """True if it was entered on a later day than it happened."""
        return local_day(self.at) != local_day(self.entered)

    @property
    def at_text(self) -> str:
        """When it happened."""
        return f"{self.at:%Y-%m-%d %H:%M}"

    @property
    def entered_text(self) -> str:
        """When it was entered."""
        return f"{self.entered:%Y-%m-%d %H:%M}"


@dataclass(frozen=True, slots=True)
class Paper:
    """A file that an act names by its hash: evidence, a record, a picture."""

    name: Text
    act: Text
    who: str
    at: datetime
    digest: str
    seq: int


def log_of(case: Case, refused: Sequence[Event], people: People, *, most: int | None = None) -> tuple[Entry, ...]:
    """Return the log, latest first; most: no more entries than that."""
    told = sorted([*case.events, *refused], key=lambda e: (e.entered, e.kind == REFUSED, e.seq), reverse=True)[:most]
    return tuple(_entry(case, event, people) for event in told)


def _entry(case: Case, event: Event, people: People) -> Entry:
    who = Text(zh="系统", en="system")
    if event.actor and event.kind != MARK and event.actor != SYSTEM:
        post = post_name(case.version, event.post) if event.post else None
        name = post.zh if event.actor == PARTY and post else people.name(event.actor)
        who = plain(name) if post is None or event.actor == PARTY else Text(zh=f"{name}（{post.zh}）", en=f"{name} ({post.en})")
    reason = event.facts.get("reason")
    ended = came_in_time(case, event)
    note = None
    if ended is not None:
        did = act_name(case, ended)
        note = Text(zh=f"其后补录：“{did.zh}”实际在{ended.effective_day}，届满以前",
                    en=f"entered later: “{did.en}” was done on {ended.effective_day}, before the time was up")  # fmt: skip
    bad = event.kind == REFUSED or (event.kind == MARK and event.facts["mark"] == "red" and ended is None)
    tone = "red" if bad else "amb" if event.kind in (MARK, OVERRIDE) else "plain"
    why = [spoken(Text(zh=str(reason), en="")).zh for reason in event.facts.get("reasons", ())]
    stops = tuple(zip((rule_name(str(b)) for b in event.facts.get("by", ())), why, strict=False))
    name_ = act_name(case, event)
    if event.kind == REFUSED:
        name_ = Text(zh=f"已拦截：{name_.zh}", en=f"Stopped: {name_.en}")
    lines = lines_of(case.version, event.act, event.data, people, event.erased) if event.kind == ACT else ()
    return Entry(event.kind, event.seq, event.at, event.entered, name_, who, lines,
                 (reason_is_for(event), str(reason)) if reason else None, stops if event.kind == REFUSED else (), tone, note)  # fmt: skip


def papers_of(case: Case, people: People) -> tuple[Paper, ...]:
    """Return the files that the acts of a case name, latest first; each once, as first named."""
    told: dict[str, Paper] = {}
    for event in case.events:
        for _, name, digest in hashes_in(case, event) if event.kind == ACT else ():
            who = people.name(event.actor) if event.actor and event.actor not in (SYSTEM, PARTY) else ""
            item = event.data.get("evidence_no")
            short = paper_name(name)
            shown = Text(zh=f"{short.zh} {item}", en=f"{short.en} {item}") if item else short
            told.setdefault(digest, Paper(shown, act_name(case, event), who, event.at, digest, event.seq))
    return tuple(reversed(told.values()))
