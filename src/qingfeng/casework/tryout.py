"""What is tried before it is proposed: done in a transaction of the store, and taken back whatever came of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from .office import Office
from .ports import WriteTx

Result = TypeVar("Result")


class _TakenBack(Exception):
    """Ends the transaction without a commit."""


def tried(office: Office, act: Callable[[WriteTx], Result]) -> Result:
    """Do something with the store, take it back, and return what it returned.  Raises what it raises, and StoreError."""
    came_of_it: list[Result] = []
    try:
        with office.store.write() as tx:
            came_of_it.append(act(tx))
            raise _TakenBack
    except _TakenBack:
        return came_of_it[0]
