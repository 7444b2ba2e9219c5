"""Every address of the site, from its URL patterns, with something in the place of every name in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from qingfeng.casework.desk.access import Part

from .site_kit import Site


@dataclass(frozen=True, slots=True)
class Address:
    """One address: its pattern, and paths that it stands for."""

    pattern: str
    part: Part | None  # None: for everybody
    guarded: bool  # False: the view wears no decorator of access, or decides by itself (the API)
    path: str
    names: Mapping[str, str] = field(default_factory=dict)


def patterns(found: Sequence[Any] | None = None, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Yield (whole pattern, URLPattern) of the site."""
    for one in get_resolver().url_patterns if found is None else found:
        whole = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from patterns(one.url_patterns, whole)
        else:
            yield whole, one


def samples(site: Site) -> dict[str, list[str]]:
    """Return name in a pattern -> what may stand there: something real first, then something that is not there."""
    cases = site.cases(power="a000/penalty") + site.cases()
    with site.office.store.read() as tx:
        registry = site.office.registry(tx)
        version = max(v for p, v in registry.versions if p == "a000/penalty")
    return {
        "case": [cases[0], "a000/penalty/2026/99999"],
        "case_id": [cases[0], "a000/penalty/2026/99999"],
        "power": ["a000/penalty", "a999/nothing"],
        "act": ["investigate", "no_such_act"],
        "command": ["investigate", "no_such_act"],
        "version": [version, "1999-01-01"],
        "digest": ["0" * 64],
        "account": ["chengban", "nobody"],
        "officer": ["case_handler", "nobody"],
        "step": ["investigate", "nothing"],
        "name": ["register_check", "verify_receipt.py", "2026-10-29", "2026-10", "no_such_duty", "1999-01-01"],
        "rule": ["separate_duties", "no_such_rule"],
        "kind": ["penalty_decision", "no_such_paper"],
        "number": ["1", "99999"],
        "path": ["tile/entries/000", "tile/0/000", "tile/0/x999/999"],
    }


def filled(whole: str, pattern: URLPattern, known: Mapping[str, list[str]]) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield (path, names) for a pattern: with real things in it, and with things that are not there."""
    names = list(
        dict.fromkeys(
            re.findall(r"\(\?P<(\w+)>", whole) + re.findall(r"<(?:\w+:)?(\w+)>", re.sub(r"\(\?P<\w+>", "", whole))
        )
    )
    seen = set()
    for turn in (0, 1):
        told = {name: _value(name, whole, pattern, known, turn) for name in names}
        path = "/" + _path(whole, told)
        if path not in seen:
            seen.add(path)
            yield path, told


def _value(name: str, whole: str, pattern: URLPattern, known: Mapping[str, list[str]], turn: int) -> str:
    group = re.search(rf"\(\?P<{name}>((?:[^()\[]|\[[^\]]*\]|\([^()]*\))*)\)", whole)
    guesses = [
        *known.get(name, ["1"])[turn:],
        *known.get(name, []),
        "1",
        "0",
        "2026-10-29",
        "9" * 4,
        "a" * 8,
        "0" * 64,
        "0" * 10,
        "00001",
        "0" * 12,
        "0" * 24,
        "2026-10-29",
        "a-b",
        "pdf",
    ]
    if group is None:
        return guesses[0]
    fitting = next((one for one in guesses if re.fullmatch(group[1], one)), None)
    if fitting is None:
        simple = group[1].split("|")[0]
        fitting = simple if re.fullmatch(r"[\w./-]+", simple) else ""
    assert fitting, f"nothing known fits {name} in {whole}: tell tests/web/every.py what does"
    return fitting


def _path(whole: str, told: Mapping[str, str]) -> str:
    text = whole.replace("^", "").replace("$", "")
    for name, value in told.items():
        text = re.sub(rf"\(\?P<{name}>(?:[^()\[]|\[[^\]]*\]|\([^()]*\))*\)", lambda _, v=value: v, text)
        text = re.sub(rf"<(?:\w+:)?{name}>", lambda _, v=value: v, text)
    return text.replace("\\", "").replace("?", "")


def addresses(site: Site) -> list[Address]:
    """Return every address of the site."""
    known = samples(site)
    told = []
    for whole, pattern in patterns():
        guarded = hasattr(pattern.callback, "part")
        for path, names in filled(whole, pattern, known):
            told.append(Address(whole, getattr(pattern.callback, "part", None), guarded, path, names))
    return told
