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


def test_what_a_paper_still_lacks_is_said_in_words(site: Site, as_: As) -> None:
    seen, bare = 0, {}
    for case in site.cases("a002/inspection") + site.cases("a001/penalty"):
        answer = as_("fazhi").get(f"/cases/{case}/documents/")
        if answer.status_code == 200:
            seen += "不能制作" in answer.content.decode()
            bare |= dict.fromkeys(ID.findall(shown(answer.content.decode())), case)
    assert seen
    assert bare == {}


HIDDEN = "\u202e甲\x00\u2066"


@pytest.mark.parametrize(
    ("account", "sent"),
    [
        ("chengban", {"post": "\U0001f600"}),  # a post that nobody holds
        ("zhifa", {"post": "case_handler"}),  # another's
        ("xitong", {}),  # one who has no post in any power
        ("chengban", {"reason": HIDDEN}),
        ("chengban", {"f.details": HIDDEN, "f.matter": HIDDEN}),
    ],
    ids=["no-post", "another-post", "outside", "hidden-reason", "hidden-text"],
)
def test_what_is_forged_is_refused_in_words_and_in_one_language(fresh_site: Site, as_: As, account: str, sent: dict[str, str]) -> None:
    asked = 0
    for power in ("a000/penalty", "a000/inspection", "a002/announcement_six"):
        case = fresh_site.cases(power)[0]
        for act in ("answer_gifts", "answer_contacts", "record_interference"):
            answer = as_(account).post(f"/cases/{case}/do/{act}/", {"f.gifts": "none", "f.contacts": "none", **sent})
            assert answer.status_code in (302, 403, 404, 422), (case, act)
            if answer.status_code == 422:
                asked += 1
                text = shown(answer.content.decode())
                assert not ID.findall(text), (case, act)
                assert not re.findall(r"[A-Z]{4,}", text), (case, act)
    assert asked or account == "xitong"


def test_a_post_that_is_not_held_is_what_is_named_as_wrong(fresh_site: Site, as_: As) -> None:
    """He may do it in the post that he holds; the form that came named another."""
    case = fresh_site.cases("a000/penalty")[0]
    text = as_("chengban").post(f"/cases/{case}/do/answer_gifts/", {"f.gifts": "none", "post": "agency_head"}).content.decode()
    assert "没有担任所写的岗位" in text


def test_a_paper_that_nothing_gives_rise_to_names_the_act_to_do_in_words(fresh_site: Site, as_: As) -> None:
    """Every kind of paper is asked of a case, whatever the case has come to: what is said names acts and answers as people read them."""
    from qingfeng.documents.kinds import instruments

    client, asked = as_("juzhang"), 0
    case = fresh_site.cases("a000/penalty")[0]
    for kind in instruments().kinds:
        for answer in (client.get(f"/cases/{case}/documents/draft/{kind}/"), client.post(f"/cases/{case}/documents/approve/{kind}/")):
            text = shown(answer.content.decode())
            asked += "请先办理" in text
            assert answer.status_code in (200, 302, 403, 404, 422), kind
            assert not ID.findall(text), kind
    assert asked > 5
