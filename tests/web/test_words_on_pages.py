"""No page shows an id of a field, an act, a post or an officer in its text: neither forms nor what they say of empty fields."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from .site_kit import Site
from .test_every_page import Words

if TYPE_CHECKING:
    from django.test import Client

As = Callable[[str | None], "Client"]
CASES = 5
"""So many cases of an inbox are gone through, with every act that is offered on them."""
ID = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)+(?:/\d+)?|[a-z]+/\d+")
NUMBER = re.compile(r"[a-z0-9]+/[a-z_]+/\d{4}/\d+|[a-z0-9]+/[a-z_]+")
"""Number of a case, id of a power: these people use."""


def shown(page: str) -> str:
    """Return the text of a Chinese page that one reads, but for numbers of cases."""
    words = Words("en")
    words.feed(page)
    return NUMBER.sub("", " ".join(words.found))


@pytest.mark.parametrize("account", ["chengban", "kezhang", "shouli", "jiwei", "baoguan"])
def test_forms_and_refusals_speak_in_words(site: Site, as_: As, account: str) -> None:
    client, bare, asked = as_(account), {}, 0
    pages = re.findall(r'href="(/cases/[^"?#]+/)"', client.get("/inbox/").content.decode())
    for path in list(dict.fromkeys(pages))[:CASES]:
        first = client.get(path)
        if first.status_code != 200:
            continue
        for act in dict.fromkeys(re.findall(r'href="\?act=(\w+)#act"', first.content.decode())):
            for text in (client.get(f"{path}?act={act}"), client.post(f"{path}do/{act}/", {"check": "1"})):
                asked += 1
                assert text.status_code in (200, 422), (path, act, text.status_code)
                bare |= dict.fromkeys(ID.findall(shown(text.content.decode())), (path, act))
    assert asked
    assert bare == {}


def test_pages_of_duties_and_of_what_a_source_leaves_open_speak_in_words(site: Site, as_: As) -> None:
    client, bare = as_("jiwei"), {}
    paths = re.findall(r'href="(/duties/[^"?#]+/)"', client.get("/duties/").content.decode())
    powers = re.findall(r'href="(/catalogue/[a-z0-9_]+/[a-z0-9_]+/)"', client.get("/catalogue/").content.decode())
    assert paths
    assert powers
    for path in dict.fromkeys([*paths, *(f"{power}?tab=gaps" for power in powers)]):
        text = client.get(path)
        assert text.status_code == 200, path
        bare |= dict.fromkeys(ID.findall(shown(text.content.decode())), path)
    assert bare == {}


def test_a_report_of_leads_names_its_sources_in_words(site: Site, as_: As) -> None:
    client = as_("discipline_head")
    paths = re.findall(r'href="(/duties/[^"?#]+/lead_reconciliation/)"', client.get("/duties/").content.decode())
    for path in dict.fromkeys(paths):
        answer = client.post(path, {"report": "1"})
        assert answer.status_code in (200, 422)
        assert not ID.findall(shown(answer.content.decode())), path


def test_what_is_wrong_with_a_paper_before_its_act_is_said_in_words(fresh_site: Site, as_: As) -> None:
    """What was typed is no sum, and a choice is none of those offered: both are named as the form names them."""
    for case in fresh_site.cases("a000/penalty"):
        path = f"/cases/{case}/documents/ahead/no_penalty_decision/decide_no_penalty/"
        answer = as_("juzhang").post(path, {"f.conclusion": "也许", "f.amount_involved": "有关情况", "f.found_on": "昨天"})
        text = shown(answer.content.decode())
        if "不能制作" in text:
            assert "金额" in text
            assert not ID.findall(text)
            return
    raise AssertionError("no case has this paper to come")
