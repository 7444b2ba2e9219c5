"""Keys for tips of the demonstration: invented pairs, proposed and confirmed as inspectors do it, so that a tip can be given at once.

Elsewhere a private key is made in its holder's browser and never comes to the server.  Here nobody is there to make it: the key files lie
in the folder of the agency, sealed with a passphrase that everybody knows, and the pages of the demonstration hand them out.
"""

from __future__ import annotations

import json
import secrets
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from django.conf import settings

from qingfeng.casework import tipkeys
from qingfeng.casework.office import Office
from qingfeng.casework.recipients import OUTSIDE

from . import agency

PASSPHRASE = "qingfeng-demo-2026"
ROUNDS = 600_000
"""Of PBKDF2, as in static/tip.js."""
HOLDERS = ("discipline_inspector", "discipline_inspector/2", "discipline_head", OUTSIDE)
"""Whose keys are made: three inside, as a reporter's name is sealed to three, and the body one level up."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page of the demonstration says of the key files.  own: the name of the visitor's, empty if he has none."""

    own: str
    passphrase: str = PASSPHRASE


def make_keys(office: Office) -> int:
    """Give the holders of the demonstration a key each, proposed by one inspector and confirmed by another; return how many were made."""
    with office.store.read() as tx:
        used, people = tipkeys.in_use(tx), office.registry(tx).people
    staff = [one for one in HOLDERS if one in people.names]
    missing = [one for one in HOLDERS if one not in used and (one == OUTSIDE or one in staff)]
    if len(staff) < 2:
        return 0
    _folder().mkdir(parents=True, exist_ok=True)
    for holder in missing:
        by = staff[-1] if holder == OUTSIDE else holder
        other = next(one for one in staff if one != by)
        spki, sealed = _pair()
        name = tipkeys.key_id(spki)
        (_folder() / f"tip-key-{name}.json").write_text(sealed, encoding="utf-8")  # before it is published
        tipkeys.propose_key(office, spki, by=by, at=agency.now(), outside=holder == OUTSIDE)
        tipkeys.decide_on_key(office, name, confirm=True, by=other, at=agency.now())
    return len(missing)


def file_of(office: Office, officer: str, *, above: bool = False) -> Path | None:
    """Return the key file of an officer of the demonstration, or of the body one level up; None outside it and where there is none."""
    if not settings.DEMO:
        return None
    with office.store.read() as tx:
        key = tipkeys.in_use(tx).get(OUTSIDE if above else officer)
    path = _folder() / f"tip-key-{key.id}.json" if key is not None else None
    return path if path is not None and path.is_file() else None


def shown(office: Office, officer: str) -> Shown | None:
    """Return what the pages say of the key files; None outside the demonstration, and where it has no keys of this making."""
    if file_of(office, officer, above=True) is None:
        return None
    own = file_of(office, officer)
    return Shown(own.name if own is not None else "")


def _folder() -> Path:
    return Path(settings.HOME) / "demo-keys"


def _pair() -> tuple[str, str]:
    """Return a new public key (SPKI in base64) and its key file, as static/tip_read.js writes it."""
    key, salt, nonce = ec.generate_private_key(ec.SECP256R1()), secrets.token_bytes(16), secrets.token_bytes(12)
    spki = _b64(key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
    wrapping = PBKDF2HMAC(SHA256(), 32, salt, ROUNDS).derive(PASSPHRASE.encode())
    closed = AESGCM(wrapping).encrypt(nonce, key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()), None)
    told = {"kind": "qingfeng tip key v1", "id": tipkeys.key_id(spki), "spki": spki, "salt": _b64(salt), "nonce": _b64(nonce),
            "pkcs8": _b64(closed), "rounds": ROUNDS}  # fmt: skip
    return spki, json.dumps(told, indent=1)


def _b64(data: bytes) -> str:
    return b64encode(data).decode()
