"""The nine-step process that every contender runs: one act a step, two officers apart, one limit."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from qingfeng.casework.office import Office
from qingfeng.casework.registry import By, found_agency, load_calendar, publish, register
from qingfeng.engine.control import Command
from qingfeng.simulation.cast import cast
from qingfeng.terms.instants import LOCAL
from qingfeng.wiring import calendars

STEPS = 9
POWER = "bench/nine"
DATA = {
    "content": "示例化工有限公司未按规定设置安全警示标志，现场检查并询问有关人员，证据已固定。",
    "party": "示例化工有限公司",
}
BEGIN = datetime(2026, 3, 2, 9, tzinfo=LOCAL)


def document() -> dict[str, Any]:
    """Return the published form of the power: steps s1 … s9, act a1 moves from s1 to s2 and so on, a9 closes."""
    steps = [{"id": f"s{n}", "name": {"zh": f"环节{n}", "en": f"Step {n}"}, "owner": None, "level": None, "risks": [], "measures": []}
             for n in range(1, STEPS + 1)]  # fmt: skip
    acts = [{"act": f"a{n}", "at": [f"s{n}"], "by": ["even" if n % 2 == 0 else "odd"], "to": f"s{n + 1}" if n < STEPS else "closed",
             **({"after": [f"a{n - 1}"]} if n > 1 else {})} for n in range(1, STEPS + 1)]  # fmt: skip
    limit = {"id": "ninety", "name": {"zh": "九十日", "en": "Ninety days"}, "starts": ["a1"], "ends": ["a8"], "n": 90, "unit": "calendar_day",
             "kind": "setting", "basis": None, "rolls": "agency", "yellow": {"n": 5, "unit": "working_day"}, "for": "agency"}  # fmt: skip
    no_branch = {"why_not": {"zh": "测量用", "en": "for measuring"}}
    words = {
        "posts": {p: {"zh": p, "en": p, "rank": 1} for p in ("odd", "even")},
        "fields": {
            "content": {"type": "note", "zh": "内容", "en": "Content"},
            "party": {"type": "text", "zh": "当事人", "en": "Party", "personal": True},
        },
        "acts": {
            f"a{n}": {"zh": f"动作{n}", "en": f"Act {n}", "fields": ["content!", "party"]} for n in range(1, STEPS + 1)
        },
    }
    return {
        "power": {"id": POWER, "title": {"zh": "九步", "en": "Nine steps"}, "agency": None, "kind": "other_power",
                  "source": {"document": "bench", "diagram": 1}, "level_scheme": ["低", "中", "高"],
                  "phones": {"supervision": "", "service": ""}},
        "version": {"in_force_from": "2026-01-01", "basis": [], "steps": steps,
                    "procedure": {"start": "s1", "acts": acts, "limits": [limit], "branches": {"redo": no_branch}},
                    "controls": {"separate_duties": {"pairs": [{"first": ["a1", "a3"], "second": ["a2", "a8"]}]}}, "stories": []},
        "words": words,
    }  # fmt: skip


def furnish_nine(office: Office) -> None:
    """Found an agency that has only this power."""
    by = By(actor="bench", entered=datetime(2026, 1, 5, 9, tzinfo=LOCAL))
    with office.store.write() as tx:
        found_agency(office, tx, agency_id="bench", name="bench", by=by)
        for table in calendars():
            load_calendar(office, tx, table, by=by)
    add_nine(office)


def add_nine(office: Office) -> None:
    """Publish this power and its people beside whatever is there."""
    by = By(actor="bench", entered=datetime(2026, 1, 5, 9, tzinfo=LOCAL))
    with office.store.write() as tx:
        for act, data in cast(["odd", "even"]):
            register(office, tx, act, data, by=by)
        publish(office, tx, document(), by=by)


def commands() -> Iterator[Command]:
    """Yield the nine commands of a case; the first opens it, the case id is to be put in."""
    for n in range(1, STEPS + 1):
        at = BEGIN + timedelta(minutes=n)
        yield Command(case="", act=f"a{n}", actor="even" if n % 2 == 0 else "odd", at=at, entered=at, data=DATA)
