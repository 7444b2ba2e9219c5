"""The second ring: may this act be done here, now, by this person?  Order, posts and the calendar of the procedure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from qingfeng.catalogue import wording
from qingfeng.catalogue.power import PARTY, SYSTEM, ActRule, ActWord, FieldType, Limit
from qingfeng.terms.instants import local_day
from qingfeng.terms.limits import MAX_CLOCK_SKEW_SECONDS, MAX_EVENTS_PER_CASE
from qingfeng.terms.people import Authority, People
from qingfeng.terms.text import Text

from . import shape
from .case import Case
from .clock import Clock
from .control import Basis, Command, Refusal
from .event import ACT, EFFECTIVE_FIELDS

SECOND = timedelta(seconds=1)
SKEW, DEPARTED = timedelta(seconds=MAX_CLOCK_SKEW_SECONDS), "departed"  # this field names who left: the one that may


def possible(case: Case) -> list[ActRule]:
    """Return the acts that the order allows now (who may do them, and waiting times, are not looked at)."""
    rules = [rule for (step, _), rule in case.version.rules.items() if step == case.step]
    return [rule for rule in rules if (case.seq or rule.opens_case) and _obstacle(case, rule) is None]


def sequence(case: Case, act: str) -> ActRule | Refusal:
    """Return the row of the procedure that applies, or why the act is out of order."""
    rule = case.version.rules.get((case.step, act))
    if rule is None or (case.seq == 0 and not rule.opens_case):
        return refuse("lawful_order", wording.not_here(case.version, act=act, at=case.step, opened=case.seq > 0), _what_now(case))
    obstacle = _obstacle(case, rule)
    return _out_of_order(case, rule, *obstacle) if obstacle is not None else rule


def waiting(
    case: Case, rule: ActRule, command: Command, clocks: Mapping[str, Clock], years: Sequence[int]
) -> Refusal | None:
    """Return why the act comes too early, out of time order, or extends what cannot be extended; years: of the calendar."""
    for name in rule.waits:
        clock, limit = clocks.get(name), case.version.procedure.limits[name]
        if clock is not None and clock.running and (clock.waits_until is None or command.at < clock.waits_until):
            ends_on = local_day(clock.waits_until - SECOND) if clock.waits_until is not None else None
            return refuse("time_limit", *wording.too_early(rule.word.name, limit, ends_on), limit=limit)
    dates = _backward_date(case, rule, command, clocks, years)
    if dates is not None:
        return dates
    wanted = [(lim, e) for lim in case.version.procedure.limits.values() for e in lim.extend if e.by == rule.act]
    for limit, extension in wanted:
        clock = clocks.get(limit.id)
        open_still = clock is not None and clock.running and not clock.over(command.at)
        if open_still and clock is not None and clock.extensions.count(rule.act) < extension.times:
            break
    else:
        if wanted:
            limit, extension = wanted[0]
            return refuse("time_limit", *wording.cannot_extend(limit, extension.times), limit=limit)
    return time_order(case, command) or _before_its_ground(case, rule, command)


def authority(case: Case, rule: ActRule, command: Command, people: People) -> Authority | Refusal:
    """Return the post in which the actor acts, or why he may not.  He must still be in service when he enters the act."""
    who, day = command.actor, command.day
    if who in (SYSTEM, PARTY):
        return Authority(who, "own") if who in rule.by else _wrong_post(case, rule, command, people)
    if who not in people.names:
        return refuse("authority_scope", *wording.unknown_officer(who))
    held = authorities(command, people, rule.by, may_delegate=not rule.no_delegation)
    if not held:
        return _wrong_post(case, rule, command, people)
    posts = sorted({a.post for a in held})
    if len(posts) > 1:
        return refuse("authority_scope", *wording.several_posts(case.version, people.name(who), posts))
    if rule.credential and not people.has_credential(who, day):
        return refuse("credential_valid", *wording.no_credential(rule.word.name, people.name(who), day))
    return held[0]


def authorities(command: Command, people: People, posts: Sequence[str], *, may_delegate: bool) -> list[Authority]:
    """Return how the actor held one of the posts on the day of the act, in the post he names if he names one.

    None if he holds no post at all on the day of entry: who was dismissed since enters nothing any more.
    """
    entered_on = local_day(command.entered)
    if entered_on > command.day and not people.posts_of(command.actor, entered_on):
        return []
    held = people.authorities(command.actor, posts, command.day, act=command.act, may_delegate=may_delegate)
    return [a for a in held if command.post in (None, a.post)]


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
    if rule.only_opens and case.seq:
        return "opens", frozenset()
    if case.seq >= MAX_EVENTS_PER_CASE:
        return "full", frozenset()
    return None


def _out_of_order(case: Case, rule: ActRule, kind: str, names: frozenset[str]) -> Refusal:
    name, version = rule.word.name, case.version
    match kind:
        case "pending":
            return refuse("lawful_order", *wording.pending(version, name, version.procedure.pending[min(names)]))
        case "after":
            return refuse("lawful_order", *wording.not_done_yet(version, name, names))
        case "not_pending":
            why = wording.not_pending(name, version.procedure.pending[min(names)])
        case "opens":
            why = wording.only_opens(name)
        case "once":
            why = wording.done_already(name)
        case _:
            why = wording.full(MAX_EVENTS_PER_CASE)
    return refuse("lawful_order", why, _what_now(case))


def _what_now(case: Case) -> Text:
    return wording.possible_now(case.version, [r.act for r in possible(case) if r.by != (SYSTEM,)])


def _backward_date(
    case: Case, rule: ActRule, command: Command, clocks: Mapping[str, Clock], years: Sequence[int]
) -> Refusal | None:
    """A period told lies ahead of the act that tells it, within the years of the calendar, and an extension lengthens."""
    known = f"{max(years, default=9999)}-12-20"  # what ends later may roll into a year without a table
    for limit in case.version.procedure.limits.values():
        named = {limit.until} if limit.until and limit.begins(rule.act, command.data) else set()
        named |= {stop.until for stop in limit.stops if stop.from_act == rule.act and stop.until}
        longer = [e.until for e in limit.extend if e.by == rule.act and e.until]
        wrong = [n for n in sorted(named) if str(command.data.get(n) or "9")[:10] < command.day.isoformat()]
        clock = clocks.get(limit.id) if longer else None  # of most limits the act says nothing
        due = clock.due.raw_day.isoformat() if clock is not None and clock.due is not None else ""
        far = [n for n in (*sorted(named), *longer) if known < str(command.data.get(n) or "")[:10]]
        if far:
            return shape.refuse(*wording.beyond_calendar(rule.word, far[0], known))
        wrong += [n for n in longer if str(command.data.get(n) or "9")[:10] <= due]
        if wrong:
            return refuse("event_time", *wording.backward_date(rule.word, wrong[0], due if wrong[0] in longer else ""))
    return None


def strangers(command: Command, word: ActWord, people: People) -> Refusal | None:
    """Return why the officers that an act names cannot have taken part: unknown, gone, or named twice."""
    for field in word.fields:
        named = command.data.get(field.id) if field.type in (FieldType.OFFICER, FieldType.OFFICERS) and field.id != DEPARTED else None
        listed = [named] if isinstance(named, str) else list(named or ())
        unknown = [who for who in listed if not people.in_service(who, command.day)]
        if unknown or len(set(listed)) < len(listed):
            return refuse("authority_scope", *wording.strangers(field.name, unknown))
    return None


def time_order(case: Case, command: Command) -> Refusal | None:
    """Return why the act's time cannot be true: in the future, or before the case came to its step."""
    if command.at > command.entered + SKEW:
        return refuse("event_time", *wording.in_the_future(command.at, command.entered))
    if case.since is not None and command.at < case.since:
        return refuse("event_time", *wording.before_the_step(command.at, case.since))
    for name in EFFECTIVE_FIELDS:
        named = str(command.data.get(name) or "")
        if named and named > command.day.isoformat():
            return refuse("event_time", *wording.named_day(named, command.day, later=True))
        if named and case.since is not None and named < local_day(case.since).isoformat():
            return refuse("event_time", *wording.named_day(named, local_day(case.since), later=False))
    return None


