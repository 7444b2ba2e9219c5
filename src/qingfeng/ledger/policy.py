"""Which signatures make a checkpoint valid (c2sp.org/tlog-policy): logs, witnesses, groups with thresholds, a quorum."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .note import BadNote, Kinds, Note, Verifier, checked, verifier_of

MAX_POLICY = 100_000
"""Bytes of a policy: a thousand keys; the standard asks that 32 logs, witnesses and groups are taken."""
NONE = "none"
_NUMBER = re.compile("[1-9][0-9]{0,5}")


class BadPolicy(ValueError):
    """A policy that cannot be read; says in which line and why."""


@dataclass(frozen=True, slots=True)
class Party:
    """A log or a witness of a policy.  url: where it is spoken to, if anywhere."""

    name: str
    key: Verifier
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """So many of the members, witnesses or groups, make it whole."""

    least: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy as read."""

    logs: tuple[Party, ...]
    witnesses: Mapping[str, Party]
    groups: Mapping[str, Group]
    quorum: str

    def met(self, cosigned: frozenset[str]) -> bool:
        """Return whether the witnesses with these names are enough, as the standard reads a policy: none wanted, none missing."""
        return self.quorum == NONE or self._whole(self.quorum, cosigned)

    def witnessed(self, cosigned: frozenset[str]) -> bool:
        """Return whether there are enough for a receipt to be final: one that nobody else vouches for never is."""
        return self.quorum != NONE and self._whole(self.quorum, cosigned)

    def quorum_is(self, least: int) -> bool:
        """Return whether the quorum is: so many of all the witnesses; 0: that nobody is asked."""
        if not least:
            return self.quorum == NONE
        group = self.groups.get(self.quorum)
        return group is not None and group.least == least and sorted(group.members) == sorted(self.witnesses)

    def by(self, note: Note) -> frozenset[str]:
        """Return the names of the witnesses that cosigned a checkpoint.  Raises BadNote if one of their lines does not fit."""
        found = {key.vkey for key in checked(note, [one.key for one in self.witnesses.values()])}
        return frozenset(name for name, one in self.witnesses.items() if one.key.vkey in found)

    def final(self, note: Note) -> bool:
        """Return whether a log of the policy signed the checkpoint and enough witnesses did.  Raises BadNote for a broken line."""
        return bool(checked(note, [one.key for one in self.logs])) and self.met(self.by(note))

    def _whole(self, name: str, cosigned: frozenset[str]) -> bool:
        group = self.groups.get(name)
        if group is None:
            return name in cosigned
        return sum(self._whole(one, cosigned) for one in group.members) >= group.least


def policy_of(text: str, *, log_kinds: Kinds, witness_kinds: Kinds) -> Policy:
    """Return a policy.  kinds: which keys a log and a witness may have.  Raises BadPolicy with the line's number."""
    if len(text.encode()) > MAX_POLICY:
        raise BadPolicy(f"a policy is at most {MAX_POLICY} bytes long")
    if any((one < " " and one not in "\t\n") or one == "\x7f" for one in text):
        raise BadPolicy("a policy holds a control character")
    draft = _Draft(log_kinds, witness_kinds)
    for number, line in enumerate(text.split("\n"), start=1):
        words = [word for word in re.split("[ \t]+", line) if word]
        if not words or words[0].startswith("#"):
            continue
        try:
            draft.take(words)
        except BadNote as error:
            raise BadPolicy(f"line {number}: {error}") from error
        except BadPolicy as error:
            raise BadPolicy(f"line {number}: {error}") from None
    if draft.quorum is None:
        raise BadPolicy("there is no quorum line")
    return Policy(tuple(draft.logs), draft.witnesses, draft.groups, draft.quorum)


class _Draft:
    """A policy while it is read, line by line."""

    def __init__(self, log_kinds: Kinds, witness_kinds: Kinds) -> None:
        self._log_kinds, self._witness_kinds = log_kinds, witness_kinds
        self.logs: list[Party] = []
        self.witnesses: dict[str, Party] = {}
        self.groups: dict[str, Group] = {}
        self.quorum: str | None = None
        self._member_of: set[str] = set()

    def take(self, words: Sequence[str]) -> None:
        """Take in one line."""
        match words:
            case ["log", line, *rest] if len(rest) <= 1:
                self._new_key(Party("", verifier_of(line, self._log_kinds), rest[0] if rest else None))
            case ["witness", name, line, *rest] if len(rest) <= 1:
                self._new_name(name)
                self._new_key(Party(name, verifier_of(line, self._witness_kinds), rest[0] if rest else None))
            case ["group", name, threshold, *members] if members:
                self._new_name(name)
                self.groups[name] = Group(self._least(threshold, len(members)), self._members(members))
            case ["quorum", name]:
                self._take_quorum(name)
            case _:
                raise BadPolicy(f"{' '.join(words)[:80]!r} is no line of a policy")

    def _take_quorum(self, name: str) -> None:
        if self.quorum is not None:
            raise BadPolicy("there is a quorum line already")
        if name != NONE and name not in self.witnesses and name not in self.groups:
            raise BadPolicy(f"{name!r} is not defined above")
        self.quorum = name

    def _members(self, members: Sequence[str]) -> tuple[str, ...]:
        for one in members:
            if one not in self.witnesses and one not in self.groups:
                raise BadPolicy(f"{one!r} is not defined above")
            if one in self._member_of:
                raise BadPolicy(f"{one!r} is a member already: each counts in one way only")
            self._member_of.add(one)
        return tuple(members)

    @staticmethod
    def _least(threshold: str, members: int) -> int:
        if threshold in ("any", "all"):
            return 1 if threshold == "any" else members
        if not _NUMBER.fullmatch(threshold) or int(threshold) > members:
            raise BadPolicy(f"{threshold!r} of {members} members is no threshold")
        return int(threshold)

    def _new_name(self, name: str) -> None:
        if name == NONE or name in self.witnesses or name in self.groups:
            raise BadPolicy(f"the name {name!r} is taken")

    def _new_key(self, party: Party) -> None:
        public = party.key.vkey.split("+", 2)[2]  # name+hash+key: the key, in base64, may hold a + of its own
        for other in (*self.logs, *self.witnesses.values()):
            if other.key.vkey.split("+", 2)[2] == public:
                raise BadPolicy("this key is listed already")
        if party.name:
            self.witnesses[party.name] = party
        else:
            self.logs.append(party)
