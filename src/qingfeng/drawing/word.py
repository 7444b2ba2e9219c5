"""A scene as a Word file whose shapes can be edited: text boxes and connectors, as DrawingML for Word since 2010 and as VML for older ones.

Every shape is anchored to the page, lines of text have an exact height, and boxes are as tall as their text: nothing is
clipped where the fonts differ.  Sources: ECMA-376 part 1 (WordprocessingML), [MS-ODRAWXML] 2.2 (wps), ECMA-376 part 4 (VML).
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from html import escape

import segno

from .furniture import AGENCY, LONG_TITLE, TITLE, subtitle
from .measure import width, wrap, wrap_even
from .paper import PAPERS, Measures
from .scene import Box, Code, Line, Page, Paragraph, Scene
from .sheet import SIGNS, Mark, Sheet
from .svg import GREY, INK, NAME_INK, TONES
from .wordparts import CONTENT_TYPES, HEAD, NAMESPACES, PACKAGE_RELATIONS, STYLES, relations

EMU = 12_700
"""English metric units in a point."""
SLACK = 1.5
"""Points by which a text box is wider inside than its lines, for fonts whose Latin letters are wider than ours."""
STAMP = (1980, 1, 1, 0, 0, 0)
"""Time of every part: the same map gives the same bytes."""


def docx_of(sheet: Sheet, scene: Scene) -> bytes:
    """Return the map as a .docx."""
    codes = list(scene.pages[0].codes)
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": CONTENT_TYPES,
        "_rels/.rels": PACKAGE_RELATIONS,
        "word/document.xml": _document(sheet, scene),
        "word/styles.xml": STYLES,
        "word/footer1.xml": _footer(sheet, scene),
        "word/_rels/document.xml.rels": relations(len(codes)),
        "docProps/core.xml": '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><cp:coreProperties xmlns:cp='
        '"http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{_text(scene.title)}</dc:title><dc:description>{_text(scene.description)}</dc:description></cp:coreProperties>",
        **{f"word/media/code{number}.png": _picture(code) for number, code in enumerate(codes, 1)},
    }
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            data = content.encode("utf-8") if isinstance(content, str) else content
            archive.writestr(zipfile.ZipInfo(name, STAMP), data, zipfile.ZIP_DEFLATED)
    return held.getvalue()


def _text(text: str) -> str:
    return escape(text, quote=True)


def _document(sheet: Sheet, scene: Scene) -> str:
    m = Measures(paper=PAPERS[scene.paper], size=scene.size)
    ids = iter(range(1, 1_000_000))
    body: list[str] = []
    for number, page in enumerate(scene.pages):
        shapes = "".join([*(_box(box, m, next(ids)) for box in page.boxes), *_lines(page, ids),
                          *(_code(code, place, next(ids)) for place, code in enumerate(page.codes, 1))])  # fmt: skip
        body += _headings(sheet, m, page, shapes, number)
    return f'{HEAD}<w:document {NAMESPACES}><w:body>{"".join(body)}{_section(scene, m)}</w:body></w:document>'


def _section(scene: Scene, m: Measures) -> str:
    page = scene.pages[0]
    wide, high = round(page.width * 20), round(page.height * 20)
    turned = ' w:orient="landscape"' if wide > high else ""
    side = round(m.paper.margin * 20)
    return (f'<w:sectPr><w:footerReference w:type="default" r:id="rIdFooter"/><w:pgSz w:w="{wide}" w:h="{high}"{turned}/>'
            f'<w:pgMar w:top="{round(m.paper.margin * 18)}" w:right="{side}" w:bottom="{round(m.paper.margin * 14)}" w:left="{side}" '
            f'w:header="0" w:footer="{round(m.paper.margin * 12)}" w:gutter="0"/></w:sectPr>')  # fmt: skip


def _headings(sheet: Sheet, m: Measures, page: Page, shapes: str, number: int) -> Iterator[str]:
    """The heading as paragraphs of the text, each whole; the shapes of the page are anchored in the first of them."""
    room = page.width - 2 * m.paper.margin - 2 * sum(code.size + m.size for code in page.codes)
    title = m.size * (TITLE if width(sheet.heading, m.size * TITLE, "bold") <= room else LONG_TITLE) if not number else m.size * 1.2
    texts = [(f"{sheet.heading}（续）" if number else sheet.heading, title, False)]
    if not number and sheet.agency:
        texts.insert(0, (sheet.agency, m.size * AGENCY, True))
    if not number and (told := subtitle(sheet)):
        texts.append((told, m.size, True))
    used = sum(len(wrap(text, room, size, "bold")) * size * 1.4 for text, size, _ in texts)
    rule = max(line.points[0][1] for line in page.lines if line.kind == "rule") - m.paper.margin * 0.9
    before = max(0.0, (rule - used - m.size * 0.5) / 2)
    for place, (text, size, song) in enumerate(texts):
        runs = _run(text, size=size, bold=True, song=song) + ("" if place else shapes)
        side = (page.width - 2 * m.paper.margin - room) / 2
        yield _heading(runs, size * 1.4, before=0.0 if place else before, broken=number > 0 and not place, side=side)
    yield _heading("", 2.0, before=max(0.0, rule - used - before - 2.0), rule=True)


def _heading(runs: str, high: float, *, before: float, broken: bool = False, rule: bool = False, side: float = 0.0) -> str:
    border = '<w:pBdr><w:bottom w:val="thickThinSmallGap" w:sz="12" w:space="0" w:color="B42318"/></w:pBdr>' if rule else ""
    return (f'<w:p><w:pPr>{"<w:pageBreakBefore/>" if broken else ""}{border}<w:spacing w:before="{round(before * 20)}" w:after="0" '
            f'w:line="{round(high * 20)}" w:lineRule="exact"/><w:ind w:left="{round(side * 20)}" w:right="{round(side * 20)}"/>'
            f'<w:jc w:val="center"/></w:pPr>{runs}</w:p>')  # fmt: skip


def _run(text: str, *, size: float, colour: str = INK, bold: bool = False, song: bool = True, struck: bool = False) -> str:
    font = "宋体" if song else "黑体"
    words = "<w:br/>".join(f'<w:t xml:space="preserve">{_text(part)}</w:t>' for part in text.split("\n"))
    return (f'<w:r><w:rPr><w:rFonts w:ascii="{font}" w:hAnsi="{font}" w:eastAsia="{font}" w:cs="{font}"/>{"<w:b/>" if bold else ""}'
            f'{"<w:strike/>" if struck else ""}<w:color w:val="{colour[1:]}"/><w:sz w:val="{round(size * 2)}"/></w:rPr>'
            f"{words}</w:r>")  # fmt: skip


def _box(box: Box, m: Measures, number: int) -> str:
    line, ground = TONES[box.mark if box.mark in ("added", "removed") else box.tone][0], TONES[box.tone][1]
    text = "".join(_paragraphs(box, m))
    inset = m.pad * (0.8 if box.part != "head" else 0.3)
    across = max(0.0, m.pad - SLACK)
    form = "roundRect" if box.radius else "rect"
    adjust = round(min(0.5, box.radius / min(box.w, box.h)) * 100_000)
    shape = (
        f'<wps:wsp><wps:cNvSpPr txBox="1"/><wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{_emu(box.w)}" cy="{_emu(box.h)}"/></a:xfrm>'
        f'<a:prstGeom prst="{form}"><a:avLst><a:gd name="adj" fmla="val {adjust}"/></a:avLst></a:prstGeom>'
        f'<a:solidFill><a:srgbClr val="{ground[1:]}"/></a:solidFill><a:ln w="9525"><a:solidFill><a:srgbClr val="{line[1:]}"/></a:solidFill>'
        f'{"<a:prstDash val=" + chr(34) + "dash" + chr(34) + "/>" if box.dashed or box.mark == "removed" else ""}</a:ln></wps:spPr>'
        f"<wps:txbx><w:txbxContent>{text}</w:txbxContent></wps:txbx>"
        f'<wps:bodyPr lIns="{_emu(across)}" tIns="{_emu(inset)}" rIns="{_emu(across)}" bIns="0" anchor="t" wrap="square" rot="0">'
        "<a:noAutofit/></wps:bodyPr></wps:wsp>"
    )
    style = _place(box.x, box.y, box.w, box.h, number)
    old = (
        f'<v:roundrect id="s{number}" arcsize="{adjust / 100_000:.3f}" style="{style}" fillcolor="{ground}" '
        f'strokecolor="{line}" strokeweight=".75pt">'
        f'<v:textbox inset="{across:.1f}pt,{inset:.1f}pt,{across:.1f}pt,0"><w:txbxContent>{text}</w:txbxContent></v:textbox></v:roundrect>'
    )
    return _either(shape, old, box.x, box.y, box.w, box.h, number, f"{box.part} {box.block}".strip())


def _paragraphs(box: Box, m: Measures) -> Iterator[str]:
    ruled = False
    for one in box.paragraphs:
        foot = one.kind in ("foot", "turn") or (one.kind == "was" and box.part == "step")
        yield _paragraph(one, box, m, rule=foot and not ruled and one is not box.paragraphs[0])
        ruled = ruled or foot


def _paragraph(one: Paragraph, box: Box, m: Measures, *, rule: bool) -> str:
    colour, bold, size, high = INK, False, m.size, m.line
    centred = one.kind in ("name", "note", "head")
    match one.kind:
        case "foot":
            colour, bold = TONES[box.tone][0], True
        case "name":
            colour, bold, size, high = NAME_INK, True, m.size * 1.15, m.size * 1.15 * 1.4
        case "head":
            colour, bold, size = "#FFFFFF", True, m.size * 1.05
        case "turn" | "was" | "note":
            colour, size, high, bold = GREY, m.small, m.small_line, one.kind == "note"
    left = _indent(box, m) if one.number or (one.kind == "was" and box.part != "step") else 0.0
    indent = f'<w:ind w:left="{round(left * 20)}" w:hanging="{round(left * 20) if one.number else 0}"/>' if left else ""
    if one.kind == "name" and "\n" not in one.text:  # as narrow as its lines, so that they are as long as each other
        room = box.w - 2 * m.pad
        lines = wrap_even(one.text, room, size, "bold")
        spare = max(0.0, room - max(width(line, size, "bold") for line in lines) - SLACK) / 2 if len(lines) > 1 else 0.0
        indent = f'<w:ind w:left="{round(spare * 20)}" w:right="{round(spare * 20)}"/>'
    tabs = f'<w:tabs><w:tab w:val="left" w:pos="{round(left * 20)}"/></w:tabs>' if one.number else ""
    border = f'<w:pBdr><w:top w:val="single" w:sz="4" w:space="1" w:color="{TONES[box.tone][0][1:]}"/></w:pBdr>' if rule else ""
    number = _run(one.number, size=size, colour=colour, bold=bold) + "<w:r><w:tab/></w:r>" if one.number else ""
    return (
        f'<w:p><w:pPr>{border}{tabs}<w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/>'
        f'<w:spacing w:before="{round(m.pad * 12) if rule else 0}" w:after="0" w:line="{round(high * 20)}" w:lineRule="exact"/>{indent}'
        f'<w:jc w:val="{"center" if centred else "left"}"/></w:pPr>{number}'
        f"{_run(one.text, size=size, colour=colour, bold=bold, song=not bold, struck=one.struck)}</w:p>"
    )


def _indent(box: Box, m: Measures) -> float:
    longest = max((len(one.number) for one in box.paragraphs), default=2)
    return m.size * (0.5 * longest + 0.4)


def _lines(page: Page, ids: Iterator[int]) -> Iterator[str]:
    for line in page.lines:
        if line.kind in ("inner", "rule"):  # borders of their paragraphs
            continue
        ends = list(zip(line.points, line.points[1:], strict=False))
        for place, ((x1, y1), (x2, y2)) in enumerate(ends):
            yield _connector(line, (x1, y1, x2, y2), next(ids), arrow=line.arrow and place == len(ends) - 1)


def _connector(line: Line, run: tuple[float, float, float, float], number: int, *, arrow: bool) -> str:
    x1, y1, x2, y2 = run
    x, y, w, h = min(x1, x2), min(y1, y2), abs(x2 - x1), abs(y2 - y1)
    colour = TONES[line.tone][0]
    flips = (' flipH="1"' if x2 < x1 else "") + (' flipV="1"' if y2 < y1 else "")
    head = '<a:tailEnd type="triangle" w="med" len="med"/>' if arrow else ""
    dash = '<a:prstDash val="dash"/>' if line.kind == "turn" else ""
    shape = (
        f'<wps:wsp><wps:cNvCnPr/><wps:spPr><a:xfrm{flips}><a:off x="0" y="0"/><a:ext cx="{_emu(w)}" cy="{_emu(h)}"/></a:xfrm>'
        f'<a:prstGeom prst="straightConnector1"><a:avLst/></a:prstGeom><a:ln w="{_emu(max(0.75, line.wide))}"><a:solidFill>'
        f'<a:srgbClr val="{colour[1:]}"/></a:solidFill>{dash}{head}</a:ln></wps:spPr><wps:bodyPr/></wps:wsp>'
    )
    style = "position:absolute;z-index:" + str(number) + ";mso-position-horizontal-relative:page;mso-position-vertical-relative:page"
    stroke = f'<v:stroke{" endarrow=" + chr(34) + "block" + chr(34) if arrow else ""}/>'
    old = (f'<v:line id="s{number}" style="{style}" from="{x1:.1f}pt,{y1:.1f}pt" to="{x2:.1f}pt,{y2:.1f}pt" strokecolor="{colour}" '
           f'strokeweight="{max(0.75, line.wide):.2f}pt">{stroke}</v:line>')  # fmt: skip
    return _either(shape, old, x, y, w, h, number, line.kind)


def _either(shape: str, old: str, x: float, y: float, w: float, h: float, number: int, name: str) -> str:
    """The shape for Word since 2010, and the same for those before."""
    graphic = (f'<a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:graphicData uri='
               f'"http://schemas.microsoft.com/office/word/2010/wordprocessingShape">{shape}</a:graphicData></a:graphic>')  # fmt: skip
    anchor = _anchor(x, y, w, h, number, name)
    return (f'<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing>{anchor}{graphic}</wp:anchor></w:drawing>'
            f"</mc:Choice><mc:Fallback><w:pict>{old}</w:pict></mc:Fallback></mc:AlternateContent></w:r>")  # fmt: skip


def _anchor(x: float, y: float, w: float, h: float, number: int, name: str, told: str = "") -> str:
    alt = f' descr="{_text(told)}"' if told else ""
    return (
        f'<wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0" relativeHeight="{number}" behindDoc="0" locked="0" '
        f'layoutInCell="1" allowOverlap="1"><wp:simplePos x="0" y="0"/>'
        f'<wp:positionH relativeFrom="page"><wp:posOffset>{_emu(x)}</wp:posOffset></wp:positionH>'
        f'<wp:positionV relativeFrom="page"><wp:posOffset>{_emu(y)}</wp:posOffset></wp:positionV><wp:extent cx="{_emu(w)}" cy="{_emu(h)}"/>'
        f'<wp:effectExtent l="0" t="0" r="0" b="0"/><wp:wrapNone/><wp:docPr id="{number}" name="{_text(name)} {number}"{alt}/>'
        "<wp:cNvGraphicFramePr/>"
    )


def _place(x: float, y: float, w: float, h: float, number: int) -> str:
    return (f"position:absolute;margin-left:{x:.1f}pt;margin-top:{y:.1f}pt;width:{w:.1f}pt;height:{h:.1f}pt;z-index:{number};"
            "mso-position-horizontal-relative:page;mso-position-vertical-relative:page")  # fmt: skip


def _emu(points: float) -> int:
    return round(points * EMU)


def _picture(code: Code) -> bytes:
    held = io.BytesIO()
    segno.make(code.content, error="m", micro=False, boost_error=False).save(held, kind="png", scale=6, border=0)
    return held.getvalue()


def _code(code: Code, place: int, number: int) -> str:
    side = _emu(code.size)
    picture = (
        '<a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:graphicData '
        'uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic '
        'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:nvPicPr>'
        f'<pic:cNvPr id="{number}" name="code{place}.png"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="rIdCode{place}"/>'
        "<a:stretch><a:fillRect/></a:stretch></pic:blipFill>"
        f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{side}" cy="{side}"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic>'
    )
    anchor = _anchor(code.x, code.y, code.size, code.size, number, "QR", f"{code.caption}：{code.content}")
    return f"<w:r><w:drawing>{anchor}{picture}</wp:anchor></w:drawing></w:r>"


def _footer(sheet: Sheet, scene: Scene) -> str:
    m = Measures(paper=PAPERS[scene.paper], size=scene.size)
    blank = "＿＿＿＿＿＿"
    legend = "风险等级由高到低：" + "、".join(reversed(sheet.scheme)) if sheet.scheme else ""
    if sheet.older:
        legend += "　" + "　".join(SIGNS[mark] for mark in (Mark.ADDED, Mark.REMOVED, Mark.CHANGED))
    phones = f"服务电话：{sheet.service_phone or blank}　监管电话：{sheet.supervision_phone or blank}"
    version = f"{sheet.version}起施行" + (f"　校验值{sheet.digest[:16]}" if sheet.digest else "")
    texts = [*(["注：" + "".join(sheet.notes)] if sheet.notes else []), legend, phones, version]
    rows = "".join(
        f'<w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="{round(m.small * 30)}" w:lineRule="exact"/></w:pPr>'
        f"{_run(text, size=m.small, colour=GREY)}</w:p>" for text in texts if text)  # fmt: skip
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:ftr {NAMESPACES}>{rows}</w:ftr>'


