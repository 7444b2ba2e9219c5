"""Somebody who knows nothing but the pages: finds an act by its words, fills in what stands there by the words beside it, sends it."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from .site_kit import Site

_VOID = frozenset({"input", "br", "meta", "link", "img", "hr", "use", "path", "rect", "line"})
ANY = "*"
"""Chosen from a list: the first that it offers."""
PDF = "%PDF-1.4\n1 0 obj\n<<>>\nendobj\n% {}\ntrailer\n<<>>\n%%EOF\n"


@dataclass(slots=True)
class Node:
    """An element of a page."""

    tag: str
    told: dict[str, str]
    above: Node | None = None
    inside: list[Node | str] = field(default_factory=list)

    def all(self, *tags: str) -> list[Node]:
        """Return the elements within it, in the order of the page."""
        found = []
        for one in self.inside:
            if isinstance(one, Node):
                found += [one, *one.all(*tags)] if not tags or one.tag in tags else one.all(*tags)
        return found

    @property
    def words(self) -> str:
        """What it says, without blanks."""
        return "".join(one if isinstance(one, str) else one.words for one in self.inside).replace(" ", "").replace("\n", "")

    def within(self, tag: str) -> Node | None:
        """Return the nearest element of a kind that holds it."""
        return self if self.tag == tag else self.above.within(tag) if self.above is not None else None


class Page(HTMLParser):
    """A page as a tree."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.root = self.at = Node("", {})
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Go into an element."""
        one = Node(tag, {name: value or "" for name, value in attrs}, self.at)
        self.at.inside.append(one)
        self.at = self.at if tag in _VOID else one

    def handle_endtag(self, tag: str) -> None:
        """Go out of it."""
        held = self.at.within(tag)
        if tag not in _VOID and held is not None and held.above is not None:
            self.at = held.above

    def handle_data(self, data: str) -> None:
        """Keep its words."""
        self.at.inside.append(data)


class Person:
    """One visitor with his browser; account None: the public."""

    def __init__(self, site: Site, account: str | None) -> None:
        self.site, self.client, self.sent = site, site.client(account), 0

    def get(self, path: str, **query: str) -> Page:
        """Look at a page."""
        answer: Any = self.client.get(path, query, follow=True)
        assert answer.status_code == 200, (path, answer.status_code, answer.content.decode()[-1500:])
        return Page(answer.content.decode())

    def does(self, case: str, what: str, **said: Any) -> Page:
        """Do an act of a case, found by its words on the page of the case; said: words beside a field -> what to put there."""
        path = f"/cases/{case}/"
        page = self.get(path)
        links = [a for a in page.root.all("a") if a.told.get("href", "").startswith("?act=") and a.words.startswith(what)]
        assert links, f"{what}: {[a.words for a in page.root.all('a') if '?act=' in a.told.get('href', '')]}"
        form = self.get(path, act=links[0].told["href"].removeprefix("?act=").split("#")[0])
        return self.fills(form, "/do/", **said)

    def fills(self, page: Page, to: str, **said: Any) -> Page:
        """Fill in the form that goes to such a path, as it stands, with what is said; it must be taken."""
        forms = [f for f in page.root.all("form") if to in f.told.get("action", "") and f.told.get("method") == "post"]
        assert forms, (to, [f.told for f in page.root.all("form")])
        data = self._data(forms[0], said)
        answer: Any = self.client.post(forms[0].told["action"], data, follow=True)
        text = answer.content.decode()
        refused = [one.words for one in Page(text).root.all("div") if "warn" in one.told.get("class", "")]
        assert not refused, refused
        assert answer.status_code == 200, (answer.status_code, text[-1500:])
        self.site.clock.later(minutes=1)
        return Page(text)

    def _data(self, form: Node, said: dict[str, Any]) -> dict[str, list[Any]]:
        data: dict[str, list[Any]] = {}
        left = dict(said)
        for one in form.all("input", "textarea", "select"):
            name, kind = one.told.get("name", ""), one.told.get("type", one.tag)
            if not name or kind in ("submit", "button"):
                continue
            words = beside(form, one)
            names = (_group(one),) if kind in ("radio", "checkbox") else (words, f"{_group(one)}/{words}")
            asked = next((key for key in said if key in names), None)
            told = said[asked] if asked is not None else None
            if asked is not None:
                left.pop(asked, None)
            value = self._value(one, kind, words, told)
            if value is not None:
                data.setdefault(name, []).append(value)
        assert not left, f"nothing on the page is called {list(left)}"
        return data

    def _value(self, one: Node, kind: str, words: str, told: Any) -> Any:
        if kind in ("radio", "checkbox"):
            wanted = any(words.startswith(word) for word in ([told] if isinstance(told, str) else told or ()))
            return one.told.get("value", "on") if wanted or (told is None and "checked" in one.told) else None
        if kind == "file":
            if told is None:
                return None
            from django.core.files.uploadedfile import SimpleUploadedFile

            return SimpleUploadedFile(f"{told}.pdf", PDF.format(f"{told} {self.site.now}").encode())
        if one.tag == "select":
            options = one.all("option")
            offered = (o for o in options if o.told.get("value") and told is not None)
            picked = next((o for o in offered if told == ANY or o.words.startswith(told)), None)
            chosen = picked or next((o for o in options if "selected" in o.told), None)
            return chosen.told.get("value", "") if chosen is not None else ""
        if one.tag == "textarea":
            return told if isinstance(told, str) else "".join(x for x in one.inside if isinstance(x, str))
        listed = one.told.get("placeholder", "").startswith(("其他", "或"))  # a line beside a list to choose from
        return told if isinstance(told, str) and not listed else one.told.get("value", "")


def beside(form: Node, one: Node) -> str:
    """Return the words beside an input: its label, or the one that holds it."""
    label = one.within("label")
    if label is not None:
        return label.words
    named = [_plain(x.words) for x in form.all("label") if x.told.get("for") == one.told.get("id")]
    return named[0] if named else _group(one)


def _group(one: Node) -> str:
    held = one.within("fieldset")
    legends = held.all("legend") if held is not None else []
    return _plain(legends[0].words) if legends else ""


def _plain(words: str) -> str:
    return words.replace("（必填）", "").replace("一般都要填", "").replace("（文件）", "文件").strip()
