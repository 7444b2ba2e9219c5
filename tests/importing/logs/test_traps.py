"""Traps of other systems' logs: each is counted and named, none changes a result in silence."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from qingfeng.importing.failure import ImportFailed
from qingfeng.importing.logs.canonical import LOG, QUARANTINE

from .made_kit import (
    EVENTS,
    FORMS,
    MAPPING,
    OCEL_MAPPING,
    XES_MAPPING,
    as_csv,
    imported,
    ocel_of,
    put_aside,
    rows,
    xes_of,
)

START = "approve_case_opening"


def lines(
    path: Path, *said: Sequence[object], heads: Sequence[str] = ("案号", "环节", "时间", "人员", "金额", "编号")
) -> None:
    """Write a CSV of these rows."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([heads, *said])


def one(at: str, **more: str) -> tuple[str, ...]:
    """Return a row at a time."""
    return (
        more.get("case", "A-1"),
        more.get("act", "立案"),
        at,
        more.get("actor", "王五"),
        more.get("amount", ""),
        more.get("id", ""),
    )


def without_row(folder: Path) -> list[dict[str, Any]]:
    """Return the rows without their place in the foreign log."""
    return [{key: value for key, value in one.items() if key != "row"} for one in rows(folder)]


@pytest.mark.parametrize("seed", range(5))
def test_shuffled_rows_are_the_same_log(seed: int, tmp_path: Path) -> None:
    days = [one(f"2026-03-{1 + n % 28:02d} {8 + n % 9:02d}:00", case=f"A-{n % 17}", id=f"e{n}") for n in range(300)]
    lines(tmp_path / "a.csv", *days)
    Random(seed).shuffle(days)
    lines(tmp_path / "b.csv", *days)
    zone = MAPPING + "zone: Asia/Shanghai\n"
    for name in "ab":
        imported(tmp_path, f"{name}.csv", zone, out=name)
    assert without_row(tmp_path / "a") == without_row(tmp_path / "b")
    assert len(rows(tmp_path / "a")) == 300


def test_rows_of_one_instant_keep_their_order_where_it_means_something(tmp_path: Path) -> None:
    lines(
        tmp_path / "log.csv",
        one("2026-03-02", act="立案"),
        one("2026-03-02", act="处罚"),
        one("2026-03-02", act="立案"),
    )
    zone = MAPPING + "zone: Asia/Shanghai\n"
    imported(tmp_path, "log.csv", zone + "row_order: meaningful\n", out="told")
    imported(tmp_path, "log.csv", zone, out="untold")
    assert [r["act"] for r in rows(tmp_path / "told")] == [START, "decide_penalty", START]
    assert [r["act"] for r in rows(tmp_path / "untold")] == [START, START, "decide_penalty"]


def test_mixed_zones_are_one_clock(tmp_path: Path) -> None:
    lines(
        tmp_path / "log.csv",
        one("2026-03-02T09:00:00+08:00", id="a"),
        one("2026-03-02T00:30:00Z", id="b"),
        one("2026-03-01T19:00:00-0530", id="c"),
    )
    imported(tmp_path, "log.csv")
    assert [(r["id"], r["at"], r["offset"]) for r in rows(tmp_path / "out")] == [
        ("b", datetime(2026, 3, 2, 0, 30, tzinfo=UTC), 0), ("c", datetime(2026, 3, 2, 0, 30, tzinfo=UTC), -330),
        ("a", datetime(2026, 3, 2, 1, tzinfo=UTC), 480)]  # fmt: skip


def test_a_time_without_zone_needs_one_declared(tmp_path: Path) -> None:
    lines(tmp_path / "log.csv", one("2026-03-02 09:00"))
    with pytest.raises(ImportFailed, match="has no zone") as told:
        imported(tmp_path, "log.csv")
    assert "--zone" in told.value.text.zh
    imported(tmp_path, "log.csv", zone="Asia/Shanghai")
    assert rows(tmp_path / "out")[0]["at"] == datetime(2026, 3, 2, 1, tzinfo=UTC)


def test_the_hour_in_which_clocks_are_changed_is_put_aside(tmp_path: Path) -> None:
    lines(tmp_path / "log.csv", one("2026-03-29 02:30"), one("2026-10-25 02:30"), one("2026-10-25 03:30"))
    assert imported(tmp_path, "log.csv", zone="Europe/Berlin")["quarantined"] == {"time_twice_or_never": 2}


