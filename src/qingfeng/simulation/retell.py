"""A tale with other people in it: who says what, and every number of its own, so that no two cases share what is nobody else's.

Told texts stay, but for the names and numbers in them that are replaced.  What the power's own settings name stays too: items
of a list, codes of violations.  Receipts come from the books in the order in which they are used, none left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from hashlib import sha256
from random import Random
from typing import Any

from qingfeng.catalogue.power import FieldType, PowerVersion
from qingfeng.terms.instants import format_instant, parse_instant
from qingfeng.terms.teams import line_of, team_of

from . import invent
from .cast import HOLDERS, officer_id
from .registers import NUMERAL, RECEIPT, SHORTEST, Registers, Sanction, Visit, parts
from .resampled import resampled
from .tale import Days, Line, Tale

BOOKS, QUORUM = "fine_receipts", "deliberation_quorum"
TICKETS = "counter_ticket"  # its settings name the first number of each series: a told one is replaced like any other
SEQUENCE = "numbers_in_sequence"
FIGURES, REPORT = "figures_seen", "report_from_record"
PARTY, NUMBER, CHANGED = "party", "party_id", "propose_change_of_party"
DISTINCT, POOL = "distinct_parties", "inspector_pool"
_HASH = re.compile(r"\b[0-9a-f]{64}\b")
_DAY, _MOMENT = re.compile(r"\d{4}-\d\d-\d\d"), re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d.*")
_SECOND = re.compile(r"(?<=\d)-[1-9]\d?(?=\D*$)")  # 7-2 is the second paper under 7, and stays so


def as_far(told: str, right: str, played: str) -> str:
    """Return the number as far from the one played as the told one is from the right one: what is amiss with it stays amiss."""
    head, digits, tail = parts(played)
    there, here = parts(told), parts(right)
    if (there[0], there[2]) != (here[0], here[2]) or not digits.isdecimal():
        return told
    return f"{head}{max(int(digits) + int(there[1]) - int(here[1]), 0):0{len(digits)}d}{tail}"


@dataclass(frozen=True, slots=True)
class Told:
    """What of a power's tale is to be replaced: indexed fields by name (True: names of persons or firms), words that stay."""

    indexed: Mapping[str, bool]
    fixed: frozenset[str]
    posts: tuple[str, ...]
    books: tuple[Mapping[str, str], ...]
    visits: frozenset[str]  # acts whose place is the party's
    numbered: frozenset[str]  # acts whose form asks for the party's identity number


@lru_cache(maxsize=64)
def told_of(version: PowerVersion) -> Told:
    """Return what of a version's tales is to be replaced."""
    said = [f for row in version.procedure.rows for f in row.word.fields if f.index and f.type is not FieldType.INSTANT]
    fields = {f.id: f.personal for f in said}
    books = tuple(version.controls.get(BOOKS, {}).get("books", ()))
    fixed = frozenset(_strings({name: said for name, said in version.controls.items() if name != TICKETS}))
    visits = frozenset(version.controls.get(DISTINCT, {}).get("visits", ()))
    numbered = frozenset(row.act for row in version.procedure.rows if {PARTY, NUMBER} <= {f.id for f in row.word.fields})
    return Told({**fields, **({RECEIPT: False} if books else {})}, fixed, tuple(version.posts), books, visits, numbered)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, member in value.items():
            yield from (*_strings(key), *_strings(member))
    elif isinstance(value, list | tuple):
        for member in value:
            yield from _strings(member)


def three(post: str) -> list[str]:
    """Return the holders of a post of whom stories tell."""
    return [officer_id(post, n) for n in range(1, HOLDERS + 1)]


