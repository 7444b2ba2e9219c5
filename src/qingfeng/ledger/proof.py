"""Proofs of logging (c2sp.org/tlog-proof): an entry's place, its path in the tree, the checkpoint with its cosignatures, as one text."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass

from .checkpoint import Checkpoint, opened_checkpoint
from .merkle import HASH_BYTES, MAX_SIZE, Hash, included, sha_256
from .note import BadNote
from .policy import Policy

HEADER = "c2sp.org/tlog-proof@v1"
MAX_PROOF = 200_000
"""Bytes of a proof: a checkpoint with all its signatures, 63 hashes, and what an application adds."""
MAX_PATH = 63
_INDEX = re.compile("index (0|[1-9][0-9]{0,18})")


class BadProof(ValueError):
    """A text that is no proof of logging, or does not prove; says why."""


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof as written.  checkpoint: the note, verbatim; extra: bytes of the application, which nothing vouches for."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: str
    extra: bytes | None = None

    @property
    def whole(self) -> str:
        """The proof as it is written."""
        lines = [HEADER] + ([f"extra {b64encode(self.extra).decode()}"] if self.extra is not None else [])
        lines += [f"index {self.index}", *(b64encode(one).decode() for one in self.path), ""]
        return "\n".join(lines) + "\n" + self.checkpoint


def proof_of(text: str) -> Proof:
    """Return a proof as written.  Raises BadProof."""
    if len(text) > MAX_PROOF:
        raise BadProof(f"a proof is at most {MAX_PROOF} characters long")
    head, blank, checkpoint = text.partition("\n\n")
    lines = head.split("\n")
    if not blank or lines.pop(0) != HEADER:
        raise BadProof(f"this does not begin with {HEADER!r}, or has no blank line")
    extra = None
    if lines and lines[0].startswith("extra "):
        extra = _base64(lines.pop(0).removeprefix("extra "))
    match = _INDEX.fullmatch(lines.pop(0)) if lines else None
    if match is None or int(match[1]) > MAX_SIZE:
        raise BadProof("there is no index line")
    if len(lines) > MAX_PATH:
        raise BadProof(f"a path has at most {MAX_PATH} hashes")
    path = tuple(map(_base64, lines))
    if any(len(one) != HASH_BYTES for one in path):
        raise BadProof(f"a hash has {HASH_BYTES} bytes")
    return Proof(int(match[1]), path, checkpoint, extra)


@dataclass(frozen=True, slots=True)
class Proved:
    """What a proof shows.  final: enough witnesses have cosigned; witnesses: which ones, by their names in the policy."""

    checkpoint: Checkpoint
    index: int
    final: bool
    witnesses: frozenset[str]


def proved(proof: Proof, leaf: bytes, *, policy: Policy, digest: Hash = sha_256) -> Proved:
    """Return what a proof shows of the entry with this leaf hash.  Raises BadProof if it shows nothing.

    The log must be one of the policy's, under the name that is its origin; size and root come from its one signed checkpoint.
    """
    reasons: list[str] = []
    for log in policy.logs:
        try:
            head, note = opened_checkpoint(proof.checkpoint, origin=log.key.name, keys=[log.key], digest=digest)
            cosigned = policy.by(note)
        except BadNote as error:
            reasons.append(str(error))
            continue
        if not included(leaf, proof.index, head.size, proof.path, head.root, digest):
            raise BadProof("the entry is not in the tree that the checkpoint describes")
        return Proved(head, proof.index, policy.witnessed(cosigned), cosigned)
    raise BadProof("; ".join(reasons) or "the policy names no log")


def path_lines(path: Sequence[bytes]) -> str:
    """Return hashes as lines of base64, as witnesses are told a proof of consistency."""
    return "".join(f"{b64encode(one).decode()}\n" for one in path)


def _base64(text: str) -> bytes:
    try:
        raw = b64decode(text, validate=True)
    except ValueError as error:
        raise BadProof(f"{text[:40]!r} is not base64") from error
    if b64encode(raw).decode() != text:
        raise BadProof(f"{text[:40]!r} is base64 with loose ends")
    return raw
