"""How often a page asks its databases does not grow with what is in them: the same number of statements over ten cases, findings,
complaints and applications and over two hundred of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from qingfeng.casework import applications, complaints, findings, followup
from qingfeng.casework.handle import Done, handle
from qingfeng.casework.projection import EVIDENCE, GOODS, MONEY
from qingfeng.engine.control import Command
from qingfeng.engine.event import Event

from .every import addresses
from .permit import POWER, publish_permit
from .site_kit import ROLES, Site
from .test_matrix import entering

FEW, MANY = 10, 200
ROOM = 2
"""Statements more that a longer list may cost: one more page of it is looked for, say."""
LISTED = (
    "/inbox/", "/cases/", "/findings/", "/overview/", "/cases/{case}/", "/reports/", "/duties/", "/stores/", "/stores/?room=goods",
    "/money/", "/applications/", "/complaints/", "/counter/", "/find/?q=青竹第1公司", "/accountability/", "/samples/",
)  # fmt: skip
"""Pages that show many things: these must be among what is looked at."""


STEPS: Sequence[tuple[str, dict[str, Any]]] = (
    ("review", {"outcome": "upheld"}), ("dispose", {"disposition": "talk", "answerable": ["counter_clerk"]}),
)  # fmt: skip


class CountedStore:
    """A store that counts the statements of its looks."""

    def __init__(self, inner: Any) -> None:
        self.inner, self.asked = inner, Counter[str]()

    @contextmanager
    def read(self) -> Iterator[Any]:
        """Look."""
        with self.inner.read() as tx:
            if "_all" in vars(tx):  # a page shares its looks
                yield tx
                return
            ask = tx._all

            def counted(sql: str, values: Any) -> Any:
                self.asked[sql] += 1
                return ask(sql, values)

            tx._all = counted
            yield tx

    def __getattr__(self, name: str) -> Any:
        """Everything else as it is: writing is not what a page shows."""
        return getattr(self.inner, name)


def grow(site: Site, to: int) -> None:
    """Open cases of the new power until there are so many, and as many of everything else that pages list."""
    begun = len(site.cases(POWER))
    for n in range(begun, to):
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
        number = f"G{n:07d}"
        complaints.submit(site.office, complaints.Written(about="service", power=POWER, case="", content="窗口让我跑了三次。",
                                                          name="", phone=""), "C" + number, "0" * 64, at=site.now)  # fmt: skip
        draft = applications.Draft(power=POWER, matter="", applicant="青竹示例公司", person="", phone="", note="", files=())
        applications.submit(site.office, draft, "A" + number, "0" * 64, at=site.now)
    with site.office.store.write() as tx:
        for case in site.cases(POWER)[begun:]:
            tx.note_uses(case, [(EVIDENCE, POWER, 1), (GOODS, POWER, 1), (MONEY, "a000/penalty", 1), ("party", "青竹第1公司", 1)])
            tx.lock(findings.STREAM)
            row = tx.case_row(case)
            assert row is not None
            told: Any = {"stream": findings.STREAM, "at": site.now, "entered": site.now, "power": POWER, "version": row.version}
            seq = tx.head(findings.STREAM) + 1
            site.office.append(tx, Event(
                **told, seq=seq, kind=findings.FINDING, act=findings.FINDING, facts={"seen_by": "unit"},
                data={"rule": "separate_duties", "case": case, "seq": 1, "key": ""}))  # fmt: skip
            for more, (act, data) in enumerate(STEPS, 1):
                site.office.append(tx, Event(
                    **told, seq=seq + more, kind=followup.STEP, act=act, actor="discipline_head", facts={"reason": "已核对。"},
                    data={"number": seq, **data}))  # fmt: skip


def counts(site: Site) -> dict[str, int]:
    """Return path -> how many statements the page cost, of the store and of the accounts, the second time that it is opened."""
    case = site.cases("a000/penalty")[0]
    told: dict[str, int] = {}
    looked = {address.pattern: (address.path, entering(site, address)) for address in reversed(addresses(site))}
    pages = dict(looked.values())
    roles = {"/inbox/": "handler", "/cases/": "handler", "/stores/": "handler", "/counter/": "handler", "/applications/": "handler"}
    for path in LISTED:
        bare = path.partition("?")[0]
        pages[path.format(case=case)] = roles.get(bare) or pages.get(bare) or "handler"
    for path, role in pages.items():
        told[path] = count(site, ROLES[role], path)
    told["/overview/ (fragment)"] = count(site, ROLES["discipline"], "/overview/?power=a000/penalty", headers={"HX-Request": "true"})
    return told


def count(site: Site, account: str | None, path: str, **options: Any) -> int:
    """Return how many statements a page costs."""
    store = site.office.store
    client = site.client(account, raise_request_exception=False)
    client.get(path, **options)
    counted = CountedStore(store)
    site.office.store = counted
    try:
        with CaptureQueriesContext(connection) as of_accounts:
            answer: Any = client.get(path, **options)
            _ = b"".join(answer.streaming_content) if answer.streaming else answer.content
    finally:
        site.office.store = store
    assert answer.status_code < 500, path
    return sum(counted.asked.values()) + len(of_accounts)


@pytest.mark.slow
def test_no_page_asks_more_often_because_there_is_more(fresh_site: Site) -> None:
    publish_permit(fresh_site)
    grow(fresh_site, FEW)
    few = counts(fresh_site)
    grow(fresh_site, MANY)
    many = counts(fresh_site)
    wrong = [
        f"{path}: {few[path]} statements over {FEW}, {many[path]} over {MANY}" for path in few if many[path] > few[path] + ROOM
    ]
    assert not wrong, "\n".join(wrong)
    assert many["/inbox/"], "nothing was counted"
    assert {bare.partition("?")[0] for bare in LISTED if "{" not in bare} <= {path.partition("?")[0] for path in many}