@lru_cache(maxsize=512)
def given(tale: Tale) -> Mapping[str, tuple[str, int]]:
    """Return the numbers of a tale, each with its field and the line that gives it to a paper (that says it first, if none does)."""
    about, gives = told_of(tale.version), tale.version.controls.get(SEQUENCE, {}).get("acts", ())
    found: dict[str, tuple[str, int]] = {}
    for n, line in enumerate(tale.lines):
        for name in (name for name, personal in about.indexed.items() if not personal and name != RECEIPT):
            for one in _strings(line.data.get(name)):
                here = found.get(one)
                if here is None or (line.does in gives and tale.lines[here[1]].does not in gives):
                    found[one] = (name, n)
    return {one: found[one] for one in sorted(found, key=lambda one: found[one][1]) if one not in about.fixed}


def years(tale: Tale, number: str, days: Days) -> tuple[int, int]:
    """Return the year in which a number is given, as told and as played: it is one of its year."""
    n = given(tale).get(number, ("", 0))[1]
    return days.told[n].year, days.played[n].year


def renumbered(tale: Tale, days: Days) -> dict[str, str]:
    """Return the numbers of a tale that come to lie in another year, where counting begins anew."""
    registers, said = Registers(Random(0), lambda _field, _value: False), dict[str, str]()
    for told, (name, _) in given(tale).items():
        then, now = years(tale, told, days)
        if then != now and str(then) in told:
            said[told] = second_under(told, said) or registers.number(name, told, (then, now))
    return said


def second_under(told: str, said: Mapping[str, str]) -> str | None:
    """Return what the second paper under a number is called where that number has been replaced."""
    second = _SECOND.search(told)
    first = said.get(told[: second.start()] + told[second.end() :]) if second else None
    return None if second is None or first is None else NUMERAL.sub(lambda found: found[0] + second[0], first)


def within(text: str, said: Mapping[str, str]) -> str:
    """Return a text with the names and numbers in it that are replaced."""
    inside = sorted((one for one in said if len(one) >= SHORTEST and one in text), key=len, reverse=True)
    if not inside:
        return text
    either = "|".join(rf"(?<![0-9A-Za-z]){re.escape(one)}(?![0-9A-Za-z])" for one in inside)
    return re.sub(either, lambda found: said[found[0]], text)


