"""No refusal shows a person a bare code: where a code has a word, the word stands in the message, in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from qingfeng.casework.reading import READ
from qingfeng.controls import discover
from qingfeng.engine.case import Case, evolve, new_case
from qingfeng.terms.text import Text
from tests.controls.tellings import case_of, lines_of, situation, story, telling_of

CODE = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
COMMON = frozenset({"a", "fine", "none", "case", "light", "penalty", "papers", "bad", "promotion", "raise", "database", "no"})
"""Codes of the stories that are English words too: in an English sentence nobody can tell which is meant."""

NUMBERS = frozenset({"A001", "C001", "v2", "A20"})
"""Of their own: first numbers of tickets, an edition, an article."""


def said(value: Any) -> Iterator[str]:
    """Yield every text of plain settings, but neither names nor the codes that have one beside them (they are told by it)."""
    if isinstance(value, dict):
        for key, member in value.items():
            yield from () if key in ("zh", "en", "name") or (key == "code" and "name" in value) else said(member)
    elif isinstance(value, list | tuple):
        for member in value:
            yield from said(member)
    elif isinstance(value, str):
        yield value


def codes_of(kind: type[Any]) -> set[str]:
    """Return the codes of a control's example: what is no act, post, field or person of its stories."""
    lines = lines_of(kind)
    words = {word for line in lines for word in CODE.findall(line.split("=")[0])}
    fields = {pair.partition("=")[0] for line in lines for pair in line.split() if "=" in pair}
    version = telling_of(kind.name).version
    acts = {row.act for row in version.procedure.rows}
    known = {one for one in said(kind.example) if CODE.fullmatch(one)} - NUMBERS
    return known - acts - words - fields - {*version.posts}


def refusals(name: str, words: dict[str, Text]) -> Iterator[Text]:
    """Yield what is said to who is refused, in a power that has these words."""
    telling = telling_of(name)
    version = replace(telling.version, codes=words)
    for lines in discover()[name].refused:
        events = story(lines)
        cases: dict[str, Case] = {}
        for n, event in enumerate(events):
            stream = case_of(event)
            case = cases.get(stream) or new_case(stream, version)
            if (no := telling.check(situation(case, event, telling.people, events[:n]))) is not None:
                yield no.reason
                yield from [no.remedy] if hasattr(no, "remedy") else []
            cases[stream] = case if event.kind == READ else evolve(case, event)


@pytest.mark.parametrize("name", sorted(discover()))
def test_where_a_code_has_a_word_the_message_says_the_word(name: str) -> None:
    codes = sorted(codes_of(discover()[name]))
    words = {code: Text(zh=f"词{n:03d}", en=f"Word{n:03d}") for n, code in enumerate(codes)}
    bare = set()
    for text in refusals(name, words):
        for lang, message in (("zh", text.zh), ("en", text.en)):
            here = {*CODE.findall(message)} & {*codes} - (COMMON if lang == "en" else {*()})
            bare |= {(code, message) for code in here if words[code].say("zh" if lang == "zh" else "en") not in message}
    assert bare == set()
