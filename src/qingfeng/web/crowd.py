"""Forms of the public when many send at once: each network has its share, the surplus works or waits, nobody is shut out by others."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse

from qingfeng.terms.text import Text

from . import errors, flood
from .place import place_of
from .visit import visit_of

_WAIT = Text(
    zh=f"现在提交的人多，还没有保存。文字都在下面，附件请重新选择。请再按一次提交：浏览器先做几秒钟防滥用计算；浏览器没有开脚本的，请在{flood.WAIT // 60}分钟以后再按。",
    en=f"Many are sending just now; nothing is saved yet. Your words stand below; choose the files again and press once more: the browser "
       f"first does a sum against misuse. Without scripts, press again in {flood.WAIT // 60} minutes.",
)  # fmt: skip
_BUSY = Text(zh="这份回执这一小时里提交的次数太多，没有保存。", en="Too much was sent with this receipt within the hour; nothing was saved.")
_LATER = Text(zh="请一小时后再试，或者到窗口办理。", en="Try again in an hour, or come to the counter.")


@dataclass(frozen=True, slots=True)
class Work:
    """What a form carries when many send: a challenge, and how hard it is."""

    challenge: str
    bits: int


def work_for(request: HttpRequest, kind: str, most: int, *, always: bool = False) -> Work | None:
    """Return the work that a form asks for now, None if it asks for none."""
    now, place = visit_of(request).now, place_of(request)
    if not always and not flood.crowded(kind, place, now, most=most):
        return None
    bits = flood.bits_for(kind, place, now)
    return Work(flood.challenge(now, bits), bits)


def stopped(request: HttpRequest, kind: str, most: int) -> Text | None:
    """Return why one more is not taken in just now, None if it is; counts it then."""
    sent = {name: request.POST.get(name, "")[:200] for name in ("challenge", "work")}
    fine = flood.admitted(kind, place_of(request), visit_of(request).now, most=most, challenge=sent["challenge"], answer=sent["work"])
    return None if fine else _WAIT


def too_often(request: HttpRequest, kind: str, key: str, most: int) -> HttpResponse | None:
    """Return the page for somebody known, by a receipt, who sends too often within the hour; None if he does not.  Counts it."""
    return errors.page(request, 429, _BUSY, _LATER) if flood.count(kind, key, visit_of(request).now) > most else None
