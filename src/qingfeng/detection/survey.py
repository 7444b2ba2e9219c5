"""All patterns over one log: what is asked of the session that holds the relations, and what follows from the answers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from typing import Any

from qingfeng.facts.rows import Outcome
from qingfeng.terms.text import Text

from .chance import judge
from .pattern import Need, Pattern, Row, Tally, Verdict, coverage
from .patterns import discover
from .relations import views

Ask = Callable[[str], Sequence[Row]]
"""Runs one SQL statement over the relations and returns its rows by column; raises what its engine raises."""
COARSE = 0.95
"""A share of entries at midnight or full hours from which the log knows days or hours only, no minutes."""
FINE_TIMES = frozenset({"rubber_stamping", "off_hours_access", "impossible_presence", "back_entry_batches"})
"""Patterns that read the clock: they cannot judge a log of whole days or hours."""


def survey(
    ask: Ask, *, today: date, only: Collection[str] | None = None, blind: Callable[[Pattern], Text | None] = lambda _: None
) -> list[Verdict]:
    """Return what every pattern (or those of `only`) says of the log as it stands at the end of a day.

    blind: why a pattern cannot be judged on a log that leaves things out (`abroad.blind_pattern`); the live store leaves nothing out.
    """
    for statement in views(today.isoformat()):
        ask(statement)
    coarse = _coarse(ask)
    chosen = [pattern for name, pattern in discover().items() if only is None or name in only]
    return [
        _verdict(ask, one, coarse) if (why := blind(one)) is None else Verdict(pattern=one.name, outcome=Outcome.NOT_EVALUABLE, why=why)
        for one in chosen
    ]


def _verdict(ask: Ask, pattern: Pattern, coarse: Mapping[str, bool]) -> Verdict:
    lacking = coverage(pattern, [_count(ask, need) for need in pattern.needs])
    if lacking is not None:
        return lacking
    if pattern.name in FINE_TIMES and coarse["reads" if pattern.name == "off_hours_access" else "entered"]:
        return Verdict(pattern=pattern.name, outcome=Outcome.NOT_EVALUABLE, why=Text(
            zh="记录的时间只到天或者整点", en="the log knows days or full hours only"))  # fmt: skip
    rows = ask(pattern.sql)
    return judge(pattern, pattern.prepare(rows) if pattern.prepare is not None else [tally(row) for row in rows])


def _count(ask: Ask, need: Need) -> Mapping[str, int]:
    roles = ", ".join(f"'{role}'" for role in need.roles)
    where = f"WHERE role IN ({roles})" if need.roles else ""
    columns = "".join(f', count("{column}") AS "{column}"' for column in need.columns)
    return ask(f"SELECT count(*) AS _all{columns} FROM {need.relation} {where}")[0]


def _coarse(ask: Ask) -> Mapping[str, bool]:
    """Return whether instants of entry and of reading are whole hours almost always."""
    told = {}
    for name, column, relation in (("entered", "entered", "recent"), ("reads", "at", "reads")):
        (row,) = ask(f'SELECT count(*) AS n, count(*) FILTER (minute("{column}") = 0 AND second("{column}") = 0) AS whole FROM {relation}')
        told[name] = bool(row["n"]) and row["whole"] >= COARSE * row["n"]
    return told


def tally(row: Mapping[str, Any]) -> Tally:
    """Return a tally from a row of the answer."""
    return Tally(subject=str(row["subject"]), stratum=str(row["stratum"]), hits=int(row["hits"]), trials=int(row["trials"]),
                 rest_hits=float(row["rest_hits"]), rest_trials=float(row["rest_trials"]), peers=int(row["peers"]),
                 power=str(row["power"] or ""), officers=tuple(row["officers"] or ()), evidence=tuple(row["evidence"] or ()))  # fmt: skip
