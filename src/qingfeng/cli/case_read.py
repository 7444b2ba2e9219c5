"""qingfeng case read: a file is opened, or refused; either leaves its record."""

from __future__ import annotations

from qingfeng.casework.reading import PARTS, open_file
from qingfeng.casework.words import both

from .agency import now, opened
from .case_show import show_case
from .reader import must_know
from .screen import FINE, FOUND, Screen


def read_case(screen: Screen, case_id: str, *, who: str, part: str, purpose: str) -> int:
    """Show a case to who may read it."""
    with opened(screen) as office:
        must_know(screen, office, case_id, who)
        answer = open_file(office, case_id, reader=who, data={"part": part, "purpose": purpose}, at=now())
    if isinstance(answer, tuple):
        for refusal in answer:
            screen.line("✗ " + screen.words(refusal.reason))
            screen.line("  → " + screen.words(refusal.remedy))
        screen.data({"outcome": "refused", "reasons": [both(r.reason) for r in answer], "by": [r.by for r in answer]})
        return FOUND
    name = PARTS[part]
    screen.say(f"已记录：{who}查阅{case_id}（{name.zh}）", f"recorded: {who} read {case_id} ({name.en})")
    show_case(screen, case_id, who)
    return FINE
