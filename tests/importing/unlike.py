"""Maps as other agencies draw them: the same contents of invented agencies in layouts that differ in kind, made as real files."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from html import escape

import xlsxwriter

from tests.importing import makers
from tests.importing.makers import Link, Shape, docx, paragraph
from tests.importing.others import Box, Other

TRANSPORT = Other(
    agency="云岭县交通运输局",
    title="道路客运经营许可",
    kind="licence",
    steps=("受理", "资料审查", "实地勘验", "审批决定", "制证送达"),
    risks=(
        Box("受理", ("对符合条件的申请不收件。", "收件后不出具回执。"), "低"),
        Box("资料审查", ("对挂靠车辆睁一只眼闭一只眼。",), "中"),
        Box("实地勘验", ("没有到场就填写勘验表。", "收受企业土特产。"), "高"),
        Box("审批决定", ("班子成员打招呼影响审批。",), "高"),
        Box("制证送达", ("证件压在手里不发。",), "低"),
    ),
    measures=(
        Box("受理", ("窗口扫码取号，收件即出回执。",), "窗口岗"),
        Box("资料审查", ("两人背靠背审查，意见不一致的提交科务会。",), "运管科科长"),
        Box("实地勘验", ("勘验组随机搭配，现场定位拍照。", "勘验费用由局里统一报销。"), "勘验组长"),
        Box("审批决定", ("集体审批，会议记录备查。",), "分管副局长"),
        Box("制证送达", ("三日内制证，短信通知领取。",), "制证员"),
    ),
)
HEALTH = Other(
    agency="临水市卫生健康委员会",
    title="医疗机构校验",
    kind="inspection",
    steps=("通知", "资料核对", "现场核查", "作出结论"),
    risks=(
        Box("资料核对", ("执业人员名册与实际不符也予认可。",), "中"),
        Box("现场核查", ("事先透露核查时间。", "核查记录事后补写。"), "高"),
        Box("作出结论", ("应当暂缓校验的作合格处理。",), "高"),
    ),
    measures=(
        Box("资料核对", ("名册与执业注册系统逐人比对。",), "医政科"),
        Box("现场核查", ("核查前一小时随机派单。", "记录当场签字上传。"), "监督所"),
        Box("作出结论", ("结论提交主任办公会。",), "分管主任"),
    ),
)


def _of(boxes: Sequence[Box], step: str) -> Box | None:
    return next((one for one in boxes if one.step == step), None)


def _numbered(items: Sequence[str]) -> tuple[str, ...]:
    return tuple(f"{n}.{text}" for n, text in enumerate(items, 1))


def _texts(box: Box, label: str) -> tuple[str, ...]:
    return (*_numbered(box.items), *((f"{label}{box.says}",) if box.says else ()))


def _word(other: Other, shapes: Sequence[Shape], lines: Sequence[Link], *, below: str = "") -> bytes:
    return docx(paragraph(other.agency) + paragraph(other.heading, makers.wps_runs(shapes, lines)) + below)


def sideways(other: Other) -> bytes:
    """Steps from left to right without any line, measures above, risks below."""
    shapes = []
    for n, step in enumerate(other.steps):
        x = 20.0 + 150 * n
        shapes.append(Shape(x + 20, 300, 90, 24, (step,)))
        if risk := _of(other.risks, step):
            shapes.append(Shape(x, 360, 130, 120, _texts(risk, "风险等级：")))
        if measure := _of(other.measures, step):
            shapes.append(Shape(x, 150, 130, 120, _texts(measure, "责任人：")))
    return _word(other, shapes, [])


def lanes(other: Other) -> bytes:
    """Swim lanes: steps zigzag between three columns of offices, their risks and measures at the margins, in the row of the step."""
    shapes = [Shape(180 + 110 * n, 90, 100, 20, (name,)) for n, name in enumerate(("服务窗口", "业务科室", "局领导"))]
    lines: list[Link] = []
    last: tuple[float, float] | None = None
    for n, step in enumerate(other.steps):
        x, y = 185.0 + 110 * (n % 3), 140.0 + 110 * n
        shapes.append(Shape(x, y, 90, 26, (step,)))
        if last is not None:
            lines.append(Link(last[0] + 45, last[1] + 26, x + 45, y, True))
        last = (x, y)
        if risk := _of(other.risks, step):
            shapes.append(Shape(10, y - 30, 150, 86, _texts(risk, "等级：")))
        if measure := _of(other.measures, step):
            shapes.append(Shape(520, y - 30, 150, 86, _texts(measure, "责任主体：")))
    return _word(other, shapes, lines)


def _cell(texts: Sequence[str], *, merge: str = "", span: int = 1) -> str:
    paragraphs = "".join(f"<w:p><w:r><w:t>{escape(text)}</w:t></w:r></w:p>" for text in texts) or "<w:p/>"
    merged = {"": "", "first": '<w:vMerge w:val="restart"/>', "more": "<w:vMerge/>"}[merge]
    return f'<w:tc><w:tcPr><w:gridSpan w:val="{span}"/>{merged}</w:tcPr>{paragraphs}</w:tc>'


def merged_cells(other: Other) -> bytes:
    """A row for every risk: step, measures and owner merged over the rows of their step, the level beside each risk."""
    rows = [_cell((f"{other.title}廉政风险防控一览表",), span=6)]
    rows.append("".join(_cell((one,)) for one in ("序号", "办理环节", "廉政风险点", "风险等级", "防控措施", "责任人")))
    for number, step in enumerate(other.steps, 1):
        risk, measure = _of(other.risks, step), _of(other.measures, step)
        items = risk.items if risk else ("",)
        for n, item in enumerate(items):
            merge = "" if len(items) == 1 else "more" if n else "first"
            said = (_numbered(measure.items) if measure else (), (measure.says,) if measure and measure.says else ())
            rows.append(
                _cell((str(number),) if not n else (), merge=merge) + _cell((step,) if not n else (), merge=merge)
                + _cell((item,) if item else ())
                + _cell((risk.says,) if risk and risk.says else ()) + _cell(said[0] if not n else (), merge=merge)
                + _cell(said[1] if not n else (), merge=merge)
            )  # fmt: skip
    table = "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in rows) + "</w:tbl>"
    return docx(paragraph(other.agency) + table)


STARS = {"低": "★", "中": "★★", "高": "★★★"}
ROMAN = {"高": "Ⅰ级", "中": "Ⅱ级", "低": "Ⅲ级"}
LETTERS = {"高": "A", "中": "B", "低": "C"}


def graded(other: Other, words: dict[str, str]) -> Other:
    """The same map with other words for its levels."""
    risks = tuple(Box(one.step, one.items, words[one.says] if one.says else None) for one in other.risks)
    return Other(other.agency, other.title, other.kind, other.steps, risks, other.measures)


def starred(other: Other) -> bytes:
    """Levels as stars."""
    return makers.docx_of(graded(other, STARS), "wps")


def roman(other: Other) -> bytes:
    """Levels as Roman numbers, with a legend that says which is the highest."""
    shapes, lines = makers.drawn(graded(other, ROMAN))
    return _word(other, shapes, lines, below=paragraph("注：风险等级由高到低分为Ⅰ级、Ⅱ级、Ⅲ级。"))


def lettered(other: Other) -> bytes:
    """A letter in brackets behind every risk, and the owner in brackets behind every measure."""
    shapes, lines = [], []
    for n, step in enumerate(other.steps):
        y = 150.0 + 95 * n
        shapes.append(Shape(230, y, 100, 26, (f"{n + 1}.{step}",)))
        if n:
            lines.append(Link(280, y - 69, 280, y, True))
        if risk := _of(other.risks, step):
            texts = tuple(f"（{k}）{text}（{LETTERS[risk.says or '低']}）" for k, text in enumerate(risk.items, 1))
            shapes.append(Shape(20, y - 24, 160, 75, texts))
        if measure := _of(other.measures, step):
            texts = tuple(f"（{k}）{text}（责任人：{measure.says}）" for k, text in enumerate(measure.items, 1))
            shapes.append(Shape(385, y - 24, 160, 75, texts))
    return _word(other, shapes, lines)


def one_box(other: Other) -> bytes:
    """All risks in one long box left of the flow and all measures in one at its right, each part headed by its step."""
    shapes, lines = [], []
    for n, step in enumerate(other.steps):
        shapes.append(Shape(230, 150 + 70.0 * n, 100, 26, (step,)))
        if n:
            lines.append(Link(280, 106 + 70.0 * n, 280, 150 + 70.0 * n, True))
    for boxes, x, label in ((other.risks, 20.0, "风险等级："), (other.measures, 385.0, "责任人：")):
        texts: list[str] = []
        for box in boxes:
            texts += [f"{box.step}环节：", *_texts(box, label)]
        shapes.append(Shape(x, 140, 170, 380, tuple(texts)))
    return _word(other, shapes, lines)


def outline(other: Other) -> bytes:
    """No drawing and no table: headings and paragraphs."""
    told = [other.agency, other.heading]
    for n, step in enumerate(other.steps):
        told.append(f"{'一二三四五六七八九'[n]}、{step}")
        if risk := _of(other.risks, step):
            told += ["（一）风险点", *_texts(risk, "风险等级：")]
        if measure := _of(other.measures, step):
            told += ["（二）防控措施", *_texts(measure, "责任人：")]
    return docx("".join(paragraph(one) for one in told))


def upright(other: Other) -> bytes:
    """Steps written one character below the other, as in a box turned upright."""
    shapes, lines = makers.drawn(other)
    told = [Shape(s.x, s.y - 20, s.w, s.h + 40, tuple(s.texts[0])) if s.texts[0] in other.steps else s for s in shapes]
    return _word(other, told, lines)


def sheet(other: Other) -> bytes:
    """A workbook: the title merged over the table, steps, levels and owners merged over their rows, a blank second sheet."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    page = book.add_worksheet("防控表")
    page.merge_range(0, 0, 0, 4, f"{other.agency}{other.title}廉政风险防控表")
    page.write_row(1, 0, ["流程环节", "风险点及表现形式", "等级", "防控措施", "责任科室"])
    row = 2
    for step in other.steps:
        risk, measure = _of(other.risks, step), _of(other.measures, step)
        risks, measures = risk.items if risk else (), measure.items if measure else ()
        many = max(len(risks), len(measures), 1)
        for column, said in ((0, step), (2, risk.says if risk else ""), (4, measure.says if measure else "")):
            page.merge_range(row, column, row + many - 1, column, said) if many > 1 else page.write(row, column, said)
        page.write_column(row, 1, risks)
        page.write_column(row, 3, measures)
        row += many
    book.add_worksheet("附注")
    book.close()
    return out.getvalue()


