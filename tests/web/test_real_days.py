"""People at work in a real browser: a day of every role, a new power from its first to its last step, two people at once, a session that
ends in the middle of a form, no JavaScript, no mouse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from .browser import PHONE, Visitor
from .permit import COURSE, POWER, acts_of, begun, publish_permit
from .site_kit import ROLES, Site

Visit = Callable[..., Visitor]


def case_number(window: Visitor) -> str:
    """Return the number of the case that the window shows."""
    return window.path.removeprefix("/cases/").split("?")[0].strip("/")


def work_through(site: Site, visit: Visit, **options: Any) -> str:
    """Do a case of the new power from its first act to its last, each by the person whose turn it is; return its number."""
    case = ""
    for account, act, data, step in COURSE:
        window = visit(account, **options)
        if not case:
            window.go("/inbox/")
            window.page.click("main details:has(a[href*='/begin/']) > summary")
            window.press(f"a[href='/begin/{POWER}/{act}/']")
        else:
            assert window.go(f"/cases/{case}/") == 200
            if options.get("scripts", True):
                window.page.click(f"a[href*='act={act}#act'], a[href='?act={act}#act']")
                window.page.wait_for_selector(f"form[action='/cases/{case}/do/{act}/']")
            else:
                window.press(f"a[href='?act={act}#act']")
        window.fill_in(data)
        window.send()
        assert window.path.startswith("/cases/"), window.page.inner_text("main")
        case = case or case_number(window)
        assert window.page.locator("main .ok-box").count(), f"{act}: {window.page.inner_text('main')[:800]}"
        with site.office.store.read() as tx:
            row = tx.case_row(case)
        assert row is not None
        assert row.step == step, act
        site.clock.later(minutes=20)
        window.context.close()
    return case


def test_a_power_added_as_a_file_is_worked_through_from_start_to_end(either_site: Site, visit: Visit) -> None:
    publish_permit(either_site)
    case = work_through(either_site, visit)
    either_site.clock.later(days=6)
    window = visit("archivist")
    window.go(f"/cases/{case}/?act=stamp_paper")
    window.fill_in({"document_no": "示许〔2026〕1号"})
    window.send()
    assert "请说明理由" in window.page.inner_text("main [role=alert]"), "the window for objections is over"
    window.page.fill("#reason", "异议期满无人提出异议")
    window.send()
    told = window.page.inner_text("main")
    assert [act for act, _, _ in acts_of(either_site, case)] == [*(act for _, act, _, _ in COURSE), "stamp_paper"], told


@pytest.mark.slow
def test_the_same_without_javascript_on_a_phone(fresh_site: Site, visit: Visit) -> None:
    publish_permit(fresh_site)
    case = work_through(fresh_site, visit, scripts=False, size=PHONE)
    assert len(acts_of(fresh_site, case)) == len(COURSE)


def test_a_refusal_says_why_and_what_to_do_and_keeps_what_was_written(fresh_site: Site, visit: Visit) -> None:
    publish_permit(fresh_site)
    case = begun(fresh_site)
    window = visit("shouli")
    window.go(f"/cases/{case}/?act=give_one_time_notice")
    window.page.click("button[name=check]")
    window.page.wait_for_selector("#checks *")
    assert len(acts_of(fresh_site, case)) == 1, "a check records nothing"
    window.send()
    assert "怎么办" in window.page.inner_text("main [role=alert]")
    window.fill_in({"missing": "图纸"})
    window.send()
    assert len(acts_of(fresh_site, case)) == 2


def test_two_people_at_once_the_second_is_told_and_loses_nothing(either_site: Site, visit: Visit) -> None:
    publish_permit(either_site)
    case = begun(either_site)
    first, second = visit("shouli"), visit("counter_clerk.2")
    for window, text in ((first, "图纸"), (second, "我写了很久的清单")):
        window.go(f"/cases/{case}/?act=give_one_time_notice")
        window.fill_in({"missing": text})
    first.send()
    second.send()
    assert "没有保存" in second.page.inner_text("main [role=alert]")
    assert second.page.input_value("[name='f.missing']") == "我写了很久的清单"
    assert len(acts_of(either_site, case)) == 2
    assert len(first.page.locator("main .ok-box").all()) == 1


@pytest.mark.parametrize("scripts", [True, pytest.param(False, marks=pytest.mark.slow)], ids=["scripts", "no scripts"])
@pytest.mark.parametrize("form", ["begin", "act"])
def test_a_session_that_ends_in_the_middle_of_a_form_loses_no_text(
    fresh_site: Site, visit: Visit, form: str, scripts: bool
) -> None:
    publish_permit(fresh_site)
    window = visit(scripts=scripts)
    window.sign_in("shouli")
    case = begun(fresh_site) if form == "act" else ""
    path = f"/cases/{case}/?act=give_one_time_notice" if case else f"/begin/{POWER}/receive_application/"
    name, text = ("missing", "一、图纸\n二、设备清单") if case else ("matter", "写了半小时的事项")
    window.go(path)
    window.fill_in({name: text})
    window.context.clear_cookies(name="sessionid")
    window.page.evaluate("localStorage.clear()") if scripts else None
    window.send()
    assert "没有丢失" in window.page.inner_text("main")
    window.page.fill("[name=username]", "shouli")
    window.page.fill("[name=password]", "qingfeng-demo-2026")
    window.press("main form button.p")
    assert window.page.input_value(f"[name='f.{name}']") == text
    before = fresh_site.heads()
    if case:
        window.send()
        assert fresh_site.heads()[f"case/{case}"] == before[f"case/{case}"] + 1


def test_what_was_being_written_comes_back_after_the_window_was_closed(fresh_site: Site, visit: Visit) -> None:
    publish_permit(fresh_site)
    window = visit("shouli")
    window.go(f"/begin/{POWER}/receive_application/")
    window.fill_in({"matter": "还没有写完的事项"})
    window.go("/inbox/")
    window.go(f"/begin/{POWER}/receive_application/")
    assert window.page.input_value("[name='f.matter']") == "还没有写完的事项"
    assert window.page.locator("[data-restored]").is_visible()


def test_a_case_is_done_with_the_keyboard_alone(fresh_site: Site, visit: Visit) -> None:
    publish_permit(fresh_site)
    window = visit()
    page = window.page
    window.go("/sign-in/")

    def tab_to(selector: str) -> None:
        for _ in range(120):
            page.keyboard.press("Tab")
            if page.evaluate("s => document.activeElement.matches(s)", selector):
                shown = page.evaluate(
                    "() => { const s = getComputedStyle(document.activeElement); "
                    "return s.outlineStyle !== 'none' || s.boxShadow !== 'none' }"
                )
                assert shown, f"where the focus is does not show: {selector}"
                return
        raise AssertionError(f"the Tab key does not come to {selector} on {window.path}")

    tab_to(".skip")
    page.keyboard.press("Enter")
    tab_to("[name=username]")
    page.keyboard.type("shouli")
    tab_to("[name=password]")
    page.keyboard.type("qingfeng-demo-2026")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    tab_to("main summary")
    page.keyboard.press("Enter")
    tab_to(f"a[href='/begin/{POWER}/receive_application/']")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    for name, text in COURSE[0][2].items():
        tab_to(f"[name='f.{name}']")
        page.keyboard.type(text)
    tab_to("form.f button.p")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert acts_of(fresh_site, case_number(window))[0][0] == "receive_application"


PLACES = [
    pytest.param(
        store,
        role,
        marks=[
            mark for mark, wanted in ((pytest.mark.postgres, store == "postgres"), (pytest.mark.slow, n > 1)) if wanted
        ],
    )
    for store in ("sqlite", "postgres")
    for n, role in enumerate(ROLES, start=0 if store == "postgres" else -len(ROLES))
    if role != "public"
]


@pytest.mark.parametrize(("either_site", "role"), PLACES, indirect=["either_site"])
def test_a_day_of_a_role_begins_at_the_door_and_comes_through_every_room(
    either_site: Site, visit: Visit, role: str
) -> None:
    account = ROLES[role]
    assert account is not None
    window = visit()
    window.sign_in(account)
    assert window.path not in ("/", "/sign-in/"), f"{role} does not come to his work but to {window.path}"
    places = [link.get_attribute("href") or "" for link in window.page.locator("nav[aria-label=主菜单] a").all()]
    assert places
    for place in places:
        assert window.go(place) == 200, place
        assert window.page.locator("h1").count() == 1, f"{place}: one heading of the first order"
        assert window.page.locator("nav [aria-current=page]").count() >= 1, place
    window.press("header form[action='/sign-out/'] button")
    assert window.go(places[0]) == 200
    assert window.path.startswith("/sign-in/"), "signed out, and still inside"


def test_a_wrong_password_or_code_opens_nothing(fresh_site: Site, visit: Visit) -> None:
    window = visit()
    window.go("/sign-in/")
    window.page.fill("[name=username]", "kezhang")
    window.page.fill("[name=password]", "wrong-password-1")
    window.press("main form button.p")
    assert "账号或口令不对" in window.page.inner_text("main")
    window.page.fill("[name=password]", "qingfeng-demo-2026")
    window.press("main form button.p")
    assert window.path.startswith("/second-factor/")
    for path in ("/inbox/", "/overview/", "/cases/"):
        window.go(path)
        assert window.path.startswith("/second-factor/"), f"{path} opens without the second factor"
    window.page.fill("[name=code]", "000000")
    window.press("main form button.p")
    assert "验证码不对" in window.page.inner_text("main")
