"""What a draw leaves behind: a transcript with all that is needed to redo it, or a void with its reason.

The result stands as a root before it is known: every team has a salted commitment, and the root is over all of them, so
teams can be opened one at a time while the others stay closed.  The salts come from the seed; docs/draw.md has the bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from qingfeng.terms.instants import format_instant
from qingfeng.terms.text import Text

from .canonical import NotCanonical, canonical, fingerprint, keyed
from .chain import is_hash
from .entropy import Revealed, links_id
from .fault import Fault
from .plan import DrawPlan
from .select import Team, tickets

TRANSCRIPT_VERSION = 1


class VoidReason(StrEnum):
    """Why a plan has no result."""

    LINKS = "links"
    TEAM = "team"
    LATE = "late"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawTranscript:
    """抽取记录: the plan, the entropy and what follows from them.  drawn: when it was computed; seed: hexadecimal."""

    plan: DrawPlan
    links: tuple[Revealed, ...]
    beacon: str
    drawn: datetime
    seed: str
    round: int
    teams: tuple[Team, ...]

    @property
    def leaves(self) -> list[str]:
        """The commitments to the teams, in their order."""
        return [leaf(self.salt(team.n), team.plain()) for team in self.teams]

    @property
    def root(self) -> str:
        """What is logged at once, before any team is opened."""
        return root_of(self.plan.plan_id, format_instant(self.drawn), self.leaves)

    @property
    def missing(self) -> tuple[str, ...]:
        """Parties whose link did not count."""
        return tuple(each.party for each in self.links if each.counting is None)

    def salt(self, n: int) -> str:
        """Return the salt of team n, which nobody can know who lacks the seed."""
        return keyed(bytes.fromhex(self.seed), ["salt", n]).hex()

    def plain(self) -> dict[str, Any]:
        """Return it as JSON has it: this is what is published in the end."""
        return {
            "v": TRANSCRIPT_VERSION,
            "plan": self.plan.plain(),
            "plan_id": self.plan.plan_id,
            "links": [each.plain() for each in self.links],
            "links_id": links_id(self.plan.plan_id, self.links),
            "missing": list(self.missing),
            "beacon": self.beacon,
            "drawn": format_instant(self.drawn),
            "seed": self.seed,
            "tickets": tickets(bytes.fromhex(self.seed), [firm.id for firm in self.plan.pool]),
            "round": self.round,
            "teams": [team.plain() for team in self.teams],
            "root": self.root,
        }

    def opening(self, n: int) -> dict[str, Any]:
        """Return team n (from 1) with the proof that it belongs to the root; the others stay closed."""
        return {
            "v": TRANSCRIPT_VERSION,
            "plan_id": self.plan.plan_id,
            "drawn": format_instant(self.drawn),
            "root": self.root,
            "leaves": self.leaves,
            "salt": self.salt(n),
            "team": self.teams[n - 1].plain(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawVoid:
    """作废: a plan that has no result, why, and if people decided so, who (two of them).  at: when it was found or decided."""

    plan: DrawPlan
    why: VoidReason
    words: Text
    at: datetime
    links: tuple[Revealed, ...] = ()
    beacon: str | None = None
    by: str | None = None
    approved_by: str | None = None

    @property
    def root(self) -> str:
        """What is logged: the fingerprint of all the rest."""
        return fingerprint(["qingfeng.draw.void/1", self._stated()])

    def plain(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return {**self._stated(), "root": self.root}

    def _stated(self) -> dict[str, Any]:
        return {
            "v": TRANSCRIPT_VERSION,
            "plan": self.plan.plain(),
            "plan_id": self.plan.plan_id,
            "links": [each.plain() for each in self.links],
            "beacon": self.beacon,
            "at": format_instant(self.at),
            "void": {
                "why": self.why.value,
                "words": {"zh": self.words.zh, "en": self.words.en},
                "by": self.by,
                "approved_by": self.approved_by,
            },
        }


def leaf(salt: str, team: Any) -> str:
    """Return the commitment to a team.  Raises NotCanonical."""
    return fingerprint(["qingfeng.draw.team/1", salt, team])


def root_of(plan_id: str, drawn: str, leaves: list[str]) -> str:
    """Return the root over the commitments."""
    return fingerprint(["qingfeng.draw.root/1", plan_id, drawn, leaves])


def check_opening(plain: Any, *, root: str | None = None) -> Fault | None:
    """Return why an opened team does not belong to its root (or to the given, logged one), or None if it does."""
    keys = {"v", "plan_id", "drawn", "root", "leaves", "salt", "team"}
    if (
        not isinstance(plain, dict)
        or set(plain) != keys
        or type(plain["v"]) is not int
        or plain["v"] != TRANSCRIPT_VERSION
    ):
        return _broken((), "不是一组的开示", "is no opening of a team")
    team, leaves = plain["team"], plain["leaves"]
    n = team.get("n") if isinstance(team, dict) else None
    if not isinstance(leaves, list) or not all(is_hash(each) for each in leaves):
        return _broken(("leaves",), "承诺不全是SHA-256", "does not have a SHA-256 for every team")
    if type(n) is not int or not 1 <= n <= len(leaves):
        return _broken(("team",), "没有组号", "has no number of a team")
    try:
        canonical(plain)
        if leaf(plain["salt"], team) != leaves[n - 1]:
            return _broken(("team",), "与其承诺不符", "does not fit its commitment")
        made = root_of(plain["plan_id"], plain["drawn"], leaves)
    except NotCanonical:
        return _broken((), "含有不允许的值", "holds a value that may not be there")
    if made != plain["root"] or root not in (None, made):
        return _broken(("root",), "不属于已记录的结果", "does not belong to the logged result")
    return None


def _broken(path: tuple[str, ...], zh: str, en: str) -> Fault:
    return Fault(
        path,
        Text(zh=f"这份文件{zh}。", en=f"This file {en}."),
        Text(
            zh="请向抽取单位索取原件，并与日志核对。", en="Ask the agency for the original and compare it with the log."
        ),
    )
