"""What an insider with the database, the files and even the log's key can do, and how the audit names it."""

from __future__ import annotations

import json
import secrets
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from qingfeng.ledger.checkpoint import Checkpoint, signed_checkpoint
from qingfeng.ledger.cosignature import CosignatureSigner
from qingfeng.ledger.entry import Sealed, seal
from qingfeng.ledger.merkle import leaf_hash, root_of
from qingfeng.ledger.note import Ed25519Signer, Note, parsed
from qingfeng.ledger.tiles import Tile, grown, grown_bundles, unbundled
from qingfeng.notary.audit import Audit, Audited
from qingfeng.notary.folder import LogFolder
from qingfeng.notary.head import HeadFile
from qingfeng.notary.sequencer import Sequencer
from qingfeng.store.sqlite import SqliteStore

SIGNER = Ed25519Signer("log.example/agency", b"k" * 32)
WITNESS = CosignatureSigner("discipline.example", b"w" * 32)
SIZE = 300
"""Enough for a full tile, a partial one, and a level above them."""


def voted(stream: str, seq: int, vote: str, **more: str) -> Sealed:
    return seal(
        {"stream": stream, "seq": seq, "kind": "act", "act": "cast_vote", "at": "2026-03-02T09:00:00+08:00"},
        open_fields={"actor": f"u{seq:04d}", "data.vote": vote, **more},
        private_fields={"data.opinion": f"第{seq}人的意见"}, salts=secrets.token_bytes,
    )  # fmt: skip


