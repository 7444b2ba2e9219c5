"""Simulated logs of any size: courses of cases that were really played, multiplied into a canonical log with labels.

What is varied: the case, who of four teams works on it, the unit (a new one every CASES cases, with people of its own).  What is not: the
days, sums, numbers and words of a course.  So a rule over one case says there what it says of the course that was played; what compares
cases (one number used twice, a party met again, habits of officers) says nothing there, and is left out where such a log is evaluated.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from qingfeng.catalogue.power import PARTY as AT_THE_DOOR
from qingfeng.catalogue.power import SYSTEM, FieldType
from qingfeng.terms.teams import line_of, team_of

from .canonical import FORMAT, LOG, MANIFEST, PREFIX, QUARANTINE, QUIET, schema_of
from .mapping import Kind, Mapping_, read_mapping
from .outgoing import Going, Leaving, mapping_text
from .source import failed
from .stage import digest_of_file, told_of
from .values import table_text
from .writers import MAPPING

LABELS = "labels.parquet"
CASES = 2_000
"""Cases of a unit."""
TEAMS = 4
MOST = 200_000_000
LABEL = pa.schema([("case", pa.string()), ("misconduct", pa.string()), ("risk", pa.string()), ("text", pa.string()),
                   ("by", pa.list_(pa.string()))])  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """One course of a case.  misconduct: the name of its drill, empty if it is honest; risk, text: the map's; by: what ought to find it."""

    acts: Sequence[Going]
    misconduct: str = ""
    risk: str = ""
    text: str = ""
    by: tuple[str, ...] = ()


def multiply(
    folder: Path, what: Leaving, courses: Sequence[Course], *, events: int, rate: float, seed: int = 1,
    progress: Callable[[int], None] = lambda n: None,
) -> dict[str, Any]:  # fmt: skip
    """Write a canonical log of about so many events, its mapping and its labels to a new folder; return the manifest.

    rate: share of cases that commit a misconduct, each text of the map as often as the others.  Raises ImportFailed, OSError.
    """
    if not any(not one.misconduct for one in courses) or (rate and not any(one.misconduct for one in courses)):
        raise failed("没有可用的案件过程。", "There are no courses of cases to multiply.")
    if (folder / MANIFEST).exists():
        raise failed(f"{folder}里已有日志；请另选文件夹。", f"{folder} already holds a log; choose another folder.")
    folder.mkdir(parents=True, exist_ok=True)
    text = mapping_text(what, "parquet")
    mapping = read_mapping(text, name=MAPPING)
    master = _Master(what, mapping, courses)
    many = _write(folder, master, events, rate, seed, progress)
    (folder / MAPPING).write_text(text, encoding="utf-8")
    (folder / QUARANTINE).write_text("", encoding="utf-8")
    with duckdb.connect(":memory:", config={"memory_limit": "512MB", "threads": 2, "temp_directory": str(folder)}) as db:
        db.execute(QUIET)
        told = told_of(db, folder / LOG, mapping)
    digest = digest_of_file(folder / LOG)
    source = {
        "name": f"simulate {what.power} seed {seed}",
        "kind": "simulated",
        "sha256": digest,
        "bytes": 0,
    }
    manifest = {
        "format": FORMAT, "power": what.power, "mapping": mapping.digest, "sha256": digest, "row_order": True, **many, **told,
        "quarantined": {}, "not_ours": {}, "unmapped": {}, "unmapped_activities": 0, "unmapped_posts": {},
        "mapped_but_not_there": {"activities": [], "columns": []}, "zone": None, "source": source,
    }  # fmt: skip
    (folder / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=1), encoding="utf-8")
    return manifest


TEAM_LINES = "teams"
"""The field whose lines name the people of each team of a draw."""


