"""The log's key in a device (PKCS#11, for example a smart card or an HSM): made there, never leaving it; Ed25519 through a thin binding.

The key's file then holds no secret, but where the key is:

    PKCS11+KEY+<name>+<id in hex>+<base64 of the kind's byte and the public key>
    module <path of the device's library>
    token <label of the token>
    key <label of the key>

The PIN stands in the environment (QINGFENG_PKCS11_PIN) or in a file beside, readable by its owner alone (<file>.pin).
Source of the numbers below: PKCS #11 Cryptographic Token Interface Base Specification 2.40 and Current Mechanisms 3.0 (OASIS).
"""

from __future__ import annotations

import ctypes
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from qingfeng.ledger.note import Ed25519Verifier, Signature, check_text
from qingfeng.terms.text import Text

from .faults import LogTrouble

PIN = "QINGFENG_PKCS11_PIN"
"""The environment variable with the token's PIN."""
_ULONG = ctypes.c_ulong
_INITIALIZE, _SLOTS, _TOKEN, _OPEN, _CLOSE, _LOGIN, _GET, _FIND_INIT, _FIND, _FIND_FINAL, _SIGN_INIT, _SIGN, _GENERATE = (
    0, 4, 6, 12, 13, 18, 24, 26, 27, 28, 42, 43, 59)  # fmt: skip
"""Places of functions in CK_FUNCTION_LIST."""
_CLASS, _ON_TOKEN, _PRIVATE, _LABEL, _SENSITIVE, _SIGNS, _VERIFIES, _EXTRACTABLE, _PARAMETERS, _POINT = (
    0, 1, 2, 3, 0x103, 0x108, 0x10A, 0x162, 0x180, 0x181)  # fmt: skip
_PUBLIC_KEY, _PRIVATE_KEY, _MAKE_EDWARDS, _EDDSA = 2, 3, 0x1055, 0x1057
_ED25519 = bytes.fromhex("06032b6570")
"""id-Ed25519 (RFC 8410)."""
_ALREADY_BEGUN, _ALREADY_IN, _WRONG_PIN = 0x191, 0x100, 0xA0
_OS_LOCKS = 2


class _Attribute(ctypes.Structure):
    _fields_ = [("type", _ULONG), ("value", ctypes.c_void_p), ("length", _ULONG)]


class _Mechanism(ctypes.Structure):
    _fields_ = [("mechanism", _ULONG), ("parameter", ctypes.c_void_p), ("length", _ULONG)]


class _Begin(ctypes.Structure):
    _fields_ = [("functions", ctypes.c_void_p * 4), ("flags", _ULONG), ("reserved", ctypes.c_void_p)]


@dataclass(frozen=True, slots=True)
class Device:
    """A key in a device.  module: the device's library; token, key: labels."""

    module: str
    token: str
    key: str


@dataclass(frozen=True, slots=True)
class Pkcs11Signer:
    """A log's key that a device holds.  pin: where its PIN is looked for, if not in the environment."""

    name: str
    public: bytes
    device: Device
    pin: Path

    @property
    def verifier(self) -> Ed25519Verifier:
        """The public key.  Raises BadNote."""
        return Ed25519Verifier(self.name, self.public)

    def sign(self, text: str) -> Signature:
        """Return a signature of the text, made in the device.  Raises BadNote, LogTrouble."""
        check_text(text)
        with _session(self.device, _pin(self.pin)) as (module, session):
            (key,) = _found(module, session, self.device, _PRIVATE_KEY) or (None,)
            if key is None:
                raise _trouble(self.device, "no such key")
            module.call(_SIGN_INIT, session, ctypes.byref(_Mechanism(_EDDSA, None, 0)), _ULONG(key))
            data, raw, length = text.encode(), ctypes.create_string_buffer(64), _ULONG(64)
            module.call(_SIGN, session, data, _ULONG(len(data)), raw, ctypes.byref(length))
        if length.value != 64 or not self.verifier.fits(text, raw.raw):
            raise _trouble(self.device, "its signature does not fit the public key in the key's file")
        return Signature(self.name, self.verifier.id, raw.raw)


