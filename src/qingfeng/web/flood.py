"""Flood control without accounts or addresses: counters of the hour in a folder that all workers share, and proofs of work.

A counter is a file one byte long for each time; its name is a keyed digest, so that the folder tells nobody what was counted.  Folders
of hours past are thrown away.
"""

from __future__ import annotations

import hmac
import os
import shutil
from contextlib import suppress
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from django.conf import settings

WORK_BITS = 16
"""Some 65 000 digests: a second or two in a browser, a cost only to who sends thousands."""
_LIFE = 2  # hours that a challenge holds


def counted(kind: str, key: str, at: datetime) -> int:
    """Return how often something was counted this hour."""
    try:
        return _path(kind, key, at).stat().st_size
    except FileNotFoundError:
        return 0


def count(kind: str, key: str, at: datetime) -> int:
    """Count something once more; return how often this hour."""
    path = _path(kind, key, at)
    if not path.parent.is_dir():
        _sweep(path.parent)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(handle, b".")
        return os.fstat(handle).st_size
    finally:
        os.close(handle)


def challenge(at: datetime) -> str:
    """Return a challenge for a proof of work: when, chance, and our mark on both."""
    told = f"{int(at.timestamp())}.{os.urandom(12).hex()}"
    return f"{told}.{_mark(told)}"


def worked(text: str, answer: str, content: str, at: datetime) -> bool:
    """True if a challenge of ours, still good and not used before, was answered for exactly this content."""
    parts = text.split(".")
    if len(text) > 200 or len(parts) != 3 or not hmac.compare_digest(_mark(f"{parts[0]}.{parts[1]}").encode(), parts[2].encode()):
        return False
    if not (len(answer) <= 20 and answer.isascii() and answer.isdecimal()) or not 0 <= at.timestamp() - int(parts[0]) <= _LIFE * 3600:
        return False
    found = sha256(f"{text}:{sha256(content.encode()).hexdigest()}:{answer}".encode()).digest()
    if int.from_bytes(found[:4], "big") >> (32 - WORK_BITS):
        return False
    return _first_use(text)


def _first_use(text: str) -> bool:
    """Mark a challenge as used; False if it was.  Apart from the hours, for as long as a challenge may hold."""
    folder = _root() / "used"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        os.close(os.open(folder / _mark(text), os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        return False
    now = (folder / _mark(text)).stat().st_mtime
    for old in list(folder.iterdir())[:500]:
        with suppress(FileNotFoundError):
            if now - old.stat().st_mtime > 2 * _LIFE * 3600:
                old.unlink()
    return True


def _mark(text: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), text.encode(), sha256).hexdigest()


def _root() -> Path:
    return Path(settings.HOME) / "flood"


def _path(kind: str, key: str, at: datetime) -> Path:
    return _root() / f"{at:%Y%m%d%H}" / f"{kind}-{_mark(key)[:40]}"


def _sweep(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.parent.iterdir():
        if old.name not in ("used", folder.name) and old.name < folder.name:
            shutil.rmtree(old, ignore_errors=True)
