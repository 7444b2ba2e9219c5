"""The search for words that must not be there finds them in every form in which they may have been written down, and only then."""

from __future__ import annotations

import gzip
import json
import zlib
from base64 import b64encode, encodebytes, urlsafe_b64encode
from collections.abc import Callable
from io import BytesIO
from random import Random
from urllib.parse import quote
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingfeng.casework.leaks import search

NAME, PHONE = "欧阳举报", "13900001234"


def zipped(data: bytes) -> bytes:
    into = BytesIO()
    with ZipFile(into, "w", ZIP_DEFLATED) as pack:
        pack.writestr("word/document.xml", data)
    return into.getvalue()


WAYS: dict[str, Callable[[str], bytes]] = {
    "UTF-8": str.encode,
    "UTF-16": lambda text: text.encode("utf-16"),
    "UTF-16 big-endian": lambda text: text.encode("utf-16-be"),
    "GB 18030": lambda text: text.encode("gb18030"),
    "JSON": lambda text: json.dumps({"a": text}).encode(),
    "JSON in capitals": lambda text: json.dumps(text).upper().encode(),
    "HTML": lambda text: text.encode("ascii", "xmlcharrefreplace"),
    "URL": lambda text: quote(text).encode(),
    "hex": lambda text: text.encode().hex().encode(),
    "base64": lambda text: b64encode(text.encode()),
    "base64, one byte on": lambda text: b64encode(b"x" + text.encode()),
    "base64, two bytes on": lambda text: b64encode(b"xy" + text.encode()),
    "base64 of a URL": lambda text: urlsafe_b64encode(b"\xff\xfe" + text.encode()).rstrip(b"="),
    "base64 in lines": lambda text: encodebytes(b" " * 50 + text.encode()),
    "base64 of JSON": lambda text: b64encode(json.dumps(text).encode()),
    "ZIP": lambda text: zipped(text.encode()),
    "ZIP in a ZIP": lambda text: zipped(zipped(text.encode())),
    "gzip": lambda text: gzip.compress(text.encode()),
    "base64 of zlib": lambda text: b64encode(zlib.compress(text.encode())),
    "PDF": lambda text: b"%PDF-1.7\n1 0 obj\n<<>>\nstream\n" + zlib.compress(text.encode("utf-16-be")) + b"\nendstream\nendobj\n",
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("word", [NAME, PHONE])
def test_a_word_is_found_in_every_form(way: str, word: str) -> None:
    noise = Random(5).randbytes(3_000)
    data = WAYS[way](f"前后{word}都有")
    whole = data if way in ("ZIP", "ZIP in a ZIP", "gzip", "PDF", "base64 in lines") else noise + b"\n" + data + b"\n" + noise
    assert {one.word for one in search(whole, ["查无此人的名字", word])} == {1}, way


@given(st.binary(max_size=3_000))
def test_bytes_without_the_word_raise_no_alarm_and_no_error(data: bytes) -> None:
    assert not search(data, [NAME, PHONE])


def test_broken_packings_are_looked_at_as_they_are() -> None:
    for data in (zipped(b"x" * 300)[:60], gzip.compress(b"x" * 300)[:20], b"PK\x03\x04" + NAME.encode()):
        assert {one.word for one in search(data, [NAME])} == ({0} if NAME.encode() in data else set())
