"""What is said when two administrators let something in (clients, hooks): proposed, confirmed or rejected, ended."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from .agency import now, opened
from .frame import screen_of
from .screen import Screen

if TYPE_CHECKING:
    from qingfeng.casework.office import Office
    from qingfeng.casework.twofold import Change


class Decide(Protocol):
    """Confirms or rejects a proposal (casework.clients.decide_on, casework.outbox.decide_on)."""

    def __call__(self, office: Office, number: int, *, confirm: bool, by: str, at: datetime) -> Change: ...


class End(Protocol):
    """Ends what was let in (casework.clients.end, casework.outbox.end)."""

    def __call__(self, office: Office, name: str, *, reason: str, by: str, at: datetime) -> None: ...


def proposed(screen: Screen, number: int) -> None:
    """Say under which number it waits for the second administrator."""
    screen.say(f"✓ 已提出，第{number}号，待安全管理员确认。", f"✓ proposed as {number}; the security administrator confirms it.")
    screen.data({"number": number})


def decided(decide: Decide, number: int, *, reject: bool, who: str) -> None:
    """Confirm or reject a proposal and say so.  Raises BadChange, StoreError."""
    screen = screen_of()
    with opened(screen) as office:
        change = decide(office, number, confirm=not reject, by=who, at=now())
    name = change.data["name"]
    screen.say(f"✓ {'不同意' if reject else '已确认'}：{name}", f"✓ {'rejected' if reject else 'confirmed'}: {name}")
    screen.data({"name": name, "confirmed": not reject})


def ended(end: End, name: str, *, reason: str, who: str, zh: str, en: str) -> None:
    """End it and say so.  zh, en: what the end is called.  Raises BadChange, StoreError."""
    screen = screen_of()
    with opened(screen) as office:
        end(office, name, reason=reason, by=who, at=now())
    screen.say(f"✓ {zh}：{name}", f"✓ {en}: {name}")
    screen.data({"name": name, "revoked": True})
