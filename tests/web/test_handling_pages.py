"""Cases of supervision on the pages: discipline sees them, the unit only what it is asked, those concerned nothing of what is suspected."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from qingfeng.casework import followup, mirrored

from .site_kit import Site

if TYPE_CHECKING:
    from django.test import Client

As = Callable[[str | None], "Client"]
WORDS = "已核对原始记录和当事人说法"


def handled(site: Site, *, discreet: bool) -> tuple[int, str]:
    """Return number and case of a finding."""
    with site.office.store.read() as tx:
        found = followup.standing(site.office, tx).found.values()
    return next((one.finding.number, one.case or "") for one in found if one.discreet is discreet and one.level != "superior")


def test_every_finding_of_a_sweep_has_its_case(site: Site) -> None:
    with site.office.store.read() as tx:
        found = followup.standing(site.office, tx).found.values()
        rows = {row.case for row in tx.case_rows(power=mirrored.POWER, limit=1_000)}
    assert len(found) > 0
    assert {one.case for one in found} == rows


def test_a_suspicion_s_case_is_known_to_discipline_alone(site: Site, as_: As) -> None:
    _, case = handled(site, discreet=True)
    assert as_("jiwei").get(f"/cases/{case}/").status_code in (200, 403), "it is there, and asks what for"
    for account in ("chengban", "kezhang", "fenguan", "juzhang", "fazhi"):
        client = as_(account)
        assert client.get(f"/cases/{case}/").status_code == 404, account
        assert case not in client.get("/inbox/").content.decode(), account
        answer = client.get(f"/cases/?power={mirrored.POWER}")
        assert case not in answer.content.decode(), account
        assert client.get(f"/api/cases/{case}").status_code == 404, account
        assert case not in client.get("/api/deadlines?limit=1000").content.decode(), account


def test_a_procedural_finding_s_case_is_known_to_whom_it_is_given(fresh_site: Site, as_: As) -> None:
    number, case = handled(fresh_site, discreet=False)
    before = as_("kezhang").get(f"/cases/{case}/")
    assert before.status_code == 404
    sent = {"act": "assign", "to": "section_head", "words": WORDS}
    assert as_("jiwei").post(f"/findings/{number}/step/", sent).status_code == 302
    assert as_("kezhang").get(f"/cases/{case}/").status_code == 200
    assert case in as_("kezhang").get("/inbox/").content.decode()
    assert as_("chengban").get(f"/cases/{case}/").status_code == 404
    assert as_("fenguan").get(f"/cases/{case}/").status_code == 404


def test_the_page_of_a_finding_names_its_case_and_whom_it_may_be_given(site: Site, as_: As) -> None:
    number, case = handled(site, discreet=False)
    answer: Any = as_("jiwei").get(f"/findings/{number}/")
    page = answer.context["page"]
    assert page.handled == case
    assert f"/cases/{case}/" in answer.content.decode()
    able = {who for group in page.assignees for who, _ in group.officers}
    assert "section_head" in able
    assert "case_handler" not in able, "the head of a section reports, not who did the act"


def test_the_list_of_cases_goes_on_behind_what_one_may_not_know(site: Site, as_: As) -> None:
    with site.office.store.read() as tx:
        rows = [row for row in tx.case_rows(limit=1_000) if row.power != mirrored.POWER]
    shown, after = 0, ""
    for _ in range(99):
        answer: Any = as_("juzhang").get(f"/cases/?after={after}")
        shown += len(answer.context["lines"])
        after = answer.context["more"]
        if not after:
            break
    assert shown == len(rows)
