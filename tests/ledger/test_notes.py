"""Notes, checkpoints, cosignatures, policies and proofs: the published examples, and every forgery of a bit."""

from __future__ import annotations

from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingfeng.ledger.checkpoint import Checkpoint, checkpoint_in, opened_checkpoint, signed_checkpoint
from qingfeng.ledger.cosignature import COSIGNATURE, CosignatureSigner, CosignatureVerifier, times
from qingfeng.ledger.merkle import empty_root, leaf_hash, root_of
from qingfeng.ledger.note import (
    ED25519,
    MAX_SIGNATURES,
    BadNote,
    Ed25519Signer,
    Ed25519Verifier,
    Note,
    opened,
    parsed,
    signed,
    verifier_of,
    vkey,
)
from qingfeng.ledger.policy import BadPolicy, Policy, policy_of
from qingfeng.ledger.proof import BadProof, Proof, proof_of, proved
from qingfeng.ledger.tiles import Tree, grown

ORIGIN = "log.example/qingfeng"
LOG = Ed25519Signer(ORIGIN, bytes(range(32)))
WITNESSES = [CosignatureSigner(f"w{n}.example", bytes([n]) * 32) for n in (1, 2, 3)]
LEAVES = [leaf_hash(b"%d" % n) for n in range(9)]
LOG_KINDS, WITNESS_KINDS = {ED25519: Ed25519Verifier}, {COSIGNATURE: CosignatureVerifier}
HEAD = Checkpoint(ORIGIN, 9, root_of(LEAVES))
LINES = "".join(f"witness w{n} {one.verifier.vkey}\n" for n, one in enumerate(WITNESSES, start=1))
POLICY_TEXT = f"log {LOG.verifier.vkey}\n{LINES}group watch 2 w1 w2 w3\nquorum watch\n"


def policy(text: str = POLICY_TEXT) -> Policy:
    return policy_of(text, log_kinds=LOG_KINDS, witness_kinds=WITNESS_KINDS)


def cosigned(*witnesses: CosignatureSigner) -> Note:
    note = signed_checkpoint(HEAD, [LOG])
    return Note(note.text, (*note.signatures, *(one.cosign(note.text, 1_772_000_000) for one in witnesses)))


def proof_for(index: int, note: Note) -> Proof:
    tiles = dict(grown(lambda tile: b"", 0, LEAVES))
    return Proof(index, tuple(Tree(tiles.__getitem__, 9).inclusion(index)), note.whole)


def test_the_example_of_the_standard_opens_with_its_key() -> None:
    # c2sp.org/signed-note, "Example".
    key = verifier_of("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", LOG_KINDS)
    text = (
        "This is an example message.\n\n"
        "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
    )
    note, by = opened(text.encode(), [key])
    assert note.text == "This is an example message.\n"
    assert [one.name for one in by] == ["example.com/foo"]
    assert note.whole == text
    assert key.vkey == "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"


def test_the_example_checkpoint_is_read() -> None:
    # c2sp.org/tlog-checkpoint.
    text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    head = checkpoint_in(text)
    assert (head.origin, head.size, head.more) == ("example.com/behind-the-sofa", 20_852_163, ())
    assert head.text == text


@pytest.mark.parametrize(
    "data",
    [b"", b"text\n", b"text\n\n", b"text\n\n\xe2\x80\x94 a b", b"text\n\n- a YWFhYWE=\n", "text\n\n— a YWFhYWF=\n".encode(),
     "te\txt\n\n— a YWFhYWE=\n".encode(), "text\n\n— a  YWFhYWE=\n".encode(), "text\n\n— a+b YWFhYWE=\n".encode(),
     "text\n\n— a YWFh\n".encode(), b"\xff\n\n\xe2\x80\x94 a YWFhYWE=\n", "text\n\n— a YWFhYWE=\n\n".encode(), b"x" * 200_000],
)  # fmt: skip
def test_what_is_no_note_is_refused(data: bytes) -> None:
    with pytest.raises(BadNote):
        opened(data, [LOG.verifier])


