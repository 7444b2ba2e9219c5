"""Maps as files on the site: for everybody the one in force, for the legal office every version; each a real file of its kind."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import pytest
from lxml import etree

from qingfeng.casework.desk.access import viewer_of
from qingfeng.casework.desk.watch import look
from qingfeng.casework.findings import risks_of
from qingfeng.drawing.formats import FORMATS
from qingfeng.terms.instants import local_day
from qingfeng.web import agency

from .site_kit import Site

if TYPE_CHECKING:
    from django.test import Client

BEGINS = {
    "svg": b"<svg",
    "png": b"\x89PNG",
    "pdf": b"%PDF-",
    "docx": b"PK",
    "bpmn": b"<?xml",
    "html": b"<!DOCTYPE html>",
}


def got(client: Client, path: str) -> tuple[Any, bytes]:
    """Return the answer and the file in it."""
    answer: Any = client.get(path)
    return answer, b"".join(answer.streaming_content) if answer.streaming else answer.content


@pytest.mark.parametrize("form", FORMATS)
def test_everybody_gets_the_map_in_force(site: Site, form: str) -> None:
    answer, data = got(site.client(None), f"/powers/a000/penalty/map.{form}")
    assert answer.status_code == 200
    assert data.startswith(BEGINS[form])
    assert answer.headers["Content-Type"] == FORMATS[form].content_type
    shown = answer.headers["Content-Disposition"].startswith("inline")
    assert shown is (form in ("svg", "pdf")), "what a browser shows is shown, the rest is saved"


def test_the_codes_lead_to_this_site(site: Site) -> None:
    _, data = got(site.client(None), "/powers/a000/penalty/map.svg")
    titles = [one.text for one in etree.fromstring(data).iter("{http://www.w3.org/2000/svg}title")]
    assert sorted(titles[1:]) == sorted(
        ["公开页：http://testserver/powers/a000/penalty/", "存证日志：http://testserver/log/"]
    )


def test_the_pages_offer_the_files(site: Site) -> None:
    page = site.client(None).get("/powers/a000/penalty/").content.decode()
    office = site.client("fazhi").get("/catalogue/a000/penalty/?tab=map").content.decode()
    for form in ("pdf", "svg", "docx", "bpmn"):
        assert f'href="map.{form}"' in page
        assert f'href="/catalogue/a000/penalty/map.{form}?version=' in office


def test_the_legal_office_draws_two_versions_on_one_and_others_are_kept_out(site: Site) -> None:
    page = site.client("fazhi").get("/catalogue/a000/penalty/")
    version = page.context["version"].version
    answer, data = got(site.client("fazhi"), f"/catalogue/a000/penalty/map.docx?version={version}&from={version}")
    assert answer.status_code == 200
    assert f"{version}版与{version}版对照" in ZipFile(BytesIO(data)).read("word/document.xml").decode()
    assert site.client(None).get("/catalogue/a000/penalty/map.svg").status_code == 302
    assert site.client("fazhi").get("/catalogue/a000/penalty/map.svg?version=1999-01-01").status_code == 404


def test_what_is_not_there_is_told(site: Site) -> None:
    assert site.client(None).get("/powers/a999/nothing/map.svg").status_code == 404
    assert site.client(None).get("/powers/a000/penalty/map.exe").status_code == 404


def counted(client: Client, power: str) -> dict[str, int]:
    """Return step -> count as the page of the living map tells it."""
    return {step.id: n for step, n in client.get(f"/catalogue/{power}/live/").context["rows"]}


def test_the_living_map_counts_what_is_open_and_what_the_viewer_may_know(site: Site) -> None:
    with site.office.store.read() as tx:
        registry = site.office.registry(tx)
        viewers = {
            name: viewer_of(registry.people, agency.bindings(tx).officer_of(name), local_day(site.now))
            for name in ("jiwei", "kezhang")
        }
        looks = {name: look(site.office, tx, viewer, now=site.now) for name, viewer in viewers.items()}
    told = 0
    for name, seen in looks.items():
        for power, version in seen.versions.items():
            want = dict.fromkeys((step.id for step in version.steps), 0)
            for one in seen.findings:
                if one.finding.power == power and one.state != "closed":
                    for step in {step for step, *_ in risks_of(version, one.finding.found.rule)} & want.keys():
                        want[step] += 1
            assert counted(site.client(name), power) == want, (name, power)
            told += sum(want.values())
    assert told, "a site without findings would prove nothing"


def test_the_living_map_is_drawn_and_printed_with_its_counts(site: Site) -> None:
    head = site.client("jiwei")
    power = next(
        p
        for p in ("a000/penalty", "a001/licence", "a000/inspection", "a002/inspection")
        if sum(counted(head, p).values())
    )
    many = max(counted(head, power).values())
    page = head.get(f"/catalogue/{power}/live/").content.decode()
    assert f"发现{many}项" in page[page.index("<svg xmlns") :]
    answer, data = got(head, f"/catalogue/{power}/live.svg")
    assert answer.status_code == 200
    assert f"发现{many}项" in data.decode()


def test_only_heads_and_discipline_see_the_living_map(site: Site) -> None:
    for account in ("chengban", "fazhi", "xitong"):
        assert site.client(account).get("/catalogue/a000/penalty/live/").status_code == 403, account
    assert site.client(None).get("/catalogue/a000/penalty/live/").status_code == 302
    assert site.client("jiwei").get("/catalogue/a999/nothing/live/").status_code == 404
    assert "/live/" in site.client("kezhang").get("/catalogue/a000/penalty/").content.decode()
    assert "/live/" not in site.client("fazhi").get("/catalogue/a000/penalty/").content.decode()


def test_two_versions_stand_on_one_drawing_in_the_page(site: Site) -> None:
    page = site.client("fazhi").get("/catalogue/a000/penalty/diff/").content.decode()
    etree.fromstring(page[page.index("<svg xmlns") : page.index("</svg>", page.index("<svg xmlns")) + 6])
    assert "对照" in page
