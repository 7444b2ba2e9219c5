"""Patterns over the log of another system: which of them it cannot feed, and why; what must be said beside a verdict.

A pattern is told over the same relations as in the live store (`relations`).  What the other system does not record looks there like
what never happened; so a pattern is judged only where its absence would mean something.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from qingfeng.terms.text import Text

from .foreign import Feed
from .pattern import Pattern
from .relations import ROLES

COMPANIONS: Mapping[str, Text] = {
    "reads": Text(zh="查阅案卷的记录", en="readings of files"),
    "subjects": Text(zh="检查对象名录", en="the library of subjects"),
    "thresholds": Text(
        zh="听证、集体讨论、审批的金额界限", en="the sums from which a hearing, deliberation or higher approval is due"
    ),
}
"""Relations that no act tells; another table may give them."""
_UNREAD = frozenset({"rubber_stamping"})
"""Patterns that look at readings where there are any and judge without them."""


def blind_pattern(pattern: Pattern, feed: Feed, *, given: Collection[str]) -> Text | None:
    """Return why a pattern cannot be judged on this log at all, or None.  given: the relations of COMPANIONS that have rows."""
    for need in pattern.needs:
        if need.relation in COMPANIONS and need.relation not in given:
            what = COMPANIONS[need.relation]
            return Text(
                zh=f"日志没有{what.zh}（可另给一张表：{need.relation}）",
                en=f"the log lacks {what.en} (a table may give them: {need.relation})",
            )
        acts = frozenset(act for role in need.roles for act in ROLES[role])
        if need.roles and not acts & (feed.acts | feed.never_done):
            return Text(zh=f"日志没有记载这类动作，没有记载不等于没有做：{'、'.join(need.roles)}",
                        en=f"the log records no such acts, which proves nothing: {', '.join(need.roles)}")  # fmt: skip
        if need.relation == "recent" and "entered" in need.columns and not feed.entered:
            return Text(
                zh="日志没有录入时间，看不出是否补录", en="the log has no time of entry: back entry cannot be seen"
            )
        if "actor" in need.columns and not feed.actor:
            return Text(zh="日志没有人员", en="the log has no actors")
    return None


def caveat(pattern: Pattern, feed: Feed, *, given: Collection[str]) -> Text | None:
    """Return what must be said beside a verdict: what the log leaves out that the pattern would have looked at."""
    if pattern.name not in _UNREAD:
        return None
    parts = []
    if "reads" not in given:
        parts.append(
            Text(
                zh="日志没有查阅记录，只看时间间隔", en="no readings in the log: judged by the time between acts alone"
            )
        )
    if not feed.entered:
        parts.append(
            Text(zh="日志没有录入时间，以动作时间计", en="no time of entry: the time of the act stands for it")
        )
    return Text(zh="；".join(one.zh for one in parts), en="; ".join(one.en for one in parts)) if parts else None
