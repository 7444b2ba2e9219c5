"""A place in the log is given once."""

from __future__ import annotations

import pytest

from qingfeng.casework.ports import Conflict

from .conftest import AnyStore
from .samples import event


@pytest.mark.parametrize("wrong", ["place", "twice", "gap"])
def test_a_place_in_the_log_is_given_once(store: AnyStore, wrong: str) -> None:
    with store.write() as tx:
        for seq in (1, 2, 3):
            tx.append(event("c", seq))
    with store.read() as look:
        all_three = look.pending()
    with store.write() as tx:
        tx.take_in(0, all_three[:1])
    taking = {"place": (0, all_three[1:]), "twice": (1, all_three), "gap": (1, [all_three[1], all_three[1]])}[wrong]
    if wrong == "gap":
        taking = (2, all_three[1:])
    with pytest.raises(Conflict), store.write() as tx:
        tx.take_in(*taking)
    with store.read() as look:
        assert look.log_size() == 1
        assert look.pending() == all_three[1:]
