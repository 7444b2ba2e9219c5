"""What the body one level up answers comes back through the mailbox, sealed; who brings it can neither read nor forge it."""

from __future__ import annotations

import base64
import json
import os
from hashlib import pbkdf2_hmac
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.core.files.uploadedfile import SimpleUploadedFile

from qingfeng.casework import tips
from qingfeng.casework.office import event_of

from .browser import Visitor
from .site_kit import Site
from .test_five_tasks_watch import DIGITS, PASSPHRASE, Visit, said
from .test_tip_browser import has_no_fault, narrow
from .test_tips import OUTSIDE_KEY, SECOND, SECRET, b64, id_of, padded, publish_for, sealed, sent, spki_of, unpadded

__all__ = ["narrow"]

BOX = tips.mailbox_of(SECRET)
REPLY_KEY = b"r" * 32
"""What `sealed` puts into a tip for its answer."""
ROUNDS = 600_000
ANSWER = "已收到，由本委第一监督检查室核查。"


@pytest.fixture
def site(fresh_site: Site) -> Site:
    """A site on which one inspector and the body above have published keys, and a tip for the body above waits."""
    publish_for(fresh_site, OUTSIDE_KEY, by="jiwei", confirmed_by=SECOND, does="outside")
    assert sent(fresh_site.client(), sealed("反映纪检负责人", OUTSIDE_KEY)).status_code == 200
    return fresh_site


def answer(text: str = ANSWER, *, key: bytes = REPLY_KEY) -> dict[str, str]:
    nonce = os.urandom(12)
    return {"key": "reply", "nonce": b64(nonce), "text": b64(AESGCM(key).encrypt(nonce, padded(text.encode()), None))}


def told(*answers: tuple[str, dict[str, str]], kind: str = tips.ANSWERS) -> bytes:
    return json.dumps({"kind": kind, "answers": [{"mailbox": box, "sealed": one} for box, one in answers]}).encode()


def bring(site: Site, content: bytes, account: str = "jiwei") -> Any:
    client = site.client(account, raise_request_exception=False)
    return client.post("/tips/back/", {"answers": SimpleUploadedFile("tips-answers.json", content)})


def look(site: Site, secret: str = SECRET) -> Any:
    return site.client().post("/tip/look/", json.dumps({"secret": secret}), content_type="application/json").json()


def test_an_answer_from_above_reaches_the_reporter_once_and_says_who_wrote_it(site: Site) -> None:
    assert site.client("jiwei").post("/tips/up/").status_code == 200
    file = told((BOX, answer()))
    assert bring(site, file).status_code == 302
    page = site.client("jiwei").get("/tips/").content.decode()
    assert "上一级的回复" in page
    assert bring(site, file).status_code == 302, "the same file once more does no harm"
    _, theirs = look(site)["messages"]
    assert (theirs["mine"], theirs["above"]) == (False, True)
    plain = AESGCM(REPLY_KEY).decrypt(base64.b64decode(theirs["sealed"]["nonce"]), base64.b64decode(theirs["sealed"]["text"]), None)
    assert unpadded(plain).decode() == ANSWER
    assert any("上一级回复了1次" in line["zh"] for line in look(site)["told"])
    with site.office.store.read() as tx:
        (kept,) = [event for event in map(event_of, tx.events(tips.STREAM + BOX)) if event.kind == tips.FROM_ABOVE]
    assert kept.actor is not None, "who brought it is on record"
    assert (kept.at.hour, kept.at.minute) == (0, 0), "the day alone"


def test_the_next_file_for_above_carries_what_was_said_before(site: Site) -> None:
    site.client("jiwei").post("/tips/up/")
    bring(site, told((BOX, answer())))
    assert sent(site.client(), sealed("补充", OUTSIDE_KEY)).status_code == 200
    bundle = json.loads(site.client("jiwei").post("/tips/up/").content)
    assert [(one["mine"], one["above"]) for one in bundle["mailboxes"][BOX]] == [(True, False), (False, True), (True, False)]


@pytest.mark.parametrize("content", [
    b"", b"[]", b"{", told(), told((BOX, answer()), kind="other"), told((BOX, {"key": "reply", "nonce": "x", "text": "in the clear"})),
    told((BOX, answer() | {"name": "x"})), told(("..", answer())), told((BOX, answer()), ("0" * 64, answer())),
    json.dumps({"kind": tips.ANSWERS, "answers": [1]}).encode(), json.dumps({"kind": tips.ANSWERS, "answers": [{"mailbox": BOX}]}).encode(),
    told(*[(BOX, {"key": "reply", "nonce": "A" * 16, "text": "A" * 16})] * (tips.MAX_ANSWERS + 1)), b"[" * 100_000,
])  # fmt: skip
def test_what_is_no_file_of_answers_is_refused_whole(site: Site, content: bytes) -> None:
    site.client("jiwei").post("/tips/up/")
    assert bring(site, content).status_code == 422
    assert len(look(site)["messages"]) == 1, "nothing of it is kept"


