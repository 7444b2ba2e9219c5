"""Pages that show what is in a case's file: read first, or say why not; and the tabs that stand over them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse

from qingfeng.casework.desk.casepage import title_in
from qingfeng.casework.desk.opening import HANDLED, OUTLINE
from qingfeng.casework.desk.rules import places_of
from qingfeng.casework.ports import ReadTx
from qingfeng.engine.case import Case
from qingfeng.engine.control import Control
from qingfeng.terms.text import Text

from . import errors
from .views.work import came_to, read_first

MOST_NUMBER = 9
OUTLINE_ONLY = Text(zh="您的岗位可以办理本案的事项，但您尚未参与本案，不能查阅案卷", en="your post may act on this case, but you take no part in it yet")
HANDLED_ALONE = Text(zh="您的岗位只能查阅本案中经手的证据、财物和文书", en="your post reads only the evidence, goods and papers of this case that it handles")
TAKE_PART = Text(zh="请先在案件页办理您的事项，或者请承办人员在办理记录中列名。", en="Do your act on the case first, or be named in an act of it.")


def barred(request: HttpRequest, case: str) -> HttpResponse | None:
    """Lay down that the file is read; return the page that says why it may not be, None if it may."""
    read = read_first(request, case)
    if not isinstance(read, bool):
        return read
    return None if read else errors.page(request, 403, OUTLINE_ONLY, TAKE_PART)


def barred_from_handled(request: HttpRequest, case: str) -> tuple[HttpResponse | None, bool]:
    """The same for pages that also show what passes through a post's hands; True: the visitor may see that alone."""
    came = came_to(request, case)
    if not isinstance(came, str):
        return came, False
    if came == OUTLINE:
        return errors.page(request, 403, OUTLINE_ONLY, TAKE_PART), False
    return None, came == HANDLED


def not_handled(request: HttpRequest) -> HttpResponse:
    """The page for who asks for something of the file that does not pass through his hands."""
    return errors.page(request, 403, HANDLED_ALONE, TAKE_PART)


def tabs(tx: ReadTx, case: Case, controls: Sequence[Control], tab: str, *, handled: bool = False) -> dict[str, Any]:
    """Return what the head of every page of a case shows; handled: to who reads only what he handles."""
    row = tx.case_row(case.id)
    return {"case": case.id, "power": case.version.power, "power_title": case.version.title, "case_title": title_in(row, case.version),
            "places": places_of(case, controls, handled=handled or None), "tab": tab, "handled": handled}  # fmt: skip


def number_in(text: str | None) -> int | None:
    """Return a number as sent, None if it is none."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) <= MOST_NUMBER else None
