"""Tips in a real browser on a phone: keys of three inspectors, whom it concerns, a picture, a name read by two, one level up; axe."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from qingfeng.casework import boxes, identity, tips
from qingfeng.casework.office import event_of
from qingfeng.terms.instants import local_day

from .browser import PHONE, Visitor
from .site_kit import Site
from .test_five_tasks_watch import DIGITS, PASSPHRASE, Visit, said
from .test_tips import OUTSIDE_KEY, SECOND, THIRD, every_byte, publish_for, spki_of

NAME = "欧阳举报，电话13900001234"
PLACE_IN_PICTURE = b"GPSLatitude-31.2304-Canon-EOS"
STANDARD = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}


@pytest.fixture
def narrow(visit: Visit) -> Visit:
    """Windows as wide as a phone."""

    def opened(account: str | None = None) -> Visitor:
        window = visit(account)
        window.page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        return window

    return opened


def has_no_fault(window: Visitor) -> None:
    found = Axe().run(window.page, options=STANDARD).response["violations"]
    assert not found, json.dumps([(one["id"], one["nodes"][0]["html"]) for one in found], ensure_ascii=False)
    assert window.width() <= PHONE[0], "no scrolling sideways"


def key_of(window: Visitor, folder: Path) -> Path:
    """Make an inspector's key in his browser, propose it; return the file with the private one."""
    window.go("/tips/key/")
    for place in ("#pass1", "#pass2"):
        window.page.fill(place, PASSPHRASE)
    with window.page.expect_download() as saved:
        window.page.click("#key-form button:not([hidden])")
    path = folder / saved.value.suggested_filename
    saved.value.save_as(path)
    window.press("#key-publish")
    return path


def unlocked(window: Visitor, path: str, key: Path) -> None:
    window.go(path)
    window.page.set_input_files("#keyfile", key)
    window.page.fill("#pass", PASSPHRASE)
    window.page.click("#unlock button")
    window.page.wait_for_selector("#unlock-state:has-text('已打开')")


def picture(folder: Path) -> Path:
    """A JPEG as a phone makes it: with words beside the picture that tell where it was taken."""
    import base64

    plain = base64.b64decode(
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAgGBgcGBQgHBwcJCQgKDBQNDAsLDBkSEw8UHRofHh0aHBwgJC4nICIsIxwcKDcpLDAxNDQ0Hyc5PTgyPC4zNDL/"
        "wAALCAABAAEBAREA/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEI"
        "I0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ip"
        "qrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/9oACAEBAAA/APn+v//Z")  # fmt: skip
    beside = b"Exif\0\0" + PLACE_IN_PICTURE
    path = folder / "清江楼-欧阳.jpg"
    path.write_bytes(plain[:2] + b"\xff\xe1" + (len(beside) + 2).to_bytes(2, "big") + beside + plain[2:])
    return path


