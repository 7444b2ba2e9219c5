"""What an officer reads when an act is out of order: what is the matter and why, and what to do next, in both languages.

The engine decides, this says it: pairs of reason and remedy, made from the names in the power file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime

from qingfeng.terms.text import Text

from . import codes
from .power import PARTY, SYSTEM, ActWord, Limit, Pending, PowerVersion

Said = tuple[Text, Text]
"""Reason, remedy."""

_MINUTES = "%Y-%m-%d %H:%M"
_TRUE_TIME = Text(zh="请核对实际办理时间；不得倒填日期。", en="Check the time; acts must not be back-dated.")


def acts(version: PowerVersion, names: Iterable[str], *, either: bool = False) -> Text:
    """Return the names of acts in quotation marks, in the order given."""
    words = {row.act: row.word.name for row in version.procedure.rows}
    known = [words[name] for name in dict.fromkeys(names) if name in words]
    zh, en = ("或", " or ") if either else ("、", ", ")
    return Text(zh=zh.join(f"“{n.zh}”" for n in known) or "无", en=en.join(f"“{n.en}”" for n in known) or "nothing")


def papers(version: PowerVersion, items: Iterable[str]) -> Text:
    """Return papers by their names in the published list, where the power has set one, else (and in English) by its words for codes."""
    listed = version.controls.get("published_requirements")
    matters = listed.get("matters") if isinstance(listed, Mapping) else None
    known = {str(p["code"]): str(p["name"]) for m in matters or () for p in m["papers"]}
    said = {code: codes.word(version, code) for code in items}
    return Text(zh="、".join(f"“{known[c]}”" if c in known else word.zh for c, word in said.items()) or "无",
                en=", ".join(word.en for word in said.values()) or "nothing")  # fmt: skip


_NOBODY = {PARTY: Text(zh="当事人", en="the party"), SYSTEM: Text(zh="系统时钟", en="the clock")}
"""Who acts and is no officer."""
_ELSEWHERE = Text(zh="本职权以外的岗位", en="a post that has no part in this power")


def person(actor: str, named: Callable[[str], str]) -> Text:
    """Return who acted: an officer by his name as `named` tells it, the party and the clock in words."""
    return _NOBODY.get(actor) or Text(zh=named(actor), en=named(actor))


def posts(version: PowerVersion, names: Iterable[str]) -> Text:
    """Return the names of posts; the party and the clock too.  A power has no names for posts that have no part in it."""
    known = {**_NOBODY}
    known |= {post.id: post.name for post in version.posts.values()}
    found = list(dict.fromkeys(known.get(name, _ELSEWHERE) for name in names))
    return Text(zh="、".join(n.zh for n in found) or "无岗位", en=", ".join(n.en for n in found) or "no post")


def step(version: PowerVersion, name: str) -> Text:
    """Return the name of a step, or that the case is closed."""
    return next((s.name for s in version.steps if s.id == name), Text(zh="已办结", en="closed"))


def possible_now(version: PowerVersion, names: Iterable[str]) -> Text:
    """Return what can be done instead."""
    now = acts(version, names)
    return Text(zh=f"现在可以办理：{now.zh}。", en=f"Possible now: {now.en}.")


def advised(version: PowerVersion, names: Iterable[str], *, refused: Text) -> list[str]:
    """Return the acts that a person may be advised to do: never the one that was refused, the clock's own only if alone."""
    words = {row.act: row.word.name for row in version.procedure.rows}
    others = [name for name in names if words.get(name) != refused]
    by_people = {row.act for row in version.procedure.rows if row.by != (SYSTEM,)}
    return [name for name in others if name in by_people] or others


def not_here(version: PowerVersion, *, act: str, at: str, opened: bool = True) -> Text:
    """The act belongs to other steps; opened: False if the case has not begun and the act cannot begin it."""
    name, here = acts(version, [act]), step(version, at)
    if not opened:
        return Text(
            zh=f"尚未收件或者立案，不能办理{name.zh}", en=f"nothing has been received or opened yet: {name.en} is not possible"
        )
    places = sorted((s for s, a in version.rules if a == act), key=lambda s: version.step_order[s])
    zh, en = "、".join(step(version, s).zh for s in places), ", ".join(step(version, s).en for s in places)
    return Text(
        zh=f"本案在“{here.zh}”环节，不能办理{name.zh}（该动作只在：{zh}）",
        en=f"the case stands at “{here.en}”; {name.en} is possible only at: {en}",
    )


