"""The report of a duty as a form: inputs made from what the report must speak of, and what was filled in read back as the report.

An input is named by its path in the report (`answers|a000/penalty/2026/00001|gave`); reading back is the inverse, so no duty needs a
template.  What the report lacks the duty itself says (duties/*.py), in words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from qingfeng.catalogue import codes
from qingfeng.catalogue.power import PowerVersion
from qingfeng.duties import (
    disclosure_audit,
    ex_post_visit,
    file_sampling,
    integrity_call_back,
    refused_call_back,
    reinspection,
    service_rating_review,
    supervision_round,
)
from qingfeng.duties.duty import Duty
from qingfeng.duties.integrity_training import IntegrityTraining
from qingfeng.duties.sampling import Samples
from qingfeng.terms.limits import MAX_LIST, MAX_TEXT
from qingfeng.terms.people import People
from qingfeng.terms.text import Text, clean

from ..dutywork import Shown
from ..words import listed
from .said import plain

BAR = "|"
MOST_CASES = 200
"""A form with more entries than this nobody fills in on a page: the report is then sent as JSON."""
Options = tuple[tuple[str, Text], ...]
YES_NO: Options = (("yes", Text(zh="是", en="yes")), ("no", Text(zh="否", en="no")))
NONE_SOME: Options = (("none", Text(zh="无", en="none")), ("some", Text(zh="有", en="some")))
PASS_FAIL: Options = (("pass", Text(zh="合格", en="pass")), ("fail", Text(zh="不合格", en="fail")))
SEEN: Options = (
    ("ok", Text(zh="符合", en="in order")),
    ("problem", Text(zh="有问题", en="a problem")),
    ("corrected", Text(zh="已当场改正", en="corrected on the spot")),
    ("not_applicable", Text(zh="不适用", en="not applicable")),
)
MET: Options = ((ex_post_visit.OK, Text(zh="符合", en="met")), *ex_post_visit.WORDS.items())
DONE: Options = ((supervision_round.DONE, Text(zh="已落实", en="done")), (supervision_round.NOT_DONE, Text(zh="未落实", en="not done")))
REACHED = Text(zh="是否联系上", en="reached")
WORDS, ON, WHO = Text(zh="情况说明", en="in words"), Text(zh="日期", en="day"), Text(zh="人员", en="officers")
TRIED, BY = (
    Text(zh="未联系上的，各次联系日期（逗号分隔）", en="if not reached, the days tried (commas)"),
    Text(zh="实际办理人（缺省为报告人）", en="who did it (else the reporter)"),
)
HASH = Text(zh="清单校验值（SHA-256），或上传清单文件", en="hash of the list (SHA-256), or upload it")
NUMBERS = Text(zh="编号（每行一个；没有的留空）", en="numbers, one a line; empty if none")


@dataclass(frozen=True, slots=True)
class Input:
    """One input.  kind: choice | number | text | note | date | days | officer | officers | lines | hash; options of a choice."""

    path: tuple[str, ...]
    name: Text
    kind: str
    options: Options = ()
    value: str = ""
    chosen: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Its name in the form."""
        return BAR.join(self.path)


@dataclass(frozen=True, slots=True)
class Section:
    """Inputs under one heading; case: the number of the case that they are about."""

    title: Text
    case: str | None
    inputs: tuple[Input, ...]


def officers(people: People, posts: Mapping[str, Text], day: date) -> list[tuple[str, Text]]:
    """Return everybody in service with the names of his posts, by name.  posts: their names (roster.post_names)."""

    def told(who: str) -> Text:
        held, name = listed(posts[post] for post in people.posts_of(who, day) if post in posts), people.name(who)
        return Text(zh=f"{name}（{held.zh}）", en=f"{name} ({held.en})") if held.zh else Text(zh=name, en=name)

    return [(one, told(one)) for one in sorted(people.names, key=people.name) if people.in_service(one, day)]


def sections(duty: Duty, shown: Shown, version: PowerVersion, people: People, given: Mapping[str, Sequence[str]]) -> list[Section]:
    """Return the form of a report.  given: what was filled in before, by name."""
    made = [*_draw(duty, shown), *_outside(duty, version), *_people(duty, shown, people)]
    for case, items in list(shown.sheet.items())[:MOST_CASES]:
        made.append(Section(plain(case), case, tuple(_entry(duty, case, items, version))))
    return [Section(one.title, one.case, tuple(_filled(i, given.get(i.key, ())) for i in one.inputs)) for one in made]


