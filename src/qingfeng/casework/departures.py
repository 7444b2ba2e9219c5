"""What left the house: the record of exports.  Who took the record of a power out, in which form, how much, is itself a record."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from qingfeng.engine.event import Event

from .office import Office

STREAM, EXPORTED = "exports", "exported"


def note_export(
    office: Office, *, who: str, power: str, form: str, cases: int, acts: int, digest: str, now: datetime
) -> None:
    """Lay down that somebody exported the acts of a power.  digest: SHA-256 of what was written.  Raises StoreError."""
    said: dict[str, Any] = {"form": form, "cases": cases, "acts": acts, "sha256": digest}
    with office.store.write() as tx:
        tx.lock(STREAM)
        office.append(tx, Event(stream=STREAM, seq=tx.head(STREAM) + 1, kind=EXPORTED, act=EXPORTED, at=now, entered=now, power=power,
                                actor=who, data=said))  # fmt: skip
