"""The teams of a draw as people write them, one line a firm: 甲厂：zhang、wang；li (members; substitutes).

Ids of officers may hold a colon of ASCII, so the full-width one parts firm and people; the last of them, as a firm may have one too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_BETWEEN = re.compile(r"[、，,\s]+")


@dataclass(frozen=True, slots=True)
class Team:
    """A line of the list.  firm: empty if the line names none; an id that stands twice is kept twice."""

    firm: str
    members: tuple[str, ...]
    spares: tuple[str, ...]


def line_of(firm: str, members: Iterable[str], spares: Iterable[str]) -> str:
    """Return the line of a team; without substitutes it ends with the members."""
    after = "、".join(spares)
    return f"{firm}：{'、'.join(members)}" + (f"；{after}" if after else "")


def same_teams(one: Iterable[str], other: Iterable[str]) -> bool:
    """Are these the same teams, in whatever order teams and people are written?"""
    a, b = ([(t.firm, {*t.members}, {*t.spares}) for t in map(team_of, lines)] for lines in (one, other))
    return len(a) == len(b) and all(team in b for team in a) and all(team in a for team in b)


def team_of(line: str) -> Team:
    """Return the team of a line; one without firm or people gives an empty part, never an error."""
    firm, _, people = line.rpartition("：")
    members, _, spares = people.replace(";", "；").partition("；")
    return Team(firm.strip(), _ids(members), _ids(spares))


def team_firms(lines: Iterable[str]) -> tuple[str, ...]:
    """Return the firms, each once, in the order of the lines."""
    return tuple(dict.fromkeys(team_of(line).firm for line in lines))


def team_members(lines: Iterable[str], firm: str | None = None) -> tuple[str, ...]:
    """Return the members of the firm's team, or of all; each once."""
    return tuple(
        dict.fromkeys(who for team in map(team_of, lines) if firm in (None, team.firm) for who in team.members)
    )


def team_spares(lines: Iterable[str], firm: str | None = None) -> tuple[str, ...]:
    """Return the substitutes of the firm's team, or of all; each once."""
    return tuple(dict.fromkeys(who for team in map(team_of, lines) if firm in (None, team.firm) for who in team.spares))


def least_team(lines: Iterable[str]) -> int:
    """Return how many different members the smallest team has, who are not its own substitutes; 0 if a line names no firm."""
    return min((len({*t.members} - {*t.spares}) if t.firm else 0 for t in map(team_of, lines)), default=0)


def _ids(text: str) -> tuple[str, ...]:
    return tuple(part for part in _BETWEEN.split(text.strip()) if part)
