"""The second ring: may this act be done here, now, by this person?  Order, posts and the calendar of the procedure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from qingfeng.catalogue.power import CLOSED, PARTY, SYSTEM, ActRule, Limit, PowerVersion
from qingfeng.terms.instants import local_day
from qingfeng.terms.limits import MAX_CLOCK_SKEW_SECONDS, MAX_EVENTS_PER_CASE
from qingfeng.terms.people import Authority, People
from qingfeng.terms.text import Text

from .case import Case
from .clock import Clock
from .control import Basis, Command, Refusal
from .event import ACT

SKEW = timedelta(seconds=MAX_CLOCK_SKEW_SECONDS)


def possible(case: Case) -> list[ActRule]:
    """Return the acts that the order allows now (who may do them, and waiting times, are not looked at)."""
    rules = [rule for (step, _), rule in case.version.rules.items() if step == case.step]
    return [rule for rule in rules if (case.seq or rule.opens_case) and _obstacle(case, rule) is None]


def sequence(case: Case, act: str) -> ActRule | Refusal:
    """Return the row of the procedure that applies, or why the act is out of order."""
    rule = case.version.rules.get((case.step, act))
    if rule is None or (case.seq == 0 and not rule.opens_case):
        return _not_here(case, act)
    obstacle = _obstacle(case, rule)
    return _out_of_order(case, rule, *obstacle) if obstacle is not None else rule


def waiting(case: Case, rule: ActRule, command: Command, clocks: Mapping[str, Clock]) -> Refusal | None:
    """Return why the act comes too early, out of time order, or extends what cannot be extended."""
    for name in rule.waits:
        clock, limit = clocks.get(name), case.version.procedure.limits[name]
        if clock is not None and clock.running and not clock.over(command.at):
            return _too_early(rule, limit, clock)
    wanted = [(lim, e) for lim in case.version.procedure.limits.values() for e in lim.extend if e.by == rule.act]
    running = [(clocks.get(limit.id), e) for limit, e in wanted]
    if wanted and not any(c is not None and c.running and not c.over(command.at) and c.extensions.count(rule.act) < e.times for c, e in running):
        limit, extension = wanted[0]
        return _refuse("time_limit",
            Text(zh=f"“{limit.name.zh}”未在计算中、已经届满，或延长次数已用完（最多{extension.times}次），不能延长",
                 en=f"“{limit.name.en}” does not run, is over, or has been extended {extension.times} time(s) already"),
            Text(zh="请在期限内办结；确需更多时间的，依法办理其他程序。", en="Finish within the limit."), limit)  # fmt: skip
    return time_order(case, command) or _before_its_ground(case, rule, command)


def authority(case: Case, rule: ActRule, command: Command, people: People) -> Authority | Refusal:
    """Return the post in which the actor acts, or why he may not.  He must hold it when acting and when entering."""
    who, day = command.actor, command.day
    if who in (SYSTEM, PARTY):
        return Authority(who, "own") if who in rule.by else _wrong_post(case, rule, command, people)
    if who not in people.names:
        return _refuse("authority_scope", Text(zh=f"人员“{who[:100]}”未登记", en=f"officer {who[:100]!r} is not registered"),
                       Text(zh="请先由系统管理员登记人员并任命岗位。", en="Register the officer and appoint him to a post first."))  # fmt: skip
    held = authorities(command, people, rule.by, may_delegate=not rule.no_delegation)
    if not held:
        return _wrong_post(case, rule, command, people)
    posts = {a.post for a in held}
    if len(posts) > 1:
        names = "、".join(case.version.posts[p].name.zh for p in sorted(posts))
        return _refuse("authority_scope", Text(zh=f"{people.name(who)}可以{names}的身份办理，请求未写明以哪个岗位办理",
                                               en=f"{people.name(who)} may act in several posts ({', '.join(sorted(posts))})"),
                       Text(zh="请写明岗位（post）后重新提交。", en="Name the post and submit again."))  # fmt: skip
    if rule.credential and not people.has_credential(who, day):
        return _refuse("credential_valid", Text(zh=f"{people.name(who)}在{day}没有有效的行政执法证件，不得“{rule.word.name.zh}”",
                                                en=f"{people.name(who)} holds no valid enforcement credential on {day}"),
                       Text(zh="请由持有效执法证件的人员办理。", en="Let an officer with a valid credential act."), basis=Basis.RULE)  # fmt: skip
    return held[0]


def authorities(command: Command, people: People, posts: Sequence[str], *, may_delegate: bool) -> list[Authority]:
    """Return how the actor holds one of the posts, on the day of the act and on that of its entry; in the post he names."""
    days = {command.day, max(command.day, local_day(command.entered))}
    on = [people.authorities(command.actor, posts, d, act=command.act, may_delegate=may_delegate) for d in sorted(days)]
    return [a for a in on[0] if a in on[-1] and command.post in (None, a.post)]


def _obstacle(case: Case, rule: ActRule) -> tuple[str, frozenset[str]] | None:
    """Return what stands in the way of an act at its step: its kind and the names concerned.  No words yet: asked often."""
    for matter in case.pending:
        blocks = case.version.procedure.pending[matter].blocks
        if (blocks is None or rule.act in blocks) and rule.closes != matter and matter not in rule.during:
            return "pending", frozenset((matter,))
    if rule.closes is not None and rule.closes not in case.pending:
        return "not_pending", frozenset((rule.closes,))
    for needed in rule.after:
        if needed.isdisjoint(case.done):
            return "after", needed
    if rule.once and rule.act in case.done:
        return "once", frozenset()
    if case.seq >= MAX_EVENTS_PER_CASE:
        return "full", frozenset()
    return None


def _out_of_order(case: Case, rule: ActRule, kind: str, names: frozenset[str]) -> Refusal:
    name, version = rule.word.name, case.version
    match kind:
        case "pending":
            pending = version.procedure.pending[min(names)]
            closing = _names(version, [r.act for r in version.procedure.rows if r.closes == pending.id])
            return _refuse("lawful_order", Text(zh=f"“{pending.name.zh}”，不能“{name.zh}”", en=f"“{pending.name.en}”: “{name.en}” is not possible yet"),
                           Text(zh=f"请先办理：{closing[0]}。", en=f"First do: {closing[1]}."))  # fmt: skip
        case "not_pending":
            pending = version.procedure.pending[min(names)]
            why = Text(zh=f"没有“{pending.name.zh}”的情形，不能“{name.zh}”", en=f"“{pending.name.en}” is not the case: “{name.en}” is out of place")
        case "after":
            zh, en = _names(version, sorted(names), "或", " or ")
            return _refuse("lawful_order", Text(zh=f"本轮尚未办理{zh}，不能“{name.zh}”", en=f"{en} has not been done in this round: “{name.en}” is out of order"),
                           Text(zh=f"请先办理{zh}。", en=f"First do {en}."))  # fmt: skip
        case "once":
            why = Text(zh=f"“{name.zh}”在本轮已经办理，不能重复", en=f"“{name.en}” has been done in this round already")
        case _:
            why = Text(zh=f"本案记录已达{MAX_EVENTS_PER_CASE}条上限", en=f"the case has reached {MAX_EVENTS_PER_CASE} events")
    return _refuse("lawful_order", why, _what_now(case))


def _not_here(case: Case, act: str) -> Refusal:
    version = case.version
    zh, en = _names(version, [act])
    places = sorted((s for s, a in version.rules if a == act), key=lambda s: version.step_order[s])
    where = "、".join(_step(version, s).zh for s in places)
    here = _step(version, case.step)
    return _refuse("lawful_order", Text(zh=f"本案在“{here.zh}”环节，不能办理{zh}（该动作只在：{where}）",
                                        en=f"the case stands at “{here.en}”; {en} is possible only at: {', '.join(_step(version, s).en for s in places)}"),
                   _what_now(case))  # fmt: skip


def _what_now(case: Case) -> Text:
    zh, en = _names(case.version, [r.act for r in possible(case) if r.by != (SYSTEM,)])
    return Text(zh=f"现在可以办理：{zh or '无'}。", en=f"Possible now: {en or 'nothing'}.")


def _too_early(rule: ActRule, limit: Limit, clock: Clock) -> Refusal:
    until = "期限中止中" if clock.due is None else f"至{clock.due.outer_day}届满"
    until_en = "stopped" if clock.due is None else f"ends on {clock.due.outer_day}"
    zh = f"“{limit.name.zh}”尚未届满（{until}），不能“{rule.word.name.zh}”"
    return _refuse("time_limit", Text(zh=zh, en=f"“{limit.name.en}” is not over yet ({until_en}): “{rule.word.name.en}” comes too early"),
                   Text(zh="请待期限届满后办理，或取得有权放弃者的书面放弃并登记。", en="Wait until it is over, or record a written waiver."), limit)  # fmt: skip


def time_order(case: Case, command: Command) -> Refusal | None:
    """Return why the act's time cannot be true: in the future, or before the case came to its step."""
    if command.at > command.entered + SKEW:
        return _refuse("event_time", Text(zh=f"办理时间{command.at:%Y-%m-%d %H:%M}晚于现在{command.entered:%Y-%m-%d %H:%M}", en="the act is dated in the future"),
                       Text(zh="请填写实际办理时间。", en="Give the time at which it really happened."))  # fmt: skip
    if case.since is not None and command.at < case.since:
        return _refuse("event_time", Text(zh=f"办理时间{command.at:%Y-%m-%d %H:%M}早于案件进入本环节的时间{case.since:%Y-%m-%d %H:%M}", en=f"the act is dated before the case came to this step ({case.since:%Y-%m-%d %H:%M})"),
                       Text(zh="请核对实际办理时间；不得倒填日期。", en="Check the time; acts must not be back-dated."))  # fmt: skip
    return None


