"""The file or database that a log comes from: what kind it is, its hash, its bytes unpacked, all as a stream."""

from __future__ import annotations

import gzip
import sqlite3
import zlib
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO

from qingfeng.importing.failure import ImportFailed
from qingfeng.terms.text import Text

BLOCK = 1 << 20
Row = Mapping[str, object]
"""One event of a foreign log by the names of its columns; values as they stand there."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A row that cannot be read.  reason: the word under which it is counted; what: how it looks; case, act: whose it is, where known."""

    reason: str
    what: str
    case: str | None = None
    act: str | None = None


class Spread(dict[str, object]):
    """One of the rows that an event related to several objects comes to.  several: by column all its objects, where there are more."""

    several: Mapping[str, tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class Source:
    """A log as it lies there.  kind: csv, xes, ocel_json, ocel_xml, ocel_sqlite, sqlite, parquet, xlsx, postgresql."""

    where: str
    kind: str
    digest: str
    size: int
    utf8: bool = True
    packed: bool = False
    query: str | None = None


def failed(zh: str, en: str) -> ImportFailed:
    """Return a failure with its words."""
    return ImportFailed(Text(zh=zh, en=en))


def source_of(where: str, *, query: str | None = None, progress: Callable[[int], None] = lambda n: None) -> Source:
    """Look at a log: read it once for its hash.  Raises ImportFailed, OSError."""
    if where.startswith(("postgresql://", "postgres://")):
        if query is None:
            raise failed("数据库的日志须用 --query 写明查询语句。", "A log in a database needs --query with a SELECT.")
        return Source(where, "postgresql", sha256(query.encode()).hexdigest(), 0, query=query)
    path = Path(where)
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    hashed, size, utf8 = sha256(), 0, True
    decoder = getincrementaldecoder("utf-8")("strict")
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            hashed.update(block)
            size += len(block)
            utf8 = utf8 and (packed or _decodes(decoder, block))
            progress(size)
    if not size:
        raise failed("文件是空的。请核对导出是否完整。", "The file is empty; check that the export was completed.")
    found = Source(where, "", hashed.hexdigest(), size, utf8, packed, query)
    with unpacked(found) as file:
        head = file.read(4096)
    kind = _kind(path, head)
    if packed and kind == "csv":
        with unpacked(found) as file:
            decoder = getincrementaldecoder("utf-8")("strict")
            utf8 = all(_decodes(decoder, block) for block in _blocks(file))
    return Source(where, kind, found.digest, size, utf8, packed, query)


def _decodes(decoder: object, block: bytes) -> bool:
    try:
        decoder.decode(block)  # type: ignore[attr-defined]
    except UnicodeDecodeError:
        return False
    return True


def _blocks(file: IO[bytes]) -> Iterator[bytes]:
    while block := file.read(BLOCK):
        yield block


def _kind(path: Path, head: bytes) -> str:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"SQLite format 3\x00"):
        return _sqlite_kind(path)
    if head.startswith(b"PK\x03\x04"):
        return "xlsx"
    if start.startswith(b"<"):
        return "ocel_xml" if b"<log" in start and b"xes" not in start.lower() and b"<object-types" in start else "xes"
    if start.startswith(b"{"):
        return "ocel_json"
    if b"\x00" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise failed("不认识的文件；可读 XES、OCEL 2.0、CSV、Excel（xlsx）、Parquet、SQLite。",
                     "An unknown kind of file; XES, OCEL 2.0, CSV, Excel (xlsx), Parquet and SQLite are read.")  # fmt: skip
    return "csv"


def _sqlite_kind(path: Path) -> str:
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
        try:
            tables = {str(name) for (name,) in db.execute("SELECT name FROM sqlite_master")}
        except sqlite3.Error as error:
            raise failed(f"SQLite文件已损坏（{error}）。", f"The SQLite file is damaged ({error}).") from error
    return "ocel_sqlite" if {"event", "object", "event_object", "event_map_type"} <= tables else "sqlite"


@contextmanager
def unpacked(source: Source) -> Iterator[IO[bytes]]:
    """Open the bytes of a file, unpacked if it was packed by gzip.  A truncated one raises ImportFailed when its end is reached."""
    try:
        if source.packed:
            with gzip.open(source.where, "rb") as packed:
                yield packed  # type: ignore[misc]
        else:
            with Path(source.where).open("rb") as plain:
                yield plain
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise failed(f"压缩文件不完整或已损坏（{error}）；请重新传输后再导入。",
                     f"The packed file is cut short or damaged ({error}); copy it again and import that.") from error  # fmt: skip
