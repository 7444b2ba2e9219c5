"""How a second person confirms or rejects on the command line what another proposed: the same arguments and words for every register."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from .frame import screen_of

_Command = TypeVar("_Command", bound=Callable[..., Any])


def second_person(command: _Command) -> _Command:
    """Give a command the arguments of a decision: the number of what was proposed, --reject, --who."""
    who = click.option("--who", required=True, help="由谁确认。 Who confirms.")
    reject = click.option("--reject", is_flag=True, help="不同意。 Do not agree.")
    return click.argument("number", type=int)(reject(who(command)))


def decided(
    number: int, *, reject: bool, who: str, decide_on: Callable[..., Any], told: Callable[[Any], tuple[str, str, dict[str, Any]]]
) -> None:
    """Decide, and say so.  decide_on: the act of the register; told: of what it returns, what else is said (Chinese, English, as data).
    Raises what decide_on raises."""
    from qingfeng.casework.registry import By

    from .agency import now, opened

    screen = screen_of()
    with opened(screen) as office:
        done = decide_on(office, number, confirm=not reject, by=By(actor=who, entered=now()))
    zh, en, data = told(done)
    screen.say(f"✓ {'不同意' if reject else '已确认'}：№ {number}{zh}", f"✓ {'rejected' if reject else 'confirmed'}: № {number}{en}")
    screen.data({"number": number, "confirmed": not reject, **data})
