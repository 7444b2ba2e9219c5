"""The agency that a command works on, opened and closed; and the one place where the command line asks the time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from qingfeng import wiring
from qingfeng.casework.office import Office
from qingfeng.terms.instants import LOCAL, parse_instant

from .screen import Screen


def where(screen: Screen) -> str:
    """Return the store: --agency, else QINGFENG_AGENCY, else agency.db in QINGFENG_HOME, else in ./var/agency."""
    if screen.agency:
        return screen.agency
    return str(Path(os.environ.get("QINGFENG_HOME") or Path("var") / "agency") / "agency.db")


@contextmanager
def opened(screen: Screen) -> Iterator[Office]:
    """Open the agency for a command.  Raises StoreError."""
    store = wiring.open_store(where(screen))
    try:
        yield wiring.office_over(store)
    finally:
        store.close()


def read_clock() -> datetime:
    """Ask the machine."""
    return datetime.now(LOCAL)


def now() -> datetime:
    """Return the present instant, to the second: what is recorded as the time of entry."""
    return read_clock().replace(microsecond=0)


def instant_or_now(text: str | None) -> datetime:
    """Return the instant given, or now.  Raises BadInstant."""
    return parse_instant(text) if text else now()
