"""Who may act: officers, their posts over time, credentials, absences, stand-ins, delegations and ties, as of every day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from .likeness import one_firm
from .names import plain_name


@dataclass(frozen=True, slots=True)
class Span:
    """Days from first to last, both included; last None means open-ended."""

    first: date
    last: date | None = None

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class Appointment:
    """An officer holds a post for a span."""

    officer: str
    post: str
    span: Span


@dataclass(frozen=True, slots=True)
class StandIn:
    """The deputy (B) acts in a post while its holder (A) is away."""

    post: str
    primary: str
    deputy: str
    span: Span


@dataclass(frozen=True, slots=True)
class Delegation:
    """An officer lets another act in his post for a span; acts None means all that may be delegated."""

    giver: str
    taker: str
    post: str
    acts: frozenset[str] | None
    span: Span


@dataclass(frozen=True, slots=True)
class Interest:
    """A tie of an officer to somebody: a reason for recusal."""

    officer: str
    other: str
    relation: str
    span: Span


@dataclass(frozen=True, slots=True)
class Authority:
    """A post in which an officer may act on a day, and how he comes by it: own, stand_in or delegated."""

    post: str
    via: str


@dataclass(frozen=True)
class People:
    """The agency's people, as of every day.  Who was appointed to what is put in order once: every rule asks for it."""

    names: Mapping[str, str]
    dismissed: Mapping[str, date]
    appointments: tuple[Appointment, ...]
    credentials: Mapping[str, tuple[Span, ...]]
    absences: Mapping[str, tuple[Span, ...]]
    stand_ins: tuple[StandIn, ...] = ()
    delegations: tuple[Delegation, ...] = ()
    interests: tuple[Interest, ...] = ()
    seq: int = 0

    @cached_property
    def _terms(self) -> Mapping[tuple[str, str], tuple[Span, ...]]:
        """By officer and post: when he was appointed to it."""
        told: dict[tuple[str, str], tuple[Span, ...]] = {}
        for a in self.appointments:
            told[a.officer, a.post] = (*told.get((a.officer, a.post), ()), a.span)
        return told

    @cached_property
    def _appointed(self) -> Mapping[str, tuple[str, ...]]:
        """By post: whoever was appointed to it, in order, as often as he was."""
        told: dict[str, tuple[str, ...]] = {}
        for a in self.appointments:
            told[a.post] = (*told.get(a.post, ()), a.officer)
        return told

    def name(self, officer: str) -> str:
        """Return an officer's name, or the id if unknown."""
        return self.names.get(officer, officer)

    def away(self, officer: str, day: date) -> bool:
        """True if the officer is absent on that day."""
        return any(day in span for span in self.absences.get(officer, ()))

    def in_service(self, officer: str, day: date) -> bool:
        """True if the officer is known and not dismissed by that day, or appointed anew since his dismissal.

        The day of dismissal no longer counts.
        """
        left = self.dismissed.get(officer)
        if left is None or day < left:
            return officer in self.names
        return any(a.officer == officer and left <= a.span.first and day in a.span for a in self.appointments)

    def has_credential(self, officer: str, day: date) -> bool:
        """True if the officer holds a valid enforcement credential on that day."""
        return any(day in span for span in self.credentials.get(officer, ()))

    def holds(self, officer: str, post: str, day: date) -> bool:
        """True if the officer is appointed to the post on that day."""
        terms = self._terms.get((officer, post))
        if terms is None or officer not in self.names:
            return False
        left = self.dismissed.get(officer)
        return any(day in span and (left is None or day < left or left <= span.first) for span in terms)

    def tied(self, officer: str, other: str, day: date) -> bool:
        """True if the officer has a registered tie to the other on that day, however the other's name and legal form are written."""
        return any(i.officer == officer and day in i.span and one_firm(i.other, other) for i in self.interests)

    def named(self, officer: str, written: str) -> bool:
        """True if what is written is the officer's id or name, in whatever spelling, or ends with the name (保管员张三)."""
        name, text = plain_name(self.name(officer)), plain_name(written)
        return written == officer or text == name or (len(name) > 1 and text.endswith(name))

    def posts_of(self, officer: str, day: date) -> list[str]:
        """Return the posts in which the officer may act on that day, own first."""
        own = [a.post for a in self.appointments if a.officer == officer and self.holds(officer, a.post, day)]
        lent = [s.post for s in self.stand_ins if self._stands_in(officer, s, day)]
        given = [d.post for d in self.delegations if self._delegated(officer, d, day)]
        return list(dict.fromkeys([*own, *lent, *given]))

    def authorities(
        self, officer: str, posts: Sequence[str], day: date, *, act: str, may_delegate: bool
    ) -> list[Authority]:
        """Return every one of the posts in which the officer may do the act on that day, own appointments first."""
        found = [Authority(post, "own") for post in posts if self.holds(officer, post, day)]
        found += [
            Authority(s.post, "stand_in")
            for s in self.stand_ins
            if s.post in posts and self._stands_in(officer, s, day)
        ]
        if may_delegate:
            found += [
                Authority(d.post, "delegated")
                for d in self.delegations
                if d.post in posts and (d.acts is None or act in d.acts) and self._delegated(officer, d, day)
            ]
        return found

    def holders(self, post: str, day: date) -> list[str]:
        """Return the officers appointed to a post on that day, in order of appointment."""
        return [officer for officer in self._appointed.get(post, ()) if self.holds(officer, post, day)]

    def _stands_in(self, officer: str, s: StandIn, day: date) -> bool:
        return (
            s.deputy == officer
            and day in s.span
            and self.away(s.primary, day)
            and self.holds(s.primary, s.post, day)
            and self.in_service(officer, day)
        )

    def _delegated(self, officer: str, d: Delegation, day: date) -> bool:
        return (
            d.taker == officer and day in d.span and self.holds(d.giver, d.post, day) and self.in_service(officer, day)
        )


NOBODY = People({}, {}, (), {}, {})
