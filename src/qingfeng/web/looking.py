"""One look at the store for a whole page.  The middleware, the gate, the view and the frame of a page each open a look of their own, and
each takes a BEGIN and a COMMIT, half of what the page asks of the database.  Within `one_look` they share one, so that what was checked
and what is shown is also the same moment.

Whoever writes ends it first: what is read afterwards is read anew, and tells of what was written.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager

from qingfeng.casework.ports import CaseRow, DeadlineRow, ReadTx, Store, Use, WriteTx
from qingfeng.ledger.entry import Sealed

FRESH = 1.0
"""Seconds after which a look is not shared any longer: who reads after long work of his own wants to know what came meanwhile."""
_PAGE = threading.local()


class _Look:
    """An open look of a page.  users: how many blocks are reading in it; over: nobody else may begin to."""

    def __init__(self, opened: AbstractContextManager[ReadTx]) -> None:
        self.users, self.over, self.since, self._opened = 0, False, time.monotonic(), opened
        self.tx = opened.__enter__()

    def left(self) -> None:
        """End it, if it is over and nobody reads in it any more.  Raises StoreError."""
        if self.over and not self.users:
            self._opened.__exit__(*sys.exc_info())

    def end(self) -> None:
        """Let nobody else begin.  Raises StoreError."""
        self.over = True
        self.left()


@contextmanager
def one_look() -> Iterator[None]:
    """Share the looks that this thread opens until the end of the block.  Raises StoreError."""
    looks: dict[Looking, _Look] = {}
    outer = getattr(_PAGE, "looks", None)
    _PAGE.looks = looks
    try:
        yield
    finally:
        _PAGE.looks = outer
        for look in looks.values():
            look.end()


class Looking:
    """A store (casework.ports.Store) whose looks are shared within `one_look`, and as ever elsewhere."""

    def __init__(self, inner: Store) -> None:
        self.inner = inner

    @contextmanager
    def read(self) -> Iterator[ReadTx]:
        """Open a consistent look, or go on in the one of the page."""
        looks: dict[Looking, _Look] | None = getattr(_PAGE, "looks", None)
        if looks is None:
            with self.inner.read() as tx:
                yield tx
            return
        look = looks.get(self)
        if look is None or time.monotonic() - look.since > FRESH:
            self._end()
            look = looks[self] = _Look(self.inner.read())
        look.users += 1
        whole = False
        try:
            yield look.tx
            whole = True
        finally:
            look.users -= 1
            if whole:
                look.left()
            else:  # perhaps the connection broke: the next begins anew
                if looks.get(self) is look:
                    del looks[self]
                look.end()

    @contextmanager
    def write(self) -> Iterator[WriteTx]:
        """Open a transaction; no look from before it is gone on with."""
        self._end()
        try:
            with self.inner.write() as tx:
                yield tx
        finally:
            self._end()

    def append_bulk(self, batch: Iterable[tuple[Sequence[Sealed], CaseRow, Sequence[DeadlineRow], Sequence[Use]]]) -> int:
        """Write whole new cases."""
        self._end()
        try:
            return self.inner.append_bulk(batch)
        finally:
            self._end()

    def close(self) -> None:
        """Let go of the store."""
        self._end()
        self.inner.close()

    def _end(self) -> None:
        looks: dict[Looking, _Look] = getattr(_PAGE, "looks", None) or {}
        look = looks.pop(self, None)
        if look is not None:
            look.end()
