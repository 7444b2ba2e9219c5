"""Copies of files that can be trusted: each with its SHA-256 in one list, written last, read first."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from qingfeng.ledger.tiles import BadTile, Tree, tiles_of
from qingfeng.terms.text import Text

from .faults import LogTrouble, disk_failed
from .folder import sync_folder
from .place import Place, write_whole

LIST = "backup.json"
CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Copied:
    """What a list says.  said: when, of which log, how large; files: path → SHA-256."""

    said: Mapping[str, Any]
    files: Mapping[str, str]


def copy(source: Path, target: Path, *, mode: int = 0o600) -> str:
    """Copy a file so that it lasts; return the SHA-256 of what was written.  Raises LogTrouble; then no file of this name is there."""
    beside = target.with_name(f".{target.name}.new")
    found = sha256()
    try:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        held = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
        with open(held, "wb") as into, source.open("rb") as file:
            while chunk := file.read(CHUNK):
                found.update(chunk)
                into.write(chunk)
            into.flush()
            os.fsync(into.fileno())
        os.replace(beside, target)
    except OSError as error:
        raise disk_failed(target, error) from error
    sync_folder(target.parent)
    return found.hexdigest()


def copy_log(place: Place, target: Path, size: int) -> dict[str, str]:
    """Copy the tiles of a tree of this size, its policy, settings and cosigned checkpoints; return path → SHA-256.  Raises LogTrouble."""
    files: dict[str, str] = {}
    for tile in tiles_of(size):
        data = place.folder.read(tile)
        path = target / "notary" / "log" / tile.path
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with path.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise disk_failed(path, error) from error
        files[path.relative_to(target).as_posix()] = sha256(data).hexdigest()
    plain = [place.home / name for name in ("notary.json", "policy")]
    plain += sorted((place.home / "cosigned").glob("*.note")) + sorted(place.home.glob("succession-*.note"))
    for path in plain:
        name = path.relative_to(place.home.parent)
        files[name.as_posix()] = copy(path, target / name)
    return files


def write_list(folder: Path, said: Mapping[str, Any], files: Mapping[str, str]) -> None:
    """Write the list: only with it a folder is a backup.  Raises LogTrouble."""
    write_whole(folder / LIST, json.dumps({**said, "files": dict(sorted(files.items()))}, ensure_ascii=False, indent=1) + "\n", mode=0o600)


def read_list(folder: Path) -> Copied:
    """Return what a backup says of itself.  Raises LogTrouble."""
    try:
        said = json.loads((folder / LIST).read_text("utf-8"))
        files = {str(name): str(digest) for name, digest in said.pop("files").items()}
    except FileNotFoundError:
        raise LogTrouble(Text(
            zh=f"{folder.name}不是完整的备份（没有 {LIST}）：备份没有做完，或者指错了文件夹。",
            en=f"{folder.name} is no whole backup (there is no {LIST}): it broke off, or this is another folder.")) from None  # fmt: skip
    except OSError as error:
        raise disk_failed(folder / LIST, error) from error
    except (ValueError, AttributeError, KeyError) as error:
        raise LogTrouble(Text(zh=f"{LIST} 已损坏。", en=f"{LIST} is damaged.")) from error
    if any(Path(name).is_absolute() or ".." in Path(name).parts for name in files):
        raise LogTrouble(Text(zh=f"{LIST} 里有备份以外的路径，不予使用。", en=f"{LIST} names places outside of the backup: it is not used."))
    return Copied(said, files)


def damaged(folder: Path, copied: Copied) -> Iterable[str]:
    """Return the files of a backup that are missing or not what its list says."""
    for name, digest in copied.files.items():
        try:
            if digest_of_file(folder / name) != digest:
                yield name
        except OSError:
            yield name


def doubts_of(folder: Path, copied: Copied, place: Place | None, needed: Iterable[str], head_name: str) -> Iterable[Text]:
    """Say why a backup is not what it says it is, before anything is put back; whether its records fit the log is the audit's to say.
    place: the log that is here, if there is one; needed: any of these is the database; head_name: the log's head in the backup."""
    if not any(name in copied.files for name in needed):
        yield Text(zh=f"{LIST}：没有列出数据库，看不出它有没有被换过", en=f"{LIST}: it does not name the database, which may have been exchanged")
    origin = copied.said.get("origin")
    if origin is None and place is None:
        return
    if place is not None and origin != place.origin:
        yield Text(zh=f"{LIST}：这是另一份日志（{origin}）的备份，这里的是 {place.origin}",
                   en=f"{LIST}: this is a backup of another log ({origin}); the one here is {place.origin}")  # fmt: skip
        return
    if head_name not in copied.files:
        yield Text(zh=f"{LIST}：没有列出日志头（{head_name}）", en=f"{LIST}: it does not name the head of the log ({head_name})")
        return
    try:
        text = (folder / head_name).read_text("utf-8")
        said = text.split("\n")[:2]
        if said != [str(origin), str(copied.said.get("log_size"))]:
            yield Text(zh=f"{head_name}：日志头是 {'、'.join(said)} 条的，{LIST} 写的是 {origin}、{copied.said.get('log_size')} 条",
                       en=f"{head_name}: the head is of {' '.join(said)}, {LIST} says {origin} {copied.said.get('log_size')}")  # fmt: skip
        if place is None:
            return
        head = place.reader.opened(text)
    except (OSError, UnicodeDecodeError, LogTrouble) as error:
        yield Text(zh=f"{head_name}：不是本日志的密钥签的，或者已损坏（{error}）", en=f"{head_name}: not signed by this log's key, or damaged ({error})")
        return
    try:
        here = place.reader.state().size
        same = head.size > here or Tree(place.folder.read, head.size, place.digest).root() == head.root
    except (LogTrouble, BadTile):
        return  # the log here cannot be read, which is said with everything else that is wrong with it
    if head.size > here:
        yield Text(zh=f"{head_name}：备份的日志有 {head.size} 条，这里只有 {here} 条：这里的日志被截短过",
                   en=f"{head_name}: the backup's log has {head.size} entries, the one here {here}: it was cut")  # fmt: skip
    elif not same:
        yield Text(zh=f"{head_name}：备份的前 {head.size} 条与这里的日志不同：两者之一被改写过",
                   en=f"{head_name}: its {head.size} entries are not those of the log here: one of them was rewritten")  # fmt: skip


def digest_of_file(path: Path) -> str:
    """Return the SHA-256 of a file.  Raises OSError."""
    found = sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            found.update(chunk)
    return found.hexdigest()