def pending(version: PowerVersion, name: Text, matter: Pending) -> Said:
    """A matter must be settled first."""
    closing = [row.act for row in version.procedure.rows if row.closes == matter.id]
    first = acts(version, advised(version, closing, refused=name), either=True)
    reason = Text(
        zh=f"因“{matter.name.zh}”尚未了结，不能“{name.zh}”",
        en=f"“{matter.name.en}” is not settled yet: “{name.en}” is not possible",
    )
    return reason, Text(zh=f"请先办理：{first.zh}。", en=f"First do: {first.en}.")


def not_pending(name: Text, matter: Pending) -> Text:
    """There is nothing to close."""
    return Text(
        zh=f"没有“{matter.name.zh}”的情形，不能“{name.zh}”",
        en=f"“{matter.name.en}” is not the case: “{name.en}” is out of place",
    )


def not_done_yet(version: PowerVersion, name: Text, needed: Iterable[str]) -> Said:
    """Another act comes first."""
    first = acts(version, advised(version, sorted(needed), refused=name), either=True)
    reason = Text(
        zh=f"本轮尚未办理{first.zh}，不能“{name.zh}”",
        en=f"{first.en} has not been done in this round: “{name.en}” is out of order",
    )
    return reason, Text(zh=f"请先办理{first.zh}。", en=f"First do {first.en}.")


def done_already(name: Text) -> Text:
    """Once a round."""
    return Text(zh=f"“{name.zh}”在本轮已经办理，不能重复", en=f"“{name.en}” has been done in this round already")


def only_opens(name: Text) -> Text:
    """The act begins a new case and nothing else."""
    return Text(
        zh=f"“{name.zh}”只用于开立新案件，本案已经开立", en=f"“{name.en}” opens a new case; this one is open already"
    )


def backward_date(word: ActWord, field: str, due: str) -> Said:
    """A period told ends before it begins, or an extension does not lengthen; due: the day it would have to lie after."""
    label = next((f.name for f in word.fields if f.id == field), Text(zh=field, en=field))
    zh, en = (f"不晚于现在的届满日{due}", f"is not after {due}, the present end") if due else ("早于办理日", "is before the act")
    reason = Text(zh=f"“{label.zh}”（{field}）{zh}", en=f"“{label.en}” ({field}) {en}")
    return reason, Text(zh="请填写实际告知或批准的日期。", en="Give the day that was really told or approved.")


def beyond_calendar(word: ActWord, field: str, last: str) -> Said:
    """A period ends on a day whose year has no working-day calendar yet; last: the last day that can be named."""
    label = next((f.name for f in word.fields if f.id == field), Text(zh=field, en=field))
    reason = Text(
        zh=f"“{label.zh}”（{field}）晚于{last}，该年的工作日历尚未公布，期限无法计算",
        en=f"“{label.en}” ({field}) lies after {last}: the working-day calendar of that year is not known, so no limit can be computed",
    )
    return reason, Text(zh=f"请核对日期，填写{last}或更早的日期。", en=f"Check the day and give {last} or an earlier one.")


def named_day(named: str, bound: date, *, later: bool) -> Said:
    """The day served or received cannot be true."""
    zh, en = f"早于案件进入本环节的{bound}", f"before the case came to this step ({bound})"
    if later:
        zh, en = f"晚于办理日{bound}", f"after the act ({bound})"
    return Text(zh=f"所填送达或收到日期{named}{zh}", en=f"the day served or received, {named}, lies {en}"), _TRUE_TIME


def strangers(field: Text, unknown: Sequence[str]) -> Said:
    """Officers named in an act who are not in service, or named twice."""
    zh = f"不是在岗人员：{'、'.join(w[:100] for w in unknown)}" if unknown else "同一人重复列出"
    en = f"not in service: {', '.join(w[:100] for w in unknown)}" if unknown else "somebody is named twice"
    reason = Text(zh=f"“{field.zh}”中{zh}", en=f"“{field.en}”: {en}")
    return reason, Text(zh="请填写实际参加的在岗人员的编号。", en="Name officers in service who really took part.")


def full(bound: int) -> Text:
    """The case holds as many events as a case may."""
    return Text(zh=f"本案记录已达{bound}条上限", en=f"the case has reached {bound} events")


