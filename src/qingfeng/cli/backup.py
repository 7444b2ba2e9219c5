"""qingfeng backup and restore: one consistent copy of everything, keys apart; the log's head is never touched by either."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qingfeng.terms.text import Text

from .frame import Told, screen_of
from .screen import FINE, FOUND, CommandFailed, Screen

if TYPE_CHECKING:
    from qingfeng.casework.office import Office
    from qingfeng.notary.audit import Wrong
    from qingfeng.notary.place import Place

DATABASE, DUMP, SITE, CHECKPOINT = "agency.db", "agency.dump", "web.db", "checkpoint"
MOST_NAMED = 20
KEYS = ("hook-key", "web-secret", "notary-key/log.key")
"""What is secret in an agency's folder: it goes into no backup, but into a folder of its own if one is named."""


@click.command(cls=Told)
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--keys", type=click.Path(path_type=Path), help="另存密钥的文件夹，不能在备份里面。 Where keys are copied, outside of the backup.")
def backup(folder: Path, keys: Path | None) -> None:
    """备份到新文件夹：数据库的同一时刻、日志、文件；日志头和密钥不在其中。 Copy everything of one moment into a new folder."""
    from qingfeng import wiring
    from qingfeng.notary.copies import copy, copy_log, write_list
    from qingfeng.store.files import FileShelf

    from .agency import now, where

    screen, files = screen_of(), dict[str, str]()
    source = where(screen)
    home, place = wiring.home_of(source), wiring.log_of(source)
    if keys is not None and keys.absolute().is_relative_to(folder.absolute()):
        raise CommandFailed(Text(zh="密钥不能放在备份里面：拿到备份的人就能冒签日志；请另指一处。",
                                 en="Keys do not go into the backup: who gets it could sign in the log's name. "
                                 "Name another place."))  # fmt: skip
    _empty(folder)
    head = None
    with place.head.alone() if place is not None else nullcontext():  # no batch meanwhile: store and head are of one moment
        if place is not None:
            head = place.head.read()
        name = _store(source, folder)
    files[name] = _digest(folder / name)
    if (home / SITE).exists():
        _copy_database(home / SITE, folder / SITE)
        files[SITE] = _digest(folder / SITE)
    for digest, path in FileShelf(home / "files").all():
        files[f"files/{digest[:2]}/{digest}"] = copy(path, folder / "files" / digest[:2] / digest, mode=0o400)
    size = 0
    if place is not None and head is not None:
        size = place.reader.opened(head).size
        files |= copy_log(place, folder, size)
        (folder / CHECKPOINT).write_text(head, encoding="utf-8")
        files[CHECKPOINT] = _digest(folder / CHECKPOINT)
    kept = _keys(home, place, keys)
    write_list(folder, {"v": 1, "at": now().isoformat(), "log_size": size, "origin": place.origin if place is not None else None}, files)
    screen.say(f"✓ 已备份到 {folder}：{len(files)} 个文件，日志到第 {size} 条。", f"✓ backed up to {folder}: {len(files)} files, log up to {size}.")
    _say_keys(screen, keys, kept)
    screen.data({"folder": str(folder), "files": len(files), "log_size": size, "keys": kept})


def _say_keys(screen: Screen, keys: Path | None, kept: list[str]) -> None:
    if keys is None:
        screen.say("  密钥不在备份里；请用 --keys 另存一处，由另一人保管。", "  Keys are not in it: copy them with --keys to a place that somebody else keeps.")
    else:
        screen.say(f"  密钥 {len(kept)} 个已另存到 {keys}。", f"  {len(kept)} keys were copied to {keys}.")


