"""The store rooms and the money page: page by page, and by search."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from qingfeng.casework.desk import books
from qingfeng.casework.office import load_case

from .site_kit import Site

if TYPE_CHECKING:
    from django.test import Client

As = Callable[..., "Client"]
POWER = "a000/penalty"
_CASES = re.compile(rf'href="/cases/({POWER}/\d{{4}}/\d{{5}})/')


def walked(client: Client, path: str) -> list[list[str]]:
    """Return the cases on each page, following the link to older ones."""
    pages: list[list[str]] = []
    at = path
    while at:
        text = client.get(at).content.decode()
        pages.append(list(dict.fromkeys(_CASES.findall(text))))
        link = re.search(r'href="(\?[^"]*before=[^"]+)"', text)
        at = path.partition("?")[0] + link[1].replace("&amp;", "&") if link else ""
        assert len(pages) < 60
    return pages


def test_every_case_stands_on_one_page_and_older_ones_are_reached(site: Site, as_: As, monkeypatch: pytest.MonkeyPatch) -> None:
    client, path = as_("kezhang"), f"/stores/?room=evidence&power={POWER}&all=1"
    whole = walked(client, path)
    assert len(whole) == 1
    assert len(whole[0]) >= 2, "the seeded agency has several"
    monkeypatch.setattr(books, "MOST_CASES", 1)
    monkeypatch.setattr(books, "MOST_NOTES", 3)
    pages = walked(client, path)
    assert len(pages) == len(whole[0])
    assert sorted(case for page in pages for case in page) == sorted(whole[0]), "none is lost, none stands twice"
    assert "以前的案件" in client.get(f"{path}&before={max(whole[0])}").content.decode()
    assert client.get("/stores/?room=evidence&all=1").content.decode().count("before=") >= 1, "with all powers, each has a link of its own"
    assert client.get("/money/?all=1").status_code == 200


@pytest.mark.parametrize("notes", [1, 3, 7])
def test_pages_of_many_notes_meet_without_gap(fresh_site: Site, monkeypatch: pytest.MonkeyPatch, notes: int) -> None:
    """A batch that ends within a case's notes, or is filled by one case alone, loses nothing."""
    monkeypatch.setattr(books, "MOST_CASES", 4)
    monkeypatch.setattr(books, "MOST_NOTES", 5)
    every = [f"x900/many/2026/{n:05d}" for n in range(1, 18)]
    with fresh_site.office.store.write() as tx:
        for case in every:
            tx.note_uses(case, [("_money", "x900/many", seq) for seq in range(1, notes + 1)])
    told: list[str] = []
    before: str | None = None
    with fresh_site.office.store.read() as tx:
        while True:
            page, before = books.page_of(tx, "_money", "x900/many", books.Asked(power="x900/many", before=before), None)
            told += page
            assert len(page) <= 4
            if before is None:
                break
    assert told == every[::-1]


def test_a_case_is_found_by_number_and_party(site: Site, as_: As) -> None:
    client = as_("kezhang")
    with site.office.store.read() as tx:
        registry = site.office.registry(tx)
        for case in walked(client, f"/stores/?room=evidence&power={POWER}&all=1")[0]:
            loaded, _ = load_case(site.office, tx, registry, case)
            party = next((str(e.data["party"]) for e in loaded.events if e.data.get("party")), None)
            if party:
                break
        else:
            pytest.skip("no case with a party")
    for q in (case, f" {party} "):
        assert case in _CASES.findall(client.get("/stores/", {"room": "evidence", "q": q}).content.decode()), q
    assert _CASES.findall(client.get("/stores/", {"room": "evidence", "q": "查无此人公司"}).content.decode()) == []
    assert case in client.get("/find/", {"q": f" {party}  "}).content.decode()


@pytest.mark.parametrize("query", [
    "q=%00", "q=" + "x" * 5_000, "q=<b>", "before=x", f"power={POWER}&before={POWER}/9999", f"power={POWER}&before=a001/licence/2026/00001",
    "power=<b>&before=1", f"power={POWER}&before={POWER}/%E2%80%AE",
])  # fmt: skip
def test_any_query_is_borne(site: Site, as_: As, query: str) -> None:
    for path in ("/stores/", "/stores/?room=evidence", "/money/"):
        assert as_("kezhang").get(f"{path}{'&' if '?' in path else '?'}{query}").status_code == 200
