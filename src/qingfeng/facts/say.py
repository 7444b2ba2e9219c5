"""Words to build expressions with: `both(is_in(T("_act"), acts), some(other, same_actor()))` and the like."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .rule import Expr, GateRule, Gather, Op, R, Span, T, Table, Take, Today

NOTHING: frozenset[str] = frozenset()


def acts(names: Iterable[str] | None) -> frozenset[str] | None:
    """Return names of acts as a set; None stays None: any act."""
    return None if names is None else frozenset(names)


def count(names: Iterable[str] | None, where: Expr = 1, *, span: Span = Span.BEFORE, since: Iterable[str] = (),
          each: str | None = None, same: str | None = None, equals: Expr = None) -> Gather:  # fmt: skip
    """How many such rows there are."""
    return Gather(
        take=Take.COUNT,
        acts=acts(names),
        where=where,
        span=span,
        since=frozenset(since),
        each=each,
        same=same,
        equals=equals,
    )


def gather(take: str, names: Iterable[str] | None, value: Expr, where: Expr = 1, *, span: Span = Span.BEFORE,
           since: Iterable[str] = (), each: str | None = None, same: str | None = None, equals: Expr = None) -> Gather:  # fmt: skip
    """The sum, min, max, first, last, number of distinct values or list ("set") of something over such rows."""
    return Gather(
        take=Take(take),
        acts=acts(names),
        value=value,
        where=where,
        span=span,
        since=frozenset(since),
        each=each,
        same=same,
        equals=equals,
    )


def last(names: Iterable[str], field: str, *, where: Expr = 1, since: Iterable[str] = ()) -> Gather:
    """The field's value in the latest earlier row that has one."""
    return gather("last", names, R(field), where, since=since)


def some(names: Iterable[str] | None, where: Expr = 1, *, span: Span = Span.BEFORE, since: Iterable[str] = (),
         each: str | None = None, same: str | None = None, equals: Expr = None) -> Op:  # fmt: skip
    """There is such a row."""
    return over(count(names, where, span=span, since=since, each=each, same=same, equals=equals), 0)


def none(names: Iterable[str] | None, where: Expr = 1, *, span: Span = Span.BEFORE, since: Iterable[str] = (),
         each: str | None = None, same: str | None = None, equals: Expr = None) -> Op:  # fmt: skip
    """There is no such row."""
    return negated(some(names, where, span=span, since=since, each=each, same=same, equals=equals))


def both(*args: Expr) -> Op:
    """All of them hold."""
    return Op("and", args)


def either(*args: Expr) -> Op:
    """One of them holds."""
    return Op("or", args)


def negated(arg: Expr) -> Op:
    """It does not hold."""
    return Op("not", (arg,))


def over(a: Expr, b: Expr) -> Op:
    """a > b."""
    return Op(">", (a, b))


def at_least(a: Expr, b: Expr) -> Op:
    """a >= b."""
    return Op(">=", (a, b))


def equal(a: Expr, b: Expr) -> Op:
    """a == b; false if either is missing."""
    return Op("==", (a, b))


def differs(a: Expr, b: Expr) -> Op:
    """Both are there and not equal."""
    return Op("!=", (a, b))


def missing(a: Expr) -> Op:
    """It is not said, or empty."""
    return Op("missing", (a,))


def said(a: Expr) -> Op:
    """It is said."""
    return negated(missing(a))


def is_in(a: Expr, many: Expr | Iterable[str]) -> Op:
    """a is one of them (a list, or the keys of a map)."""
    if many is None or isinstance(many, T | R | Today | Gather | Op | Table | str | int):
        return Op("in", (a, many))
    return Op("in", (a, tuple(sorted(many))))


def same_actor() -> Op:
    """The gathered row and T were done by the same person."""
    return equal(R("_actor"), T("_actor"))


def matches(field: str) -> Op:
    """The gathered row and T say the same in a field."""
    return equal(R(field), T(field))


def plus(*args: Expr) -> Op:
    """Their sum."""
    return Op("+", args)


def minus(a: Expr, b: Expr) -> Op:
    """a - b."""
    return Op("-", (a, b))


def times(a: Expr, b: Expr) -> Op:
    """a * b."""
    return Op("*", (a, b))


def or_else(a: Expr, b: Expr) -> Op:
    """a, or b if a is missing."""
    return Op("or_else", (a, b))


def size(a: Expr) -> Op:
    """How many elements a list or map has; 0 if it is missing."""
    return Op("size", (a,))


def total(a: Expr) -> Op:
    """The sum of the numbers of a map; 0 if it is missing."""
    return Op("total", (a,))


def without(a: Expr, b: Expr) -> Op:
    """How many elements of a (list, or keys of a map) are not in b."""
    return Op("without", (a, b))


