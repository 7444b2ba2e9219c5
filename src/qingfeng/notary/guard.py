"""A store in which nothing is written while it does not fit its log: after an old backup was put back, or when the log is missing.

What stands in the log and not in the store has been lost or removed; acting on top of it would bury that.  Two administrators explain it
first (notary.gap), and from then on the store is written again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager

from qingfeng.casework.ports import LOG_STREAM, CaseRow, DeadlineRow, ReadTx, Store, StoreUnavailable, Use, WriteTx
from qingfeng.ledger.entry import Sealed

from .faults import LogTrouble

STREAM = LOG_STREAM
AGAIN = 1.0
"""Seconds after which it is looked at again: a store is not put back in less, and each look takes a tenth of a millisecond."""


class Guarded:
    """A store (casework.ports.Store) that is written only while it fits its log.  fits: raises LogTrouble unless it does."""

    def __init__(self, store: Store, fits: Callable[[Store], None]) -> None:
        self.bare = store
        self._fits, self._checked = fits, -AGAIN

    def read(self) -> AbstractContextManager[ReadTx]:
        """Open a consistent look."""
        return self.bare.read()

    @contextmanager
    def write(self) -> Iterator[WriteTx]:
        """Open a transaction.  Raises StoreUnavailable when the store does not fit its log."""
        self.check()
        with self.bare.write() as tx:
            yield tx

    def append_bulk(self, batch: Iterable[tuple[Sequence[Sealed], CaseRow, Sequence[DeadlineRow], Sequence[Use]]]) -> int:
        """Write whole new cases.  Raises as write()."""
        self.check()
        return self.bare.append_bulk(batch)

    def close(self) -> None:
        """Let go of the store."""
        self.bare.close()

    def check(self) -> None:
        """Raise StoreUnavailable if the store does not fit its log; remembers for a moment that it does."""
        if time.monotonic() - self._checked < AGAIN:
            return
        try:
            self._fits(self.bare)
        except LogTrouble as error:
            raise NotFitting(error.text) from error
        self._checked = time.monotonic()


class NotFitting(StoreUnavailable):
    """The store does not fit its log; says why and what next."""