def _before_its_ground(case: Case, rule: ActRule, command: Command) -> Refusal | None:
    """What must come after another act is not dated before it."""
    for needed in rule.after:
        on = min((e.at for e in case.events if e.kind == ACT and e.act in needed), default=command.at)
        if command.at < on:
            zh, en = _names(case.version, sorted(needed), "或", " or ")
            return _refuse("event_time", Text(zh=f"办理时间{command.at:%Y-%m-%d %H:%M}早于{zh}（{on:%Y-%m-%d %H:%M}）", en=f"dated before {en} ({on:%Y-%m-%d %H:%M})"),
                           Text(zh="请核对实际办理时间；不得倒填日期。", en="Check the time; acts must not be back-dated."))  # fmt: skip
    return None


def _wrong_post(case: Case, rule: ActRule, command: Command, people: People) -> Refusal:
    who, day, version = command.actor, command.day, case.version
    needed, held = _posts(version, rule.by), _posts(version, people.posts_of(who, day))
    state = f"已于{people.dismissed[who]}免职" if who in people.dismissed and people.dismissed[who] <= max(day, local_day(command.entered)) else f"在{day}任：{held.zh or '无岗位'}"
    others = [people.name(o) for p in rule.by for o in people.holders(p, day)]
    ask = "、".join(dict.fromkeys(others)) or "尚无人担任，请先任命"
    return _refuse("authority_scope", Text(zh=f"“{rule.word.name.zh}”应由{needed.zh}办理；{people.name(who)}{state}", en=f"“{rule.word.name.en}” belongs to {needed.en}; {people.name(who)} holds {held.en or 'no post'} on {day}"),
                   Text(zh=f"请转有权人员办理：{ask}。", en=f"Ask one of: {', '.join(dict.fromkeys(others)) or 'nobody holds the post, appoint first'}."))  # fmt: skip