@dataclass(slots=True)
class Retelling:
    """One case: which officer stands for which, and which number for which.  key: makes its hashes its own."""

    tale: Tale
    registers: Registers
    key: str
    people: Mapping[str, str]
    said: dict[str, str] = field(default_factory=dict)
    drawn: dict[int, list[tuple[str, str]]] = field(default_factory=dict)  # line -> numbers that were drawn for it: field, told
    holders: Callable[[str], Sequence[str]] = three
    beside: Mapping[str, str] = field(default_factory=dict)  # a number told amiss -> the one that ought to stand there

    @staticmethod
    def of(
        tale: Tale, registers: Registers, *, key: str, rng: Random, holders: Callable[[str], Sequence[str]] = three,
        beside: Mapping[str, str] | None = None,
    ) -> Retelling:  # fmt: skip
        """Cast the officers of a case: holders of a post stand for those told of, the same for the whole case.

        The last of them keeps out of casework where the story can spare him: who checks afterwards may have had no part in it.
        """
        people: dict[str, str] = {}
        needed = set(_strings([[line.who, line.data] for line in tale.lines]))
        seated = {one["post"] for one in tale.version.controls.get(QUORUM, {}).get("body", ())}
        for post in told_of(tale.version).posts:
            told, there = three(post), list(holders(post))
            if post in seated:
                continue  # who sits in a body by seniority cannot change places with who does not
            if told[-1] not in needed:
                told, there = told[:-1], there[:-1]
            people |= dict(zip(told, rng.sample(there, len(told)), strict=True))
        return Retelling(tale, registers, key, people, holders=holders, beside=beside or {})

    def visits(self, days: Days) -> list[Visit]:
        """Return who is out when in this case: nobody is at two places at once, whatever power sends him out."""
        out = [(n, line.data) for n, line in enumerate(self.tale.lines) if line.data.get("started") and line.data.get("ended")]
        return [
            (frozenset(map(self.who, data.get("officers", ()))), str(moved(data["started"], n, days)), str(moved(data["ended"], n, days)))
            for n, data in out
        ]

    def sanctions(self, days: Days) -> list[Sanction]:
        """Return who is sanctioned in this case for what, and of which day."""
        lines = [(n, line.data) for n, line in enumerate(self.tale.lines) if line.data.get("sanction_kind")]
        said = {(self.who(str(d["sanctioned"])), str(d.get("violation_code", "")), str(moved(d.get("occurred_on", ""), n, days)))
                for n, d in lines if d.get("sanctioned")}  # fmt: skip
        return sorted(said)

    def who(self, told: str) -> str:
        """Return who stands for a told officer; the party stays the party."""
        return self.people.get(told, told)

    def data(self, n: int, days: Days) -> dict[str, Any]:
        """Return the data of line n.  Numbers are drawn as they come up, names at once: a list may name a firm before it is drawn."""
        line, indexed = self.tale.lines[n], told_of(self.tale.version).indexed
        names = sorted(name for name, personal in indexed.items() if personal)
        early = [] if self.said else [(row, name) for row in self.tale.lines for name in names]
        for row, name in [*early, *((line, name) for name in indexed)]:
            for one in _strings(row.data.get(name)):
                self._replace(name, one, years(self.tale, one, days), n)
        self._house(line)
        told = {name: self._value(value, n, days) for name, value in line.data.items()}
        said = whole_pool(self.tale.version, line.does, told, self.holders)
        again = resampled(self.tale, n, lambda value: self._value(value, n, days))
        return {**said, **self._identity(line), **counted(self.tale, n, days), **again}

    def give_back(self, n: int) -> None:
        """Give back the numbers drawn for line n, which was refused."""
        for name, told in self.drawn.pop(n, []):
            number = self.said.pop(told)
            if name == RECEIPT:
                self.registers.give_back_receipt(number, told_of(self.tale.version).books)
            else:
                self.registers.give_back(name, number)

    def _house(self, line: Line) -> None:
        """Give the place of a visit to the party an address of its own, where it does not bear the party's name."""
        place = line.data.get("place")
        about = told_of(self.tale.version)
        if isinstance(place, str) and line.does in about.visits and place not in about.fixed and within(place, self.said) == place:
            self.said.setdefault(place, self.registers.address())

    def _identity(self, line: Line) -> dict[str, str]:
        """Return the party's identity number, where the form asks for it and the story leaves it out: clerks write it down."""
        told, lines = line.data.get(PARTY), self.tale.lines
        if line.does not in told_of(self.tale.version).numbered or not isinstance(told, str) or told not in self.said:
            return {}
        parties = {str(one.data[PARTY]) for one in lines if PARTY in one.data}
        if len(parties) > 1 or any(NUMBER in one.data or one.does == CHANGED for one in lines):
            return {}
        key = f"{NUMBER} {told}"
        if key not in self.said:
            self.registers.parties += 1
            self.said[key] = invent.identity_number(self.registers.parties, firm=len(told) >= SHORTEST)
        return {NUMBER: self.said[key]}

    def _replace(self, name: str, told: str, years: tuple[int, int], n: int = 0) -> None:
        about = told_of(self.tale.version)
        if told in self.said or told in about.fixed or _HASH.fullmatch(told) or told in self.people:
            return
        right = self.beside.get(told)
        if right is not None:
            self._replace(name, right, years, n)
            self.said[told] = as_far(told, right, self.said.get(right, right))
        elif name == RECEIPT and told.startswith(tuple(book["prefix"] for book in about.books)):
            self.said[told] = self.registers.receipt(told, about.books)
            self.drawn.setdefault(n, []).append((name, told))
        elif about.indexed[name] and not told.isascii():
            self.said[told] = self.registers.name(name, told)
        elif (second := second_under(told, self.said)) is not None:
            self.said[told] = second
        else:
            self.said[told] = self.registers.number(name, told, years)
            self.drawn.setdefault(n, []).append((name, told))

    def _value(self, value: Any, n: int, days: Days) -> Any:
        if isinstance(value, str):
            return self._text(value, n, days)
        if isinstance(value, Mapping):
            return {self._text(str(key), n, days): self._value(member, n, days) for key, member in value.items()}
        if isinstance(value, list | tuple):
            return [self._value(member, n, days) for member in value]
        return moved(value, n, days)

    def _text(self, text: str, n: int, days: Days) -> str:
        if text in self.said or text in self.people:
            return self.said.get(text) or self.people[text]
        shifted = moved(text, n, days)
        if shifted != text:
            return str(shifted)
        team = team_of(text)  # a line of people, as a draw has one for each firm
        if team.firm and team.members and self.people.keys() >= {*team.members, *team.spares}:
            return line_of(self._text(team.firm, n, days), map(self.who, team.members), map(self.who, team.spares))
        fixed = told_of(self.tale.version).fixed  # a published form is the same in every case
        text = _HASH.sub(lambda one: one[0] if one[0] in fixed else sha256(f"{self.key} {one[0]}".encode()).hexdigest(), text)
        return within(text, self.said)


