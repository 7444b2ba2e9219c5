"""Signing in through a provider of our own: code flow, RS256, keys by JWKS; only whom two administrators bound comes in."""

from __future__ import annotations

import json
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from qingfeng.casework import accounts

from .site_kit import Site


@dataclass
class Provider:
    """An OpenID provider for tests; `claims` bends what it says, `key` with what it signs."""

    subject: str = "u-1001"
    claims: dict[str, Any] = field(default_factory=dict)
    info: dict[str, Any] = field(default_factory=dict)
    algorithm: str = "RS256"
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    key: Any = None
    published: Any = None
    url: str = ""
    down: bool = False

    def authorize(self, query: dict[str, str]) -> str:
        """The visitor has agreed: return the code."""
        code = f"code-{len(self.codes)}"
        self.codes[code] = query
        return code

    def token(self, form: dict[str, str]) -> dict[str, str] | None:
        """Give a token for a code, once, to who knows the verifier and the secret."""
        asked = self.codes.pop(form.get("code", ""), None)
        challenge = urlsafe_b64encode(sha256(form.get("code_verifier", "").encode()).digest()).rstrip(b"=").decode()
        if asked is None or form.get("client_secret") != "geheim" or asked["code_challenge"] != challenge:
            return None
        now = int(time.time())
        claims = {
            "iss": self.url,
            "aud": "qingfeng",
            "sub": self.subject,
            "iat": now,
            "exp": now + 60,
            "nonce": asked["nonce"],
            **self.claims,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        key = self.key if self.algorithm == "RS256" else "geheim" * 8 if self.algorithm == "HS256" else None
        return {
            "access_token": "a",
            "token_type": "Bearer",
            "id_token": jwt.encode(claims, key, algorithm=self.algorithm, headers={"kid": "k1"}),
        }


def handler_of(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

        def tell(self, value: Any, status: int = 200) -> None:
            body = json.dumps(value).encode()
            self.send_response(500 if provider.down else status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            if self.path == "/jwks":
                public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(provider.published.public_key()))
                self.tell({"keys": [{**public, "kid": "k1", "alg": "RS256", "use": "sig"}]})
            else:
                self.tell({"sub": provider.subject, **provider.info})

        def do_POST(self) -> None:
            form = {k: v[0] for k, v in parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()).items()}
            given = provider.token(form)
            self.tell(given or {"error": "invalid_grant"}, 200 if given else 400)

    return Handler


@pytest.fixture(scope="module")
def keys() -> tuple[Any, Any]:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048), rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def provider(fresh_site: Site, keys: tuple[Any, Any]) -> Iterator[Provider]:
    from django.conf import settings
    from django.test import override_settings

    running = Provider(key=keys[0], published=keys[0])
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(running))
    running.url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    told = {
        "ISSUER": running.url,
        "CLIENT": "qingfeng",
        "SECRET": "geheim",
        "CLAIM": "",
        "JWKS": "",
        "AUTHORIZE": "",
        "TOKEN": "",
        "USERINFO": "",
    }
    with override_settings(
        OIDC=told,
        OIDC_RP_CLIENT_ID="qingfeng",
        OIDC_RP_CLIENT_SECRET="geheim",
        OIDC_OP_JWKS_ENDPOINT=running.url + "/jwks",
        OIDC_OP_AUTHORIZATION_ENDPOINT=running.url + "/authorize",
        OIDC_OP_TOKEN_ENDPOINT=running.url + "/token",
        OIDC_OP_USER_ENDPOINT=running.url + "/userinfo",
        AUTHENTICATION_BACKENDS=[*settings.AUTHENTICATION_BACKENDS, "qingfeng.web.provider.ProviderBackend"],
    ):
        yield running
    server.shutdown()
    server.server_close()


def bind(site: Site, account: str, officer: str) -> None:
    old = next((b.account for b in _bindings(site).values() if b.officer == officer), None)
    if old is not None:
        change = accounts.propose(site.office, "unbind", old, None, reason="改用统一身份", by="system_administrator", at=site.now)
        accounts.decide_on(site.office, change.number, confirm=True, by="security_administrator", at=site.now)
    change = accounts.propose(site.office, "bind", account, officer, reason="任命文件〔2026〕3号", by="system_administrator", at=site.now)
    accounts.decide_on(site.office, change.number, confirm=True, by="security_administrator", at=site.now)


def _bindings(site: Site) -> Any:
    with site.office.store.read() as tx:
        return accounts.standing(tx).bindings


