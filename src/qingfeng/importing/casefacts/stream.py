"""Facts by streaming: the canonical file stands in order of cases, so a few row groups in memory are enough, whatever its length."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from qingfeng.detection.casefacts.facts import Wall
from qingfeng.detection.casefacts.plan import Plan
from qingfeng.detection.casefacts.values import Flags, Ints
from qingfeng.importing.logs.canonical import Canonical

from .table import LIST, MARK, NUMBER, UNREADABLE, facts_schema, kind_of

ROWS = 100_000
"""Rows taken together at least: with three times as many, memory is 230 MB more and nothing faster."""


def streamed(log: Canonical, plan: Plan, wall: Wall, *, until: int | None, only: Any | None = None) -> Iterator[Any]:
    """Return the facts of all cases, a batch of them at a time, texts coded.  until: the last day that is read, as a number; only: these
    cases alone (names in order of their bytes): what holds none of them is not read."""
    columns = sorted({name for names in plan.columns.values() for name in names})
    wanted = ["case", "act", "at", "whole_day", *columns]
    texts = [name for name in columns if name != "entered" and kind_of(log.schema, name) not in (NUMBER, LIST)]
    with pq.ParquetFile(log.path, read_dictionary=["case", "act", *texts]) as file:
        groups: list[int] = []
        rows = 0
        every = range(file.num_row_groups) if only is None else holding(file, only)
        for n in every:
            groups.append(n)
            rows += file.metadata.row_group(n).num_rows
            if rows >= ROWS or n == every[-1]:
                table = file.read_row_groups(groups, columns=wanted)
                made = _batch(table if only is None else named(table, only), log.schema, plan, wall, until)
                groups, rows = [], 0
                if made is not None:
                    yield made


def holding(file: Any, names: Any) -> list[int]:
    """Return the row groups that may hold one of some cases.  names: in order of their bytes."""
    column, found, listed = file.schema_arrow.names.index("case"), [], names.to_pylist()
    for n in range(file.num_row_groups):
        said = file.metadata.row_group(n).column(column).statistics
        if said is None or not said.has_min_max or bisect_left(listed, said.min) < bisect_right(listed, said.max):
            found.append(n)
    return found


def named(table: Any, names: Any) -> Any:
    """Return the rows of some cases."""
    return table.filter(pc.is_in(table.column("case").cast(pa.string()), value_set=names))


def _batch(table: Any, schema: Any, plan: Plan, wall: Wall, until: int | None) -> Any | None:
    if until is not None:
        days = wall.day(table.column("at").cast(pa.int64()).to_numpy())
        table = table if days.max(initial=0) <= until else table.filter(pa.array(days <= until))
    if not table.num_rows:
        return None
    table = table.unify_dictionaries().combine_chunks()
    case = _plain(table.column("case"))
    codes = case.indices.to_numpy(zero_copy_only=False)
    starts = np.flatnonzero(np.concatenate([[True], codes[1:] != codes[:-1]]))
    of = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, len(codes))))
    at: Ints = _plain(table.column("at")).cast(pa.int64()).to_numpy(zero_copy_only=False)
    whole: Flags = _plain(table.column("whole_day")).to_numpy(zero_copy_only=False)
    days_only: Ints = np.add.reduceat(whole.astype(np.int64), starts)
    arrays = {"case": case.take(pa.array(starts)).cast(pa.string()), "began": at[starts], "whole": days_only,
              "tied": _tied(at, of, starts, days_only, wall)}  # fmt: skip
    said = {
        name: _column(table, name, schema, at) for name in {one for names in plan.columns.values() for one in names}
    }
    act = _plain(table.column("act"))
    number = {name: n for n, name in enumerate(act.dictionary.to_pylist())}
    acts = act.indices.to_numpy(zero_copy_only=False)
    for name in plan.acts:
        rows = np.flatnonzero(acts == number.get(name, -1))
        arrays |= _act(
            name,
            rows,
            of[rows],
            at,
            whole,
            len(starts),
            [(column, said[column]) for column in sorted(plan.columns[name])],
        )
    return pa.table({name: arrays[name] for name in facts_schema(plan, schema).names})


def _plain(column: Any) -> Any:
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    return array.chunk(0) if isinstance(array, pa.ChunkedArray) else array


def _tied(at: Ints, of: Ints, starts: Ints, days_only: Ints, wall: Wall) -> Ints:
    """Return how many acts of each case share their instant; their day, where only days are known of some."""
    place = at
    if days_only.any():
        place = np.where(days_only[of] > 0, wall.day(at), at)
    same = (place[1:] == place[:-1]) & (of[1:] == of[:-1])
    tied = np.concatenate([[False], same]) | np.concatenate([same, [False]])
    found: Ints = np.add.reduceat(tied.astype(np.int64), starts)
    return found


def _column(table: Any, name: str, schema: Any, at: Ints) -> tuple[Ints, Flags | None, Any]:
    """Return a column as numbers, where it says something (None: everywhere), and the texts that the numbers stand for."""
    array = _plain(table.column(name))
    if name == "entered":
        array = array.cast(pa.int64())
        return np.where(_there(array), pc.fill_null(array, 0).to_numpy(zero_copy_only=False), at), None, None
    kind = kind_of(schema, name)
    there = _there(array) if array.null_count else None
    if kind == NUMBER:
        return pc.fill_null(array.cast(pa.int64()), 0).to_numpy(zero_copy_only=False), there, None
    if kind == LIST:
        joined = pc.binary_join(array, MARK)
        size = pc.list_value_length(array).cast(pa.string())
        coded = pc.if_else(
            pc.equal(pc.list_value_length(array), 0), size, pc.binary_join_element_wise(size, joined, MARK)
        )
        array = pc.dictionary_encode(pc.if_else(pc.and_(array.is_valid(), coded.is_null()), UNREADABLE, coded))
    texts = array.dictionary.cast(pa.string())
    order = pc.sort_indices(texts)
    rank = np.empty(len(texts), dtype=np.int64)
    rank[order.to_numpy()] = np.arange(len(texts))
    which = pc.fill_null(array.indices, 0).to_numpy(zero_copy_only=False)
    return (rank[which] if len(rank) else which.astype(np.int64)), there, texts.take(order)


def _there(array: Any) -> Flags:
    found: Flags = array.is_valid().to_numpy(zero_copy_only=False)
    return found


def _act(
    act: str,
    rows: Ints,
    of: Ints,
    at: Ints,
    whole: Flags,
    cases: int,
    said: list[tuple[str, tuple[Ints, Flags | None, Any]]],
) -> dict[str, Any]:
    """Return the facts of one act.  rows: where it stands; of: in which case each of them is."""
    new = np.concatenate([[True], of[1:] != of[:-1]]) if len(of) else np.zeros(0, dtype=np.bool_)
    begin = np.flatnonzero(new)
    here = of[begin]
    lone = len(begin) == len(of)  # no case has it twice: nothing to reduce
    end = np.append(begin[1:], len(of)) - 1 if len(of) else begin
    times = at[rows]

    def spread(values: Ints) -> Ints:
        made = np.zeros(cases, dtype=np.int64)
        made[here] = values
        return made

    def summed(flags: Flags) -> Ints:
        many = flags.astype(np.int64)
        return spread(many if lone else np.add.reduceat(many, begin))

    number = spread(np.diff(np.append(begin, len(of)))) if len(of) else np.zeros(cases, dtype=np.int64)
    gone = number == 0
    made = {f"n:{act}": number, f"first:{act}": pa.array(spread(times[begin]), mask=gone),
            f"last:{act}": pa.array(spread(times[end]), mask=gone), f"w:{act}": summed(whole[rows])}  # fmt: skip
    for name, (values, there, texts) in said:
        mine = values[rows]
        has = np.ones(len(rows), dtype=np.bool_) if there is None else there[rows]
        counted = number if there is None else summed(has)
        if lone or not len(of):
            low = high = spread(mine)
        else:
            top = np.iinfo(np.int64)
            low = spread(np.minimum.reduceat(np.where(has, mine, top.max), begin))
            high = spread(np.maximum.reduceat(np.where(has, mine, top.min), begin))
        made[f"c:{act}:{name}"] = counted
        silent = counted == 0
        for bound, ends in (("lo", low), ("hi", high)):
            made[f"{bound}:{act}:{name}"] = pa.array(ends, mask=silent) if texts is None else pa.DictionaryArray.from_arrays(
                pa.array(np.where(silent, 0, ends), type=pa.int32(), mask=silent), texts)  # fmt: skip
    return made
