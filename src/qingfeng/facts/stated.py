"""What a case has stated so far, in the second telling: the latest word counts, whoever said it."""

from __future__ import annotations

from collections.abc import Iterable

from .rule import Expr, Gather, Op, R, Span, T
from .say import at_least, both, day, differs, gather, is_in, negated, or_else, without


def stated(field: str) -> Op:
    """What T says of a field, else what the latest earlier act says that says anything of it."""
    return or_else(T(field), gather("last", None, R(field)))


def changed(field: str) -> Op:
    """T says something else of a field than the latest earlier act that says anything of it."""
    return differs(T(field), gather("last", None, R(field)))


def day_of_violation() -> Op:
    """The day on which the violation was done or, if it went on, ended, as a number; missing if nobody stated it."""
    return day(or_else(stated("continued_until"), stated("occurred_on")))


def unregistered(field: str, registering: Iterable[str]) -> Expr:
    """How many numbers of evidence T names in a field that none of these acts has registered before."""
    return without(T(field), gather("set", registering, R("evidence_no")))


def took_part(acts: Iterable[str], fields: Iterable[str], *, beside: Iterable[str]) -> tuple[Gather, ...]:
    """Who did one of the acts up to T, T included, and who was named in each of its fields, as lists; `beside`: actors who are nobody."""
    so_far = at_least(T("_seq"), R("_seq"))
    actors = gather("set", acts, R("_actor"), both(so_far, negated(is_in(R("_actor"), beside))), span=Span.ALL)
    return actors, *(gather("set", acts, R("_key"), so_far, span=Span.ALL, each=field) for field in fields)
