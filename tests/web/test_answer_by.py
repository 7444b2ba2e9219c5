"""Whoever complains or applies is told by when he is answered, by whom, and what to do if he is not; who answers is shown the same day."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from qingfeng.casework.answerby import ANSWER
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
