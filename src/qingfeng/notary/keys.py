"""Keys of logs and witnesses as files: made once, readable by their owner alone, never written over.

    PRIVATE+KEY+<name>+<id in hex>+<base64 of the kind's bytes and the private key>

This is the form of golang.org/x/mod/sumdb/note; our own kinds (docs/format.md, section 8) are written alike.  A key in a device has a
file too, which says where it is and holds no secret (notary.pkcs11).
"""

from __future__ import annotations

import os
import re
import secrets
from base64 import b64decode, b64encode
from pathlib import Path
from typing import TypeVar

from qingfeng.ledger.cosignature import COSIGNATURE, CosignatureSigner, CosignatureVerifier
from qingfeng.ledger.merkle import Hash, sha_256
from qingfeng.ledger.note import ED25519, BadNote, Ed25519Signer, Ed25519Verifier, Kinds, Signer, Verifier, check_name
from qingfeng.terms.text import Text

from . import pkcs11
from .faults import LogTrouble, disk_failed
from .folder import sync_folder
from .openssl import new_key, sm3
from .sm import SM2, SM2_COSIGNATURE, Sm2CosignatureSigner, Sm2CosignatureVerifier, Sm2Signer, Sm2Verifier
from .witness import Cosigner

LOG_KINDS: Kinds = {ED25519: Ed25519Verifier, SM2: Sm2Verifier}
"""Which keys a log may have."""
WITNESS_KINDS: Kinds = {COSIGNATURE: CosignatureVerifier, SM2_COSIGNATURE: Sm2CosignatureVerifier}
"""Which keys a witness may have."""
SUITES = ("sha256", "sm3")
SEED = 32
S = TypeVar("S", Signer, Cosigner)
_LINE = re.compile(r"(?:PRIVATE|PKCS11)\+KEY\+([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})")


def digest_of(key: Verifier) -> Hash:
    """Return the hash function of the suite that a log's key belongs to."""
    return sm3 if isinstance(key, Sm2Verifier) else sha_256


def suite_of(key: Verifier) -> str:
    """Return the suite that a key belongs to."""
    return "sm3" if isinstance(key, (Sm2Verifier, Sm2CosignatureVerifier)) else "sha256"


def new_device_key(path: Path, name: str, module: str, token: str) -> Signer:
    """Make a log's key in a device (notary.pkcs11), and keep where it is.  Raises LogTrouble, BadNote."""
    check_name(name)
    if path.exists():
        raise _there_already(path)
    signer = pkcs11.make(path, name, module, token)
    _keep(path, signer.verifier, ED25519, signer.public, "PKCS11", pkcs11.lines(signer.device))
    return signer


