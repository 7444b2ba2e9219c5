"""One small log, made up, as every system might hand it over; what the canonical log must then hold."""

from __future__ import annotations

import csv
import gzip
import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from qingfeng.importing.logs.canonical import LOG, QUARANTINE
from qingfeng.importing.logs.mapping import read_mapping
from qingfeng.importing.logs.source import source_of
from qingfeng.importing.logs.stage import import_log

Event = Mapping[str, Any]
EVENTS: Sequence[Event] = (
    {
        "案号": "A-2",
        "环节": "立案",
        "时间": "2026-03-03T09:00:00+08:00",
        "人员": "王五",
        "金额": "1000.50",
        "编号": "e1",
    },
    {
        "案号": "A-1",
        "环节": "处罚",
        "时间": "2026-03-20T16:30:00+08:00",
        "人员": "赵六",
        "金额": "20000.00",
        "编号": "e2",
    },
    {"案号": "A-1", "环节": "立案", "时间": "2026-03-02T08:30:15+08:00", "人员": "王五", "金额": None, "编号": "e3"},
    {"案号": "A-1", "环节": "喝茶", "时间": "2026-03-04T10:00:00+08:00", "人员": "王五", "金额": None, "编号": "e4"},
    {"案号": "A-2", "环节": "处罚", "时间": "2026-03-03T01:00:00+00:00", "人员": None, "金额": "300", "编号": "e5"},
)
COLUMNS = ("案号", "环节", "时间", "人员", "金额", "编号")
ACTS = {"立案": "approve_case_opening", "处罚": "decide_penalty", "喝茶": None}
MAPPING = """
power: a000/penalty
columns: {case: 案号, activity: 环节, at: 时间, actor: 人员, id: 编号}
activities: {立案: approve_case_opening, 处罚: decide_penalty, 喝茶: null}
fields: {amount: {from: 金额, kind: yuan}}
"""
XES_MAPPING = MAPPING.replace("案号", "case:案号")
OCEL_MAPPING = (
    MAPPING.replace("案号", "object:案号")
    .replace("环节", "ocel:type")
    .replace("时间", "ocel:time")
    .replace("编号", "ocel:id")
)
ORDERED = ("e3", "e2", "e1", "e5")
"""The ids in the order of the canonical log: of e1 and e5, both at one instant, the act's name decides."""


def as_csv(path: Path, events: Sequence[Event] = EVENTS, *, encoding: str = "utf-8", delimiter: str = ",") -> None:
    """Write a CSV."""
    with path.open("w", encoding=encoding, newline="") as file:
        out = csv.DictWriter(file, COLUMNS, delimiter=delimiter)
        out.writeheader()
        out.writerows(events)


def xes_of(events: Sequence[Event] = EVENTS) -> str:
    """Return an XES log with a trace a case."""
    traces: dict[str, list[Event]] = {}
    for one in events:
        traces.setdefault(one["案号"], []).append(one)
    made = ['<?xml version="1.0" encoding="UTF-8"?><log xes.version="2.0" xmlns="http://www.xes-standard.org/">'
            '<extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>'
            '<global scope="event"><string key="环节" value="?"/></global>']  # fmt: skip
    for case, rows in traces.items():
        made.append(f'<trace><string key="案号" value={quoteattr(case)}/>')
        for row in rows:
            said = "".join(f'<{"date" if key == "时间" else "string"} key="{key}" value={quoteattr(value)}/>'
                           for key, value in row.items() if key != "案号" and value is not None)  # fmt: skip
            made.append(f"<event>{said}</event>")
        made.append("</trace>")
    return "".join(made) + "</log>"


def ocel_of(events: Sequence[Event] = EVENTS) -> dict[str, Any]:
    """Return an OCEL 2.0 log: cases are objects."""
    kinds = sorted({one["环节"] for one in events})
    attributes = [{"name": name, "type": "string"} for name in ("人员", "金额")]
    return {
        "objectTypes": [{"name": "案号", "attributes": []}],
        "eventTypes": [{"name": kind, "attributes": attributes} for kind in kinds],
        "objects": [{"id": case, "type": "案号"} for case in dict.fromkeys(one["案号"] for one in events)],
        "events": [{"id": one["编号"], "type": one["环节"], "time": one["时间"],
                    "attributes": [{"name": name, "value": one[name]} for name in ("人员", "金额") if one[name] is not None],
                    "relationships": [{"objectId": one["案号"], "qualifier": "of"}]} for one in events],
    }  # fmt: skip


def ocel_xml_of(events: Sequence[Event] = EVENTS) -> str:
    """Return the same in XML."""
    log = ocel_of(events)
    made = ['<?xml version="1.0" encoding="UTF-8"?><log><object-types><object-type name="案号"><attributes/></object-type></object-types>',
            "<event-types/><objects>"]  # fmt: skip
    made += [
        f'<object id={quoteattr(one["id"])} type="案号"><attributes/><objects/></object>' for one in log["objects"]
    ]
    made.append("</objects><events>")
    for one in log["events"]:
        said = "".join(f'<attribute name="{a["name"]}">{a["value"]}</attribute>' for a in one["attributes"])
        related = "".join(
            f'<relationship object-id={quoteattr(r["objectId"])} qualifier="of"/>' for r in one["relationships"]
        )
        made.append(f'<event id="{one["id"]}" type="{one["type"]}" time="{one["time"]}"><attributes>{said}</attributes>'
                    f"<objects>{related}</objects></event>")  # fmt: skip
    return "".join(made) + "</events></log>"


