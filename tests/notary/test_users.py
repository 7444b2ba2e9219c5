"""The log and three witnesses, each a process of its own user with a folder of its own: none can read another's key, two make it final."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import mkdtemp
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest

from qingfeng.casework.office import Office
from qingfeng.casework.ports import Store
from qingfeng.notary import witness_house
from qingfeng.notary.asking import add_checkpoint
from qingfeng.notary.gather import Gatherer
from qingfeng.notary.house import set_witnesses
from qingfeng.notary.place import Place, place_in, witness_line
from qingfeng.notary.witness_app import application
from tests.cli.log_kit import free_port
from tests.notary.test_house import AT, SYSTEM, add, log, office, store, work

assert all((log, office, store)), "fixtures of the house"
pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can start processes of other users")
NAMES = {"discipline": 61_001, "justice": 61_002, "province": 61_003}
AGENCY = 61_000
GOOD, DENIED, FAILED = 0, 13, 99


@pytest.fixture
def offices() -> Iterator[Path]:
    """A folder that everybody may pass through, and nobody else's may be read in."""
    root = Path(mkdtemp(prefix="qingfeng-users-"))
    root.chmod(0o711)
    yield root
    shutil.rmtree(root)


def as_user(uid: int, work: Callable[[], object]) -> int:
    """Start work in a process of a user who is nobody else; return its number."""
    started = os.fork()
    if started == 0:
        code = FAILED
        try:
            os.setgroups([])
            os.setgid(uid)
            os.setuid(uid)
            work()
            code = GOOD
        except PermissionError:
            code = DENIED
        finally:
            os._exit(code)
    return started


def ended(process: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


class Quiet(WSGIRequestHandler):
    """Says nothing of what it answers."""

    def log_message(self, format: str, *args: object) -> None:
        """Stay silent."""


def serve(folder: Path, port: int) -> None:
    app = application(witness_house.witness_in(folder))
    with make_server("127.0.0.1", port, app, handler_class=Quiet) as server:  # type: ignore[arg-type]
        server.serve_forever()


def up(port: int) -> None:
    for _ in range(200):
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("the witness did not come up")


def owned(folder: Path, uid: int) -> None:
    for one in (folder, *folder.rglob("*")):
        os.chown(one, uid, uid)


def test_four_users_hold_four_keys_and_two_witnesses_make_it_final(
    tmp_path: Path, offices: Path, log: Place, store: Store, office: Office
) -> None:
    ports = {name: free_port() for name in NAMES}
    parties = []
    for name, uid in NAMES.items():
        key = witness_house.begin(offices / name, f"{name}.example")
        witness_house.watch(offices / name, log.key.vkey)
        owned(offices / name, uid)
        parties.append(witness_line(name, key.vkey, f"http://127.0.0.1:{ports[name]}"))
    set_witnesses(tmp_path, office, parties, 2, reason="协议1号", by=SYSTEM, at=AT)
    add(store, 5)
    place = place_in(tmp_path)
    assert place is not None
    work(place, store)
    shutil.copytree(tmp_path, offices / "agency")
    owned(offices / "agency", AGENCY)
    mine = place_in(offices / "agency")
    assert mine is not None

    for name, uid in NAMES.items():
        other = next(one for one in NAMES if one != name)
        for secret in (offices / other / "witness.key", offices / other / "witness.db", mine.key_file):
            assert ended(as_user(uid, lambda secret=secret: secret.read_bytes())) == DENIED, (name, secret)
        assert ended(as_user(AGENCY, lambda name=name: (offices / name / "witness.key").read_bytes())) == DENIED
        assert ended(as_user(uid, lambda name=name: (offices / name / "witness.key").read_bytes())) == GOOD

    def gather() -> None:
        said = Gatherer(mine, lambda: 0.0, add_checkpoint).round()
        assert sum(one.trouble is None for one in said) == 2
        assert mine.cosigned.final() is not None

    make_server("127.0.0.1", 0, application(witness_house.witness_in(offices / "province"))).server_close()  # all is imported by now
    owned(offices / "province", NAMES["province"])
    running = {name: as_user(NAMES[name], lambda name=name: serve(offices / name, ports[name])) for name in list(NAMES)[:2]}
    try:
        for name in running:
            up(ports[name])
        assert ended(as_user(AGENCY, gather)) == GOOD
    finally:
        for process in running.values():
            os.kill(process, signal.SIGTERM)
            os.waitpid(process, 0)
    kept = mine.cosigned.final()
    assert kept is not None
    assert (kept.by, kept.head) == (frozenset({"discipline", "justice"}), mine.reader.state())
    for name, uid in NAMES.items():
        assert {one.stat().st_uid for one in (offices / name).iterdir()} == {uid}, "nobody but the office has written there"
