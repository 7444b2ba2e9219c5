"""Tokens of the API and hooks through the pages of the administrators."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from qingfeng import wiring
from qingfeng.casework import clients
from qingfeng.casework.outbox import TRIES, Outbox, hooks, progress, signature
from qingfeng.terms.instants import local_day

from .permit import begun, publish_permit
from .site_kit import Site

if TYPE_CHECKING:
    from django.test import Client

As = Callable[..., "Client"]


def made_token(client: Client) -> tuple[str, str]:
    """Make a token on the public page; return it and its digest."""
    answer = client.post("/api/token/")
    text = answer.content.decode()
    assert answer.headers["Cache-Control"] == "no-store"
    token, digest = re.search(r">(qf_[\w-]{43})<", text), re.search(r">([0-9a-f]{64})<", text)
    assert token is not None
    assert digest is not None
    assert clients.digest_of(token[1]) == digest[1]
    return token[1], digest[1]


def proposed(site: Site, digest: str, /, **changes: str) -> dict[str, str]:
    until = (local_day(site.now) + timedelta(days=30)).isoformat()
    return {"name": "stats", "digest": digest, "officer": "case_handler", "until": until, "per_minute": "50",
            "reason": "审批单2026第3号", **changes}  # fmt: skip


def asked(site: Site, token: str) -> int:
    return site.client().get("/api/v1/cases", headers={"authorization": f"Bearer {token}"}).status_code


def test_a_token_works_after_two_administrators_and_ends_with_one(fresh_site: Site) -> None:
    system, security = fresh_site.client("xitong"), fresh_site.client("anquan")
    token, digest = made_token(fresh_site.client())
    assert asked(fresh_site, token) == 401
    assert system.post("/clients/propose/", proposed(fresh_site, digest)).status_code == 302
    with fresh_site.office.store.read() as tx:
        (number,) = clients.standing(tx).waiting
    assert security.post("/clients/propose/", proposed(fresh_site, "0" * 64)).status_code == 422, "only the one proposes"
    assert system.post("/clients/decide/", {"number": number, "does": "confirm"}).status_code == 422, "only the other confirms"
    assert asked(fresh_site, token) == 401, "proposed is not let in"
    page = security.get("/clients/").content.decode()
    assert digest[:8] in page
    assert security.post("/clients/decide/", {"number": number, "does": "confirm"}).status_code == 302
    assert "从未使用" in system.get("/clients/").content.decode()
    assert asked(fresh_site, token) == 200
    assert asked(fresh_site, token) == 200
    page = system.get("/clients/").content.decode()
    assert f"{fresh_site.now:%Y-%m-%d}" in page
    assert token not in page
    with fresh_site.office.store.read() as tx:
        assert tx.head(clients.USES + "stats") == 1, "noted once a day"
    assert security.post("/clients/end/", {"name": "stats", "reason": ""}).status_code == 422
    assert security.post("/clients/end/", {"name": "stats", "reason": "项目结束，停用"}).status_code == 302
    assert asked(fresh_site, token) == 401


@pytest.mark.parametrize("changes", [
    {"name": ""}, {"name": "<b>"}, {"digest": ""}, {"digest": "qf_secret"}, {"until": ""}, {"until": "2031-01-01"}, {"until": "x"},
    {"per_minute": "0"}, {"per_minute": "-1"}, {"per_minute": "x"}, {"officer": "nobody"}, {"reason": ""},
])  # fmt: skip
def test_a_faulty_proposal_is_refused_in_words_and_keeps_what_was_typed(site: Site, as_: As, changes: dict[str, str]) -> None:
    before = site.heads()
    answer = as_("xitong").post("/clients/propose/", proposed(site, "a" * 64, **changes))
    assert answer.status_code == 422
    assert "审批单2026第3号" in answer.content.decode() or changes == {"reason": ""}
    assert site.heads() == before


def test_who_is_bound_by_a_token_does_not_confirm_it(fresh_site: Site) -> None:
    system, security = fresh_site.client("xitong"), fresh_site.client("anquan")
    told = proposed(fresh_site, "b" * 64, officer="security_administrator")
    assert system.post("/clients/propose/", told).status_code == 302
    with fresh_site.office.store.read() as tx:
        (number,) = clients.standing(tx).waiting
    assert "由另一名安全管理员确认" in security.get("/clients/").content.decode()
    assert security.post("/clients/decide/", {"number": number, "does": "confirm"}).status_code == 422


def test_a_hook_is_let_in_by_two_its_secret_shown_once_and_lost_news_sent_again(fresh_site: Site) -> None:
    system, security = fresh_site.client("xitong"), fresh_site.client("anquan")
    told = {"name": "stats", "url": "https://example.invalid/in", "kinds": ["act", "mark"], "reason": "审批单2026第4号"}
    assert system.post("/hooks/propose/", {**told, "url": "http://elsewhere.invalid/"}).status_code == 422
    assert system.post("/hooks/propose/", {**told, "kinds": ["<b>"]}).status_code == 422
    assert system.post("/hooks/propose/", told).status_code == 302
    assert system.post("/hooks/decide/", {"number": "x", "does": "confirm"}).status_code == 422
    with fresh_site.office.store.read() as tx:
        (number,) = hooks(tx).waiting
    page = security.post("/hooks/decide/", {"number": number, "does": "confirm"}).content.decode()
    secret = re.search(r'class="word">([0-9a-f]{64})<', page)
    assert secret is not None
    for client in (system, security):
        assert secret[1] not in client.get("/hooks/").content.decode(), "shown once"
    publish_permit(fresh_site)
    begun(fresh_site)
    fates: list[str | None] = ["HTTP 500"] * TRIES
    seen: list[tuple[bytes, str]] = []

    def send(_url: str, body: bytes, headers: object) -> str | None:
        seen.append((body, dict(headers)["Qingfeng-Signature"]))  # type: ignore[call-overload]
        return fates.pop(0) if fates else None

    box = Outbox(fresh_site.office, key=wiring.installation_key(fresh_site.home), send=send)
    while fates:
        box.round(now=fresh_site.clock.later(hours=7))
    assert seen[0][1] == signature(secret[1], seen[0][0], fresh_site.now - timedelta(hours=7 * (TRIES - 1))), "the secret is the right one"
    with fresh_site.office.store.read() as tx:
        (lost,) = progress(tx, "stats").dead
    page = system.get("/hooks/").content.decode()
    assert "1条未送达" in page
    assert "HTTP 500" in page
    assert system.post("/hooks/again/", {"name": "stats", "position": "1"}).status_code == 422
    assert system.post("/hooks/again/", {"name": "nothing", "position": lost}).status_code == 422
    assert system.post("/hooks/again/", {"name": "stats", "position": lost}).status_code == 302
    assert "下一轮再送" in system.get("/hooks/").content.decode()
    box.round(now=fresh_site.clock.later(minutes=1))
    assert "正常" in system.get("/hooks/").content.decode()
    assert security.post("/hooks/end/", {"name": "stats", "reason": "对方系统下线"}).status_code == 302
    assert "没有通知订阅" in system.get("/hooks/").content.decode()


def test_others_than_administrators_do_not_come_to_these_pages(site: Site, as_: As) -> None:
    for account in ("chengban", "kezhang", "jiwei", "fazhi", "shenji"):
        for path in ("/clients/", "/hooks/"):
            assert as_(account).get(path).status_code == 403
    assert site.client().get("/api/token/").status_code == 200
