"""An agency made for a drill, and the hands of an insider on everything it has: database, tiles, head, keys, files, the witness's own."""

from __future__ import annotations

import json
import secrets
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from qingfeng.casework.office import Office
from qingfeng.casework.twofold import record
from qingfeng.catalogue.power import SYSTEM
from qingfeng.ledger.checkpoint import Checkpoint, signed_checkpoint
from qingfeng.ledger.cosignature import CosignatureSigner
from qingfeng.ledger.entry import Sealed, seal
from qingfeng.ledger.merkle import leaf_hash, root_of, sha_256
from qingfeng.ledger.note import BadNote, Ed25519Signer, Note, parsed
from qingfeng.ledger.policy import Party
from qingfeng.ledger.proof import path_lines
from qingfeng.ledger.tiles import BadTile, Tile, Tree, grown, grown_bundles
from qingfeng.notary import house
from qingfeng.notary.audit import Wrong
from qingfeng.notary.faults import LogTrouble
from qingfeng.notary.filed import FILED
from qingfeng.notary.folder import LogFolder
from qingfeng.notary.gap import STREAM
from qingfeng.notary.head import HeadFile
from qingfeng.notary.place import place_in, write_policy, write_whole
from qingfeng.notary.promise import promise_of, promised
from qingfeng.notary.sequencer import Sequencer
from qingfeng.notary.witness import Answer, Watched, Witness
from qingfeng.store.sqlite import SqliteStore
from qingfeng.terms.instants import LOCAL
from qingfeng.terms.text import Text

from .verify import believed, examined

SIGNER = Ed25519Signer("log.example/agency", b"k" * 32)
"""The key of a log that exists for minutes."""
WITNESSES = {name: CosignatureSigner(f"{name}.example", name[:1].encode() * 32) for name in ("discipline", "justice", "upper")}
"""Three witnesses, each with a key and a database of its own at another office; two of them make a head final."""
LEAST = 2
PARTIES = tuple(Party(name, signer.verifier) for name, signer in WITNESSES.items())
WITNESS = WITNESSES["discipline"]
SIZE = 300
"""Entries in the log: enough for a full tile, a partial one, and a level above them."""
WAITING = 5
"""Votes that are pending."""
EVIDENCE = (b"scan of the evidence", b"picture of the site")
"""What is on the shelf, as the log has on record."""
SAID = "restore-said.json"
"""What was said of a backup that was not put back."""
BEGUN = datetime(2026, 3, 2, 9, tzinfo=LOCAL)
NOW = int(BEGUN.timestamp())


def voted(stream: str, seq: int, vote: str, *, at: str = "2026-03-02T09:00:00+08:00", **more: str) -> Sealed:
    """Return a vote as a record.  at: when it happened and was entered."""
    return seal(
        {"stream": stream, "seq": seq, "kind": "act", "act": "cast_vote", "at": at, "entered": at},
        open_fields={"actor": f"u{seq:04d}", "data.vote": vote, **more},
        private_fields={"data.opinion": f"第{seq}人的意见"}, salts=secrets.token_bytes,
    )  # fmt: skip