def _filled(one: Input, values: Sequence[str]) -> Input:
    return Input(one.path, one.name, one.kind, one.options, values[0] if values else one.value, tuple(values))


def _draw(duty: Duty, shown: Shown) -> Iterator[Section]:
    if isinstance(duty, Samples) and shown.pool is not None and shown.pool.chance:
        on = str(shown.value_of or "")
        inputs = [
            Input(("beacon", "on"), ON, "date", value=on),
            Input(("beacon", "round"), Text(zh="期号", en="round"), "text"),
            Input(("beacon", "value"), Text(zh="公开随机值", en="public random value"), "text"),
            Input(("beacon", "moved"), Text(zh="当日停开、改用其后一期的原因", en="why a later value was taken"), "text"),
        ]
        if duty.seed_source.anchor is not None:
            inputs.append(Input(("link",), Text(zh="本期链环", en="link of the chain"), "text"))
        yield Section(Text(zh=f"抽样：{duty.seed_source.source}", en=f"Draw: {duty.seed_source.source}"), None, tuple(inputs))


def _outside(duty: Duty, version: PowerVersion) -> Iterator[Section]:
    match duty.name:
        case "register_check":
            yield Section(
                Text(zh="台账", en="Register"),
                None,
                (
                    Input(("opened",), Text(zh="核对到的本期立案数", en="cases opened in the period, as you found"), "number"),
                    Input(("difference",), Text(zh="与系统不符的原因", en="why that differs from the register"), "note"),
                ),
            )
        case "stock_count":
            yield Section(
                Text(zh="盘点", en="Count"), None, (Input(("counted_on",), Text(zh="盘点日期", en="day of the count"), "date"),)
            )
        case "lead_reconciliation":
            for source in getattr(duty, "sources", ()):
                name = codes.word(version, source)
                yield Section(
                    Text(zh=f"来源：{name.zh}", en=f"Source: {name.en}"),
                    None,
                    (Input(("lists", source, "numbers"), NUMBERS, "lines"), Input(("lists", source, "list_hash"), HASH, "hash")),
                )
        case "hotline_check":
            for phone in getattr(duty, "phones", ()):
                yield Section(
                    Text(zh=f"电话：{phone}", en=f"Phone: {phone}"),
                    None,
                    (
                        Input(("calls", phone, "on"), ON, "date"),
                        Input(("calls", phone, "answered"), Text(zh="有人接听", en="answered"), "choice", YES_NO),
                        Input(("calls", phone, "words"), WORDS, "note"),
                    ),
                )
            yield Section(
                Text(zh="举报箱", en="Box"),
                None,
                (
                    Input(("box", "on"), ON, "date"),
                    Input(("box", "officers"), WHO, "officers"),
                    Input(("box", "numbers"), NUMBERS, "lines"),
                    Input(("box", "list_hash"), HASH, "hash"),
                ),
            )


def _people(duty: Duty, shown: Shown, people: People) -> Iterator[Section]:
    """Whoever a report speaks of, one by one, instead of cases."""
    if not isinstance(duty, IntegrityTraining):
        return
    yield Section(Text(zh="教育", en="Training"), None, (
        Input(("topic",), Text(zh="教育的内容", en="what was taught"), "note"),
        Input(("paper_hash",), Text(zh="试卷校验值（SHA-256），或上传试卷", en="hash of the paper (SHA-256), or upload it"), "hash")))
    for who in duty.taught_on(people, shown.day):
        name = people.name(who)
        yield Section(Text(zh=name, en=name), None, (
            Input((duty.part, who, "on"), Text(zh="测试日期", en="day of the test"), "date"),
            Input((duty.part, who, "points"), Text(zh="分数（0至100）", en="points (0 to 100)"), "number"),
            Input((duty.part, who, "by"), Text(zh="评分人（缺省为报告人）", en="who marked it (else the reporter)"), "officer"),
            Input((duty.part, who, "absent"), Text(zh="没有参加的原因（参加的不填）", en="why not, if he was not there"), "note")))