class _Master:
    """Every course by every team as one table, and where each begins."""

    def __init__(self, what: Leaving, mapping: Mapping_, courses: Sequence[Course]) -> None:
        self.courses, self.schema = courses, schema_of(mapping.fields, coded=True)
        types = {f.id: f.type for version in what.versions for word in version.words.values() for f in word.fields}
        self.officers = [n for n in mapping.fields if n == TEAM_LINES or types[n] in (FieldType.OFFICER, FieldType.OFFICERS)]
        self.tables = [n for n, source in mapping.fields.items() if source.kind is Kind.TABLE]
        self.people = frozenset(_people(courses, self.officers))
        self.naming = [n for n in mapping.fields if n not in self.officers and n not in self.tables and _names(courses, n, self.people)]
        rows: list[dict[str, Any]] = []
        starts = []
        for course in courses:
            starts.append(len(rows))
            acts = sorted(course.acts, key=lambda one: (one.at, one.seq))
            for team in range(TEAMS):
                rows += [self._row(one, mapping, team) for one in acts]
        table = pa.Table.from_pylist(rows, schema=schema_of(mapping.fields, coded=False))
        self.lengths = np.array([len(course.acts) for course in courses], dtype=np.int64)
        self.starts = np.array(starts, dtype=np.int64)
        self.table = _coded(table)
        honest = np.array([not course.misconduct for course in courses])
        self.honest = np.flatnonzero(honest)
        by_text: dict[str, list[int]] = {}
        for n in np.flatnonzero(~honest).tolist():
            by_text.setdefault(courses[n].text, []).append(n)
        self.wrong = [np.array(held) for _, held in sorted(by_text.items())]

    def _row(self, one: Going, mapping: Mapping_, team: int) -> dict[str, Any]:
        def named(who: Any) -> Any:
            return who if not team or who in (None, SYSTEM, AT_THE_DOOR) else _changed(who, f"·{team + 1}")

        said = {PREFIX + n: value for n, value in one.said.items() if n in mapping.fields}
        for n in self.officers:
            value = one.said.get(n)
            if value is not None:
                said[PREFIX + n] = [named(who) for who in value] if isinstance(value, list | tuple) else named(value)
        for n in self.tables:
            if team and one.said.get(n) is not None:
                said[PREFIX + n] = _table_of_others(str(one.said[n]), self.people, f"·{team + 1}")
        for n in self.naming:
            value = one.said.get(n)
            if team and value is not None:
                many = [_another(who, self.people, f"·{team + 1}") for who in (value if isinstance(value, list | tuple) else [value])]
                said[PREFIX + n] = many if isinstance(value, list | tuple) else many[0]
        extra = json.dumps(dict(one.beside), ensure_ascii=False, sort_keys=True) if one.beside else None
        return {"act": mapping.activities[one.act] or one.act, "actor": named(one.actor), "post": mapping.posts.get(one.post or ""),
                "at": one.at, "offset": 480, "whole_day": False, "entered": one.entered, "extra": extra, **said}  # fmt: skip

    def drawn(self, rng: np.random.Generator, cases: int, rate: float) -> Any:
        """Return which course each of so many cases takes."""
        picked = rng.choice(self.honest, cases)
        bad = np.flatnonzero(rng.random(cases) < rate) if self.wrong else np.array([], dtype=np.int64)
        for place, text in zip(bad, rng.integers(0, max(len(self.wrong), 1), len(bad)), strict=True):
            picked[place] = rng.choice(self.wrong[text])
        return picked


def _coded(table: Any) -> Any:
    """Return the table with its texts as codes: what is repeated a million times is moved as a number."""
    columns = [column.combine_chunks() for column in table.columns]
    coded = [column.dictionary_encode() if pa.types.is_string(column.type) else column for column in columns]
    return pa.table(coded, names=table.schema.names)


def _write(
    folder: Path, master: _Master, events: int, rate: float, seed: int, progress: Callable[[int], None]
) -> dict[str, int]:
    rng = np.random.default_rng(seed)
    beside = folder / f"{LOG}.tmp"
    done = unit = cases = 0
    usual = float(master.lengths[master.honest].mean())
    with (
        pq.ParquetWriter(beside, master.schema, compression="zstd", use_dictionary=True, write_statistics=["case", "at"]) as log,
        pq.ParquetWriter(folder / LABELS, LABEL, compression="zstd") as labels,
    ):
        while done < events:
            unit += 1
            picked = master.drawn(rng, min(CASES, max(1, round((events - done) / usual))), rate)
            table = _unit(master, rng, picked, unit, done)
            log.write_table(table, row_group_size=table.num_rows)  # whole cases, in order: no row group divides one
            labels.write_table(pa.Table.from_pylist(list(_labels(master, picked, unit)), schema=LABEL))
            done += table.num_rows
            cases += len(picked)
            progress(done)
    beside.replace(folder / LOG)
    return {"rows_read": done}


def _number(unit: int, n: int) -> str:
    return f"{unit:06d}{n:06d}"


def _labels(master: _Master, picked: Any, unit: int) -> Iterator[dict[str, Any]]:
    for n, course in enumerate(master.courses[int(place)] for place in picked):
        if course.misconduct:
            yield {
                "case": _number(unit, n),
                "misconduct": course.misconduct,
                "risk": course.risk,
                "text": course.text,
                "by": list(course.by),
            }


