"""What lies beside the tree and could mislead who reads it: tiles that no head speaks of, links, the published head, kept notes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from qingfeng.ledger.merkle import HASH_BYTES
from qingfeng.ledger.note import BadNote
from qingfeng.ledger.tiles import BadTile, Tile, Tree, bundle, tile_at, unbundled, width_in
from qingfeng.terms.text import Text

from .audit import Wrong
from .faults import LogTrouble
from .folder import LogFolder
from .keys import log_signer
from .place import Place


def beside(place: Place) -> Iterator[Wrong]:
    """Say what is wrong with the files around the log.  Whether tiles make the tree that is signed is the audit's to say."""
    try:
        size = place.reader.state().size
    except LogTrouble:
        return  # the audit says why
    yield from _key(place)
    yield from _strays(place.folder, size)
    yield from _published(place, size)
    for path in sorted((place.home / "cosigned").glob("*.note")):
        try:
            place.cosigned.read(path.read_text("utf-8"))
        except (OSError, UnicodeDecodeError, BadNote) as error:
            yield _wrong("cosigned", f"notary/cosigned/{path.name}", f"所存的见证不成立（{error}）：被改动或损坏",
                         f"the cosigned head kept here does not stand ({error}): changed or damaged")  # fmt: skip


def _key(place: Place) -> Iterator[Wrong]:
    """Look at the key with which the next batch would be signed, if it is on this machine and may be read."""
    try:
        other = log_signer(place.key_file).verifier.vkey != place.key.vkey
    except LogTrouble:
        return
    if other:
        yield _wrong("key", "notary/notary.json", f"所指的密钥文件（{place.key_file.name}）里是别的密钥，不是本日志的",
                     f"the key file that it names ({place.key_file.name}) holds another key than this log's")  # fmt: skip


def _strays(folder: LogFolder, size: int) -> Iterator[Wrong]:
    """Look at every file among the tiles; those beyond the head are what an interrupted batch leaves, and nobody's yet."""
    for above, folders, files in os.walk(folder.path / "tile"):
        for name in sorted((*folders, *files)):
            path = Path(above) / name
            where = path.relative_to(folder.path).as_posix()
            if path.is_symlink():
                yield _wrong("tile", where, "是指向别处的链接：瓦片须在本文件夹内", "it is a link to elsewhere: tiles lie in this folder")
            elif name in files and not name.endswith(".new"):
                yield from _stray(folder, where, size)


def _stray(folder: LogFolder, where: str, size: int) -> Iterator[Wrong]:
    try:
        tile = tile_at(where)
    except BadTile:
        yield _wrong("tile", where, "日志文件夹里没有这样的文件", "no log has such a file")
        return
    whole = width_in(tile.level, tile.index, size)
    if tile.width >= whole:
        return  # the tile itself, which the audit reads, or one that no head speaks of yet
    try:
        data, held = (folder.path / where).read_bytes(), folder.read(Tile(tile.level, tile.index, whole))
        same = data == (held[: tile.width * HASH_BYTES] if tile.level >= 0 else bundle(unbundled(held, whole)[: tile.width]))
    except (OSError, BadTile, LogTrouble):
        same = False
    if not same:
        yield _wrong("tile", where, "与后来的瓦片不符：给旧日志头看的是另一份", "it is not the beginning of the later tile: old heads are shown another log")


def _published(place: Place, size: int) -> Iterator[Wrong]:
    where = "notary/log/checkpoint"
    try:
        shown = place.reader.opened((place.log / "checkpoint").read_text("utf-8"))
        if shown.size > size:
            yield _wrong("published", where, f"公布的日志头有{shown.size}条，日志只有{size}条",
                         f"the published head has {shown.size} entries, the log {size}")  # fmt: skip
        elif Tree(place.folder.read, shown.size, place.digest).root() != shown.root:
            yield _wrong("published", where, "公布的日志头与日志不符：给外人看的是另一份", "the published head is not of this log: others are shown another")
    except FileNotFoundError:
        return  # not published yet
    except (OSError, UnicodeDecodeError, LogTrouble, BadTile) as error:
        yield _wrong("published", where, f"公布的日志头不成立（{error}）", f"the published head does not stand: {error}")


def _wrong(kind: str, where: str, zh: str, en: str) -> Wrong:
    return Wrong(kind, where, Text(zh=f"{where}：{zh}", en=f"{where}: {en}"))
