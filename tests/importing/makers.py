"""Documents made for the tests: one drawing of a map, written in every form in which Word and others write it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from tests.importing.others import Other

_W = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:wpg="http://schemas.microsoft.com/office/word/2010/wordprocessingGroup" '
    'xmlns:wpc="http://schemas.microsoft.com/office/word/2010/wordprocessingCanvas" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_EMU = 12_700


@dataclass(frozen=True)
class Shape:
    """A box at a place in points."""

    x: float
    y: float
    w: float
    h: float
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Link:
    """A straight line in points, from … to …, with or without an arrow."""

    x1: float
    y1: float
    x2: float
    y2: float
    arrow: bool


def drawn(
    other: Other, *, links: bool = True, dx: float = 0.0, risks_right: bool = False
) -> tuple[list[Shape], list[Link]]:
    """The map as boxes and lines: risks left, flow in the middle, measures right; `risks_right` mirrors it."""
    left, right = (385.0, 20.0) if risks_right else (20.0, 385.0)
    shapes, lines = [], []
    tops = [150.0 + 95.0 * n for n in range(len(other.steps))]
    for n, step in enumerate(other.steps):
        shapes.append(Shape(dx + 230, tops[n], 100, 26, (step,)))
        if links and n:
            lines.append(Link(dx + 280, tops[n - 1] + 26, dx + 280, tops[n], True))
    for boxes, x, label in ((other.risks, left, other.level_label), (other.measures, right, other.owner_label)):
        for box in boxes:
            n = other.steps.index(box.step)
            texts = tuple(f"{k}.{item}" for k, item in enumerate(box.items, 1)) + (
                (label + box.says,) if box.says else ()
            )
            shapes.append(Shape(dx + x, tops[n] - 24, 160, 75, texts))
            if links:
                lines.append(
                    Link(
                        dx + (x + 160 if x < 230 else x),
                        tops[n] + 13,
                        dx + (230 if x < 230 else 330),
                        tops[n] + 13,
                        False,
                    )
                )
    return shapes, lines


def _paragraphs(texts: Sequence[str]) -> str:
    return "".join(f'<w:p><w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>' for text in texts)


def _spot(x: float, y: float, w: float, h: float, flips: str = "") -> str:
    return (
        f'<a:xfrm{flips}><a:off x="{round(x * _EMU)}" y="{round(y * _EMU)}"/><a:ext cx="{round(w * _EMU)}" '
        f'cy="{round(h * _EMU)}"/></a:xfrm>'
    )


def _wsp(shape: Shape, *, inside: bool) -> str:
    x, y = (shape.x, shape.y) if inside else (0, 0)
    return (
        f'<wps:wsp><wps:cNvPr id="1" name="b"/><wps:cNvSpPr txBox="1"/><wps:spPr>{_spot(x, y, shape.w, shape.h)}<a:prstGeom '
        f'prst="rect"><a:avLst/></a:prstGeom>'
        f"</wps:spPr><wps:txbx><w:txbxContent>{_paragraphs(shape.texts)}</w:txbxContent></wps:txbx><wps:bodyPr/></wps:wsp>"
    )


def _wsp_line(link: Link, *, inside: bool) -> str:
    x, y, w, h = min(link.x1, link.x2), min(link.y1, link.y2), abs(link.x1 - link.x2), abs(link.y1 - link.y2)
    spot = _spot(x if inside else 0, y if inside else 0, w, h)
    head = '<a:tailEnd type="triangle"/>' if link.arrow else ""
    return (
        f'<wps:wsp><wps:cNvPr id="2" name="l"/><wps:cNvCnPr/><wps:spPr>{spot}<a:prstGeom prst="straightConnector1"><a:avLst/></a:prstGeom>'
        f'<a:ln w="9525">{head}</a:ln></wps:spPr><wps:bodyPr/></wps:wsp>'
    )


def _anchor(x: float, y: float, w: float, h: float, graphic: str, uri: str) -> str:
    return (
        f'<w:drawing><wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0" relativeHeight="1" behindDoc="0" '
        f'locked="0" layoutInCell="1" allowOverlap="1">'
        f'<wp:simplePos x="0" y="0"/><wp:positionH relativeFrom="page"><wp:posOffset>{round(x * _EMU)}</wp:posOffset></wp:positionH>'
        f'<wp:positionV relativeFrom="page"><wp:posOffset>{round(y * _EMU)}</wp:posOffset></wp:positionV><wp:extent '
        f'cx="{round(w * _EMU)}" cy="{round(h * _EMU)}"/>'
        f'<wp:wrapNone/><wp:docPr id="1" name="d"/><wp:cNvGraphicFramePr/><a:graphic><a:graphicData '
        f'uri="http://schemas.microsoft.com/office/word/2010/wordprocessing{uri}">{graphic}</a:graphicData></a:graphic>'
        f"</wp:anchor></w:drawing>"
    )


def _span(shapes: Sequence[Shape]) -> tuple[float, float, float, float]:
    x, y = min(s.x for s in shapes), min(s.y for s in shapes)
    return x, y, max(s.x + s.w for s in shapes) - x, max(s.y + s.h for s in shapes) - y


def wps_runs(shapes: Sequence[Shape], links: Sequence[Link]) -> str:
    """Every shape with an anchor of its own."""
    told = [_anchor(s.x, s.y, s.w, s.h, _wsp(s, inside=False), "Shape") for s in shapes]
    told += [
        _anchor(
            min(k.x1, k.x2), min(k.y1, k.y2), abs(k.x1 - k.x2), abs(k.y1 - k.y2), _wsp_line(k, inside=False), "Shape"
        )
        for k in links
    ]
    return "".join(f"<w:r>{one}</w:r>" for one in told)


def group_runs(shapes: Sequence[Shape], links: Sequence[Link]) -> str:
    """All in a group inside a group, at half the scale inside."""
    x, y, w, h = _span(shapes)
    half = [Shape((s.x - x) / 2 + 7, (s.y - y) / 2 + 9, s.w / 2, s.h / 2, s.texts) for s in shapes]
    lines = [
        Link((k.x1 - x) / 2 + 7, (k.y1 - y) / 2 + 9, (k.x2 - x) / 2 + 7, (k.y2 - y) / 2 + 9, k.arrow) for k in links
    ]
    inner = "".join(_wsp(s, inside=True) for s in reversed(half)) + "".join(_wsp_line(k, inside=True) for k in lines)

    def frame(tag: str, body: str, *, scale: float) -> str:
        off = '<a:off x="0" y="0"/>'
        child = (
            f'<a:chOff x="{7 * _EMU if scale != 1 else 0}" y="{9 * _EMU if scale != 1 else 0}"/><a:chExt '
            f'cx="{round(w * scale * _EMU)}" cy="{round(h * scale * _EMU)}"/>'
        )
        return (
            f'<wpg:{tag}><wpg:grpSpPr><a:xfrm>{off}<a:ext cx="{round(w * _EMU)}" cy="{round(h * _EMU)}"/>{child}</a:xfrm>'
            f"</wpg:grpSpPr>{body}</wpg:{tag}>"
        )

    body = frame("wgp", frame("grpSp", inner, scale=0.5), scale=1)
    return f"<w:r>{_anchor(x, y, w, h, body, 'Group')}</w:r>"


def canvas_runs(shapes: Sequence[Shape], links: Sequence[Link]) -> str:
    """All on a drawing canvas."""
    x, y, w, h = _span(shapes)
    inner = "".join(_wsp(Shape(s.x - x, s.y - y, s.w, s.h, s.texts), inside=True) for s in shapes)
    inner += "".join(_wsp_line(Link(k.x1 - x, k.y1 - y, k.x2 - x, k.y2 - y, k.arrow), inside=True) for k in links)
    return f"<w:r>{_anchor(x, y, w, h, f'<wpc:wpc>{inner}</wpc:wpc>', 'Canvas')}</w:r>"


def vml_runs(shapes: Sequence[Shape], links: Sequence[Link]) -> str:
    """Shapes as Word 2003 writes them."""
    told = []
    where = "mso-position-horizontal-relative:page;mso-position-vertical-relative:page"
    for s in shapes:
        style = f"position:absolute;margin-left:{s.x}pt;margin-top:{s.y}pt;width:{s.w}pt;height:{s.h}pt;{where}"
        told.append(
            f'<v:shape type="#_x0000_t202" style="{style}"><v:textbox><w:txbxContent>{_paragraphs(s.texts)}</w:txbxContent>'
            f"</v:textbox></v:shape>"
        )
    for k in links:
        head = '<v:stroke endarrow="block"/>' if k.arrow else ""
        told.append(
            f'<v:line style="position:absolute;{where}" from="{k.x1}pt,{k.y1}pt" to="{k.x2}pt,{k.y2}pt">{head}</v:line>'
        )
    return "".join(f"<w:r><w:pict>{one}</w:pict></w:r>" for one in told)


def both_runs(shapes: Sequence[Shape], links: Sequence[Link]) -> str:
    """The modern form with the old one as its fallback: must be read once."""
    told = []
    for s in shapes:
        told.append((wps_runs([s], []), vml_runs([s], [])))
    for k in links:
        told.append((wps_runs([], [k]), vml_runs([], [k])))
    parts = []
    for pair in told:
        new, old = (one.removeprefix("<w:r>").removesuffix("</w:r>") for one in pair)
        parts.append(
            f'<w:r><mc:AlternateContent><mc:Choice Requires="wps">{new}</mc:Choice><mc:Fallback>{old}</mc:Fallback>'
            f"</mc:AlternateContent></w:r>"
        )
    return "".join(parts)


FORMS = {"wps": wps_runs, "group": group_runs, "canvas": canvas_runs, "vml": vml_runs, "alternate": both_runs}


def paragraph(text: str, runs: str = "") -> str:
    """A paragraph of the body with shapes anchored in it."""
    told = f"<w:r><w:t>{escape(text)}</w:t></w:r>" if text else ""
    return f"<w:p>{told}{runs}</w:p>"


BREAK = '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'


def table(rows: Sequence[Sequence[Sequence[str]]]) -> str:
    """A Word table: rows of cells of paragraphs."""
    told = "".join(
        "<w:tr>" + "".join(f"<w:tc>{_paragraphs(cell) or '<w:p/>'}</w:tc>" for cell in row) + "</w:tr>" for row in rows
    )
    return f"<w:tbl>{told}</w:tbl>"


def table_rows(other: Other) -> list[list[list[str]]]:
    """The map as rows: step, risks, level, measures, owner."""
    rows = [[["工作环节"], ["廉政风险点"], ["风险等级"], ["防控措施"], ["责任人"]]]
    for step in other.steps:
        risk = next((b for b in other.risks if b.step == step), None)
        measure = next((b for b in other.measures if b.step == step), None)
        numbered = [[f"（{k}）{item}" for k, item in enumerate(b.items, 1)] if b else [] for b in (risk, measure)]
        rows.append(
            [
                [step],
                numbered[0],
                [risk.says or ""] if risk else [],
                numbered[1],
                [measure.says or ""] if measure else [],
            ]
        )
    return rows


def docx(body: str, *, more: dict[str, bytes] | None = None, relations: str = "") -> bytes:
    """A whole Word file around a body."""
    parts = {
        "[Content_Types].xml": b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        b'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default '
        b'Extension="xml" ContentType="application/xml"/>'
        b'<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.do'
        b'cument.main+xml"/></Types>',
        "_rels/.rels": b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
        b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>'
        b"</Relationships>",
        "word/document.xml": (
            f'<?xml version="1.0" encoding="UTF-8"?><w:document {_W}><w:body>{body}<w:sectPr><w:pgSz w:w="11906" w:h="16838"/>'
            '<w:pgMar w:top="1440" w:left="1440"/></w:sectPr></w:body></w:document>'
        ).encode(),
    }
    if relations:
        parts["word/_rels/document.xml.rels"] = (
            f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{relations}</Relationships>'.encode()
        )
    return zipped(parts | (more or {}))


def zipped(parts: dict[str, bytes]) -> bytes:
    """Parts as a zip."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def docx_of(other: Other, form: str, *, links: bool = True, risks_right: bool = False) -> bytes:
    """One map in a Word file of a form."""
    shapes, lines = drawn(other, links=links, risks_right=risks_right)
    return docx(paragraph(other.agency) + paragraph(other.heading, FORMS[form](shapes, lines)))


