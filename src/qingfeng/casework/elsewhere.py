"""What a control may know beside its case: the acts of others that say a value in an indexed field, and who opened its file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qingfeng.engine.control import Use
from qingfeng.engine.event import ACT, Event
from qingfeng.terms.instants import local_day
from qingfeng.terms.names import key_of

from .office import CASE, READS, event_of
from .ports import ReadTx


@dataclass(frozen=True, slots=True)
class OtherCases:
    """The agency's other cases, seen from one of them, in the transaction of the act."""

    tx: ReadTx
    case: str

    def uses(self, field: str, value: str) -> Sequence[Use]:
        """Return the acts on other cases whose field has (or lists) this value, in the order in which they were entered.

        The field `_case`: the acts of the case of that id.
        """
        found = []
        for case, seq in self._acts_of(value) if field == "_case" else self.tx.uses(field, key_of(field, value)):
            if case != self.case:
                event = event_of(self.tx.events(CASE + case, after=seq - 1)[0])
                use = Use(
                    case=case,
                    power=event.power,
                    act=event.act,
                    seq=seq,
                    day=local_day(event.at),
                    actor=event.actor,
                    data=event.data,
                )
                found.append((event.entered, case, seq, use))
        return tuple(use for *_, use in sorted(found, key=lambda one: one[:3]))

    def _acts_of(self, case: str) -> list[tuple[str, int]]:
        return [(case, row.seq) for row in self.tx.events(CASE + case) if event_of(row).kind == ACT]

    def readings(self) -> Sequence[Event]:
        """Return who opened the file of the case, oldest first; asked only by the rules that want to know."""
        return [event_of(row) for row in self.tx.events(READS + self.case)]
