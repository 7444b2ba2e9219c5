"""The witness: cosigns growth, refuses everything else as the standard says, and keeps what it saw."""

from __future__ import annotations

import sqlite3
import threading
from base64 import b64encode
from contextlib import closing
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from qingfeng.ledger.checkpoint import Checkpoint, signed_checkpoint
from qingfeng.ledger.cosignature import CosignatureSigner, times
from qingfeng.ledger.merkle import empty_root, leaf_hash, root_of
from qingfeng.ledger.note import Ed25519Signer, Note, parsed
from qingfeng.ledger.tiles import Tree, grown
from qingfeng.notary.witness import MAX_BODY, Watched, Witness
from qingfeng.notary.witness_app import application

ORIGIN = "log.example/agency"
LOG, WITNESS = Ed25519Signer(ORIGIN, b"k" * 32), CosignatureSigner("discipline.example", b"w" * 32)
LEAVES = [leaf_hash(b"%d" % n) for n in range(40)]
FORKED = [*LEAVES[:9], *(leaf_hash(b"other %d" % n) for n in range(31))]
NOW = 1_772_000_000


@pytest.fixture
def witness(tmp_path: Path) -> Witness:
    return Witness(tmp_path / "w.db", WITNESS, {ORIGIN: Watched((LOG.verifier,))}, now=lambda: NOW)


def note(size: int, *, leaves: list[bytes] = LEAVES, signer: Ed25519Signer = LOG) -> Note:
    return signed_checkpoint(Checkpoint(ORIGIN, size, root_of(leaves[:size])), [signer])


def body(old: int, new: int, *, leaves: list[bytes] = LEAVES, whole: str | None = None, more: str = "") -> bytes:
    tiles = dict(grown(lambda tile: b"", 0, leaves[:new]))
    proof = Tree(tiles.__getitem__, new).consistency(old) if old <= new else []
    lines = "".join(f"{b64encode(one).decode()}\n" for one in proof)
    return f"old {old}\n{lines}{more}\n{whole or note(new, leaves=leaves).whole}".encode()


def test_growth_is_cosigned_and_shown(witness: Witness) -> None:
    for old, new in ((0, 0), (0, 5), (5, 5), (5, 9), (9, 40)):
        answer = witness.add_checkpoint(body(old, new))
        assert answer.status == 200, answer
        whole = Note(note(new).text, (*note(new).signatures, *parsed(f"x\n\n{answer.body}").signatures))
        assert times(whole, [WITNESS.verifier]) == {WITNESS.verifier.vkey: NOW}
    shown = witness.latest(sha256(ORIGIN.encode()).hexdigest())
    assert shown.status == 200
    assert times(parsed(shown.body), [WITNESS.verifier])
    assert parsed(shown.body).text == note(40).text
    assert witness.latest("0" * 64).status == 404


def test_a_fork_a_shrunken_log_and_a_second_root_are_refused_and_kept(witness: Witness) -> None:
    assert witness.add_checkpoint(body(0, 12)).status == 200
    forged = [body(12, 20, leaves=FORKED), body(12, 12, leaves=FORKED), body(12, 20)]
    assert [witness.add_checkpoint(one).status for one in forged[:2]] == [422, 422]
    assert [(size, status) for _, _, size, status, _ in witness.refused()] == [(20, 422), (12, 422)]
    assert witness.add_checkpoint(forged[2]).status == 200, "the honest log goes on"
    assert witness.add_checkpoint(body(12, 20)).body == "20\n"


def test_each_refusal_is_the_one_of_the_standard(witness: Witness) -> None:
    stranger = Ed25519Signer(ORIGIN, b"s" * 32)
    assert witness.add_checkpoint(body(0, 5, whole=note(5, signer=stranger).whole)).status == 403
    broken = Note(note(5).text, note(6).signatures)
    assert witness.add_checkpoint(body(0, 5, whole=broken.whole)).status == 403
    other = signed_checkpoint(Checkpoint("other.example", 5, LEAVES[0]), [Ed25519Signer("other.example", b"k" * 32)])
    assert witness.add_checkpoint(body(0, 5, whole=other.whole)).status == 404
    assert witness.add_checkpoint(body(7, 5)).status == 400
    conflict = witness.add_checkpoint(body(3, 5))
    assert (conflict.status, conflict.body, conflict.kind) == (409, "0\n", "text/x.tlog.size")
    lines = b64encode(LEAVES[0]).decode() + "\n"
    assert witness.add_checkpoint(body(0, 5, more=lines)).status == 422
    empty = signed_checkpoint(Checkpoint(ORIGIN, 0, LEAVES[0]), [Ed25519Signer(ORIGIN, b"k" * 32)])
    assert empty_root() != LEAVES[0]
    assert witness.add_checkpoint(body(0, 0, whole=empty.whole)).status == 422
    for bad in (b"", b"old 1", b"old 01\n\n" + note(5).whole.encode(), b"old -1\n\nx", b"old 0\nzz\n\n" + note(5).whole.encode(),
                b"old 0\n" + lines.encode() * 64 + b"\n" + note(5).whole.encode(), b"old 0\n\nno note", b"x" * (MAX_BODY + 1),
                "old ０\n\n".encode() + note(5).whole.encode()):  # fmt: skip
        assert witness.add_checkpoint(bad).status == 400, bad[:40]


def test_what_was_seen_cannot_be_removed_with_the_database_alone(witness: Witness, tmp_path: Path) -> None:
    assert witness.add_checkpoint(body(0, 12)).status == 200
    with closing(sqlite3.connect(tmp_path / "w.db")) as database:
        for forbidden in ("DELETE FROM seen", "UPDATE seen SET note = ''", "DELETE FROM head", "UPDATE head SET size = 1"):
            with pytest.raises(sqlite3.IntegrityError):
                database.execute(forbidden)


def test_two_requests_at_once_never_roll_a_head_back(witness: Witness) -> None:
    assert witness.add_checkpoint(body(0, 5)).status == 200
    answers: list[int] = []

    def ask(new: int) -> None:
        answers.append(witness.add_checkpoint(body(5, new)).status)

    threads = [threading.Thread(target=ask, args=(new,)) for new in (6, 9, 20, 33)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(answers) == [200, 409, 409, 409]


def ask(app: Any, path: str, *, method: str = "GET", data: bytes = b"", length: str | None = None) -> tuple[str, bytes]:
    said: list[str] = []
    environ = {"PATH_INFO": path, "REQUEST_METHOD": method, "wsgi.input": BytesIO(data),
               "CONTENT_LENGTH": str(len(data)) if length is None else length}  # fmt: skip
    answer = b"".join(app(environ, lambda status, headers: said.append(status)))
    return said[0], answer


def test_over_http(witness: Witness) -> None:
    app = application(witness)
    assert ask(app, "/add-checkpoint", method="POST", data=body(0, 5))[0] == "200 OK"
    shown = ask(app, f"/{sha256(ORIGIN.encode()).hexdigest()}/checkpoint")
    assert (shown[0], parsed(shown[1]).text) == ("200 OK", note(5).text)
    assert ask(app, "/add-checkpoint")[0].startswith("405")
    assert ask(app, "/add-checkpoint", method="POST", length="")[0].startswith("411")
    assert ask(app, "/add-checkpoint", method="POST", length="999999999999999")[0].startswith("413")
    assert ask(app, "/anything")[0].startswith("404")
