"""The language of the second telling: for every act of a kind, what may not be so.

A rule looks at one act at a time, T, together with what it gathers from other rows, R, of the same case (or of other cases
that share a value with T).  Comparisons are two-valued: with something missing on either side they are false.

Fields of a row are the fields of its act; these are there for every row:
_act, _actor, _post, _case, _power, _seq (number in the case), _at (seconds), _on (day done, as a number), _day (day from which
it counts), _entered (day of entry), _lag (working days between), _reason, _position (in the whole log); and, where a list or
map is taken apart by `each`, _key and _value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Span(StrEnum):
    """Which rows, seen from T."""

    BEFORE = "before"
    AFTER = "after"
    ALL = "all"


class Take(StrEnum):
    """What is made of the rows gathered."""

    COUNT = "count"
    DISTINCT = "distinct"
    SUM = "sum"
    MIN = "min"
    MAX = "max"
    FIRST = "first"  # the value in the earliest of them that has one
    LAST = "last"  # … in the latest
    SET = "set"  # the distinct values themselves, as a list: for `in`, `without`, `size`


@dataclass(frozen=True, slots=True)
class T:
    """A field of the act judged."""

    field: str


@dataclass(frozen=True, slots=True)
class R:
    """A field of a row being gathered; means nothing outside a Gather."""

    field: str


@dataclass(frozen=True, slots=True)
class Today:
    """The day on which the log is read, as a number."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table to look up in (Op "get"): key -> number, text, or tuple of texts."""

    rows: tuple[tuple[str, int | str | tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Op:
    """A comparison, connective or function; the list of names is in `detection.evaluate`."""

    op: str
    args: tuple[Expr, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gather:
    """Something made of other rows.

    acts: of these acts (None: any); where: those for which this holds; since: only rows after the latest earlier act of these;
    each: every row stands for the elements of this list or map field; same: rows of *other* cases that have in this (indexed)
    field (`_case`: the rows of that case) the value `equals`, T's own by default, an instant by its day (then `before`
    and `after` go by the order of the whole log).
    """

    take: Take
    acts: frozenset[str] | None
    value: Expr = 1
    where: Expr = 1
    span: Span = Span.BEFORE
    since: frozenset[str] = frozenset()
    each: str | None = None
    same: str | None = None
    equals: Expr = None


Expr = int | str | tuple[str, ...] | None | T | R | Today | Table | Op | Gather


@dataclass(frozen=True, slots=True, kw_only=True)
class GateRule:
    """For each act of `on` (None: every act; with `each`: for each element of that field): does the rule apply, is it violated.

    needs: columns without which nothing can be said: a log without actors cannot pass a rule about actors.
    """

    on: frozenset[str] | None
    violated: Expr
    applies: Expr = 1
    each: str | None = None
    needs: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Several rules that are one: violated where one of them is."""

    rules: tuple[GateRule, ...]


@dataclass(frozen=True, slots=True)
class LateRule:
    """Was a limit that asks for a reason ended late, or moved after it had run out?  No facts say that: `detection.late`
    walks every run of the power's limits through the acts of a case.

    lying: has it run out on the day of reading, and nobody ended it?  In our own record the clock marks that; this is for other logs.
    """

    lying: bool = False


Rule = GateRule | AnyOf | LateRule
Tables = Mapping[str, int | str | tuple[str, ...]]
