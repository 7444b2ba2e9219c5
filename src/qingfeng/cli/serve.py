"""qingfeng serve: the site, in the foreground; with --work the worker beside it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

import click

from qingfeng.terms.text import Text

from .frame import Told, screen_of
from .screen import CommandFailed, Screen

PAUSE, GRACE, AGAIN = 0.5, 20.0, 5.0
"""Seconds: between looks at the two processes, until one that was told to end is killed, before a worker is started again."""


@click.command(cls=Told)
@click.option("--bind", default="127.0.0.1:8000", show_default=True, help="地址和端口。 Address and port.")
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="进程数。 Processes.")
@click.option("--work", is_flag=True, help="同时运行后台工作进程（qingfeng work）。 Run the worker beside it.")
def serve(bind: str, workers: int, work: bool) -> int:
    """开通网站，直到中断。 Serve the site until interrupted."""
    from .agency import must_fit, opened, where

    screen = screen_of()
    environment = _environment(screen, where(screen))
    with opened(screen) as office:
        must_fit(office)
    _say_no_log(screen, where(screen))
    site = [sys.executable, "-m", "qingfeng.web", "--bind", bind, "--workers", str(workers)]
    if not work:
        sys.stdout.flush()
        os.execve(sys.executable, site, environment)
    beside = [[sys.executable, "-m", "qingfeng", "work"]]
    if environment.get("QINGFENG_DEMO") == "1":  # a demonstration may lie idle for as long as it likes
        beside[0].append("--confirm-clock")
        beside += [[sys.executable, "-m", "qingfeng", "witness", "demo"]] if _keeps_log(where(screen)) else []
    return _all(site, beside, environment)


def _say_no_log(screen: Screen, place: str) -> None:
    """Say it of an agency that keeps no log: nobody outside could tell if a record were taken away."""
    if not _keeps_log(place):
        screen.complain([Text(zh="! 本单位没有存证日志：记录被删改，外人查不出。请运行 qingfeng notary begin。",
                              en="! This agency keeps no log: nobody outside could tell if a record were changed or removed. "
                              "Run qingfeng notary begin.")])  # fmt: skip


def _keeps_log(place: str) -> bool:
    from qingfeng import wiring

    return wiring.log_of(place) is not None


def _environment(screen: Screen, place: str) -> dict[str, str]:
    """Return what the processes are told: the store, the folder beside it, the language, where the program is."""
    home = os.environ.get("QINGFENG_HOME")
    remote = "://" in place or "=" in place.split("/", 1)[0]
    if not remote and not Path(place).is_file():
        raise CommandFailed(Text(zh=f"{place}没有单位的库。请先建立：qingfeng demo（演示单位）或 qingfeng init。",
                                 en=f"There is no agency at {place}. Found one first: qingfeng demo, or qingfeng init."))  # fmt: skip
    if home is None:
        home = str((Path("var") / "agency") if remote else Path(place).parent)
    source = str(Path(__file__).parents[2])
    path = os.pathsep.join(filter(None, [source, os.environ.get("PYTHONPATH", "")]))
    lang = "zh" if screen.lang == "both" else screen.lang
    told = {"QINGFENG_HOME": str(Path(home).absolute()), "QINGFENG_AGENCY": place if remote else str(Path(place).absolute()),
            "QINGFENG_LANG": lang, "PYTHONPATH": path}  # fmt: skip
    return {**os.environ, **told}


class _Told(Exception):
    """Somebody asked us to end."""


def _all(site: list[str], beside: list[list[str]], environment: dict[str, str]) -> int:
    """Keep the site and what runs beside it until one asks us to stop or the site ends; what falls is started again."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise _Told

    signal.signal(signal.SIGTERM, stop)
    running = subprocess.Popen(site, env=environment)
    others: list[subprocess.Popen[bytes] | None] = [None] * len(beside)
    started = [0.0] * len(beside)
    try:
        while running.poll() is None:
            for place, (command, other) in enumerate(zip(beside, others, strict=True)):
                if (other is None or other.poll() is not None) and time.monotonic() - started[place] > AGAIN:
                    others[place], started[place] = subprocess.Popen(command, env=environment), time.monotonic()
            time.sleep(PAUSE)
        return running.returncode
    except (KeyboardInterrupt, _Told):
        return 0
    finally:
        for process in (running, *others):
            if process is not None:
                _ended(process)


def _ended(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