def test_unknown_signatures_are_passed_over_and_broken_ones_of_known_keys_are_not() -> None:
    other = Ed25519Signer("other.example", b"o" * 32)
    note = signed("a text\n", [other, LOG])
    assert [one.name for one in opened(note.whole, [LOG.verifier])[1]] == [ORIGIN]
    with pytest.raises(BadNote, match="no known key"):
        opened(signed("a text\n", [other]).whole, [LOG.verifier])
    broken = signed("another\n", [LOG]).signatures[0]
    with pytest.raises(BadNote, match="does not fit"):
        opened(Note(note.text, (note.signatures[0], broken)).whole, [LOG.verifier, other.verifier])
    same_name = Ed25519Signer(ORIGIN, b"z" * 32)
    assert len(opened(signed("a text\n", [same_name, LOG]).whole, [LOG.verifier])[1]) == 1
    with pytest.raises(BadNote, match="at most"):
        opened(Note(note.text, note.signatures * MAX_SIGNATURES).whole, [LOG.verifier])


def test_every_flipped_bit_of_a_checkpoint_and_of_its_cosignatures_is_refused_or_names_nobody() -> None:
    whole = cosigned(WITNESSES[0]).whole.encode()
    log, witness = LOG.verifier, WITNESSES[0].verifier
    for place in range(len(whole)):
        for bit in range(8):
            bent = bytes([*whole[:place], whole[place] ^ 1 << bit, *whole[place + 1 :]])
            try:
                note, by = opened(bent, [log, witness])
            except BadNote:
                continue
            assert note.text == HEAD.text, "a signature vouches for these bytes only"
            assert len(by) == 1, (place, bit)


def test_a_checkpoint_of_another_log_or_size_never_opens() -> None:
    note = signed_checkpoint(HEAD, [LOG])
    assert opened_checkpoint(note.whole, origin=ORIGIN, keys=[LOG.verifier])[0] == HEAD
    with pytest.raises(BadNote, match="not of"):
        opened_checkpoint(note.whole, origin="another.example", keys=[LOG.verifier])
    with pytest.raises(BadNote, match="one root only"):
        checkpoint_in(Checkpoint(ORIGIN, 0, root_of(LEAVES)).text)
    assert checkpoint_in(Checkpoint(ORIGIN, 0, empty_root()).text).size == 0
    good = b64encode(HEAD.root).decode()
    for text in (f"{ORIGIN}\n09\n{good}\n", f"{ORIGIN}\n-1\n{good}\n", f"{ORIGIN}\n9\n{good[:-4]}\n", f"\n9\n{good}\n",
                 f"{ORIGIN}\n9\n{good}\n\nx\n", f"{ORIGIN}\n9\n", f"{ORIGIN}\n9\n{good}", f"{ORIGIN}\n{2**63}\n{good}\n",
                 f"{ORIGIN}\n９\n{good}\n"):  # fmt: skip
        with pytest.raises(BadNote):
            checkpoint_in(text)


def test_a_cosignature_vouches_for_its_second_and_its_text() -> None:
    note = cosigned(*WITNESSES)
    keys = [one.verifier for one in WITNESSES]
    assert times(note, keys) == {one.vkey: 1_772_000_000 for one in keys}
    line = note.signatures[1]
    later = (1_772_000_001).to_bytes(8, "big") + line.raw[8:]
    assert not keys[0].fits(note.text, later)
    assert not keys[0].fits(note.text, (0).to_bytes(8, "big") + line.raw[8:])
    assert not keys[0].fits(note.text, line.raw[:8])
    assert not keys[1].fits(note.text, line.raw)
    with pytest.raises(BadNote):
        WITNESSES[0].cosign(note.text, 0)
    assert not LOG.verifier.fits(note.text, line.raw)


