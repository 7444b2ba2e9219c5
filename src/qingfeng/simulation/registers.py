"""The counters of an invented agency: which number comes next, which names, addresses and hours are taken."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from random import Random

from . import invent

RECEIPT = "receipt_no"
SHORTEST = 4
"""Characters that a name or number must have to be replaced inside a longer text; a shorter name is a person's."""
FEW, WIDE = 8, 200
"""Names that are tried before one is told apart by a numeral: so many of a small choice, then of a large one."""
NUMERAL = re.compile(r"\d+(?=\D*$)")


class BooksUsedUp(Exception):
    """The registered books of receipts have no number left: the power must register more."""


Visit = tuple[frozenset[str], str, str]  # officers, started, ended
Sanction = tuple[str, str, str]  # who, for what, of which day ("" if that is not said)


@dataclass(slots=True)
class Registers:
    """The agency's counters: what the next number of each kind is, which names are taken.  used: is a value said in the store?"""

    rng: Random
    used: Callable[[str, str], bool]
    counters: dict[tuple[str, str, str], int] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    visits: dict[str, list[Visit]] = field(default_factory=dict)  # day -> who was out, from when to when
    sanctions: dict[tuple[str, str], set[str]] = field(default_factory=dict)  # who, for what -> days
    given_back: dict[tuple[str, str, str], list[int]] = field(default_factory=dict)  # numbers of acts that were refused
    places: int = 0
    parties: int = 0

    def free(self, visits: Sequence[Visit], sanctions: Sequence[Sanction] = ()) -> bool:
        """True if none of these officers is out elsewhere at that time nor sanctioned for that already; then they are taken for it."""
        for who, what, day in sanctions:
            days = self.sanctions.get((who, what), set())
            if day in days or "" in days or (days and not day):
                return False
        for officers, first, last in visits:
            for others, begins, ends in self.visits.get(first[:10], ()):
                if officers & others and first < ends and begins < last:
                    return False
        for visit in visits:
            self.visits.setdefault(visit[1][:10], []).append(visit)
        for who, what, day in sanctions:
            self.sanctions.setdefault((who, what), set()).add(day)
        return True

    def number(self, field_id: str, told: str, year: tuple[int, int]) -> str:
        """Return the next number that reads like the told one, first what was given back.  year: as told, as played."""
        head, digits, tail = parts(told)
        head = head.replace(str(year[0]), str(year[1]))
        back = self.given_back.get((field_id, head, tail), [])
        while True:
            count = heappop(back) if back else self.counters.get((field_id, head, tail), 0) + 1
            self.counters[field_id, head, tail] = max(count, self.counters.get((field_id, head, tail), 0))
            number = f"{head}{count:0{len(digits)}d}{tail}"
            if not self.used(field_id, number):
                return number

    def give_back(self, field_id: str, number: str) -> None:
        """Take back a number that nobody used, because the act was refused: the next that asks for one of the series gets it."""
        head, digits, tail = parts(number)
        if (field_id, head, tail) in self.counters:
            heappush(self.given_back.setdefault((field_id, head, tail), []), int(digits))

    def give_back_receipt(self, number: str, books: tuple[Mapping[str, str], ...]) -> None:
        """Take back a receipt that nobody used, if none after it was used either."""
        for book in (b for b in books if number.startswith(b["prefix"])):
            key, said = (RECEIPT, book["prefix"], book["first"]), number.removeprefix(book["prefix"])
            if said.isdecimal() and self.counters.get(key) == int(said):
                self.counters[key] = int(said) - 1

    def address(self) -> str:
        """Return an address at which no other case has been."""
        self.places += 1
        return invent.address(self.places - 1)

    def name(self, field_id: str, told: str) -> str:
        """Return the name of a firm (of a person, where the told one is as short as a person's) that no case bears."""
        invented = invent.person if len(told) < SHORTEST else invent.firm
        for name in (invented(self.rng, wide=n >= FEW) for n in range(WIDE)):
            if name not in self.names and not self.used(field_id, name):
                break
        else:
            name = self.number(field_id, f"{name}1{'' if len(told) < SHORTEST else '厂'}", (0, 0))
        self.names.add(name)
        return name

    def receipt(self, told: str, books: tuple[Mapping[str, str], ...]) -> str:
        """Return the next receipt of the told one's book, of another where that is full.  Raises BooksUsedUp."""
        for book in sorted(books, key=lambda b: not told.startswith(b["prefix"])):
            key, width = (RECEIPT, book["prefix"], book["first"]), len(book["first"])
            count = self.counters.get(key, int(book["first"]) - 1) + 1
            while count <= int(book["last"]) and self.used(RECEIPT, f"{book['prefix']}{count:0{width}d}"):
                count += 1
            self.counters[key] = count - 1
            if count <= int(book["last"]):
                self.counters[key] = count
                return f"{book['prefix']}{count:0{width}d}"
        raise BooksUsedUp(told)


def parts(number: str) -> tuple[str, str, str]:
    """Return a number's head, digits and tail; a word without digits is followed by them."""
    found = NUMERAL.search(number)
    return (number[: found.start()], found[0], number[found.end() :]) if found else (number + "-", "1", "")
