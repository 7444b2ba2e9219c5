"""Receipts of single records: the proof that an entry stands in the log, under the best checkpoint there is, with what may be shown."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass

from qingfeng.casework.ports import ReadTx
from qingfeng.ledger.note import Note, parsed
from qingfeng.ledger.proof import Proof
from qingfeng.ledger.receipt import packed
from qingfeng.ledger.tiles import BadTile, Tree

from .cosigned import Kept
from .faults import no_tile
from .place import Place

MOST = 2_500
"""Characters of a receipt: what one QR code carries on paper that is still scanned well."""


@dataclass(frozen=True, slots=True)
class LogReceipt:
    """The receipt of one record.  final: enough witnesses have cosigned; left_out: fields that made it too long, longest first."""

    stream: str
    seq: int
    index: int
    size: int
    text: str
    final: bool
    by: frozenset[str]
    left_out: tuple[str, ...] = ()


def receipt_for(
    place: Place, look: ReadTx, stream: str, seq: int, fields: Collection[str] | None, *, most: int = MOST
) -> LogReceipt | None:
    """Return the receipt of a record, None while it is not in the log.  fields: what may be shown, None: all; most: characters of it.

    Raises LogTrouble."""
    index = look.place(stream, seq)
    event = look.events_at([(stream, seq)]).get((stream, seq))
    text = place.head.read()
    head = place.reader.opened(text)
    if index is None or event is None or index >= head.size:
        return None
    kept = place.cosigned.all()
    best = next((one for one in kept if one.final and one.head.size > index), None)
    best = best or max((one for one in kept if one.head.size > index), key=lambda one: len(one.by), default=None)
    note, by, final = (*_enough(place, best), best.final) if best is not None else (parsed(text or ""), frozenset(), False)
    size = best.head.size if best is not None else head.size
    try:
        path = tuple(Tree(place.folder.read, size, place.digest).inclusion(index))
    except BadTile as error:
        raise no_tile(str(error)) from error
    openings = [event.opening, *([event.private] if event.private is not None else [])]
    opened = {name: said for one in openings for name, said in json.loads(one).items()}
    lengths = {name: len(json.dumps(said)) for name, said in opened.items() if fields is None or name in fields}
    shown = sorted(lengths, key=lengths.__getitem__)
    left_out: list[str] = []
    while True:
        whole = Proof(index, path, note.whole, packed(event.entry, openings, shown)).whole
        if len(whole.encode()) <= most or not shown:
            return LogReceipt(stream, seq, index, size, whole, final, by, tuple(left_out))
        left_out.append(shown.pop())


def _enough(place: Place, kept: Kept) -> tuple[Note, frozenset[str]]:
    """Return a checkpoint with as many cosignatures as make it final and no more: a receipt has to fit on paper."""
    names = {(one.key.name, one.key.id): name for name, one in place.policy.witnesses.items()}
    lines, by = list(kept.note.signatures), kept.by
    for line in kept.note.signatures[::-1]:
        name = names.get((line.name, line.id))
        if kept.final and name is not None and place.policy.witnessed(by - {name}):
            lines.remove(line)
            by -= {name}
    return Note(kept.note.text, tuple(lines)), by