def get(table: Mapping[str, int | str | tuple[str, ...]], key: Expr) -> Op:
    """What a table says of a key; missing if nothing."""
    return Op("get", (Table(tuple(sorted(table.items()))), key))


def length(a: Expr) -> Op:
    """How many characters a text has; 0 if it is missing."""
    return Op("length", (a,))


def plain(a: Expr) -> Op:
    """A name's letters and digits alone: one name in many spellings is one."""
    return Op("plain", (a,))


def moment(a: Expr) -> Op:
    """An ISO instant as a number of seconds, as `_at` is one."""
    return Op("moment", (a,))


def year(a: Expr) -> Op:
    """The calendar year of a day given as a number."""
    return Op("year", (a,))


def value_of(field: Expr, key: Expr) -> Op:
    """The value of a key in a map field."""
    return Op("get", (field, key))


def day(a: Expr) -> Op:
    """An ISO date as a number of days."""
    return Op("day", (a,))


def working_days(a: Expr, b: Expr) -> Op:
    """Working days between two days given as numbers, the first not counted; 0 if b is not after a."""
    return Op("working_days", (a, b))


def workday(a: Expr) -> Op:
    """A day given as a number if it is a working day, else the next one: where a period ends whose last day is a day of rest."""
    return Op("workday", (a,))


def years_after(a: Expr, n: Expr) -> Op:
    """The day n years after a day given as a number: of the same date, or the last of February."""
    return Op("years", (a, n))


def tied(officer: Expr, subject: Expr, on: Expr) -> Op:
    """The officer has a registered tie with the subject on that day."""
    return Op("tied", (officer, subject, on))


def licensed(officer: Expr, on: Expr) -> Op:
    """The officer holds a valid enforcement credential on that day."""
    return Op("licensed", (officer, on))


def holds(officer: Expr, posts: Iterable[str], on: Expr) -> Op:
    """The officer is appointed to one of the posts on that day."""
    return Op("holds", (officer, tuple(sorted(posts)), on))


def unmarked(a: Expr) -> Op:
    """A title without the mark of a draft at its end."""
    return Op("unmarked", (a,))


def mentions(a: Expr, words: Iterable[str]) -> Op:
    """The text says one of the words."""
    return Op("mentions", (a, tuple(sorted(words))))


def spelling(a: Expr) -> Op:
    """A number in capitals, without blanks or full-width signs."""
    return Op("spelling", (a,))


def sums(a: Expr, *, prose: bool = False) -> Op:
    """The sums of money that a text or its lines speak of, in fen, as a list; prose: without those of other things."""
    return Op("sums", (a, int(prose)))


def strays(text: Expr, coded: Iterable[Expr], general: Mapping[str, tuple[str, ...]]) -> Op:
    """The text cites an article that is none of the coded texts' and none of the general ones, by instrument (`terms.cited`)."""
    return Op("strays", (text, Table(tuple(sorted(general.items()))), *coded))


def figures(a: Expr, times: int) -> Op:
    """A number, or the numbers of a map and their sum, each so many times, as a list."""
    return Op("figures", (a, times))


def away(officer: Expr, on: Expr) -> Op:
    """The officer is registered as absent on that day."""
    return Op("away", (officer, on))


def staff(seats: Mapping[str, int], on: Expr) -> Op:
    """The first so many of those appointed to each post on that day, in order of appointment, as a list."""
    return Op("staff", (Table(tuple(sorted(seats.items()))), on))


def present(seats: Mapping[str, int], on: Expr) -> Op:
    """Those of `staff` who are not registered as absent on that day, as a list."""
    return Op("present", (Table(tuple(sorted(seats.items()))), on))


def named(officer: Expr, text: Expr) -> Op:
    """The text is the officer's id or name, however it is spelled, or ends with the name."""
    return Op("named", (officer, text))


def ours(text: Expr) -> Op:
    """The text is the id or the name of an officer of the agency, however it is spelled, or ends with the name."""
    return Op("ours", (text,))


def kin(subject: Expr, on: Expr) -> Op:
    """The officers who have a registered tie with the subject on that day, as a list."""
    return Op("kin", (subject, on))


def joined(a: Expr, b: Expr) -> Op:
    """Two lists as one, each element once."""
    return Op("joined", (a, b))


def written(function: str, *args: Expr) -> Op:
    """A function over names and numbers as people write them: number, before, serial, head, year_in, alike, …_key (docs/adr/008)."""
    return Op(function, args)


def gate(
    on: Iterable[str] | None, violated: Expr, *, applies: Expr = 1, each: str | None = None, needs: Iterable[str] = ()
) -> GateRule:
    """A rule over every act of some kinds."""
    return GateRule(on=acts(on), violated=violated, applies=applies, each=each, needs=frozenset(needs))
