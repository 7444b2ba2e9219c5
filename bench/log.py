"""The log's own figures: append, proofs, memory, audit, receipts, and acts with the log on beside acts without.

    python -m bench.log [--entries 1000000] [--records 100000] [--acts 300]

`--entries` go into tiles alone, in batches of 1,000 with everything synced; `--records` into a SQLite store and its log, and are audited
with their commitments.  Acts: rounds of each in turn (interleaved), medians, ratio.  SQLite: WAL, synchronous=FULL.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import secrets
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from qingfeng.cli.insider import voted
from qingfeng.ledger.checkpoint import Checkpoint, signed_checkpoint
from qingfeng.ledger.cosignature import CosignatureSigner
from qingfeng.ledger.entry import Sealed
from qingfeng.ledger.merkle import empty_root, included, leaf_hash
from qingfeng.ledger.note import Ed25519Signer, Note
from qingfeng.ledger.policy import policy_of
from qingfeng.ledger.proof import Proof
from qingfeng.ledger.receipt import packed, receipt_of, receipt_proved
from qingfeng.ledger.tiles import WIDTH, Tree, grown, grown_bundles
from qingfeng.notary.audit import Audit
from qingfeng.notary.folder import LogFolder
from qingfeng.notary.head import HeadFile
from qingfeng.notary.keys import LOG_KINDS, WITNESS_KINDS
from qingfeng.notary.sequencer import BATCH, Sequencer
from qingfeng.store.sqlite import SqliteStore

SIGNER = Ed25519Signer("log.example/bench", b"k" * 32)
WITNESSES = [CosignatureSigner(f"w{n}.example", bytes([n]) * 32) for n in (1, 2)]


def filled(root: Path, entries: int) -> tuple[LogFolder, Checkpoint]:
    """Append to tiles and head, as the sequencer does after it has read a batch; print entries a second.  Entries of some 450 bytes."""
    (root / "head").mkdir()
    folder, head = LogFolder(root / "log"), HeadFile(root / "head")
    text = signed_checkpoint(Checkpoint(SIGNER.name, 0, empty_root()), [SIGNER]).whole
    head.swap(None, text)
    model = voted("case/bench", 1, "for").entry
    cpu, spent, size, top = list[float](), list[float](), 0, Checkpoint(SIGNER.name, 0, empty_root())
    while size < entries:
        batch = [model + b"%010d" % n for n in range(size, size + BATCH)]
        begun, worked = time.perf_counter(), time.process_time()
        tiles = {**grown_bundles(folder.read, size, batch), **grown(folder.read, size, [leaf_hash(one) for one in batch])}
        folder.write(tiles)
        size += BATCH
        tree = Tree(lambda tile, new=tiles: new.get(tile) or folder.read(tile), size)  # type: ignore[misc]
        top = Checkpoint(SIGNER.name, size, tree.root())
        new = signed_checkpoint(top, [SIGNER]).whole
        head.swap(text, new)
        text = new
        folder.collect(tile for tile in tiles if tile.width == WIDTH)
        spent.append(time.perf_counter() - begun)
        cpu.append(time.process_time() - worked)
    print(f"append: {BATCH / statistics.median(spent):,.0f} entries/s (median batch of {BATCH}: {statistics.median(spent) * 1000:.1f} ms, "
          f"{entries / sum(spent):,.0f}/s in all; {entries / sum(cpu):,.0f} a CPU second), "
          f"{len(model) + 10} bytes each, {size:,} in the log", flush=True)  # fmt: skip
    return folder, top


def proofs(folder: LogFolder, head: Checkpoint) -> None:
    """Print what a proof of inclusion takes of a tree that nothing of is remembered, and how large the process has become."""
    chance, spent = random.Random(5), list[float]()
    for _ in range(2_000):
        index = chance.randrange(head.size)
        begun = time.perf_counter()
        tree = Tree(folder.read, head.size)
        path, leaf = tree.inclusion(index), tree.leaf(index)
        spent.append(time.perf_counter() - begun)
        assert included(leaf, index, head.size, path, head.root)
    spent.sort()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"inclusion proof, nothing remembered: median {spent[1000] * 1000:.2f} ms, p99 {spent[1980] * 1000:.2f} ms; "
          f"memory {memory:.0f} MB",
          flush=True)  # fmt: skip


def audited(folder: LogFolder, root: Path, size: int, records: int) -> None:
    """Print how fast an audit goes: of the tree alone, and of records with their commitments."""
    with closing(SqliteStore.open(root / "empty.db", create=True)) as store:
        audit = Audit(store, folder, HeadFile(root / "head"), SIGNER.verifier)
        begun, worked = time.perf_counter(), time.process_time()
        made = audit._tree(size)
        spent, cpu = time.perf_counter() - begun, time.process_time() - worked
        assert made is not None
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"tree verified: {size / spent:,.0f} entries/s, {size / cpu:,.0f} a CPU second; memory {memory:.0f} MB", flush=True)
    (root / "r" / "head").mkdir(parents=True)
    with closing(SqliteStore.open(root / "r" / "qf.db", create=True)) as store:
        sequencer = Sequencer(store, LogFolder(root / "r" / "log"), HeadFile(root / "r" / "head"), SIGNER)
        sequencer.begin()
        spent_on = list[float]()
        for first in range(1, records + 1, BATCH):
            with store.write() as tx:
                for seq in range(first, first + BATCH):
                    tx.append(voted("case/bench", seq, "for"))
            begun = time.perf_counter()
            sequencer.round()
            spent_on.append(time.perf_counter() - begun)
        print(f"sequencer, with the store's part: {BATCH / statistics.median(spent_on):,.0f} entries/s", flush=True)
        begun, worked = time.perf_counter(), time.process_time()
        found = Audit(store, sequencer.folder, sequencer.head, SIGNER.verifier).run()
        spent, cpu = time.perf_counter() - begun, time.process_time() - worked
        assert not found.wrong
    print(
        f"all verified, commitments too: {records / spent:,.0f} entries/s, {records / cpu:,.0f} a CPU second "
        f"({records:,} records of three fields)",
        flush=True,
    )


def receipts(folder: LogFolder, head: Checkpoint) -> None:
    """Print how long a receipt is, and what checking it takes.  Its entry is made anew at the place of one of the log's."""
    sealed: Sealed = voted("case/bench", 1, "for")
    leaves = [leaf_hash(sealed.entry)] + [leaf_hash(b"%d" % n) for n in range(1, 1_000)]
    tree = Tree(dict(grown(folder.read, 0, leaves)).__getitem__, len(leaves))
    note = signed_checkpoint(Checkpoint(SIGNER.name, len(leaves), tree.root()), [SIGNER])
    note = Note(note.text, (*note.signatures, *(one.cosign(note.text, 1_772_000_000) for one in WITNESSES)))
    extra = packed(sealed.entry, [sealed.opening, sealed.private or b"{}"], {"actor", "data.vote", "data.opinion"})
    text = Proof(0, tuple(tree.inclusion(0)), note.whole, extra).whole
    more = (head.size.bit_length() - 10) * 45  # the path in the large log is so much longer
    lines = "".join(f"witness w{n} {one.verifier.vkey}\n" for n, one in enumerate(WITNESSES))
    policy = policy_of(
        f"log {SIGNER.verifier.vkey}\n{lines}group g all w0 w1\nquorum g\n", log_kinds=LOG_KINDS, witness_kinds=WITNESS_KINDS
    )
    spent = list[float]()
    for _ in range(500):
        begun = time.perf_counter()
        assert receipt_proved(receipt_of(text), policy=policy).final
        spent.append(time.perf_counter() - begun)
    print(
        f"receipt, two cosignatures: {len(text.encode()) + more} bytes in a log of this size, "
        f"checked in {statistics.median(spent) * 1000:.2f} ms"
    )