@pytest.mark.parametrize("wrong", ["2026-02-30 09:00", "2026-3-2 25:00", "3/2/2026", "yesterday", "1772413200",
                                   "二〇二六年三月二日", "2026-03-02T09:00:00+99:00",
                                   "9999-12-31T23:59:59Z", "0001-01-01"])  # fmt: skip
def test_a_time_that_is_none_is_put_aside(wrong: str, tmp_path: Path) -> None:
    lines(tmp_path / "log.csv", one(wrong), one("2026-03-02T09:00:00Z"))
    told = imported(tmp_path, "log.csv", zone="Asia/Shanghai")
    assert (told["events"], told["quarantined"]) == (1, {"time": 1})
    assert put_aside(tmp_path / "out") == [(1, "time")]
    assert wrong in (tmp_path / "out" / QUARANTINE).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("written", "whole"),
    [("2026-03-02", True), ("2026/3/2", True), ("2026-03-02 00:00:00", True), ("2026-03-02 00:00:01", False)],
)
def test_midnight_is_a_day_unless_the_log_is_said_to_know_the_hour(written: str, whole: bool, tmp_path: Path) -> None:
    lines(tmp_path / "log.csv", one(written), one("2026-03-03 10:00"))
    zone = MAPPING + "zone: Asia/Shanghai\n"
    told = imported(tmp_path, "log.csv", zone, out="a")
    assert [r["whole_day"] for r in rows(tmp_path / "a")] == [whole, False]
    assert (told["whole_days"], told["midnights"]) == (int(whole), int(":" in written and whole))
    imported(tmp_path, "log.csv", zone + "midnight: instant\n", out="b")
    assert [r["whole_day"] for r in rows(tmp_path / "b")] == [whole and ":" not in written, False]


FLAGS = "fields: {refund_due: {from: 金额, kind: flag}}"


@pytest.mark.parametrize(
    ("written", "read"), [("True", True), ("false", False), ("TRUE", True), ("是", True), ("否", False), ("", None)]
)
def test_a_flag_is_what_is_written(written: str, read: bool | None, tmp_path: Path) -> None:
    lines(tmp_path / "log.csv", one("2026-03-02T09:00:00Z", amount=written))
    imported(tmp_path, "log.csv", MAPPING.replace("fields: {amount: {from: 金额, kind: yuan}}", FLAGS))
    assert [r["f_refund_due"] for r in rows(tmp_path / "out")] == [read]


@pytest.mark.parametrize("written", ["1", "0", "yes", "T", "truee", "真"])
def test_a_flag_that_is_none_is_put_aside(written: str, tmp_path: Path) -> None:
    lines(tmp_path / "log.csv", one("2026-03-02T09:00:00Z", amount=written))
    told = imported(tmp_path, "log.csv", MAPPING.replace("fields: {amount: {from: 金额, kind: yuan}}", FLAGS))
    assert told["quarantined"] == {"refund_due: flag": 1}


@pytest.mark.parametrize("written", ["1e3", "1,000", "12.345", "NaN", "inf", "-", "一千", "0x10", "True"])
def test_an_amount_that_is_none_is_put_aside(written: str, tmp_path: Path) -> None:
    lines(tmp_path / "log.csv", one("2026-03-02T09:00:00Z", amount=written))
    told = imported(tmp_path, "log.csv")
    assert (told["events"], told["quarantined"]) == (0, {"amount: amount": 1})


def test_who_did_nothing_known_is_null_and_counted(tmp_path: Path) -> None:
    lines(
        tmp_path / "log.csv",
        one("2026-03-02T09:00:00Z", actor=" "),
        one("2026-03-02T09:00:00Z", actor=""),
        one("2026-03-02T09:00:00Z"),
    )
    told = imported(tmp_path, "log.csv")
    assert sorted(r["actor"] or "" for r in rows(tmp_path / "out")) == ["", "", "王五"]
    assert told["acts"][START]["null"]["actor"] == pytest.approx(2 / 3, abs=1e-6)


def test_names_that_look_alike_and_names_nobody_mapped_are_listed(tmp_path: Path) -> None:
    lines(
        tmp_path / "log.csv",
        *(one("2026-03-02T09:00:00Z", actor=name) for name in ("zhang ", "Zhang", "张三", "007", "李四")),
    )
    told = imported(tmp_path, "log.csv", MAPPING + "actors: {张三: P1, '007': P1}\n")
    assert told["actors_alike"] == [["Zhang", "zhang "]]
    assert told["actors_not_in_map"] == ["Zhang", "zhang ", "李四"]
    assert sorted(r["actor"] for r in rows(tmp_path / "out")) == ["P1", "P1", "Zhang", "zhang ", "李四"]


