"""Time limits must name acts that exist, be counted as their statute counts, and be computable."""

from __future__ import annotations

from typing import Any

from qingfeng.catalogue.checks_names import check_citation
from qingfeng.catalogue.checks_view import ACT, FIELD, LIMIT, Raw, View
from qingfeng.catalogue.faults import Path
from qingfeng.catalogue.floors import OWED, Bound, bound_of, never_reached, settings_below
from qingfeng.catalogue.power import SYSTEM, FieldType
from qingfeng.catalogue.statutes import wrong_unit
from qingfeng.terms.text import Text
from qingfeng.terms.timelimit import LimitKind, Rolls, Unit

_LEAST_HOURS = {Unit.HOUR: 1, Unit.WORKING_DAY: 24, Unit.CALENDAR_DAY: 24, Unit.MONTH: 28 * 24, Unit.YEAR: 365 * 24}
_DATES = (FieldType.DATE, FieldType.INSTANT)


def check_limits(view: View) -> None:
    """Errors of all limits of a version."""
    view.twice([limit["id"] for limit in view.limits], LIMIT, "procedure", "limits")
    for place, limit in enumerate(view.limits):
        path = view.at("procedure", "limits", place)
        _check_acts(view, path, limit)
        _check_basis(view, path, limit)
        _check_length(view, path, limit)
        _check_effect(view, path, limit)
    for control, setting, n, bound in settings_below(view.raw.get("controls") or {}):
        where = view.at("controls", control, setting)
        view.faults.error(where, *_against_the_law(Text(zh=f"期间设为{n}个工作日", en=f"The period is set to {n} working days"), bound))
    if view.whole:
        _check_owed(view)


def _check_owed(view: View) -> None:
    """Errors of controls emptied of what a statute asks, and of sums that nothing can reach."""
    controls = view.raw.get("controls") or {}
    for owed in OWED:
        lacking = owed.lacking(controls, view.known["acts"]) if view.head.get("kind") == owed.kind else []
        if lacking:
            names = [view.name_of(act) for act in lacking]
            zh, en = "、".join(f"“{one.zh}”" for one in names), ", ".join(f"“{one.en}”" for one in names)
            view.faults.error(
                view.at("controls", owed.control, owed.setting),
                Text(zh=f"《{owed.instrument}》第{owed.article}条要求的措施没有管到：{zh}。",
                     en=f"{owed.instrument} {owed.article} asks for this control, and it leaves out {en}."),
                Text(zh=f"请在 controls.{owed.control}.{owed.setting} 中列入。", en=f"List them under controls.{owed.control}.{owed.setting}."),
            )  # fmt: skip
    for place, n, top in never_reached(controls):
        view.faults.error(
            view.at("controls", *place),
            Text(zh=f"金额{n}元高于案由目录中最高的罚款{top}元，这一措施永远用不上。",
                 en=f"{n} yuan lies above the highest fine of the catalogue ({top}): this would never apply."),
            Text(zh="请按本地公布的标准填写。", en="Set the sum of the published local standard."),
        )  # fmt: skip


def _check_acts(view: View, path: Path, limit: Raw) -> None:
    for key in ("starts", "ends"):
        for index, one in enumerate(limit[key]):
            act, _, value = one.partition("=")
            _act(view, (*path, key, index), act)
            if value:
                _choice(view, (*path, key, index), act, value)
    for index, stop in enumerate(limit.get("stops") or ()):
        _act(view, (*path, "stops", index, "from"), stop["from"])
        _act(view, (*path, "stops", index, "to"), stop["to"])
        if "until" in stop:
            _date_field(view, (*path, "stops", index, "until"), stop["until"], [stop["from"]])
    for index, extension in enumerate(limit.get("extend") or ()):
        _act(view, (*path, "extend", index, "by"), extension["by"])
        if "until" in extension:
            _date_field(view, (*path, "extend", index, "until"), extension["until"], [extension["by"]])
    if "until" in limit:
        _date_field(view, (*path, "until"), limit["until"], [one.partition("=")[0] for one in limit["starts"]])


def _act(view: View, path: Path, act: str) -> None:
    if act not in view.known["acts"]:
        view.faults.unknown(path, ACT, act, view.known["acts"])


