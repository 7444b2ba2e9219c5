"""A log judged by facts says what it says judged act by act: the same outcomes, reasons, cases and findings."""

from __future__ import annotations

import json
import os
import subprocess
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from qingfeng.detection.casefacts.decide import Answer, Judge
from qingfeng.detection.foreign import WHY, judge_case
from qingfeng.facts.rows import Outcome
from qingfeng.importing.casefacts import stream
from qingfeng.importing.casefacts.engines import Engine
from qingfeng.importing.casefacts.store import segment
from qingfeng.importing.casefacts.table import read, written
from qingfeng.importing.failure import ImportFailed
from qingfeng.importing.logs import hold
from qingfeng.importing.logs.canonical import Canonical
from qingfeng.importing.logs.hold import Holding
from qingfeng.importing.logs.mapping import Mapping_, read_mapping
from qingfeng.importing.logs.outcomes import summary
from qingfeng.importing.logs.source import source_of
from qingfeng.importing.logs.stage import import_log
from tests.importing.logs.foreign_kit import MAPPING, calendar, write
from tests.importing.logs.leaving_kit import power

TOP = Path(__file__).parents[3]
QUERIES = Path(os.environ.get("QINGFENG_QUERIES") or TOP / ".venv-spark" / "bin" / "python")
TIED = MAPPING.replace("row_order: meaningful", "row_order: unknown")
CHANGED = MAPPING.replace('zone: "+08:00"', "zone: America/New_York")
Log = tuple[Canonical, Mapping_, str]


def _strict(mapping: str) -> str:
    """Return a mapping that says: what the log does not record was never done, so that most rules find something."""
    version = power().versions[-1]
    mapped = read_mapping(mapping, name="mapping.yaml").acts
    return f"{mapping}never_done: [{', '.join(sorted(version.words.keys() - mapped))}]\n"


@pytest.fixture(
    scope="module", params=[MAPPING, TIED, CHANGED], ids=["rows in order", "order unknown", "a clock that was changed"]
)
def log(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Log:
    folder, text = tmp_path_factory.mktemp("log"), _strict(request.param)
    write(folder / "log.csv", cases=60)
    mapping = read_mapping(text, name="mapping.yaml")
    import_log(source_of(str(folder / "log.csv")), mapping, folder / "log")
    return Canonical(folder / "log"), mapping, text


def _judged(
    log: Log, folder: Path, engine: Engine, *, as_of: date | None = None
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    holding = Holding(*log[:2], power(), calendar(), as_of=as_of)
    told = summary(holding.judge(folder / f"{engine}.parquet", engine=engine), WHY)
    return told, pq.read_table(folder / f"{engine}.parquet").to_pylist()


@pytest.mark.parametrize("days", [None, 60, 3, 0])
def test_facts_and_acts_say_the_same(
    log: Log, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, days: int | None
) -> None:
    monkeypatch.setattr(stream, "ROWS", 300)
    first = datetime.fromisoformat(log[0].manifest["first"]).date()
    as_of = None if days is None else first + timedelta(days=days)
    exact, found = _judged(log, tmp_path, Engine.EXACT, as_of=as_of)
    assert _judged(log, tmp_path, Engine.STREAM, as_of=as_of) == (exact, found)
    assert found or days in (3, 0)
    assert any(one["satisfied"] for one in exact) or days in (3, 0)


def test_kept_facts_and_answers_say_the_same(log: Log, tmp_path: Path) -> None:
    exact, found = _judged(log, tmp_path, Engine.EXACT)
    for again, keep in ((None, True), (0, True), (None, False)):
        holding = Holding(*log[:2], power(), calendar())
        told = summary(holding.judge(tmp_path / "kept.parquet", engine=Engine.STREAM, keep=keep), WHY)
        assert holding.again == again
        got, want = ([{**one, "why": sorted(one["why"], key=str)} for one in each] for each in (told, exact))
        assert got == want
        assert sorted(pq.read_table(tmp_path / "kept.parquet").to_pylist(), key=str) == sorted(found, key=str)
        assert (log[0].folder / segment(0)).exists()


def test_a_list_stands_as_a_text_and_comes_back() -> None:
    for many in ([], [""], ["a"], ["a", ""], ["", ""], ["甲", "乙"]):
        assert read(written(many)) == many
    assert read(written(["a\x1fb"])) is None
    assert read(written(["a\x1fb", "c"])) is None
    assert read("?") is None


def test_an_engine_that_is_not_installed_is_named(log: Log, tmp_path: Path) -> None:
    try:
        import ibis  # noqa: F401
    except ModuleNotFoundError:
        with pytest.raises(ImportFailed, match="install requirements"):
            _judged(log, tmp_path, Engine.DUCKDB)
    else:
        assert _judged(log, tmp_path, Engine.DUCKDB) == _judged(log, tmp_path, Engine.EXACT)


@pytest.mark.slow
@pytest.mark.parametrize("engine", [Engine.DUCKDB, Engine.SPARK])
def test_query_engines_say_the_same(log: Log, tmp_path: Path, engine: Engine) -> None:
    if not QUERIES.is_file():
        pytest.skip(
            "没有 .venv-spark（requirements/spark.txt），由 ./test --all 建立。 There is no .venv-spark; ./test --all makes it."
        )
    exact, found = _judged(log, tmp_path, Engine.EXACT)
    here, _, text = log
    (tmp_path / "mapping.yaml").write_text(text, encoding="utf-8")
    code = "import sys; sys.path[:0] = ['src', '.']; from tests.importing.casefacts.engine_run import run; run(*sys.argv[1:])"
    subprocess.run(
        [str(QUERIES), "-c", code, str(here.folder), str(tmp_path), engine.value], check=True, cwd=TOP, timeout=600
    )
    assert pq.read_table(tmp_path / f"{engine}.parquet").to_pylist() == found
    assert json.loads((tmp_path / f"{engine}.json").read_text(encoding="utf-8")) == exact


def test_what_facts_leave_open_is_gone_through_act_by_act_and_told(log: Log, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = Holding(*log[:2], power(), calendar())
    tallies = plain.judge(tmp_path / "plain.parquet", engine=Engine.STREAM)
    able, cases = [one for one in tallies if one.blind is None], log[0].manifest["cases"]
    assert plain.asked == {one.part.name: cases for one in able}
    chosen = next(one for one in able if one.outcomes[Outcome.SATISFIED])
    said, looked = Judge.said, Counter[str]()

    def unsure(judge: Judge, part: Any) -> Any:
        told = said(judge, part)
        return np.full_like(told, Answer.OPEN) if part.name == chosen.part.name else told

    def seen(part: Any, *args: Any, **how: Any) -> Any:
        looked[part.name] += 1
        return judge_case(part, *args, **how)

    monkeypatch.setattr(Judge, "said", unsure)
    monkeypatch.setattr(hold, "judge_case", seen)
    doubted = Holding(*log[:2], power(), calendar())
    again = {one.part.name: one for one in doubted.judge(tmp_path / "doubted.parquet", engine=Engine.STREAM)}
    assert again[chosen.part.name].outcomes == chosen.outcomes
    assert looked[chosen.part.name] == cases
    assert doubted.open[chosen.part.name] == cases
    assert doubted.open.total() - plain.open.total() == cases - plain.open[chosen.part.name]
    by_acts = Holding(*log[:2], power(), calendar())
    by_acts.judge(tmp_path / "exact.parquet", engine=Engine.EXACT)
    assert not by_acts.asked, "nobody asked the facts"
