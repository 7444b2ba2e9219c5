"""A finding that was upheld is put right and disposed of: whom an order may name, what it asks, and how the way on is called."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest

from qingfeng.casework import followup, mirrored, steps
from qingfeng.terms.instants import local_day

from .site_kit import Site

if TYPE_CHECKING:
    from django.test import Client

As = Callable[[str | None], "Client"]
WORDS = "已核对原始记录和当事人说法"


@pytest.fixture
def upheld(fresh_site: Site) -> followup.Followed:
    """A finding about somebody of a post that the handling of findings knows, upheld by the inspector."""
    day = local_day(fresh_site.now)
    with fresh_site.office.store.read() as tx:
        registry = fresh_site.office.registry(tx)
        version, _ = fresh_site.office.version(registry, mirrored.POWER, registry.version_on(mirrored.POWER, day))
        known = {who for post in version.posts for who in registry.people.holders(post, day)}
        found = followup.standing(fresh_site.office, tx).found.values()
    one = next(one for one in found if one.accused & known and one.case is not None and one.level != "superior")
    sent = {"act": "review", "outcome": "upheld", "severity": "minor", "responsible": sorted(one.accused & known)[:1], "words": WORDS}
    assert fresh_site.client("jiwei").post(f"/findings/{one.finding.number}/step/", sent).status_code == 302
    with fresh_site.office.store.read() as tx:
        return replace(followup.standing(fresh_site.office, tx).found[one.finding.number], accused=one.accused & known)


def offered(page: str) -> set[str]:
    """Return the officers that a form offers."""
    return set(re.findall(r'name="f\.officers" value="([^"]+)"', page))


def test_an_order_to_rectify_offers_nobody_whom_it_is_then_refused_for(upheld: followup.Followed, as_: As) -> None:
    path = f"/cases/{upheld.case}/"
    may = offered(as_("jiwei").get(f"{path}?act=order_rectification").content.decode())
    assert may
    assert not may & upheld.accused
    order = {"f.content": "补正记录并核对同期登记", "f.due_on": "2026-11-10", "f.measures": "m1"}
    for who in sorted(may):
        answer = as_("jiwei").post(f"{path}do/order_rectification/", {**order, "f.officers": who, "check": "1"})
        assert answer.status_code == 200, who
        assert "本线索不得由" not in answer.content.decode(), who
    accused = min(upheld.accused)
    named = as_("jiwei").post(f"{path}do/order_rectification/", {**order, "f.officers": accused})
    assert named.status_code == 422, "the rule stands, whatever is offered"
    assert "本线索不得由" in named.content.decode()
    assert accused in offered(named.content.decode()), "what was sent is shown again beside the refusal"


def test_an_order_to_rectify_says_what_the_numbers_of_its_measures_are_and_who_is_named(upheld: followup.Followed, as_: As) -> None:
    page = as_("jiwei").get(f"/cases/{upheld.case}/?act=order_rectification").content.decode()
    assert "每项措施编一个号" in page
    assert "由谁整改" in page


def test_the_way_on_from_an_upheld_finding_has_one_name_and_says_what_it_does(upheld: followup.Followed, as_: As) -> None:
    answer: Any = as_("jiwei").get(f"/findings/{upheld.finding.number}/")
    page = unescape(answer.content.decode())
    on_case = unescape(as_("jiwei").get(f"/cases/{upheld.case}/").content.decode())
    assert steps.ACTS["rectify"].zh == "提请处理"
    assert "提请处理" in on_case
    assert "登记整改" not in page
    assert "为什么不需要整改" in page, "without an order the words say why none was needed"
    assert "复查落实以后才能提请" in page
    order = {"f.content": "补正记录并核对同期登记", "f.due_on": "2026-11-10", "f.measures": "m1"}
    free = sorted(offered(as_("jiwei").get(f"/cases/{upheld.case}/?act=order_rectification").content.decode()))
    done = as_("jiwei").post(f"/cases/{upheld.case}/do/order_rectification/", {**order, "f.officers": free[0]})
    assert done.status_code == 302
    page = as_("jiwei").get(f"/findings/{upheld.finding.number}/").content.decode()
    assert "为什么不需要整改" not in page
    assert 'value="rectify"' not in page, "an order is reported and re-checked first"


def test_who_did_the_act_stands_first_among_those_one_may_name(site: Site, as_: As) -> None:
    with site.office.store.read() as tx:
        found = followup.standing(site.office, tx).found.values()
    told = 0
    for one in found:
        answer: Any = as_("jiwei").get(f"/findings/{one.finding.number}/")
        people = answer.context["page"].people if answer.status_code == 200 else ()
        marked = [n for n, (_, name) in enumerate(people[0].officers) if "本条办理人" in name.zh] if people else []
        assert marked == list(range(len(marked))), one.finding.number
        told += len(marked)
    assert told
