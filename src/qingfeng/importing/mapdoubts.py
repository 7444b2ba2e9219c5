"""What is said of a file as a whole, or of a map before its boxes are looked at: no map, too many, no levels, no direction."""

from __future__ import annotations

from qingfeng.importing.boxes import Document
from qingfeng.importing.doubts import Doubt
from qingfeng.importing.grouping import Region
from qingfeng.terms.limits import MAX_IMPORT_MAPS, MAX_STEPS
from qingfeng.terms.text import Text

FILE = Text(zh="全文件", en="the whole file")


def no_flow(region: Region) -> Doubt:
    """A part of the file with risks or measures and no steps."""
    zh, en = (f"“{region.title.text}”",) * 2 if region.title else ("一部分文字", "A part without a title")
    return Doubt(
        code="no_flow",
        place=FILE,
        what=Text(
            zh=f"{zh}有风险或措施的文字，没有流程环节；没有当作防控图。",
            en=f"{en} has risks or measures and no steps; it was not taken as a map.",
        ),
        settle=Text(zh="请核对原件中流程是否为图片。", en="Check whether the flow is a picture in the original."),
    )


def none(document: Document) -> Doubt:
    """No map was found; why, as far as it can be seen."""
    tables = any(page.tables for page in document.pages)
    rows = max((cell.row + 1 for page in document.pages for table in page.tables for cell in table.cells), default=0)
    if rows > MAX_STEPS:
        return Doubt(
            code="no_map",
            place=FILE,
            what=Text(
                zh=f"表格有{rows}行，一张图至多{MAX_STEPS}个环节；没有读出防控图。",
                en=f"A table has {rows} rows, a map {MAX_STEPS} steps at most; none was read.",
            ),
            settle=Text(zh="请按职权分成几个文件后再导入。", en="Split it by power and import the parts."),
        )
    return Doubt(
        code="no_map",
        place=FILE,
        what=Text(
            zh="没有找到防控图"
            + ("（有表格，但没有风险点一栏：是职责表或其他表）" if tables else "")
            + "：没有带风险点和防控措施的流程环节。",
            en="No map was found"
            + (" (there are tables, without a column of risks)" if tables else "")
            + ": no steps with risks and measures.",
        ),
        settle=Text(
            zh="请确认选对了文件；图若是图片，请索取原文件。",
            en="Check that this is the right file; if the map is a picture in it, ask for the original.",
        ),
    )


def too_many() -> Doubt:
    """More maps than are read at one go."""
    return Doubt(
        code="too_many",
        place=FILE,
        what=Text(
            zh=f"图多于{MAX_IMPORT_MAPS}张，只读了前{MAX_IMPORT_MAPS}张。",
            en=f"More than {MAX_IMPORT_MAPS} maps; only the first {MAX_IMPORT_MAPS} were read.",
        ),
        settle=Text(zh="请把文件分开后再导入。", en="Split the file and import the parts."),
    )


def levels_differ(name: str) -> Doubt:
    """Risks of one step with different levels."""
    return Doubt(
        code="levels_differ",
        place=Text(zh=f"环节“{name}”", en=f"step “{name}”"),
        what=Text(
            zh="同一环节的风险点等级不一；环节按其中最高的记。",
            en="Its risks bear different levels; the step takes the highest.",
        ),
        settle=Text(zh="请核对。", en="Check it."),
    )


def no_scheme() -> Doubt:
    """A file without any levels."""
    return Doubt(
        code="no_scheme",
        place=FILE,
        alternatives=("一级、二级、三级",),
        what=Text(
            zh="全文件没有风险等级；等级体系暂写低、中、高，各环节的等级留空。",
            en="The file has no levels; the scheme is provisionally 低, 中, 高, and every level stays empty.",
        ),
        settle=Text(zh="请原单位定等级。", en="The agency has to grade its risks."),
    )


def direction(scheme: list[str]) -> Doubt:
    """A scheme of which the file does not say where its top is."""
    return Doubt(
        code="direction",
        place=FILE,
        alternatives=("、".join(reversed(scheme)),),
        what=Text(
            zh=f"没有写明哪一级风险高；按“{scheme[-1]}”最高处理（由低到高：{'、'.join(scheme)}）。",
            en=f"It is not said which level is the highest; “{scheme[-1]}” was taken (ascending: {', '.join(scheme)}).",
        ),
        settle=Text(zh="相反的，把 level_scheme 倒过来写。", en="If it is the other way round, reverse level_scheme."),
    )
