"""The agency behind the site: one office over one store for the whole process; the clock; the shelf of files."""

from __future__ import annotations

import threading
from datetime import datetime
from functools import cache
from pathlib import Path
from weakref import WeakKeyDictionary

from django.conf import settings

from qingfeng import wiring
from qingfeng.casework import accounts, projection
from qingfeng.casework.office import Built, Office, Registry
from qingfeng.casework.ports import ReadTx, StoreError
from qingfeng.store.files import FileShelf
from qingfeng.terms.instants import LOCAL

from .looking import Looking

REMEMBERED = 2_000
"""Events of cases that a worker keeps folded: 5 MB of the 150 that it may take, some fifty cases looked at."""
_LOCK = threading.Lock()
_ACCOUNTS = [accounts.EMPTY]
_CURRENT: WeakKeyDictionary[Office, bool] = WeakKeyDictionary()
_BEGUN: list[tuple[Built, Registry]] = []


@cache
def office() -> Office:
    """Return the office.  Raises StoreError when there is no store or it cannot be reached."""
    built, known = _BEGUN[0] if _BEGUN else (None, None)
    return wiring.office_over(Looking(wiring.open_agency(settings.AGENCY_STORE)), built, known, remembers=REMEMBERED)


def can_record() -> None:
    """Raise StoreError when there is no store, or when it does not fit its log, whose folder may be missing: nothing is written then."""
    store = wiring.open_agency(settings.AGENCY_STORE)
    try:
        store.check()
    finally:
        store.close()


def begin_with(built: Built, known: Registry) -> None:
    """Let the office of this process, and of those forked from it, begin with what was read before (web.shared)."""
    _BEGUN[:] = [(built, known)]


def promise(case: str, seq: int) -> str | None:
    """Return what the log promises of an act that was just recorded, None where it promises nothing.  Raises StoreError."""
    return wiring.promise_of(settings.AGENCY_STORE, office().store, case, seq)


@cache
def shelf() -> FileShelf:
    """Return the shelf of files."""
    return FileShelf(Path(settings.HOME) / "files")


def now() -> datetime:
    """Return the present instant, to the second."""
    return datetime.now(LOCAL).replace(microsecond=0)


def bindings(tx: ReadTx) -> accounts.Accounts:
    """Return which account speaks for whom, as of this look; only what is new is read."""
    with _LOCK:
        known = _ACCOUNTS[0] = accounts.standing(tx, _ACCOUNTS[0])
    return known


def outdated() -> bool:
    """True while the lists were written by an earlier version of the program; asked until it is no longer so."""
    with _LOCK:
        if _CURRENT.get(office()):
            return False
    try:
        with office().store.read() as tx:
            old = projection.outdated(tx)
    except StoreError:
        return False
    with _LOCK:
        _CURRENT[office()] = not old
    return old
