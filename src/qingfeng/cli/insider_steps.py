"""What an insider does in several steps, or beside the log: side tables, links, old parts, papers of the log, what waits to be logged."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from qingfeng.ledger.checkpoint import Checkpoint, signed_checkpoint
from qingfeng.ledger.merkle import leaf_hash, root_of
from qingfeng.ledger.note import Note, parsed
from qingfeng.ledger.policy import Party
from qingfeng.ledger.tiles import Tile, bundle, unbundled
from qingfeng.notary.place import write_policy, write_whole
from qingfeng.terms.text import Text

from .insider import LEAST, PARTIES, SIGNER, SIZE, WAITING, WITNESS, Insider, voted
from .insider_backups import ON_BACKUPS
from .insider_corners import IN_CORNERS
from .insider_log import ON_THE_LOG, OWN
from .insider_more import IN_COMPANY
from .insider_records import ON_RECORDS, Tampering

_SEVENTH = "(SELECT position FROM events WHERE stream = 'case/a' AND seq = 7)"
_LAST = f"(SELECT position FROM events WHERE stream = 'case/c' AND seq = {WAITING})"


def _sql(*statements: str) -> Callable[[Insider], None]:
    return lambda hands: hands.sql("PRAGMA foreign_keys = OFF", *statements)


def _files(hands: Insider) -> list[Path]:
    return sorted(one for one in (hands.root / "files").rglob("*") if one.is_file())


def _delete_file(hands: Insider) -> None:
    _files(hands)[0].unlink()


def _move_file(hands: Insider) -> None:
    file = _files(hands)[0]
    (hands.root / "files" / "zz").mkdir()
    file.rename(hands.root / "files" / "zz" / file.name)


def _link_file(hands: Insider) -> None:
    """The evidence is a link to a place from which it can be exchanged at any hour."""
    file = _files(hands)[0]
    file.rename(hands.root / "elsewhere")
    file.symlink_to(hands.root / "elsewhere")


def _exchange_contents(hands: Insider) -> None:
    one, two = _files(hands)
    a, b = one.read_bytes(), two.read_bytes()
    one.write_bytes(b)
    two.write_bytes(a)


def _forget_files(hands: Insider) -> None:
    """The file, and the record by which it would be missed, both out of what waits."""
    _delete_file(hands)
    which = "WHERE CAST(entry AS TEXT) LIKE '%files_kept%'"
    hands.sql("PRAGMA foreign_keys = OFF", f"DELETE FROM outbox WHERE position IN (SELECT position FROM events {which})",
              f"DELETE FROM events {which}")  # fmt: skip


def _link_tile(hands: Insider) -> None:
    tile = hands.root / "log" / Tile(0, 0).path
    tile.rename(hands.root / "elsewhere")
    tile.symlink_to(hands.root / "elsewhere")


def _link_folder(hands: Insider) -> None:
    folder = hands.root / "log" / "tile" / "entries"
    folder.rename(hands.root / "elsewhere")
    folder.symlink_to(hands.root / "elsewhere")


def _old_part(tile: Tile, data: bytes) -> Callable[[Insider], None]:
    """A partial tile beside the full one: whoever proves an old head by it is shown another log."""

    def act(hands: Insider) -> None:
        path = hands.root / "log" / tile.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    return act


def _short_bundle(hands: Insider) -> None:
    entries = unbundled((hands.root / "log" / Tile(-1, 0).path).read_bytes(), 256)[:100]
    _old_part(Tile(-1, 0, 100), bundle([*entries[:-1], voted("case/a", 50, "abstain").entry]))(hands)


def _stray_file(hands: Insider) -> None:
    (hands.root / "log" / "tile" / "0" / "000.bak").write_bytes(b"\x00" * 32)


def _forked(size: int, hands: Insider) -> str:
    """Return a head of another log, signed with the log's own key."""
    leaves = [leaf_hash(voted("case/a", seq, "abstain").entry) for seq in range(1, size + 1)]
    return signed_checkpoint(Checkpoint(SIGNER.name, size, root_of(leaves)), [SIGNER]).whole


def _publish(size: int) -> Callable[[Insider], None]:
    return lambda hands: write_whole(hands.root / "log" / "checkpoint", _forked(size, hands))


def _publish_anothers(hands: Insider) -> None:
    head = Checkpoint(OWN.name, SIZE, b"\x05" * 32)
    write_whole(hands.root / "log" / "checkpoint", signed_checkpoint(head, [OWN]).whole)


def _bend_cosigned(hands: Insider) -> None:
    (kept,) = (hands.root / "notary" / "cosigned").glob("*.note")
    note = parsed(kept.read_text("utf-8"))
    bent = [one if one.name == SIGNER.name else replace(one, raw=one.raw[:-1] + bytes([one.raw[-1] ^ 1])) for one in note.signatures]
    kept.write_text(Note(note.text, tuple(bent)).whole, encoding="utf-8")