@dataclass
class Insider:
    """The hands of somebody who owns the database, the files and the log's key: on an agency of 300 entries, cosigned, some pending."""

    root: Path

    @property
    def folder(self) -> LogFolder:
        """The tiles."""
        return LogFolder(self.root / "log")

    @property
    def head(self) -> HeadFile:
        """The head."""
        return HeadFile(self.root / "head")

    def sql(self, *statements: str, values: tuple[object, ...] = ()) -> None:
        """Run statements on the database, all its triggers gone."""
        with closing(sqlite3.connect(self.root / "agency.db")) as database:
            for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                database.execute(f"DROP TRIGGER {name}")
            for statement in statements:
                database.execute(statement, values if "?" in statement else ())
            database.commit()

    def one(self, column: str, seq: int) -> bytes:
        """Return a column of a record of case/a."""
        with closing(sqlite3.connect(self.root / "agency.db")) as database:
            join = "JOIN private p ON p.position = e.position" if column.startswith("p.") else ""
            row = database.execute(
                f"SELECT {column} FROM events e {join} WHERE stream = 'case/a' AND seq = ?", (seq,)
            ).fetchone()
        return bytes(row[0])

    def edit(self, tile: Tile, change: Callable[[bytes], bytes]) -> None:
        """Change the bytes of a tile."""
        file = self.root / "log" / tile.path
        file.write_bytes(change(file.read_bytes()))

    def entries(self) -> list[bytes]:
        """Return all entries of the log."""
        with closing(SqliteStore.open(self.root / "agency.db", create=False)) as store:
            return Sequencer(store, self.folder, self.head, SIGNER).entries(0, SIZE)

    def said(self) -> list[tuple[str, str]]:
        """Return the heads that the witnesses hand out to whoever asks, with their names."""
        asked = [(name, self.witness(name).latest(sha256(SIGNER.name.encode()).hexdigest())) for name in WITNESSES]
        return [(name, answer.body) for name, answer in asked if answer.status == 200]

    def rebuild(self, entries: list[bytes]) -> None:
        """Make the whole log anew from other entries, and sign it with the log's own key."""
        shutil.rmtree(self.root / "log")
        leaves = [leaf_hash(one) for one in entries]
        self.folder.write({**grown(self.folder.read, 0, leaves), **grown_bundles(self.folder.read, 0, entries)})
        head = Checkpoint(SIGNER.name, len(entries), root_of(leaves))
        (self.root / "head" / "checkpoint").write_text(signed_checkpoint(head, [SIGNER]).whole, encoding="utf-8")

    def witness_file(self, name: str = "discipline") -> Path:
        """The database of a witness."""
        return self.root / f"witness-{name}.db"

    def witness(self, name: str = "discipline", *, seconds: int = NOW) -> Witness:
        """A witness, as it runs at another office.  seconds: its clock."""
        return Witness(self.witness_file(name), WITNESSES[name], {SIGNER.name: Watched((SIGNER.verifier,))}, now=lambda: seconds)

    def asks(self, name: str = "discipline", *, seconds: int = NOW) -> Answer:
        """Let the log ask a witness to cosign its head, as the sequencer does; return what it answers."""
        text, witness = self.head.read() or "", self.witness(name, seconds=seconds)
        size = int(parsed(text).text.split("\n")[1])
        with closing(sqlite3.connect(self.witness_file(name))) as database:
            (old,) = database.execute("SELECT size FROM head").fetchone() or (0,)
        proof = Tree(self.folder.read, size).consistency(old) if old <= size else []
        return witness.add_checkpoint(f"old {min(old, size)}\n{path_lines(proof)}\n{text}".encode())


