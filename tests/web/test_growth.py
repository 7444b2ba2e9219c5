"""How often a page asks the store does not grow with what is in it: the same number of questions over ten cases and over two hundred."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from qingfeng.casework.handle import Done, handle
from qingfeng.engine.control import Command

from .every import addresses
from .permit import POWER, publish_permit
from .site_kit import ROLES, Site
from .test_matrix import entering

FEW, MANY = 10, 200
ROOM = 2
"""Questions more that a longer list may cost: one more page of it is looked for, say."""


class Counted:
    """A look at the store, or a transaction, that counts what it is asked."""

    def __init__(self, inner: Any, asked: Counter[str]) -> None:
        self._inner, self._asked = inner, asked

    def __getattr__(self, name: str) -> Any:
        """Count a question and pass it on."""
        found = getattr(self._inner, name)
        if callable(found):
            self._asked[name] += 1
        return found


class CountedStore:
    """A store whose looks count."""

    def __init__(self, inner: Any) -> None:
        self.inner, self.asked = inner, Counter[str]()

    @contextmanager
    def read(self) -> Iterator[Any]:
        """Look."""
        with self.inner.read() as tx:
            yield Counted(tx, self.asked)

    def __getattr__(self, name: str) -> Any:
        """Everything else as it is: writing is not what a page shows."""
        return getattr(self.inner, name)


def grow(site: Site, to: int) -> None:
    """Open cases until there are so many of the new power."""
    for n in range(len(site.cases(POWER)), to):
        command = Command(
            case="",
            act="receive_application",
            actor="counter_clerk",
            at=site.now,
            entered=site.now,
            post=None,
            reason=None,
            key=f"g{n}",
            data={"applicant": f"青竹第{n}公司", "matter": "示例事项", "materials": ["申请书"]},
        )
        assert isinstance(handle(site.office, command, power=POWER), Done)


def counts(site: Site) -> dict[str, int]:
    """Return path -> how often the page asked the store, the second time that it is opened."""
    store = site.office.store
    told: dict[str, int] = {}
    seen: set[str] = set()
    for address in addresses(site):
        if address.pattern in seen:
            continue
        seen.add(address.pattern)
        client = site.client(ROLES[entering(site, address)], raise_request_exception=False)
        client.get(address.path)
        counted = CountedStore(store)
        site.office.store = counted
        try:
            answer: Any = client.get(address.path)
            _ = b"".join(answer.streaming_content) if answer.streaming else answer.content
        finally:
            site.office.store = store
        told[address.path] = sum(counted.asked.values())
    return told


@pytest.mark.slow
def test_no_page_asks_more_often_because_there_is_more(fresh_site: Site) -> None:
    publish_permit(fresh_site)
    grow(fresh_site, FEW)
    few = counts(fresh_site)
    grow(fresh_site, MANY)
    many = counts(fresh_site)
    wrong = [
        f"{path}: {few[path]} questions over {FEW} cases, {many[path]} over {MANY}"
        for path in few
        if many[path] > few[path] + ROOM
    ]
    assert not wrong, "\n".join(wrong)
    assert many["/inbox/"], "nothing was counted"
