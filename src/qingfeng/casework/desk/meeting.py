"""The deliberation of a case as a page: who is called, the papers, each member's own words and vote, the result and its rule.

All of it is read from the power's own acts and the settings of its controls: a power without votes has no such page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from qingfeng.catalogue.power import PowerVersion
from qingfeng.engine.case import Case
from qingfeng.engine.control import Control
from qingfeng.engine.event import ACT, Event
from qingfeng.engine.order import possible
from qingfeng.terms.instants import local_day
from qingfeng.terms.people import People
from qingfeng.terms.text import Text

from ..office import UnknownThing
from ..words import post_name
from .access import Viewer
from .filepage import hashes_in, paper_of
from .rules import MEETING_RULES, acts_in, has_meeting, rule_in
from .said import Said, lines_of, plain

FILES = 8
"""So many files of the case are named among the papers."""
RESULT_RULES = {
    "majority": Text(zh="多数决：赞成过半数即通过", en="majority: adopted by more than half"),
    "chief_with_reasons": Text(zh="首长负责：主持人决定，与多数意见不同的须说明理由，并一律报备监督",
                               en="the chair decides; a departure from the majority needs reasons and is always found"),
}  # fmt: skip
VOTES = {"for": Text(zh="赞成", en="for"), "against": Text(zh="反对", en="against"), "abstain": Text(zh="弃权", en="abstains"),
         "absent": Text(zh="缺席", en="absent"), "wait": Text(zh="尚未表决", en="has not voted yet")}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Seat:
    """A member.  vote: for | against | abstain | absent | wait; order: the place in which he spoke, 0 while he has not."""

    officer: str
    name: str
    post: Text
    chair: bool
    vote: str
    word: Text
    opinion: str
    at: datetime | None
    order: int
    dissents: bool


@dataclass(frozen=True, slots=True)
class Round:
    """One meeting: its call, its members, what they said, its result.  quorum: votes needed; None where the power sets none; files: what
    the case held when it was called, the latest first, and how many there are."""

    number: int
    called_at: datetime
    called_by: str
    subject: tuple[Said, ...]
    papers: tuple[tuple[Text, str], ...]
    files: tuple[tuple[Text, str], ...]
    held: int
    seats: tuple[Seat, ...]
    quorum: int | None
    result: Text | None
    result_at: datetime | None
    result_lines: tuple[Said, ...]
    current: bool

    @property
    def cast(self) -> int:
        """How many have voted."""
        return sum(seat.vote in ("for", "against", "abstain") for seat in self.seats)

    def count(self, vote: str) -> int:
        """How many voted so."""
        return sum(seat.vote == vote for seat in self.seats)

    @property
    def ayes(self) -> int:
        """How many are for it."""
        return self.count("for")

    @property
    def noes(self) -> int:
        """How many are against it."""
        return self.count("against")

    @property
    def abstentions(self) -> int:
        """How many abstain."""
        return self.count("abstain")

    @property
    def missing(self) -> int:
        """How many votes are missing to the quorum."""
        return max(0, (self.quorum or 0) - self.cast)

    @property
    def stages(self) -> tuple[tuple[Text, str, Text | None], ...]:
        """How far it is: (stage, done | now | later, what of it)."""
        others = [seat for seat in self.seats if not seat.chair]
        spoke = sum(seat.vote != "wait" for seat in others)
        chair = next((seat for seat in self.seats if seat.chair), None)
        said, last, over = spoke == len(others), chair is None or chair.vote != "wait", self.result is not None
        told = [(Text(zh="召集并送达材料", en="Called, papers served"), True, plain(f"{self.called_at:%m-%d}")),
                (Text(zh="成员逐人发表意见、表决", en="Members speak and vote"), said or over, plain(f"{spoke}/{len(others)}"))]  # fmt: skip
        if chair is not None:
            told.append((Text(zh="主持人末位发言", en="The chair speaks last"), last or over, plain(chair.name)))
        ended = plain(f"{self.result_at:%m-%d}") if self.result_at is not None else None
        marks = [*told, (Text(zh="形成结果", en="Result"), over, ended)]
        now = next((n for n, (_, done, _) in enumerate(marks) if not done), len(marks))
        return tuple(
            (name, "done" if done else "now" if n == now and self.current else "later", more)
            for n, (name, done, more) in enumerate(marks)
        )


@dataclass(frozen=True, slots=True)
class MeetingPage:
    """The deliberations of a case.  acts: what the viewer may do here now (act, name)."""

    rule: Text | None
    rules: tuple[Text, ...]
    rounds: tuple[Round, ...]  # the latest first
    acts: tuple[tuple[str, Text], ...]
    mine: bool  # the viewer is called and has not voted
    last: bool  # he is the chair, and others have not spoken yet


def meeting_page(
    case: Case, controls: Sequence[Control], people: People, viewer: Viewer, *, now: datetime
) -> MeetingPage:
    """Return the deliberations of a case.  Raises UnknownThing where the power has none."""
    if not has_meeting(controls):
        raise UnknownThing("这项职权没有集体讨论", "this power knows no deliberation")
    calls, results = acts_in(controls, MEETING_RULES, "calls"), acts_in(controls, MEETING_RULES, "results")
    votes = (*acts_in(controls, MEETING_RULES, "votes"), *acts_in(controls, MEETING_RULES, "absences"))
    acts = [e for e in case.events if e.kind == ACT]
    begun = [e for e in acts if e.act in calls] or [e for e in acts if e.act in results]
    rounds = []
    for n, call in enumerate(begun):
        until = begun[n + 1].seq if n + 1 < len(begun) else case.seq + 1
        rounds.append(
            _round(
                case, controls, people, call, [e for e in acts if call.seq <= e.seq < until], n + 1, n + 1 == len(begun)
            )
        )
    rounds.reverse()
    here = rounds[0] if rounds else None
    seat = (
        next((s for s in here.seats if s.officer == viewer.officer), None)
        if here is not None and here.result is None
        else None
    )
    waiting = seat is not None and seat.vote == "wait"
    others = here is not None and any(s.vote == "wait" and s.officer != viewer.officer for s in here.seats)
    result = rule_in(controls, "deliberation_result")
    under_way = here is not None and here.result is None
    told = possible_here(case, people, viewer, (*calls, *votes, *results) if under_way else calls or results, now)
    return MeetingPage(RESULT_RULES.get(result.rule) if result is not None else None, tuple(_rules(case.version, controls)), tuple(rounds),
                       told, waiting, bool(waiting and seat is not None and seat.chair and others))  # fmt: skip


def possible_here(
    case: Case, people: People, viewer: Viewer, wanted: Sequence[str], now: datetime
) -> tuple[tuple[str, Text], ...]:
    """Return the acts among those wanted that are in order now and that the viewer's posts may do."""
    day, told, ready = local_day(now), [], {row.act: row for row in possible(case)}
    for act in dict.fromkeys(wanted):
        row = ready.get(act)
        if (
            row is not None
            and viewer.officer
            and people.authorities(viewer.officer, row.by, day, act=act, may_delegate=not row.no_delegation)
        ):
            told.append((act, row.word.name))
    return tuple(told)