def across(other: Other) -> bytes:
    """A table whose columns are the steps and whose rows are risks, level, measures, owner."""
    boxes = [(_of(other.risks, step), _of(other.measures, step)) for step in other.steps]
    rows = [
        [["流程环节"], *([step] for step in other.steps)],
        [["风险点"], *(list(_numbered(r.items)) if r else [] for r, _ in boxes)],
        [["风险等级"], *([r.says or ""] if r else [] for r, _ in boxes)],
        [["防控措施"], *(list(_numbered(m.items)) if m else [] for _, m in boxes)],
        [["责任人"], *([m.says or ""] if m else [] for _, m in boxes)],
    ]
    return docx(paragraph(other.agency) + paragraph(other.heading) + makers.table(rows))


def numbered_marks(other: Other) -> bytes:
    """A flow with marks (风险点1 …) beside its steps, and below it a table that says what each mark stands for."""
    shapes, lines, rows = [], [], [[["风险点"], ["表现形式"], ["风险等级"], ["防控措施"], ["责任人"]]]
    for n, step in enumerate(other.steps):
        y = 130.0 + 60 * n
        shapes.append(Shape(230, y, 100, 26, (step,)))
        if n:
            lines.append(Link(280, y - 34, 280, y, True))
        if risk := _of(other.risks, step):
            shapes.append(Shape(345, y + 3, 60, 20, (f"风险点{len(rows)}",)))
            measure = _of(other.measures, step)
            assert measure is not None
            rows.append(
                [[f"风险点{len(rows)}"], [*risk.items], [risk.says or ""], [*measure.items], [measure.says or ""]]
            )
    return _word(other, shapes, lines, below=makers.table(rows))


