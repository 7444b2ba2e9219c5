"""A witness (c2sp.org/tlog-witness): cosigns a log's checkpoint only if it continues the last one it cosigned, and keeps all it ever saw.

A small service of its own, at the discipline office, the justice bureau, a higher agency: own database, own key, nothing of the agency's.
What is refused though the log signed it is proof that the log misbehaved, and is kept as such.
"""

from __future__ import annotations

import re
import sqlite3
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from qingfeng.ledger.checkpoint import Checkpoint, checkpoint_in
from qingfeng.ledger.merkle import HASH_BYTES, MAX_SIZE, Hash, consistent, sha_256
from qingfeng.ledger.note import BadNote, Note, Signature, Verifier, checked, parsed
from qingfeng.ledger.proof import MAX_PATH

MAX_BODY = 200_000
"""Bytes of one request: 63 hashes and a checkpoint with all its signatures."""
_OLD = re.compile("old (0|[1-9][0-9]{0,18})")
_TABLES = """
CREATE TABLE IF NOT EXISTS head (origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL, note TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS seen (
  id INTEGER PRIMARY KEY, seconds INTEGER NOT NULL, origin TEXT NOT NULL, size INTEGER NOT NULL, status INTEGER NOT NULL,
  note TEXT NOT NULL, proof TEXT NOT NULL
);
CREATE TRIGGER IF NOT EXISTS seen_kept BEFORE DELETE ON seen BEGIN SELECT RAISE(ABORT, 'what was seen is kept'); END;
CREATE TRIGGER IF NOT EXISTS seen_stays BEFORE UPDATE ON seen BEGIN SELECT RAISE(ABORT, 'what was seen is never changed'); END;
CREATE TRIGGER IF NOT EXISTS head_kept BEFORE DELETE ON head BEGIN SELECT RAISE(ABORT, 'a head is kept'); END;
CREATE TRIGGER IF NOT EXISTS head_grows BEFORE UPDATE ON head WHEN NEW.size < OLD.size
BEGIN SELECT RAISE(ABORT, 'a head never goes back'); END;
"""


class Cosigner(Protocol):
    """A witness's private key."""

    @property
    def verifier(self) -> Verifier:
        """The public key."""
        ...

    def cosign(self, text: str, seconds: int) -> Signature:
        """Return a cosignature of a checkpoint's text at a POSIX time."""
        ...


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered over HTTP."""

    status: int
    body: str = ""
    kind: str = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as read.  old: the size that the log thinks was cosigned last."""

    old: int
    proof: tuple[bytes, ...]
    note: Note


class BadRequest(ValueError):
    """Bytes that are no request."""


@dataclass(frozen=True, slots=True)
class Watched:
    """A log that is witnessed: its keys, and its hash function."""

    keys: tuple[Verifier, ...]
    digest: Hash = sha_256


