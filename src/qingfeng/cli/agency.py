"""The agency that a command works on, opened and closed; and the one place where the command line asks the time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from qingfeng import wiring
from qingfeng.casework.office import Office
from qingfeng.casework.ports import Store, StoreError
from qingfeng.notary.guard import Guarded, NotFitting
from qingfeng.terms.instants import LOCAL, parse_instant
from qingfeng.terms.text import Text

from .screen import CommandFailed, Screen


def where(screen: Screen) -> str:
    """Return the store: --agency, else QINGFENG_AGENCY, else agency.db in QINGFENG_HOME, else in ./var/agency."""
    if screen.agency:
        return screen.agency
    return str(Path(os.environ.get("QINGFENG_HOME") or Path("var") / "agency") / "agency.db")


@contextmanager
def opened(screen: Screen) -> Iterator[Office]:
    """Open the agency for a command; it is written only while it fits its log.  Raises StoreError."""
    store = wiring.open_agency(where(screen))
    try:
        yield wiring.office_over(store)
    finally:
        store.close()


def bare(office: Office) -> Store:
    """Return an agency's store without the guard of its log: for what serves the log itself."""
    return office.store.bare if isinstance(office.store, Guarded) else office.store


def must_fit(office: Office) -> None:
    """Raise NotFitting when the store does not fit its log; a store that cannot be reached is another matter, which waits."""
    if isinstance(office.store, Guarded):
        try:
            office.store.check()
        except NotFitting:
            raise
        except StoreError:
            return


def read_clock() -> datetime:
    """Ask the machine."""
    return datetime.now(LOCAL)


def now() -> datetime:
    """Return the present instant, to the second: what is recorded as the time of entry."""
    return read_clock().replace(microsecond=0)


def instant_or_now(text: str | None) -> datetime:
    """Return the instant given, or now.  Raises BadInstant."""
    return parse_instant(text) if text else now()


def past_or_now(text: str | None) -> datetime:
    """Return the instant given, or now.  Raises BadInstant; CommandFailed for a time to come.

    A clock that runs ahead would grant legal effects before their day, and what is recorded cannot be taken back.
    """
    real = now()
    at = parse_instant(text) if text else real
    if at > real:
        raise CommandFailed(
            Text(
                zh=f"--now {at:%Y-%m-%d %H:%M}晚于现在（{real:%Y-%m-%d %H:%M}）：期限未届满，不能提前发生法律效果。"
                "请写现在或以前的时间；要看以后的期限，用 qingfeng deadlines list。",
                en=f"--now {at:%Y-%m-%d %H:%M} lies in the future (it is {real:%Y-%m-%d %H:%M}): no effect of law arises "
                "before its day. Give a time that is past; for what is to come see qingfeng deadlines list.",
            )
        )
    return at
