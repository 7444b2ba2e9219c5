"""Logs written for others: a flat Parquet table, XES (IEEE 1849), and the choice of the form by the name of the file.  OCEL: ocelout.py."""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq
from lxml import etree

from qingfeng.importing.failure import ImportFailed

from .mapping import Kind, read_mapping
from .ocelout import write_ocel_json, write_ocel_sqlite, write_ocel_xml
from .outgoing import COLUMNS, ENTERED, OWN, SEQ, VERSION, Going, Leaving, mapping_text, written
from .source import failed, source_of
from .stage import MEMORY, import_log

BATCH = 20_000
MAPPING = "mapping.yaml"
FORMS: Mapping[str, str] = {
    ".parquet": "parquet", ".xes": "xes", ".xes.gz": "xes", ".jsonocel": "ocel_json", ".json": "ocel_json", ".xmlocel": "ocel_xml",
    ".xml": "ocel_xml", ".sqlite": "ocel_sqlite",
}  # fmt: skip
EXTENSIONS = (("Concept", "concept"), ("Time", "time"), ("Organizational", "org"))
_TIME = pa.timestamp("us", tz="+08:00")
_ARROW: Mapping[Kind, Any] = {Kind.NUMBER: pa.int64(), Kind.FEN: pa.int64(), Kind.LINES: pa.list_(pa.string())}


def form_of(path: Path) -> str:
    """Return the form that a file's name asks for.  Raises ImportFailed."""
    name = path.name.lower()
    found = next(
        (form for ending, form in sorted(FORMS.items(), key=lambda one: -len(one[0])) if name.endswith(ending)), None
    )
    if found is None:
        raise failed(f"不知道“{path.name[:60]}”是什么格式；名称须以{'、'.join(FORMS)}结尾，或者是一个文件夹（规范日志）。",
                     f"{path.name[:60]!r} names no form; it ends with {', '.join(FORMS)}, or is a folder (the canonical log).")  # fmt: skip
    return found


def mapped_as(form: str) -> str:
    """Return under which of `outgoing.COLUMNS` our readers find a form."""
    return "ocel" if form in ("ocel_json", "ocel_xml") else form


def write_log(path: Path, form: str, what: Leaving, cases: Iterable[list[Going]]) -> int:
    """Write cases to a new file; return how many acts.  What breaks off leaves no file.  Raises ImportFailed, OSError."""
    beside = path.with_name(f".{path.name}.new")
    try:
        done = {"parquet": write_parquet, "xes": write_xes, "ocel_json": write_ocel_json, "ocel_xml": write_ocel_xml,
                "ocel_sqlite": write_ocel_sqlite}[form](beside, what, cases)  # fmt: skip
        beside.replace(path)
    except ValueError as error:
        if isinstance(error, ImportFailed):
            raise
        raise failed(f"有文字不能写进这种格式（{str(error)[:100]}）；请改用 .parquet。",
                     f"Some text cannot stand in this form ({str(error)[:100]}); use .parquet.") from error  # fmt: skip
    finally:
        beside.unlink(missing_ok=True)
    return done


def write_canonical(
    folder: Path, what: Leaving, cases: Iterable[list[Going]], *, memory: str = MEMORY
) -> dict[str, Any]:
    """Write a canonical log with its mapping to a new folder, by the same door as any other log; return its manifest.

    Raises ImportFailed, OSError; a folder that was begun is taken up again.
    """
    text = mapping_text(what, "parquet")
    folder.mkdir(parents=True, exist_ok=True)
    flat = folder / ".leaving.parquet"
    try:
        write_parquet(flat, what, cases)
        (folder / MAPPING).write_text(text, encoding="utf-8")
        return import_log(source_of(str(flat)), read_mapping(text, name=MAPPING), folder, memory=memory)
    finally:
        flat.unlink(missing_ok=True)


def write_parquet(path: Path, what: Leaving, cases: Iterable[list[Going]]) -> int:
    """Write a flat table: one row an act, columns by `COLUMNS`, fields by their names."""
    own = COLUMNS["parquet"]
    fields = [(name, _ARROW.get(kind, pa.string())) for name, kind in what.kinds.items()]
    schema = pa.schema([(own["case"], pa.string()), (own["activity"], pa.string()), (own["at"], _TIME), (ENTERED, _TIME),
                        (own["actor"], pa.string()), (own["post"], pa.string()), (own["id"], pa.string()), (SEQ, pa.int64()),
                        (VERSION, pa.string()), *fields, *((name, pa.string()) for name in what.beside)])  # fmt: skip
    done = 0
    with pq.ParquetWriter(path, schema, compression="zstd") as file:
        held: list[dict[str, Any]] = []
        for case in cases:
            held += [{own["case"]: one.case, own["activity"]: one.act, own["at"]: one.at, ENTERED: one.entered, own["actor"]: one.actor,
                      own["post"]: one.post, own["id"]: one.id, SEQ: one.seq, VERSION: one.version, **one.said, **one.beside}
                     for one in case]  # fmt: skip
            done += len(case)
            if len(held) >= BATCH:
                file.write_table(pa.Table.from_pylist(held, schema=schema))
                held = []
        file.write_table(pa.Table.from_pylist(held, schema=schema))
    return done


def write_xes(path: Path, what: Leaving, cases: Iterable[list[Going]]) -> int:
    """Write XES 1.0, packed if the name says so: a trace a case, its acts in order of entry."""
    done = 0
    with _opened(path) as file, etree.xmlfile(file, encoding="utf-8") as out:
        out.write_declaration()
        with out.element("log", {"xes.version": "1.0", "xes.features": "", "xmlns": "http://www.xes-standard.org/"}):
            for name, prefix in EXTENSIONS:
                out.write(
                    etree.Element(
                        "extension", name=name, prefix=prefix, uri=f"http://www.xes-standard.org/{prefix}.xesext"
                    )
                )
            out.write(_one("string", "concept:name", what.power))
            for case in cases:
                trace = etree.Element("trace")
                trace.append(_one("string", "concept:name", case[0].case))
                for one in case:
                    event = etree.SubElement(trace, "event")
                    event.extend(_one(*said) for said in _attributes(one, what.kinds))
                out.write(trace, pretty_print=True)
                done += len(case)
    return done


def _attributes(one: Going, kinds: Mapping[str, Kind]) -> Iterator[tuple[str, str, str]]:
    yield "string", "concept:name", one.act
    yield "date", "time:timestamp", one.at.isoformat(timespec="microseconds")
    yield "date", ENTERED, one.entered.isoformat(timespec="microseconds")
    if one.actor is not None:
        yield "string", "org:resource", one.actor
    if one.post is not None:
        yield "string", "org:role", one.post
    yield "string", OWN + "id", one.id
    yield "int", SEQ, str(one.seq)
    yield "string", VERSION, one.version
    for name, value in one.said.items():
        yield "int" if kinds[name] in (Kind.NUMBER, Kind.FEN) else "string", name, written(value)
    for name, text in one.beside.items():
        yield "string", name, text


def _one(kind: str, key: str, value: str) -> Any:
    return etree.Element(kind, key=key, value=value)


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    with path.open("wb") as file:
        if path.name.removesuffix(".new").endswith(".gz"):
            with gzip.GzipFile(fileobj=file, mode="wb", filename="", mtime=0) as packed:
                yield packed  # type: ignore[misc]
        else:
            yield file
