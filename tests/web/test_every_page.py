"""Every page that a role may open, in a real browser: no fault that axe finds, at both widths; nothing wider than a phone; and in one
language: no stray English on Chinese pages, no stray Chinese on English ones."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from qingfeng.casework.desk.casepage import ActView
from qingfeng.casework.office import POWER, REGISTRY, event_of

from .browser import PHONE, WIDE, Visitor
from .every import addresses
from .site_kit import ROLES, Site
from .test_matrix import refused, viewer

WIDTHS = [pytest.param(WIDE, id="1440"), pytest.param(PHONE, id="390")]
STANDARD = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
}
FOREIGN = re.compile(r"[A-Za-z]{3,}")
CHINESE = re.compile(r"[\u3400-\u9fff]+")
ENGLISH_FINE = frozenset(
    re.findall(
        r"\w+",
        """
    SHA PDF Word Excel YAML API JSON CSV XLSX DOCX HTML URL OpenAPI UTC HTTP HTTPS GET POST
    webhook WebCrypto JavaScript English XES OCEL TOTP OIDC
    CPU SVG PNG JPG ZIP TXT Qingfeng AES GCM ECDH HKDF PKCS NIST SQLite PostgreSQL BPMN UTF Tab RFC""",
    )
)
"""Names of things that Chinese has no other word for."""
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
UNSEEN = {"script", "style", "code", "pre", "kbd", "samp", "textarea", "template"}


class Words(HTMLParser):
    """The words of a page in the language that it says it has: (words) of text and of labels, without the parts in another language."""

    def __init__(self, other: str) -> None:
        super().__init__()
        self.other, self.found = other, list[str]()
        self._open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Go in; what stands in attributes that are read out counts too."""
        told = dict(attrs)
        hidden = tag in UNSEEN or (told.get("lang") or "").startswith(self.other) or any(h for _, h in self._open[-1:])
        if tag not in VOID:
            self._open.append((tag, hidden))
        if not hidden:
            self.found += [
                told[name] or "" for name in ("title", "placeholder", "aria-label", "alt", "label") if name in told
            ]

    def handle_endtag(self, tag: str) -> None:
        """Go out."""
        while self._open:
            if self._open.pop()[0] == tag:
                return

    def handle_data(self, data: str) -> None:
        """Note words that are seen."""
        if data.strip() and not any(hidden for _, hidden in self._open[-1:]):
            self.found.append(data.strip())


def words_of(html: str, other: str) -> list[str]:
    """Return the words of a page, those in the other language left out."""
    parser = Words(other)
    parser.feed(html)
    return parser.found


def data_of(site: Site) -> str:
    """Return everything that people or documents said in their own words: names, facts of cases, the verbatim maps."""
    said: list[str] = []

    def take(value: Any) -> None:
        if isinstance(value, str):
            said.append(value)
        elif isinstance(value, dict):
            for one in value.values():
                take(one)
        elif isinstance(value, list | tuple):
            for one in value:
                take(one)

    with site.office.store.read() as tx:
        after = 0
        while batch := tx.all_events(after=after, limit=2_000):
            for row in batch:
                event = event_of(row)
                if row.stream == REGISTRY and event.kind == POWER:
                    for step in event.data["document"]["version"]["steps"]:
                        take([step.get("owner"), step.get("risks"), step.get("measures"), step.get("level")])
                    take(event.data["document"]["version"].get("whole_process"))
                    controls = event.data["document"]["version"].get("controls") or {}
                    entries = (controls.get("violation_catalogue") or {}).get("entries") or ()
                    take([one["name"].get("zh") for one in entries])  # a case is titled as its statute is: in Chinese
                    take([event.data["document"]["power"].get(name) for name in ("level_scheme", "source", "phones")])
                    said += re.findall(
                        r"'instrument': '([^']+)'", str(event.data["document"])
                    )  # laws have no English titles of their own
                else:
                    take([dict(event.data), dict(event.facts)])
            after = batch[-1].position
        take(list(site.office.registry(tx).people.names.values()))
    return "\n".join(said)


