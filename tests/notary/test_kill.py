"""A sequencer killed in the middle of whatever it does: nothing acknowledged is lost, nothing stands twice, all verifies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from qingfeng.notary.audit import Audit
from qingfeng.notary.sequencer import Sequencer
from qingfeng.store.sqlite import SqliteStore
from tests.notary.test_sequencer import SIGNER, check, place

TOP = Path(__file__).parents[2]
WORKER = """
import sys
from pathlib import Path
from qingfeng.notary.sequencer import Sequencer
from qingfeng.store.sqlite import SqliteStore
from tests.notary.test_sequencer import SIGNER, place
from tests.store.samples import event

root = Path(sys.argv[1])
folder, head = place(root)
store = SqliteStore.open(root / "qf.db", create=False)
sequencer = Sequencer(store, folder, head, SIGNER)
print("ready", flush=True)
while True:
    for _ in range(3):
        with store.write() as tx:
            seq = tx.head("c") + 1
            tx.append(event("c", seq))
        print(seq, flush=True)
    sequencer.round(batch=4)
"""


def killed_in_the_middle(root: Path, chance: Random) -> int:
    """Let a worker run and kill it; return the last number that it acknowledged."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(TOP / "src"), str(TOP)])}
    with subprocess.Popen([sys.executable, "-c", WORKER, str(root)], env=environment, stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
        for _ in range(chance.randrange(1, 12)):
            worker.stdout.readline()
        time.sleep(chance.random() * 0.02)
        worker.send_signal(signal.SIGKILL)
        said = [line for line in worker.stdout.read().split("\n")[:-1] if line.isdecimal()]
    return int(said[-1]) if said else 0


def kills(root: Path, times: int, seed: int) -> None:
    chance, folder_head = Random(seed), place(root)
    with closing(SqliteStore.open(root / "qf.db", create=True)) as store:
        Sequencer(store, *folder_head, SIGNER).begin()
    acknowledged = 0
    for _ in range(times):
        acknowledged = max(acknowledged, killed_in_the_middle(root, chance))
    with closing(SqliteStore.open(root / "qf.db", create=False)) as store:
        sequencer = Sequencer(store, *folder_head, SIGNER)
        while sequencer.round():
            pass
        check(sequencer)
        assert sequencer.state().size >= acknowledged
        found = Audit(store, *folder_head, SIGNER.verifier).run()
        assert (found.wrong, found.pending) == ((), 0)


def test_thirty_kills_lose_nothing(tmp_path: Path) -> None:
    kills(tmp_path, 30, 7)


@pytest.mark.slow
def test_three_hundred_kills_lose_nothing(tmp_path: Path) -> None:
    kills(tmp_path, 300, 8)