def next_log_key(path: Path, former: Path, name: str, suite: str) -> Signer:
    """Make the key that follows another: in the same device, if that one is in a device.  Raises LogTrouble, BadNote."""
    if not former.exists():  # lost with all that it said
        return new_log_key(path, name, suite)
    try:
        device = pkcs11.device_in(former.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:  # whether it was in a device nobody can tell: no key is made in its place unasked
        raise _no_key(former) from error
    return new_device_key(path, name, device.module, device.token) if device is not None else new_log_key(path, name, suite)


def new_log_key(path: Path, name: str, suite: str = "sha256") -> Signer:
    """Make a log's key and keep it.  Raises LogTrouble when a key is there already, BadNote for a bad name, NoSm."""
    check_name(name)
    signer: Signer = Sm2Signer(name, new_key()) if suite == "sm3" else Ed25519Signer(name, secrets.token_bytes(SEED))
    _keep(path, signer.verifier, SM2 if suite == "sm3" else ED25519, _private(signer))
    return signer


def new_witness_key(path: Path, name: str, suite: str = "sha256") -> Cosigner:
    """Make a witness's key and keep it.  Raises as new_log_key."""
    check_name(name)
    made: Cosigner = Sm2CosignatureSigner(name, new_key()) if suite == "sm3" else CosignatureSigner(name, secrets.token_bytes(SEED))
    _keep(path, made.verifier, SM2_COSIGNATURE if suite == "sm3" else COSIGNATURE, _private(made))
    return made


def log_signer(path: Path) -> Signer:
    """Return the log's key in a file.  Raises LogTrouble."""
    name, number, raw, device = _read(path)
    if device is not None:
        return _checked(path, pkcs11.signer_in(path, name, raw[1:], device), number, raw, (ED25519, ED25519))
    signer: Signer = Sm2Signer(name, raw[len(SM2) :]) if raw.startswith(SM2) else Ed25519Signer(name, raw[1:])
    return _checked(path, signer, number, raw, (SM2, ED25519))


def witness_signer(path: Path) -> Cosigner:
    """Return the witness's key in a file.  Raises LogTrouble."""
    name, number, raw, device = _read(path)
    if device is not None:
        raise _no_key(path)
    made: Cosigner = (
        Sm2CosignatureSigner(name, raw[len(SM2_COSIGNATURE) :]) if raw.startswith(SM2_COSIGNATURE) else CosignatureSigner(name, raw[1:])
    )
    return _checked(path, made, number, raw, (SM2_COSIGNATURE, COSIGNATURE))


def _private(signer: object) -> bytes:
    match signer:
        case Ed25519Signer() | CosignatureSigner():
            return signer.seed
        case Sm2Signer() | Sm2CosignatureSigner():
            return signer.private
    raise AssertionError("there are four kinds of keys")


def _checked(path: Path, signer: S, number: str, raw: bytes, kinds: tuple[bytes, bytes]) -> S:
    try:
        good = raw.startswith(kinds) and signer.verifier.id.hex() == number
    except (BadNote, RuntimeError):
        good = False
    if not good:
        raise _no_key(path)
    return signer


def _keep(path: Path, key: Verifier, kind: bytes, private: bytes, where: str = "PRIVATE", more: str = "") -> None:
    """Write a key whole or not at all, and only where nothing stands."""
    line = f"{where}+KEY+{key.name}+{key.id.hex()}+{b64encode(kind + private).decode()}\n{more}"
    draft = path.with_name(f".{path.name}-{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        held = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            os.write(held, line.encode())
            os.fsync(held)
        finally:
            os.close(held)
        try:
            os.link(draft, path)
        except FileExistsError:
            raise _there_already(path) from None
        finally:
            draft.unlink()
    except OSError as error:
        raise disk_failed(path, error) from error
    sync_folder(path.parent)


def _there_already(path: Path) -> LogTrouble:
    return LogTrouble(Text(zh=f"{path.name}已有一把密钥，没有改动；密钥从不覆盖。",
                           en=f"There is a key at {path.name}; it was left alone: a key is never written over."))  # fmt: skip


def _read(path: Path) -> tuple[str, str, bytes, pkcs11.Device | None]:
    """Return name, id, the bytes of the kind with the private key, or with the public one of a key in a device.  Raises LogTrouble."""
    try:
        mode = path.stat().st_mode
        text = path.read_text("utf-8")
    except FileNotFoundError:
        raise LogTrouble(Text(
            zh=f"找不到密钥文件{path.name}；密钥所在位置没有挂上，或者不在这台机器上。",
            en=f"There is no key file {path.name}: its place is not mounted, or it is kept on another machine.")) from None  # fmt: skip
    except OSError as error:
        raise disk_failed(path, error) from error
    except UnicodeDecodeError:
        raise _no_key(path) from None
    if mode & 0o077:
        raise LogTrouble(Text(
            zh=f"密钥文件{path.name}别人也能读（权限 {mode & 0o777:o}），不予使用；请改为仅属主可读（chmod 600），并考虑更换密钥。",
            en=f"Others can read the key file {path.name} (mode {mode & 0o777:o}); it is not used: "
            "chmod 600, and think of a new key."))  # fmt: skip
    line, _, more = text.partition("\n")
    device = pkcs11.device_in(more) if line.startswith("PKCS11+") else None
    match = _LINE.fullmatch(line) if device is not None or not more else None
    if match is None or (device is not None) != line.startswith("PKCS11+"):
        raise _no_key(path)
    try:
        return match[1], match[2], b64decode(match[3], validate=True), device
    except ValueError:  # cut off in the middle of its base64
        raise _no_key(path) from None


def _no_key(path: Path) -> LogTrouble:
    return LogTrouble(Text(zh=f"{path.name}不是密钥文件，或者已损坏。", en=f"{path.name} is no key file, or is damaged."))
