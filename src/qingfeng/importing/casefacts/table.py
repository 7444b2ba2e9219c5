"""The facts of cases as a table, one row a case: what every engine makes and what is kept.

case, began (first instant), tied, whole; of every act n:ACT, first:ACT, last:ACT, w:ACT; of every column asked of it c: (how many
rows say it), lo: and hi:ACT:COLUMN.  Instants are microseconds, UTC; texts stand as they are; a list is its length and its elements,
each after a unit separator, so that an element that holds one does not pass for two.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from qingfeng.detection.casefacts.facts import Facts, Wall, bounded
from qingfeng.detection.casefacts.plan import Plan
from qingfeng.detection.casefacts.values import BIG, MISSING, PERHAPS, THERE, Ints, Kind, Pool, Val
from qingfeng.importing.logs.canonical import is_table

MARK = "\x1f"
UNREADABLE = "?"
TEXT, NUMBER, LIST, TABLE = "text", "number", "list", "table"


def kind_of(schema: Any, column: str) -> str:
    """Return how a column of the canonical log stands in the facts."""
    if column == "entered":
        return NUMBER
    type_ = schema.field(column).type
    if pa.types.is_list(type_):
        return LIST
    if is_table(schema.field(column)):
        return TABLE
    return NUMBER if pa.types.is_integer(type_) or pa.types.is_boolean(type_) else TEXT


def facts_schema(plan: Plan, schema: Any) -> Any:
    """Return the columns of the table.  schema: of the canonical log."""
    named = [("case", pa.string()), ("began", pa.int64()), ("tied", pa.int64()), ("whole", pa.int64())]
    for act in plan.acts:
        named += [
            (f"n:{act}", pa.int64()),
            (f"first:{act}", pa.int64()),
            (f"last:{act}", pa.int64()),
            (f"w:{act}", pa.int64()),
        ]
        for column in sorted(plan.columns[act]):
            type_ = pa.int64() if kind_of(schema, column) == NUMBER else pa.string()
            named += [(f"c:{act}:{column}", pa.int64()), (f"lo:{act}:{column}", type_), (f"hi:{act}:{column}", type_)]
    return pa.schema(named)


def written(many: list[str]) -> str:
    """Return a list as a text."""
    return MARK.join([str(len(many)), *many])


def read(text: str) -> list[str] | None:
    """Return the list that stands as a text; None where that is not certain."""
    size, *many = text.split(MARK)
    return many if size.isdigit() and int(size) == len(many) else None


def facts_of(table: Any, plan: Plan, schema: Any, wall: Wall, power: str) -> Facts:
    """Return the facts of a batch of cases.  table: columns as `facts_schema` names them, maybe more; texts may be coded."""
    kinds = {(act, column): kind_of(schema, column) for act in plan.acts for column in plan.columns[act]}
    texts = _texts(
        [
            table.column(f"{end}:{act}:{column}")
            for (act, column), kind in kinds.items()
            if kind == TEXT
            for end in ("lo", "hi")
        ]
    )
    pool = Pool(texts.to_pylist())
    count = {act: _numbers(table, f"n:{act}") for act in plan.acts}
    tables = _Tables().__getitem__
    said: dict[tuple[str, str], Val] = {}
    for (act, column), kind in kinds.items():
        there = _numbers(table, f"c:{act}:{column}")
        if not there.any():
            continue  # no act of the batch says it
        null = np.where(there == 0, MISSING, np.where(there == count[act], THERE, PERHAPS)).astype(np.int8)
        ends = [table.column(f"{end}:{act}:{column}") for end in ("lo", "hi")]
        if kind == NUMBER:
            truth = column != "entered" and pa.types.is_boolean(schema.field(column).type)
            lo, hi = bounded(*(_filled(end) for end in ends))
            said[act, column] = Val(Kind.TRUTH if truth else Kind.NUMBER, lo, hi, null)
        elif kind == TEXT:
            lo, hi = (_numbered(end, texts) for end in ends)
            said[act, column] = Val(Kind.THING, lo, hi, null)
        else:
            said[act, column] = _made(ends[0], ends[1], null, pool, read if kind == LIST else tables)
    return Facts(
        cases=table.column("case"), count=count, pool=pool, wall=wall, power=power, said=said,
        first={act: _numbers(table, f"first:{act}") for act in plan.acts}, last={act: _numbers(table, f"last:{act}") for act in plan.acts},
        tied=_numbers(table, "tied"), began=_numbers(table, "began"),
        whole={"": _numbers(table, "whole"), **{act: _numbers(table, f"w:{act}") for act in plan.acts}},
    )  # fmt: skip


def _one(column: Any) -> Any:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _filled(column: Any) -> Ints:
    array = _one(column)
    if array.null_count:
        array = pc.fill_null(array, 0)
    made: Ints = array.to_numpy(zero_copy_only=False).astype(np.int64, copy=False)
    return made


def _numbers(table: Any, name: str) -> Ints:
    return _filled(table.column(name))


def _coded(column: Any) -> Any:
    """Return a text column as one coded array."""
    array = _one(column)
    if isinstance(array, pa.ChunkedArray):
        array = array.unify_dictionaries().combine_chunks()
    return array if pa.types.is_dictionary(array.type) else pc.dictionary_encode(array)


def _texts(columns: list[Any]) -> Any:
    """Return the texts of some columns, each once, in order of their bytes."""
    if not columns:
        return pa.array([], pa.string())
    found = pc.unique(pa.concat_arrays([_coded(one).dictionary.cast(pa.string()) for one in columns]))
    return found.take(pc.sort_indices(found)).drop_null()


def _numbered(column: Any, texts: Any) -> Ints:
    array = _coded(column)
    places = pc.fill_null(pc.index_in(array.dictionary.cast(pa.string()), value_set=texts), 0).to_numpy(
        zero_copy_only=False
    )
    which = pc.fill_null(array.indices, 0).to_numpy(zero_copy_only=False)
    made: Ints = places.astype(np.int64)[which] if len(places) else np.zeros(len(which), dtype=np.int64)
    return made


class _Tables(dict[str, Any]):
    """Every table by its text, read once: equal ones are the same thing."""

    def __missing__(self, text: str) -> Any:
        found = self[text] = json.loads(text)
        return found


def _made(lo: Any, hi: Any, null: Any, pool: Pool, read_as: Callable[[str], Any]) -> Val:
    low, high = _coded(lo), _coded(hi)
    n = len(low)
    texts = pc.unique(pa.concat_arrays([low.dictionary.cast(pa.string()), high.dictionary.cast(pa.string())]))
    lists: list[Any] = [None if text is None else read_as(text) for text in texts.to_pylist()]
    numbers = np.array([-1 if many is None else pool.number(many) for many in lists], dtype=np.int64)
    ends = []
    for array in (low, high):
        places = pc.fill_null(pc.index_in(array.dictionary.cast(pa.string()), value_set=texts), 0).to_numpy(
            zero_copy_only=False
        )
        which = pc.fill_null(array.indices, 0).to_numpy(zero_copy_only=False)
        ends.append(numbers[places[which]] if len(numbers) else np.zeros(n, dtype=np.int64))
    known = (ends[0] == ends[1]) & (ends[0] >= 0)
    return Val(Kind.THING, np.where(known, ends[0], -BIG), np.where(known, ends[1], BIG), null)


def case_names(facts: Facts, which: Sequence[int]) -> list[str]:
    """Return the names of some cases of a batch."""
    names: Any = facts.cases
    found: list[str] = names.take(pa.array(which, pa.int64())).to_pylist()
    return found


Columns = Mapping[str, frozenset[str]]