def test_a_named_tip_with_a_picture_is_read_by_its_recipients_and_the_name_by_two_of_them(
    fresh_site: Site, narrow: Visit, tmp_path: Path
) -> None:
    accounts = ("jiwei", SECOND, THIRD)
    windows = {one: narrow(one) for one in accounts}
    keys = {one: key_of(window, tmp_path) for one, window in windows.items()}
    for one, other in zip(accounts, (SECOND, THIRD, "jiwei"), strict=True):
        kid = keys[one].stem.removeprefix("tip-key-")
        assert fresh_site.client(other).post("/tips/key/", {"key": kid, "does": "confirm"}).status_code == 302
    publish_for(fresh_site, OUTSIDE_KEY, by="jiwei", confirmed_by=SECOND, does="outside")
    windows["jiwei"].go("/tips/key/")
    has_no_fault(windows["jiwei"])

    reporter = narrow()
    reporter.go("/tip/")
    page = reporter.page
    has_no_fault(reporter)
    assert "退出" not in page.inner_text("body"), "nobody is signed in here"
    page.fill("#tip-find", "纪检")
    page.check("ul.picks [data-keys]:visible >> nth=0")
    assert "只封给上一级" in page.inner_text("#tip-to-state")
    assert page.locator("#tip-to li:visible").count() == 1
    assert page.is_disabled("#tip-name")
    page.uncheck("ul.picks [data-keys]:checked")
    page.fill("#tip-find", "办案")
    assert page.locator("#tip-to li:visible").count() == 3, "nobody chosen: every inspector"
    page.fill("#tip-text", "审查人员通过中介收取加急费后当天批准。")
    page.set_input_files("#tip-files", picture(tmp_path))
    page.fill("#tip-name", NAME)
    page.click("#tip-send")
    page.wait_for_selector("#tip-done:not([hidden])")
    has_no_fault(reporter)
    digits = DIGITS.search(said(reporter))
    assert digits is not None
    with fresh_site.office.store.read() as tx:
        (mailbox,) = [one.number for one in boxes.waiting(fresh_site.office, tx, tips.BOX, today=local_day(fresh_site.now))]
        (letter,) = tips.messages(tx, mailbox)
    (file,) = [path for path in fresh_site.home.rglob(letter.files[0]) if path.is_file()]
    assert (file.stat().st_size - 16) % 65_536 == 0, "the picture came with it, sealed, its length rounded up"
    kept = every_byte(fresh_site.home)
    words = (NAME.encode(), "欧阳举报".encode(), "收取加急费后当天批准".encode(), PLACE_IN_PICTURE, "清江楼-欧阳".encode())
    assert [word.decode() for word in words if word in kept] == []

    windows["jiwei"].go("/tips/")
    path = str(windows["jiwei"].page.get_attribute("main table a", "href"))
    for one in ("jiwei", SECOND):
        unlocked(windows[one], path, keys[one])
        assert "加急费" in windows[one].page.inner_text("ol.talk")
        has_no_fault(windows[one])
    first, second = windows["jiwei"].page, windows[SECOND].page
    with first.expect_download() as saved:
        first.click("ol.talk button")
    saved.value.save_as(tmp_path / "got.jpg")
    got = (tmp_path / "got.jpg").read_bytes()
    assert (saved.value.suggested_filename, got[:2]) == ("1.jpg", b"\xff\xd8")
    assert PLACE_IN_PICTURE not in got, "drawn anew: what stood beside the picture is gone"

    first.select_option("#id-ground", "hear")
    windows["jiwei"].press("#identity button[value=ask]")
    first.wait_for_selector("#identity:has-text('提出开启：')")
    unlocked(windows[SECOND], path, keys[SECOND])
    windows[SECOND].press("#identity button[value=agree]")
    second.wait_for_selector("#identity button[value=read]")
    for one, window in (("jiwei", first), (SECOND, second)):
        unlocked(windows[one], path, keys[one])
        window.click("#identity button[value=read]")
        window.wait_for_selector("#identity-name:has-text('欧阳举报')")
    assert NAME in first.inner_text("#identity-name")

    reporter.go("/tip/")
    page.fill("#tip-code", digits[0])
    page.click("#tip-open button")
    page.wait_for_selector("#tip-told:has-text('开启过1次')")
    assert "须当面向举报人核实情况" in page.inner_text("#tip-told")
    page.fill("#tip-more-text", "补充：有收据。")
    (tmp_path / "账.txt").write_text("欧阳举报手记", encoding="utf-8")
    page.set_input_files("#tip-more-files", tmp_path / "账.txt")
    page.click("#tip-more button")
    assert page.is_visible("#tip-more-files-sure"), "what is no picture is sent by who has looked at it only"
    assert page.locator("#tip-talk li").count() == 1
    page.set_input_files("#tip-more-files", picture(tmp_path))
    page.click("#tip-more button")
    page.wait_for_selector("#tip-talk li >> nth=1")
    with fresh_site.office.store.read() as tx:
        kinds = [event_of(row).kind for row in tx.events(tips.STREAM + mailbox)]
        letters = tips.messages(tx, mailbox)
    assert kinds.count(identity.READ) == 2
    assert {len(one.keys) for one in letters} == {3}, "what is added goes to the same three"
    assert [len(one.files) for one in letters] == [1, 1], "with its own picture"
    unlocked(windows["jiwei"], path, keys["jiwei"])
    with first.expect_download() as saved:
        first.locator("ol.talk button").last.click()
    saved.value.save_as(tmp_path / "later.jpg")
    assert (tmp_path / "later.jpg").read_bytes()[:2] == b"\xff\xd8"
    kept = every_byte(fresh_site.home)
    assert [word.decode() for word in (*words, "手记".encode()) if word in kept] == []


def test_without_a_script_the_page_says_how_to_report_otherwise(fresh_site: Site) -> None:
    publish_for(fresh_site, OUTSIDE_KEY, by="jiwei", confirmed_by=SECOND, does="outside")
    text = fresh_site.client().get("/tip/").content.decode()
    inside = text[text.index("<noscript>") : text.index("</noscript>")]
    assert all(word in inside for word in ("写信", "电话", "当面"))
    assert spki_of(OUTSIDE_KEY) in text