def typeset(other: Other, *, ruled: bool, below: str = "") -> bytes:
    """A table printed as PDF, with lines or without any."""
    import typst

    def cell(texts: Sequence[str]) -> str:
        return "[" + " \\ ".join(_escaped(text) for text in texts) + "]"

    cells = [cell([head]) for head in ("环节", "风险点", "风险等级", "防控措施", "责任人")]
    for step in other.steps:
        risk, measure = _of(other.risks, step), _of(other.measures, step)
        cells += [cell([step]), cell(_numbered(risk.items) if risk else ()), cell([risk.says or ""] if risk else ()),
                  cell(_numbered(measure.items) if measure else ()), cell([measure.says or ""] if measure else ())]  # fmt: skip
    stroke = "0.5pt" if ruled else "none"
    source = (
        f'#set page(paper: "a4")\n#set text(font: ("Noto Serif CJK SC", "Noto Sans CJK SC"), size: 10.5pt, lang: "zh")\n'
        f"#align(center)[{other.agency} \\ #text(16pt)[{other.heading}]]\n"
        f"#table(columns: (2.2cm, 1fr, 1.8cm, 1fr, 2.2cm), stroke: {stroke}, row-gutter: 4pt, column-gutter: 6pt, {', '.join(cells)})"
        f"\n#v(12pt)\n{_escaped(below)}"
    )
    made = typst.compile(source.encode(), format="pdf")
    assert isinstance(made, bytes)
    return made