def moved(value: Any, n: int, days: Days) -> Any:
    """Return a day or moment as it comes to lie, seen from line n; anything else as it is."""
    if isinstance(value, datetime):
        return format_instant(days.moment(value, n))
    if isinstance(value, date):
        return days.day(value, n).isoformat()
    if isinstance(value, str) and _DAY.fullmatch(value):
        return days.day(date.fromisoformat(value), n).isoformat()
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        return format_instant(days.moment(parse_instant(value), n))
    return value


def counted(tale: Tale, n: int, days: Days) -> dict[str, Any]:
    """Return what an officer counts on the day of a report: how many days the first of some acts lies back."""
    told = tale.lines[n].data.get(FIGURES)
    if not isinstance(told, Mapping):
        return {}
    seen = dict(told)
    for figure in tale.version.controls.get(REPORT, {}).get("figures", ()):
        first = next((k for k, line in enumerate(tale.lines[:n]) if line.does in figure["acts"]), None)
        if figure.get("days") and first is not None and seen.get(figure["code"]) == (days.told[n] - days.told[first]).days:
            seen[figure["code"]] = (days.played[n] - days.played[first]).days
    return {FIGURES: seen}


def whole_pool(version: PowerVersion, act: str, data: dict[str, Any], holders: Callable[[str], Sequence[str]]) -> dict[str, Any]:
    """Return the data of a list of inspectors with all who hold the posts there are: a story knows three of each."""
    setting = version.controls.get(POOL, {})
    if act not in setting.get("pools", ()) or "officer_pool" not in data:
        return data
    out = data.get("officer_exclusions") or {}
    every = dict.fromkeys(who for post in setting.get("posts", ()) for who in holders(post) if who not in out)
    return {**data, "officer_pool": list(every)}


def only_moved(tale: Tale, n: int, days: Days, said: Mapping[str, str]) -> dict[str, Any]:
    """Return the data of line n with its days moved and nothing else replaced but what is said of other years (`renumbered`)."""
    data = {name: _moved(value, n, days, said) for name, value in tale.lines[n].data.items()}
    return {**data, **counted(tale, n, days), **resampled(tale, n, lambda value: _moved(value, n, days, said))}


def _moved(value: Any, n: int, days: Days, said: Mapping[str, str]) -> Any:
    if isinstance(value, Mapping):
        return {_moved(key, n, days, said): _moved(member, n, days, said) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return [_moved(member, n, days, said) for member in value]
    shifted = moved(value, n, days)
    return within(shifted, said) if said and isinstance(shifted, str) else shifted
