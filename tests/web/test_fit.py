"""What stands in a box stays in it: sums, headings and tags, in both languages and at either width."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from .test_every_page import WIDTHS

if TYPE_CHECKING:
    from .browser import Visitor

PAGES = {"jiwei": ("/overview/", "/duties/", "/samples/"), "caiwu": ("/money/",), "baoguan": ("/stores/",), "shouli": ("/counter/",)}
BOXES = ".kpi, .kpi4 > *, .hb, .mx th, .tag, .btn, .tbl th, .tbl td, .todo li"
SPILT = """(boxes) => {
  const out = [];
  for (const box of document.querySelectorAll('main :is(' + boxes + ')')) {
    const held = box.getBoundingClientRect(), style = getComputedStyle(box);
    if (!held.width || style.overflow === 'hidden') continue;
    const range = document.createRange();
    range.selectNodeContents(box);
    for (const rect of range.getClientRects()) {
      if (rect.width > 1 && (rect.right > held.right + 1.5 || rect.left < held.left - 1.5)) {
        out.push(box.className + ' ' + box.textContent.trim().slice(0, 40));
        break;
      }
    }
  }
  return out;
}"""


@pytest.mark.parametrize("size", WIDTHS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_nothing_stands_beyond_its_box(visit: Callable[..., Visitor], lang: str, size: tuple[int, int]) -> None:
    wrong: list[str] = []
    for account, paths in PAGES.items():
        window = visit(account, size=size)
        window.context.add_cookies([{"name": "lang", "value": lang, "url": window.base}])
        for path in paths:
            window.go(path)
            assert (window.page.get_attribute("html", "lang") or "").startswith(lang)
            wrong += [f"{path} {one}" for one in window.page.evaluate(SPILT, BOXES)]
    assert not wrong, "\n".join(wrong)
