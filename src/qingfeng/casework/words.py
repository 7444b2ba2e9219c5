"""Words that several commands need: names of steps, posts and statuses, and time left."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

from qingfeng.catalogue.power import CLOSED, PARTY, SYSTEM, PowerVersion
from qingfeng.terms.instants import LOCAL, local_day
from qingfeng.terms.text import Text
from qingfeng.terms.timelimit import Due

STATUS = {
    "open": Text(zh="在办", en="open"),
    "suspended": Text(zh="中止", en="suspended"),
    "closed": Text(zh="已办结", en="closed"),
}
MARKS = {
    "yellow": Text(zh="黄色预警", en="yellow"),
    "red": Text(zh="超期", en="red"),
    "lapsed": Text(zh="期满", en="lapsed"),
    "effect": Text(zh="依法生效", en="effect by law"),
}
RULES = {
    "lawful_order": Text(zh="法定程序", en="lawful order"),
    "authority_scope": Text(zh="职责权限", en="scope of authority"),
    "credential_valid": Text(zh="执法证件", en="enforcement credential"),
    "event_time": Text(zh="办理时间", en="time of the act"),
    "shape": Text(zh="填写格式", en="form of the request"),
}
"""Guards of the engine; controls bear their own names."""
_OTHERS = {PARTY: Text(zh="当事人", en="party"), SYSTEM: Text(zh="系统", en="system")}


def step_name(version: PowerVersion, step: str) -> Text:
    """Return the name of a step, or the word for a closed case."""
    if step == CLOSED:
        return STATUS["closed"]
    return next((s.name for s in version.steps if s.id == step), Text(zh=step, en=step))


def post_name(version: PowerVersion, post: str) -> Text:
    """Return the name of a post, the party or the system."""
    if post in version.posts:
        return version.posts[post].name
    return _OTHERS.get(post, Text(zh=post, en=post))


def matter_words(title: str, power: Text) -> Text:
    """Return the matter of a case: what its acts called it, else the name of the power."""
    return power if title == power.zh else Text(zh=title, en=title)


def named(name: Text, an_id: str) -> Text:
    """Return a name with its id in brackets."""
    return Text(zh=f"{name.zh}（{an_id}）", en=f"{name.en} ({an_id})")


def listed(texts: Iterable[Text], *, zh: str = "、", en: str = ", ") -> Text:
    """Return texts one after another."""
    said = list(texts)
    return Text(zh=zh.join(text.zh for text in said), en=en.join(text.en for text in said))


def guards() -> frozenset[str]:
    """Return the names of what stops or finds things in every power and takes no settings."""
    from qingfeng.detection.run import OWN_TITLES  # late: a quick command imports no rules

    return frozenset({*RULES, *OWN_TITLES})


@lru_cache(maxsize=1024)
def rule_name(by: str) -> Text:
    """Return the name of the rule that stopped something: a control, a guard of the engine, a duty (duty:…), a pattern (pattern:…).

    In the log of another system (log:…) it is the same rule.
    """
    from qingfeng.controls import discover  # late: a quick command imports no control
    from qingfeng.detection.run import OWN_TITLES, own_rule

    by = own_rule(by)

    if by.startswith("duty:"):
        from qingfeng.duties import discover as discover_duties

        duty = discover_duties().get(by.removeprefix("duty:"))
        return duty.title if duty is not None else Text(zh=by, en=by)
    if by.startswith("pattern:"):
        from qingfeng.detection.patterns import discover as patterns

        pattern = patterns().get(by.removeprefix("pattern:"))
        return pattern.title if pattern is not None else Text(zh=by, en=by)
    control = discover().get(by)
    return RULES.get(by) or OWN_TITLES.get(by) or (control.title if control is not None else Text(zh=by, en=by.replace("_", " ")))


def last_moment(due: Due) -> Text:
    """Return when a limit ends: its last day (and the outer one, if rest days give way), or to the minute if in hours."""
    raw, outer = due.raw.astimezone(LOCAL), due.outer.astimezone(LOCAL)
    in_hours = (raw.hour, raw.minute) != (0, 0)
    last, latest = (f"{raw:%Y-%m-%d %H:%M}", f"{outer:%Y-%m-%d %H:%M}") if in_hours else (due.raw_day, due.outer_day)
    if raw == outer:
        return Text(zh=f"{last}", en=f"{last}")
    return Text(zh=f"{last}（遇休息日，至迟{latest}）", en=f"{last} (rest days: {latest} at the latest)")


def remaining(due: datetime, now: datetime) -> Text:
    """Return how long until a limit has run out: in days, or in hours where it does not end with a day."""
    due = due.astimezone(LOCAL)
    seconds = int((due - now).total_seconds())
    if (due.hour, due.minute) != (0, 0) and abs(seconds) < 3 * 86_400:
        hours, minutes = divmod(abs(seconds) // 60, 60)
        zh, en = f"{hours}小时{minutes}分", f"{hours} h {minutes} min"
        return Text(zh=f"还剩{zh}", en=f"{en} left") if seconds > 0 else Text(zh=f"已逾期{zh}", en=f"overdue by {en}")
    days = (local_day(due - datetime.resolution) - local_day(now)).days
    if days == 0:
        return Text(zh="今天到期", en="due today")
    if days > 0:
        return Text(zh=f"还剩{days}天", en=f"{days} day{'s' if days > 1 else ''} left")
    return Text(zh=f"已逾期{-days}天", en=f"overdue by {-days} day{'s' if days < -1 else ''}")


def left_for(due: datetime, now: datetime, *, holder: str) -> Text:
    """Return how long until a limit has run out for its holder: only the agency is overdue; a right that was not used has lapsed."""
    if holder == "agency" or due > now:
        return remaining(due, now)
    return Text(zh="期限已过", en="the time is over")


def both(text: Text | None) -> dict[str, str] | None:
    """Return a message as JSON has it."""
    return {"zh": text.zh, "en": text.en} if text is not None else None
