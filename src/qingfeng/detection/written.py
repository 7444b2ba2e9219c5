"""Functions of the language over names and numbers as people write them; missing where an argument is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from qingfeng.draw.sample import part
from qingfeng.terms.likeness import alike
from qingfeng.terms.names import paper_line
from qingfeng.terms.numbering import before, before_wider, head_of, number_key, serial_of, year_of
from qingfeng.terms.sharing import day_key, firm_key, head_key, kind_key, near_days, series_key, visit_key
from qingfeng.terms.spelling import two_numbers
from qingfeng.terms.teams import least_team, team_firms, team_members, team_spares


def _over(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function for what is there; the first argument of every function of the language is the world."""
    return lambda _, *args: None if any(one is None or one == "" for one in args) else function(*args)


WRITTEN: Mapping[str, Callable[..., Any]] = {
    "alike": lambda _, a, b: a is not None and b is not None and alike(str(a), str(b)),
    "number": _over(number_key),
    "before": _over(before),
    "before_wider": _over(before_wider),
    "serial": _over(serial_of),
    "head": _over(head_of),
    "year_in": _over(year_of),
    "series_key": _over(series_key),
    "head_key": _over(head_key),
    "kind_key": _over(kind_key),
    "day_key": _over(day_key),
    "visit_key": _over(visit_key),
    "firm_key": _over(firm_key),
    "near_days": _over(near_days),
    "paper_lines": lambda _, lines: None if lines is None else tuple(paper_line(str(line)) for line in lines),
    "two_numbers": lambda _, one, other: two_numbers(one, other),
    "paper_line": _over(paper_line),
    "team_firms": _over(team_firms),
    "team_members": _over(team_members),
    "team_spares": _over(team_spares),
    "least_team": _over(least_team),
    "sample": lambda _, *args: part(*args),
}
