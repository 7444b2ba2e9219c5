"""The plan of a draw: all that is fixed before anybody can know the result.

Its identity is the SHA-256 of its canonical bytes; lists stand in the order of their ids, so the order in which a file
names them changes nothing.
Source: 双随机抽查 of 优化营商环境条例 54; team size, shares and days of publication are settings, not law.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from qingfeng.terms.instants import format_instant
from qingfeng.terms.text import Text

from .canonical import canonical, fingerprint

PLAN_VERSION = 1


class BeaconKind(StrEnum):
    """Where the public random value comes from."""

    LOTTERY = "lottery"
    CAMERA = "camera"
    DRAND = "drand"


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """检查对象名录库 as published: its day, the SHA-256 of the published file, how many firms it lists."""

    published: date
    sha256: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Firm:
    """One firm that can be drawn.  grade: its credit class; needs: skills that an inspection of it calls for."""

    id: str
    name: str
    grade: str
    needs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """A firm of the library that cannot be drawn: why, who proposed it, and who else approved."""

    id: str
    reason: str
    by: str
    approved_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Officer:
    """One officer of the 执法人员名录库 with the skills that count in the draw."""

    id: str
    skills: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Conflict:
    """This officer may not inspect this firm."""

    officer: str
    firm: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamRule:
    """size: officers of a team; substitutes: in reserve; load: teams and reserves of one officer; skills: for every firm."""

    size: int
    substitutes: int
    load: int
    skills: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Who gives entropy: the anchor of its yearly chain (hexadecimal) and the number of the link for this draw."""

    id: str
    name: str
    anchor: str
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Beacon:
    """The public random event, named in advance: which one, its round or issue, and when it takes place."""

    kind: BeaconKind
    source: str
    round: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawPlan:
    """抽取方案.  Numbers are dense per agency and year, from 1.  Only `parse_plan` makes one, so each keeps all rules."""

    agency: str
    year: int
    number: int
    title: Text
    library: Library
    pool: tuple[Firm, ...]
    exclusions: tuple[Exclusion, ...]
    quotas: Mapping[str, int]
    officers: tuple[Officer, ...]
    conflicts: tuple[Conflict, ...]
    team: TeamRule
    parties: tuple[Party, ...]
    min_links: int
    beacon: Beacon
    frozen: datetime
    links_by: datetime
    draw_by: datetime
    publish_by: datetime

    @property
    def name(self) -> str:
        """How people call it: agency/year/number."""
        return f"{self.agency}/{self.year}/{self.number:03}"

    @property
    def plan_id(self) -> str:
        """SHA-256 of the canonical bytes, in hexadecimal."""
        return fingerprint(self.plain())

    def plan_bytes(self) -> bytes:
        """Return the canonical bytes: what is logged and hashed."""
        return canonical(self.plain())

    def needs(self, firm: Firm) -> frozenset[str]:
        """Return the skills that the first member and every substitute of a firm's team must have."""
        return frozenset(self.team.skills) | frozenset(firm.needs)

    def plain(self) -> dict[str, Any]:
        """Return the plan as JSON has it; `parse_plan` takes it back."""
        return {
            "v": PLAN_VERSION,
            "agency": self.agency,
            "year": self.year,
            "number": self.number,
            "title": {"zh": self.title.zh, "en": self.title.en},
            "library": {
                "published": self.library.published.isoformat(),
                "sha256": self.library.sha256,
                "count": self.library.count,
            },
            "pool": [{"id": f.id, "name": f.name, "class": f.grade, "needs": list(f.needs)} for f in self.pool],
            "exclusions": [
                {"id": e.id, "reason": e.reason, "by": e.by, "approved_by": e.approved_by} for e in self.exclusions
            ],
            "quotas": dict(self.quotas),
            "officers": [{"id": o.id, "skills": list(o.skills)} for o in self.officers],
            "conflicts": [{"officer": c.officer, "firm": c.firm} for c in self.conflicts],
            "team": {
                "size": self.team.size,
                "substitutes": self.team.substitutes,
                "load": self.team.load,
                "skills": list(self.team.skills),
            },
            "entropy": {
                "parties": [
                    {"id": p.id, "name": p.name, "anchor": p.anchor, "position": p.position} for p in self.parties
                ],
                "min_links": self.min_links,
                "beacon": {
                    "kind": self.beacon.kind.value,
                    "source": self.beacon.source,
                    "round": self.beacon.round,
                    "at": format_instant(self.beacon.at),
                },
            },
            "deadlines": {
                "frozen": format_instant(self.frozen),
                "links_by": format_instant(self.links_by),
                "draw_by": format_instant(self.draw_by),
                "publish_by": format_instant(self.publish_by),
            },
        }
