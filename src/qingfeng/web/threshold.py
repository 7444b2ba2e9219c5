"""What is turned back before any page is asked: other names of the site than its own, and methods that no page has."""

from __future__ import annotations

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse

from qingfeng.terms.text import Text

from . import errors

PAGES, API = ("GET", "HEAD", "POST"), ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_NAME = Text(zh="本站不以这个名称开通，没有读取任何内容。", en="The site is not open under this name; nothing was read.")
_OWN = Text(zh="请用本单位公布的网址打开。换了域名或者地址的，请系统管理员在 QINGFENG_HOSTS 中写明后重新启动。",
            en="Use the address that the agency has published. If the site has a new one, the administrator names it in QINGFENG_HOSTS and "
               "starts the site again.")  # fmt: skip


def turned_back(request: HttpRequest) -> HttpResponse | None:
    """Return the page for a request that is none of ours, None if it may go on."""
    try:
        request.get_host()
    except DisallowedHost:
        return errors.page(request, 400, _NAME, _OWN)
    allowed = API if request.path.startswith("/api/") else PAGES
    if request.method in allowed:
        return None
    answer = HttpResponse()
    answer.headers["Allow"] = ", ".join(allowed)
    return errors.not_this_way(request, answer)


def without_body(response: HttpResponse) -> None:
    """Leave the head of an answer alone, with the length that the body would have."""
    if not response.streaming:
        response.headers["Content-Length"] = str(len(response.content))
        response.content = b""
