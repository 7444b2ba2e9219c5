"""A first mapping for a log: its columns and activities by their names, to be read and corrected by a person."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from qingfeng.catalogue.power import PowerVersion
from qingfeng.terms.text import Text

from .readers import Look

USUAL: Mapping[str, tuple[str, ...]] = {
    "case": ("case:concept:name", "case", "case_id", "caseid", "case id", "案号", "案件编号", "办件编号", "流水号", "受理号"),
    "activity": ("concept:name", "activity", "ocel:type", "event", "task", "action", "环节", "活动", "动作", "事项", "操作", "步骤"),
    "at": ("time:timestamp", "ocel:time", "timestamp", "time", "complete timestamp", "datetime", "date", "时间", "办理时间", "操作时间",
           "发生时间", "日期"),
    "actor": ("org:resource", "resource", "actor", "user", "officer", "人员", "办理人", "操作人", "经办人", "承办人"),
    "post": ("org:role", "role", "post", "岗位", "职务"),
    "entered": ("entered", "recorded_at", "录入时间", "登记时间"),
    "id": ("identity:id", "ocel:id", "event_id", "eventid", "记录编号", "事件编号"),
}  # fmt: skip
LEAST = 0.62
"""From this likeness on an act is proposed; below it the person is asked."""
MOST = 2_000
_NO = frozenset({"no", "not", "non", "un", "return", "withdraw", "void", "revoke", "refuse", "reject"})
NEAR = 3
"""So many acts are named of which an unrecognised activity may be one."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """An activity of the log, how often it occurs, the act whose name is nearest (None: no name is near), how near from 0 to 1; what
    else it may be, with the names: for who maps it by hand."""

    activity: str
    count: int
    act: str | None
    likeness: float
    maybe: tuple[tuple[str, Text], ...] = ()


def columns_of(look: Look) -> dict[str, str]:
    """Return which columns are what, by their names; those that nobody knows are missing."""
    names = {_plain(column): column for column in look.filled}
    found: dict[str, str] = {}
    for what, usual in USUAL.items():
        column = next((names[_plain(one)] for one in usual if _plain(one) in names), None)
        if column is not None and column not in found.values():
            found[what] = column
    return found


def propose(activities: Mapping[str, int], version: PowerVersion) -> list[Proposal]:
    """Return a proposal for every activity, the most frequent first.  One act may serve several of them."""
    named = {act: (_plain(word.name.zh), _plain(word.name.en), _plain(act)) for act, word in version.words.items()}
    ordered = sorted(activities.items(), key=lambda one: (-one[1], one[0]))[:MOST]
    return [replace(one, maybe=tuple((act, version.words[act].name) for act, _ in one.maybe))
            for one in (_nearest(activity, n, named) for activity, n in ordered)]  # fmt: skip


def _nearest(activity: str, count: int, named: Mapping[str, Iterable[str]]) -> Proposal:
    plain = _plain(activity)
    like = {act: max(_likeness(plain, name) for name in names) for act, names in named.items()}
    act = max(sorted(like), key=lambda one: like[one])
    inside = {one for one, names in named.items() if len(plain) > 1 and any(plain in name for name in names)}
    near = sorted(like, key=lambda one: (one not in inside, -like[one], one))
    maybe = tuple((one, Text("", "")) for one in ([act] if like[act] >= LEAST else near[:NEAR]))
    return Proposal(activity, count, act if like[act] >= LEAST else None, round(like[act], 2), maybe)


def _likeness(one: str, other: str) -> float:
    """Return how alike two names are; one that denies what the other says is not alike however it is spelled."""
    if not one or not other or _denies(one) != _denies(other):
        return 0.0
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _denies(name: str) -> bool:
    return any(sign in name for sign in "不未非免撤") or any(word in _NO or word.startswith("un") for word in name.split())


def _plain(name: str) -> str:
    return re.sub(r"[^0-9a-z\u3400-\u9fff]+", " ", re.sub(r"（.*?）|\(.*?\)", "", name).lower()).strip()


def written(power: str, columns: Mapping[str, str], proposals: Iterable[Proposal], *, zone: str | None) -> str:
    """Return the mapping as YAML with what is unsure said beside it."""
    lines = ["# 由日志猜得，请逐行核对。 Guessed from the log: check every line.", f"power: {power}"]
    lines += [f"zone: {zone}"] if zone else ["# zone: Asia/Shanghai   # 时间没有时区的，写明是哪里的时间 where times without a zone were taken"]
    lines += ["columns:"] + [f"  {what}: {_quoted(column)}" for what, column in columns.items()]
    lines += [f"  # {what}: 没有认出，请填写 not recognised" for what in ("case", "activity", "at", "actor") if what not in columns]
    lines += ["activities:"]
    for one in proposals:
        said = f"{_quoted(one.activity)}: {one.act}" if one.act else f"# {_quoted(one.activity)}: "  # left out, the import lists it
        named = "、".join(name.zh if one.act else f"{act}（{name.zh}）" for act, name in one.maybe)
        told = f"{named}，相似 alike {one.likeness}" if one.act else f"没有认出，可能是 not recognised, perhaps: {named}"
        lines.append(f"  {said}   # {one.count}；{told}")
    lines += ["# fields: {amount: {from: 列名, kind: yuan}}   # text number yuan fen flag day lines",
              "# never_done: []   # 该系统本会记载而确实从未做的动作 acts that it would have recorded and that were never done"]  # fmt: skip
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def unknown_columns(columns: Mapping[str, str]) -> Text | None:
    """Return what to tell where the case, the activity or the time was not recognised."""
    absent = [what for what in ("case", "activity", "at") if what not in columns]
    if not absent:
        return None
    return Text(zh=f"没有认出这些列，请在映射中填写：{'、'.join(absent)}", en=f"not recognised, fill in: {', '.join(absent)}")
