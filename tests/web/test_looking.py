"""A page looks at the store once: what it checks and what it shows are the same moment, and what it wrote itself it sees."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from qingfeng import wiring
from qingfeng.casework.ports import StoreUnavailable
from qingfeng.terms.text import Text
from qingfeng.web import looking
from qingfeng.web.looking import Looking, one_look

from .site_kit import Site

KEPT = b"answer"


class Counted:
    """A store that counts the looks that are open and those that were opened."""

    def __init__(self, inner: Any) -> None:
        self.inner, self.opened, self.open, self.broken = inner, 0, 0, False

    @contextmanager
    def read(self) -> Iterator[Any]:
        """Open a look."""
        self.opened, self.open = self.opened + 1, self.open + 1
        try:
            with self.inner.read() as tx:
                yield tx
            if self.broken:
                raise StoreUnavailable(Text(zh="断了", en="broken"))
        finally:
            self.open -= 1

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Looking]:
    """An empty store."""
    bare = wiring.open_store(str(tmp_path / "agency.db"), create=True)
    yield Looking(Counted(bare))  # type: ignore[arg-type]  # counts what it hands through
    bare.close()


def counted(store: Looking) -> Counted:
    assert isinstance(store.inner, Counted)
    return store.inner


def kept(store: Looking, key: str) -> bool:
    with store.read() as tx:
        return tx.answer(key) is not None


def keep(store: Looking, key: str) -> None:
    with store.write() as tx:
        tx.keep_answer(key, b"digest", KEPT)


def test_within_a_page_all_reading_is_of_one_moment(store: Looking) -> None:
    with one_look():
        assert not kept(store, "a")
        other = threading.Thread(target=keep, args=(store, "a"))
        other.start()
        other.join()
        with store.read() as one, store.read() as two:
            assert one is two
        assert not kept(store, "a"), "what others wrote meanwhile belongs to the next page"
        assert counted(store).opened == 1
    assert counted(store).open == 0
    assert kept(store, "a")


def test_without_a_page_every_look_is_its_own(store: Looking) -> None:
    kept(store, "a")
    keep(store, "a")
    assert kept(store, "a")
    assert (counted(store).opened, counted(store).open) == (2, 0)


def test_what_a_page_wrote_it_reads(store: Looking) -> None:
    with one_look():
        assert not kept(store, "a")
        keep(store, "a")
        assert kept(store, "a")
        with store.read() as before:  # who was reading goes on in what he began with
            keep(store, "b")
            assert before.answer("b") is None
            assert kept(store, "b")
        assert kept(store, "b")
        assert counted(store).open == 1
    assert counted(store).open == 0


def test_after_long_work_a_page_looks_anew(store: Looking, monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = [100.0]
    monkeypatch.setattr(looking.time, "monotonic", lambda: seconds[0])
    with one_look():
        kept(store, "a")
        seconds[0] += looking.FRESH / 2
        kept(store, "a")
        assert counted(store).opened == 1
        seconds[0] += looking.FRESH
        kept(store, "a")
        assert (counted(store).opened, counted(store).open) == (2, 1)


def test_a_look_in_which_something_failed_is_not_gone_on_with(store: Looking) -> None:
    with one_look():
        for outer in (False, True):
            with pytest.raises(KeyError):
                look_and_fail(store, within=outer)
            assert counted(store).open == 0
        assert not kept(store, "a")
    assert (counted(store).opened, counted(store).open) == (3, 0)


def look_and_fail(store: Looking, *, within: bool) -> None:
    with store.read() as one:
        if within:
            with store.read() as two:
                assert one is two
                raise KeyError
        raise KeyError


def test_a_look_that_cannot_be_ended_is_said(store: Looking) -> None:
    counted(store).broken = True
    with pytest.raises(StoreUnavailable), one_look():
        kept(store, "a")
    assert not kept_quietly(store)


def kept_quietly(store: Looking) -> bool:
    """The page before left nothing behind."""
    counted(store).broken = False
    return kept(store, "a")


def test_pages_of_the_site_open_one_look_each_and_leave_none(fresh_site: Site) -> None:
    case = fresh_site.cases("a000/penalty")[0]
    told: dict[str, int] = {}
    inner = fresh_site.office.store
    assert isinstance(inner, Looking)
    watched = Counted(inner.inner)
    fresh_site.office.store = Looking(watched)  # type: ignore[arg-type]  # counts what it hands through
    try:
        for account, path in (("chengban", "/inbox/"), ("chengban", f"/cases/{case}/"), ("jiwei", "/findings/"), (None, "/powers/")):
            client = fresh_site.client(account)
            client.get(path)
            before = watched.opened
            assert client.get(path).status_code == 200, path
            told[path] = watched.opened - before
            assert watched.open == 0
    finally:
        fresh_site.office.store = inner
    assert set(told.values()) == {1}, told
