"""Signing in through an OpenID provider: it says who somebody is; for whom that account speaks only the agency's log says.

The account bears the name that the provider gives in one claim (`sub` unless QINGFENG_OIDC_CLAIM names another), and two
administrators must have bound it.  Beside what the library checks (signature, time, state, nonce, PKCE) the token must be issued
by our provider and for us.  A second factor is asked for as ever.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from jwt import PyJWTError
from mozilla_django_oidc.auth import OIDCAuthenticationBackend
from mozilla_django_oidc.views import OIDCAuthenticationCallbackView, OIDCAuthenticationRequestView
from requests import RequestException

from qingfeng.casework import accounts
from qingfeng.terms.limits import MAX_KEY
from qingfeng.terms.text import Text

from . import agency, errors
from .models import Account

_NOT_BOUND = Text(
    zh="统一身份认证没有通过，或者该账号尚未绑定人员。", en="The provider did not vouch for you, or the account is bound to nobody."
)
_ASK = Text(
    zh="请重新登录；账号由系统管理员提出绑定、安全管理员确认。",
    en="Sign in again; the system administrator proposes the binding, the security administrator confirms it.",
)
_AWAY = Text(
    zh="统一身份认证服务暂时不能使用，或者它的答复不可信。", en="The provider cannot be reached, or what it answers cannot be trusted."
)
_PASSWORD = Text(zh="请稍后再试，或者用账号口令登录。", en="Try again later, or sign in with account and password.")


class ProviderBackend(OIDCAuthenticationBackend):  # type: ignore[misc] # the library carries no types
    """Believes the provider about who it is, and the log about for whom he speaks."""

    def verify_token(self, token: str, **kwargs: Any) -> dict[str, Any]:
        """Return the claims of a token that our provider issued for us; raises SuspiciousOperation, PyJWTError."""
        claims: dict[str, Any] = super().verify_token(token, **kwargs)
        meant = claims.get("aud")
        if claims.get("iss") != settings.OIDC["ISSUER"] or self.OIDC_RP_CLIENT_ID not in (meant if isinstance(meant, list) else [meant]):
            raise SuspiciousOperation("a token of another issuer or for somebody else")
        if "exp" not in claims:
            raise SuspiciousOperation("a token without an end")
        return claims

    def get_or_create_user(self, access_token: str, id_token: str, payload: dict[str, Any]) -> Account | None:
        """Return the account of the person, None if nobody bound it."""
        claim = settings.OIDC["CLAIM"] or "sub"
        claims = payload
        if claim not in payload:
            claims = self.get_userinfo(access_token, id_token, payload)
            if claims.get("sub") != payload.get("sub"):
                raise SuspiciousOperation("what the provider says of the person is about somebody else")
        name = claims.get(claim)
        if not isinstance(name, str) or not 0 < len(name) <= MAX_KEY:
            return None
        office = agency.office()
        with office.store.read() as tx:
            bound = agency.bindings(tx).bindings.get(name)
        if bound is None:
            return None
        account = Account.objects.filter(username=name).first() or Account.objects.create_user(name)
        accounts.note_sign_in(office, name, bound.officer, outcome="signed_in", at=agency.now())
        return account

    def store_tokens(self, access_token: str, id_token: str) -> None:
        """Keep no token of the provider: nothing here needs one later."""


class Begin(OIDCAuthenticationRequestView):  # type: ignore[misc] # the library carries no types
    """Sends the visitor to the provider."""


class Callback(OIDCAuthenticationCallbackView):  # type: ignore[misc] # the library carries no types
    """Where the provider sends the visitor back."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Sign in, or say why not."""
        try:
            answer: HttpResponse = super().get(request)
        except (RequestException, PyJWTError, SuspiciousOperation, KeyError, ValueError):
            return errors.page(request, 403, _AWAY, _PASSWORD)
        return answer

    def login_failure(self) -> HttpResponse:
        """Return the page for somebody who is not let in."""
        return errors.page(self.request, 403, _NOT_BOUND, _ASK)
