"""Entries of many cases from one: the same fields, but ids, numbers of their own and fresh salts, sealed to the byte.

A die is cut from what `engine.event.sealed` makes of each event, so the format of an entry stays in one place; only salts,
commitments, the stream and the names of people are left open.  Tests check every stamped entry with `ledger.entry.broken`.
"""

from __future__ import annotations

import json
import re
from binascii import b2a_base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from typing import Any

from qingfeng.casework.ports import CaseRow, DeadlineRow, Use
from qingfeng.casework.projection import notes_of
from qingfeng.casework.records import sealed
from qingfeng.engine.case import Case, fold
from qingfeng.ledger.canonical import canonical
from qingfeng.ledger.entry import SALT_BYTES, Salts, Sealed
from qingfeng.terms.names import key_of
from qingfeng.terms.sharing import firm_key

_URLSAFE = bytes.maketrans(b"+/", b"-_")
_SALT_TEXT, _SALT_PAD, _SALT_STEP = 22, b"\0\0", 24
_DIGEST_TEXT, _DIGEST_PAD, _DIGEST_STEP = 43, b"\0", 44
"""Base64 of 16 (32) bytes without padding is the start of that of 18 (33) bytes: so all of a case is encoded in one go."""
WholeCase = tuple[list[Sealed], CaseRow, list[DeadlineRow], list[Use]]
"""What casework.ports.Store.append_bulk takes per case."""
_HOLE = re.compile(rb"@@(\w+)@@")
_MARK = "印模待名机械厂"
"""Stands for the name that goes in, while it is found out what is noted of it."""


@dataclass(frozen=True, slots=True)
class _Part:
    """One event.  entry, opening, private: bytes with %b for what is filled in; hashed: per field its bytes, or before and after a name."""

    seq: int
    entry: bytes
    order: tuple[int, ...]  # fields in the order of their commitments in the entry
    opening: bytes
    private: bytes | None
    hashed: tuple[bytes | tuple[bytes, bytes], ...]  # open fields, then personal ones
    opened: int  # how many of them are open
    named: tuple[bool, ...]  # personal fields: does a person's name go in


@dataclass(frozen=True, slots=True)
class Die:
    """A case to be stamped."""

    series: str  # of its number: power/year
    parts: tuple[_Part, ...]
    fields: int
    row: CaseRow
    deadlines: tuple[DeadlineRow, ...]
    uses: tuple[tuple[str, str | Callable[[str], str | None], int], ...]  # a function makes the value of the name that goes in


def cut(case: Case, row: CaseRow, deadlines: Sequence[DeadlineRow], *, series: str) -> Die:
    """Return the die of a case; row and deadlines are its projection."""
    personal = {f.id for r in case.version.procedure.rows for f in r.word.fields if f.personal}
    parts = []
    for event in case.events:
        plain = replace(event, stream="case/x", private=frozenset(personal & event.data.keys()))
        parts.append(_part(sealed(plain, salts=bytes)))
    uses = tuple(_use(*use) for use in notes_of(_renamed(case, personal)))
    return Die(series, tuple(parts), sum(len(p.hashed) for p in parts), row, tuple(deadlines), uses)


def _renamed(case: Case, personal: set[str]) -> Case:
    """Return the case with the mark in place of every text that a name will take."""
    texts = [replace(e, data={f: _MARK if f in personal and isinstance(v, str) else v for f, v in e.data.items()}) for e in case.events]
    return fold(case.id, case.version, texts)


def _use(field: str, value: str, seq: int) -> tuple[str, str | Callable[[str], str | None], int]:
    """Return what a note says, with what makes it of the name where it came from the mark."""
    if value == firm_key(_MARK):
        return field, firm_key, seq
    return field, partial(key_of, field) if value == key_of(field, _MARK) else value, seq


