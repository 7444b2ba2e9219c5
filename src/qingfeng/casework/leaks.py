"""A search for words that must not be there: in bytes of any kind, in every form in which a program may have written them down.

Looked for are UTF-8, UTF-16 and GB 18030; JSON and HTML escapes; percent signs; hexadecimal; base64 at every place of its groups of
three; and all of these within what is packed: ZIP (Word, Excel, dossiers), gzip, and the streams of PDF and of receipts.  Not found:
what is encrypted, and what was cut into pieces or put into other words.  A word of two signs can come up by chance in what is sealed.
"""

from __future__ import annotations

import re
import struct
import zlib
from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from urllib.parse import quote
from zipfile import BadZipFile, ZipFile

DEPTH = 4
"""So many packings one within the other are opened."""
MOST = 512 * 1024 * 1024
"""Bytes that one packed thing may unfold into."""
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{8,}")
_HEX = re.compile(rb"[0-9a-fA-F]{12,}")
_PDF = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
_FOLDED = re.compile(rb"[\r\n]+ ?")
_PACKED = (b"\x78", b"\x1f\x8b", b"PK", b"%PDF-")
_URL = bytes.maketrans(b"-_", b"+/")


@dataclass(frozen=True, slots=True)
class Leak:
    """A word that was found: which one (its place in the list, never the word), in what form, within what packing."""

    word: int
    form: str
    within: str


def forms(word: str) -> Mapping[str, bytes]:
    """Return the bytes that a word may stand as, by the name of the form."""
    codes = {"UTF-8": "utf-8", "UTF-16": "utf-16-le", "UTF-16 (BE)": "utf-16-be", "GB 18030": "gb18030"}
    told, wide = {name: word.encode(code) for name, code in codes.items()}, word.encode("utf-16-be")
    units = [int.from_bytes(wide[n : n + 2], "big") for n in range(0, len(wide), 2)]
    told["JSON"] = "".join(f"\\u{unit:04x}" if unit > 127 else chr(unit) for unit in units).encode()
    told["HTML"] = "".join(f"&#{ord(sign)};" if ord(sign) > 127 else sign for sign in word).encode()
    told["HTML (hex)"] = "".join(f"&#x{ord(sign):x};" if ord(sign) > 127 else sign for sign in word).encode()
    told["URL"] = quote(word).lower().encode()
    return told


def search(data: bytes, words: Sequence[str]) -> frozenset[Leak]:
    """Return what is found of some words in some bytes."""
    wanted = [(place, name, form) for place, word in enumerate(words) for name, form in forms(word).items()]
    return frozenset(Leak(place, name, within) for within, block in _blocks(data, "", DEPTH) for place, name in _in(block, wanted))


def _in(block: bytes, wanted: Sequence[tuple[int, str, bytes]]) -> Iterator[tuple[int, str]]:
    """Return what stands in a block.  Capitals are small letters here: escapes are written both ways, and words of letters too."""
    low = block.lower()
    for place, name, form in wanted:
        if form.lower() in low:
            yield place, name


def _blocks(data: bytes, within: str, depth: int) -> Iterator[tuple[str, bytes]]:
    """Return the bytes and all that is packed or spelled out in them."""
    yield within, data
    if not depth:
        return
    for name, block in _unpacked(data):
        yield from _blocks(block, f"{within}/{name}", depth - 1)
    runs = [run.translate(_URL) for run in _BASE64.findall(data)]
    for shift in range(4 if runs else 0):  # a run may begin within a group: where it was cut out of a longer one
        told = [_decoded(run[shift:]) for run in runs]
        yield f"{within}/base64", b"\n".join(told)
        for block in told if shift == 0 else ():
            if block.startswith(_PACKED):
                yield from _blocks(block, f"{within}/base64", depth - 1)
    spelled = _HEX.findall(data)
    for shift in range(2 if spelled else 0):
        yield f"{within}/hex", b"\n".join(bytes.fromhex(run[shift : shift + (len(run) - shift) // 2 * 2].decode()) for run in spelled)


def _decoded(run: bytes) -> bytes:
    """Return what a run of base64 says, its last, unfinished group filled up; a single sign more holds no byte."""
    whole, rest = run[: len(run) // 4 * 4], run[len(run) // 4 * 4 :]
    return b64decode(whole + (rest.ljust(4, b"=") if len(rest) > 1 else b""))


def _unpacked(data: bytes) -> Iterator[tuple[str, bytes]]:
    if data[:2] == b"PK":
        try:
            with ZipFile(BytesIO(data)) as pack:
                if sum(one.file_size for one in pack.infolist()) <= MOST:
                    for one in pack.infolist():
                        yield "names", one.filename.encode()
                        yield one.filename, pack.read(one)
        except (BadZipFile, RuntimeError, OSError, EOFError, ValueError, struct.error, zlib.error):
            return  # begins like one and is none: its bytes were looked at as they are
    if data[:2] == b"\x1f\x8b" or data[:1] == b"\x78":
        yield from (("packed", block) for block in _inflated(data))
    if data[:5] == b"%PDF-":
        for stream in _PDF.findall(data):
            yield from (("pdf", block) for block in _inflated(stream))
    if b"\n" in data and len(data) < 1 << 20 and _FOLDED.search(data):
        yield "folded", _FOLDED.sub(b"", data)


def _inflated(data: bytes) -> Iterator[bytes]:
    worker = zlib.decompressobj(wbits=47)  # zlib or gzip, told by its first bytes
    try:
        block = worker.decompress(data, MOST)
    except zlib.error:
        return
    yield block
