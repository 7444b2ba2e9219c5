"""Signing in: a password whose digest the agency's log holds, a second factor for those who decide or supervise, or a provider."""

from __future__ import annotations

import hmac
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from qingfeng.casework import accounts
from qingfeng.casework.desk.access import two_factor
from qingfeng.terms.text import Text

from . import agency, errors
from .models import Account
from .sessions import account_by_id
from .visit import viewer_in

_FREE = ("/sign-in/", "/sign-out/", "/second-factor/", "/password/", "/static/", "/language/", "/size/", "/oidc/")


def digest_of(account: Account) -> str:
    """Return what the log holds of an account's password: the digest of its argon2 hash."""
    return sha256(account.password.encode()).hexdigest()


class LoggedSecretBackend(ModelBackend):
    """Believes a password only if the log holds its digest: whoever changes the table of accounts signs in as nobody."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **_: Any
    ) -> Account | None:
        """Return the account, or None."""
        account = super().authenticate(request, username=username, password=password)
        if not isinstance(account, Account):
            return None
        office = agency.office()
        with office.store.read() as tx:
            bound = agency.bindings(tx).bindings.get(account.username)
        if bound is None:
            return None
        fine = bound.secret is not None and hmac.compare_digest(bound.secret, digest_of(account))
        accounts.note_sign_in(office, account.username, bound.officer, outcome="signed_in" if fine else "secret_differs", at=agency.now())
        return account if fine else None

    def get_user(self, user_id: Any) -> Account | None:
        """Return whose session it is."""
        return account_by_id(user_id)


def must_go_first(request: HttpRequest) -> HttpResponse | None:
    """Return where a visitor who signed in has to go before anything else: to the second factor."""
    if request.path.startswith(_FREE):
        return None
    if two_factor(viewer_in(request)) and not request.user.is_verified():  # type: ignore[union-attr]
        if request.path.startswith("/api/"):
            return errors.page(request, 403, Text(zh="请先验证第二因素", en="verify the second factor first"))
        return redirect(f"/second-factor/?next={quote(request.get_full_path())}")
    return None


def locked_out(request: HttpRequest, credentials: dict[str, Any] | None = None, *_: Any, **__: Any) -> HttpResponse:
    """Return the page after too many wrong passwords."""
    return errors.page(request, 429, Text(zh="口令连续输错多次，账号已暂时锁定。", en="Too many wrong passwords: the account is locked for a while."),
                       Text(zh="请15分钟后再试；不是本人操作的，请告诉安全管理员。",
                            en="Try again in 15 minutes; if this was not you, tell the security administrator."))  # fmt: skip
