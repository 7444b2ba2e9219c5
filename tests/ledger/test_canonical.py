"""Canonical bytes are those of RFC 8785, and what has none is refused."""

from __future__ import annotations

import json
from types import MappingProxyType
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from qingfeng.ledger.canonical import MAX_INT, NotCanonical, canonical

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
KEYS = st.text(st.characters(max_codepoint=127))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-MAX_INT, MAX_INT) | TEXT,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=20,
)


@given(VALUES)
def test_bytes_are_those_of_an_independent_implementation(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@given(VALUES)
def test_bytes_read_back_as_the_same_value_and_the_same_bytes(value: Any) -> None:
    again = json.loads(canonical(value))
    assert again == value
    assert canonical(again) == canonical(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"b": 1, "a": [True, None, "办"]}, '{"a":[true,null,"办"],"b":1}'),
        ("\x00\x1f\x7f\b\t\n\f\r\"\\/\u2028𠮷", '"\\u0000\\u001f\x7f\\b\\t\\n\\f\\r\\"\\\\/\u2028𠮷"'),
        ((), "[]"),
        (("a", ()), '["a",[]]'),
        (MappingProxyType({"z": 1, "A": 2, "a": 3, "": 4}), '{"":4,"A":2,"a":3,"z":1}'),
        (MAX_INT, "9007199254740991"),
        (-MAX_INT, "-9007199254740991"),
    ],
)
def test_known_bytes(value: Any, expected: str) -> None:
    if isinstance(value, MappingProxyType):
        assert canonical(dict(value)) == expected.encode()
    else:
        assert canonical(value) == expected.encode()


@pytest.mark.parametrize(
    "value",
    [
        1.0, float("nan"), float("inf"), MAX_INT + 1, -MAX_INT - 1, b"bytes", {1, 2}, object(),
        {"办": 1}, {1: 1}, {None: 1}, {True: 1}, "\ud800", {"a": "x\udfff"}, {"a": [{"b": 0.5}]}, [[[MAX_INT + 1]]],
    ],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_what_has_no_canonical_bytes_is_refused(value: Any) -> None:
    with pytest.raises(NotCanonical):
        canonical(value)
