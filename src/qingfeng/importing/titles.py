"""Titles of maps: which lines are titles, whose map it is, of which power, and of what kind the power is."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from qingfeng.importing.cues import BLANK, is_title

_GENERIC = re.compile(
    r"^(?:行政(?:职权|权力)|权力运行|职权运行|权力)?(?:廉政|廉洁)?(?:风险)?(?:防控)?(?:流程)?(?:图|一览表|表)$"
)
_AGENCY_END = "局|委员会|厅|政府|办公室|中心|管理部|运营部|管委会|法院|检察院|大队|支队|总队|研究院|学院|学校|医院|街道办|办事处|公司|协会|总站|管理站|监察站|管理所|监督所|税务所|委|部|院|署|办|处"
_AGENCY = re.compile(rf"^[\u4e00-\u9fff（）()·]{{2,36}}(?:{_AGENCY_END})$")
_WITHIN = re.compile(
    r"^(?:本(?:机关|单位|局|委|院|厅|部门)[\u4e00-\u9fff]{2,16}|[\u4e00-\u9fff]{2,20}(?:法制|监察|信访|审计|内审|人事)机构|[\u4e00-\u9fff]{4,24}纪检监察组)$"
)
_AGENCY_FIRST = re.compile(
    rf"^([\u4e00-\u9fff（）()]{{2,30}}?(?:{_AGENCY_END}))(?=(?:行政|其他|其它|权力|廉政|职权|内部|财务|人事|采购|预算|执法|关于|公共|“|《|[（(]))"
)
_PLACE_FIRST = re.compile(
    r"^([\u4e00-\u9fff]{1,8}?(?:省|市|县|区|旗|州|乡|镇|街道)[\u4e00-\u9fff（）()]{0,16}?(?:局|委员会|厅|管委会|办公室|政府|中心|管理部|运营部|支队|大队|办事处|法院|"
    r"检察院))(?=[\u4e00-\u9fff“《（(]{3,})(?!长|面)"
)
_BRACKETS = re.compile(r"[（(【]([^（()）【】]*(?:\[[^\]]*\])?[^（()）【】]*)[）)】]\s*$")
FIELD = re.compile(r"^(?:行政)?(?:职权|权力|事项|项目)(名称|编码|编号|类别|类型)[：:](.*)$")
_CLASS = re.compile(r"^(?:行政(?:许可|处罚|强制|征收|给付|检查|确认|奖励|裁决)|其[他它]权[力利])(?:类|事项)*$")
_TAIL = re.compile(
    r"(?:职权)?(?:权力)?(?:运行)?(?:岗位)?(?:廉政|廉洁)?(?:风险)?(?:点)?(?:及)?(?:防控|防范)?(?:工作|办理|业务)?(?:措施)?(?:流程)?(?:示意)?(?:图|一览表|防控表|登记表|清单|表)$"
)
_KINDS = (
    ("处分", "disciplinary_sanction"),
    ("处罚", "penalty"),
    ("强制", "compulsory_measure"),
    ("查封|扣押", "compulsory_measure"),
    ("许可|审批|核准|资质|发证", "licence"),
    ("检查|巡查|抽查", "inspection"),
    ("奖励|表彰|评优", "award"),
    ("备案|登记", "record_filing"),
    ("公告|公示|发布", "announcement"),
    ("预算", "budget_preparation"),
    ("受理", "acceptance"),
)


@dataclass(frozen=True, slots=True)
class Title:
    """The title of a map: the lines as written, the agency and the name of the power told apart; seq: where it stands."""

    seq: int
    text: str
    agency: str | None
    power: str
    y: float | None = None


def agency_of(text: str) -> str | None:
    """The agency that a line names, or its part (本机关法制机构), if the line is nothing but its name."""
    bare = BLANK.sub("", text)
    return bare if (_AGENCY.match(bare) or _WITHIN.match(bare)) and not is_title(bare) else None


def kind_of_power(text: str) -> str | None:
    """The kind of power that words name, None if they name none."""
    for pattern, kind in _KINDS:
        if re.search(pattern, text):
            return kind
    return None


def parse_title(text: str) -> tuple[str | None, str]:
    """Agency and power of a title; the power may be empty (a heading that names none)."""
    bare = BLANK.sub("", text)
    agency = None
    if found := _AGENCY_FIRST.match(bare) or _PLACE_FIRST.match(bare):
        agency, bare = found[1], bare[found.end() :]
    named = _BRACKETS.search(bare)
    if named and is_title(bare[: named.start()] or "廉政风险防控图") and len(named[1]) >= 2:
        return agency, named[1]
    power = _TAIL.sub("", bare, count=1) if not _GENERIC.match(bare) else ""
    power = re.sub(r"^(?:行政职权|权力)(?=.)", "", power).strip("-—－：:、")
    return agency, re.sub(r"^((?:行政|其他|其它)[\u4e00-\u9fff]{2})类", r"\1", power, count=1)


def titles_among(lines: list[tuple[int, str, float | None]]) -> list[Title]:
    """The titles among lines (seq, text, y), in order.

    A heading of the whole document is none if titles that name a power exist; a title on two lines is one; an agency's
    name on the line before belongs to it.
    """
    found: list[Title] = []
    agency: str | None = None
    before: str | None = None
    for seq, text, y in _whole_lines(lines):
        bare = BLANK.sub("", text)
        if found and _named_below(found, bare):
            continue
        if not is_title(bare):
            if named := agency_of(bare):
                agency, before = named, None
            else:
                before = bare if 3 < len(bare) < 90 and not re.search("[。；]", bare) else None
            continue
        own, power = parse_title(bare)
        whole = bare
        if not power and before:
            power, whole = parse_title(before + "廉政风险防控图")[1], before + bare
        found.append(Title(seq, whole, own or agency, power, y))
        agency = before = None
    telling = [title for title in found if title.power]
    return telling if telling and all(t.power or t.seq < telling[0].seq for t in found) else found


def _named_below(found: list[Title], bare: str) -> bool:
    """Take the power's name from a line below a title that names none: 职权名称：…, or the class alone (其他权力类)."""
    field, title = FIELD.match(bare), found[-1]
    if field is None and not (_CLASS.match(bare) and not title.power):
        return False
    if field is None:
        found[-1] = replace(title, power=re.sub("类$", "", bare))
    elif field[1] == "名称" and field[2]:
        found[-1] = replace(title, power=field[2])
    return True


def _whole_lines(lines: list[tuple[int, str, float | None]]) -> list[tuple[int, str, float | None]]:
    """Lines, with a bracket that stands on the line below its title joined to it."""
    joined: list[tuple[int, str, float | None]] = []
    for seq, text, y in lines:
        bare = BLANK.sub("", text)
        if joined and re.match(r"[（(【]", bare) and _GENERIC.match(BLANK.sub("", joined[-1][1])):
            joined[-1] = (joined[-1][0], BLANK.sub("", joined[-1][1]) + bare, joined[-1][2])
        elif joined and _open(joined[-1][1]):
            joined[-1] = (joined[-1][0], joined[-1][1] + bare, joined[-1][2])
        else:
            joined.append((seq, text, y))
    return joined


def _open(text: str) -> bool:
    """True if a title's bracket is not closed yet."""
    bare = BLANK.sub("", text)
    return bare.count("（") > bare.count("）") and is_title(bare.split("（", maxsplit=1)[0]) and len(bare) < 120
