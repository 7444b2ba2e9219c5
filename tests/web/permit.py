"""A power that the site has never seen: the sample permit of tests/catalogue, published while the site runs, and its story."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from qingfeng.casework.registry import By, publish
from qingfeng.catalogue.build import version_document
from tests.catalogue.sample import SAMPLE, load

from .site_kit import Site

POWER = "a900/permit"
COURSE: Sequence[tuple[str, str, Mapping[str, str], str]] = (
    ("shouli", "receive_application", {"applicant": "青竹示例公司", "matter": "示例许可事项", "materials": "申请书"}, "accept"),
    ("shouli", "give_one_time_notice", {"missing": "图纸\n设备清单"}, "accept"),
    ("shouli", "supplement", {"materials": "图纸\n设备清单"}, "accept"),
    ("shouli", "accept_application", {}, "decide"),
    ("shencha", "submit_examination", {"opinion": "材料齐全，符合条件，建议准予。"}, "decide"),
    ("fenguan", "decide_application", {"decision_outcome": "granted"}, "closed"),
)
"""Account, act, what is filled in, the step in which the case then is."""


def publish_permit(site: Site) -> None:
    """Publish it as a maintainer would who adds one YAML file."""
    power = load(SAMPLE).power
    assert power is not None
    with site.office.store.write() as tx:
        for version in power.versions:
            publish(site.office, tx, version_document(version), by=By(actor="system_administrator", entered=site.now))


def begun(site: Site, account: str = "shouli", **more: str) -> str:
    """Open a case through the page; return its number."""
    _, act, data, _ = COURSE[0]
    form = {f"f.{name}": value for name, value in data.items()} | {"key": "k-begin"} | more
    answer: Any = site.client(account).post(f"/begin/{POWER}/{act}/", form)
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    return str(answer.headers["Location"]).removeprefix("/cases/").strip("/")


def acts_of(site: Site, case: str) -> list[tuple[str, str, Mapping[str, Any]]]:
    """Return (act, actor, data) of a case as the store has them."""
    from qingfeng.casework.office import CASE, event_of
    from qingfeng.engine.event import ACT

    with site.office.store.read() as tx:
        events = [event_of(row) for row in tx.events(CASE + case)]
    return [(e.act, str(e.actor), e.data) for e in events if e.kind == ACT]
