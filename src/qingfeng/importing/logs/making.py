"""Canonical rows of foreign ones: the values that the mapping names, read strictly; what cannot be read is told, never guessed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from functools import lru_cache
from typing import Any

from .mapping import Mapping_
from .source import Row, Unread
from .values import Odd, absent, field_value, instant, text_of

MANY = 10_000
"""Names that are counted apart; rarer ones together as `…`."""
NOBODY = frozenset({"null", "none", "nil", "nan", "n/a", "#n/a", "\\n", "-", "--", "—", "/", "?", "？", "无", "空", "未知", "不详", "unknown",
                    "undefined"})  # fmt: skip
"""What systems write where nobody is named: two acts of such are no proof of one hand.  Who is truly called so stands in `actors`."""


@dataclass(slots=True)
class Count:
    """What was met so far."""

    read: int = 0
    kept: int = 0
    midnights: int = 0
    unmapped: Counter[str] = field(default_factory=Counter)
    met: Counter[str] = field(default_factory=Counter)
    posts: Counter[str] = field(default_factory=Counter)
    nobodies: Counter[str] = field(default_factory=Counter)
    quarantined: Counter[str] = field(default_factory=Counter)
    columns: set[str] = field(default_factory=set)

    def plain(self) -> dict[str, Any]:
        """Return it as data."""
        return {"read": self.read, "kept": self.kept, "midnights": self.midnights, "unmapped": dict(self.unmapped),
                "met": dict(self.met), "posts": dict(self.posts), "nobodies": dict(self.nobodies),
                "quarantined": dict(self.quarantined), "columns": sorted(self.columns)}  # fmt: skip

    def add(self, said: Mapping[str, Any]) -> None:
        """Add what a part counted."""
        self.read += said["read"]
        self.kept += said["kept"]
        self.midnights += said["midnights"]
        self.unmapped.update(said["unmapped"])
        self.met.update(said["met"])
        self.posts.update(said["posts"])
        self.nobodies.update(said.get("nobodies", {}))
        for counter in (self.unmapped, self.posts):
            if len(counter) > MANY:
                rare = counter.most_common()[MANY:]
                counter["…"] += sum(n for _, n in rare)
                for name, _ in rare:
                    del counter[name]
        self.quarantined.update(said["quarantined"])
        self.columns |= set(said["columns"])


class Maker:
    """Makes canonical rows of foreign ones."""

    def __init__(self, mapping: Mapping_, zone: tzinfo | None) -> None:
        self._mapping, self._zone = mapping, zone
        self._named = frozenset(mapping.columns())
        self._must = (mapping.case, mapping.activity, mapping.at)
        self._fields = [(name, where.column, where.kind) for name, where in sorted(mapping.fields.items())]
        self._extra = json.JSONEncoder(ensure_ascii=False, sort_keys=True, default=str).encode
        self._said_once = lru_cache(maxsize=1_000)(lambda *pairs: self._extra(dict(pairs)))
        self._nobody = lru_cache(maxsize=MANY)(lambda name: name not in mapping.actors and name.strip().casefold() in NOBODY)

    def made(self, row: Row | Unread, number: int, count: Count) -> tuple[object, ...] | Unread | None:
        """Return the values of the canonical row in the order of its columns, why it is put aside, or None if its act is none of ours."""
        if isinstance(row, Unread):
            return row
        mapping = self._mapping
        if not row.keys() <= count.columns:
            count.columns |= row.keys()
        for column in self._must:
            if absent(row.get(column)):
                return Unread(f"no {column}", _seen(row))
        try:
            activity = text_of(row[mapping.activity])
            act = mapping.activities.get(activity)
            (count.met if activity in mapping.activities else count.unmapped)[activity] += 1
            if act is None:
                return None
            at = instant(row[mapping.at], self._zone)
            entered = row.get(mapping.entered) if mapping.entered else None
            actor = _text(row, mapping.actor)
            if actor is not None and self._nobody(actor):
                count.nobodies[actor] += 1
                actor = None
            post = _text(row, mapping.post)
            if post is not None and post not in mapping.posts:
                count.posts[post] += 1
            own = (
                text_of(row[mapping.case]), act, actor if actor is None else mapping.actors.get(actor, actor),
                post if post is None else mapping.posts.get(post), at.utc, at.offset,
                    at.whole_day or (at.midnight and not mapping.midnights),
                None if absent(entered) else instant(entered, self._zone).utc, number, _text(row, mapping.id),
            )  # fmt: skip
        except Odd as odd:
            return Unread(str(odd), _seen(row))
        said = []
        for name, column, kind in self._fields:
            try:
                said.append(field_value(row.get(column), kind))
            except Odd as odd:
                return Unread(f"{name}: {odd}", _seen(row))
        count.midnights += at.midnight
        return (*own, *said, self._rest(row))

    def _rest(self, row: Row) -> str | None:
        """Return what the mapping does not name, as JSON."""
        named = self._named
        rest = [one for one in row.items() if one[1] is not None and one[0] not in named]
        if not rest:
            return None
        for _, value in rest:
            if type(value) is not str:  # 1, 1.0 and True are one key, but not one text
                return self._extra(dict(rest))
        return self._said_once(*rest)


def _text(row: Row, column: str | None) -> str | None:
    return None if column is None or absent(row.get(column)) else text_of(row[column])


def _seen(row: Row) -> str:
    return json.dumps(dict(row), ensure_ascii=False, default=str)[:500]
