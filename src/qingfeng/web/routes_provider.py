"""Addresses of signing in through a provider; nothing is there unless one is set (QINGFENG_OIDC_ISSUER)."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, re_path

from qingfeng.casework.office import UnknownThing

from .gate import public


def _must_be_set() -> None:
    if not settings.OIDC["ISSUER"]:
        raise UnknownThing("没有设置统一身份认证；请用账号口令登录。", "no provider is set: sign in with account and password")


@public
def begin(request: HttpRequest) -> HttpResponse:
    """Go to the provider."""
    _must_be_set()
    from .provider import Begin  # late: the library is large, and most sites have no provider

    answer: HttpResponse = Begin.as_view()(request)
    return answer


@public
def callback(request: HttpRequest) -> HttpResponse:
    """Come back from the provider."""
    _must_be_set()
    from .provider import Callback

    answer: HttpResponse = Callback.as_view()(request)
    return answer


urlpatterns: list[URLPattern] = [
    re_path(r"^oidc/authenticate/$", begin, name="oidc_authentication_init"),
    re_path(r"^oidc/callback/$", callback, name="oidc_authentication_callback"),
]
