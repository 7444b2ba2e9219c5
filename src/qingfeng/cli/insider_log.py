"""What an insider does beside the records: to tiles, head, keys, papers, files, old copies, and to the witness's own database."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing

from qingfeng.ledger.checkpoint import Checkpoint, signed_checkpoint
from qingfeng.ledger.cosignature import CosignatureSigner
from qingfeng.ledger.merkle import empty_root, leaf_hash, root_of
from qingfeng.ledger.note import Ed25519Signer, Note, parsed
from qingfeng.ledger.policy import Party
from qingfeng.ledger.succession import Succession
from qingfeng.ledger.tiles import Tile, unbundled
from qingfeng.notary.place import write_policy, write_whole
from qingfeng.terms.text import Text

from .insider import LEAST, NOW, PARTIES, SIGNER, SIZE, WITNESS, Insider, voted
from .insider_records import Tampering, _reseal

OWN = Ed25519Signer(SIGNER.name, b"x" * 32)
"""A key of the insider's own under the log's name."""


def _replace_in_bundle(hands: Insider) -> None:
    new = voted("case/a", 1, "abstain").entry

    def change(data: bytes) -> bytes:
        entries = unbundled(data, 256)
        entries[0] = new
        return b"".join(len(one).to_bytes(2, "big") + one for one in entries)

    hands.edit(Tile(-1, 0), change)


def _replace_leaf(hands: Insider) -> None:
    hands.edit(Tile(0, 0), lambda data: b"\x00" * 32 + data[32:])


def _replace_entry_and_leaf(hands: Insider) -> None:
    _replace_in_bundle(hands)
    leaf = leaf_hash(unbundled((hands.root / "log" / Tile(-1, 0).path).read_bytes(), 256)[0])
    hands.edit(Tile(0, 0), lambda data: leaf + data[32:])


def _replace_above(hands: Insider) -> None:
    hands.edit(Tile(1, 0, 1), lambda data: b"\x07" * 32)


def _cut_tile(hands: Insider) -> None:
    hands.edit(Tile(0, 1, 44), lambda data: data[:-32])


def _remove_tile(tile: Tile) -> Callable[[Insider], None]:
    return lambda hands: (hands.root / "log" / tile.path).unlink()


def _cut_bundle(hands: Insider) -> None:
    hands.edit(Tile(-1, 1, 44), lambda data: data[:-5])


def _head_of(signer: Ed25519Signer, size: int | None = None) -> Callable[[Insider], None]:
    def act(hands: Insider) -> None:
        leaves = [leaf_hash(one) for one in hands.entries()]
        head = Checkpoint(signer.name, size or SIZE, root_of(leaves[:size]))
        (hands.root / "head" / "checkpoint").write_text(signed_checkpoint(head, [signer]).whole, encoding="utf-8")

    return act


def _no_head(hands: Insider) -> None:
    (hands.root / "head" / "checkpoint").unlink()


def _bent_head(hands: Insider) -> None:
    file = hands.root / "head" / "checkpoint"
    file.write_text(file.read_text("utf-8").replace("\n300\n", "\n301\n"), encoding="utf-8")


def _rewrite_all(hands: Insider) -> None:
    """The record, the log, the head, signed with the log's own key: only a witness knows better."""
    entries = hands.entries()
    entries[12] = _reseal(hands, 7).entry
    hands.rebuild(entries)


def _cut_all(hands: Insider) -> None:
    hands.rebuild(hands.entries()[:280])
    hands.sql("PRAGMA foreign_keys = OFF", "DELETE FROM private WHERE position IN (SELECT position FROM logged WHERE idx >= 280)",
              "DELETE FROM events WHERE position IN (SELECT position FROM logged WHERE idx >= 280)", "DELETE FROM logged WHERE idx >= 280",
              "DELETE FROM outbox WHERE position IN (SELECT position FROM events WHERE stream = 'case/c')",
              "DELETE FROM private WHERE position IN (SELECT position FROM events WHERE stream = 'case/c')",
              "DELETE FROM events WHERE stream = 'case/c'")  # fmt: skip


def _forge_ahead(hands: Insider) -> None:
    """Entries that no record stands behind, signed with the log's own key."""
    hands.rebuild([*hands.entries(), voted("case/a", 151, "for").entry])


def _reorder_all(hands: Insider) -> None:
    entries = hands.entries()
    entries[10], entries[11] = entries[11], entries[10]
    hands.rebuild(entries)


def _duplicate(hands: Insider) -> None:
    """An entry stands in the log twice, signed with the log's own key."""
    entries = hands.entries()
    hands.rebuild([*entries, entries[5]])


def _exchange_file(hands: Insider) -> None:
    file = next(one for one in (hands.root / "files").rglob("*") if one.is_file())
    file.write_bytes(b"another picture")


def _old_database(hands: Insider) -> None:
    for name in ("agency.db-wal", "agency.db-shm"):
        (hands.root / name).unlink(missing_ok=True)
    shutil.copy(hands.root / "old.db", hands.root / "agency.db")