@pytest.mark.parametrize(
    "line",
    ["", "a", "a+00000000+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "example.com/foo+530d903a+Aek",
     "example.com/foo+530d903a+BOkyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "a b+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"],
)  # fmt: skip
def test_a_key_that_is_none_of_the_kind_wanted_is_refused(line: str) -> None:
    with pytest.raises(BadNote):
        verifier_of(line, LOG_KINDS)


def test_two_of_three_make_a_checkpoint_final() -> None:
    for many, final in ((0, False), (1, False), (2, True), (3, True)):
        assert policy().final(cosigned(*WITNESSES[:many])) is final
    twice = cosigned(WITNESSES[0], WITNESSES[0])
    assert not policy().final(twice), "one witness counts once"
    unsigned = cosigned(*WITNESSES)
    assert not policy().final(Note(unsigned.text, unsigned.signatures[1:])), "no log has signed it"


def test_groups_of_groups_and_no_quorum() -> None:
    text = f"log {LOG.verifier.vkey}\n# three\n{LINES}group a any w1 w2\n\tgroup  b all a w3 \nquorum b\n"
    assert policy(text).final(cosigned(WITNESSES[1], WITNESSES[2]))
    assert not policy(text).final(cosigned(WITNESSES[0], WITNESSES[1]))
    assert policy(f"log {LOG.verifier.vkey}\nquorum none\n").final(cosigned())


@pytest.mark.parametrize(
    "text",
    ["", "quorum w1\n", f"{LINES}quorum nobody\n", f"{LINES}group g 4 w1 w2 w3\nquorum g\n", f"{LINES}group g 0 w1\nquorum g\n",
     f"{LINES}group g 1 w1\ngroup h 1 w1\nquorum g\n", f"{LINES}group g 1 g\nquorum g\n", f"{LINES}{LINES}quorum none\n",
     f"{LINES}quorum none\nquorum none\n", f"{LINES}group none 1 w1\nquorum none\n", "witness w bad\nquorum none\n",
     f"witness x {LOG.verifier.vkey}\nquorum none\n", f"log {LOG.verifier.vkey}\nlog {LOG.verifier.vkey}\nquorum none\n",
     f"{LINES}group g 1\nquorum g\n", "nonsense\nquorum none\n", "quorum none\x00\n", "#" * 200_000 + "\nquorum none\n"],
)  # fmt: skip
def test_a_policy_that_does_not_hold_together_is_refused(text: str) -> None:
    with pytest.raises(BadPolicy):
        policy(text)


def test_a_proof_shows_its_entry_and_no_other() -> None:
    for index, leaf in enumerate(LEAVES):
        proof = proof_for(index, cosigned(*WITNESSES[:2]))
        assert proof_of(proof.whole) == proof
        found = proved(proof_of(proof.whole), leaf, policy=policy())
        assert (found.final, found.index, found.witnesses) == (True, index, frozenset({"w1", "w2"}))
        with pytest.raises(BadProof):
            proved(proof, LEAVES[index - 1], policy=policy())
    assert not proved(proof_for(0, cosigned()), LEAVES[0], policy=policy()).final
    with pytest.raises(BadProof, match="no log"):
        proved(proof_for(0, cosigned()), LEAVES[0], policy=policy(f"{LINES}quorum none\n"))


def test_every_flipped_bit_of_a_proof_is_refused_or_proves_the_same() -> None:
    whole = Proof(4, proof_for(4, cosigned(*WITNESSES[:2])).path, cosigned(*WITNESSES[:2]).whole, b"context").whole.encode()
    extra = range(whole.index(b"extra "), whole.index(b"index "))
    for place in range(len(whole)):
        for bit in range(8):
            bent = bytes([*whole[:place], whole[place] ^ 1 << bit, *whole[place + 1 :]])
            try:
                found = proved(proof_of(bent.decode()), LEAVES[4], policy=policy())
            except (BadProof, UnicodeDecodeError):
                continue
            assert found.checkpoint == HEAD
            assert found.index == 4
            assert not found.final or place in extra, (place, bit, bent)


@given(st.binary(max_size=300))
def test_no_bytes_make_anything_but_a_refusal(data: bytes) -> None:
    with pytest.raises(BadNote):
        opened(data, [LOG.verifier])
    with pytest.raises(BadProof):
        proof_of(data.decode("latin-1"))
    with pytest.raises(BadPolicy):
        policy(data.decode("latin-1"))


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=80), st.booleans())
def test_any_text_comes_back_as_it_was_signed(text: str, empty_line: bool) -> None:
    whole = f"{text}\n\nmore\n" if empty_line else f"{text}\n"
    note = signed(whole, [LOG])
    assert parsed(note.whole).text == whole
    assert vkey(ORIGIN, ED25519, LOG.verifier.public) == LOG.verifier.vkey


def test_two_keys_that_end_alike_after_a_plus_of_their_base64_are_two_keys() -> None:
    """A key is name+hash+base64, and base64 has a + of its own: one policy in some hundred thousand was refused for that."""
    ends: dict[str, CosignatureSigner] = {}
    for n in range(20_000):
        one = CosignatureSigner(f"w{n}.example", n.to_bytes(32, "big"))
        whole = one.verifier.vkey.split("+", 2)[2]
        if "+" in whole:
            other = ends.setdefault(whole.rpartition("+")[2], one)
            if other is not one:
                break
    else:
        pytest.fail("no two such keys among so many")
    text = "".join(f"witness w{n} {each.verifier.vkey}\n" for n, each in enumerate((other, one)))
    both = policy(f"log {LOG.verifier.vkey}\n{text}group both all w0 w1\nquorum both\n")
    assert both.final(cosigned(other, one))
    assert not both.final(cosigned(one))
