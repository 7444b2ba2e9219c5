"""Errors as pages: what, why, what next, in the reader's language; never a traceback."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from qingfeng.casework.desk.access import PUBLIC
from qingfeng.terms.text import Text, spoken

from . import agency
from .uploads import TOO_LARGE
from .visit import Visited, lang_of

TITLES = {
    400: Text(zh="请求有误", en="The request is wrong"),
    403: Text(zh="不能查看", en="Not open to you"),
    404: Text(zh="没有找到", en="Not found"),
    405: Text(zh="不能这样访问", en="Not this way"),
    409: Text(zh="内容已有变化", en="Things have moved on"),
    413: Text(zh="内容过大", en="Too large"),
    422: Text(zh="不予办理", en="Refused"),
    429: Text(zh="请求过于频繁", en="Too many requests"),
    500: Text(zh="系统出错", en="Something broke"),
    503: Text(zh="暂时不能使用", en="Not available now"),
}
_NOTHING = Text(zh="没有这个页面。", en="There is no such page.")
_BEGIN = Text(zh="请检查网址，或者从首页进入。", en="Check the address, or begin at the first page.")
_LOOK = Text(zh="请核对号码，或者用页面上方的查找、从首页进入；不属于您可以知道的，也这样回答。",
             en="Check the number, search above or begin at the first page; what you may not know of is answered alike.")  # fmt: skip
_OURS = Text(zh="这是系统的问题，不是您的问题；没有保存任何内容。请稍后再试，仍不行请联系系统管理员。",
             en="The fault is ours, not yours; nothing was saved. Try again later, then tell the system administrator.")  # fmt: skip
_STALE = Text(
    zh="页面停留过久，或者不是从本站打开的，没有保存任何内容。请返回后刷新页面，再提交一次；您填写的内容仍在。",
    en="The page stood open too long, or was not opened from this site; nothing was saved. Go back, reload and submit again.",
)


def page(request: HttpRequest, status: int, reason: Text, remedy: Text | None = None) -> HttpResponse:
    """Return a page that says what went wrong."""
    if not hasattr(request, "visit"):
        request.visit = Visited(viewer=PUBLIC, lang=lang_of(request), now=agency.now())  # type: ignore[attr-defined]
    title = TITLES.get(status, TITLES[400])
    if request.path.startswith("/api/"):
        from .problem import problem

        return problem(status, title=title, reason=reason, remedy=remedy)
    remedy = _LOOK if remedy is None and status == 404 else remedy
    context = {"status": status, "title": title, "reason": spoken(reason), "remedy": spoken(remedy) if remedy is not None else None}
    return render(request, "error.html", context, status=status)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Return the page for an address that leads nowhere."""
    return page(request, 404, _NOTHING, _BEGIN)


def not_this_way(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """Return the page for an address that takes other requests only, in the place of Django's empty answer."""
    told = page(request, 405, Text(zh="这个网址只接受表单提交，不能直接打开。", en="This address takes forms only and cannot be opened."),
                Text(zh="请返回原来的页面，用页面上的按钮办理。", en="Go back and use the button on the page."))  # fmt: skip
    told.headers["Allow"] = answer.headers.get("Allow", "POST")
    return told


def broken(request: HttpRequest) -> HttpResponse:
    """Return the page for a fault of ours."""
    return page(request, 500, _OURS)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Return the page for a request that cannot be read."""
    return page(
        request,
        400,
        Text(
            zh="请求无法读懂，没有保存任何内容。请返回后重试。",
            en="The request cannot be read; nothing was saved. Go back and try again.",
        ),
    )


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Return the page for what is not open to the visitor."""
    return page(request, 403, Text(zh="这一页不对您开放。", en="This page is not open to you."))


def too_large(request: HttpRequest) -> HttpResponse:
    """Return the page for an upload that exceeds the bound."""
    return page(
        request,
        413,
        Text(
            zh="文件太大，没有保存任何内容。每个文件不超过100兆字节。",
            en="The file is too large; nothing was saved. A file may have 100 MB.",
        ),
        Text(zh="请压缩或者分成几个文件后再上传。", en="Compress it or split it and upload again."),
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Return the page for a form that did not come from this site, or that was cut off before its proof of that could be read."""
    return too_large(request) if request.META.get(TOO_LARGE) else page(request, 403, _STALE)