def slide(other: Other) -> bytes:
    """A slide as flat OpenDocument, the agency and the title in boxes of their own."""
    shapes, lines = makers.drawn(other)
    head = [Shape(20, 20, 500, 30, (other.agency,)), Shape(20, 60, 500, 30, (other.heading,))]
    told = "".join(
        f'<draw:frame svg:x="{s.x}pt" svg:y="{s.y}pt" svg:width="{s.w}pt" svg:height="{s.h}pt"><draw:text-box>'
        + "".join(f"<text:p>{escape(text)}</text:p>" for text in s.texts)
        + "</draw:text-box></draw:frame>"
        for s in (*head, *shapes)
    )
    told += "".join(
        f'<draw:line svg:x1="{one.x1}pt" svg:y1="{one.y1}pt" svg:x2="{one.x2}pt" svg:y2="{one.y2}pt"><text:p/></draw:line>'
        for one in lines
    )
    name = "urn:oasis:names:tc:opendocument:xmlns"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document xmlns:office="{name}:office:1.0" xmlns:draw="{name}:drawing:1.0" '
        f'xmlns:svg="{name}:svg-compatible:1.0" xmlns:text="{name}:text:1.0" office:version="1.2" '
        'office:mimetype="application/vnd.oasis.opendocument.presentation"><office:body><office:presentation>'
        f'<draw:page draw:name="p1">{told}</draw:page></office:presentation></office:body></office:document>'
    ).encode()


def boxed_print(other: Other, *, spill: bool) -> bytes:
    """A drawn map printed as PDF; spill: the last line of each box of risks stands below the edge of its box."""
    import typst

    shapes, lines = makers.drawn(other)
    head = Shape(100, 30, 400, 40, (other.agency, other.heading))
    told = []
    for one in shapes:
        low = spill and one.x < 200
        inside = " \\ ".join(_escaped(text) for text in (one.texts[:-1] if low else one.texts))
        told.append(
            f"#place(dx: {one.x}pt, dy: {one.y}pt, rect(width: {one.w}pt, height: {one.h}pt, inset: 3pt)[{inside}])"
        )
        if low:
            told.append(f"#place(dx: {one.x + 3}pt, dy: {one.y + one.h - 2}pt)[{_escaped(one.texts[-1])}]")
    told += [f"#place(line(start: ({a.x1}pt, {a.y1}pt), end: ({a.x2}pt, {a.y2}pt)))" for a in lines]
    source = (
        '#set page(paper: "a4", margin: 0pt)\n#set text(font: ("Noto Serif CJK SC", "Noto Sans CJK SC"), size: 9pt, lang: "zh")\n'
        f"#place(dx: {head.x}pt, dy: {head.y}pt)[{head.texts[0]}]\n#place(dx: {head.x}pt, dy: {head.y + 20}pt)[{head.texts[1]}]\n"
    )
    made = typst.compile((source + "\n".join(told)).encode(), format="pdf")
    assert isinstance(made, bytes)
    return made


def _escaped(text: str) -> str:
    return "".join(f"\\{char}" if char in "*_#$@<>`~[]\\" else char for char in text)


LAYOUTS: dict[str, tuple[str, Callable[[Other], bytes]]] = {
    "sideways": ("docx", sideways), "lanes": ("docx", lanes), "merged cells": ("docx", merged_cells), "stars": ("docx", starred),
    "roman": ("docx", roman), "letters": ("docx", lettered), "one box": ("docx", one_box), "outline": ("docx", outline),
    "upright": ("docx", upright), "sheet": ("xlsx", sheet), "across": ("docx", across), "numbered marks": ("docx", numbered_marks),
    "ruled print": ("pdf", lambda other: typeset(other, ruled=True)), "bare print": ("pdf", lambda other: typeset(other, ruled=False)),
}  # fmt: skip
