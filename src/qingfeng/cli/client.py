"""qingfeng client …: programs that use the API, let in by two administrators."""

from __future__ import annotations

import secrets
from datetime import date

import click

from qingfeng.terms.text import Text

from .frame import Section, screen_of
from .screen import CommandFailed

WHO = click.option("--who", required=True, help="由谁办理。 Who does it.")
REASON = click.option("--reason", required=True, help="理由：批准文件名称和文号。 Why: the paper of approval.")


@click.group(cls=Section)
def client() -> None:
    """接口客户端：令牌的提出、确认、撤销。 Clients of the API: propose, confirm, revoke tokens."""


@client.command()
def token() -> None:
    """生成一个令牌：令牌只显示这一次，交给管理员的是其摘要。 Make a token: shown once; administrators get its digest."""
    from qingfeng.casework.clients import PREFIX, digest_of

    screen = screen_of()
    made = PREFIX + secrets.token_urlsafe(32)
    screen.say(f"令牌（自己保存，不要交给任何人）：{made}", f"token (keep it, show it to nobody): {made}")
    screen.say(f"摘要（交系统管理员登记）：{digest_of(made)}", f"digest (for the system administrator): {digest_of(made)}")
    screen.data({"token": made, "digest": digest_of(made)})


@client.command("list")
def list_() -> None:
    """列出客户端和待确认事项。 List clients, and what waits to be confirmed."""
    from qingfeng.casework.clients import last_use, standing

    from .agency import opened

    screen = screen_of()
    with opened(screen) as office, office.store.read() as tx:
        known = standing(tx)
        used = {name: came.date().isoformat() if (came := last_use(tx, name)) else None for name in known.let_in}
    for one in known.let_in.values():
        bound = one.officer or screen.pick("只读名册", "lists only")
        screen.say(
            f"{one.name}  {bound}  至{one.until}  每分钟{one.per_minute}次  最近使用{used[one.name] or '从未'}",
            f"{one.name}  {bound}  until {one.until}  {one.per_minute} a minute  last used {used[one.name] or 'never'}",
        )
    for change in known.waiting.values():
        screen.say(
            f"待确认 {change.number}：{change.data['name']}（{change.by}，{change.reason}）",
            f"waiting {change.number}: {change.data['name']} ({change.by}, {change.reason})",
        )
    if not known.let_in and not known.waiting:
        screen.say("没有客户端。", "No clients.")
    screen.data(
        {
            "clients": [
                {"name": c.name, "officer": c.officer, "until": c.until.isoformat(), "per_minute": c.per_minute, "used": used[c.name]}
                for c in known.let_in.values()
            ],
            "waiting": [{"number": w.number, **w.data, "by": w.by, "reason": w.reason} for w in known.waiting.values()],
        }
    )


@client.command()
@click.argument("name")
@click.option("--digest", required=True, help="令牌的SHA-256。 SHA-256 of the token.")
@click.option("--officer", help="以谁的名义办理；不写则只能读名册。 In whose name it acts; none: it reads lists only.")
@click.option("--until", required=True, help="有效期止，至多一年。 Last day, a year at most.")
@click.option("--per-minute", type=int, default=120, show_default=True, help="每分钟请求数。 Requests a minute.")
@REASON
@WHO
def propose(name: str, digest: str, officer: str | None, until: str, per_minute: int, reason: str, who: str) -> None:
    """提出一个客户端（系统管理员）。 Propose a client (system administrator)."""
    from qingfeng.casework.clients import let_in

    from .agency import now, opened
    from .twofold import proposed

    screen = screen_of()
    try:
        last = date.fromisoformat(until)
    except ValueError as error:
        raise CommandFailed(Text(zh="--until 应为日期，如 2027-06-30。", en="--until is a date, such as 2027-06-30.")) from error
    with opened(screen) as office:
        number = let_in(office, name, officer=officer, digest=digest, until=last, per_minute=per_minute, reason=reason, by=who, at=now())
    proposed(screen, number)


@client.command()
@click.argument("number", type=int)
@click.option("--reject", is_flag=True, help="不同意。 Do not agree.")
@WHO
def confirm(number: int, reject: bool, who: str) -> None:
    """确认一个客户端（安全管理员）。 Confirm a client (security administrator)."""
    from qingfeng.casework.clients import decide_on

    from .twofold import decided

    decided(decide_on, number, reject=reject, who=who)


@client.command()
@click.argument("name")
@REASON
@WHO
def revoke(name: str, reason: str, who: str) -> None:
    """撤销一个客户端，立即生效。 End a client at once."""
    from qingfeng.casework.clients import end

    from .twofold import ended

    ended(end, name, reason=reason, who=who, zh="已撤销", en="revoked")
