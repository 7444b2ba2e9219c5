"""A time limit in words: how long and by what law, what starts, ends, stops and extends it, and what follows at its end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from qingfeng.casework.words import both, listed, named
from qingfeng.catalogue.power import ClockStop, Extension, Limit, PowerVersion
from qingfeng.terms.text import Text
from qingfeng.terms.timelimit import Rolls, Unit

_UNITS = {
    Unit.WORKING_DAY: ("个工作日", "working day(s)"),
    Unit.CALENDAR_DAY: ("日", "calendar day(s)"),
    Unit.HOUR: ("小时", "hour(s)"),
    Unit.MONTH: ("个月", "month(s)"),
    Unit.YEAR: ("年", "year(s)"),
}
_KINDS = {"statutory": ("法定", "statutory"), "promised": ("承诺", "promised"), "setting": ("内部设定", "setting")}
_ROLLS = {
    Rolls.PARTY: Text(
        zh="末日为休息日的，顺延至次一工作日", en="a last day on a rest day gives way to the next working day"
    ),
    Rolls.AGENCY: Text(
        zh="末日为休息日的，届满日不变，至迟顺延至次一工作日",
        en="a last day on a rest day stays the day due; the next working day is the latest",
    ),
    Rolls.NEVER: Text(zh="不因休息日顺延", en="rest days do not prolong it"),
}
_FOR = {"agency": Text(zh="机关", en="the agency"), "party": Text(zh="当事人", en="the party")}


def act_words(version: PowerVersion, act: str) -> Text:
    """Return the name of an act with its id."""
    return next((named(row.word.name, act) for row in version.procedure.rows if row.act == act), Text(zh=act, en=act))


def act_names(version: PowerVersion, acts: Iterable[str], *, either: bool = False) -> Text:
    """Return the names of acts with their ids; alternatives with 或."""
    said = [act_words(version, act) for act in dict.fromkeys(acts)]
    if not said:
        return Text(zh="无", en="none")
    return listed(said, zh="或", en=" or ") if either else listed(said)


def _field(version: PowerVersion, field: str) -> Text:
    found = (f.name for row in version.procedure.rows for f in row.word.fields if f.id == field)
    return next((named(name, field) for name in found), Text(zh=field, en=field))


def length_words(version: PowerVersion, limit: Limit) -> Text:
    """Return how long a limit is and on what it rests."""
    kind = Text(*_KINDS[limit.length.kind.value])
    if limit.basis is not None:
        kind = Text(zh=f"{kind.zh}，{limit.basis.say('zh')}", en=f"{kind.en}, {limit.basis.say('en')}")
    if limit.until is not None:
        field = _field(version, limit.until)
        return Text(zh=f"至“{field.zh}”所填日期（{kind.zh}）", en=f"until the date in “{field.en}” ({kind.en})")
    span = _span((limit.length.n, limit.length.unit))
    return Text(zh=f"{span.zh}（{kind.zh}）", en=f"{span.en} ({kind.en})")


def limit_lines(version: PowerVersion, limit: Limit) -> Iterator[Text]:
    """Yield everything that a limit says, the length first."""
    head, length = named(limit.name, limit.id), length_words(version, limit)
    yield Text(zh=f"{head.zh}：{length.zh}", en=f"{head.en}: {length.en}")
    holder = _FOR.get(limit.holder, Text(zh=limit.holder, en=limit.holder))
    yield Text(zh=f"约束：{holder.zh}", en=f"for: {holder.en}")
    starts = listed(_start(version, limit, act) for act in sorted(limit.starts))
    yield Text(zh=f"起算：{starts.zh}", en=f"starts with: {starts.en}")
    ends = act_names(version, sorted(limit.ends))
    yield Text(zh=f"止于：{ends.zh}", en=f"ends with: {ends.en}")
    if limit.restarts:
        yield Text(zh="计算期间再次起算的，重新计算", en="a starting act while it runs begins it anew")
    yield from (_stop(version, stop) for stop in limit.stops)
    yield from (_extension(version, extension) for extension in limit.extend)
    if limit.until is None:
        yield Text(zh=f"休息日：{_ROLLS[limit.length.rolls].zh}", en=f"rest days: {_ROLLS[limit.length.rolls].en}")
    if limit.yellow is not None:
        before = _span(limit.yellow)
        yield Text(zh=f"预警：届满前{before.zh}", en=f"warning: {before.en} before the end")
    yield from _at_the_end(version, limit)
    waiting = sorted({row.act for row in version.procedure.rows if limit.id in row.waits})
    if waiting:
        names = act_names(version, waiting)
        yield Text(zh=f"届满前不能办：{names.zh}", en=f"not possible before its end: {names.en}")


def _at_the_end(version: PowerVersion, limit: Limit) -> Iterator[Text]:
    if limit.effect is not None:
        effect = act_words(version, limit.effect)
        yield Text(zh=f"届满效果：系统登记{effect.zh}", en=f"at its end the clock records: {effect.en}")
    elif limit.ends and limit.late == "ask":
        yield Text(zh="届满后才止的：须说明理由", en="ended late: a reason is asked for")
    elif limit.ends:
        yield Text(zh="届满后才止的：只作记录，不问理由", en="ended late: noted, no reason is asked for")
    if limit.ahead is not None:
        span = _span(limit.ahead)
        yield Text(
            zh=f"起算早于届满{span.zh}的，才发生效果", en=f"the effect arises only if it began {span.en} before its end"
        )


def _start(version: PowerVersion, limit: Limit, act: str) -> Text:
    name = act_words(version, act)
    chosen = sorted(f"{field}={value}" for one, field, value in limit.choices if one == act)
    if not chosen:
        return name
    return Text(zh=f"{name.zh}且{'或'.join(chosen)}", en=f"{name.en} with {' or '.join(chosen)}")


def _stop(version: PowerVersion, stop: ClockStop) -> Text:
    first, last = act_words(version, stop.from_act), act_words(version, stop.to_act)
    zh, en = (f"（{stop.basis.say('zh')}）", f" ({stop.basis.say('en')})") if stop.basis is not None else ("", "")
    if stop.until:
        until = _field(version, stop.until)
        zh, en = f"，至迟到“{until.zh}”所填日期{zh}", f", at the latest to the date in “{until.en}”{en}"
    return Text(zh=f"停表：自{first.zh}至{last.zh}{zh}", en=f"stops: from {first.en} to {last.en}{en}")


def _extension(version: PowerVersion, extension: Extension) -> Text:
    by = act_words(version, extension.by)
    if extension.unit is not None:
        span = _span((extension.n, extension.unit))
        how = Text(zh=f"每次{span.zh}", en=f"{span.en} each")
    else:
        until = _field(version, str(extension.until))
        how = Text(zh=f"至“{until.zh}”所填日期", en=f"to the date in “{until.en}”")
    return Text(
        zh=f"延长：经{by.zh}，最多{extension.times}次，{how.zh}",
        en=f"extended by {by.en}, at most {extension.times} time(s), {how.en}",
    )


def _span(span: tuple[int, Unit]) -> Text:
    n, unit = span
    return Text(zh=f"{n}{_UNITS[unit][0]}", en=f"{n} {_UNITS[unit][1]}")


def limit_data(version: PowerVersion, limit: Limit) -> dict[str, Any]:
    """Return a limit as JSON has it."""
    return {
        "id": limit.id,
        "name": both(limit.name),
        "words": both(length_words(version, limit)),
        "law": limit.basis.say("zh") if limit.basis else None,
        "kind": limit.length.kind.value,
        "for": limit.holder,
        "starts": sorted(limit.starts),
        "ends": sorted(limit.ends),
        "stops": [
            {"from": s.from_act, "to": s.to_act, "basis": s.basis.say("zh") if s.basis else None} for s in limit.stops
        ],
        "extend": _extension_data(limit.extend),
        "rolls": limit.length.rolls.value,
        "effect": limit.effect,
        "late": limit.late,
        "waited_for_by": sorted({row.act for row in version.procedure.rows if limit.id in row.waits}),
    }


def _extension_data(extensions: Sequence[Extension]) -> list[dict[str, Any]]:
    return [
        {"by": e.by, "times": e.times, "n": e.n or None, "unit": e.unit.value if e.unit else None, "until": e.until}
        for e in extensions
    ]
