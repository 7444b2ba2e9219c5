"""Which files were on the shelf when a record named them: laid down in the log, so that a file that is deleted later is missed.

A record holds the hash of a file, and often nothing but the hash: what is kept elsewhere is never on our shelf.  The log says of each batch
which of the hashes that its records name were files here; from then on the audit wants them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from qingfeng.casework.office import Office, event_of
from qingfeng.casework.ports import ReadTx
from qingfeng.casework.twofold import record
from qingfeng.catalogue.power import SYSTEM

from .guard import STREAM

FILED = "files_kept"
AT_ONCE, MOST_FILES = 2_000, 500
"""Entries looked at in one beat, and hashes laid down by one record."""
_DIGEST = re.compile(rb'"([0-9a-f]{64})"')


@dataclass
class Filing:
    """Who looks at what has come into the log.  office: over the bare store; here: whether a file of this hash is on the shelf."""

    office: Office
    here: Callable[[str], bool]
    _upto: int | None = None

    def look(self, *, at: datetime) -> int:
        """Lay down the files that the next entries of the log name; return how many.  Raises StoreError."""
        with self.office.store.read() as look:
            if self._upto is None:
                self._upto = max((int(row.data["upto"]) for row in map(event_of, look.events(STREAM)) if row.kind == FILED), default=0)
            rows = look.logged(self._upto, limit=AT_ONCE)
            if not rows:
                return 0
            known = filed(look)
            said = [row.opening + (row.private or b"") for _, row in rows if row.stream != STREAM]
            named = dict.fromkeys(digest.decode() for one in said for digest in _DIGEST.findall(one))
        files, upto = [one for one in named if one not in known and self.here(one)], rows[-1][0] + 1
        with self.office.store.write() as tx:
            for first in range(0, len(files), MOST_FILES):
                tx.lock(STREAM)
                record(self.office, tx, STREAM, FILED, FILED, {"files": files[first : first + MOST_FILES], "upto": upto}, by=SYSTEM, at=at)
        self._upto = upto
        return len(files)


def filed(look: ReadTx) -> dict[str, str]:
    """Return every hash that was laid down as a file of the shelf, with where that is said.  Raises DamagedEvent."""
    found: dict[str, str] = {}
    for row in look.events(STREAM):
        event = event_of(row)
        if event.kind == FILED:
            for one in event.data["files"]:
                found.setdefault(str(one), f"{STREAM}#{event.seq}")
    return found