@contextmanager
def beat(root: Path) -> Iterator[None]:
    """Let a sequencer take in what there is every second, in a process of its own."""
    code = ("import sys, time\nfrom pathlib import Path\nfrom bench.log import SIGNER\nfrom qingfeng.notary.folder import LogFolder\n"
            "from qingfeng.notary.head import HeadFile\nfrom qingfeng.notary.sequencer import Sequencer\n"
            "from qingfeng.store.sqlite import SqliteStore\nroot = Path(sys.argv[1])\n"
            "store = SqliteStore.open(root / 'qf.db', create=False)\n"
            "one = Sequencer(store, LogFolder(root / 'log'), HeadFile(root / 'head'), SIGNER)\n"
            "while True:\n    while one.round():\n        pass\n    time.sleep(1)\n")  # fmt: skip
    worker = subprocess.Popen([sys.executable, "-c", code, str(root)], env=os.environ)
    try:
        time.sleep(1)
        yield
    finally:
        worker.send_signal(signal.SIGTERM)
        worker.wait()


def acts(root: Path, count: int, rounds: int = 7) -> None:
    """Print acts a second with the log on and without, a round of each in turn."""
    rates: dict[bool, list[float]] = {True: [], False: []}
    for number in range(rounds):
        for on in (number % 2 == 0, number % 2 == 1):
            there = root / f"a{number}{on}"
            (there / "head").mkdir(parents=True)
            with closing(SqliteStore.open(there / "qf.db", create=True)) as store:
                Sequencer(store, LogFolder(there / "log"), HeadFile(there / "head"), SIGNER).begin()
                with beat(there) if on else contextmanager(lambda: iter([None]))():
                    begun = time.perf_counter()
                    for _ in range(count):
                        with store.write() as tx:
                            tx.append(voted(f"case/{secrets.token_hex(4)}", 1, "for"))
                    rates[on].append(count / (time.perf_counter() - begun))
    with_log, without = statistics.median(rates[True]), statistics.median(rates[False])
    print(f"acts a second: {with_log:,.0f} with the log on, {without:,.0f} without: {with_log / without:.0%}")


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--acts", type=int, default=300)
    given = parser.parse_args()
    with TemporaryDirectory() as folder:
        root = Path(folder)
        log, head = filled(root, given.entries)
        proofs(log, head)
        audited(log, root, head.size, given.records)
        receipts(log, head)
        acts(root, given.acts)


if __name__ == "__main__":
    main()