def _choice(view: View, path: Path, act: str, value: str) -> None:
    """The value must be one of a choice field that the act requires."""
    names = [name for name in view.words["acts"].get(act, {"fields": []})["fields"] if name.endswith("!")]
    fields = [view.words["fields"].get(name.removesuffix("!"), {}) for name in names]
    known = [key for field in fields for key in field.get("choices", {})]
    if value not in known:
        view.faults.unknown(path, Text(zh="必填选项的值", en="value of a required choice"), value, known)


def _date_field(view: View, path: Path, field: str, acts: list[str]) -> None:
    for act in acts:
        word = view.words["acts"].get(act)
        if word is None:
            continue
        dates = [
            name.removesuffix("!")
            for name in word["fields"]
            if view.words["fields"].get(name.removesuffix("!"), {}).get("type") in _DATES
        ]
        if field not in dates:
            view.faults.unknown(
                path,
                Text(zh=f"日期字段（动作{view.name_of(act).zh}）", en=f"date {FIELD.en} of {view.name_of(act).en}"),
                field,
                dates,
            )
        elif f"{field}!" not in word["fields"]:
            view.faults.error(
                path,
                Text(
                    zh=f"届满日取决于字段“{field}”，但它在动作{view.name_of(act).zh}中不是必填。",
                    en=f'The end rests on the field "{field}", which {view.name_of(act).en} does not require.',
                ),
                Text(zh=f"请把该动作的字段写作 {field}!", en=f"Write the act's field as {field}!"),
            )


def _check_basis(view: View, path: Path, limit: Raw) -> None:
    basis = limit["basis"]
    if basis is None:
        if limit["kind"] == LimitKind.STATUTORY:
            view.faults.error(
                (*path, "basis"),
                Text(zh="法定期限没有写依据。", en="A statutory limit without its basis."),
                Text(
                    zh="请写明法律和条款；没有法律依据的写 kind: promised 或 setting。",
                    en="Cite the article; without one write kind: promised or setting.",
                ),
            )
    else:
        check_citation(view, (*path, "basis"), basis["instrument"], basis["article"])
    for index, stop in enumerate(limit.get("stops") or ()):
        if stop["basis"] is not None:
            check_citation(
                view, (*path, "stops", index, "basis"), stop["basis"]["instrument"], stop["basis"]["article"]
            )
        elif limit["kind"] == LimitKind.STATUTORY:
            view.faults.error(
                (*path, "stops", index, "basis"),
                Text(zh="法定期限的停表没有写依据。", en="A stop of a statutory limit without its basis."),
                Text(
                    zh="请写明法律和条款；没有依据的不得停表。", en="Cite the article; without one the clock runs on."
                ),
            )


def _check_length(view: View, path: Path, limit: Raw) -> None:
    unit, n = limit.get("unit"), limit.get("n")
    basis = limit["basis"] if limit["kind"] == LimitKind.STATUTORY else None
    if basis is not None and n is not None and unit is not None:
        _check_unit(view, (*path, "unit"), basis, n, unit)
        bound = bound_of(basis["instrument"], basis["article"])
        if bound is not None and bound.broken_by(n, unit):
            said = Text(zh=f"法定期限设为{n}（{unit}）", en=f"The statutory limit is set to {n} ({unit})")
            view.faults.error((*path, "n"), *_against_the_law(said, bound))
    if _is_coercive(basis) and limit["rolls"] != Rolls.NEVER:
        view.faults.error(
            (*path, "rolls"),
            Text(
                zh="强制措施的期限不因休息日顺延。",
                en="The limit of a compulsory measure never gives way to rest days.",
            ),
            Text(zh="请写 rolls: never。", en="Write rolls: never."),
        )
    for index, extension in enumerate(limit.get("extend") or ()):
        where = (*path, "extend", index)
        if "n" in extension and ("unit" not in extension):
            view.faults.error(where, Text(zh="延长写了 n 却没有 unit。", en="An extension with n but no unit."), _UNIT)
        elif "n" in extension:
            if basis is not None:
                _check_unit(view, (*where, "unit"), basis, extension["n"], extension["unit"])
            if unit is not None and (extension["unit"] == Unit.HOUR) is not (unit == Unit.HOUR):
                view.faults.error(
                    (*where, "unit"),
                    Text(zh="小时不能与日、月、年相加。", en="Hours do not add to days or longer units."),
                    Text(zh="请改用同类单位。", en="Use one kind of unit."),
                )
    if n is not None and unit is None:
        view.faults.error(path, Text(zh="期限写了 n 却没有 unit。", en="A limit with n but no unit."), _UNIT)
    if unit == Unit.HOUR and limit.get("stops"):
        view.faults.error(
            (*path, "stops"),
            Text(zh="以小时计的期限不能停表。", en="A limit in hours cannot be stopped."),
            Text(zh="请删去 stops。", en="Remove `stops`."),
        )
    _check_yellow(view, path, limit)


