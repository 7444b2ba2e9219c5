"""qingfeng case list and inbox."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from difflib import get_close_matches
from typing import Any

from qingfeng.casework.desk import board
from qingfeng.casework.office import Registry, UnknownThing
from qingfeng.casework.ports import CaseRow
from qingfeng.casework.words import STATUS, both, matter_words, remaining
from qingfeng.catalogue.power import CLOSED
from qingfeng.terms.instants import local_day
from qingfeng.terms.text import Text

from .agency import now, opened
from .reader import reader
from .screen import Screen
from .table import show_table


def list_cases(screen: Screen, *, power: str | None, status: str | None, after: str, limit: int) -> None:
    """List cases in order of their ids.  Raises StoreError."""
    with opened(screen) as office, office.store.read() as tx:
        registry = office.registry(tx)
        if power is not None and power not in registry.powers():
            raise unknown(Text(zh="职权", en="power"), power, registry.powers())
        viewer = reader(screen, registry)
        rows = board.rows_known(office, tx, registry, viewer, power=power, status=status, after=after, limit=limit)
        _tell(screen, registry, rows)
    if len(rows) == limit:
        screen.say(
            f"只列{limit}件；继续：--after {rows[-1].case}", f"{limit} cases listed; go on with --after {rows[-1].case}"
        )


def show_inbox(screen: Screen, *, who: str | None, post: str | None, limit: int) -> None:
    """List what waits for an officer or a post, the most urgent first.  Raises UnknownThing, StoreError."""
    with opened(screen) as office, office.store.read() as tx:
        registry = office.registry(tx)
        posts = [post] if post else []
        if post and post not in (known := _posts(registry)):
            raise unknown(Text(zh="岗位", en="post"), post, known)
        if who:
            if who not in registry.people.names:
                raise UnknownThing(
                    f"没有登记人员“{who[:100]}”；用 qingfeng people list 查看",
                    f"no officer {who[:100]!r}; see qingfeng people list",
                )
            posts = registry.people.posts_of(who, local_day(now()))
            screen.say(
                f"{registry.people.name(who)}（{'、'.join(posts) or '无岗位'}）的待办：",
                f"Waiting for {registry.people.name(who)} ({', '.join(posts) or 'no post'}):",
            )
        rows = tx.inbox(posts, limit=limit) if posts else []
        _tell(screen, registry, board.known_to(office, tx, registry, reader(screen, registry, who), rows))


def unknown(what: Text, name: str, known: Sequence[str]) -> UnknownThing:
    """Return what to tell who names a thing that is not there: the nearest name, or those that there are."""
    near = get_close_matches(name[:100], known, n=1)
    zh = f"是否应为“{near[0]}”？" if near else f"现有：{'、'.join(known) or '无'}。"
    en = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(known) or 'none'}."
    return UnknownThing(f"没有{what.zh}“{name[:100]}”；{zh}", f"there is no {what.en} {name[:100]!r}; {en}")


def _posts(registry: Registry) -> list[str]:
    """Posts that a published power uses or an officer has been appointed to."""
    words = {post for document in registry.versions.values() for post in document["words"]["posts"]}
    return sorted(words | {a.post for a in registry.people.appointments})


def _tell(screen: Screen, registry: Registry, rows: list[CaseRow]) -> None:
    at = now()
    told = [_row_data(registry, row, at) for row in rows]
    screen.data({"cases": told})
    if screen.as_json:
        return
    if not rows:
        screen.say("没有案件。", "No cases.")
        return
    show_table(
        screen,
        [
            screen.pick(*head)
            for head in (("案号", "case"), ("环节", "step"), ("状态", "status"), ("期限", "due"), ("事由", "matter"))
        ],
        [
            [
                row.case,
                _say(screen, data["step_name"]),
                screen.words(STATUS[row.status]),
                _due_words(screen, row, at),
                screen.words(matter_words(row.title, _power_title(registry, row))),
            ]
            for row, data in zip(rows, told, strict=True)
        ],
    )


def _say(screen: Screen, said: dict[str, str]) -> str:
    return screen.pick(said["zh"], said["en"])


def _due_words(screen: Screen, row: CaseRow, at: datetime) -> str:
    if row.next_due is None:
        return "—"
    words = screen.words(remaining(datetime.fromisoformat(row.next_due), at))
    return words + (screen.pick("（暂定）", " (provisional)") if row.provisional else "")


def _power_title(registry: Registry, row: CaseRow) -> Text:
    return Text.of(registry.versions[row.power, row.version]["power"]["title"])


def _step_name(registry: Registry, row: CaseRow) -> dict[str, str]:
    """From the published document: building a version takes longer than all the rest of an inbox."""
    steps = registry.versions[row.power, row.version]["version"]["steps"]
    found = next((step["name"] for step in steps if step["id"] == row.step), None)
    name = STATUS["closed"] if row.step == CLOSED else Text.of(found) if found else Text(zh=row.step, en=row.step)
    return {"zh": name.zh, "en": name.en}


def _row_data(registry: Registry, row: CaseRow, at: datetime) -> dict[str, Any]:
    due = datetime.fromisoformat(row.next_due) if row.next_due else None
    return {
        "case": row.case,
        "power": row.power,
        "version": row.version,
        "title": row.title,
        "step": row.step,
        "step_name": _step_name(registry, row),
        "status": row.status,
        "opened_at": row.opened_at,
        "last_at": row.last_at,
        "seq": row.seq,
        "posts": list(row.posts),
        "next_due": row.next_due,
        "remaining": both(remaining(due, at)) if due else None,
        "provisional": row.provisional,
    }
