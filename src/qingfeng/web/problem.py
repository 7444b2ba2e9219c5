"""Errors of the API: RFC 9457 problem details, with the same reason, law and remedy as the pages."""

from __future__ import annotations

from typing import Any

from django.http import JsonResponse

from qingfeng.terms.text import Text


def problem(status: int, *, title: Text, reason: Text, remedy: Text | None = None, **more: Any) -> JsonResponse:
    """Return a problem.  detail and remedy stand in both languages beside each other."""
    data: dict[str, Any] = {"type": "about:blank", "status": status, "title": title.en, "title_zh": title.zh, "detail": reason.en,
                            "detail_zh": reason.zh}  # fmt: skip
    if remedy is not None:
        data |= {"remedy": remedy.en, "remedy_zh": remedy.zh}
    return JsonResponse({**data, **more}, status=status, content_type="application/problem+json")
