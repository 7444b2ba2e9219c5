"""Stories must speak of people, acts and things that exist, and walk every branch that applies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from qingfeng.catalogue.checks_view import ACT, FIELD, LIMIT, POST, STEP, Raw, View
from qingfeng.catalogue.faults import Path
from qingfeng.catalogue.power import CLOSED, PARTY, READ_FILE, FieldType
from qingfeng.catalogue.schema import BRANCHES
from qingfeng.catalogue.values import Malformed, parse_value
from qingfeng.catalogue.vocabulary import field_from
from qingfeng.terms.text import Text

CLOCK = "clock"
WAIT = "wait"
REGISTERED = frozenset({
    "officer_added", "appointed", "appointment_ended", "dismissed", "credential_granted", "credential_withdrawn", "absent",
    "stand_in_named", "delegated", "interest_declared",
})  # fmt: skip
BUILT_IN = REGISTERED | {READ_FILE, "override"}
"""What a story may tell beside the acts of the power: what is registered of people, who opened the file, who let an act pass."""
HOLDERS = 3
"""People in each post of the cast: post, post/2, post/3."""


def check_stories(view: View) -> None:
    """Errors of the stories and of what they leave untold."""
    view.twice([story["id"] for story in view.stories], Text(zh="实例", en="story"), "stories")
    for place, story in enumerate(view.stories):
        path = view.at("stories", place, "rows")
        check_days(view, path, story["rows"])
        for index, row in enumerate(story["rows"]):
            _check_row(view, (*path, index), row)
    if view.whole:
        _check_branches(view)
        _check_full_course(view)


def happens(then: str) -> tuple[str, list[str]]:
    """What a row says happens: ("refused" | "demand" | "then", names)."""
    head, colon, rest = then.partition(":")
    if colon and head.strip() in ("refused", "demand"):
        return head.strip(), [name.strip() for name in rest.replace("，", ",").split(",") if name.strip()]
    return "then", [part.strip() for part in then.replace("；", ";").split(";") if part.strip()]


def check_days(view: View, path: Path, rows: Sequence[Raw]) -> None:
    """Errors of the days of rows: each exists, and none lies before the one above unless it is entered later."""
    last = ""
    for index, row in enumerate(rows):
        for key in ("day", "entered"):
            if key in row and not _is_moment(row[key]):
                view.faults.error(
                    (*path, index, key),
                    Text(zh=f"“{row[key]}”不是历法上的时间。", en=f'"{row[key]}" is no time of the calendar.'),
                    Text(zh="请写 YYYY-MM-DD 或 YYYY-MM-DD HH:MM。", en="Write YYYY-MM-DD or YYYY-MM-DD HH:MM."),
                )
        day = str(row["day"])[:10]
        if "entered" in row:
            continue  # what is entered later may have happened before the row above
        if day < last:
            view.faults.error(
                (*path, index, "day"),
                Text(zh=f"{day}早于上一行的{last}。", en=f"{day} is before {last} of a row above."),
                Text(zh="请按时间先后排列。", en="Put the rows in order of time."),
            )
        last = max(last, day)


def _is_moment(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _check_row(view: View, path: Path, row: Raw) -> None:
    check_deed(view, path, row, strict=happens(row["then"])[0] != "refused")
    _check_then(view, (*path, "then"), row)


def check_deed(view: View, path: Path, row: Raw, *, strict: bool) -> None:
    """Errors of who does what with which data; not strict: a faulty or missing value may be just what the row shows."""
    does, word = row["does"], view.words["acts"].get(row["does"])
    if does not in REGISTERED:  # who registers people holds no post of the power
        _check_who(view, (*path, "who"), row["who"])
    if does == WAIT:
        if row["who"] != CLOCK:
            view.faults.error(
                (*path, "who"),
                Text(zh="等待（wait）只能由 clock 进行。", en="Only the clock waits."),
                Text(zh="请写 who: clock。", en="Write who: clock."),
            )
    elif does in BUILT_IN:
        return  # what it says is judged where it is done
    elif word is None:
        view.faults.unknown((*path, "does"), ACT, does, {*view.known["acts"], *BUILT_IN, WAIT})
    else:
        _check_data(view, path, row, word, strict=strict)


def _check_who(view: View, path: Path, who: str) -> None:
    post, slash, number = who.partition("/")
    if post in (PARTY, CLOCK) and not slash:
        return
    if post in view.words["posts"]:
        if slash and int(number) > HOLDERS:
            view.faults.error(
                path,
                Text(
                    zh=f"每个岗位只有{HOLDERS}人，没有“{who}”。",
                    en=f'Each post has {HOLDERS} people; there is no "{who}".',
                ),
                Text(zh=f"请写 {post}、{post}/2 或 {post}/3。", en=f"Write {post}, {post}/2 or {post}/3."),
            )
        return
    if slash or not any(char.isdigit() for char in who):  # an officer's id has a number
        view.faults.unknown(path, POST, post, {*view.words["posts"], PARTY, CLOCK})


def _check_data(view: View, path: Path, row: Raw, word: Raw, *, strict: bool) -> None:
    data = row.get("with") or {}
    fields = {name.removesuffix("!"): name.endswith("!") for name in word["fields"]}
    for name, value in data.items():
        if name not in fields:
            view.faults.unknown((*path, "with", name), FIELD, name, fields)
            continue
        _check_value(view, (*path, "with", name), name, value, strict=strict)
    missing = [name for name, required in fields.items() if required and name not in data]
    if missing and strict:
        view.faults.error(
            path,
            Text(
                zh=f"动作{view.name_of(row['does']).zh}缺少必填字段：{'、'.join(missing)}。",
                en=f"The act {view.name_of(row['does']).en} lacks required fields: {', '.join(missing)}.",
            ),
            Text(zh="请在 with 中补写。", en="Add them under `with`."),
        )


def _check_value(view: View, path: Path, name: str, value: Any, *, strict: bool) -> None:
    word = view.words["fields"].get(name)
    if word is None:
        return  # told where the act is defined
    if word["type"] in (FieldType.OFFICER, FieldType.OFFICERS):
        for index, who in enumerate(value if isinstance(value, list) else [value]):
            _check_who(view, (*path, index) if isinstance(value, list) else path, str(who))
    elif strict:
        try:
            parse_value(field_from(name, word), value)
        except Malformed as error:
            view.faults.error(
                path,
                Text(zh=f"字段“{name}”的值不对：{error.text.zh}。", en=f'The field "{name}": {error.text.en}.'),
                Text(zh="请改写。", en="Rewrite it."),
            )


def _check_then(view: View, path: Path, row: Raw) -> None:
    kind, names = happens(row["then"])
    steps = {*view.known["steps"], CLOSED}
    if not names:
        view.faults.error(
            path,
            Text(zh="没有写明结果。", en="What happens is not said."),
            Text(zh="请写环节、refused: … 或 demand: …", en="Write a step, refused: … or demand: …"),
        )
    if kind != "then":
        return
    for name in names:
        mark, _, limit = name.partition(" ")
        if mark in ("yellow", "red") and limit:
            if limit.strip() not in view.known["limits"]:
                view.faults.unknown(path, LIMIT, limit.strip(), view.known["limits"])
        elif name not in steps and not (row["does"] == WAIT and name == "nothing"):
            view.faults.unknown(path, STEP, name, steps)


def _done(story: Raw) -> Iterator[str]:
    """Acts that a story really does."""
    for row in story["rows"]:
        if happens(row["then"])[0] == "then":
            yield row["does"]


def _check_branches(view: View) -> None:
    branches: Any = view.raw["procedure"]["branches"]
    walked: set[str] = set()
    for place, story in enumerate(view.stories):
        done = set(_done(story))
        for index, name in enumerate(story["covers"]):
            acts = branches.get(name, {}).get("acts")
            path = view.at("stories", place, "covers", index)
            zh = BRANCHES.get(name, name)
            if not acts:
                view.faults.error(
                    path,
                    Text(
                        zh=f"分支“{zh}”（{name}）写明不适用，实例却称走过它。",
                        en=f'"{name}" does not apply, yet is covered.',
                    ),
                    Text(zh="请从 covers 删去，或给该分支写 acts。", en="Remove it here, or give the branch acts."),
                )
            elif not done & set(acts):
                view.faults.error(
                    path,
                    Text(
                        zh=f"实例称走过分支“{zh}”（{name}），却没有办成它的任何动作（{'、'.join(acts)}）。",
                        en=f'The story covers "{name}" but does none of its acts ({", ".join(acts)}).',
                    ),
                    Text(zh="请补上该动作，或从 covers 删去。", en="Add such an act, or remove it from `covers`."),
                )
            else:
                walked.add(name)
    for name, branch in branches.items():
        covered = any(name in story["covers"] for story in view.stories)
        if branch.get("acts") and name not in walked and not covered:
            view.faults.error(
                view.at("procedure", "branches", name),
                Text(
                    zh=f"分支“{BRANCHES.get(name, name)}”（{name}）适用，但没有实例走过它。",
                    en=f'The branch "{name}" applies, but no story walks it.',
                ),
                Text(zh="请补一个 covers 含它的实例。", en="Add a story that names it in `covers`."),
            )


def _check_full_course(view: View) -> None:
    for story in view.stories:
        thens = [names for kind, names in (happens(row["then"]) for row in story["rows"]) if kind == "then"]
        if any(CLOSED in names for names in thens):
            return
    view.faults.error(
        view.at("stories"),
        Text(zh="没有一个实例从第一环节走到办结（closed）。", en="No story goes from the first step to closed."),
        Text(zh="请补一个完整的实例。", en="Add one that goes all the way."),
    )
