"""Whom a form asks for: those who fit stand open, all the others of the agency are a press away and may be chosen all the same."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from qingfeng.casework import followup
from qingfeng.web.fields import FOLDED_FROM

from .site_kit import Site

if TYPE_CHECKING:
    from django.test import Client

As = Callable[[str | None], "Client"]


class Boxes(HTMLParser):
    """The boxes of one name on a page: value -> how it stands: open, folded, or folded and unfolded for the reader."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name, self.found, self._folds = name, dict[str, str](), list[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a box, or go into a fold."""
        told = dict(attrs)
        if tag == "details":
            rest = "rest" in (told.get("class") or "").split()  # a form may be folded as a whole, too
            self._folds.append(("unfolded" if "open" in told else "folded") if rest else "open")
        if tag == "input" and told.get("type") == "checkbox" and told.get("name") == self.name:
            self.found[told["value"] or ""] = self._folds[-1] if self._folds else "open"

    def handle_endtag(self, tag: str) -> None:
        """Leave a fold."""
        if tag == "details":
            self._folds.pop()


def boxes(page: str, name: str) -> dict[str, str]:
    """Return how each box stands."""
    told = Boxes(name)
    told.feed(page)
    return told.found


def asked(client: Client, path: str) -> Iterator[str]:
    """Yield the acts that are offered on the page of a case."""
    yield from dict.fromkeys(re.findall(r'href="\?act=(\w+)#act"', client.get(path).content.decode()))


def test_who_does_not_fit_is_folded_away_and_is_shown_once_chosen(site: Site, as_: As) -> None:
    client, folded = as_("zhifa"), 0
    for case in site.cases("a000/inspection") + site.cases("a000/penalty"):
        for act in asked(client, path := f"/cases/{case}/"):
            stand = boxes(client.get(f"{path}?act={act}").content.decode(), "f.officers")
            away = [who for who, how in stand.items() if how != "open"]
            if not away:
                continue
            folded += 1
            assert {stand[who] for who in away} == {"folded"}, (case, act)
            assert len(away) >= FOLDED_FROM, "a few are not worth a press"
            assert len(away) < len(stand), "somebody fits"
            again = boxes(client.post(f"{path}do/{act}/", {"f.officers": [away[0]], "check": "1"}).content.decode(), "f.officers")
            assert {again[who] for who in away} == {"unfolded"}, (case, act)
            assert folded < 3 or len(stand) == len(again)
            if folded == 3:
                return
    assert folded, "no form asks for officers"


def test_of_seventy_people_a_finding_shows_those_who_had_a_part_in_it(fresh_site: Site) -> None:
    client = fresh_site.client("jiwei")
    with fresh_site.office.store.read() as tx:
        numbers = sorted(followup.standing(fresh_site.office, tx).found)
    for number in numbers:
        stand = boxes(client.get(f"/findings/{number}/").content.decode(), "responsible")
        if stand:
            shown = [who for who, how in stand.items() if how == "open"]
            assert 0 < len(shown) <= 20 < len(stand)
            assert {*stand.values()} == {"open", "folded"}
            return
    raise AssertionError("no finding asks who answers for it")
