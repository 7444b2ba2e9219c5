"""Copies of a store while it is at work: one consistent moment of it."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryFile

from psycopg.conninfo import conninfo_to_dict

from qingfeng.casework.ports import StoreUnavailable
from qingfeng.terms.text import Text

from .sqlite_transaction import translated

_BLOCK = 64 << 20
"""Bytes of a dump that are looked at at a time."""


def copy_sqlite(source: Path, target: Path) -> None:
    """Copy a SQLite database into a new file, consistent and checked, while others read and write it.  Raises StoreError."""
    beside = target.with_name(f".{target.name}.new")
    try:
        beside.unlink(missing_ok=True)
        os.close(os.open(beside, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except OSError as error:
        raise _failed(target, error) from error
    uri = f"{source.absolute().as_uri()}?mode=rw"
    with translated(), closing(sqlite3.connect(uri, uri=True, timeout=10)) as old, closing(sqlite3.connect(beside)) as new:
        old.backup(new)  # in one step: in small ones it would begin anew whenever somebody writes, and never end on a busy day
        new.execute("PRAGMA journal_mode = DELETE")
        (word,) = new.execute("PRAGMA integrity_check").fetchone()
    if word != "ok":
        beside.unlink(missing_ok=True)
        raise StoreUnavailable(Text(
            zh=f"数据库{source.name}已损坏（{str(word)[:200]}），没有备份；请由上一次备份恢复。",
            en=f"The database {source.name} is damaged ({str(word)[:200]}) and was not backed up; restore the last backup."))  # fmt: skip
    try:
        with beside.open("rb") as file:
            os.fsync(file.fileno())
        os.replace(beside, target)
    except OSError as error:
        raise _failed(target, error) from error


def put_back_sqlite(source: Path, target: Path, *, aside: Path) -> None:
    """Put a copy in the place of a SQLite database, which is moved aside with all that belongs to it.

    Raises StoreUnavailable while anybody has it open; then nothing was changed.
    """
    if target.exists():
        try:
            with closing(sqlite3.connect(f"{target.absolute().as_uri()}?mode=rw", uri=True, timeout=0.5)) as old:
                (mode,) = old.execute("PRAGMA journal_mode = DELETE").fetchone()  # refused while another connection is open
        except sqlite3.DatabaseError:
            mode = "wal" if Path(f"{target}-shm").exists() else "delete"  # one that is no database any more is moved aside as it is
        if mode != "delete":
            raise StoreUnavailable(Text(
                zh=f"{target.name}正在使用，没有恢复；请先停止网站和后台（qingfeng serve、work），再重试。",
                en=f"{target.name} is in use and was not replaced; stop the site and the worker "
                "(qingfeng serve, work), then try again."))  # fmt: skip
    beside = target.with_name(f".{target.name}.new")
    try:
        with source.open("rb") as file, open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as into:
            shutil.copyfileobj(file, into, 1 << 20)
            into.flush()
            os.fsync(into.fileno())
        for ending in ("", "-wal", "-shm"):  # only now: what breaks off before has changed nothing
            if Path(f"{target}{ending}").exists():
                os.replace(f"{target}{ending}", f"{aside}{ending}")
        os.replace(beside, target)
    except OSError as error:
        raise _failed(target, error) from error


def copy_postgres(url: str, target: Path) -> None:
    """Copy a PostgreSQL database with its own program.  Raises StoreUnavailable, also when that program is not on this machine."""
    _run("pg_dump", url, ["--format=custom", f"--file={target}"])


def put_back_postgres(url: str, source: Path) -> None:
    """Put a copy into an empty PostgreSQL database, all or nothing.  Raises StoreUnavailable."""
    name = str(conninfo_to_dict(url).get("dbname") or "")
    _run("pg_restore", url, ["--exit-on-error", "--single-transaction", "--no-owner", f"--dbname={name}", str(source)])


def said_by_dump(source: Path) -> Iterator[bytes]:
    """Yield what a copy made by `copy_postgres` says, as SQL, in blocks that end with a line; what it holds is packed in the file itself.

    Raises StoreUnavailable, also when the program that reads it is not on this machine.
    """
    program = _program("pg_restore")
    with TemporaryFile() as trouble:  # a pipe that nobody reads meanwhile would stop the program once it is full
        with subprocess.Popen([program, "--file=-", str(source)], stdout=subprocess.PIPE, stderr=trouble) as reading:
            assert reading.stdout is not None
            while lines := reading.stdout.readlines(_BLOCK):
                yield b"".join(lines)
        trouble.seek(0)
        why = trouble.read(2_000).decode("utf-8", "replace").strip()[:300]
    if reading.returncode != 0:
        raise StoreUnavailable(Text(zh=f"{source.name} 读不出来，没有查：pg_restore 说 {why}",
                                    en=f"{source.name} cannot be read and was not looked at: pg_restore says {why}"))  # fmt: skip


def _run(name: str, url: str, arguments: list[str]) -> None:
    program = _program(name)
    said = conninfo_to_dict(url)
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE", "sslmode": "PGSSLMODE"}
    told = {names[key]: str(value) for key, value in said.items() if key in names}  # not on the command line, which everybody can read
    done = subprocess.run([program, *arguments], env={**os.environ, **told}, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        why = done.stderr.strip()[:300]
        raise StoreUnavailable(Text(zh=f"{name} 没有成功：{why}", en=f"{name} failed: {why}"))


def _program(name: str) -> str:
    program = shutil.which(name)
    if program is None:
        raise StoreUnavailable(Text(
            zh=f"这台机器上没有 {name}，什么也没有做。请安装 PostgreSQL 客户端程序（Debian：postgresql-client）后重试，或在数据库服务器上运行。",
            en=f"There is no {name} on this machine; nothing was done. Install the client programs of PostgreSQL "
            "(Debian: postgresql-client) and try again, or run this on the database server."))  # fmt: skip
    return program


def _failed(target: Path, error: OSError) -> StoreUnavailable:
    return StoreUnavailable(Text(
        zh=f"写不进{target.name}（{error.strerror}）；请检查位置和磁盘空间。",
        en=f"{target.name} could not be written ({error.strerror}); see place and disk."))  # fmt: skip
