"""Where a request comes from, as far as anybody needs it: from inside the house or not, and roughly from which network.

Nothing of this is kept: what is counted is a keyed digest of the network, thrown away within the hour (flood).  The pages of sealed
tips ask neither.
"""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from .visit import viewer_in

INSIDE_COOKIE, INSIDE_SECONDS = "inside", 12 * 3600
"""Marks a browser in which somebody signed in: for the rest of a working day it is the office's, not a party's."""
_MARK = "signed-in-here"


def address_of(request: HttpRequest) -> str:
    """Return the address from which a request comes; behind proxies (QINGFENG_PROXIES) the one that the outermost of ours saw."""
    forwarded = [one.strip() for one in str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",") if one.strip()]
    if settings.PROXIES and len(forwarded) >= settings.PROXIES:
        return str(forwarded[-settings.PROXIES])
    return str(request.META.get("REMOTE_ADDR", ""))


def place_of(request: HttpRequest) -> str:
    """Return the network of a request: 256 addresses, or a subscriber's network of IPv6; "" for what is no address."""
    try:
        address = ip_address(address_of(request)[:60])
    except ValueError:
        return ""
    return str(ip_network(f"{address}/{24 if address.version == 4 else 56}", strict=False))


@lru_cache(maxsize=8)
def _networks(told: str) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(one.strip(), strict=False) for one in told.split(",") if one.strip())


def inside(request: HttpRequest) -> bool:
    """True if a request comes from somebody signed in, from a browser in which somebody was today, or from the office's own network."""
    if viewer_in(request).officer is not None:
        return True
    try:
        marked = signing.loads(request.COOKIES.get(INSIDE_COOKIE, ""), salt=INSIDE_COOKIE, max_age=INSIDE_SECONDS) == _MARK
    except signing.BadSignature:
        marked = False
    if marked:
        return True
    networks = _networks(settings.INSIDE)
    if not networks:
        return False
    try:
        address = ip_address(address_of(request)[:60])
    except ValueError:
        return False
    return any(address in one for one in networks)


def mark(request: HttpRequest, response: HttpResponse) -> None:
    """Mark the browser of somebody signed in."""
    if INSIDE_COOKIE not in request.COOKIES:
        response.set_cookie(INSIDE_COOKIE, signing.dumps(_MARK, salt=INSIDE_COOKIE), max_age=INSIDE_SECONDS, httponly=True,
                            samesite="Lax", secure=settings.HTTPS)  # fmt: skip