def _part(made: Sealed) -> _Part:
    envelope = json.loads(made.entry)
    opening = json.loads(made.opening)
    private = json.loads(made.private) if made.private is not None else {}
    names = [*sorted(opening), *sorted(private)]
    place = {name: n for n, name in enumerate(names)}
    envelope["stream"] = "@@stream@@"
    envelope["commit"] = {name: f"@@{place[name]}@@" for name in envelope["commit"]}
    entry, holes = _with_holes(canonical(envelope))
    assert holes[-1] == "stream", "the stream stands behind the commitments"
    named = tuple(isinstance(private[name][1], str) for name in sorted(private))
    hashed: list[bytes | tuple[bytes, bytes]] = [canonical([name, opening[name][1]]) for name in sorted(opening)]
    for name, has_name in zip(sorted(private), named, strict=True):
        hashed.append((canonical([name, ""])[:-2], b'"]') if has_name else canonical([name, private[name][1]]))
    open_fmt, _ = _with_holes(canonical({name: ["@@salt@@", opening[name][1]] for name in opening}))
    private_fmt, _ = _with_holes(canonical(_private(private, named)))
    return _Part(made.seq, entry, tuple(int(h) for h in holes[:-1]), open_fmt, private_fmt if private else None,
                 tuple(hashed), len(opening), named)  # fmt: skip


def _private(private: dict[str, Any], named: Sequence[bool]) -> dict[str, list[Any]]:
    return {
        name: ["@@salt@@", "@@name@@" if has_name else private[name][1]]
        for name, has_name in zip(sorted(private), named, strict=True)
    }


def _with_holes(raw: bytes) -> tuple[bytes, list[str]]:
    """Return a pattern for % and the names of its holes in order."""
    holes = [m.decode() for m in _HOLE.findall(raw)]
    return _HOLE.sub(b"%b", raw.replace(b"%", b"%%")), holes


def stamp(die: Die, case_id: str, *, name: bytes, salts: Salts) -> WholeCase:
    """Return a new case: its entries, row and deadlines.  name: UTF-8, without quotes, backslashes or control characters."""
    pool = salts(SALT_BYTES * die.fields)
    each = [pool[at : at + SALT_BYTES] for at in range(0, len(pool), SALT_BYTES)]
    texts = _base64(each, _SALT_PAD, _SALT_STEP, _SALT_TEXT)
    digests, at = [], 0
    for part in die.parts:
        for hashed in part.hashed:
            said = hashed if isinstance(hashed, bytes) else hashed[0] + name + hashed[1]
            digests.append(sha256(each[at] + said).digest())
            at += 1
    commits = _base64(digests, _DIGEST_PAD, _DIGEST_STEP, _DIGEST_TEXT)
    stream = "case/" + case_id
    raw_stream = stream.encode()
    made, at = [], 0
    for part in die.parts:
        here = commits[at : at + len(part.hashed)]
        entry = part.entry % (*[here[n] for n in part.order], raw_stream)
        opening = part.opening % tuple(texts[at : at + part.opened])
        private = None
        if part.private is not None:
            filled: list[bytes] = []
            for n, has_name in enumerate(part.named, at + part.opened):
                filled += (texts[n], name) if has_name else (texts[n],)
            private = part.private % tuple(filled)
        made.append(Sealed(stream, part.seq, entry, opening, private))
        at += len(part.hashed)
    said_name = name.decode()
    noted = ((field, value if isinstance(value, str) else value(said_name), seq) for field, value, seq in die.uses)
    uses = [(field, value, seq) for field, value, seq in noted if value is not None]
    return made, replace(die.row, case=case_id), [replace(d, case=case_id) for d in die.deadlines], uses


def _base64(items: Sequence[bytes], pad: bytes, step: int, length: int) -> list[bytes]:
    """Return the URL-safe base64 of equally long items, without padding."""
    joined = b2a_base64(pad.join(items) + pad, newline=False).translate(_URLSAFE)
    return [joined[at : at + length] for at in range(0, len(joined), step)]