def _empty(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if any(folder.iterdir()):
        raise CommandFailed(Text(zh=f"{folder}不是空的；每次备份用一个新文件夹，不覆盖以前的。",
                                 en=f"{folder} is not empty: each backup has a new folder, none is written over."))  # fmt: skip


def _store(source: str, folder: Path) -> str:
    """Copy the agency's database; return the name of the copy.  Raises StoreError."""
    if "://" in source or "=" in source.split("/", 1)[0]:
        from qingfeng.store.copies import copy_postgres

        copy_postgres(source, folder / DUMP)
        return DUMP
    if not Path(source).is_file():
        from qingfeng.store import faults

        raise faults.missing(source)
    _copy_database(Path(source), folder / DATABASE)
    return DATABASE


def _copy_database(source: Path, target: Path) -> None:
    from qingfeng.store.copies import copy_sqlite

    copy_sqlite(source, target)


def _digest(path: Path) -> str:
    from qingfeng.notary.copies import digest_of_file

    return digest_of_file(path)


def _keys(home: Path, place: Place | None, keys: Path | None) -> list[str]:
    """Copy the keys into a folder of their own; return which there were."""
    from qingfeng.notary.copies import copy

    if keys is None:
        return []
    found = {name: home / name for name in KEYS}
    if place is not None:
        del found[KEYS[-1]]
        found[f"notary-key/{place.key_file.name}"] = place.key_file
    there = {name: path for name, path in found.items() if path.is_file()}
    for name, path in there.items():
        copy(path, keys / name)
    return sorted(there)


@click.command(cls=Told)
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--replace", is_flag=True, help="已有的数据库移到一旁，换成备份里的。 Move the database that is there aside.")
@click.option("--keys", type=click.Path(path_type=Path), help="另存密钥的文件夹；已有的密钥不动。 Where the keys are; those in place stay.")
@click.option("--new-machine", is_flag=True, help="整机毁损、日志头也没有了：用备份里的日志头。 The head is lost too: take the backup's.")
def restore(folder: Path, replace: bool, keys: Path | None, new_machine: bool) -> int:
    """由备份恢复；备份比日志旧的，须由两名管理员说明缺口后才能办理（退出码 1）。 Put a backup back."""
    from qingfeng import wiring
    from qingfeng.notary.copies import damaged, doubts_of, read_list

    from .agency import where

    screen = screen_of()
    source = where(screen)
    home, copied = wiring.home_of(source), read_list(folder)
    bad = list(damaged(folder, copied))
    if bad:
        raise CommandFailed(*(Text(zh=f"备份里的 {name} 缺失或已损坏，没有恢复。", en=f"{name} of the backup is missing or damaged; nothing was restored.")
                              for name in bad[:20]))  # fmt: skip
    doubts = list(doubts_of(folder, copied, wiring.log_of(source), (DATABASE, DUMP), CHECKPOINT))
    if doubts:
        raise CommandFailed(*(Text(zh=f"{one.zh}；没有恢复。", en=f"{one.en}; nothing was restored.") for one in doubts))
    if wiring.log_of(source) is None and not new_machine and copied.said.get("origin"):
        raise CommandFailed(Text(
            zh="这里没有存证日志（notary 文件夹）。若是没有挂上，请先挂上；若整机毁损，请加 --new-machine，见证机构会核对有没有倒退。",
            en="There is no log here (the folder notary). Mount it if it is elsewhere; if the machine is lost, add --new-machine: "
            "the witnesses will see whether anything went back."))  # fmt: skip
    aside = _put_database(source, folder, replace=replace)
    _put_rest(home, folder, copied.files, keys)
    place = wiring.log_of(source)
    if place is not None and new_machine:
        _put_head(place, folder)
    screen.say(f"✓ 已恢复 {copied.said.get('at', '')} 的备份{f'；原数据库移到 {aside}' if aside else ''}。",
               f"✓ the backup of {copied.said.get('at', '')} is back{f'; the former database is {aside}' if aside else ''}.")
    return _fits(screen, aside)


def _put_database(source: str, folder: Path, *, replace: bool) -> str | None:
    from .agency import now

    if "://" in source or "=" in source.split("/", 1)[0]:
        from qingfeng.store.copies import put_back_postgres

        put_back_postgres(source, folder / DUMP)
        return None
    from qingfeng.store.copies import put_back_sqlite

    target = Path(source)
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_name(f"{target.name}.before-{now():%Y%m%d%H%M%S}")
    if target.exists() and not replace:
        raise CommandFailed(Text(zh=f"{target}已有单位的库，没有改动；确要换成备份的，请加 --replace（原来的移到一旁，不删）。",
                                 en=f"There is an agency at {target}; it was left alone. Add --replace to put the backup in its place "
                                 "(the former one is moved aside, not removed)."))  # fmt: skip
    there = target.exists()
    put_back_sqlite(folder / DATABASE, target, aside=aside)
    return aside.name if there else None


def _put_rest(home: Path, folder: Path, files: Iterable[str], keys: Path | None) -> None:
    """Copy what is not here: files, tiles, settings, keys; nothing that is here is written over."""
    from qingfeng.notary.copies import copy

    for name in files:
        target = home / name
        if name not in (DATABASE, DUMP, CHECKPOINT) and not target.exists():
            copy(folder / name, target, mode=0o400 if name.startswith("files/") else 0o600)
    for name in () if keys is None else (*KEYS[:-1], *(f"notary-key/{one.name}" for one in sorted((keys / "notary-key").glob("*.key")))):
        if keys is not None and (keys / name).is_file() and not (home / name).exists():
            copy(keys / name, home / name)


def _put_head(place: Place, folder: Path) -> None:
    """Put the backup's head where there is none."""
    os.makedirs(place.head_folder, mode=0o700, exist_ok=True)
    with place.head.alone():
        if place.head.read() is None:
            place.head.swap(None, (folder / CHECKPOINT).read_text("utf-8"))


def _fits(screen: Screen, aside: str | None) -> int:
    """Say whether the store that is here now fits its log, and what `qingfeng verify` names of it."""
    from qingfeng.notary.guard import NotFitting

    from .agency import must_fit, opened

    trouble: Text | None = None
    with opened(screen) as office:
        try:
            must_fit(office)
        except NotFitting as error:
            trouble = error.message
        wrong, more = named(screen, office)
    if trouble is not None:
        screen.line("! " + screen.words(trouble))
    for one in wrong:
        screen.line("✗ " + screen.words(one.message))
    if more:
        screen.say(f"✗ 此外还有 {more} 处，见 qingfeng verify。", f"✗ and {more} more: see qingfeng verify.")
    screen.data({"restored": True, "aside": aside, "fits": trouble is None,
                 "trouble": {"zh": trouble.zh, "en": trouble.en} if trouble is not None else None, "more": more,
                 "wrong": [{"kind": w.kind, "where": w.where, "zh": w.message.zh, "en": w.message.en} for w in wrong]})  # fmt: skip
    return FINE if trouble is None and not wrong else FOUND


def named(screen: Screen, office: Office) -> tuple[list[Wrong], int]:
    """Return what is wrong with the agency as it was put back, at most so many things, and how many more there are."""
    from qingfeng import wiring
    from qingfeng.notary.audit import Wrong

    from .agency import bare, now, where
    from .verify import examined, witnessed

    place, before = wiring.log_of(where(screen)), list[Wrong]()
    if place is None:
        return [], 0
    notes = witnessed(screen, place, (), before, ask=True)
    found, _ = examined(place, bare(office), wiring.home_of(where(screen)), notes, before, now=int(now().timestamp()))
    return list(found.wrong[:MOST_NAMED]), max(0, len(found.wrong) - MOST_NAMED) + found.more
