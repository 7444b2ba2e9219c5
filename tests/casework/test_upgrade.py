"""A store written by an earlier version of the program is noticed, and mended by writing the projections anew."""

from __future__ import annotations

import pytest

from qingfeng.casework import projection
from qingfeng.casework.office import Office
from qingfeng.casework.rebuild import rebuild
from tests.casework.agency import begin


def old(office: Office) -> bool:
    with office.store.read() as tx:
        return projection.outdated(tx)


def test_a_new_store_is_current_and_one_of_an_earlier_program_until_it_is_rebuilt(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    begin(office)
    assert not old(office)
    monkeypatch.setattr(projection, "VERSION", projection.VERSION + 1)  # the program is upgraded
    assert old(office)
    assert rebuild(office) == 1
    assert not old(office)
    assert rebuild(office) == 1, "and may be written anew at any time"


def test_a_store_without_cases_needs_no_rebuild(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(projection, "VERSION", projection.VERSION + 1)
    assert not old(office)
