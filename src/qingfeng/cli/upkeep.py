"""qingfeng verify-projections and rebuild: the lists against the events they come from."""

from __future__ import annotations

import click

from qingfeng.terms.text import Text

from .frame import Told, screen_of
from .screen import FINE, FOUND


@click.command("verify-projections", cls=Told)
def verify_projections() -> int:
    """核对案件列表与记录是否一致。 Compare lists and deadlines with the events."""
    from qingfeng.casework.rebuild import compare

    from .agency import opened
    from .progress import working

    screen = screen_of()
    with opened(screen) as office, working(screen, Text(zh="核对", en="Comparing")) as progress:
        wrong = compare(office, progress=progress)
    for case in wrong[:100]:
        screen.say(f"✗ 不一致：{case}", f"✗ differs: {case}")
    if wrong:
        screen.say(
            f"共{len(wrong)}件不一致；用 qingfeng rebuild 重建。", f"{len(wrong)} differ; mend with qingfeng rebuild."
        )
    else:
        screen.say("✓ 列表与记录一致。", "✓ The lists agree with the events.")
    screen.data({"differ": wrong, "ok": not wrong})
    return FOUND if wrong else FINE


@click.command(cls=Told)
def rebuild() -> None:
    """由记录重建案件列表和到期事项。 Write lists and deadlines anew from the events."""
    from qingfeng.casework.rebuild import rebuild as write_anew

    from .agency import opened
    from .progress import working

    screen = screen_of()
    with opened(screen) as office, working(screen, Text(zh="重建", en="Rebuilding")) as progress:
        cases = write_anew(office, progress=progress)
    screen.say(f"✓ 已重建{cases}件案件的列表。", f"✓ Lists of {cases} cases written anew.")
    screen.data({"cases": cases})
