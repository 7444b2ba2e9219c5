"""What others have published: proofs of trillian and tessera, good and forged; notes of golang.org/x/mod/sumdb and its manglings."""

from __future__ import annotations

import json
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest

from qingfeng.ledger.merkle import consistent, included
from qingfeng.ledger.note import ED25519, BadNote, Ed25519Signer, Ed25519Verifier, opened, signed, verifier_of
from qingfeng.notary.faults import LogTrouble
from qingfeng.notary.keys import log_signer

VECTORS: list[dict[str, Any]] = json.loads((Path(__file__).parent / "vectors" / "merkle.json").read_text("utf-8"))["vectors"]
STRICTER = {"consistency/additional/sizes-are-equal-one-and-proof-is-empty"}
"""Taken by them, refused by us: its roots are texts of twelve bytes, which are no hashes."""

# golang.org/x/mod, sumdb/note/note_test.go (BSD-3-Clause): keys, text and signatures.
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
ENOCH = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
PETER_PRIVATE = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
PETER_LINE = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
ENOCH_LINE = "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"
KINDS = {ED25519: Ed25519Verifier}


def raw(text: str | None) -> bytes:
    return b64decode(text or "")


@pytest.mark.parametrize("vector", VECTORS, ids=[one["name"] for one in VECTORS])
def test_proofs_of_others_are_taken_and_refused_as_they_take_and_refuse_them(vector: dict[str, Any]) -> None:
    proof = [raw(one) for one in vector["proof"] or ()]
    if vector["name"].startswith("inclusion"):
        good = included(raw(vector["leafHash"]), vector["leafIdx"], vector["treeSize"], proof, raw(vector["root"]))
    else:
        good = consistent(vector["size1"], vector["size2"], proof, raw(vector["root1"]), raw(vector["root2"]))
    assert good is (not vector["wantErr"] and vector["name"] not in STRICTER)


def test_there_are_as_many_vectors_as_were_carried_over() -> None:
    assert len(VECTORS) == 196
    assert {one["wantErr"] for one in VECTORS} == {True, False}


def test_a_note_of_theirs_opens_and_ours_is_theirs_to_the_byte() -> None:
    peter, enoch = verifier_of(PETER, KINDS), verifier_of(ENOCH, KINDS)
    assert [one.name for one in opened(TEXT + "\n" + PETER_LINE + ENOCH_LINE, [peter])[1]] == ["PeterNeumann"]
    assert [one.name for one in opened(TEXT + "\n" + PETER_LINE + ENOCH_LINE, [peter, enoch])[1]] == ["PeterNeumann", "EnochRoot"]
    signer = Ed25519Signer("PeterNeumann", b64decode(PETER_PRIVATE.split("+", 4)[4])[1:])
    assert signed(TEXT, [signer]).whole == TEXT + "\n" + PETER_LINE


def test_a_private_key_of_theirs_is_read_and_every_mangling_refused(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.touch(mode=0o600)
    path.write_text(PETER_PRIVATE + "\n", encoding="ascii")
    assert log_signer(path).verifier.vkey == PETER
    for place in range(len(PETER_PRIVATE)):
        bent = PETER_PRIVATE[:place] + chr(ord(PETER_PRIVATE[place]) + 1) + PETER_PRIVATE[place + 1 :]
        for text in (bent, PETER_PRIVATE[:place]):
            path.write_text(text, encoding="ascii")
            with pytest.raises(LogTrouble):
                log_signer(path)


def test_every_mangling_of_their_public_key_is_refused() -> None:
    for start in range(len(PETER) + 1):
        for end in range(start + 1, len(PETER) + 1):
            if (start, end) != (0, len(PETER)):
                with pytest.raises(BadNote):
                    verifier_of(PETER[start:end], KINDS)
    for place, one in enumerate(PETER):
        with pytest.raises(BadNote):
            verifier_of(PETER[:place] + chr(ord(one) + 1) + PETER[place + 1 :], KINDS)
    for bad in ("PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
                "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"):  # fmt: skip
        with pytest.raises(BadNote):
            verifier_of(bad, KINDS)


@pytest.mark.parametrize(
    "message",
    [TEXT, TEXT + "\n", TEXT + "\n" + PETER_LINE[:-1], "\x01" + TEXT + "\n" + PETER_LINE, TEXT + "\n" + PETER_LINE + "Unexpected line.\n",
     TEXT + "\n" + PETER_LINE.replace("PeterNeumann", "Bad Name"), TEXT + "\n" + PETER_LINE * 101,
     TEXT + "\n" + PETER_LINE[:60] + "ABCD" + PETER_LINE[60:], TEXT + "\n" + ENOCH_LINE],
)  # fmt: skip
def test_their_malformed_notes_are_refused(message: str) -> None:
    with pytest.raises(BadNote):
        opened(message, [verifier_of(PETER, KINDS)])
    with pytest.raises(BadNote):
        opened(b"\xff" + message.encode(), [verifier_of(PETER, KINDS)])
