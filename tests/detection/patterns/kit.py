"""A log written by hand for the tests of patterns: few words an act, the rest by default."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from qingfeng.detection.pattern import Verdict
from qingfeng.detection.relations import RELATIONS
from qingfeng.detection.survey import survey
from qingfeng.store.analytics import Analytics

BEGIN = datetime(2026, 3, 2, 9, 0, 7)  # a Monday
TODAY = date(2026, 12, 31)


class Book:
    """Rows of the relations, and who is guilty in them."""

    def __init__(self) -> None:
        self.rows: dict[str, list[tuple[object, ...]]] = {name: [] for name in RELATIONS}
        self.guilty = ""
        self._seqs: dict[str, int] = {}
        number = 0
        for n in range(-60, 400):
            day = BEGIN.date() + timedelta(days=n)
            number += day.weekday() < 5
            self.rows["calendar"].append((day, number, day.weekday() < 5))

    def act(self, case: object, act: str, actor: str | None, at: datetime, **said: Any) -> int:
        """Write an act; return its number."""
        name = str(case)
        seq = self._seqs[name] = self._seqs.get(name, 0) + 1
        whole = {"case_id": name, "seq": seq, "power": "p", "act": act, "actor": actor, "post": "post", "at": at, "entered": at, **said}
        self.rows["acts"].append(tuple(whole.get(column) for column in RELATIONS["acts"]))
        return seq

    def read(self, case: object, reader: str, at: datetime) -> None:
        """Write a reading."""
        self.rows["reads"].append((str(case), reader, "post", at, "file"))

    def blank(self, relation: str, columns: tuple[str, ...]) -> None:
        """Empty columns, as in a log that does not keep them."""
        places = {list(RELATIONS[relation]).index(column) for column in columns}
        self.rows[relation] = [tuple(None if n in places else value for n, value in enumerate(row)) for row in self.rows[relation]]

    def drop(self, relation: str, acts: tuple[str, ...] = ()) -> None:
        """Leave out rows of a relation: all, or those of certain acts."""
        place = list(RELATIONS["acts"]).index("act")
        self.rows[relation] = [row for row in self.rows[relation] if acts and row[place] not in acts]

    def verdict(self, name: str) -> Verdict:
        """Return what a pattern says of the log."""
        session = Analytics(self.rows, threads=1)
        try:
            (verdict,) = survey(session.ask, today=TODAY, only=[name])
        finally:
            session.close()
        return verdict


def day(n: float) -> datetime:
    """Return a moment n working days on, at some minute of the morning."""
    whole = int(n)
    return BEGIN + timedelta(days=whole + 2 * (whole // 5), minutes=(37 * whole + 11) % 170)