def went(provider: Provider, client: Any, **bent: str) -> Any:
    """Go to the provider and come back; return the answer to coming back."""
    there = client.get("/oidc/authenticate/", {"next": "/inbox/"})
    assert there.status_code == 302
    parts = urlsplit(there.headers["Location"])
    query = {k: v[0] for k, v in parse_qs(parts.query).items()}
    assert (parts.path, query["client_id"], query["response_type"], query["code_challenge_method"]) == (
        "/authorize",
        "qingfeng",
        "code",
        "S256",
    )
    return client.get("/oidc/callback/", {"code": provider.authorize(query), "state": query["state"], **bent})


def test_who_is_bound_comes_in_and_it_is_on_record(provider: Provider, fresh_site: Site) -> None:
    bind(fresh_site, "u-1001", "case_handler")
    client, before = fresh_site.client(None), fresh_site.heads()["accounts"]
    back = went(provider, client)
    assert (back.status_code, back.headers["Location"]) == (302, "/inbox/")
    assert fresh_site.heads()["accounts"] == before + 1
    assert client.get("/inbox/").status_code == 200


def test_a_head_still_proves_a_second_factor(provider: Provider, fresh_site: Site) -> None:
    bind(fresh_site, "u-1001", "section_head")
    client = fresh_site.client(None)
    assert went(provider, client).status_code == 302
    assert client.get("/inbox/").headers["Location"].startswith("/second-factor/")


def test_who_is_not_bound_stays_out(provider: Provider, fresh_site: Site) -> None:
    client = fresh_site.client(None)
    assert went(provider, client).status_code == 403
    assert client.get("/inbox/").status_code == 302


@pytest.mark.parametrize(
    "claims", [{"aud": "another"}, {"iss": "http://evil.example"}, {"nonce": "x"}, {"exp": 1}, {"exp": None}, {"sub": None}, {"sub": 7}]
)
def test_a_token_that_is_not_for_us_is_not_believed(provider: Provider, fresh_site: Site, claims: dict[str, Any]) -> None:
    bind(fresh_site, "u-1001", "case_handler")
    provider.claims = claims
    client = fresh_site.client(None)
    answer = went(provider, client)
    assert answer.status_code == 403
    assert "Traceback" not in answer.content.decode()
    assert client.get("/inbox/").status_code == 302


def test_a_token_signed_by_another_or_not_at_all_is_not_believed(provider: Provider, fresh_site: Site, keys: tuple[Any, Any]) -> None:
    bind(fresh_site, "u-1001", "case_handler")
    for key, algorithm in ((keys[1], "RS256"), (None, "HS256"), (None, "none")):
        provider.key, provider.algorithm = key, algorithm
        client = fresh_site.client(None)
        assert went(provider, client).status_code == 403
        assert client.get("/inbox/").status_code == 302


def test_the_way_back_is_gone_once_and_only_by_who_went(provider: Provider, fresh_site: Site) -> None:
    bind(fresh_site, "u-1001", "case_handler")
    assert went(provider, fresh_site.client(None), state="forged").status_code == 403
    assert fresh_site.client(None).get("/oidc/callback/", {"code": "c", "state": "s"}).status_code == 403
    assert fresh_site.client(None).get("/oidc/callback/", {"error": "access_denied"}).status_code == 403
    assert fresh_site.client(None).get("/oidc/callback/").status_code == 403


def test_a_provider_that_is_down_is_told(provider: Provider, fresh_site: Site) -> None:
    bind(fresh_site, "u-1001", "case_handler")
    provider.down = True
    assert went(provider, fresh_site.client(None)).status_code == 403


def test_the_person_may_be_named_by_another_claim_but_must_be_the_same(provider: Provider, fresh_site: Site) -> None:
    from django.conf import settings

    bind(fresh_site, "wang.wu", "case_handler")
    settings.OIDC["CLAIM"] = "employee"
    provider.info = {"employee": "wang.wu"}
    assert went(provider, fresh_site.client(None)).status_code == 302
    provider.info = {"employee": "wang.wu", "sub": "somebody-else"}
    assert went(provider, fresh_site.client(None)).status_code == 403


def test_next_leads_nowhere_else(provider: Provider, fresh_site: Site) -> None:
    bind(fresh_site, "u-1001", "case_handler")
    client = fresh_site.client(None)
    there = client.get("/oidc/authenticate/", {"next": "https://evil.example/"})
    query = {k: v[0] for k, v in parse_qs(urlsplit(there.headers["Location"]).query).items()}
    back = client.get("/oidc/callback/", {"code": provider.authorize(query), "state": query["state"]})
    assert back.headers["Location"] == "/"


def test_without_a_provider_nothing_is_there(fresh_site: Site) -> None:
    client = fresh_site.client(None)
    assert client.get("/oidc/authenticate/").status_code == 404
    assert client.get("/oidc/callback/", {"code": "c", "state": "s"}).status_code == 404
    assert "oidc" not in client.get("/sign-in/").content.decode()
