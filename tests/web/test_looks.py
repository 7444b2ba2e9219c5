"""Every page as a person meets it: nothing that axe finds wrong at either width, nothing wider than a phone, everything within reach of
the keyboard and seen where one is, no form that needs a script, and paper that bears what the page said."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, Route

from qingfeng.terms.text import Text

from .browser import PHONE, WIDE, Visitor
from .looks_kit import Forms, Place, furnish, places
from .site_kit import ROLES, Site, active, copied

STANDARD = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}, "resultTypes": ["violations"]}
PARTS = 4
"""The pages of a role are looked at in so many tests, so that several processes share them."""
PAPER = (794, 1123)
"""A4 upright at 96 dots an inch."""
SENT = frozenset({200, 302, 400, 401, 409, 413, 422})
"""What a form that stands on a page may be answered with, filled in or not: done, or what is wrong with it; never that it leads nowhere."""
BY_SCRIPT = ("/tip/send/", "/tip/look/")
"""What is sealed in the browser cannot be sent without a script; the page says where to write instead."""
ENDING = ("/sign-out/", "/sign-in/", "/password/")
"""What ends or changes a session."""
_PLANS: list[dict[str, list[Place]]] = []

REACHED = """() => {
  const shown = e => e.checkVisibility({visibilityProperty: true, contentVisibilityAuto: true}) && e.getClientRects().length > 0;
  const name = e => e.tagName + ' ' + (e.getAttribute('href') || e.name || e.textContent.trim().slice(0, 30));
  const wrong = [...document.querySelectorAll('[tabindex]')].filter(e => e.tabIndex > 0).map(e => 'out of order: ' + name(e));
  for (const e of document.querySelectorAll('[onclick], [hx-get], [hx-post]'))
    if (!e.matches('a[href], button, input, select, form')) wrong.push('for the mouse only: ' + name(e));
  const all = [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')];
  for (const e of all.filter(e => shown(e) && !e.matches(':disabled') && e.tabIndex >= 0)) {
    e.focus({preventScroll: true});
    const s = getComputedStyle(e), seen = s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2;
    if (document.activeElement !== e) wrong.push('cannot be reached: ' + name(e));
    else if (!seen && s.boxShadow === 'none') wrong.push('where the focus is does not show: ' + name(e));
  }
  return wrong.slice(0, 5);
}"""


@pytest.fixture(scope="module")
def furnished(image: Path) -> tuple[Path, list[Place]]:
    """The folder of a site with one of everything in it, and the pages that show it."""
    home = copied(image, image.parent / "furnished")
    with active(home) as running:
        return home, furnish(running)


@pytest.fixture
def site(furnished: tuple[Path, list[Place]]) -> Iterator[Site]:
    """That site."""
    with active(furnished[0]) as running:
        yield running


@pytest.fixture
def plan(site: Site, furnished: tuple[Path, list[Place]]) -> dict[str, list[Place]]:
    """Which page is looked at in whose window; worked out once."""
    if not _PLANS:
        _PLANS.append(places(site, furnished[1]))
    return _PLANS[0]


@pytest.fixture(autouse=True)
def _no_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A form that starts a process of its own shall not start it here."""
    from qingfeng.web import jobs

    for name in ("start", "begin", "run", "launch"):
        if hasattr(jobs, name):
            monkeypatch.setattr(jobs, name, lambda *_, **__: None)


def violations(page: Page) -> Iterator[str]:
    """Yield what axe finds.  It is put into a page once; what it finds right, thousands of lines, is not carried out of the browser."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    for fault in page.evaluate("how => axe.run(how).then(found => found.violations)", STANDARD):
        where = "; ".join(f"{n['target'][0]} {n['failureSummary'][:140]!r}" for n in fault["nodes"][:2])
        yield f"{fault['id']} ({len(fault['nodes'])}): {where}"


def by_keyboard(page: Page) -> Iterator[str]:
    """Yield what somebody without a mouse cannot do, or cannot see that he does."""
    if not page.locator("[autofocus]").count():
        page.keyboard.press("Tab")
        if not page.evaluate("(e => e.matches('.skip') && e.getBoundingClientRect().x >= 0)(document.activeElement)"):
            yield "the first step of the keyboard is not the link past the menu, in sight"
        page.keyboard.press("Enter")
        if not page.evaluate("() => document.activeElement.id === 'main'"):
            yield "the link past the menu does not lead to what the page says"
    page.keyboard.press("Tab")  # from here on a focus that a script sets is shown as one that the keyboard set
    yield from page.evaluate(REACHED)


def wrong_with(window: Visitor, size: tuple[int, int]) -> Iterator[str]:
    """Yield what is wrong with the page in a window, at a size."""
    page = window.page
    page.set_viewport_size({"width": size[0], "height": size[1]})
    yield from violations(page)
    if window.width() > size[0]:
        yield f"{window.width()} px wide on a window of {size[0]}"
    if page.locator("h1").count() != 1:
        yield f"{page.locator('h1').count()} headings of the first order"


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("role", ROLES)
def test_every_page_is_for_everybody_at_either_width_and_with_the_keyboard_alone(
    visit: Callable[..., Visitor], plan: dict[str, list[Place]], role: str, part: int
) -> None:
    windows: dict[str | None, Visitor] = {}
    wrong = []
    for place in plan[role][part::PARTS]:
        window = windows.get(place.account) or windows.setdefault(place.account, visit(place.account))
        window.page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
        window.go(place.path)
        wrong += [f"{place.account} {place.path}: {what}" for what in by_keyboard(window.page)]
        for size in (WIDE, PHONE):
            wrong += [f"{place.account} {place.path} at {size[0]}: {what}" for what in wrong_with(window, size)]
    assert not wrong, "\n".join(wrong)


def test_every_address_that_shows_a_page_is_looked_at(plan: dict[str, list[Place]]) -> None:
    looked = [place.path for told in plan.values() for place in told]
    assert len(looked) > 75, looked
    for part in ("/draft/form/head/", "/applications/2", "/complaints/2", "/tips/", "/findings/", "/documents/", "/audit/", "?act=",
                 "/meeting/", "/calls/2", "/people/changes/", "/calendars/", "/hooks/"):  # fmt: skip
        assert any(part in path for path in looked), part


def showing(html: str) -> Callable[[Route], None]:
    """Answer with a page, whatever the site would answer."""
    return lambda route: route.fulfill(body=html, content_type="text/html")


def test_pages_that_say_no_are_as_good_as_the_others(site: Site, visit: Callable[..., Visitor]) -> None:
    from django.test import RequestFactory

    from qingfeng.web import errors

    window = visit()
    wrong = []
    for status in (400, 403, 404, 405, 409, 413, 422, 429, 500, 503):
        request = RequestFactory().get("/refused/")
        long, remedy = Text(zh="这一页不对您开放。" * 12, en="no"), Text(zh="请由系统管理员登记岗位。", en="ask")
        html = errors.page(request, status, long, remedy).content.decode()
        window.page.route("**/refused/", showing(html))
        window.go("/refused/")
        wrong += [f"{status}: {what}" for size in (WIDE, PHONE) for what in wrong_with(window, size)]
        wrong += [f"{status}: {what}" for what in by_keyboard(window.page)]
        window.page.unroute("**/refused/")
    assert not wrong, "\n".join(wrong)


def test_a_refused_act_is_as_good_and_takes_the_focus_to_what_is_wrong(
    visit: Callable[..., Visitor], furnished: tuple[Path, list[Place]]
) -> None:
    place = next(one for one in furnished[1] if "?act=" in one.path)
    window = visit(place.account)
    window.go(place.path)
    window.page.evaluate("document.querySelectorAll('[required]').forEach(e => e.required = false)")
    window.send()
    assert window.page.locator("main [role=alert]").count(), window.page.inner_text("main")[:500]
    wrong = [what for size in (WIDE, PHONE) for what in wrong_with(window, size)]
    assert not wrong, "\n".join(wrong)


def test_on_a_phone_the_menu_opens_at_a_touch_and_stands_open_without_scripts(visit: Callable[..., Visitor]) -> None:
    window = visit("jiwei", size=PHONE)
    window.go("/overview/")
    link, button = window.page.locator("#menu a[href='/findings/']"), window.page.locator("[data-menu]")
    assert not link.is_visible()
    assert button.get_attribute("aria-expanded") == "false"
    button.focus()
    window.page.keyboard.press("Enter")
    assert link.is_visible()
    assert button.get_attribute("aria-expanded") == "true"
    assert not list(violations(window.page))
    plain = visit("jiwei", size=PHONE, scripts=False)
    plain.go("/overview/")
    assert plain.page.locator("#menu a[href='/findings/']").is_visible()
    wide = visit("jiwei")
    wide.go("/overview/")
    assert wide.page.locator("#menu a[href='/findings/']").is_visible()
    assert not wide.page.locator("[data-menu]").is_visible()


def forms_of(client: Any, path: str) -> Forms:
    """Return the forms of a page."""
    told = Forms(path)
    told.feed(client.get(path).content.decode())
    return told


def faults_of_forms(site: Site, place: Place, tried: set[tuple[str | None, str, str]]) -> Iterator[str]:
    """Send every form of a page as a browser without scripts would, with what stands in it; yield what is wrong."""
    from django.test import Client

    client = Client(enforce_csrf_checks=True, raise_request_exception=False)  # the page itself says where its forms come from
    client.cookies = site.client(place.account).cookies
    told = forms_of(client, place.path)
    yield from (f"{place.path}: only a script works {what}" for what in told.lost)
    for form in told.found:
        known = (place.account, form.method, form.action)
        if not form.buttons and not form.off:
            yield f"{place.path}: no button sends the form to {form.action}"
        if form.off or known in tried or form.action.startswith(BY_SCRIPT):
            continue
        tried.add(known)
        again = forms_of(client, place.path).found  # what was sent from here before may have moved on what stands here
        now = next((one for one in again if (one.method, one.action) == (form.method, form.action)), None)
        if now is None:
            continue
        answer: Any = client.get(now.action, now.data) if now.method == "get" else client.post(now.action, now.data)
        if answer.status_code not in SENT:
            yield f"{place.path}: the form to {form.action} is answered with {answer.status_code}"
        if form.action in ENDING:
            client.cookies = site.client(place.account).cookies


def test_every_form_is_sent_without_a_script(image: Path, furnished: tuple[Path, list[Place]]) -> None:
    tried: set[tuple[str | None, str, str]] = set()
    with active(copied(furnished[0], image.parent / "sent")) as running:
        plan = places(running, furnished[1])
        wrong = [fault for told in plan.values() for place in told for fault in faults_of_forms(running, place, tried)]
    assert not wrong, "\n".join(wrong)
    assert len(tried) > 60, sorted(map(str, tried))


@pytest.mark.parametrize(
    ("account", "path"),
    [(None, "/powers/a001/licence/"), ("jiwei", "/reports/month/2026-10/"), ("jiwei", "/findings/1/"), ("jiwei", "/overview/")],
)
def test_a_page_on_paper_bears_what_it_says_and_nothing_of_the_window(
    visit: Callable[..., Visitor], account: str | None, path: str
) -> None:
    window = visit(account)
    assert window.go(path) == 200
    window.page.emulate_media(media="print")
    window.page.set_viewport_size({"width": PAPER[0], "height": PAPER[1]})
    assert window.width() <= PAPER[0], f"{path} is cut off at the edge of the paper"
    for selector in (".top", ".side", ".pubnav", ".btn", ".skip", ".demo"):
        assert not any(one.is_visible() for one in window.page.locator(selector).all()), f"{selector} of {path} on paper"
    assert window.page.locator("h1").is_visible()
    for diagram in window.page.locator(".tri").all():
        assert diagram.is_visible(), f"the diagram of {path} is not on the paper"


def test_who_was_kept_out_is_told_in_the_words_of_the_site(site: Site) -> None:
    assert site.client("chengban").get("/overview/").status_code == 403
    auditor = site.client("shenji")
    assert "总览 /overview/" in auditor.get("/audit/", {"kind": "denied"}).content.decode()
    auditor.cookies["lang"] = "en"
    assert "the overview /overview/" in auditor.get("/audit/", {"kind": "denied"}).content.decode()


def test_the_accounts_of_the_demonstration_are_shown_with_their_posts(site: Site) -> None:
    page = site.client().get("/sign-in/").content.decode()
    for post in ("承办人", "科室负责人", "纪检监察人员", "系统管理员"):
        assert f"（{post}）" in page, post


def test_who_may_not_look_for_cases_is_not_asked_for_one(site: Site) -> None:
    assert 'action="/find/"' in site.client("chengban").get("/inbox/").content.decode()
    assert 'action="/find/"' not in site.client("xitong").get("/people/").content.decode()
