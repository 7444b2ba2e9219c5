"""Patterns over a canonical log: the same relations as the live store gives (casework.actlog), as views over its Parquet.

Acts are read where they lie; the year that the patterns look at is what DuckDB holds, and what does not fit it puts on disk.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pyarrow as pa

from qingfeng.casework.actlog import CODE, OUTCOME, PARTY, bars, days_of
from qingfeng.catalogue.power import Power
from qingfeng.detection.abroad import COMPANIONS, blind_pattern, caveat
from qingfeng.detection.foreign import version_of
from qingfeng.detection.pattern import Verdict
from qingfeng.detection.patterns import discover
from qingfeng.detection.relations import RELATIONS
from qingfeng.detection.survey import survey
from qingfeng.facts.rows import Outcome
from qingfeng.terms.calendar import WorkCalendar
from qingfeng.terms.names import plain_name

from .canonical import PREFIX, QUIET, Canonical
from .feed import feed_of
from .hold import AGENCY_ZONE
from .mapping import Kind, Mapping_, zone_of
from .source import failed

MEMORY = "1GB"
BATCH = 50_000
_TEXTS = {Kind.TEXT, Kind.DAY}


class Surveying:
    """A session over one canonical log.  companions: tables (.parquet, .csv) of relations that no act tells, with their columns."""

    def __init__(
        self, log: Canonical, mapping: Mapping_, power: Power, calendar: WorkCalendar, *, as_of: date | None = None,
        companions: Mapping[str, Path] | None = None,
    ) -> None:  # fmt: skip
        """Raises ImportFailed if a companion is not what it should be, OSError."""
        self.log, self.mapping, self.feed = log, mapping, feed_of(mapping, log)
        self.zone = log.manifest["zone"] or AGENCY_ZONE
        last = log.manifest["last"]
        self.as_of = as_of or (
            datetime.fromisoformat(last).astimezone(zone_of(self.zone)).date() if last else date(1900, 1, 1)
        )
        self._spill = TemporaryDirectory(dir=log.folder, prefix=".surveying")
        self._db = duckdb.connect(
            ":memory:", config={"memory_limit": MEMORY, "threads": 2, "temp_directory": self._spill.name}
        )
        with ExitStack() as undo:
            undo.callback(self.close)
            self._db.execute(QUIET)
            self._fill(power, calendar, companions or {})
            undo.pop_all()

    def _fill(self, power: Power, calendar: WorkCalendar, companions: Mapping[str, Path]) -> None:
        for name in ("reads", "subjects", "thresholds"):
            columns = ", ".join(f'"{column}" {kind}' for column, kind in RELATIONS[name].items())
            self._db.execute(f"CREATE TABLE {name} ({columns})")
        version = version_of(power.versions, self.mapping.against or self.as_of) or power.versions[0]
        rows = [(power.id, amount) for amount in sorted(bars(version.document["version"].get("controls") or {}))]
        if rows:
            self._db.executemany("INSERT INTO thresholds VALUES (?, ?)", rows)
        days = list(days_of(calendar))
        held = pa.table(
            {"day": [d for d, _, _ in days], "number": [n for _, n, _ in days], "working": [w for _, _, w in days]}
        )
        self._db.register("held", held)
        self._db.execute(
            "CREATE TABLE calendar AS SELECT day::DATE AS day, number::BIGINT AS number, working FROM held"
        )
        self._db.unregister("held")
        for name, path in companions.items():
            self._companion(name, path)
        self._parties()
        self._db.execute(self._acts(power.id))
        self.given = frozenset(name for name in COMPANIONS if self.ask(f"SELECT count(*) AS n FROM {name}")[0]["n"])

    def _companion(self, name: str, path: Path) -> None:
        if name not in COMPANIONS:
            raise failed(
                f"没有关系“{name[:40]}”；可给：{'、'.join(COMPANIONS)}。",
                f"No relation {name[:40]!r}; there are {', '.join(COMPANIONS)}.",
            )
        said = ", ".join(f'"{column}"::{kind}' for column, kind in RELATIONS[name].items())
        if not path.is_file():
            raise failed(f"没有文件 {path}。", f"There is no file {path}.")
        try:
            read = (
                self._db.read_parquet(str(path))
                if path.suffix == ".parquet"
                else self._db.read_csv(str(path), header=True)
            )
            read.create_view("beside", replace=True)
            self._db.execute(f"INSERT INTO {name} SELECT {said} FROM beside")
        except duckdb.Error as error:
            columns, why = ", ".join(RELATIONS[name]), str(error)[:150]
            raise failed(f"{path.name} 不是“{name}”的表（须有列：{columns}）：{why}",
                         f"{path.name} is no table of {name} (columns: {columns}): {why}") from error  # fmt: skip

    def _held(self, names: Collection[str], kinds: Collection[Kind]) -> list[str]:
        there = set(self.log.fields())
        return [name for name in names if name in there and self.mapping.fields[name].kind in kinds]

    def _parties(self) -> None:
        """Know every party by its plain name, as the live store does."""
        fields = self._held(PARTY, _TEXTS)
        self._db.execute("CREATE TABLE parties (written VARCHAR, plain VARCHAR)")
        if not fields:
            return
        said = " UNION ".join(f'SELECT "{PREFIX}{name}" AS written FROM {self._file}' for name in fields)
        reader = self._db.sql(f"SELECT DISTINCT written FROM ({said}) WHERE written IS NOT NULL").to_arrow_reader(BATCH)
        for batch in reader.read_all().to_batches(BATCH):
            names = batch.column(0).to_pylist()
            self._db.register("held", pa.table({"written": names, "plain": [plain_name(one) for one in names]}))
            self._db.execute("INSERT INTO parties SELECT * FROM held")
            self._db.unregister("held")

    @property
    def _file(self) -> str:
        quoted = str(self.log.path).replace("'", "''")
        return f"read_parquet('{quoted}', file_row_number = true)"

    def _acts(self, power: str) -> str:
        """Return the view over the Parquet.  seq: the place of the act in the file, which within a case is its order."""
        zone = self.zone.replace("'", "''")
        there = set(self.log.fields())

        def first(names: Sequence[str]) -> str:
            held = [f"nullif(\"{PREFIX}{name}\", '')" for name in self._held(names, _TEXTS)]
            return f"coalesce({', '.join(held)})" if held else "NULL::VARCHAR"

        def one(name: str) -> str:
            return (
                f'"{PREFIX}{name}"' if name in there and self.mapping.fields[name].kind in _TEXTS else "NULL::VARCHAR"
            )

        def instant(name: str) -> str:
            said = one(name)
            zoned = f"regexp_matches({said}, '(Z|[+-][0-9][0-9]:?[0-9][0-9])$')"
            return f"CASE WHEN {zoned} THEN {_local(f'try_cast({said} AS TIMESTAMPTZ)', zone)} ELSE try_cast({said} AS TIMESTAMP) END"

        money = self._held(("amount",), {Kind.YUAN, Kind.FEN})
        amount = f'"{PREFIX}amount" / 100.0' if money else "NULL::DOUBLE"
        team = (
            f"array_to_string(\"{PREFIX}officers\", '|')"
            if self._held(("officers",), {Kind.LINES})
            else one("officers")
        )
        outcome = first(OUTCOME)
        done, typed = _local('"at"', zone), _local('coalesce(entered, "at")', zone)
        quoted = power.replace("'", "''")
        # What the log calls no entry of its own was entered when it was done: `abroad` says for which patterns that will not do.
        return f"""CREATE VIEW acts AS
          SELECT "case" AS case_id, file_row_number + 1 AS seq, '{quoted}' AS power, act::VARCHAR AS act, actor::VARCHAR AS actor,
            post::VARCHAR AS post, {done} AS "at", {typed} AS entered, p.plain AS party, {first(CODE)} AS code,
            {one("tier")} AS tier, {amount} AS amount,
            coalesce({outcome}, CASE WHEN act::VARCHAR = 'record_interference' THEN 'recorded' END) AS outcome,
            {one("intermediary")} AS intermediary, {one("place")} AS place, {instant("started")} AS started, {instant("ended")} AS ended,
            nullif({team}, '') AS team, {one("facts")} AS text
          FROM {self._file} LEFT JOIN parties p ON p.written = {first(PARTY)}"""

    def ask(self, sql: str) -> list[dict[str, Any]]:
        """Run one statement; return its rows by column."""
        answer = self._db.execute(sql)
        names = [column[0] for column in answer.description or ()]
        return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]

    def verdicts(self, *, only: Collection[str] | None = None) -> list[Verdict]:
        """Return what every pattern (or those of `only`) says; what the log cannot feed is not evaluable, with the reason."""
        told = survey(
            self.ask, today=self.as_of, only=only, blind=lambda one: blind_pattern(one, self.feed, given=self.given)
        )
        return [self._with_caveat(one) for one in told]

    def _with_caveat(self, verdict: Verdict) -> Verdict:
        judged = verdict.outcome in (Outcome.VIOLATED, Outcome.SATISFIED)
        words = caveat(discover()[verdict.pattern], self.feed, given=self.given) if judged else None
        return replace(verdict, why=words) if words is not None else verdict

    def close(self) -> None:
        """Let go of memory and of what was put on disk."""
        self._db.close()
        self._spill.cleanup()


def _local(said: str, zone: str) -> str:
    """Return SQL for what the clock of a zone showed at an instant."""
    if zone[0] not in "+-":
        return f"({said}) AT TIME ZONE '{zone}'"
    minutes = (int(zone[1:3]) * 60 + int(zone[4:])) * (1 if zone[0] == "+" else -1)
    return f"(({said}) AT TIME ZONE 'UTC' + INTERVAL {minutes} MINUTE)"