def too_early(name: Text, limit: Limit, ends_on: date | None) -> Said:
    """A waiting time is not over; ends_on None: its clock is stopped; an instant (of a limit in hours) is said to the minute."""
    end = f"{ends_on:{_MINUTES}}" if isinstance(ends_on, datetime) else str(ends_on)
    zh = "期限中止中" if ends_on is None else f"至{end}届满"
    en = "stopped" if ends_on is None else f"ends on {end}"
    reason = Text(
        zh=f"“{limit.name.zh}”尚未届满（{zh}），不能“{name.zh}”",
        en=f"“{limit.name.en}” is not over yet ({en}): “{name.en}” comes too early",
    )
    remedy = Text(
        zh="请待期限届满后办理，或取得有权放弃者的书面放弃并登记。", en="Wait until it is over, or record a written waiver."
    )
    return reason, remedy


def cannot_extend(limit: Limit, times: int) -> Said:
    """The limit does not run, is over, or was extended as often as it may be."""
    reason = Text(
        zh=f"“{limit.name.zh}”未在计算中、已经届满，或延长次数已用完（最多{times}次），不能延长",
        en=f"“{limit.name.en}” does not run, is over, or has been extended {times} time(s) already",
    )
    return reason, Text(zh="请在期限内办结；确需更多时间的，依法办理其他程序。", en="Finish within the limit.")


def in_the_future(at: datetime, now: datetime) -> Said:
    """The act is dated later than now."""
    reason = Text(
        zh=f"办理时间{at:{_MINUTES}}晚于现在{now:{_MINUTES}}", en=f"the act is dated {at:{_MINUTES}}, in the future"
    )
    return reason, Text(zh="请填写实际办理时间。", en="Give the time at which it really happened.")


def before_the_step(at: datetime, since: datetime) -> Said:
    """The act is dated before the case came to its step."""
    reason = Text(
        zh=f"办理时间{at:{_MINUTES}}早于案件进入本环节的时间{since:{_MINUTES}}",
        en=f"the act is dated before the case came to this step ({since:{_MINUTES}})",
    )
    return reason, _TRUE_TIME


def before_its_ground(version: PowerVersion, needed: Iterable[str], at: datetime, ground: datetime) -> Said:
    """The act is dated before the act that it rests on."""
    first = acts(version, sorted(needed), either=True)
    reason = Text(
        zh=f"办理时间{at:{_MINUTES}}早于{first.zh}的办理时间{ground:{_MINUTES}}",
        en=f"the act is dated before {first.en} ({ground:{_MINUTES}})",
    )
    return reason, _TRUE_TIME


def unknown_officer(who: str) -> Said:
    """Nobody of that id is registered."""
    reason = Text(zh=f"人员“{who[:100]}”未登记", en=f"officer {who[:100]!r} is not registered")
    remedy = Text(
        zh="请先由系统管理员登记人员并任命岗位。", en="Register the officer and appoint him to a post first."
    )
    return reason, remedy


def several_posts(version: PowerVersion, who: str, held: Sequence[str]) -> Said:
    """He could act in more than one post."""
    names = posts(version, held)
    reason = Text(
        zh=f"{who}可以{names.zh}的身份办理，请求未写明以哪个岗位办理",
        en=f"{who} may act as {names.en}, and the request does not say as which ({', '.join(held)})",
    )
    remedy = Text(zh=f"请写明岗位（post：{'、'.join(held)}）后重新提交。", en=f"Name the post (post: {', '.join(held)}) and submit again.")
    return reason, remedy


def no_credential(name: Text, who: str, day: date) -> Said:
    """The act needs an enforcement credential that he does not hold on the day."""
    reason = Text(
        zh=f"{who}在{day}没有有效的行政执法证件，不得“{name.zh}”",
        en=f"{who} holds no valid enforcement credential on {day}",
    )
    return reason, Text(zh="请由持有效执法证件的人员办理。", en="Let an officer with a valid credential act.")


def wrong_post(
    name: Text, needed: Text, who: str, standing: Text, able: Iterable[str] | None, *, delegated: bool = False
) -> Said:
    """The act belongs to another post; able: names of those who may do it (None: no officer may, it is the party's or the clock's);
    delegated: he holds a delegation, which is void."""
    ask = [other for other in dict.fromkeys(able or ()) if other != who]
    whom = _NOBODY.get(who, Text(zh=who, en=who))
    if delegated:
        reason = Text(
            zh=f"“{name.zh}”不得委托他人办理，应由{needed.zh}本人办理；{whom.zh}{standing.zh}，所受委托对此无效",
            en=f"“{name.en}” must not be delegated: it belongs to {needed.en} in person; {whom.en} {standing.en} "
            "and the delegation is void for it",
        )
    else:
        reason = Text(
            zh=f"“{name.zh}”应由{needed.zh}办理；{whom.zh}{standing.zh}",
            en=f"“{name.en}” belongs to {needed.en}; {whom.en} {standing.en}",
        )
    if able is None:
        return reason, Text(
            zh=f"这件事只能由{needed.zh}自己作出，工作人员不得代为作出：请在其作出后，以其名义登记。",
            en=f"Only {needed.en} can do this, no officer in their place: record it in their name once they have.",
        )
    remedy = Text(
        zh=f"请转有权人员办理：{'、'.join(ask) or '尚无人担任，请先任命'}。",
        en=f"Ask one of: {', '.join(ask) or 'nobody holds the post, appoint first'}.",
    )
    return reason, remedy