class Witness:
    """A witness over its database.  logs: by origin; now: POSIX seconds."""

    def __init__(self, path: Path, signer: Cosigner, logs: Mapping[str, Watched], *, now: Callable[[], int]) -> None:
        """Open or make the database.  Raises sqlite3.Error."""
        self._path, self._signer, self._logs, self._now = path, signer, logs, now
        with closing(sqlite3.connect(path)) as database:
            database.execute("PRAGMA journal_mode = WAL")
            database.executescript(_TABLES)

    def add_checkpoint(self, body: bytes) -> Answer:
        """Answer POST add-checkpoint.  Raises sqlite3.Error: then nothing was cosigned."""
        try:
            asked = asked_in(body)
            origin = asked.note.text.partition("\n")[0]
        except (BadRequest, BadNote) as error:
            return Answer(400, f"{error}\n")
        log = self._logs.get(origin)
        if log is None:
            return Answer(404, "this log is not witnessed here\n")
        try:
            signed = checked(asked.note, log.keys)
        except BadNote as error:
            return Answer(403, f"{error}\n")
        if not signed:
            return Answer(403, "no key of the log has signed this\n")
        try:
            head = checkpoint_in(asked.note.text, log.digest)
        except BadNote as error:
            return self._kept(origin, asked, -1, Answer(422, f"{error}\n"))
        if asked.old > head.size:
            return Answer(400, "the old size is larger than the checkpoint's\n")
        return self._decide(log, head, asked)

    def latest(self, origin_hash: str) -> Answer:
        """Answer GET <hash of the origin>/checkpoint: the head with our cosignature."""
        for origin in self._logs:
            if sha256(origin.encode()).hexdigest() == origin_hash:
                with self._database() as database:
                    row = database.execute("SELECT note FROM head WHERE origin = ?", (origin,)).fetchone()
                return Answer(200, str(row[0])) if row else Answer(404, "nothing was cosigned yet\n")
        return Answer(404, "this log is not witnessed here\n")

    def refused(self) -> Sequence[tuple[int, str, int, int, str]]:
        """Return every checkpoint that a log signed and we refused: (POSIX time, origin, size, status, note)."""
        with self._database() as database:
            rows = database.execute("SELECT seconds, origin, size, status, note FROM seen WHERE status = 422 ORDER BY id")
            return [(int(t), str(o), int(n), int(s), str(note)) for t, o, n, s, note in rows]

    def _decide(self, log: Watched, head: Checkpoint, asked: Asked) -> Answer:
        """Compare with the last head and, in the same transaction, put the new one in its place."""
        with self._database() as database:
            database.execute("BEGIN IMMEDIATE")
            row = database.execute("SELECT size, root FROM head WHERE origin = ?", (head.origin,)).fetchone()
            size, root = (int(row[0]), bytes(row[1])) if row else (0, log.digest(b""))
            edited = self._edited(database, head.origin, size, root)
            if edited is not None:
                return Answer(503, f"{edited}; nothing was cosigned\n")
            if size != asked.old:
                return Answer(409, f"{size}\n", "text/x.tlog.size")
            fits = consistent(size, head.size, asked.proof, root, head.root, log.digest)
            if not fits:
                answer = Answer(422, "this checkpoint does not continue the one that was cosigned last\n")
            else:
                seconds = self._now()
                line = self._signer.cosign(asked.note.text, seconds)
                ours = Note(asked.note.text, (*_of(asked.note, log.keys), line))
                database.execute(
                    "INSERT INTO head VALUES (?, ?, ?, ?)"
                    " ON CONFLICT (origin) DO UPDATE SET size = excluded.size, root = excluded.root, note = excluded.note",
                    (head.origin, head.size, head.root, ours.whole),
                )
                answer = Answer(200, line.line)
            self._keep(database, head.origin, asked, head.size, answer.status)
            database.execute("COMMIT")
        return answer

    def edited(self) -> Sequence[str]:
        """Return the logs whose head in the database is not the last that was cosigned: somebody changed the database by hand."""
        found = []
        with self._database() as database:
            for origin, log in self._logs.items():
                row = database.execute("SELECT size, root FROM head WHERE origin = ?", (origin,)).fetchone()
                size, root = (int(row[0]), bytes(row[1])) if row else (0, log.digest(b""))
                if self._edited(database, origin, size, root) is not None:
                    found.append(origin)
        return found

    def _edited(self, database: sqlite3.Connection, origin: str, size: int, root: bytes) -> str | None:
        """Return why the head is not the last checkpoint among those seen that was cosigned, None if it is; both are written together."""
        row = database.execute("SELECT note FROM seen WHERE origin = ? AND status = 200 ORDER BY id DESC LIMIT 1", (origin,)).fetchone()
        try:
            last = checkpoint_in(parsed(str(row[0])).text, self._logs[origin].digest) if row else None
        except BadNote as error:
            return f"what this witness has seen was changed: {error}"
        if (last.size, last.root) == (size, root) if last is not None else size == 0:
            return None
        return "the head of this witness's database is not the last one that it cosigned: the database was changed by hand"

    def _kept(self, origin: str, asked: Asked, size: int, answer: Answer) -> Answer:
        with self._database() as database:
            database.execute("BEGIN IMMEDIATE")
            self._keep(database, origin, asked, size, answer.status)
            database.execute("COMMIT")
        return answer

    def _keep(self, database: sqlite3.Connection, origin: str, asked: Asked, size: int, status: int) -> None:
        proof = "\n".join(one.hex() for one in asked.proof)
        database.execute(
            "INSERT INTO seen (seconds, origin, size, status, note, proof) VALUES (?, ?, ?, ?, ?, ?)",
            (self._now(), origin, size, status, asked.note.whole, f"{asked.old}\n{proof}"),
        )

    @contextmanager
    def _database(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._path, timeout=10, isolation_level=None)) as database:
            database.execute("PRAGMA synchronous = FULL")
            yield database


def asked_in(body: bytes) -> Asked:
    """Return a request as read.  Raises BadRequest, BadNote."""
    if len(body) > MAX_BODY:
        raise BadRequest(f"a request is at most {MAX_BODY} bytes long")
    head, blank, note = body.partition(b"\n\n")
    try:
        first, *lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise BadRequest("the lines before the checkpoint are ASCII") from error
    match = _OLD.fullmatch(first)
    if not blank or match is None or int(match[1]) > MAX_SIZE:
        raise BadRequest("a request begins with the old size, and a blank line stands before the checkpoint")
    if len(lines) > MAX_PATH:
        raise BadRequest(f"a proof has at most {MAX_PATH} hashes")
    return Asked(int(match[1]), tuple(map(_hash, lines)), parsed(note))


def _hash(line: str) -> bytes:
    try:
        raw = b64decode(line, validate=True)
    except ValueError as error:
        raise BadRequest(f"{line[:60]!r} is no hash") from error
    if len(raw) != HASH_BYTES:
        raise BadRequest(f"{line[:60]!r} is no hash of {HASH_BYTES} bytes")
    return raw


def _of(note: Note, keys: Sequence[Verifier]) -> Iterator[Signature]:
    """Return the log's own lines: a cosignature is passed on with nothing that we have not checked."""
    known = {(key.name, key.id) for key in keys}
    done: set[tuple[str, bytes]] = set()
    for line in note.signatures:
        if (line.name, line.id) in known and (line.name, line.id) not in done:
            done.add((line.name, line.id))
            yield line
