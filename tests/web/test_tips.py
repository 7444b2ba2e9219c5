"""Tips: sealed where they are written, kept as ciphertext, opened by discipline alone; no page, answer or record shows a word of them."""

from __future__ import annotations

import base64
import json
import os
import re
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.core.files.uploadedfile import SimpleUploadedFile

from qingfeng.casework import tips
from qingfeng.casework.office import event_of
from qingfeng.casework.tipkeys import key_id as tips_key_id

from .site_kit import ROLES, Site

WORDS = "某科科长索要财物三万元，地点清江楼。"
SECRET = "ab" * 32
SECOND = "discipline_head"
"""Another inspector than jiwei."""


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def spki_of(key: ec.EllipticCurvePrivateKey) -> str:
    return b64(
        key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    )


SECOND_KEY, THIRD_KEY, OUTSIDE_KEY = (ec.generate_private_key(ec.SECP256R1()) for _ in range(3))
THIRD = "discipline_inspector.2"
"""Accounts of other inspectors, and the keys that `publish` makes known for them and for the body one level up."""


def derived(private: ec.EllipticCurvePrivateKey, public: ec.EllipticCurvePublicKey, salt: bytes, info: str) -> AESGCM:
    shared = private.exchange(ec.ECDH(), public)
    return AESGCM(HKDF(hashes.SHA256(), 32, salt, f"qingfeng tip v2 {info}".encode()).derive(shared))


def id_of(key: ec.EllipticCurvePrivateKey) -> str:
    return tips_key_id(spki_of(key))


def wrapped(data: bytes, key: ec.EllipticCurvePrivateKey, info: str) -> str:
    mine, salt, nonce = ec.generate_private_key(ec.SECP256R1()), os.urandom(16), os.urandom(12)
    point = mine.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    closed = derived(mine, key.public_key(), salt, info).encrypt(nonce, data, info.encode())
    return ".".join(map(b64, (point, salt, nonce, closed)))


def unwrapped(parts: list[str], key: ec.EllipticCurvePrivateKey, info: str) -> bytes:
    point, salt, nonce, closed = map(base64.b64decode, parts)
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    return derived(key, public, salt, info).decrypt(nonce, closed, info.encode())


def padded(body: bytes) -> bytes:
    return len(body).to_bytes(4, "big") + body + bytes(-(len(body) + 4) % 1024)


def unpadded(data: bytes) -> bytes:
    return data[4 : 4 + int.from_bytes(data[:4], "big")]


def sealed(
    text: str, *to: ec.EllipticCurvePrivateKey, files: tuple[bytes, ...] = (), name: str = "", reply: bytes = b"r" * 32
) -> dict[str, str]:
    """Seal as static/tip.js does, to some keys; to one and the second inspector's where only one is given."""
    keys = to if len(to) > 1 or to[0] in (OUTSIDE_KEY, SECOND_KEY) else (*to, SECOND_KEY)
    content, nonce, kids = os.urandom(32), os.urandom(12), [id_of(key) for key in keys]
    body = padded(json.dumps({"text": text, "reply": b64(reply)}).encode())
    box = AESGCM(content).encrypt(nonce, body, ("qingfeng tip v2 " + " ".join(sorted(kids))).encode())
    told = {"v": "2", "nonce": b64(nonce), "text": b64(box),
            "boxes": " ".join(f"{id_of(key)}.{wrapped(content, key, f'box {id_of(key)}')}" for key in keys)}  # fmt: skip
    if files:
        told["files"] = " ".join(f"{sha256(one).hexdigest()}.{b64(os.urandom(12))}" for one in files)
    return told | (vault(name, keys[:3]) if name else {})


def vault(name: str, holders: tuple[ec.EllipticCurvePrivateKey, ...]) -> dict[str, str]:
    whole, nonce, shares = os.urandom(32), os.urandom(12), []
    for place, one in enumerate(holders):
        for other in holders[place + 1 :]:
            half = os.urandom(32)
            for mine, theirs, share in ((one, other, half), (other, one, bytes(x ^ y for x, y in zip(whole, half, strict=True)))):
                a, b = id_of(mine), id_of(theirs)
                shares.append(f"{a}.{b}.{wrapped(share, mine, f'share {a} {b}')}")
    closed = AESGCM(whole).encrypt(nonce, padded(name.encode()), b"identity")
    return {"idnonce": b64(nonce), "idtext": b64(closed), "idshares": " ".join(shares)}


def opened(told: dict[str, str] | Any, key: ec.EllipticCurvePrivateKey) -> str:
    """Open a message with a key as static/tip.js does."""
    boxes = [one.split(".") for one in told["boxes"].split()]
    content = unwrapped(next(one for one in boxes if one[0] == id_of(key))[1:], key, f"box {id_of(key)}")
    about = "qingfeng tip v2 " + " ".join(sorted(one[0] for one in boxes))
    plain = AESGCM(content).decrypt(base64.b64decode(told["nonce"]), base64.b64decode(told["text"]), about.encode())
    return str(json.loads(unpadded(plain))["text"])


