"""A scene as SVG: text stays text (it can be searched and read aloud), and the place of everything is that of the scene.

Attributes only, no style sheet: a site that forbids styles in the page shows it all the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from html import escape

from .scene import Box, Code, Dot, Line, Page, Scene, Words

INK, GREY = "#1D2939", "#5D6B82"
TONES: Mapping[str, tuple[str, str]] = {  # tone -> line and text, ground
    "hi": ("#B42318", "#FEF3F2"), "mi": ("#B54708", "#FFFAEB"), "lo": ("#067647", "#ECFDF3"), "none": (GREY, "#F9FAFB"),
    "measure": ("#1849A9", "#FFFFFF"), "step": ("#1849A9", "#EFF8FF"), "live": ("#B42318", "#FEE4E2"), "head": ("#344054", "#344054"),
    "ink": (INK, "none"), "grey": (GREY, "none"), "white": ("#FFFFFF", "none"), "flow": ("#475467", "none"), "rule": ("#B42318", "none"),
    "turn": ("#6941C6", "none"), "added": ("#067647", "none"), "removed": ("#B42318", "none"), "changed": ("#B54708", "none"),
}  # fmt: skip
"""Every text has a contrast of at least 4.5 to its ground (WCAG 2.2, 1.4.3)."""
FAMILIES = {
    "sans": '"Noto Sans CJK SC","Noto Sans SC","Source Han Sans SC","Microsoft YaHei","PingFang SC",sans-serif',
    "serif": '"Noto Serif CJK SC","Noto Serif SC","Source Han Serif SC",STZhongsong,SimSun,serif',
}
NAME_INK = "#102A56"


def svg_of(scene: Scene) -> str:
    """Return the whole map as one SVG; several pages stand one below the other."""
    return _file(scene, scene.pages)


def page_svg(scene: Scene, number: int) -> str:
    """Return one page, counted from 0, as an SVG."""
    return _file(scene, scene.pages[number : number + 1])


def _file(scene: Scene, pages: Iterable[Page]) -> str:
    pages = list(pages)
    wide, high = max(page.width for page in pages), sum(page.height for page in pages)
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide:.1f}pt" height="{high:.1f}pt" viewBox="0 0 {wide:.1f} {high:.1f}" '
        f'role="img" lang="zh-CN" fill="{INK}" font-family="{escape(FAMILIES["sans"])}">',
        f"<title>{escape(scene.title)}</title><desc>{escape(scene.description)}</desc>",
        '<rect width="100%" height="100%" fill="#fff"/>',
    ]
    y = 0.0
    for page in pages:
        out += [f'<g transform="translate(0 {y:.1f})">' if y else "<g>", *_page(page), "</g>"]
        y += page.height
    return "\n".join([*out, "</svg>", ""])


def _page(page: Page) -> Iterator[str]:
    yield from (_box(box) for box in page.boxes)
    for line in page.lines:
        yield from _line(line)
    yield from (_dot(dot) for dot in page.dots)
    yield from (_words(words) for words in page.words)
    yield from (_code(code) for code in page.codes)


def _box(box: Box) -> str:
    line, ground = TONES[box.mark if box.mark in ("added", "removed") else box.tone][0], TONES[box.tone][1]
    dash = ' stroke-dasharray="4 3"' if box.dashed or box.mark == "removed" else ""
    named = f' data-part="{box.part}" data-step="{escape(box.block)}"' if box.block else ""
    wide = 1.8 if box.mark in ("added", "changed") else 0.9
    return (f'<rect x="{box.x:.1f}" y="{box.y:.1f}" width="{box.w:.1f}" height="{box.h:.1f}" rx="{box.radius:.1f}" fill="{ground}" '
            f'stroke="{line}" stroke-width="{wide}"{dash}{named}/>')  # fmt: skip


def _line(line: Line) -> Iterator[str]:
    colour = TONES[line.tone][0]
    points = list(line.points)
    if line.arrow:
        (x0, y0), (x, y) = points[-2:]
        size = 5.0
        dx, dy = (x > x0) - (x < x0), (y > y0) - (y < y0)
        points[-1] = (x - dx * size * 0.8, y - dy * size * 0.8)
        foot, half = (x - dx * size, y - dy * size), size * 0.45
        back = [(foot[0] - dy * half, foot[1] - dx * half), (foot[0] + dy * half, foot[1] + dx * half)]
        head = " ".join(f"{a:.1f},{b:.1f}" for a, b in ((x, y), *back))
        yield f'<polygon points="{head}" fill="{colour}"/>'
    way = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dash = ' stroke-dasharray="4 2.5"' if line.kind == "turn" else ""
    yield f'<polyline points="{way}" fill="none" stroke="{colour}" stroke-width="{line.wide:.2f}"{dash}/>'


def _dot(dot: Dot) -> str:
    colour = TONES[dot.tone][0]
    return (f'<circle cx="{dot.x:.1f}" cy="{dot.y:.1f}" r="{dot.r:.1f}" stroke="{colour}" stroke-width=".8" '
            f'fill="{colour if dot.filled else "#fff"}"/>')  # fmt: skip


def _words(words: Words) -> str:
    colour = NAME_INK if words.tone == "step" else TONES[words.tone][0]
    fill = "" if colour == INK else f' fill="{colour}"'
    kind = "" if words.face == "sans" else ' font-weight="700"'
    kind += f' font-family="{escape(FAMILIES["serif"])}"' if words.face == "serif" else ""
    anchor = "" if words.anchor == "start" else f' text-anchor="{words.anchor}"'
    struck = ' text-decoration="line-through"' if words.struck else ""
    return f'<text x="{words.x:.1f}" y="{words.y:.1f}" font-size="{words.size:.1f}"{kind}{anchor}{fill}{struck}>{escape(words.text)}</text>'


def _code(code: Code) -> str:
    """The dark squares as one path: runs of a row are drawn together."""
    side = code.size / len(code.rows)
    way = []
    for down, row in enumerate(code.rows):
        start = None
        for across, dark in enumerate((*row, False)):
            if dark and start is None:
                start = across
            elif not dark and start is not None:
                way.append(f"M{start} {down}h{across - start}v1h-{across - start}z")
                start = None
    told = f"{escape(code.caption)}：{escape(code.content)}"
    return (f'<g role="img"><title>{told}</title><path transform="translate({code.x:.2f} {code.y:.2f}) '
            f'scale({side:.4f})" d="{"".join(way)}" fill="#000"/></g>')  # fmt: skip