def test_a_mailbox_that_was_not_taken_above_gets_no_answer_from_there(site: Site) -> None:
    assert bring(site, told((BOX, answer()))).status_code == 422, "not taken there yet"
    assert len(look(site)["messages"]) == 1


def test_nobody_but_discipline_brings_answers(site: Site) -> None:
    site.client("jiwei").post("/tips/up/")
    assert bring(site, told((BOX, answer())), "chengban").status_code == 403
    assert site.client(raise_request_exception=False).post("/tips/back/", {}).status_code == 401
    assert len(look(site)["messages"]) == 1


def key_file(folder: Path) -> Path:
    """The private key of the body above as the page of keys saves it."""
    salt, nonce = os.urandom(16), os.urandom(12)
    private = OUTSIDE_KEY.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    closed = AESGCM(pbkdf2_hmac("sha256", PASSPHRASE.encode(), salt, ROUNDS, 32)).encrypt(nonce, private, None)
    path = folder / f"tip-key-{id_of(OUTSIDE_KEY)}.json"
    path.write_text(json.dumps({"kind": "qingfeng tip key v1", "id": id_of(OUTSIDE_KEY), "spki": spki_of(OUTSIDE_KEY), "salt": b64(salt),
                                "nonce": b64(nonce), "pkcs8": b64(closed), "rounds": ROUNDS}))  # fmt: skip
    return path


def opened_above(window: Visitor, bundle: Path, key: Path, passphrase: str = PASSPHRASE) -> None:
    window.go("/tip/above/")
    window.page.set_input_files("#bundle", bundle)
    window.page.set_input_files("#keyfile", key)
    window.page.fill("#pass", passphrase)
    window.page.click("#above-open button")


def test_in_a_browser_the_body_above_reads_and_answers_without_sending_anything(fresh_site: Site, narrow: Visit, tmp_path: Path) -> None:
    publish_for(fresh_site, OUTSIDE_KEY, by="jiwei", confirmed_by=SECOND, does="outside")
    reporter = narrow()
    reporter.go("/tip/")
    reporter.page.fill("#tip-text", "反映纪检组长收受礼金。")
    reporter.page.click("#tip-send")
    reporter.page.wait_for_selector("#tip-done:not([hidden])", timeout=60_000)
    digits = DIGITS.search(said(reporter))
    assert digits
    bundle, key = tmp_path / "tips.json", key_file(tmp_path)
    bundle.write_bytes(fresh_site.client("jiwei").post("/tips/up/").content)
    above = narrow()
    opened_above(above, bundle, key, "wrong passphrase here")
    above.page.wait_for_selector("#above-state:has-text('口令或者私钥文件不对')")
    sent_: list[str] = []
    opened_above(above, bundle, key)
    above.page.on("request", lambda request: sent_.append(request.url))
    above.page.wait_for_selector("#above-state:has-text('已打开')")
    assert "反映纪检组长收受礼金" in above.page.inner_text("#above-list")
    has_no_fault(above)
    above.page.fill("#above-list textarea", ANSWER)
    with above.page.expect_download() as saved:
        above.page.click("#above-save")
    assert [url for url in sent_ if not url.startswith("blob:")] == []
    answers = tmp_path / saved.value.suggested_filename
    saved.value.save_as(answers)
    assert ANSWER.encode() not in answers.read_bytes()
    bringer = narrow("jiwei")
    bringer.go("/tips/")
    bringer.page.set_input_files("#answers", answers)
    bringer.press("form[action='/tips/back/'] button")
    assert "已放回信箱：1条" in said(bringer)
    forged = json.loads(answers.read_bytes())
    forged["answers"][0]["sealed"] = answer("都是误会", key=os.urandom(32))
    assert bring(fresh_site, json.dumps(forged).encode()).status_code == 302
    reporter.go("/tip/")
    reporter.page.fill("#tip-code", digits[0])
    reporter.page.click("#tip-open button")
    reporter.page.wait_for_selector(f"#tip-talk:has-text('{ANSWER}')")
    told_ = reporter.page.inner_text("#tip-talk")
    assert "上一级纪检监察机关的回复" in told_
    assert "打不开；请写信告诉上一级" in told_
    assert "都是误会" not in told_