def standing(held: Text, day: date, dismissed: date | None, *, other: bool = False) -> Text:
    """What a person is on a day: dismissed since, or holding posts; other: the request names a post that he does not hold."""
    if dismissed is not None:
        return Text(zh=f"已于{dismissed}免职", en=f"was dismissed on {dismissed}")
    said = Text(zh=f"在{day}任：{held.zh}", en=f"holds {held.en} on {day}")
    if not other:
        return said
    return Text(zh=f"{said.zh}，没有担任所写的岗位", en=f"{said.en} and not the post that the request names")


def unknown_act(act: str, possible: Sequence[tuple[str, Text]]) -> Said:
    """The power has no such act; possible: id and name of those that can be done now."""
    zh, en = ("、".join(f"{name.zh}({one})" for one, name in possible), ", ".join(f"{name.en} ({one})" for one, name in possible))
    reason = Text(zh=f"本职权没有“{act}”这一动作", en=f"this power has no act {act!r}")
    return reason, Text(zh=f"现在可以办理：{zh or '无'}。", en=f"Possible now: {en or 'nothing'}.")


def override_incomplete() -> Said:
    """An override that does not say what it needs to."""
    reason = Text(
        zh="特批须写明动作（act）、放行的防控措施（controls）和理由（reason）",
        en="an override names the act, the controls and a reason",
    )
    return reason, Text(zh="请补齐后重新提交。", en="Complete it and submit again.")


def override_too_low(who: str, name: Text) -> Said:
    """An override from a post that is not above those that do the act."""
    reason = Text(
        zh=f"{who}无权特批“{name.zh}”：须由比办理岗位更高的领导岗位作出",
        en=f"{who} may not override “{name.en}”: that takes a leading post above those that do the act",
    )
    return reason, Text(zh="请报上一级领导。", en="Ask the next higher post.")


def override_forbidden(unset: Sequence[str], *, law: Sequence[Text], rule: Sequence[Text]) -> Said:
    """Controls that nobody can override: not set in this power, demanded by statute, or resting on the rules of the agency."""
    zh, en = [], []
    if law:
        zh.append(f"“{'”“'.join(t.zh for t in law)}”是法律、法规的要求，任何人不得特批")
        en.append(f"demanded by statute, so nobody may waive it: {', '.join(t.en for t in law)}")
    if rule:
        zh.append(f"“{'”“'.join(t.zh for t in rule)}”依据规章制度，对所有人一律适用，不得特批")
        en.append(f"resting on standing rules that bind everybody: {', '.join(t.en for t in rule)}")
    if unset:
        zh.append(f"本职权没有设置：{'、'.join(unset)}")
        en.append(f"not set in this power: {', '.join(unset)}")
    reason = Text(zh=f"不能特批放行：{'；'.join(zh)}", en=f"cannot be overridden: {'; '.join(en)}")
    return reason, Text(
        zh="只有仅依据廉政风险防控图或服务承诺的措施，才可由更高岗位的领导说明理由后特批一次；本项请按要求补办后再办理，认为规则不当的，请提请修改制度。",
        en="Only what rests on the integrity map or on a promise may be waived, once, by a higher leading post that gives reasons; "
        "here do what the rule asks first, or propose to change the rule.",
    )


def broken_control(title: Text, why: Text) -> Said:
    """A control that failed: nothing passes it."""
    reason = Text(
        zh=f"防控措施“{title.zh}”运行出错，无法判断，一律不予放行（{why.zh}）",
        en=f"the control “{title.en}” failed and so nothing passes it ({why.en})",
    )
    remedy = Text(
        zh="请联系系统管理员排除故障后重试；本次未办理。", en="Have the administrator mend it, then retry; nothing was done."
    )
    return reason, remedy
