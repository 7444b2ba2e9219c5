"""What the audit administrator sees: who was not let in, who signed in, what changed, who read which file, what was refused.

Only who, when and what kind of thing: what a case says is for those who work on it, suspicion for discipline alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from qingfeng.catalogue.power import READ_FILE
from qingfeng.engine.event import Event
from qingfeng.terms.text import Text

from .. import accounts, calendarchanges, clients, drafts, imports, outbox, peoplechanges, peoplesheet, twofold
from ..office import CALENDAR, PERSON, POWER, READS, REFUSALS, REGISTRY, Registry, event_of
from ..ports import LOG_STREAM, ReadTx, StoredEvent
from ..reading import PARTS
from ..words import listed, rule_name
from . import access
from .said import plain

KINDS: Mapping[str, Text] = {
    "denied": Text(zh="越权访问", en="Denied"),
    "sign_in": Text(zh="登录", en="Sign-ins"),
    "accounts": Text(zh="账号变更", en="Account changes"),
    "clients": Text(zh="接口令牌", en="API tokens"),
    "hooks": Text(zh="通知订阅", en="Hooks"),
    "people": Text(zh="人员变更", en="Changes of people"),
    "calendars": Text(zh="日历变更", en="Changes of calendars"),
    "log": Text(zh="存证日志", en="Transparency log"),
    "reads": Text(zh="查阅案卷", en="Files read"),
    "refusals": Text(zh="拦截", en="Refusals"),
    "registry": Text(zh="人员、职权、日历登记", en="People, powers, calendars"),
}
_STREAMS: Mapping[str, str] = {
    "denied": access.STREAM,
    "sign_in": accounts.STREAM,
    "accounts": accounts.STREAM,
    "clients": clients.STREAM,
    "hooks": outbox.STREAM,
    "people": peoplechanges.STREAM,
    "calendars": calendarchanges.STREAM,
    "log": LOG_STREAM,
    "registry": REGISTRY,
}
"""Kinds that are one stream; the others are many and are looked for among the last events of all."""
WINDOW = 3_000
"""So many events are looked through for one page."""
_SIGN_INS = {
    "signed_in": Text(zh="登录成功", en="signed in"),
    "secret_differs": Text(zh="口令与日志登记不符，拒绝登录", en="refused: the password is not the one on record"),
}
_CHANGES = {
    accounts.PROPOSED: Text(zh="提出", en="proposed"),
    accounts.CONFIRMED: Text(zh="确认", en="confirmed"),
    accounts.REJECTED: Text(zh="不予确认", en="rejected"),
    accounts.SECRET: Text(zh="设定", en="set"),
    accounts.RELEASED: Text(zh="解除锁定", en="lock released"),
}
_LOGGED = {
    "log_begun": Text(zh="建立日志", en="log begun"),
    "key_changed": Text(zh="更换日志密钥", en="key of the log replaced"),
    "witnesses_changed": Text(zh="见证机构登记为", en="witnesses are now"),
    twofold.PROPOSED: Text(zh="说明记录缺口（恢复过旧备份）", en="gap explained (an old backup was put back)"),
    twofold.CONFIRMED: Text(zh="确认缺口说明", en="explanation confirmed"),
    twofold.REJECTED: Text(zh="不同意缺口说明", en="explanation rejected"),
}
_CONNECTED = {
    twofold.PROPOSED: _CHANGES[accounts.PROPOSED],
    twofold.CONFIRMED: _CHANGES[accounts.CONFIRMED],
    twofold.REJECTED: _CHANGES[accounts.REJECTED],
    twofold.ENDED: Text(zh="终止", en="ended"),
    outbox.HANDED: Text(zh="显示密钥", en="secret shown"),
}
_PROPOSED = {_STREAMS[kind]: kind for kind in ("clients", "hooks", "people", "calendars")}
_SECRETS = {"password": Text(zh="口令", en="password"), "second_factor": Text(zh="第二因素", en="second factor")}
_REGISTERED = {CALENDAR: Text(zh="录入日历", en="calendar loaded"), POWER: Text(zh="发布职权", en="power published")}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line.  tone: red needs looking at, amb was stopped, gry is ordinary."""

    at: datetime
    kind: Text
    who: str
    name: str
    what: Text
    where: str
    tone: str


@dataclass(frozen=True, slots=True)
class AuditPage:
    """A page of lines, the newest first.  before: where to go on, None at the beginning of the log."""

    lines: tuple[Entry, ...]
    before: int | None
    until: datetime | None  # the oldest that was looked at