_UNIT = Text(zh="请补写 unit。", en="Add `unit`.")


def _check_unit(view: View, path: Path, basis: Raw, n: int, unit: str) -> None:
    wrong = wrong_unit(basis["instrument"], basis["article"], n, Unit(unit))
    if wrong is not None:
        wanted, said = wrong
        view.faults.error(
            path,
            Text(
                zh=f"{n}日的单位写作 {unit}，与法律不符（{said.zh}）。",
                en=f"{n} days are given as {unit}, against the statute ({said.en}).",
            ),
            Text(zh=f"请写 unit: {wanted}。", en=f"Write unit: {wanted}."),
        )


def _against_the_law(said: Text, bound: Bound) -> tuple[Text, Text]:
    law = bound.said
    who = Text(zh="当事人的期间", en="the party's time") if bound.least else Text(zh="行政机关的期限", en="the agency's time")
    what = Text(zh=f"{said.zh}，而法律规定{who.zh}{law.zh}。", en=f"{said.en}, but by law {who.en} is {law.en}.")
    return what, Text(zh=f"请按法律填写（{law.zh}）。", en=f"Set it as the law does ({law.en}).")


def _is_coercive(basis: Any) -> bool:
    """行政强制法 25: the period of sealing-up or seizure itself."""
    return basis is not None and basis["instrument"] == "行政强制法" and basis["article"].partition("(")[0] == "25"


def _check_yellow(view: View, path: Path, limit: Raw) -> None:
    yellow = limit.get("yellow")
    if not yellow or "n" not in limit or "unit" not in limit:
        return
    lead = yellow["n"] * _LEAST_HOURS[Unit(yellow["unit"])]
    if lead >= limit["n"] * _LEAST_HOURS[Unit(limit["unit"])]:
        view.faults.error(
            (*path, "yellow"),
            Text(
                zh=f"预警提前量（{yellow['n']} {yellow['unit']}）不短于期限本身（{limit['n']} {limit['unit']}）。",
                en=f"Warned {yellow['n']} {yellow['unit']} before, but the limit is {limit['n']} {limit['unit']}.",
            ),
            Text(zh="请缩短提前量。", en="Shorten the lead."),
        )


def _check_effect(view: View, path: Path, limit: Raw) -> None:
    effect = limit.get("effect")
    if effect is None:
        return
    where = (*path, "effect")
    rows = [row for row in view.rows if row["act"] == effect]
    if not rows:
        _act(view, where, effect)
    elif not any(SYSTEM in row["by"] for row in rows):
        view.faults.error(
            where,
            Text(
                zh=f"动作{view.name_of(effect).zh}由期限届满触发，但没有一行允许 system 办理。",
                en=f"The act {view.name_of(effect).en} is done by the clock, but no row lets the system do it.",
            ),
            Text(zh="请在该行写 by: [system]。", en="Write by: [system] in its row."),
        )
    if effect.startswith("deemed_") and view.head["kind"] != "licence" and limit["kind"] != LimitKind.SETTING:
        view.faults.error(
            where,
            Text(zh="“视为”的效果只有行政许可法规定。", en="A deemed effect exists by law for licences only."),
            Text(zh="请删去 effect，或写 kind: setting。", en="Remove `effect`, or write kind: setting."),
        )
