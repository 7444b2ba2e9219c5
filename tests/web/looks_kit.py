"""What the pages are looked at with: a site in which every kind of thing is there, and who opens which page first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from django.core.files.uploadedfile import SimpleUploadedFile

from qingfeng.casework import tips
from qingfeng.casework.office import event_of
from qingfeng.engine.event import ACT

from .every import addresses
from .site_kit import ROLES, Site
from .test_editing import NOTICE
from .test_hostile_more import acted
from .test_matrix import refused, viewer
from .test_public import applied, slip
from .test_tips import SECRET, WORDS, publish, sealed, sent

PENALTY = "a000/penalty"
KINDS = (PENALTY, "a001/licence", "a002/inspection", "a002/budget", "a002/disciplinary_sanction", "a000/compulsory_measure")
"""Powers whose case pages differ most from each other."""
MAPS = Path(__file__).parents[1] / "importing" / "files"
VOTES = ("a002/disciplinary_sanction", "a002/acceptance", "a001/other_power", "a000/compulsory_measure")
"""Powers in which a body votes."""


@dataclass(frozen=True, slots=True)
class Place:
    """A page, and whose window it is opened in; None: the public's."""

    account: str | None
    path: str


def furnish(site: Site) -> list[Place]:
    """Put one of everything into a site; return the pages that show it."""
    public = site.client()
    waiting, registered = slip(applied(public))[0], slip(applied(public))[0]
    site.client("shouli").post(f"/applications/{registered}/register/")
    said = {"about": "service", "content": "九月十日上午去了三次窗口都没有人。"}
    complaint = slip(public.post("/complain/service/", said))[0]
    key = ec.generate_private_key(ec.SECP256R1())
    publish(site, key)
    assert sent(site.client(), sealed(WORDS, key)).status_code == 200
    assert site.client("fazhi").post(f"/catalogue/{PENALTY}/draft/begin/").status_code == 302
    maps = SimpleUploadedFile("maps.doc", (MAPS / "energy-three-powers.doc").read_bytes())
    assert site.client("fazhi").post("/imports/", {"file": maps}).status_code == 302
    return [
        Place("shouli", f"/applications/{waiting}/"), Place("shouli", "/applications/"), Place("shouli", "/counter/"),
        Place("fazhi", "/imports/1/?map=3"), Place("jiwei", f"/complaints/{complaint}/"),
        Place("jiwei", f"/tips/{tips.mailbox_of(SECRET)}/"), Place(None, "/tip/"),
        Place(None, "/tip/above/"),
        *findings(site), *papers(site), *cases(site), *meetings(site), *doors(site),
    ]  # fmt: skip


def findings(site: Site) -> Iterator[Place]:
    """Take findings to several stages; yield their pages."""
    inspector = site.client("jiwei")
    told = inspector.get("/findings/").content.decode()
    numbers = list(dict.fromkeys(re.findall(r'href="/findings/([0-9]+)/"', told)))
    words = {"words": "已核对原始记录和当事人说法"}
    steps: tuple[tuple[str, dict[str, str]], ...] = (
        ("assign", {"to": "case_handler"}),
        ("review", {"outcome": "upheld"}),
        ("rectify", {}),
    )
    for number in numbers[:4]:
        yield Place("jiwei", f"/findings/{number}/")
    for many, number in enumerate(numbers[1:4], start=1):
        for act, said in steps[:many]:
            inspector.post(f"/findings/{number}/step/", {"act": act, **words, **said})


def papers(site: Site) -> Iterator[Place]:
    """Make a paper of a case; yield its page and that of a draft."""
    head = site.client("juzhang")
    for case in site.cases(PENALTY, "open"):
        base = f"/cases/{case}/documents/"
        draft = re.search(rf'href="({base}draft/([a-z_]+)/\?event=([0-9]+))"', head.get(base).content.decode())
        if draft is None:
            continue
        yield Place("juzhang", base)
        yield Place("juzhang", draft[1])
        made = head.post(f"{base}approve/{draft[2]}/", {"event": draft[3]})
        if made.status_code == 302:
            yield Place("juzhang", made.headers["Location"])
            return


def cases(site: Site) -> Iterator[Place]:
    """Yield, for cases of several kinds, the page of one in the window of somebody who works on it, and the form of an act there."""
    from qingfeng.web import agency

    with site.office.store.read() as tx:
        accounts = {bound.officer: bound.account for bound in agency.bindings(tx).bindings.values()}
        found = []
        for power in KINDS:
            number = (site.cases(power, "open") or site.cases(power))[0]
            rows = [event_of(row) for row in tx.events(f"case/{number}")]
            who = next(e.actor for e in reversed(rows) if e.kind == ACT and e.actor in accounts)
            found.append((number, accounts[str(who)]))
    for number, account in found:
        path = f"/cases/{number}/"
        yield Place(account, path)
        act = re.search(r'href="(\?act=[a-z_]+)#act"', site.client(account).get(path).content.decode())
        if act is not None:
            yield Place(account, path + act[1])