def make(path: Path, name: str, module: str, token: str) -> Pkcs11Signer:
    """Make a key in a device, which never gives it out.  path: where the key's file will be.  Raises BadNote, LogTrouble."""
    device = Device(module, token, f"qingfeng-{secrets.token_hex(6)}")
    label = device.key.encode()
    with _session(device, _pin(_beside(path))) as (lib, session):
        public, private = _ULONG(), _ULONG()
        common: dict[int, int | bool | bytes] = {_ON_TOKEN: True, _LABEL: label}
        shown, _keep = _attributes({**common, _VERIFIES: True, _PARAMETERS: _ED25519})
        hidden, _kept = _attributes({**common, _PRIVATE: True, _SENSITIVE: True, _EXTRACTABLE: False, _SIGNS: True})
        lib.call(_GENERATE, session, ctypes.byref(_Mechanism(_MAKE_EDWARDS, None, 0)), shown, _ULONG(len(shown)), hidden,
                 _ULONG(len(hidden)), ctypes.byref(public), ctypes.byref(private))  # fmt: skip
        point = _value(lib, session, public.value, _POINT)
    raw = point[2:] if len(point) == 34 and point[:2] == b"\x04\x20" else point
    if len(raw) != 32:
        raise _trouble(device, f"a public key of {len(raw)} bytes")
    return Pkcs11Signer(name, raw, device, _beside(path))


def lines(device: Device) -> str:
    """Return what a key's file says of the device."""
    return f"module {device.module}\ntoken {device.token}\nkey {device.key}\n"


def device_in(text: str) -> Device | None:
    """Return the device that the lines of a key's file name, None if they are not such lines."""
    words = dict(line.split(" ", 1) for line in text.split("\n") if " " in line)
    return Device(words["module"], words["token"], words["key"]) if set(words) == {"module", "token", "key"} else None


def signer_in(path: Path, name: str, public: bytes, device: Device) -> Pkcs11Signer:
    """Return the signer of a key's file."""
    return Pkcs11Signer(name, public, device, _beside(path))


def _beside(path: Path) -> Path:
    return path.with_name(f"{path.name}.pin")


class _Module:
    """A device's library, begun in this process."""

    def __init__(self, path: str) -> None:
        try:
            lib = ctypes.CDLL(path)
            table = ctypes.c_void_p()
            lib.C_GetFunctionList(ctypes.byref(table))
        except (OSError, AttributeError) as error:
            raise LogTrouble(Text(zh=f"密码设备的程序库{path}打不开（{error}）。",
                                  en=f"The library of the device, {path}, cannot be opened: {error}.")) from error  # fmt: skip
        self.path, self._lib = path, lib
        size = ctypes.sizeof(ctypes.c_void_p)
        self._at = ctypes.cast(ctypes.c_void_p((table.value or 0) + size), ctypes.POINTER(ctypes.c_void_p))
        begin = _Begin(flags=_OS_LOCKS)
        self.call(_INITIALIZE, ctypes.byref(begin), fine=(_ALREADY_BEGUN,))

    def call(self, place: int, *arguments: Any, fine: tuple[int, ...] = ()) -> None:
        """Call a function of the device.  Raises LogTrouble when it refuses."""
        function = ctypes.CFUNCTYPE(_ULONG)(self._at[place] or 0)
        function.argtypes = None  # type: ignore[assignment]
        code = int(function(*arguments))
        if code and code not in fine:
            wrong = code == _WRONG_PIN
            raise LogTrouble(Text(
                zh=f"密码设备拒绝了（{'PIN 不对' if wrong else hex(code)}）；记录都在待入日志之列，没有丢失；请检查设备后再试。",
                en=f"The device refused ({'wrong PIN' if wrong else hex(code)}); records wait for the log and nothing is lost; "
                "see to the device."))  # fmt: skip


