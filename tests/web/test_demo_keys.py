"""The demonstration takes a tip from its first minute: its invented keys were proposed and confirmed, and their files are at hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from qingfeng.casework import tipkeys
from qingfeng.casework.recipients import OUTSIDE
from qingfeng.web import agency, demo_keys

from .browser import Visitor
from .site_kit import Site
from .test_five_tasks_watch import DIGITS, follow, said
from .test_tips import SECOND

As = Callable[[str | None], Client]
Visit = Callable[..., Visitor]


@pytest.fixture
def keyed(fresh_site: Site) -> Site:
    assert demo_keys.make_keys(fresh_site.office) == len(demo_keys.HOLDERS)
    return fresh_site


def test_three_inspectors_and_the_body_above_have_keys_each_confirmed_by_another(keyed: Site) -> None:
    assert demo_keys.make_keys(keyed.office) == 0, "a second start makes none anew"
    with keyed.office.store.read() as tx:
        used = tipkeys.in_use(tx)
        org = tipkeys.chart(keyed.office, tx, day=agency.now().date())
    assert set(used) == {*demo_keys.HOLDERS}
    assert all(one.confirmed_by and one.confirmed_by != one.by for one in used.values())
    assert len(org.keys) == 3, "a name is sealed to three"
    assert org.outside == used[OUTSIDE].id


def test_a_key_file_goes_to_its_holder_and_nowhere_outside_the_demonstration(
    keyed: Site, as_: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    with keyed.office.store.read() as tx:
        used = tipkeys.in_use(tx)
    own = as_("jiwei").get("/tips/key/?demo=own")
    told = own.json()
    assert (told["id"], told["kind"]) == (used["discipline_inspector"].id, "qingfeng tip key v1")
    assert demo_keys.PASSPHRASE in as_("jiwei").get("/tips/key/").content.decode()
    assert as_("kezhang").get("/tips/key/?demo=own").status_code in (403, 404)
    monkeypatch.setattr(settings, "DEMO", False)
    assert "attachment" not in as_("jiwei").get("/tips/key/?demo=own").headers.get("Content-Disposition", "")
    assert demo_keys.PASSPHRASE not in as_("jiwei").get("/tips/key/").content.decode()


def test_a_tip_goes_there_and_back_on_the_pages_of_a_fresh_demonstration(
    keyed: Site, visit: Visit, tmp_path: Path
) -> None:
    citizen = visit()
    citizen.go("/complain/")
    follow(citizen, "去举报")
    citizen.page.fill("#tip-text", "收费处要求现金，不给票据，我有两次的录音。")
    citizen.page.click("#tip-form button")
    citizen.page.wait_for_selector("#tip-done:not([hidden])")
    digits = DIGITS.search(said(citizen))
    assert digits is not None

    for n, account in enumerate(("jiwei", SECOND)):
        inspector = visit(account)
        inspector.go("/tips/")
        inspector.press("main table a")
        with inspector.page.expect_download() as saved:
            inspector.page.click("#unlock a[download]")
        saved.value.save_as(tmp_path / saved.value.suggested_filename)
        inspector.page.set_input_files("#keyfile", tmp_path / saved.value.suggested_filename)
        inspector.page.fill("#pass", demo_keys.PASSPHRASE)
        inspector.page.click("#unlock button")
        inspector.page.wait_for_selector("ol.talk:has-text('不给票据')")
        if n == 0:
            inspector.page.fill("#reply-text", "已收到；请说明是哪两天。")
            inspector.press("#reply button")

    citizen.go("/tip/")
    citizen.page.fill("#tip-code", digits[0])
    citizen.page.click("#tip-open button")
    citizen.page.wait_for_selector("#tip-talk:has-text('哪两天')")