def test_a_badge_number_of_a_sheet_is_the_number(tmp_path: Path) -> None:
    table = pa.table(
        {
            "案号": ["A-1"],
            "环节": ["立案"],
            "时间": ["2026-03-02T09:00:00Z"],
            "人员": [7.0],
            "金额": [None],
            "编号": [1],
        }
    )
    pq.write_table(table, tmp_path / "log.parquet")
    imported(tmp_path, "log.parquet")
    assert [(r["actor"], r["id"]) for r in rows(tmp_path / "out")] == [("7", "1")]


def test_a_number_said_twice_counts_once(tmp_path: Path) -> None:
    lines(
        tmp_path / "log.csv",
        one("2026-03-03T09:00:00Z", id="x"),
        one("2026-03-02T09:00:00Z", id="x"),
        one("2026-03-02T09:00:00Z", id="y"),
        one("2026-03-04T09:00:00Z"),
    )
    told = imported(tmp_path, "log.csv")
    assert (told["events"], told["quarantined"]) == (3, {"duplicate id": 1})
    assert put_aside(tmp_path / "out") == [(1, "duplicate id")]  # the earlier one stays, whatever the order of rows
    assert told["rows_read"] == told["events"] + 1


def test_a_column_that_changes_type_midway(tmp_path: Path) -> None:
    said = [one("2026-03-02T09:00:00Z", amount="100.00") for _ in range(50)] + [
        one("2026-03-02T09:00:00Z", amount="壹佰元整") for _ in range(7)
    ]
    lines(tmp_path / "log.csv", *said)
    told = imported(tmp_path, "log.csv")
    assert (told["events"], told["quarantined"]) == (50, {"amount: amount": 7})