def audit(
    tx: ReadTx, registry: Registry, *, kind: str, who: str, case: str, before: int | None, limit: int
) -> AuditPage:
    """Return a page.  who: id or name of who did it; case: only readings and refusals of that case."""
    stream = (
        (READS if kind == "reads" else REFUSALS) + case
        if case and kind in ("reads", "refusals")
        else _STREAMS.get(kind)
    )
    rows = (
        tx.latest(stream, before=before, limit=WINDOW) if stream is not None else tx.recent(before=before, limit=WINDOW)
    )
    lines: list[Entry] = []
    last: StoredEvent | None = None
    for row in rows:
        last = row
        if not _wanted(row.stream, kind):
            continue
        event = event_of(row)
        entry = _entry(event, registry)
        if (
            (kind != "sign_in" or event.kind == accounts.SEEN)
            and (kind != "accounts" or event.kind != accounts.SEEN)
            and _is(entry, who)
        ):
            lines.append(entry)
            if len(lines) >= limit:
                break
    more = last is not None and (len(rows) == WINDOW or last is not rows[-1])
    place = None if last is None or not more else last.seq if stream is not None else last.position
    return AuditPage(tuple(lines), place, event_of(last).entered if last is not None else None)


def _is(entry: Entry, who: str) -> bool:
    return not who or who.lower() in entry.who.lower() or who in entry.name


def _wanted(stream: str, kind: str) -> bool:
    known = stream in _STREAMS.values() or stream.startswith((READS, REFUSALS, drafts.STREAM, imports.STREAM))
    if kind in ("reads", "refusals"):
        return stream.startswith(READS if kind == "reads" else REFUSALS)
    return known if not kind else stream == _STREAMS.get(kind)


def _entry(event: Event, registry: Registry) -> Entry:
    kind, what, where, tone = _told(event, registry)
    actor = str(event.actor or "")
    return Entry(event.entered, kind, actor, registry.people.name(actor), what, where, tone)


def _act(event: Event, registry: Registry) -> Text:
    """Return the name of the act that was refused, from the newest version of its power that knows it."""
    if event.act == READ_FILE:
        return KINDS["reads"]
    case = event.stream.removeprefix(REFUSALS).split("/")
    power = event.power or "/".join(case[:2])
    for (known, _), document in sorted(registry.versions.items(), key=lambda one: one[0], reverse=True):
        word = document["words"]["acts"].get(event.act) if known == power else None
        if word is not None:
            return Text(zh=word["zh"], en=word["en"])
    return plain(event.act)


def _denied(what: str) -> Text:
    """Return which part of the site somebody was not let into, and its address."""
    which, _, where = what.partition(" ")
    part = access.PART_NAMES.get(access.Part(which)) if which in list(access.Part) else None
    return Text(zh=f"{part.zh} {where}", en=f"{part.en} {where}") if part is not None else plain(what)


def _told(event: Event, registry: Registry) -> tuple[Text, Text, str, str]:
    if event.stream == access.STREAM:
        return KINDS["denied"], _denied(str(event.facts.get("what", ""))), "", "red"
    if event.stream == accounts.STREAM:
        return _account(event, registry)
    if event.stream in _PROPOSED:
        return _proposed(event, registry)
    if event.stream == LOG_STREAM:
        return _of_the_log(event)
    if event.stream.startswith(READS):
        what = PARTS.get(str(event.data.get("part")), PARTS["file"])  # what for is the file's own, and may tell of the case
        return (
            KINDS["reads"],
            Text(zh=f"查阅{what.zh}", en=f"read: {what.en}"),
            event.stream.removeprefix(READS),
            "gry",
        )
    if event.stream.startswith(REFUSALS):
        act = _act(event, registry)
        by = listed(rule_name(str(one)) for one in event.facts.get("by", ()))
        return (
            KINDS["refusals"],
            Text(zh=f"{act.zh}：{by.zh}", en=f"{act.en}: {by.en}"),
            event.stream.removeprefix(REFUSALS),
            "amb",
        )
    if event.stream.startswith(drafts.STREAM):
        return (
            Text(zh="职权草稿", en="Draft of a power"),
            drafts.ACTS.get(event.kind, plain(event.kind)),
            event.stream.removeprefix(drafts.STREAM),
            "gry",
        )
    if event.stream.startswith(imports.STREAM):
        number = event.stream.removeprefix(imports.STREAM).strip("/") or str(event.seq)
        return Text(zh="防控图导入", en="Maps imported"), imports.ACTS.get(event.kind, plain(event.kind)), f"№ {number}", "gry"
    if event.kind == PERSON:
        name = peoplesheet.ACT_NAMES.get(event.act, plain(event.act))
        of = str(event.data.get("officer", ""))
        return KINDS["registry"], Text(zh=f"登记{name.zh}：{of}", en=f"registered {name.en}: {of}"), "", "gry"
    what = _REGISTERED.get(event.kind, plain(event.act))
    about = (
        f"{event.power} {event.version}".strip() or str(event.data.get("table", {}).get("year", ""))
        if event.kind in _REGISTERED
        else ""
    )
    return KINDS["registry"], Text(zh=f"{what.zh} {about}", en=f"{what.en} {about}"), "", "gry"


