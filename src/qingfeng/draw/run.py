"""The draw itself, and its check: both compute the result from the plan, the links and the beacon; there is no other way."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from qingfeng.terms.instants import format_instant
from qingfeng.terms.text import Text

from .canonical import NotCanonical, canonical
from .entropy import Revealed, beacon_fault, revealed
from .fault import Fault, Path, Reader
from .parse import parse_plan
from .plan import DrawPlan
from .select import MAX_ROUNDS, NoTeam, seed_of, teams
from .transcript import DrawTranscript, DrawVoid, VoidReason

Record = DrawTranscript | DrawVoid
SHOWN = 80
"""Characters of a value that a difference shows."""


def draw(plan: DrawPlan, *, links: Mapping[str, Any], beacon: str, at: datetime) -> Record | tuple[Fault, ...]:
    """Return the result, or a void; faults if what is handed in cannot be, and then nothing has happened.

    links: party -> link (hexadecimal) or None; at: now.
    """
    at = at.replace(microsecond=0)
    given = revealed(plan, links)
    faults = [each for each in given if isinstance(each, Fault)]
    if (wrong := beacon_fault(plan.beacon, beacon)) is not None:
        faults.append(wrong)
    if at < plan.beacon.at:
        faults.append(
            Fault(
                ("beacon",),
                Text(
                    zh=f"{plan.beacon.source}{plan.beacon.round}期要到{format_instant(plan.beacon.at)}才开出。",
                    en=f"Round {plan.beacon.round} of {plan.beacon.source} takes place at {format_instant(plan.beacon.at)}.",
                ),
                Text(zh="请等到那时再抽取。", en="Draw after that."),
            )
        )
    if faults:
        return tuple(faults)
    return _drawn(plan, tuple(each for each in given if isinstance(each, Revealed)), beacon, at)


def withdraw(plan: DrawPlan, *, reason: str, by: str, approved_by: str, at: datetime) -> DrawVoid | tuple[Fault, ...]:
    """Return the void of a plan that two people give up, or what is wrong with that."""
    reader = Reader()
    said = {"reason": reason or None, "by": by or None, "approved_by": approved_by or None}
    of = reader.fields(said, (), ("reason", "by", "approved_by"))
    words = reader.text(of, (), "reason")
    who, second = reader.id(of, (), "by"), reader.id(of, (), "approved_by")
    if who and who.casefold() == second.casefold():
        reader.fault(
            ("approved_by",),
            Text(zh="作废由提出人自己批准。", en="Who proposed the void also approved it."),
            Text(zh="作废须由另一人批准。", en="Somebody else must approve it."),
        )
    if reader.faults:
        return tuple(reader.faults)
    return DrawVoid(
        plan=plan, why=VoidReason.WITHDRAWN, words=Text(zh=words, en=words), at=at.replace(microsecond=0),
        by=who, approved_by=second,
    )  # fmt: skip


def read_record(plain: Any) -> Record | tuple[Fault, ...]:
    """Return a published transcript or void that holds in every part, or every difference from what must stand there."""
    if not isinstance(plain, Mapping) or "plan" not in plain:
        return (_fault((), "不是抽取记录", "This is no record of a draw"),)
    try:
        canonical(plain)
    except NotCanonical:
        return (
            _fault((), "含有不允许的值（小数、真假值等）", "It holds a value that may not be there (a fraction, …)"),
        )
    plan = parse_plan(plain["plan"])
    if isinstance(plan, tuple):
        return tuple(Fault(("plan", *fault.path), fault.what, fault.hint) for fault in plan)
    made = _again(plan, plain)
    if isinstance(made, tuple):
        return made
    differences = tuple(_differences((), plain, made.plain()))
    return differences or made


def _again(plan: DrawPlan, plain: Mapping[str, Any]) -> Record | tuple[Fault, ...]:
    reader = Reader()
    void = plain.get("void")
    at = reader.instant(reader.fields({"at": plain.get("drawn", plain.get("at"))}, (), ("at",)), (), "at")
    if reader.faults:
        return tuple(reader.faults)
    if isinstance(void, Mapping) and void.get("why") == VoidReason.WITHDRAWN:
        said = void.get("words")
        words = {
            "reason": said.get("zh") if isinstance(said, Mapping) else None,
            "by": void.get("by"),
            "approved_by": void.get("approved_by"),
        }
        return withdraw(plan, **{k: v if isinstance(v, str) else "" for k, v in words.items()}, at=at)
    listed = plain.get("links")
    if not isinstance(listed, list) or not all(
        isinstance(x, Mapping) and isinstance(x.get("party"), str) for x in listed
    ):
        return (_fault(("links",), "链环写法不对", "The links are not written as they should be"),)
    beacon = plain.get("beacon")
    given = {x["party"]: x.get("link") for x in listed}
    return draw(plan, links=given, beacon=beacon if isinstance(beacon, str) else "", at=at)


def _drawn(plan: DrawPlan, links: tuple[Revealed, ...], beacon: str, at: datetime) -> Record:
    counting = [each.counting for each in links]
    there = sum(each is not None for each in counting)
    missing = [each.party for each in links if each.counting is None]

    def void(why: VoidReason, words: Text) -> DrawVoid:
        return DrawVoid(plan=plan, why=why, words=words, at=at, links=links, beacon=beacon)

    if there < plan.min_links:
        return void(
            VoidReason.LINKS,
            Text(
                zh=f"只有{there}个有效链环，方案要求至少{plan.min_links}个；缺：{'、'.join(missing)}",
                en=f"only {there} valid links, the plan wants {plan.min_links}; missing: {', '.join(missing)}",
            ),
        )
    if at > plan.draw_by:
        by = format_instant(plan.draw_by)
        return void(VoidReason.LATE, Text(zh=f"抽取限于{by}前进行", en=f"the draw was to be made by {by}"))
    seed = seed_of(plan.plan_id, counting, beacon)
    found = teams(plan, seed)
    if isinstance(found, NoTeam):
        return void(VoidReason.TEAM, _no_team(found))
    number, drawn = found
    return DrawTranscript(plan=plan, links=links, beacon=beacon, drawn=at, seed=seed.hex(), round=number, teams=drawn)


def _no_team(found: NoTeam) -> Text:
    return Text(
        zh=f"{found.firm}的检查组第{found.seat}席无人可抽（试了{MAX_ROUNDS}轮，最后一轮：应回避{found.conflict}人，"
        f"已满额{found.full}人，缺专业{found.unskilled}人，已在本组{found.sitting}人）",
        en=f"nobody was left for seat {found.seat} of the team for {found.firm} ({MAX_ROUNDS} rounds; in the last one "
        f"{found.conflict} had a conflict, {found.full} a full load, {found.unskilled} lacked a skill, "
        f"{found.sitting} already sat there)",
    )


def _differences(path: Path, given: Any, made: Any) -> list[Fault]:
    """Name every place where what is written is not what comes out."""
    if isinstance(given, Mapping) and isinstance(made, Mapping):
        found = []
        for name in sorted(given.keys() | made.keys()):
            if name not in given or name not in made:
                words = ("缺少", "is missing") if name not in given else ("多出", "does not belong here")
                found.append(_fault((*path, name), words[0], f"{name} {words[1]}"))
            else:
                found += _differences((*path, name), given[name], made[name])
        return found
    if isinstance(given, list) and isinstance(made, list) and len(given) == len(made):
        return [
            fault for n, pair in enumerate(zip(given, made, strict=True)) for fault in _differences((*path, n), *pair)
        ]
    if type(given) is type(made) and given == made:
        return []
    said, real = str(given)[:SHOWN], str(made)[:SHOWN]
    return [_fault(path, f"记录为“{said}”，重算为“{real}”", f'It says "{said}"; redone it is "{real}"')]


def _fault(path: Path, zh: str, en: str) -> Fault:
    return Fault(
        path,
        Text(zh=f"{zh}。", en=f"{en}."),
        Text(
            zh="记录被改动或不完整；请与日志核对。",
            en="The record was changed or is incomplete; compare it with the log.",
        ),
    )
