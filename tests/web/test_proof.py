"""Proof on the site: the log's state, its head and tiles at the standard's paths, the receipts of a party, the page that checks."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from qingfeng.casework.desk.access import Part
from qingfeng.ledger.checkpoint import opened_checkpoint
from qingfeng.ledger.merkle import leaf_hash, root_of
from qingfeng.ledger.tiles import hashes, tiles_of
from qingfeng.web import logstate

from .browser import PHONE, WIDE, Visitor
from .proof_kit import party, with_log
from .site_kit import ROLES, Site
from .test_looks import by_keyboard, wrong_with
from .test_matrix import refused, viewer
from .test_public import applied, slip


def test_an_agency_without_a_log_says_so(site: Site) -> None:
    client = site.client()
    logstate.forget()
    assert "还没有建立存证日志" in client.get("/log/").content.decode()
    for path in ("/checkpoint", "/log/policy", "/tile/0/000"):
        assert client.get(path).status_code == 404
    assert client.get("/verifier.html").status_code == 200


def test_head_and_tiles_are_served_as_the_standard_says_and_make_the_root(fresh_site: Site) -> None:
    kept, client = with_log(fresh_site), fresh_site.client()
    answer = client.get("/checkpoint")
    assert answer.headers["Cache-Control"] == "no-store"
    head, _ = opened_checkpoint(answer.content.decode(), origin=kept.place.origin, keys=[kept.place.key])
    assert head.size > 256, "more than one tile"
    leaves: list[bytes] = []
    for tile in tiles_of(head.size, entries=False):
        told = client.get(f"/{tile.path}")
        assert told.status_code == 200, tile.path
        assert told.headers["Content-Type"] == "application/octet-stream"
        assert "immutable" in told.headers["Cache-Control"]
        if tile.level == 0:
            leaves += hashes(told.content, tile.width)
    assert root_of(leaves) == head.root
    with fresh_site.office.store.read() as tx:
        assert leaf_hash(tx.all_events(after=0, limit=1)[0].entry) == leaves[0]


@pytest.mark.parametrize("path", ["tile/0/999", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/x000/000", "tile/64/000", "tile/0/1"])
def test_what_is_no_tile_of_the_published_log_is_not_found(fresh_site: Site, path: str) -> None:
    with_log(fresh_site)
    assert fresh_site.client().get(f"/{path}").status_code == 404


def test_what_is_not_published_yet_is_nobodys(fresh_site: Site) -> None:
    kept = with_log(fresh_site)
    size = kept.place.reader.state().size
    published = (kept.place.log / "checkpoint").read_bytes()
    applied(fresh_site.client())
    kept.take_in()
    (kept.place.log / "checkpoint").write_bytes(published)  # a head that was not published because the process ended
    full, width = divmod(size + 1, 256)
    tile = f"/tile/0/{full:03d}.p/{width}" if width else f"/tile/0/{full - 1:03d}"
    assert fresh_site.client().get(tile).status_code == 404


@pytest.mark.parametrize("role", ROLES)
def test_the_entries_are_for_those_who_audit(fresh_site: Site, role: str) -> None:
    with_log(fresh_site)
    answer = fresh_site.client(ROLES[role]).get("/tile/entries/000")
    assert answer.status_code == (refused(viewer(fresh_site, role), Part.AUDIT, "GET") or 200)
    assert role != "public" or answer.status_code == 302
    if answer.status_code == 200:
        assert answer.headers["Cache-Control"] == "private, no-store"


def test_the_page_says_who_vouches_who_is_late_and_what_is_missing(fresh_site: Site) -> None:
    kept, client = with_log(fresh_site), fresh_site.client()
    kept.cosign(["jw"], ago=3 * 86_400)
    applied(fresh_site.client())
    kept.take_in()
    kept.cosign(["sfj"], ago=120)
    page = client.get("/log/").content.decode()
    rows = {name: re.search(rf'<th scope="row">{name}</th>(.*?)</tr>', page, re.DOTALL) for name in ("jw", "sfj", "sj")}
    for name, words in (("jw", ("落后", "3天前")), ("sfj", ("跟上", "2分钟前")), ("sj", ("还没有作证",))):
        row = rows[name]
        assert row is not None
        assert all(word in row[1] for word in words), (name, row[1])
    assert "3个中有2个作证即最终" in page
    head = kept.place.reader.state()
    assert str(head.size) in page
    client.cookies["lang"] = "en"
    assert "behind" in client.get("/log/").content.decode()


def test_trouble_of_the_log_is_said_without_how_it_is_run(fresh_site: Site) -> None:
    kept = with_log(fresh_site)
    for one in kept.place.head_folder.iterdir():
        one.unlink()
    logstate.forget()
    page = fresh_site.client().get("/log/").content.decode()
    assert "日志停下来了" in page
    assert "qingfeng verify" not in page


def test_a_party_fetches_a_receipt_of_everything_and_it_is_checked(fresh_site: Site) -> None:
    kept = with_log(fresh_site)
    client, case = party(fresh_site)
    assert "正在写入" in client.get("/progress/receipts/").content.decode()
    kept.take_in()
    kept.cosign(["jw"])
    assert "暂定" in client.get("/progress/receipts/").content.decode()
    kept.cosign(["jw", "sj"])
    page = client.get("/progress/receipts/").content.decode()
    numbers = re.findall(r'href="/progress/receipts/(\d+)/"', page)
    assert numbers
    assert "已最终" in page
    shown = client.get(f"/progress/receipts/{numbers[0]}/").content.decode()
    assert "/verifier.html" in shown
    text = client.get(f"/progress/receipts/{numbers[0]}/receipt.text").content.decode()
    assert text.startswith("c2sp.org/tlog-proof@v1\n")
    picture = client.get(f"/progress/receipts/{numbers[0]}/receipt.svg")
    assert picture.headers["Content-Type"] == "image/svg+xml"
    stranger = fresh_site.client()
    said = stranger.post("/receipts/", {"receipt": text})
    assert said.status_code == 200
    assert case in said.content.decode()
    assert "成立，已最终" in said.content.decode()
    bent = stranger.post("/receipts/", {"receipt": text.replace("index ", "index 1")})
    assert bent.status_code == 422
    assert "不成立" in bent.content.decode()
    assert stranger.get(f"/progress/receipts/{numbers[0]}/").status_code == 302, "only with the receipt"
    assert client.get("/progress/receipts/9999/").status_code == 404


def test_number_and_code_lead_to_the_receipts(fresh_site: Site) -> None:
    with_log(fresh_site)
    client = fresh_site.client()
    number, code = slip(applied(client))
    answer = client.post("/progress/", {"number": number, "code": code, "to": "receipts"})
    assert answer.headers["Location"] == "/progress/receipts/"
    assert client.get("/progress/receipts/").status_code == 200, "an application that is no case yet has none"
    assert fresh_site.client().get("/progress/receipts/").headers["Location"] == "/receipts/"


@pytest.mark.parametrize("sent", ["", "x" * 300_000, "c2sp.org/tlog-proof@v1\n", "\x00", "回执"])
def test_what_is_no_receipt_gets_a_sentence(fresh_site: Site, sent: str) -> None:
    with_log(fresh_site)
    answer = fresh_site.client().post("/receipts/", {"receipt": sent})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()


def test_the_checking_page_of_the_site_has_our_keys_and_checks_in_the_browser(fresh_site: Site, visit: Callable[..., Visitor]) -> None:
    kept = with_log(fresh_site)
    client, _ = party(fresh_site)
    kept.take_in()
    kept.cosign(["sfj", "sj"])
    seq = re.findall(r'href="/progress/receipts/(\d+)/"', client.get("/progress/receipts/").content.decode())[0]
    text = client.get(f"/progress/receipts/{seq}/receipt.text").content.decode()
    window = visit()
    assert window.go("/verifier.html") == 200
    assert kept.place.key.vkey in window.page.input_value("#policy")
    window.page.fill("#receipts", text)
    window.page.click("#go")
    window.page.wait_for_selector(".verdict.good")
    for path in ("/tools/verify_receipt.py", "/tools/verify_draw.py", "/verifier.html?save"):
        assert "attachment" in client.get(path).headers["Content-Disposition"]
    assert client.get("/tools/settings.py").status_code == 404


def test_the_pages_are_for_everybody_at_either_width(fresh_site: Site, visit: Callable[..., Visitor]) -> None:
    kept = with_log(fresh_site)
    client, _ = party(fresh_site)
    kept.take_in()
    kept.cosign(["jw"], ago=3 * 86_400)
    seq = re.findall(r'href="/progress/receipts/(\d+)/"', client.get("/progress/receipts/").content.decode())[0]
    text = client.get(f"/progress/receipts/{seq}/receipt.text").content.decode()
    window = visit()
    window.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": window.base}])
    wrong = []
    for path in ("/log/", "/receipts/", "/progress/receipts/", f"/progress/receipts/{seq}/", "/verifier.html"):
        window.page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
        assert window.go(path) == 200
        wrong += [f"{path}: {what}" for what in by_keyboard(window.page)]
        for size in (WIDE, PHONE):
            wrong += [f"{path} at {size[0]}: {what}" for what in wrong_with(window, size)]
    window.go("/receipts/")
    window.page.fill("#receipt", text)
    window.press("main form .p >> nth=0")
    wrong += [f"told: {what}" for size in (WIDE, PHONE) for what in wrong_with(window, size)]
    assert "成立" in window.page.inner_text("#told")
    assert not wrong, "\n".join(wrong)
