"""A real browser on a real server: Debian's chromium through playwright, the site in threads of this process."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from .site_kit import Site

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-dev-shm-usage",
]  # fmt: skip
WIDE, PHONE = (1440, 900), (390, 844)
PASSWORD = "qingfeng-demo-2026"
QUIET = ("Failed to load resource",)
"""What the browser says on the console when a page answers 4xx, as pages that refuse do."""


def program() -> str:
    """Return where the browser is.  The tests fail without it: they do not skip."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        pytest.fail("缺少浏览器 chromium；请用 ./test 运行（它会安装）。 The browser chromium is missing; run ./test, which installs it.")
    return found


@contextmanager
def launched() -> Iterator[Browser]:
    """Start the browser."""
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=program(), args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def served() -> Iterator[str]:
    """Serve whichever site is active at a port of its own; yield its address."""
    from django.core.handlers.wsgi import WSGIHandler
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler

    class Quiet(WSGIRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = ThreadedWSGIServer(("127.0.0.1", 0), Quiet)
    server.daemon_threads = True
    server.set_app(WSGIHandler())
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=10)


@dataclass(slots=True)
class Visitor:
    """One person at one browser window."""

    site: Site
    context: BrowserContext
    page: Page
    base: str
    said: list[str] = field(default_factory=list)  # errors on the console of the browser

    def go(self, path: str) -> int:
        """Open an address; return the status."""
        answer = self.page.goto(self.base + path, wait_until="domcontentloaded")
        assert answer is not None
        return answer.status

    @property
    def path(self) -> str:
        """Where the window is."""
        return self.page.url.removeprefix(self.base)

    def sign_in(self, account: str) -> None:
        """Sign in as people do: account, password, and the code that the page of the demonstration shows."""
        self.go("/sign-in/")
        self.page.fill("[name=username]", account)
        self.page.fill("[name=password]", PASSWORD)
        self.press("main form button.p")
        if "/second-factor/" in self.page.url:
            self.page.fill("[name=code]", self.page.inner_text("#demo-code"))
            self.press("main form button.p")

    def enter_as(self, account: str) -> None:
        """Be signed in without the form."""
        cookie = self.site.client(account).cookies["sessionid"].value
        self.context.add_cookies([{"name": "sessionid", "value": cookie, "url": self.base}])

    def press(self, selector: str) -> None:
        """Press a button that leads to another page."""
        with self.page.expect_navigation(wait_until="domcontentloaded"):
            self.page.click(selector)

    def fill_in(self, data: Mapping[str, str]) -> None:
        """Fill in an act's form, whatever kinds of input it derives."""
        for name, value in data.items():
            wanted = self.page.locator(f'[name="f.{name}"]').first
            folded = self.page.locator(f'details:not([open]):has([name="f.{name}"]) > summary')
            if folded.count():
                folded.first.click()
            kind = wanted.evaluate("e => e.tagName === 'INPUT' ? e.type : e.tagName.toLowerCase()")
            if kind in ("radio", "checkbox"):
                self.page.locator(f'[name="f.{name}"][value="{value}"]').check(force=True)
            elif kind == "select":
                wanted.select_option(value)
            else:
                wanted.fill(value)

    def width(self) -> int:
        """Return how wide the page is."""
        return int(self.page.evaluate("document.documentElement.scrollWidth"))

    def send(self) -> None:
        """Submit the act's form."""
        self.press("main form.f button.p")


@contextmanager
def visiting(browser: Browser, site: Site, base: str, *, size: tuple[int, int] = WIDE, scripts: bool = True) -> Iterator[Visitor]:
    """A window of somebody's own; what the browser complains of is a fault."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, java_script_enabled=scripts, locale="zh-CN")
    context.set_default_timeout(60_000)
    page = context.new_page()
    visitor = Visitor(site, context, page, base)
    page.on("console", lambda m: visitor.said.append(m.text) if m.type == "error" and not m.text.startswith(QUIET) else None)
    page.on("pageerror", lambda error: visitor.said.append(str(error)))
    try:
        yield visitor
        assert not visitor.said, visitor.said
    finally:
        context.close()
