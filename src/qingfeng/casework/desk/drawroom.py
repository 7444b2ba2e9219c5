"""The room of a draw: what everybody may see while it goes on: hashes, parties, days and numbers, never whom it hit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from qingfeng.catalogue.codes import word
from qingfeng.engine.case import Case
from qingfeng.engine.event import ACT, Event
from qingfeng.terms.text import Text

from ..office import Office, UnknownThing, load_case
from ..ports import ReadTx

POWER = "supervision/draw"
LISTED = 20
"""Draws that the list shows, the latest ones: each of them is folded."""
_STAGES = (
    ("frozen", Text(zh="方案冻结", en="Plan frozen"), "approve_pool"),
    ("links", Text(zh="链环锁定", en="Links fixed"), "fix_links"),
    ("drawn", Text(zh="抽取", en="Drawn"), "run_draw"),
    ("opened", Text(zh="逐组开示", en="Opened"), "open_team"),
    ("published", Text(zh="公布记录", en="Published"), "publish_transcript"),
    ("confirmed", Text(zh="重做核对", en="Confirmed"), "confirm_transcript"),
)


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of a draw.  at: when it was passed, None if it has not been; digest: what was laid down of it."""

    id: str
    name: Text
    at: datetime | None
    digest: str


@dataclass(frozen=True, slots=True)
class PartyLink:
    """A party of the plan.  state: given | missing | waits; digest: its link, once the links are fixed."""

    name: Text
    state: str
    digest: str
    why: str


@dataclass(frozen=True, slots=True)
class DrawRoom:
    """One draw.  state: going | void | ended | closed; published: whether the transcript is out, by which it can be redone; teams: as
    registered, a line each, empty before that and where none were said: to be compared, never shown."""

    case: str
    plan: str
    firms: int
    subjects: int
    officers: int
    least: int
    stages: tuple[Stage, ...]
    parties: tuple[PartyLink, ...]
    opened: int
    voids: tuple[tuple[str, datetime, str], ...]
    state: str
    transcript: str
    root: str
    document_no: str
    teams: tuple[str, ...] = ()

    @property
    def published(self) -> bool:
        """Whether the transcript is out."""
        return bool(self.transcript)


def draws(office: Office, tx: ReadTx) -> tuple[DrawRoom, ...]:
    """Return the latest draws whose plan has been frozen, the newest first."""
    found = []
    for case, _ in tx.last_cases(POWER, limit=LISTED):
        try:
            found.append(room(office, tx, case))
        except UnknownThing:  # its plan is being drawn up: nothing of it is public
            continue
    return tuple(found)


def room(office: Office, tx: ReadTx, number: str) -> DrawRoom:
    """Return the room of a draw.  Raises UnknownThing for a case that is none, or whose plan is not frozen yet."""
    case, _ = load_case(office, tx, office.registry(tx), number)
    acts = [e for e in case.events if e.kind == ACT]
    frozen = next((n for n, e in reversed(list(enumerate(acts))) if e.act == "approve_pool"), None)
    if case.version.power != POWER or frozen is None:
        raise UnknownThing("没有这次抽取，或者方案还没有冻结", "there is no such draw, or its plan is not frozen yet")
    plan = next(e.data for e in reversed(acts[:frozen]) if e.act == "draw_up_pool")
    since = acts[frozen:]
    out = _last(since, "publish_transcript")
    drawn = _last(since, "run_draw")
    voids = tuple(
        (str(e.data.get("draw_id", "")), e.at, str(e.data.get("void_ground", ""))) for e in acts if e.act == "void_draw"
    )
    closed = "ended" if case.closed and _last(acts, "end_draw") is not None else "closed"
    state = closed if case.closed else "void" if since[-1].act == "void_draw" else "going"
    return DrawRoom(
        case.id, str(plan.get("plan_id", "")), len(plan.get("pool", ())), int(plan.get("subject_count", 0)),
        int(plan.get("officer_count", 0)), int(plan.get("least_links", 0)), tuple(_stages(since, plan)), tuple(_parties(case, since, plan)),
        sum(e.act == "open_team" for e in since), voids, state,
        str(out.data.get("transcript_hash", "")) if out is not None else "",
        str(drawn.data.get("result_hash", "")) if drawn is not None else "",
        str(out.data.get("document_no", "")) if out is not None else "",
        tuple(drawn.data.get("teams", ())) if drawn is not None and out is not None else (),
    )  # fmt: skip


def _last(events: list[Event], act: str) -> Event | None:
    return next((e for e in reversed(events) if e.act == act), None)


def _stages(since: list[Event], plan: Any) -> list[Stage]:
    digests = {"fix_links": "links_id", "run_draw": "result_hash", "publish_transcript": "transcript_hash",
               "confirm_transcript": "transcript_hash"}  # fmt: skip
    told = []
    for an_id, name, act in _STAGES:
        event = _last(since, act)
        digest = (
            str(plan.get("plan_hash", ""))
            if act == "approve_pool"
            else str(event.data.get(digests.get(act, ""), ""))
            if event
            else ""
        )
        told.append(Stage(an_id, name, event.at if event is not None else None, digest))
    return told


def _parties(case: Case, since: list[Event], plan: Any) -> list[PartyLink]:
    """A link is shown once all are fixed: before, who is still to give one could choose by it."""
    fixed = _last(since, "fix_links")
    given = {str(e.data["link_party"]): str(e.data.get("link_hash", "")) for e in since if e.act == "reveal_link"}
    missing = dict(fixed.data.get("links_missing", {})) if fixed is not None else {}
    return [
        PartyLink(word(case.version, one), "given" if one in given else "missing" if fixed is not None else "waits",
                  given.get(one, "") if fixed is not None else "", str(missing.get(one, "")))
        for one in plan.get("link_parties", ())
    ]  # fmt: skip