def _rules(version: PowerVersion, controls: Sequence[Control]) -> list[Text]:
    told = []
    quorum, own, order = (rule_in(controls, n) for n in ("deliberation_quorum", "own_vote", "speaking_order"))
    if quorum is not None:
        told.append(
            Text(
                zh=f"至少通知{quorum.fewest}人，{quorum.percent}%以上表决方为有效",
                en=f"at least {quorum.fewest} called, {quorum.percent} % must vote",
            )
        )
    if own is not None:
        told.append(
            Text(
                zh=f"材料提前{own.ahead}个工作日送达，每人本人表决一次",
                en=f"papers {own.ahead} working days ahead; each votes once, himself",
            )
        )
    if order is not None:
        chairs = (
            "、".join(post_name(version, p).zh for p in order.chairs),
            ", ".join(post_name(version, p).en for p in order.chairs),
        )
        told.append(Text(zh=f"{chairs[0]}主持，末位发言", en=f"{chairs[1]} presides and speaks last"))
    return told


def _round(
    case: Case,
    controls: Sequence[Control],
    people: People,
    call: Event,
    events: Sequence[Event],
    number: int,
    current: bool,
) -> Round:
    votes, absences = acts_in(controls, MEETING_RULES, "votes"), acts_in(controls, MEETING_RULES, "absences")
    results = acts_in(controls, MEETING_RULES, "results")
    outcome = next((e for e in reversed(events) if e.act in results), None)
    cast = {str(e.actor): e for e in events if e.act in votes}
    absent = {str(e.data.get("absentee")): str(e.data.get("reasons") or "") for e in events if e.act in absences}
    members = [
        str(one)
        for one in call.data.get("members") or (outcome.data.get("members") if outcome is not None else None) or ()
    ]
    speakers = [str(e.actor) for e in sorted((e for e in events if e.act in votes), key=lambda e: (e.at, e.seq))]
    chair = str(call.data.get("leader") or "")
    order = rule_in(controls, "speaking_order")
    day = local_day(call.at)
    verdict = str(outcome.data.get("result") or "") if outcome is not None else ""
    against = {"adopted": ("against",), "rejected": ("for",)}.get(verdict, ())
    seats = []
    for who in dict.fromkeys((*members, *cast)):
        posts = [p for p in people.posts_of(who, day) if p in case.version.posts]
        vote = str(cast[who].data.get("vote")) if who in cast else "absent" if who in absent else "wait"
        vote = vote if vote in VOTES else "wait"
        presides = who == chair or (not chair and order is not None and bool(set(posts) & set(order.chairs)))
        best = max(posts, key=lambda p: case.version.posts[p].rank, default="")
        seats.append(Seat(
            who, people.name(who), post_name(case.version, best) if best else plain(""), presides, vote, VOTES[vote],
            str(cast[who].data.get("opinion") or "") if who in cast else absent.get(who, ""), cast[who].at if who in cast else None,
            speakers.index(who) + 1 if who in speakers else 0, vote in against))  # fmt: skip
    subject = tuple(
        s
        for s in lines_of(case.version, call.act, call.data, people, call.erased)
        if s.field not in ("members", "leader") and s.file is None
    )
    lines = lines_of(case.version, outcome.act, outcome.data, people, outcome.erased) if outcome is not None else ()
    files = {digest: paper_of(case, e, name) for e in case.events if e.kind == ACT and e.seq < call.seq
             for _, name, digest in hashes_in(case, e)}  # fmt: skip
    before = tuple((name, digest) for digest, name in reversed(files.items()))
    return Round(
        number, call.at, people.name(str(call.actor)), subject,
        tuple((paper_of(case, call, name), digest) for _, name, digest in hashes_in(case, call)),
        before[:FILES], len(before), tuple(sorted(seats, key=lambda s: (s.order == 0, s.order, s.chair))), _quorum(controls, members),
        _result(case.version, outcome), outcome.at if outcome is not None else None,
        tuple(s for s in lines if s.field not in ("members", "result")), current)  # fmt: skip


def _quorum(controls: Sequence[Control], members: Sequence[str]) -> int | None:
    rule = rule_in(controls, "deliberation_quorum")
    if rule is None:
        return None
    body = sum(seat.seats for seat in rule.body)
    wanted: int = ceil(max(body, len(members)) * int(rule.percent) / 100)
    return wanted


def _result(version: PowerVersion, event: Event | None) -> Text | None:
    if event is None:
        return None
    row = next((r for r in version.procedure.rows if r.act == event.act), None)
    choices = next((f.choices for f in row.word.fields if f.id == "result"), {}) if row is not None else {}
    said = event.data.get("result")
    return choices.get(str(said)) or (row.word.name if row is not None else Text(zh="已有结果", en="has a result"))
