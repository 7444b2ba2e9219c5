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
