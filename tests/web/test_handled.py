"""Who keeps goods and seals reads what passes through his hands, and nothing else of the file."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from qingfeng.casework import projection
from qingfeng.casework.desk.access import PUBLIC, note_denial, viewer_of
from qingfeng.casework.desk.opening import HANDLED, OPEN, opening
from qingfeng.casework.office import event_of
from qingfeng.casework.rebuild import rebuild
from qingfeng.terms.instants import local_day
from qingfeng.terms.limits import MAX_REFUSALS_PER_CASE_PER_DAY
from qingfeng.web import agency

from .site_kit import Site
from .test_work_pages import loaded, one_with

if TYPE_CHECKING:
    from django.test import Client

As = Callable[..., "Client"]


KEEPER, ACCOUNT = "custodian/2", "custodian.2"
"""A custodian who has done nothing yet on the case of the test."""


def stranger(site: Site, act: str = "register_evidence") -> str:
    """Return a case on which an act was done and in which the keeper has no part."""
    for case in loaded(site, "a000/penalty", lambda c: any(e.act == act for e in c.events)):
        if all(KEEPER not in (e.actor, *(e.data.get("officers") or ()), *(e.data.get("members") or ())) for e in case.events):
            return case.id
    raise AssertionError("the seeded agency has no such case")


def test_a_custodian_without_an_act_opens_what_he_handles_and_no_more(fresh_site: Site) -> None:
    case = stranger(fresh_site)
    client = fresh_site.client(ACCOUNT)
    base = f"/cases/{case}"
    assert f'href="{base}/documents/"' in client.get(f"{base}/").content.decode()
    page = client.get(f"{base}/documents/")
    assert page.status_code == 200
    files = re.findall(r"/files/([0-9a-f]{64})/", page.content.decode())
    assert files, "the evidence that he is to take is there"
    assert client.get(f"{base}/files/{files[0]}/").status_code == 200
    for closed in ("log/", "documents/file.zip", "documents/file.pdf", "documents/draft/case_opening_approval/", "meeting/"):
        assert client.get(f"{base}/{closed}").status_code == 403, closed
    with fresh_site.office.store.read() as tx:
        reads = [event_of(row) for row in tx.events(f"reads/{case}")]
        assert [e.data["part"] for e in reads if e.actor == KEEPER] == ["handled"], "laid down once, as what it was"
        assert not [row for row in tx.events(f"refusals/{case}") if event_of(row).actor == KEEPER]


def test_a_file_that_is_no_evidence_stays_closed_to_the_custodian(fresh_site: Site) -> None:
    case = stranger(fresh_site)
    whole = fresh_site.client("kezhang").get(f"/cases/{case}/documents/").content.decode()
    own = fresh_site.client(ACCOUNT)
    part = own.get(f"/cases/{case}/documents/").content.decode()
    others = set(re.findall(r"/files/([0-9a-f]{64})/", whole)) - set(re.findall(r"/files/([0-9a-f]{64})/", part))
    assert others, "the file holds more than evidence"
    for digest in others:
        assert own.get(f"/cases/{case}/files/{digest}/").status_code == 403
        assert own.get(f"/cases/{case}/files/{digest}/content").status_code == 403


def test_the_keeper_of_the_seal_comes_to_the_paper_that_waits_for_him(fresh_site: Site) -> None:
    """The head approves and issues a paper; the custodian, who never acted, seals it; others of its steps stay closed to him."""
    case = stranger(fresh_site, "approve_case_opening")
    head, keeper = fresh_site.client("juzhang"), fresh_site.client(ACCOUNT)
    base = f"/cases/{case}/documents"
    made = head.post(f"{base}/approve/case_opening_approval/")
    assert made.status_code == 302
    internal = made.headers["Location"]
    shown = re.search(r'name="shown" value="([0-9a-f]{64})"', head.get(internal).content.decode())
    assert shown is not None
    assert keeper.get(internal).status_code == 403, "approved, not issued: not his yet"
    assert keeper.post(f"{internal}issue/", {"shown": shown[1]}).status_code == 403
    assert keeper.post(f"{internal}void/", {"reason": "不应当由他作废"}).status_code == 403


def test_looking_at_a_draft_does_not_open_the_file(site: Site) -> None:
    """A reading of one part within the half hour is no reading of another."""
    case = one_with(site, "register_evidence", "a000/penalty")
    with site.office.store.read() as tx:
        custodian = viewer_of(site.office.registry(tx).people, KEEPER, local_day(site.now))
    at = site.now + timedelta(days=2)
    told = [opening(site.office, case.id, custodian, purpose="清点财物", own_work="承办本案", now=at + timedelta(minutes=n)).state for n in (0, 1)]
    assert told[0] == told[1]
    assert told[0] in (HANDLED, OPEN)
    if told[0] == HANDLED:
        assert OPEN not in told


def test_a_flood_of_one_viewer_hides_no_other(fresh_site: Site) -> None:
    office, at = fresh_site.office, fresh_site.now
    with office.store.read() as tx:
        clerk = viewer_of(office.registry(tx).people, "case_handler", local_day(at))
        before = tx.head("access/denied")
    for _ in range(MAX_REFUSALS_PER_CASE_PER_DAY + 3):
        note_denial(office, PUBLIC, "GET /audit/", at=at)
    note_denial(office, clerk, "GET /tips/", at=at)
    with office.store.read() as tx:
        rows = [event_of(row) for row in tx.events("access/denied", after=before)]
    assert [e.actor for e in rows].count("public") == MAX_REFUSALS_PER_CASE_PER_DAY
    assert rows[-1].actor == "case_handler"
    note_denial(office, PUBLIC, "GET /audit/", at=at + timedelta(days=1))
    with office.store.read() as tx:
        assert event_of(tx.latest("access/denied", limit=1)[0]).actor == "public", "the next day counts anew"


def test_every_page_inside_says_that_the_lists_wait_to_be_rebuilt(fresh_site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "qingfeng rebuild" not in fresh_site.client("kezhang").get("/inbox/").content.decode()
    monkeypatch.setattr(projection, "VERSION", projection.VERSION + 1)
    agency._CURRENT.clear()
    client = fresh_site.client("kezhang")
    for path in ("/inbox/", "/cases/", "/findings/mine/"):
        assert "qingfeng rebuild" in client.get(path).content.decode()
    client.cookies["lang"] = "en"
    assert "was upgraded" in client.get("/inbox/").content.decode()
    assert "qingfeng rebuild" not in fresh_site.client().get("/").content.decode(), "the public is not troubled with it"
    rebuild(fresh_site.office)
    assert "was upgraded" not in client.get("/inbox/").content.decode(), "noticed without a restart"
