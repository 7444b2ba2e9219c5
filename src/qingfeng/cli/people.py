"""qingfeng people …"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import click

from qingfeng.terms.people import People, Span
from qingfeng.terms.text import Text

from .deciding import decided, second_person
from .frame import Section, screen_of
from .screen import Screen

BY = click.option(
    "--by", "by_whom", default="system_administrator", show_default=True, help="由谁登记。 Who registers it."
)


PAPER = click.option(
    "--paper", default="", help="任免文件名称和文号；有安全管理员时须写明。 The paper of appointment; needed where a second one confirms."
)


@click.group(cls=Section)
def people() -> None:
    """人员：登记、任职、证件、回避。 People: posts, credentials, interests."""


@people.command("list")
@click.option("--on", help="截至哪一天，缺省为今天。 As of this day; today by default.")
@click.option("--post", help="只列这个岗位。 This post only.")
def list_(on: str | None, post: str | None) -> None:
    """列出人员及其岗位。 List the officers with their posts."""
    from qingfeng.terms.instants import local_day

    from .agency import instant_or_now, opened
    from .table import show_table

    screen, day = screen_of(), local_day(instant_or_now(on))
    with opened(screen) as office, office.store.read() as tx:
        known = office.registry(tx).people
    told = [_as_data(known, who, day) for who in known.names]
    told = [t for t in told if post is None or post in t["posts"]]
    screen.data({"on": day.isoformat(), "people": told})
    if not screen.as_json:
        heads = [
            screen.pick(*h)
            for h in (("编号", "id"), ("姓名", "name"), ("岗位", "posts"), ("执法证", "credential"), ("备注", "notes"))
        ]
        show_table(
            screen,
            heads,
            [
                [
                    t["officer"],
                    t["name"],
                    "、".join(t["posts"]),
                    screen.pick("有效", "valid") if t["credential"] else "—",
                    _note(screen, t),
                ]
                for t in told
            ],
        )


@people.command()
@click.argument("officer")
@click.option("--name", required=True, help="姓名。 Name.")
@click.option("--post", "posts", multiple=True, help="任职岗位，可重复。 Posts, may be repeated.")
@click.option("--from", "since", help="任职起始日，缺省为今天。 First day in the post; today by default.")
@click.option("--credential", help="执法证件号。 Number of the enforcement credential.")
@BY
@PAPER
def add(officer: str, name: str, posts: tuple[str, ...], since: str | None, credential: str | None, by_whom: str, paper: str) -> None:
    """登记人员并任命岗位。 Register an officer and appoint him."""
    from qingfeng.terms.instants import local_day

    from .agency import now

    first = since or local_day(now()).isoformat()
    acts: list[tuple[str, dict[str, Any]]] = [("officer_added", {"officer": officer, "name": name})]
    acts += [("appointed", {"officer": officer, "post": post, "from": first}) for post in posts]
    if credential:
        acts.append(("credential_granted", {"officer": officer, "from": first, "number": credential}))
    _register(screen_of(), acts, by_whom, paper)


@people.command()
@click.argument("act")
@click.argument("fields", nargs=-1, metavar="字段=值...")
@BY
@PAPER
def do(act: str, fields: tuple[str, ...], by_whom: str, paper: str) -> None:
    """登记一件人员事项，如 appointed、dismissed、absent。 Register something about a person."""
    from .fields import pairs

    data = pairs(fields)
    if isinstance(data.get("acts"), str):
        data["acts"] = [data["acts"]]
    _register(screen_of(), [(act, data)], by_whom, paper)


@people.command()
def changes() -> None:
    """列出待确认的人员变更。 List the changes of people that wait for the second administrator."""
    from qingfeng.casework.peoplechanges import standing

    from .agency import opened

    screen = screen_of()
    with opened(screen) as office, office.store.read() as tx:
        waiting = list(standing(tx).waiting.values())
    for one in waiting:
        told = "；".join(f"{act} {' '.join(f'{k}={v}' for k, v in data.items())}" for act, data in one.entries[:20])
        screen.say(f"№ {one.number}  {told}（{one.by}，{one.paper}）", f"№ {one.number}  {told} ({one.by}, {one.paper})")
    if not waiting:
        screen.say("没有待确认的人员变更。", "Nothing waits.")
    screen.data({"waiting": [{"number": one.number, "by": one.by, "paper": one.paper,
                              "registered": [{"act": act, **data} for act, data in one.entries]} for one in waiting]})  # fmt: skip


@people.command()
@second_person
def confirm(number: int, reject: bool, who: str) -> None:
    """确认人员变更（安全管理员）。 Confirm changes of people (security administrator)."""
    from qingfeng.casework.peoplechanges import decide_on

    decided(number, reject=reject, who=who, decide_on=decide_on,
            told=lambda change: ("", "", {"registered": [{"act": act, **data} for act, data in change.entries]}))  # fmt: skip


def _register(screen: Screen, acts: list[tuple[str, dict[str, Any]]], by_whom: str, paper: str) -> None:
    """All of them or none; what takes two is proposed."""
    from qingfeng.casework.peoplechanges import enter
    from qingfeng.casework.registry import By

    from .agency import now, opened

    with opened(screen) as office:
        with office.store.read() as tx:
            posts = {p for document in office.registry(tx).versions.values() for p in _posts(document)}
        number = enter(office, acts, paper=paper, by=By(actor=by_whom, entered=now()))
    if number is not None:
        screen.say(f"✓ 已提出，第{number}号，由安全管理员确认后生效（qingfeng people confirm {number} --who …）",
                   f"✓ proposed as {number}: it holds once confirmed (qingfeng people confirm {number} --who …)")  # fmt: skip
        screen.data({"number": number, "registered": []})
        return
    for act, data in acts:
        if data.get("post") and data["post"] not in posts:
            screen.complain(
                [
                    Text(
                        zh=f"提醒：已发布的职权都没有用到岗位“{data['post']}”。",
                        en=f"Note: no published power uses the post {data['post']!r}.",
                    )
                ]
            )
        screen.say(f"✓ 已登记：{act} {data['officer']}", f"✓ registered: {act} {data['officer']}")
    screen.data({"registered": [{"act": act, **data} for act, data in acts]})


def _posts(document: Mapping[str, Any]) -> set[str]:
    return {post for row in document["version"]["procedure"]["acts"] for post in row.get("by", [])}


def _as_data(known: People, who: str, day: date) -> dict[str, Any]:
    return {
        "officer": who,
        "name": known.names[who],
        "posts": known.posts_of(who, day),
        "credential": known.has_credential(who, day),
        "away": known.away(who, day),
        "dismissed": known.dismissed[who].isoformat() if who in known.dismissed else None,
        "appointments": [{"post": a.post, **_span(a.span)} for a in known.appointments if a.officer == who],
        "credentials": [_span(s) for s in known.credentials.get(who, ())],
        "absences": [_span(s) for s in known.absences.get(who, ())],
        "stand_ins": [{"post": s.post, "for": s.primary, **_span(s.span)} for s in known.stand_ins if s.deputy == who],
        "delegations": [
            {"post": d.post, "from_officer": d.giver, "acts": sorted(d.acts) if d.acts else None, **_span(d.span)}
            for d in known.delegations
            if d.taker == who
        ],
        "interests": [
            {"other": i.other, "relation": i.relation, **_span(i.span)} for i in known.interests if i.officer == who
        ],
    }


def _span(span: Span) -> dict[str, str | None]:
    return {"from": span.first.isoformat(), "until": span.last.isoformat() if span.last else None}


def _note(screen: Screen, told: Mapping[str, Any]) -> str:
    if told["dismissed"]:
        return screen.pick(f"{told['dismissed']}免职", f"dismissed {told['dismissed']}")
    return screen.pick("不在岗", "away") if told["away"] else ""