def _cosigned_of_another_log(hands: Insider) -> None:
    """A fork under the log's key, with a cosignature that the witness gave to something else."""
    (kept,) = (hands.root / "notary" / "cosigned").glob("*.note")
    true, fork = parsed(kept.read_text("utf-8")), parsed(_forked(SIZE + 1, hands))
    lines = [one for one in true.signatures if one.name != SIGNER.name]
    write_whole(kept.with_name(f"{SIZE + 1:019d}-fork.note"), Note(fork.text, (*fork.signatures, *lines)).whole)


def _no_quorum(hands: Insider) -> None:
    """The list names all witnesses and their number, and then believes in none of them."""
    path = hands.root / "notary" / "policy"
    write_whole(path, path.read_text("utf-8").replace("quorum enough", "quorum none"))


def _any_quorum(hands: Insider) -> None:
    """The group that everybody looks at stays; the quorum names a friend alone."""
    path = hands.root / "notary" / "policy"
    write_whole(path, path.read_text("utf-8").replace("quorum enough", "quorum discipline"))


def _more_keys(hands: Insider) -> None:
    """A key of his own beside the log's, on the list that parties are given."""
    path = hands.root / "notary" / "policy"
    write_whole(path, path.read_text("utf-8").replace("\nlog ", f"\nlog {OWN.verifier.vkey}\nlog ", 1))


def _witness_moved(hands: Insider) -> None:
    moved = Party("discipline", WITNESS.verifier, "http://192.0.2.7:1")
    write_policy(hands.root / "notary" / "policy", SIGNER.verifier, [moved, *PARTIES[1:]], LEAST)


def _settings(hands: Insider, **more: object) -> None:
    path = hands.root / "notary" / "notary.json"
    write_whole(path, json.dumps({**json.loads(path.read_text("utf-8")), **more}))


def _retired_of_his_own(hands: Insider) -> None:
    """A key of his own is said to have been the log's before: it may sign anything old."""
    _settings(hands, retired=[{"key": OWN.verifier.vkey, "size": 10**9}])
    write_policy(hands.root / "notary" / "policy", SIGNER.verifier, PARTIES, LEAST)
    head = Checkpoint(SIGNER.name, SIZE, root_of([leaf_hash(one) for one in hands.entries()]))
    (hands.root / "head" / "checkpoint").write_text(signed_checkpoint(head, [OWN]).whole, encoding="utf-8")


def _other_head_folder(hands: Insider) -> None:
    """The settings point to a head of his own, older, and the places after it are forgotten."""
    (hands.root / "head2").mkdir()
    shutil.copy(hands.root / "old-head", hands.root / "head2" / "checkpoint")
    _settings(hands, head="../head2")
    hands.sql("DELETE FROM logged WHERE idx >= 200")


def _other_log_folder(hands: Insider) -> None:
    shutil.copytree(hands.root / "log", hands.root / "log2")
    first = hands.root / "log2" / Tile(0, 1, 44).path
    first.write_bytes(b"\x01" * 32 + first.read_bytes()[32:])
    _settings(hands, log="../log2")


def _move_pending(stream: str, seq: int) -> Callable[[Insider], None]:
    return _sql(f"UPDATE events SET stream = '{stream}', seq = {seq} WHERE stream = 'case/c' AND seq = {WAITING}")


def _replace_pending(hands: Insider) -> None:
    """The newest vote is taken out and another put in its place, before the log has it; only the promise knows."""
    new = voted("case/c", WAITING, "against")
    hands.sql(f"UPDATE private SET opening = ? WHERE position = {_LAST}", values=(new.private,))
    hands.sql("UPDATE events SET entry = ?, opening = ? WHERE stream = 'case/c' AND seq = ?", values=(new.entry, new.opening, WAITING))


def _backdate_pending(hands: Insider) -> None:
    """The newest record with an earlier time, its bytes otherwise as they were."""
    hands.sql(f"UPDATE events SET entry = replace(CAST(entry AS TEXT), '09:00', '07:00') WHERE position = {_LAST}")


def _swap_private(hands: Insider) -> None:
    one, two = hands.one("p.opening", 3), hands.one("p.opening", 4)
    for seq, raw in ((3, two), (4, one)):
        hands.sql(f"UPDATE private SET opening = ? WHERE position = (SELECT position FROM events WHERE stream = 'case/a' AND seq = {seq})",
                  values=(raw,))  # fmt: skip