def _before_its_ground(case: Case, rule: ActRule, command: Command) -> Refusal | None:
    """What must come after another act is not dated before it."""
    grounds = [(needed, [e.at for e in case.events if e.kind == ACT and e.act in needed]) for needed in rule.after]
    if rule.closes is not None and rule.closes in case.pending:
        opener = case.events[case.pending[rule.closes] - 1]
        grounds.append((frozenset((opener.act,)), [opener.at]))
    named = [str(command.data[name]) for name in EFFECTIVE_FIELDS if command.data.get(name)]
    for needed, done in grounds:
        ground = min(done, default=command.at)
        if command.at < ground or any(day < local_day(ground).isoformat() for day in named):
            return refuse("event_time", *wording.before_its_ground(case.version, needed, command.at, ground))
    return None


def _wrong_post(case: Case, rule: ActRule, command: Command, people: People) -> Refusal:
    who, day, version, mine = command.actor, command.day, case.version, people.posts_of(command.actor, command.day)
    left = people.dismissed.get(who)
    gone = left if left is not None and not people.posts_of(who, local_day(command.entered)) else None
    standing = wording.standing(wording.posts(version, mine), day, gone, other=command.post not in (None, *mine))
    able = None if {*rule.by} <= {PARTY, SYSTEM} else [people.name(o) for p in rule.by for o in people.holders(p, day)]
    delegated = rule.no_delegation and bool(authorities(command, people, rule.by, may_delegate=True))
    said = wording.wrong_post(rule.word.name, wording.posts(version, rule.by), people.name(who), standing, able, delegated=delegated)
    return refuse("authority_scope", *said)


def refuse(by: str, reason: Text, remedy: Text, *, limit: Limit | None = None) -> Refusal:
    """Return a refusal of the second ring; by statute where the limit concerned rests on an article."""
    citation = limit.basis if limit is not None else None
    basis = Basis.STATUTE if citation else Basis.RULE
    return Refusal(by=by, ring="order", basis=basis, reason=reason, remedy=remedy, citation=citation)