def _account(event: Event, registry: Registry) -> tuple[Text, Text, str, str]:
    data: Mapping[str, Any] = event.data
    account = str(data.get("account", ""))
    if event.kind == accounts.SEEN:
        bad = event.act != "signed_in"
        return KINDS["sign_in"], _SIGN_INS.get(event.act, plain(event.act)), account, "red" if bad else "gry"
    act = accounts.ACTS.get(event.act) or _SECRETS.get(event.act) or Text(zh="", en="")
    change = _CHANGES.get(event.kind, plain(event.kind))
    number = f" № {data['number']}" if "number" in data else ""
    name = registry.people.name(str(data["officer"])) if data.get("officer") else ""
    reason = str(event.facts.get("reason") or "")
    zh, en = f"{change.zh}{act.zh}{number}", f"{change.en} {act.en}{number}"
    zh, en = (f"{zh}（{name}）", f"{en} ({name})") if name else (zh, en)
    return (
        KINDS["accounts"],
        Text(zh=f"{zh}：{reason}" if reason else zh, en=f"{en}: {reason}" if reason else en),
        account,
        "gry",
    )


def _proposed(event: Event, registry: Registry) -> tuple[Text, Text, str, str]:
    """Return what was done about something that takes two administrators, and about which: of a proposal dealt with, its number."""
    data: Mapping[str, Any] = event.data
    kind = KINDS[_PROPOSED[event.stream]]
    change = _CONNECTED.get(event.kind, plain(event.kind))
    number = data.get("number", event.seq if event.kind == twofold.PROPOSED else None)
    named = f" № {number}" if number is not None else ""
    whose = registry.people.name(str(data["officer"])) if data.get("officer") else str(data.get("url", ""))
    reason = str(event.facts.get("reason") or "")
    zh = f"{change.zh}{kind.zh}{named}" + (f"（{whose}）" if whose else "") + (f"：{reason}" if reason else "")
    en = f"{change.en}: {kind.en}{named}" + (f" ({whose})" if whose else "") + (f": {reason}" if reason else "")
    return kind, Text(zh=zh, en=en), str(data.get("name") or data.get("table", {}).get("year", "")), "gry"


def _of_the_log(event: Event) -> tuple[Text, Text, str, str]:
    """Return what was done about the log: a gap that is explained is red, for records were lost."""
    reason, number = str(event.facts.get("reason") or ""), event.data.get("number", event.seq)
    what, tone = _LOGGED.get(event.kind, plain(event.kind)), "red" if event.kind in (twofold.PROPOSED, twofold.CONFIRMED) else "gry"
    if event.kind == "witnesses_changed":
        names = [str(one["name"]) for one in event.data.get("witnesses") or ()]
        what = Text(zh=f"{what.zh}：{'、'.join(names) or '无'}", en=f"{what.en}: {', '.join(names) or 'none'}")
    elif event.kind not in ("log_begun", "key_changed"):
        what = Text(zh=f"{what.zh} № {number}", en=f"{what.en} № {number}")
    return KINDS["log"], Text(zh=what.zh + (f"：{reason}" if reason else ""), en=what.en + (f": {reason}" if reason else "")), "", tone


def sheet_rows(page: AuditPage, lang: str) -> Iterator[tuple[str, ...]]:
    """Yield the lines as rows of a workbook."""
    for one in page.lines:
        yield f"{one.at:%Y-%m-%d %H:%M:%S}", one.kind.say(lang), one.who, one.name, one.what.say(lang), one.where