@cache
def _module(path: str, process: int) -> _Module:
    """Return a device's library; each process begins it for itself, as the standard asks after a fork."""
    assert process == os.getpid()
    return _Module(path)


@contextmanager
def _session(device: Device, pin: str) -> Iterator[tuple[_Module, _ULONG]]:
    module = _module(device.module, os.getpid())
    session = _ULONG()
    module.call(_OPEN, _ULONG(_slot(module, device)), _ULONG(4 | 2), None, None, ctypes.byref(session))
    try:
        raw = pin.encode()
        module.call(_LOGIN, session, _ULONG(1), raw, _ULONG(len(raw)), fine=(_ALREADY_IN,))
        yield module, session
    finally:
        module.call(_CLOSE, session)


def _slot(module: _Module, device: Device) -> int:
    count = _ULONG(64)
    slots = (_ULONG * 64)()
    module.call(_SLOTS, ctypes.c_ubyte(1), slots, ctypes.byref(count))
    for slot in slots[: count.value]:
        info = ctypes.create_string_buffer(1024)
        module.call(_TOKEN, _ULONG(slot), info)
        if info.raw[:32].rstrip(b" ").decode("utf-8", "replace") == device.token:
            return int(slot)
    raise _trouble(device, "no such token")


def _attributes(wanted: Mapping[int, int | bool | bytes]) -> tuple[Any, list[Any]]:
    """Return attributes for the device, and what has to stay alive as long as they are used."""
    kept: list[Any] = []
    made = (_Attribute * len(wanted))()
    for place, (kind, value) in enumerate(wanted.items()):
        held: Any
        if isinstance(value, bytes):
            held = ctypes.create_string_buffer(value, len(value))
        else:
            held = ctypes.c_ubyte(value) if isinstance(value, bool) else _ULONG(value)
        kept.append(held)
        made[place] = _Attribute(kind, ctypes.cast(ctypes.byref(held), ctypes.c_void_p), ctypes.sizeof(held))
    return made, kept


def _found(module: _Module, session: _ULONG, device: Device, kind: int) -> list[int]:
    wanted, _kept = _attributes({_CLASS: kind, _LABEL: device.key.encode()})
    module.call(_FIND_INIT, session, wanted, _ULONG(len(wanted)))
    found, count = (_ULONG * 2)(), _ULONG()
    module.call(_FIND, session, found, _ULONG(2), ctypes.byref(count))
    module.call(_FIND_FINAL, session)
    return list(found[: count.value]) if count.value == 1 else []


def _value(module: _Module, session: _ULONG, key: int, kind: int) -> bytes:
    raw = ctypes.create_string_buffer(256)
    wanted = _Attribute(kind, ctypes.cast(raw, ctypes.c_void_p), 256)
    module.call(_GET, session, _ULONG(key), ctypes.byref(wanted), _ULONG(1))
    return raw.raw[: wanted.length]


def _pin(path: Path) -> str:
    """Return the token's PIN.  Raises LogTrouble where there is none, or others can read it."""
    if os.environ.get(PIN):
        return os.environ[PIN]
    try:
        if not path.stat().st_mode & 0o077:
            return path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        pass  # said below, in one sentence
    raise LogTrouble(Text(zh=f"没有密码设备的 PIN：请写入仅属主可读的 {path.name}，或者环境变量 {PIN}。",
                          en=f"There is no PIN for the device: put it into {path.name}, readable by its owner alone, or into "
                             f"{PIN}."))  # fmt: skip


def _trouble(device: Device, what: str) -> LogTrouble:
    return LogTrouble(
        Text(
            zh=f"密码设备（{device.token}）里的密钥用不上：{what}。", en=f"The key in the device ({device.token}) is of no use: {what}."
        )
    )
