"""Whether a store fits its log: every entry of the log has its record, or two administrators have explained why not."""

from __future__ import annotations

from qingfeng.casework.ports import Store

from .place import Place


def must_fit(store: Store, place: Place) -> None:
    """Raise LogTrouble unless every entry of the log has its record in the store, or two administrators have explained why not."""
    with store.read() as look:
        noted = look.log_size()
    if place.reader.state().size == noted:
        return
    with place.head.alone():  # a sequencer may be between the head and the store: it is waited for
        head = place.reader.state()
        with store.read() as look:
            noted = look.log_size()
            place.reader.placed(look, head.size, look.pending(limit=max(1, head.size - noted)))
