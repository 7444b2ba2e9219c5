"""What a control may know of other cases: the acts that say a value in an indexed field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qingfeng.engine.control import Use
from qingfeng.terms.instants import local_day
from qingfeng.terms.names import key_of

from .office import CASE, event_of
from .ports import ReadTx


@dataclass(frozen=True, slots=True)
class OtherCases:
    """The agency's other cases, seen from one of them, in the transaction of the act."""

    tx: ReadTx
    case: str

    def uses(self, field: str, value: str) -> Sequence[Use]:
        """Return the acts on other cases whose field has (or lists) this value, in the order in which they were entered."""
        found = []
        for case, seq in self.tx.uses(field, key_of(field, value)):
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