def _entry(duty: Duty, case: str, items: Sequence[str], version: PowerVersion) -> Iterable[Input]:
    part = str(getattr(duty, "part", "counts"))

    def at(*path: str) -> tuple[str, ...]:
        return (part, case, *path)

    def checks(name: str, options: Options) -> list[Input]:
        return [Input(at(name, item), codes.word(version, item), "choice", options) for item in items]

    visit = [Input(at("officers"), WHO, "officers"), Input(at("on"), ON, "date")]
    call = [Input(at("words"), WORDS, "note"), Input(at("tried"), TRIED, "days"), Input(at("by"), BY, "officer")]
    reached = Input(at("reached"), REACHED, "choice", YES_NO)
    match duty.name:
        case "register_check":
            return [Input(("remarks", case), Text(zh="没有进展的说明", en="why it does not move"), "note")]
        case "integrity_call_back":
            asked = [Input(at(item), integrity_call_back.QUESTIONS[item][1], "choice", NONE_SOME) for item in items]
            return [reached, *asked, *call]
        case "refused_call_back":
            return [reached, *(Input(at(item), refused_call_back.QUESTIONS[item], "choice", NONE_SOME) for item in items), *call]
        case "service_rating_review":
            named = {
                "replied": Text(zh="收到书面回复", en="got a written reply"),
                "content": Text(zh="对处理结果满意", en="is content"),
            }
            return [reached, *(Input(at(i), named.get(i, service_rating_review.QUESTIONS[i]), "choice", YES_NO) for i in items), *call]
        case "file_sampling":
            points = [
                Input(at("cover"), Text(zh=f"封面（0至{getattr(duty, 'cover_points', 20)}分）", en="cover (points)"), "number"),
                Input(at("content"), Text(zh=f"内容（0至{getattr(duty, 'content_points', 80)}分）", en="content (points)"), "number"),
            ]
            gates = [Input(at("gates", gate), file_sampling.GATES[gate], "choice", PASS_FAIL) for gate in items]
            return [*gates, *points, Input(at("words"), WORDS, "note"), Input(at("by"), BY, "officer")]
        case "reinspection":
            assert set(reinspection.ANSWERS) <= {value for value, _ in SEEN}, "an answer without words"
            return [*visit, *checks("checklist", SEEN)]
        case "ex_post_visit":
            return [*visit, *checks("checklist", MET), Input(at("words"), WORDS, "note")]
        case "disclosure_audit":
            looked_up = [Input(at(item), disclosure_audit.ASKED[item], "choice", YES_NO) for item in items]
            return [Input(at("on"), ON, "date"), *looked_up, Input(at("words"), WORDS, "note"), Input(at("by"), BY, "officer")]
        case "supervision_round":
            return [
                Input(at("state"), Text(zh="责令事项", en="what was ordered"), "choice", DONE),
                Input(at("on"), ON, "date"),
                Input(at("words"), WORDS, "note"),
                Input(at("by"), BY, "officer"),
            ]
        case "stock_count":
            goods = [
                Input(("counts", case, "goods", code), Text(zh=f"{code} 实有数量", en=f"{code}: number there"), "number")
                for code in items
            ]
            marks = [Input(("counts", case, "marks", code), Text(zh=f"{code} 识别号", en=f"{code}: mark"), "text") for code in items]
            return [one for pair in zip(goods, marks, strict=True) for one in pair]
        case "peer_evaluation":
            return [
                one
                for n in range(1, int(getattr(duty, "members", 3)) + 1)
                for one in (
                    Input(at("rows", str(n), "who"), Text(zh=f"评议人{n}", en=f"member {n}"), "officer"),
                    Input(at("rows", str(n), "mark"), Text(zh="评分（0至100）", en="points (0 to 100)"), "number"),
                    Input(at("rows", str(n), "remark"), Text(zh="评语", en="remark"), "note"),
                )
            ]
    return []


def read_back(made: Iterable[Section], given: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Return the report that was filled in; what was left empty is not in it."""
    report: dict[str, Any] = {}
    for one in (one for section in made for one in section.inputs):
        value = _value(one, [clean(text) for text in given.get(one.key, ())])
        if value is not None:
            place = report
            for name in one.path[:-1]:
                place = place.setdefault(name, {})
            place[one.path[-1]] = value
    for entry in (report.get("files") or {}).values():
        rows = entry.pop("rows", None)
        if rows is not None:
            told = [row for row in rows.values() if row.get("who")]
            entry["marks"] = {row["who"]: row["mark"] for row in told if "mark" in row}
            entry["remarks"] = {row["who"]: row["remark"] for row in told if "remark" in row}
    return report


def _value(one: Input, values: Sequence[str]) -> Any:
    text = values[0].strip()[:MAX_TEXT] if values else ""
    match one.kind:
        case "number":
            return int(text) if text.isascii() and text.isdecimal() and len(text) < 13 else text or None
        case "officers":
            return list(dict.fromkeys(values))[:MAX_LIST] or None
        case "days":
            return [day for day in text.replace("，", ",").replace(" ", ",").split(",") if day][:MAX_LIST] or None
        case "lines":
            return list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))[: MAX_LIST + 1]
    return text or None
