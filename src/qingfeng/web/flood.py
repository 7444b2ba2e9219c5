"""Flood control without accounts: counters of the hour in a folder that all workers share, and proofs of work.

A counter is a file one byte long for each time; its name is a keyed digest, so that the folder tells nobody what was counted.  Folders
of hours past are thrown away.  Nobody can close a form to the others: each network has a share of the hour; who sends more, or comes
when all together send too much, does a proof of work that grows with what his network sends, or waits for a while with the form open.
Sealed tips are counted all together, no network among it: there the work alone grows.
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

WORK_BITS, MOST_BITS = 16, 20
"""Some 65 000 digests: a second or two in a browser, a cost only to who sends thousands; sixteen times that at most."""
SHARE, FEW, TIMES, SITE_TIMES = 60, 5, 10, 20
"""A network's free share of an hour; so few are let in however full the site is; so many shares of a network, and so many times the
site's own measure of an hour, are taken in with work before a network has to wait for the next hour."""
WAIT = 120
"""Seconds that a form stands open until it is taken in without work, for browsers without a script."""
_LIFE = 2  # hours that a challenge holds


def crowded(kind: str, place: str, at: datetime, *, most: int) -> bool:
    """True if a form should ask for work: the share of its network, or the measure of the whole site, is nearly used up."""
    return counted(kind, place, at) >= SHARE * 4 // 5 or counted(kind, "all", at) >= most * 4 // 5


def bits_for(kind: str, place: str, at: datetime) -> int:
    """Return how hard the work is that a network has to do now."""
    return min(MOST_BITS, WORK_BITS + counted(kind, place, at) // (2 * SHARE))


def admitted(kind: str, place: str, at: datetime, *, most: int, challenge: str, answer: str) -> bool:
    """True if one more is taken in from a network; counts it then.  most: the site's measure of an hour."""
    here, all_ = counted(kind, place, at), counted(kind, "all", at)
    if here >= SHARE * TIMES or (all_ >= most * SITE_TIMES and here >= FEW):
        return False
    if (here >= SHARE or all_ >= most) and not (
        worked(challenge, answer, kind, at, least=bits_for(kind, place, at) - 1) or _waited(kind, place, challenge, at)
    ):
        return False
    count(kind, place, at)
    count(kind, "all", at)
    return True


def _waited(kind: str, place: str, challenge: str, at: datetime) -> bool:
    """True if a form stood open long enough, of a network that has not used up its share of such."""
    issued = _issued(challenge, at)
    if issued is None or at.timestamp() - issued[0] < WAIT or counted(f"{kind}-waited", place, at) >= SHARE or not _first_use(challenge):
        return False
    count(f"{kind}-waited", place, at)
    return True


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


def challenge(at: datetime, bits: int = WORK_BITS) -> str:
    """Return a challenge for a proof of work: when, how hard, chance, and our mark on all."""
    told = f"{int(at.timestamp())}.{bits}.{os.urandom(12).hex()}"
    return f"{told}.{_mark(told)}"


def _issued(text: str, at: datetime) -> tuple[int, int] | None:
    """Return when a challenge of ours that is still good was made, and how hard it is; None for anything else."""
    told, _, mark = text.rpartition(".")
    if len(text) > 200 or not hmac.compare_digest(_mark(told).encode(), mark.encode()):
        return None
    parts = told.split(".")
    when, bits = int(parts[0]), int(parts[1])
    return (when, bits) if 0 <= at.timestamp() - when <= _LIFE * 3600 else None


def too_easy(text: str, at: datetime, *, least: int) -> bool:
    """True if a challenge of ours was made when less work was asked for than now: the page should take another."""
    issued = _issued(text, at)
    return issued is not None and issued[1] < least


def worked(text: str, answer: str, content: str, at: datetime, *, least: int = WORK_BITS) -> bool:
    """True if a challenge of ours, still good, hard enough and not used before, was answered for exactly this content."""
    issued = _issued(text, at)
    if issued is None or issued[1] < least or not (len(answer) <= 20 and answer.isascii() and answer.isdecimal()):
        return False
    found = sha256(f"{text}:{sha256(content.encode()).hexdigest()}:{answer}".encode()).digest()
    if int.from_bytes(found[:4], "big") >> (32 - issued[1]):
        return False
    return _first_use(text)


def _first_use(text: str) -> bool:
    """Mark a challenge as used; False if it was.  Apart from the hours, for as long as a challenge may hold."""
    folder = _root() / "used"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        os.close(os.open(folder / _mark(text), os.O_CREAT | os.O_EXCL, 0o600))
        hour = (folder / _mark(text)).stat().st_mtime // 3600 * 3600
        os.utime(folder / _mark(text), (hour, hour))  # the second at which a tip was sent is nobody's business
    except FileExistsError:
        return False
    now = hour
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
