"""qingfeng notary erase: personal contents emptied by two administrators, who say so in the log."""

from __future__ import annotations

import click

from .client import WHO
from .frame import Told, screen_of
from .screen import FOUND, CommandFailed

__all__ = ["erase"]


@click.command(cls=Told)
@click.argument("stream", required=False)
@click.argument("seq", required=False, type=click.IntRange(1))
@click.option("--file", "files", multiple=True, help="一并销毁的文件的校验值，可重复。 Hashes of files destroyed with it.")
@click.option("--confirm", type=int, help="确认第几号（安全管理员）。 Confirm this one (security administrator).")
@click.option("--reject", type=int, help="不同意第几号（安全管理员）。 Reject this one.")
@click.option("--reason", default="", help="批准文件，保管期限已满的依据。 The paper of approval; why the archive period is over.")
@WHO
def erase(
    stream: str | None, seq: int | None, files: tuple[str, ...], confirm: int | None, reject: int | None, reason: str, who: str
) -> None:
    """清空一条记录的个人信息和自由文字：系统管理员提出，安全管理员确认；日志一个字节也不变。 Empty a record's personal contents."""
    from qingfeng import wiring
    from qingfeng.notary import erasure
    from qingfeng.terms.text import Text

    from .agency import bare, now, opened, where
    from .notary import must_have

    screen = screen_of()
    must_have(where(screen))
    number = confirm if confirm is not None else reject
    if number is None and (stream is None or seq is None):
        raise CommandFailed(Text(zh="请写明哪一条：流和编号，如 case/a000/penalty/2026/00001 3。",
                                 en="Name the record by stream and number: case/a000/penalty/2026/00001 3."), code=FOUND)  # fmt: skip
    with opened(screen) as office:
        plain = wiring.office_over(bare(office))
        if number is not None:
            erasure.confirm(plain, number, agree=confirm is not None, by=who, at=now())
            screen.say("✓ 已清空；批准永远留在日志里。" if confirm is not None else "✓ 不同意，没有清空。",
                       "✓ emptied; the approval stays in the log for ever." if confirm is not None else "✓ rejected, nothing was emptied.")
            screen.data({"number": number, "confirmed": confirm is not None})
            return
        assert stream is not None
        assert seq is not None
        number = erasure.ask(plain, stream, seq, files=files, reason=reason, by=who, at=now())
    screen.say(f"✓ 已提出，第{number}号，待安全管理员确认（--confirm {number}）。",
               f"✓ proposed as {number}; the security administrator confirms it (--confirm {number}).")  # fmt: skip
    screen.data({"number": number})
