"""Whole cases out of the canonical file, by name: only the row groups that hold one of them are read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import tzinfo

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from qingfeng.importing.logs.canonical import PREFIX, READ, Canonical, Read, cases_of


class Fetch:
    """Reads cases in the order of the file; a call that names cases before those of the last one begins at the front again."""

    def __init__(self, log: Canonical, zone: tzinfo, *, power: str) -> None:
        """Raises OSError."""
        self.log, self.zone, self.power = log, zone, power
        self._file = pq.ParquetFile(log.path)
        self._column = self._file.schema_arrow.names.index("case")
        self._group = 0
        self._last = ""

    def cases(self, names: Sequence[str]) -> Iterator[list[Read]]:
        """Return these cases, whole.  names: in order of their bytes.  Raises OSError."""
        fields = self.log.fields()
        columns = [*READ, *(PREFIX + name for name in fields)]
        left = list(reversed(names))
        if left and left[-1] <= self._last:
            self._group = 0
        self._last = left[0] if left else self._last
        while left and self._group < self._file.num_row_groups:
            said = self._file.metadata.row_group(self._group).column(self._column).statistics
            if said is not None and said.has_min_max and said.max < left[-1]:
                self._group += 1
                continue
            table = self._file.read_row_group(self._group, columns=columns)
            here = table.filter(pc.is_in(table.column("case"), value_set=pa.array(left, pa.string())))
            yield from cases_of(here, fields, self.zone, self.power)
            last = table.column("case")[table.num_rows - 1].as_py()
            while left and left[-1] <= last:
                left.pop()
            if left:
                self._group += 1
        assert not left, "the log holds every case of its facts"

    def close(self) -> None:
        """Close the file."""
        self._file.close()