def _old_head(hands: Insider) -> None:
    shutil.copy(hands.root / "old-head", hands.root / "head" / "checkpoint")


def _all_old(hands: Insider) -> None:
    _old_database(hands)
    _old_head(hands)


def _forget_the_witness(hands: Insider) -> None:
    """The log rewritten, and what the witness had cosigned removed at the agency: the witness itself has it."""
    shutil.rmtree(hands.root / "notary" / "cosigned")
    _rewrite_all(hands)


def _at_the_witness(hands: Insider, statement: str, *values: object, name: str = "discipline") -> None:
    with closing(sqlite3.connect(hands.witness_file(name))) as database:
        for (trigger,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {trigger}")
        database.execute(statement, values)
        database.commit()


def _witness_rewritten(hands: Insider) -> None:
    """The log rewritten, and the witness made to believe that it had always been so."""
    _forget_the_witness(hands)
    text = hands.head.read() or ""
    root = root_of([leaf_hash(one) for one in hands.entries()])
    _at_the_witness(hands, "UPDATE head SET root = ?, note = ?", root, text)


def _witness_emptied(hands: Insider) -> None:
    """The log rewritten, and the witness's head set back to nothing, so that it would cosign anything."""
    _forget_the_witness(hands)
    _at_the_witness(hands, "UPDATE head SET size = 0, root = ?", empty_root())


def _witness_backwards(hands: Insider) -> None:
    """The witness's memory set to an older head, with a note to fit, so that a fork could grow from there."""
    text = (hands.root / "old-head").read_text("utf-8")
    root = root_of([leaf_hash(one) for one in hands.entries()[:200]])
    note = parsed(text)
    whole = Note(note.text, (*note.signatures, WITNESS.cosign(note.text, NOW))).whole
    _at_the_witness(hands, "UPDATE head SET size = 200, root = ?, note = ?", root, whole)


def _policy(hands: Insider, log: Ed25519Signer, witnesses: Sequence[Party]) -> None:
    write_policy(hands.root / "notary" / "policy", log.verifier, witnesses, min(LEAST, len(witnesses)))


def _witness_off_the_list(hands: Insider) -> None:
    _policy(hands, SIGNER, [])


def _own_witness(hands: Insider) -> None:
    """A witness of the insider's own in the place of the true one, and its cosignature under a rewritten log."""
    _forget_the_witness(hands)
    mine = CosignatureSigner("discipline.example", b"m" * 32)
    _policy(hands, SIGNER, [Party("discipline", mine.verifier), *PARTIES[1:]])
    note = parsed(hands.head.read() or "")
    (hands.root / "notary" / "cosigned").mkdir()
    write_whole(hands.root / "notary" / "cosigned" / "mine.note", Note(note.text, (*note.signatures, mine.cosign(note.text, NOW))).whole)


def _own_key(hands: Insider, **more: object) -> None:
    """The log signed with a key of the insider's own, policy and settings changed to fit."""
    _head_of(OWN)(hands)
    _policy(hands, OWN, PARTIES)
    path = hands.root / "notary" / "notary.json"
    write_whole(path, json.dumps({**json.loads(path.read_text("utf-8")), "log_key": OWN.verifier.vkey, **more}))


def _succession_unannounced(hands: Insider) -> None:
    """The same, with a note by which the true key, which the insider has, hands over: the log announces nothing of it."""
    head = root_of([leaf_hash(one) for one in hands.entries()])
    _own_key(hands, retired=[{"key": SIGNER.verifier.vkey, "size": SIZE}])
    text = Succession(SIGNER.verifier, OWN.verifier, (SIZE, head)).text
    write_whole(hands.root / "notary" / "succession-1.note", Note(text, (SIGNER.sign(text), OWN.sign(text))).whole)


def _bent_settings(hands: Insider) -> None:
    (hands.root / "notary" / "notary.json").write_text("{", encoding="utf-8")


def _policy_of_another_key(hands: Insider) -> None:
    _policy(hands, OWN, PARTIES)


ON_THE_LOG = (
    Tampering(Text(zh="换掉日志里的一个条目", en="an entry of the log is replaced"),
              _replace_in_bundle, {"entry", "missing", "root", "tile", "altered"}, "entry 0"),
    Tampering(Text(zh="换掉一个叶散列", en="the hash of a leaf is replaced"), _replace_leaf, {"entry"}, "entry 0"),
    Tampering(Text(zh="条目和叶散列一并换掉", en="entry and leaf are replaced together"),
              _replace_entry_and_leaf, {"root", "tile", "altered", "missing", "witness"}, "checkpoint"),
    Tampering(Text(zh="换掉上一层的瓦片", en="a tile above is replaced"), _replace_above, {"tile", "witness", "published"}, "tile/1/000"),
    Tampering(Text(zh="截短瓦片", en="a tile is cut"), _cut_tile, {"tile", "witness", "published"}, "tile/0/001.p/44"),
    Tampering(Text(zh="删去叶瓦片", en="a tile of leaves is removed"),
              _remove_tile(Tile(0, 0)), {"tile", "witness"}, "tile/0/000"),
    Tampering(Text(zh="删去条目包", en="a bundle of entries is removed"),
              _remove_tile(Tile(-1, 0)), {"tile"}, "tile/entries/000"),
    Tampering(Text(zh="删去上层瓦片", en="a tile above is removed"),
              _remove_tile(Tile(1, 0, 1)), {"tile", "witness", "published"}, "tile/1/000.p/1"),
    Tampering(Text(zh="截短条目包", en="a bundle of entries is cut"), _cut_bundle, {"tile"}, "tile/entries/001.p/44"),
    Tampering(Text(zh="用另一把密钥签日志头", en="the head is signed with another key"),
              _head_of(OWN), {"head", "place", "witness"}, "checkpoint"),
    Tampering(Text(zh="用同一把密钥以别的名称签日志头", en="the head is signed under another name"),
              _head_of(Ed25519Signer("other.example", b"k" * 32)), {"head", "place", "witness"}, "checkpoint"),
    Tampering(Text(zh="用日志的密钥签一张小的日志头", en="a smaller head is signed with the log's key"),
              _head_of(SIGNER, 200), {"place", "witness", "published"}, "200"),
    Tampering(Text(zh="删去日志头", en="the head is removed"), _no_head, {"head", "place", "witness"}, "checkpoint"),
    Tampering(Text(zh="改日志头的条数", en="the size in the head is changed"),
              _bent_head, {"head", "place", "witness"}, "checkpoint"),
    Tampering(Text(zh="改记录、重做整棵树、用日志的密钥重签", en="record, tree and head are made anew with the log's key"),
              _rewrite_all, {"witness"}, "discipline"),
    Tampering(Text(zh="删去最后二十条，整套重做重签", en="the last twenty are cut off, all made anew"),
              _cut_all, {"witness", "promise"}, "discipline"),
    Tampering(Text(zh="日志里添一条没有记录的，重签", en="an entry without a record is added and signed"),
              _forge_ahead, {"missing", "witness"}, "case/a#151"),
    Tampering(Text(zh="对调两条的次序，整套重做重签", en="two entries change places, all made anew"),
              _reorder_all, {"altered", "witness"}, "entry 10"),
    Tampering(Text(zh="一条在日志里放两次，重签", en="an entry stands twice, signed with the log's key"),
              _duplicate, {"missing", "order", "place", "witness"}, "entry 300"),
    Tampering(Text(zh="换掉证据文件", en="a file of evidence is exchanged"), _exchange_file, {"file"}, "files/"),
    Tampering(Text(zh="放回旧的数据库", en="an old database is put back"),
              _old_database, {"missing", "kept_out", "place", "hole", "promise"}, "entry 299"),
    Tampering(Text(zh="放回旧的日志头", en="an old head is put back"), _old_head, {"place", "witness", "published"}, "200"),
    Tampering(Text(zh="数据库和日志头一起放回旧的", en="database and head are put back together"), _all_old, {"witness", "published", "promise"}, "200"),
    Tampering(Text(zh="整套重做重签，并删去本机所存的见证", en="all made anew, the cosignatures kept here removed"),
              _forget_the_witness, {"witness"}, "discipline"),
    Tampering(Text(zh="整套重做重签，并改一家见证机构的数据库", en="all made anew, the database of one witness changed to fit"),
              _witness_rewritten, {"witness"}, "discipline"),
    Tampering(Text(zh="整套重做重签，并把一家见证机构的数据库清空", en="all made anew, the head of one witness set to nothing"),
              _witness_emptied, {"witness"}, "discipline"),
    Tampering(Text(zh="把一家见证机构的数据库改回旧的日志头", en="the head of one witness is set back"), _witness_backwards, set[str](), "503"),
    Tampering(Text(zh="把见证机构都从名单上划掉", en="the witnesses are struck off the policy"),
              _witness_off_the_list, {"policy", "witness"}, "policy"),
    Tampering(Text(zh="换上自己的见证机构", en="a witness of his own takes the place of a true one"),
              _own_witness, {"policy", "witness"}, "policy"),
    Tampering(Text(zh="换上自己的日志密钥", en="a key of his own takes the place of the log's"),
              _own_key, {"policy", "witness", "head", "published", "cosigned"}, "policy"),
    Tampering(Text(zh="用真的旧密钥签移交文件，日志里没有宣布", en="the true key hands over to his own, unannounced"),
              _succession_unannounced, {"policy", "key", "witness"}, "notary"),
    Tampering(Text(zh="名单上换成别的公钥", en="the policy names another key"), _policy_of_another_key, {"log"}, "policy"),
    Tampering(Text(zh="弄坏日志的设置", en="the settings of the log are ruined"), _bent_settings, {"log"}, "notary.json"),
)
