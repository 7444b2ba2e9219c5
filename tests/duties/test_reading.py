"""What is read for a report: cases that are open, moved or spoken of; a closed and silent one is not read again and again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast

import pytest

from qingfeng.casework import dutyregister
from qingfeng.casework.office import CASE
from qingfeng.casework.ports import CaseRow, ReadTx
from qingfeng.duties.duty import CaseFile
from tests.duties.power import DECEMBER, POWER, duty, file


@dataclass
class Store:
    """A store of a few cases that counts which files are read whole."""

    files: dict[str, CaseFile]
    status: dict[str, str]
    read: list[str] = field(default_factory=list)

    def case_rows(self, *, power: str, after: str, limit: int) -> Sequence[CaseRow]:
        assert (power, limit) == (POWER, dutyregister.PAGE)
        return [self._row(case) for case in sorted(self.files) if case > after]

    def events(self, stream: str, after: int = 0) -> Sequence[Any]:
        case = stream.removeprefix(CASE)
        if not after:
            self.read.append(case)
        return [act for act in self.files[case].acts if act.seq > after]

    def uses(self, name: str, value: str, limit: int) -> Sequence[tuple[str, int]]:
        return []

    def _row(self, case: str) -> CaseRow:
        last = self.files[case].acts[-1]
        return CaseRow(case=case, power=POWER, version="2026-01-01", step="only", status=self.status[case], title=case, posts=(),
            opened_at=last.at.isoformat(), last_at=last.at.isoformat(), seq=last.seq, next_due=None, provisional=False)  # fmt: skip


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Store:
    """Four cases: open and silent; closed long ago; closed long ago but written in since; closed in the period."""
    monkeypatch.setattr(dutyregister, "event_of", lambda row: row)
    files = {
        "open": file("open", "note ann -40"),
        "silent": file("silent", "note ann -40", "close ann -39"),
        "late": file("late", "close ann -40", "note ann -38/4"),  # as of a day long ago, entered in the period
        "closed": file("closed", "note ann 3", "close ann 4"),
    }
    return Store(files, {case: "open" if case == "open" else "closed" for case in files})


def read(store: Store, name: str, *, since: date | None = None, named: Collection[str] = ()) -> list[str]:
    register = dutyregister.register_for(cast(ReadTx, store), duty(name), POWER, DECEMBER, {}, since=since, named=named)
    assert sorted(register.files) == sorted(store.read)
    return sorted(register.files)


@pytest.mark.parametrize("name", ["integrity_call_back", "file_sampling", "reinspection", "lead_reconciliation"])
def test_a_sample_reads_what_moved_in_the_period(store: Store, name: str) -> None:
    assert read(store, name) == ["closed", "late", "open"]


def test_the_first_count_reads_everything_and_a_later_one_what_moved_or_was_there(store: Store) -> None:
    assert read(store, "stock_count") == ["closed", "late", "open", "silent"]
    store.read.clear()
    assert read(store, "stock_count", since=DECEMBER.first) == ["closed", "late", "open"]
    store.read.clear()
    assert read(store, "stock_count", since=DECEMBER.first, named={"silent"}) == ["closed", "late", "open", "silent"]
