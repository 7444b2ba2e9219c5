"""qingfeng notary rotate | lost: the log's key handed over to the next, or replaced because it is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from .client import REASON, WHO
from .frame import Told, screen_of
from .screen import Screen

if TYPE_CHECKING:
    from qingfeng.notary.place import Place


@click.command(cls=Told)
@REASON
@WHO
def rotate(reason: str, who: str) -> None:
    """更换日志的密钥：用旧密钥在日志里宣布，再移交；中断的再运行一次（系统管理员）。 Replace the log's key, announced under the old one."""
    from qingfeng import wiring
    from qingfeng.notary import house, succession

    from .agency import bare, now, opened, where
    from .notary import must_have

    screen = screen_of()
    must_have(where(screen))
    with opened(screen) as office:
        plain = wiring.office_over(bare(office))
        place = succession.rotate(wiring.home_of(where(screen)), plain, reason=reason, by=who, at=now())
    house.publish(place)
    _tell(screen, place, vouched=True)


@click.command(cls=Told)
@click.option("--confirm", type=int, help="确认第几号（安全管理员）。 Confirm this one (security administrator).")
@click.option("--reject", type=int, help="不同意第几号（安全管理员）。 Reject this one.")
@click.option("--finish", is_flag=True, help="已确认而中断的，接着办完。 Finish what was confirmed and broke off.")
@click.option("--reason", default="", help="经过和依据。 What happened.")
@WHO
def lost(confirm: int | None, reject: int | None, finish: bool, reason: str, who: str) -> None:
    """日志的密钥遗失或被盗：系统管理员提出，安全管理员确认，换用新密钥。 The log's key is gone: two administrators replace it."""
    from qingfeng import wiring
    from qingfeng.notary import house, succession

    from .agency import bare, now, opened, where
    from .notary import must_have

    screen = screen_of()
    must_have(where(screen))
    home = wiring.home_of(where(screen))
    with opened(screen) as office:
        plain = wiring.office_over(bare(office))
        number = confirm if confirm is not None else reject
        if finish:
            place = succession.finish(home, plain)
        elif number is None:
            number = succession.declare_lost(home, plain, reason=reason, by=who, at=now())
            screen.say(f"✓ 已提出，第{number}号，待安全管理员确认（--confirm {number}）；在此之前照常办理，记录待入日志。",
                       f"✓ proposed as {number}; the security administrator confirms it (--confirm {number}). Work goes on meanwhile, "
                       "records wait for the log.")  # fmt: skip
            screen.data({"number": number})
            return
        else:
            place = succession.confirm_lost(home, plain, number, agree=confirm is not None, by=who, at=now())
            if confirm is None:
                screen.say("✓ 不同意，密钥没有更换。", "✓ rejected; the key stays.")
                screen.data({"number": number, "confirmed": False})
                return
    house.publish(place)
    _tell(screen, place, vouched=False)


def _tell(screen: Screen, place: Place, *, vouched: bool) -> None:
    from qingfeng.notary.succession import note_path

    note, size = note_path(place, len(place.retired)), place.retired[-1].size
    screen.say(f"✓ 日志 {place.origin} 自第 {size} 条起用新密钥\n  新公钥 {place.key.vkey}\n  旧公钥只用到第 {size} 条，仍列在信任名单（notary/policy）里",
               f"✓ the log {place.origin} has a new key from entry {size} on\n  new public key {place.key.vkey}\n"
               f"  the old one counts up to {size} and stays in the policy (notary/policy)")  # fmt: skip
    if vouched:
        screen.say(f"  请把 {note} 交给各见证机构：qingfeng witness watch 新公钥 --succession 文件；并公布新名单。",
                   f"  give {note} to the witnesses: qingfeng witness watch KEY --succession FILE; publish the new policy.")  # fmt: skip
    else:
        screen.say("  旧密钥不能作证：请与各见证机构当面核对，由其运行 qingfeng witness watch 新公钥 --in-person；并公布新名单。",
                   "  Nothing vouches for the new key: compare it with each witness in person, who runs "
                   "qingfeng witness watch KEY --in-person; "
                   "publish the new policy.")  # fmt: skip
    screen.data({"origin": place.origin, "key": place.key.vkey, "from": size, "succession": str(note) if vouched else None})
