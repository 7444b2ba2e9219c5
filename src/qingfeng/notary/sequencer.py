"""The one sequencer: takes pending events into the log, in the order of their positions, a batch at a time.

    tiles, synced  →  head swapped (from here on it counts)  →  places noted in the store

What is interrupted after the head was swapped is finished by the next round with the code that every round uses: the entries behind the
store's last place are compared, byte by byte, with what is pending, and noted.  Nothing is ever put into the log twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qingfeng.casework.ports import Store, StoredEvent
from qingfeng.ledger.checkpoint import Checkpoint, signed_checkpoint
from qingfeng.ledger.merkle import Hash, empty_root, leaf_hash, sha_256
from qingfeng.ledger.note import Signer
from qingfeng.ledger.succession import Retired
from qingfeng.ledger.tiles import WIDTH, BadTile, Tile, Tree, grown, grown_bundles

from .faults import head_behind, no_tile
from .folder import LogFolder
from .head import HeadFile
from .reader import LogReader

BATCH = 1_000
"""Entries of one batch: some ten files to sync, well under a second on an office disk."""


@dataclass(frozen=True, slots=True)
class Sequencer:
    """What takes the events of one store into one log.  signer: the log's key, under the log's origin as its name."""

    store: Store
    folder: LogFolder
    head: HeadFile
    signer: Signer
    digest: Hash = sha_256
    retired: tuple[Retired, ...] = ()

    @property
    def origin(self) -> str:
        """The log's name."""
        return self.signer.verifier.name

    @property
    def reader(self) -> LogReader:
        """What reads the log."""
        return LogReader(self.folder, self.head, self.signer.verifier, self.digest, self.retired)

    def state(self) -> Checkpoint:
        """Return the head.  Raises LogTrouble."""
        return self.reader.state()

    def begin(self) -> None:
        """Sign the head of an empty log, if there is none; to be called once, when the log is founded.  Raises LogTrouble."""
        with self.head.alone():
            if self.head.read() is None:
                with self.store.read() as look:
                    noted = look.log_size()
                if noted:
                    raise head_behind(noted, 0)
                self.head.swap(None, self._signed(0, empty_root(self.digest)))

    def round(self, *, batch: int = BATCH) -> int:
        """Take in the next batch; return how many events were taken in.  Raises LogTrouble, StoreError."""
        with self.head.alone():
            text = self.head.read()
            head = self.reader.opened(text)
            with self.store.read() as look:
                noted = look.log_size()
                events = look.pending(limit=max(batch, head.size - noted))
                placed = self.reader.placed(look, head.size, events)
            if placed:
                assert text is not None
                self.head.swap(text, text)  # an interrupted swap is made to last before anything relies on it
                return self._note(placed)
            if not events:
                return 0
            tiles = self._grow(head.size, events)
            root = Tree(lambda tile: tiles.get(tile) or self.folder.read(tile), head.size + len(events), self.digest).root()
            self.head.swap(text, self._signed(head.size + len(events), root))
            taken = self._note(list(enumerate(events, start=head.size)))
            self.folder.collect(tile for tile in tiles if tile.width == WIDTH)
            return taken

    def entries(self, first: int, last: int) -> list[bytes]:
        """Return the log's entries from place first to before last.  Raises LogTrouble."""
        return self.reader.entries(first, last)

    def _grow(self, size: int, events: Sequence[StoredEvent]) -> dict[Tile, bytes]:
        entries = [one.entry for one in events]
        try:
            tiles = {
                **grown_bundles(self.folder.read, size, entries),
                **grown(self.folder.read, size, [leaf_hash(one, self.digest) for one in entries], self.digest),
            }
        except BadTile as error:
            raise no_tile(str(error)) from error
        self.folder.write(tiles)
        return tiles

    def _note(self, placed: Sequence[tuple[int, StoredEvent]]) -> int:
        """Note places in the store: runs of neighbours together; where a gap was explained, the places of what is lost stay empty."""
        runs: list[tuple[int, list[StoredEvent]]] = []
        for place, event in placed:
            if runs and runs[-1][0] + len(runs[-1][1]) == place:
                runs[-1][1].append(event)
            else:
                runs.append((place, [event]))
        with self.store.write() as tx:
            for first, run in runs:
                tx.take_in(first, run, beyond=first != tx.log_size())
        return len(placed)

    def _signed(self, size: int, root: bytes) -> str:
        return signed_checkpoint(Checkpoint(self.origin, size, root), [self.signer]).whole
