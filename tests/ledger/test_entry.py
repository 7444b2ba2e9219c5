"""Entries: bytes fixed for ever, read back as sealed, every change of a byte noticed, erasure harmless."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingfeng.ledger.entry import SALT_BYTES, Sealed, broken, commitment, seal, unseal

from .test_canonical import VALUES

ENVELOPE: dict[str, str | int] = {
    "stream": "c-2026-1", "seq": 7, "kind": "decided", "at": "2026-03-02T09:00:00+08:00", "power": "a000/penalty",
}  # fmt: skip
OPEN = {"opinion": "同意", "amount_fen": 500_000, "grounds": ["第五十七条", None, True]}
PRIVATE = {"party": "王小明"}

GOLDEN_ENTRY = (
    '{"alg":"sha256","at":"2026-03-02T09:00:00+08:00","commit":{'
    '"amount_fen":"umSQSJzu_vPv3mEvw39jfKXw8_lDOvKaS5kQ2atYJ4E",'
    '"grounds":"dCLCdiWFcy17alYeP0eyt8n7K-f4kRet2-h20Y7LrkE",'
    '"opinion":"G39sXVZLwKAvt45PaehxxUjf8XHAck7cCiVoile-TRw",'
    '"party":"ZkTi42OkYThgR10hFSnjegxrHIwKW__UPFCNCcK0HA8"},'
    '"kind":"decided","power":"a000/penalty","seq":7,"stream":"c-2026-1","v":1}'
)
GOLDEN_OPENING = (
    '{"amount_fen":["EBESExQVFhcYGRobHB0eHw",500000],'
    '"grounds":["ICEiIyQlJicoKSorLC0uLw",["第五十七条",null,true]],"opinion":["AAECAwQFBgcICQoLDA0ODw","同意"]}'
)
GOLDEN_PRIVATE = '{"party":["MDEyMzQ1Njc4OTo7PD0-Pw","王小明"]}'


def counting() -> Callable[[int], bytes]:
    """Salts 0, 1, 2 …: only for tests."""
    return lambda n: bytes(range(n))


def sealed(private: dict[str, Any] | None = None) -> Sealed:
    return seal(ENVELOPE, open_fields=OPEN, private_fields=PRIVATE if private is None else private, salts=counting())


def test_the_bytes_of_an_entry_never_change() -> None:
    one = sealed()
    assert (one.stream, one.seq) == ("c-2026-1", 7)
    assert one.entry == GOLDEN_ENTRY.encode()
    assert one.opening == GOLDEN_OPENING.encode()
    assert one.private == GOLDEN_PRIVATE.encode()
    assert sha256(one.entry).hexdigest() == "26d462396dedd9d8688b6a2397817f179221275f13cf5ac624efc6b31b8f16bd"


def test_a_commitment_is_what_the_format_says() -> None:
    """Told with the standard library alone, as a stranger would."""
    salt = bytes(16)
    told = sha256(salt + '["party","王小明"]'.encode()).digest()
    assert commitment(salt, "party", "王小明") == urlsafe_b64encode(told).decode().rstrip("=")


@given(
    st.dictionaries(st.sampled_from("abcd"), VALUES),
    st.dictionaries(st.sampled_from("wxyz"), VALUES),
    st.binary(min_size=1),
)
def test_what_was_sealed_is_read_back(open_fields: dict[str, Any], private: dict[str, Any], seed: bytes) -> None:
    def salts(n: int) -> bytes:
        return (sha256(seed).digest() * (n // 32 + 1))[:n]

    one = seal(ENVELOPE, open_fields=open_fields, private_fields=private, salts=salts)
    back = unseal(one.entry, one.opening, one.private)
    assert back.fields == {**open_fields, **private}
    assert back.envelope == {**ENVELOPE, "alg": "sha256", "v": 1}
    assert back.erased == frozenset()
    assert (one.private is None) == (not private)
    assert broken(one.entry, one.opening, one.private) == []
    erased = unseal(one.entry, one.opening, None)
    assert erased.fields == open_fields
    assert erased.erased == frozenset(private)
    assert broken(one.entry, one.opening, None) == []


def test_salts_are_asked_for_once_and_never_shared() -> None:
    asked: list[int] = []

    def salts(n: int) -> bytes:
        asked.append(n)
        return bytes(range(n))

    one = seal(ENVELOPE, open_fields=OPEN, private_fields=PRIVATE, salts=salts)
    assert asked == [SALT_BYTES * 4]
    used = [salt for part in (one.opening, one.private or b"{}") for salt, _ in json.loads(part).values()]
    assert len(set(used)) == 4


def test_the_entry_shows_nothing_of_what_fields_say() -> None:
    entry = sealed().entry.decode()
    for word in ("同意", "500000", "王小明", "第五十七条"):
        assert word not in entry


@pytest.mark.parametrize("part", ["entry", "opening", "private"])
@pytest.mark.parametrize("flip", [0x01, 0x20, 0x80])
def test_every_changed_byte_is_noticed(part: str, flip: int) -> None:
    """An opening that changes fits no commitment; an entry that changes is another leaf of the log."""
    one = sealed()
    whole = {"entry": one.entry, "opening": one.opening, "private": one.private or b""}
    for spot in range(len(whole[part])):
        changed = bytearray(whole[part])
        changed[spot] ^= flip
        assert _noticed({**whole, part: bytes(changed)}, one), (part, spot, bytes(changed))


def _noticed(now: dict[str, bytes], one: Sealed) -> bool:
    if sha256(now["entry"]).digest() != sha256(one.entry).digest():
        return True  # the leaf hash covers every byte of the entry: commitments, envelope and version alike
    try:
        return broken(now["entry"], now["opening"], now["private"]) != []
    except (ValueError, TypeError):  # no JSON any more, or none of the agreed shape
        return True


def test_a_changed_commitment_is_named() -> None:
    one = sealed()
    entry = json.loads(one.entry)
    for name in entry["commit"]:
        forged = {**entry, "commit": {**entry["commit"], name: "A" * 43}}
        assert broken(json.dumps(forged).encode(), one.opening, one.private) == [name]


def test_an_opening_without_commitment_is_named() -> None:
    one = sealed()
    more = json.loads(one.opening)
    more["extra"] = more["opinion"]
    assert broken(one.entry, json.dumps(more).encode(), one.private) == ["extra"]


def test_a_field_is_not_taken_for_another() -> None:
    one = sealed()
    opening = json.loads(one.opening)
    opening["opinion"], opening["grounds"] = opening["grounds"], opening["opinion"]
    assert broken(one.entry, json.dumps(opening).encode(), one.private) == ["grounds", "opinion"]


def test_a_field_stands_in_one_part_only() -> None:
    with pytest.raises(AssertionError):
        seal(ENVELOPE, open_fields={"a": 1}, private_fields={"a": 1}, salts=counting())
