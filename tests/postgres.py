"""A PostgreSQL server of the tests' own: made with initdb, reached by a unix socket only, gone at the end."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg
import pytest

START_SECONDS = 60
_SETTINGS = {
    "listen_addresses": "''",
    "fsync": "on",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "deadlock_timeout": "200ms",
    "log_min_messages": "warning",
}


def program(name: str) -> Path:
    """Return a server program, from PATH or where Debian keeps it.  The tests fail without it: they do not skip."""
    found = [Path(p) for p in (shutil.which(name),) if p] + sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    if not found:
        pytest.fail(
            f"缺少 PostgreSQL 服务程序 {name}；请用 ./test 运行（它会安装），或安装 postgresql 软件包。 "
            f"The PostgreSQL server program {name} is missing; run ./test, which installs it, or install postgresql."
        )
    return found[-1]


def _unprivileged() -> tuple[str | None, list[str]]:
    """Return who is to run the server, which refuses root, and what to put before its command."""
    if os.geteuid() != 0:
        return None, []
    names = {user.pw_name for user in pwd.getpwall()}
    user = "postgres" if "postgres" in names else "nobody"
    if shutil.which("setpriv"):
        # So that the process we start is the server itself, which we can signal.
        return user, ["setpriv", f"--reuid={user}", f"--regid={pwd.getpwnam(user).pw_gid}", "--clear-groups"]
    return user, ["runuser", "-u", user, "--"]


class Cluster:
    """A server with its data in a temporary folder."""

    def __init__(self) -> None:
        # Not pytest's folder: its parents are closed to others, and a socket path must stay short.
        self.folder = Path(tempfile.mkdtemp(prefix="qf-pg-"))
        user, self._before = _unprivileged()
        if user:
            shutil.chown(self.folder, user)
        self._process: subprocess.Popen[bytes] | None = None
        how = ["-U", "owner", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
        made = self._run(str(program("initdb")), "-D", f"{self.folder}/data", *how)
        assert made.returncode == 0, made.stderr.decode()
        with (self.folder / "data" / "postgresql.conf").open("a", encoding="utf-8") as conf:
            conf.writelines(f"{name} = {value}\n" for name, value in _SETTINGS.items())
            conf.write(f"unix_socket_directories = '{self.folder}'\n")
        self.start()

    def _run(self, *command: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run([*self._before, *command], capture_output=True, check=False, cwd="/")

    @property
    def dsn(self) -> str:
        """Where to connect."""
        return f"host={self.folder} dbname=postgres user=owner"

    def start(self) -> None:
        """Start the server and wait until it answers, and answers from our folder."""
        with (self.folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                [*self._before, str(program("postgres")), "-D", f"{self.folder}/data"], stdout=log, stderr=log, cwd="/"
            )
        end = time.monotonic() + START_SECONDS
        while True:
            try:
                with psycopg.connect(self.dsn, connect_timeout=5) as connection:
                    row = connection.execute("SHOW data_directory").fetchone()
                assert row is not None
                assert Path(row[0]) == self.folder / "data", "this is somebody else's server"
                return
            except psycopg.OperationalError:
                gave_up = self._process.poll() is not None or time.monotonic() > end
                assert not gave_up, (self.folder / "server.log").read_text("utf-8")
                time.sleep(0.05)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop the server: SIGINT is a fast shutdown, SIGQUIT a crash."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(timeout=START_SECONDS)
            self._process = None

    def remove(self) -> None:
        """Stop the server and delete its folder."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
