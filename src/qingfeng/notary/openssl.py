"""SM2 signatures and SM3 hashes by the system's OpenSSL (3.0 or later), through a thin binding: nothing of the arithmetic is ours.

SM2 is signed over SM3 with the standard's default identity (GM/T 0009-2012, "1234567812345678"); signatures are DER, public keys the
65 bytes of an uncompressed point, private keys PKCS#8 in DER.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

IDENTITY = b"1234567812345678"
POINT_BYTES = 65
_SPKI = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d034200")
"""What stands before the point in a SubjectPublicKeyInfo of a key on the SM2 curve (GB/T 32918.5)."""
_MOST = 80
"""Bytes of the longest DER signature, and some."""


class NoSm(RuntimeError):
    """There is no OpenSSL here that can do it, or it refused; says what it said."""


def sm3(data: bytes) -> bytes:
    """Return the SM3 (GB/T 32905) of data.  Raises NoSm."""
    try:
        return hashlib.new("sm3", data).digest()
    except ValueError as error:
        raise NoSm("Python's OpenSSL has no SM3") from error


def new_key() -> bytes:
    """Return a fresh private key.  Raises NoSm."""
    lib = _library()
    key = lib.EVP_PKEY_Q_keygen(None, None, b"SM2")
    if not key:
        raise _said("a key could not be made")
    with _freed(key):
        return _der(lib.i2d_PrivateKey, key)


def public_of(private: bytes) -> bytes:
    """Return the point of a private key.  Raises NoSm."""
    with _private(private) as key:
        spki = _der(_library().i2d_PUBKEY, key)
    if len(spki) != len(_SPKI) + POINT_BYTES or not spki.startswith(_SPKI):
        raise NoSm("this is no key on the SM2 curve")
    return spki[len(_SPKI) :]


def sign(private: bytes, message: bytes) -> bytes:
    """Return a signature.  Raises NoSm."""
    lib = _library()
    with _private(private) as key, _context(key) as context:
        if lib.EVP_DigestSignInit(context, None, lib.EVP_sm3(), None, key) != 1:
            raise _said("signing could not begin")
        raw, length = ctypes.create_string_buffer(_MOST), ctypes.c_size_t(_MOST)
        if lib.EVP_DigestSign(context, raw, ctypes.byref(length), message, len(message)) != 1:
            raise _said("nothing was signed")
        return raw.raw[: length.value]


def fits(public: bytes, message: bytes, raw: bytes) -> bool:
    """Return whether raw is the key's signature of the message.  Raises NoSm for a public key that is none."""
    if not 8 <= len(raw) <= _MOST:
        return False
    lib = _library()
    with _public(public) as key, _context(key) as context:
        if lib.EVP_DigestVerifyInit(context, None, lib.EVP_sm3(), None, key) != 1:
            raise _said("checking could not begin")
        good = lib.EVP_DigestVerify(context, raw, len(raw), message, len(message)) == 1
        lib.ERR_clear_error()
        return bool(good)


def check_point(public: bytes) -> None:
    """Raise NoSm unless these bytes are a point of the SM2 curve."""
    with _public(public):
        pass


@contextmanager
def _private(der: bytes) -> Iterator[int]:
    lib = _library()
    key = lib.d2i_AutoPrivateKey(None, ctypes.byref(ctypes.c_char_p(der)), len(der))
    if not key:
        raise _said("this is no private key")
    with _freed(key):
        yield key


@contextmanager
def _public(point: bytes) -> Iterator[int]:
    if len(point) != POINT_BYTES or point[0] != 4:
        raise NoSm(f"an SM2 public key is a point of {POINT_BYTES} bytes")
    lib, der = _library(), _SPKI + point
    key = lib.d2i_PUBKEY(None, ctypes.byref(ctypes.c_char_p(der)), len(der))
    if not key:
        raise _said("this is no point of the SM2 curve")
    with _freed(key):
        yield key


@contextmanager
def _freed(key: int) -> Iterator[None]:
    try:
        yield
    finally:
        _library().EVP_PKEY_free(key)


@contextmanager
def _context(key: int) -> Iterator[int]:
    """A digest context whose key context knows the identity, which has to be said before anything is hashed."""
    lib = _library()
    context, inner = lib.EVP_MD_CTX_new(), lib.EVP_PKEY_CTX_new(key, None)
    try:
        if not context or not inner or lib.EVP_PKEY_CTX_set1_id(inner, IDENTITY, len(IDENTITY)) != 1:
            raise _said("the identity was not taken")
        lib.EVP_MD_CTX_set_pkey_ctx(context, inner)
        yield context
    finally:
        lib.EVP_MD_CTX_free(context)
        lib.EVP_PKEY_CTX_free(inner)


def _der(write: Any, key: int) -> bytes:
    length = write(key, None)
    if length <= 0:
        raise _said("the key cannot be written")
    raw = ctypes.create_string_buffer(length)
    write(key, ctypes.byref(ctypes.cast(raw, ctypes.c_char_p)))
    return raw.raw


def _said(what: str) -> NoSm:
    lib, words = _library(), ctypes.create_string_buffer(256)
    lib.ERR_error_string_n(lib.ERR_get_error(), words, len(words))
    lib.ERR_clear_error()
    return NoSm(f"{what}: {words.value.decode('ascii', 'replace')}")


@cache
def _library() -> Any:
    """Return libcrypto with the shapes of what is called.  Raises NoSm."""
    name = ctypes.util.find_library("crypto")
    if name is None:
        raise NoSm("there is no libcrypto on this machine; install OpenSSL 3 (Debian: libssl3)")
    lib = ctypes.CDLL(name)
    if not hasattr(lib, "EVP_PKEY_Q_keygen"):
        raise NoSm("libcrypto is older than 3.0")
    at, size = ctypes.c_void_p, ctypes.c_size_t
    shapes: dict[str, tuple[Any, list[Any] | None]] = {
        "EVP_PKEY_Q_keygen": (at, None), "EVP_PKEY_free": (None, [at]), "EVP_sm3": (at, []),
        "i2d_PrivateKey": (ctypes.c_int, [at, at]), "i2d_PUBKEY": (ctypes.c_int, [at, at]),
        "d2i_AutoPrivateKey": (at, [at, at, ctypes.c_long]), "d2i_PUBKEY": (at, [at, at, ctypes.c_long]),
        "EVP_MD_CTX_new": (at, []), "EVP_MD_CTX_free": (None, [at]), "EVP_PKEY_CTX_new": (at, [at, at]), "EVP_PKEY_CTX_free": (None, [at]),
        "EVP_PKEY_CTX_set1_id": (ctypes.c_int, [at, ctypes.c_char_p, ctypes.c_int]), "EVP_MD_CTX_set_pkey_ctx": (None, [at, at]),
        "EVP_DigestSignInit": (ctypes.c_int, [at] * 5), "EVP_DigestSign": (ctypes.c_int, [at, at, at, ctypes.c_char_p, size]),
        "EVP_DigestVerifyInit": (ctypes.c_int, [at] * 5),
        "EVP_DigestVerify": (ctypes.c_int, [at, ctypes.c_char_p, size, ctypes.c_char_p, size]),
        "ERR_get_error": (ctypes.c_ulong, []), "ERR_clear_error": (None, []),
        "ERR_error_string_n": (None, [ctypes.c_ulong, ctypes.c_char_p, size]),
    }  # fmt: skip
    for symbol, (result, takes) in shapes.items():
        function = getattr(lib, symbol)
        function.restype = result
        if takes is not None:
            function.argtypes = takes
    return lib
