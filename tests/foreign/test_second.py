"""Go's own implementation of tree and notes (Debian's golang.org/x/mod/sumdb) says the same as ours: roots, proofs, signatures."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from base64 import b64encode
from pathlib import Path

import pytest

from qingfeng.ledger.checkpoint import Checkpoint, signed_checkpoint
from qingfeng.ledger.merkle import leaf_hash, root_of
from qingfeng.ledger.note import Ed25519Signer
from qingfeng.ledger.tiles import Tree, grown

PROGRAM = Path(__file__).with_name("second") / "main.go"
GO = shutil.which("go")
CODE = os.environ.get("GOPATH") or "/usr/share/gocode"
"""Where Debian's golang-golang-x-mod-dev puts its sources."""
THERE = GO is not None and (Path(CODE) / "src/golang.org/x/mod/sumdb/tlog").is_dir()
pytestmark = [pytest.mark.slow, pytest.mark.skipif(not THERE, reason="Go and golang-golang-x-mod-dev are not installed on this machine")]
SIZES = 130
LOG = Ed25519Signer("log.example/agency", b"k" * 32)


def second(question: dict[str, object], folder: Path) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "GO111MODULE": "off", "GOPATH": CODE, "GOCACHE": str(folder), "GOFLAGS": ""}
    return subprocess.run([str(GO), "run", str(PROGRAM)], input=json.dumps(question), capture_output=True, text=True, check=False, env=env,
                          timeout=400)  # fmt: skip


def test_go_says_the_same_of_every_root_and_proof(tmp_path: Path) -> None:
    entries = [b"entry %d" % n for n in range(SIZES)]
    leaves = [leaf_hash(one) for one in entries]
    note = signed_checkpoint(Checkpoint(LOG.name, SIZES, root_of(leaves)), [LOG])
    done = second({"leaves": [b64encode(one).decode() for one in entries], "vkey": LOG.verifier.vkey, "note": note.whole}, tmp_path)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["text"] == note.text

    def text(path: list[bytes]) -> list[str]:
        return [b64encode(one).decode() for one in path]

    for size in range(1, SIZES + 1):
        part = dict(grown(lambda tile: b"", 0, leaves[:size]))
        tree = Tree(part.__getitem__, size)
        assert said["roots"][size - 1] == b64encode(tree.root()).decode()
        for at in range(size):
            assert (said["records"][size - 1][at] or []) == text(tree.inclusion(at)), (size, at)
            assert (said["consistency"][size - 1][at] or []) == text(tree.consistency(at + 1)), (size, at + 1)


def test_go_does_not_open_a_note_that_was_bent(tmp_path: Path) -> None:
    note = signed_checkpoint(Checkpoint(LOG.name, 1, leaf_hash(b"one")), [LOG]).whole
    done = second({"leaves": [], "vkey": LOG.verifier.vkey, "note": note.replace("\n1\n", "\n2\n")}, tmp_path)
    assert done.returncode == 1
    assert "invalid signature" in done.stderr
