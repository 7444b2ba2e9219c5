"""A day's export added to a log: the whole is what one import of everything gives, and judged again so too."""

from __future__ import annotations

import csv
import json
import shutil
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pyarrow.parquet as pq
import pytest

from qingfeng.detection.foreign import WHY
from qingfeng.importing.casefacts import rulings, store, stream
from qingfeng.importing.casefacts.engines import Engine
from qingfeng.importing.failure import ImportFailed
from qingfeng.importing.logs import added, canonical
from qingfeng.importing.logs.added import add_log
from qingfeng.importing.logs.canonical import LOG, MANIFEST, NEXT, QUARANTINE, Canonical
from qingfeng.importing.logs.hold import Holding
from qingfeng.importing.logs.mapping import Mapping_, read_mapping
from qingfeng.importing.logs.outcomes import summary
from qingfeng.importing.logs.source import source_of
from qingfeng.importing.logs.stage import import_log
from tests.importing.logs.foreign_kit import COLUMNS, MAPPING, calendar, write
from tests.importing.logs.leaving_kit import power

Rows = list[list[str]]
TIED = MAPPING.replace("row_order: meaningful", "row_order: unknown")
NAMED = MAPPING.replace("post: 岗位}", "post: 岗位, id: 编号}")


def _strict(text: str) -> Mapping_:
    """Return a mapping that says: what the log does not record was never done, so that most rules find something."""
    acts = read_mapping(text, name="mapping.yaml").acts
    return read_mapping(f"{text}never_done: [{', '.join(sorted(power().versions[-1].words.keys() - acts))}]\n", name="mapping.yaml")