def worked(challenge: str, told: dict[str, str], bits: int) -> str:
    content = sha256(json.dumps(told, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
    n = 0
    while int.from_bytes(sha256(f"{challenge}:{content}:{n}".encode()).digest()[:4], "big") >> (32 - bits):
        n += 1
    return str(n)


def challenge_of(client: Any) -> tuple[str, int]:
    text = client.get("/tip/").content.decode()
    found, bits = re.search(r'data-challenge="([^"]+)"', text), re.search(r'data-bits="(\d+)"', text)
    assert found
    assert bits
    return found[1], int(bits[1])


def sent(client: Any, told: dict[str, str], *, secret: str = SECRET, challenge: str | None = None, files: tuple[bytes, ...] = ()) -> Any:
    mark, bits = challenge_of(client)
    mark = challenge or mark
    data = {"sealed": told, "secret": secret, "challenge": mark, "work": worked(mark, told, bits)}
    return client.post("/tip/send/", {"told": json.dumps(data), "file": [SimpleUploadedFile("sealed", one) for one in files]})


@pytest.fixture
def keyed(fresh_site: Site) -> tuple[Site, ec.EllipticCurvePrivateKey]:
    key = ec.generate_private_key(ec.SECP256R1())
    publish(fresh_site, key)
    return fresh_site, key


def publish(site: Site, key: ec.EllipticCurvePrivateKey) -> None:
    """Make the keys of two inspectors known: each proposes his own, the other confirms."""
    publish_for(site, key, by="jiwei", confirmed_by=SECOND)
    publish_for(site, SECOND_KEY, by=SECOND, confirmed_by="jiwei")


def publish_for(site: Site, key: ec.EllipticCurvePrivateKey, *, by: str, confirmed_by: str, does: str = "") -> None:
    assert site.client(by).post("/tips/key/", {"spki": spki_of(key), "does": does}).status_code == 302
    assert site.client(confirmed_by).post("/tips/key/", {"key": id_of(key), "does": "confirm"}).status_code == 302


def every_byte(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_a_tip_is_kept_as_ciphertext_with_the_day_and_no_page_shows_a_word_of_it(
    keyed: tuple[Site, ec.EllipticCurvePrivateKey], capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    site, key = keyed
    client = site.client(REMOTE_ADDR="203.0.113.77", HTTP_USER_AGENT="reporter-browser")
    told = sealed(WORDS, key)
    answer = sent(client, told)
    assert answer.status_code == 200, answer.content
    mailbox = tips.mailbox_of(SECRET)
    with site.office.store.read() as tx:
        events = [event_of(row) for row in tx.events(tips.STREAM + mailbox)]
    assert [(e.kind, e.actor, e.data) for e in events] == [(tips.TIP, None, told)]
    assert (events[0].at.hour, events[0].at.minute, events[0].entered.hour) == (0, 0, 0), "the day, not the hour"
    paths = ["/tips/", f"/tips/{mailbox}/", "/complaints/", "/audit/", "/inbox/", "/cases/", "/findings/", "/tip/"]
    seen = "".join(
        site.client(role, raise_request_exception=False).get(path).content.decode()
        for role in ROLES.values()
        for path in paths
    )
    looked = client.post("/tip/look/", json.dumps({"secret": SECRET}), content_type="application/json").content.decode()
    everything = (
        every_byte(site.home).decode("utf-8", "replace") + seen + looked + caplog.text + "".join(capsys.readouterr())
    )
    for word in (WORDS, "清江楼", "索要财物三万元", "203.0.113.77", "reporter-browser", SECRET):
        assert word not in everything, word
    assert "sessionid" not in client.cookies, "no session for a reporter"


def test_discipline_opens_it_with_its_key_and_nobody_else_comes_to_the_mailbox(
    keyed: tuple[Site, ec.EllipticCurvePrivateKey],
) -> None:
    site, key = keyed
    sent(site.client(), sealed(WORDS, key))
    mailbox = tips.mailbox_of(SECRET)
    for role, account in ROLES.items():
        status = site.client(account).get(f"/tips/{mailbox}/").status_code
        assert status == (200 if role == "discipline" else 302 if account is None else 403), role
    with site.office.store.read() as tx:
        message = tips.messages(tx, mailbox)[0].sealed
        kinds = [event_of(row).kind for row in tx.events(tips.STREAM + mailbox)]
    assert kinds == [tips.TIP, tips.OPENED], "who opened it is on record"
    assert opened(message, key) == opened(message, SECOND_KEY) == WORDS
    with pytest.raises(InvalidTag):
        opened({**message, "boxes": message["boxes"].replace(id_of(key), id_of(THIRD_KEY))}, THIRD_KEY)


def test_the_dialogue_goes_on_by_the_mailbox_and_another_secret_finds_nothing(
    keyed: tuple[Site, ec.EllipticCurvePrivateKey],
) -> None:
    site, key = keyed
    sent(site.client(), sealed(WORDS, key))
    mailbox = tips.mailbox_of(SECRET)
    answer = {"key": "reply", "nonce": b64(os.urandom(12)), "text": b64(os.urandom(1040))}
    inspector = site.client("jiwei")

    def became() -> str:
        asked = site.client().post("/tip/look/", json.dumps({"secret": SECRET}), content_type="application/json")
        return "；".join(line["zh"] for line in asked.json()["told"])

    assert inspector.post(f"/tips/{mailbox}/", answer).status_code == 302
    assert "办结" not in became()
    assert "/begin/" in inspector.get(f"/tips/{mailbox}/").content.decode(), "the page leads to where a lead is registered"
    waits, _, done = inspector.get("/tips/").content.decode().partition("已经办结的")
    assert mailbox in waits, "an answer closes nothing"
    assert "已回复，未办结" in waits
    assert inspector.post(f"/tips/{mailbox}/", {"close": "propose", "ground": "registered"}).status_code == 302
    other = site.client(SECOND)
    other.get(f"/tips/{mailbox}/")
    assert other.post(f"/tips/{mailbox}/", {"close": "confirm"}).status_code == 302
    waits, _, done = inspector.get("/tips/").content.decode().partition("已经办结的")
    assert mailbox not in waits
    assert mailbox in done, "what was closed can be found again"
    assert "办结：已按规定登记为线索并处置" in became(), "the reporter reads that it is closed, and how"
    assert sent(site.client(), sealed("再补充", key)).status_code == 200
    assert mailbox in inspector.get("/tips/").content.decode().partition("已经办结的")[0]
    assert "办结" not in became(), "what he adds opens it again"

    def look(secret: str) -> list[Any]:
        told = site.client().post("/tip/look/", json.dumps({"secret": secret}), content_type="application/json")
        return list(told.json()["messages"])

    assert [one["mine"] for one in look(SECRET)] == [True, False, True]
    assert look("cd" * 32) == []
    assert look(mailbox) == [], "the name of a mailbox, which the store shows, does not open it"


@pytest.mark.parametrize("change", [
    {"text": WORDS}, {"text": ""}, {"content": WORDS}, {"key": "reply"}, {"boxes": ""}, {"boxes": WORDS}, {"v": "1"},
    {"boxes": "0" * 16 + 4 * ".AAAAAAAAAAAAAAAAAAAAAAAA"}, {"files": WORDS}, {"idtext": "QUJDQUJDQUJDQUJDQUJD"},
    {"text": "QUJD" * 40_000}, {"nonce": 7},
])  # fmt: skip
def test_what_is_not_sealed_is_refused_and_not_a_word_is_kept(
    keyed: tuple[Site, ec.EllipticCurvePrivateKey], change: dict[str, Any]
) -> None:
    site, key = keyed
    before = site.heads()
    answer = sent(site.client(), {**sealed("x", key), **change})
    assert answer.status_code == 422
    assert "清江楼" not in json.loads(answer.content)["detail_zh"]
    assert site.heads() == before
    assert "清江楼".encode() not in every_byte(site.home)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b'{"sealed": "x"}',
        b'{"sealed": {}, "secret": "x"}',
        b"[" * 100_000,
        b"\xff\xfe",
        WORDS.encode(),
    ],
)
def test_garbage_is_refused(keyed: tuple[Site, ec.EllipticCurvePrivateKey], body: bytes) -> None:
    site, _ = keyed
    before = site.heads()
    for path in ("/tip/send/", "/tip/look/"):
        assert site.client().post(path, body, content_type="application/json").status_code == 422
    assert site.heads() == before


def test_work_is_good_once_for_its_own_content_and_for_two_hours(
    keyed: tuple[Site, ec.EllipticCurvePrivateKey],
) -> None:
    site, key = keyed
    client = site.client()
    challenge, bits = challenge_of(client)
    told = sealed("x", key)
    work = worked(challenge, told, bits)

    def post(**changes: Any) -> int:
        data = {"sealed": told, "secret": SECRET, "challenge": challenge, "work": work, **changes}
        return int(client.post("/tip/send/", {"told": json.dumps(data)}).status_code)

    assert post(sealed=sealed("y", key)) == 422, "another content"
    assert post(challenge=challenge[:-1] + ("0" if challenge[-1] != "0" else "1")) == 422, (
        "a challenge that is not ours"
    )
    assert post(work="-1") == 422
    assert post(work="٣") == 422
    assert post() == 200
    assert post() == 422, "once"
    site.clock.later(hours=3)
    old, fresh = challenge_of(client), sealed("z", key)
    site.clock.later(hours=3)
    data = {"sealed": fresh, "secret": SECRET, "challenge": old[0], "work": worked(old[0], fresh, old[1])}
    assert client.post("/tip/send/", json.dumps(data), content_type="application/json").status_code == 422


def test_without_a_script_the_page_says_where_to_write_and_has_no_form_that_sends(
    keyed: tuple[Site, ec.EllipticCurvePrivateKey],
) -> None:
    site, _ = keyed
    text = site.client().get("/tip/").content.decode()
    assert "<noscript>" in text
    inside = text[text.index('id="main"') :]
    assert not re.findall(r"<textarea[^>]*\sname=", inside), "a text without a name is sent by no form"