@dataclass
class Scene:
    """A log of 300 entries, cosigned by a witness, with five more pending; and the insider's hands on all of it."""

    root: Path

    @property
    def folder(self) -> LogFolder:
        return LogFolder(self.root / "log")

    @property
    def head(self) -> HeadFile:
        return HeadFile(self.root / "head")

    def audit(self, **more: object) -> Audited:
        note = parsed((self.root / "witnessed").read_text("utf-8"))
        with closing(SqliteStore.open(self.root / "qf.db", create=False)) as store:
            return Audit(store, self.folder, self.head, SIGNER.verifier, [("discipline", note)]).run(**more)  # type: ignore[arg-type]

    def sql(self, *statements: str, values: tuple[object, ...] = ()) -> None:
        with closing(sqlite3.connect(self.root / "qf.db")) as database:
            for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                database.execute(f"DROP TRIGGER {name}")
            for statement in statements:
                database.execute(statement, values if "?" in statement else ())
            database.commit()

    def one(self, column: str, seq: int) -> bytes:
        with closing(sqlite3.connect(self.root / "qf.db")) as database:
            join = "JOIN private p ON p.position = e.position" if column.startswith("p.") else ""
            row = database.execute(
                f"SELECT {column} FROM events e {join} WHERE stream = 'case/a' AND seq = ?", (seq,)
            ).fetchone()
        return bytes(row[0])

    def edit(self, tile: Tile, change: Callable[[bytes], bytes]) -> None:
        file = self.root / "log" / tile.path
        file.write_bytes(change(file.read_bytes()))

    def entries(self) -> list[bytes]:
        with closing(SqliteStore.open(self.root / "qf.db", create=False)) as store:
            return Sequencer(store, self.folder, self.head, SIGNER).entries(0, SIZE)

    def rebuild(self, entries: list[bytes]) -> None:
        """Make the whole log anew from other entries, and sign it with the log's own key."""
        shutil.rmtree(self.root / "log")
        leaves = [leaf_hash(one) for one in entries]
        self.folder.write({**grown(self.folder.read, 0, leaves), **grown_bundles(self.folder.read, 0, entries)})
        head = Checkpoint(SIGNER.name, len(entries), root_of(leaves))
        (self.root / "head" / "checkpoint").write_text(signed_checkpoint(head, [SIGNER]).whole, encoding="utf-8")


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("scene")
    (root / "head").mkdir()
    with closing(SqliteStore.open(root / "qf.db", create=True)) as store:
        sequencer = Sequencer(store, LogFolder(root / "log"), HeadFile(root / "head"), SIGNER)
        sequencer.begin()
        with store.write() as tx:
            for seq in range(1, SIZE // 2 + 1):
                for stream in ("case/a", "case/b"):
                    tx.append(voted(stream, seq, "for" if seq % 3 else "against"))
        assert sequencer.round() == SIZE
        text = sequencer.head.read()
        assert text is not None
        (root / "first-head").write_text(text, encoding="utf-8")
        note = parsed(text)
        (root / "witnessed").write_text(
            Note(note.text, (*note.signatures, WITNESS.cosign(note.text, 1_772_000_000))).whole, encoding="utf-8"
        )
        with store.write() as tx:
            for seq in range(1, 6):
                tx.append(voted("case/c", seq, "for"))
    return root


@pytest.fixture
def scene(master: Path, tmp_path: Path) -> Scene:
    shutil.copytree(master, tmp_path / "scene")
    return Scene(tmp_path / "scene")


def test_an_honest_log_has_nothing_wrong(scene: Scene) -> None:
    assert scene.audit() == Audited(SIZE, SIZE, (), 0, 5)
    assert scene.audit(since=280).looked == 20


def other(raw: bytes, name: str, value: str) -> bytes:
    said = json.loads(raw)
    said[name][1] = value
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def reseal(scene: Scene, seq: int) -> Sealed:
    """Write a record anew with another vote, its commitments all in order."""
    new = voted("case/a", seq, "abstain")
    place = "WHERE stream = 'case/a' AND seq = ?"
    scene.sql(f"UPDATE events SET entry = ?, opening = ? {place}", values=(new.entry, new.opening, seq))
    scene.sql(
        f"UPDATE private SET opening = ? WHERE position = (SELECT position FROM events {place})",
        values=(new.private, seq),
    )
    return new


def reseal_one(scene: Scene) -> None:
    reseal(scene, 7)


def tamper_entry(scene: Scene) -> None:
    scene.sql(
        "UPDATE events SET entry = replace(CAST(entry AS TEXT), '09:00', '08:00') WHERE stream = 'case/a' AND seq = 7"
    )


def tamper_type(scene: Scene) -> None:
    scene.sql("UPDATE events SET entry = 5 WHERE stream = 'case/a' AND seq = 7")


def tamper_vote(scene: Scene) -> None:
    scene.sql(
        "UPDATE events SET opening = ? WHERE stream = 'case/a' AND seq = 7",
        values=(other(scene.one("opening", 7), "data.vote", "abstain"),),
    )


def tamper_opinion(scene: Scene) -> None:
    scene.sql("UPDATE private SET opening = ? WHERE position = (SELECT position FROM events WHERE stream = 'case/a' AND seq = 7)",
              values=(other(scene.one("p.opening", 7), "data.opinion", "同意"),))  # fmt: skip


def swap_votes(scene: Scene) -> None:
    one, two = scene.one("opening", 3), scene.one("opening", 4)
    scene.sql("UPDATE events SET opening = ? WHERE stream = 'case/a' AND seq = 3", values=(two,))
    scene.sql("UPDATE events SET opening = ? WHERE stream = 'case/a' AND seq = 4", values=(one,))


def swap_records(scene: Scene) -> None:
    scene.sql(
        "UPDATE events SET seq = 9999 WHERE stream = 'case/a' AND seq = 3",
        "UPDATE events SET seq = 3 WHERE stream = 'case/a' AND seq = 4",
        "UPDATE events SET seq = 4 WHERE stream = 'case/a' AND seq = 9999",
    )


def delete_record(seq: int, *, traces: bool) -> Callable[[Scene], None]:
    def act(scene: Scene) -> None:
        place = f"(SELECT position FROM events WHERE stream = 'case/a' AND seq = {seq})"
        cleaned = (
            [f"DELETE FROM private WHERE position = {place}", f"DELETE FROM logged WHERE position = {place}"]
            if traces
            else []
        )
        scene.sql("PRAGMA foreign_keys = OFF", *cleaned, f"DELETE FROM events WHERE stream = 'case/a' AND seq = {seq}")

    return act


def backdated_insert(scene: Scene) -> None:
    new = voted("case/a", SIZE // 2 + 1, "for")
    scene.sql(
        "INSERT INTO events (stream, seq, entry, opening) VALUES (?, ?, ?, ?)",
        values=(new.stream, new.seq, new.entry, new.opening),
    )


def out_of_the_outbox(scene: Scene) -> None:
    scene.sql("DELETE FROM outbox WHERE position = (SELECT position FROM events WHERE stream = 'case/c' AND seq = 2)")


def delete_pending(scene: Scene) -> None:
    place = "(SELECT position FROM events WHERE stream = 'case/c' AND seq = 2)"
    scene.sql(
        "PRAGMA foreign_keys = OFF",
        f"DELETE FROM outbox WHERE position = {place}",
        "DELETE FROM events WHERE stream = 'case/c' AND seq = 2",
    )


def alter_pending(scene: Scene) -> None:
    scene.sql(
        "UPDATE events SET opening = replace(CAST(opening AS TEXT), '\"for\"', '\"against\"') WHERE stream = 'case/c' AND seq = 2"
    )


def forget_a_place(scene: Scene) -> None:
    scene.sql("DELETE FROM logged WHERE idx = 20")


def swap_places(scene: Scene) -> None:
    scene.sql(
        "UPDATE logged SET position = -1 WHERE idx = 20",
        "UPDATE logged SET position = (SELECT position FROM logged WHERE idx = 21) * -1 - 7 WHERE idx = 21",
        "UPDATE logged SET position = 21 WHERE idx = 20",
        "UPDATE logged SET position = 22 WHERE idx = 21",
        "UPDATE logged SET position = 10021 WHERE idx = 20",
        "UPDATE logged SET position = 21 WHERE idx = 21",
        "UPDATE logged SET position = 22 WHERE idx = 20",
    )


def beyond_the_end(scene: Scene) -> None:
    scene.sql("INSERT INTO logged SELECT 300, position FROM events WHERE stream = 'case/c' AND seq = 1")


def drop_a_field(scene: Scene) -> None:
    said = json.loads(scene.one("opening", 7))
    del said["actor"]
    scene.sql("UPDATE events SET opening = ? WHERE stream = 'case/a' AND seq = 7", values=(json.dumps(said).encode(),))


def ruin_a_field(scene: Scene) -> None:
    scene.sql("UPDATE events SET opening = ? WHERE stream = 'case/a' AND seq = 7", values=(b"{",))


def add_a_field(scene: Scene) -> None:
    said = json.loads(scene.one("opening", 7))
    said["data.amount"] = ["AAAAAAAAAAAAAAAAAAAAAA", 5]
    scene.sql("UPDATE events SET opening = ? WHERE stream = 'case/a' AND seq = 7", values=(json.dumps(said).encode(),))


def replace_in_bundle(scene: Scene) -> None:
    new = voted("case/a", 1, "abstain").entry

    def change(data: bytes) -> bytes:
        entries = unbundled(data, 256)
        entries[0] = new
        return b"".join(len(one).to_bytes(2, "big") + one for one in entries)

    scene.edit(Tile(-1, 0), change)


def replace_leaf(scene: Scene) -> None:
    scene.edit(Tile(0, 0), lambda data: b"\x00" * 32 + data[32:])


def replace_entry_and_leaf(scene: Scene) -> None:
    replace_in_bundle(scene)
    leaf = leaf_hash(unbundled((scene.root / "log" / Tile(-1, 0).path).read_bytes(), 256)[0])
    scene.edit(Tile(0, 0), lambda data: leaf + data[32:])


def replace_above(scene: Scene) -> None:
    scene.edit(Tile(1, 0, 1), lambda data: b"\x07" * 32)


def cut_tile(scene: Scene) -> None:
    scene.edit(Tile(0, 1, 44), lambda data: data[:-32])


def remove_tile(tile: Tile) -> Callable[[Scene], None]:
    return lambda scene: (scene.root / "log" / tile.path).unlink()


def cut_bundle(scene: Scene) -> None:
    scene.edit(Tile(-1, 1, 44), lambda data: data[:-5])


def head_of(signer: Ed25519Signer, size: int | None = None) -> Callable[[Scene], None]:
    def act(scene: Scene) -> None:
        leaves = [leaf_hash(one) for one in scene.entries()]
        head = Checkpoint(signer.name, size or SIZE, root_of(leaves[:size]))
        (scene.root / "head" / "checkpoint").write_text(signed_checkpoint(head, [signer]).whole, encoding="utf-8")

    return act


def no_head(scene: Scene) -> None:
    (scene.root / "head" / "checkpoint").unlink()


def bent_head(scene: Scene) -> None:
    file = scene.root / "head" / "checkpoint"
    file.write_text(file.read_text("utf-8").replace("\n300\n", "\n301\n"), encoding="utf-8")


def rewrite_all(scene: Scene) -> None:
    """The record, the log, the head, signed with the log's own key: only a witness knows better."""
    entries = scene.entries()
    entries[12] = reseal(scene, 7).entry
    scene.rebuild(entries)


def cut_all(scene: Scene) -> None:
    scene.rebuild(scene.entries()[:280])
    scene.sql("PRAGMA foreign_keys = OFF", "DELETE FROM private WHERE position IN (SELECT position FROM logged WHERE idx >= 280)",
              "DELETE FROM events WHERE position IN (SELECT position FROM logged WHERE idx >= 280)", "DELETE FROM logged WHERE idx >= 280",
              "DELETE FROM outbox", "DELETE FROM private WHERE position IN (SELECT position FROM events WHERE stream = 'case/c')",
              "DELETE FROM events WHERE stream = 'case/c'")  # fmt: skip


def forge_ahead(scene: Scene) -> None:
    """Entries that no record stands behind, signed with the log's own key."""
    scene.rebuild([*scene.entries(), voted("case/a", 151, "for").entry])


def reorder_all(scene: Scene) -> None:
    entries = scene.entries()
    entries[10], entries[11] = entries[11], entries[10]
    scene.rebuild(entries)


TAMPERINGS: list[tuple[Callable[[Scene], None], set[str], str]] = [
    (tamper_entry, {"altered"}, "case/a#7"),
    (tamper_type, {"altered"}, "case/a#7"),
    (tamper_vote, {"fields"}, "data.vote"),
    (tamper_opinion, {"fields"}, "data.opinion"),
    (swap_votes, {"fields"}, "case/a#3"),
    (swap_records, {"moved"}, "case/a#3"),
    (reseal_one, {"altered"}, "case/a#7"),
    (delete_record(150, traces=True), {"missing"}, "case/a#150"),
    (delete_record(40, traces=True), {"missing", "hole"}, "case/a#40"),
    (delete_record(40, traces=False), {"missing", "hole"}, "case/a#40"),
    (backdated_insert, {"kept_out"}, "case/a#151"),
    (out_of_the_outbox, {"kept_out"}, "case/c#2"),
    (delete_pending, {"hole"}, "case/c"),
    (alter_pending, {"fields"}, "case/c#2"),
    (forget_a_place, {"place", "kept_out"}, "entry 20"),
    (swap_places, {"altered"}, "entry 20"),
    (beyond_the_end, {"place"}, "301"),
    (drop_a_field, {"fields"}, "actor"),
    (ruin_a_field, {"fields"}, "case/a#7"),
    (add_a_field, {"fields"}, "data.amount"),
    (replace_in_bundle, {"entry", "missing", "root", "tile", "altered"}, "entry 0"),
    (replace_leaf, {"entry"}, "entry 0"),
    (replace_entry_and_leaf, {"root", "tile", "altered", "missing", "witness"}, "checkpoint"),
    (replace_above, {"tile", "witness"}, "tile/1/000"),
    (cut_tile, {"tile", "witness"}, "tile/0/001.p/44"),
    (remove_tile(Tile(0, 0)), {"tile", "witness"}, "tile/0/000"),
    (remove_tile(Tile(-1, 0)), {"tile"}, "tile/entries/000"),
    (remove_tile(Tile(1, 0, 1)), {"tile", "witness"}, "tile/1/000.p/1"),
    (cut_bundle, {"tile"}, "tile/entries/001.p/44"),
    (head_of(Ed25519Signer(SIGNER.name, b"x" * 32)), {"head", "place", "witness"}, "checkpoint"),
    (head_of(Ed25519Signer("other.example", b"k" * 32)), {"head", "place", "witness"}, "checkpoint"),
    (head_of(SIGNER, 200), {"place", "witness"}, "200"),
    (no_head, {"head", "place", "witness"}, "checkpoint"),
    (bent_head, {"head", "place", "witness"}, "checkpoint"),
    (rewrite_all, {"witness"}, "discipline"),
    (cut_all, {"witness"}, "discipline"),
    (forge_ahead, {"missing", "witness"}, "case/a#151"),
    (reorder_all, {"altered", "witness"}, "entry 10"),
]


@pytest.mark.parametrize(
    ("tamper", "kinds", "named"), TAMPERINGS, ids=[f"{n}-{one[0].__name__}" for n, one in enumerate(TAMPERINGS)]
)
def test_each_tampering_is_named(scene: Scene, tamper: Callable[[Scene], None], kinds: set[str], named: str) -> None:
    tamper(scene)
    found = scene.audit()
    assert found.wrong, "nothing was noticed"
    told = {one.kind for one in found.wrong}
    assert told <= kinds, [one.message.en for one in found.wrong]
    assert any(named in one.message.zh + one.message.en for one in found.wrong), [one.message.en for one in found.wrong]
