"""A citizen's receipt: a proof of logging (c2sp.org/tlog-proof) whose extra bytes carry the entry and the fields that he may see.

    extra = zlib( canonical JSON {"entry": "<the entry, verbatim>", "show": {"<field>": ["<salt>", <value>], …}} )

The entry hashes to the proved leaf; each shown field opens its commitment in the entry; the other fields stay closed.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .canonical import NotCanonical, canonical
from .entry import broken
from .merkle import Hash, leaf_hash, sha_256
from .policy import Policy
from .proof import BadProof, Proof, Proved, proof_of, proved
from .tiles import MAX_ENTRY

MAX_SHOWN = 300_000
"""Bytes of an unpacked receipt: an entry and the fields of one act; stops a small text that unfolds into a huge one."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt as written.  shown: field → value, each of them opened against the entry."""

    proof: Proof
    entry: bytes
    envelope: Mapping[str, Any]
    shown: Mapping[str, Any]


def packed(entry: bytes, openings: Sequence[bytes], fields: Collection[str]) -> bytes:
    """Return the extra bytes of a receipt.  openings: of the event, JSON; fields: the names that may be shown."""
    show: dict[str, Any] = {}
    for one in openings:
        show |= {name: opened for name, opened in json.loads(one).items() if name in fields}
    return zlib.compress(canonical({"entry": entry.decode(), "show": show}), 9)


def receipt_of(text: str) -> Receipt:
    """Return a receipt as written; nothing of it is proved yet but that its fields fit its entry.  Raises BadProof."""
    proof = proof_of(text)
    if proof.extra is None:
        raise BadProof("this proof carries no entry: it is no receipt")
    said = _unpacked(proof.extra)
    entry, show = said["entry"].encode(), canonical(said["show"])
    try:
        envelope = json.loads(entry)
        wrong = broken(entry, show, None)
        values = {name: value for name, (_, value) in said["show"].items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadProof("the entry of this receipt cannot be read") from error
    if wrong:
        raise BadProof(f"what this receipt shows is not what was recorded: {', '.join(wrong)}")
    if len(entry) > MAX_ENTRY or canonical(envelope) != entry:
        raise BadProof("the entry of this receipt is not in its canonical form")
    return Receipt(proof, entry, {name: value for name, value in envelope.items() if name != "commit"}, values)


def receipt_proved(receipt: Receipt, *, policy: Policy, digest: Hash = sha_256) -> Proved:
    """Return what the receipt proves.  Raises BadProof if it proves nothing."""
    return proved(receipt.proof, leaf_hash(receipt.entry, digest), policy=policy, digest=digest)


def _unpacked(extra: bytes) -> Mapping[str, Any]:
    worker = zlib.decompressobj()
    try:
        data = worker.decompress(extra, MAX_SHOWN)
        said = json.loads(data) if worker.eof and not worker.unused_data else None
        if not isinstance(said, dict) or set(said) != {"entry", "show"} or canonical(said) != data:
            raise BadProof("the extra bytes of this receipt are not an entry and its fields")
    except (zlib.error, ValueError, NotCanonical, RecursionError) as error:
        raise BadProof("the extra bytes of this receipt cannot be unpacked") from error
    if not isinstance(said["entry"], str) or not isinstance(said["show"], dict):
        raise BadProof("the extra bytes of this receipt are not an entry and its fields")
    return said
