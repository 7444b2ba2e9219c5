"""A map as one HTML file: read aloud in the order of the course, printed on A4 or A3, with nothing fetched and no script.

Headings, lists and words carry everything; colour only repeats what is said.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path

import segno

from .furniture import subtitle
from .sheet import MEASURES_HEAD, RISKS_HEAD, SIGNS, STEPS_HEAD, UNSAID, Block, Item, Mark, Sheet, tone_of
from .svg import FAMILIES, GREY, INK, TONES

PAGE_STYLE = (Path(__file__).parent / "page.css").read_text(encoding="utf-8")
SHADES = "".join(
    f".{tone}{{border-color:{TONES[tone][0]};color:{TONES[tone][0]};background:{TONES[tone][1]}}}"
    for tone in ("hi", "mi", "lo", "none", "measure")
)
MARKED = "".join(f".{mark.value}{{color:{TONES[mark.value][0]}}}" for mark in Mark if mark is not Mark.SAME)
STYLE = f":root{{--sans:{FAMILIES['sans']};--serif:{FAMILIES['serif']};--ink:{INK};--grey:{GREY}}}{PAGE_STYLE}{SHADES}{MARKED}"


def html_of(sheet: Sheet) -> str:
    """Return the map as an HTML page."""
    return "\n".join(_lines(sheet))


def _lines(sheet: Sheet) -> Iterator[str]:
    yield '<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width,initial-scale=1">'
    yield f"<title>{escape(sheet.heading)}</title><style>{STYLE}</style></head><body><header>"
    if sheet.agency:
        yield f'<p class="agency">{escape(sheet.agency)}</p>'
    yield f"<h1>{escape(sheet.heading)}</h1>"
    if told := subtitle(sheet):
        yield f"<p>{escape(told)}</p>"
    for caption, content in sheet.links:
        yield f'<a class="code" href="{escape(content)}">{_code(content)}{escape(caption)}</a>'
    heads = "".join(f"<span>{head}</span>" for head in (RISKS_HEAD, STEPS_HEAD, MEASURES_HEAD))
    yield f'</header><main><div class="cols" aria-hidden="true">{heads}</div>'
    yield '<ol class="steps">'
    for block in sheet.blocks:
        yield f"<li{' class=' + chr(34) + 'whole' + chr(34) if block.whole else ''}>{''.join(_row(block, sheet))}</li>"
    yield "</ol></main><footer>"
    if sheet.notes:
        yield f"<p>注：{escape(''.join(sheet.notes))}</p>"
    blank = "＿＿＿＿＿＿"
    if sheet.older:
        yield "<p>" + "　".join(f'<b class="{mark.value}">{SIGNS[mark]}</b>' for mark in (Mark.ADDED, Mark.REMOVED, Mark.CHANGED)) + "</p>"
    yield f"<p>服务电话：{escape(sheet.service_phone or blank)}　监管电话：{escape(sheet.supervision_phone or blank)}</p>"
    yield f"<p>{escape(sheet.version)}起施行{f'　校验值{sheet.digest}' if sheet.digest else ''}</p></footer></body></html>"


def _row(block: Block, sheet: Sheet) -> Iterator[str]:
    live = " live" if block.findings else ""
    yield f'<section class="row"><div class="step{live}"><h2>{_marked(escape(block.name), block.mark)}</h2>'
    if block.findings is not None:
        yield f'<p class="live">{f"发现{block.findings}项" if block.findings else "无发现"}</p>'
    told = [*block.was, *(turn.text for turn in block.turns)]
    if told:
        yield "<ul>" + "".join(f"<li>{escape(one)}</li>" for one in told) + "</ul>"
    yield "</div>"
    if block.has_risks:
        tone = tone_of(block.rank, sheet.scheme)
        dots = f'<span class="dots" aria-hidden="true">{_dots(block.rank, len(sheet.scheme))}</span>' if block.rank is not None else ""
        foot = "" if block.whole and not block.level else f'<p class="foot">{dots}风险等级：{escape(block.level or UNSAID)}</p>'
        yield f'<div class="box risks {tone}"><h3>风险点</h3>{_items(block.risks, block.mark)}{foot}</div>'
    if block.has_measures:
        foot = f'<p class="foot">责任人：{escape(block.owner or UNSAID)}</p>'
        yield f'<div class="box measures measure"><h3>防控措施</h3>{_items(block.measures, block.mark)}{foot}</div>'
    yield "</section>"


def _items(items: tuple[Item, ...], mark: Mark) -> str:
    if not items:
        return ""
    told = []
    for item in items:
        was = f'<span class="was">原文：{escape(item.was)}</span>' if item.was is not None else ""
        text = escape(item.text) if item.mark is mark and mark is not Mark.CHANGED else _marked(escape(item.text), item.mark)
        told.append(f'<li value="{item.number}">{text}{was}</li>')
    return f"<ol>{''.join(told)}</ol>"


def _marked(text: str, mark: Mark) -> str:
    match mark:
        case Mark.SAME:
            return text
        case Mark.ADDED:
            return f'<ins class="added"><b>{SIGNS[mark]}</b> {text}</ins>'
        case Mark.REMOVED:
            return f'<del class="removed"><b>{SIGNS[mark]}</b> <span class="t">{text}</span></del>'
    return f'<b class="changed">{SIGNS[mark]}</b> {text}'


def _dots(rank: int, many: int) -> str:
    return "●" * (rank + 1) + "○" * (many - rank - 1)


def _code(content: str) -> str:
    made: str = segno.make(content, error="m", micro=False).svg_inline(scale=2, border=1)
    return made