def _unit(master: _Master, rng: np.random.Generator, picked: Any, unit: int, before: int) -> Any:
    """Return the events of the cases of one unit, in order of cases."""
    lengths = master.lengths[picked]
    ends = np.cumsum(lengths)
    first = np.repeat(ends - lengths, lengths)
    place = np.arange(int(ends[-1]), dtype=np.int64)
    starts = master.starts[picked] + rng.integers(0, TEAMS, len(picked)) * lengths
    of = np.repeat(np.arange(len(picked)), lengths)  # which case a row is of
    table = master.table.take(pa.array(np.repeat(starts, lengths) + place - first))
    names = pa.array([_number(unit, n) for n in range(len(picked))])
    case = names.take(pa.array(of))
    changed: dict[str, Any] = {
        "case": case, "row": pa.array(before + place + 1),
        "id": pc.binary_join_element_wise(case, pc.cast(pa.array(place - first + 1), pa.string()), "#"),
    }  # fmt: skip
    for name in ("actor", *(PREFIX + field for field in master.officers)):
        changed[name] = _renamed(table.column(name).combine_chunks(), unit)
    for name in (PREFIX + field for field in master.naming):
        changed[name] = _renamed(table.column(name).combine_chunks(), unit, master.people)
    for name in (PREFIX + field for field in master.tables):
        changed[name] = _renamed_in_tables(table.column(name).combine_chunks(), unit, master.people)
    columns = [
        changed.get(name, table.column(name) if name in table.schema.names else None) for name in master.schema.names
    ]
    return pa.table([column if isinstance(column, pa.ChunkedArray) else pa.chunked_array([column]) for column in columns],
                    names=master.schema.names).cast(master.schema)  # fmt: skip


def _changed(said: str, mark: str) -> str:
    """Return an officer with a mark; in the line of a drawn team, each of its people."""
    team = team_of(said)
    if not team.firm:
        return said + mark
    return line_of(team.firm, (one + mark for one in team.members), (one + mark for one in team.spares))


def _table_of_others(text: str, people: Collection[str], mark: str) -> str:
    """Return a table whose people, whatever their team, bear a mark: who is rated is who went on site."""
    return table_text({_another(who, people, mark): _another(said, people, mark) for who, said in json.loads(text).items()})


def _another(said: Any, people: Collection[str], mark: str) -> Any:
    """Return who is named with a mark; what names none of these people as it is."""
    return said + mark if isinstance(said, str) and said.split("·")[0] in people else said


def _people(courses: Sequence[Course], officers: Collection[str]) -> Iterator[str]:
    """Yield everybody who acts or is named as an officer."""
    for one in (act for course in courses for act in course.acts):
        said = [one.said.get(name) for name in officers if name != TEAM_LINES]
        named = [one.actor, *(who for value in said for who in (value if isinstance(value, list | tuple) else [value]))]
        yield from (who for who in named if isinstance(who, str) and who not in (SYSTEM, AT_THE_DOOR))


def _names(courses: Sequence[Course], field: str, people: Collection[str]) -> bool:
    """True if some course names one of these people in a field that is not made for them."""
    held = (one.said.get(field) for course in courses for one in course.acts)
    return any(who in people for said in held for who in (said if isinstance(said, list | tuple) else [said]))


def _renamed_in_tables(column: Any, unit: int, people: Collection[str]) -> Any:
    """Return a column of tables with the people of a unit in them."""
    if unit == 1 or pa.types.is_null(column.type):
        return column
    texts = [_table_of_others(text, people, f"@{unit}") for text in column.dictionary.to_pylist()]
    return pa.DictionaryArray.from_arrays(column.indices, pa.array(texts, pa.string()))


def _renamed(column: Any, unit: int, people: Collection[str] | None = None) -> Any:
    """Return a column of people, who are others in every unit but the first.  people: only these; others than people stand there, too."""
    if unit == 1 or pa.types.is_null(column.type):
        return column
    if pa.types.is_list(column.type):
        # What a slice took stands in `flatten`; offsets begin at 0 again, and an empty place stays empty.
        counts = pc.fill_null(pc.list_value_length(column), 0)
        offsets = pa.array(np.concatenate(([0], np.cumsum(counts.to_numpy(zero_copy_only=False)))), pa.int32())
        return pa.ListArray.from_arrays(
            offsets, _renamed(column.flatten().dictionary_encode(), unit, people).cast(pa.string()), mask=column.is_null()
        )
    names = pa.array(
        [_changed(who, f"@{unit}") if people is None and who not in (SYSTEM, AT_THE_DOOR) else _another(who, people or (), f"@{unit}")
         for who in column.dictionary.to_pylist()], pa.string())  # fmt: skip
    return pa.DictionaryArray.from_arrays(column.indices, names)


def labels_of(folder: Path) -> list[Mapping[str, Any]]:
    """Return the labels of a simulated log.  Raises ImportFailed if it has none."""
    try:
        found: list[Mapping[str, Any]] = pq.read_table(folder / LABELS).to_pylist()
    except (FileNotFoundError, pa.ArrowException) as error:
        raise failed(f"{folder}里没有标签；只有 qingfeng simulate 写的日志可以评估。",
                     f"{folder} has no labels: only logs that qingfeng simulate wrote can be evaluated.") from error  # fmt: skip
    return found
