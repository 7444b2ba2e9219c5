"""Reading a log that trusts its public key alone: the head, the entries, and where what is pending stands already."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qingfeng.casework.ports import ReadTx, StoredEvent
from qingfeng.ledger.checkpoint import Checkpoint
from qingfeng.ledger.merkle import Hash, sha_256
from qingfeng.ledger.note import BadNote, Verifier
from qingfeng.ledger.succession import Retired, opened_head
from qingfeng.ledger.tiles import WIDTH, BadTile, Tile, unbundled, width_in

from .faults import head_behind, no_head, no_tile, not_our_head, store_behind
from .folder import LogFolder
from .gap import gaps
from .head import HeadFile


@dataclass(frozen=True, slots=True)
class LogReader:
    """A log as it stands on disk."""

    folder: LogFolder
    head: HeadFile
    key: Verifier
    digest: Hash = sha_256
    retired: tuple[Retired, ...] = ()

    def state(self) -> Checkpoint:
        """Return the head.  Raises LogTrouble."""
        return self.opened(self.head.read())

    def opened(self, text: str | None) -> Checkpoint:
        """Return what a head says.  Raises LogDamaged unless the log's key has signed it, or a retired one what it may."""
        if text is None:
            raise no_head()
        try:
            return opened_head(text, key=self.key, retired=self.retired, digest=self.digest)[0]
        except BadNote as error:
            raise not_our_head(str(error)) from error

    def entries(self, first: int, last: int) -> list[bytes]:
        """Return the log's entries from place first to before last.  Raises LogTrouble."""
        found: list[bytes] = []
        for index in range(first // WIDTH, (last + WIDTH - 1) // WIDTH):
            tile = Tile(-1, index, width_in(-1, index, last))
            try:
                found += unbundled(self.folder.read(tile), tile.width)
            except BadTile:
                raise no_tile(tile.path) from None
        return found[first - first // WIDTH * WIDTH :]

    def placed(self, look: ReadTx, size: int, pending: Sequence[StoredEvent]) -> list[tuple[int, StoredEvent]]:
        """Return the pending events that the log holds already behind the store's last place, each with its place.

        Raises LogDamaged: the head is old, or the log holds what the store does not and two administrators have not explained it.
        """
        noted = look.log_size()
        if noted > size:
            raise head_behind(noted, size)
        if noted == size:
            return []
        entries = self.entries(noted, size)
        explained = [gap for gap in gaps(look) if gap.first <= noted < gap.size <= size]
        if not explained:
            return list(_in_order(noted, entries, pending))
        gap = max(explained, key=lambda one: one.size)
        at = {entry: place for place, entry in enumerate(entries[: gap.size - noted], start=noted)}
        within = sorted((at[one.entry], one) for one in pending if one.entry in at)
        rest = [one for one in pending if one.entry not in at]
        return [*within, *_in_order(gap.size, entries[gap.size - noted :], rest)]


def _in_order(first: int, entries: Sequence[bytes], pending: Sequence[StoredEvent]) -> Iterator[tuple[int, StoredEvent]]:
    """Return each entry's place and event; they have to be the first pending ones.  Raises LogDamaged."""
    for place, entry in enumerate(entries, start=first):
        at = place - first
        if at >= len(pending) or pending[at].entry != entry:
            raise store_behind(place)
        yield place, pending[at]


