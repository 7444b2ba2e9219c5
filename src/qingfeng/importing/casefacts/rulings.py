"""What was said of every case, kept beside the log: after a day's arrivals only the cases that it touched are judged again.

Kept are the rules whose answer for a case depends on its own acts alone (`steady`): one that asks what day it is, or compares cases, is
judged over all cases each time.  A digest of rules, mapping, calendar and program says of what the answers are; of the log, its digest.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

import qingfeng.detection
import qingfeng.facts
import qingfeng.importing.casefacts
from qingfeng.detection.foreign import Part
from qingfeng.facts.rows import Outcome
from qingfeng.facts.rule import Expr, GateRule, Gather, Op, Today
from qingfeng.importing.logs.canonical import Canonical

from .stream import holding, named

ABOUT = "rulings.json"
FORMAT = 1
Code = tuple[bool, str, str]
"""Whether an act of the rule is there, the outcome, why not evaluable."""


def steady(part: Part) -> bool:
    """True if what a rule says of a case changes with the acts of that case only."""
    return isinstance(part.rule, GateRule) and not part.shares and not any(map(_asks_today, (part.rule.applies, part.rule.violated)))


def _asks_today(expr: Expr) -> bool:
    match expr:
        case Today():
            return True
        case Op(_, args):
            return any(map(_asks_today, args))
        case Gather():
            return any(map(_asks_today, (expr.where, expr.value, expr.equals)))
    return False


def digest_of(*things: object) -> str:
    """Return a digest of plain data and dataclasses that is the same in every run."""
    return sha256(json.dumps(_plain(things), ensure_ascii=False).encode()).hexdigest()


@lru_cache(maxsize=1)
def program() -> str:
    """Return a digest of the program that judges: another release judges anew.  Raises OSError."""
    said = sha256()
    for folder in (qingfeng.detection, qingfeng.facts, qingfeng.importing.casefacts):
        (where,) = folder.__path__
        for path in sorted(Path(where).rglob("*.py")):
            said.update(path.read_bytes())
    return said.hexdigest()


def _plain(thing: object) -> Any:
    if isinstance(thing, Enum):
        return [type(thing).__name__, thing.name]
    if thing is None or isinstance(thing, str | int | float | bool):
        return thing
    if isinstance(thing, date):
        return thing.isoformat()
    if isinstance(thing, Mapping):
        return ["{}", *sorted(([_plain(key), _plain(value)] for key, value in thing.items()), key=json.dumps)]
    if isinstance(thing, set | frozenset):
        return ["set", *sorted((_plain(one) for one in thing), key=json.dumps)]
    if isinstance(thing, list | tuple):
        return ["[]", *(_plain(one) for one in thing)]
    assert is_dataclass(thing), f"rules are made of plain data: {type(thing)}"
    return [type(thing).__name__, *([one.name, _plain(getattr(thing, one.name))] for one in fields(thing))]


class Marks:
    """What the rules said of a batch of cases, one code a rule and case; 0: the rule was not asked."""

    def __init__(self, parts: Sequence[str], codes: Iterable[Code] = ()) -> None:
        self.parts = tuple(parts)
        self.codes: list[Code] = list(codes)
        self._number = {code: n for n, code in enumerate(self.codes, 1)}
        self._held: dict[str, Any] = {}
        self._names: Any = pa.array([], pa.string())

    def begin(self, names: Any) -> None:
        """Begin a batch.  names: of its cases."""
        self._names = names.combine_chunks() if isinstance(names, pa.ChunkedArray) else names
        self._held = {part: np.zeros(len(names), dtype=np.uint8) for part in self.parts}

    def put(self, part: str, where: Any, on: bool, outcome: Outcome, why: str = "") -> None:
        """Note what a rule says of some cases.  where: their places, or a truth for each."""
        if part not in self._held:
            return
        code = (on, outcome.value, why)
        number = self._number.get(code)
        if number is None:
            self.codes.append(code)
            number = self._number[code] = len(self.codes)
        self._held[part][where] = number

    def table(self) -> Any:
        """Return the batch."""
        return pa.table({"case": self._names.cast(pa.string()), **{part: pa.array(told) for part, told in self._held.items()}})


class Rulings:
    """The answers that are kept for one log."""

    def __init__(self, log: Canonical, of: str) -> None:
        """of: the digest of everything but the log that the answers depend on."""
        self.log, self.of = log, of
        self.about = self._read()

    def _read(self) -> dict[str, Any] | None:
        path = self.log.folder / ABOUT
        if not path.exists():
            return None
        try:
            said: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        except json.JSONDecodeError:
            return None  # cut off: judged anew
        if said.get("of") != self.of:
            return None
        files = [(self.log.folder / one["file"], one["bytes"]) for one in (*said["segments"], said["found"])]
        return said if all(file.exists() and file.stat().st_size == size for file, size in files) else None

    def touched(self) -> Any | None:
        """Return the cases to judge again; None if that is all of them."""
        if self.about is None or len(self.about["segments"]) >= MOST:
            return None
        found = self.log.touched(self.about["log"])
        return None if found is None or len(found) * SHARE > self.log.manifest["cases"] else found

    def marks(self, parts: Sequence[str], *, anew: bool) -> Marks:
        """Return empty marks whose codes go on from those that are kept."""
        return Marks(parts, () if anew or self.about is None else [(on, outcome, why) for on, outcome, why in self.about["codes"]])

    def totals(self, parts: Sequence[str], touched: Any | None) -> dict[str, Counter[int]]:
        """Return how often each code was given, but for the touched cases; nothing where all are judged anew."""
        if touched is None or self.about is None:
            return {part: Counter() for part in parts}
        told = {part: Counter({int(code): n for code, n in self.about["totals"][part].items()}) for part in parts}
        left = touched
        for one in reversed(self.about["segments"]):
            if not len(left):
                break
            with pq.ParquetFile(self.log.folder / one["file"]) as file:
                seen = []
                for n in holding(file, left):
                    table = named(file.read_row_group(n, columns=["case", *parts]), left)
                    seen.append(table.column("case").combine_chunks())
                    for part in parts:
                        told[part].subtract(counted(table.column(part)))
            found = pa.chunked_array(seen, pa.string())
            left = left.filter(pc.invert(pc.is_in(left, value_set=found))) if len(found) else left
        return told

    def found(self, touched: Any | None) -> Any | None:
        """Return the findings that stand: those of cases which nothing touched."""
        if touched is None or self.about is None:
            return None
        table = pq.read_table(self.log.folder / self.about["found"]["file"])
        return table.filter(pc.invert(pc.is_in(table.column("case"), value_set=touched)))

    def place(self, touched: Any | None) -> tuple[Path, Path]:
        """Return where the next segment and the next findings are to be written."""
        number = 0 if touched is None or self.about is None else int(self.about["next"])
        mark = sha256(f"{self.of}{self.log.manifest['sha256']}".encode()).hexdigest()[:8]
        return self.log.folder / f"rulings-{number:04d}-{mark}.parquet", self.log.folder / f"found-{number:04d}-{mark}.parquet"

    def keep(self, marks: Marks, totals: Mapping[str, Counter[int]], touched: Any | None, files: tuple[Path, Path], cases: int) -> None:
        """Say of the files that were written what they are; what no longer counts is removed.  Raises OSError."""
        former = [] if touched is None or self.about is None else self.about["segments"]
        segments = [*former, {"file": files[0].name, "bytes": files[0].stat().st_size, "cases": cases}]
        said = {"of": self.of, "log": self.log.manifest["sha256"], "codes": marks.codes, "parts": list(marks.parts), "segments": segments,
                "totals": {part: {str(code): n for code, n in told.items() if n} for part, told in totals.items()},
                "found": {"file": files[1].name, "bytes": files[1].stat().st_size}, "next": len(segments)}  # fmt: skip
        path = self.log.folder / ABOUT
        fresh = path.with_suffix(".tmp")
        fresh.write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")
        fresh.replace(path)
        live = {one["file"] for one in segments} | {files[1].name}
        for old in (*self.log.folder.glob("rulings-*.parquet"), *self.log.folder.glob("found-*.parquet")):
            if old.name not in live:
                old.unlink()


MOST = 60
"""Segments; with more of them, or where a day touches a quarter of the cases, all cases are judged anew."""
SHARE = 4


def counted(column: Any) -> Counter[int]:
    """Return how often each code stands in a column; 0 does not count."""
    told = np.bincount(column.to_numpy(), minlength=1)
    return Counter({code: int(n) for code, n in enumerate(told) if code and n})
