"""qingfeng work: what happens without anybody pressing a key — limits and duties fall due, the daily check, news to other systems."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import click

from qingfeng.terms.text import Text

from .frame import Told, screen_of
from .screen import ENVIRONMENT, FINE, FOUND, CommandFailed, Screen

if TYPE_CHECKING:
    from qingfeng.casework.office import Office
    from qingfeng.casework.outbox import Outbox
    from qingfeng.store.delivery import Postman

    from .beat import Beat

LONGEST_PAUSE = 60.0
"""Seconds between tries while the store cannot be reached."""


class _Told(Exception):
    """Somebody asked us to end."""


@click.command(cls=Told)
@click.option("--once", is_flag=True, help="只做一轮，做完即止。 One round only.")
@click.option("--every", type=click.IntRange(1, 3_600), default=5, show_default=True, help="两轮之间的秒数。 Seconds between rounds.")
@click.option("--confirm-clock", is_flag=True, help="已核对时钟。 The clock has been checked.")
def work(once: bool, every: int, confirm_clock: bool) -> int:
    """处理到期事项和定期职责，每天核对一遍全部记录，投递通知；直到中断。 Work until interrupted; several may run."""
    from .agency import bare, must_fit, opened, where
    from .beat import Beat

    screen = screen_of()

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise _Told

    before = signal.signal(signal.SIGTERM, stop)
    parent = os.getppid()
    told: dict[str, str] = {}
    try:
        with opened(screen) as office:
            must_fit(office)
            beat = Beat(screen, where(screen), bare(office))
            _steady(lambda: _ready(screen, office), screen)
            outbox = _outbox(screen, office)
            if once:
                return _round(screen, office, outbox, confirm_clock, told, beat)
            beat.start()
            try:
                while os.getppid() == parent:  # who started us beside a site ends with it
                    beat.check()
                    _steady(lambda: _round(screen, office, outbox, confirm_clock, told), screen)
                    time.sleep(every)
            finally:
                beat.stop()
    except _Told:
        pass
    finally:
        signal.signal(signal.SIGTERM, before)
    return FINE


def _steady(step: Callable[[], int], screen: Screen) -> None:
    """Do a step; while the store cannot be reached, say so once and try again."""
    from qingfeng.casework.ports import StoreError

    pause = 1.0
    while True:
        try:
            step()
            return
        except StoreError as error:
            if pause == 1.0:
                screen.complain([error.message])
            time.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)


def _ready(screen: Screen, office: Office) -> int:
    """Write the lists anew if an earlier version of the program wrote them.  Raises StoreError."""
    from qingfeng.casework.projection import outdated
    from qingfeng.casework.rebuild import rebuild

    with office.store.read() as tx:
        old = outdated(tx)
    if old:
        screen.say("程序已升级：正在由记录重建列表……", "The program was upgraded: writing the lists anew from the events ...")
        cases = rebuild(office)
        screen.say(f"✓ 已重建{cases}件案件的列表。", f"✓ Lists of {cases} cases written anew.")
    return FINE


def _round(screen: Screen, office: Office, outbox: Outbox, confirm_clock: bool, told: dict[str, str], beat: Beat | None = None) -> int:
    """One round, with beat also of the log; FOUND if something could not be done.

    told: what was complained of last, not to say it each time.  Raises StoreError."""
    from qingfeng.casework import clockwork

    from .agency import now

    code = FINE
    try:
        done = clockwork.run(office, now=now(), confirm_clock=confirm_clock)
        for case, why in done.stuck:
            screen.complain([Text(zh=f"{case}：{why.zh}", en=f"{case}: {why.en}")])
        code = FOUND if done.stuck else FINE
        fired = len(done.fired)
        new = clockwork.daily(office, now=now())
        suspected = _patterns(screen, office, told)
        new = new if suspected is None else (new or 0) + suspected
    except clockwork.ClockJumped as error:  # limits wait for somebody to look at the clock; news need not
        if told.get("clock") != error.message.en:
            screen.complain([error.message])
        told["clock"] = error.message.en
        code, fired, new = ENVIRONMENT, 0, None
    delivered = 0
    while True:
        sent = outbox.round(now=now())
        delivered += sum(one.delivered for one in sent)
        for one in sent:
            if one.failed is not None:
                code = max(code, FOUND)
                screen.complain(
                    [
                        Text(
                            zh=f"通知“{one.hook}”未送达：{one.failed}{'；不再重试' if one.died else '，稍后重试'}",
                            en=f"hook {one.hook}: {one.failed}{', given up' if one.died else ', to be tried again'}",
                        )
                    ]
                )
        if not any(one.more and one.failed is None for one in sent):
            break
    logged, trouble = beat.once() if beat is not None else (0, FINE)
    code = max(code, trouble)
    if fired or new or delivered or logged:
        screen.say(
            f"到期事项{fired}项，新发现{new or 0}条，送达通知{delivered}条{f'，入日志{logged}条' if logged else ''}。",
            f"{fired} fell due, {new or 0} findings, {delivered} delivered{f', {logged} taken into the log' if logged else ''}.",
        )
    screen.data({"fired": fired, "findings": new, "delivered": delivered, "logged": logged})
    return code


def _patterns(screen: Screen, office: Office, told: dict[str, str]) -> int | None:
    """Run the patterns once a day; return how many leads are new, None if it was done today or cannot be."""
    from qingfeng import wiring
    from qingfeng.casework import suspicions

    from .agency import now
    from .patterns import LACKING

    if wiring.patterns_can_run():
        return suspicions.daily(office, wiring.analytics_over, now=now())
    if told.get("patterns") != LACKING.en:
        screen.complain([LACKING])
    told["patterns"] = LACKING.en
    return None


def _outbox(screen: Screen, office: Office) -> Outbox:
    from qingfeng.casework.outbox import Outbox

    with office.store.read() as tx:
        name = str(office.registry(tx).agency.get("name", ""))
    return Outbox(office, key=installation_key(screen), send=_postman(name))


def installation_key(screen: Screen) -> bytes:
    """Return the key of this installation from which the secrets of hooks derive: made once, readable by its owner alone."""
    from qingfeng import wiring

    from .agency import where

    place = where(screen)
    home = os.environ.get("QINGFENG_HOME") or (str(Path("var") / "agency") if "://" in place else str(Path(place).parent))
    return wiring.installation_key(Path(home))


def _postman(agency: str) -> Postman:
    """Return who delivers, with the mail server that the environment names.  Raises CommandFailed."""
    from qingfeng.store.delivery import MailServer, Postman

    said = {name: os.environ.get(f"QINGFENG_SMTP_{name}", "") for name in ("HOST", "PORT", "USER", "PASSWORD", "FROM", "SECURITY")}
    mail = None
    if said["HOST"]:
        security = said["SECURITY"] or "starttls"
        port = said["PORT"] or {"tls": "465", "starttls": "587"}.get(security, "25")
        if security not in ("tls", "starttls", "none") or not (port.isascii() and port.isdecimal()) or "@" not in said["FROM"]:
            raise CommandFailed(
                Text(
                    zh="邮件设置有误：QINGFENG_SMTP_FROM 应为邮箱，SECURITY 为 tls、starttls 或 none，PORT 为端口。",
                    en="Mail is set wrongly: QINGFENG_SMTP_FROM is an address, _SECURITY tls, starttls or none, _PORT a number.",
                )
            )
        mail = MailServer(said["HOST"], int(port), said["FROM"], said["USER"], said["PASSWORD"], security)
    return Postman(mail, os.environ.get("QINGFENG_SITE", ""), agency)
