"""Maps as files on the site: for everybody the one in force, for the legal office every version; each a real file of its kind."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import pytest
from lxml import etree

from qingfeng.drawing.formats import FORMATS

from .site_kit import Site

if TYPE_CHECKING:
    from django.test import Client

BEGINS = {"svg": b"<svg", "png": b"\x89PNG", "pdf": b"%PDF-", "docx": b"PK", "bpmn": b"<?xml", "html": b"<!DOCTYPE html>"}


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
    assert sorted(titles[1:]) == sorted(["公开页：http://testserver/powers/a000/penalty/", "存证日志：http://testserver/log/"])


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
