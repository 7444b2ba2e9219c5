"""A link proves itself by the anchor, at its own place only, and says nothing about later links."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingfeng.draw.chain import MAX_LENGTH, BadChain, anchor, check_link, is_hash, link

SECRET = bytes(range(32))


@given(st.binary(min_size=32, max_size=64), st.integers(1, 40), st.data())
def test_each_link_belongs_to_its_anchor_at_its_place_only(secret: bytes, length: int, data: st.DataObject) -> None:
    number = data.draw(st.integers(1, length))
    first, one = anchor(secret, length=length), link(secret, length=length, number=number)
    assert check_link(one, anchor=first, position=number)
    assert not any(check_link(one, anchor=first, position=n) for n in range(0, length + 2) if n != number)


def test_every_changed_bit_is_seen() -> None:
    first, one = anchor(SECRET, length=10), link(SECRET, length=10, number=7)
    for bit in range(256):
        forged = f"{int(one, 16) ^ (1 << bit):064x}"
        assert not check_link(forged, anchor=first, position=7)


def test_the_anchor_itself_is_no_link() -> None:
    first = anchor(SECRET, length=10)
    assert not check_link(first, anchor=first, position=0)


def test_the_bytes_are_those_of_the_document() -> None:
    value = hashlib.sha256(b"qingfeng.draw.secret/1\n" + SECRET).digest()
    assert link(SECRET, length=5, number=5) == value.hex()
    for number in (4, 3, 2, 1, 0):
        value = hashlib.sha256(b"qingfeng.draw.link/1\n" + value).digest()
        assert link(SECRET, length=5, number=number) == value.hex()
    assert anchor(SECRET, length=5) == value.hex()


@pytest.mark.parametrize(
    ("secret", "length", "number"),
    [
        (b"short", 5, 1),
        (b"x" * 5_000, 5, 1),
        (SECRET, 0, 0),
        (SECRET, MAX_LENGTH + 1, 1),
        (SECRET, 5, 6),
        (SECRET, 5, -1),
    ],
)
def test_what_makes_no_chain_is_refused_in_words(secret: bytes, length: int, number: int) -> None:
    with pytest.raises(BadChain) as caught:
        link(secret, length=length, number=number)
    assert caught.value.text.zh
    assert secret.hex() not in str(caught.value)


@pytest.mark.parametrize("text", ["", "ab", "AB" * 32, "g" * 64, "ab" * 32 + "\n", None, 7])
def test_what_is_no_link_is_no_link(text: object) -> None:
    assert not is_hash(text)
    assert not isinstance(text, str) or not check_link(text, anchor="ab" * 32, position=1)
