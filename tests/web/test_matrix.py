"""Every address as every role, generated from the URL patterns: the right answer with a helpful page, and nothing changed where refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import qingfeng.web
from qingfeng.casework.desk.access import PUBLIC, STREAM, Part, Viewer, may_enter, viewer_of
from qingfeng.casework.logbook import READS
from qingfeng.casework.office import REFUSALS
from qingfeng.terms.instants import local_day
from qingfeng.terms.limits import MAX_REFUSALS_PER_CASE_PER_DAY

from .every import Address, addresses
from .site_kit import ROLES, Site

FINE = {200, 204, 302, 303, 304, 400, 401, 403, 404, 405, 409, 413, 415, 422, 429}
"""What a page may answer; anything else, 500 above all, is a fault."""
LAID_DOWN = (STREAM, READS, REFUSALS, "accounts")
"""Streams that grow by refusals themselves: who was not let in, who read, what was refused, which password was wrong."""
GARBAGE = (
    "", "<script>alert(1)</script>", "-1", "9" * 400, "\x00", "=1+1", "2026-13-45", "../../etc/passwd", "'; DROP TABLE events; --",
    "\u0663", "\u00b2", "NaN", "1e999", "\U0001f693" * 10, "{{ 7|add:7 }}", "x" * 5_000, "\u202e\u202d", "a000/penalty/2026/99999",
)  # fmt: skip
"""The Arabic three and the superscript two are digits to Python, and no numbers."""
HELPFUL = re.compile(r"<h1[ >]|application/problem\+json|\"(detail|title)\"")


def parameters() -> list[str]:
    """Return every name that some page reads from its query or its form."""
    found: set[str] = set()
    for path in Path(qingfeng.web.__file__).parent.rglob("*.py"):
        found |= set(
            re.findall(
                r"""(?:GET|POST|FILES)(?:\.get|\.getlist)?[(\[]\s*["']([\w.-]+)["']""", path.read_text(encoding="utf-8")
            )
        )
    return sorted(found | {"f.title", "f.note", "f.amount", "actor", "officer", "case", "page", "n"})


class Watch:
    """Which streams grew since the last look."""

    def __init__(self, site: Site) -> None:
        self._site, self._position, self.denials = site, 0, 0
        self.grown()

    def grown(self) -> set[str]:
        """Return them."""
        names: set[str] = set()
        with self._site.office.store.read() as tx:
            while batch := tx.all_events(after=self._position, limit=5_000):
                names |= {row.stream for row in batch}
                self._position = batch[-1].position
        return names


def viewer(site: Site, role: str) -> Viewer:
    """Return the viewer that the account of a role becomes."""
    account = ROLES[role]
    if account is None:
        return PUBLIC
    from qingfeng.web import agency

    with site.office.store.read() as tx:
        people = site.office.registry(tx).people
        return viewer_of(people, agency.bindings(tx).officer_of(account), local_day(site.now))


def refused(who: Viewer, part: Part | None, method: str) -> int | None:
    """Return the status with which somebody must be kept out, None if he may enter."""
    if part is None:
        return None
    if who.officer is None:
        return 401 if method == "POST" else 302
    return None if may_enter(who, part) is None else 403


class Caller:
    """Somebody of a role at his browser, who signs in again whenever a page has signed him out."""

    def __init__(self, site: Site, role: str) -> None:
        self.role, self.who, self._site = role, viewer(site, role), site
        self._client = site.client(ROLES[role], raise_request_exception=False)

    def ask(self, method: str, path: str, data: dict[str, str]) -> Any:
        """Ask once."""
        answer: Any = self._client.get(path, data) if method == "GET" else self._client.post(path, data)
        if "sessionid" in answer.cookies:
            self._client = self._site.client(ROLES[self.role], raise_request_exception=False)
        return answer


def faults(caller: Caller, address: Address, method: str, data: dict[str, str], watch: Watch) -> Iterator[str]:
    """Ask once; yield what is wrong with the answer."""
    role = caller.role
    told = f"{method} {address.path} as {role}"
    answer = caller.ask(method, address.path, data)
    grown = watch.grown()
    text = "" if getattr(answer, "streaming", False) else answer.content.decode("utf-8", "replace")
    if answer.status_code not in FINE:
        why = answer.exc_info[1] if getattr(answer, "exc_info", None) else ""
        yield f"{told}: {answer.status_code} {why!r}"
        return
    if "Traceback (most recent" in text:
        yield f"{told}: shows a traceback"
    due = refused(caller.who, address.part, method)
    if due is not None and answer.status_code != due:
        yield f"{told}: {answer.status_code}, where {due} keeps out who may not enter"
    if due == 302 and not answer.headers["Location"].startswith("/sign-in/?next="):
        yield f"{told}: sent to {answer.headers['Location']}, not to sign in"
    if answer.status_code >= 400:
        if not HELPFUL.search(text):
            yield f"{told}: {answer.status_code} without a page that helps"
        changed = {name for name in grown if not name.startswith(LAID_DOWN)}
        if changed:
            yield f"{told}: {answer.status_code}, yet it wrote to {sorted(changed)}"
    watch.denials += due == 403
    flood = watch.denials > MAX_REFUSALS_PER_CASE_PER_DAY
    if due == 403 and not flood and not any(name.startswith(STREAM) for name in grown):
        yield f"{told}: kept out, but the denial is not laid down"


@pytest.fixture(autouse=True)
def _no_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that starts a process of its own shall not start a hundred of them here."""
    try:
        from qingfeng.web import jobs
    except ImportError:
        return
    for name in ("start", "begin", "run", "launch"):
        if hasattr(jobs, name):
            monkeypatch.setattr(jobs, name, lambda *_, **__: None)


@pytest.mark.parametrize(
    "much", [pytest.param(False, id="once"), pytest.param(True, id="thoroughly", marks=pytest.mark.slow)]
)
@pytest.mark.parametrize("role", ROLES)
def test_every_address_answers_every_role_as_it_should(fresh_site: Site, role: str, much: bool) -> None:
    caller, watch, nonsense = Caller(fresh_site, role), Watch(fresh_site), dict.fromkeys(parameters(), "<b>=1+1</b>")
    wrong: list[str] = []
    seen: set[str] = set()
    for address in addresses(fresh_site):
        wrong += faults(caller, address, "GET", {}, watch)
        if much or address.pattern not in seen:
            wrong += faults(caller, address, "POST", {}, watch)
        wrong += faults(caller, address, "POST", nonsense, watch) if much else ()
        seen.add(address.pattern)
    assert not wrong, "\n".join(wrong)


def test_every_view_says_who_may_come(site: Site) -> None:
    bare = {
        address.pattern
        for address in addresses(site)
        if not address.guarded and not address.pattern.startswith(("api/", "^api/"))
    }
    assert not bare, f"these views wear neither @part nor @public: {sorted(bare)}"


def test_the_matrix_knows_the_site(site: Site) -> None:
    parts = {address.part for address in addresses(site)}
    assert {None, Part.WORK} <= parts
    assert {"power", "status", "after", "seen", "key"} <= set(parameters())


def entering(site: Site, address: Address) -> str:
    """Return a role that may enter."""
    return next(
        role for role in (*list(ROLES)[1:], "public") if refused(viewer(site, role), address.part, "GET") is None
    )


@pytest.mark.parametrize(
    "value",
    [pytest.param(v, id=ascii(v[:12]), marks=() if n == 1 else pytest.mark.slow) for n, v in enumerate(GARBAGE)],
)
def test_nothing_that_stands_in_a_query_or_a_form_breaks_a_page(fresh_site: Site, value: str) -> None:
    callers, watch, names = {role: Caller(fresh_site, role) for role in ROLES}, Watch(fresh_site), parameters()
    wrong: list[str] = []
    for address in addresses(fresh_site):
        role = next(r for r in (*list(ROLES)[1:], "public") if refused(callers[r].who, address.part, "GET") is None)
        for method in ("GET", "POST"):
            wrong += faults(callers[role], address, method, dict.fromkeys(names, value), watch)
    assert not wrong, "\n".join(wrong)


@pytest.mark.slow
def test_bytes_that_are_no_text_break_no_page(fresh_site: Site) -> None:
    wrong: list[str] = []
    for address in addresses(fresh_site):
        client = fresh_site.client(ROLES[entering(fresh_site, address)], raise_request_exception=False)
        query = "&".join(f"{name}=%ff%fe%00%f0%28" for name in parameters())
        body = b"\xff\xfe\x00=&key=%ff&=&&&;" + bytes(range(256))
        for answer in (
            client.get(f"{address.path}?{query}"),
            client.post(address.path, data=body, content_type="application/x-www-form-urlencoded"),
            client.post(address.path, data=body, content_type="multipart/form-data; boundary=x"),
            client.post(address.path, data=body, content_type="multipart/form-data"),
            client.post(address.path, data=b"[[[", content_type="application/json"),
            client.generic("PUT", address.path, b"x"),
            client.delete(address.path),
        ):
            if answer.status_code not in FINE:
                wrong.append(
                    f"{answer.request['REQUEST_METHOD']} {address.path}: {answer.status_code} {getattr(answer, 'exc_info', None)}"
                )
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    "path",
    ["/nothing/", "/cases/..%2f..%2fetc/", "/cases/" + "a" * 3_000, "/%00", "/admin/", "/static/nothing.js", "/.env"],
)
@pytest.mark.parametrize("role", ["public", "handler"])
def test_an_address_that_leads_nowhere_is_not_found(site: Site, role: str, path: str) -> None:
    answer = site.client(ROLES[role], raise_request_exception=False).get(path)
    assert answer.status_code == 404
    assert HELPFUL.search(answer.content.decode())
