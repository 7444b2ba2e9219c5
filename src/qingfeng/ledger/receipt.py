"""A citizen's receipt: a proof of logging (c2sp.org/tlog-proof) whose extra bytes carry the entry and the fields that he may see.

    extra = zlib( canonical JSON {"entry": <the entry, without the commitments of the shown fields>,
                                  "show": {"<field>": ["<salt>", <value>], …}} )

Whoever checks makes the commitment of each shown field again and puts it into its place: only then does the entry hash to the proved leaf.
A receipt that shows more is therefore hardly longer.  The other fields stay closed.
"""

from __future__ import annotations

import json
import zlib
from base64 import urlsafe_b64decode
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .canonical import NotCanonical, canonical
from .entry import commitment
from .merkle import Hash, leaf_hash, sha_256
from .policy import Policy
from .proof import BadProof, Proof, Proved, proof_of, proved
from .tiles import MAX_ENTRY

MAX_SHOWN = 300_000
"""Bytes of an unpacked receipt: an entry and the fields of one act; stops a small text that unfolds into a huge one."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt as written.  entry: with the commitments that the shown fields make; shown: field → value, proved with the entry."""

    proof: Proof
    entry: bytes
    envelope: Mapping[str, Any]
    shown: Mapping[str, Any]


def packed(entry: bytes, openings: Sequence[bytes], fields: Collection[str]) -> bytes:
    """Return the extra bytes of a receipt.  openings: of the event, JSON; fields: the names that may be shown."""
    show: dict[str, Any] = {}
    for one in openings:
        show |= {name: opened for name, opened in json.loads(one).items() if name in fields}
    body = json.loads(entry)
    closed = {name: said for name, said in body["commit"].items() if name not in show}
    return zlib.compress(canonical({"entry": {**body, "commit": closed}, "show": show}), 9)


def receipt_of(text: str) -> Receipt:
    """Return a receipt as written; nothing of it is proved yet, not even what it shows.  Raises BadProof."""
    proof = proof_of(text)
    if proof.extra is None:
        raise BadProof("this proof carries no entry: it is no receipt")
    said = _unpacked(proof.extra)
    body, show = said["entry"], said["show"]
    try:
        if body["commit"].keys() & show.keys():
            raise BadProof("a field of this receipt is shown and closed at once")
        made = {name: commitment(urlsafe_b64decode(salt + "=="), name, value) for name, (salt, value) in show.items()}
        entry = canonical({**body, "commit": {**body["commit"], **made}})
        values = {name: value for name, (_, value) in show.items()}
    except BadProof:
        raise
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadProof("the entry of this receipt cannot be read") from error
    if len(entry) > MAX_ENTRY:
        raise BadProof("the entry of this receipt is longer than entries are")
    return Receipt(proof, entry, {name: value for name, value in body.items() if name != "commit"}, values)


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
    if not isinstance(said["entry"], dict) or not isinstance(said["show"], dict):
        raise BadProof("the extra bytes of this receipt are not an entry and its fields")
    return said