def meetings(site: Site) -> Iterator[Place]:
    """Yield a deliberation at which somebody has voted, in the windows of a voter and of somebody who only may read the file."""
    from qingfeng.web import agency

    with site.office.store.read() as tx:
        accounts = {bound.officer: bound.account for bound in agency.bindings(tx).bindings.values()}
        for number in (one for power in VOTES for one in site.cases(power)):
            acts = [e for e in map(event_of, tx.events(f"case/{number}")) if e.kind == ACT and e.actor in accounts]
            voted = [str(e.actor) for e in acts if e.act == "cast_vote"]
            if voted:
                others = [str(e.actor) for e in acts if e.actor not in voted]
                yield from (Place(accounts[who], f"/cases/{number}/meeting/") for who in dict.fromkeys([voted[0], *others[:1]]))
                return
    raise AssertionError("nobody votes in the seeded agency")


def doors(site: Site) -> Iterator[Place]:
    """Let everything wait that takes a second person; yield the pages of who proposed it and of who decides."""
    system, number = site.client("xitong"), acted(site)[0]
    sent = {"act": "appointed", "officer": "case_handler", "post": "agency_head", "from": "2026-10-30", "paper": "任命文件2026第12号"}
    assert system.post("/people/register/", sent).status_code == 302
    table = {"form": "notice", "year": "2027", "source": "国办发明电〔2026〕9号", "text": NOTICE, "load": "1"}
    assert system.post("/calendars/", table).status_code == 302
    hook = {"name": "province", "url": "https://receiver.example/news", "kinds": "act", "reason": "省平台对接函2026第3号"}
    assert system.post("/hooks/propose/", hook).status_code == 302, "a hook waits"
    yield from (Place("jiwei", path) for path in ("/calls/", f"/calls/{number}/"))
    for account in ("xitong", "anquan"):
        yield from (Place(account, path) for path in ("/people/changes/", "/calendars/", "/hooks/"))


def places(site: Site, more: list[Place]) -> dict[str, list[Place]]:
    """Return role -> the pages looked at in its windows: every address that shows a page once, with the first role that may open it;
    and what a role sees in a way of its own; and the pages of what was furnished."""
    taken: set[str] = set()
    found: dict[str, list[Place]] = {}
    for role, account in ROLES.items():
        client, who = site.client(account, raise_request_exception=False), viewer(site, role)
        found[role] = []
        for address in addresses(site):
            if address.pattern in taken or refused(who, address.part, "GET") is not None:
                continue
            answer: Any = client.get(address.path)
            if answer.status_code == 200 and is_page(answer):
                taken.add(address.pattern)
                found[role].append(Place(account, address.path))
    seen = {place for told in found.values() for place in told}
    for place in more:
        if place not in seen:
            role = next((role for role, account in ROLES.items() if account == place.account), "handler")
            found[role].append(place)
    return found


def is_page(answer: Any) -> bool:
    """True for a whole page, not for a file nor for a part of a page."""
    return answer.headers.get("Content-Type", "").startswith("text/html") and not answer.streaming and b"<html" in answer.content


@dataclass(slots=True)
class Form:
    """A form as a browser without scripts would send it.  buttons: how many send it; data: what stands in it."""

    action: str
    method: str
    data: dict[str, str]
    buttons: int = 0
    off: bool = False  # nothing in it can be filled in: it only shows what it will ask


class Forms(HTMLParser):
    """The forms of a page, and what only a script could work."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path, self.found, self.lost = path, list[Form](), list[str]()
        self._open: Form | None = None
        self._choice, self._waits = "", False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a form, a field, a button."""
        told = {name: value or "" for name, value in attrs}
        asked = next((told[name] for name in ("hx-get", "hx-post") if name in told), None)
        if asked is not None and not (told.get("href") or "name" in told or tag in ("form", "option")) and self._open is None:
            self.lost.append(f"<{tag}> {asked}")
        if tag == "form":
            action = told.get("action") or self.path
            self._open = Form(action if action.startswith("/") else self.path, told.get("method", "get").lower(), {})
            self.found.append(self._open)
        elif tag == "fieldset" and "disabled" in told and self._open is not None:
            self._open.off = True
        elif self._open is not None:
            self._field(tag, told)

    def _field(self, tag: str, told: dict[str, str]) -> None:
        assert self._open is not None
        kind = told.get("type", "submit" if tag == "button" else "text")
        if kind in ("submit", "image") and tag in ("button", "input"):
            self._open.buttons += "hidden" not in told
        elif tag == "option" and self._choice and ("selected" in told or not self._open.data.get(self._choice)):
            self._open.data[self._choice] = told.get("value", "")
            self._waits = "value" not in told  # then its words are what is sent
        elif tag in ("input", "textarea", "select") and told.get("name") and kind not in ("file", "button"):
            kept = kind not in ("radio", "checkbox") or "checked" in told
            self._choice = told["name"] if tag == "select" else self._choice
            self._open.data |= {told["name"]: told.get("value", "")} if kept and told["name"] not in self._open.data else {}

    def handle_data(self, data: str) -> None:
        """The words of a choice without a value of its own."""
        if self._waits and self._open is not None and data.strip():
            self._open.data[self._choice] = data.strip()
            self._waits = False

    def handle_endtag(self, tag: str) -> None:
        """A form or a choice ends."""
        if tag == "form":
            self._open = None
        elif tag == "select":
            self._choice, self._waits = "", False
