"""qingfeng hook …: addresses that get news of acts, limits and findings."""

from __future__ import annotations

import click

from .client import REASON, WHO
from .frame import Section, screen_of
from .screen import FINE, FOUND


@click.group(cls=Section)
def hook() -> None:
    """通知订阅：提出、确认、投递情况。 Webhooks and mail: propose, confirm, how they fare."""


@hook.command("list")
def list_() -> int:
    """列出通知订阅和未送达的通知；有未送达的退出码1。 List hooks and dead deliveries."""
    from qingfeng.casework import outbox
    from qingfeng.terms.instants import format_instant

    from .agency import opened

    screen = screen_of()
    with opened(screen) as office, office.store.read() as tx:
        known = outbox.hooks(tx)
        told = [(one, outbox.progress(tx, one.name)) for one in known.let_in.values()]
    for one, state in told:
        screen.say(
            f"{one.name}  {one.url}  {'、'.join(sorted(one.kinds))}  已送至{state.position}",
            f"{one.name}  {one.url}  {', '.join(sorted(one.kinds))}  up to {state.position}",
        )
        if state.failing is not None and state.next_try is not None:
            screen.say(
                f"  ! 第{state.failing.tries}次未送达：{state.failing.why}；{state.next_try:%m-%d %H:%M:%S}再试",
                f"  ! try {state.failing.tries} failed: {state.failing.why}; again at {state.next_try:%m-%d %H:%M:%S}",
            )
        for dead in state.dead.values():
            screen.say(
                f"  ✗ 未送达 {dead.position}：{dead.why}（qingfeng hook again {one.name} {dead.position}）",
                f"  ✗ dead {dead.position}: {dead.why} (qingfeng hook again {one.name} {dead.position})",
            )
    for change in known.waiting.values():
        screen.say(
            f"待确认 {change.number}：{change.data['name']} {change.data['url']}（{change.by}，{change.reason}）",
            f"waiting {change.number}: {change.data['name']} {change.data['url']} ({change.by}, {change.reason})",
        )
    if not told and not known.waiting:
        screen.say("没有通知订阅。", "No hooks.")
    screen.data(
        {
            "hooks": [
                {
                    "name": one.name,
                    "url": one.url,
                    "kinds": sorted(one.kinds),
                    "powers": sorted(one.powers),
                    "position": str(state.position),
                    "tries": state.failing.tries if state.failing is not None else 0,
                    "dead": [{"position": str(d.position), "why": d.why, "at": format_instant(d.at)} for d in state.dead.values()],
                }
                for one, state in told
            ],
            "waiting": [{"number": w.number, **w.data, "by": w.by, "reason": w.reason} for w in known.waiting.values()],
        }
    )
    return FOUND if any(state.dead for _, state in told) else FINE


@hook.command()
@click.argument("name")
@click.argument("url")
@click.option(
    "--kind", "kinds", multiple=True, required=True, help="act、mark、finding、delivery_dead，可重复。 What it gets, may be repeated."
)
@click.option("--power", "powers", multiple=True, help="只要这些职权的，可重复。 Of these powers only, may be repeated.")
@REASON
@WHO
def propose(name: str, url: str, kinds: tuple[str, ...], powers: tuple[str, ...], reason: str, who: str) -> None:
    """提出一个通知订阅（系统管理员）。 Propose a hook (system administrator)."""
    from qingfeng.casework.outbox import let_in

    from .agency import now, opened
    from .twofold import proposed

    screen = screen_of()
    with opened(screen) as office:
        number = let_in(office, name, url, kinds=kinds, powers=powers, reason=reason, by=who, at=now())
    proposed(screen, number)


@hook.command()
@click.argument("number", type=int)
@click.option("--reject", is_flag=True, help="不同意。 Do not agree.")
@WHO
def confirm(number: int, reject: bool, who: str) -> None:
    """确认一个通知订阅（安全管理员）。 Confirm a hook (security administrator)."""
    from qingfeng.casework.outbox import decide_on

    from .twofold import decided

    decided(decide_on, number, reject=reject, who=who)


@hook.command()
@click.argument("name")
@REASON
@WHO
def revoke(name: str, reason: str, who: str) -> None:
    """终止一个通知订阅，立即生效。 End a hook at once."""
    from qingfeng.casework.outbox import end

    from .twofold import ended

    ended(end, name, reason=reason, who=who, zh="已终止", en="ended")


@hook.command()
@click.argument("name")
@click.argument("position", type=int)
@WHO
def again(name: str, position: int, who: str) -> None:
    """把一条未送达的通知再送一次。 Have a dead delivery sent once more."""
    from qingfeng.casework.outbox import send_again

    from .agency import now, opened

    screen = screen_of()
    with opened(screen) as office:
        send_again(office, name, position, by=who, at=now())
    screen.say("✓ 后台下一轮再送。", "✓ the worker sends it in its next round.")
    screen.data({"name": name, "position": str(position)})


@hook.command()
@click.argument("name")
@WHO
def secret(name: str, who: str) -> None:
    """显示接收方核对签名用的密钥，只显示一次。 Show, once, the secret with which the receiver checks signatures."""
    from qingfeng.casework.outbox import hand_secret

    from .agency import now, opened
    from .work import installation_key

    screen = screen_of()
    with opened(screen) as office:
        shown = hand_secret(office, installation_key(screen), name, by=who, at=now())
    screen.say(f"密钥（只显示这一次）：{shown}", f"secret (shown this once): {shown}")
    screen.data({"name": name, "secret": shown})