def _rows(folder: Path, *, cases: int = 90) -> Rows:
    write(folder / "all.csv", cases=cases)
    with (folder / "all.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[1:]


def _file(path: Path, rows: Rows, *, numbered: bool = False) -> str:
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow([*COLUMNS, *(["编号"] if numbered else [])])
        out.writerows(rows)
    return str(path)


def _days(rows: Rows, chance: Random) -> list[Rows]:
    """Cut a log into what was there first and two days' arrivals: new cases, further acts, and what was written down late."""
    of = [chance.choices((0, 1, 2), (14, 1, 1))[0] for _ in rows]
    return [[row for row, day in zip(rows, of, strict=True) if day == n] for n in range(3)]


def _told(log: Canonical) -> dict[str, Any]:
    gone = ("added", "source", "sha256", "unmapped_activities")
    return {name: said for name, said in log.manifest.items() if name not in gone}


def _said(log: Canonical, mapping: Mapping_, folder: Path, engine: Engine, *, keep: bool) -> tuple[Any, Any, int | None]:
    holding = Holding(log, mapping, power(), calendar())
    told = summary(holding.judge(folder / "found.parquet", engine=engine, keep=keep), WHY)
    found = sorted(json.dumps(one, sort_keys=True) for one in pq.read_table(folder / "found.parquet").to_pylist())
    for one in told:
        one["why"] = sorted(one["why"], key=json.dumps)
    return told, found, holding.again


@pytest.mark.parametrize("text", [MAPPING, TIED], ids=["rows in order", "order unknown"])
@pytest.mark.parametrize("seed", range(3))
def test_what_is_added_gives_the_log_and_the_answers_of_one_import(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, seed: int
) -> None:
    monkeypatch.setattr(canonical, "GROUP", 40)
    monkeypatch.setattr(stream, "ROWS", 100)
    monkeypatch.setattr(store, "SHARE", 1)
    monkeypatch.setattr(rulings, "SHARE", 1)
    mapping, days = _strict(text), _days(_rows(tmp_path), Random(seed))
    import_log(source_of(_file(tmp_path / "0.csv", days[0])), mapping, tmp_path / "log")
    _said(Canonical(tmp_path / "log"), mapping, tmp_path, Engine.STREAM, keep=True)
    for n in (1, 2):
        told = add_log(source_of(_file(tmp_path / f"{n}.csv", days[n])), mapping, tmp_path / "log")
        whole = tmp_path / f"whole{n}"
        import_log(source_of(_file(tmp_path / f"whole{n}.csv", [row for day in days[: n + 1] for row in day])), mapping, whole)
        here, there = Canonical(tmp_path / "log"), Canonical(whole)
        assert pq.read_table(here.path).to_pylist() == pq.read_table(there.path).to_pylist()
        assert _told(here) == _told(there)
        assert told == here.manifest
        groups = pq.ParquetFile(here.path)
        ends = [{groups.read_row_group(g).column("case")[k].as_py() for k in (0, -1)} for g in range(groups.num_row_groups)]
        assert all(not one & other for one, other in pairwise(ends)), "no case is cut by a row group"
        exact = _said(there, mapping, tmp_path, Engine.EXACT, keep=False)
        again = _said(here, mapping, tmp_path, Engine.STREAM, keep=True)
        assert again[:2] == exact[:2]
        assert again[2] == len({row[0] for row in days[n]})
        assert exact[1], "something is found"
        assert _said(here, mapping, tmp_path, Engine.STREAM, keep=True) == (*again[:2], 0), "nothing new: all stands"


def test_a_day_that_touches_much_a_later_clock_and_another_program_judge_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mapping, rows = _strict(MAPPING), _rows(tmp_path, cases=40)
    log = tmp_path / "log"
    import_log(source_of(_file(tmp_path / "0.csv", rows[::2])), mapping, log)
    assert _said(Canonical(log), mapping, tmp_path, Engine.STREAM, keep=True)[2] is None
    add_log(source_of(_file(tmp_path / "1.csv", rows[1::2])), mapping, log)
    assert _said(Canonical(log), mapping, tmp_path, Engine.STREAM, keep=True)[2] is None, "most cases were touched"
    assert _said(Canonical(log), mapping, tmp_path, Engine.STREAM, keep=True)[2] == 0
    late = Holding(Canonical(log), mapping, power(), calendar())
    late.world = type(late.world)(late.world.calendar, today=late.as_of + timedelta(days=90))
    told = late.judge(tmp_path / "late.parquet", engine=Engine.STREAM, keep=True)
    assert late.again == 0
    exact = Holding(Canonical(log), mapping, power(), calendar())
    exact.world = late.world
    assert summary(told, WHY) == summary(exact.judge(tmp_path / "exact.parquet", engine=Engine.EXACT), WHY), "rules that ask the day do"
    monkeypatch.setattr("qingfeng.importing.logs.hold.program", lambda: "another release")
    assert _said(Canonical(log), mapping, tmp_path, Engine.STREAM, keep=True)[2] is None


def test_the_same_file_another_mapping_and_ids_that_are_there(tmp_path: Path) -> None:
    mapping, rows = read_mapping(NAMED, name="mapping.yaml"), _rows(tmp_path, cases=20)
    rows = [[*row, f"E{n}"] for n, row in enumerate(rows)]
    log = tmp_path / "log"
    first = _file(tmp_path / "0.csv", rows[:40], numbered=True)
    import_log(source_of(first), mapping, log)
    before = {path.name: path.read_bytes() for path in log.iterdir()}
    with pytest.raises(ImportFailed, match="已经导入过"):
        add_log(source_of(first), mapping, log)
    with pytest.raises(ImportFailed, match="同一份映射"):
        add_log(source_of(_file(tmp_path / "1.csv", rows[40:])), read_mapping(MAPPING, name="mapping.yaml"), log)
    with pytest.raises(ImportFailed, match="时区"):
        add_log(source_of(_file(tmp_path / "1.csv", rows[40:])), mapping, log, zone="UTC")
    with pytest.raises(ImportFailed, match="没有导入完的日志"):
        add_log(source_of(first), mapping, tmp_path / "none")
    assert {path.name: path.read_bytes() for path in log.iterdir()} == before
    bad = ["坏", "立案", "昨天", "", "", "", "", "", "E99"]
    told = add_log(source_of(_file(tmp_path / "2.csv", [*rows[30:50], bad], numbered=True)), mapping, log)
    assert told["quarantined"]["duplicate id"] == 10
    assert told["events"] == 50
    assert told["added"][0]["events"] == 10
    aside = [json.loads(line) for line in (log / QUARANTINE).read_text(encoding="utf-8").splitlines()]
    assert [one["row"] for one in aside] == [61, *range(41, 51)], "rows are numbered through both files"
    assert [one["what"] for one in aside[1:]] == [f"E{n}" for n in range(30, 40)]


class Killed(BaseException):
    """Stands for a kill."""


@pytest.mark.parametrize("where", ["replace log", "replace manifest", "merge", "import"])
def test_killed_at_any_moment_it_is_the_old_log_or_the_new_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    mapping, days = _strict(MAPPING), _days(_rows(tmp_path), Random(7))
    log, other = tmp_path / "log", tmp_path / "other"
    import_log(source_of(_file(tmp_path / "0.csv", days[0])), mapping, log)
    shutil.copytree(log, other)
    day = source_of(_file(tmp_path / "1.csv", days[1]))
    told = add_log(day, mapping, other)

    def killed(*_: Any, **__: Any) -> Any:
        raise Killed

    with monkeypatch.context() as patch:
        if where == "merge":
            patch.setattr(added, "told_of", killed)
        elif where == "import":
            patch.setattr("qingfeng.importing.logs.stage.told_of", killed)
        else:
            real, name = Path.replace, LOG if where == "replace log" else MANIFEST
            patch.setattr(Path, "replace", lambda path, to: killed() if Path(to) == log / name else real(path, to))
        with pytest.raises(Killed):
            add_log(day, mapping, log)
    now = Canonical(log)
    done = where == "replace manifest"
    assert now.manifest["sha256"] == (told["sha256"] if done else json.loads((other / MANIFEST).read_text("utf-8"))["added"][0]["before"])
    assert not (log / NEXT).exists() or not done
    if done:
        with pytest.raises(ImportFailed, match="已经导入过"):
            add_log(day, mapping, log)
    else:
        assert add_log(day, mapping, log) == told
    assert pq.read_table(now.path).to_pylist() == pq.read_table(other / LOG).to_pylist()
