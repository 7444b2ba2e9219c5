"""Events, cases and deadlines to store."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

from qingfeng.casework.ports import CaseRow, DeadlineRow
from qingfeng.ledger.entry import Sealed, seal

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
PARTY = "王小明"


def event(stream: str, seq: int, *, private: bool = True, **fields: Any) -> Sealed:
    """Return a sealed event with fresh salts."""
    return seal(
        {"stream": stream, "seq": seq, "kind": "noted"},
        open_fields={"opinion": "同意", **fields},
        private_fields={"party": PARTY} if private else {},
        salts=secrets.token_bytes,
    )


def case(name: str, **changes: Any) -> CaseRow:
    """Return a projection."""
    row = {
        "case": name, "power": "a000/penalty", "version": "2021-07-15", "step": "open_case", "status": "open",
        "title": "某某食品店", "opened_at": "2026-03-02T09:00:00+08:00", "last_at": "2026-03-02T09:00:00+08:00", "seq": 1,
        "posts": ("intake_officer",), "next_due": None, "provisional": False,
    }  # fmt: skip
    return CaseRow(**{**row, **changes})


def deadline(name: str, *, days: float = 1, limit: str = "decide_90", mark: str = "red", **more: Any) -> DeadlineRow:
    """Return a deadline so many days after NOON."""
    at = NOON + timedelta(days=days)
    row = {"case": name, "limit": limit, "run": 1, "mark": mark, "at": at, "provisional": False}
    return DeadlineRow(**{**row, **more})


def run_all(*jobs: Callable[[], object]) -> None:
    """Run all at once, each in its thread; what one raises fails the test."""
    with ThreadPoolExecutor(len(jobs)) as threads:
        for started in [threads.submit(job) for job in jobs]:
            started.result(timeout=120)