def _posts(version: PowerVersion, posts: Iterable[str]) -> Text:
    known = {**{p.id: p.name for p in version.posts.values()}, PARTY: Text("当事人", "the party"), SYSTEM: Text("系统时钟", "the clock")}
    names = [known.get(p, Text(p, p)) for p in posts]
    return Text(zh="、".join(n.zh for n in names), en=", ".join(n.en for n in names))


def _names(version: PowerVersion, acts: Iterable[str], zh_join: str = "、", en_join: str = ", ") -> tuple[str, str]:
    words = {row.act: row.word.name for row in version.procedure.rows}
    known = [words[a] for a in dict.fromkeys(acts) if a in words]
    return zh_join.join(f"“{n.zh}”" for n in known), en_join.join(f"“{n.en}”" for n in known)


def _step(version: PowerVersion, step: str) -> Text:
    if step == CLOSED:
        return Text(zh="已办结", en="closed")
    return next(s.name for s in version.steps if s.id == step)


def _refuse(by: str, reason: Text, remedy: Text, limit: Limit | None = None, basis: Basis = Basis.RULE) -> Refusal:
    citation = limit.basis if limit is not None else None
    return Refusal(by=by, ring="order", basis=Basis.STATUTE if citation else basis, reason=reason, remedy=remedy, citation=citation)