def _swap_with_salts(hands: Insider) -> None:
    """Two votes with their salts, under new commitments, in entry and opening alike; the tree knows."""
    with closing(sqlite3.connect(hands.root / "agency.db")) as database:
        rows = database.execute("SELECT seq, entry, opening FROM events WHERE stream = 'case/a' AND seq IN (3, 4) ORDER BY seq").fetchall()
    read = [(seq, json.loads(entry), json.loads(opening)) for seq, entry, opening in rows]
    (_, a, x), (_, b, y) = read
    a["commit"]["data.vote"], b["commit"]["data.vote"] = b["commit"]["data.vote"], a["commit"]["data.vote"]
    x["data.vote"], y["data.vote"] = y["data.vote"], x["data.vote"]
    for seq, entry, opening in read:
        texts = [json.dumps(one, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() for one in (entry, opening)]
        hands.sql("UPDATE events SET entry = ?, opening = ? WHERE stream = 'case/a' AND seq = ?", values=(*texts, seq))


def _empty_with_the_act(hands: Insider) -> None:
    """The opinion out of the side table and out of the commitments, as if it had never been written."""
    entry = json.loads(hands.one("entry", 7))
    del entry["commit"]["data.opinion"]
    text = json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    hands.sql("UPDATE events SET entry = ? WHERE stream = 'case/a' AND seq = 7", values=(text,))
    hands.sql(f"DELETE FROM private WHERE position = {_SEVENTH}")


def _shift_places(hands: Insider) -> None:
    """Every place from 250 on moves by one, and the last is forgotten."""
    hands.sql("CREATE TABLE kept AS SELECT idx, position FROM logged WHERE idx >= 250", "DELETE FROM logged WHERE idx >= 250",
              f"INSERT INTO logged SELECT idx + 1, position FROM kept WHERE idx < {SIZE - 1}", "DROP TABLE kept")  # fmt: skip


def _copy_of_a_case(hands: Insider) -> None:
    """A closed case under another number, by copying its rows: the numbers of its entries say where they are from."""
    hands.sql("INSERT INTO events (stream, seq, entry, opening) SELECT 'case/d', seq, entry, opening FROM events WHERE stream = 'case/c'",
              "INSERT INTO outbox SELECT position FROM events WHERE stream = 'case/d'")  # fmt: skip


_OPINION = "data.opinion"
IN_STEPS = (
    Tampering(Text(zh="没有批准就清空一人的意见", en="an opinion is emptied without leave"),
              _sql(f"UPDATE private SET opening = NULL WHERE position = {_SEVENTH}"), {"erased"}, _OPINION),
    Tampering(Text(zh="连同附表的一行删去一人的意见", en="an opinion is removed with its row of the side table"),
              _sql(f"DELETE FROM private WHERE position = {_SEVENTH}"), {"erased"}, _OPINION),
    Tampering(Text(zh="清空一条待入的意见", en="an opinion that waits is emptied"),
              _sql(f"UPDATE private SET opening = NULL WHERE position = {_LAST}"), {"erased"}, _OPINION),
    Tampering(Text(zh="意见连同它的承诺一起抽掉", en="an opinion is taken out with its commitment"), _empty_with_the_act, {"altered"}, "case/a#7"),
    Tampering(Text(zh="对调两人的意见及其盐", en="two opinions are swapped with their salts"), _swap_private, {"fields"}, _OPINION),
    Tampering(Text(zh="对调两票，承诺和盐一并对调", en="two votes are swapped, commitments and salts too"), _swap_with_salts, {"altered"}, "case/a#3"),
    Tampering(Text(zh="删去证据文件", en="a file of evidence is deleted"), _delete_file, {"file"}, "files/"),
    Tampering(Text(zh="删去证据文件，连同记着它的那一条", en="a file of evidence is deleted, with the record that would miss it"),
              _forget_files, {"hole"}, "notary"),
    Tampering(Text(zh="把证据文件挪到别的文件夹", en="a file of evidence is moved to another folder"), _move_file, {"file"}, "files/zz"),
    Tampering(Text(zh="证据文件换成指向别处的链接", en="a file of evidence becomes a link"), _link_file, {"file"}, "files/"),
    Tampering(Text(zh="对调两份证据的内容，文件名不变", en="two files of evidence exchange their contents"), _exchange_contents, {"file"}, "files/"),
    Tampering(Text(zh="瓦片换成指向别处的链接", en="a tile becomes a link"), _link_tile, {"tile"}, "tile/0/000"),
    Tampering(Text(zh="条目文件夹换成指向别处的链接", en="the folder of entries becomes a link"), _link_folder, {"tile"}, "tile/entries"),
    Tampering(Text(zh="放一个与后来不符的旧瓦片", en="an old tile appears that is not what grew"),
              _old_part(Tile(0, 0, 100), b"\x09" * 3200), {"tile"}, "tile/0/000.p/100"),
    Tampering(Text(zh="放一个与后来不符的旧条目包", en="an old bundle appears that is not what grew"),
              _short_bundle, {"tile"}, "tile/entries/000.p/100"),
    Tampering(Text(zh="在瓦片里放别的文件", en="a file that no log has lies among the tiles"), _stray_file, {"tile"}, "000.bak"),
    Tampering(Text(zh="公布另一份日志的头", en="the head of another log is published"), _publish(SIZE), {"published"}, "notary/log/checkpoint"),
    Tampering(Text(zh="公布一张更大的日志头", en="a larger head is published"), _publish(SIZE + 9), {"published"}, str(SIZE + 9)),
    Tampering(Text(zh="公布别的密钥签的日志头", en="a head of another key is published"), _publish_anothers, {"published"}, "notary/log/checkpoint"),
    Tampering(Text(zh="弄坏所存的见证", en="the cosignature kept here is bent"), _bend_cosigned, {"cosigned"}, "notary/cosigned"),
    Tampering(Text(zh="把见证挪到另一份日志头上", en="a cosignature is moved to another head"), _cosigned_of_another_log, {"cosigned"}, "fork"),
    Tampering(Text(zh="名单照旧，但谁的见证都不要", en="the list stays, and no witness is wanted"), _no_quorum, {"policy"}, "policy"),
    Tampering(Text(zh="名单照旧，法定数换成只要一家", en="the list stays, the quorum is a friend alone"), _any_quorum, {"policy"}, "policy"),
    Tampering(Text(zh="名单上添一把自己的日志密钥", en="a key of his own joins the log's on the list"), _more_keys, {"policy"}, "policy"),
    Tampering(Text(zh="把见证机构的地址换成自己的", en="the witness's address is changed to his own"), _witness_moved, {"policy"}, "policy"),
    Tampering(Text(zh="冒称自己的密钥是以前的密钥", en="a key of his own is said to be an old one"),
              _retired_of_his_own, {"policy", "key", "head", "log", "published"}, "1"),
    Tampering(Text(zh="设置改指一张旧日志头", en="the settings point to an old head"),
              _other_head_folder, {"witness", "kept_out", "published", "place"}, "200"),
    Tampering(Text(zh="设置改指另一份日志", en="the settings point to another log"), _other_log_folder,
              {"entry", "published", "witness", "tile", "root"}, "256"),
    Tampering(Text(zh="把最新一条挪到另一案件名下", en="the newest record is moved to another case"),
              _move_pending("case/d", 1), {"moved", "promise"}, "case/d#1"),
    Tampering(Text(zh="给最新一条改号，留出空号", en="the newest record gets another number"),
              _move_pending("case/c", 9), {"moved", "hole", "promise"}, "case/c#9"),
    Tampering(Text(zh="入日志以前删去最新一条，痕迹也删", en="the newest record is deleted before the log has it"),
              _sql(f"DELETE FROM outbox WHERE position = {_LAST}", f"DELETE FROM private WHERE position = {_LAST}",
                   f"DELETE FROM events WHERE stream = 'case/c' AND seq = {WAITING}"), {"promise"}, f"case/c#{WAITING}"),
    Tampering(Text(zh="入日志以前换掉最新一条", en="the newest record is replaced before the log has it"),
              _replace_pending, {"promise"}, f"case/c#{WAITING}"),
    Tampering(Text(zh="入日志以前倒填最新一条的时间", en="the newest record is back-dated before the log has it"),
              _backdate_pending, {"promise"}, f"case/c#{WAITING}"),
    Tampering(Text(zh="入日志以前删去整个案件", en="a whole case is deleted before the log has it"),
              _sql("DELETE FROM outbox WHERE position IN (SELECT position FROM events WHERE stream = 'case/c')",
                   "DELETE FROM private WHERE position IN (SELECT position FROM events WHERE stream = 'case/c')",
                   "DELETE FROM events WHERE stream = 'case/c'"), {"promise"}, f"case/c#{WAITING}"),
    Tampering(Text(zh="把已入日志的放回待入之列", en="what stands in the log is put among what waits"),
              _sql(f"INSERT INTO outbox VALUES ({_SEVENTH})"), {"place"}, "outbox"),
    Tampering(Text(zh="日志位置从中间起整体后移一位", en="all places from the middle on move by one"), _shift_places,
              {"altered", "missing", "place", "kept_out"}, "entry 25"),
    Tampering(Text(zh="把一个案件的各行抄到另一个案号下", en="the rows of a case are copied under another number"),
              _copy_of_a_case, {"moved", "erased"}, "case/d#1"),
)
CATALOGUE = (*ON_RECORDS, *ON_THE_LOG, *IN_STEPS, *IN_COMPANY, *IN_CORNERS, *ON_BACKUPS)
"""Everything that the drill does, one after another, each on an honest agency."""