def made(root: Path) -> Path:
    """Make an agency in a folder: a log, its policy and settings, a witness that cosigned it, a file on its shelf."""
    (root / "head").mkdir(parents=True)
    with closing(SqliteStore.open(root / "agency.db", create=True)) as store:
        sequencer = Sequencer(store, LogFolder(root / "log"), HeadFile(root / "head"), SIGNER)
        sequencer.begin()
        _voting(store, sequencer, range(1, 101))
        shutil.copy(root / "head" / "checkpoint", root / "old-head")
        with closing(sqlite3.connect(root / "old.db")) as copy, closing(sqlite3.connect(root / "agency.db")) as source:
            source.backup(copy)
        _voting(store, sequencer, range(101, SIZE // 2 + 1))
        insider = Insider(root)
        assert all(insider.witness(name).add_checkpoint(_first(sequencer)).status == 200 for name in WITNESSES)
        _papers(insider)
        office = Office(store, salts=secrets.token_bytes)
        with store.write() as tx:
            tx.lock(STREAM)
            record(office, tx, STREAM, house.BEGUN, house.BEGUN, {"log_key": SIGNER.verifier.vkey}, by=SYSTEM, at=BEGUN)
            kept = {"files": [sha256(one).hexdigest() for one in EVIDENCE], "upto": SIZE}
            record(office, tx, STREAM, FILED, FILED, kept, by=SYSTEM, at=BEGUN)
            said = [{"name": one.name, "key": one.key.vkey, "url": ""} for one in PARTIES]
            agreed = {"witnesses": said, "least": LEAST}
            record(office, tx, STREAM, house.WITNESSES, house.WITNESSES, agreed, by=SYSTEM, at=BEGUN, reason="协议")
            for seq in range(1, WAITING + 1):
                tx.append(voted("case/c", seq, "for"))
        with store.read() as look:
            last = look.events_at([("case/c", WAITING)])["case/c", WAITING]
        (root / "promise").write_text(promised(SIGNER, last, seconds=NOW, digest=sha_256).whole, encoding="utf-8")
        place = place_in(root)
        assert place is not None
        house.publish(place)
    return root


def _voting(store: SqliteStore, sequencer: Sequencer, numbers: range) -> None:
    """Let two meetings vote, and take the votes in."""
    with store.write() as tx:
        for seq in numbers:
            for stream in ("case/a", "case/b"):
                tx.append(voted(stream, seq, "for" if seq % 3 else "against"))
    sequencer.round()


def _first(sequencer: Sequencer) -> bytes:
    return f"old 0\n\n{sequencer.head.read()}".encode()


def _papers(insider: Insider) -> None:
    root, notary = insider.root, insider.root / "notary"
    (notary / "cosigned").mkdir(parents=True)
    write_policy(notary / "policy", SIGNER.verifier, PARTIES, LEAST)
    heard = [parsed(text) for _, text in insider.said()]
    lines = {(one.name, one.id): one for note in heard for one in note.signatures}
    write_whole(notary / "cosigned" / f"{SIZE:019d}-kept.note", Note(heard[0].text, tuple(lines.values())).whole)
    said = {"v": 1, "log_key": SIGNER.verifier.vkey, "log": "../log", "head": "../head", "key": "../key"}
    write_whole(notary / "notary.json", json.dumps(said))
    for one in EVIDENCE:
        digest = sha256(one).hexdigest()
        (root / "files" / digest[:2]).mkdir(parents=True)
        (root / "files" / digest[:2] / digest).write_bytes(one)


@dataclass(frozen=True, slots=True)
class Named:
    """One thing that was found wrong.  by: `verify`, `restore`, or the witness that refused."""

    kind: str
    by: str
    message: Text


def named(root: Path) -> list[Named]:
    """Return what `qingfeng verify` names of an agency, with what the witness says of it when it is asked for the next cosignature."""
    insider, wrong = Insider(root), list[Named]()
    if (root / SAID).exists():
        return [Named("backup", "restore", Text(zh=zh, en=en)) for zh, en in json.loads((root / SAID).read_text("utf-8"))]
    try:
        place = place_in(root)
        assert place is not None
        heard = insider.said()
        held, before = [("promise", promise_of((root / "promise").read_text("utf-8"), SIGNER.verifier))], list[Wrong]()
        notes = [(name, kept.note) for name, kept in place.cosigned.latest().items()] + believed(place, heard, before)
        with closing(SqliteStore.open(root / "agency.db", create=False)) as store:
            found, _ = examined(place, store, root, notes, before, promises=held, now=NOW)
        wrong = [Named(one.kind, "verify", one.message) for one in found.wrong]
        answers = [(name, insider.asks(name)) for name in WITNESSES]
    except (LogTrouble, BadTile, BadNote) as error:
        told = error.text if isinstance(error, LogTrouble) else Text(zh=str(error), en=str(error))
        return [*wrong, Named("log", "verify", told)]
    for name, answer in answers:
        if answer.status != 200:
            said = answer.body.strip()
            wrong.append(Named("refused", "witness", Text(zh=f"见证机构 {name} 拒绝加签（{answer.status} {said}）",
                                                          en=f"witness {name} refuses to cosign ({answer.status} {said})")))  # fmt: skip
    return wrong
