"""Canonical rows of foreign ones: the values that the mapping names, read strictly; what cannot be read is told, never guessed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from functools import lru_cache
from typing import Any
from unicodedata import category, normalize

from .mapping import Kind, Mapping_
from .source import Row, Spread, Unread
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
    several: Counter[str] = field(default_factory=Counter)
    columns: set[str] = field(default_factory=set)

    def plain(self) -> dict[str, Any]:
        """Return it as data."""
        return {"read": self.read, "kept": self.kept, "midnights": self.midnights, "unmapped": dict(self.unmapped),
                "met": dict(self.met), "posts": dict(self.posts), "nobodies": dict(self.nobodies),
                "quarantined": dict(self.quarantined), "several": dict(self.several), "columns": sorted(self.columns)}  # fmt: skip

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
        self.several.update(said.get("several", {}))
        self.columns |= set(said["columns"])


class Maker:
    """Makes canonical rows of foreign ones."""

    def __init__(self, mapping: Mapping_, zone: tzinfo | None) -> None:
        self._mapping, self._zone = mapping, zone
        self._named = frozenset(mapping.columns())
        self._must = (mapping.case, mapping.activity, mapping.at)
        self._fields = [(name, where.column, where.kind) for name, where in sorted(mapping.fields.items())]
        self._spelled = {folded(name): act for name, act in mapping.activities.items()}
        self._near = lru_cache(maxsize=MANY)(lambda name: self._spelled.get(folded(name)))
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
        if type(row) is Spread and self._repeats(row, count):
            return None
        for column in self._must:
            if absent(row.get(column)):
                return self._aside(row, f"no {column}")
        try:
            activity = text_of(row[mapping.activity])
            act = mapping.activities.get(activity)
            (count.met if activity in mapping.activities else count.unmapped)[activity] += 1
            if act is None:
                spelt = activity not in mapping.activities and self._near(activity)  # ours, but for the spelling
                return self._aside(row, "activity spelled otherwise", str(spelt)) if spelt else None
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
            return self._aside(row, str(odd))
        said = []
        for name, column, kind in self._fields:
            try:
                many = row.several.get(column) if type(row) is Spread and kind is Kind.LINES else None
                said.append(field_value(list(many) if many else row.get(column), kind))
            except Odd as odd:
                return self._aside(row, f"{name}: {odd}")
        count.midnights += at.midnight
        return (*own, *said, self._rest(row))

    def _aside(self, row: Row, reason: str, act: str | None = None) -> Unread | None:
        """Put a row aside, with the case and the act whose record is then not whole; None where it is none of ours."""
        mapping = self._mapping
        case, activity = (None if absent(row.get(column)) else _said(row[column]) for column in (mapping.case, mapping.activity))
        act = act or (None if activity is None else mapping.activities.get(activity))
        if case is not None and activity is not None and act is None:
            case = None  # it is known to be none of our acts: nothing of ours is missing
        return Unread(reason, _seen(row), case, act)

    def _repeats(self, row: Spread, count: Count) -> bool:
        """True if another row stands for the event in its case.  In the one that does, a column of ours with several objects is empty,
        unless it holds a list: which of them is meant nobody can say."""
        others = [name for name in row.several if name != self._mapping.case]
        if any(row[name] != row.several[name][0] for name in others):
            return True
        for name in others:
            if name in self._named:
                count.several[name] += 1
                row[name] = None
        return False

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


def folded(name: str) -> str:
    """Return a name as it sounds: without blanks and what cannot be seen, large and small, wide and narrow alike, one kind of quote."""
    plain = normalize("NFKC", name).translate(_QUOTES)
    return "".join(sign for sign in plain if not (sign.isspace() or category(sign) in ("Cf", "Cc"))).casefold()


_QUOTES = str.maketrans(dict.fromkeys("’‘`´ʼ＇", "'") | dict.fromkeys("–—‐‑−", "-"))


def _said(value: object) -> str | None:
    try:
        return text_of(value)
    except Odd:
        return None


def _text(row: Row, column: str | None) -> str | None:
    return None if column is None or absent(row.get(column)) else text_of(row[column])


def _seen(row: Row) -> str:
    return json.dumps(dict(row), ensure_ascii=False, default=str)[:500]