def as_ocel_sqlite(path: Path, events: Sequence[Event] = EVENTS) -> None:
    """Write the same in SQLite (OCEL 2.0 relational schema)."""
    with closing(sqlite3.connect(path)) as db, db:
        db.executescript(
            "CREATE TABLE event (ocel_id TEXT, ocel_type TEXT); CREATE TABLE object (ocel_id TEXT, ocel_type TEXT);"
            "CREATE TABLE event_map_type (ocel_type TEXT, ocel_type_map TEXT);"
            "CREATE TABLE object_map_type (ocel_type TEXT, ocel_type_map TEXT);"
            "CREATE TABLE event_object (ocel_event_id TEXT, ocel_object_id TEXT, ocel_qualifier TEXT);"
            "CREATE TABLE object_object (ocel_source_id TEXT, ocel_target_id TEXT, ocel_qualifier TEXT);"
        )
        for n, kind in enumerate(sorted({one["环节"] for one in events})):
            db.execute("INSERT INTO event_map_type VALUES (?, ?)", (kind, f"K{n}"))
            db.execute(f'CREATE TABLE "event_K{n}" (ocel_id TEXT, ocel_time TEXT, 人员 TEXT, 金额 TEXT)')
            for one in events:
                if one["环节"] == kind:
                    db.execute(
                        f'INSERT INTO "event_K{n}" VALUES (?, ?, ?, ?)',
                        (one["编号"], one["时间"], one["人员"], one["金额"]),
                    )
        for one in events:
            db.execute("INSERT INTO event VALUES (?, ?)", (one["编号"], one["环节"]))
            db.execute("INSERT INTO event_object VALUES (?, ?, 'of')", (one["编号"], one["案号"]))
        db.executemany("INSERT INTO object VALUES (?, '案号')", [(case,) for case in {one["案号"] for one in events}])


def as_sqlite(path: Path, events: Sequence[Event] = EVENTS) -> None:
    """Write a SQLite file of one table."""
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(f"CREATE TABLE 办件 ({', '.join(COLUMNS)})")
        db.executemany(
            f"INSERT INTO 办件 VALUES ({', '.join('?' * len(COLUMNS))})", [[one[c] for c in COLUMNS] for one in events]
        )


def as_xlsx(path: Path, events: Sequence[Event] = EVENTS) -> None:
    """Write a workbook whose times are cells with a date format (Excel knows no zones: they are local)."""
    with xlsxwriter.Workbook(path) as book:
        sheet, when = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        sheet.write_row(0, 0, COLUMNS)
        for n, one in enumerate(events, 1):
            for column, name in enumerate(COLUMNS):
                value = one[name]
                if name == "时间":
                    local = datetime.fromisoformat(value).astimezone(datetime.fromisoformat(EVENTS[0]["时间"]).tzinfo)
                    sheet.write_datetime(n, column, local.replace(tzinfo=None), when)
                elif name == "金额" and value is not None:
                    sheet.write_number(n, column, float(value))
                elif value is not None:
                    sheet.write_string(n, column, value)


def as_parquet(path: Path, events: Sequence[Event] = EVENTS) -> None:
    """Write Parquet with true instants."""
    rows = [{**one, "时间": datetime.fromisoformat(one["时间"])} for one in events]
    kinds = [pa.field(c, pa.timestamp("us", tz="Asia/Shanghai") if c == "时间" else pa.string()) for c in COLUMNS]
    pq.write_table(pa.Table.from_pylist(rows, schema=pa.schema(kinds)), path)


def _text(of: Callable[[], str], packed: bool = False) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        content = of().encode()
        path.write_bytes(gzip.compress(content) if packed else content)

    return write


def _ocel() -> str:
    return json.dumps(ocel_of(), ensure_ascii=False)


FORMS: Mapping[str, tuple[Callable[[Path], None], str]] = {
    "log.csv": (as_csv, MAPPING),
    "gbk.csv": (lambda path: as_csv(path, encoding="gb18030"), MAPPING),
    "utf16.csv": (lambda path: as_csv(path, encoding="utf-16", delimiter="\t"), MAPPING),
    "excel.csv": (lambda path: as_csv(path, encoding="utf-8-sig", delimiter=";"), MAPPING),
    "log.xes": (_text(xes_of), XES_MAPPING),
    "log.xes.gz": (_text(xes_of, packed=True), XES_MAPPING),
    "log.jsonocel": (_text(_ocel), OCEL_MAPPING),
    "log.jsonocel.gz": (_text(_ocel, packed=True), OCEL_MAPPING),
    "log.xmlocel": (_text(ocel_xml_of), OCEL_MAPPING),
    "ocel.sqlite": (as_ocel_sqlite, OCEL_MAPPING),
    "log.sqlite": (as_sqlite, MAPPING),
    "log.parquet": (as_parquet, MAPPING),
    "log.xlsx": (as_xlsx, MAPPING + "zone: Asia/Shanghai\n"),
}


def imported(folder: Path, name: str, mapping: str = MAPPING, **options: Any) -> dict[str, Any]:
    """Import a file that lies in a folder into `out` beside it; return the manifest."""
    return import_log(source_of(str(folder / name), query=options.pop("query", None)), read_mapping(mapping, name="mapping"),
                      folder / options.pop("out", "out"), **options)  # fmt: skip


def rows(folder: Path) -> list[dict[str, Any]]:
    """Return the rows of an imported log."""
    found: list[dict[str, Any]] = pq.read_table(folder / LOG).to_pylist()
    return found


def put_aside(folder: Path) -> list[tuple[int, str]]:
    """Return the quarantine of an imported log: numbers of rows with their reasons."""
    lines = (folder / QUARANTINE).read_text(encoding="utf-8").splitlines()
    return [(one["row"], one["reason"]) for one in map(json.loads, lines)]
