"""Words that several commands need: names of steps, posts and statuses, and time left."""

from __future__ import annotations

from datetime import datetime

from qingfeng.catalogue.power import CLOSED, PARTY, SYSTEM, PowerVersion
from qingfeng.terms.instants import LOCAL, local_day
from qingfeng.terms.text import Text

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


def both(text: Text | None) -> dict[str, str] | None:
    """Return a message as JSON has it."""
    return {"zh": text.zh, "en": text.en} if text is not None else None
