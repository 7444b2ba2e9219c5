"""qingfeng tip …: whose copy leaked; whether a reporter's name stands anywhere in the clear."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TextIO

import click

from qingfeng.terms.text import Text

from .frame import Section, screen_of
from .screen import FINE, FOUND, CommandFailed

MOST = 1 << 20
"""Bytes of a text that is looked through for marks."""
LEAST = 2
"""Signs of a word that is searched for."""
_BYTES = re.compile(rb"\\\\x((?:[0-9a-f]{2})+)")
"""A value of bytes as a dump in SQL writes it."""


@click.group(cls=Section)
def tip() -> None:
    """举报：泄露的摘要是谁的；库里有没有举报人的明文。 Tips: whose copy leaked; whether a name stands in the clear."""


@tip.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def whose(file: Path) -> int:
    """泄露的摘要（文本，或者照着打的字）是发给谁的那一份；用 --as 写明纪检人员；认不出的退出码 1。 Whose copy it was."""
    from qingfeng.casework.desk.access import note_denial, sees_suspicion
    from qingfeng.casework.referrals import whose as read

    from .agency import now, opened
    from .reader import reader

    screen = screen_of()
    raw = file.read_bytes()[: MOST + 1]
    text = raw[:MOST].decode("utf-8", "replace")
    with opened(screen) as office:
        with office.store.read() as tx:
            viewer = reader(screen, office.registry(tx))
            found, sure = read(tx, text)
            people = office.registry(tx).people
        if not sees_suspicion(viewer):
            note_denial(office, viewer, "terminal tip whose", at=now())
            raise CommandFailed(Text(zh="只有纪检监察人员可以查；请用 --as 写明是谁。", en="Inspectors alone may ask: say who with --as."), code=FOUND)
    told = [{"number": f"{one.number:010X}", "to": one.to, "by": people.name(one.by), "day": one.day.isoformat(), "opened": one.opened}
            for one in found]  # fmt: skip
    for one in found:
        how = Text(zh="编号", en="by its number") if sure else Text(zh="仅凭用语，不足为凭", en="by turns of phrase alone: no proof")
        screen.say(f"{'✓' if sure else '…'} QF-{one.number:010X}　{one.to}　{one.day}由{people.name(one.by)}转出，打开过{one.opened}次（{how.zh}）",
                   f"{'✓' if sure else '…'} QF-{one.number:010X}  {one.to}  passed on {one.day} by {people.name(one.by)}, "
                   f"opened {one.opened} times ({how.en})")  # fmt: skip
    if not found:
        screen.say("没有记号，认不出是哪一份。", "There is no mark: it cannot be told which copy it was.")
    screen.data({"sure": sure and bool(found), "copies": told})
    return FINE if found else FOUND


@tip.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, exists=True))
@click.option("--words", type=click.File(encoding="utf-8"), default="-",
              help="要找的姓名、电话，一行一个（不写则由键盘输入，不留在命令记录里）。 What to look for, one a line; else typed in.")  # fmt: skip
def scan(paths: tuple[Path, ...], words: TextIO) -> int:
    """逐字节找举报人的姓名、电话：本单位文件夹，及所列的备份、导出；找到的退出码 1。 Look for words in every byte."""
    from qingfeng.casework.leaks import search

    from .agency import where

    screen = screen_of()
    wanted = [line.strip() for line in words if line.strip()]
    if not wanted or any(len(one) < LEAST for one in wanted):
        raise CommandFailed(Text(zh=f"请写要找的词，每个至少{LEAST}个字。", en=f"Say what to look for, {LEAST} signs each at least."))
    told, files = [], 0
    with ExitStack() as beside:
        for path, name in _files(where(screen), paths, beside):
            files += 1
            for part, data in _parts(path):
                told += [{"file": name, "part": part, "word": one.word + 1, "form": one.form, "within": one.within}
                         for one in search(data, wanted)]  # fmt: skip
    for one in told:
        screen.say(f"✗ {one['file']} {one['part']}{one['within']}：第{one['word']}个词，{one['form']}",
                   f"✗ {one['file']} {one['part']}{one['within']}: word {one['word']}, {one['form']}")  # fmt: skip
    screen.say(f"{'✗' if told else '✓'} 查了{files}个文件、{len(wanted)}个词，找到{len(told)}处。",
               f"{'✗' if told else '✓'} {files} files, {len(wanted)} words: found {len(told)} times.")  # fmt: skip
    screen.data({"files": files, "words": len(wanted), "found": told})
    return FOUND if told else FINE


def _files(source: str, paths: tuple[Path, ...], beside: ExitStack) -> Iterator[tuple[Path, str]]:
    """Yield every file to look at and how it is called; of an agency on a PostgreSQL server a copy of the database first."""
    from qingfeng import wiring
    from qingfeng.store.copies import copy_postgres

    if not paths and wiring.on_server(source):
        copy = Path(beside.enter_context(TemporaryDirectory(prefix="qingfeng-scan-"))) / "agency.dump"  # the folder is 0700
        copy_postgres(source, copy)
        yield copy, "PostgreSQL"
    for root in paths or (wiring.home_of(source),):
        for path in sorted(root.rglob("*")) if root.is_dir() else [root]:
            if path.is_file():
                yield path, str(path)


def _parts(path: Path) -> Iterator[tuple[str, bytes]]:
    """Return what a file holds, its name too; of an SQLite file the values as well, which its pages may cut in two; of a dump what it says.

    Raises StoreUnavailable for a dump that cannot be read: it is not called clean."""
    from qingfeng.store.copies import said_by_dump

    with path.open("rb") as file:
        packed = file.read(5) == b"PGDMP"
    if packed:
        for block in said_by_dump(path):
            yield "[dump]", block
            yield "[dump]", _BYTES.sub(lambda found: b"\n" + bytes.fromhex(found[1].decode()) + b"\n", block)  # the values themselves
        return
    data = path.read_bytes()
    yield "", path.name.encode() + b"\n" + data
    if not data.startswith(b"SQLite format 3\0"):
        return
    link = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        link.text_factory = bytes
        tables = [name.decode() for (name,) in link.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            rows = link.execute('SELECT * FROM "{}"'.format(table.replace('"', '""')))
            while values := rows.fetchmany(1_000):
                yield f"[{table}]", b"\n".join(value for row in values for value in row if isinstance(value, bytes))
    finally:
        link.close()
