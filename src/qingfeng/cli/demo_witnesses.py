"""qingfeng witness demo: three invented witnesses of the demonstration, so that its receipts become final before one's eyes.

They are real witnesses with keys, folders and databases of their own, but they stand on the agency's machine and whoever owns it owns
them: they show how it works and vouch for nothing.  A real agency's witnesses are other offices on other machines.
"""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import TYPE_CHECKING, Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server
from wsgiref.util import shift_path_info

from qingfeng.terms.text import Text

from .frame import screen_of
from .screen import FINE, CommandFailed

if TYPE_CHECKING:
    from qingfeng.notary.place import Place
    from qingfeng.notary.witness_app import Start

NAMES = ("discipline.demo.invalid", "justice.demo.invalid", "data.demo.invalid")
"""Discipline, justice and data offices of the invented county: no name that anybody could have."""
FOLDER, PORT, ENOUGH = "demo-witnesses", "port", 2
BY = "system_administrator"
REASON = "演示：虚构的见证机构，与本单位同机运行，只作演示"


def demo_witnesses() -> int:
    """演示用：在本机运行三家虚构的见证机构（三取二），不作任何担保。 For the demonstration: three invented witnesses."""
    from qingfeng import wiring

    from .agency import where

    screen = screen_of()
    place = wiring.log_of(where(screen))
    if place is None:
        raise CommandFailed(Text(zh="这里没有存证日志，先运行 qingfeng notary begin。", en="There is no log here: run qingfeng notary begin first."))
    folder = wiring.home_of(where(screen)) / FOLDER
    port = free_port(folder)
    with make_server("127.0.0.1", port, _dispatch(begun(folder, place)), server_class=_Server, handler_class=_Quiet) as server:
        _registered(folder, place, port)
        screen.say(f"演示见证机构三家（虚构，与本单位同机，只作演示）：http://127.0.0.1:{port}/",
                   f"Three invented witnesses on this machine, for show only: http://127.0.0.1:{port}/")  # fmt: skip
        sys.stdout.flush()
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return FINE
    return FINE


def begun(folder: Path, place: Place) -> Mapping[str, Any]:
    """Return the applications of the three by name, made where they are not there yet, each watching this log.  Raises LogTrouble."""
    from qingfeng.notary.witness_app import application
    from qingfeng.notary.witness_house import KEY, begin, logs_in, watch, witness_in

    told = {}
    for name in NAMES:
        own = folder / name
        if not (own / KEY).exists():
            begin(own, name)
        if place.key.vkey not in {one.vkey for one in logs_in(own)}:
            watch(own, place.key.vkey)
        told[name] = application(witness_in(own))
    return told


def free_port(folder: Path) -> int:
    """Return the port that was theirs before, if it is free, else another that is; kept in the folder."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    kept = folder / PORT
    before = int(kept.read_text("ascii")) if kept.exists() and kept.read_text("ascii").strip().isdecimal() else 0
    for wanted in (before, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", wanted))
            except OSError:
                continue
            port = int(probe.getsockname()[1])
            kept.write_text(f"{port}\n", "ascii")
            return port
    raise CommandFailed(Text(zh="本机没有可用的端口。", en="There is no free port on this machine."))


def _registered(folder: Path, place: Place, port: int) -> None:
    """Put the three on the list of witnesses, two of them enough, where they do not stand there at this port."""
    from qingfeng import wiring
    from qingfeng.notary.house import set_witnesses
    from qingfeng.notary.keys import witness_signer
    from qingfeng.notary.place import witness_line
    from qingfeng.notary.witness_house import KEY

    from .agency import now, opened, where

    screen = screen_of()
    wanted = [witness_line(name, witness_signer(folder / name / KEY).verifier.vkey, f"http://127.0.0.1:{port}/{name}") for name in NAMES]
    standing = place.policy.witnesses
    if [standing.get(one.name) for one in wanted] == wanted:
        return
    with opened(screen) as office:
        set_witnesses(wiring.home_of(where(screen)), office, wanted, ENOUGH, reason=REASON, by=BY, at=now())


def _dispatch(witnesses: Mapping[str, Any]) -> Any:
    """Return one application in which each witness stands under its name."""

    def answer(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        found = witnesses.get(shift_path_info(environ) or "")
        if found is None:
            start("404 Not Found", [("Content-Type", "text/plain; charset=utf-8")])
            return [b"there is nothing here\n"]
        told: Iterable[bytes] = found(environ, start)
        return told

    return answer


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Say nothing: the worker says what came of asking."""