def pptx_of(other: Other) -> bytes:
    """One map on a slide, its connectors glued to the boxes by id."""
    shapes, lines = drawn(other)
    names = {
        "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
        "p": "http://schemas.openxmlformats.org/presentationml/2006/main",
        "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    }
    space = " ".join(f'xmlns:{key}="{value}"' for key, value in names.items())

    def sp(n: int, s: Shape) -> str:
        texts = "".join(f"<a:p><a:r><a:t>{escape(t)}</a:t></a:r></a:p>" for t in s.texts)
        return (
            f'<p:sp><p:nvSpPr><p:cNvPr id="{n}" name="b"/></p:nvSpPr><p:spPr>{_spot(s.x, s.y, s.w, s.h)}</p:spPr><p:txBody>'
            f"{texts}</p:txBody></p:sp>"
        )

    def cxn(k: Link) -> str:
        x, y, w, h = min(k.x1, k.x2), min(k.y1, k.y2), abs(k.x1 - k.x2), abs(k.y1 - k.y2)
        head = '<a:tailEnd type="arrow"/>' if k.arrow else ""
        return f"<p:cxnSp><p:nvCxnSpPr><p:cNvCxnSpPr/></p:nvCxnSpPr><p:spPr>{_spot(x, y, w, h)}<a:ln>{head}</a:ln></p:spPr></p:cxnSp>"

    title = (
        f'<p:sp><p:nvSpPr><p:nvPr><p:ph type="title"/></p:nvPr></p:nvSpPr><p:spPr/><p:txBody><a:p><a:r><a:t>'
        f"{other.agency}{other.heading}</a:t></a:r></a:p></p:txBody></p:sp>"
    )
    body = title + "".join(sp(n, s) for n, s in enumerate(shapes, 10)) + "".join(cxn(k) for k in lines)
    rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    return zipped(
        {
            "_rels/.rels": (
                f'<Relationships xmlns="x"><Relationship Id="r1" Type="{rel}/officeDocument" Target="ppt/presentation.xml"/>'
                f"</Relationships>"
            ).encode(),
            "ppt/presentation.xml": (
                f'<p:presentation {space}><p:sldIdLst><p:sldId id="256" r:id="r1"/></p:sldIdLst><p:sldSz cx="9144000" cy="9858000"/>'
                f"</p:presentation>"
            ).encode(),
            "ppt/_rels/presentation.xml.rels": (
                f'<Relationships xmlns="x"><Relationship Id="r1" Type="{rel}/slide" Target="slides/slide1.xml"/></Relationships>'
            ).encode(),
            "ppt/slides/slide1.xml": f"<p:sld {space}><p:cSld><p:spTree>{body}</p:spTree></p:cSld></p:sld>".encode(),
        }
    )


def xlsx_of(other: Other) -> bytes:
    """The map as a sheet, its title in a merged first row."""
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("防控表")
    sheet.merge_range(0, 0, 0, 4, other.agency + other.heading.replace("图", "表"))
    for r, row in enumerate(table_rows(other), 1):
        for c, cell in enumerate(row):
            sheet.write(r, c, "\n".join(cell))
    book.close()
    return out.getvalue()
