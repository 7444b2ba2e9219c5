"""Whoever complains or applies is told by when he is answered, by whom, and what to do if he is not; who answers is shown the same day."""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from qingfeng.casework.answerby import ANSWER, PETITIONS, days_to_answer
from qingfeng.casework.office import Office, Registry
from qingfeng.terms.instants import local_day

from .site_kit import Site

if TYPE_CHECKING:
    from django.test import Client

As = Callable[[str | None], "Client"]
SAID = {"about": "service", "content": "三次都说材料不齐，态度恶劣，前后说法不一", "name": "", "phone": ""}


def slip(page: str) -> tuple[str, str]:
    """Return number and code of a receipt."""
    number, code = (re.search(rf'id="{name}">([^<]+)<', page) for name in ("rn", "rc"))
    assert number is not None
    assert code is not None
    return number[1], code[1]


def test_a_complaint_has_a_day_by_which_it_is_answered_on_every_page(fresh_site: Site, as_: As) -> None:
    last = (local_day(fresh_site.now) + timedelta(days=ANSWER)).isoformat()
    client = fresh_site.client()
    assert last in client.get("/complain/service/").content.decode()
    page = client.post("/complain/service/", SAID).content.decode()
    assert last in page
    assert "谁答复" in page
    assert "没有答复怎么办" in page
    number, code = slip(page)
    shown = client.post("/progress/", {"number": number, "code": code}, follow=True).content.decode()
    assert last in shown
    assert "上一级纪检监察机关" in shown
    assert last in as_("jiwei").get("/complaints/").content.decode()
    assert last in as_("jiwei").get(f"/complaints/{number}/").content.decode()


def test_a_late_answer_is_marked_for_who_waits_and_for_who_answers(fresh_site: Site) -> None:
    client = fresh_site.client()
    number, code = slip(client.post("/complain/service/", SAID).content.decode())
    fresh_site.clock.later(days=ANSWER)
    assert "已逾期" not in fresh_site.client("jiwei").get("/complaints/").content.decode(), "the last day is not over yet"
    fresh_site.clock.later(days=1)
    assert "已逾期" in fresh_site.client("jiwei").get("/complaints/").content.decode()
    shown = fresh_site.client().post("/progress/", {"number": number, "code": code}, follow=True).content.decode()
    assert "已经超过" in shown


def shortened(site: Site, days: int) -> Registry:
    """What is published, with another limit for the answer to a petition."""
    with site.office.store.read() as tx:
        known = site.office.registry(tx)
    versions = {key: deepcopy(document) if key[0] == PETITIONS else document for key, document in known.versions.items()}
    for (power, _), document in versions.items():
        if power == PETITIONS:
            (limit,) = (one for one in document["version"]["procedure"]["limits"] if one["id"] == "answer_60")
            limit["n"] = days
    return replace(known, versions=versions)


def test_the_promise_follows_the_limit_that_is_published(fresh_site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    today = local_day(fresh_site.now)
    shorter = shortened(fresh_site, 45)
    assert days_to_answer(shorter, today) == 45
    without = replace(shorter, versions={key: document for key, document in shorter.versions.items() if key[0] != PETITIONS})
    assert days_to_answer(without, today) == ANSWER
    monkeypatch.setattr(Office, "registry", lambda *_: shorter)
    last = (today + timedelta(days=45)).isoformat()
    client = fresh_site.client()
    assert f"45日内书面答复，最迟{last}" in client.get("/complain/service/").content.decode()
    number, code = slip(client.post("/complain/service/", SAID).content.decode())
    assert last in client.post("/progress/", {"number": number, "code": code}, follow=True).content.decode()
    assert last in fresh_site.client("jiwei").get("/complaints/").content.decode()
    assert last in fresh_site.client("jiwei").get(f"/complaints/{number}/").content.decode()