def open_pages(site: Site, role: str) -> Iterator[str]:
    """Yield the paths that a role can open and that show a page, with what a form of an act looks like among them."""
    client = site.client(ROLES[role], raise_request_exception=False)
    who, seen = viewer(site, role), set[str]()
    for address in addresses(site):
        if refused(who, address.part, "GET") is not None or address.pattern in seen:
            continue
        answer: Any = client.get(address.path)
        if answer.status_code == 200 and _is_page(answer):
            seen.add(address.pattern)
            yield address.path
            acts = getattr(answer.context["page"], "acts", ()) if answer.context and "page" in answer.context else ()
            yield from (f"{address.path}?act={one.act}" for one in acts[:1] if isinstance(one, ActView))


def _is_page(answer: Any) -> bool:
    """True for a whole page, not for a file nor for a part of a page."""
    return (
        answer.headers.get("Content-Type", "").startswith("text/html")
        and not answer.streaming
        and b"<html" in answer.content
    )


def faults_of(window: Visitor, path: str, size: tuple[int, int]) -> Iterator[str]:
    """Open a page; yield what is wrong with it."""
    if window.go(path) >= 400:
        return
    for fault in Axe().run(window.page, options=STANDARD).response["violations"]:
        where = "; ".join(
            str(node["target"][0]) + " " + node["failureSummary"].replace("\n", " ")[:160]
            for node in fault["nodes"][:3]
        )
        yield f"{path}: {fault['id']} ({len(fault['nodes'])}): {where}"
    if window.width() > size[0]:
        yield f"{path}: {window.width()} px wide on a window of {size[0]}"


@pytest.mark.slow
@pytest.mark.parametrize("size", WIDTHS)
@pytest.mark.parametrize("role", ROLES)
def test_axe_finds_nothing_and_no_page_is_wider_than_its_window(
    site: Site, visit: Callable[..., Visitor], role: str, size: tuple[int, int]
) -> None:
    paths = list(open_pages(site, role))
    window = visit(ROLES[role], size=size)
    wrong = [fault for path in [*paths, "/nothing/"] for fault in faults_of(window, path, size)]
    assert not wrong, "\n".join(wrong)


def test_axe_finds_nothing_on_the_pages_where_people_begin(site: Site, visit: Callable[..., Visitor]) -> None:
    wrong: list[str] = []
    for account, paths in (
        (None, ["/", "/sign-in/"]),
        ("chengban", ["/inbox/", f"/cases/{site.cases(power='a000/penalty')[0]}/"]),
    ):
        for size in (WIDE, PHONE):
            window = visit(account, size=size)
            wrong += [fault for path in paths for fault in faults_of(window, path, size)]
    assert not wrong, "\n".join(wrong)


BOTH = {"/verifier.html"}
"""One file for everybody, opened away from the site: it says everything in both languages."""


def stray(site: Site, role: str, lang: str, data: str) -> Iterator[str]:
    """Yield words of the wrong language on the pages of a role."""
    client = site.client(ROLES[role], raise_request_exception=False)
    client.cookies["lang"] = lang
    for path in [*(path for path in open_pages(site, role) if path not in BOTH), "/nothing/"]:
        html = client.get(path).content.decode()
        for text in words_of(html, "en" if lang == "zh" else "zh"):
            found = _english(text, data) if lang == "zh" else [run for run in CHINESE.findall(text) if run not in data]
            if found:
                yield f"{path}: {' '.join(found)[:60]!r} in {text[:90]!r}"


def _english(text: str, data: str) -> list[str]:
    plain = re.sub(r"\S*[_/@.0-9]\S*", " ", text)  # numbers of cases, names of accounts, addresses
    return [
        word for word in FOREIGN.findall(plain) if word not in ENGLISH_FINE and word not in data and len(set(word)) > 1
    ]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    "role",
    ["public", "handler", *(pytest.param(r, marks=pytest.mark.slow) for r in ROLES if r not in ("public", "handler"))],
)
def test_a_page_speaks_one_language(site: Site, role: str, lang: str) -> None:
    wrong = sorted(set(stray(site, role, lang, data_of(site))))
    assert not wrong, "\n".join(wrong)


def test_a_stray_word_is_seen() -> None:
    assert words_of('<p>好<span lang="en">good</span><b title="bad">坏</b></p>', "en") == ["好", "bad", "坏"]
    assert _english("共3件 overdue a000/penalty SHA", "") == ["overdue"]