def test_rows_of_another_length_are_put_aside(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text(
        "案号,环节,时间,人员,金额,编号\nA-1,立案,2026-03-02T09:00:00Z,王五,,\nA-1,立案\nA-1,立案,2026-03-02T09:00:00Z,王,五,,,\n",
        encoding="utf-8",
    )
    told = imported(tmp_path, "log.csv")
    assert (told["rows_read"], told["events"], told["quarantined"]) == (3, 1, {"cells": 2})


def test_what_the_mapping_names_and_the_log_has_not_is_told(tmp_path: Path) -> None:
    as_csv(tmp_path / "log.csv")
    mapping = MAPPING.replace("喝茶: null", "喝茶: null, 结案: close_case").replace(
        "fields: {", "fields: {party: 当事人, "
    )
    told = imported(tmp_path, "log.csv", mapping)
    assert told["mapped_but_not_there"] == {"activities": ["结案"], "columns": ["当事人"]}
    assert told["events"] == 4


def test_activities_nobody_mapped_are_counted(tmp_path: Path) -> None:
    as_csv(tmp_path / "log.csv")
    told = imported(
        tmp_path, "log.csv", MAPPING.replace(", 喝茶: null", "").replace("处罚: decide_penalty", "结案: close_case")
    )
    assert (told["unmapped"], told["unmapped_activities"], told["events"]) == ({"处罚": 2, "喝茶": 1}, 2, 2)


@pytest.mark.parametrize("name", ["log.csv.gz", "log.xes.gz", "log.jsonocel.gz"])
@pytest.mark.parametrize("kept", [0.3, 0.95])
def test_a_packed_file_that_is_cut_short_is_refused(name: str, kept: float, tmp_path: Path) -> None:
    if "csv" in name:
        as_csv(tmp_path / "plain.csv", [dict(EVENTS[0]) | {"编号": f"e{n}"} for n in range(5_000)])
        content, mapping = (tmp_path / "plain.csv").read_bytes(), MAPPING
    else:
        content, mapping = (
            (xes_of().encode(), XES_MAPPING) if "xes" in name else (json.dumps(ocel_of()).encode(), OCEL_MAPPING)
        )
    packed = gzip.compress(content)
    (tmp_path / name).write_bytes(packed[: int(len(packed) * kept)])
    with pytest.raises(ImportFailed, match=r"cut short|wrong"):
        imported(tmp_path, name, mapping)
    assert not (tmp_path / "out" / LOG).exists()


@pytest.mark.parametrize("cut", [0.2, 0.6, 0.99])
@pytest.mark.parametrize("name", ["log.xes", "log.jsonocel", "log.parquet", "log.xlsx", "log.sqlite", "ocel.sqlite"])
def test_a_file_that_is_cut_short_is_refused(name: str, cut: float, tmp_path: Path) -> None:
    write, mapping = FORMS[name]
    write(tmp_path / name)
    content = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(content[: int(len(content) * cut)])
    with pytest.raises(ImportFailed):
        imported(tmp_path, name, mapping)
    assert not (tmp_path / "out" / LOG).exists()


BOMB = ('<?xml version="1.0"?><!DOCTYPE log [<!ENTITY a "' + "a" * 1000 + '">'
        + "".join(f'<!ENTITY {b} "{f"&{a};" * 20}">' for a, b in zip("abcdefg", "bcdefgh", strict=True)) + "]>")  # fmt: skip


@pytest.mark.parametrize("declared", [BOMB, '<?xml version="1.0"?><!DOCTYPE log SYSTEM "file:///etc/passwd">',
                                      '<?xml version="1.0"?><!DOCTYPE log [<!ENTITY x SYSTEM "file:///etc/passwd">]>'])  # fmt: skip
def test_an_xml_that_unfolds_or_reaches_out_is_refused(declared: str, tmp_path: Path) -> None:
    body = xes_of().removeprefix('<?xml version="1.0" encoding="UTF-8"?>')
    (tmp_path / "log.xes").write_text(
        declared + body.replace('value="王五"', 'value="&h;"' if declared is BOMB else 'value="王五"'), encoding="utf-8"
    )
    with pytest.raises(ImportFailed, match="DTD"):
        imported(tmp_path, "log.xes", XES_MAPPING)


@pytest.mark.parametrize(("content", "said"), [(b"", "empty"), (b"\x7fELF\x00\x01", "unknown kind"),
                                               (b"<html><body/></html>", "no XES log"),
                                               (b'{"objects": 3', "cut short"), ("案号,案号\n1,2\n".encode(), "names its columns"),
                                               ("案号,环节\n".encode() + b"\xff\xfe", "encoding")])  # fmt: skip
def test_a_file_that_is_no_log_is_refused_with_reasons(content: bytes, said: str, tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(content)
    with pytest.raises(ImportFailed, match=said):
        imported(tmp_path, "log")
    assert not (tmp_path / "out" / LOG).exists()


@pytest.mark.parametrize(("old", "new", "said"), [
    ("case: 案号, ", "", "columns lacks 'case'"), ("处罚: decide_penalty", "处罚: 7", "table of texts"),
    ("kind: yuan", "kind: dollars", "fields.amount"),
    ("power:", "powr:", "power"), ("at: 时间", "at: 时间, when: x", "no 'when'"),
])  # fmt: skip
def test_a_mapping_that_is_wrong_says_what(old: str, new: str, said: str, tmp_path: Path) -> None:
    as_csv(tmp_path / "log.csv")
    with pytest.raises(ImportFailed, match=said):
        imported(tmp_path, "log.csv", MAPPING.replace(old, new))


def test_a_field_named_like_one_of_ours_stays_outside(tmp_path: Path) -> None:
    lines(
        tmp_path / "log.csv",
        ("A-1", "立案", "2026-03-02T09:00:00Z", "王五", "", "", "甲"),
        heads=("案号", "环节", "时间", "人员", "金额", "编号", "case"),
    )
    imported(tmp_path, "log.csv")
    (row,) = rows(tmp_path / "out")
    assert (row["case"], json.loads(row["extra"])) == ("A-1", {"case": "甲"})


def test_what_stands_where_nobody_is_named_is_nobody_and_counted(tmp_path: Path) -> None:
    """Two acts of “NULL” are no proof of one hand; who is truly called so is named in the mapping."""
    said = ["NULL", "null", " ", "—", "无", "N/A", "无忌", "Null Zhang", "王五"]
    lines(tmp_path / "log.csv", *(one(f"2026-03-0{n} 10:00", actor=who) for n, who in enumerate(said, 1)))
    told = imported(tmp_path, "log.csv", zone="Asia/Shanghai")
    assert told["nobodies"] == {"NULL": 1, "null": 1, "—": 1, "无": 1, "N/A": 1}
    assert [row["actor"] for row in rows(tmp_path / "out")] == [None] * 6 + ["无忌", "Null Zhang", "王五"]
    again = imported(tmp_path, "log.csv", MAPPING + "actors: {无: 无}\n", zone="Asia/Shanghai", out="other")
    assert "无" not in again["nobodies"]
    assert "无" in {row["actor"] for row in rows(tmp_path / "other")}
