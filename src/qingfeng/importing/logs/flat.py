"""Logs that are tables: CSV in any encoding and Parquet."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import TextIOWrapper
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from .source import Row, Source, Unread, failed, unpacked

MAX_CELL = 1_000_000
"""Characters of a cell: a quote that is never closed would swallow the rest of the file."""
DELIMITERS = ",;\t|"
BATCH = 10_000


def csv_rows(source: Source) -> Iterator[Row | Unread]:
    """Read a CSV.  UTF-8 if all of it is, else UTF-16 by its mark, else GB18030 (which holds GBK).  Raises ImportFailed."""
    csv.field_size_limit(MAX_CELL)
    with unpacked(source) as file:
        head = file.read(2)
    encoding = "utf-16" if head in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig" if source.utf8 else "gb18030"
    with unpacked(source) as file:
        text = TextIOWrapper(file, encoding=encoding, errors="strict", newline="")
        try:
            first = text.readline(MAX_CELL)
            delimiter = max(DELIMITERS, key=first.count)
            heads = [one.strip() for one in next(csv.reader([first], delimiter=delimiter), [])]
            if len(set(heads)) != len(heads) or not all(heads):
                raise failed("CSV第一行须是互不相同、不为空的列名。", "The first line of a CSV names its columns, each once and none empty.")
            for cells in csv.reader(text, delimiter=delimiter):
                if not cells:
                    continue
                if len(cells) != len(heads):
                    yield Unread("cells", delimiter.join(cells)[:200])
                    continue
                yield dict(zip(heads, cells, strict=True))
        except UnicodeDecodeError as error:
            raise failed(f"文字编码前后不一（第{error.start}字节处不是{encoding}）；请统一存为UTF-8后再导入。",
                         f"Its encoding changes on the way (not {encoding} at byte {error.start}); use UTF-8.") from error  # fmt: skip
        except csv.Error as error:
            raise failed(f"CSV读不下去（{error}）：多半是引号没有成对；请修正后再导入。",
                         f"The CSV cannot be read on ({error}): mostly a quote without its pair; mend it.") from error  # fmt: skip


def parquet_rows(source: Source) -> Iterator[Row | Unread]:
    """Read a Parquet file row group by row group.  Raises ImportFailed."""
    try:
        with pq.ParquetFile(source.where) as file:
            names = file.schema_arrow.names
            if len(set(names)) != len(names):
                raise failed("有同名的列；请改为互不相同。", "Two columns bear one name; give each its own.")
            for batch in file.iter_batches(batch_size=BATCH):
                yield from _plain(batch)
    except pa.ArrowException as error:
        raise failed(f"Parquet文件已损坏（{str(error)[:100]}）；请重新导出。",
                     f"The Parquet file is damaged ({str(error)[:100]}); export it again.") from error  # fmt: skip


def _plain(batch: Any) -> Iterator[Row | Unread]:
    """Return a batch's rows; one with a value that no Python value stands for (an instant beyond all years, nanoseconds) by itself."""
    try:
        yield from batch.to_pylist()
    except (OverflowError, ValueError):
        for n in range(batch.num_rows):
            try:
                yield from batch.slice(n, 1).to_pylist()
            except (OverflowError, ValueError) as error:
                yield Unread("time", str(error)[:200])
