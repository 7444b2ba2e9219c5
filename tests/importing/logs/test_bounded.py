"""Reading fast and sorting in little memory change nothing of what is read."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from qingfeng.importing.logs import canonical
from qingfeng.importing.logs.canonical import Writer
from qingfeng.importing.logs.mapping import read_mapping
from qingfeng.importing.logs.source import source_of
from qingfeng.importing.logs.stage import import_log, with_memory
from qingfeng.importing.logs.values import Odd, instant

from .made_kit import MAPPING, as_csv


@pytest.mark.parametrize(
    "written",
    ["2026-03-04T11:22:33.-23", "2026-03-04T11:22:33+08:60", "2026-03-04T11:22:33+24:00", "2026-02-30T11:22:33+08:00",
     "2026-03-04T24:00:00+08:00", "2026-03-04T11:22:60+08:00", "2026-W10-3T11:22:33+08:00", "2026-03-04T11:2２:33+08:00",
     "2026-03-04X11:22:33+08:00", "20260304T112233+08:00"],
)  # fmt: skip
def test_what_the_library_would_read_more_freely_is_still_odd(written: str) -> None:
    with pytest.raises(Odd):
        instant(written, None)


@pytest.mark.parametrize(
    ("written", "minutes", "utc"),
    [("2026-03-04T11:22:33+08:00", 480, "2026-03-04T03:22:33"), ("2026-03-04 11:22:33.250-05:30", -330, "2026-03-04T16:52:33.250000"),
     ("2026-03-04T11:22:33Z", 0, "2026-03-04T11:22:33"), ("2026/3/4 1:02 +0800", 480, "2026-03-03T17:02:00")],
)  # fmt: skip
def test_both_ways_of_reading_give_the_instant_and_its_offset(written: str, minutes: int, utc: str) -> None:
    found = instant(written, None)
    assert (found.offset, found.utc.replace(tzinfo=None).isoformat(), found.whole_day) == (minutes, utc, False)


@pytest.mark.parametrize("seed", range(20))
def test_a_case_is_never_divided_between_row_groups(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(canonical, "GROUP", 10)
    rng = Random(seed)
    cases = [f"A{n:03d}" for n in range(40) for _ in range(rng.choice((1, 1, 2, 3, 12, 35)))]
    schema = pa.schema([("case", pa.string()), ("row", pa.int64())])
    writer, at = Writer(tmp_path / "log.parquet", schema), 0
    while at < len(cases):
        many = rng.randrange(1, 9)
        writer.write(pa.record_batch([pa.array(cases[at : at + many]), pa.array(range(at, min(at + many, len(cases))))], schema=schema))
        at += many
    writer.close()
    with pq.ParquetFile(tmp_path / "log.parquet") as file:
        groups = [file.read_row_group(n) for n in range(file.num_row_groups)]
    assert [row for group in groups for row in group.column("row").to_pylist()] == list(range(len(cases)))
    names = [set(group.column("case").to_pylist()) for group in groups]
    assert len(names) > 5
    assert sum(map(len, names)) == 40


def test_too_little_memory_to_sort_is_more_memory_and_the_same_log(tmp_path: Path) -> None:
    as_csv(tmp_path / "log.csv")
    source = source_of(str(tmp_path / "log.csv"))
    told = [import_log(source, read_mapping(MAPPING, name="m"), tmp_path / memory, memory=memory) for memory in ("1MB", "256MB")]
    assert told[0] == told[1]
    assert told[0]["events"] == 4


def test_memory_that_ends_while_rows_are_handed_on_is_also_given_more_and_a_full_disk_is_not() -> None:
    given: list[str] = []

    def short(memory: str) -> int:
        given.append(memory)
        if len(given) < 3:
            raise OSError("Out of Memory Error: failed to pin block of size 256.0 KiB")
        return len(given)

    assert with_memory("32MB", short) == 3
    assert given == ["32MB", "64MB", "128MB"]

    def full(memory: str) -> int:
        given.append(memory)
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        with_memory("32MB", full)
    assert len(given) == 4
